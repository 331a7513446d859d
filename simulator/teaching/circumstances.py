"""What the margin's prose may ask of an exchange: VALUES to quote and SITUATIONS to tell apart.

Both tables are closed, and everything in them comes from the wire and from what the session showed
before. The pages of `lessons/margin` are held to these names when they are read (see `margin.py`);
`lessons/margin/session.yaml` says at its head what each stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from simulator.pop3 import Effect, Ending, State

from .look import Look
from .recollection import drop_listing

__all__ = ["ALWAYS", "COUNTS", "GROUPS", "SITUATIONS", "VALUES"]

#: What may be quoted in a note: short, printable, and no markup of a note.
_QUOTABLE = re.compile(r"[!-)+-_a-~]+")
_RANGE = re.compile(r"[0-9]+([-:,;/][0-9*]*)+|\*|all", re.IGNORECASE)
_MOST_NUMBERS = 8


def _quotable(text: str, most: int = 24) -> str | None:
    return text if len(text) <= most and _QUOTABLE.fullmatch(text) else None


def _listed(numbers: tuple[int, ...]) -> str | None:
    if len(numbers) > _MOST_NUMBERS:
        numbers, last = numbers[:3], numbers[-1]
        return ", ".join(map(str, numbers)) + f" ... {last}"
    return ", ".join(map(str, numbers)) or None


def _size(look: Look) -> int | None:
    if look.exchange.keyword == "LIST":
        words = look.exchange.reply.text.split(" ")
        return int(words[1]) if len(words) > 1 and words[1].isdecimal() else None
    body = look.exchange.reply.body
    return None if body is None else len(body) - look.dots


def _left(look: Look) -> int | None:
    return None if look.after.total is None else look.after.total - len(look.numbers)


def _ago(look: Look) -> int | None:
    at = look.before.marked.get(look.number or 0)
    return None if at is None else look.after.lines - at


def _timestamp(look: Look) -> str | None:
    effect = look.exchange.did(Effect.GREETING)
    return _quotable(effect.name, 80) if effect else None


def _state_before(look: Look) -> str:
    return str((State.UPDATE if _updated(look) else look.exchange.before).value)


def _updated(look: Look) -> bool:
    quit_said = look.end is not None and look.end.by is Ending.QUIT
    return quit_said and look.exchange.before is State.TRANSACTION


#: Placeholder -> its value, or None where this exchange has none (then the text is passed over).
VALUES: Mapping[str, Callable[[Look], str | int | None]] = {
    "keyword": lambda look: look.exchange.keyword or None,
    "word": lambda look: _quotable(look.line.partition(" ")[0]),
    "meant": lambda look: look.joined or look.misspelt or None,
    "number": lambda look: look.number,
    "its-number": lambda look: look.before.number_of(look.first) if look.first else None,
    "user": lambda look: _quotable(look.exchange.user or look.after.named or look.before.named),
    "timestamp": _timestamp,
    "count": lambda look: (drop_listing(look.exchange.reply) or (None,))[0],
    "octets": lambda look: (drop_listing(look.exchange.reply) or (None, None))[1],
    "size": _size,
    "rows": lambda look: len(look.exchange.reply.lines),
    "total": lambda look: look.after.total,
    "left": _left,
    "marks": lambda look: len(look.numbers),
    "numbers": lambda look: _listed(look.numbers),
    "ago": _ago,
    "dots": lambda look: look.dots,
    "asked": lambda look: look.asked,
    "sent": lambda look: look.sent,
    "tries": lambda look: look.after.failures,
    "before": _state_before,
}
#: The values that are there for each exchange: what the text of an entry itself may quote.
ALWAYS = frozenset({"before", "marks"})
#: The values that are whole numbers, for `${marks|# message|# messages}`.
COUNTS = frozenset(
    {"number", "its-number", "count", "octets", "size", "rows", "total", "left", "marks", "ago",
     "dots", "asked", "sent", "tries"}
)  # fmt: skip
#: The groups of words that are no POP3, or not this table's; each is a situation too.
GROUPS = ("smtp", "imap", "http", "ftp", "shell", "dial", "reply", "login", "starttls", "stls", "auth",
          "utf8", "obsolete", "help")  # fmt: skip


def _two_blanks(look: Look) -> bool:
    return "" in look.arguments[:-1] if look.exchange.keyword else "  " in look.line


def _unnamed(look: Look) -> bool:
    """A message-number is wanted, and something else was given."""
    numbered = look.exchange.keyword in {"LIST", "RETR", "DELE", "TOP", "UIDL"}
    return numbered and bool(look.first) and look.number is None


def _is_listed(look: Look) -> bool:
    return look.number is not None and 0 < look.number <= (look.after.total or 0)


def _text_begins(*beginnings: str) -> Callable[[Look], bool]:
    return lambda look: look.exchange.reply.line.startswith(beginnings)


def _from_group(name: str) -> Callable[[Look], bool]:
    return lambda look: look.group == name


def _line_holds(pattern: str) -> Callable[[Look], bool]:
    found = re.compile(pattern)
    return lambda look: found.search(look.line) is not None


#: Situation -> whether it holds.
SITUATIONS: Mapping[str, Callable[[Look], bool]] = {
    "known": lambda _: True,
    # the session
    "counted": lambda look: look.after.total is not None,
    "empty": lambda look: look.after.total == 0,
    "one": lambda look: look.after.total == 1,
    "marks": lambda look: bool(look.numbers),
    "marks-alone": lambda look: bool(look.numbers) and look.after.total is None,
    "all-marked": lambda look: bool(look.numbers) and len(look.numbers) == look.after.total,
    "early": lambda look: look.exchange.before is State.AUTHORIZATION,
    "late": lambda look: look.exchange.before is State.TRANSACTION,
    "named": lambda look: bool(look.before.named),
    "spent": lambda look: look.before.spent,
    "failed-again": lambda look: look.after.failures > 1,
    "updated": _updated,
    "not-removed": lambda look: bool(look.end and look.end.forgotten),
    # the reply
    "timestamp": lambda look: bool(_timestamp(look)),
    "brackets": lambda look: "<" in look.exchange.reply.text,
    "single": lambda look: look.exchange.reply.body is None,
    "twins": lambda look: look.twins,
    "dots": lambda look: look.dots > 0,
    "read-before": lambda look: look.number in look.before.read,
    "whole": lambda look: look.asked is not None and look.sent < look.asked,
    "headers-only": lambda look: look.asked == 0,
    "coded": lambda look: bool(look.exchange.reply.code),
    "smtp-banner": _text_begins("220 ", "220-", "554 "),
    "imap-banner": _text_begins("* "),
    "continuation": _text_begins("+ "),
    "lower-case": lambda look: look.exchange.reply.line.upper().startswith(("+OK", "-ERR")),
    # the arguments
    "two-blanks": _two_blanks,
    "trailing-blank": lambda look: look.line.endswith(" "),
    "leading-blank": lambda look: look.line.startswith(" "),
    "password-begins-blank": lambda look: look.first.startswith(" "),
    "password-ends-blank": lambda look: look.first.endswith(" "),
    "password-blanks": lambda look: " " in look.first,
    "capital-digits": lambda look: any(map(str.isupper, look.arguments[1:])),
    "unique-id": lambda look: _unnamed(look) and look.before.number_of(look.first) is not None,
    "range": lambda look: _unnamed(look) and _RANGE.fullmatch(look.first) is not None,
    "signed": lambda look: _unnamed(look) and look.first[0] in "+-",
    "lines-signed": lambda look: look.arguments[1:2] != () and look.arguments[1][:1] in {"+", "-"},
    "wordy": lambda look: _unnamed(look) and len(look.first) > 7,
    "many": lambda look: len(look.arguments) > 1 and all(map(str.isdigit, look.arguments)),
    "zero": lambda look: look.number == 0,
    "listed": _is_listed,
    "recalled": lambda look: look.number in look.before.marked,
    # lines that are no command
    "misspelt": lambda look: bool(look.misspelt),
    "joined": lambda look: bool(look.joined),
    "digits": lambda look: look.word.isdigit(),
    "dot": lambda look: look.word == ".",
    "backspace": _line_holds(r"[\x08\x7f]"),
    "escape": _line_holds(r"\x1b"),
    "tab": _line_holds(r"\t"),
    "not-ascii": lambda look: not look.line.isascii(),
    **{name: _from_group(name) for name in GROUPS},
}
