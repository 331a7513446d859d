"""Teaching: Exchange in, Remarks out.

The margin explains each reply, a lesson leads through steps, and both speak of Exchanges and
Snapshots only. `proof` is imported by name: who takes a lesson should not wait for what proves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .annotator import Annotator
    from .lesson import Lesson
    from .loader import load_lesson, read_lesson
    from .margin import MarginProse, load_margin
    from .play import Play
    from .progress import Progress
    from .rehearsal import Rehearsal, Stumble, seek
    from .remarks import (
        Checkpoint,
        Choice,
        Feedback,
        Hint,
        Margin,
        Note,
        NoteKind,
        Question,
        Remarks,
        Turn,
    )
    from .tutor import Tutor
    from .verdict import Dialogue, Verdict, verdicts
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        annotator="Annotator",
        lesson="Lesson",
        loader="load_lesson read_lesson",
        margin="MarginProse load_margin",
        play="Play",
        progress="Progress",
        rehearsal="Rehearsal Stumble seek",
        remarks="Checkpoint Choice Feedback Hint Margin Note NoteKind Question Remarks Turn",
        tutor="Tutor",
        verdict="Dialogue Verdict verdicts",
    )

__all__ = [
    "Annotator",
    "Checkpoint",
    "Choice",
    "Dialogue",
    "Feedback",
    "Hint",
    "Lesson",
    "Margin",
    "MarginProse",
    "Note",
    "NoteKind",
    "Play",
    "Progress",
    "Question",
    "Rehearsal",
    "Remarks",
    "Stumble",
    "Turn",
    "Tutor",
    "Verdict",
    "load_lesson",
    "load_margin",
    "read_lesson",
    "seek",
    "verdicts",
]
