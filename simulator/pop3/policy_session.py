"""What a session may do and is told, where servers differ: each decision a named field of `Policy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .policy_login import LoginPolicy

__all__ = ["BAD_COMMANDS", "Lost", "SessionPolicy"]

#: What counts as a bad command where a page says nothing else: lines that are no command here.
BAD_COMMANDS = frozenset(
    {"unknown-command", "blank-line", "line-too-long", "bad-octet", "bare-lf", "wrong-state"}
)
#: What may be lost of a burst: see `SessionPolicy.lost`.
Lost = Literal["behind-login", "behind-auth", "behind-slow", "before-silence"]


@dataclass(frozen=True, slots=True)
class SessionPolicy(LoginPolicy):
    """Commands, limits and delays. Defaults are what RFC 1939 and 2449 ask for.

    Some fields name refusals, by the keys of a -ERR's text: `[state.][keyword.]reason[.detail]`, or
    `err` for any (wording.refusal_keys).
    """

    # Which commands there are

    #: The optional commands that it has, of `OPTIONAL`; AUTH it has where it has `mechanisms`. popa3d
    #: has no APOP and no CAPA; few have APOP.
    offers: frozenset[str] = frozenset({"APOP", "TOP", "UIDL", "CAPA"})
    #: Replies that are the same whatever is asked, by `[state.]KEYWORD`, with their status indicator:
    #: for keywords of no RFC, and for commands that are known and not there (RFC 1939 §3: "MUST respond
    #: to an unrecognized, unimplemented ... command" with -ERR). XCLIENT at Dovecot, RPOP at Twisted,
    #: AUTH at mailutils and solid-pop3d.
    fixed: Mapping[str, str] = field(default_factory=dict)

    # CAPA (RFC 2449 §5)

    #: Its lines beyond what `offers` says, in a state for which `capa` has no list.
    capabilities: tuple[str, ...] = ("RESP-CODES", "PIPELINING")
    #: All its lines in their order, by state: "authorization", "transaction", each with ".tls" where it
    #: is another list under TLS, and ".tls.auth" behind AUTH there (Cyrus). USER, STLS, SASL, UTF8,
    #: LANG, LOGIN-DELAY, EXPIRE and IMPLEMENTATION alone are worked out, and left out where there is
    #: nothing to say; "=USER" stands for itself, as all else does. §5 wants both states alike in what
    #: they share; Dovecot drops USER and SASL after the login.
    capa: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What IMPLEMENTATION says, or "": nothing. After the login alone, as RFC 2449 §6.9 allows, but
    #: where `capa` has it elsewhere (Courier).
    implementation: str = ""
    #: What `LANG *` chooses (RFC 6856 §3.2): a tag among the personality's `languages`.
    language: str = "i-default"
    #: What `{session_id}` stands for in a text, of `stamps.FIELDS`. Cyrus
    #: "cyrus-{epoch}-{pid}-1-{chance}".
    session_id: str = ""

    # What is refused without a word, and what ends the line

    #: The refusals behind which it hangs up. Dovecot in-use; Twisted missing-argument.
    hangs_up_on: frozenset[str] = frozenset()
    #: The refusals that it does not say, against RFC 1939 §3 ("all commands"). Twisted, where it hangs
    #: up.
    silent_on: frozenset[str] = frozenset()
    #: Failed logins behind which it hangs up; 0: none. popa3d, solid-pop3d 1. No RFC.
    login_limit: int = 0
    #: Whom the lock has kept out, that name alone may try again on that line, by PASS: the server has
    #: given up the right to look for others (mailutils, which becomes the user first). No RFC.
    in_use_binds: bool = False

    # Bad commands (no RFC)

    #: Bad commands in one session behind which it hangs up; 0: none. Dovecot 21, solid-pop3d 5. What is
    #: said then is `too-many-errors`, or nothing.
    bad_command_limit: int = 0
    #: The same in AUTHORIZATION, which then counts for itself; 0: one count for all. Dovecot 3.
    bad_command_limit_before_login: int = 0
    #: The refusals that count. solid-pop3d counts any: `err`.
    bad_commands: frozenset[str] = BAD_COMMANDS
    #: Of these, the refusals that do not. Dovecot knows APOP and STLS where they are turned off.
    bad_commands_not: frozenset[str] = frozenset()
    #: A command that is no bad one sets the count back to 0. Dovecot, Zimbra.
    bad_commands_forgiven: bool = False
    #: The keywords that leave the count as it is, either way. Dovecot before the login: AUTH.
    bad_commands_unmoved_by: frozenset[str] = frozenset()
    #: How `too-many-errors` is said: on a line of its own, behind the last reply ("own-line"), or
    #: "joined" to that reply's text (Zimbra).
    last_words: Literal["own-line", "joined"] = "own-line"

    # What is late, in seconds (no RFC)

    #: The refusals that are late, and how much: bad-credentials Courier 5, Cyrus 3, Dovecot 2; in-use
    #: Dovecot 10, which waits for the lock so long.
    delays: Mapping[str, int] = field(default_factory=dict)
    #: How long any login waits, right or wrong, by how many from that address were refused before it:
    #: the first number after one, the last for all that follow. AUTH waits before it asks. A right one
    #: sets it back; the same name and password do not count twice. Dovecot 4, 8, 15.
    login_penalty: tuple[int, ...] = ()
    #: How long after the last refused login that is remembered. Dovecot 15.
    login_penalty_lasts: int = 60

    # What is lost of the lines that came in one write

    #: RFC 2449 §6.6 wants none of it where PIPELINING is announced.
    #: "behind-login": all behind a line that logs in (Courier, solid-pop3d: another program goes on).
    #: "behind-auth": what was read with a line of AUTH that logs in, and as many octets from the front
    #: are read again (Cyrus).
    #: "behind-slow": what came behind a slow command (STAT, RETR, TOP, LIST and UIDL of all) waits for
    #: it; of these, one that is no command or would hang up without a reply gets no answer, nor does
    #: what follows, and a QUIT is not the last word (Twisted: see waiting.py).
    #: "before-silence": the replies to the lines before one that hangs up without a reply, unless it
    #: was too long (Twisted).
    lost: frozenset[Lost] = frozenset()
    #: Octets that are read at once: what is lost is lost to the next such bound of the write, and no
    #: further; 0: all of it. Courier, Cyrus 4096; solid-pop3d 255.
    gulp: int = 0

    # Time, in seconds

    #: Without a line so long, it hangs up (RFC 1939 §3: "at least 10 minutes"); 0: never. Courier,
    #: Twisted 300; solid-pop3d 60.
    autologout: int = 600
    #: The same in AUTHORIZATION; 0: as in TRANSACTION. Exchange 60.
    autologout_before_login: int = 0
    #: From the greeting on, in which somebody must log in; 0: any. Dovecot 180, Courier 60. No RFC.
    login_within: int = 0
    #: From one login to the next (RFC 2449 §6.5); 0: none. Cyrus, mailutils 300 as packaged.
    login_delay: int = 0
    #: The same for some users: CAPA then says LOGIN-DELAY ... USER before the login.
    login_delay_of: Mapping[str, int] = field(default_factory=dict)
    #: Which login that is counted from: the last "login" (RFC 2449 §6.5), or that of the last session
    #: that "quitted", so that one which was cut off does not count (Cyrus); or the "quit" of that
    #: session, so that a long one counts from its end (mailutils).
    login_delay_after: Literal["login", "quitted", "quit"] = "login"
