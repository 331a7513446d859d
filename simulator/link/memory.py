"""A line within one process: what is sent is answered at once, in pieces if one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .endpoint import Endpoint

__all__ = ["Cutter", "MemoryLink", "whole"]

#: Cuts octets into the pieces in which they arrive, as a network may.
Cutter = Callable[[bytes], Iterable[bytes]]


def whole(data: bytes) -> Iterable[bytes]:
    """No cutting: what is sent arrives in one piece."""
    return (data,) if data else ()


class MemoryLink:
    """A link to an endpoint in the same process. `cut` decides in which pieces octets arrive."""

    def __init__(self, endpoint: Endpoint, *, cut: Cutter = whole) -> None:
        self._endpoint = endpoint
        self._cut = cut
        self._closed = False

    def send(self, data: bytes) -> None:
        """Carry octets to the endpoint. Raises ConnectionError where the line is closed."""
        if self._closed:
            raise ConnectionResetError("the line is closed")
        for piece in self._cut(data):
            self._endpoint.receive_data(piece)

    def receive(self) -> bytes:
        """All that the endpoint has answered since the last call."""
        return b"".join(self._endpoint.data_to_send())

    def close(self) -> None:
        """Hang up. The endpoint is told once."""
        if not self._closed:
            self._closed = True
            self._endpoint.receive_eof()

    @property
    def closed(self) -> bool:
        """Whether either side has closed the line."""
        return self._closed or self._endpoint.hangs_up
