"""TLS on real ports: from the first octet and by STLS, its ends, and who has no TLS to speak of.

This file is also run alone on each Python that is supported.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import pytest
from chairs import letters
from serving.peers import LOGIN, Caller, Ears, big_mail, listening, run, settled

from simulator.hosts.service import BUSY, LOGIN_WITHIN
from simulator.link import Bounds
from simulator.pop3 import Ending


def test_tls_from_the_first_octet_and_by_stls(near: ssl.SSLContext, far: ssl.SSLContext) -> None:
    """Both ways lead to the same session; CAPA offers STLS only where it may be said."""

    async def test() -> None:
        async with listening(context=lambda: near) as place:
            plain = await place.call()
            await plain.line()
            await plain.say("CAPA")
            assert b"\r\nSTLS\r\n" in await plain.body()
            at_once = await place.call(secure=far)
            assert await at_once.line() == b"+OK Post office ready"
            for caller in (at_once, await place.call_stls(far)):
                assert (await caller.say("CAPA")).startswith(b"+OK")
                assert b"STLS" not in await caller.body()
                caller.send(LOGIN + b"RETR 1\r\nQUIT\r\n")
                said = await caller.rest()
                assert letters().messages[0].wire() in said
                assert said.endswith(b"+OK localhost signing off (3 messages left)\r\n")
                await settled()

    run(test())


class Shaken:
    """A caller's end of TLS by ssl's BIOs, where a test wants to see what each end says of it."""

    def __init__(self, caller: Caller, context: ssl.SSLContext) -> None:
        self._caller = caller
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._came, self._goes, server_hostname="localhost")

    async def until(self, step: Callable[[], Any]) -> Any:
        """What a step of ssl's gives, once all is there that it waits for."""
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._caller.send(self._goes.read())
                came = await self._caller.reader.read(65536)
                self._came.write(came)
                if not came:
                    self._came.write_eof()
            finally:
                self._caller.send(self._goes.read())


async def words(shaken: Shaken) -> bytes:
    """The next clear octets."""
    return await shaken.until(lambda: shaken.tls.read(65536))


def test_close_notify_is_no_quit(near: ssl.SSLContext, far: ssl.SSLContext) -> None:
    """A client that ends TLS without QUIT loses its marks, and gets a close_notify in return."""

    async def test() -> None:
        ears = Ears()
        async with listening(context=lambda: near, audience=(ears,)) as place:
            caller = await place.call()
            await caller.line()
            await caller.say("STLS")
            shaken = Shaken(caller, far)
            await shaken.until(shaken.tls.do_handshake)
            shaken.tls.write(LOGIN + b"DELE 1\r\n")
            while b"marked" not in await words(shaken):
                pass
            await shaken.until(shaken.tls.unwrap)  # raises where the line ends without it
            assert await caller.rest() == b""
            await caller.close()
            await settled()
            ((end, trouble),) = ears.ends()
            assert (end.by, end.forgotten, trouble) == (Ending.DROP, (1,), "")

    run(test())


def test_quit_by_tls_ends_with_a_close_notify(near: ssl.SSLContext, far: ssl.SSLContext) -> None:
    """What the server says last by TLS is that nothing more will come: nothing was cut off."""

    async def test() -> None:
        async with listening(context=lambda: near) as place:
            caller = await place.call()
            await caller.line()
            await caller.say("STLS")
            shaken = Shaken(caller, far)
            await shaken.until(shaken.tls.do_handshake)
            shaken.tls.write(LOGIN + b"QUIT\r\n")
            said = b""
            while now := await words(shaken):  # b"" is the close_notify; an end without it raises
                said += now
            assert said.endswith(b"signing off (3 messages left)\r\n")

    run(test())


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(near: ssl.SSLContext, version: ssl.TLSVersion) -> None:
    """RFC 8996: TLS 1.0 and 1.1 get an alert, by STLS and at once; the log knows why."""

    async def test() -> None:
        ears = Ears()
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.minimum_version = old.maximum_version = version
        old.set_ciphers("ALL:@SECLEVEL=0")
        async with listening(context=lambda: near, audience=(ears,)) as place:
            caller = await place.call()
            await caller.line()
            await caller.say("STLS")
            shaken = Shaken(caller, old)
            with pytest.raises(ssl.SSLError, match=r"(?i)protocol.version"):
                await shaken.until(shaken.tls.do_handshake)
            await caller.close()
            await settled()
            assert "unsupported protocol" in ears.ends()[0][1]

    run(test())


def test_what_is_no_tls(near: ssl.SSLContext) -> None:
    """Plain octets at the port for TLS get no POP3; the log says what they were."""

    async def test() -> None:
        ears = Ears()
        async with listening(context=lambda: near, audience=(ears,)) as place:
            place.port = place.tls_port
            caller = await place.call()
            caller.send(b"USER mrose\r\nPASS secret\r\n")
            said = await caller.rest()
            assert said[:1] in (b"", b"\x15")
            assert b"+OK" not in said
            await caller.close()
            await settled()
            ((end, trouble),) = ears.ends()
            assert end.user == ""
            assert "is no TLS" in trouble

    run(test())


def test_who_is_too_many_by_tls_is_not_answered_in_the_clear(
    near: ssl.SSLContext, far: ssl.SSLContext
) -> None:
    """A line for TLS without room is closed unsaid; one in the clear is told why."""

    async def test() -> None:
        async with listening(context=lambda: near, bounds=Bounds(connections=1)) as place:
            first = await place.call(secure=far)
            assert (await first.line()).startswith(b"+OK")
            assert await (await place.call()).rest() == BUSY
            place.port = place.tls_port
            assert await (await place.call()).rest() == b""

    run(test())


def test_a_handshake_that_never_ends(near: ssl.SSLContext, far: ssl.SSLContext) -> None:
    """Who calls for TLS and says nothing, or half of it, is hung up on like who does not log in."""

    async def test() -> None:
        async with listening(context=lambda: near) as place:
            by_stls, stays = await place.call(), await place.call_stls(far)
            await by_stls.line()
            await by_stls.say("STLS")
            by_stls.send(b"\x16\x03\x01")
            stays.send(LOGIN)
            await stays.line()
            assert (await stays.line()).startswith(b"+OK")
            place.port = place.tls_port
            at_once = await place.call()
            await place.pass_time(LOGIN_WITHIN)
            assert await by_stls.rest() == b""
            assert await at_once.rest() == b""
            assert await stays.say("NOOP") == b"+OK"
            await place.pass_time(600)
            assert await stays.rest() == b""

    run(test())


def test_a_peer_by_tls_that_does_not_read(near: ssl.SSLContext, far: ssl.SSLContext) -> None:
    """Backpressure holds through TLS: what is sealed and not taken is bounded, and nothing is lost."""

    async def test() -> None:
        async with listening(big_mail(), context=lambda: near) as place:
            caller = await place.call_stls(far)
            caller.send(LOGIN)
            assert await caller.line() == b"+OK"
            assert (await caller.line()).startswith(b"+OK")
            caller.writer.transport.pause_reading()
            caller.send(b"RETR 1\r\n" * 30 + b"QUIT\r\n")
            (carrier,) = place.listener._carriers
            while not carrier._full:
                await settled()
            assert carrier._transport.get_write_buffer_size() <= 2 * 65536
            assert sum(map(len, carrier._owed)) <= 4 * 65536
            assert sum(map(len, carrier._endpoint._clear)) <= big_mail().messages[0].octets
            caller.writer.transport.resume_reading()
            content = big_mail().messages[0].wire()
            for _ in range(30):
                await caller.line()
                assert await caller.body() == content
            assert (await caller.line()).startswith(b"+OK localhost signing off")

    run(test())
