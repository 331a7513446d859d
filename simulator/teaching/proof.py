"""The proof of a lesson: every complaint that `port110 check` prints.

First what can be told from the page and the course; then, if that is sound, the lesson is played
against a stage: by its solution, dressed differently, and by its own wrong cases. A lesson without
a finding accepts its own solution and nothing short of it, and says what it means to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from simulator.pages import Finding, PageError
from simulator.pop3 import COMMANDS, State

from .cases import case_complaints
from .lesson import Do, Lesson
from .loader import Draft, read_lesson
from .play import Play
from .predicates import in_list
from .references import Complaint, course_complaints, labels_in, near, texts, verb_of
from .rehearsal import Rehearsal, Stage, Stumble

__all__ = ["prove", "prove_course"]

_NewStage = Callable[[Lesson], Stage]
_DETOURS = ("NOOP", "STAT")


def prove_course(
    paths: Sequence[Path], new_stage: _NewStage, *, among: Sequence[Path] | None = None
) -> list[Finding]:
    """Findings about the lessons at `paths`, in order.

    `among`: all lessons of the course in their order, where `paths` are not all of them. A lesson
    whose page is wrong counts as one that teaches all it is named for.
    """
    findings: list[Finding] = []
    drafts: dict[Path, Draft] = {}
    for path in dict.fromkeys((*(among or ()), *paths)):
        try:
            drafts[path] = read_lesson(path)
        except PageError as problem:
            findings += problem.findings if path in paths else ()
    course = [draft.lesson for draft in drafts.values()]
    broken = [path.stem.partition("-")[2] for path in (among or paths) if path not in drafts]
    for path in paths:
        if path in drafts:
            findings += prove(drafts[path], new_stage, course, broken=broken)
    return findings


def prove(
    draft: Draft,
    new_stage: _NewStage,
    course: Sequence[Lesson] | None = None,
    *,
    broken: Sequence[str] = (),
) -> list[Finding]:
    """Findings about one lesson; none: it is proved.

    `new_stage` makes a fresh stage for a lesson each time. `course`: all lessons in their order;
    None: what a lesson says of others is not looked at. `broken`: names of lessons whose own pages
    are wrong; what is said of them is let be.
    """
    lesson = draft.lesson
    if course is not None:
        said = course_complaints(lesson, course, broken)
        if found := draft.findings(said):
            return found
    for look in (_setup_complaints, _label_complaints, _solution_complaints):
        said = look(lesson, new_stage)
        if found := draft.findings(said):
            return found
    return draft.findings(
        [*_dressed_complaints(lesson, new_stage), *case_complaints(lesson, new_stage)]
    )


def _setup_complaints(lesson: Lesson, new_stage: _NewStage) -> Iterator[Complaint]:
    """Whether the host answers, and whether the account and its password are real."""
    setup, stage = lesson.setup, new_stage(lesson)
    try:
        stage.dial(setup.dial, setup.port)
    except Exception as problem:  # noqa: BLE001 - the hosts have errors of their own
        yield ("setup", "dial"), f"{type(problem).__name__}: {problem}"
        return
    if not setup.account:
        return
    if stage.snapshot(setup.account) is None:
        yield ("setup", "user"), f"{setup.dial} has no maildrop of {setup.account!r}"
        return
    stage.say(f"USER {setup.account}")
    if not all(exchange.ok for exchange in stage.say(f"PASS {setup.pass_}")):
        yield ("setup", "password"), f"not the password of {setup.account!r} at {setup.dial}"


def _label_complaints(lesson: Lesson, new_stage: _NewStage) -> Iterator[Complaint]:
    """Labels of messages that are in no maildrop the lesson comes to."""
    known: set[str] = set()
    stage = new_stage(lesson)
    stage.dial(lesson.setup.dial, lesson.setup.port)
    snapshot = stage.snapshot(lesson.setup.account or None)
    known.update(item.label for item in (snapshot.items if snapshot else ()))
    rehearsal = _rehearsal(lesson, new_stage)
    try:
        rehearsal.begin()
        while not rehearsal.play.finished:
            at = rehearsal.play.position
            rehearsal.solve()
            known.update(rehearsal.play.state().notebook.items)
            if rehearsal.play.position == at:
                break
    except Stumble:
        pass  # found again, and said, when the solution is proved
    for way, label in labels_in(lesson):
        if label not in known:
            yield way, f"no message here is labelled {label!r}; {near(label, known)}"


def _solution_complaints(lesson: Lesson, new_stage: _NewStage) -> Iterator[Complaint]:
    """Whether the solution passes each step, and nothing short of it does; twice the same."""
    first, second = _rehearsal(lesson, new_stage), _rehearsal(lesson, new_stage)
    said = list(_played(first))
    yield from said
    for name in dict.fromkeys(first.play.missing):
        way = next(way for way, text in texts(lesson) if name in text)
        yield way, f"{name} is not known yet where this is read; say it after the login"
    if not said:
        list(_played(second))
        if first.turns != second.turns:
            yield (), "two runs of the solution differ; the lesson hangs on chance"


def _played(rehearsal: Rehearsal) -> Iterator[Complaint]:
    play, lesson = rehearsal.play, rehearsal.play.lesson
    try:
        rehearsal.begin()
        yield from _skipped(lesson, 0, play.position)
        while not play.finished:
            at = play.position
            step = lesson.steps[at]
            if play.task is not None:
                for hint in play.task.hints:
                    play.fill(hint)  # for what is not known yet where a learner may ask for it
            if isinstance(step, Do):
                yield from _shortcut(rehearsal)
            else:
                rehearsal.solve()
            if play.position == at and not play.finished:
                yield ("steps", at, "solution"), "the solution does not pass this step's check"
                return
            yield from _skipped(lesson, at + 1, play.position)
    except Stumble as problem:
        yield ("steps", play.position) if play.state().begun else ("setup",), str(problem)


def _skipped(lesson: Lesson, low: int, high: int) -> Iterator[Complaint]:
    """Tasks that were passed as soon as they were entered."""
    for at in range(low, min(high, len(lesson.steps))):
        if isinstance(lesson.steps[at], Do):
            what = "passes before anything is done; the check holds at the start of the step"
            yield ("steps", at, "check"), what


def _shortcut(rehearsal: Rehearsal) -> Iterator[Complaint]:
    """Type the solution line by line; only the last may pass the step."""
    play, at = rehearsal.play, rehearsal.play.position
    lines = play.solution()
    for number, line in enumerate(lines, 1):
        rehearsal.type(line)
        if play.position != at or play.finished:
            if number < len(lines):
                what = f"passes after {number} of {len(lines)} lines; the check asks for too little"
                yield ("steps", at, "check"), what
            return


def _dressed_complaints(lesson: Lesson, new_stage: _NewStage) -> Iterator[Complaint]:
    """Whether letter case and harmless detours fail a step; they must not."""

    def detoured(line: str, state: State) -> list[str]:
        if state is not State.TRANSACTION:
            return [line]
        step = rehearsal.play.task
        used = _keywords(step) if isinstance(step, Do) else set()
        return [*(word for word in _DETOURS if word not in used), line]

    dresses: tuple[tuple[str, Callable[[str, State], list[str]]], ...] = (
        ("in lower case", lambda line, _: [_lowered(line)]),
        ("with NOOP and STAT in between", detoured),
    )
    for name, dress in dresses:
        rehearsal = _rehearsal(lesson, new_stage)
        play = rehearsal.play
        rehearsal.begin()
        while not play.finished:
            at = play.position
            try:
                rehearsal.solve(dress)
                stuck = "it does not pass" if play.position == at else ""
            except Stumble as problem:
                stuck = str(problem)
            if stuck:
                yield ("steps", at, "check"), f"the solution {name}: {stuck}"
                break


def _lowered(line: str) -> str:
    """A line with its keyword in small letters; a call, a direction or base64 as it is."""
    word, blank, rest = line.partition(" ")
    return (word.lower() if word in COMMANDS else word) + blank + rest


def _keywords(step: Do) -> set[str]:
    """The keywords that a step's solution uses or its check speaks of: to it they are no detour."""
    found = {verb_of(line) for line in step.solution}
    for _, check in step.check.inside():
        patterns = [check.did, check.never, check.last, *(check.order or ())]
        patterns.append(check.times.of if check.times else None)
        for pattern in patterns:
            if pattern is not None:
                found.update(verb.upper() for verb in in_list(pattern.verb))
    return found


def _rehearsal(lesson: Lesson, new_stage: _NewStage) -> Rehearsal:
    return Rehearsal(Play(lesson), new_stage(lesson))
