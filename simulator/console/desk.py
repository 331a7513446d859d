"""The learner's desk: where a typed line goes, and in which order what came of it is shown.

One line is read at a time. It goes to the shell, to the server, to telnet's own prompt, to a
question of the lesson, or, behind a colon, to the tutor. A line that could be POP3 is never eaten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from simulator.pop3.exchange import End, Ending, Exchange
from simulator.teaching.remarks import Margin, Question, Turn

from . import shell, telnet
from .call import Call, Kept
from .reading import GO_ON, MESSAGES, Place, Read, Reader, ReadKind
from .screen import Screen

if TYPE_CHECKING:
    from simulator.teaching import Tutor
    from simulator.teaching.annotator import AnnotatorState

    from . import advice, programs, stagehand
    from .rivals import Rivals
else:
    # What the programs do and say is loaded when the first one is run: no prompt waits for it.
    from simulator.doors import Later

    advice, programs, stagehand = (
        Later(f"{__package__}.{name}") for name in ("advice", "programs", "stagehand")
    )

__all__ = ["Desk", "Outcome", "Place"]


class Outcome(Enum):
    """How a sitting at the desk ended."""

    LEFT = "left"
    FINISHED = "finished"  #: the lesson is passed


#: Rows that an exchange and what is said of it mostly take.
READING_ROOM = 8


def _nothing(*_: object) -> None:
    """Nobody wants to know."""


@dataclass
class Desk:
    """One sitting. `call` is the program in the foreground; `suspended` are those behind it."""

    screen: Screen
    tutor: Tutor
    call: Call
    new_call: Callable[[], Call]
    echo: bool = False  #: show what was typed, for a transcript from a pipe
    on_turn: Callable[[Turn], None] = _nothing
    on_end: Callable[[Call, End], None] = _nothing
    commands: Callable[[Desk, str], Awaitable[None]] | None = None  #: what a colon line does
    question: Question | None = None
    at_telnet: bool = False
    outcome: Outcome | None = None
    suspended: list[tuple[Call, AnnotatorState]] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)  #: what the tutor types next
    loose: bool = False  #: a reply has begun and not ended: what comes is drawn as it comes
    rows: Callable[[], int] | None = None  #: the terminal's rows; None: nobody has to keep up
    told: set[str] = field(default_factory=set)  #: what need not be explained again
    _reader: Reader | None = None
    entered: Kept | None = None  #: the call as the step was begun; None: as it was made
    heard: AnnotatorState | None = None  #: what the margin remembered then
    #: The tutor's commands that cannot be had at this desk, and why not.
    missing: Mapping[str, str] = field(default_factory=dict)
    rivals: Callable[[], Rivals] | None = None  #: whom `:compare` asks; None: as the pages have it

    @property
    def place(self) -> Place:
        """Where the next line goes."""
        if self.question is not None:
            return Place.QUESTION
        if self.at_telnet:
            return Place.TELNET
        return Place.CALL if self.call.up else Place.SHELL

    async def sit(self, reader: Reader) -> Outcome:
        """Read lines and act on them until the learner leaves or the lesson is passed."""
        self._reader = reader
        await self.type_on()
        while self.outcome is None:
            read = await self.ask(reader.line, MESSAGES[self.place])
            self.screen.begin()
            await self.take(read)
        return self.outcome

    async def ask(self, line: Callable[[str], Awaitable[Read]], message: str) -> Read:
        """What a reader's `line` or `secret` gives."""
        return await line(message)

    async def ask_secret(self, message: str) -> Read:
        """A line that is neither shown nor kept; EOF where none was given."""
        if self._reader is None:
            return Read(ReadKind.EOF)
        return await self.ask(self._reader.secret, message)

    def shown(self, text: str) -> str:
        """A typed line as a transcript has it. Sample passwords are no secrets."""
        return text

    def standing(self) -> tuple[str, ...]:
        """What is to be known of the line in front, in few words, for a toolbar."""
        return ()

    def hindrance(self, line: str) -> str:
        """Why a line would not be sent to the server in front; "": it would be."""
        del line
        return ""

    async def take(self, read: Read) -> None:
        """Act on one line, key or end of input."""
        if read.kind is ReadKind.EOF:
            self._leave_place()
        elif read.kind is ReadKind.ESCAPE:
            self._escape()
        elif read.text.startswith(":") and self.commands is not None:
            await self.commands(self, read.text)
        else:
            if self.echo:
                self.screen.typed(MESSAGES[self.place], self.shown(read.text))
            await self._act(read.text)
        await self.type_on()

    async def _act(self, text: str) -> None:
        match self.place:
            case Place.QUESTION:
                self.perform(self.tutor.answer(text, self.call.snapshot()))
            case Place.TELNET:
                telnet.command(self, text)
            case Place.CALL:
                await self.say(text)
            case Place.SHELL:
                self.run(text)

    # What the tutor types

    async def type_on(self) -> None:
        """Type what the lesson wants typed, as if by the learner's own hand."""
        while self.typing:
            while self.typing:
                await self._wait_for_reader()
                if self.typing:
                    await self._type(self.tutor.fill(self.typing.pop(0)))
            await self._wait_for_reader()
            if self.outcome is None:
                self.perform(self.tutor.typed(self.call.snapshot()))

    async def _type(self, line: str) -> None:
        if line.startswith("!"):
            stagehand.direct(self, line[1:])
            return
        at_shell = line.startswith("$ ")
        text = line.removeprefix("$ ")
        self.screen.typed("$ " if at_shell else "", text, by_tutor=True)
        if at_shell:
            self.run(text)
        elif self.call.up:
            await self.say(text)

    async def _wait_for_reader(self) -> None:
        """Where the tutor has filled the screen, go on when the learner has read it."""
        if (
            self.rows is None
            or self._reader is None
            or self.screen.drawn < self.rows() - READING_ROOM
        ):
            return
        read = await self._reader.line(GO_ON)
        self.screen.begin()
        if read.kind is ReadKind.EOF:
            self.leave()
        elif read.text.startswith(":") and self.commands is not None:
            await self.commands(self, read.text)

    def perform(self, turn: Turn) -> None:
        """Show what one move led to in the lesson, and take up what it asks for."""
        self.screen.turn(turn)
        self.take_up(turn)

    def take_up(self, turn: Turn) -> None:
        """Take up what a turn asks for: lines to type, a question, a step begun or put back."""
        self.typing += turn.types
        if turn.rewind:
            self.call.put_back(self.entered)
            if self.heard is not None:
                self.tutor.restore_annotator(self.heard)
        for direction in turn.meanwhile:
            stagehand.direct(self, direction)
        if turn.entered:
            self.entered, self.heard = self.call.kept(), self.tutor.annotator_state()
        if turn.question is not None or turn.entered or turn.finished:
            self.question = turn.question
        self.on_turn(turn)
        if turn.finished:
            self.outcome = Outcome.FINISHED

    # The call

    async def say(self, line: str) -> None:
        """Type one line into the program in front, and show what came of it."""
        await programs.say(self, line)

    def hang_up(self) -> None:
        """Close the line without QUIT."""
        if self.call.up:
            self._ended(self._close())

    def leave(self) -> None:
        """Out of the program. The line goes down with it; that is no move in the lesson."""
        self.typing.clear()
        if self.call.up:
            self._close()
        self.outcome = Outcome.LEFT

    def _close(self) -> End:
        end = self.call.hang_up(self.tutor.state())
        programs.left(self)
        return end

    def show(self, exchanges: list[Exchange], *, hidden: bool = False) -> None:
        """Show what came over the line, and the end of the call where it has ended.

        `hidden`: the program in front has kept it to itself, and the last notes stand alone.
        """
        stage = self.call.stage
        if stage.delay:
            self.explain(f"{stage.delay:g} seconds pass before the answer comes.")
        for exchange in exchanges:
            remarks = self.tutor.observe(exchange, self.call.snapshot())
            if not hidden:
                self.screen.exchange(exchange, remarks.notes)
            elif exchange is exchanges[-1]:
                self.screen.notes(remarks.notes)
            self.perform(remarks.turn)
        if stage.end is not None:
            self._lost()
            self._ended(stage.end)

    def _lost(self) -> None:
        """The line is down, and the learner has not closed it."""
        programs.lost(self)

    def explain(self, text: str, *, once: bool = False) -> None:
        """A notice of the tutor's, unless the margin is off; `once`: unless it was given before."""
        if self.tutor.margin is Margin.OFF or text in self.told:
            return
        if once:
            self.told.add(text)
        self.screen.notice(text)

    def _ended(self, end: End) -> None:
        self.at_telnet = False
        remarks = self.tutor.observe_end(end, self.call.snapshot(end.user or None))
        if end.by is not Ending.QUIT:
            # QUIT's own reply was explained a line before; a lost line has had no reply.
            self.screen.notes(remarks.notes)
        self.on_end(self.call, end)
        self.perform(remarks.turn)

    # The shell

    def run(self, text: str) -> None:
        """Run a line at the shell."""
        shell.run(self, text)

    def _escape(self) -> None:
        """Ctrl-], which is telnet's."""
        if self.place is Place.CALL:
            self.at_telnet = programs.front(self.call).escapes
            if not self.at_telnet and self.call.dialing is not None:
                self.explain(advice.UNHEARD_ESCAPE.format(self.call.dialing.program.value))

    def _leave_place(self) -> None:
        """Ctrl-D, or the end of a pipe: out of where one is, one step."""
        if self.place is Place.TELNET:
            self.at_telnet = False
        elif self.place is Place.QUESTION:
            # The question would be asked on a line that is down; the lesson goes on next time.
            self.leave()
        elif self.call.up:
            self.hang_up()
        else:
            self.outcome = Outcome.LEFT
