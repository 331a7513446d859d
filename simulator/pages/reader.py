"""YAML events to a Page: the strict reading.

It builds from the parser's events, not from its nodes or objects: events come one at a time, so
the limits hold before anything grows, nothing recurses, and no resolver ever turns `007`, `on`
or `10:30` into something its author did not write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from simulator.pages.page import (
    MAX_DEPTH,
    MAX_NODES,
    MAX_OCTETS,
    Finding,
    Keys,
    Page,
    PageError,
    in_words,
)

__all__ = ["parse"]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null"})
_NOT_IN_YAML = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_FINDINGS = 100

_STAR = "text that begins with * or & must be in quotes"
_INDENT = (
    "this line does not fit the lines above: check the indentation, "
    "and quote text that begins with a quote or a bracket"
)
# What the YAML parser says (a part of it), and what its reader should do.
_ADVICE = {
    "mapping values are not allowed": (
        "a key cannot stand here: check the indentation, or put text with ': ' in quotes"
    ),
    "cannot start any token": (
        "a text cannot begin with this character (a tab, @, ` or %): "
        "indent with blanks, and put such a text in quotes"
    ),
    "expected alphabetic or numeric character": _STAR,
    "expected alphanumeric character": _STAR,
    "could not find expected ':'": "a key needs a colon and a blank behind it: 'key: value'",
    "expected ',' or": (
        "a list in [...] or a mapping in {...} is not closed here, or text in it needs quotes"
    ),
    "did not find expected '-' indicator": (
        "this line is no item of the list above: begin it with '- ', or indent it differently"
    ),
    "did not find expected key": _INDENT,
    "expected <block end>": _INDENT,
    "end of stream": "the quote that opens here is never closed",
    "end of document": "the quote that opens here is never closed",
    "invalid Unicode character": "this escape names no character; write the character itself",
    "unknown escape character": (
        "in double quotes a backslash begins an escape: "
        "write two for a backslash, or use single quotes"
    ),
    "tag": "text that begins with ! must be in quotes",
    "expected <document start>": ("one page holds one mapping; check the indentation of this line"),
}


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; `key` is the key that waits for a value."""

    value: dict[str, Any] | list[Any]
    path: Keys
    key: str | None = None


@dataclass(slots=True)
class _Reading:
    """One page being read. Each method takes one event of the parser."""

    file: str
    data: Any = None
    marks: dict[Keys, tuple[int, int]] = field(default_factory=dict)
    key_marks: dict[Keys, tuple[int, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    nodes: int = 0
    documents: int = 0

    def complain(self, event: yaml.Event, message: str, path: Keys = ()) -> None:
        """Note a finding; reading goes on, so that one run tells all."""
        self.findings.append(Finding(self.file, *_start(event), in_words(path), message))
        if len(self.findings) >= _MOST_FINDINGS:
            raise PageError(self.findings)

    def refuse(self, event: yaml.Event, message: str) -> PageError:
        """The error for something after which reading cannot go on."""
        self.complain(event, message, self.open[-1].path if self.open else ())
        return PageError(self.findings)

    def take(self, event: yaml.Event) -> None:
        """Take the next event of any kind."""
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self.refuse(event, "a second document begins here; take the '---' out")
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self.nodes += 1
            if self.nodes > MAX_NODES:
                raise self.refuse(event, f"more than {MAX_NODES} values; split the page")
            self.check(event)
            self.node(event)

    def check(self, event: yaml.NodeEvent) -> None:
        """Refuse what could make one text mean something that is not written in its place."""
        if isinstance(event, yaml.AliasEvent):
            self.complain(
                event,
                f"'*{event.anchor}' is an alias, and aliases are not used here; "
                "write the value out, or put text that begins with * in quotes",
            )
            return
        if event.anchor is not None:
            self.complain(
                event,
                f"'&{event.anchor}' is an anchor, and anchors are not used here; "
                "take it out, or put text that begins with & in quotes",
            )
        if getattr(event, "tag", None) is not None:
            self.complain(
                event,
                "tags are not used here; take the '!...' out, "
                "or put text that begins with ! in quotes",
            )

    def node(self, event: yaml.NodeEvent) -> None:
        """Take a scalar, or the beginning of a list or mapping."""
        inside = self.open[-1] if self.open else None
        if inside and isinstance(inside.value, dict) and inside.key is None:
            self.key(event, inside)
            return
        value: Any
        if isinstance(event, yaml.CollectionStartEvent):
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
        elif isinstance(event, yaml.ScalarEvent):
            value = None if event.implicit[0] and event.value in _NULLS else self.text(event)
        else:
            value = f"*{event.anchor}"
        path = self.put(value, event, inside)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self.open) >= MAX_DEPTH:
                raise self.refuse(event, f"nested more than {MAX_DEPTH} deep; make it flatter")
            self.open.append(_Open(value, path))

    def text(self, event: yaml.ScalarEvent) -> str:
        """The text of a scalar; half a surrogate pair, which no encoding can carry, is refused."""
        value: str = event.value
        if _SURROGATE.search(value):
            self.complain(event, "half of a surrogate pair; write the character itself")
        return value

    def key(self, event: yaml.NodeEvent, inside: _Open) -> None:
        """Take the key of the next entry of the mapping `inside`."""
        if isinstance(event, yaml.CollectionStartEvent):
            raise self.refuse(
                event,
                "a key must be text, not a list or a mapping; put text with braces in quotes",
            )
        key = self.text(event) if isinstance(event, yaml.ScalarEvent) else f"*{event.anchor}"
        path = (*inside.path, key)
        if not key:
            self.complain(event, "there is no key in front of this colon; add one", inside.path)
        if key in inside.value:
            line = self.key_marks[path][0]
            self.complain(
                event, f"key {key!r} is written twice, first in line {line}; keep one", path
            )
        else:
            self.key_marks[path] = _start(event)
        inside.key = key

    def put(self, value: object, event: yaml.NodeEvent, inside: _Open | None) -> Keys:
        """Put a value where it belongs; returns the way to it."""
        mark = _start(event)
        if inside is None:
            self.data = value
            path: Keys = ()
        elif isinstance(inside.value, list):
            path = (*inside.path, len(inside.value))
            inside.value.append(value)
        else:
            key = inside.key or ""
            path = (*inside.path, key)
            inside.value[key] = value
            inside.key = None
            if value is None:
                # The parsers differ on where nothing begins; the key is where one looks.
                mark = self.key_marks[path]
        self.marks[path] = mark
        return path


def _start(event: yaml.Event) -> tuple[int, int]:
    """(line, column) where an event begins, from 1."""
    mark: Any = event.start_mark
    return mark.line + 1, mark.column + 1


def parse(octets: bytes, file: str) -> Page:
    """The page written in `octets` (UTF-8); see `simulator.pages.read_page`."""
    text = _decoded(octets, file)
    reading = _Reading(file)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            reading.take(event)
    except yaml.YAMLError as problem:
        reading.findings.append(_syntax(problem, file))
    if reading.findings:
        raise PageError(sorted(reading.findings, key=lambda f: (f.line, f.column)))
    return Page(file, reading.data, reading.marks, reading.key_marks)


def _decoded(octets: bytes, file: str) -> str:
    """The text of a page. Refuses what is too long, not UTF-8, or not a character of YAML."""

    def refused(before: str, message: str) -> PageError:
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return PageError([Finding(file, line, column, "", message)])

    if len(octets) > MAX_OCTETS:
        raise refused("", f"longer than {MAX_OCTETS} octets; split it into several pages")
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        # The codec counts from behind the byte order mark that it takes away.
        start = octets.removeprefix(b"\xef\xbb\xbf")[: problem.start].decode("utf-8", "replace")
        raise refused(start, "not UTF-8; save the file in UTF-8") from None
    if wrong := _NOT_IN_YAML.search(text):
        written = wrong[0].encode("unicode_escape").decode()
        message = f"a control character; write it as {written} in double quotes"
        raise refused(text[: wrong.start()], message)
    return text


def _syntax(problem: yaml.YAMLError, file: str) -> Finding:
    """A complaint of the YAML parser, with what to do about it."""
    said = str(getattr(problem, "problem", None) or problem)
    context = str(getattr(problem, "context", None) or "")
    mark = getattr(problem, "problem_mark", None)
    opened = getattr(problem, "context_mark", None)
    if opened and ("end of stream" in said or "end of document" in said or mark is None):
        mark = opened
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    for part, advice in _ADVICE.items():
        if part in said or (part == "tag" and part in context):
            return Finding(file, line, column, "", advice)
    return Finding(file, line, column, "", f"not YAML: {said.splitlines()[0]}; put it in quotes")
