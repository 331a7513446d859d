"""Who gets in, and over which line, where servers differ: each decision a named field of `Policy`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .policy_auth import AuthPolicy

__all__ = ["LoginPolicy"]


@dataclass(frozen=True, slots=True)
class LoginPolicy(AuthPolicy):
    """Names, passwords, USER, PASS, APOP and TLS. Defaults are what RFC 1939 and 2595 ask for."""

    # Names and passwords

    #: The octets of the longest name that USER and APOP take; 0: any. popa3d, solid-pop3d 40; Cyrus 80.
    #: No RFC but that an argument has 40 (RFC 1939 §3).
    name_limit: int = 0
    #: Characters with which a name is refused at once. Cyrus "%&*:/?."; no RFC.
    name_forbidden: str = ""
    #: A control character, or one beyond ASCII, is refused so too. Cyrus; RFC 1939 §3 has printable
    #: ASCII in arguments, RFC 6856 §2.2 more where it is announced.
    name_printable: bool = False
    #: Characters at which a name ends, the earlier in this list first. solid-pop3d "%@"; no RFC.
    name_ends_at: str = ""
    #: Blanks at the end of a name are no part of it. Cyrus; no RFC.
    name_trimmed: bool = False
    #: A name that SASLprep forbids (RFC 6856 §2.2), what is no UTF-8 too, is one like any other, which
    #: nobody has. Courier, Dovecot, Twisted.
    name_unprepared: bool = False
    #: Names are the same in any case. Dovecot, Cyrus, solid-pop3d; no RFC.
    name_in_any_case: bool = False
    #: Names and passwords may be UTF-8, and CAPA says UTF8 USER (RFC 6856 §2.2). Courier.
    utf8_user: bool = False
    #: Octets of a password beyond which it is refused unheard, with the detail `length`; 0: any.
    #: solid-pop3d 40, and hangs up without a word. No RFC.
    password_limit: int = 0
    #: Octets of name and password together beyond which PASS fails as "temporary", with the detail
    #: `length`; 0: any. Courier 8178, and hangs up. No RFC.
    credentials_limit: int = 0

    # USER and PASS (RFC 1939 §7)

    #: USER: "any" name is answered +OK (Dovecot, Cyrus), or only a "known" (GreenMail). §7 has both.
    names: Literal["any", "known"] = "any"
    #: Names with which PASS is refused at once, with the detail `barred`, and which stay pending. Cyrus
    #: "anonymous". No RFC.
    names_barred: frozenset[str] = frozenset()
    #: USER behind a USER that was accepted: "taken" in its place (Dovecot, Courier, Twisted); "refused"
    #: as out of place (popa3d, solid-pop3d); "refused-with-apop": and so is APOP then,
    #: whatever the name (Cyrus, Qpopper). §7 does not say.
    second_user: Literal["taken", "refused", "refused-with-apop"] = "taken"
    #: Behind USER: "any" command, with the name kept for PASS (most); or "pass": PASS and QUIT alone,
    #: and anything else is refused and the name forgotten (mailutils). §7: "immediately after a
    #: successful USER command".
    after_user: Literal["any", "pass"] = "any"
    #: Which -ERR makes the name of USER void: to any "login" command; to "pass" alone that had an
    #: argument (Cyrus, Dovecot, Twisted); or "never", so that PASS may be tried again (Courier, popa3d,
    #: solid-pop3d). §7 as above.
    name_void: Literal["login", "pass", "never"] = "login"
    #: USER, PASS, APOP and AUTH are taken in TRANSACTION too, and open the maildrop anew, against RFC
    #: 1939 §5. Twisted.
    login_again: bool = False
    #: Commands of AUTHORIZATION that are taken in TRANSACTION too, of UTF8 alone, which RFC 6856 §2.1
    #: has in AUTHORIZATION. Courier.
    also_after_login: frozenset[Literal["UTF8"]] = frozenset()

    # APOP (RFC 1939 §7)

    #: The timestamp, of `stamps.FIELDS`; "": a process number and a clock. Dovecot
    #: "<{pid:x}.{number:x}.{epoch:x}.{base64}@{host}>", Cyrus "<{chance}.{epoch}@{host}>".
    timestamp: str = ""
    #: The greeting has a timestamp where there is no APOP, too: nobody can use it (James).
    timestamp_anyway: bool = False
    #: The digest may be in upper case, where §7 has it in lower. Dovecot.
    apop_in_any_case: bool = False
    #: APOP has a timestamp and lets nobody in, whatever the digest. Twisted on Python 3.
    apop_fails: bool = False
    #: Its name is taken as it is written, where names else are the same in any case. solid-pop3d.
    apop_name_as_written: bool = False
    #: A name that came with a digest of the wrong form is as good as one of USER, and PASS may follow,
    #: which §7 has behind USER alone. solid-pop3d.
    apop_names: bool = False

    # TLS (RFC 2595, RFC 8314)

    #: Passwords are taken before TLS, which RFC 8314 §4.1 would have refused, as Dovecot does unless
    #: it is told otherwise.
    cleartext_login: bool = True
    #: What is refused for want of TLS, where they are not: of USER, PASS, APOP, and AUTH for the
    #: mechanisms in the clear, or "AUTH any" for any mechanism, with the detail `any` (Dovecot, where
    #: TLS is required). With " *" behind it a keyword is refused whatever its arguments are.
    #: Courier "USER *" and "AUTH *"; Cyrus USER and AUTH, so that PASS is told to say USER first.
    needs_tls: frozenset[str] = frozenset({"USER", "PASS", "AUTH"})
    #: What was said before STLS holds behind it: a name that waits for PASS, and UTF8. RFC 2595 §4 has
    #: the client forget; RFC 3207 §4.2 both sides, for SMTP. Courier, Cyrus, Dovecot keep it.
    keeps_over_stls: bool = False
    #: Under TLS there is no STLS, in no state: an unknown command (mailutils).
    stls_once: bool = False
    #: What comes in the clear behind STLS in one write. "lost" (Cyrus); "hang-up", since it is no
    #: handshake (Dovecot, mailutils); "answered" under TLS as if it had come so (Courier): somebody on
    #: the way may put commands there (CVE-2011-0411). RFC 3207 §6, for SMTP.
    behind_stls: Literal["lost", "hang-up", "answered"] = "lost"
    #: A handshake that fails behind STLS "closes" the line; or the session "goes-on" in the clear, with
    #: `tls-failed` said first (Cyrus), "alert-and-goes-on" after an alert in octets of TLS (Courier).
    #: RFC 2595 §4 leaves it open; whoever cuts in may so keep TLS away.
    failed_tls: Literal["closes", "goes-on", "alert-and-goes-on"] = "closes"
