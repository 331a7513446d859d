"""What an unmarked line is where its words do not tell: by what was said before, and what comes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.pop3 import parse

from .chatter import Chatter, Told
from .follower import Follower, is_quit
from .marks import Speaker
from .telling import Page, is_indicator, is_placeholder, plausible

__all__ = ["Hearing", "masked", "quoted"]

#: A reply within a sentence: behind a colon; its text ends where the next sentence begins.
_QUOTED = re.compile(
    r": (?P<reply>\+OK(?: (?!(?:Now|Then|The|Next|After|If|Here|This|You|Once|When|Let|At|And|Each|So)"
    r" [a-z])[^\s.]{1,60}){1,12})(?=[ .])"
)
_ROW = re.compile(r"\s*\d{1,10}[ \t]+\S+\s*$")
_DROP = re.compile(r"\s*\+OK \d+ \d+\s*$")
#: Characters from which on a line may have been broken in two.
_WIDE = 40
#: Commands in one go that are looked through for the reply behind them.
_MOST_AT_ONCE = 64
#: Lines of prose between a line and its reply.
_MOST_BETWEEN = 5


class Hearing:
    """Tells lines apart by their places. `told`: what programs say, line by line."""

    def __init__(self, page: Page, told: Sequence[Told | None]) -> None:
        self._page = page
        self._told = told
        self._texts = [line.text.strip(" \t") for line in page.lines]

    def is_line(self, follower: Follower | None, last: int, at: int) -> bool:
        """Whether a line is the client's. `last`: the last line that was part of the dialogue."""
        text = self._texts[at]
        going = follower is not None and not follower.ended
        owed = follower is not None and follower.owed > 0
        if not self._page.answered(at):
            if not going or not plausible(text):
                return False
            near = last == at - 1 or (is_quit(text) and self._is_told(at + 1))
            return (near and self._is_unanswered(at)) or (not owed and self._is_answered_below(at))
        if going and follower is not None and follower.answers and len(text.split()) == 1:
            return True
        if plausible(text):
            return True
        # What stands tight between two replies was typed, whatever it says.
        tight = going and last == at - 1 and bool(self._texts[at + 1]) and not self._is_marked(last)
        sentence = len(text.split()) > 3 and text.endswith((".", ":", "!"))
        refused = self._texts[self._page.next(at + 1)].startswith("-")
        return tight and not owed and not is_placeholder(text) and (refused or not sentence)

    def is_swallowed(self, at: int, text: str) -> bool:
        """Whether openssl kept the line to itself: `R...` and `Q...`, large, with no -quiet."""
        after = self._page.next(at + 1)
        told = self._told[after] if after < len(self._told) else None
        if told is None or self._is_marked(after):
            return False
        done = self._texts[after] == "DONE"
        return (text[:1] == "R" and told.kind is Chatter.TOOK_LINE) or (text[:1] == "Q" and done)

    def _is_told(self, at: int) -> bool:
        """Whether the next line that says something is a program's."""
        after = self._page.next(at)
        return after < len(self._told) and self._told[after] is not None

    def _is_marked(self, at: int) -> bool:
        return self._page.lines[at].speaker is not Speaker.UNKNOWN

    def _is_unanswered(self, at: int) -> bool:
        """A command with no reply behind it: the last of a dialogue, or one of several in one go."""
        after = self._page.next(at + 1)
        if after >= len(self._texts) or self._told[after] is not None:
            return True
        if after > at + 1:
            return is_quit(self._texts[at])
        for each in range(after, min(after + _MOST_AT_ONCE, len(self._texts))):
            if is_indicator(self._texts[each]):
                return True
            if not plausible(self._texts[each]):
                return False
        return False

    def _is_answered_below(self, at: int) -> bool:
        """Whether a sentence stands between the line and its reply: "The server answers:"."""
        command = parse(self._texts[at])
        if command.row is None or command.flaw is not None:
            return False
        text, first = "", self._page.next(at + 1)
        for below in range(first, min(first + _MOST_BETWEEN, len(self._texts))):
            if is_indicator(self._texts[below]):
                return text.endswith(":") or (bool(command.row.arguments) and bool(text))
            if self._texts[below]:
                text = self._texts[below]
            if self._told[below] or plausible(text) or self._is_marked(below):
                return False
        return False

    def continues(self, follower: Follower | None, last: int, at: int) -> bool:
        """Whether the line is the rest of the reply above it, which was broken in two."""
        if follower is None or follower.ended or last != at - 1 or follower.owed:
            return False
        after = at + 1
        if self._page.next(after) != after or not self._page.answered(after):
            return False
        above, text = self._texts[at - 1], self._texts[at]
        if text.endswith(":") or (above.endswith((".", "!", ")", ">")) and not text[:1].islower()):
            return False  # a sentence of the page's own
        return plausible(self._texts[after]) and len(above) >= _WIDE and is_indicator(above)

    def is_fragment(self, at: int) -> bool:
        """Whether the first reply that is seen is no greeting: figures, or a listing comes with it."""
        below = self._texts[at + 1] if at + 1 < len(self._texts) else ""
        return _DROP.match(self._texts[at]) is not None or _ROW.match(below) is not None


def masked(reply: str) -> str:
    """A greeting without what is new at each call: figures, and what stands in <>."""
    return re.sub(r"<[^<>]{0,300}>|\w*\d\w*", "#", reply[:2000])


def quoted(text: str) -> str:
    """A reply within a sentence, or ""."""
    found = _QUOTED.search(text[:20_000])
    return found["reply"] if found else ""
