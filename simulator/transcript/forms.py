"""Texts that are no dialogue line by line, made into one: packets in print, the values of Python."""

from __future__ import annotations

from .chatter import without_asides
from .interpreter import uninterpreted
from .packetdump import undumped
from .runtogether import cells_apart, lines_apart
from .untangling import untangled

__all__ = ["recast"]

#: What one calls the form, and what makes lines of it, or None where the text has another.
_FORMS = (
    ("tcpdump's packets", undumped),
    ("the values of Python", uninterpreted),
    ("the cells of a table", cells_apart),
    ("lines run together", lines_apart),
    ("calls that run at once", untangled),
)


def recast(numbered: list[tuple[int, str]]) -> tuple[list[tuple[int, str]], tuple[str, ...]]:
    """The numbered lines of the dialogues, without what stands between; and the forms they were in."""
    forms: list[str] = []
    for name, lines_in in _FORMS:
        found = lines_in(numbered)
        if found is not None:
            numbered = found
            forms.append(name)
    return without_asides(numbered), tuple(forms)
