"""A full round of each program that wants a terminal: somebody types, and reads the screen.

Each gives the messages as the program has delivered them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
from clients.office import HOST, LONGEST, Round, Visitor, environment

__all__ = ["ROUNDS", "mutt", "telnet"]


@contextmanager
def terminal(command: str, *arguments: str, home: Path) -> Iterator[pexpect.spawn]:
    """A program on a terminal of 80 columns; it has to leave by itself, and well."""
    child = pexpect.spawn(
        command, list(arguments), timeout=LONGEST, echo=False, env=dict(environment(home)),
        dimensions=(24, 80),
    )  # fmt: skip
    child.delaybeforesend = None
    try:
        yield child
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)


def telnet(visitor: Visitor) -> list[bytes]:
    """The lines as one types them, each after the reply to the one before."""
    with terminal("telnet", HOST, str(visitor.port), home=visitor.home) as child:
        child.expect_exact(b"Escape character is")
        child.expect(rb"\+OK Post office ready[^\r\n]*\r+\n")

        def say(line: str, until: bytes = rb"(\+OK[^\r\n]*)\r+\n") -> bytes:
            child.sendline(line)
            child.expect(until)
            return bytes(child.match.group(1))

        body = rb"(?s)\+OK[^\r\n]*\r+\n(.*\r+\n|)\.\r+\n"
        say(f"USER {visitor.user}")
        say(f"PASS {visitor.password}")
        listed = say("LIST", body).splitlines()
        numbers = [row.split()[0].decode() for row in listed if row.strip()]
        messages = [say(f"RETR {number}", body) for number in numbers]
        for number in numbers:
            say(f"DELE {number}")
        child.sendline("QUIT")
        child.expect(rb"signing off \(maildrop empty\)")
        child.expect_exact(b"Connection closed by foreign host.")
    # The terminal puts a CR before each LF; each had one before.
    return [re.sub(rb"\r+\n", b"\n", each).replace(b"\n..", b"\n.") for each in messages]


def mutt(visitor: Visitor) -> list[bytes]:
    """It opens the maildrop as a folder, saves all that is in it elsewhere, and syncs."""
    into = visitor.home / "saved"
    scheme = "pops" if visitor.tls else "pop"
    rc = visitor.write(
        "muttrc",
        f'set pop_user="{visitor.user}" pop_pass="{visitor.password}"\n'
        f'set ssl_ca_certificates_file="{visitor.ca}" ssl_verify_dates=yes\n'
        f"set ssl_starttls={'yes' if visitor.stls else 'no'}\n"
        f"set ssl_force_tls={'no' if visitor.plain else 'yes'}\n"
        f'set folder="{visitor.home}" spoolfile="{visitor.home}/no" certificate_file=""\n'
        "set mbox_type=maildir confirmappend=no confirmcreate=no delete=yes quit=yes sleep_time=0\n"
        'push "<tag-pattern>~A<enter><tag-prefix><save-message><kill-line>'
        f'{into}<enter><sync-mailbox><exit>"\n',
    )
    folder = f"{scheme}://{HOST}:{visitor.port}"
    with terminal("mutt", "-n", "-F", str(rc), "-f", folder, home=visitor.home):
        pass
    found = sorted((*(into / "new").iterdir(), *(into / "cur").iterdir()), key=_order)
    # A Content-Length and the number of lines are of its own making.
    own = re.compile(rb"Content-Length: \d+\nLines: \d+\n(?=\n)")
    return [own.sub(b"", each.read_bytes(), count=1) for each in found]


def _order(path: Path) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", path.name.partition(".")[2].partition(".")[0])))


ROUNDS = (
    Round("telnet", "telnet", telnet, "family", ("plain",)),
    Round("mutt", "mutt", mutt, "cycling"),
)
