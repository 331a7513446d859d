"""The screen: draws what happened, below what was drawn before. It never goes back (but see `passing`).

Lines of the wire stand at the left edge, as telnet would show them. Whatever the tutor says is set
in: below the reply on a narrow terminal, in a column of its own beside it from `WIDE` columns on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from simulator.pop3 import Exchange, State
from simulator.teaching.remarks import Hint, Note, Turn

from .ink import Row, clip, hang, ink, markup, row_width
from .marginalia import (
    beside_rows,
    checkpoint_rows,
    feedback_rows,
    heading_rows,
    note_rows,
    prose_rows,
    question_rows,
)
from .speech import octet_rows, reply_rows
from .theme import Look
from .visible import visible

if TYPE_CHECKING:
    from simulator.hosts import Carried
    from simulator.mailroom import Snapshot

    from . import views
    from .comparison import Comparison
    from .workings import Digest

__all__ = ["WIDE", "Screen"]

#: From this many columns on, notes stand beside the reply.
WIDE = 110
#: Nothing of the tutor's is set wider than this, however wide the terminal: eyes lose the line.
LONGEST_MEASURE = 92
#: The note column's width, and the widest the wire's column gets.
NOTE_COLUMN, WIRE_COLUMN = 46, 84
#: Lines of a body that are written at a time.
AT_A_TIME = 512


class Screen:
    """Draws on whatever takes text. `columns` is asked before each drawing: terminals change."""

    def __init__(
        self,
        write: Callable[[str], object],
        flush: Callable[[], object],
        columns: Callable[[], int],
        look: Look,
    ) -> None:
        self.look = look
        self.drawn = 0  #: rows since `begin`
        self._write = write
        self._flush = flush
        self._columns = columns
        self._parted = True  # whether prose may follow without a blank line before it
        self.drawing = False  #: rows are being drawn now
        self._stopped = False
        self._passing = False

    def begin(self) -> None:
        """Somebody has read what there is, and says something: count the rows from here."""
        self.drawn, self._stopped = 0, False

    def stop(self) -> None:
        """Draw no more of a long body, this one or the one that is coming: Ctrl-C was typed."""
        self._stopped = True

    # The wire

    def program(self, text: str) -> None:
        """Lines that a simulated program prints: telnet, the shell."""
        self._draw((("program", line),) for line in text.removesuffix("\n").split("\n"))

    def typed(self, message: str, text: str, *, by_tutor: bool = False) -> None:
        """A line that no terminal echoed: what the tutor types, or what came from a pipe."""
        self._draw([(("prompt", message), ("typed" if by_tutor else "wire", visible(text)))])

    def octets(self, received: bytes) -> None:
        """What came over the line, as it came: of a reply that is not whole, or has lost its place."""
        self._draw(octet_rows(received, tabs=self.look.tabs))

    def exchange(self, exchange: Exchange, notes: Sequence[Note] = ()) -> None:
        """A reply as it came, with the notes on it. Without notes: the lines of the wire alone."""
        self._annotate(reply_rows(exchange.reply, tabs=self.look.tabs), notes, exchange)

    def visit(
        self, sign: Row, row: Row, notes: Sequence[Note] = (), exchange: Exchange | None = None
    ) -> None:
        """A line about a session that somebody else holds, behind its sign, with the notes on it."""
        whole, width = (*sign, *row), self._columns() - 1
        # What fits keeps its blanks as they were said.
        rows = [whole] if row_width(whole) <= width else hang(sign, row, width, row_width(sign))
        self._annotate(iter(rows), notes, exchange)

    def passing(self, text: str) -> None:
        """A line about what goes on now. The next one stands in its place, and `settle` clears it."""
        self._passing = True
        shown = ink((("muted", clip(text, self._columns() - 1)),), self.look)
        self._write(f"\r\x1b[K{shown}")
        self._flush()

    def settle(self) -> None:
        """What was going on is over."""
        if self._passing:
            self._passing = False
            self._write("\r\x1b[K")
            self._flush()

    # The margin

    def notes(self, notes: Sequence[Note]) -> None:
        """Notes that belong to no reply: on a lost line, and the longer ones of `:why`."""
        self._below(note_rows(notes, self._measure - self._indent, self.look))

    def turn(self, turn: Turn) -> None:
        """What a move led to in the lesson, in the order of the fields."""
        if turn.checkpoints:
            left, right = self._halves if self._wide else (2, self._measure - 2)
            indent = left + 1 if self._wide else 2
            self._set_in(checkpoint_rows(turn.checkpoints, right, self.look), indent)
        self._set_in(feedback_rows(turn.feedback, self._measure - 2, self.look), 2)
        for text in turn.prose:
            self.prose(text)
        if turn.goal:
            self._part()
            sign = "to do: " if self.look.plain else f"{self.look.glyphs.goal} "
            self._set_in(
                hang((("info", sign),), markup(turn.goal, "question"), self._measure - 1), 1
            )
        if turn.question is not None:
            self._part()
            self._set_in(question_rows(turn.question, self._measure - 1, self.look), 1)

    def prose(self, text: str) -> None:
        """Paragraphs of a lesson, in Markdown-lite (marginalia.py), with a blank line behind."""
        self._part()
        rows = list(prose_rows(text, self._measure - 1))
        while rows and not rows[-1]:
            rows.pop()
        self._set_in([*rows, ()], 1)
        self._parted = True

    def heading(self, title: str, cite: str = "") -> None:
        """The first line of a lesson: its title at the left, what it is about at the right."""
        self._set_in(heading_rows(title, cite, self._measure - 1, self.look), 1)
        self._parted = True

    def hint(self, hint: Hint) -> None:
        """One rung of the ladder."""
        sign = f"hint {hint.level} of {hint.of}: "
        row = hang((("info", sign),), markup(hint.text, "prose"), self._measure - 2)
        self._set_in(row, 2)

    def notice(self, text: str) -> None:
        """A sentence of the tutor's own, in answer to a tutor command."""
        sign = "" if self.look.plain else f"{self.look.glyphs.info} "
        head: Row = (("info", sign),) if sign else ()
        self._set_in(hang(head, markup(text, "prose"), self._measure - 2), 2)

    def taken_back(self, line: str, state: State, *, asked: bool = False) -> None:
        """What `:undo` took back, and where the session is again; `asked`: a challenge waits."""
        where = "at the shell" if state is State.CLOSED else f"in {state.value}"
        waits = " The challenge waits for its response again." if asked else ""
        self.notice(f"Taken back: `{visible(line)}`. You are {where} again, as before it.{waits}")

    def rule(self) -> None:
        """A line across; nothing in the plain look, where it would be read out as dashes."""
        if not self.look.plain:
            self._draw([(("rule", self.look.glyphs.rule * (self._measure)),)])

    def blank(self) -> None:
        """A blank line."""
        self._draw([()])

    # Views: what the tutor's commands show

    def wire(self, carried: Carried) -> None:
        """The last exchange, octet by octet."""
        from .octets import wire_view

        self._draw(wire_view(carried, self._measure, self.look))

    def mailbox(self, snapshot: Snapshot) -> None:
        """The maildrop on disk beside the session's view of it."""
        from . import views

        self._draw(views.mailbox(snapshot, self._measure))

    def state(self, state: State, ways: Sequence[views.Way]) -> None:
        """The states, where the session is, and how it came there."""
        from . import views

        self._draw(views.states(state, ways, self._measure, self.look))

    def help(self, state: State | None, commands: Iterable[views.TutorCommand]) -> None:
        """What one can type: in that state of a session or, None, at the shell; and the tutor's."""
        from . import views

        self._draw(views.commands(state, commands, self._measure))

    def show(self, view: Callable[[int], Iterable[Row]]) -> None:
        """What a view gives for the width of this screen, in cells."""
        self._draw(view(self._measure))

    def digest(self, digest: Digest) -> None:
        """What to answer a server, step by step."""
        from .workings import digest_rows

        self._draw(digest_rows(digest, self._measure, self._columns() - 1))

    def comparison(self, comparison: Comparison) -> None:
        """What many servers answer to the same lines."""
        from .compared import comparison_rows

        self._draw(comparison_rows(comparison, self._measure, self._columns() - 1, self.look))

    def lessons(self, lessons: Iterable[views.LessonLine]) -> None:
        """The course, with ticks."""
        from . import views

        self._draw(views.lessons(lessons, self._measure, self.look))

    # Laying out

    @property
    def _measure(self) -> int:
        return max(20, min(self._columns() - 1, LONGEST_MEASURE))

    @property
    def _wide(self) -> bool:
        return self._columns() >= WIDE and not self.look.plain

    @property
    def _halves(self) -> tuple[int, int]:
        """The widths of the wire's column and of the notes', with four cells between them."""
        columns = self._columns()
        left = min(columns - NOTE_COLUMN - 4, WIRE_COLUMN)
        return left, min(columns - left - 4, NOTE_COLUMN + 10)

    @property
    def _indent(self) -> int:
        return 2 if self.look.plain else 4

    def _annotate(
        self, lines: Iterator[Row], notes: Sequence[Note], exchange: Exchange | None
    ) -> None:
        """Lines of the wire, with the notes on them beside or below."""
        if not notes:
            self._draw(lines)
        elif self._wide:
            left, right = self._halves
            rows = note_rows(notes, right, self.look, exchange)
            self._draw(beside_rows(lines, rows, left, f" {self.look.glyphs.bar} "))
        else:
            self._draw(lines)
            self._below(note_rows(notes, self._measure - self._indent, self.look, exchange))

    def _below(self, rows: Iterable[tuple[str, Row]]) -> None:
        bar = "  " if self.look.plain else f"  {self.look.glyphs.bar} "
        self._draw(((style, bar), *row) for style, row in rows)

    def _set_in(self, rows: Iterable[Row], indent: int) -> None:
        self._draw((("cell", " " * indent), *row) if row else () for row in rows)

    def _part(self) -> None:
        if not self._parted:
            self.blank()

    def _draw(self, rows: Iterable[Row]) -> None:
        """Draw rows, a screenful or so at a time: a message may have a million lines."""
        look, left, stopped = self.look, iter(rows), False
        self.drawing = True
        while not stopped and (some := list(islice(left, AT_A_TIME))):
            self._parted = False
            self.drawn += len(some)
            self._write("".join([f"{ink(row, look)}\n" for row in some]))
            stopped = self._stopped and len(some) == AT_A_TIME
        self.drawing = False
        self._flush()
        if stopped:
            self._stopped = False
            self.notice("Stopped. All of it has come; `:wire` shows where it begins and ends.")
