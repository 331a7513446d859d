"""One reply in its light: the exchange, what was known before it, and what is known after it.

Everything here comes from the wire and from what the session showed. The tables that the prose may
use stand in `circumstances.py`; this is what they are computed from.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from simulator.pop3 import COMMANDS, Breach, Effect, End, Exchange, Rule

from .recollection import Recollection

__all__ = ["Look", "quotable"]

#: What may be quoted in a note: short, printable, and no markup of a note.
_QUOTABLE = re.compile(r"[!-)+-_a-~]+")
_QUOTABLE_WORDS = re.compile(r"[!-)+-_a-~]+(?: [!-)+-_a-~]+)*")
_TOLD = re.compile(r"(?<![\w.,])([0-9]{1,10}) octets\b")
_JOINED = re.compile(r"([A-Z]{3,4})[0-9]+")


def quotable(text: str, most: int = 24, *, blanks: bool = False) -> str | None:
    """The text, or None where a note cannot quote it. `blanks`: it may be more words than one."""
    form = _QUOTABLE_WORDS if blanks else _QUOTABLE
    return text if len(text) <= most and form.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Look:
    """One exchange, or the end of a session, with what was known before it and after it."""

    exchange: Exchange
    before: Recollection
    after: Recollection
    foreign: Mapping[str, str] = field(default_factory=dict)  #: word in upper case -> its group
    meant: Mapping[str, str] = field(default_factory=dict)  #: word in upper case -> a keyword
    end: End | None = None
    unasked: tuple[int, ...] = ()  #: messages that QUIT removed although nobody had marked them
    dots: int = 0  #: lines of the body that a dot was taken off (RFC 1939 section 3)
    breaches: tuple[Breach, ...] = ()  #: what the reply breaks, the gravest first
    breach: Breach | None = None  #: the one that is spoken of
    unseen: Collection[Rule] = ()  #: the rules that nobody can judge here, as in a pasted text

    @property
    def counted(self) -> bool:
        """Whether the body's octets and lines are as they were on the wire."""
        return Rule.SENT_SIZE not in self.unseen

    @property
    def in_part(self) -> bool:
        """Whether only a part of the reply is shown, so that nothing in it can be counted."""
        return len(self.unseen) == len(Rule)

    @property
    def line(self) -> str:
        """The line as typed, or ""."""
        return self.exchange.line or ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments as typed."""
        return self.exchange.command.arguments if self.exchange.command else ()

    @property
    def first(self) -> str:
        """The first argument, or ""."""
        return self.arguments[0] if self.arguments else ""

    @property
    def word(self) -> str:
        """The first word of a line that no table knows, in upper case."""
        return self.line.partition(" ")[0].upper() if not self.exchange.keyword else ""

    @property
    def number(self) -> int | None:
        """The message-number that the line names."""
        return self.exchange.command.number if self.exchange.command else None

    @property
    def numbers(self) -> tuple[int, ...]:
        """The message-numbers that are marked; at QUIT and after it, those it was about."""
        if self.end is not None:
            return self.end.removed or self.end.forgotten
        for kind in (Effect.REMOVED, Effect.NOT_REMOVED, Effect.UNMARKED):
            if effect := self.exchange.did(kind):
                return effect.numbers
        return tuple(sorted(self.after.marked))

    @property
    def asked(self) -> int | None:
        """TOP's second argument."""
        text = self.arguments[1] if self.exchange.keyword == "TOP" and self.arguments[1:] else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else None

    @property
    def told(self) -> int | None:
        """The octets that the +OK of RETR tells to people."""
        found = _TOLD.search(self.exchange.reply.text) if self.exchange.keyword == "RETR" else None
        return int(found.group(1)) if found else None

    @property
    def sent(self) -> int:
        """How many lines of the body stand behind the first blank line of a reply."""
        rows = self.exchange.reply.lines
        return max(0, len(rows) - len([*takewhile(bool, rows)]) - 1)

    @property
    def group(self) -> str:
        """Which other protocol or place a word that is no command comes from, or ""."""
        words = [word.upper() for word in self.line.split()]
        if not self.word or not words:
            return ""
        tagged = self.word[-1:].isdigit() and words[1:]  # IMAP: "a1 LOGIN mira kettle42"
        group = self.foreign.get(words[0], "")
        if not group and tagged and self.foreign.get(words[1]) in {"imap", "login"}:
            return "imap"
        return group

    @property
    def misspelt(self) -> str:
        """The command that a word which is none was probably meant to be, or ""."""
        word = self.word
        if not word or self.group or len(word) > 12:
            return ""
        if word in self.meant:
            return self.meant[word]
        for keyword in COMMANDS:  # "RERT" is nearer to RETR than to RSET: the same letters
            if sorted(keyword) == sorted(word):
                return keyword
        from difflib import get_close_matches

        return next(iter(get_close_matches(word, list(COMMANDS), 1, 0.7)), "")

    @property
    def joined(self) -> str:
        """The command in `RETR1`, or ""."""
        found = _JOINED.fullmatch(self.word)
        return found.group(1) if found and found.group(1) in COMMANDS else ""

    @property
    def twins(self) -> bool:
        """Whether a unique-id listing names one unique-id twice."""
        ids = [row.split()[1:] for row in self.exchange.reply.lines]
        return len({tuple(found) for found in ids}) < len(ids)
