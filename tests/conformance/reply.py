"""A reply as it came over the line: the status line, and the body where there is one."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Reply", "stuffed", "unstuffed"]

#: RFC 2449 section 3: resp-code, at the very beginning of the text.
_CODE = re.compile(rb"\[([\x21-\x5c\x5e-\x7e]+)\]")


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. `line` has its CRLF; `body` is as it came, without the line "." that ends it."""

    line: bytes
    body: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether it is a +OK (RFC 1939 section 3: in upper case)."""
        return self.line.startswith(b"+OK") and self.line[3:4] in (b" ", b"\r")

    @property
    def err(self) -> bool:
        """Whether it is a -ERR."""
        return self.line.startswith(b"-ERR") and self.line[4:5] in (b" ", b"\r")

    @property
    def text(self) -> bytes:
        """What stands behind the status indicator and its blank."""
        return self.line.rstrip(b"\r\n").partition(b" ")[2]

    @property
    def words(self) -> list[bytes]:
        """The words of the text."""
        return self.text.split()

    @property
    def code(self) -> str:
        """The response code without its brackets, upper case; "" where there is none."""
        found = _CODE.match(self.text)
        return found[1].decode("ascii").upper() if found else ""

    @property
    def rows(self) -> list[bytes]:
        """The lines of the body, without CRLF and without stuffing."""
        return unstuffed(self.body).split(b"\r\n")[:-1]

    @property
    def content(self) -> bytes:
        """The body without stuffing."""
        return unstuffed(self.body)


def unstuffed(body: bytes) -> bytes:
    """A body without the octet that the server puts before a line's first dot (RFC 1939 section 3)."""
    lines = body.split(b"\r\n")
    return b"\r\n".join([line[1:] if line.startswith(b".") else line for line in lines])


def stuffed(content: bytes) -> bytes:
    """What a server should make of `content`."""
    return b"\r\n".join(
        [b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n")]
    )
