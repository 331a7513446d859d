"""Drawn rows: text with the names of styles, measured, wrapped, and turned into ink.

A row is made of fragments (style class, text). Whatever lays rows out works on cells; whatever
draws them goes through `ink`, the one place that writes an escape sequence: ours are the only ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .theme import Look, sgr
from .visible import measure, visible

__all__ = [
    "Fragment", "Row", "clip", "hang", "ink", "markup", "pad", "row_text", "row_width", "wrap",
]  # fmt: skip

Fragment = tuple[str, str]
Row = tuple[Fragment, ...]

_MARKUP = re.compile(r"\*\*(?P<strong>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`")
_WORDS = re.compile(r" +|[^ ]+")
#: Words of the wire between backquotes stay on one line up to this many cells.
_KEEP_TOGETHER = 30


def ink(row: Row, look: Look) -> str:
    """A row as the characters that draw it, without a line end. Whatever was in it is visible."""
    if not look.colours:
        return "".join([visible(text, tabs=look.tabs) for _, text in row])
    drawn: list[str] = []
    for style, text in row:
        codes = sgr(style, look.colours)
        shown = visible(text)
        drawn.append(f"\x1b[{codes}m{shown}\x1b[0m" if codes and shown else shown)
    return "".join(drawn)


def row_text(row: Row) -> str:
    """The row's text."""
    return "".join([text for _, text in row])


def row_width(row: Row) -> int:
    """The row's width in cells."""
    return measure(row_text(row))


def pad(row: Row, width: int) -> Row:
    """The row with blanks behind it, up to `width` cells."""
    missing = width - row_width(row)
    return (*row, ("cell", " " * missing)) if missing > 0 else row


def clip(text: str, width: int, ellipsis: str = "…") -> str:
    """Visible text cut to `width` cells, with an ellipsis where something is missing."""
    if measure(text) <= width:
        return text
    room = width - measure(ellipsis)
    kept, used = 0, 0
    for character in text:
        used += measure(character)
        if used > room:
            break
        kept += 1
    return text[:kept].rstrip() + ellipsis


def markup(text: str, style: str) -> Row:
    """Text with **bold** and `code` as fragments of the styles `style`, `.strong` and `.code`.

    The text is made visible here: live values in it come from mail and from what was typed.
    """
    row: list[Fragment] = []
    at = 0
    shown = visible(" ".join(text.split()))
    for found in _MARKUP.finditer(shown):
        if found.start() > at:
            row.append((style, shown[at : found.start()]))
        kind = "strong" if found["strong"] else "code"
        row.append((f"{style}.{kind}", found[kind]))
        at = found.end()
    if at < len(shown):
        row.append((style, shown[at:]))
    return tuple(row)


def wrap(row: Row, width: int, *, first: int = 0, indent: int = 0) -> list[Row]:
    """The row cut at blanks into rows of at most `width` cells; at least one row.

    `first` cells of the first row are taken already; all others begin with `indent` blanks.
    """
    rows: list[Row] = []
    line: list[Fragment] = []
    room, used = max(1, width - first), 0
    blank: Fragment | None = None
    for word in _words(row, max(1, width - max(first, indent))):
        if word[0][1].isspace():
            blank = (word[0][0], " ")
            continue
        cells = measure("".join(text for _, text in word))
        gap = 1 if blank is not None and line else 0
        if line and used + gap + cells > room:
            rows.append(_merged(line))
            line, used, gap, room = [], 0, 0, max(1, width - indent)
        if gap and blank is not None:
            line.append(blank)
        line += word
        used += gap + cells
        blank = None
    rows.append(_merged(line))
    lead: Row = (("cell", " " * indent),) if indent else ()
    return [rows[0], *((*lead, *each) for each in rows[1:])]


def hang(sign: Row, body: Row, width: int, indent: int = 2) -> list[Row]:
    """`sign` and behind it `body`, wrapped to `width`; all rows but the first are indented."""
    first, *rest = wrap(body, width, first=row_width(sign), indent=indent)
    return [(*sign, *first), *rest]


def _words(row: Row, width: int) -> Iterator[list[Fragment]]:
    """The row's words and the blanks between them; a word may have several styles."""
    word: list[Fragment] = []
    for piece in _pieces(row):
        if piece[1].isspace():
            if word:
                yield from _bounded(word, width)
                word = []
            yield [piece]
        else:
            word.append(piece)
    if word:
        yield from _bounded(word, width)


def _pieces(row: Row) -> Iterator[Fragment]:
    for style, text in row:
        if style.endswith(".code") and measure(text) <= _KEEP_TOGETHER and text.strip():
            yield style, text
        else:
            yield from ((style, found.group()) for found in _WORDS.finditer(text))


def _bounded(word: list[Fragment], width: int) -> Iterator[list[Fragment]]:
    """The word, in pieces where it is wider than a whole row."""
    if measure("".join(text for _, text in word)) <= width:
        yield word
        return
    piece: list[Fragment] = []
    used = 0
    for style, text in word:
        for character in text:
            cells = measure(character)
            if piece and used + cells > width:
                yield list(_merged(piece))
                piece, used = [], 0
            piece.append((style, character))
            used += cells
    yield list(_merged(piece))


def _merged(fragments: Iterable[Fragment]) -> Row:
    """Neighbours of one style as one fragment."""
    row: list[Fragment] = []
    for style, text in fragments:
        if row and row[-1][0] == style:
            row[-1] = (style, row[-1][1] + text)
        else:
            row.append((style, text))
    return tuple(row)
