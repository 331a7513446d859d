"""What the tutor hands to the console: values only, no layout, no colour.

The console decides where they stand and how they look. Texts are one paragraph each and know two
kinds of markup, `**bold**` and `` `code` ``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

__all__ = [
    "Checkpoint",
    "Choice",
    "Feedback",
    "Hint",
    "Margin",
    "Note",
    "NoteKind",
    "Question",
    "Remarks",
    "Turn",
]


class Margin(Enum):
    """How much the margin says."""

    FULL = "full"
    BRIEF = "brief"
    OFF = "off"


class NoteKind(Enum):
    """What a note is about."""

    MEANING = "meaning"  #: what the command or the reply means
    WHY = "why"  #: why it was -ERR, and what would work
    STATE = "state"  #: where the session is now
    MAILDROP = "maildrop"  #: what happened to the mail
    BREACH = "breach"  #: which rule of an RFC the reply breaks
    UNUSUAL = "unusual"  #: what an RFC advises against, or a client may stumble over


@dataclass(frozen=True, slots=True)
class Note:
    """One note in the margin."""

    kind: NoteKind
    text: str
    cite: str = ""  #: as "RFC 1939 §4, §7"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A step was passed: "2/3 logged in as mira"."""

    number: int  #: how many tasks are done now
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a lesson says to one particular move or answer."""

    id: str  #: the rule's id, "step.choice" for an answer, "" for the tutor's own
    text: str
    misconception: str = ""
    kind: Literal["wrong", "right", "info"] = "wrong"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question that waits for an answer."""

    id: str
    text: str
    choices: tuple[Choice, ...] = ()
    form: Literal["choose", "fill"] = "choose"


@dataclass(frozen=True, slots=True)
class Hint:
    """One rung of the ladder of hints: `level` of `of`, from 1. The last shows the solution."""

    level: int
    of: int
    text: str

    @property
    def last(self) -> bool:
        """Whether it gave the solution away."""
        return self.level >= self.of


@dataclass(frozen=True, slots=True)
class Turn:
    """What one move led to in the lesson. The console shows it in the order of the fields.

    `types` are lines the tutor types next, on the learner's line ("$ " before one: at the shell,
    `!drop`: hang up; `!wait 10m` and other directions, see hosts.Stage.direct), each filled in with
    `Play.fill` when its turn comes. Whoever types them tells `Play.typed` when all are typed and
    observed. `meanwhile` are such directions without the "!", followed as the step is entered.
    `entered` names the step that was just begun and waits for the learner; a console that means to
    follow `rewind` keeps the stage's state whenever it is set. `rewind`: put the stage back to it.
    """

    checkpoints: tuple[Checkpoint, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    prose: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    question: Question | None = None
    finished: bool = False  #: the lesson ended just now
    rewind: bool = False
    entered: str = ""
    goal: str = ""  #: the goal of the step that was just begun
    meanwhile: tuple[str, ...] = ()  #: what others do as it begins


@dataclass(frozen=True, slots=True)
class Remarks:
    """All that the tutor has to say to one exchange, or to the end of a session."""

    notes: tuple[Note, ...] = ()
    turn: Turn = field(default_factory=Turn)
