"""A lesson at the desk: what `:skip`, `:back`, `:list` and `:reset` do, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.console.call import Call
from simulator.console.colon import LessonControls
from simulator.console.desk import Desk
from simulator.console.reading import ANSWER
from simulator.teaching import Play

if TYPE_CHECKING:
    from simulator.hosts import Stage
    from simulator.teaching import Lesson, Turn
    from simulator.teaching.progress import Progress

__all__ = ["LessonSitting"]


class LessonSitting(LessonControls):
    """One lesson being taken, from its beginning or from where it was left."""

    def __init__(
        self,
        lesson: Lesson,
        new_stage: Callable[[Lesson], Stage],
        progress: Progress,
        show_course: Callable[[Desk], None],
    ) -> None:
        self.lesson = lesson
        self._new_stage = new_stage
        self._progress = progress
        self._show_course = show_course

    def start(self, position: int = 0) -> tuple[Call, Play]:
        """A fresh stage and a play: at the beginning, or about to enter the step at `position`.

        Where nothing was done before that step, or the way to it is no longer what it was (the
        lesson was rewritten), the play begins at the beginning: `play.position` says so.
        """
        if any(at < position for at, _ in self.lesson.tasks()):
            from simulator.teaching import Stumble, seek

            stage = self._new_stage(self.lesson)
            with suppress(Stumble):
                return _standing(stage), seek(self.lesson, stage, position)
        return Call(lambda: self._new_stage(self.lesson)), Play(self.lesson)

    def keep(self, desk: Desk, turn: Turn) -> None:
        """Write down what a turn has come to."""
        play = desk.tutor.play
        if play is None:
            return
        for feedback in turn.feedback:
            if feedback.misconception:
                self._progress.believed(feedback.misconception)
        if turn.checkpoints or turn.entered:
            self._progress.at(self.lesson.id, play.position, play.done, play.assisted)
        if turn.finished:
            self._progress.passed(self.lesson.id)

    async def skip(self, desk: Desk) -> None:
        """The tutor does the step, from its beginning, in front of the learner."""
        play = desk.tutor.play
        if play is None or play.task is None:
            desk.screen.notice("No step waits; there is nothing to skip.")
            return
        await self._seek(desk, play.position, quiet=True)
        play = desk.tutor.play
        assert play is not None
        play.assist()
        lines = play.solution()
        if desk.question is not None:
            answer = play.fill(lines[0])
            desk.screen.typed(ANSWER, answer, by_tutor=True)
            desk.perform(desk.tutor.answer(answer, desk.call.snapshot()))
        else:
            desk.typing += lines

    async def back(self, desk: Desk) -> None:
        """The step before, with the mail as it was then."""
        play = desk.tutor.play
        before = play.previous_task() if play is not None else None
        if before is None:
            desk.screen.notice("This is the first step.")
            return
        await self._seek(desk, before)

    async def list(self, desk: Desk) -> None:
        """The steps of this lesson, then the course."""
        play = desk.tutor.play
        assert play is not None
        rows = []
        for position, task in self.lesson.tasks():
            sign = "[x]" if task.id in play.done else "[ ]"
            here = "  <- you are here" if position == play.position else ""
            what = task.goal if task.kind == "do" else "a question"
            rows.append(f"  {sign} {play.fill(what)}{here}")
        desk.screen.program("\n".join(rows))
        self._show_course(desk)

    async def reset(self, desk: Desk) -> None:
        """The lesson from its beginning, with the sample mail as it was."""
        desk.screen.notice("The lesson begins anew; its mail is as it was.")
        self._progress.reset(self.lesson.id)
        self._replace(desk, *self.start())
        assert desk.tutor.play is not None
        desk.perform(desk.tutor.begin())

    async def _seek(self, desk: Desk, position: int, *, quiet: bool = False) -> None:
        from simulator.teaching import Stumble, seek

        stage = self._new_stage(self.lesson)
        try:
            play = seek(self.lesson, stage, position, carry=desk.tutor.play)
        except Stumble as stumble:
            desk.screen.notice(f"This lesson's page is broken: {stumble}. `:reset` begins it anew.")
            return
        self._replace(desk, _standing(stage), play)
        turn = desk.tutor.enter(desk.call.snapshot())
        if quiet:
            desk.take_up(turn)
        else:
            desk.perform(turn)

    def _replace(self, desk: Desk, call: Call, play: Play) -> None:
        desk.call, desk.tutor.play = call, play
        desk.question, desk.at_telnet, desk.entered = None, False, None
        desk.typing.clear()
        desk.suspended.clear()


def _standing(stage: Stage) -> Call:
    """A call on a stage that was used already."""
    call = Call(lambda: stage)
    assert call.simulation is stage
    return call
