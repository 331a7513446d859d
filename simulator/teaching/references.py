"""Whether a lesson agrees with itself: ids are unique, and every name it uses is somewhere.

Pure: a lesson in, (way on the page, what to write) out. What needs the other lessons of the course
is beside it; what needs a server is in `proof.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from simulator.pages import Keys, choose
from simulator.pop3 import COMMANDS

from .lesson import Ask, Case, Do, Lesson, Say, Show, Step
from .predicates import Check, in_list
from .values import NAMES, named_in

__all__ = [
    "Complaint",
    "checks_in",
    "complaints",
    "course_complaints",
    "labels_in",
    "near",
    "texts",
    "verb_of",
]

Complaint: TypeAlias = tuple[Keys, str]

_ID = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_PLACE = r"§[0-9]+(?:\.[0-9]+)*"
_CITE = re.compile(rf"RFC [0-9]{{3,4}} {_PLACE}(?:, (?:RFC [0-9]{{3,4}} )?{_PLACE})*\Z")


def near(name: str, known: Iterable[str]) -> str:
    """Which name was probably meant, or all there are."""
    names = sorted(set(known))
    return choose(name, names) if names else "there is none to name"


def complaints(lesson: Lesson) -> Iterator[Complaint]:
    """Everything about a lesson that can be told without its course and without a server."""
    if not _ID.match(lesson.id):
        yield ("id",), f"id {lesson.id!r}: write small letters, digits and dashes"
    if not any(lesson.tasks()):
        yield ("steps",), "nothing to do here; a lesson needs a step of kind do or ask"
    for at, cite in enumerate(lesson.cite):
        if not _CITE.match(cite):
            yield ("cite", at), f"write the place as 'RFC 1939 §5', got {cite!r}"
    for at, verb in enumerate(lesson.teaches):
        if verb not in COMMANDS:
            yield ("teaches", at), f"no command is called {verb!r}; {near(verb, COMMANDS)}"
    yield from _own_mail(lesson)
    yield from _twice(("steps",), [step.id for step in lesson.steps])
    for at, step in enumerate(lesson.steps):
        yield from (((("steps", at, *way)), what) for way, what in _step(step))
    yield from _twice(("tests",), [case.name for case in lesson.tests], "name")
    for at, case in enumerate(lesson.tests):
        yield from ((("tests", at, *way), what) for way, what in _case(lesson, case))
    for way, text in texts(lesson):
        yield from ((way, what) for what in _values(text))


def _own_mail(lesson: Lesson) -> Iterator[Complaint]:
    page = lesson.setup.mailbox
    for at, message in enumerate((page.messages if page else None) or ()):
        if message.file is not None:
            way = ("setup", "mailbox", "messages", at, "file")
            yield way, "a lesson has no folder of mail; write label, headers and text"
            return
    try:
        lesson.mailbox()
    except ValueError as problem:
        yield ("setup", "mailbox"), str(problem)


def _twice(way: Keys, names: Sequence[str], key: str = "id") -> Iterator[Complaint]:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield (*way, at, key), f"{name!r} is there already; give this one another {key}"
        seen.add(name)


def _step(step: Step) -> Iterator[Complaint]:
    if not _ID.match(step.id):
        yield ("id",), f"id {step.id!r}: write small letters, digits and dashes"
    if isinstance(step, Show) and not step.type:
        yield ("type",), "nothing to type; write the lines the tutor types, or make it kind: say"
    elif isinstance(step, Do):
        if not step.solution:
            yield ("solution",), "no solution; write the lines that pass this step"
        if not step.hints:
            yield ("hints",), "no hint; write at least one that does not give the line away"
        yield from _twice(("feedback",), [rule.id for rule in step.feedback])
    elif isinstance(step, Ask):
        yield from _twice(("choices",), [choice.id.lower() for choice in step.choices])
        yield from _twice(("wrong",), [wrong.name for wrong in step.wrong], "is")
        for at, choice in enumerate(step.choices):
            if not choice.right and not choice.say:
                what = f"wrong choice {choice.id!r} has no say; write why one could think so"
                yield ("choices", at), what


def _case(lesson: Lesson, case: Case) -> Iterator[Complaint]:
    tasks = {step.id: step for _, step in lesson.tasks()}
    if case.upto not in tasks:
        yield ("upto",), f"no task is called {case.upto!r}; {near(case.upto, tasks)}"
    elif (case.answer is not None) is not isinstance(tasks[case.upto], Ask):
        verb = "answer" if case.answer is None else "then"
        kind = tasks[case.upto].kind
        yield ("upto",), f"{case.upto!r} is of kind {kind}; write {verb} for it"
    expect = case.expect
    if expect.step is not None and expect.step not in {"end", *(s.id for s in lesson.steps)}:
        known = ["end", *(step.id for step in lesson.steps)]
        yield ("expect", "step"), f"no step is called {expect.step!r}; {near(expect.step, known)}"
    names = _feedback_names(lesson)
    for name in in_list(expect.feedback):
        if name not in {"none", *names}:
            yield ("expect", "feedback"), f"no feedback is called {name!r}; {near(name, names)}"
    wrong = expect.misconception
    if wrong is not None and wrong not in names.values():
        known = [tag for tag in names.values() if tag]
        what = f"no feedback here has misconception {wrong!r}; {near(wrong, known)}"
        yield ("expect", "misconception"), what


def _feedback_names(lesson: Lesson) -> Mapping[str, str]:
    """Feedback id -> misconception or "", for all there is in a lesson."""
    names: dict[str, str] = {}
    for step in lesson.steps:
        if isinstance(step, Do):
            names |= {rule.id: rule.misconception for rule in step.feedback}
        elif isinstance(step, Ask):
            names |= {f"{step.id}.{c.id}": c.misconception for c in step.choices}
            names |= {f"{step.id}.{w.name}": w.misconception for w in step.wrong}
            names |= {f"{step.id}.other": ""} if step.form == "fill" else {}
    return names


def texts(lesson: Lesson) -> Iterator[tuple[Keys, str]]:
    """(way on the page, text) for every text that may hold live values."""
    yield ("debrief",), lesson.debrief
    for at, step in enumerate(lesson.steps):
        yield from ((("steps", at, *way), text) for way, text in _step_texts(step))
    for at, case in enumerate(lesson.tests):
        yield from ((("tests", at, "then", n), line) for n, line in enumerate(case.then))
        yield ("tests", at, "answer"), case.answer or ""


def _step_texts(step: Step) -> Iterator[tuple[Keys, str]]:
    yield ("text",), step.text
    if isinstance(step, Say):
        return
    yield ("debrief",), step.debrief
    if isinstance(step, Show):
        yield from ((("type", n), line) for n, line in enumerate(step.type))
        return
    yield ("checkpoint",), step.checkpoint
    yield from ((("hints", n), text) for n, text in enumerate(step.hints))
    if isinstance(step, Ask):
        yield from ((("answer",), text) for text in in_list(step.answer))
        for n, choice in enumerate(step.choices):
            yield ("choices", n, "text"), choice.text
            yield ("choices", n, "say"), choice.say
        for n, wrong in enumerate(step.wrong):
            yield ("wrong", n, "is"), wrong.is_
            yield ("wrong", n, "say"), wrong.say
        return
    yield ("goal",), step.goal
    yield from ((("solution", n), line) for n, line in enumerate(step.solution))
    for n, rule in enumerate(step.feedback):
        yield ("feedback", n, "say"), rule.say
        yield from ((("feedback", n, "repair", m), line) for m, line in enumerate(rule.repair))


def _values(text: str) -> Iterator[str]:
    for name, label in named_in(text):
        if name not in NAMES:
            yield f"unknown value ${{{name}}}; {near(name, NAMES)}"
        elif NAMES[name] and not label:
            yield f"${{{name}}} needs a label: ${{{name}:invoice}}"
        elif label and not NAMES[name]:
            yield f"${{{name}}} takes no label"


def checks_in(lesson: Lesson) -> Iterator[tuple[Keys, Check]]:
    """(way on the page, predicate) for each check and each `when`."""
    for at, step in enumerate(lesson.steps):
        if isinstance(step, Do):
            yield ("steps", at, "check"), step.check
            for n, rule in enumerate(step.feedback):
                yield ("steps", at, "feedback", n, "when"), rule.when


def labels_in(lesson: Lesson) -> Iterator[tuple[Keys, str]]:
    """(way on the page, label) for every label a lesson names, in predicates and in texts."""
    for way, check in checks_in(lesson):
        yield from (((*way, *inner), label) for inner, label in check.labels())
    for way, text in texts(lesson):
        yield from ((way, label) for name, label in named_in(text) if NAMES.get(name))


def course_complaints(
    lesson: Lesson, course: Sequence[Lesson], broken: Sequence[str] = ()
) -> Iterator[Complaint]:
    """What a lesson says of the others. `course`: all lessons in their order, this one too.

    `broken`: lessons of which only the name is known. Nothing is said of what they teach.
    """
    ids = [each.id for each in course]
    before = ids[: ids.index(lesson.id)] if lesson.id in ids else ids
    for at, name in enumerate(lesson.requires):
        if name in broken:
            continue
        if name not in ids:
            yield ("requires", at), f"no lesson is called {name!r}; {near(name, before)}"
        elif name not in before:
            yield ("requires", at), f"{name!r} does not come before this lesson; {near('', before)}"
    taught = _taught(lesson, {each.id: each for each in course}, broken)
    for at, step in enumerate(lesson.steps):
        for n, line in enumerate(step.solution if isinstance(step, Do) else ()):
            verb = verb_of(line)
            if taught is not None and verb in COMMANDS and verb not in taught:
                what = f"{verb} is taught neither here nor in what it requires; add a lesson there"
                yield ("steps", at, "solution", n), what


def _taught(
    lesson: Lesson, course: Mapping[str, Lesson], broken: Sequence[str]
) -> frozenset[str] | None:
    """The keywords taught by a lesson and by all it requires, and what these require.

    None where one of these cannot be read.
    """
    taught: set[str] = set()
    seen: set[str] = set()
    waiting = [lesson]
    while waiting:
        each = waiting.pop()
        taught.update(each.teaches)
        if any(name in broken for name in each.requires):
            return None
        new = [name for name in each.requires if name in course and name not in seen]
        seen.update(new)
        waiting += [course[name] for name in new]
    return frozenset(taught)


def verb_of(line: str) -> str:
    """The keyword of a line as a pattern names it: GREETING for a call, "" for `!drop`."""
    if line.startswith("$ "):
        return "GREETING"
    return "" if line.startswith("!") else line.partition(" ")[0].upper()
