"""Room for callers: how many there may be, who is turned away, and how the service ends."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import ssl
import struct
from pathlib import Path

import pytest
from serving.peers import (
    BIG,
    LOGIN,
    LOOPBACK,
    Ears,
    big_mail,
    listening,
    run,
    settled,
)

from simulator.hosts.service import BUSY
from simulator.link import Bounds, Listener
from simulator.link.listener import REMAINS
from simulator.pop3 import Ending

TURNED_AWAY = (None, "")


def descriptors() -> int:
    """How many files this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_who_is_too_many_is_told_so() -> None:
    """Beyond `connections` callers get one -ERR with RFC 3206's code, and the line is closed."""

    async def test() -> None:
        ears = Ears()
        async with listening(audience=(ears,), bounds=Bounds(connections=2)) as place:
            first, second = await place.call(), await place.call()
            for _ in range(3):
                third = await place.call()
                assert await third.rest() == BUSY
            assert BUSY.startswith(b"-ERR [SYS/TEMP] ")
            assert ears.ends() == [TURNED_AWAY] * 3
            assert place.listener.open == 2
            assert (await first.log_in()).startswith(b"+OK")
            await first.say("QUIT")
            await first.close()
            await settled()
            fourth = await place.call()
            assert (await fourth.line()).startswith(b"+OK")
            assert (await second.line()).startswith(b"+OK")

    run(test())


def test_one_address_does_not_take_all_the_room() -> None:
    """Beyond `per_address` an address is turned away while others are not."""

    async def test() -> None:
        async with listening(bounds=Bounds(per_address=2)) as place:
            for _ in range(2):
                caller = await place.call()
                assert (await caller.line()).startswith(b"+OK")
            assert await (await place.call()).rest() == BUSY
            with socket.socket() as other:
                other.setblocking(False)
                other.bind(("127.0.0.2", 0))
                loop = asyncio.get_running_loop()
                await loop.sock_connect(other, (LOOPBACK, place.port))
                assert (await loop.sock_recv(other, 100)).startswith(b"+OK")

    run(test())


def test_who_leaves_is_counted_back() -> None:
    """However a caller leaves, and turned away or not: 200 of them, and all the room is there."""

    async def test() -> None:
        async with listening(bounds=Bounds(connections=4, per_address=3)) as place:
            for turn in range(50):
                callers = [await place.call() for _ in range(4)]
                assert await callers[3].rest() == BUSY
                callers[0].cut()
                callers[1].send(b"QUIT\r\n" if turn % 2 else LOGIN + b"RETR 1\r\n")
                await settled(5)
                for each in callers:
                    await each.close()
                await settled()
                assert place.listener.open == 0
                assert not place.listener._addresses

    run(test())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_nothing_is_left_open() -> None:
    """After `close` there are as many descriptors as before, and no task of anybody's."""

    async def test() -> None:
        await asyncio.sleep(0)
        before, tasks = descriptors(), asyncio.all_tasks()
        async with listening(big_mail()) as place:
            for octets in (
                b"",
                LOGIN,
                LOGIN + b"RETR 1\r\n" * 50,
                b"USER mrose\r\nPASS x\r\nQUIT\r\n",
            ):
                caller = await place.call()
                caller.writer.transport.pause_reading()
                caller.send(octets)
            await settled()
        await settled()
        assert asyncio.all_tasks() == tasks
        assert descriptors() == before

    run(test())


# The end of the service


def test_an_answer_in_flight_is_finished() -> None:
    """`close` lets a RETR that has begun be taken to its end, and then closes the line politely."""

    async def test() -> None:
        ears = Ears()
        async with listening(big_mail(BIG), audience=(ears,)) as place:
            busy, idle = await place.call(), await place.call()
            await idle.line()
            await busy.log_in()
            busy.writer.transport.pause_reading()
            busy.send(b"DELE 1\r\nRSET\r\nRETR 1\r\n")
            await settled()
            closing = asyncio.create_task(place.listener.close(patience=60))
            assert await idle.rest() == b""
            await idle.close()
            busy.writer.transport.resume_reading()
            said = await busy.rest()
            assert said.endswith(big_mail(BIG).messages[0].wire() + b".\r\n")
            await busy.close()
            await closing
            assert [end.by for end, _ in ears.ends()] == [Ending.SERVER] * 2

    run(test())


def test_an_answer_in_flight_by_tls_is_finished(near: ssl.SSLContext, far: ssl.SSLContext) -> None:
    """The same through TLS."""

    async def test() -> None:
        async with listening(big_mail(BIG), context=lambda: near) as place:
            busy = await place.call(secure=far)
            await busy.log_in()
            busy.writer.transport.pause_reading()
            busy.send(b"RETR 1\r\n")
            while not any(each._owed for each in place.listener._carriers):
                await settled()
            closing = asyncio.create_task(place.listener.close(patience=60))
            await settled()
            busy.writer.transport.resume_reading()
            said = await busy.rest()
            assert said.endswith(big_mail(BIG).messages[0].wire() + b".\r\n")
            await busy.close()
            await closing

    run(test())


def test_who_does_not_take_it_is_not_waited_for() -> None:
    """`close` ends after `patience` seconds, whoever does not read or does not close its side."""

    async def test() -> None:
        async with listening(big_mail(BIG)) as place:
            deaf, mute = await place.call(), await place.call()
            await mute.line()
            await deaf.log_in()
            deaf.writer.transport.pause_reading()
            deaf.send(b"RETR 1\r\n" * 100)
            await settled()
            loop = asyncio.get_running_loop()
            before = loop.time()
            await place.listener.close(patience=5)
            assert 5 <= loop.time() - before < 6
            assert place.listener.open == 0

    run(test())


def test_marks_are_lost_when_the_service_ends() -> None:
    """No QUIT, no UPDATE (RFC 1939 section 6): what was marked is still there."""

    async def test() -> None:
        async with listening() as place:
            caller = await place.call()
            await caller.log_in()
            await caller.say("DELE 1")
            await place.listener.close()
            assert await caller.rest() == b""
            assert len(place.accounts.snapshot("mrose").items) == 3

    run(test())


def test_a_reset_that_nobody_has_seen_yet() -> None:
    """A peer that reset its line in this very moment does not keep the others from being closed."""

    async def test() -> None:
        async with listening() as place:
            callers = [await place.call() for _ in range(4)]
            for each in callers:
                await each.line()
            for each in callers[:3]:
                sock = each.writer.get_extra_info("socket")
                near = socket.socket(fileno=os.dup(sock.fileno()))
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                each.writer.transport.abort()
                await settled()
                near.close()  # the reset is sent now, and no turn of the loop follows
            await place.listener.close()
            assert await callers[3].rest() == b""

    run(test())


def test_who_calls_while_it_closes_is_turned_away() -> None:
    """A peer that was taken in the last moment gets no endpoint that nobody would close."""

    async def test() -> None:
        async with listening() as place:
            stayed = await place.call()
            await stayed.line()
            closing = asyncio.create_task(place.listener.close(patience=60))
            await asyncio.sleep(0)
            late = _Late(place.listener)
            assert late.said == BUSY
            await stayed.close()
            await closing
            assert place.listener.open == 0

    run(test())


class _Late(asyncio.Transport):
    """The transport of a connection that the system had taken before the port was closed."""

    def __init__(self, listener: Listener) -> None:
        from simulator.link.carrier import Carrier

        super().__init__({"peername": (LOOPBACK, 9)})
        self.said = b""
        Carrier(listener, secure=False).connection_made(self)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said += data

    def close(self) -> None:
        pass


def test_lost_lines_leave_nothing() -> None:
    """asyncio's transports are circles: after a look at the callers those of lost lines are gone."""

    async def test() -> None:
        async with listening(bounds=Bounds(per_address=200)) as place:
            gc.collect()  # what other tests have left
            before = transports()
            for _ in range(REMAINS):
                caller = await place.call()
                await caller.line()
                await caller.close()
            del caller
            place.callers.clear()
            while place.listener.open:  # the last of them is still on its way
                await settled()
            place.listener.sweep()
            assert transports() <= before

    def transports() -> int:
        return sum(isinstance(each, asyncio.Transport) for each in gc.get_objects())

    gc.disable()
    try:
        run(test())
    finally:
        gc.enable()
