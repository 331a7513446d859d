"""What a session has answered already: a line that changes nothing gets the same octets again.

People and programs repeat themselves. While a session stands as it is, its answers do too, so the
second STAT costs no more than finding the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from .exchange import Exchange, Reason

__all__ = ["PASSING", "STRAY", "Recall"]

#: Octets of replies that a session remembers. More would be paid for by every idle session.
MEMORY = 16384
#: What an entry weighs besides its octets.
_ENTRY = 200
#: What depends on more than the session: such an answer is not given again from memory.
PASSING = frozenset(
    {Reason.BAD_CREDENTIALS, Reason.IN_USE, Reason.LOGIN_DELAY, Reason.TEMPORARY,
     Reason.PERMANENT}
)  # fmt: skip
#: What a server says no to before it looks at the mail: a line that is no command as it stands.
STRAY = frozenset(
    {Reason.UNKNOWN_COMMAND, Reason.BLANK_LINE, Reason.WRONG_STATE, Reason.MISSING_ARGUMENT,
     Reason.SURPLUS_ARGUMENT, Reason.BAD_OCTET}
)  # fmt: skip


class Recall:
    """The answers of a session while nothing changes in it."""

    __slots__ = ("_longest", "_octets", "cut", "exchanges", "whole")

    def __init__(self) -> None:
        #: Replies by the line as it was cut, and by the line with its LF, as it mostly arrives.
        self.cut: dict[bytes, bytes] = {}
        self.whole: dict[bytes, bytes] = {}
        #: The Exchanges by line as it was cut, where somebody looks on.
        self.exchanges: dict[bytes, Exchange] = {}
        self._octets = 0
        self._longest = 0  # octets of the longest reply

    def keep(
        self, raw: bytes, wire: Sequence[bytes | memoryview], octets: int, exchange: Exchange | None
    ) -> None:
        """Remember an answer that changed nothing, where there is room."""
        size = octets + len(raw) + _ENTRY
        if self._octets + size > MEMORY:
            return
        self.cut[raw] = self.whole[raw + b"\n"] = b"".join(wire)
        self._octets += size
        self._longest = max(self._longest, octets)
        if exchange is not None:
            self.exchanges[raw] = exchange

    def burst(self, lines: Sequence[bytes], most: int) -> bytes | None:
        """The replies to all of these lines, where each is known and they cannot exceed `most`."""
        if len(lines) * self._longest > most:
            return None
        try:
            return b"".join(map(self.cut.__getitem__, lines))
        except KeyError:
            return None

    def forget(self) -> None:
        """The session has changed."""
        if self._octets:
            self.cut, self.whole, self.exchanges, self._octets = {}, {}, {}, 0
            self._longest = 0
