"""What a maildrop's messages come to: made once, and shared by the sessions that have them open.

Messages are immutable and so is their sequence; two sessions on one maildrop hold the very same. To
count or list 10,000 of them takes milliseconds, which nobody should pay twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from operator import attrgetter

from .maildrop import Message

__all__ = ["GONE", "OF", "Survey", "listing", "rows", "survey"]

#: How many maildrops are remembered: those that were opened last.
KEPT = 64
#: By keyword what a listing says of each message.
OF: dict[str, Callable[[Message], int | str]] = {
    "LIST": attrgetter("octets"), "UIDL": attrgetter("listed_id"),
}  # fmt: skip


#: Of the policy `marked`, what leaves marked messages out.
GONE = frozenset({"left-out", "renumbered"})


def listing(
    keyword: str, messages: Sequence[Message], marks: Collection[int], marked: str
) -> bytes:
    """The body of LIST or UIDL, marked messages as the policy `marked` has them."""
    if marks and marked != "listed" and (keyword == "LIST" or marked in GONE):
        return rows(keyword, messages, marks, marked)
    whole = survey(messages)
    return whole.scan_listing if keyword == "LIST" else whole.unique_id_listing


def rows(
    keyword: str,
    messages: Sequence[Message],
    marks: Collection[int] = frozenset(),
    marked: str = "left-out",
) -> bytes:
    """A line about each message; of marked ones none, or one that says 0 octets."""
    about: Iterable[tuple[int, int | str]] = enumerate(map(OF[keyword], messages), 1)
    if marks and marked in GONE:
        about = ((number, each) for number, each in about if number not in marks)
        if marked == "renumbered":
            about = enumerate((each for _, each in about), 1)
    elif marks:
        about = ((number, 0 if number in marks else each) for number, each in about)
    return "".join([f"{number} {each}\r\n" for number, each in about]).encode("ascii")


class Survey:
    """The sums and listings of one sequence of messages, none of them marked."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = messages

    @cached_property
    def octets(self) -> int:
        """The octets of all."""
        return sum([message.octets for message in self.messages])

    @cached_property
    def scan_listing(self) -> bytes:
        """The body of LIST (RFC 1939 section 5)."""
        return rows("LIST", self.messages)

    @cached_property
    def unique_id_listing(self) -> bytes:
        """The body of UIDL (RFC 1939 section 7)."""
        return rows("UIDL", self.messages)


_known: dict[int, Survey] = {}


def survey(messages: Sequence[Message]) -> Survey:
    """The survey of these messages: of this very sequence, not of one like it."""
    found = _known.get(id(messages))
    if found is None or found.messages is not messages:
        while len(_known) >= KEPT:
            del _known[next(iter(_known))]
        found = _known[id(messages)] = Survey(messages)
    return found
