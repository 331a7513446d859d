"""Messages made from a description: of a text, and to a size, so that big mail needs no big files.

A message made to a size is made when somebody asks for its octets, and the same each time.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import cache, partial
from hashlib import sha256

from .message import Message, crlf

__all__ = ["TooSmall", "least_octets", "made_of", "make_message", "pad_text", "unique_id_of"]

#: Filler for a letter that is made to a size: sentences somebody might have written.
_FILLER = (
    b"The rest of this letter is a copy of the list we spoke of last week.\r\n",
    b"Two of the boxes went to the hall, and one is still with the neighbours.\r\n",
    b"If anything is missing, please say so before the end of the month.\r\n",
    b"The numbers in the third column are the old ones; new ones will follow.\r\n",
    b"Nothing else has changed since the last time, as far as I can see.\r\n",
)
_ODD_HEADER = re.compile(r"[^\x21-\x39\x3b-\x7e]")
_LINE_LIMIT = 78  #: octets in a line without its CRLF (RFC 5322 section 2.1.1)
_FOLD = re.compile(rb"(?<=[^ \t])[ \t](?=[ \t]*[^ \t])")  #: leaves no line of blanks alone
_BOUNDARY = "=_port110_part"
_EPILOGUE = b"The parts end here (RFC 2046)"
_BASE64_LINE = 76  #: RFC 2045 section 6.8


class TooSmall(ValueError):
    """A message cannot have the size that was asked for. str() says which sizes it can have."""


def unique_id_of(content: bytes) -> str:
    """A unique-id that depends on the octets alone: 24 characters, the same on every machine."""
    return base64.b32encode(sha256(content).digest())[:24].decode("ascii")


def make_message(  # noqa: PLR0913 - the keys of a message in mailbox.yaml
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
    if as_ not in ("text", "attachment"):
        raise ValueError(f"a message grows as text or as attachment, not as {as_!r}")
    if octets is None or as_ == "text":
        return made_of(label, _letter(headers, text), octets=octets, unique_id=unique_id)
    front, back = _parts(headers, text)
    least = _least(front, back)
    if octets < least:
        raise TooSmall(f"write at least {least} octets, got {octets}")
    own = unique_id or _id_of_made(front, octets)
    make = partial(_with_attachment, front, back, octets - least + 6)
    return Message(label, own, make, octets, start=front)


def least_octets(headers: Mapping[str, str], text: str = "", as_: str = "text") -> int:
    """From this size on `make_message` can make the message to any. Raises ValueError as it does."""
    if as_ == "text":
        return len(_letter(headers, text)) + 4
    return _least(*_parts(headers, text))


def made_of(
    label: str, content: bytes, *, octets: int | None = None, unique_id: str | None = None
) -> Message:
    """A message of these octets; with `octets`, grown to that size by lines. Raises TooSmall."""
    if octets is None or octets == len(content):
        return Message(label, unique_id or unique_id_of(content), content)
    _must_fit(content, octets)
    own = unique_id or _id_of_made(content, octets)
    return Message(label, own, partial(pad_text, content, octets), octets, start=content)


def pad_text(content: bytes, octets: int) -> bytes:
    """`content` with lines of filler behind its body, exactly `octets` long. Raises TooSmall.

    Mail without a body gets the blank line first. A single octet more is a blank at a line's end.
    """
    _must_fit(content, octets)
    room = octets - len(content)
    if room and _body(content) < 0:
        content += b"\r\n"
        room -= 2
    if room != 1:
        return content + _filler(room)
    end = _short_line(content)
    return content[:end] + b" " + content[end:]


def _letter(headers: Mapping[str, str], text: str) -> bytes:
    return crlf(_head(headers) + b"\n" + text.encode())


def _id_of_made(start: bytes, octets: int) -> str:
    return unique_id_of(b"%d octets of " % octets + start)


def _must_fit(content: bytes, octets: int) -> None:
    size = len(content)
    if octets == size or octets >= size + 4:
        return
    if _body(content) < 0:
        fits, sizes = octets == size + 2, f"{size}, {size + 2}, or {size + 4} or more"
    elif _short_line(content) < 0:
        fits, sizes = octets >= size + 2, f"{size}, or {size + 2} or more"
    else:
        fits, sizes = octets > size, f"{size} or more"
    if not fits:
        raise TooSmall(f"it has {size} octets already; write {sizes}, got {octets}")


def _body(content: bytes) -> int:
    """Where the body begins, behind the blank line; -1 where there is none."""
    if content.startswith(b"\r\n"):
        return 2
    blank = content.find(b"\r\n\r\n")
    return blank + 4 if blank >= 0 else -1


def _short_line(content: bytes) -> int:
    """The end of the last line of the body that can take one octet more; -1 if there is none."""
    body, end = _body(content), len(content) - 2
    while end >= body:
        begin = content.rfind(b"\r\n", body - 2, end) + 2
        if end - begin < _LINE_LIMIT:
            return end
        end = begin - 2
    return -1


def _filler(room: int) -> bytes:
    """Lines of a letter, `room` octets in all: 0, or 2 and more."""
    block = b"".join(_FILLER)
    whole, rest = divmod(room, len(block))
    if rest == 1:
        whole, rest = whole - 1, rest + len(block)
    lines = [block * whole]
    for line in _FILLER:
        if not rest:
            break
        fitting = line
        if rest < len(line):
            fitting = line[: rest - 2] + b"\r\n"
        elif rest == len(line) + 1:  # one octet would be left, which is no line
            fitting = line.replace(b" ", b"  ", 1)
        lines.append(fitting)
        rest -= len(fitting)
    return b"".join(lines)


def _head(headers: Mapping[str, str]) -> bytes:
    for name, value in headers.items():
        if _ODD_HEADER.search(name) or not name:
            raise ValueError(f"{name!r} is no name of a header; write letters, digits and dashes")
        if "\n" in value or "\r" in value:
            raise ValueError(f"the header {name} must be one line; it is folded for you")
    return b"".join(_folded(f"{name}: {value}".encode()) for name, value in headers.items())


def _folded(line: bytes) -> bytes:
    """A header with LF line ends, folded at blanks to 78 octets a line (RFC 5322 section 2.2.3)."""
    lines: list[bytes] = []
    start = last = 0
    if len(line) > _LINE_LIMIT:
        for at in (*(found.start() for found in _FOLD.finditer(line)), len(line)):
            if at - start > _LINE_LIMIT and last > start:
                lines.append(line[start:last])
                start = last
            last = at
    return b"\n".join([*lines, line[start:], b""])


def _parts(headers: Mapping[str, str], text: str) -> tuple[bytes, bytes]:
    """What stands before and behind the base64 of an attachment; full stops and CRLF follow."""
    boundary = _BOUNDARY
    while boundary in text:
        boundary += "_"
    for name in headers:
        if name.lower() in ("content-type", "content-transfer-encoding"):
            raise ValueError(f"leave out the header {name}; `as: attachment` writes its own")
    mime = {name: value for name, value in headers.items() if name.lower() != "mime-version"}
    mime["MIME-Version"] = "1.0"
    mime["Content-Type"] = f'multipart/mixed; boundary="{boundary}"'
    encoding = ""
    if not text.isascii():
        mime["Content-Transfer-Encoding"] = "8bit"
        encoding = "Content-Transfer-Encoding: 8bit\n"
    front = (
        f"\n--{boundary}\nContent-Type: text/plain; charset=utf-8\n{encoding}\n{text.rstrip()}\n"
        f"\n--{boundary}\nContent-Type: application/octet-stream\n"
        "Content-Transfer-Encoding: base64\n"
        'Content-Disposition: attachment; filename="scan.bin"\n\n'
    )
    back = f"--{boundary}--\r\n".encode() + _EPILOGUE
    return crlf(_head(mime) + front.encode()), back


def _least(front: bytes, back: bytes) -> int:
    """What is fixed, a full stop and CRLF, and the 6 octets of a line with one group of base64."""
    return len(front) + len(back) + 1 + 2 + 6


def _with_attachment(front: bytes, back: bytes, room: int) -> bytes:
    """The whole message. `room` octets, 6 or more, are for base64 and for more full stops.

    Base64 comes in groups of four letters and the lines end in CRLF, so that not each size can be
    had by it alone; the epilogue, which no mail reader shows, takes up to 5 octets.
    """
    whole, rest = divmod(room, _BASE64_LINE + 2)
    last = max(0, (rest - 2) // 4 * 4)  # letters in the last line, if it is not a full one
    stops = rest - (last + 2 if last else 0)
    lines = _base64_lines()
    full, some = divmod(whole, len(lines))
    body = b"".join(lines) * full + b"".join(lines[:some])
    if last:
        body += lines[some][:last] + b"\r\n"
    return b"".join((front, body, back, b"." * (1 + stops), b"\r\n"))


@cache
def _base64_lines() -> tuple[bytes, ...]:
    """Lines of base64 with CRLF, of octets that look like a scan's: no two lines are alike."""
    octets = b"".join(sha256(bytes([number])).digest() for number in range(114))
    letters = base64.b64encode(octets)
    starts = range(0, len(letters), _BASE64_LINE)
    return tuple(letters[start : start + _BASE64_LINE] + b"\r\n" for start in starts)
