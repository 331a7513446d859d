"""The wire view: one exchange octet by octet, with the octets that telnet does not show.

A row holds up to sixteen octets and never two lines: each line of the protocol begins a row. Behind
the text stand words for what has no glyph: CR, LF, a stuffed dot, the end of a body.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from simulator.pop3.exchange import decode, secret_in

from .ink import Row, hang
from .theme import Look

__all__ = ["wire_view"]

#: Octets in a row.
ACROSS = 16
#: Rows shown of the beginning and of the end of what is too long, and how far back the end is
#: looked for, in octets.
HEAD_ROWS, TAIL_ROWS, TAIL_OCTETS = 24, 8, 2048
_TEXT_AT = 3 * ACROSS + 1


def wire_view(sent: bytes, received: bytes, width: int, look: Look) -> Iterator[Row]:
    """Rows for the octets sent and received. Arguments of PASS, APOP and AUTH are `**`."""
    hidden = _secrets(sent)
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
        text = decode(line)
        if secret_in(text.rstrip("\r\n")):
            blanks = len(line) - len(line.lstrip())
            first = line.find(b" ", blanks) + 1
            hidden.update(range(at + first, at + len(line.rstrip(b"\r\n"))))
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
    left_out = tail[0][0] - seen
    yield (("muted", f"        ({left_out} octets are not shown here)"),)
    yield from (_row(octets, start, stop, hidden, look) for start, stop in tail)


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
