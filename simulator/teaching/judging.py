"""What a play remembers, and how a move is judged by it.

Passed, wrong in a way the lesson knows, or one more attempt: functions from one state to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from simulator.mailroom import Snapshot

from .checks import Moment, holds
from .lesson import Ask, Do, Rule, Show, Step
from .notebook import Notebook
from .predicates import Check
from .references import verb_of

__all__ = ["PlayState", "at_step", "counted", "last_hint", "mended", "passes", "rule_for"]


@dataclass(frozen=True, slots=True)
class PlayState:
    """All that a play remembers."""

    at: int = 0  #: position of the step
    typing: bool = False  #: the tutor types; `at` is the step to enter when all is typed
    begun: bool = False
    finished: bool = False
    notebook: Notebook = field(default_factory=Notebook)
    entry: Notebook = field(default_factory=Notebook)  #: as the step was begun, for `rewind`
    move: int = 0  #: where the move that is not judged yet begins in the log
    judged: Snapshot | None = None  #: the maildrop after the move before
    attempts: int = 0
    spare: tuple[str, ...] = ()  #: keywords of the solution that have not been used yet
    hints: int = 0
    repair: tuple[str, ...] = ()  #: what would mend the last wrong move
    done: tuple[str, ...] = ()
    assisted: tuple[str, ...] = ()
    misconceptions: tuple[str, ...] = ()

    @property
    def step(self) -> int:
        """Where this step begins in the log."""
        return len(self.entry.log)


def at_step(state: PlayState, steps: Sequence[Step], at: int) -> PlayState:
    """The state when the step at `at` has just been entered."""
    step = steps[at] if at < len(steps) else None
    log = state.notebook.log
    return replace(
        state,
        at=at,
        begun=True,
        finished=step is None,
        typing=isinstance(step, Show),
        entry=state.notebook,
        move=len(log),
        judged=state.notebook.snapshot,
        attempts=0,
        spare=tuple(verb_of(line) for line in step.solution) if isinstance(step, Do) else (),
        hints=0,
        repair=(),
    )


def passes(task: Do, state: PlayState, account: str) -> bool:
    """Whether the step's check holds."""
    return holds(task.check, _moment(state, account, state.notebook.snapshot))


def rule_for(task: Do, state: PlayState, account: str, *, attempts: int) -> Rule | None:
    """The first feedback rule that fits this move.

    A rule that does not speak of the move (only of the maildrop, say) fits when it newly holds:
    it did not before the move. So nothing is said twice over. `attempts`: those before the move.
    """
    now = _moment(state, account, state.notebook.snapshot)
    log = state.notebook.log[: state.move]
    before = replace(now, log=log, snapshot=state.judged, attempts=attempts)
    for rule in task.feedback:
        if not holds(rule.when, now, "move"):
            continue
        if _speaks_of_move(rule.when) or not holds(rule.when, before, "move"):
            return rule
    return None


def _moment(state: PlayState, account: str, snapshot: Snapshot | None) -> Moment:
    return Moment(state.notebook.log, state.step, state.move, snapshot, account, state.attempts)


def _speaks_of_move(check: Check) -> bool:
    """Whether some part of it holds for a move only while that move is the last."""
    if check.scope in (None, "move") and (check.did or check.last or check.ended):
        return True
    parts = (*(check.all_ or ()), *(check.any_ or ()))
    return any(_speaks_of_move(part) for part in parts)


def counted(state: PlayState) -> tuple[PlayState, bool]:
    """The state with this move counted as an attempt, and whether it was one.

    A move that was answered +OK and whose keyword the solution uses may be a part of the way.
    """
    spare = list(state.spare)
    verbs = [
        (each.exchange.keyword, each.exchange.ok)
        for each in state.notebook.log[state.move :]
        if each.exchange is not None and not each.exchange.asks
    ] or [("", True)]
    for verb, ok in verbs:
        if not ok or verb not in spare:
            return replace(state, attempts=state.attempts + 1), True
        spare.remove(verb)
    return replace(state, spare=tuple(spare)), False


def mended(state: PlayState) -> PlayState:
    """Without the repair that was due, if this move was the last line of it."""
    if not state.repair:
        return state
    last = verb_of(state.repair[-1])
    for each in state.notebook.log[state.move :]:
        if each.exchange is not None and each.exchange.ok and each.exchange.keyword == last:
            return replace(state, repair=())
    return state


def last_hint(task: Do | Ask, repair: Sequence[str], fill: Callable[[str], str]) -> str:
    """The last rung: the solution in words, with what mends the last wrong move before it.

    `fill` gives "" for a line whose live values are not known yet; there the rung ends for now.
    """
    if isinstance(task, Ask):
        return f"The answer is `{fill(task.solution) or '?'}`."
    lines = [fill(line) for line in (*repair, *task.solution)]
    known = list(takewhile(bool, lines))
    hang_up = _hang_up(lines)
    spoken = [hang_up if line == "!drop" else f"`{line.removeprefix('$ ')}`" for line in known]
    said = ", then ".join(spoken)
    said = f"H{said[1:]}." if spoken[:1] == [hang_up] else f"Type {said}."
    return said if len(known) == len(lines) else f"{said} When that is done, ask again."


def _hang_up(lines: Sequence[str]) -> str:
    """How a line is closed without QUIT in the program that the solution calls with."""
    if any(line.startswith("$ openssl") for line in lines):
        return "hang up with Ctrl-D"
    return "hang up with Ctrl-] and `close`"
