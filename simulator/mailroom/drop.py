"""One maildrop now, as an immutable value: each change gives a new one and leaves the old as it was.

So what has become of the mail can be taken back by keeping a reference (`Accounts.state`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from .mailbox import Item
from .message import Message, Names
from .trouble import Trouble

__all__ = ["Drop", "Drops", "Notes"]


class Notes(NamedTuple):
    """What a store remembers of its mail besides the mail, by unique-id."""

    flagged: frozenset[str] = frozenset()  #: marked by DELE, where marks outlive a session
    sent: frozenset[str] = frozenset()  #: what RETR has sent in earlier sessions
    told: frozenset[str] = frozenset()  #: what UIDL has told
    #: What has another name on the disk since RETR sent it, with the token of the session.
    renamed: frozenset[tuple[str, str]] = frozenset()


class Drop(NamedTuple):
    """One maildrop now: its mail, and who has it open. A tuple, since each login makes a new one."""

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
    accessed: frozenset[str] = frozenset()  #: the unique-ids of what RETR has sent, for LAST
    notes: Notes = Notes()
    unread: bool = False  #: the mail of this copy was not asked for yet, and `messages` is empty

    @classmethod
    def of(cls, messages: tuple[Message, ...], copy: int) -> Drop:
        """A fresh copy of a sample."""
        return cls((), copy, (), unread=True).read(messages)

    def anew(self, copy: int) -> Drop:
        """Another copy of the sample, not read yet, for the sessions that are there."""
        return Drop(
            (), copy, (), sessions=self.sessions, exclusive=self.exclusive, unread=True
        )  # fmt: skip

    def read(self, messages: tuple[Message, ...]) -> Drop:
        """With the mail of the sample."""
        names = tuple((each.label, each.unique_id) for each in messages)
        return self._replace(messages=messages, names=names, unread=False)

    @property
    def locked(self) -> bool:
        """Whether anybody holds the exclusive-access lock."""
        return self.exclusive or self.holder is not None

    def arrived(self) -> Callable[[Message], float]:
        """When a message arrived. One of the sample did before 0.0, by its Date: the newest at 0.0."""
        late = dict(self.arrivals)
        dates = {each.unique_id: each.date for each in self.messages if each.unique_id not in late}
        newest = max((date for date in dates.values() if date is not None), default=0.0)

        def when(message: Message) -> float:
            date = dates.get(message.unique_id)
            return late.get(message.unique_id, 0.0 if date is None else date - newest)

        return when

    def with_mail(self, message: Message, at: float) -> Drop:
        """With new mail; it gets another label or unique-id where its own was in use, ever."""
        new = Names(*zip(*self.names, strict=True)).apart(message)
        arrivals = ((new.unique_id, at),) if at else ()
        return self._replace(
             messages=(*self.messages, new), names=(*self.names, (new.label, new.unique_id)),
            arrivals=(*self.arrivals, *arrivals),
        )  # fmt: skip

    def without(self, gone: Iterable[Message]) -> Drop:
        """Without these messages. One that is not here is passed over."""
        out = {message.unique_id for message in gone}
        left = tuple(message for message in self.messages if message.unique_id not in out)
        return self if len(left) == len(self.messages) else self._replace(messages=left)

    def expired(self, before: float) -> Drop:
        """Without what arrived before that time."""
        arrived = dict(self.arrivals)
        old = (each for each in self.messages if arrived.get(each.unique_id, 0.0) < before)
        return self.without(old)

    def opened_by(self, token: str, *, exclusive: bool) -> Drop:
        """With one session more."""
        return self._replace(sessions=self.sessions | {token}, exclusive=exclusive)

    def sessions_from(self, peer: str) -> int:
        """How many sessions that address has."""
        return sum(token.split(" ", 2)[2] == peer for token in self.sessions)

    def left_by(self, token: str) -> Drop:
        """With one session less, and its lock open."""
        left = self.sessions - {token}
        return self._replace(sessions=left, exclusive=self.exclusive and bool(left))

    def beside(self, seen: Sequence[Message], marked: Collection[int]) -> Iterator[Item]:
        """What is here, beside what a session numbered and marked: first its own, then the rest."""
        here = {message.unique_id for message in self.messages}
        for number, message in enumerate(seen, 1):
            on_disk = message.unique_id in here
            yield _item(message, number, marked=number in marked, on_disk=on_disk)
        known = {message.unique_id for message in seen}
        for message in self.messages:
            if message.unique_id not in known:
                yield _item(message, None, marked=False, on_disk=True)


class Drops:
    """Maildrops by owner as they are now. A change costs no copy of them all, unless one is kept."""

    def __init__(self, drops: Mapping[str, Drop]) -> None:
        self._drops = drops
        self._own: dict[str, Drop] | None = None  #: what `_drops` shows, while nobody keeps it

    def __getitem__(self, name: str) -> Drop:
        return self._drops[name]

    def get(self, name: str) -> Drop | None:
        """The maildrop of that owner, or None."""
        return self._drops.get(name)

    def put(self, name: str, drop: Drop) -> None:
        """It is so from now on; what `kept` gave stays as it was."""
        if self._own is None:
            self._own = dict(self._drops)
            self._drops = MappingProxyType(self._own)
        self._own[name] = drop

    def kept(self) -> Mapping[str, Drop]:
        """All of them. It never changes."""
        self._own = None
        return self._drops


def _item(message: Message, number: int | None, *, marked: bool, on_disk: bool) -> Item:
    return Item(
        message.label, number, message.octets, message.unique_id, message.subject, marked, on_disk
    )
