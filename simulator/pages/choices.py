"""What to write instead of a name that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["choose"]


def choose(given: str, known: Iterable[str], *, cutoff: float = 0.6, otherwise: str = "") -> str:
    """Which of the names was probably meant; else `otherwise`, or all there are.

    `cutoff`: how like it a name must be, from 0 to 1 (`difflib.get_close_matches`). Letter case
    counts.
    """
    from difflib import get_close_matches  # only a mistake needs it

    names = list(known)
    if near := get_close_matches(given, names, 1, cutoff):
        return f"did you mean {near[0]!r}?"
    return otherwise or f"write one of {', '.join(names)}"
