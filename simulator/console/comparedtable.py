"""A comparison as a table: a row for each line, a column for the servers that answer all alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from .compared import padded, said_rows, sign_of
from .ink import Row, row_width, wrap
from .theme import Look
from .visible import visible

if TYPE_CHECKING:
    from simulator.hosts import Answers, Group, Wording

    from .comparison import Comparison

__all__ = ["table_rows"]

#: A table is for terminals from here on; on narrower ones columns would be slivers.
WIDE = 110
#: The least that a column of answers may have, and the most that the column of lines may.
LEAST_CELL, MOST_LINE = 22, 18


class _Cell(NamedTuple):
    answers: Answers
    group: Group
    wording: Wording


def table_rows(comparison: Comparison, columns: int, look: Look) -> Iterator[Row] | None:
    """The table in `columns` cells, or None: it does not fit."""
    found = _columns(comparison)
    if columns < WIDE or not found:
        return None
    label = min(MOST_LINE, max(len(visible(each.line)) for each in comparison.answers))
    width = (columns - label) // len(found) - 3
    return _drawn(comparison, found, label, width, look) if width >= LEAST_CELL else None


def _columns(comparison: Comparison) -> dict[tuple[str, ...], list[_Cell]]:
    """The servers of each column, and its cells from the top."""
    cells: dict[str, list[_Cell]] = {}
    for answers in comparison.answers:
        for group in answers.groups:
            for wording in group.wordings:
                for name in wording.servers:
                    cells.setdefault(name, []).append(_Cell(answers, group, wording))
    alike: dict[tuple[int, ...], list[str]] = {}
    for name in (inquiry.name for inquiry in comparison.inquiries):
        alike.setdefault(tuple(id(cell.wording) for cell in cells[name]), []).append(name)
    return {tuple(names): cells[names[0]] for names in alike.values()}


def _drawn(
    comparison: Comparison,
    columns: dict[tuple[str, ...], list[_Cell]],
    label: int,
    width: int,
    look: Look,
) -> Iterator[Row]:
    heads = [wrap((("head", ", ".join(names)),), width) for names in columns]
    yield from _row([()], heads, label, width, look)
    rule = look.glyphs.rule
    yield (("rule", rule * (label + len(columns) * (width + 3))),)
    for at, answers in enumerate(comparison.answers):
        line = wrap((("typed", visible(answers.line)),), label)
        cells = [_cell(column[at], width, look) for column in columns.values()]
        yield from _row(line, cells, label, width, look)


def _cell(cell: _Cell, width: int, look: Look) -> list[Row]:
    sign = sign_of(cell.group, look)
    first, *more = said_rows(cell.answers, cell.wording)
    rows = wrap((*sign, *first), width, indent=row_width(sign))
    for row in more:
        rows += wrap(row, width, indent=2)
    return rows


def _row(
    line: list[Row], cells: list[list[Row]], label: int, width: int, look: Look
) -> Iterator[Row]:
    height = max(len(line), *(len(cell) for cell in cells))
    parts = [padded(line, height, label), *(padded(cell, height, width) for cell in cells)]
    for at in range(height):
        row: list[tuple[str, str]] = [*parts[0][at]]
        for part in parts[1:]:
            row += [("bar", f" {look.glyphs.bar} "), *part[at]]
        yield tuple(row[:-1]) if not row[-1][1].strip() else tuple(row)
