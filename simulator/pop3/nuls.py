"""What a server written in C makes of a NUL in a line: there a text ends (reading: `nul`)."""

from __future__ import annotations

from .commands import COMMANDS
from .exchange import decode
from .parting import any_of
from .reading import Reading

__all__ = ["without_nul"]


def without_nul(reading: Reading, raw: bytes) -> bytes:
    """The line as the server sees it, which has a NUL in it and takes it for an end."""
    if reading.nul == "empties":
        return b""
    head, _, behind = raw.partition(b"\0")
    if reading.nul == "parts" and _ends_a_word(reading, decode(head)):
        return head + reading.parting[:1].encode() + behind.partition(b"\0")[0]
    return head


def _ends_a_word(reading: Reading, text: str) -> bool:
    """Whether what ends there is the keyword, or the first of two arguments, and not the line."""
    parts = any_of(reading.parting)
    word, *rest = parts.split(text.lstrip(reading.leading), maxsplit=1)
    if not rest:
        return bool(word)
    row = COMMANDS.get(word.upper())
    two = row is not None and len(row.arguments) > 1
    return two and not parts.search(rest[0].lstrip(reading.leading))
