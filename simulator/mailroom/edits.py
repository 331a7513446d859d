"""What stores do to mail that they keep: changes of a message's octets (CRLF lines), one a function."""

from __future__ import annotations

import re

from .message import parted

__all__ = ["blank_line_behind", "from_lines", "with_status"]

_FROM = re.compile(rb"(?<=\r\n)From ")
_QUOTED = re.compile(rb"(?<=\r\n)>(>*From )")
#: The headers in which a store keeps its own state.
_STATUS = re.compile(rb"(?im)^(?:X-UIDL|X-IMAPbase|X-UID|Status):[^\n]*\n(?:[ \t][^\n]*\n)*")


def from_lines(content: bytes, *, quoted: bool) -> bytes:
    """Body lines that begin "From ": with a ">" before them, or else with one taken off."""
    if b"From " not in content:
        return content
    head, body = parted(content)
    pattern, instead = (_FROM, b">From ") if quoted else (_QUOTED, rb"\1")
    # The blank line stands before the first line of the body, and the pattern looks for a CRLF there.
    return head + pattern.sub(instead, b"\r\n" + body) if body else content


def blank_line_behind(content: bytes) -> bytes:
    """With one more blank line."""
    return content + b"\r\n"


def with_status(content: bytes, *, uid: int, unique_id: str, base: str, read: bool) -> bytes:
    """With the headers in which a store keeps its state, behind the others. What was there goes.

    `base` is X-IMAPbase, for the first message alone; without `unique_id` there is no X-UIDL. A
    message without a body gets a blank line for one.
    """
    head, body = parted(content)
    lines = [
        f"X-UIDL: {unique_id}" if unique_id else "",
        f"X-IMAPbase: {base}" if base else "",
        f"X-UID: {uid}",
        f"Status: {'OR' if read else 'O'}",
    ]
    status = "".join(f"{line}\r\n" for line in lines if line).encode("ascii")
    return b"".join((_STATUS.sub(b"", head), status, b"\r\n", body or b"\r\n"))
