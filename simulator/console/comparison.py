"""A comparison: the same lines at many servers, what they answer, and what the RFCs say about it.

It joins who answers (hosts) and what the margin knows (teaching) into one value, which the screen
draws and `--json` writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.hosts import Answers, Inquiry, Question, fold, inquire
from simulator.pop3 import Personality
from simulator.teaching import Annotator, Dialogue, Note, NoteKind, Verdict, verdicts

__all__ = ["Comparison", "compare", "is_open", "notes_on"]

_OPEN = (
    "What differs here, the RFCs leave open: none of these answers breaks a rule that can be seen on "
    "the wire."
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it. `answers` and `verdicts` have one entry for each line."""

    question: Question
    inquiries: tuple[Inquiry, ...]  #: of the servers that let one in
    shut: tuple[Inquiry, ...]  #: of those that did not
    answers: tuple[Answers, ...]
    verdicts: tuple[Verdict, ...]
    raw: bool = False  #: words are the same only octet by octet


def compare(
    question: Question,
    servers: Sequence[Personality],
    model: Personality,
    annotator: Annotator,
    *,
    raw: bool = False,
) -> Comparison:
    """Ask all servers. `model` does what the RFCs ask for, and is asked in any case.

    Raises ValueError for a line with a line feed in it.
    """
    asked = {each.name: inquire(each, question) for each in servers}
    exemplary = asked.get(model.name) or inquire(model, question)
    inside = tuple(each for each in asked.values() if each.way is not None)
    answers = fold(inside, model=model.name, raw=raw)
    said = verdicts(
        annotator, {each.name: _dialogue(each) for each in inside}, _dialogue(exemplary)
    )
    shut = tuple(each for each in asked.values() if each.way is None)
    return Comparison(question, inside, shut, answers, said if inside else (), raw)


def _dialogue(inquiry: Inquiry) -> Dialogue:
    """The session without secrets: the notes must not say one."""
    return Dialogue(
        [each.public() for each in inquiry.opening],
        [[each.public() for each in heard.exchanges] for heard in inquiry.heard],
    )


def is_open(comparison: Comparison, at: int) -> bool:
    """Whether servers do different things with the line, and nobody breaks a rule by it."""
    return comparison.answers[at].differ and not comparison.verdicts[at].blamed


def notes_on(comparison: Comparison, at: int) -> list[Note]:
    """What the RFCs say about the line: in general, and about each server that breaks a rule."""
    verdict = comparison.verdicts[at]
    notes = [verdict.word] if verdict.word is not None else []
    if is_open(comparison, at):
        notes.append(Note(NoteKind.MEANING, _OPEN))
    for note, servers in verdict.broken:
        notes.append(Note(note.kind, f"**{', '.join(servers)}**: {note.text}", note.cite))
    return notes
