"""One connection of a listener: octets from a socket into an endpoint, and back.

Why not asyncio's streams: octets that a stream has buffered survive its `start_tls`, and what becomes
of them depends on the version of Python. Here each octet goes to the endpoint at once, which alone
knows what counts, and TLS is a layer around it (tls.py), so there is no buffer to be smuggled into.

Reading and writing share one bound: while the peer does not take what it has asked for, nothing more
is read from it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, NamedTuple, cast

from .endpoint import Endpoint, Timed

if TYPE_CHECKING:
    from .listener import Listener
    from .records import TlsFailed

__all__ = ["Carrier", "Peer"]

#: Octets that go to the socket in one write. Replies are gathered up to it: a write costs more than
#: all that a short reply costs us.
PORTION = 65536

_Piece = bytes | memoryview


class Peer(NamedTuple):
    """Who is at the other end. `number` is the connection's own, from 1."""

    number: int
    address: str
    port: int
    secure: bool  #: TLS from the first octet


class Carrier(asyncio.BufferedProtocol):
    """Between a socket and an endpoint, until either side closes the line."""

    __slots__ = (
        "_began", "_endpoint", "_full", "_heard", "_left", "_listener", "_owed", "_parting",
        "_taken", "_transport", "_waits", "inner", "peer",
    )  # fmt: skip

    def __init__(self, listener: Listener, *, secure: bool) -> None:
        self._listener = listener
        self.peer = Peer(0, "", 0, secure)
        self._began = self._heard = 0.0
        self._owed: deque[_Piece] | None = None  # what the peer has not taken yet
        self._full = False  # the transport holds octets that the peer does not take
        self._waits = False  # the endpoint wants its answer to be late
        self._parting = False  # the line is closed once all is carried
        self._taken = False  # there is room for it, and an endpoint
        self._left = True  # nothing more is said; what comes is thrown away

    # From the socket

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer has called. It gets an endpoint, or is turned away."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)  # say at once when octets are kept
        self._began = self._heard = self._listener.clock()
        address, port = (transport.get_extra_info("peername") or ("", 0))[:2]
        self.peer = Peer(self._listener.next_number(), address, port, self.peer.secure)
        busy = self._listener.takes(self)
        if busy is not None:
            self._transport.write(busy)
            self._transport.close()
            return
        self._taken, self._left = True, False
        self.inner: Timed = self._listener.new_endpoint(self.peer)
        self._endpoint: Endpoint = self.inner
        if self.peer.secure:
            self._begin_tls()
        self._pump()
        if self._listener.watched:
            self._listener.turned(self.peer, self.inner)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 -- asyncio's signature
        """Room for what is read: the same for all connections, since it is taken at once."""
        return self._listener.room

    def buffer_updated(self, nbytes: int) -> None:
        """Octets have come."""
        if self._left:
            return
        listener = self._listener
        self._endpoint.receive_data(bytes(listener.room[:nbytes]))
        self._pump()
        self._heard = listener.clock()  # the time that the answer took was ours, not the peer's
        # With a close_notify it is the peer that has left; `closed` says so in its time.
        if listener.watched and not getattr(self._endpoint, "ended", False):
            listener.turned(self.peer, self.inner)

    def eof_received(self) -> bool:
        """The peer has closed its side. What it had asked for is carried before ours is closed."""
        if not self._left:
            self._endpoint.receive_eof()
            self._pump()
        return False

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- lost is lost
        """The line is down."""
        self._left, self._owed = True, None
        if self._taken:
            self._endpoint.receive_eof()
            self._listener.lost(self)

    def pause_writing(self) -> None:
        """The peer does not take more for now, so nothing more is read from it either."""
        self._full = True
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """It has taken all that the transport had."""
        self._full = False
        self._heard = self._listener.clock()  # who reads is there
        if self._owed is None:
            self._transport.resume_reading()
        else:
            self._pump()

    # To the socket

    def _pump(self) -> None:
        """Carry what there is to be carried, as far as the peer takes it."""
        if self._left or self._waits:
            return
        if self._owed is None:
            out = self._endpoint.data_to_send()
            if len(out) == 1 and self.inner.calm and len(out[0]) <= PORTION:
                self._transport.write(out[0])  # by far the most
                return
            delay = self.inner.delay()
            if delay or sum(map(len, out)) > PORTION:
                self._owe(out, delay)
                return
            if out:
                self._transport.write(out[0] if len(out) == 1 else b"".join(out))
            if self._endpoint.hangs_up or self.inner.wants_tls or self._parting:
                self._carried()
            return
        self._drip(self._owed)

    def _owe(self, out: Sequence[_Piece], delay: float) -> None:
        """Carry this in portions, after `delay` seconds; nothing is read from the peer meanwhile."""
        self._owed = deque(out)
        self._transport.pause_reading()
        if delay:
            self._wait(delay)
        else:
            self._drip(self._owed)

    def _wait(self, delay: float) -> None:
        self._waits = True
        asyncio.get_running_loop().call_later(delay, self._waited)

    def _waited(self) -> None:
        self._waits = False
        self._go_on()

    def _go_on(self) -> None:
        """Carry on, from the loop. Where that fails, asyncio closes no line: we do."""
        try:
            self._pump()
        except BaseException:
            self._transport.abort()
            raise

    def _drip(self, owed: deque[_Piece]) -> None:
        """Carry much, a portion at a time. Between two answers others have their turn."""
        while owed and not self._full and not self._transport.is_closing():
            self._transport.write(_portion(owed))
        if owed:
            return
        more = self._endpoint.data_to_send()
        if more:
            self._listener.turned(self.peer, self.inner)  # lines that were held are answered now
            owed.extend(more)
            if delay := self.inner.delay():
                self._wait(delay)
            elif not self._full:
                asyncio.get_running_loop().call_soon(self._go_on)
            return
        if not self._full:
            self._owed = None
            self._transport.resume_reading()
            self._carried()

    def _carried(self) -> None:
        """All that the endpoint has said is with the transport: what does it want now?"""
        if self._parting or self._endpoint.hangs_up:
            self._leave()
        elif self.inner.wants_tls and self._endpoint is self.inner:
            self._begin_tls()

    def _begin_tls(self) -> None:
        """TLS from here on. What came behind the command for it, in the clear, is lost."""
        from .tls import TlsEndpoint

        self._endpoint = TlsEndpoint(self.inner, self._listener.context(), at_once=True)

    # The end

    def _leave(self) -> None:
        """Close our side, and go on reading for a while.

        To close a socket with unread octets resets the line, and the peer might lose our last words.
        """
        if not self._left:
            self._left = True
            self._heard = self._listener.clock()
            self._transport.resume_reading()
            try:
                self._transport.write_eof()
            except OSError:  # the peer has reset the line, and we are about to hear of it
                self._transport.abort()

    def part(self) -> None:
        """The service ends: carry what is owed, and close the line."""
        if not self._left:
            self._parting = True
            self.inner.receive_eof()  # TLS around it still has to seal what is owed
            self._listener.turned(self.peer, self.inner)
            self._pump()

    def abort(self) -> None:
        """Close the line at once."""
        self._transport.abort()

    def look(self, now: float) -> None:
        """Has the endpoint waited long enough?"""
        idle, grace = self.inner.idle_limit, self.inner.grace
        if self._left:
            # Who still takes our last words has the time that it would have had before them.
            patience = idle or inf if self._full else self._listener.bounds.linger
            if now - self._heard >= patience:
                self._transport.abort()
            return
        if (idle and now - self._heard >= idle) or (grace and now - self._began >= grace):
            stuck = self._owed is not None or self._full
            self.inner.receive_timeout()
            self._listener.turned(self.peer, self.inner)
            if stuck:
                self._transport.abort()
            else:
                self._pump()

    @property
    def failure(self) -> TlsFailed | None:
        """Why TLS could not be had, or broke."""
        return getattr(self._endpoint, "failure", None)


def _portion(owed: deque[_Piece]) -> _Piece:
    """The next octets for one write, off the front of what is owed."""
    first = owed.popleft()
    if len(first) >= PORTION // 2 or not owed:
        return first
    some: list[_Piece] = [first]
    room = PORTION - len(first)
    while owed and len(owed[0]) <= room:
        room -= len(owed[0])
        some.append(owed.popleft())
    return b"".join(some)
