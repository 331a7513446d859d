"""A desk with the real rooms behind it and an output in memory, for the tests of the console."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from functools import cache

from dialling import HOSTS, ROOT, sample

from simulator.console.call import Call
from simulator.console.colon import LessonControls, colon
from simulator.console.desk import Desk, Outcome
from simulator.console.reading import Read, ReadKind
from simulator.console.screen import Screen
from simulator.console.theme import PLAIN, Look
from simulator.hosts import Network, Stage
from simulator.teaching import Annotator, Margin, Tutor, load_margin

ESCAPE, EOF = Read(ReadKind.ESCAPE), Read(ReadKind.EOF)


@cache
def annotator_prose() -> object:
    """The margin's prose, read once."""
    return load_margin(ROOT / "lessons" / "margin")


class Script:
    """A reader that gives what it was given, then the end."""

    def __init__(self, moves: list[str | Read]) -> None:
        self._moves = iter(moves)
        self.messages: list[str] = []

    async def line(self, message: str) -> Read:
        self.messages.append(message)
        move = next(self._moves, EOF)
        return Read(ReadKind.TEXT, move) if isinstance(move, str) else move

    async def secret(self, message: str) -> Read:
        return await self.line(message)

    def wake(self) -> None:
        """Nobody waits long for what a script gives."""


@dataclass
class Sitting:
    """What came of a script at a desk."""

    desk: Desk
    outcome: Outcome
    drawn: str
    messages: list[str]
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = self.drawn.splitlines()


def new_desk(
    out: io.StringIO, *, look: Look = PLAIN, columns: int = 80, margin: Margin = Margin.FULL
) -> Desk:
    """A practising desk: all hosts, all sample mail, drawn into `out`."""
    network = Network(HOSTS, sample)
    screen = Screen(out.write, out.flush, lambda: columns, look)
    tutor = Tutor(Annotator(annotator_prose()), margin=margin)  # type: ignore[arg-type]
    desk = Desk(
        screen, tutor, Call(lambda: Stage(network)), lambda: Call(lambda: Stage(network)), echo=True
    )
    desk.commands = colon(LessonControls())
    return desk


def sit(
    *moves: str | Read,
    look: Look = PLAIN,
    columns: int = 80,
    margin: Margin = Margin.FULL,
) -> Sitting:
    """Sit down, make these moves, and see what was drawn."""
    out = io.StringIO()
    desk = new_desk(out, look=look, columns=columns, margin=margin)
    script = Script(list(moves))
    outcome = asyncio.run(desk.sit(script))
    return Sitting(desk, outcome, out.getvalue(), script.messages)


DIAL = "telnet mail.example.test 110"
LOGIN = (DIAL, "USER mira", "PASS kettle42")
