"""A line that goes wrong when one likes: an endpoint around another, with faults armed in it.

Why here and not in the server: a broken line, a lost terminator or a count that is off are seen by
who receives, and a client has to live with them. The server below answers rightly and knows nothing.
The faults are edits of octets. What the octets mean is told by who arms the fault.

One reply is told from the next by what the endpoint hands out at once. While a fault is armed, what
comes in is given to the endpoint inside up to each LF, and what it then has to say is one reply; so
requests that come in one burst, or cut in the middle, have each its own. What is said unasked (a
greeting, a farewell) is the reply that `data_to_send` finds.

A reply is joined once, where a fault is armed, and its pieces are then views of that: whatever else
happens to a long body, it is not copied again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from .endpoint import Endpoint

__all__ = [
    "Delay", "Drop", "Fault", "FaultyEndpoint", "FaultyState", "Garble", "Piece", "Repeat",
    "Splice", "Split", "Struck", "Substitute", "Truncate",
]  # fmt: skip

Piece = bytes | memoryview


@dataclass(frozen=True, slots=True)
class Struck:
    """What a fault made of a reply."""

    pieces: tuple[Piece, ...]
    hangs_up: bool = False  #: the line is down behind it
    delay: float = 0.0  #: seconds that pass before it


class Fault(Protocol):
    """What can be armed. Immutable."""

    def strike(self, reply: bytes) -> Struck | None:
        """What becomes of this reply; None: the fault cannot be on it, and waits for another."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The line goes down once so many octets of the reply are carried."""

    after: int = 0

    def strike(self, reply: bytes) -> Struck | None:
        """The beginning of the reply, then nothing any more."""
        return Struck((memoryview(reply)[: max(0, self.after)],), hangs_up=True)


@dataclass(frozen=True, slots=True)
class Delay:
    """The reply is on its way for so many seconds. Nobody sleeps here: the carrier is told."""

    seconds: float

    def strike(self, reply: bytes) -> Struck | None:
        """The reply, late."""
        return Struck((reply,), delay=self.seconds)


@dataclass(frozen=True, slots=True)
class Split:
    """The reply comes in pieces of so many octets; behind `most` of them the rest in one."""

    size: int = 1
    most: int = 1000

    def strike(self, reply: bytes) -> Struck | None:
        """The same octets, in pieces."""
        size = max(1, self.size)
        end = min(len(reply), size * self.most)
        view = memoryview(reply)
        pieces = tuple(view[at : min(at + size, end)] for at in range(0, end, size))
        return Struck((*pieces, view[end:]) if end < len(reply) else pieces)


@dataclass(frozen=True, slots=True)
class Splice:
    """The octets from `start` to `stop` are lost, and `by` stands there instead."""

    start: int
    stop: int
    by: bytes = b""

    def strike(self, reply: bytes) -> Struck | None:
        """The reply with one edit; None where it is too short for it."""
        if not 0 <= self.start <= self.stop <= len(reply):
            return None
        view = memoryview(reply)
        pieces = (view[: self.start], self.by, view[self.stop :])
        return Struck(tuple(piece for piece in pieces if len(piece)))


@dataclass(frozen=True, slots=True)
class Truncate:
    """The reply ends where the pattern is found last: that is left out, and what follows it.

    With `keep` only what the pattern matches is left out, and the rest still comes.
    """

    pattern: bytes
    keep: bool = False

    def strike(self, reply: bytes) -> Struck | None:
        """The reply without its end; None where the pattern does not occur."""
        found = _last(self.pattern, reply)
        if found is None:
            return None
        return Splice(found.start(), found.end() if self.keep else len(reply)).strike(reply)


@dataclass(frozen=True, slots=True)
class Substitute:
    r"""What the pattern matches is something else: its first, its last or each occurrence.

    `by` is a template as `re` has it: `\1` is the first group. For "all" the reply is written anew.
    """

    pattern: bytes
    by: bytes
    which: Literal["first", "last", "all"] = "first"

    def strike(self, reply: bytes) -> Struck | None:
        """The reply with other octets in it; None where the pattern does not occur."""
        if self.which == "all":
            changed, count = re.subn(self.pattern, self.by, reply)
            return Struck((changed,)) if count else None
        found = (re.search if self.which == "first" else _last)(self.pattern, reply)
        if found is None:
            return None
        return Splice(found.start(), found.end(), found.expand(self.by)).strike(reply)


@dataclass(frozen=True, slots=True)
class Repeat:
    """The reply comes twice."""

    def strike(self, reply: bytes) -> Struck | None:
        """The very octets again."""
        return Struck((reply, reply))


@dataclass(frozen=True, slots=True)
class Garble:
    """Bits are flipped: `mask` in `count` octets from `start` on."""

    mask: int = 0x80
    start: int = 0
    count: int = 1

    def strike(self, reply: bytes) -> Struck | None:
        """The reply with wrong octets in it; None where it is too short."""
        stop = min(self.start + self.count, len(reply))
        if self.start >= stop or not self.mask & 0xFF:
            return None
        wrong = bytes(octet ^ (self.mask & 0xFF) for octet in reply[self.start : stop])
        return Splice(self.start, stop, wrong).strike(reply)


@dataclass(frozen=True, slots=True)
class FaultyState:
    """All that a FaultyEndpoint remembers itself, so that it can be put back. Immutable."""

    armed: tuple[Fault, ...] = ()  #: the faults that have not struck yet, in their order
    down: bool = False  #: a fault has taken the line down
    coming: tuple[Fault, ...] = ()  #: those that struck what is to be sent
    wait: float = 0.0  #: seconds that pass before it
    struck: tuple[Fault, ...] = ()  #: those that struck what was sent last
    delay: float = 0.0  #: seconds that pass before that
    waiting: tuple[Piece, ...] = ()  #: what is to be sent


class FaultyEndpoint:
    """An endpoint around another. Without an armed fault it carries what the other says, as it is.

    Faults strike one after the other, at most one a reply, and are spent with that. One that cannot
    be on a reply lets the next have it, and stays armed.
    """

    def __init__(self, inner: Endpoint) -> None:
        self._inner = inner
        self._now = FaultyState()
        self._waiting: list[Piece] = []
        self._gave = False  # the last call of `data_to_send` has given something

    def arm(self, fault: Fault) -> None:
        """Let this fault be in the next reply, or in the first behind it on which it can be."""
        self._now = replace(self._now, armed=(*self._now.armed, fault))

    def disarm(self) -> None:
        """No fault is armed any more."""
        self._now = replace(self._now, armed=())

    @property
    def armed(self) -> tuple[Fault, ...]:
        """The faults that have not struck yet, in their order."""
        return self._now.armed

    @property
    def struck(self) -> tuple[Fault, ...]:
        """The faults that are in what `data_to_send` last gave."""
        return self._now.struck

    @property
    def delay(self) -> float:
        """Seconds that the carrier should wait before it carries what `data_to_send` last gave."""
        return self._now.delay

    def receive_data(self, data: bytes) -> None:
        """Take octets, in any cutting. Where the line is down they are lost."""
        if not self._now.armed:
            if not self._now.down:
                self._inner.receive_data(data)
            return
        self._gather()  # what was said before these octets is a reply of its own
        for line in re.findall(rb"[^\n]*\n|[^\n]+", data):
            if self._now.down:
                return
            self._inner.receive_data(line)
            self._gather()

    def receive_eof(self) -> None:
        """The other side is gone."""
        self._inner.receive_eof()

    def data_to_send(self) -> Sequence[Piece]:
        """The octets to carry back since the last call, in order, with what went wrong in them."""
        self._gather()
        now, waiting = self._now, self._waiting
        self._waiting = []
        # The call that finds nothing more belongs to the one before, which gave something.
        if now.coming or (now.struck and (waiting or not self._gave)):
            self._now = replace(now, struck=now.coming, delay=now.wait, coming=(), wait=0.0)
        self._gave = bool(waiting)
        return waiting

    @property
    def hangs_up(self) -> bool:
        """Whether the link should close once the octets are carried: a fault, or the other says so."""
        return self._now.down or self._inner.hangs_up

    @property
    def wants_tls(self) -> bool:
        """Whether the link should start TLS; never where the endpoint inside knows none."""
        return not self._now.down and bool(getattr(self._inner, "wants_tls", False))

    def tls_started(self) -> None:
        """TLS stands from here on."""
        getattr(self._inner, "tls_started", lambda: None)()

    def tls_failed(self) -> bool:
        """Whether the endpoint inside goes on in the clear."""
        return bool(getattr(self._inner, "tls_failed", bool)())

    def state(self) -> FaultyState:
        """All that this endpoint remembers itself. What the one inside remembers is not in it."""
        return replace(self._now, waiting=tuple(self._waiting)) if self._waiting else self._now

    def restore(self, state: FaultyState) -> None:
        """Be as at `state()`. The endpoint inside is put back by who has its state."""
        self._now = replace(state, waiting=())
        self._waiting = list(state.waiting)

    def _gather(self) -> None:
        """Take what the endpoint inside has to say: one reply, if it says anything."""
        pieces = self._inner.data_to_send()
        if self._now.down or not pieces:
            return
        reply = b"".join(pieces) if self._now.armed else b""
        for at, fault in enumerate(self._now.armed if reply else ()):
            struck = fault.strike(reply)
            if struck is not None:
                self._strike(at, fault, struck)
                return
        self._waiting += pieces

    def _strike(self, at: int, fault: Fault, struck: Struck) -> None:
        now = self._now
        self._waiting += struck.pieces
        self._now = replace(
            now, armed=now.armed[:at] + now.armed[at + 1 :], down=struck.hangs_up,
            coming=(*now.coming, fault), wait=now.wait + struck.delay,
        )  # fmt: skip
        if struck.hangs_up:
            self._inner.receive_eof()


def _last(pattern: bytes, reply: bytes) -> re.Match[bytes] | None:
    """The last match."""
    return max(re.finditer(pattern, reply), key=re.Match.start, default=None)
