"""The client of the bench: raw sockets, one room for all that comes, and as little Python as can be.

It knows beforehand how many octets each reply has: `learn` finds that out once, reading every line,
and from then on octets are counted. Greetings differ from call to call: they end with their LF.
"""

from __future__ import annotations

import select
import socket
import ssl
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

__all__ = ["Script", "Talk", "at_once", "chat", "dial", "learn", "talk", "visit"]

#: Seconds until a silent server is given up. Said to the kernel, for Python's own timeout would
#: cost a poll for each read.
PATIENCE = 20
_ROOM = memoryview(bytearray(1 << 20))
_END, _LF = b"\r\n.\r\n", 10


class Script(NamedTuple):
    """What one visit says, and how many octets come back for each line."""

    lines: tuple[bytes, ...]
    octets: tuple[int, ...]


def dial(port: int, context: ssl.SSLContext | None = None) -> socket.socket:
    """A line to a port of this machine, with TLS from the first octet where there is a context."""
    line = socket.socket()
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", PATIENCE, 0))
    try:
        line.connect(("127.0.0.1", port))
        return line if context is None else context.wrap_socket(line, server_hostname="localhost")
    except (OSError, ValueError):
        line.close()
        raise


class Talk:
    """A session in which every reply is read and looked at. For what is not measured."""

    def __init__(self, port: int, context: ssl.SSLContext | None = None) -> None:
        self.line = dial(port, context)
        self.greeting = self._until(b"\n")

    def ask(self, line: bytes, *, whole: bool = False) -> bytes:
        """The reply to a line, with its body where `whole`. Raises ValueError for an -ERR."""
        self.line.sendall(line + b"\r\n")
        reply = self._until(_END if whole else b"\n")
        if reply.startswith(b"-ERR"):
            raise ValueError(f"{line!r} was answered {reply!r}")
        return reply

    def log_in(self, user: str, password: str) -> None:
        """USER and PASS."""
        self.ask(b"USER " + user.encode())
        self.ask(b"PASS " + password.encode())

    def quit(self) -> None:
        """QUIT, and wait for the end of the line."""
        self.ask(b"QUIT")
        _end(self.line)

    def _until(self, end: bytes) -> bytes:
        got = bytearray()
        while not got.endswith(end) and not got.startswith(b"-ERR"):
            count = self.line.recv_into(_ROOM)
            if not count:
                raise ConnectionError(f"the server closed the line after {bytes(got[-80:])!r}")
            got += _ROOM[:count]
        return bytes(got)


@contextmanager
def talk(port: int, context: ssl.SSLContext | None = None) -> Iterator[Talk]:
    """A session that ends with its block, with QUIT if all went well."""
    session = Talk(port, context)
    try:
        yield session
        session.quit()
    finally:
        session.line.close()


def learn(port: int, lines: Sequence[bytes], context: ssl.SSLContext | None = None) -> Script:
    """Visit once, and keep how long each reply is. The last line must be QUIT."""
    session = Talk(port, context)
    with session.line:
        octets = [len(session.ask(line)) for line in lines]
        _end(session.line)
    return Script(tuple(line + b"\r\n" for line in lines), tuple(octets))


def visit(port: int, script: Script, context: ssl.SSLContext | None = None) -> None:
    """One session from the call to the end of the line."""
    with dial(port, context) as line:
        while _ROOM[line.recv_into(_ROOM) - 1] != _LF:
            pass
        for said, octets in zip(script.lines, script.octets, strict=True):
            line.sendall(said)
            _take(line, octets)
        _end(line)


def chat(line: socket.socket, said: bytes, octets: int, times: int) -> None:
    """Say the same so many times; each time so many octets must come back, neither more nor less."""
    send, receive, room = line.sendall, line.recv_into, _ROOM
    for _ in range(times):  # as _take does it, without a call for each
        send(said)
        left = octets
        while left > 0:
            count = receive(room)
            if not count:
                raise ConnectionError("the server closed the line")
            left -= count
        if left:
            raise ValueError(f"{-left} octets more came than were learnt")


def _take(line: socket.socket, left: int) -> None:
    while left > 0:
        count = line.recv_into(_ROOM)
        if not count:
            raise ConnectionError("the server closed the line")
        left -= count
    if left:
        raise ValueError(f"{-left} octets more came than were learnt")


def _end(line: socket.socket) -> None:
    if line.recv_into(_ROOM):
        raise ValueError("octets came behind the last reply")


class _Caller:
    """One of those who call at the same time."""

    __slots__ = ("left", "line", "octets", "script", "step")

    def __init__(self, script: Script) -> None:
        self.script = script
        self.line: socket.socket

    def call(self, port: int) -> None:
        self.line = dial(port)
        self.step, self.left = 0, 0

    def hear(self) -> bool:
        """Take what has come and say the next line. Whether the line is still up."""
        count = self.line.recv_into(_ROOM)
        if not count:
            if self.step < len(self.script.lines) or self.left:
                raise ConnectionError("the server closed the line too early")
            self.line.close()
            return False
        self.left -= count
        heard = self.left == 0 if self.step else _ROOM[count - 1] == _LF
        if heard and self.step < len(self.script.lines):
            self.line.sendall(self.script.lines[self.step])
            self.left = self.script.octets[self.step]
            self.step += 1
        return True


def at_once(port: int, scripts: Sequence[Script], seconds: float) -> float:
    """As many callers as there are scripts, each calling again when it is through: visits a second."""
    poll = select.epoll()
    callers = [_Caller(script) for script in scripts]
    numbers: dict[int, _Caller] = {}
    visits, start = 0, time.perf_counter()
    stop = start + seconds

    def call(caller: _Caller) -> None:
        caller.call(port)
        number = caller.line.fileno()
        numbers[number] = caller
        poll.register(number, select.EPOLLIN)

    for caller in callers:
        call(caller)
    while numbers:
        events = poll.poll(PATIENCE)
        if not events:
            raise TimeoutError(f"{len(numbers)} callers wait for an answer")
        for number, _ in events:
            caller = numbers[number]
            if not caller.hear():
                del numbers[number]
                visits += 1
                if time.perf_counter() < stop:
                    call(caller)
    poll.close()
    return visits / (time.perf_counter() - start)
