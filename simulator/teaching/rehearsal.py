"""A lesson played without a screen: what the tutor types is typed, and turns are followed.

The console goes the same way with a learner at it. `seek` brings a play to a step by the solutions
of the steps before, for `:skip`, `:back` and resuming; the proof plays whole lessons.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from simulator.mailroom import Snapshot
from simulator.pop3 import End, Exchange, State

from .judging import PlayState
from .lesson import Lesson
from .play import Play
from .remarks import Feedback, Turn

__all__ = ["Rehearsal", "Spot", "Stage", "Stumble", "seek"]


class Stage(Protocol):
    """The learner's end of the network, as hosts.Stage has it."""

    @property
    def connected(self) -> bool:
        """Whether a call is up."""

    @property
    def end(self) -> End | None:
        """How the last call ended."""

    def dial(self, name: str, port: int = 110) -> list[Exchange]:
        """Call a host; its greeting."""

    def call(self, command: str) -> list[Exchange]:
        """Run a command line that calls a host; what came. ValueError: what the program says."""

    def say(self, line: str) -> list[Exchange]:
        """Send a line; the exchanges that it completed."""

    def direct(self, text: str) -> list[Exchange]:
        """Follow a stage direction: time passes, a reply breaks, somebody else acts."""

    def hang_up(self) -> End:
        """Close the line without QUIT."""

    def snapshot(self, user: str | None = None) -> Snapshot | None:
        """The maildrop on disk beside the session's view of it."""

    def state(self) -> Any:  # noqa: ANN401 - the stage's own value
        """Everything, for `restore`."""

    def restore(self, state: Any) -> None:  # noqa: ANN401 - see state
        """As at `state()`."""


class Stumble(Exception):
    """A line that cannot be typed where it stands. str() says why."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a rehearsal to come back to."""

    play: PlayState
    stage: object
    entered: object


class Rehearsal:
    """A play on a stage, with every turn followed as a console follows it."""

    def __init__(self, play: Play, stage: Stage) -> None:
        self.play = play
        self.stage = stage
        self.turns: list[Turn] = []
        self.until: int | None = None  #: type no example from this step on
        self._entered: object = stage.state()

    def begin(self) -> None:
        """Begin the lesson: what the tutor types first is typed."""
        self.take(self.play.begin(self.stage.snapshot()))

    def take(self, turn: Turn) -> None:
        """Follow a turn: put the stage back, type what is to be typed."""
        self.turns.append(turn)
        if turn.rewind:
            self.stage.restore(self._entered)
        if not self._holds_back():
            for direction in turn.meanwhile:
                self._direct(direction)
        if turn.entered:
            self._entered = self.stage.state()
        if turn.types and not self._holds_back():
            for line in turn.types:
                self.type(line)
            self.take(self.play.typed(self.stage.snapshot()))

    def _holds_back(self) -> bool:
        play = self.play
        return self.until is not None and play.state().begun and play.position >= self.until

    def type(self, line: str) -> None:
        """Type one line with its live values: `$ telnet HOST PORT`, `!drop`, or to the server.

        Behind "$" may stand any program that calls: telnet, nc, openssl s_client; behind "!" a
        direction: `!wait 10m`, `!fault drop`, `!deliver mira note`.
        """
        line = self.play.fill(line)
        if line.startswith("$ "):
            self._call(line)
        elif line.startswith("!") and line != "!drop":
            self._direct(line[1:])
        elif not self.stage.connected:
            raise Stumble(f"{line!r}: no call is up here; dial first: '$ telnet HOST 110'")
        elif line == "!drop":
            self.take(self.play.observe_end(self.stage.hang_up(), self.stage.snapshot()))
        else:
            self._watch(self.stage.say(line))

    def _direct(self, direction: str) -> None:
        was_up = self.stage.connected
        try:
            came = self.stage.direct(direction)
        except Exception as problem:  # noqa: BLE001 - the hosts have errors of their own
            raise Stumble(f"{direction!r}: {problem}") from None
        if was_up:
            self._watch(came)

    def _watch(self, exchanges: list[Exchange]) -> None:
        for exchange in exchanges:
            self.take(self.play.observe(exchange, self.stage.snapshot()))
        end = self.stage.end
        if not self.stage.connected and end is not None:
            self.take(self.play.observe_end(end, self.stage.snapshot()))

    def _call(self, line: str) -> None:
        if self.stage.connected:
            raise Stumble(f"{line!r}: a call is up already; QUIT or '!drop' first")
        try:
            came = self.stage.call(line.removeprefix("$ "))
        except ValueError as what:
            raise Stumble(f"{line!r}: {what}") from None
        except Exception as problem:  # noqa: BLE001 - the hosts have errors of their own
            raise Stumble(f"{line!r}: {type(problem).__name__}: {problem}") from None
        self._watch(came)

    def answer(self, text: str) -> None:
        """Answer the question, with live values."""
        self.take(self.play.answer(self.play.fill(text), self.stage.snapshot()))

    def solve(self, dress: Callable[[str, State], list[str]] | None = None) -> None:
        """Pass the task that waits by its solution; `dress` may make more lines of one.

        Stops where the task is passed. Raises Stumble.
        """
        at, asked = self.play.position, self.play.task is not None and self.play.task.kind == "ask"
        for line in self.play.solution():
            if asked:
                self.answer(line)
                return
            state = self.play.state().notebook.state
            for dressed in dress(line, state) if dress else [line]:
                if self.play.finished or self.play.position != at:
                    return
                self.type(dressed)

    def feedback(self, since: int = 0) -> list[Feedback]:
        """All feedback in the turns from `since` on, but the tutor's own."""
        return [each for turn in self.turns[since:] for each in turn.feedback if each.id]

    def spot(self) -> Spot:
        """Where it stands now."""
        return Spot(self.play.state(), self.stage.state(), self._entered)

    def back_to(self, spot: Spot) -> None:
        """At that place again; the turns since are forgotten."""
        self.play.restore(spot.play)
        self.stage.restore(spot.stage)
        self._entered = spot.entered
        self.turns.clear()


def seek(lesson: Lesson, stage: Stage, index: int, *, carry: Play | None = None) -> Play:
    """A play about to enter the step at `index`; say `enter` to do so.

    `stage` is fresh, and the solutions of the tasks before are played on it. `carry` is the play
    so far, whose passed tasks, assistance and misconceptions are kept. Raises Stumble where a
    solution does not pass its step, which a proved lesson's does.
    """
    rehearsal = Rehearsal(Play(lesson), stage)
    rehearsal.until = index
    play = rehearsal.play
    rehearsal.begin()
    while play.position < index and not play.finished:
        at = play.position
        rehearsal.solve()
        if play.position == at:
            raise Stumble(f"the solution of step {lesson.steps[at].id!r} does not pass it")
    state, past = play.state(), carry.state() if carry else PlayState()
    play.restore(replace(
        state, at=index, typing=False, begun=True, finished=False, attempts=0, hints=0,
        done=tuple(dict.fromkeys((*past.done, *state.done))),
        assisted=past.assisted, misconceptions=past.misconceptions,
    ))  # fmt: skip
    return play
