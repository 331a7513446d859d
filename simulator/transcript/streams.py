"""TCP segments into the octets that each side said, in the order in which the other could hear them.

By sequence number: what was sent again counts once, what came early waits, and what the capture never
saw is a gap of so many octets (RFC 9293 section 3.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .packets import Segment

__all__ = ["Connection", "Piece", "connections"]

_MODULO = 1 << 32
#: Octets that came early and are kept for one side; with more, what is missing counts as lost.
MOST_EARLY = 4 * 1024 * 1024
#: Segments that wait for what they acknowledge; then it counts as lost.
MOST_HELD = 8
Peer = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """Octets of one side, `lost` octets that nobody captured, or (`ended`) the end of that side."""

    packet: int
    sender: Peer
    octets: bytes = b""
    lost: int = 0
    ended: bool = False


@dataclass
class _Side:
    """One direction."""

    next: int | None = None  #: the sequence number that is due
    early: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    held: int = 0
    fin: int | None = None
    over: bool = False


@dataclass
class Connection:
    """One TCP connection: who called whom, as far as is seen, and what was said."""

    first: Segment
    caller: Peer | None = None  #: who sent the SYN; None: it began before the capture
    pieces: list[Piece] = field(default_factory=list)
    sides: dict[Peer, _Side] = field(default_factory=dict)
    packet: int = 0
    held: list[Segment] = field(default_factory=list)  #: they answer what is still to come

    @property
    def peers(self) -> tuple[Peer, Peer]:
        """The two, the sender of the first segment first."""
        return self.first.sender, self.first.receiver

    def take(self, segment: Segment) -> None:
        """The next segment of the capture that belongs to it.

        One that acknowledges octets which are not there yet waits for them a little: some captures put
        a reply before its line.
        """
        self.packet = segment.packet
        if len(self.held) < MOST_HELD and (
            any(each.sender == segment.sender for each in self.held) or self._is_early(segment)
        ):
            self.held.append(segment)
            return
        self._take(segment)
        if len(self.held) >= MOST_HELD or (self.held and not self._is_early(self.held[0])):
            self._release()

    def _release(self) -> None:
        """What was held comes now."""
        held, self.held = self.held, []
        now = self.packet
        for segment in held:
            self.packet = segment.packet
            self._take(segment)
        self.packet = now

    def _is_early(self, segment: Segment) -> bool:
        """Whether it has heard more of the other side than the capture has shown."""
        other = self.sides.get(segment.receiver)
        if segment.ack is None or segment.syn or not segment.payload or other is None:
            return False
        if other.next is None or other.early:  # what is missing there is lost
            return False
        return 0 < (segment.ack - other.next) % _MODULO < _MODULO // 2

    def _take(self, segment: Segment) -> None:
        side = self.sides.setdefault(segment.sender, _Side())
        other = self.sides.setdefault(segment.receiver, _Side())
        if segment.syn:
            side.next = (segment.seq + 1) % _MODULO
            if segment.ack is None:
                self.caller = segment.sender
            elif self.caller is None:
                self.caller = segment.receiver
        if segment.ack is not None:
            self._acknowledged(segment.receiver, other, segment.ack)
        if segment.payload and not segment.syn:
            self._said(segment, side)
        if segment.fin:
            side.fin = (segment.seq + len(segment.payload)) % _MODULO
        if segment.rst and not side.over:
            self._end(segment.sender, side)
        self._flush(segment.sender, side)

    def finish(self) -> None:
        """The capture is over: what came early comes now, with the gap before it."""
        self._release()
        for sender, side in self.sides.items():
            while side.early:
                self._skip(sender, side)
                self._flush(sender, side)

    def _said(self, segment: Segment, side: _Side) -> None:
        if side.next is None:
            side.next = segment.seq
        seq, octets = segment.seq, segment.payload
        behind = (side.next - seq) % _MODULO
        if behind and behind < _MODULO // 2:
            octets = octets[behind:]  # said before, in whole or in part
            seq = side.next
        if not octets or side.over:
            return
        known = side.early.get(seq)
        if known is None or len(known[1]) < len(octets):
            side.held += len(octets) - (len(known[1]) if known else 0)
            side.early[seq] = (segment.packet, octets)
        while side.held > MOST_EARLY:
            self._flush(segment.sender, side)
            if side.held > MOST_EARLY:
                self._skip(segment.sender, side)

    def _acknowledged(self, sender: Peer, side: _Side, ack: int) -> None:
        """The receiver has heard all before `ack`; what of it is not captured never will be."""
        if side.next is None or not side.early:
            return
        nearest = min(side.early, key=lambda seq: (seq - (side.next or 0)) % _MODULO)
        gap = (nearest - side.next) % _MODULO
        if 0 < gap <= (ack - side.next) % _MODULO < _MODULO // 2:
            self._skip(sender, side)
            self._flush(sender, side)

    def _skip(self, sender: Peer, side: _Side) -> None:
        """Go on behind the gap."""
        due = side.next or 0
        nearest = min(side.early, key=lambda seq: (seq - due) % _MODULO)
        lost = (nearest - due) % _MODULO
        if lost:
            self.pieces.append(Piece(side.early[nearest][0], sender, lost=lost))
        side.next = nearest

    def _flush(self, sender: Peer, side: _Side) -> None:
        """What is due, as far as it is there."""
        while side.next is not None and side.early:
            found = side.early.pop(side.next, None)
            if found is None:
                found = self._overlapping(side)
                if found is None:
                    break
            packet, octets = found
            side.held -= len(octets)
            side.next = (side.next + len(octets)) % _MODULO
            if octets:
                self.pieces.append(Piece(max(packet, self.packet), sender, octets))
        if side.fin is not None and side.fin == side.next and not side.over:
            self._end(sender, side)

    def _overlapping(self, side: _Side) -> tuple[int, bytes] | None:
        """Early octets that begin before what is due and reach beyond it, cut to what is new."""
        due = side.next or 0
        for seq in list(side.early):
            behind = (due - seq) % _MODULO
            if behind < _MODULO // 2:
                packet, octets = side.early.pop(seq)
                side.held -= min(behind, len(octets))
                return packet, octets[behind:]
        return None

    def _end(self, sender: Peer, side: _Side) -> None:
        side.over = True
        self.pieces.append(Piece(self.packet, sender, ended=True))


def connections(segments: Iterable[Segment]) -> Iterator[Connection]:
    """The connections of a capture, in the order in which they began."""
    going: dict[frozenset[Peer], Connection] = {}
    every: list[Connection] = []
    for segment in segments:
        key = frozenset({segment.sender, segment.receiver})
        connection = going.get(key)
        anew = segment.syn and segment.ack is None and connection is not None and connection.pieces
        if connection is None or anew:
            connection = going[key] = Connection(segment)
            every.append(connection)
        connection.take(segment)
    for connection in every:
        connection.finish()
        yield connection
