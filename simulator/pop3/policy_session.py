"""What a session may do and is told, where servers differ: each decision a named field of `Policy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .policy_auth import AuthPolicy

__all__ = ["BAD_COMMANDS", "Lost", "SessionPolicy"]

#: What counts as a bad command where a page says nothing else: lines that are no command here.
BAD_COMMANDS = frozenset(
    {"unknown-command", "blank-line", "line-too-long", "bad-octet", "bare-lf", "wrong-state"}
)
#: What may be lost of a burst: see `SessionPolicy.lost`.
Lost = Literal["behind-login", "behind-auth", "behind-slow", "before-silence"]


@dataclass(frozen=True, slots=True)
class SessionPolicy(AuthPolicy):
    """Commands, logins, limits and delays. Defaults are what RFC 1939 and 2449 ask for.

    Some fields name refusals, by the keys of a -ERR's text: `[state.][keyword.]reason[.detail]`, or
    `err` for any (personality.refusal_keys).
    """

    # Which commands there are

    #: Optional commands that it has, of `OPTIONAL`. popa3d has no APOP and no CAPA; few have APOP.
    #: AUTH it has where it has `mechanisms`.
    offers: frozenset[str] = frozenset({"APOP", "TOP", "UIDL", "CAPA"})
    #: Replies that are the same whatever is asked, by `[state.]KEYWORD`, with their status indicator:
    #: for keywords of no RFC, and for commands that are known and not there (RFC 1939 §3: a server
    #: "MUST respond to an unrecognized, unimplemented ... command" with -ERR). XCLIENT at Dovecot,
    #: RPOP at Twisted, HELP at hMailServer, AUTH at mailutils and solid-pop3d.
    fixed: Mapping[str, str] = field(default_factory=dict)
    #: CAPA's lines beyond what `offers` says; in AUTHORIZATION and in TRANSACTION (RFC 2449 §5).
    capabilities: tuple[str, ...] = ("RESP-CODES", "PIPELINING")
    #: All of CAPA's lines in their order, by state: "authorization", "transaction", each with ".tls"
    #: where it is another list under TLS, and ".tls.auth" behind AUTH there (Cyrus). USER, STLS, SASL,
    #: UTF8, LANG, LOGIN-DELAY, EXPIRE and IMPLEMENTATION alone are worked out, and left out where there
    #: is nothing to say; "=USER" stands for itself, as all else does. RFC 2449 §5 wants both states
    #: alike in what they share; Dovecot drops USER and SASL after login, and Cyrus names its software
    #: only then.
    capa: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What IMPLEMENTATION says, or "": not announced. Only after login, as RFC 2449 §6.9 allows,
    #: but where `capa` has it elsewhere (Courier).
    implementation: str = ""

    # USER, PASS and APOP (RFC 1939 §7)

    #: USER: "any" name is answered +OK (Dovecot, Cyrus), or only a "known" one (RFC 1939 §7 has both).
    names: Literal["any", "known"] = "any"
    #: Of all that USER and APOP name, octets beyond so many are refused; 0: any length. popa3d,
    #: solid-pop3d 40.
    name_limit: int = 0
    #: Characters with which a name is refused at once, and those at the first of which it ends, the
    #: earlier of them first. Cyrus "%&*:/?."; solid-pop3d "%@".
    name_forbidden: str = ""
    name_ends_at: str = ""
    #: A control character, or one beyond ASCII, in a name is refused as those of `name_forbidden` are.
    #: Cyrus; RFC 1939 §3 has printable ASCII in arguments, RFC 6856 §2.2 more where it is announced.
    name_printable: bool = False
    #: What no name may have by SASLprep (RFC 6856 §2.2), what is no UTF-8 too, is in a name like any
    #: other, which nobody has. Courier.
    name_unprepared: bool = False
    #: Blanks at the end of a name are no part of it. Cyrus; no RFC.
    name_trimmed: bool = False
    #: Names are the same in any case. Dovecot, Cyrus, solid-pop3d; no RFC.
    name_in_any_case: bool = False
    #: But for the name of APOP, which is taken as it is written. solid-pop3d.
    apop_name_as_written: bool = False
    #: A name that came with a digest of the wrong form is as good as one of USER, and PASS may follow.
    #: solid-pop3d; RFC 1939 §7 has PASS behind USER alone.
    apop_names: bool = False
    #: Names with which PASS is refused at once, with the detail `barred`, and which stay pending: Cyrus
    #: "anonymous". No RFC.
    names_barred: frozenset[str] = frozenset()
    #: Octets of a name and a password together beyond which PASS fails as "temporary", with the detail
    #: `length`; 0: any. Courier 8178, and hangs up.
    credentials_limit: int = 0
    #: A password of more octets is refused unheard, with the detail `length`; 0: any length.
    #: solid-pop3d 40, and hangs up without a word.
    password_limit: int = 0
    #: USER behind a USER that was accepted: taken in its place (Dovecot, Courier, Twisted), or refused
    #: as out of place (popa3d, solid-pop3d), and so is APOP then, whatever the name (Cyrus). RFC 1939
    #: §7 does not say.
    second_user: Literal["taken", "refused", "refused-with-apop"] = "taken"
    #: Behind USER: "any" command, with the name kept for PASS (most), or "pass": PASS and QUIT alone,
    #: and anything else is refused and the name forgotten (mailutils; RFC 1939 §7: "immediately
    #: after a successful USER command").
    after_user: Literal["any", "pass"] = "any"
    #: Which -ERR makes the name of USER void: to any "login" command, to "pass" alone that had an
    #: argument (Cyrus, Dovecot, Twisted), or "never" (Courier: PASS may be tried again). RFC 1939 §7 as
    #: above.
    name_void: Literal["login", "pass", "never"] = "login"
    #: USER, PASS, APOP and AUTH are taken in TRANSACTION too, and open the maildrop anew, against
    #: RFC 1939 §5. Twisted.
    login_again: bool = False
    #: Commands of AUTHORIZATION that are taken in TRANSACTION too, of UTF8 alone: Courier takes UTF8 at
    #: any time (RFC 6856 §2.1: in AUTHORIZATION).
    also_after_login: frozenset[Literal["UTF8"]] = frozenset()
    #: APOP has a timestamp and lets nobody in, whatever the digest. Twisted on Python 3.
    apop_fails: bool = False
    #: APOP's digest may be in upper case, against RFC 1939 §7. Dovecot.
    upper_digest: bool = False

    # TLS (RFC 2595, RFC 8314)

    #: USER and PASS, and SASL in the clear, are taken before TLS. RFC 8314 §4.1 would have them
    #: refused; Dovecot refuses by default.
    cleartext_login: bool = True
    #: What is refused for want of TLS where `cleartext_login` is not: of USER, PASS, APOP, and AUTH for
    #: the mechanisms in the clear or "AUTH *" for all. With "*" so behind it a keyword is refused
    #: whatever its arguments are. PASS is asked for a USER first where it is
    #: not among them. Courier: "USER *" and "AUTH *"; Cyrus: USER and AUTH.
    needs_tls: frozenset[str] = frozenset({"USER", "PASS", "AUTH"})
    #: What is said before STLS holds behind it: a name that waits for PASS, and UTF8. RFC 2595 §4 has
    #: the client forget; RFC 3207 §4.2 both sides, for SMTP. Courier, Cyrus, Dovecot keep it.
    keeps_over_stls: bool = False
    #: Under TLS there is no STLS, in no state: an unknown command (mailutils).
    stls_once: bool = False
    #: What comes in the clear behind STLS in one write is "lost" (Cyrus), ends the line, since it is
    #: no handshake ("hang-up": Dovecot, mailutils), or is "answered" under TLS as if it had come so:
    #: somebody on the way may put commands there (CVE-2011-0411). Courier. RFC 3207 §6, for SMTP.
    behind_stls: Literal["lost", "hang-up", "answered"] = "lost"
    #: Where the handshake behind STLS fails, the line is closed, or the session goes on in the clear,
    #: with `tls-failed` said first (Cyrus), and before that an "alert" in octets of TLS (Courier). RFC
    #: 2595 §4 leaves it open; whoever cuts in may so keep TLS away.
    failed_tls: Literal["closes", "goes-on", "alert-and-goes-on"] = "closes"

    # What is counted, what is late, what is lost

    #: Hang up after so many bad commands in one session; 0: never. Dovecot 21, solid-pop3d 5. What is
    #: said then is `too-many-errors`, a line of its own behind the last reply, or nothing.
    bad_command_limit: int = 0
    #: The same in AUTHORIZATION, which then counts for itself; 0: one count for all. Dovecot 3.
    bad_command_limit_before_login: int = 0
    #: How `too-many-errors` is said: on a line of its own, or "joined" to the last reply's text
    #: (Zimbra).
    last_words: Literal["own-line", "joined"] = "own-line"
    #: The refusals that count. solid-pop3d counts any: `err`.
    bad_commands: frozenset[str] = BAD_COMMANDS
    #: Of these, the refusals that do not. Dovecot knows APOP and STLS where they are turned off.
    bad_commands_not: frozenset[str] = frozenset()
    #: A command that is no bad one sets the count back to 0. Dovecot.
    bad_commands_forgiven: bool = False
    #: The keywords that leave the count as it is, either way. Dovecot before login: AUTH.
    bad_commands_unmoved_by: frozenset[str] = frozenset()
    #: Hang up after so many failed logins; 0: never. popa3d 1, solid-pop3d 1.
    login_limit: int = 0
    #: The refusals behind which it hangs up at once. Dovecot: in-use; Twisted: missing-argument.
    hangs_up_on: frozenset[str] = frozenset()
    #: The refusals that it does not say: there is no reply at all, against RFC 1939 §3 ("all
    #: commands"). Twisted, where it hangs up.
    silent_on: frozenset[str] = frozenset()
    #: Whom the lock has kept out, that name alone may try again on that line, by PASS: the server has
    #: given up the right to look for others (mailutils, which becomes the user first). No RFC.
    in_use_binds: bool = False
    #: Seconds that a refusal is late. Dovecot waits 10 for the lock, so in-use: 10; Cyrus 3 for
    #: auth.unknown-mechanism, Courier 5.
    delays: Mapping[str, int] = field(default_factory=dict)
    #: Seconds that a refused login waits for its -ERR. Courier 5, Cyrus 3, Dovecot 2.
    failed_login_delay: int = 0
    #: Seconds that any login waits, right or wrong, by how many from that address were refused before
    #: it: the first number after one, the last for all that follow. AUTH waits before it asks. A right
    #: one sets it back. Dovecot 4, 8, 15. A name and password that were refused already do not count
    #: again.
    login_penalty: tuple[int, ...] = ()
    #: Seconds after the last refused login in which its penalty is forgotten. Dovecot 15.
    login_penalty_lasts: int = 60
    #: What is lost of the lines that came in one write. "behind-login": all behind a line that logs in
    #: (Courier, solid-pop3d, whose login ends with another program). "behind-auth": what was read with
    #: a line of AUTH that logs in, and as many octets from the front are read again (Cyrus; `gulp`
    #: says how many are read at once). "behind-slow": what came
    #: behind a slow command (STAT, RETR, TOP, LIST and UIDL of all) waits for it; of the lines that
    #: wait, one that is no command or would hang up without a reply gets no answer, nor does what
    #: follows, and a QUIT is not the last word (Twisted). "before-silence": where it hangs up without
    #: a reply, the replies to the lines before it in that write are lost too, but where it was for too
    #: long a line (Twisted). RFC 2449 §6.6 where they announce PIPELINING.
    lost: frozenset[Lost] = frozenset()
    #: Octets that are read at once: what is lost "behind-login" is lost to the next such bound of the
    #: write, and no further; 0: all of it. Courier 4096, solid-pop3d 255.
    gulp: int = 0

    # Time

    #: Seconds from one login to the next (RFC 2449 §6.5); 0: none. Cyrus, mailutils 300 as packaged.
    login_delay: int = 0
    #: Whose login that time is counted from: the last "login" (RFC 2449 §6.5), or that of the last
    #: session that "quitted", so that one which was cut off does not count (Cyrus).
    login_delay_after: Literal["login", "quitted"] = "login"
    #: Other delays for some users: CAPA then says LOGIN-DELAY ... USER before login.
    login_delay_of: Mapping[str, int] = field(default_factory=dict)
    #: Seconds without a line after which it hangs up; RFC 1939 §3: "at least 10 minutes". 0: never.
    autologout: int = 600
    #: The same in AUTHORIZATION, where it is another; 0: it is the same. Courier, Exchange 60.
    autologout_before_login: int = 0
    #: Seconds from the greeting in which somebody must log in; 0: any. No RFC; Dovecot 180.
    login_within: int = 0

    #: Sessions that one user may have from one address, else `in-use.sessions`; 0: any number. No RFC;
    #: Dovecot 10.
    sessions_limit: int = 0

    # What is made anew for each session

    #: The greeting has a timestamp where there is no APOP, too: nobody can use it (James).
    timestamp_anyway: bool = False
    #: APOP's timestamp (RFC 1939 §7), of `stamps.FIELDS`; "": a process number and a clock. Dovecot
    #: "<{pid:x}.{number:x}.{epoch:x}.{base64}@{host}>", Cyrus "<{chance}.{epoch}@{host}>".
    timestamp: str = ""
    #: What `{session_id}` stands for in a text, of the same; Cyrus "cyrus-{epoch}-{pid}-1-{chance}".
    session_id: str = ""

    # Names and texts beyond ASCII (RFC 6856)

    #: Names and passwords may be UTF-8: CAPA says UTF8 USER (RFC 6856 §2.2).
    utf8_user: bool = False
    #: What `LANG *` chooses (RFC 6856 §3.2): a tag among the personality's `languages`.
    language: str = "i-default"
