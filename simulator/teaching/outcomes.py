"""Which replies can occur, and so must be explained.

It follows from the table of commands and from what `pop3.inference` makes of a -ERR; a test holds
the three together.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.pop3 import COMMANDS, Argument, CommandRow, Reason, Rule, State

from .breaches import BREACH, TOLD

__all__ = ["CHALLENGE", "outcomes"]

#: AUTH is answered "+": neither success nor failure, but a question (RFC 5034 section 4).
CHALLENGE = "challenge"

#: What can go wrong with any line, whatever its keyword, or is said in a response code alone.
_OF_ANY = (
    Reason.LINE_TOO_LONG, Reason.BAD_OCTET, Reason.BARE_LF, Reason.BAD_CREDENTIALS, Reason.IN_USE,
    Reason.LOGIN_DELAY, Reason.TEMPORARY, Reason.PERMANENT, Reason.NEEDS_UTF8,
)  # fmt: skip
#: Arguments that have a form, so that something else can stand in their place.
_FORMED = (
    Argument.MESSAGE, Argument.LINES, Argument.DIGEST, Argument.MECHANISM, Argument.LANGUAGE,
)  # fmt: skip
#: The commands that no server lacks, or whose -ERR says something else before it says that.
_EVERYWHERE = frozenset({"USER", "PASS", "RETR", "DELE", "QUIT"})


def outcomes() -> Mapping[str, tuple[str, ...]]:
    """Section -> the outcomes that must be explained there.

    A section is a keyword of the table, or one of those that are no command: GREETING, UNASKED,
    UNKNOWN, ANY (what is the same for all), STATE, MAILDROP, BREACH (of `pop3.rules`) and END. Which
    -ERR can follow which command is a matter of the table and of `pop3.inference`; a test holds the
    two together.
    """
    shared = ("neither", "err", *(reason.value for reason in _OF_ANY))
    return {
        **{keyword: _outcomes_of(row) for keyword, row in COMMANDS.items()},
        "UNKNOWN": ("ok", Reason.UNKNOWN_COMMAND.value, Reason.BLANK_LINE.value),
        "GREETING": ("ok", "err"),
        "UNASKED": ("ok", "err"),
        "ANY": shared,
        BREACH: tuple(rule.word for rule in Rule if rule not in TOLD),
        "STATE": tuple(state.value.lower() for state in State),
        "MAILDROP": ("opened", "held", "marked", "unmarked", "removed", "not-removed", "released"),
        "END": tuple(
            f"{by}-{state}" for by in ("quit", "drop", "server")
            for state in ("authorization", "transaction")
        ),
    }  # fmt: skip


def _outcomes_of(row: CommandRow) -> tuple[str, ...]:
    """What can follow one command, beside what can follow any."""
    arguments, found = row.arguments, ["ok"]

    def add(reason: Reason, holds: bool) -> None:
        if holds:
            found.append(reason.value)

    takes_rest = arguments[-1:] in ((Argument.NAME,), (Argument.STRING,))
    takes_number = arguments[:1] == (Argument.MESSAGE,)
    asks = row.keyword == "AUTH"
    login = asks or row.keyword in {"PASS", "APOP"}
    if asks:
        found.append(CHALLENGE)
    add(Reason.UNKNOWN_COMMAND, row.keyword not in _EVERYWHERE)
    add(Reason.WRONG_STATE, len(row.states) == 1)
    add(Reason.MISSING_ARGUMENT, bool(arguments))
    add(Reason.BAD_ARGUMENT, any(argument in _FORMED for argument in arguments))
    add(Reason.SURPLUS_ARGUMENT, not takes_rest)
    add(Reason.NO_SUCH_MESSAGE, takes_number)
    add(Reason.ALREADY_DELETED, takes_number)
    add(Reason.NO_SUCH_MAILBOX, row.keyword == "USER")
    add(Reason.USER_FIRST, row.keyword == "PASS")
    add(Reason.UNKNOWN_MECHANISM, asks)
    add(Reason.CANCELLED, asks)
    add(Reason.NEEDS_TLS, row.keyword in {"USER", "PASS", "AUTH"})
    add(Reason.BAD_CREDENTIALS, login)
    add(Reason.IN_USE, login)
    add(Reason.LOGIN_DELAY, login)
    add(Reason.TLS_ACTIVE, row.keyword == "STLS")
    # RFC 6856 section 5: the code belongs to these three.
    add(Reason.NEEDS_UTF8, row.keyword in {"LIST", "RETR", "TOP"})
    add(Reason.UNKNOWN_LANGUAGE, row.keyword == "LANG")
    add(Reason.NOT_REMOVED, row.keyword == "QUIT")
    return tuple(found)
