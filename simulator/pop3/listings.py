"""The forms of text that a program may read: drop listing, scan listing and unique-id listing.

RFC 1939 section 5: "all POP3 servers are required to use a certain format", so that a client need not
guess. Everywhere else the text behind +OK is for people. What has not the form is counted, not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from .exchange import Exchange, Reply, decode, encode

__all__ = ["MOST_KEPT", "Listing", "drop_listing", "listing"]

#: Rows of one listing that are kept; more are counted only. A server may send millions.
MOST_KEPT = 20_000
_DROP_LISTING = re.compile(r"([0-9]{1,10}) ([0-9]{1,18})(?: |\Z)")
#: Message-number, octets or 0, unique-id or "", and whether more stands behind them.
_Row: TypeAlias = tuple[int, int, str, bool]


def drop_listing(reply: Reply) -> tuple[int, int] | None:
    """(messages, octets) of a reply to STAT, or None where it has not the form.

    RFC 1939 section 5: "a single space, the number of messages in the maildrop, a single space, and the
    size of the maildrop in octets".
    """
    found = _DROP_LISTING.match(reply.text)
    return (int(found.group(1)), int(found.group(2))) if found else None


@dataclass(frozen=True, slots=True)
class Listing:
    """What LIST or UIDL said, row by row; of one message, or of all.

    Rows are counted from 1, and so are message-numbers: 0 says that there is no such row.
    """

    sizes: Mapping[int, int]  #: message-number -> octets, of LIST; at most MOST_KEPT
    unique_ids: Mapping[int, str]  #: message-number -> unique-id, of UIDL; at most MOST_KEPT
    count: int = 0  #: how many rows there are, whatever they say
    octets: int = 0  #: the sum of the sizes
    malformed: int = 0  #: how many rows have not the form
    first_malformed: int = 0  #: the first of them
    twice: int = 0  #: a message-number that is listed twice
    unordered: int = 0  #: a message-number behind a higher one
    augmented: int = 0  #: a message-number with something behind its size

    @property
    def numbers(self) -> Collection[int]:
        """The message-numbers that are listed."""
        return self.sizes or self.unique_ids

    @property
    def sound(self) -> bool:
        """Whether each row speaks of a message, and of another one than the rest."""
        return not (self.malformed or self.twice)


def listing(exchange: Exchange) -> Listing | None:
    """What a +OK to LIST or UIDL lists; None: it is no such reply."""
    reply = exchange.reply
    if not reply.ok or exchange.keyword not in {"LIST", "UIDL"}:
        return None
    lines = (encode(reply.text),) if reply.body is None else reply.lines
    return _read(lines, _scan_row if exchange.keyword == "LIST" else _unique_id_row)


def _scan_row(line: bytes) -> _Row | None:
    """A scan listing: message-number, "a single space and the exact size of the message in octets"."""
    words = line.split(b" ", 2)
    number = _number(words[0])
    if not number or len(words) < 2 or not words[1].isdigit() or len(words[1]) > 18:
        return None
    return number, int(words[1]), "", len(words) > 2 and bool(words[2].strip())


def _unique_id_row(line: bytes) -> _Row | None:
    """A unique-id listing. "No information follows": behind the blank all is unique-id (section 7)."""
    word, _, unique_id = line.partition(b" ")
    number = _number(word)
    return (number, 0, decode(unique_id), False) if number and unique_id else None


def _number(word: bytes) -> int:
    """A message-number, in at most ten decimal digits; 0: it is none."""
    return int(word) if len(word) <= 10 and word.isdigit() else 0


def _read(lines: Iterable[bytes], read: Callable[[bytes], _Row | None]) -> Listing:
    """All rows, in one pass."""
    sizes: dict[int, int] = {}
    unique_ids: dict[int, str] = {}
    count = octets = malformed = first_malformed = twice = unordered = augmented = last = 0
    for line in lines:
        count += 1
        row = read(line)
        if row is None:
            malformed += 1
            first_malformed = first_malformed or count
            continue
        number, size, unique_id, more = row
        if number > last:
            last = number
        elif number == last or number in sizes or number in unique_ids:
            twice = twice or number
            continue
        else:
            unordered = unordered or number
        octets += size
        if more:
            augmented = augmented or number
        if count <= MOST_KEPT:
            if unique_id:
                unique_ids[number] = unique_id
            else:
                sizes[number] = size
    return Listing(
        sizes, unique_ids, count, octets, malformed, first_malformed, twice, unordered, augmented
    )
