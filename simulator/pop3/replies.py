"""Replies into octets: the status line with its limit, and dot-stuffing."""

from __future__ import annotations

import re
from functools import lru_cache

from .exchange import encode

__all__ = [
    "CLOSE_NOTIFY", "COPIED", "PIECE", "REPLY_LIMIT", "TERMINATOR", "challenge_line", "pieces", "said",
    "status_line", "stuff", "top_of", "unstuff", "written_over",
]  # fmt: skip

#: Octets in the first line of a reply with its CRLF (RFC 1939 section 3, RFC 2449 section 4).
REPLY_LIMIT = 512
#: Octets in a piece of a long body.
PIECE = 65536
#: Octets of a message's top that are copied rather than kept as a view of all of it.
COPIED = 16384
#: RFC 1939 section 3: "a termination octet (decimal code 046, ".") and a CRLF pair".
TERMINATOR = b".\r\n"
#: What some servers put before the clear again where TLS has failed: a record of TLS with the alert
#: close_notify, as a warning (RFC 5246 section 7.2.1).
CLOSE_NOTIFY = b"\x15\x03\x03\x00\x02\x01\x00"

_LEADING_DOT = re.compile(rb"(?:\A|(?<=\r\n))\.")


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


def top_of(wire: bytes, lines: int, *, headed: bool = False) -> bytes | memoryview:
    """Headers, blank line and the first `lines` lines of the body, as TOP sends them (section 7).

    All of it, where the body has fewer, or there is no blank line and so no body. Of what is longer
    than a few pages a view, and no copy. `headed`: a blank line at the very beginning ends no headers.
    """
    end = 0 if wire.startswith(b"\r\n") and not headed else wire.find(b"\r\n\r\n") + 2
    if end == 1:
        return wire  # no blank line: all of it is headers
    end += 2
    for _ in range(lines):
        if end >= len(wire):
            return wire
        end = wire.index(b"\r\n", end) + 2
    if end >= len(wire):
        return wire
    return wire[:end] if end <= COPIED else memoryview(wire)[:end]


def said(indicator: str, text: str) -> str:
    """A reply's first line. A text of one blank gives the indicator and a blank, as some servers do."""
    if text == " ":
        return f"{indicator} "
    return f"{indicator} {text}" if text else indicator


def challenge_line(base64: str) -> bytes:
    """A challenge of AUTH: "+", a blank, base64 of any length, CRLF (RFC 5034 section 4)."""
    return f"+ {base64}\r\n".encode("ascii")


def status_line(text: str, limit: int = REPLY_LIMIT, keep: str = "") -> bytes:
    """The first line of a reply with its CRLF, cut to `limit` octets, and always one line.

    `keep`: those of CR, LF and NUL in the text that go out as they are, and may make two lines of it.
    """
    if text.isascii() and text.isprintable() and len(text) <= REPLY_LIMIT - 2:
        return text.encode("ascii") + b"\r\n"  # what every sound template gives
    octets = encode(text).translate(_blanked(keep))
    if len(octets) > limit - 2:
        octets = octets[: limit - 2].decode("utf-8", "ignore").encode()
    return octets + b"\r\n"


@lru_cache(maxsize=8)
def _blanked(keep: str) -> bytes:
    """A table that makes a blank of what may not stand in a line."""
    return bytes(
        0x20 if octet in b"\r\n\0" and chr(octet) not in keep else octet for octet in range(256)
    )


def written_over(raw: bytes, at: int, line: bytes) -> bytes:
    """What goes out where a server reads and writes in one place, and a line was longer than that.

    The first `at` octets of what was read come back, then the reply, which stands over as many octets
    (its line end one of them), then what is left. Each LF goes out as CRLF (GNU mailutils).
    """
    return raw[:at] + line + raw[at + len(line) - 1 :].replace(b"\n", b"\r\n")


def pieces(octets: bytes | memoryview) -> list[bytes | memoryview]:
    """The octets in pieces of at most `PIECE`: views of the store's own, never copies."""
    if len(octets) <= PIECE:
        return [octets]
    view = memoryview(octets)
    return [view[start : start + PIECE] for start in range(0, len(view), PIECE)]
