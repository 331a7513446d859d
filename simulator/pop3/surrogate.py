"""A message in place of one that a client may not be able to read: a surrogate (RFC 6857, 6858).

It is for mail with UTF-8 in its headers (RFC 6856 section 5): its own headers are ASCII, a few words
say what is the matter, and the mail itself is in it as a part, untouched.
"""

from __future__ import annotations

from .maildrop import Message
from .replies import top_of

__all__ = ["Surrogate"]

_TOP = """\
From: mail-server@localhost
Subject: A message that needs UTF-8
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="{boundary}"

--{boundary}
Content-Type: text/plain; charset=us-ascii

The headers of this message are written in UTF-8.
Your mail program has not said that it can read such headers.
It says so with the command UTF8, before it logs in (RFC 6856).
The message itself is the next part.

--{boundary}
Content-Type: message/global

"""
_END = """
--{boundary}--
"""


class Surrogate:
    """The message that is sent in place of `original`. Its unique-id is the original's."""

    needs_utf8 = False

    def __init__(self, original: Message) -> None:
        boundary, wire = "=_surrogate", original.wire()
        while boundary.encode("ascii") in wire:
            boundary += "_"
        # None of these lines begins with a dot, so the octets are as they are on the wire.
        before, behind = (
            part.format(boundary=boundary).replace("\n", "\r\n").encode("ascii")
            for part in (_TOP, _END)
        )
        self.unique_id = original.unique_id
        self.octets = len(before) + original.octets + len(behind)
        self._wire = b"".join((before, wire, behind))

    def wire(self) -> bytes:
        """As RETR sends it."""
        return self._wire

    def top(self, lines: int) -> bytes | memoryview:
        """As TOP sends it."""
        return top_of(self._wire, lines)
