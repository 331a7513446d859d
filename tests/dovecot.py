"""A Dovecot of one's own, on loopback ports, for tests against a real server.

It is Debian's or anybody's `dovecot` with a configuration in a temporary folder: nothing of the
machine's own is read or written. It wants to be root, as Dovecot does.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.link import Authority

USERS = {"mira": "kettle42", "nina": "lantern7"}
#: What lies in each maildrop at the beginning.
MESSAGES = (
    b"From: otto@example.test\nSubject: The ladder\n\nIt is back in the shed.\n",
    b"From: jana@example.test\nSubject: Dots\n\n.\n..two dots\nand no more\n",
    b"From: shop@example.test\nSubject: Your copies\n\nForty pages are ready.\n",
)
#: Seconds in which it must listen.
STARTING = 30

CONFIG = """
base_dir = {run}
state_dir = {run}/state
log_path = {run}/log
protocols = pop3
listen = 127.0.0.1
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
ssl = yes
ssl_cert = <{run}/server.pem
ssl_key = <{run}/server.pem
disable_plaintext_auth = {strict}
mail_location = maildir:{run}/mail/%u
first_valid_uid = {uid}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {run}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={run}/mail/%u
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener pop3s {{
    address = 127.0.0.1
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
{more}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A Dovecot that runs: its ports on 127.0.0.1, and who may log in with what."""

    port: int
    tls_port: int
    users: Mapping[str, str]
    ca_file: Path  #: vouches for `localhost` and 127.0.0.1
    folder: Path  #: its log and all its mail

    def on_disk(self, user: str) -> int:
        """How many messages a maildrop holds on the disk."""
        box = self.folder / "mail" / user
        return sum(1 for part in ("new", "cur") for _ in (box / part).iterdir())


def missing() -> str:
    """Why there can be no Dovecot here; "": there can."""
    if shutil.which("dovecot", path=_PATH) is None:
        return "no dovecot is installed"
    if sys.platform == "win32" or os.geteuid() != 0:
        return "dovecot wants to be started by root"
    return ""


_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"

needs_dovecot = pytest.mark.skipif(bool(missing()), reason=missing() or "it is here")


@contextmanager
def dovecot(tmp_path: Path, *, strict: bool = False, more: str = "") -> Iterator[Dovecot]:
    """Start one, and end it. `strict`: no password in the clear; `more`: more of its configuration."""
    # Its sockets have paths of 108 octets at most, so it does not live in pytest's deep folders.
    run = Path(tempfile.mkdtemp(prefix="pop-", dir="/tmp"))
    try:
        run.chmod(0o755)
        with _running(run, tmp_path, strict, more) as server:
            yield server
    finally:
        shutil.rmtree(run, ignore_errors=True)


@contextmanager
def _running(run: Path, tmp_path: Path, strict: bool, more: str) -> Iterator[Dovecot]:
    port, tls_port = _free_ports()
    authority = _certificate(run, tmp_path)
    _mail(run)
    login, internal = _user("dovenull"), _user("dovecot")
    owner = _user("nobody")
    (run / "conf").write_text(
        CONFIG.format(
            run=run, login=login.pw_name, internal=internal.pw_name,
            group=_group(internal.pw_gid), uid=owner.pw_uid, gid=owner.pw_gid, port=port,
            tls_port=tls_port, strict="yes" if strict else "no", more=more,
        )
    )  # fmt: skip
    program = shutil.which("dovecot", path=_PATH)
    assert program is not None
    with (run / "out").open("wb") as out:
        process = subprocess.Popen([program, "-F", "-c", str(run / "conf")], stdout=out, stderr=out)
    try:
        _await_greeting(process, port, run)
        yield Dovecot(port, tls_port, USERS, authority.ca_file, run)
    finally:
        process.send_signal(signal.SIGTERM)
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


def _certificate(run: Path, tmp_path: Path) -> Authority:
    """A certificate for localhost, with its key, in the form that Dovecot reads."""
    import trustme

    authority = Authority(tmp_path / "authority")
    authority.server_context(["localhost"])  # founds it
    kept = (authority.folder / "practice-ca.key").read_bytes()
    end = b"-----END CERTIFICATE-----\n"
    pem = kept[kept.index(b"-----BEGIN") :]
    certificate, _, key = pem.partition(end)
    issued = trustme.CA.from_pem(certificate + end, key).issue_cert("localhost", "127.0.0.1")
    path = run / "server.pem"
    path.write_bytes(issued.private_key_and_cert_chain_pem.bytes())
    path.chmod(0o600)
    return authority


def _mail(run: Path) -> None:
    """A Maildir for each user, and the file of passwords."""
    owner = _user("nobody")
    for name in USERS:
        box = run / "mail" / name
        for part in ("new", "cur", "tmp"):
            (box / part).mkdir(parents=True)
        for number, octets in enumerate(MESSAGES, 1):
            (box / "new" / f"100000000{number}.M{number}.sample").write_bytes(octets)
    for path in (run / "mail", *(run / "mail").rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid)
    users = run / "users"
    users.write_text("".join(f"{name}:{word}\n" for name, word in USERS.items()))
    users.chmod(0o600)
    os.chown(users, _user("dovecot").pw_uid, -1)


def _user(name: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return pwd.getpwnam("nobody")


def _group(number: int) -> str:
    import grp

    return grp.getgrgid(number).gr_name


def _await_greeting(process: subprocess.Popen[bytes], port: int, run: Path) -> None:
    """Until it greets. Waits by calling, with no sleep: a refused call is answered at once."""
    from time import monotonic

    limit = monotonic() + STARTING
    while monotonic() < limit:
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as line:
            if line.recv(3) == b"+OK":
                return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
    said = "".join((run / name).read_text() for name in ("out", "log") if (run / name).exists())
    raise RuntimeError(f"dovecot does not start: {said}")
