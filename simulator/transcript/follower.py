"""Leads a dialogue that was read through the client's chair, and writes down what came of it.

The chair frames the replies, follows the state and infers the reasons, as it does on a real line. What
it cannot do is doubt its ears; this does: it closes bodies whose dot is missing, and says so.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from simulator.pop3 import (
    COMMANDS,
    Effect,
    Exchange,
    Pop3Client,
    Shown,
    State,
    examine,
    parse,
)
from simulator.pop3.exchange import decode, encode
from simulator.pop3.listings import listing

from .record import Dialogue, Doubt, Finding, Lack, Turn

__all__ = ["LONGEST_LINE", "Follower", "Said", "is_quit", "only_in"]

#: Characters of a reply's first line that are kept: the chair takes no more octets for one line.
LONGEST_LINE = 4000
#: Whose replies are for programs, down to the figure.
_FIGURES = frozenset({"STAT", "LIST", "UIDL", "CAPA"})
#: What pages put in place of figures and names.
_BLOTTED = re.compile(
    r"[\u2580-\u259f\u25a0\u25cf\u2022]{2}|\*{3}|(?<![A-Za-z0-9])[xX]{2,}(?![A-Za-z0-9])"
    r"|[<\[(](?:hidden|redacted|removed|snip|censored)", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the client's, where it stands, and whether it only stands in for a lost one."""

    line: str
    number: int
    restored: bool = False
    guessed: bool = False  #: its message-number is a guess


class Follower:
    """One dialogue. `middle`: it begins without a greeting. `exact`: octets from a capture."""

    def __init__(
        self, *, middle: bool = False, secure: bool = False, exact: bool = False, host: str = "",
        port: int = 0,
    ) -> None:  # fmt: skip
        self.client = Pop3Client(secure=secure)
        self.host, self.port, self.secure = host, port, secure
        self.shown = Shown()
        self.middle = middle
        self._exact = exact
        self.events: list[Turn | Finding] = []
        self._said: deque[Said] = deque()
        self._heard: dict[str, set[str]] = {}  # by keyword the replies it had
        self._late: list[Finding] = []  # what is said behind the turn that is coming
        self._heard_at = 0
        self.rows = 0  #: lines of the open body that were heard
        self._unfinished = b""  # of a capture: the client's line that is not whole
        self.body_open = False
        self._partial = False  # the open body is known not to be whole
        self._at_start = True  # of a capture: the last octets ended a line
        if middle:
            self._put(greeted=True)

    # What is known

    @property
    def ended(self) -> bool:
        """Whether the session is over, by QUIT or by a lost line."""
        return self.client.end is not None

    @property
    def owed(self) -> int:
        """How many lines have no reply yet."""
        return self.client.waiting

    @property
    def answers(self) -> bool:
        """Whether the next line answers a challenge of AUTH."""
        return self.client.answers and not self.owed

    @property
    def asked(self) -> str:
        """The keyword of the line that waits for its reply, or whose body is open; or ""."""
        return "" if not self._said else parse(self._said[0].line).keyword

    @property
    def greeted(self) -> bool:
        """Whether there was a greeting, or none is awaited."""
        return self.middle or bool(self.events)

    @property
    def first(self) -> str:
        """The first line that the server has said, or ""."""
        return next((each.exchange.reply.line for each in self._turns()), "")

    @property
    def begun(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self._heard) or bool(self._said)

    @property
    def tried(self) -> bool:
        """Whether a login was begun before one's eyes."""
        return any(keyword in self._heard for keyword in ("USER", "PASS", "APOP", "AUTH"))

    def heard(self, keyword: str, reply: str) -> bool:
        """Whether that command had such a reply before."""
        return reply in self._heard.get(keyword, ())

    def contradicts(self, line: str) -> bool:
        """Whether a line that was accepted cannot belong here: a login, or a number nobody has."""
        command = parse(line)
        if self.client.state is State.TRANSACTION and only_in(command.keyword, State.AUTHORIZATION):
            return True
        number, total = command.number, self.shown.total
        return number is not None and total is not None and number > total

    def _turns(self) -> Iterator[Turn]:
        return (event for event in self.events if isinstance(event, Turn))

    # What comes

    def say(self, said: Said) -> None:
        """The client says a line."""
        if self.body_open:
            self.close_body(said.number)
        if self.ended:
            return
        waiting = self.client.waiting
        self.client.send(said.line.replace("\n", " "))
        if self.client.waiting > waiting:
            self._said.append(said)
        if said.restored:
            self.find(Lack.NUMBER if said.guessed else Lack.LINE, said.number, said.line)

    def hear(self, text: str, number: int) -> None:
        """The server says a line: the first of a reply, or one of a body."""
        if self.ended:
            return
        if self.body_open:
            self.rows += 1
            self._receive(encode(text) + b"\r\n")
            return
        if not self.greeted and text.rfind("<") > text.rfind(">"):
            self.find(Lack.GREETING_CUT, number)
        if len(text) > LONGEST_LINE and not self._exact:
            text = text[:LONGEST_LINE]
            self.find(Lack.LONG, number)
        self._heard_at, self.rows = number, 0
        self._receive(encode(text) + b"\r\n")

    def receive(self, octets: bytes, number: int) -> None:
        """Octets from a capture, as they came."""
        if not self.body_open:
            self._heard_at = number
        self._at_start = octets.endswith(b"\n")
        self._receive(octets)
        self.rows += self.body_open and b"\n" in octets

    def transmit(self, octets: bytes, number: int) -> None:
        """Octets of the client's from a capture, as they went."""
        lines = (self._unfinished + octets).split(b"\n")
        self._unfinished = lines.pop()[-LONGEST_LINE * 4 :]
        for line in lines:
            waiting = self.client.waiting
            self.client.send(decode(line), end=b"\n")
            if self.client.waiting > waiting:
                self._said.append(Said(decode(line.removesuffix(b"\r")), number))

    def lose(self, octets: int, number: int) -> None:
        """So many octets are missing from a capture."""
        self.find(Lack.OCTETS, number, numbers=(octets,))
        self._partial = True

    def close_body(self, number: int) -> None:
        """No dot has come, and no more of the body will."""
        self._late.append(Finding(Lack.DOT if self.rows else Lack.BODY, number))
        self._partial = True
        self._receive(b".\r\n" if self._at_start else b"\r\n.\r\n")

    def leave_out(self, number: int) -> None:
        """Some lines of the open body are not shown."""
        if all(each.lack is not Lack.ROWS for each in self._late):
            self._late.append(Finding(Lack.ROWS, number))
        self._partial = True

    def find(self, lack: Lack, line: int, word: str = "", numbers: tuple[int, ...] = ()) -> None:
        """Write down that something is missing."""
        self.events.append(Finding(lack, line, word, numbers))

    def log_in_unseen(self, number: int) -> None:
        """A command of TRANSACTION is coming, and the text has passed over the login."""
        self.find(Lack.LOGIN, number)
        self._put(state=State.TRANSACTION)
        self.shown = replace(self.shown, tags=None)

    def unasked(self, number: int) -> None:
        """A reply is coming whose line the text has passed over, and nothing tells which it was."""
        self.find(Lack.LINE, number)
        self._partial = True

    # The end

    def close(self, *, by_server: bool) -> None:
        """The line is down."""
        if self.body_open and not self._exact:
            self.close_body(self._heard_at)
        if by_server:
            self.client.receive_eof()
        else:
            self.client.hang_up()

    def encrypted(self) -> Dialogue:
        """All of it, up to where TLS begins."""
        return Dialogue(tuple(self.events), None, self.host, self.port, self.secure)

    def dialogue(self, last: int) -> Dialogue:
        """All of it, once no more will come. `last`: the number of the last line."""
        if self.body_open and not self.ended:
            self.close_body(last)
        for said in self._said:
            self.find(Lack.REPLY, said.number, said.line)
        if self.client.end is None and not any(is_quit(said.line) for said in self._said):
            self.find(Lack.QUIT, last, numbers=tuple(sorted(self.client.view.marks)))
        return Dialogue(tuple(self.events), self.client.end, self.host, self.port, self.secure)

    # The chair

    def _put(self, **changes: object) -> None:
        """Put the chair where the dialogue is known to be."""
        state = self.client.snapshot()
        self.client.restore(replace(state, **changes))  # type: ignore[arg-type]

    def _receive(self, octets: bytes) -> None:
        self.client.receive_data(octets)
        made = self.client.exchanges()
        for exchange in made:
            self._take(exchange)
        if self.client.wants_tls:
            if not self._exact:
                self.client.tls_started()
            for said in self._said:
                self.find(Lack.REPLY, said.number, said.line)
            self._said.clear()
        # A reply that is not whole although its first line has come: it has a body.
        self.body_open = not made and not self.ended and self.owed > 0

    def _take(self, exchange: Exchange) -> None:
        said = None
        if exchange.line is not None and self._said:
            said = self._said.popleft()
        part = self._partial or (said is not None and said.guessed) or self._is_blotted(exchange)
        doubt = Doubt.PART if part else Doubt.NONE if self._exact else Doubt.TEXT
        turn = Turn(
            exchange, said.number if said and not said.restored else None, self._heard_at, doubt,
            bool(said and said.restored),
        )  # fmt: skip
        breaches, shown = examine(exchange, self.shown)
        if not part:
            self.shown = shown
        elif found := listing(exchange):
            self.shown = self.shown.joined(found)
        elif marked := exchange.did(Effect.MARKED):
            self.shown = replace(self.shown, marks=self.shown.marks.union(marked.numbers))
        breaches = tuple(each for each in breaches if each.rule not in turn.unseen)
        self.events.append(replace(turn, breaches=breaches))
        self._heard.setdefault(exchange.keyword, set()).add(exchange.reply.line)
        self.events += self._late
        self._late.clear()
        self._partial = False

    def _is_blotted(self, exchange: Exchange) -> bool:
        """Whether a page has put something in place of figures or names."""
        if self._exact or exchange.keyword not in _FIGURES:
            return False
        return bool(_BLOTTED.search(f"{exchange.reply.line}\n{decode(exchange.reply.body or b'')}"))


def is_quit(line: str) -> bool:
    """Whether a line is a QUIT."""
    return line.strip().upper() == "QUIT"


def only_in(keyword: str, state: State) -> bool:
    """Whether a command is valid in that state alone."""
    row = COMMANDS.get(keyword)
    return row is not None and row.states == {state}
