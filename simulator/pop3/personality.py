"""One server's way of being: its wording, and its policy. Data; no code asks for a server's name.

Real servers agree on +OK and -ERR and on little else. What they say differs (`Wording`), and so does
what they do where the RFCs leave room or are ignored (`Policy`). The engine reads each policy at one
named place. Personalities are written as YAML pages and checked when they are read (simulator.hosts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Literal

from .commands import COMMANDS
from .exchange import Reason
from .framing import LINE_LIMIT

__all__ = ["FIELDS", "WORDS", "Personality", "Policy", "complaints"]

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
}

_REASONS = {reason.value for reason in Reason}
_KEYWORDS = {keyword.lower() for keyword in COMMANDS}
#: Every key a wording may have: `greeting`, `goodbye` (QUIT before login), a keyword (its +OK), a
#: reason (its -ERR), `keyword.reason` (the -ERR of that reason to that command), and `err`.
WORDS: frozenset[str] = frozenset(
    {"greeting", "goodbye", "err", "too-many-errors"}
    | (_KEYWORDS - {"stat"})
    | _REASONS
    | {f"{keyword}.{reason}" for keyword in _KEYWORDS for reason in _REASONS}
)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a server does where servers differ. Defaults are what RFC 1939 and 2449 ask for.

    Each field names the RFC section and real servers that behave so (measured; see CONTRIBUTING).
    """

    #: Optional commands that it has. popa3d has no APOP and no CAPA; few have APOP.
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

    def offered(self, keyword: str) -> bool:
        """Whether this server knows the command at all."""
        return keyword in COMMANDS and (
            keyword not in {"APOP", "TOP", "UIDL", "CAPA"} or keyword in self.policy.offers
        )

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


def complaints(personality: Personality) -> list[tuple[str, str]]:
    """What is wrong with a personality: (wording key or policy field, what, and what to write)."""
    found = []
    for key, template in personality.wording.items():
        if key not in WORDS:
            found.append(
                (key, f"no reply is called {key!r}; see FIELDS and WORDS in personality.py")
            )
            continue
        found += [(key, complaint) for complaint in _template_complaints(template)]
    stamped = "{timestamp}" in personality.wording.get("greeting", "")
    if stamped != personality.offered("APOP"):
        found.append(
            (
                "greeting",
                "a server offers APOP exactly if its greeting has {timestamp} (RFC 1939 §7)",
            )
        )
    if "RESP-CODES" not in personality.policy.capabilities:
        found += [
            (key, "a response code in [] needs RESP-CODES among the capabilities (RFC 2449 §6.4)")
            for key, template in personality.wording.items()
            if template.startswith("[")
        ]
    return found


def _template_complaints(template: str) -> list[str]:
    try:
        names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as error:
        return [f"the braces do not pair ({error}); write {{{{ for a brace that is text"]
    complaints_ = [
        f"{{{name}}} is not known; write one of {', '.join(FIELDS)}"
        for name in names
        if name not in FIELDS
    ]
    if not (template.isascii() and template.isprintable()):
        complaints_.append("a reply is printable ASCII (RFC 1939 §3)")
    return complaints_
