"""A listener on loopback and raw callers, for the tests of this folder.

Two clocks: `Clock` is moved by hand and stands for the listener's own. `run` holds a test on an event
loop whose time jumps to the next timer once nothing more comes, so no test waits for a second to pass.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from chairs import letters, mailbox

from simulator.hosts.loader import PAGES, load_personality
from simulator.hosts.service import BUSY, Audience, Service, Visits, guarded
from simulator.link import Bounds, Listener, Peer
from simulator.mailroom import Accounts, Mailbox, Message, make_message
from simulator.pop3 import End, Exchange, Personality

ROOT = Path(__file__).resolve().parent.parent.parent
LOOPBACK = "127.0.0.1"
LOGIN = b"USER mrose\r\nPASS secret\r\n"
#: Real seconds without an event after which the time of a test jumps.
QUIET = 0.02
#: A message that fills the buffers of any socket.
BIG = 6_000_000

_T = TypeVar("_T")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class _Jumping(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Waits for sockets as ever; instead of waiting for a timer it moves the time."""

    ahead = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or timeout <= QUIET:
            return super().select(timeout)
        events = super().select(QUIET)
        if not events:
            self.ahead += timeout - QUIET
        return events


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time jumps to the next timer when nothing comes."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return super().time() + self._jumping.ahead


def run(test: Coroutine[Any, Any, _T]) -> _T:
    """Hold a test to its end. What goes wrong in a callback fails it; some minutes are too long."""
    troubles: list[dict[str, Any]] = []

    async def held() -> _T:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: troubles.append(what))
        return await asyncio.wait_for(test, 300)  # seconds of the loop's own time

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        done = runner.run(held())
    assert not troubles
    return done


@cache
def manner(name: str) -> Personality:
    """A personality of the project."""
    return load_personality(PAGES / "personalities" / f"{name}.yaml")


def strict(name: str = "exemplary", *, apop: bool = False, **policy: Any) -> Personality:
    """A personality as `port110 serve` has it, with a policy of one's own."""
    personality = guarded(manner(name), apop=apop)
    return replace(personality, policy=replace(personality.policy, **policy))


def big_mail(octets: int = BIG) -> Mailbox:
    """A maildrop of one message of that size, owned like `letters`."""
    return replace(mailbox([]), messages=(make_message("big", {"Subject": "Big"}, octets=octets),))


def many(owner: str, messages: Iterable[Message]) -> Mailbox:
    """A maildrop with these messages; the password is "secret"."""
    return replace(mailbox([], owner), messages=tuple(messages))


@dataclass
class Ears:
    """Hears all that an audience is told."""

    heard: list[tuple[Any, ...]] = field(default_factory=list)

    def called(self, peer: Peer) -> None:
        self.heard.append(("called", peer.number))

    def said(self, peer: Peer, exchange: Exchange) -> None:
        self.heard.append(("said", peer.number, exchange.public().line))

    def ended(self, peer: Peer, end: End | None, trouble: str) -> None:
        self.heard.append(("ended", peer.number, end, trouble))

    def ends(self) -> list[tuple[End | None, str]]:
        """How sessions ended, and the trouble that they had with TLS."""
        return [(each[2], each[3]) for each in self.heard if each[0] == "ended"]


@dataclass
class Place:
    """Where a test's listener listens."""

    listener: Listener
    accounts: Accounts
    service: Service
    clock: Clock
    port: int = 0
    tls_port: int = 0
    callers: list[Caller] = field(default_factory=list)

    async def call(
        self, *, secure: ssl.SSLContext | None = None, room: int | None = None
    ) -> Caller:
        """Call; by TLS from the first octet where a context is given.

        `room`: octets that the system keeps for the caller to read, where not as many as it likes.
        """
        sock = socket.socket()
        sock.setblocking(False)
        if room is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(sock, (LOOPBACK, self.tls_port if secure else self.port))
        reader, writer = await asyncio.open_connection(
            sock=sock, ssl=secure, server_hostname="localhost" if secure else None, limit=1 << 24
        )
        self.callers.append(Caller(reader, writer))
        return self.callers[-1]

    async def call_stls(self, context: ssl.SSLContext) -> Caller:
        """Call, and go over to TLS."""
        caller = await self.call()
        await caller.line()
        assert await caller.say("STLS") == b"+OK begin TLS negotiation"
        await caller.writer.start_tls(context, server_hostname="localhost")
        return caller

    async def pass_time(self, seconds: float) -> None:
        """Let the listener's clock move, and have it look at who has kept it waiting."""
        await settled()
        self.clock.now += seconds
        self.listener.sweep()
        await settled()


async def settled(turns: int = 40) -> None:
    """Let everybody do what there is to do now."""
    for _ in range(turns):
        await asyncio.sleep(0)


@asynccontextmanager
async def listening(  # what a test wants otherwise than usual
    *boxes: Mailbox,
    personality: Personality | None = None,
    bounds: Bounds | None = None,
    context: Callable[[], ssl.SSLContext] | None = None,
    audience: tuple[Audience, ...] = (),
) -> AsyncIterator[Place]:
    """A listener with mail behind it, in the clear and, with `context`, on a second port by TLS."""
    accounts, clock = Accounts(boxes or (letters(),)), Clock()
    service = Service(
        personality or strict(), accounts, "localhost", clock=clock, watch=bool(audience)
    )
    listener = Listener(
        service.engine, context or _no_tls, bounds=bounds, busy=BUSY, clock=clock,
        lookout=Visits(audience) if audience else None,
    )  # fmt: skip
    place = Place(listener, accounts, service, clock)
    place.port = await listener.listen(LOOPBACK, 0)
    if context is not None:
        place.tls_port = await listener.listen(LOOPBACK, 0, secure=True)
    try:
        yield place
    finally:
        for caller in place.callers:
            caller.cut()
        await listener.close(patience=1)
        await settled()
        assert listener.open == 0
        assert not listener._addresses


def _no_tls() -> ssl.SSLContext:
    raise AssertionError("nobody should want TLS here")


class Caller:
    """A peer that says octets and reads what comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        """Say octets."""
        self.writer.write(data)

    async def line(self) -> bytes:
        """The next line, without its CRLF; b"" where the line is closed."""
        return (await self.reader.readline()).removesuffix(b"\r\n")

    async def say(self, line: str) -> bytes:
        """Say a line; the first line of its reply."""
        self.send(line.encode() + b"\r\n")
        return await self.line()

    async def body(self) -> bytes:
        """The octets of a body, without the line that ends it."""
        return (await self.reader.readuntil(b"\r\n.\r\n"))[:-3]

    async def log_in(self, user: str = "mrose", password: str = "secret") -> bytes:
        """Read the greeting, and log in; the reply to PASS."""
        await self.line()
        await self.say(f"USER {user}")
        return await self.say(f"PASS {password}")

    async def rest(self) -> bytes:
        """All octets until the line is closed. Raises ConnectionResetError."""
        return await self.reader.read()

    async def close(self) -> None:
        """Close this side, and wait until it is."""
        self.writer.close()
        with suppress(ConnectionError, ssl.SSLError):
            await self.writer.wait_closed()

    def cut(self) -> None:
        """Lose the line."""
        self.writer.transport.abort()
