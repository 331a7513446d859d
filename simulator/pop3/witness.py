"""Who looks on at the server's end: makes the Exchanges there, for a board, a log or a test.

It sees the octets of each line and reply, as the client chair does, and is told the reason besides.
"""

from __future__ import annotations

from .client import ClientState
from .commands import Command
from .exchange import Exchange, Reason, Reply, decode
from .framing import Line
from .states import State
from .view import View, greeting, make_exchange

__all__ = ["Witness"]


class Witness:
    """The Exchanges of one session, in order, until they are taken."""

    __slots__ = ("_made", "view")

    def __init__(self, view: View | None = None) -> None:
        self.view = view or View()
        self._made: list[Exchange] = []

    def heard(self, octets: bytes) -> None:
        """Octets have come. The lines of an RFC's server are its own to cut: see `answered`."""

    def tls_started(self) -> None:
        """TLS stands: the reply to STLS has said so."""

    def seen(self) -> View | ClientState:
        """What was seen so far, for `as_seen`."""
        return self.view

    def as_seen(self, view: View | ClientState) -> Witness:
        """One that has seen so much."""
        assert isinstance(view, View)
        return Witness(view)

    def greeted(self, line: bytes, *, secure: bool) -> None:
        """The greeting was said."""
        reply = Reply(decode(line[:-2]))
        self.view, effects = greeting(reply, secure=secure)
        state = State.AUTHORIZATION
        self._made.append(Exchange(None, None, reply, state, state, effects))

    def unasked(self, line: bytes, state: State) -> None:
        """Something was said that nobody had asked for."""
        reply = Reply(decode(line[:-2]))
        self._made.append(Exchange(None, None, reply, state, state, (), None, self.view.user))

    def answered(  # noqa: PLR0913, PLR0917 -- an Exchange has that many sides
        self,
        line: Line,
        command: Command,
        status: bytes,
        body: bytes | memoryview | None,
        before: State,
        reason: Reason | None,
    ) -> Exchange | None:
        """A line was answered. The Exchange, where the same line would have the same again."""
        whole = bytes(body) if isinstance(body, memoryview) else body
        reply = Reply(decode(status[:-2]), whole)
        exchange, self.view = make_exchange(line.text, command, reply, before, self.view, reason)
        self._made.append(exchange)
        return exchange

    def again(self, exchange: Exchange) -> None:
        """A line was answered as before, and nothing has changed."""
        self._made.append(exchange)

    def taken(self) -> list[Exchange]:
        """The Exchanges since the last call."""
        made, self._made = self._made, []
        return made
