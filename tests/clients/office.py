"""The server that real mail programs are tried against, and what each of them is told of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dialling import sample

if TYPE_CHECKING:
    from serving.served import Served

__all__ = ["HOST", "WAYS", "Office", "Round", "Visitor", "need", "run"]

#: A name, since TLS needs one. It stands for 127.0.0.1 and nothing else (`--host` of the server).
HOST = "localhost"
WAYS = ("plain", "stls", "tls")
REQUIRED = os.environ.get("PORT110_CLIENTS") == "required"
#: Seconds that a program may take, which is far more than any needs.
LONGEST = 60


def need(program: str, package: str, works: Sequence[str] = ()) -> None:
    """Skip where a program is missing; fail where all of them have to be there.

    `works`: a command that succeeds where all is there that the program needs.
    """
    if shutil.which(program) is not None and (
        not works or subprocess.run(works, capture_output=True, check=False).returncode == 0
    ):
        return
    how = f"{program} is not all there: apt-get install {package}"
    if REQUIRED:
        pytest.fail(how)
    pytest.skip(how)


def run(
    *command: str | Path, typed: bytes = b"", home: Path | None = None, status: int = 0
) -> bytes:
    """Run a program without a terminal; what it has printed. Its status must be `status`."""
    done = subprocess.run(
        [str(each) for each in command], input=typed, capture_output=True, check=False,
        timeout=LONGEST, env=environment(home),
    )  # fmt: skip
    assert done.returncode == status, (done.stdout + done.stderr).decode(errors="replace")
    return done.stdout


def environment(home: Path | None) -> Mapping[str, str]:
    """One that knows nothing of whoever runs the tests."""
    own = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm", "LOGNAME": "visitor"}
    return own if home is None else {**own, "HOME": str(home), "GETMAIL_HOME": str(home)}


@dataclass(frozen=True)
class Visitor:
    """What one program is told: where to call, whose mail it is, and where it may write."""

    port: int
    ca: str
    way: str
    user: str
    password: str
    home: Path
    count: int

    @property
    def plain(self) -> bool:
        return self.way == "plain"

    @property
    def stls(self) -> bool:
        return self.way == "stls"

    @property
    def tls(self) -> bool:
        """TLS from the first octet."""
        return self.way == "tls"

    def write(self, name: str, text: str) -> Path:
        """A file of the program's that nobody else may read."""
        path = self.home / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        return path


@dataclass(frozen=True)
class Round:
    """What one program is tried with. `visit` gives the messages as the program delivered them."""

    program: str
    package: str  #: Debian's, that has it
    visit: Callable[[Visitor], list[bytes]]
    mailbox: str  #: the sample maildrop that it lists, retrieves and deletes
    ways: tuple[str, ...] = WAYS
    works: tuple[str, ...] = ()  #: a command that succeeds where all is there that it needs


@dataclass
class Office:
    """A server that runs, with the sample maildrops of the course's own host."""

    served: Served

    def visitor(self, mailbox: str, way: str, home: Path) -> Visitor:
        """For a program that is to have this sample maildrop, whole, to itself."""
        box, ready = sample(mailbox), self.served.ready
        self.served.process.send_signal(signal.SIGHUP)
        whole = len(box.messages)
        assert any(self.served.count(box.owner, box.password) == whole for _ in range(500))
        port = ready["tls_port"] if way == "tls" else ready["port"]
        return Visitor(port, ready["ca"], way, box.owner, box.password, home, whole)

    def left(self, mailbox: str) -> int:
        """How many messages the next session finds."""
        box = sample(mailbox)
        return self.served.count(box.owner, box.password)
