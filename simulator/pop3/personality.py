"""One server's way of being: its wording, and its policy. Data; no code asks for a server's name.

Real servers agree on +OK and -ERR and on little else. What they say differs (`Wording`), and so does
what they do where the RFCs leave room or are ignored (`Policy`). The engine reads each policy at one
named place. Personalities are written as YAML pages and checked when they are read (simulator.hosts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from .commands import COMMANDS
from .exchange import Reason
from .policy import Policy
from .replies import said
from .states import State

__all__ = [
    "DETAILS", "FIELDS", "OPTIONAL", "STATES", "WORDS", "Language", "Personality", "Policy",
    "is_refusal", "is_word", "refusal_keys",
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
    "plural": '"s" where the count is not 1, else nothing',
    "marked": "how many messages were marked until RSET or QUIT",
    "left": 'what UPDATE leaves: "maildrop empty", "1 message left"',
    "keyword": "the keyword as it was typed",
    "argument": "the first argument as it was typed",
    "upper": "the keyword in upper case, whatever it is",
    "lower": "the keyword in lower case",
    "arguments": "all that stands behind the keyword and its blank",
    "rest": "what is left of the line where the reading of a number stopped",
    "line": "the whole line as it was typed",
    "delay": "the seconds that LOGIN-DELAY asks for",
    "minutes": 'the same in minutes: "5 minutes", "1 minute"',
    "unique_id": "the unique-id of that message",
    "last": "what LAST says: the highest message-number that was read",
    "peer": "the address that called",
    "session_id": "the policy's session_id, of this session alone",
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
#: `after-user`: behind USER this server takes PASS alone; `digest`: APOP with a name and no digest, or
#: with what is no hexadecimal digit in it; `length`: APOP's digest has not 32, or a name too many;
#: `forbidden`: a name has a character that it may not have; `unknown-user`: nobody has that name;
#: `mechanism`: AUTH's response is no base64, and the mechanism is not offered either; `cancelled`: it
#: is none, and begins with "*"; `malformed`: a response is not what the mechanism asks for; `token`:
#: it was a token that is not good; `unended`: its base64 has octets left over (policy_auth.base64);
#: `parts`: PLAIN with more than three; `nameless`: a name without an octet; `barred`: nobody of that
#: name gets in (policy_session.names_barred); `leading`: a line with a blank where its keyword should
#: begin; `sessions`: not the lock is in use, but all sessions that one user may have; `any`: TLS is
#: wanted for any mechanism, and not for those in the clear alone.
DETAILS: frozenset[str] = frozenset({
    "noise", "overflow", "zero", "negative", "count", "count-noise", "count-overflow",
    "count-negative", "count-zero", "blank", "length", "hex", "nul", "initial", "expunged",
    "changed", "after-user", "alphabet", "cancelled", "digest", "forbidden", "malformed",
    "mechanism", "unknown-user", "unparted", "leading", "token", "unended", "parts", "nameless",
    "barred", "sessions", "any",
})  # fmt: skip
#: The states in which a text may differ: `authorization.reason`.
STATES: Mapping[State, str] = {
    State.AUTHORIZATION: "authorization", State.TRANSACTION: "transaction",
}  # fmt: skip
#: The keys that a wording may have besides those of -ERR (`is_word`): `greeting`, `goodbye` (QUIT
#: before login) and a keyword (its +OK). Besides `mechanisms` and `languages` (the +OK of AUTH and
#: LANG without an argument), `quit-removed` (QUIT that removed something; else as `quit`), and
#: `list-one` and `uidl-one` (about one message). STAT, LAST and these two are for programs: without a
#: text they are as RFC 1939 §5 and §7 have them. Of `UNASKED`, nothing is said without a text.
WORDS: frozenset[str] = frozenset(
    {"greeting", "goodbye", "err", "mechanisms", "languages", "quit-removed", "list-one",
     "uidl-one"} | _KEYWORDS
)  # fmt: skip
#: What a server says of itself, as -ERR, each also by state: `autologout` before it hangs up for want
#: of a line (RFC 1939 §3 has it say nothing), and `too-many-errors` behind the last bad command's
#: reply, `tls-failed` where it goes on in the clear. `autologout-in-auth`: while AUTH waits.
UNASKED: frozenset[str] = frozenset(
    {"autologout", "autologout-in-auth", "tls-failed", "too-many-errors"}
)


def is_word(key: str) -> bool:
    """Whether a wording may have that key: of `WORDS`, [state.] and `UNASKED`, or `is_refusal`."""
    state, dot, rest = key.partition(".")
    unasked = rest if dot and state in STATES.values() else key
    return key in WORDS or unasked in UNASKED or is_refusal(key)


def is_refusal(key: str) -> bool:
    """Whether a key stands for refusals: [state.][keyword.]reason[.detail], or [state.]err."""
    parts = key.split(".")
    if parts[0] in STATES.values():
        parts = parts[1:]
    if len(parts) > 1 and parts[0] in _KEYWORDS:
        parts = parts[1:]
    return parts[:1] == ["err"] or (
        parts[:1] != [] and parts[0] in _REASONS and (not parts[1:] or parts[1] in DETAILS)
        and not parts[2:]
    )  # fmt: skip


def refusal_keys(
    keyword: str, reason: Reason, state: State | None = None, detail: str = ""
) -> tuple[str, ...]:
    """The keys that stand for a refusal, the one that says most first and `err` last."""
    return _keys(keyword if keyword in COMMANDS else "", reason, state, detail)


@lru_cache(maxsize=1024)
def _keys(keyword: str, reason: Reason, state: State | None, detail: str) -> tuple[str, ...]:
    plain = forms = [f"{keyword.lower()}.{reason.value}", reason.value]
    while detail:
        # `count-noise` is a kind of `count`. The keyword's own text says more than a detail.
        forms = forms[: -len(plain)] + [f"{form}.{detail}" for form in plain] + plain
        detail = detail.rpartition("-")[0]
    forms = [*forms, f"{keyword.lower()}.err", "err"]
    if not keyword:
        forms = [form for form in forms if not form.startswith(".")]
    where = STATES.get(state, "") if state else ""
    if where:
        forms = [each for form in forms for each in (f"{where}.{form}", form)]
    return tuple(forms)


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
    #: A second line behind a reply, whole with its status indicator, by the reply's key in `wording`:
    #: against RFC 1939 §3, which has one. GreenMail behind RSET, Qpopper behind a refused APOP. Under
    #: `autologout`: said in place of that text.
    then: Mapping[str, str] = field(default_factory=dict)

    #: The keywords of the commands that this server has; worked out once, as each line asks for it.
    known: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        """AUTH is there with a mechanism, and what is optional where it is offered."""
        lacking = OPTIONAL.difference(self.policy.offers)
        if not self.policy.mechanisms:
            lacking |= {"AUTH"}
        object.__setattr__(self, "known", frozenset(COMMANDS).difference(lacking))

    def offered(self, keyword: str) -> bool:
        """Whether this server knows the command at all."""
        return keyword in self.known

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
        """The template of a -ERR, by the key that says most; none: the bare indicator."""
        words = self.wording
        keys = refusal_keys(keyword, reason, state, detail)
        return next((words[key] for key in keys if key in words), "")

    def unasked(self, key: str, state: State) -> str | None:
        """What is said unasked, one of `UNASKED`, as a whole line's template; None: nothing is."""
        if key in self.then:
            return self.then[key]
        words = self.wording.get(f"{STATES.get(state, '')}.{key}", self.wording.get(key))
        return None if words is None else said("-ERR", words)
