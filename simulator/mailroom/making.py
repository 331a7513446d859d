"""Messages made from a description: of a text, and to a size, so that big mail needs no big files."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from hashlib import sha256

from .message import Message, crlf

__all__ = ["TooSmall", "make_message", "pad_text", "unique_id_of"]

_BOUNDARY = "=_port110_part"
#: Filler for a letter that is made to a size: sentences somebody might have written.
_FILLER = (
    "The rest of this letter is a copy of the list we spoke of, as it was last week.",
    "Two of the boxes went to the hall, and one is still with the neighbours.",
    "If anything is missing, please say so before the end of the month.",
    "The numbers in the third column are the old ones; the new ones will follow.",
    "Nothing else has changed since the last time, as far as I can see.",
)
_ODD_HEADER = re.compile(r"[^\x21-\x39\x3b-\x7e]")


class TooSmall(ValueError):
    """A message was asked to be smaller than what it must hold. str() says how small it can be."""


def unique_id_of(content: bytes) -> str:
    """A unique-id that depends on the octets alone: 24 characters, the same on every machine."""
    return base64.b32encode(sha256(content).digest())[:24].decode("ascii")


def make_message(
    label: str,
    headers: Mapping[str, str],
    text: str = "",
    *,
    octets: int | None = None,
    as_: str = "text",
    unique_id: str | None = None,
) -> Message:
    """A message with these headers and this text; with `octets`, of exactly that size.

    `as_` says how it grows: "text" adds lines of a letter, "attachment" a base64 part. Raises
    TooSmall where headers and text alone are larger than `octets`.
    """
    if octets is None or as_ == "text":
        content = crlf(_head(headers) + b"\n" + text.encode())
        if octets is not None:
            content = pad_text(content, octets)
        return Message(label, unique_id or unique_id_of(content), content)
    front, back = _attachment(headers, text)
    room = octets - len(front) - len(back)
    if room < 3:
        raise TooSmall(f"write at least {len(front) + len(back) + 3} octets, got {octets}")
    own = unique_id or unique_id_of(front + str(octets).encode())
    return Message(label, own, lambda: front + _base64_lines(room) + back, octets)


def pad_text(content: bytes, octets: int) -> bytes:
    """`content` with lines of filler behind it, exactly `octets` long. Raises TooSmall."""
    room = octets - len(content)
    if room < 0 or room == 1:
        raise TooSmall(
            f"it has {len(content)} octets already; write that, or {len(content) + 2} or more"
        )
    lines: list[bytes] = []
    number = 0
    while room:
        line = _FILLER[number % len(_FILLER)].encode()
        number += 1
        if room < len(line) + 4:
            # What is left for the last line, or for the last but one where 1 octet would remain.
            line = line[: room - 2] if room - 2 <= len(line) else line[: room - 5]
        lines.append(line + b"\r\n")
        room -= len(line) + 2
    return content + b"".join(lines)


def _head(headers: Mapping[str, str]) -> bytes:
    for name, value in headers.items():
        if _ODD_HEADER.search(name) or not name:
            raise ValueError(f"{name!r} is no name of a header; write letters, digits and dashes")
        if "\n" in value or "\r" in value:
            raise ValueError(f"the header {name} must be one line")
    return "".join(f"{name}: {value}\n" for name, value in headers.items()).encode()


def _attachment(headers: Mapping[str, str], text: str) -> tuple[bytes, bytes]:
    mime = {
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/mixed; boundary="{_BOUNDARY}"',
    }
    front = _head({**headers, **mime}).decode() + (
        f"\n--{_BOUNDARY}\nContent-Type: text/plain; charset=utf-8\n\n{text.rstrip()}\n\n"
        f"--{_BOUNDARY}\nContent-Type: application/octet-stream\n"
        "Content-Transfer-Encoding: base64\n"
        'Content-Disposition: attachment; filename="scan.bin"\n\n'
    )
    return crlf(front.encode()), crlf(f"\n--{_BOUNDARY}--\n".encode())


def _base64_lines(room: int) -> bytes:
    """Lines of base64 letters with CRLF, `room` octets in all; `room` is at least 3."""
    seed = base64.b64encode(b"".join(sha256(bytes([n])).digest() for n in range(96)))
    stream = seed * (76 // len(seed) + 2)
    full, rest = divmod(room, 78)
    if rest in (1, 2) and full:
        full, rest = full - 1, rest + 78
    lines = [stream[(n * 76) % len(seed) :][:76] + b"\r\n" for n in range(len(seed) // 76 + 1)]
    body = b"".join(lines[n % len(lines)] for n in range(full))
    while rest:
        size = rest if rest <= 78 else 40
        body += stream[: size - 2] + b"\r\n"
        rest -= size
    return body
