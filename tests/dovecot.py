"""A Dovecot of one's own, on loopback ports, for tests against a real server.

It is Debian's or anybody's `dovecot` with a configuration in a temporary folder: nothing of the
machine's own is read or written. It wants to be root, as Dovecot does.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from dovecot_process import fields, free_ports, missing, owner, started

from simulator.link import Authority

USERS = {"mira": "kettle42", "nina": "lantern7"}
#: What lies in each maildrop at the beginning.
MESSAGES = (
    b"From: otto@example.test\nSubject: The ladder\n\nIt is back in the shed.\n",
    b"From: jana@example.test\nSubject: Dots\n\n.\n..two dots\nand no more\n",
    b"From: shop@example.test\nSubject: Your copies\n\nForty pages are ready.\n",
)

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
    port, tls_port = free_ports()
    authority = _certificate(run, tmp_path)
    who = fields(run)
    _mail(run, int(str(who["internal_uid"])))
    ports = {"port": port, "tls_port": tls_port}
    config = CONFIG.format(**who, **ports, strict="yes" if strict else "no", more=more)
    with started(run, config, port):
        yield Dovecot(port, tls_port, USERS, authority.ca_file, run)


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


def _mail(run: Path, internal: int) -> None:
    """A Maildir for each user, and the file of passwords."""
    mine = owner()
    for name in USERS:
        box = run / "mail" / name
        for part in ("new", "cur", "tmp"):
            (box / part).mkdir(parents=True)
        for number, octets in enumerate(MESSAGES, 1):
            (box / "new" / f"100000000{number}.M{number}.sample").write_bytes(octets)
    for path in (run / "mail", *(run / "mail").rglob("*")):
        os.chown(path, mine.pw_uid, mine.pw_gid)
    users = run / "users"
    users.write_text("".join(f"{name}:{word}\n" for name, word in USERS.items()))
    users.chmod(0o600)
    os.chown(users, internal, -1)
