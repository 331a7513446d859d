"""Dovecot with a configuration of its own in a temporary folder, in its high-performance login mode."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dovecot_process import fields, free_ports, missing, owner, started

__all__ = ["missing", "running"]

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


@contextmanager
def running(
    run: Path, mail: Path, pem: Path, password: str
) -> Iterator[tuple[subprocess.Popen[bytes], int, int]]:
    """A Dovecot over the Maildirs in `mail`: the process and its two ports. It ends with the block.

    `run` must be a short path that everybody may enter: Dovecot's sockets lie there.
    """
    mine = owner()
    run.mkdir(exist_ok=True)
    (run / "index").mkdir(exist_ok=True)
    for folder in (run / "index", mail, *mail.glob("**/")):
        os.chown(folder, mine.pw_uid, mine.pw_gid)
    port, tls_port = free_ports()
    config = _CONFIG.format(
        **fields(run), mail=mail, pem=pem, password=password, port=port, tls_port=tls_port
    )
    with started(run, config, port) as process:
        yield process, port, tls_port
