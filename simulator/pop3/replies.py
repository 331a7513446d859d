"""Replies into octets: the status line with its limit, and dot-stuffing."""

from __future__ import annotations

import re

from .exchange import encode

__all__ = [
    "PIECE", "REPLY_LIMIT", "TERMINATOR", "challenge_line", "pieces", "said", "status_line",
    "stuff", "unstuff",
]  # fmt: skip

#: Octets in the first line of a reply with its CRLF (RFC 1939 section 3, RFC 2449 section 4).
REPLY_LIMIT = 512
#: Octets in a piece of a long body.
PIECE = 65536
#: RFC 1939 section 3: "a termination octet (decimal code 046, ".") and a CRLF pair".
TERMINATOR = b".\r\n"

_LEADING_DOT = re.compile(rb"(?:\A|(?<=\r\n))\.")
_NOT_FOR_A_LINE = re.compile(rb"[\r\n\x00]")


def stuff(content: bytes) -> bytes:
    """`content` (CRLF lines) with each leading dot doubled (RFC 1939 section 3).

    The very object comes back where nothing needs it, so that big mail is not held twice.
    """
    if not content.startswith(b".") and b"\r\n." not in content:
        return content
    return _LEADING_DOT.sub(b"..", content)


def unstuff(wire: bytes) -> bytes:
    """The reverse of `stuff`."""
    return _LEADING_DOT.sub(b"", wire)


def said(indicator: str, text: str) -> str:
    """A reply's first line. A text of one blank gives the indicator and a blank, as some servers do."""
    if text == " ":
        return f"{indicator} "
    return f"{indicator} {text}" if text else indicator


def challenge_line(base64: str) -> bytes:
    """A challenge of AUTH: "+", a blank, base64 of any length, CRLF (RFC 5034 section 4)."""
    return f"+ {base64}\r\n".encode("ascii")


def status_line(text: str) -> bytes:
    """The first line of a reply with its CRLF, cut to `REPLY_LIMIT` octets, and always one line."""
    if text.isascii() and text.isprintable() and len(text) <= REPLY_LIMIT - 2:
        return text.encode("ascii") + b"\r\n"  # what every sound template gives
    octets = _NOT_FOR_A_LINE.sub(b" ", encode(text))
    if len(octets) > REPLY_LIMIT - 2:
        octets = octets[: REPLY_LIMIT - 2].decode("utf-8", "ignore").encode()
    return octets + b"\r\n"


def pieces(octets: bytes | memoryview) -> list[bytes | memoryview]:
    """The octets in pieces of at most `PIECE`: views of the store's own, never copies."""
    if len(octets) <= PIECE:
        return [octets]
    view = memoryview(octets)
    return [view[start : start + PIECE] for start in range(0, len(view), PIECE)]
