"""The tutor: an Exchange in, Remarks out. The margin and the lesson, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .remarks import Hint, Margin, Note, Question, Remarks, Turn

if TYPE_CHECKING:
    from simulator.mailroom import Snapshot
    from simulator.pop3 import End, Exchange

    from .annotator import Annotator, AnnotatorState
    from .judging import PlayState
    from .play import Play

__all__ = ["Tutor", "TutorState"]

_QUIETNESS = (Margin.FULL, Margin.BRIEF, Margin.OFF)


@dataclass(frozen=True, slots=True)
class TutorState:
    """All that a tutor remembers."""

    annotator: AnnotatorState
    play: PlayState | None


class Tutor:
    """Explains each reply, and leads through a lesson if there is one.

    `annotator` may be a function that makes one. `margin` is the learner's wish and may be set at
    any time; a lesson can only be quieter.
    """

    def __init__(
        self,
        annotator: Annotator | Callable[[], Annotator],
        play: Play | None = None,
        margin: Margin = Margin.FULL,
    ) -> None:
        self._annotator = annotator
        self.play = play
        self.margin = margin

    @cached_property
    def annotator(self) -> Annotator:
        """The margin's voice; its prose is read when the first reply is there to be explained."""
        source = self._annotator
        return source() if callable(source) else source

    def _margin(self) -> Margin:
        wished = [self.margin] if self.play is None else [self.margin, self.play.margin]
        return max(wished, key=_QUIETNESS.index)

    def observe(self, exchange: Exchange, snapshot: Snapshot | None) -> Remarks:
        """The notes on an exchange, and what it led to in the lesson."""
        notes = self.annotator.observe(exchange, self._margin(), snapshot)
        return Remarks(notes, self.play.observe(exchange, snapshot) if self.play else Turn())

    def look(self, snapshot: Snapshot | None) -> None:
        """Somebody else was at the mail."""
        self.annotator.look(snapshot)

    def observe_end(self, end: End, snapshot: Snapshot | None) -> Remarks:
        """The notes on the end of a session, and what it led to in the lesson."""
        notes = self.annotator.observe_end(end, self._margin())
        return Remarks(notes, self.play.observe_end(end, snapshot) if self.play else Turn())

    def why(self, event: Exchange | End) -> tuple[Note, ...]:
        """The longer text on what was observed last."""
        return self.annotator.why(event)

    # The lesson's own; without a lesson there is nothing to say

    def begin(self, snapshot: Snapshot | None = None) -> Turn:
        """Begin the lesson."""
        return self.play.begin(snapshot) if self.play else Turn()

    def enter(self, snapshot: Snapshot | None) -> Turn:
        """Go on at the step that was sought."""
        return self.play.enter(snapshot) if self.play else Turn()

    def typed(self, snapshot: Snapshot | None) -> Turn:
        """All that the tutor types was typed."""
        return self.play.typed(snapshot) if self.play else Turn()

    def answer(self, text: str, snapshot: Snapshot | None) -> Turn:
        """An answer to the lesson's question."""
        return self.play.answer(text, snapshot) if self.play else Turn()

    def fill(self, text: str) -> str:
        """A line that the tutor types, with its live values."""
        return self.play.fill(text) if self.play else text

    def question(self) -> Question | None:
        """The question that waits, or None; for a console that took a line back."""
        return self.play.question() if self.play else None

    def goal(self, snapshot: Snapshot | None = None) -> str:
        """What the step asks for, or ""."""
        return self.play.goal(snapshot) if self.play else ""

    def hint(self, snapshot: Snapshot | None = None) -> Hint | None:
        """The next hint; None where no step waits."""
        return self.play.hint(snapshot) if self.play else None

    # Taking back

    def state(self) -> TutorState:
        """All that is remembered; cheap."""
        return TutorState(self.annotator.state(), self.play.state() if self.play else None)

    def restore(self, state: TutorState) -> None:
        """Be as at `state()`."""
        self.annotator.restore(state.annotator)
        if self.play is not None and state.play is not None:
            self.play.restore(state.play)

    def annotator_state(self) -> AnnotatorState:
        """What the margin remembers of one call; for a call that is suspended."""
        return self.annotator.state()

    def restore_annotator(self, state: AnnotatorState) -> None:
        """The margin as at `annotator_state()`; the lesson goes on."""
        self.annotator.restore(state)
