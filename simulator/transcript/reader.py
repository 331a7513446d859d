"""Reads a text: finds the dialogues in it, whoever wrote it down and whatever stands around them.

One pass. A line that bears a mark is said by whom its mark says; for the others the text itself must
tell: what a reply begins with, what a command looks like, and what was said before.
"""

from __future__ import annotations

import re

from simulator.pop3 import State, parse

from .calls import ENDS, Calls
from .chatter import Chatter, Told, told_by
from .follower import Follower, Said, only_in
from .foreign import foreign
from .forms import recast
from .hearing import Hearing, masked, quoted
from .marks import Marks, Speaker
from .record import Dialogue, Lack, Reading, Unread
from .restoring import restored
from .secrets import secrets_in
from .telling import Page, is_indicator, is_placeholder, stands_for_mail
from .text import lines_of, undress

__all__ = ["read"]

#: Lines that could not be understood which are reported one by one.
MOST_UNREAD = 200
_ANNOUNCED = re.compile(r"\b(\d{1,12}) (?:octets|bytes)\b", re.IGNORECASE)
_INDICATOR = re.compile(r"(\+OK|-ERR)(?![A-Za-z0-9])", re.IGNORECASE)
_BLANKS = " \t"


def read(text: str) -> Reading:
    """The dialogues in a text. Never raises, whatever it is."""
    lines = lines_of(text)
    numbered, undone = undress(lines)
    numbered, forms = recast(numbered)
    reader = _Reader(numbered)
    dialogues = tuple(reader.run())
    return Reading(
        dialogues, tuple(reader.unread), len(lines), undone + forms, secrets_in(dialogues),
        foreign="" if dialogues else foreign(line for _, line in numbered),
    )  # fmt: skip


class _Reader:
    """One text, line by line."""

    def __init__(self, numbered: list[tuple[int, str]]) -> None:
        marks = Marks.learn(numbered)
        lines = [marks.read(number, line) for number, line in numbered]
        told = [told_by(line) for _, line in numbered]
        self._told = told
        self._page = Page(lines, [each is not None and each.kind in ENDS for each in told])
        self._hearing = Hearing(self._page, told)
        self._lines = lines
        self._calls = Calls()
        self._gap = False  # something that is no POP3 stands before this line
        self._noting = False  # a note of our own margin is on
        self._last = -1  # the index of the last line that was part of the dialogue
        self.unread: list[Unread] = []

    def run(self) -> list[Dialogue]:
        """Read all."""
        at, count = 0, len(self._lines)
        while at < count:
            at = self._read(at)
        self._finish()
        return self._calls.dialogues

    # Which line is it?

    def _read(self, at: int) -> int:
        """Read the line at `at`, or several; the index of the next."""
        line, told = self._lines[at], self._told[at]
        if line.speaker is not Speaker.UNKNOWN:
            self._calls.paging = self._noting = False
            (self._client if line.speaker is Speaker.CLIENT else self._server)(at, line.text)
            return self._body(at + 1) if line.speaker is Speaker.SERVER else at + 1
        text = line.text.strip(_BLANKS)
        self._noting = self._noting and (not text or line.indent >= 4)
        if not text or self._noting:
            self._pass_over(at)
            return at + 1
        if told is not None and not (text == "closed" and self._open):
            self._program(at, told)
            return at + 1
        if self._open and self._followed.body_open and text == ".":
            self._hear(at, ".")
        elif is_indicator(text) and self._is_reply(text):
            self._calls.paging = False
            self._reply(at, text)
            return self._body(at + 1)
        elif self._calls.paging:
            pass
        elif self._hearing.is_line(self._calls.follower, self._last, at):
            self._client(at, text)
        elif self._hearing.continues(self._calls.follower, self._last, at):
            self._followed.find(Lack.WRAPPED, line.number)
            self._last = at
        else:
            self._gap = True
            self._calls.forget_host()
            self._quoted(at, text)
        return at + 1

    def _is_reply(self, text: str) -> bool:
        """A lone "+" is a challenge only where one can be."""
        return bool(_INDICATOR.match(text)) or (self._open and self._followed.asked == "AUTH")

    # Who says it

    @property
    def _open(self) -> bool:
        return self._calls.open

    @property
    def _followed(self) -> Follower:
        assert self._calls.follower is not None
        return self._calls.follower

    def _client(self, at: int, text: str) -> None:
        line = self._lines[at]
        told = told_by(text)
        answered = self._open and self._page.answered(at)
        stage = is_placeholder(text) or told is not None
        if line.speaker is Speaker.CLIENT and stage and not answered:
            if told is not None:
                self._program(at, told)
            return
        if line.speaker is Speaker.UNKNOWN and not text.upper().startswith("PASS "):
            text = text.rstrip(_BLANKS)
        if self._open and self._hearing.is_swallowed(at, text):
            self._followed.find(Lack.SWALLOWED, line.number, text)
            return
        keyword = parse(text).keyword
        reply = self._page.next(at + 1)
        said = self._lines[reply].text.strip(_BLANKS) if reply < len(self._lines) else ""
        self._make_room(keyword, text, said, self._lines[at].number)
        self._followed.say(Said(text, line.number))
        self._last, self._gap = at, False

    def _pass_over(self, at: int) -> None:
        """A note of our own parts nothing: what follows it stands tight."""
        if self._noting and self._last == at - 1:
            self._last = at

    def _make_room(self, keyword: str, text: str, reply: str, number: int) -> None:
        """The dialogue that a line belongs to: it goes on, or one begins in the middle."""
        accepted = reply[:3].upper() == "+OK"
        if self._open and self._gap and accepted and self._followed.contradicts(text):
            self._finish()
        if not self._open:
            self._begin(number, middle=True)
        follower = self._followed
        if follower.client.state is not State.AUTHORIZATION or follower.answers:
            return
        fresh = follower.middle and not follower.tried
        if only_in(keyword, State.TRANSACTION) and (fresh or (self._gap and accepted)):
            follower.log_in_unseen(number)

    def _server(self, at: int, text: str) -> None:
        """A line that bears the server's mark."""
        if self._open and self._followed.body_open:
            mail = self._followed.asked in {"RETR", "TOP"}
            kept = mail or not _INDICATOR.match(text)
            inner = mail and self._followed.rows > 0
            if stands_for_mail(text, whole=inner) and text.strip() != ".":
                self._followed.leave_out(self._lines[at].number)
            if kept or self._followed.owed > 1:
                self._hear(at, text)
                return
            self._followed.close_body(self._lines[at].number)
        told = None if is_indicator(text) else told_by(text)
        if told is not None or (is_placeholder(text) and not is_indicator(text)):
            if told is not None:
                self._program(at, told)
        elif is_indicator(text):
            self._reply(at, text)
        elif self._open and self._followed.owed:
            self._hear(at, text)
        elif text.strip():
            self._not_understood(at, "the server says it, and no body was due here")

    def _reply(self, at: int, text: str) -> None:
        """A line that begins as a reply does."""
        number = self._lines[at].number
        status = _INDICATOR.match(text)
        if status is not None and not status[1].isupper():
            self._case(at, status[1])
            text = status[1].upper() + text[len(status[1]) :]
        if not self._open:
            if text.startswith("-ERR") and self._calls.follower is not None and not self._gap:
                self._not_understood(at, "the dialogue had ended")
                return
            strays = text.startswith("-ERR") and self._gap and bool(self._calls.dialogues)
            self._begin(number, middle=strays or self._hearing.is_fragment(at))
        follower = self._followed
        if follower.greeted and not follower.owed and not text.startswith("+ "):
            self._orphan(at, text)
            follower = self._followed
        self._hear(at, text)

    def _case(self, at: int, word: str) -> None:
        if not self._open:
            self._begin(self._lines[at].number, middle=False)
        self._followed.find(Lack.CASE, self._lines[at].number, word)

    def _orphan(self, at: int, text: str) -> None:
        """A reply that no line waits for: a new greeting, a farewell, or its line is lost."""
        follower = self._followed
        first = follower.first
        if self._gap or follower.client.state is State.TRANSACTION:
            again = masked(first) == masked(text) and not follower.middle and bool(first[4:])
            if again and text != "+OK":
                self._finish()
                self._begin(self._lines[at].number, middle=False)
                return
        below = self._lines[at + 1].text if at + 1 < len(self._lines) else ""
        said = restored(follower, text, below, self._lines[at].number)
        if said is None:  # the chair takes it for something said unasked
            if self._gap:
                follower.unasked(self._lines[at].number)
            return
        keyword = parse(said.line).keyword
        if only_in(keyword, State.TRANSACTION) and follower.client.state is State.AUTHORIZATION:
            follower.log_in_unseen(self._lines[at].number)
        follower.say(said)

    def _hear(self, at: int, text: str) -> None:
        self._followed.hear(text, self._lines[at].number)
        self._last, self._gap = at, False

    def _body(self, at: int) -> int:
        """Read an unmarked body, where one begins at `at`; the index of the line behind it."""
        ahead, count = self._page.next(at), len(self._lines)
        marked = ahead < count and self._lines[ahead].speaker is Speaker.SERVER
        if not self._open or not self._followed.body_open or at >= count or marked:
            return at
        follower, reply = self._followed, self._lines[at - 1]
        announced = _ANNOUNCED.search(reply.text) if follower.asked == "RETR" else None
        octets = int(announced[1]) if announced else None
        listed = follower.asked not in {"RETR", "TOP"}
        stop, dotted = self._page.extent(follower.asked, at, octets, reply.indent)
        whole = dotted and octets in (None, self._page.octets(at, stop))
        for each in range(at, stop):
            text = self._lines[each].text
            text = text[min(self._lines[each].indent, reply.indent) :]
            inner = whole and each > at
            if is_placeholder(text) if listed else stands_for_mail(text, whole=inner):
                follower.leave_out(self._lines[each].number)
                if listed:
                    continue
                text = f".{text}" if text.startswith(".") else text
            if text.strip() or not listed:
                self._hear(each, text.strip(_BLANKS) if listed else text)
        if dotted:
            self._hear(stop, ".")
            return stop + 1
        follower.close_body(self._lines[max(at - 1, stop - 1)].number)
        return stop

    def _quoted(self, at: int, text: str) -> None:
        """A reply within a sentence; otherwise, of what looks like POP3, say that it was not read."""
        reply = quoted(text)
        if reply and not self._open:
            self._begin(self._lines[at].number, middle=False)
            self._followed.find(Lack.QUOTED, self._lines[at].number, reply)
            self._hear(at, reply)
            self._finish()
        elif _INDICATOR.match(text):
            self._not_understood(at, "nobody asked for it")

    def _not_understood(self, at: int, why: str) -> None:
        if len(self.unread) < MOST_UNREAD:
            self.unread.append(Unread(self._lines[at].number, self._lines[at].text[:200], why))

    def _program(self, at: int, told: Told) -> None:
        """What a program says."""
        if told.kind is Chatter.NOTE:
            self._noting = True
            self._pass_over(at)
            return
        self._gap = self._gap and told.kind is not Chatter.DIALS
        self._calls.told(told, self._number)

    @property
    def _number(self) -> int:
        """The number of the last line that was part of a dialogue."""
        return self._lines[self._last].number if self._last >= 0 else 0

    def _begin(self, number: int, *, middle: bool) -> None:
        self._calls.begin(number, self._number, middle=middle)

    def _finish(self) -> None:
        self._calls.finish(self._number)
