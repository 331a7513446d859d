"""The tests of a lesson played: each wrong case gets what it names, and every rule is fired."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from simulator.pages import Keys

from .lesson import Ask, Case, Do, Lesson
from .play import Play
from .predicates import in_list
from .references import Complaint
from .rehearsal import Rehearsal, Spot, Stage, Stumble

__all__ = ["case_complaints"]


def case_complaints(lesson: Lesson, new_stage: Callable[[Lesson], Stage]) -> Iterator[Complaint]:
    """What the tests of a lesson find, and what no test tries. The solution must pass."""
    rehearsal = Rehearsal(Play(lesson), new_stage(lesson))
    spots = _spots(rehearsal)
    fired: set[str] = set()
    for number, case in enumerate(lesson.tests):
        rehearsal.back_to(spots[case.upto])
        way: Keys = ("tests", number)
        try:
            _perform(rehearsal, case)
        except Stumble as problem:
            yield (*way, "then"), str(problem)
            continue
        said = [each for each in rehearsal.feedback() if each.kind != "right"]
        fired.update(each.id for each in said)
        yield from (((*way, *key), what) for key, what in _judged(rehearsal, case))
        step = next(step for _, step in lesson.tasks() if step.id == case.upto)
        if isinstance(step, Do) and said:
            yield from _repaired(rehearsal, step, said[-1].id, lesson)
    yield from _untested(lesson, fired)


def _spots(rehearsal: Rehearsal) -> Mapping[str, Spot]:
    """Where each task begins."""
    spots: dict[str, Spot] = {}
    rehearsal.begin()
    while (task := rehearsal.play.task) is not None:
        spots[task.id] = rehearsal.spot()
        rehearsal.solve()
    return spots


def _perform(rehearsal: Rehearsal, case: Case) -> None:
    for line in case.then:
        rehearsal.type(line)
    if case.answer is not None:
        rehearsal.answer(case.answer)


def _judged(rehearsal: Rehearsal, case: Case) -> Iterator[Complaint]:
    expect, play = case.expect, rehearsal.play
    stands = play.step.id if play.step is not None else "end"
    if expect.step is not None and expect.step != stands:
        yield ("expect", "step"), f"the play stands at {stands!r}, not at {expect.step!r}"
    wanted = [name for name in in_list(expect.feedback) if name != "none"]
    said = [each for each in rehearsal.feedback() if each.kind != "right" or each.id in wanted]
    got = list(dict.fromkeys(each.id for each in said))
    if expect.feedback is not None and got != wanted:
        what = f"the feedback was {_listed(got)}, not {_listed(wanted)}"
        yield ("expect", "feedback"), what
    met = [each.misconception for each in said if each.misconception]
    if expect.misconception is not None and expect.misconception not in met:
        what = f"the misconceptions met were {_listed(met)}, not {expect.misconception!r}"
        yield ("expect", "misconception"), what


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names) or "none"


def _repaired(rehearsal: Rehearsal, step: Do, fired: str, lesson: Lesson) -> Iterator[Complaint]:
    """Whether a rule's repair does mend it: after it the solution passes."""
    for number, rule in enumerate(step.feedback):
        if rule.id != fired or not (rule.repair or rule.rewind):
            continue
        at = lesson.position(step.id)
        way: Keys = ("steps", at or 0, "feedback", number, "repair" if rule.repair else "rewind")
        try:
            for line in rule.repair:
                rehearsal.type(line)
            if rehearsal.play.position == at:
                rehearsal.solve()
        except Stumble as problem:
            yield way, str(problem)
            return
        if rehearsal.play.position == at:
            yield way, "after it the solution does not pass this step"


def _untested(lesson: Lesson, fired: set[str]) -> Iterator[Complaint]:
    """Feedback that no test has got."""
    for at, step in enumerate(lesson.steps):
        names: list[tuple[Keys, str]] = []
        if isinstance(step, Do):
            names = [(("feedback", n), rule.id) for n, rule in enumerate(step.feedback)]
        elif isinstance(step, Ask):
            names = [
                (("choices", n), f"{step.id}.{choice.id}")
                for n, choice in enumerate(step.choices)
                if not choice.right
            ]
            names += [(("wrong", n), f"{step.id}.{w.name}") for n, w in enumerate(step.wrong)]
        for way, name in names:
            if name not in fired:
                what = f"no test gets feedback {name!r}; add one under tests, or take it out"
                yield ("steps", at, *way), what
