"""What a page of YAML says and where it says it: Page, and the findings about it.

Lessons, mailboxes and personalities are written by people, so every complaint about a page
names a file, a line and a column, and says what to write instead. This module is light: the
YAML parser is imported by `read_page`, when a page is really read.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = [
    "MAX_DEPTH",
    "MAX_NODES",
    "MAX_OCTETS",
    "Finding",
    "Keys",
    "Page",
    "PageError",
    "in_words",
    "parse_page",
    "read_octets",
    "read_page",
]

MAX_OCTETS = 1 << 20
"""Longest page that is read, in octets."""
MAX_DEPTH = 40
"""Deepest nesting of lists and mappings."""
MAX_NODES = 50_000
"""Most keys, texts, lists and mappings in one page."""

Keys: TypeAlias = tuple[str | int, ...]
"""The way from the top of a page to a value: keys of mappings, positions in lists from 0."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint about a page. Line and column count from 1, columns in characters."""

    file: str
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}: "
        return where + (f"{self.path}: " if self.path else "") + self.message


class PageError(Exception):
    """A page cannot be used. `findings` holds every complaint, in the order of the page."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as read: every scalar is still text, and every value knows its place.

    `data` is a dict, a list, a str or None; keys are text. `marks` and `key_marks` map the way
    to a value (see `Keys`) to the (line, column) of the value and of its key, from 1.
    """

    file: str
    data: Any
    marks: Mapping[Keys, tuple[int, int]] = field(default_factory=dict)
    key_marks: Mapping[Keys, tuple[int, int]] = field(default_factory=dict)

    def mark(self, path: Keys, *, key: bool = False) -> tuple[int, int]:
        """(line, column) of the value at `path`, or of its key; else of what encloses it."""
        if key and path in self.key_marks:
            return self.key_marks[path]
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path, (1, 1))

    def finding(self, path: Keys, message: str, *, key: bool = False) -> Finding:
        """A finding about the value (or, with `key`, the key) at `path`."""
        line, column = self.mark(path, key=key)
        return Finding(self.file, line, column, in_words(path), message)


def in_words(path: Keys) -> str:
    """`('steps', 2, 'check')` as `steps[3].check`: list positions are counted from 1."""
    said = ""
    for step in path:
        if isinstance(step, int):
            said += f"[{step + 1}]"
        else:
            shown = step if step.isprintable() and step else repr(step)
            said += f".{shown}" if said else shown
    return said


def read_octets(path: Path) -> bytes:
    """The octets of the page at `path`. Raises PageError: no such file, unreadable, too long."""

    def refused(message: str) -> PageError:
        return PageError([Finding(str(path), 1, 1, "", message)])

    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise refused("not a plain file; a page is a text file in YAML")
        with path.open("rb") as file:
            octets = file.read(MAX_OCTETS + 1)
    except FileNotFoundError:
        raise refused("there is no such file; check the name") from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise refused(f"the file cannot be read: {reason}") from None
    if len(octets) > MAX_OCTETS:
        raise refused(f"longer than {MAX_OCTETS} octets; split it into several pages")
    return octets


def parse_page(octets: bytes, file: str) -> Page:
    """The page written in `octets`; `file` is the name findings give it. Raises PageError."""
    from simulator.pages.reader import parse

    return parse(octets, file)


def read_page(path: Path) -> Page:
    """Read the page at `path`, strictly. Raises PageError and nothing else.

    Only null resolves (nothing, `~`, `null`); every other scalar stays the text that was
    written. Repeated keys, anchors, aliases, tags, a second document, and anything above
    MAX_OCTETS, MAX_DEPTH and MAX_NODES are refused.
    """
    return parse_page(read_octets(path), str(path))
