"""Scan listings that tell the lines of each message, too (policy `list_lines`).

RFC 1939 section 5 lets a server put "other information" behind the size, and would rather it did not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .maildrop import Message
from .survey import GONE

__all__ = ["with_lines"]


def with_lines(
    body: bytes, messages: Sequence[Message], marks: Collection[int], marked: str
) -> bytes:
    """LIST's body with the lines behind each row, which speak of these messages in their order."""
    rows = body.split(b"\r\n")[:-1]
    counts = [
        each.lines for number, each in enumerate(messages, 1)
        if marked not in GONE or number not in marks
    ]  # fmt: skip
    return b"".join(b"%s %d\r\n" % pair for pair in zip(rows, counts, strict=True))
