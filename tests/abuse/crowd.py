"""A crowd in a process of its own: lines that say nothing, and lines that never stop asking.

    python -m abuse.crowd PORT IDLE BUSY

It says "ready", goes on until its stdin is closed, and then says how many replies it has got a second.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .accounts import GUESTS
from .line import Line
from .target import Target

__all__ = ["Crowd", "crowd"]

#: What the busy say in turn, and with what each reply ends.
_TURNS = (
    (b"STAT\r\n", b"\r\n"), (b"LIST\r\n", b"\r\n.\r\n"), (b"RETR 3\r\n", b"\r\n.\r\n"),
    (b"NOOP\r\n", b"\r\n"), (b"TOP 3 10\r\n", b"\r\n.\r\n"), (b"UIDL\r\n", b"\r\n.\r\n"),
    (b"XYZ" * 20 + b"\r\n", b"\r\n"), (b"CAPA\r\n", b"\r\n.\r\n"),
)  # fmt: skip
#: An unknown command in each round of turns would end a session after a hundred of them.
_BAD = 6


class Crowd:
    """A crowd that is there; `rate` is known once it is gone."""

    rate: float = 0.0


@contextmanager
def crowd(target: Target, idle: int, busy: int) -> Iterator[Crowd]:
    """Such a crowd around the target while the block lasts."""
    arguments = [sys.executable, "-m", "abuse.crowd", str(target.port), str(idle), str(busy)]
    folder = str(Path(__file__).resolve().parent.parent)
    environment = {**os.environ, "PYTHONPATH": folder}
    process = subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert process.stdin is not None
    assert process.stdout is not None
    found = Crowd()
    with process:
        try:
            assert process.stdout.readline() == b"ready\n", "the crowd was not let in"
            yield found
            process.stdin.close()
            found.rate = float(process.stdout.readline())
        finally:
            process.kill()


class _Busy:
    """Somebody who asks again as soon as there is an answer."""

    def __init__(self, line: Line, number: int) -> None:
        self.line = line.socket
        self.turn = number % len(_TURNS)
        self.bad = 0
        self.tail = b""

    def ask(self) -> None:
        self.turn = (self.turn + 1) % len(_TURNS)
        if self.turn == _BAD:
            self.bad += 1
            self.turn += self.bad > 50
        self.tail = b""
        self.line.send(_TURNS[self.turn][0])

    def hear(self) -> bool:
        """Whether the reply is whole."""
        came = self.line.recv(65536)
        if not came:
            raise ConnectionError("the server has hung up on the crowd")
        self.tail = (self.tail + came)[-5:]
        return self.tail.endswith(_TURNS[self.turn][1])


def _main(port: int, idle: int, busy: int) -> None:
    silent = [Line(port) for _ in range(idle)]
    for line in silent:
        line.reply()
    lines = [Line(port) for _ in range(busy)]
    poll = selectors.DefaultSelector()
    for number, (line, name) in enumerate(zip(lines, GUESTS, strict=False)):
        assert line.log_in(name).startswith(b"+OK"), name
        asker = _Busy(line, number)
        poll.register(line.socket, selectors.EVENT_READ, asker)
        asker.ask()
    poll.register(sys.stdin, selectors.EVENT_READ, None)
    print("ready", flush=True)
    replies, start = 0, time.perf_counter()
    while True:
        for key, _ in poll.select():
            if key.data is None:
                print(replies / (time.perf_counter() - start), flush=True)
                return
            if key.data.hear():
                replies += 1
                key.data.ask()


if __name__ == "__main__":
    _main(*map(int, sys.argv[1:]))
