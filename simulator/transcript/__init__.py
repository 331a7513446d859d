"""Sessions as texts and captures have them: read, written, exported. Draws nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .capture import CAPTURES, read_capture
    from .reader import read
    from .record import Dialogue, Doubt, Finding, Lack, Reading, Turn, Unread
    from .secrets import Concealment
    from .text import LONGEST_TEXT, NotText, text_of
    from .writer import STYLES, write
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        capture="CAPTURES read_capture",
        reader="read",
        record="Dialogue Doubt Finding Lack Reading Turn Unread",
        secrets="Concealment",
        text="LONGEST_TEXT NotText text_of",
        writer="STYLES write",
    )

__all__ = [
    "CAPTURES",
    "LONGEST_TEXT",
    "STYLES",
    "Concealment",
    "Dialogue",
    "Doubt",
    "Finding",
    "Lack",
    "NotText",
    "Reading",
    "Turn",
    "Unread",
    "read",
    "read_capture",
    "text_of",
    "write",
]
