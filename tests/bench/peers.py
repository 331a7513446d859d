"""The servers that are measured: ours, an echo as the floor, Twisted's, Dovecot's. Each a process.

All get the same Maildirs and the same certificate, and listen on free ports of 127.0.0.1.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from simulator.link import Authority

from . import dovecot
from .mail import PASSWORD
from .process import family

__all__ = ["Peer", "Start", "starts"]

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that runs."""

    name: str
    port: int
    tls_port: int
    pid: int
    keeps_mail: bool = True  #: not so the echo

    @property
    def pids(self) -> list[int]:
        """It and the processes it has started."""
        return family(self.pid)


#: Starts a server; it ends with the block.
Start = Callable[[], AbstractContextManager[Peer]]


def starts(folder: Path, mail: Path) -> tuple[dict[str, Start], list[str]]:
    """How each is started, ours first, and why one cannot be. `folder` is for what they keep."""
    pem = _certificate(folder / "ours")
    ours = [
        "-m", "simulator", "serve", "--port", "0", "--tls-port", "0", "--json",
        "--accounts", str(mail), "--password", PASSWORD,
        "--max-connections", "2000", "--max-per-address", "2000",
    ]  # fmt: skip
    found: dict[str, Start] = {
        "ours": lambda: _python("ours", ours, folder / "ours"),
        "echo": lambda: _python("echo", [str(_HERE / "echo_server.py"), str(pem)], folder),
        "Dovecot": lambda: _dovecot(folder, mail, pem),
    }
    notes = []
    if why := dovecot.missing():
        del found["Dovecot"]
        notes.append(why)
    try:
        import OpenSSL  # noqa: F401 -- Twisted's TLS needs it
        import twisted  # noqa: F401 -- asked only whether it is there
    except ImportError:
        notes.append('Twisted is not installed: pip install "twisted[tls]" measures it too.')
    else:
        script = [str(_HERE / "twisted_server.py"), str(mail), PASSWORD, str(pem)]
        found["Twisted"] = lambda: _python("Twisted", script, folder)
    return found, notes


def _certificate(state: Path) -> Path:
    """The certificate and key that our server will use, made where it will look for them."""
    authority = Authority(state / "certificates")
    authority.server_context(["127.0.0.1", "::1", "localhost"])
    return next(authority.folder.glob("hosts-*.pem"))


@contextmanager
def _python(name: str, arguments: Sequence[str], state: Path) -> Iterator[Peer]:
    """A server in Python, which says in JSON where it listens."""
    environment = {**os.environ, "PORT110_STATE": str(state)}
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{name} does not start; it ended with status {process.wait(10)}")
        where = json.loads(line)
        yield Peer(name, where["port"], where["tls_port"], process.pid, name != "echo")
    finally:
        _end(process)


@contextmanager
def _dovecot(folder: Path, mail: Path, pem: Path) -> Iterator[Peer]:
    with dovecot.running(folder / "dovecot", mail, pem, PASSWORD) as (process, port, tls_port):
        yield Peer("Dovecot", port, tls_port, process.pid)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, and see to it."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    process.kill()
    process.wait(10)
    if process.stdout is not None:
        process.stdout.close()
