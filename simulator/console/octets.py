"""The wire view: one exchange octet by octet, with the octets that telnet does not show.

A row holds up to sixteen octets and never two lines: each line of the protocol begins a row. Behind
the text stand words for what has no glyph: CR, LF, a stuffed dot, the end of a body.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from simulator.pop3.discretion import secret_at
from simulator.pop3.exchange import decode, encode

from .ink import Row, hang
from .theme import Look

if TYPE_CHECKING:
    from simulator.hosts import Carried

__all__ = ["wire_view"]

#: Octets in a row.
ACROSS = 16
#: Rows shown of the beginning and of the end of what is too long, and how far back the end is
#: looked for, in octets.
HEAD_ROWS, TAIL_ROWS, TAIL_OCTETS = 24, 8, 2048
#: Rows shown of ciphertext, each way.
SEALED_ROWS = 5
_TEXT_AT = 3 * ACROSS + 1


#: The content types of a TLS record (RFC 8446 section 5.1).
HANDSHAKE = 0x16
SEALED_TEXT = (
    "17 03 03 and two octets of length: a TLS record. Whoever looks on sees that and nothing else; "
    "what stands in it only the two ends can read."
)
TICKETS_TEXT = (
    "More has come than the reply: behind a handshake TLS 1.3 sends session tickets, with which a "
    "client may take the session up again."
)
HANDSHAKE_TEXT = (
    "16 03: records of the handshake. In the clear stand the host's name and what both ends can do; "
    "from 17 03 03 on all is sealed, the certificate too."
)


def wire_view(carried: Carried, width: int, look: Look) -> Iterator[Row]:
    """Rows for the octets sent and received. What is secret in them is `**`."""
    sealed = carried.sealed
    if sealed is None:
        yield from _clear(carried, width, look)
    elif sealed[0][:1] == bytes([HANDSHAKE]):
        # STLS: the command and its +OK went in the clear, and then TLS began.
        yield from _clear(carried, width, look)
        yield (("heading", "  and behind it the handshake"),)
        yield from _sealed(sealed, look)
        yield from _remark(HANDSHAKE_TEXT, width)
    else:
        yield (("heading", "  on the wire, as anybody sees it"),)
        yield from _sealed(sealed, look)
        yield from _remark(SEALED_TEXT, width)
        records = len(carried.received) // 16384 + 1
        if len(sealed[1]) - len(carried.received) > 100 + 22 * records:
            yield from _remark(TICKETS_TEXT, width)
        yield (("heading", "  inside, for the two ends alone"),)
        yield from _clear(carried, width, look)


def _clear(carried: Carried, width: int, look: Look) -> Iterator[Row]:
    sent, received = carried.sent, carried.received
    hidden = frozenset(range(len(sent.rstrip(b"\r\n")))) if carried.secret else _secrets(sent)
    if sent:
        yield _head("sent", sent)
        yield from _dump(sent, hidden, look)
    yield _head("received", received)
    yield from _dump(received, frozenset(), look)
    if hidden:
        yield from _remark("** stands for the octets of a secret.", width)
    if received.startswith(b"..") or b"\r\n.." in received:
        text = "dot: a stuffed dot. It is on the wire only; the client takes it off again."
        yield from _remark(text, width)


def _sealed(sealed: tuple[bytes, bytes], look: Look) -> Iterator[Row]:
    """Ciphertext has no lines, and a few rows of it say as much as all."""
    for name, octets in zip(("sent", "received"), sealed, strict=True):
        if octets:
            yield _head(name, octets)
            shown = min(len(octets), SEALED_ROWS * ACROSS)
            for start in range(0, shown, ACROSS):
                yield _ciphertext(octets, start, min(start + ACROSS, shown), look)
            if shown < len(octets):
                yield _left_out(len(octets) - shown)


def _ciphertext(octets: bytes, start: int, stop: int, look: Look) -> Row:
    pairs = "".join(f"{octet:02x} " for octet in octets[start:stop])
    other = "?" if look.plain else "·"
    text = "".join(chr(o) if 0x20 <= o < 0x7F else other for o in octets[start:stop])
    return (("muted", f"  {start:04x}  "), ("secret", f"{pairs:<{_TEXT_AT}}{text}"))


def _remark(text: str, width: int) -> Iterator[Row]:
    for row in hang((), (("muted", text),), width - 2, 0):
        yield (("cell", "  "), *row)


def _head(name: str, octets: bytes) -> Row:
    count = "1 octet" if len(octets) == 1 else f"{len(octets)} octets"
    return ((name, f"  {name}"), ("muted", f"  {count}"))


def _secrets(sent: bytes) -> frozenset[int]:
    """The offsets of the octets that are a secret."""
    hidden: set[int] = set()
    at = 0
    for line in sent.splitlines(keepends=True):
        bare = line.rstrip(b"\r\n")
        text = decode(bare)
        start = secret_at(text)
        if start is not None:
            hidden.update(range(at + len(encode(text[:start])), at + len(bare)))
        at += len(line)
    return frozenset(hidden)


def _dump(octets: bytes, hidden: frozenset[int], look: Look) -> Iterator[Row]:
    """The rows; of what is too long, its beginning and its end."""
    cuts = list(islice(_cuts(octets, 0), HEAD_ROWS + TAIL_ROWS + 1))
    if len(cuts) <= HEAD_ROWS + TAIL_ROWS:
        yield from (_row(octets, start, stop, hidden, look) for start, stop in cuts)
        return
    head = cuts[:HEAD_ROWS]
    seen = head[-1][1]
    near = max(seen, len(octets) - TAIL_OCTETS)
    line = octets.find(b"\n", near) + 1
    tail = list(_cuts(octets, line if near > seen and 0 < line < len(octets) else near))
    tail = tail[-TAIL_ROWS:]
    yield from (_row(octets, start, stop, hidden, look) for start, stop in head)
    yield _left_out(tail[0][0] - seen)
    yield from (_row(octets, start, stop, hidden, look) for start, stop in tail)


def _left_out(octets: int) -> Row:
    return (("muted", f"        ({octets} octets are not shown here)"),)


def _cuts(octets: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Where each row begins and ends."""
    while start < len(octets):
        line_end = octets.find(b"\n", start, start + ACROSS)
        stop = min(start + ACROSS, len(octets)) if line_end < 0 else line_end + 1
        yield start, stop
        start = stop


def _row(octets: bytes, start: int, stop: int, hidden: frozenset[int], look: Look) -> Row:
    begins = start == 0 or octets[start - 1] == 0x0A
    stuffed = begins and octets[start : start + 2] == b".."
    row: list[tuple[str, str]] = [("muted", f"  {start:04x}  ")]
    text: list[tuple[str, str]] = []
    for at in range(start, stop):
        octet = octets[at]
        if at in hidden:
            style, pair, glyph = "secret", "**", "*"
        elif octet in b"\r\n":
            style, pair, glyph = "crlf", f"{octet:02x}", ""
        elif 0x20 <= octet < 0x7F:
            style = "stuffed" if stuffed and at == start else "cell"
            pair, glyph = f"{octet:02x}", chr(octet)
        else:
            style, pair, glyph = "control", f"{octet:02x}", "?" if look.plain else "·"
        row.append((style, f"{pair} "))
        if glyph:
            text.append((style, glyph))
    row.append(("cell", " " * (_TEXT_AT - 3 * (stop - start))))
    return (*row, *text, *_words(octets, start, stop, stuffed))


def _words(octets: bytes, start: int, stop: int, stuffed: bool) -> Iterator[tuple[str, str]]:
    """The words behind the text: for a stuffed dot, the line end, the end of a body."""
    if stuffed:
        yield "stuffed", " dot"
    ends = [name for octet, name in ((0x0D, "CR"), (0x0A, "LF")) if octet in octets[start:stop]]
    if ends:
        yield "crlf", " " + "".join(ends)
    if octets[start:stop] == b".\r\n" and octets[max(0, start - 1) : start] == b"\n":
        yield "end", " end of the body"
