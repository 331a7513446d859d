"""TLS that never comes to an end, or is none; and what stands in the clear behind STLS."""

from __future__ import annotations

import random
import ssl
from collections.abc import Generator
from contextlib import ExitStack

from .accounts import GUESTS
from .attack import Scale, attack
from .line import Line
from .target import Target

__all__: list[str] = []

Steps = Generator[None, None, str]


def _hello() -> bytes:
    """A ClientHello, as ssl makes it."""
    came, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(came, out, server_hostname="localhost")
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return out.read()
    raise AssertionError("no handshake ends so soon")


@attack("TLS handshakes begun and never finished, 300", room=300 * 128)
def unfinished_handshakes(target: Target, scale: Scale) -> Steps:
    hello, count = _hello(), scale.some(300)
    with ExitStack() as stack:
        for turn in range(count):
            line = stack.enter_context(Line(target.tls_port))
            line.send(hello[: turn % len(hello)] if turn % 2 else hello)
        yield
    return f"waits for all {count}"


@attack("garbage on the TLS port")
def garbage(target: Target, scale: Scale) -> Steps:
    chance, hello = random.Random(110), _hello()  # noqa: S311 -- the same garbage each time
    for turn in range(scale.some(200)):
        octets = bytearray(hello if turn % 2 else chance.randbytes(4000))
        for _ in range(20):
            octets[chance.randrange(len(octets))] = chance.randrange(256)
        octets[0] = 22 if turn % 4 else octets[0]
        with Line(target.tls_port) as line:
            line.send(bytes(octets))
            line.half_close()
            said = line.rest()
            assert b"+OK" not in said, said
        if turn % 100 == 5:
            yield
    return "alert at best, closed"


@attack("POP3 in the clear on the TLS port, and TLS on the clear one")
def wrong_port(target: Target, scale: Scale) -> Steps:
    said = b""
    for _ in range(scale.some(100)):
        with Line(target.tls_port) as line:
            line.send(b"USER honest\r\nPASS kettle42\r\nSTAT\r\n")
            said = line.rest()
            assert b"OK" not in said, said
        with Line(target.port) as line:
            line.reply()
            line.send(_hello() + b"\r\n")
            reply = line.reply()
            assert reply.startswith(b"-ERR"), reply
            assert reply.isascii(), reply
    yield
    return "closed; one -ERR"


@attack("commands behind STLS in the clear, 400 cuttings")
def behind_stls(target: Target, scale: Scale) -> Steps:
    name = GUESTS[3].encode()
    data = b"STLS\r\nUSER %s\r\nPASS kettle42\r\nDELE 1\r\nSTAT\r\nQUIT\r\n" % name
    chance = random.Random(7)  # noqa: S311 -- the same cuts each time
    stood = 0
    for turn in range(scale.some(400)):
        cuts = sorted(chance.sample(range(1, len(data)), turn % 5))
        with Line(target.port) as line:
            line.reply()
            for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
                line.send(data[start:end])
            # Read octet by octet: whatever is answered behind it is the handshake's to stumble over.
            said = b"".join(iter(lambda: line.socket.recv(1), b"\n"))
            assert said == b"+OK begin TLS negotiation\r", said
            stood += _tls_and_nobody(target, line)
        if turn % 100 == 9:
            yield
    with Line(target.port) as line:
        assert b"3 messages" in line.log_in(GUESTS[3])
    return f"nothing answered; TLS stood {stood} times, with nobody logged in"


def _tls_and_nobody(target: Target, line: Line) -> bool:
    """Whether TLS can be had now. The server has forgotten, or never seen, what was in the clear."""
    try:
        line.secure(target.context)
    except ssl.SSLError as error:
        if error.reason == "WRONG_VERSION_NUMBER":  # no TLS: an answer in the clear
            raise AssertionError("something was answered in the clear") from error
        return False
    except ConnectionError:
        return False
    reply = line.ask(b"STAT")
    assert reply.startswith(b"-ERR"), reply
    assert line.ask(b"PASS kettle42").startswith(b"-ERR")
    return True


@attack("sessions through TLS that are cut off, and closed behind pipelined commands")
def cut_off(target: Target, scale: Scale) -> Steps:
    name = GUESTS[4]
    for turn in range(scale.some(40, 4)):
        line = Line(target.tls_port, target.context)
        assert target.let_in(line, name).startswith(b"+OK")
        line.send(b"RETR 3\r\n" * 20 + b"DELE 1\r\nNOOP\r\n")
        line.replies(turn)
        if turn % 2:
            line.reset()
        else:
            line.close()
    yield
    with Line(target.port) as line:
        reply = target.let_in(line, name)
        assert b"3 messages" in reply, reply
    return "the lock is open, nothing was removed"
