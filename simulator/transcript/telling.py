"""Telling lines apart that bear no mark: commands, replies, bodies, and the prose around them."""

from __future__ import annotations

import re
from typing import NamedTuple

from simulator.pop3 import COMMANDS, parse

from .marks import INDICATOR, Marked, Speaker

__all__ = ["Extent", "Page", "is_indicator", "is_placeholder", "plausible", "stands_for_mail"]

#: Characters that a line of the protocol has at most, before anybody looks at it closely.
LONGEST_COMMAND = 600
#: Lines that are looked at again to tell mail from what follows it, in one text. Without a bound a
#: text of nothing but commands would cost the square of its length.
PATIENCE = 4_000_000
_ROWS = {
    "LIST": re.compile(r"\s{0,8}\d{1,10}[ \t]+\d{1,20}\s*$"),
    "UIDL": re.compile(r"\s{0,8}\d{1,10}[ \t]+[\x21-\x7e]{1,120}\s*$"),
    "CAPA": re.compile(r"\s{0,8}[A-Z][A-Z0-9-]{1,30}(?:[ \t]+[\x21-\x7e]{1,60}){0,12}\s*$"),
    "AUTH": re.compile(r"\s{0,8}[A-Z][A-Z0-9_-]{1,30}\s*$"),
    "LANG": re.compile(r"\s{0,8}(?:i-default|[a-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)(?:\s.{0,60})?$"),
}
_ELIDED = re.compile(
    r"\s{0,8}(?:\[?(?:\.\.\.+|\u2026+)[\w ]{0,40}(?:\.\.\.+|\u2026+)?\]?|etc\.?|<snip>|\[snip\])\s*$"
)
_MOST_WORDS = {"PASS": 6, "USER": 3, "AUTH": 3}
_PLACEHOLDER = re.compile(r"\s{0,8}(?:<[^<>@]{0,200}>|\([^()]{0,200}\)|\[[^\[\]]{0,200}\])\W{0,3}$")

_FOR_MAIL = re.compile(
    r"\s{0,8}[<\[] ?(?!/)[A-Za-z][^<>@\[\]=]{0,160} [^<>@\[\]=]{1,160}[>\]]\W{0,3}$"
)


def is_indicator(text: str) -> bool:
    """Whether a line begins as a reply does."""
    return INDICATOR.match(text.lstrip(" \t")[:8]) is not None


def is_placeholder(text: str) -> bool:
    """Whether a line only stands for something: <the message>, (waits), ..."""
    return _PLACEHOLDER.match(text) is not None or _ELIDED.match(text) is not None


def stands_for_mail(text: str, *, whole: bool) -> bool:
    """Whether a line of mail only stands for other lines: <the message>, ...more headers...

    `whole`: the body has its dot, so a line of dots alone may be the mail's own, stuffed.
    """
    if whole and not text.strip(". \t"):
        return False
    return _FOR_MAIL.match(text) is not None or _ELIDED.match(text) is not None


def plausible(text: str) -> bool:
    """Whether a line reads as a command rather than as a sentence that begins with one."""
    line = text.strip(" \t")
    word = line[:12].partition(" ")[0]
    if not word.isascii() or word.upper() not in COMMANDS or len(line) > LONGEST_COMMAND:
        return False
    words = line.split()
    command = parse(line)
    most = _MOST_WORDS.get(command.keyword, 4)
    if len(words) > most or (len(words) > 2 and line.endswith((".", ":", ",", "!"))):
        return False
    if len(words) > 1 and command.row is not None and not command.row.arguments:
        return len(words) == 2 and len(words[1]) < 12 and not word.istitle()
    return not (word.istitle() and len(words) > 1 and command.flaw is not None)


class Extent(NamedTuple):
    """Where a body ends."""

    stop: int  #: the index behind its last line
    dotted: bool  #: whether the line at `stop` is its dot


class Page:
    """The lines of a text, with the questions one asks of what stands ahead. Each is answered fast."""

    def __init__(self, lines: list[Marked], ends: list[bool]) -> None:
        """`ends`: for each line whether a program says there that a call begins or ends."""
        self.lines = lines
        self._patience = PATIENCE
        count = len(lines)
        nowhere = count
        self._significant = [nowhere] * (count + 1)
        self._dot = [nowhere] * (count + 1)
        self._pair = [nowhere] * (count + 1)
        self._reply = [nowhere] * (count + 1)
        self._end = [nowhere] * (count + 1)
        for at in range(count - 1, -1, -1):
            text = lines[at].text
            after = self._significant[at + 1]
            self._significant[at] = at if text.strip() else after
            self._dot[at] = at if text.strip() == "." else self._dot[at + 1]
            self._end[at] = at if ends[at] else self._end[at + 1]
            reply = is_indicator(text) and not text.lstrip().startswith("+ ")
            self._reply[at] = at if reply else self._reply[at + 1]
            client = lines[at].speaker is Speaker.CLIENT
            paired = after < count and is_indicator(lines[after].text) and plausible(text)
            self._pair[at] = at if client or paired else self._pair[at + 1]

    def next(self, at: int) -> int:
        """The next line from `at` on that is not blank; the count of lines where there is none."""
        return self._significant[min(at, len(self.lines))]

    def answered(self, at: int) -> bool:
        """Whether the next line behind `at` that says something is a reply."""
        after = self.next(at + 1)
        return after < len(self.lines) and is_indicator(self.lines[after].text)

    def extent(self, keyword: str, start: int, announced: int | None, indent: int) -> Extent:
        """The extent of an unmarked body that begins at `start`.

        `announced`: the octets of it that its reply tells, if any. `indent`: how far the reply was
        set in; a body without its dot ends where the text goes back to the left of it.
        """
        dot, pair = self._dot[start], self._pair[start]
        broken = min(pair, self._reply[start], self._end[start])
        if dot < broken:
            listed = keyword in _ROWS
            if not listed or all(self.lines[at].text.strip() for at in range(start, dot)):
                return Extent(dot, dotted=True)
        if keyword in _ROWS:
            return self._listing(keyword, start, broken)
        if dot < len(self.lines) and self._is_whole(start, dot, announced):
            return Extent(dot, dotted=True)
        return self._cut(start, broken, announced, indent)

    def _listing(self, keyword: str, start: int, broken: int) -> Extent:
        """As far as the lines look like rows; blank ones may stand between, and before the dot."""
        row, at, after = _ROWS[keyword], start, self.next(start)
        while after < broken and (
            row.match(self.lines[after].text) or _ELIDED.match(self.lines[after].text)
        ):
            at = after + 1
            after = self.next(at)
        if after < broken and self.lines[after].text.strip() == ".":
            return Extent(after, dotted=True)
        return Extent(at, dotted=False)

    def _is_whole(self, start: int, dot: int, announced: int | None) -> bool:
        """Whether what looks like the next commands, before the dot, is part of the mail."""
        self._patience -= dot - start
        if self._patience < 0:
            return False
        if announced is not None and self.octets(start, dot) == announced:
            return True
        if dot > self._end[start]:
            return False
        last = None  # the last command before the dot that has a body
        at = self._pair[start]
        while at < dot:
            last = at
            at = self._pair[at + 1]
        if last is None:
            # Replies, and no commands: the page has lost them, and the dot too.
            return False
        command = parse(self.lines[last].text.strip())
        nested = any(self.lines[at].text.startswith("..") for at in range(last, dot))
        return nested or not command.expects_body

    def octets(self, start: int, stop: int) -> int:
        """The octets of these lines as mail: with CRLF, without stuffing."""
        texts = (self.lines[at].text for at in range(start, stop))
        return sum(
            len(text.encode("utf-8", "surrogateescape")) + 2 - text.startswith(".")
            for text in texts
        )

    def _cut(self, start: int, broken: int, announced: int | None, indent: int) -> Extent:
        """The end of a body that has lost its dot: a guess, on the short side."""
        octets, at = 0, start
        while at < broken:
            line = self.lines[at]
            if line.text.strip() and line.indent < indent:
                break
            octets += len(line.text.encode("utf-8", "surrogateescape")) + 2
            at += 1
            if announced is not None and octets >= announced:
                break
        while at > start and not self.lines[at - 1].text.strip():
            at -= 1
        return Extent(at, dotted=False)
