"""Sessions of the engine, for texts to be made of."""

from __future__ import annotations

from dataclasses import replace

from chairs import Chairs, letters, mailbox, personality

from simulator.mailroom import Accounts
from simulator.pop3 import Exchange
from simulator.transcript import Dialogue, Reading, read

#: A session with bodies, a refusal, a mark and its removal.
LINES = (
    "CAPA", "USER mrose", "PASS secret", "STAT", "LIST", "UIDL", "RETR 1", "TOP 2 0", "RETR 9",
    "DELE 1", "LIST", "NOOP", "QUIT",
)  # fmt: skip


def session(*lines: str, **policy: object) -> list[Exchange]:
    """What the client's chair makes of these lines, at an engine with three letters."""
    chairs = Chairs(Accounts([replace(letters(3), token="practice")]), personality(**policy))
    chairs.say(*(lines or LINES))
    return chairs.seen


def session_with(contents: list[bytes], *lines: str) -> list[Exchange]:
    """The same with mail of one's own."""
    chairs = Chairs(Accounts([mailbox(contents)]), personality())
    chairs.say(*lines)
    return chairs.seen


def read_one(text: str) -> Dialogue:
    """The one dialogue in a text."""
    (dialogue,) = read(text).dialogues
    return dialogue


def exchanges(reading: Reading | Dialogue) -> list[Exchange]:
    """All Exchanges."""
    found = (reading,) if isinstance(reading, Dialogue) else reading.dialogues
    return [turn.exchange for dialogue in found for turn in dialogue.turns]
