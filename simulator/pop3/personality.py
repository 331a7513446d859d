"""One server's way of being: its wording, and its policy. Data; no code asks for a server's name.

Real servers agree on +OK and -ERR and on little else. What they say differs (`Wording`), and so does
what they do where the RFCs leave room or are ignored (`Policy`). The engine reads each policy at one
named place. Personalities are written as YAML pages and checked when they are read (simulator.hosts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Literal

from .commands import COMMANDS
from .exchange import Reason
from .framing import LINE_LIMIT

__all__ = ["FIELDS", "OPTIONAL", "WORDS", "Language", "Personality", "Policy"]

#: What a template may quote, and what it stands for.
FIELDS: Mapping[str, str] = {
    "host": "the host's own name",
    "timestamp": "APOP's timestamp with its <>, in the greeting only",
    "user": "the mailbox name that was given",
    "count": "how many messages are not marked",
    "octets": "the octets of these",
    "messages": 'the count with its word: "1 message", "2 messages"',
    "total": "how many message-numbers there are, marked or not",
    "totals": 'the total with its word: "1 message", "2 messages"',
    "number": "the message-number that was given",
    "size": "the octets of that message",
    "left": 'what UPDATE leaves: "maildrop empty", "1 message left"',
    "keyword": "the keyword as it was typed",
    "argument": "the first argument as it was typed",
    "delay": "the seconds that LOGIN-DELAY asks for",
    "listed": "the octets less the policy's list_header_lag, in LIST's text",
}

#: The commands that a server may lack (CAPA, LAST) or that came with an extension.
OPTIONAL = frozenset({"APOP", "TOP", "UIDL", "CAPA", "STLS", "UTF8", "LANG", "LAST"})

_REASONS = {reason.value for reason in Reason}
_KEYWORDS = {keyword.lower() for keyword in COMMANDS}
#: Every key a wording may have: `greeting`, `goodbye` (QUIT before login), a keyword (its +OK), a
#: reason (its -ERR), `keyword.reason` (the -ERR of that reason to that command), and `err`. Besides
#: `mechanisms` and `languages` (the +OK of AUTH and LANG without an argument), `autologout` (what is
#: said before the line is closed; without it nothing is, as RFC 1939 §3 asks) and `too-many-errors`.
WORDS: frozenset[str] = frozenset(
    {"greeting", "goodbye", "err", "too-many-errors", "mechanisms", "languages", "autologout"}
    | (_KEYWORDS - {"stat", "last"})  # their +OK is for programs
    | _REASONS
    | {f"{keyword}.{reason}" for keyword in _KEYWORDS for reason in _REASONS}
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a server does where servers differ. Defaults are what RFC 1939 and 2449 ask for.

    Each field names the RFC section and real servers that behave so (measured; see CONTRIBUTING).
    """

    #: Optional commands that it has, of `OPTIONAL`. popa3d has no APOP and no CAPA; few have APOP.
    #: AUTH it has where it has `mechanisms`.
    offers: frozenset[str] = frozenset({"APOP", "TOP", "UIDL", "CAPA"})
    #: CAPA's lines beyond what `offers` says; in AUTHORIZATION and in TRANSACTION (RFC 2449 §5).
    capabilities: tuple[str, ...] = ("RESP-CODES", "PIPELINING")
    #: What IMPLEMENTATION says, or "": not announced. Only after login, as RFC 2449 §6.9 allows.
    implementation: str = ""
    #: Longest command line, CRLF counted (RFC 2449 §4). Dovecot: some KB; mailutils 511; popa3d 127.
    line_limit: int = LINE_LIMIT
    #: LF alone ends a line: not in RFC 1939 §3, yet all but Twisted and solid-pop3d take it.
    bare_lf: bool = False
    #: More arguments than the command takes: "refused" (Cyrus, popa3d), "ignored" (Dovecot, Courier)
    #: or "hang-up" (Twisted).
    surplus: Literal["refused", "ignored", "hang-up"] = "refused"
    #: "strict" takes digits only; "leading-digits" reads `1x` as 1 (Courier, mailutils).
    numbers: Literal["strict", "leading-digits"] = "strict"
    #: USER: "any" name is answered +OK (Dovecot, Cyrus), or only a "known" one (RFC 1939 §7 has both).
    names: Literal["any", "known"] = "any"
    #: DELE on a marked message: refused (RFC 1939 §5), or +OK again (mailutils, Qpopper).
    dele_twice: bool = False
    #: The exclusive-access lock of RFC 1939 §4. Without it (Courier, Cyrus) sessions share a maildrop.
    lock: bool = True
    #: Hang up after so many bad commands in one session; 0: never. Dovecot 21, solid-pop3d 5.
    bad_command_limit: int = 0
    #: Hang up after so many failed logins; 0: never. popa3d 1.
    login_limit: int = 0
    #: QUIT also removes what RETR sent (RFC 1939 §8; announced as EXPIRE 0).
    retr_deletes: bool = False
    #: Only the first so many messages are shown; 0: all. Gmail shows some 250 to 300.
    window: int = 0
    #: The SASL mechanisms in the order of CAPA's SASL (RFC 5034 §3). Empty: there is no AUTH.
    mechanisms: tuple[str, ...] = ()
    #: AUTH alone lists the mechanisms, one a line (no RFC; Exchange, Dovecot and mailutils do).
    bare_auth: bool = False
    #: USER and PASS, and SASL in the clear, are taken before TLS. RFC 8314 §4.1 would have them
    #: refused; Dovecot refuses by default.
    cleartext_login: bool = True
    #: Seconds from one login to the next (RFC 2449 §6.5); 0: none. Cyrus, mailutils 300 as packaged.
    login_delay: int = 0
    #: Other delays for some users: CAPA then says LOGIN-DELAY ... USER before login.
    login_delay_of: Mapping[str, int] = field(default_factory=dict)
    #: Seconds that a refused login waits for its -ERR. Dovecot 2, growing; mailutils 5.
    failed_login_delay: int = 0
    #: How long mail is kept (RFC 2449 §6.7): "" says nothing, "NEVER" is removed, or days; "0": what
    #: RETR sent is gone after QUIT.
    expire: str = ""
    #: Other ends for some users: CAPA then says EXPIRE ... USER before login.
    expire_of: Mapping[str, str] = field(default_factory=dict)
    #: Seconds without a line after which it hangs up; RFC 1939 §3: "at least 10 minutes". 0: never.
    autologout: int = 600
    #: Seconds from the greeting in which somebody must log in; 0: any. No RFC; Dovecot 180.
    login_within: int = 0
    #: Hang up on a line of so many octets, ended or not; 0: wait for its end, however long. A response
    #: to AUTH may have `RESPONSE_LIMIT`. No RFC; Dovecot 8192, solid-pop3d 1024.
    longest_line: int = 0
    #: Names and passwords may be UTF-8: CAPA says UTF8 USER (RFC 6856 §2.2).
    utf8_user: bool = False
    #: What `LANG *` chooses (RFC 6856 §3.2): a tag among the personality's `languages`.
    language: str = "i-default"
    #: By how many octets the total in LIST's text lags behind STAT's. Seed page 004 shows 17325 of
    #: Gmail; the text means nothing to a client (RFC 1939 §5).
    list_header_lag: int = 0

    def login_delay_for(self, user: str) -> int:
        """Seconds between logins for that user; for nobody ("") the longest that there is."""
        if user:
            return self.login_delay_of.get(user, self.login_delay)
        return max((self.login_delay, *self.login_delay_of.values()))

    def expire_for(self, user: str) -> str:
        """How long mail of that user is kept; for nobody ("") the shortest that there is."""
        if user:
            return self.expire_of.get(user, self.expire)
        ends = [end for end in (self.expire, *self.expire_of.values()) if end]
        return min(ends, key=lambda end: inf if end == "NEVER" else int(end), default="")

    def removes_sent(self, user: str) -> bool:
        """Whether QUIT also removes what RETR sent (RFC 1939 §8)."""
        return self.retr_deletes or self.expire_for(user) == "0"


@dataclass(frozen=True, slots=True)
class Language:
    """The texts of a personality in one language; what is missing is said in i-default's words."""

    name: str  #: the language in the language itself
    wording: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Personality:
    """Wording and policy of one server. `wording` maps keys of `WORDS` to templates.

    A template is the reply's text behind the status indicator; `{count}` and the other `FIELDS` are
    filled in. An empty template gives the bare indicator.
    """

    name: str
    about: str
    wording: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    languages: Mapping[str, Language] = field(default_factory=dict)  #: by tag (RFC 5646)
    origin: Personality | None = None  #: of one that speaks a language: as it speaks i-default

    def offered(self, keyword: str) -> bool:
        """Whether this server knows the command at all."""
        if keyword == "AUTH":
            return bool(self.policy.mechanisms)
        return keyword in COMMANDS and (keyword not in OPTIONAL or keyword in self.policy.offers)

    def speaking(self, language: str) -> Personality:
        """The same with the texts of that language; of i-default where it has none such."""
        origin = self.origin or self
        spoken = self.languages.get(language)
        if spoken is None:
            return origin
        return replace(origin, wording={**origin.wording, **spoken.wording}, origin=origin)

    def language(self, wanted: str) -> str | None:
        """The tag that a basic language range finds (RFC 4647 section 3.3.1), "i-default" too."""
        if wanted == "*":
            return self.policy.language
        low = wanted.lower()
        return next(
            (tag for tag in (*self.languages, "i-default")
             if tag.lower() == low or tag.lower().startswith(f"{low}-")), None,
        )  # fmt: skip

    def accepting(self, key: str) -> str:
        """The template of a +OK."""
        return self.wording.get(key, "")

    def refusing(self, keyword: str, reason: Reason) -> str:
        """The template of a -ERR: of this command and reason, of the reason, of any."""
        words = self.wording
        for key in (f"{keyword.lower()}.{reason.value}", reason.value, "err"):
            if key in words:
                return words[key]
        return ""
