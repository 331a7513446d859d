"""The process behind a Dovecot of one's own: where it is, as whom it runs, how it begins and ends.

Its configuration is its caller's: one for tests, one for the bench. It wants to be root, as Dovecot
does.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

__all__ = ["fields", "free_ports", "missing", "owner", "started"]

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
#: Seconds in which it must listen.
STARTING = 30


def missing() -> str:
    """What to do so that there is a Dovecot that speaks POP3; "": nothing."""
    places = ("/usr/lib/dovecot", "/usr/libexec/dovecot", "/usr/local/libexec/dovecot")
    if _program() is None or not any(Path(place, "pop3").exists() for place in places):
        return "no Dovecot is installed: apt-get install dovecot-pop3d"
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "Dovecot wants to be started by root"
    return ""


def _program() -> str | None:
    return shutil.which("dovecot", path=_PATH)


def _user(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return pwd.getpwnam("nobody")


def owner() -> pwd.struct_passwd:
    """Whose the mail is."""
    return _user("nobody")


def fields(run: Path) -> dict[str, object]:
    """What a configuration quotes: the folder, and as whom Dovecot's processes run."""
    import grp

    internal, mail = _user("dovecot"), owner()
    return {
        "run": run, "login": _user("dovenull").pw_name, "internal": internal.pw_name,
        "group": grp.getgrgid(internal.pw_gid).gr_name, "uid": mail.pw_uid, "gid": mail.pw_gid,
        "internal_uid": internal.pw_uid,
    }  # fmt: skip


def free_ports() -> tuple[int, int]:
    """Two ports on which nobody listens."""
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


@contextmanager
def started(run: Path, config: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The process, once it greets on `port`. It ends with the block. Raises RuntimeError."""
    (run / "conf").write_text(config)
    program = _program()
    assert program is not None, "ask `missing` first"
    with (run / "out").open("ab") as out:
        process = subprocess.Popen([program, "-F", "-c", str(run / "conf")], stdout=out, stderr=out)
    try:
        _await_greeting(process, port, run)
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait(10)


def _await_greeting(process: subprocess.Popen[bytes], port: int, run: Path) -> None:
    """Until it greets. Waits by calling, with no sleep: a refused call is answered at once."""
    limit = monotonic() + STARTING
    while monotonic() < limit and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as line:
            if line.recv(3) == b"+OK":
                return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    said = "".join((run / name).read_text() for name in ("out", "log") if (run / name).exists())
    raise RuntimeError(f"Dovecot does not start: {said}")
