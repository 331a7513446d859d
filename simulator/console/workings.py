"""The view of `:digest`: each step of the working, and the line to type at the end.

A value stands on rows of its own below its name, so that a blank in it is a blank and so that it can
be copied. One that is wider than the screen goes on further in: nobody takes two rows for two values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .ink import Row, hang, markup, row_width, wrap
from .visible import measure, visible

if TYPE_CHECKING:
    from simulator.pop3.digests import Working

__all__ = ["Digest", "digest_rows"]

#: Cells before a name and its formula, and before a value.
_NAME, _VALUE = 4, 8
_TYPE: Row = (("info", "  Type: "),)


@dataclass(frozen=True, slots=True)
class Digest:
    """What `:digest` found: the working, the line to type, and what comes then."""

    title: str
    cite: str
    workings: tuple[Working, ...]
    line: str  #: what to type; "": an empty line
    then: str = ""  #: sentences, in Markdown-lite


def digest_rows(digest: Digest, width: int, columns: int) -> Iterator[Row]:
    """The block, no wider than `width`; the line to type may take all `columns` to stay whole."""
    cite: Row = (("cite", f" ({digest.cite})"),) if digest.cite else ()
    title: Row = (("heading", f"{digest.title}, step by step"), *cite)
    yield from _set_in(wrap(title, width - 2, indent=2), 2)
    for each in digest.workings:
        what: Row = (("prose.strong", f"{each.name}:"), ("note", f" {each.formula}"))
        yield from _set_in(wrap(what, width - _NAME, indent=2), _NAME)
        if each.value != digest.line:  # else it follows at once, as what to type
            yield from _value(each.value, "prose.code", width, _VALUE)
    yield from _line(digest.line, width, columns)
    if digest.then:
        yield from _set_in(wrap(markup(digest.then, "prose"), width - 2), 2)


def _set_in(rows: Iterable[Row], indent: int) -> Iterator[Row]:
    return ((("cell", " " * indent), *row) for row in rows)


def _line(line: str, width: int, columns: int) -> Iterator[Row]:
    if not line:
        yield from hang(_TYPE, (("prose", "an empty line (Enter alone)"),), width, _NAME)
    elif measure(visible(line)) <= columns - row_width(_TYPE):
        yield (*_TYPE, ("typed", line))
    else:
        # Not broken: the terminal wraps it by itself, so that it can be copied as the one line it is.
        yield (("info", "  Type, as one line:"),)
        yield (("typed", visible(line)),)


def _value(value: str, style: str, width: int, indent: int) -> Iterator[Row]:
    """The value as it is, blanks and all, cut where a row is full."""
    left, at = visible(value), indent
    while left:
        cut = _fitting(left, width - at)
        yield (("cell", " " * at), (style, left[:cut]))
        left, at = left[cut:], indent + 2


def _fitting(text: str, cells: int) -> int:
    """How many characters fit; at least one."""
    if text.isascii():
        return max(1, cells)
    used = 0
    for at, character in enumerate(text):
        used += measure(character)
        if used > cells and at:
            return at
    return len(text)
