"""What the margin's prose may ask of an exchange: VALUES to quote and SITUATIONS to tell apart.

Both tables are closed, and everything in them comes from the wire and from what the session showed
before. The pages of `lessons/margin` are held to these names when they are read (see `margin.py`);
`lessons/margin/session.yaml` says at its head what each stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from simulator.pop3 import Effect, Ending, State, Status
from simulator.pop3.discretion import secret_in
from simulator.pop3.listings import drop_listing

from .breaches import BREAKING, BROKEN
from .dialogue import DIALOGUE, SPOKEN
from .look import Look, quotable
from .recollection import Offer

__all__ = ["ALWAYS", "COUNTS", "GROUPS", "SITUATIONS", "VALUES"]

_RANGE = re.compile(r"[0-9]+([-:,;/][0-9*]*)+|\*|all", re.IGNORECASE)
_MOST_NUMBERS = 8
_MOST_TAGS = 40


def _listed(numbers: tuple[int, ...]) -> str | None:
    if len(numbers) > _MOST_NUMBERS:
        numbers, last = numbers[:3], numbers[-1]
        return ", ".join(map(str, numbers)) + f" ... {last}"
    return ", ".join(map(str, numbers)) or None


def _size(look: Look) -> int | None:
    if look.exchange.keyword == "LIST":
        words = look.exchange.reply.text.split(" ")
        known = len(words) > 1 and words[1].isascii() and words[1].isdigit() and len(words[1]) < 19
        return int(words[1]) if known else None
    body = look.exchange.reply.body
    return None if body is None or not look.counted else len(body) - look.dots


def _left(look: Look) -> int | None:
    return None if look.after.total is None else look.after.total - len(look.numbers)


def _ago(look: Look) -> int | None:
    at = look.before.marked.get(look.number or 0)
    return None if at is None else look.after.lines - at


def _timestamp(look: Look) -> str | None:
    effect = look.exchange.did(Effect.GREETING)
    return quotable(effect.name, 80) if effect else None


def _compared(look: Look) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tags of a reply to CAPA that are new or changed since the one before it, and those gone."""
    earlier, now = look.before.offer, look.after.offer
    if earlier is None or now is None or earlier is now or look.exchange.keyword != "CAPA":
        return (), ()
    old, new = earlier.tags(), now.tags()
    gained = tuple(tag for tag, line in new.items() if old.get(tag) != line)
    return gained, tuple(tag for tag in old if tag not in new)


def _tags(tags: tuple[str, ...]) -> str | None:
    """The tags in one text; as many as there is room for."""
    while tags and len(", ".join(tags)) > _MOST_TAGS:
        tags = (*tags[: -2 if tags[-1] == "..." else -1], "...")
        if tags == ("...",):
            return None
    return quotable(", ".join(tags), _MOST_TAGS, blanks=True) if tags else None


def _delay(look: Look) -> int | None:
    """The seconds of LOGIN-DELAY, where CAPA told."""
    offer = look.before.offered
    words = offer.tags().get("LOGIN-DELAY", "").split(" ") if offer is not None else []
    return int(words[1]) if words[1:] and re.fullmatch(r"[0-9]{1,7}", words[1]) else None


def _last(look: Look) -> int | None:
    """The number in a reply to LAST."""
    found = re.match(r"[0-9]{1,10}(?![^ ])", look.exchange.reply.text)
    return int(found.group()) if found and look.exchange.keyword == "LAST" else None


def _language(look: Look) -> str | None:
    effect = look.exchange.did(Effect.LANGUAGE)
    return quotable(effect.name) if effect else None


def _state_before(look: Look) -> str:
    return str((State.UPDATE if _updated(look) else look.exchange.before).value)


def _updated(look: Look) -> bool:
    quit_said = look.end is not None and look.end.by is Ending.QUIT
    return quit_said and look.exchange.before is State.TRANSACTION


#: Placeholder -> its value, or None where this exchange has none (then the text is passed over).
VALUES: Mapping[str, Callable[[Look], str | int | None]] = {
    "keyword": lambda look: look.exchange.keyword or None,
    "word": lambda look: None if secret_in(look.line) else quotable(look.line.partition(" ")[0]),
    "meant": lambda look: look.joined or look.misspelt or None,
    "number": lambda look: look.number,
    "its-number": lambda look: look.before.number_of(look.first) if look.first else None,
    "user": lambda look: quotable(look.exchange.user or look.after.named or look.before.named),
    "timestamp": _timestamp,
    "count": lambda look: (drop_listing(look.exchange.reply) or (None,))[0],
    "octets": lambda look: (drop_listing(look.exchange.reply) or (None, None))[1],
    "size": _size,
    "told": lambda look: look.told,
    "rows": lambda look: None if look.in_part else len(look.exchange.reply.lines),
    "total": lambda look: look.after.total,
    "left": _left,
    "marks": lambda look: len(look.numbers),
    "numbers": lambda look: _listed(look.numbers),
    "unasked": lambda look: _listed(look.unasked),
    "ago": _ago,
    "dots": lambda look: look.dots,
    "asked": lambda look: look.asked,
    "sent": lambda look: look.sent if look.counted else None,
    "tries": lambda look: look.after.failures,
    "before": _state_before,
    "gained": lambda look: _tags(_compared(look)[0]),
    "lost": lambda look: _tags(_compared(look)[1]),
    "delay": _delay,
    "last": _last,
    "language": _language,
    **SPOKEN,
    **BROKEN,
}
#: The values that are there for each exchange: what the text of an entry itself may quote.
ALWAYS = frozenset({"before", "marks"})
#: The values that are whole numbers, for `${marks|# message|# messages}`.
COUNTS = frozenset(
    {"number", "its-number", "count", "octets", "size", "told", "rows", "total", "left", "marks", "ago",
     "dots", "asked", "sent", "tries", "delay", "last", "iterations", "at",
     "came", "due"}
)  # fmt: skip
#: The groups of words that are no POP3, or not this table's; each is a situation too.
GROUPS = (
    "smtp", "imap", "http", "ftp", "shell", "dial", "reply", "login", "starttls", "obsolete", "help",
)  # fmt: skip


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


def _expires_at_once(look: Look) -> bool:
    offer = look.after.offered
    return offer is not None and offer.tags().get("EXPIRE", "").upper() == "EXPIRE 0"


def _offers(look: Look, tag: str) -> bool:
    offer = look.after.offered
    return offer is not None and tag in offer.tags()


def _heard_again(look: Look) -> tuple[Offer, Offer] | None:
    """The reply to CAPA before this one, and this one."""
    if look.exchange.keyword != "CAPA" or look.before.offer is None or look.after.offer is None:
        return None
    return look.before.offer, look.after.offer


def _heard_since(what: Callable[[Offer], bool]) -> Callable[[Look], bool]:
    """Whether something holds of this reply to CAPA and did not of the one before."""

    def holds(look: Look) -> bool:
        heard = _heard_again(look)
        return heard is not None and what(heard[1]) and not what(heard[0])

    return holds


def _coded(*codes: str) -> Callable[[Look], bool]:
    return lambda look: look.exchange.reply.code in codes


def _from_group(name: str) -> Callable[[Look], bool]:
    return lambda look: look.group == name


def _line_holds(pattern: str) -> Callable[[Look], bool]:
    found = re.compile(pattern)
    return lambda look: found.search(look.line) is not None


_LOGINS = frozenset({"USER", "PASS", "APOP", "AUTH"})

#: Situation -> whether it holds.
SITUATIONS: Mapping[str, Callable[[Look], bool]] = {
    "known": lambda _: True,
    # the session
    "counted": lambda look: look.after.total is not None,
    "empty": lambda look: look.after.total == 0,
    "one": lambda look: look.after.total == 1,
    "marks": lambda look: bool(look.numbers),
    "unasked": lambda look: bool(look.unasked),
    "expire-0": _expires_at_once,
    "marks-alone": lambda look: bool(look.numbers) and look.after.total is None,
    "all-marked": lambda look: bool(look.numbers) and len(look.numbers) == look.after.total,
    "early": lambda look: look.exchange.before is State.AUTHORIZATION,
    "late": lambda look: look.exchange.before is State.TRANSACTION,
    "named": lambda look: bool(look.before.named),
    "spent": lambda look: look.before.spent,
    "failed-again": lambda look: look.after.failures > 1,
    "utf8-on": lambda look: look.before.utf8,
    "offers-stls": lambda look: _offers(look, "STLS"),
    "updated": _updated,
    "not-removed": lambda look: bool(look.end and look.end.forgotten),
    # the reply
    "timestamp": lambda look: bool(_timestamp(look)),
    "brackets": lambda look: "<" in look.exchange.reply.text,
    "single": lambda look: look.exchange.reply.body is None,
    "twins": lambda look: look.twins,
    "dots": lambda look: look.dots > 0,
    "read-before": lambda look: look.number in look.before.read,
    "other-size": lambda look: look.told not in {None, _size(look)},
    "whole": lambda look: look.asked is not None and look.sent < look.asked,
    "headers-only": lambda look: look.asked == 0,
    "coded": lambda look: bool(look.exchange.reply.code),
    "sys-temp": _coded("SYS/TEMP"),
    "sys-perm": _coded("SYS/PERM"),
    "same-again": lambda look: look.exchange.reply.line == look.before.said,
    "after-a-body": lambda look: look.before.bodied,
    "never-read": lambda look: not look.before.read,
    "last-zero": lambda look: _last(look) == 0,
    "no-user": lambda look: _offers(look, "STLS") and not _offers(look, "USER"),
    "asked-again": lambda look: _heard_again(look) is not None,
    "since-tls": _heard_since(lambda offer: offer.secure),
    "since-login": _heard_since(lambda offer: offer.late),
    "gained": lambda look: bool(_compared(look)[0]),
    "lost": lambda look: bool(_compared(look)[1]),
    "smtp-banner": _text_begins("220 ", "220-", "554 "),
    "imap-banner": _text_begins("* "),
    "continuation": lambda look: look.exchange.reply.status is Status.CONTINUE,
    "crossed": _text_begins("+ERR", "-OK"),
    "lower-case": lambda look: look.exchange.reply.line.upper().startswith(("+OK", "-ERR")),
    # the arguments
    "bare": lambda look: not look.arguments,
    "star": lambda look: look.first == "*",
    "to-log-in": lambda look: look.exchange.keyword in _LOGINS,
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
    **DIALOGUE,
    **BREAKING,
}
