"""The log of `port110 serve`: who called, who logged in, how it ended. A line each, and no secret.

Names are written where they were proved; what a stranger typed for a name may be a password.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from simulator.console.visible import visible
from simulator.pop3 import Effect, Ending, Reason

if TYPE_CHECKING:
    from simulator.link import Peer
    from simulator.pop3 import End, Exchange

__all__ = ["Journal"]

_ENDINGS = {
    Ending.QUIT: "quit", Ending.DROP: "dropped the line", Ending.SERVER: "was hung up on",
}  # fmt: skip
_REFUSED = frozenset({Reason.BAD_CREDENTIALS, Reason.NO_SUCH_MAILBOX})


def _now() -> datetime:
    return datetime.now(UTC)


class Journal:
    """Writes to `file`, line by line. `now` gives the time of each."""

    def __init__(self, file: TextIO, now: Callable[[], datetime] = _now) -> None:
        self._file = file
        self._now = now
        self._turned_away = 0
        self._second = ""  # of the last line about peers that were turned away

    def called(self, peer: Peer) -> None:
        """A peer has called."""
        self._write(peer, f"called from port {peer.port}{', by TLS' if peer.secure else ''}")

    def said(self, peer: Peer, exchange: Exchange) -> None:
        """A line was answered: only what changes who may do what is worth a line here."""
        if login := exchange.did(Effect.LOGIN):
            self._write(peer, f"logged in as {visible(login.name)}")
        elif exchange.reason in _REFUSED:
            self._write(peer, f"login refused, {exchange.reason.value}")
        elif exchange.reason is Reason.IN_USE:
            self._write(peer, "login refused, in-use")
        elif exchange.did(Effect.SECURED) and exchange.line is not None:
            self._write(peer, "went over to TLS")

    def ended(self, peer: Peer, end: End | None, trouble: str) -> None:
        """The line is down."""
        if end is None:
            self._turn_away(peer)
            return
        if trouble:
            self._write(peer, f"TLS failed, {visible(trouble)}")
        who = f"{visible(end.user)} " if end.user else ""
        removed = f", {len(end.removed)} removed" if end.removed else ""
        kept = f", {len(end.forgotten)} marked and kept" if end.forgotten else ""
        self._write(peer, f"{who}{_ENDINGS[end.by]}{removed}{kept}")

    def note(self, text: str) -> None:
        """Something about the server itself."""
        self._line(visible(text))

    def _turn_away(self, peer: Peer) -> None:
        """At most a line a second: a flood of calls must not become a flood on the disk."""
        self._turned_away += 1
        second = self._stamp()
        if second != self._second:
            self._second = second
            self._write(peer, f"turned away, no room ({self._turned_away} so far)")

    def _write(self, peer: Peer, text: str) -> None:
        self._line(f"#{peer.number} {visible(peer.address)} {text}")

    def _line(self, text: str) -> None:
        self._file.write(f"{self._stamp()} {text}\n")
        self._file.flush()

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="seconds")
