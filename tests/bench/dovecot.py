"""Dovecot with a configuration of its own in a temporary folder, in its high-performance login mode."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["missing", "running"]

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
#: Seconds in which it must listen.
_STARTING = 20

#: No limit that a bench would meet; nothing written into the Maildirs, which are everybody's.
_CONFIG = """
base_dir = {run}/base
state_dir = {run}/state
log_path = {run}/log
protocols = pop3
listen = 127.0.0.1
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
default_client_limit = 8000
default_process_limit = 2000
mail_max_userip_connections = 0
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
first_valid_uid = {uid}
first_valid_gid = 0
mail_location = maildir:{mail}/%u:INDEX={run}/index/%u:CONTROL={run}/index/%u
pop3_no_flag_updates = yes
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={run}/index/%u
}}
service pop3-login {{
  chroot =
  service_count = 0
  process_min_avail = 2
  client_limit = 4000
  inet_listener pop3 {{
    port = {port}
  }}
  inet_listener pop3s {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def missing() -> str:
    """What to do so that there is a Dovecot; "": nothing."""
    if _program() is None or not _speaks_pop3():
        return "Dovecot is not installed: apt-get install dovecot-pop3d measures it too."
    if os.geteuid() != 0:
        return "Dovecot is not measured: it wants to be started by root."
    return ""


def _program() -> str | None:
    return shutil.which("dovecot", path=_PATH)


def _speaks_pop3() -> bool:
    places = ("/usr/lib/dovecot", "/usr/libexec/dovecot", "/usr/local/libexec/dovecot")
    return any(Path(place, "pop3").exists() for place in places)


@contextmanager
def running(
    run: Path, mail: Path, pem: Path, password: str
) -> Iterator[tuple[subprocess.Popen[bytes], int, int]]:
    """A Dovecot over the Maildirs in `mail`: the process and its two ports. It ends with the block.

    `run` must be a short path that everybody may enter: Dovecot's sockets lie there.
    """
    owner = _user("nobody")
    run.mkdir(exist_ok=True)
    (run / "index").mkdir(exist_ok=True)
    for folder in (run / "index", mail, *mail.glob("**/")):
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    port, tls_port = _free_ports()
    internal = _user("dovecot")
    config = _CONFIG.format(
        run=run, mail=mail, pem=pem, password=password, login=_user("dovenull").pw_name,
        internal=internal.pw_name, group=grp.getgrgid(internal.pw_gid).gr_name,
        uid=owner.pw_uid, gid=owner.pw_gid, port=port, tls_port=tls_port,
    )  # fmt: skip
    (run / "conf").write_text(config)
    program = _program()
    assert program is not None, "ask `missing` first"
    with (run / "out").open("ab") as out:
        process = subprocess.Popen([program, "-F", "-c", str(run / "conf")], stdout=out, stderr=out)
    try:
        _await_greeting(process, port, run)
        yield process, port, tls_port
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait(10)


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]


def _user(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return pwd.getpwnam("nobody")


def _await_greeting(process: subprocess.Popen[bytes], port: int, run: Path) -> None:
    limit = time.monotonic() + _STARTING
    while time.monotonic() < limit and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as line:
            if line.recv(3) == b"+OK":
                return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    said = "".join((run / name).read_text() for name in ("out", "log") if (run / name).exists())
    raise RuntimeError(f"Dovecot does not start: {said}")
