"""Lines that no client should send, one at a time or very many."""

from __future__ import annotations

import base64
from collections.abc import Generator

from .accounts import GUESTS, HONEST, PASSWORD
from .attack import Scale, attack
from .line import Line
from .target import Target

__all__: list[str] = []

Steps = Generator[None, None, str]
MEGA = b"A" * 1_000_000


def _all_refused(said: bytes) -> int:
    """How many replies; each must be an -ERR in printable ASCII with CRLF."""
    lines = said.splitlines(keepends=True)
    for line in lines:
        text = line.removesuffix(b"\r\n")
        assert line.startswith(b"-ERR"), line
        assert line.endswith(b"\r\n"), line
        assert text.isascii(), line
        assert text.decode().isprintable(), line
    return len(lines)


@attack("a line of megabytes that never ends")
def endless_line(target: Target, scale: Scale) -> Steps:
    count = scale.some(8)
    with Line(target.port) as line:
        line.reply()
        with line.saying(MEGA * count):
            said = line.rest()
        yield
    assert _all_refused(said) == 1, said
    return "one -ERR, hung up"


@attack("200 lines of 4 kB without an end, all kept open")
def many_unfinished(target: Target, scale: Scale) -> Steps:
    count = scale.some(200)
    lines = [Line(target.port) for _ in range(count)]
    for line in lines:
        line.reply()
        line.send(b"A" * 4000)
    yield
    for line in lines:
        line.send(b"\r\n")
        assert line.reply().startswith(b"-ERR")
        line.close()
    return f"waits for all {count}, then one -ERR each"


@attack("100 kB of blank lines")
def blank_lines(target: Target, scale: Scale) -> Steps:
    return (yield from _flood(target, b"\r\n" * scale.some(50_000)))


@attack("5,000 unknown commands in one piece")
def unknown_commands(target: Target, scale: Scale) -> Steps:
    return (yield from _flood(target, b"XYZZY 1\r\n" * scale.some(5000)))


def _flood(target: Target, data: bytes) -> Steps:
    with Line(target.port) as line:
        line.reply()
        with line.saying(data):
            said = line.rest()
        yield
    count = _all_refused(said)
    assert count <= 100, f"{count} bad commands were answered"
    return f"{count} -ERR, hung up"


@attack("a whole session, one octet a write, on 50 lines")
def one_octet_a_write(target: Target, scale: Scale) -> Steps:
    said = b"USER %s\r\nPASS " + PASSWORD.encode() + b"\r\nSTAT\r\nLIST 1\r\nNOOP\r\nQUIT\r\n"
    lines = [Line(target.port) for _ in range(scale.some(50))]
    scripts = [said % GUESTS[number].encode() for number in range(len(lines))]
    for step in range(len(scripts[0])):
        for line, script in zip(lines, scripts, strict=True):
            line.send(script[step : step + 1])
        if step % 40 == 0:
            yield
    for line in lines:
        replies = line.rest().splitlines()
        assert len(replies) == 7, replies
        assert all(each.startswith(b"+OK") for each in replies), replies
        line.close()
    return "every session to the end"


@attack("telnet's IAC sequences before, in and behind commands")
def iac(target: Target, scale: Scale) -> Steps:
    del scale
    odd = [b"\xff\xfb\x01", b"\xff\xfd\x03", b"\xff\xf4\xff\xfd\x06", b"\xff\xfa\x18\x00vt100\xff\xf0",
           b"\xff\xff", b"\xff\xf6", b"\xff"]  # fmt: skip
    with Line(target.port) as line:
        assert line.log_in(GUESTS[0]).startswith(b"+OK")
        for each in odd:
            for said in (each + b"NOOP", b"NO" + each + b"OP", b"NOOP" + each, b"RETR 1" + each):
                assert _all_refused(line.ask(said)) == 1
            assert line.ask(b"NOOP") == b"+OK\r\n", "no longer in step"
        yield
    return f"one -ERR to each of {4 * len(odd)}, in step, no IAC back"


@attack("control characters and broken UTF-8 in every argument")
def odd_octets(target: Target, scale: Scale) -> Steps:
    octets = [bytes([each]) for each in (*range(10), *range(11, 32), *range(127, 256))]
    odd = [*octets, b"\xc3\x28", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "\u202e\u0661".encode()]
    odd = odd[:: scale.divisor]
    before = [
        b"USER ",
        b"PASS ",
        b"APOP x ",
        b"AUTH ",
        b"AUTH PLAIN ",
        b"STLS ",
        b"LANG ",
        b"CAPA ",
    ]
    inside = [b"RETR ", b"LIST ", b"DELE ", b"TOP 1 ", b"TOP ", b"UIDL ", b"STAT ", b"RSET "]
    count = 0
    for keywords, name in ((before, ""), (inside, GUESTS[1])):
        for keyword in keywords:
            for start in range(0, len(odd), 60):  # a hundred bad commands end a session
                some = odd[start : start + 60]
                with Line(target.port) as line:
                    assert (line.log_in(name) if name else line.reply()).startswith(b"+OK")
                    line.send(b"".join(keyword + each + b"1\r\n" for each in some))
                    line.send(b"QUIT\r\n")
                    said = line.rest().splitlines(keepends=True)
                assert len(said) == len(some) + 1, (keyword, said)
                assert _all_refused(b"".join(said[:-1])) == len(some), (keyword, said)
                count += len(some)
    yield
    return f"one -ERR to each of {count:,}"


@attack("a response of megabytes to AUTH")
def endless_response(target: Target, scale: Scale) -> Steps:
    data = MEGA * scale.some(8)
    for end in (b"", b"\r\n"):
        with Line(target.port) as line:
            line.reply()
            assert line.ask(b"AUTH PLAIN").startswith(b"+ ")
            with line.saying(data + end):
                said = line.rest()
            yield
        assert _all_refused(said) == 1, said
    return "one -ERR, hung up"


@attack("AUTH PLAIN with NUL, CR and LF in names and passwords")
def smuggled_names(target: Target, scale: Scale) -> Steps:
    del scale
    word, name = PASSWORD.encode(), HONEST.encode()
    odd = [
        b"\0" + name + b"\r\nSTAT\0" + word, b"\0" + name + b"\0" + word + b"\r\n",
        b"\0" + name + b"\0" + word + b"\0", b"\0\0" + name + b"\0" + word,
        b"\0" + name + b"\n\0" + word,
        name + b"\0" + name + b"\r\0" + word, b"\0" + name + b"\0", b"\0\0", b"\0", b"",
        b"\0" + name + b"\0" + word + b"\n+OK", b"\0../" + name + b"\0" + word, b"\0" * 9000,
    ]  # fmt: skip
    for each in odd:
        with Line(target.port) as line:
            line.reply()
            response = base64.b64encode(each)
            assert line.ask(b"AUTH PLAIN").startswith(b"+ ")
            assert _all_refused(line.ask(response)) == 1, each
            if len(response) < 200:
                assert _all_refused(line.ask(b"AUTH PLAIN " + (response or b"="))) == 1, each
            assert line.ask(b"STAT").startswith(b"-ERR"), "somebody is logged in"
    yield
    return f"one -ERR to each of {2 * len(odd) - 1}, nobody logged in"
