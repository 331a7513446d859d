"""The toolbar: one line that says where one is and what the keys do, as wide as there is room for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .ink import Row, clip, row_text, row_width
from .theme import Glyphs
from .visible import visible

__all__ = ["KEYS", "ToolbarState", "toolbar"]

#: The keys that the toolbar names, in the order of their worth.
KEYS = (("F1", "help"), ("F2", "hint"), ("F3", "wire"), ("^]", "menu"))
#: More tasks than this are counted in figures only.
MOST_TICKS = 12


@dataclass(frozen=True, slots=True)
class ToolbarState:
    """What the toolbar says. `state`: a state's name, or where else one stands ("at the shell")."""

    state: str
    user: str = ""
    host: str = ""
    messages: int | None = None  #: None: no maildrop is open
    marked: int = 0
    lesson: str = ""  #: the lesson's name or number, for a wide terminal
    done: int = 0
    total: int = 0  #: 0: there is no lesson
    keys: tuple[tuple[str, str], ...] = KEYS
    line: str = ""  #: what is to be known of the line: "TLS", or that AUTH waits for a response


def toolbar(state: ToolbarState, width: int, glyphs: Glyphs) -> Row:
    """The toolbar in `width` cells: of all ways to say it, the richest that fits."""
    row: Row = ()
    for left, keys in _ways(state, glyphs):
        row = _line(left, state.keys[:keys], width, glyphs)
        if row_width(row) <= width:
            return row
    return (("toolbar.state", clip(row_text(row), width, glyphs.ellipsis)),)


def _line(left: list[Row], keys: tuple[tuple[str, str], ...], width: int, glyphs: Glyphs) -> Row:
    row: list[tuple[str, str]] = [("toolbar", " ")]
    for index, part in enumerate(left):
        if index:
            row.append(("toolbar.word", f" {glyphs.between} "))
        row += part
    ends: list[tuple[str, str]] = []
    for key, word in keys:
        ends += [("toolbar", " "), ("toolbar.key", key), ("toolbar.word", f" {word}")]
    ends.append(("toolbar", " "))
    gap = width - row_width(tuple(row)) - row_width(tuple(ends))
    return (*row, ("toolbar", " " * max(1 if keys else 0, gap)), *ends)


def _ways(state: ToolbarState, glyphs: Glyphs) -> Iterator[tuple[list[Row], int]]:
    """What to say at the left and how many keys, from the richest to the poorest."""
    name: Row = (("toolbar.state", visible(state.state)),)
    if state.line:
        name = (*name, ("toolbar.word", f" {glyphs.between} "), ("toolbar.user", state.line))
    user: list[Row] = [(("toolbar.user", visible(state.user)),)] if state.user else []
    host: list[Row] = [(("toolbar", visible(state.host)),)] if state.host else []
    full, short = _messages(state, brief=False), _messages(state, brief=True)
    ticks, count = _progress(state, glyphs, ticks=True), _progress(state, glyphs, ticks=False)
    every = len(state.keys)
    yield [name, *user, *host, *full, *ticks], every
    yield [name, *user, *full, *ticks], every
    yield [name, *user, *full, *ticks], 3
    yield [name, *user, *short, *ticks], 3
    yield [name, *user, *short, *count], 3
    yield [name, *user, *short, *count], 2
    yield [name, *user, *short, *count], 1
    yield [name, *user, *count], 1
    yield [name, *count], 1
    yield [name], 1
    yield [name], 0


def _messages(state: ToolbarState, *, brief: bool) -> list[Row]:
    if state.messages is None:
        return []
    count = f"{state.messages} message{'' if state.messages == 1 else 's'}"
    if brief and not state.marked:
        return [(("toolbar", count),)]
    style = "toolbar.marked" if state.marked else "toolbar"
    return [(("toolbar", f"{count}, "), (style, f"{state.marked} marked"))]


def _progress(state: ToolbarState, glyphs: Glyphs, *, ticks: bool) -> list[Row]:
    if not state.total:
        return []
    row: Row = (("toolbar", f"lesson {state.done}/{state.total}"),)
    if ticks and state.total <= MOST_TICKS:
        done, todo = glyphs.tick * state.done, glyphs.todo * (state.total - state.done)
        row = (*row, ("toolbar.tick", f" {done}"), ("toolbar.word", todo))
    return [row]
