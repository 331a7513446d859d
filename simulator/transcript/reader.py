"""Reads a text: finds the dialogues in it, whoever wrote it down and whatever stands around them.

One pass. A line that bears a mark is said by whom its mark says; for the others the text itself must
tell: what a reply begins with, what a command looks like, and what was said before.
"""

from __future__ import annotations

import re

from simulator.pop3 import State, parse

from .chatter import Chatter, Told, told_by
from .follower import Follower, Said, only_in
from .marks import Marked, Marks, Speaker
from .record import Dialogue, Lack, Reading, Unread
from .restoring import restored
from .secrets import secrets_in
from .telling import Page, is_indicator, is_placeholder, plausible, stands_for_mail
from .text import lines_of, undress

__all__ = ["read"]

#: Lines that could not be understood which are reported one by one.
MOST_UNREAD = 200
_ANNOUNCED = re.compile(r"\b(\d{1,12}) (?:octets|bytes)\b", re.IGNORECASE)
_INDICATOR = re.compile(r"(\+OK|-ERR)(?![A-Za-z0-9])", re.IGNORECASE)
_ENDS = {Chatter.DIALS, Chatter.PAGE, Chatter.SERVER_CLOSED, Chatter.CLIENT_CLOSED}
#: A reply within a sentence: behind a colon; its text ends where the next sentence begins.
_QUOTED = re.compile(
    r": (?P<reply>\+OK(?: (?!(?:Now|Then|The|Next|After|If|Here|This|You|Once|When|Let|At|And|Each|So)"
    r" [a-z])[^\s.]{1,60}){1,12})(?=[ .])"
)
_BLANKS = " \t"


def read(text: str) -> Reading:
    """The dialogues in a text. Never raises, whatever it is."""
    lines = lines_of(text)
    numbered, undone = undress(lines)
    reader = _Reader(numbered)
    reader.run()
    dialogues = tuple(reader.dialogues)
    return Reading(
        dialogues, tuple(reader.unread), len(lines), undone, secrets_in(dialogues),
    )  # fmt: skip


class _Reader:
    """One text, line by line."""

    def __init__(self, numbered: list[tuple[int, str]]) -> None:
        marks = Marks.learn(numbered)
        lines = [marks.read(number, line) for number, line in numbered]
        told = [told_by(line) for _, line in numbered]
        self._told = told
        self._raw = [line for _, line in numbered]
        self._page = Page(lines, [each is not None and each.kind in _ENDS for each in told])
        self._lines = lines
        self._follower: Follower | None = None
        self._call = Told(Chatter.DIALS)  # whom the next dialogue is with
        self._gap = False  # something that is no POP3 stands before this line
        self._paging = False  # openssl's page is on
        self._noting = False  # a note of our own margin is on
        self._last = -1  # the index of the last line that was part of the dialogue
        self.dialogues: list[Dialogue] = []
        self.unread: list[Unread] = []

    def run(self) -> None:
        """Read all."""
        at, count = 0, len(self._lines)
        while at < count:
            at = self._read(at)
        self._finish()

    # Which line is it?

    def _read(self, at: int) -> int:
        """Read the line at `at`, or several; the index of the next."""
        line, told = self._lines[at], self._told[at]
        if line.speaker is not Speaker.UNKNOWN:
            self._paging = self._noting = False
            (self._client if line.speaker is Speaker.CLIENT else self._server)(at, line.text)
            return self._body(at + 1) if line.speaker is Speaker.SERVER else at + 1
        text = line.text.strip(_BLANKS)
        if not text:
            return at + 1
        if self._is_part_of_note(at):
            return at + 1
        if told is not None and not (text == "closed" and self._open):
            self._program(told)
            return at + 1
        if self._follower is not None and self._follower.body_open and text == ".":
            self._hear(at, ".")
        elif is_indicator(text) and self._is_reply(at, text):
            self._paging = False
            self._reply(at, text)
            return self._body(at + 1)
        elif self._paging:
            pass
        elif self._is_line(at, text):
            self._client(at, text)
        elif not self._continues(at, text):
            self._gap, self._call = True, Told(Chatter.DIALS)  # a call far above was another
            self._quoted(at, text)
        return at + 1

    def _is_part_of_note(self, at: int) -> bool:
        """Whether the line is the rest of a note of our own margin."""
        deep = self._lines[at].indent >= 4
        self._noting = self._noting and deep
        return self._noting

    def _is_reply(self, at: int, text: str) -> bool:
        """A lone "+" is a challenge only where one can be."""
        if text[0] == "+" and text[:3].upper() != "+OK":
            return self._open and self._followed.asked == "AUTH"
        del at
        return True

    def _is_line(self, at: int, text: str) -> bool:
        """Whether a line without a mark is the client's."""
        if not self._page.answered(at):
            return self._is_unanswered(at, text)
        if self._open and self._followed.answers and len(text.split()) == 1:
            return True
        if plausible(text):
            return True
        # What stands tight between two replies was typed, whatever it says.
        tight = self._open and self._last == at - 1 and bool(self._lines[at + 1].text.strip())
        return tight and not is_placeholder(text)

    def _is_unanswered(self, at: int, text: str) -> bool:
        """A command with no reply behind it: the last of a dialogue, or one of several in one go."""
        if not (self._open and self._last == at - 1 and plausible(text)):
            return False
        after = self._page.next(at + 1)
        if after >= len(self._lines):
            return True
        told = self._told[after]
        if after > at + 1:
            return text.upper() == "QUIT" or told is not None
        return told is not None or (self._is_line_run(after))

    def _is_line_run(self, at: int) -> bool:
        """Whether commands follow one another until a reply comes."""
        for each in range(at, min(at + 64, len(self._lines))):
            text = self._lines[each].text.strip(_BLANKS)
            if is_indicator(text):
                return True
            if not plausible(text):
                return False
        return False

    def _continues(self, at: int, text: str) -> bool:
        """Whether the line is the rest of the reply above it, which was broken in two."""
        if not (self._open and self._last == at - 1 and not self._followed.owed):
            return False
        after = self._page.next(at + 1)
        if after != at + 1 or not self._page.answered(after) or not plausible(self._lines[after].text):
            return False
        if is_placeholder(text) or len(self._lines[at - 1].text) < 40:
            return False
        self._followed.find(Lack.WRAPPED, self._lines[at].number)
        self._last = at
        return True

    # Who says it

    @property
    def _open(self) -> bool:
        """Whether a dialogue is going on."""
        return self._follower is not None and not self._follower.ended

    @property
    def _followed(self) -> Follower:
        assert self._follower is not None
        return self._follower

    def _client(self, at: int, text: str) -> None:
        line = self._lines[at]
        told = told_by(text)
        if line.speaker is Speaker.CLIENT and (is_placeholder(text) or told is not None):
            if told is not None:
                self._program(told)
            return
        if line.speaker is Speaker.UNKNOWN and not text.upper().startswith("PASS "):
            text = text.rstrip(_BLANKS)
        keyword = parse(text).keyword
        reply = self._page.next(at + 1)
        said = self._lines[reply].text.strip(_BLANKS) if reply < len(self._lines) else ""
        self._make_room(keyword, text, said, self._lines[at].number)
        self._followed.say(Said(text, line.number))
        self._last, self._gap = at, False

    def _make_room(self, keyword: str, text: str, reply: str, number: int) -> None:
        """The dialogue that a line belongs to: the one that goes on, or one that begins in the middle."""
        accepted = reply[:3].upper() == "+OK"
        if self._open and self._gap and accepted and self._contradicts(keyword, text):
            self._finish()
        if not self._open:
            self._begin(number, middle=True)
        follower = self._followed
        if follower.client.state is not State.AUTHORIZATION or follower.answers:
            return
        fresh = follower.middle and not follower.tried
        if only_in(keyword, State.TRANSACTION) and (fresh or (self._gap and accepted)):
            follower.log_in_unseen(number)

    def _contradicts(self, keyword: str, text: str) -> bool:
        """Whether an accepted line cannot belong to the dialogue so far."""
        follower = self._followed
        if follower.client.state is State.TRANSACTION and only_in(keyword, State.AUTHORIZATION):
            return True
        number, total = parse(text).number, follower.shown.total
        return number is not None and total is not None and number > total

    def _server(self, at: int, text: str) -> None:
        """A line that bears the server's mark."""
        if self._open and self._followed.body_open:
            mail = self._followed.asked in {"RETR", "TOP"}
            kept = mail or not _INDICATOR.match(text)
            if stands_for_mail(text, whole=mail) and text.strip() != ".":
                self._followed.leave_out(self._lines[at].number)
            if kept or self._followed.owed > 1:
                self._hear(at, text)
                return
            self._followed.close_body(self._lines[at].number)
        told = None if is_indicator(text) else told_by(text)
        if told is not None or (is_placeholder(text) and not is_indicator(text)):
            if told is not None:
                self._program(told)
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
            if text.startswith("-ERR") and self._follower is not None and not self._gap:
                self._not_understood(at, "the dialogue had ended")
                return
            self._begin(number, middle=self._is_fragment(at, text))
        follower = self._followed
        if follower.greeted and not follower.owed and not text.startswith("+ "):
            self._orphan(at, text)
            follower = self._followed
        self._hear(at, text)

    def _case(self, at: int, word: str) -> None:
        if not self._open:
            self._begin(self._lines[at].number, middle=False)
        self._followed.find(Lack.CASE, self._lines[at].number, word)

    def _is_fragment(self, at: int, text: str) -> bool:
        """Whether the first reply that is seen is no greeting: a listing or figures come with it."""
        if text.startswith("-ERR") and self._gap and not self._call.host:
            return bool(self.dialogues)
        below = self._lines[at + 1].text if at + 1 < len(self._lines) else ""
        return re.match(r"\+OK \d+ \d+\s*$", text) is not None or (
            re.match(r"\s*\d{1,10}[ \t]+\S+\s*$", below) is not None
        )

    def _orphan(self, at: int, text: str) -> None:
        """A reply that no line waits for: a new greeting, a farewell, or its line is lost."""
        follower = self._followed
        first = follower.first
        if self._gap or follower.client.state is State.TRANSACTION:
            again = _masked(first) == _masked(text) and not follower.middle and bool(first[4:])
            if again and text != "+OK":
                self._finish()
                self._begin(self._lines[at].number, middle=False)
                return
        below = self._lines[at + 1].text if at + 1 < len(self._lines) else ""
        said = restored(follower, text, below, self._lines[at].number)
        if said is None:
            return  # the chair takes it for something said unasked
        keyword = parse(said.line).keyword
        if only_in(keyword, State.TRANSACTION) and follower.client.state is State.AUTHORIZATION:
            follower.log_in_unseen(self._lines[at].number)
        follower.say(said)

    def _hear(self, at: int, text: str) -> None:
        self._followed.hear(text, self._lines[at].number)
        self._last, self._gap = at, False

    def _body(self, at: int) -> int:
        """Read an unmarked body, where one begins at `at`; the index of the line behind it."""
        if not self._open or not self._followed.body_open or at >= len(self._lines):
            return at
        ahead = self._page.next(at)
        if ahead < len(self._lines) and self._lines[ahead].speaker is Speaker.SERVER:
            return at
        follower, reply = self._followed, self._lines[at - 1]
        announced = _ANNOUNCED.search(reply.text) if follower.asked == "RETR" else None
        octets = int(announced[1]) if announced else None
        listed = follower.asked not in {"RETR", "TOP"}
        stop, dotted = self._page.extent(follower.asked, at, octets, reply.indent)
        for each in range(at, stop):
            text = self._lines[each].text
            text = text[min(self._lines[each].indent, reply.indent) :]
            if is_placeholder(text) if listed else stands_for_mail(text, whole=dotted):
                follower.leave_out(self._lines[each].number)
                if listed:
                    continue
            if text.strip() or not listed:
                self._hear(each, text.strip(_BLANKS) if listed else text)
        if dotted:
            self._hear(stop, ".")
            return stop + 1
        follower.close_body(self._lines[max(at - 1, stop - 1)].number)
        return stop

    def _quoted(self, at: int, text: str) -> None:
        """A reply within a sentence; otherwise, of what looks like POP3, say that it was not read."""
        found = _QUOTED.search(text[:20_000])
        if found is not None and not self._open:
            self._begin(self._lines[at].number, middle=False)
            self._followed.find(Lack.QUOTED, self._lines[at].number, found["reply"])
            self._hear(at, found["reply"])
            self._finish()
        elif _INDICATOR.match(text):
            self._not_understood(at, "nobody asked for it")

    def _not_understood(self, at: int, why: str) -> None:
        if len(self.unread) < MOST_UNREAD:
            self.unread.append(Unread(self._lines[at].number, self._lines[at].text[:200], why))

    # Where dialogues begin and end

    def _program(self, told: Told) -> None:
        """What a program says of the call."""
        if told.kind is Chatter.NOTE:
            self._noting = True
        elif told.kind is Chatter.DIALS:
            self._finish()
            self._call, self._gap = told, False
        elif told.kind is Chatter.PAGE:
            if not self._open:
                self._call = Told(Chatter.DIALS, self._call.host, self._call.port, secure=True)
            self._paging = True
        elif told.kind in (Chatter.SERVER_CLOSED, Chatter.CLIENT_CLOSED):
            if self._open:
                self._followed.close(by_server=told.kind is Chatter.SERVER_CLOSED)
            self._paging = False
        elif told.kind is Chatter.UP and told.host and not self._call.host:
            self._call = told

    def _begin(self, number: int, *, middle: bool) -> None:
        self._finish()
        call = self._call
        self._follower = Follower(middle=middle, secure=call.secure, host=call.host, port=call.port)
        self._call = Told(Chatter.DIALS)
        if middle:
            self._follower.find(Lack.GREETING, number)

    def _finish(self) -> None:
        if self._follower is not None:
            last = self._lines[self._last].number if self._last >= 0 else 0
            dialogue = self._follower.dialogue(last)
            if dialogue.turns or any(each.lack is Lack.REPLY for each in dialogue.findings):
                self.dialogues.append(dialogue)
        self._follower = None


def _masked(reply: str) -> str:
    """A greeting without what is new at each call: figures, and what stands in <>."""
    return re.sub(r"<[^<>]*>|\w*\d\w*", "#", reply)
