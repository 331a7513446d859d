"""What a session has answered already: a line that changes nothing gets the same octets again.

People and programs repeat themselves. While a session stands as it is, its answers do too, so the
second STAT costs no more than finding the first.
"""

from __future__ import annotations

from typing import NamedTuple

from .exchange import Exchange, Reason

__all__ = ["PASSING", "Given", "Recall"]

#: Octets of replies that a session remembers. More would be paid for by every idle session.
MEMORY = 16384
#: What an entry weighs besides its octets.
_ENTRY = 200
#: What depends on more than the session: such an answer is not given again from memory.
PASSING = frozenset(
    {Reason.BAD_CREDENTIALS, Reason.IN_USE, Reason.LOGIN_DELAY, Reason.TEMPORARY,
     Reason.PERMANENT}
)  # fmt: skip


class Given(NamedTuple):
    """An answer that was given."""

    wire: tuple[bytes, ...]
    octets: int
    exchange: Exchange | None  #: where somebody looks on


class Recall:
    """The answers of a session while nothing changes in it."""

    __slots__ = ("_octets", "cut", "whole")

    def __init__(self) -> None:
        #: By the line as it was cut, and by the line with its LF, as it mostly arrives.
        self.cut: dict[bytes, Given] = {}
        self.whole: dict[bytes, Given] = {}
        self._octets = 0

    def keep(self, raw: bytes, given: Given) -> None:
        """Remember an answer that changed nothing, where there is room."""
        size = given.octets + len(raw) + _ENTRY
        if self._octets + size <= MEMORY:
            self.cut[raw] = self.whole[raw + b"\n"] = given
            self._octets += size

    def forget(self) -> None:
        """The session has changed."""
        if self._octets:
            self.cut, self.whole, self._octets = {}, {}, 0
