"""The mail that every server of the bench gets: Maildirs, one a user, all with one password."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["BIG", "MANY", "OF_BIG", "OF_MANY", "PASSWORD", "SMALL", "lay_out"]

PASSWORD = "kettle42"
#: Users with ten messages of 2 KB: as many as there are sessions at once. Names of one length, so
#: that their replies are.
SMALL = tuple(f"small{number:02}" for number in range(50))
#: A user with one message of 20 MB, and one with very many of 1 KB.
BIG, MANY = "big", "many"
OF_BIG, OF_MANY = 20 * 1024 * 1024, 10_000

#: When it all came: a second of November 2023.
_THEN = 1_700_000_000
_LINE = b"A letter has lines, and some of them are longer than others; this one has 78.\r\n"


def lay_out(folder: Path) -> None:
    """Make a Maildir for each user in `folder`, as a mail system leaves them: read, in `cur`."""
    ten = [_message(number, 2048) for number in range(10)]
    for user in SMALL:
        _maildir(folder / user, ten)
    _maildir(folder / BIG, [_message(0, OF_BIG)])
    _maildir(folder / MANY, [_message(number, 1024) for number in range(OF_MANY)])


def _message(number: int, octets: int) -> bytes:
    """A message of so many octets, give or take a line. It has CRLF line ends on the disk, too."""
    head = (
        f"From: mira@example.test\r\nTo: otto@example.test\r\nSubject: Letter {number}\r\n"
        f"Message-ID: <{number}@bench.example.test>\r\n\r\n"
    ).encode()
    return head + _LINE * ((octets - len(head)) // len(_LINE))


def _maildir(folder: Path, messages: list[bytes]) -> None:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for number, octets in enumerate(messages):
        # A name as Dovecot's own delivery makes it: second, microsecond, process, and the sizes, so
        # that it need not read. (Names that are too regular meet in its hash: 100 times slower.)
        micro, sizes = number * 48271 % 999_983, f"S={len(octets)},W={len(octets)}"
        name = f"{_THEN + number}.M{micro:06}P{4000 + number % 777}.bench,{sizes}:2,S"
        (folder / "cur" / name).write_bytes(octets)
    for part in ("cur", "new"):  # what has changed a moment ago is looked through again each time
        os.utime(folder / part, (_THEN, _THEN))
