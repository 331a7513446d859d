"""The vocabulary of a personality's page: the keys of its texts, and what a text may quote.

A +OK has its keyword for a key, a -ERR what is the matter: `[state.][keyword.]reason[.detail]`, or
`err` for any. The policies that speak of refusals name them by the same keys.
"""

from __future__ import annotations

from collections.abc import Mapping

from .commands import COMMANDS
from .exchange import Reason
from .states import State

__all__ = [
    "DETAILS",
    "FIELDS",
    "STATES",
    "UNASKED",
    "WORDS",
    "is_refusal",
    "is_word",
    "refusal_keys",
]

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
#: begin; `sessions`: not the lock is in use, but all sessions that one user may have; `undecodable`: a keyword is no
#: UTF-8.
DETAILS: frozenset[str] = frozenset({
    "noise", "overflow", "zero", "negative", "count", "count-noise", "count-overflow",
    "count-negative", "count-zero", "blank", "length", "hex", "nul", "initial", "expunged",
    "changed", "after-user", "alphabet", "cancelled", "digest", "forbidden", "malformed",
    "mechanism", "unknown-user", "unparted", "leading", "token", "unended", "parts", "nameless",
    "barred", "sessions", "undecodable",
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
    """The keys that stand for a refusal, the one that says most first and `err` last.

    `keyword`: of the table, or "": a word of no RFC has no keys of its own.
    """
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
