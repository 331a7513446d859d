"""One server's way of being: its wording, and its policy. Data; no code asks for a server's name.

Real servers agree on +OK and -ERR and on little else. What they say differs (`Wording`), and so does
what they do where the RFCs leave room or are ignored (`Policy`). The engine reads each policy at one
named place. Personalities are written as YAML pages and checked when they are read (simulator.hosts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .commands import COMMANDS
from .exchange import Reason
from .policy import Policy
from .states import State

__all__ = [
    "DETAILS", "FIELDS", "OPTIONAL", "STATES", "WORDS", "Language", "Personality", "Policy", "is_word",
]  # fmt: skip

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
    "upper": "the keyword in upper case, whatever it is",
    "lower": "the keyword in lower case",
    "arguments": "all that stands behind the keyword and its blank",
    "rest": "what is left of the line where the reading of a number stopped",
    "line": "the whole line as it was typed",
    "delay": "the seconds that LOGIN-DELAY asks for",
    "listed": "the octets less the policy's list_header_lag, in LIST's text",
}

#: The commands that a server may lack (CAPA, LAST) or that came with an extension.
OPTIONAL = frozenset({"APOP", "TOP", "UIDL", "CAPA", "STLS", "UTF8", "LANG", "LAST"})

_REASONS = {reason.value for reason in Reason}
_KEYWORDS = {keyword.lower() for keyword in COMMANDS}
#: What is the matter more nearly, where a server has a text of its own for it: `reason.detail`.
#: Of a number: `noise` behind its digits, `overflow`, `zero`, `negative`; of TOP's count the same
#: behind `count-`. Of an argument that is missing: `blank`, where a blank stands there instead of it,
#: and `count`. A word of a wrong `length`, or that is not `hex`; a `nul` among the octets; an
#: `initial` response of AUTH that is no base64. Another session has removed the message (`expunged`),
#: or some message, and this one gives up (`changed`).
DETAILS: frozenset[str] = frozenset({
    "noise", "overflow", "zero", "negative", "count", "count-noise", "count-overflow",
    "count-negative", "count-zero", "blank", "length", "hex", "nul", "initial", "expunged",
    "changed",
})  # fmt: skip
#: The states in which a text may differ: `authorization.reason`.
STATES: Mapping[State, str] = {
    State.AUTHORIZATION: "authorization", State.TRANSACTION: "transaction",
}  # fmt: skip
#: The keys that a wording may have besides those of -ERR (`is_word`): `greeting`, `goodbye` (QUIT
#: before login) and a keyword (its +OK). Besides `mechanisms` and `languages` (the +OK of AUTH and LANG
#: without an argument), `autologout` (what is said before the line is closed; without it nothing is,
#: as RFC 1939 §3 asks) and `too-many-errors`.
WORDS: frozenset[str] = frozenset(
    {"greeting", "goodbye", "err", "too-many-errors", "mechanisms", "languages", "autologout"}
    | (_KEYWORDS - {"stat", "last"})  # their +OK is for programs
)


def is_word(key: str) -> bool:
    """Whether a wording may have that key: one of `WORDS`, or [state.][keyword.]reason[.detail]."""
    if key in WORDS:
        return True
    parts = key.split(".")
    if parts[0] in STATES.values():
        parts = parts[1:]
    if len(parts) > 1 and parts[0] in _KEYWORDS:
        parts = parts[1:]
    return parts[:1] == ["err"] or (
        parts[:1] != [] and parts[0] in _REASONS and (not parts[1:] or parts[1] in DETAILS)
        and not parts[2:]
    )  # fmt: skip


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
    #: The name of the software and the version that is played, or "": it is the course's own.
    server: str = ""
    #: Where what is known of a real server is from: "run: ...", "source: ...", "documentation: ...",
    #: "log: ...". With any, it is played as it is, and not held to what the RFCs ask (`complaints`).
    sources: tuple[str, ...] = ()

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

    def refusing(
        self, keyword: str, reason: Reason, state: State | None = None, detail: str = ""
    ) -> str:
        """The template of a -ERR, by the key that says most: `is_word`; then `err`, then none."""
        words = self.wording
        plain = forms = [f"{keyword.lower()}.{reason.value}", reason.value]
        while detail:
            # `count-noise` is a kind of `count`. The keyword's own text says more than a detail.
            forms = forms[: -len(plain)] + [f"{form}.{detail}" for form in plain] + plain
            detail = detail.rpartition("-")[0]
        where = STATES.get(state, "") if state else ""
        for form in (*forms, "err"):
            for key in (f"{where}.{form}", form):
                if key in words:
                    return words[key]
        return ""
