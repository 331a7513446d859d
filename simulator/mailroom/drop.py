"""One maildrop now, as an immutable value: each change gives a new one and leaves the old as it was.

So what has become of the mail can be taken back by keeping a reference (`Accounts.state`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .message import Message, Names
from .trouble import Trouble

__all__ = ["Drop"]


@dataclass(frozen=True, slots=True)
class Drop:
    """One maildrop now: its mail, and who has it open."""

    messages: tuple[Message, ...]
    copy: int  #: which copy of the sample this is; each reset makes another
    #: Every (label, unique-id) that mail has had here: RFC 1939 section 7 asks for no second use.
    names: tuple[tuple[str, str], ...]
    sessions: frozenset[str] = frozenset()  #: the tokens of the sessions that have it open
    exclusive: bool = False  #: one of them holds the lock
    holder: str | None = None  #: a second actor that holds the lock
    #: (unique-id, seconds) of mail that arrived later than the sample, which is there from 0.0.
    arrivals: tuple[tuple[str, float], ...] = ()
    last_login: float | None = None
    trouble: Trouble | None = None
    accessed: str = ""  #: the unique-id of the last message that RETR sent

    @classmethod
    def of(cls, messages: tuple[Message, ...], copy: int) -> Drop:
        """A fresh copy of a sample."""
        return cls(messages, copy, tuple((each.label, each.unique_id) for each in messages))

    @property
    def locked(self) -> bool:
        """Whether anybody holds the exclusive-access lock."""
        return self.exclusive or self.holder is not None

    def with_mail(self, message: Message, at: float) -> Drop:
        """With new mail; it gets another label or unique-id where its own was in use, ever."""
        new = Names(*zip(*self.names, strict=True)).apart(message)
        arrivals = ((new.unique_id, at),) if at else ()
        return replace(
            self, messages=(*self.messages, new), names=(*self.names, (new.label, new.unique_id)),
            arrivals=(*self.arrivals, *arrivals),
        )  # fmt: skip

    def without(self, gone: Iterable[Message]) -> Drop:
        """Without these messages. One that is not here is passed over."""
        out = {id(message) for message in gone}
        left = tuple(message for message in self.messages if id(message) not in out)
        return self if len(left) == len(self.messages) else replace(self, messages=left)

    def expired(self, before: float) -> Drop:
        """Without what arrived before that time."""
        arrived = dict(self.arrivals)
        old = (each for each in self.messages if arrived.get(each.unique_id, 0.0) < before)
        return self.without(old)

    def opened_by(self, token: str, *, exclusive: bool) -> Drop:
        """With one session more."""
        return replace(self, sessions=self.sessions | {token}, exclusive=exclusive)

    def left_by(self, token: str) -> Drop:
        """With one session less, and its lock open."""
        left = self.sessions - {token}
        return replace(self, sessions=left, exclusive=self.exclusive and bool(left))
