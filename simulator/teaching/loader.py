"""Lesson pages into lessons.

Two ways in: `load_lesson` for who takes a lesson (from the compiled page where there is one, so
that neither YAML nor pydantic is imported), and `read_lesson` for who proves one, with the page
beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.pages import Finding, Keys, Page, PageError, build, load, read_page

from .lesson import Lesson

if TYPE_CHECKING:
    from pathlib import Path

    from .references import Complaint

__all__ = ["Draft", "lesson_schema", "load_lesson", "read_lesson"]

_NUMBERED = re.compile(r"[0-9]+-(.+)\Z")


@dataclass(frozen=True, slots=True)
class Draft:
    """A lesson with the page it stands on, so that a finding can name line and column."""

    lesson: Lesson
    page: Page

    def finding(self, way: Keys, message: str) -> Finding:
        """A finding about what stands at `way` on the page."""
        return self.page.finding(way, message)

    def findings(self, said: Iterable[Complaint]) -> list[Finding]:
        """Complaints as findings, in the order of the page."""
        found = [self.finding(way, message) for way, message in said]
        return sorted(dict.fromkeys(found), key=lambda f: (f.line, f.column))


def read_lesson(path: Path) -> Draft:
    """The lesson at `path` and its page. Raises PageError with every finding about it."""
    from .references import complaints

    page = read_page(path)
    draft = Draft(build(page, Lesson), page)
    found = draft.findings([*_file_name(path, draft.lesson), *complaints(draft.lesson)])
    if found:
        raise PageError(found)
    return draft


def load_lesson(path: Path, *, cache: Path | None = None) -> Lesson:
    """The lesson at `path`, from its compiled page in `cache` if that is good. Raises PageError."""

    def check(lesson: Lesson) -> None:
        from .references import complaints

        if any(complaints(lesson)):
            read_lesson(path)  # says where

    return load(path, Lesson, cache=cache, check=check)


def lesson_schema() -> dict[str, object]:
    """The JSON Schema of a lesson page, for editors."""
    from simulator.pages import json_schema

    return json_schema(Lesson)


def _file_name(path: Path, lesson: Lesson) -> Iterable[Complaint]:
    found = _NUMBERED.match(path.stem)
    if found and found.group(1) != lesson.id:
        yield ("id",), f"the file is called {path.name}; write id: {found.group(1)}"
