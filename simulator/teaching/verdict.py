"""What the RFCs say about a line that was said to many servers: one word for all, and who breaks what.

It is the margin's own: the note on the reply of a server that is a model, and the notes on breaches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from simulator.pop3 import Exchange, Reason

from .remarks import Note, NoteKind

if TYPE_CHECKING:
    from .annotator import Annotator

__all__ = ["Dialogue", "Verdict", "verdicts"]

_BROKEN = frozenset({NoteKind.BREACH, NoteKind.UNUSUAL})


class Dialogue(NamedTuple):
    """One server's session: what came before the lines, and what to each line came."""

    opening: Sequence[Exchange]
    turns: Sequence[Sequence[Exchange]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one line."""

    word: Note | None  #: what it means, or why it is refused; None: nobody knows the line
    broken: tuple[tuple[Note, tuple[str, ...]], ...]  #: a breach, and the servers that it is of

    @property
    def blamed(self) -> bool:
        """Whether somebody breaks a rule that binds."""
        return any(note.kind is NoteKind.BREACH for note, _ in self.broken)


def verdicts(
    annotator: Annotator, dialogues: Mapping[str, Dialogue], model: Dialogue
) -> tuple[Verdict, ...]:
    """What is said of each line. `annotator` is as it was when this is done."""
    kept = annotator.state()
    try:
        heard = {name: _notes(annotator, dialogue) for name, dialogue in dialogues.items()}
        exemplary = _notes(annotator, model)
    finally:
        annotator.restore(kept)
    found = []
    for at, turn in enumerate(model.turns):
        others = [(dialogue.turns[at], heard[name][at]) for name, dialogue in dialogues.items()]
        word = _word([(turn, exemplary[at]), *others])
        found.append(Verdict(word, _broken({name: notes[at] for name, notes in heard.items()})))
    return tuple(found)


def _notes(annotator: Annotator, dialogue: Dialogue) -> list[list[Note]]:
    """The notes on each line of a session."""
    annotator.begin()
    for exchange in dialogue.opening:
        annotator.observe(exchange)
    return [
        [note for exchange in turn for note in annotator.observe(exchange)]
        for turn in dialogue.turns
    ]


def _word(said: Sequence[tuple[Sequence[Exchange], Sequence[Note]]]) -> Note | None:
    """The model's word, unless it lacks the command and another server has it."""
    best: Note | None = None
    for turn, notes in said:
        word = next((each for each in notes if each.kind in _SAYING), None)
        if word is not None and not (turn[0].keyword and turn[0].reason in _LACKING):
            return word
        best = best or word
    return best


_SAYING = frozenset({NoteKind.MEANING, NoteKind.WHY})
_LACKING = frozenset({Reason.UNKNOWN_COMMAND, Reason.UNKNOWN_MECHANISM})


def _broken(heard: Mapping[str, Sequence[Note]]) -> tuple[tuple[Note, tuple[str, ...]], ...]:
    servers: dict[Note, list[str]] = {}
    for name, notes in heard.items():
        for note in notes:
            if note.kind in _BROKEN:
                servers.setdefault(note, []).append(name)
    return tuple((note, tuple(names)) for note, names in servers.items())
