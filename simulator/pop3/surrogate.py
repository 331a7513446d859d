"""A message in place of one that a client may not be able to read: a surrogate (RFC 6857, 6858).

It is for mail with UTF-8 in its headers (RFC 6856 section 5): its own headers are ASCII, a few words
say what is the matter, and the mail itself is in it as a part, untouched.
"""

from __future__ import annotations

from zlib import crc32

from .maildrop import Message
from .replies import top_of

__all__ = ["Surrogate"]

_TOP = """\
From: Mail Delivery Subsystem <postmaster>
Subject: This mail has UTF-8 in a header
Mime-Version: 1.0
Content-Type: multipart/mixed; boundary="{boundary}"



--{boundary}
Content-Type: text/plain

The headers of this message are written in UTF-8, and your mail
program has not told the server that it can read such headers.

A program that can says so with the command UTF8, before it
logs in: RFC 6856 describes it.

It may also be that the sender's program wrote into its headers
what does not belong there.

Nothing is lost: the message itself is in the next part, just
as it is. Save it, and open it elsewhere.

--{boundary}
Content-Type: message/global

"""
_END = """
--{boundary}--
"""


class Surrogate:
    """The message that is sent in place of `original`. Its unique-id is the original's.

    `octets` counts the line ends of what stands around the mail as one octet each, against RFC 1939
    section 11: the one server that sends surrogates says it so.
    """

    needs_utf8 = False

    def __init__(self, original: Message) -> None:
        wire = original.wire()
        number, boundary = crc32(original.unique_id.encode("ascii")), ""
        while not boundary or boundary.encode("ascii") in wire:
            boundary = f"=_{number // 10**5 % 10**5:05}-{number:010}"
            number += 1
        before, behind = (part.format(boundary=boundary) for part in (_TOP, _END))
        self.unique_id = original.unique_id
        self.listed_id = original.listed_id
        self.octets = len(before) + original.octets + len(behind)
        # None of these lines begins with a dot, so they are on the wire as they are.
        self._wire = b"".join((_lines(before), wire, _lines(behind)))

    @property
    def lines(self) -> int:
        """All that stand in it."""
        return self._wire.count(b"\r\n")

    def wire(self) -> bytes:
        """As RETR sends it."""
        return self._wire

    def top(self, lines: int) -> bytes | memoryview:
        """As TOP sends it."""
        return top_of(self._wire, lines)


def _lines(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("ascii")
