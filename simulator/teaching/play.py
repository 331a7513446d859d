"""One run through one lesson: moves in, turns out.

A play observes; it types nothing and opens no line. Who runs it (a console, the proof) shows each
`Turn`, types `Turn.types` and says `typed` when done. What it remembers is one value, so `state`
and `restore` cost nothing. Nothing of it is written to disk.

A move is what is judged at once: one exchange, or a QUIT together with the end it leads to. The
check of the step comes first; only a move that does not pass it is looked at for feedback.
"""

from __future__ import annotations

import re
from dataclasses import replace

from simulator.mailroom import Snapshot
from simulator.pop3 import End, Exchange, State

from . import answers, judging
from .judging import PlayState
from .lesson import Ask, Do, Lesson, Say, Show, Step
from .notebook import Notebook
from .remarks import Checkpoint, Feedback, Hint, Margin, Question, Turn

__all__ = ["Play"]

#: Paragraphs of a text are parted by blank lines.
_BLANK = re.compile(r"\n[ \t]*\n")
_CALL_AGAIN = (
    "The session is over, and this step is not. Call again with `${call}`, or begin the lesson anew "
    "with `:reset`."
)
_OVER = (State.UPDATE, State.CLOSED)


class Play:
    """A lesson being taken. `start_step` is the position of the first step that is entered.

    `snapshot` is always `Stage.snapshot()` after the move: the maildrop of who is logged in or was
    last, or None where nobody was yet.
    """

    def __init__(self, lesson: Lesson, start_step: int = 0) -> None:
        self.lesson = lesson
        #: Live values that texts quoted before they were known; a proof makes findings of them.
        self.missing: list[str] = []
        self._state = PlayState(at=start_step)

    # Where the play stands

    def state(self) -> PlayState:
        """All that is remembered."""
        return self._state

    def restore(self, state: PlayState) -> None:
        """Be as at `state()`."""
        self._state = state

    @property
    def position(self) -> int:
        """Position of the current step in the lesson's steps; their count when finished."""
        return self._state.at

    @property
    def step(self) -> Step | None:
        """The step that waits or is typed; None before the first and after the last."""
        state = self._state
        return None if state.finished or not state.begun else self.lesson.steps[state.at]

    @property
    def task(self) -> Do | Ask | None:
        """The step that waits for the learner, if one does."""
        step = self.step
        return step if isinstance(step, Do | Ask) and not self._state.typing else None

    @property
    def done(self) -> tuple[str, ...]:
        """Ids of the tasks passed."""
        return self._state.done

    @property
    def assisted(self) -> tuple[str, ...]:
        """Ids of the tasks whose solution was shown."""
        return self._state.assisted

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The misconceptions met, in order, as often as they were met."""
        return self._state.misconceptions

    @property
    def finished(self) -> bool:
        """Whether the lesson is over."""
        return self._state.finished

    @property
    def margin(self) -> Margin:
        """How much margin this step wants."""
        step = self.step
        return (step.margin if step else None) or self.lesson.margin

    def progress(self) -> tuple[int, int]:
        """(tasks done, tasks in all)."""
        tasks = [step.id for _, step in self.lesson.tasks()]
        return sum(id_ in self._state.done for id_ in tasks), len(tasks)

    def previous_task(self) -> int | None:
        """Position of the task before this one, for `:back`."""
        before = [at for at, _ in self.lesson.tasks() if at < self._state.at]
        return before[-1] if before else None

    # Moves

    def begin(self, snapshot: Snapshot | None = None) -> Turn:
        """The first turn: what the tutor types to get there, or the first step."""
        lines = self.lesson.setup.lines()
        if not lines:
            return self.enter(snapshot)
        self._state = replace(self._state, typing=True)
        return Turn(types=lines)

    def typed(self, snapshot: Snapshot | None) -> Turn:
        """All of `Turn.types` was typed and observed; the lesson goes on. Else nothing happens."""
        state = self._state
        if not state.typing:
            return Turn()
        step = self.step
        if step is None:
            return self.enter(snapshot)
        self._see(state.notebook.looked(snapshot))
        turn = Turn(prose=self._texts(step.debrief if isinstance(step, Show) else ""))
        return self._enter(state.at + 1, turn)

    def enter(self, snapshot: Snapshot | None) -> Turn:
        """Enter the step at `position` as if coming from the one before (after `seek`)."""
        self._see(self._state.notebook.looked(snapshot))
        return self._enter(self._state.at, Turn())

    def observe(self, exchange: Exchange, snapshot: Snapshot | None) -> Turn:
        """What an exchange led to. A QUIT is judged when the session's end is observed."""
        self._see(self._state.notebook.saw(exchange, snapshot))
        return Turn() if exchange.after in _OVER else self._judge()

    def observe_end(self, end: End, snapshot: Snapshot | None) -> Turn:
        """What the end of a session led to."""
        self._see(self._state.notebook.ended(end, snapshot))
        return self._judge()

    def answer(self, text: str, snapshot: Snapshot | None) -> Turn:
        """What an answer to the question led to."""
        self._see(self._state.notebook.looked(snapshot))
        task = self.task
        if not isinstance(task, Ask):
            return Turn()
        verdict = answers.judge(task, text, self.fill)
        feedback = [verdict.feedback] if verdict.feedback else []
        self._note(feedback)
        if verdict.right or (verdict.known and task.settle == "later"):
            return self._pass(task, Turn(feedback=tuple(feedback)), right=verdict.right)
        if verdict.counts:
            feedback += self._attempt()
        return Turn(feedback=tuple(feedback), question=answers.question(task, self.fill))

    # Help

    def fill(self, text: str) -> str:
        """A text of the lesson with its live values."""
        return self._state.notebook.values(self.lesson.setup).fill(text, self.missing)

    def goal(self, snapshot: Snapshot | None = None) -> str:
        """What this step asks for, or ""."""
        self._see(self._state.notebook.looked(snapshot))
        task = self.task
        return self.fill(task.goal if isinstance(task, Do) else task.text) if task else ""

    def question(self) -> Question | None:
        """The question that waits, or None."""
        task = self.task
        return answers.question(task, self.fill) if isinstance(task, Ask) else None

    def solution(self) -> tuple[str, ...]:
        """The lines, or the answer, that pass this task; fill each in when it is due."""
        task = self.task
        if task is None:
            return ()
        return task.solution if isinstance(task, Do) else (task.solution,)

    def hint(self, snapshot: Snapshot | None = None) -> Hint | None:
        """The next rung of the ladder; the last is made from the solution and marks assistance."""
        self._see(self._state.notebook.looked(snapshot))
        task = self.task
        if task is None:
            return None
        of = len(task.hints) + 1
        level = min(self._state.hints + 1, of)
        self._see(self._state.notebook, hints=level)
        if level < of:
            return Hint(level, of, self.fill(task.hints[level - 1]))
        self.assist()
        return Hint(level, of, judging.last_hint(task, self._state.repair, self._fill_whole))

    def _fill_whole(self, text: str) -> str:
        """A text with its live values, or "" if one of them is not known."""
        missing: list[str] = []
        filled = self._state.notebook.values(self.lesson.setup).fill(text, missing)
        return "" if missing else filled

    def assist(self) -> None:
        """Note that this task's solution was shown or done for the learner (`:skip`)."""
        task, assisted = self.task, self._state.assisted
        if task is not None and task.id not in assisted:
            self._state = replace(self._state, assisted=(*assisted, task.id))

    # Within

    def _see(self, notebook: Notebook, *, hints: int | None = None) -> None:
        now = self._state
        count = now.hints if hints is None else hints
        self._state = replace(now, notebook=notebook, hints=count)

    def _texts(self, *texts: str) -> tuple[str, ...]:
        # Blanks before a first line stay: such a line is set as it stands.
        return tuple(part.strip("\n").rstrip() for text in texts
                     for part in _BLANK.split(self.fill(text)) if part.strip())  # fmt: skip

    def _note(self, feedback: list[Feedback]) -> None:
        met = tuple(each.misconception for each in feedback if each.misconception)
        self._state = replace(self._state, misconceptions=(*self._state.misconceptions, *met))

    def _judge(self) -> Turn:
        state, task = self._state, self.task
        log = state.notebook.log
        settled = replace(state, move=len(log), judged=state.notebook.snapshot)
        if not isinstance(task, Do):
            self._state = settled
            return Turn()
        account = self.lesson.setup.account
        if judging.passes(task, state, account):
            self._state = settled
            return self._pass(task, Turn(), right=True)
        self._state = judging.mended(self._state)
        reminder = self._attempt()
        rule = judging.rule_for(task, self._state, account, attempts=state.attempts)
        if rule is None:
            self._state = replace(self._state, move=len(log), judged=settled.judged)
            if log and log[-1].end is not None:
                reminder = [Feedback("", self.fill(_CALL_AGAIN), kind="info")]
            return Turn(feedback=tuple(reminder))
        feedback = Feedback(rule.id, self.fill(rule.say).strip(), rule.misconception, rule.kind)
        self._note([feedback])
        back = state.entry if rule.rewind else state.notebook
        self._state = replace(
            self._state, notebook=back, move=len(back.log), judged=back.snapshot,
            repair=rule.repair,
        )  # fmt: skip
        return Turn(feedback=(feedback,), rewind=rule.rewind)

    def _attempt(self) -> list[Feedback]:
        """Count a move that led nowhere; after each third, a quiet word that there are hints."""
        self._state, counted = judging.counted(self._state)
        if not counted or self._state.attempts % 3:
            return []
        return [Feedback("", "`:hint` has a hint for this step, `:goal` says what it asks for.",
                         kind="info")]  # fmt: skip

    def _pass(self, task: Do | Ask, turn: Turn, *, right: bool) -> Turn:
        if task.id not in self._state.done:
            self._state = replace(self._state, done=(*self._state.done, task.id))
        done, total = self.progress()
        if right:
            words = task.checkpoint or (task.goal if isinstance(task, Do) else "answered")
            tick = Checkpoint(done, total, self.fill(words).strip().removesuffix("."))
            turn = replace(turn, checkpoints=(*turn.checkpoints, tick))
        turn = replace(turn, prose=(*turn.prose, *self._texts(task.debrief)))
        return self._enter(self._state.at + 1, turn)

    def _enter(self, at: int, turn: Turn) -> Turn:
        """Enter the step at `at`, and run through to the next one that waits or is typed."""
        steps = self.lesson.steps
        while at < len(steps) and isinstance(say := steps[at], Say):
            turn = replace(turn, prose=(*turn.prose, *self._texts(say.text)))
            at += 1
        self._state = judging.at_step(self._state, steps, at)
        if at >= len(steps):
            return replace(turn, prose=(*turn.prose, *self._texts(self.lesson.debrief)),
                           finished=True)  # fmt: skip
        step = steps[at]
        if isinstance(step, Ask):
            return replace(turn, entered=step.id, question=answers.question(step, self.fill))
        turn = replace(turn, prose=(*turn.prose, *self._texts(step.text)))
        if isinstance(step, Show):
            return replace(turn, types=step.type)
        assert isinstance(step, Do)
        turn = replace(turn, entered=step.id, goal=self.fill(step.goal), meanwhile=step.meanwhile)
        if judging.passes(step, self._state, self.lesson.setup.account):
            return self._pass(step, turn, right=True)
        return turn
