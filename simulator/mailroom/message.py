"""One message of a sample maildrop: immutable, shared between sessions, its wire form made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from simulator.pop3.replies import stuff

__all__ = ["Message", "crlf"]


def crlf(octets: bytes) -> bytes:
    """`octets` as mail: each LF a CRLF, and a CRLF at the end. A lone CR stays what it is."""
    lines = octets.replace(b"\r\n", b"\n")
    if not lines.endswith(b"\n"):
        lines += b"\n"
    return lines.replace(b"\n", b"\r\n")


class Message:
    """A message with its label, by which lessons name it, and its unique-id, by which UIDL does.

    `content` is CRLF octets that end in CRLF. For a message made to a size, `content` is a function
    that makes them when somebody asks, and `octets` says how many they will be.
    """

    def __init__(
        self,
        label: str,
        unique_id: str,
        content: bytes | Callable[[], bytes],
        octets: int | None = None,
        subject: str | None = None,
    ) -> None:
        self.label = label
        self.unique_id = unique_id
        self._content = content
        self._subject = subject
        if octets is None:
            octets = len(content() if callable(content) else content)
        self._octets = octets

    @property
    def octets(self) -> int:
        """Its size with CRLF line ends, stuffing not counted (RFC 1939 section 11)."""
        return self._octets

    @cached_property
    def _made(self) -> bytes:
        return self._content() if callable(self._content) else self._content

    @cached_property
    def _wire(self) -> bytes:
        return stuff(self._made)

    def content(self) -> bytes:
        """All octets, without stuffing."""
        return self._made

    def wire(self) -> bytes:
        """All octets as RETR sends them; `content()` itself where nothing needs stuffing."""
        return self._wire

    def top(self, lines: int) -> bytes:
        """Headers, blank line and the first `lines` lines of the body, as TOP sends them."""
        wire = self.wire()
        end = 0 if wire.startswith(b"\r\n") else wire.find(b"\r\n\r\n") + 2
        if end == 1:
            return wire  # no blank line: all of it is headers
        end += 2
        for _ in range(lines):
            if end >= len(wire):
                return wire
            end = wire.index(b"\r\n", end) + 2
        return wire if end >= len(wire) else wire[:end]

    @cached_property
    def subject(self) -> str:
        """The Subject, unfolded and decoded for people; "" where there is none. Not yet safe text."""
        if self._subject is not None:
            return self._subject
        return _decoded(_header(self.top(0), b"subject"))


def _header(headers: bytes, name: bytes) -> str:
    """The first header of that name, unfolded; broken UTF-8 shows as U+FFFD."""
    found: list[bytes] = []
    for line in headers.split(b"\r\n"):
        if found and line[:1] in (b" ", b"\t"):
            found.append(line)
        elif found:
            break
        elif line.partition(b":")[0].strip().lower() == name:
            found.append(line.partition(b":")[2])
    return b"".join(found).decode("utf-8", "replace").strip()


def _decoded(text: str) -> str:
    """RFC 2047 encoded-words as text; as they stand where they are broken."""
    if "=?" not in text:
        return text
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, ValueError):
        return text
