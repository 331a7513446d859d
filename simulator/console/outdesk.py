"""The desk at a real server: one call, and whatever waits waits beside the prompt, not before it.

While a line is typed the server is listened to, and what it says is shown at once; while a reply is
awaited, Ctrl-C gives the prompt back. A line that would give a password away, or remove mail, is not
sent before that was made plain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from simulator.hosts import gives_away, is_quit, removes
from simulator.pop3 import Effect, End, Ending, Exchange
from simulator.pop3.discretion import HIDDEN, without_secret
from simulator.teaching.remarks import Margin

from . import outadvice
from .desk import Desk, Outcome
from .outcall import OutCall
from .reading import Place, Read, Reader, ReadKind

if TYPE_CHECKING:
    from simulator.hosts import Outside
    from simulator.teaching import Tutor

    from .screen import Screen

__all__ = ["OutDesk"]

#: Seconds of silence after which nobody who cannot press Ctrl-C waits any longer.
LONGEST_SILENCE = 120.0


class OutDesk(Desk):
    """One sitting at a real server that was called already.

    `stls`: say STLS before anything else, and nothing without TLS. `cleartext`: passwords may go in
    the clear. `trust`: by whom certificates are checked, in words; "": by nobody. `slow`: seconds
    after which one is told that a reply is awaited.
    """

    def __init__(  # noqa: PLR0913 -- a desk, and the wishes for a real server
        self,
        screen: Screen,
        tutor: Tutor,
        outside: Outside,
        *,
        stls: bool = False,
        cleartext: bool = False,
        trust: str = "",
        slow: float = 1.0,
    ) -> None:
        self._out = OutCall(outside)
        super().__init__(screen, tutor, self._out, lambda: self._out)  # there is no other
        self.outside = outside
        self.missing = outadvice.MISSING
        self.failed = False  #: the call did not end as one wished
        self.interrupted = False  #: Ctrl-C came where nothing was left to be done
        self._stls, self._cleartext, self._trust, self._slow = stls, cleartext, trust, slow
        self._impatient = False  # Ctrl-C: do not wait for this reply
        self._waits = False
        self._asked = False  # QUIT was typed, and one was asked whether it is meant
        self._marking = False  # a DELE has no reply yet
        self._told_for: tuple[Exchange | None, ...] = ()  # behind which one was told to wait

    @property
    def _interactive(self) -> bool:
        return self.rows is not None

    def caution(self, text: str) -> None:
        """A notice that one should have read, even without a margin; not in a bare transcript."""
        if self._interactive or self.tutor.margin is not Margin.OFF:
            self.screen.notice(text)

    def interrupt(self) -> None:
        """Ctrl-C while no line is typed: stop drawing, or waiting. Safe in a signal handler."""
        if self.screen.drawing:
            self.screen.stop()
        elif self._waits:
            self._impatient = True
            self.outside.interrupt()

    def standing(self) -> tuple[str, ...]:
        """What is to be known of the line: whether others can read it, marks, replies that wait."""
        client = self.outside.client
        marks, owed = len(client.view.marks), client.waiting
        return (
            "in the clear" if self.outside.open_to_all else "",
            f"{marks} marked" if marks else "",
            f"{owed} repl{'y' if owed == 1 else 'ies'} awaited" if owed else "",
        )

    # The sitting

    async def sit(self, reader: Reader) -> Outcome:
        """Hear the greeting, begin TLS where STLS is to do it, and read lines until the call ends."""
        self._reader = reader
        try:
            self._waits = True
            await self._hear_out()
            if self._stls and self.outcome is None:
                await self._say_stls()
            return self.outcome or await super().sit(reader)
        finally:
            if self._out.up:
                self._out.hang_up()

    async def ask(self, line: Callable[[str], Awaitable[Read]], message: str) -> Read:
        """What a reader gives; whatever the server says meanwhile is shown at once."""
        while True:
            asking = asyncio.ensure_future(line(message))
            while not asking.done():
                came = await self._overhear(asking)
                if (came or not self._out.up) and not asking.done():
                    assert self._reader is not None
                    self._reader.wake()
                    await asyncio.wait({asking})
                if came or not self._out.up:
                    self.screen.begin()
                    self.show(came)
            read = asking.result()
            if read.kind is not ReadKind.WOKEN or self.outcome is not None:
                return read

    async def _overhear(self, asking: asyncio.Future[Read]) -> list[Exchange]:
        """Listen until the server has spoken, or a line was given."""
        listening = asyncio.ensure_future(self._out.listen())
        try:
            both: set[asyncio.Future[Any]] = {asking, listening}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            asking.cancel()
            raise
        finally:
            if not listening.done():
                self.outside.wake()
                await asyncio.wait({listening})
        return listening.result()

    async def take(self, read: Read) -> None:
        """Act on one line, key or end of input; on none where the call has ended meanwhile."""
        if self.outcome is None and read.kind is not ReadKind.WOKEN:
            await super().take(read)

    async def _act(self, text: str) -> None:
        if self.place is Place.TELNET and text.strip()[:1].lower() in ("o", "z"):
            self.at_telnet = False
            self.screen.notice(outadvice.ONE_CALL)
        else:
            await super()._act(text)

    def shown(self, text: str) -> str:
        """A typed line as a transcript has it: without a password."""
        answer = self.call.answers and text.strip() not in ("", "*")
        return HIDDEN if answer else without_secret(text)

    # Saying

    async def say(self, line: str) -> None:
        """Send a line, unless it should not go, and show what comes of it."""
        problem = self.hindrance(line)
        if problem:
            self.screen.notice(problem)
            self.failed = self.failed or not self._interactive
        elif not self._asks_first(line):
            await self._send(line)

    def hindrance(self, line: str) -> str:
        """Why a line is not sent: others could read the secret in it."""
        if self._cleartext or not self.outside.open_to_all:
            return ""
        if not gives_away(line, self.outside.client):
            return ""
        return outadvice.in_the_clear(self.outside.host)

    def _asks_first(self, line: str) -> bool:
        """Whether QUIT would remove mail and was typed for the first time. A pipe is not asked."""
        numbers = removes(line, self.outside.client)
        asked, self._asked = self._asked, False
        if asked or not self._interactive or not (numbers or (self._marking and is_quit(line))):
            return False
        self._asked = True
        self.screen.notice(outadvice.asking(numbers))
        return True

    async def _send(self, line: str) -> None:
        self._marking = self._marking or line.lstrip()[:4].upper() == "DELE"
        clear = self.outside.tls is None
        self._impatient, self._waits = False, True
        await self._out.say(line)
        await self._hear_out()
        if clear and self._out.up:
            self.tell_of_tls()

    async def _say_stls(self) -> None:
        """STLS before anything else. Without TLS behind it there is no call."""
        greeting = self.call.last
        if greeting is None or not greeting.ok:
            self._give_up(outadvice.UNWELCOME)
            return
        if self.echo or self._interactive:
            self.screen.typed("", "STLS", by_tutor=True)
        await self._send("STLS")
        if self._out.up and self.outside.tls is None:
            self._give_up("" if self.interrupted else outadvice.REFUSED_STLS)

    def tell_of_tls(self) -> None:
        """Say that TLS stands, where it does."""
        if self.outside.tls is not None:
            self.explain(outadvice.secured(self.outside.tls, self.outside.host, self._trust))

    # Hearing

    async def _hear_out(self) -> None:
        """Show what comes until the server owes nothing more, or Ctrl-C says that one will not wait."""
        while self._out.up and self.outside.awaits and not self._impatient:
            came = await self._attend()
            if came or not self._out.up:
                self.show(came)
        self._waits = False
        if self._impatient and self._stls and self.outside.tls is None and self._out.up:
            self.interrupted = True
            self._give_up("")
        self._marking = self._marking and self.outside.awaits

    async def _attend(self) -> list[Exchange]:
        """Listen, and tell who waits that one waits."""
        listening = asyncio.ensure_future(self._out.listen())
        silence, heard = 0.0, self.outside.received
        try:
            while not (await asyncio.wait({listening}, timeout=self._slow))[0]:
                silence = silence + self._slow if heard == self.outside.received else 0.0
                heard = self.outside.received
                self._tell_of_waiting()
                if silence >= LONGEST_SILENCE and (self._stls or not self._interactive):
                    break
        finally:
            self.screen.settle()
            if not listening.done():
                self.outside.wake()
                await asyncio.wait({listening})
        came = listening.result()
        if not came and silence >= LONGEST_SILENCE and self._out.up and not self._impatient:
            self._give_up(outadvice.silent(LONGEST_SILENCE))
        return came

    def _tell_of_waiting(self) -> None:
        if not self._interactive:
            return
        greeting = not self.outside.greeted
        text = outadvice.waiting(self.outside.received, greeting=greeting)
        if greeting and not self.outside.received and self.outside.tls is None:
            self.explain(outadvice.NO_GREETING, once=True)
        if not self.screen.look.plain:
            self.screen.passing(text)
        elif self.call.last not in self._told_for:
            self._told_for = (self.call.last,)
            self.screen.notice(f"{text[:1].upper()}{text[1:]}.")

    def show(self, exchanges: list[Exchange], *, hidden: bool = False) -> None:
        """Show what came over the line, what is marked now, and the end of the call."""
        super().show(exchanges, hidden=hidden)
        effects = [exchange.did(Effect.MARKED) for exchange in exchanges]
        numbers = tuple(number for effect in effects if effect for number in effect.numbers)
        if numbers and self.outcome is None:
            self.caution(outadvice.marked(numbers))

    # The end

    def _lost(self) -> None:
        """The line is down, and the learner has not closed it."""
        outside, trouble = self.outside, self.outside.trouble
        if outside.unfinished[:1] in (b"\x15", b"\x16"):
            self.screen.notice(outadvice.tls_here())
        elif outside.unfinished:
            self.screen.octets(outside.unfinished)
            self.screen.notice(outadvice.CUT)
        if outside.client.gave_up:
            self.screen.notice(outadvice.gave_up(outside.longest_body))
        elif outside.tls is not None or trouble is None:
            self.screen.program("Connection closed by foreign host.")
        if trouble is not None:
            self.caution(outadvice.no_tls(trouble, outside.host, behind_stls=True))
        self.failed = self.failed or outside.client.gave_up or trouble is not None

    def _ended(self, end: End) -> None:
        self.failed = self.failed or end.by is Ending.SERVER
        super()._ended(end)
        self.outcome = Outcome.LEFT

    def _give_up(self, text: str) -> None:
        """End the call because it cannot be what was wished."""
        if text:
            self.screen.notice(text)
        self.failed = True
        self.leave()
