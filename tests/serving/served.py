"""`port110 serve` as a process, for the tests that look at the command itself."""

from __future__ import annotations

import json
import os
import poplib
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

from serving.peers import LOOPBACK, ROOT

COMMAND = (sys.executable, "-W", "error", "-m", "simulator", "serve")
PORTS = ("--port", "0", "--tls-port", "0")


def refused(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command where it should not come to serving."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, cwd=ROOT, check=False, timeout=30,
        env={**os.environ, "PORT110_STATE": str(state)},
    )  # fmt: skip


@dataclass
class Served:
    """A server that runs. `ready` is what it has said of itself."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]

    @classmethod
    def start(cls, state: Path, *arguments: str, **options: Any) -> Self:
        """Start it, and wait until it listens. Options are Popen's."""
        process = subprocess.Popen(
            [*COMMAND, *PORTS, "--json", *arguments], text=True, cwd=ROOT,
            env={**os.environ, "PORT110_STATE": str(state)},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )  # fmt: skip
        return cls(process, json.loads(reading(process.stdout).readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=10)

    def reach(self) -> poplib.POP3:
        """A client that has called. Raises poplib.error_proto where it is turned away."""
        return Caller(LOOPBACK, self.ready["port"], timeout=10)

    def call(self, user: str = "mira", password: str = "kettle42") -> poplib.POP3:
        """A client that has logged in."""
        client = self.reach()
        try:
            client.user(user)
            client.pass_(password)
        except poplib.error_proto:
            client.close()
            raise
        return client

    def count(self, user: str = "mira", password: str = "kettle42") -> int:
        """How many messages there are."""
        client = self.call(user, password)
        count, _ = client.stat()
        client.quit()
        return count

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal; the exit status, and what was printed since."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


class Caller(poplib.POP3):
    """A client that leaves no socket behind where the greeting is a refusal."""

    def _getresp(self) -> bytes:
        try:
            return super()._getresp()
        except poplib.error_proto:
            if not hasattr(self, "welcome"):
                self.close()
            raise


def reading(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
