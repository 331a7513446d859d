"""The server under attack: `port110 serve` as a process, what it costs, and an honest visitor of it."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .accounts import BIG, GUESTS, HONEST, LETTERS, MANY, PASSWORD, lay_out
from .line import Line

__all__ = ["Place", "Target"]

#: Seconds for a server to start, to end, and to forget those who are gone.
STARTING, ENDING, FORGETTING = 30, 15, 10


@dataclass(slots=True)
class Target:
    """A server that runs."""

    process: subprocess.Popen[bytes]
    port: int
    tls_port: int
    context: ssl.SSLContext
    said: Path  #: what it has written to stderr
    quiet: int = 0  #: its descriptors before anybody has called

    @property
    def rss(self) -> int:
        """Its resident memory in KiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("the server has no memory: it is dead")

    @property
    def descriptors(self) -> int:
        """How many files and sockets it has open."""
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/fd").iterdir())

    def visit(self, name: str = HONEST, *, source: str = "127.0.0.1") -> float:
        """An honest session, every octet of its replies checked; the seconds it has taken."""
        start = time.perf_counter()
        with Line(self.port, source=source) as line:
            reply = line.log_in(name)
            assert reply.startswith(b"+OK"), reply
            whole = sum(map(len, LETTERS))
            assert line.ask(b"STAT") == b"+OK %d %d\r\n" % (len(LETTERS), whole)
            assert line.ask(b"LIST").startswith(b"+OK")
            sizes = [b"%d %d\r\n" % (n, len(each)) for n, each in enumerate(LETTERS, 1)]
            assert line.body() == sizes
            for number, letter in enumerate(LETTERS, 1):
                assert line.ask(b"RETR %d" % number).startswith(b"+OK")
                body = [each.removeprefix(b".") for each in line.body()]
                assert b"".join(body) == letter
            assert line.ask(b"QUIT").startswith(b"+OK")
            assert line.rest() == b""
        return time.perf_counter() - start

    def let_in(self, line: Line, name: str) -> bytes:
        """Log in where the lock of somebody who is gone may be held for a moment; PASS's reply."""
        reply = line.log_in(name)
        limit = time.monotonic() + FORGETTING
        while reply.startswith(b"-ERR [IN-USE]"):
            assert time.monotonic() < limit, f"{name} stays locked"
            self.visit()
            line.ask(b"USER " + name.encode())
            reply = line.ask(b"PASS " + PASSWORD.encode())
        return reply

    def open_all(self) -> None:
        """Open each maildrop once: mail is read when it is first wanted, and stays."""
        for name in (HONEST, *GUESTS, BIG, MANY):
            with Line(self.port) as line:
                assert line.log_in(name).startswith(b"+OK")
                line.ask(b"RETR 1")
                line.body()
                line.ask(b"QUIT")
        with Line(self.tls_port, self.context) as line:
            line.log_in(HONEST)
            line.ask(b"QUIT")

    def settled(self) -> int:
        """The descriptors, once they are as many as at the beginning, or when there was time enough."""
        limit = time.monotonic() + FORGETTING
        while self.descriptors > self.quiet and time.monotonic() < limit:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.02)
                break
        return self.descriptors

    def lives(self) -> None:
        """It runs, and has complained of nothing. Raises AssertionError."""
        assert self.process.poll() is None, f"the server has ended: {self.said.read_text()}"
        assert self.said.read_text() == "", self.said.read_text()


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with the mail, where servers can be started."""

    folder: Path

    @classmethod
    def laid_out(cls, folder: Path, *, megabytes: int = 20, messages: int = 10_000) -> Place:
        """With the mail of all accounts."""
        lay_out(folder / "mail", megabytes=megabytes, messages=messages)
        return cls(folder)

    @contextmanager
    def serving(self, *options: str) -> Iterator[Target]:
        """A server with these options; it ends with the block."""
        said = self.folder / "stderr"
        arguments = [
            sys.executable, "-m", "simulator", "serve", "--port", "0", "--tls-port", "0", "--json",
            "--accounts", str(self.folder / "mail"), "--password", PASSWORD, *options,
        ]  # fmt: skip
        environment = {**os.environ, "PORT110_STATE": str(self.folder / "state")}
        with said.open("wb") as errors:
            process = subprocess.Popen(
                arguments, stdout=subprocess.PIPE, stderr=errors, env=environment
            )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, f"it does not start: {said.read_text()}"
            where = json.loads(line)
            context = ssl.create_default_context(cafile=where["ca"])
            target = Target(process, where["port"], where["tls_port"], context, said)
            target.quiet = target.descriptors
            yield target
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(ENDING)
            process.kill()
            process.wait()
            process.stdout.close()
