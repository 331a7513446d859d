"""A line within one process: what is sent is answered at once, in pieces if one likes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from .endpoint import Endpoint

__all__ = ["Cutter", "MemoryLink", "Tape", "whole"]

#: Cuts octets into the pieces in which they arrive, as a network may.
Cutter = Callable[[bytes], Iterable[bytes]]

#: Octets of each direction that a line remembers for `carried`, each piece counted with its object.
KEPT = 32 * 1024 * 1024
_OBJECT = 64


def whole(data: bytes) -> Iterable[bytes]:
    """No cutting: what is sent arrives in one piece."""
    return (data,) if data else ()


class Tape:
    """The pieces that went one way, by reference. Beyond `KEPT` the oldest are let go."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._weight = 0

    def add(self, piece: bytes) -> None:
        """Remember a piece."""
        if not piece:
            return
        self._pieces.append(piece)
        self._weight += len(piece) + _OBJECT
        while self._weight > KEPT and len(self._pieces) > 1:
            self._weight -= len(self._pieces.popleft()) + _OBJECT

    def take(self) -> bytes:
        """All that is remembered, which is forgotten with this."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        self._weight = 0
        return taken


class MemoryLink:
    """A link to an endpoint in the same process. `cut` decides in which pieces octets arrive."""

    def __init__(self, endpoint: Endpoint, *, cut: Cutter = whole) -> None:
        self._endpoint = endpoint
        self._cut = cut
        self._closed = False
        self._sent = Tape()
        self._received = Tape()

    def send(self, data: bytes) -> None:
        """Carry octets to the endpoint. Raises ConnectionError where the line is closed."""
        if self._closed:
            raise ConnectionResetError("the line is closed")
        self._sent.add(data)
        for piece in self._cut(data):
            self._endpoint.receive_data(piece)

    def receive(self) -> bytes:
        """All that the endpoint has answered since the last call."""
        answered = b"".join(_all_of(self._endpoint))
        self._received.add(answered)
        return answered

    def receive_pieces(self) -> list[bytes]:
        """As `receive`, in the pieces in which the endpoint gave it, for a line that splits."""
        pieces = [bytes(piece) for piece in _all_of(self._endpoint) if len(piece)]
        for piece in pieces:
            self._received.add(piece)
        return pieces

    def carried(self) -> tuple[bytes, bytes]:
        """The octets (sent, received) since the last call, as they were on the wire.

        Under TLS that is ciphertext. Of more than `KEPT` octets one way, the last are kept.
        """
        return self._sent.take(), self._received.take()

    def close(self) -> None:
        """Hang up. The endpoint is told once."""
        if not self._closed:
            self._closed = True
            self._endpoint.receive_eof()

    @property
    def closed(self) -> bool:
        """Whether either side has closed the line."""
        return self._closed or self._endpoint.hangs_up


def _all_of(endpoint: Endpoint) -> Iterator[bytes | memoryview]:
    """All that an endpoint has to say, asked until it says nothing."""
    while pieces := endpoint.data_to_send():
        yield from pieces
