"""The account of a session that was read: each Exchange without its secrets, with the notes on it.

Here the rooms meet: what was read, what the tutor says of it, and whose words they are like. Whatever
draws it, or writes it as JSON, has it from here, so no secret has two ways out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from simulator.hosts import Likeness, recognise
from simulator.pop3 import Ending, Exchange, Personality
from simulator.teaching import Annotator
from simulator.teaching.remarks import Margin, Note
from simulator.transcript import Concealment, Dialogue, Finding, Reading, Turn, Unread

__all__ = ["Account", "Entry", "accounts", "hidden_unread"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One turn as it may be shown: `said` is the line, `exchange` the reply and all that it did."""

    turn: Turn
    said: str | None
    exchange: Exchange
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One dialogue as it may be shown."""

    dialogue: Dialogue
    entries: tuple[Entry | Finding, ...]
    closing: tuple[Note, ...]  #: on the end, where the line was lost
    like: Likeness | None

    @property
    def told(self) -> tuple[Entry, ...]:
        """The Exchanges."""
        return tuple(entry for entry in self.entries if isinstance(entry, Entry))

    @property
    def telling(self) -> tuple[int, ...]:
        """Where the replies stand that tell the server."""
        turns = self.dialogue.turns
        return () if self.like is None else tuple(turns[at].heard_at for at in self.like.because)


def accounts(
    reading: Reading, annotator: Annotator, known: Sequence[Personality], margin: Margin
) -> Iterator[Account]:
    """The account of each dialogue."""
    concealment = Concealment(reading.secrets)
    for dialogue in reading.dialogues:
        annotator.begin()
        entries = tuple(
            _entry(event, annotator, concealment, margin)
            if isinstance(event, Turn)
            else replace(event, word=concealment.line(event.word))
            for event in dialogue.events
        )
        end = dialogue.end
        lost = end is not None and end.by is not Ending.QUIT
        closing = annotator.observe_end(end, margin) if end is not None and lost else ()
        like = recognise([turn.exchange for turn in dialogue.turns], known)
        yield Account(dialogue, entries, closing, like)


def _entry(turn: Turn, annotator: Annotator, concealment: Concealment, margin: Margin) -> Entry:
    exchange = concealment.exchange(turn.exchange)
    notes = annotator.observe(exchange, margin, unseen=turn.unseen)
    said = concealment.said(turn.exchange)
    return Entry(turn, said, replace(exchange.public(), line=said), notes)


def hidden_unread(reading: Reading) -> Iterator[Unread]:
    """What could not be understood, without secrets."""
    concealment = Concealment(reading.secrets)
    for each in reading.unread:
        yield replace(each, text=concealment.line(each.text))
