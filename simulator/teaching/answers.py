"""Questions of a lesson, and what an answer to one comes to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from simulator.pop3 import COMMANDS

from .lesson import Ask
from .predicates import in_list
from .remarks import Choice, Feedback, Question

__all__ = ["Verdict", "judge", "question"]

_Fill = Callable[[str], str]

_OTHER = "That is not it. Answer again, or ask for a `:hint`."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer comes to. `known`: the lesson expected it, right or wrong."""

    right: bool
    known: bool
    feedback: Feedback | None = None
    counts: bool = True  #: an attempt; a slip of the finger is none


def question(task: Ask, fill: _Fill) -> Question:
    """The question as the learner sees it."""
    choices = tuple(Choice(choice.id, fill(choice.text)) for choice in task.choices)
    return Question(task.id, fill(task.text).strip(), choices, task.form)


def judge(task: Ask, text: str, fill: _Fill) -> Verdict:
    """What an answer comes to. Letter case, blanks around it and quotes do not count."""
    given = _plain(text)
    return _choose(task, given, fill) if task.form == "choose" else _fill_in(task, given, fill)


def _choose(task: Ask, given: str, fill: _Fill) -> Verdict:
    for choice in task.choices:
        if given.rstrip(".)") in (choice.id.lower(), _plain(fill(choice.text))):
            name, say = f"{task.id}.{choice.id}", fill(choice.say).strip()
            kind: Literal["right", "wrong"] = "right" if choice.right else "wrong"
            said = Feedback(name, say, choice.misconception, kind)
            return Verdict(choice.right, True, said if choice.say else None)
    letters = " or ".join(f"`{choice.id}`" for choice in task.choices)
    say = f"Answer with {letters}."
    if given.split(" ", maxsplit=1)[0].upper() in COMMANDS:
        say += " The line goes to the server once the question is answered."
    return Verdict(False, False, Feedback("", say, kind="info"), counts=False)


def _fill_in(task: Ask, given: str, fill: _Fill) -> Verdict:
    if not given:
        return Verdict(False, False, None, counts=False)
    if _is_command(given):
        return _slip(f"This is a question of the tutor's.{_LATER}")
    if given in {_plain(fill(answer)) for answer in in_list(task.answer)}:
        return Verdict(True, True)
    for wrong in task.wrong:
        if given == _plain(fill(wrong.is_)):
            name = f"{task.id}.{wrong.name}"
            return Verdict(
                False, True, Feedback(name, fill(wrong.say).strip(), wrong.misconception)
            )
    return Verdict(False, False, Feedback(f"{task.id}.other", _OTHER))


_LATER = " That line was not sent: answer first, then type it again."


def _is_command(given: str) -> bool:
    """Whether an answer looks like a line for the server."""
    return given.split(" ", 1)[0].upper() in COMMANDS


def _slip(say: str) -> Verdict:
    return Verdict(False, False, Feedback("", say, kind="info"), counts=False)


def _plain(text: str) -> str:
    """An answer without what the hand adds to it: case, blanks, quotes."""
    return " ".join(text.split()).strip("\"'`").strip().casefold()
