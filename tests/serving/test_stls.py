"""What was said in the clear behind STLS is never answered, however it is cut.

This file is also run alone on each Python that is supported: what becomes of octets behind STLS has
changed from one version of asyncio to the next.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from itertools import pairwise

from serving.peers import (
    LOGIN,
    LOOPBACK,
    listening,
    run,
    settled,
)

from simulator.link.carrier import Carrier
from simulator.pop3 import State

GO = b"+OK begin TLS negotiation\r\n"
#: What an attacker in the middle puts behind a client's STLS, hoping that it is done inside.
SMUGGLED = LOGIN + b"DELE 1\r\nRETR 2\r\nQUIT\r\n"
ATTACK = b"CAPA\r\nUSER mrose\r\nSTLS\r\n" + SMUGGLED


def cuttings(count: int, *, seed: int) -> list[list[bytes]]:
    """So many ways to cut the attack: in two at each place first, then in any number of pieces."""
    chance = random.Random(seed)  # noqa: S311 -- a test's own
    found = [[ATTACK[:at], ATTACK[at:]] for at in range(1, len(ATTACK))]
    while len(found) < count:
        cuts = sorted(chance.sample(range(1, len(ATTACK)), chance.randint(0, 30)))
        found.append([ATTACK[a:b] for a, b in pairwise([0, *cuts, len(ATTACK)])])
    return found[:count]


# What was said in the clear


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__({"peername": (LOOPBACK, 9)})
        self.said = b""
        self.over = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said += data

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def is_closing(self) -> bool:
        return self.over

    def write_eof(self) -> None:
        self.over = True

    def abort(self) -> None:
        self.over = True


def deliver(carrier: Carrier, piece: bytes) -> None:
    """A piece arrives."""
    room = carrier.get_buffer(-1)
    room[: len(piece)] = piece
    carrier.buffer_updated(len(piece))


def test_nothing_behind_stls_is_answered_in_a_thousand_cuttings(near: ssl.SSLContext) -> None:
    """NO STARTTLS (CVE-2011-0411 and its many children): not one reply, state or alert too many.

    After STLS's +OK only TLS leaves: an alert at most. Nobody is logged in, and nothing is marked.
    """

    async def test() -> None:
        async with listening(context=lambda: near) as place:
            for pieces in cuttings(1000, seed=110):
                wire = Wire()
                carrier = Carrier(place.listener, secure=False)
                carrier.connection_made(wire)
                for piece in pieces:
                    deliver(carrier, piece)
                clear, go, sealed = wire.said.partition(GO)
                assert go
                assert clear.endswith(b".\r\n+OK\r\n")
                assert sealed[:1] in (b"", b"\x15")  # RFC 8446 section 5.1: alert
                assert b"+OK" not in sealed
                assert b"-ERR" not in sealed
                assert carrier.inner.session.state in (State.AUTHORIZATION, State.CLOSED)
                assert not carrier.inner.session.named
                carrier.connection_lost(None)
            assert len(place.accounts.snapshot("mrose").items) == 3

    run(test())


def test_nothing_behind_stls_is_answered_on_a_real_line(
    near: ssl.SSLContext,
) -> None:
    """The same through sockets, in some thirty cuttings: no reply behind STLS's own."""

    async def test() -> None:
        async with listening(context=lambda: near) as place:
            for pieces in cuttings(500, seed=995)[::17]:
                caller = await place.call()
                await caller.line()
                for piece in pieces:
                    caller.send(piece)
                    await settled(3)
                caller.writer.write_eof()
                said = await caller.rest()
                clear, _, sealed = said.partition(GO)
                assert clear.count(b"\r\n+OK") <= 1
                assert sealed[:1] in (b"", b"\x15")
                assert b"signing off" not in said
            assert len(place.accounts.snapshot("mrose").items) == 3

    run(test())


def test_a_client_that_was_smuggled_into_finds_a_new_session(
    near: ssl.SSLContext, far: ssl.SSLContext
) -> None:
    """Octets in STLS's own segment are dropped, and the handshake after them goes well.

    Its name from before is forgotten too (RFC 2595 section 4): PASS alone is refused.
    """

    async def test() -> None:
        async with listening(context=lambda: near) as place:
            caller = await place.call()
            await caller.line()
            caller.send(b"USER mrose\r\nSTLS\r\n" + SMUGGLED)
            assert await caller.line() == b"+OK"
            assert await caller.line() == GO.strip()
            await caller.writer.start_tls(far, server_hostname="localhost")
            assert await caller.say("PASS secret") == b"-ERR USER comes before PASS"
            assert await caller.say("STLS") == b"-ERR command not permitted when TLS active"
            caller.send(LOGIN)
            assert await caller.line() == b"+OK"
            assert b"3 messages" in await caller.line()

    run(test())
