"""Scan listings that tell the lines of each message, too (policy `list_lines`).

RFC 1939 section 5 lets a server put "other information" behind the size, and would rather it did not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .maildrop import Message
from .rereading import Reread
from .survey import GONE

__all__ = ["line_count", "with_lines"]


def line_count(message: Message) -> int:
    """The lines of a message, the blank one behind its headers counted."""
    return message.lines if isinstance(message, Reread) else message.wire().count(b"\r\n")


def with_lines(
    body: bytes, messages: Sequence[Message], marks: Collection[int], marked: str
) -> bytes:
    """LIST's body with the lines behind each row, which speak of these messages in their order."""
    rows = body.split(b"\r\n")[:-1]
    listed = [
        each for number, each in enumerate(messages, 1)
        if marked not in GONE or number not in marks
    ]  # fmt: skip
    counted = zip(rows, map(line_count, listed), strict=True)
    return b"".join(b"%s %d\r\n" % pair for pair in counted)
