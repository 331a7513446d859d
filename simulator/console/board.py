"""The board of `port110 serve --margin`: what mail programs say to the server, explained as it comes.

Many talk at once, so each line bears the number of its session; the notes on it stand with it. Bodies
are counted and not shown: one looks at what a program does, not at somebody's mail.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.pop3 import Reason, State, parse
from simulator.pop3.discretion import HIDDEN
from simulator.pop3.exchange import Ending
from simulator.teaching.remarks import Margin, Note, NoteKind

from .ink import Row
from .speech import summary
from .visible import visible

if TYPE_CHECKING:
    from simulator.link import Peer
    from simulator.pop3 import End, Exchange
    from simulator.teaching.annotator import Annotator

    from .screen import Screen

__all__ = ["Board"]

#: The styles that sessions take in turn, so that two side by side are told apart.
_MARKS = ("sent", "received", "control", "marked", "crlf", "typed")
#: What a password typed in the wrong place is answered with.
_MISPLACED = frozenset({Reason.UNKNOWN_COMMAND, Reason.SURPLUS_ARGUMENT, Reason.WRONG_STATE})
_SHORT_WORD = re.compile(r"[A-Za-z]{1,5}")
_ENDINGS = {Ending.DROP: "has dropped the line", Ending.SERVER: "was hung up on"}


class Board:
    """Draws the visits on a screen. `annotator` makes the margin's voice for one session."""

    def __init__(self, screen: Screen, annotator: Callable[[], Annotator], margin: Margin) -> None:
        self._screen = screen
        self._new = annotator
        self._margin = margin
        self._voices: dict[int, Annotator] = {}

    def called(self, peer: Peer) -> None:
        """A peer has called."""
        self._voices[peer.number] = self._new()
        how = ", with TLS from the first octet" if peer.secure else ""
        self._event(peer, f"{peer.address} calls{how}")

    def said(self, peer: Peer, exchange: Exchange) -> None:
        """A line was answered."""
        exchange = _discreet(exchange)
        notes = self._short(self._voices[peer.number].observe(exchange, self._margin))
        row = summary(exchange.public(), self._screen.look.glyphs.arrow)
        self._screen.visit(self._sign(peer), row, notes, exchange)

    def ended(self, peer: Peer, end: End | None, trouble: str) -> None:
        """The line is down."""
        voice = self._voices.pop(peer.number, None)
        if end is None or voice is None:
            self._event(peer, f"{peer.address} was turned away: there is no room for more")
            return
        if trouble:
            self._event(peer, f"TLS failed: {trouble}")
        if end.by is Ending.QUIT:
            return  # the reply to QUIT has said it all
        who = end.user or peer.address
        kept = f", {len(end.forgotten)} marked and kept" if end.forgotten else ""
        row = (("muted", visible(f"{who} {_ENDINGS[end.by]}{kept}")),)
        self._screen.visit(self._sign(peer), row, self._short(voice.observe_end(end, self._margin)))

    def _short(self, notes: Sequence[Note]) -> Sequence[Note]:
        """The notes without what the row of the states says: many sessions share the screen."""
        if self._margin is Margin.FULL:
            return notes
        return [note for note in notes if note.kind is not NoteKind.STATE]

    def _event(self, peer: Peer, text: str) -> None:
        self._screen.visit(self._sign(peer), (("muted", visible(text)),))

    @staticmethod
    def _sign(peer: Peer) -> Row:
        """The number of the session, in front of all that is said in it."""
        return ((_MARKS[peer.number % len(_MARKS)], f"#{peer.number}".ljust(4)), ("cell", " "))


def _discreet(exchange: Exchange) -> Exchange:
    """The same for a room that looks on: what was no command before the login may be a password.

    `PSAS kettle42` is one, `CAPA kettle42` too, and so is a lone `kettle42` behind USER. A short word
    stays (HELP, LOGIN).
    """
    if exchange.reason not in _MISPLACED or exchange.before is not State.AUTHORIZATION:
        return exchange
    word, blank, _ = (exchange.line or "").partition(" ")
    shown = word if _SHORT_WORD.fullmatch(word) else HIDDEN
    line = f"{shown} {HIDDEN}" if blank else shown
    return replace(exchange, line=line, command=parse(line))
