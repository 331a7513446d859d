"""Views: what the tutor's commands show, as rows. Tables, but tables that can be read aloud.

Each takes values and gives rows no wider than `width` cells. Names, subjects and unique-ids come
from mail, so they are made visible before they are measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from simulator.pop3 import COMMANDS, TRANSITIONS, State

from .ink import Row, clip, hang, markup, pad, row_width
from .shell import SHELL_HELP
from .theme import Look
from .visible import measure, visible

if TYPE_CHECKING:
    from simulator.mailroom import Item, Snapshot

__all__ = [
    "LessonLine",
    "TutorCommand",
    "Way",
    "commands",
    "lessons",
    "mailbox",
    "states",
    "usages",
]


class Way(Protocol):
    """One change of state, and the command that brought it."""

    @property
    def keyword(self) -> str: ...  # noqa: D102
    @property
    def before(self) -> State: ...  # noqa: D102
    @property
    def after(self) -> State: ...  # noqa: D102


class TutorCommand(Protocol):
    """One command of the tutor's: its name without the colon, its function key or ""."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def meaning(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class LessonLine:
    """One lesson in the list of the course."""

    number: int
    name: str  #: what one types behind `port110 learn`
    title: str
    minutes: int = 0
    done: int = 0  #: tasks done
    total: int = 0  #: tasks in all
    passed: bool = False


def _count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


# The maildrop

_DISK, _NUMBER, _OCTETS, _UNIQUE_ID = 6, 10, 9, 24


def mailbox(snapshot: Snapshot, width: int) -> Iterator[Row]:
    """The disk beside the session: what is kept, which number it has, what is marked."""
    on_disk = sum(item.on_disk for item in snapshot.items)
    held = "open and locked" if snapshot.open else "locked by another session"
    lock = held if snapshot.locked or snapshot.open else "not locked"
    whose = visible(snapshot.user)
    yield (
        ("heading", f"  Maildrop of {whose}"),
        ("muted", f"  {_count(on_disk, 'message')} on disk, {lock}"),
    )
    if snapshot.items:
        names = ("disk", "session", "octets", "unique-id", "subject")
        yield _item_row(names, width, ("head",) * 5)
    for item in snapshot.items:
        yield _item_row(_cells(item), width, _item_styles(item))
    if snapshot.open:
        counted = [item for item in snapshot.items if item.number is not None and not item.marked]
        octets = sum(item.octets for item in counted)
        text = f"STAT counts {_count(len(counted), 'message')}, {_count(octets, 'octet')}."
        marked = sum(item.marked for item in snapshot.items)
        if marked:
            text += f" {marked} marked: on disk until QUIT, and not counted."
        yield from _indented(hang((), (("muted", text),), width - 2, 0))
    elif not snapshot.items:
        yield (("muted", "  It is empty."),)


def _cells(item: Item) -> tuple[str, ...]:
    number = "-" if item.number is None else str(item.number)
    return (
        "yes" if item.on_disk else "gone",
        f"{number} marked" if item.marked else number,
        str(item.octets),
        visible(item.unique_id),
        visible(item.subject),
    )


def _item_styles(item: Item) -> tuple[str, ...]:
    cell = "marked" if item.marked else "cell" if item.on_disk else "muted"
    return (cell, cell, cell, "muted", cell)


def _item_row(cells: Sequence[str], width: int, styles: Sequence[str]) -> Row:
    disk, number, octets, unique_id, subject = cells
    fixed = 2 + _DISK + _NUMBER + _OCTETS
    names = min(_UNIQUE_ID, max(10, (width - fixed) // 2))
    room = max(8, width - fixed - names - 2)
    row: Row = pad((("cell", "  "), (styles[0], disk)), 2 + _DISK)
    row = pad((*row, (styles[1], number)), 2 + _DISK + _NUMBER)
    row = (*row, (styles[2], octets.rjust(_OCTETS - 2)), ("cell", "  "))
    row = pad((*row, (styles[3], clip(unique_id, names))), fixed + names + 2)
    return (*row, (styles[4], clip(subject, room)))


# The states


def states(now: State, ways: Iterable[Way], width: int, look: Look) -> Iterator[Row]:
    """The table of transitions as a diagram, and the way that this session took."""
    for state in State:
        here = state is now
        sign = f"{look.glyphs.now} " if here else "  "
        row: Row = (("state.now" if here else "heading", f"  {sign}{state.value}"),)
        yield (*row, ("state.now", "  (you are here)")) if here else row
        for label, after in _ways_out(state):
            arrow = look.glyphs.arrow
            text = pad((("note", f"      {look.glyphs.bar}  "), ("prose.code", label)), 38)
            yield (*text, ("state", f" {arrow} "), ("state", after.value))
    yield from _indented(hang((), markup(_LOST_LINE, "prose"), width - 2, 0))
    arrow = look.glyphs.arrow
    came = [f"{way.keyword}: {way.before.value} {arrow} {way.after.value}" for way in ways]
    if came:
        row = (("muted", "How you came here: "),)
        yield from _indented(hang(row, (("prose", "; ".join(came)),), width - 2))


_LOST_LINE = "A line that is lost ends the session from any state, and nothing is removed."


def _ways_out(state: State) -> Iterator[tuple[str, State]]:
    """The labels of the ways out of a state, and where each leads."""
    out: dict[State, list[str]] = {}
    for (before, keyword, status), after in TRANSITIONS.items():
        if before is state:
            out.setdefault(after, []).append(f"{keyword} {status.value}")
    for after, labels in out.items():
        yield ", ".join(labels), after
    if state is State.UPDATE:
        yield "lock opened, line closed", State.CLOSED


# Commands


def commands(state: State | None, tutor: Iterable[TutorCommand], width: int) -> Iterator[Row]:
    """The tutor's commands; then, next to the prompt, those of a state, out of the one table."""
    yield (("heading", "  The tutor"),)
    for each in tutor:
        yield from _usage(f":{each.name}".ljust(10) + each.key, each.meaning, width)
    yield from _usage("Ctrl-]", "telnet's own prompt, as in the real one", width)
    yield ()
    if state is None:
        yield (("heading", "  At the shell"),)
        yield from usages(SHELL_HELP, width)
        return
    yield (("heading", f"  In {state.value}"),)
    for row in COMMANDS.values():
        if state in row.states:
            cite = row.section if width >= _ROOM_FOR_CITES else ""
            yield from _usage(row.usage, row.meaning, width, cite)


def usages(rows: Iterable[tuple[str, str]], width: int) -> Iterator[Row]:
    """What one types, and what it does."""
    for usage, meaning in rows:
        yield from _usage(usage, meaning, width)


_USAGE = 20
#: In fewer cells some commands would have their cite and some not.
_ROOM_FOR_CITES = 90


def _usage(usage: str, meaning: str, width: int, cite: str = "") -> Iterator[Row]:
    sign = pad((("prose.code", f"    {visible(usage)}"),), 4 + _USAGE)
    if row_width(sign) > 4 + _USAGE:  # it stands alone, and what it does below it
        yield sign
        sign = (("cell", " " * (4 + _USAGE)),)
    rows = hang((*sign, ("cell", " ")), markup(meaning, "prose"), width, 5 + _USAGE)
    room = width - row_width(rows[-1]) - measure(cite)
    if cite and room >= 2:
        rows[-1] = (*rows[-1], ("cell", " " * room), ("cite", cite))
    yield from rows


# The course


def lessons(course: Iterable[LessonLine], width: int, look: Look) -> Iterator[Row]:
    """The course: which lessons are passed, and how far the others are."""
    lines = list(course)
    names = max((measure(each.name) for each in lines), default=0)
    for each in lines:
        row: Row = pad((("cell", "  "), *_mark(each, look)), 10 if look.plain else 7)
        row = (*row, ("muted", f"{each.number:>3}  "), ("prose.code", visible(each.name)))
        row = pad(row, row_width(row) - measure(each.name) + names + 2)
        minutes = f"{each.minutes} min" if each.minutes else ""
        room = max(8, width - row_width(row) - 8)
        row = pad((*row, ("cell", clip(visible(each.title), room))), width - measure(minutes))
        yield (*row, ("muted", minutes))


def _mark(each: LessonLine, look: Look) -> Row:
    if each.passed:
        return (("tick", "passed" if look.plain else f" {look.glyphs.tick}"),)
    if each.done:
        return (("marked", f"{each.done}/{each.total}"),)
    return (("muted", "-" if look.plain else f" {look.glyphs.todo}"),)


def _indented(rows: Iterable[Row], indent: int = 2) -> Iterator[Row]:
    for row in rows:
        yield (("cell", " " * indent), *row)
