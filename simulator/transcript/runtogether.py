"""Lines that a page has run together: a session in one paragraph, or in the cells of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.pop3 import parse

from .marks import ANCHOR
from .telling import plausible

__all__ = ["cells_apart", "lines_apart"]

Numbered = list[tuple[int, str]]
_INDICATOR = re.compile(r"(?<![^\s])(?:\+OK|-ERR)(?![A-Za-z0-9])")
_COMMAND = re.compile(r"(?<![^\s])[A-Z]{3,4}(?![^\s])")
_TABLE = re.compile(r"\s{0,8}\|.{0,2000}\|\s*$")
_LONGEST = 20_000


def lines_apart(numbered: Numbered) -> Numbered | None:
    """The lines of a paragraph that is a session: `+OK hi USER mira +OK ...`; None: there is none."""
    parts = [(number, line, _apart(line)) for number, line in numbered]
    if not any(part for _, _, part in parts):
        return None
    return [(number, each) for number, line, part in parts for each in part or [line]]


def _apart(line: str) -> list[str]:
    """Each reply and each line between two replies; nothing where the line is one line."""
    starts = [found.start() for found in _INDICATOR.finditer(line)]
    if len(starts) < 2 or len(line) > _LONGEST or ANCHOR.match(line.lstrip()) is None:
        return []
    parts = list(_parts(line, starts))
    return parts if any(not _INDICATOR.match(part) for part in parts) else []


def _parts(line: str, starts: list[int]) -> Iterator[str]:
    if line[: starts[0]].strip():
        yield line[: starts[0]].strip()
    for start, end in zip(starts, [*starts[1:], len(line)], strict=True):
        said = line[start:end].strip()
        at = _last_command(said) if end < len(line) else None
        if at is None:
            yield said
        else:
            yield from (said[:at].rstrip(), said[at:])


def _last_command(said: str) -> int | None:
    """Where the line begins that stands behind a reply in one piece with it."""
    for found in reversed(list(_COMMAND.finditer(said))):
        line = said[found.start() :]
        if plausible(line) and parse(line).flaw is None:
            return found.start()
    return None


def cells_apart(numbered: Numbered) -> Numbered | None:
    """The cells of a table's rows as lines of their own; None: no table holds replies."""
    rows = [bool(_TABLE.match(line)) for _, line in numbered]
    replies = sum(
        row and any(_INDICATOR.match(cell.strip()) for cell in line.split("|"))
        for row, (_, line) in zip(rows, numbered, strict=True)
    )
    if replies < 2:
        return None
    return [
        (number, cell)
        for row, (number, line) in zip(rows, numbered, strict=True)
        for cell in (line.strip().strip("|").split("|") if row else [line])
        if not row or cell.strip(" -:")
    ]
