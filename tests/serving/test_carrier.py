"""A connection of the listener: any cutting, half-closed lines, and peers that do not read."""

from __future__ import annotations

import socket

import pytest
from chairs import letters, mailbox
from serving.peers import BIG, LOGIN, Caller, Ears, Place, big_mail, listening, run, settled, strict

from simulator.mailroom import Mailbox

SESSION = (
    LOGIN + b"CAPA\r\nSTAT\r\nLIST\r\nUIDL\r\nRETR 2\r\nTOP 3 1\r\nDELE 1\r\nDELE 1\r\nlist 1\r\n"
    b"XYZZY\r\n\r\nRETR 9\r\nRSET\r\nNOOP\r\nQUIT\r\n"
)


async def answered(place: Place, pieces: list[bytes]) -> bytes:
    """All that a session is answered whose octets come in these pieces."""
    caller = await place.call()
    sock = caller.writer.get_extra_info("socket")
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for piece in pieces:
        caller.send(piece)
        await settled(4)
    said = await caller.rest()
    await caller.close()
    await settled()
    return said


def pieces_of(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 40, len(SESSION)])
def test_any_cutting_is_answered_alike(size: int) -> None:
    """Octet by octet, in pieces or in one burst: the same session gets the same octets."""

    async def test() -> None:
        async with listening() as place:
            whole = await answered(place, [SESSION])
            assert whole.startswith(b"+OK Post office ready\r\n+OK\r\n+OK mrose's maildrop has 3")
            assert whole.endswith(b"+OK localhost signing off (3 messages left)\r\n")
            assert await answered(place, pieces_of(SESSION, size)) == whole

    run(test())


def test_a_long_pipeline_is_answered_in_order() -> None:
    """20,000 lines in one burst: as many replies, and each in its place."""

    async def test() -> None:
        async with listening() as place:
            caller = await place.call()
            await caller.log_in()
            asked = [b"NOOP", b"LIST 2", b"STAT", b"DELE 7"] * 5000
            caller.send(b"\r\n".join([*asked, b"QUIT", b""]))
            replies = (await caller.rest()).split(b"\r\n")
            assert replies.pop() == b""
            assert replies.pop().startswith(b"+OK localhost signing off")
            assert len(replies) == len(asked)
            assert len(set(replies[::4])) == len(set(replies[3::4])) == 1
            assert replies[1] == replies[-3] == b"+OK 2 %d" % letters().messages[1].octets

    run(test())


@pytest.mark.parametrize("lines", [b"NOOP\r\n" * 200, b"RETR 1\r\n" * 40])
def test_who_has_closed_its_side_is_answered_in_full(lines: bytes) -> None:
    """`printf ... | nc -N`: what was asked before the FIN is answered, and QUIT does its UPDATE."""

    async def test() -> None:
        ears = Ears()
        async with listening(big_mail(200_000), audience=(ears,)) as place:
            caller = await place.call()
            caller.send(LOGIN + lines + b"DELE 1\r\nQUIT\r\n")
            caller.writer.write_eof()
            said = await caller.rest()
            assert said.count(b"\r\n.\r\n") == lines.count(b"RETR")
            assert said.endswith(
                b"+OK message 1 marked as deleted\r\n+OK localhost signing off (maildrop empty)\r\n"
            )
            await caller.close()
            await settled()
            assert ears.ends()[0][0].removed == (1,)

    run(test())


def test_a_lost_line_removes_nothing() -> None:
    """FIN, or a reset, without QUIT: no UPDATE, and the lock is open at once."""

    async def test() -> None:
        ears = Ears()
        async with listening(audience=(ears,)) as place:
            for leave in (Caller.close, Caller.cut):
                caller = await place.call()
                assert (await caller.log_in()).startswith(b"+OK mrose's maildrop has 3 messages")
                await caller.say("DELE 1")
                gone = leave(caller)
                if gone is not None:
                    await gone
                await settled()
            assert [end.forgotten for end, _ in ears.ends()] == [(1,), (1,)]

    run(test())


def test_quit_is_answered_though_more_comes_behind_it() -> None:
    """Octets behind QUIT are dropped and not reset: the +OK arrives, each of 20 times."""

    async def test() -> None:
        async with listening() as place:
            for _ in range(20):
                caller = await place.call()
                caller.send(LOGIN + b"QUIT\r\n" + b"NOOP\r\n" * 5000)
                caller.send(b"NOOP\r\n" * 5000)
                said = await caller.rest()
                assert said.count(b"\r\n") == 4
                assert said.endswith(b"signing off (3 messages left)\r\n")
                caller.send(b"x" * 100_000)

    run(test())


def test_a_peer_that_does_not_read_is_not_read_from() -> None:
    """Backpressure: with its replies untaken, a flood of requests is left in the sockets.

    What it costs meanwhile is bounded: views of the store's own octets, one answer's worth of them,
    and less than a portion with the transport. Once it reads, it gets every octet of every answer.
    """

    async def test() -> None:
        requests = 400
        async with listening(big_mail(BIG)) as place:
            caller = await place.call()
            await caller.log_in()
            caller.writer.transport.pause_reading()
            caller.send(b"RETR 1\r\n" * requests + b"NOOP\r\n" * 1_000_000)
            await settled(400)
            (carrier,) = place.listener._carriers
            assert carrier._full
            assert not carrier._transport.is_reading()
            assert carrier._transport.get_write_buffer_size() <= 65536 + BIG // 1000
            owed = carrier._owed
            assert sum(map(len, owed)) <= BIG + 100
            assert sum(len(piece) for piece in owed if isinstance(piece, bytes)) < 1000
            assert len(carrier.inner._held) <= 65536

    run(test())


def test_a_peer_that_reads_again_gets_all_octets() -> None:
    """A reader that stops and goes on, in gulps of its own, has each message octet by octet."""

    async def test() -> None:
        times = 3
        async with listening(big_mail(BIG)) as place:
            caller = await place.call()
            await caller.log_in()
            caller.send(b"RETR 1\r\n" * times + b"QUIT\r\n")
            content = big_mail(BIG).messages[0].wire()
            for _ in range(times):
                assert (await caller.line()).startswith(b"+OK")
                caller.writer.transport.pause_reading()
                await settled(50)
                caller.writer.transport.resume_reading()
                assert await caller.body() == content
            assert (await caller.line()).startswith(b"+OK localhost signing off")

    run(test())


def test_others_are_served_meanwhile() -> None:
    """While one does not read, and one sends a line that has no end, a third is answered."""

    async def test() -> None:
        async with listening(big_mail(BIG), personality=strict(lock=False)) as place:
            deaf, endless, third = [await place.call() for _ in range(3)]
            await deaf.log_in()
            deaf.writer.transport.pause_reading()
            deaf.send(b"RETR 1\r\n" * 100)
            endless.send(b"x" * 4000)
            assert (await third.log_in()).startswith(b"+OK")
            assert await third.say("NOOP") == b"+OK"
            endless.send(b"x" * 4000)
            said = await endless.rest()
            assert said.split(b"\r\n")[1:] == [b"-ERR a command line has at most 255 octets", b""]

    run(test())


def test_octets_are_as_the_store_has_them() -> None:
    """A message whose lines are dots at every border of the portions arrives as it is stuffed."""

    async def test() -> None:
        async with listening(dotted()) as place:
            caller = await place.call()
            await caller.log_in()
            for number, message in enumerate(dotted().messages, 1):
                assert await caller.say(f"RETR {number}") == b"+OK %d octets" % message.octets
                assert await caller.body() == message.wire()
            await caller.say("QUIT")

    run(test())


def dotted() -> Mailbox:
    """Messages whose lines of dots lie on all sides of 65,536 octets."""
    head = b"Subject: dots\r\n\r\n"
    return mailbox(
        head + b"y" * (65536 - len(head) - shift) + b"\r\n.\r\n..\r\n" * 20_000
        for shift in range(8)
    )
