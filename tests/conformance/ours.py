"""Our own server, as a process on real ports, and all four kinds of line to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from .accounts import accounts_for, write_accounts
from .dial import Server
from .memory import memory_server
from .sockets import Address
from .table import KINDS

__all__ = ["PASSWORD", "our_servers"]

#: The password of all accounts: letters of either case, so that its case can be got wrong.
PASSWORD = "kettle-On-the-Hob-42"
_ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def our_servers() -> Iterator[list[Server]]:
    """A server for each kind of line, of `KINDS`. The process ends with the block."""
    with TemporaryDirectory(prefix="port110-conformance-") as name:
        folder = Path(name)
        accounts = accounts_for(KINDS, PASSWORD)
        write_accounts(folder, {n: a for n, a in accounts.items() if not n.startswith("memo")})
        with _serving(folder) as ready:
            host, ca = str(ready["host"]), str(ready["ca"])
            clear = Address(host, int(str(ready["port"])), ca)
            sealed = Address(host, int(str(ready["tls_port"])), ca)
            yield [
                memory_server({n: a for n, a in accounts.items() if n.startswith("memo")}),
                Server("tcp", clear.dialler(), accounts),
                Server("stls", clear.dialler(), accounts),
                Server("tls", sealed.dialler(tls=True), accounts, sealed.dialler()),
            ]


@contextmanager
def _serving(folder: Path) -> Iterator[dict[str, object]]:
    """The server over the accounts in `folder`; what it says once it is ready."""
    words = ["serve", "--port", "0", "--tls-port", "0", "--accounts", str(folder / "mail"),
             "--password", PASSWORD, "--apop", "--json"]  # fmt: skip
    with (folder / "errors").open("wb") as errors, _process(words, folder, errors.fileno()) as done:
        assert done.stdout is not None
        said = done.stdout.readline()
        if not said:
            done.wait()
            raise RuntimeError((folder / "errors").read_text(encoding="utf-8", errors="replace"))
        try:
            yield json.loads(said)
        finally:
            done.terminate()
            done.wait(timeout=20)


def _process(words: Sequence[str], folder: Path, errors: int) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "simulator", *words]
    state = {"PORT110_STATE": str(folder / "state")}
    return subprocess.Popen(
        program, cwd=_ROOT, env={**os.environ, **state}, stdout=subprocess.PIPE, stderr=errors
    )
