"""One call from the learner's end: what is said, how one came there, and the way back.

It carries lines and keeps what the views ask for: the last exchange with its octets, the ways
between the states, and what was before each line, so that the last one can be taken back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from simulator.pop3 import Effect, Ending, State
from simulator.pop3.discretion import HIDDEN, without_secret

if TYPE_CHECKING:
    from simulator.hosts import Carried, Host, NearEnd, NetworkState, Stage, StageState
    from simulator.hosts.programs import Dialing
    from simulator.mailroom import Snapshot
    from simulator.pop3 import End, Exchange
    from simulator.teaching.tutor import TutorState

__all__ = ["Before", "Call", "Way"]

#: How many lines can be taken back.
LONGEST_WAY_BACK = 200
#: How many lines of a session are remembered, to come to where it is at other servers.
MOST_SAID = 500


class Way(NamedTuple):
    """One change of state: by which keyword, from where, to where."""

    keyword: str
    before: State
    after: State


class Before(NamedTuple):
    """How things stood before a line: enough to stand so again."""

    line: str  #: the line, without a secret
    stage: StageState
    ways: tuple[Way, ...]
    last: Exchange | None
    beside: TutorState | None  #: what the tutor remembered then
    said: tuple[str, ...] = ()


class Kept(NamedTuple):
    """A call as it was when a step began: the stage, and what has been said of late."""

    stage: StageState
    last: Exchange | None
    said: tuple[str, ...]
    began: NetworkState | None


class Call:
    """What stands between the prompt and the simulated network.

    The network is loaded when it is first asked for: the first prompt does not wait for it.
    """

    def __init__(self, new_stage: Callable[[], Stage]) -> None:
        self._new_stage = new_stage
        self.ways: tuple[Way, ...] = ()
        self.last: Exchange | None = None
        #: The lines since the login, or since the greeting where nobody is logged in. None is secret.
        self.said: tuple[str, ...] = ()
        self.began: NetworkState | None = None  #: all mail as it was when the call began
        self._before: deque[Before] = deque(maxlen=LONGEST_WAY_BACK)

    @cached_property
    def simulation(self) -> Stage:
        """The learner's end of the simulated network, with all that can be done to one."""
        return self._new_stage()

    @property
    def stage(self) -> NearEnd:
        """The learner's end of the line, wherever it leads."""
        return self.simulation

    @property
    def hosts(self) -> tuple[Host, ...]:
        """Whom one can call here by name."""
        return self.simulation.network.hosts

    @property
    def up(self) -> bool:
        """Whether the line stands."""
        return self._loaded and self.stage.connected

    @property
    def _loaded(self) -> bool:
        return "simulation" in self.__dict__

    @property
    def state(self) -> State:
        """The session's state as the wire shows it; CLOSED where there is no line."""
        client = self.stage.client if self.up else None
        return client.state if client is not None else State.CLOSED

    @property
    def lost(self) -> End | None:
        """How the last call ended, where it was not by QUIT: that is what came last then."""
        end = self.stage.end if self._loaded and not self.up else None
        return end if end is not None and end.by is not Ending.QUIT else None

    @property
    def carried(self) -> Carried | None:
        """The octets of the last exchange; None before the first call."""
        return self.stage.carried if self._loaded else None

    @property
    def answers(self) -> bool:
        """Whether the next line answers a challenge of AUTH: it may be a secret."""
        client = self.stage.client if self.up else None
        return client is not None and client.answers

    @property
    def dialing(self) -> Dialing | None:
        """The program that has called, as its command line asked for it."""
        return self.stage.dialing if self._loaded else None

    def start(self, dialing: Dialing) -> list[Exchange]:
        """Call a host with a program; what came over the line (see hosts.Stage.start).

        Raises hosts.NoSuchHost, hosts.Refused, link.TlsFailed.
        """
        self.ways, self.last, self.said = (), None, ()
        self._before.clear()
        came = self._noted(self.simulation.start(dialing))
        self.began = self.simulation.network.state()
        return came

    async def say(self, line: str, beside: TutorState | None = None) -> list[Exchange]:
        """Send one line; the Exchanges that it completed. `beside` is kept for `undo`."""
        self._before.append(self._now(line, beside))
        self.began = self.began or self.simulation.network.state()
        return self._noted(self.simulation.say(line))

    def direct(self, text: str, beside: TutorState | None = None) -> list[Exchange]:
        """Follow a stage direction (see hosts.Stage.direct); it can be taken back as a line can."""
        own = text.partition(" ")[0] in {"wait", "fault"}
        shown = f":{text}" if own else f":meanwhile {text}"
        before = self._now(shown, beside, secret=False)
        exchanges = self.simulation.direct(text)
        self._before.append(before)
        return self._noted(exchanges)

    def hang_up(self, beside: TutorState | None = None) -> End:
        """Close the line without QUIT."""
        self._before.append(self._now("(the line was closed)", beside))
        return self.stage.hang_up()

    def undo(self) -> Before | None:
        """Stand as before the last line; what that was, or None: there is nothing to take back."""
        if not self._before:
            return None
        before = self._before.pop()
        self.simulation.restore(before.stage)
        self.ways, self.last, self.said = before.ways, before.last, before.said
        return before

    def kept(self) -> Kept | None:
        """The stage as it is, for `put_back`; None: it was never asked for."""
        if not self._loaded:
            return None
        return Kept(self.simulation.state(), self.last, self.said, self.began)

    def put_back(self, kept: Kept | None) -> None:
        """The stage as at `kept()`, and no way back beyond it."""
        if kept is not None:
            self.simulation.restore(kept.stage)
            self.last, self.said, self.began = kept.last, kept.said, kept.began
        else:
            if self._loaded:
                del self.simulation
            self.last, self.said, self.began = None, (), None
        self.forget()

    def forget(self) -> None:
        """No way back beyond this point (a step of a lesson was set up anew)."""
        self._before.clear()

    def snapshot(self, user: str | None = None) -> Snapshot | None:
        """The maildrop on disk beside the session's view of it; None where it cannot be seen."""
        return self.stage.snapshot(user) if self._loaded else None

    def _noted(self, exchanges: list[Exchange]) -> list[Exchange]:
        for exchange in exchanges:
            self.last = exchange
            if exchange.before is not exchange.after:
                self.ways += (Way(exchange.keyword, exchange.before, exchange.after),)
            if exchange.did(Effect.LOGIN):
                self.said = ()
            elif exchange.line is not None and exchange.public() is exchange:
                self.said = (*self.said[-MOST_SAID:], exchange.line)
        return exchanges

    def _now(self, line: str, beside: TutorState | None, *, secret: bool | None = None) -> Before:
        answer = self.answers and line.strip() not in ("", "*") if secret is None else secret
        shown = HIDDEN if answer else without_secret(line)
        stage = self.simulation.state()
        return Before(shown, stage, self.ways, self.last, beside, self.said)
