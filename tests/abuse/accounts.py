"""Whose mail the server under attack keeps: an honest visitor, many guests, and two hard cases."""

from __future__ import annotations

from pathlib import Path

__all__ = ["BIG", "GUESTS", "HONEST", "LETTERS", "MANY", "PASSWORD", "lay_out"]

PASSWORD = "kettle42"
HONEST = "honest"
GUESTS = tuple(f"guest{number:03}" for number in range(120))
#: One message of many octets; many messages.
BIG, MANY = "big", "many"

_HEAD = b"From: mira@example.test\r\nSubject: %s\r\n\r\n"
#: What the honest visitor must get, octet by octet. A dot at the start of a line is doubled on the way.
LETTERS = (
    _HEAD % b"The ladder" + b"It is back in the shed.\r\n",
    _HEAD % b"Dots" + b".\r\n..two\r\n...three\r\n",
    _HEAD % b"Copies" + b"Forty pages, as always.\r\n" * 300,
)


def lay_out(folder: Path, *, megabytes: int, messages: int) -> None:
    """A folder of .eml files for each. `megabytes`: of the big message; `messages`: of the many."""
    for name in (HONEST, *GUESTS):
        _account(folder / name, LETTERS)
    line = b"0123456789" * 7 + b"\r\n"
    _account(folder / BIG, (_HEAD % b"Big" + line * (megabytes * 1_000_000 // len(line)),))
    _account(folder / MANY, [_HEAD % b"One of many" + b"%d\r\n" % each for each in range(messages)])


def _account(folder: Path, letters: tuple[bytes, ...] | list[bytes]) -> None:
    folder.mkdir(parents=True)
    for number, octets in enumerate(letters, 1):
        (folder / f"{number:05}-letter.eml").write_bytes(octets)
