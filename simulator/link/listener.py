"""A listening port: who may call, how many at once, and for how long they may keep us waiting."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from .carrier import Carrier, Peer
from .endpoint import Timed
from .records import TlsFailed

__all__ = ["Bounds", "Listener", "Lookout"]

#: Octets read at a time. One room for all connections: what is read is taken at once.
ROOM = 65536
#: Seconds between two looks at who has kept us waiting.
TICK = 1.0
#: Octets of a socket that the system may keep for a peer that does not read. Left to itself it takes
#: megabytes for each, and filling them keeps the others waiting.
SENT_AHEAD = 262144
#: Lost connections after which their remains are swept out. A transport of asyncio is a circle, and
#: the collector counts objects and not what they hold: a few, with TLS behind them, are megabytes.
REMAINS = 100


@dataclass(frozen=True, slots=True)
class Bounds:
    """What callers may cost. Each is there because somebody has tried (see the abuse run)."""

    connections: int = 1000  #: at once
    per_address: int = 32  #: at once, from one address
    linger: float = 2.0  #: seconds for a peer to close its side once ours is closed
    backlog: int = 512  #: callers that the system lets wait until we take them


class Lookout(Protocol):
    """Who looks on: a log, a board."""

    def opened(self, peer: Peer) -> None:
        """A peer has called."""

    def turned(self, peer: Peer, endpoint: Timed) -> None:
        """Octets were answered, or our side has spoken unasked or is about to close the line."""

    def closed(self, peer: Peer, endpoint: Timed | None, failure: TlsFailed | None) -> None:
        """The line is down; without an endpoint the peer was turned away. `failure`: of TLS."""


class Listener:
    """Ports on which somebody answers. `new_endpoint` gives each peer the one it talks to.

    `context` gives the server's end of TLS, when it is first wanted. `busy` is said to who calls
    when there is no room, in the clear. `clock` gives seconds, and runs on by itself.
    """

    def __init__(  # noqa: PLR0913 -- what a port needs from outside, each handed in
        self,
        new_endpoint: Callable[[Peer], Timed],
        context: Callable[[], ssl.SSLContext],
        *,
        bounds: Bounds | None = None,
        busy: bytes = b"",
        lookout: Lookout | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.new_endpoint = new_endpoint
        self.context = context
        self.bounds = bounds or Bounds()
        self.clock = clock
        self.room = memoryview(bytearray(ROOM))
        self.watched = lookout is not None
        self._busy = busy
        self._lookout = lookout
        self._servers: list[asyncio.Server] = []
        self._carriers: set[Carrier] = set()
        self._addresses: Counter[str] = Counter()
        self._count = 0
        self._lost = 0  # since the last sweep of what they leave
        self._closing = False
        self._empty = asyncio.Event()
        self._ticking: asyncio.TimerHandle | None = None

    async def listen(self, host: str, port: int, *, secure: bool = False) -> int:
        """Listen on a port; which one it is (`port` 0: any free one). Raises OSError.

        `secure`: TLS from the first octet.
        """
        server = await self._server(host, port, secure=secure)
        chosen = int(server.sockets[0].getsockname()[1])
        if not port and len(server.sockets) > 1:
            # A name with several addresses, "localhost" say: each has got a free port of its own.
            server.close()
            server = await self._server(host, chosen, secure=secure)
        self._servers.append(server)
        for each in server.sockets:  # what is accepted there inherits it
            each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SENT_AHEAD)
        if self._ticking is None:
            self._tick()
        return chosen

    async def _server(self, host: str, port: int, *, secure: bool) -> asyncio.Server:
        return await asyncio.get_running_loop().create_server(
            lambda: Carrier(self, secure=secure), host, port, backlog=self.bounds.backlog
        )

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._carriers)

    def sweep(self) -> None:
        """Hang up on who has kept us waiting for too long."""
        now = self.clock()
        for carrier in tuple(self._carriers):
            carrier.look(now)
        if self._lost >= REMAINS:
            self._lost = 0
            _sweep_out()

    async def close(self, patience: float = 5.0) -> None:
        """Take no more calls, carry what is owed, and hang up; after `patience` seconds at once."""
        self._closing = True  # for who was taken in the last moment
        for server in self._servers:
            server.close()
        for carrier in tuple(self._carriers):
            carrier.part()
        if self._carriers:
            self._empty.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), patience)
        for carrier in tuple(self._carriers):
            carrier.abort()
        if self._ticking is not None:
            self._ticking.cancel()
        await asyncio.sleep(0)  # aborted lines are told so in the next turn of the loop

    def _tick(self) -> None:
        self._ticking = asyncio.get_running_loop().call_later(TICK, self._tick)
        self.sweep()

    # For the carriers

    def next_number(self) -> int:
        """The number of the next connection."""
        self._count += 1
        return self._count

    def takes(self, carrier: Carrier) -> bytes | None:
        """Whether there is room for one more: None, or what to say in parting."""
        address = carrier.peer.address
        full = len(self._carriers) >= self.bounds.connections
        if self._closing or full or self._addresses[address] >= self.bounds.per_address:
            if self._lookout is not None:
                self._lookout.closed(carrier.peer, None, None)
            return b"" if carrier.peer.secure else self._busy
        self._carriers.add(carrier)
        self._addresses[address] += 1
        if self._lookout is not None:
            self._lookout.opened(carrier.peer)
        return None

    def turned(self, peer: Peer, endpoint: Timed) -> None:
        """Something was said on a connection."""
        if self._lookout is not None:
            self._lookout.turned(peer, endpoint)

    def lost(self, carrier: Carrier) -> None:
        """A connection is no more."""
        self._carriers.remove(carrier)
        self._lost += 1
        address = carrier.peer.address
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]
        if self._lookout is not None:
            self._lookout.closed(carrier.peer, carrier.inner, carrier.failure)
        if not self._carriers:
            self._empty.set()


def _sweep_out() -> None:
    """Free what lost connections leave, and give the system back what a crowd of them took.

    glibc keeps freed memory for the next peak: 300 handshakes of TLS at once are 9 MB for good.
    """
    import ctypes

    gc.collect()
    with suppress(OSError, AttributeError, TypeError):  # another C library, which has its own ways
        ctypes.CDLL(None).malloc_trim(0)
