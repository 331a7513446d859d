"""Many messages from a few lines: `bulk:` of a page, drawn by a chance that is the same everywhere.

A maildrop of 305 messages teaches something that one of three cannot, and nobody should have to
write it. Whole numbers only, and a chance of our own, so that each machine and each version of
Python makes the same mail. The messages are made to a size, and so cost nothing until they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .making import least_octets, make_message
from .message import Message
from .page import LARGEST, BulkPage

__all__ = ["Planned", "planned", "stretched"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Chance:
    """A linear congruential generator (Knuth, MMIX): the same numbers for the same seed."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def draw(self) -> int:
        """The next number, 0 to 2**32 - 1."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return self._state >> 32

    def below(self, limit: int) -> int:
        """The next number, 0 to `limit` - 1."""
        return self.draw() * limit >> 32


@dataclass(frozen=True, slots=True)
class Planned:
    """A message of a bulk before its size is settled."""

    label: str
    headers: Mapping[str, str]
    text: str
    as_: str
    octets: int  #: the size it asks for
    least: int  #: from this size on it can have any

    def made(self, octets: int) -> Message:
        """The message, of that size. Raises TooSmall."""
        return make_message(self.label, self.headers, self.text, octets=octets, as_=self.as_)


def planned(page: BulkPage) -> Iterator[Planned]:
    """The messages of a bulk, in their order. Raises ValueError where a header is none."""
    chance = Chance(page.seed)
    when = datetime.fromisoformat(page.since) + timedelta(minutes=chance.below(24 * 60))
    for number, label in enumerate(page.labels):
        octets = _octets(page.octets, number, chance)
        sender = page.from_[chance.below(len(page.from_))]
        headers = {"From": sender}
        if page.to:
            headers["To"] = page.to
        headers["Date"] = _date(when)
        headers["Message-ID"] = f"<{label}.{page.seed}@{_domain(sender)}>"
        headers["Subject"] = page.subject[chance.below(len(page.subject))]
        least = least_octets(headers, page.text, page.as_)
        yield Planned(label, headers, page.text, page.as_, octets, least)
        when += timedelta(minutes=20 + chance.below(8 * 60), seconds=chance.below(60))


def stretched(wanted: Sequence[Planned], room: int) -> list[int]:
    """Sizes for these messages that come to exactly `room`, in proportion to what they ask for.

    Raises ValueError, with what would do, where they cannot.
    """
    least = sum(each.least for each in wanted)
    if room < least:
        raise ValueError(f"at least {least} octets are needed for the bulk, and there are {room}")
    weights = [max(each.octets - each.least, 0) for each in wanted]
    weights = weights if any(weights) else [1] * len(wanted)
    whole, more = sum(weights), room - least
    sizes = [each.least + more * w // whole for each, w in zip(wanted, weights, strict=True)]
    for at in range(room - sum(sizes)):  # what the divisions left over: less than one octet each
        sizes[at] += 1
    if max(sizes) > LARGEST:
        raise ValueError(f"a message would have {max(sizes)} octets, and the most is {LARGEST}")
    return sizes


def _octets(octets: Sequence[int], number: int, chance: Chance) -> int:
    """The size of one message: between the two, mostly small; or the next of the list."""
    if len(octets) != 2:
        return octets[number % len(octets)]
    least, most = octets
    return least + ((most - least + 1) * chance.draw() ** 3 >> 96)


def _domain(sender: str) -> str:
    """What stands behind the @ of an address."""
    domain = sender.rpartition("@")[2].partition(">")[0].strip() if "@" in sender else ""
    return domain or "example.test"


def _date(when: datetime) -> str:
    """A Date as RFC 5322 section 3.3 has it, whatever language the machine speaks."""
    day, month = _DAYS[when.weekday()], _MONTHS[when.month - 1]
    return f"{day}, {when.day} {month} {when.year} {when:%H:%M:%S} +0000"
