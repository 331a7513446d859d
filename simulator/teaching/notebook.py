"""What a play has seen of the wire: the log, and what its texts and checks look up.

A value: each observation makes a new one, so that a step, a line or a whole lesson can be taken
back by keeping the old one. It is never written to disk; a PASS line in its log holds a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from simulator.mailroom import Item, Snapshot
from simulator.pop3 import End, Exchange, State

from .checks import Event, event
from .lesson import Setup
from .values import Values, number_map, timestamp_in

__all__ = ["Notebook"]


@dataclass(frozen=True, slots=True)
class Notebook:
    """The log of one run through a lesson, and the last that was seen of the maildrop."""

    log: tuple[Event, ...] = field(default=(), repr=False)
    snapshot: Snapshot | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)  #: of the last session
    items: Mapping[str, Item] = field(default_factory=dict)  #: by label, also those removed since
    timestamp: str = ""
    last: Exchange | None = field(default=None, repr=False)  #: the last command, without its body

    def looked(self, snapshot: Snapshot | None) -> Notebook:
        """With a new look at the maildrop; None tells nothing new."""
        if snapshot is None or snapshot == self.snapshot:
            return self
        known = self.snapshot is not None and self.snapshot.user == snapshot.user
        items = {item.label: item for item in snapshot.items}
        return replace(
            self,
            snapshot=snapshot,
            # After a session its numbers are still what the learner speaks of.
            numbers=self.numbers if known and not snapshot.open else number_map(snapshot),
            items={**self.items, **items} if known else items,
        )

    def saw(self, exchange: Exchange, snapshot: Snapshot | None) -> Notebook:
        """With one more exchange."""
        then = self.looked(snapshot)
        entry = event(exchange, then.numbers)
        stamp = timestamp_in(exchange)
        return replace(
            then,
            log=(*then.log, entry),
            timestamp=then.timestamp if stamp is None else stamp,
            last=entry.exchange if exchange.command else then.last,
        )

    def ended(self, end: End, snapshot: Snapshot | None) -> Notebook:
        """With one more end of a session."""
        then = self.looked(snapshot)
        return replace(then, log=(*then.log, Event(None, end, then.numbers)))

    def values(self, setup: Setup) -> Values:
        """Where live values come from now."""
        return Values(setup, self.snapshot, self.numbers, self.items, self.timestamp, self.last)

    @property
    def state(self) -> State:
        """The session's state; CLOSED where there is no line."""
        return self.log[-1].state if self.log else State.CLOSED
