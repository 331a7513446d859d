"""How long callers may keep the listener waiting, on clocks that tests move."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

import pytest
from serving.peers import LOGIN, Ears, big_mail, listening, run, settled, strict

from simulator.hosts.service import LOGIN_WITHIN
from simulator.link import Bounds
from simulator.pop3 import Ending, Pop3Server

IDLE = 600


def test_autologout_after_ten_idle_minutes() -> None:
    """RFC 1939 section 3: no octets for the time of autologout, and the line is closed unsaid."""

    async def test() -> None:
        ears = Ears()
        async with listening(audience=(ears,)) as place:
            caller = await place.call()
            await caller.log_in()
            await caller.say("DELE 1")
            await place.pass_time(IDLE - 1)
            assert await caller.say("NOOP") == b"+OK"
            await place.pass_time(IDLE - 1)
            assert await caller.say("NOOP") == b"+OK"
            await place.pass_time(IDLE)
            assert await caller.rest() == b""
            await caller.close()
            await settled()
            ((end, _),) = ears.ends()
            assert (end.by, end.user, end.forgotten) == (Ending.SERVER, "mrose", (1,))
            fresh = await place.call()
            assert b"3 messages" in await fresh.log_in()

    run(test())


def test_the_time_that_an_answer_takes_is_not_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A maildrop that is opened for ten minutes leaves the caller all of its own ten."""

    async def test() -> None:
        async with listening() as place:
            at_once = place.accounts.open

            def slowly(*args: Any, **how: Any) -> Any:
                place.clock.now += IDLE
                return at_once(*args, **how)

            monkeypatch.setattr(place.accounts, "open", slowly)
            caller = await place.call()
            await caller.log_in()
            await place.pass_time(IDLE - 1)
            assert await caller.say("NOOP") == b"+OK"
            await place.pass_time(IDLE)
            assert await caller.rest() == b""

    run(test())


def test_a_minute_to_log_in() -> None:
    """Whoever talks and does not log in has `login_within` seconds; who has logged in has more."""

    async def test() -> None:
        async with listening() as place:
            idler, in_time = await place.call(), await place.call()
            await in_time.log_in()
            await idler.line()
            await place.pass_time(LOGIN_WITHIN - 1)
            assert (await idler.say("CAPA")).startswith(b"+OK")
            await idler.body()
            await place.pass_time(1)
            assert await idler.rest() == b""
            assert await in_time.say("NOOP") == b"+OK"
            for each in (idler, in_time):
                await each.close()

    run(test())


def test_a_line_octet_by_octet_does_not_hold_it_open() -> None:
    """Slowloris: an octet every ten seconds keeps nobody from being hung up on."""

    async def test() -> None:
        async with listening() as place:
            caller = await place.call()
            await caller.line()
            for _ in range(LOGIN_WITHIN // 10):
                caller.send(b"x")
                await place.pass_time(10)
            assert await caller.rest() == b""

    run(test())


def test_a_host_that_speaks_in_parting_is_heard() -> None:
    """Where a personality has words for autologout they arrive before the line is closed."""

    async def test() -> None:
        async with listening(personality=strict("provider")) as place:
            caller = await place.call()
            await caller.line()
            await place.pass_time(LOGIN_WITHIN)
            assert (
                await caller.rest() == b"-ERR nothing said for ten minutes, Ternline hangs up\r\n"
            )

    run(test())


def test_who_takes_octets_is_not_idle() -> None:
    """A slow reader is not hung up on while it reads; one that has stopped reading is."""

    async def test() -> None:
        async with listening(big_mail()) as place:
            caller = await place.call()
            await caller.log_in()
            transport = caller.writer.transport
            caller.send(b"RETR 1\r\n" * 40)
            assert (await caller.line()).startswith(b"+OK")
            for _ in range(3):
                await place.pass_time(IDLE - 1)
                transport.pause_reading()
                await settled()
                transport.resume_reading()
                await caller.body()
                await caller.line()
            transport.pause_reading()
            await settled(200)
            assert place.listener.open == 1
            await place.pass_time(IDLE)
            assert place.listener.open == 0

    run(test())


@pytest.mark.parametrize("idle", [IDLE, 0])
def test_last_words_that_are_not_taken_yet(idle: int) -> None:
    """A long reply with QUIT's behind it waits for its peer as long as any; for ever, with no limit."""

    async def test() -> None:
        async with listening(big_mail(60_000), personality=strict(autologout=idle)) as place:
            caller = await place.call(room=4096)
            await caller.log_in()
            caller.writer.transport.pause_reading()
            (carrier,) = place.listener._carriers
            near = carrier._transport.get_extra_info("socket")
            near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            caller.send(b"RETR 1\r\nQUIT\r\n")
            await place.pass_time(IDLE - 1)
            assert carrier._full
            caller.writer.transport.resume_reading()
            assert (await caller.rest()).endswith(
                b"\r\n.\r\n+OK localhost signing off (1 message left)\r\n"
            )

    run(test())


def test_who_does_not_close_its_side_is_cut_off() -> None:
    """After QUIT the peer has `linger` seconds to close; longer it holds no place."""

    async def test() -> None:
        async with listening(bounds=Bounds(linger=2)) as place:
            caller = await place.call()
            caller.send(LOGIN + b"QUIT\r\n")
            await caller.rest()
            await place.pass_time(1)
            assert place.listener.open == 1
            await place.pass_time(1)
            assert place.listener.open == 0

    run(test())


def test_it_looks_by_itself() -> None:
    """Nobody has to call `sweep`: it is done every second, on the loop's own time."""

    async def test() -> None:
        async with listening() as place:
            caller = await place.call()
            await caller.line()
            place.clock.now += LOGIN_WITHIN
            before = asyncio.get_running_loop().time()
            assert await caller.rest() == b""
            assert asyncio.get_running_loop().time() - before < 2

    run(test())


def test_a_refused_login_waits_alone() -> None:
    """The -ERR to a wrong password is late by the policy's seconds; others are answered at once."""

    async def test() -> None:
        async with listening(personality=strict(delays={"bad-credentials": 3})) as place:
            guessing, honest = await place.call(), await place.call()
            await guessing.line()
            await guessing.say("USER mrose")
            loop = asyncio.get_running_loop()
            before = loop.time()
            guessing.send(b"PASS guess\r\nNOOP\r\n")
            assert (await honest.log_in()).startswith(b"+OK")
            for _ in range(100):
                assert await honest.say("NOOP") == b"+OK"
            assert loop.time() - before < 1
            assert (await guessing.line()).startswith(b"-ERR [AUTH]")
            assert loop.time() - before >= 3

    run(test())


def test_guesses_in_a_burst_wait_for_each() -> None:
    """Ten guesses in one segment cost ten delays, though so much is said before that lines are held."""

    async def test() -> None:
        async with listening(personality=strict(delays={"bad-credentials": 3})) as place:
            caller = await place.call()
            before = asyncio.get_running_loop().time()
            caller.send(b"CAPA\r\n" * 3000 + b"USER mrose\r\nPASS guess\r\n" * 10 + b"QUIT\r\n")
            said = await caller.rest()
            assert said.count(b"-ERR [AUTH]") == 10
            assert asyncio.get_running_loop().time() - before >= 30

    run(test())


def test_who_hangs_up_while_waiting_leaves_nothing() -> None:
    """A line that is lost during the delay is counted back at once."""

    async def test() -> None:
        async with listening(personality=strict(delays={"bad-credentials": 3})) as place:
            caller = await place.call()
            caller.send(b"USER mrose\r\nPASS guess\r\n")
            await settled()
            caller.cut()
            await asyncio.sleep(4)
            assert place.listener.open == 0

    run(test())


def test_an_error_of_ours_in_a_late_answer_closes_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails in a call of the loop's own is told, and nobody is left waiting on a dead line."""
    answered = Pop3Server.data_to_send
    late: list[Pop3Server] = []

    def failing(server: Pop3Server) -> list[bytes | memoryview]:
        if late:
            raise LookupError("ours")
        if server.session.failed_logins:
            late.append(server)
        return answered(server)

    async def test() -> None:
        told: list[object] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: told.append(context["exception"]))
        async with listening(personality=strict(delays={"bad-credentials": 2})) as place:
            caller = await place.call()
            await caller.line()
            await caller.say("USER mrose")
            monkeypatch.setattr(Pop3Server, "data_to_send", failing)
            caller.send(b"PASS wrong\r\n")
            with suppress(ConnectionResetError):
                await caller.rest()
            await settled()
            assert place.listener.open == 0
            monkeypatch.undo()
        assert [type(each) for each in told] == [LookupError]

    run(test())
