"""One call from the learner's telnet: what is said, how one came there, and the way back.

It carries lines and keeps what the views ask for: the last exchange with its octets, the ways
between the states, and what was before each line, so that the last one can be taken back.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from simulator.hosts import Stage, StageState
from simulator.mailroom import Snapshot
from simulator.pop3 import End, Exchange, State
from simulator.pop3.exchange import secret_in
from simulator.teaching.tutor import TutorState

__all__ = ["Before", "Call", "Way"]

#: How many lines can be taken back.
LONGEST_WAY_BACK = 200


@dataclass(frozen=True, slots=True)
class Way:
    """One change of state: by which keyword, from where, to where."""

    keyword: str
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Before:
    """How things stood before a line: enough to stand so again."""

    line: str  #: the line, without a secret
    stage: StageState
    ways: tuple[Way, ...]
    last: Exchange | None
    beside: TutorState | None  #: what the tutor remembered then


class Call:
    """What stands between the prompt and the simulated network."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.ways: tuple[Way, ...] = ()
        self.last: Exchange | None = None
        self._before: deque[Before] = deque(maxlen=LONGEST_WAY_BACK)

    @property
    def up(self) -> bool:
        """Whether the line stands."""
        return self.stage.connected

    @property
    def state(self) -> State:
        """The session's state as the wire shows it; CLOSED where there is no line."""
        client = self.stage.client
        return client.state if client is not None and self.up else State.CLOSED

    @property
    def wire(self) -> tuple[bytes, bytes]:
        """The octets of the last exchange, sent and received."""
        return self.stage.last_wire

    def dial(self, host: str, port: int) -> Exchange:
        """Call a host; its greeting. Raises hosts.NoSuchHost, hosts.Refused."""
        greeting = self.stage.dial(host, port)
        self.ways, self.last = (), greeting
        self._before.clear()
        return greeting

    async def say(self, line: str, beside: TutorState | None = None) -> list[Exchange]:
        """Send one line; the Exchanges that it completed. `beside` is kept for `undo`."""
        self._before.append(self._now(line, beside))
        exchanges = self.stage.say(line)
        for exchange in exchanges:
            self.last = exchange
            if exchange.before is not exchange.after:
                self.ways += (Way(exchange.keyword, exchange.before, exchange.after),)
        return exchanges

    def hang_up(self, beside: TutorState | None = None) -> End:
        """Close the line without QUIT."""
        self._before.append(self._now("(the line was closed)", beside))
        return self.stage.hang_up()

    def undo(self) -> Before | None:
        """Stand as before the last line; what that was, or None: there is nothing to take back."""
        if not self._before:
            return None
        before = self._before.pop()
        self.stage.restore(before.stage)
        self.ways, self.last = before.ways, before.last
        return before

    def forget(self) -> None:
        """No way back beyond this point (a step of a lesson was set up anew)."""
        self._before.clear()

    def snapshot(self, user: str | None = None) -> Snapshot | None:
        """The maildrop on disk beside the session's view of it."""
        return self.stage.snapshot(user)

    def _now(self, line: str, beside: TutorState | None) -> Before:
        shown = f"{line.split(maxsplit=1)[0]} ****" if secret_in(line) else line
        return Before(shown, self.stage.state(), self.ways, self.last, beside)
