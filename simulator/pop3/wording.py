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
DETAILS: Mapping[str, str] = {
    # of a line and its keyword
    "nul": "there is a NUL among the octets",
    "leading": "a line has a blank where its keyword should begin",
    "undecodable": "a keyword is no UTF-8",
    "after-user": "behind USER this server takes PASS alone",
    # of a number
    "noise": "something stands behind its digits",
    "overflow": "it is too large",
    "zero": "it is 0",
    "negative": "it is less than 0",
    # of TOP's count: that it is missing, or is no number
    "count": "of TOP's two numbers it is the count of lines",
    "count-noise": "something stands behind its digits",
    "count-overflow": "it is too large",
    "count-zero": "it is 0",
    "count-negative": "it is less than 0",
    # of other arguments
    "blank": "it is missing, and a blank stands in its place",
    "length": "a name, a password, a word or APOP's digest has a length that it may not have",
    "hex": "APOP's digest is not hexadecimal",
    "digest": "APOP has a name and no digest, or what is none",
    # of names and logins
    "forbidden": "a name has a character that it may not have",
    "nameless": "a name without an octet",
    "unknown-user": "nobody has that name",
    "barred": "nobody of that name gets in (policy_login.names_barred)",
    "token": "it was a token that is not good",
    "sessions": "not the lock is in use, but all sessions that one user may have",
    "any": "TLS is wanted for any mechanism, and not for those in the clear alone",
    # of AUTH's responses
    "mechanism": "it is no base64, and the mechanism is not offered either",
    "initial": "the initial response is no base64",
    "alphabet": "it has octets that stand in no base64",
    "unended": "its base64 has octets left over (policy_auth.base64)",
    "cancelled": 'it is no base64, and begins with "*"',
    "malformed": "it is not what the mechanism asks for",
    "parts": "PLAIN's has more than three parts",
    "unparted": "CRAM-MD5's has a name alone, or a digest alone",
    # of mail that is gone
    "expunged": "another session has removed the message",
    "changed": "another session has removed some message, and this one gives up",
}
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
