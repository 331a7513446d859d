"""The learner's own copy of some maildrops: who has one, who holds its lock, what is left in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from simulator.pop3.maildrop import InUse

from .mailbox import Item, Mailbox, Snapshot
from .message import Message

__all__ = ["Accounts", "AccountsState", "OpenMaildrop"]


@dataclass(frozen=True, slots=True)
class Drop:
    """One maildrop now. `holders` are the tokens of the sessions that have it open."""

    messages: tuple[Message, ...]
    holders: frozenset[str] = frozenset()
    locked: bool = False


AccountsState = Mapping[str, Drop]


class Accounts:
    """Maildrops by owner. The samples are shared; what changes is one immutable value inside."""

    def __init__(self, mailboxes: Iterable[Mailbox]) -> None:
        self._samples = {mailbox.owner: mailbox for mailbox in mailboxes}
        self._opened = 0
        self._drops: AccountsState = {}
        self.reset()

    # What the protocol asks (pop3.maildrop.Accounts)

    def knows(self, name: str) -> bool:
        """Whether there is a mailbox of that name."""
        return name in self._samples

    def password(self, name: str) -> str | None:
        """The password, or None."""
        sample = self._samples.get(name)
        return sample.password if sample else None

    def secret(self, name: str) -> str | None:
        """APOP's shared secret, or None."""
        sample = self._samples.get(name)
        return sample.secret if sample else None

    def open(self, name: str, *, exclusive: bool = True) -> OpenMaildrop:
        """Open the maildrop; with `exclusive`, lock it. Raises InUse, KeyError."""
        drop = self._drops[name]
        if drop.locked or (exclusive and drop.holders):
            raise InUse(name)
        self._opened += 1
        token = f"session {self._opened}"
        self._put(name, replace(drop, holders=drop.holders | {token}, locked=exclusive))
        return OpenMaildrop(self, name, token, drop.messages)

    # A second actor, and what a learner may do to the copy

    def lock(self, name: str, holder: str) -> None:
        """Somebody else opens the maildrop. Raises InUse."""
        if self._drops[name].holders:
            raise InUse(name)
        self._put(name, replace(self._drops[name], holders=frozenset({holder}), locked=True))

    def unlock(self, name: str, holder: str) -> None:
        """That somebody lets go. Nothing happens where it does not hold it."""
        drop = self._drops[name]
        if holder in drop.holders:
            left = drop.holders - {holder}
            self._put(name, replace(drop, holders=left, locked=drop.locked and bool(left)))

    def deliver(self, name: str, message: Message) -> None:
        """New mail arrives on the disk. A session that is open does not see it."""
        drop = self._drops[name]
        self._put(name, replace(drop, messages=(*drop.messages, message)))

    def removed(self, name: str) -> tuple[str, ...]:
        """The unique-ids of the sample's messages that are gone from this copy."""
        left = {message.unique_id for message in self._drops[name].messages}
        sample = self._samples[name].messages
        return tuple(each.unique_id for each in sample if each.unique_id not in left)

    def remove_ids(self, name: str, unique_ids: Collection[str]) -> None:
        """Take out what an earlier run removed. Unknown unique-ids are passed over."""
        drop = self._drops[name]
        left = tuple(each for each in drop.messages if each.unique_id not in unique_ids)
        self._put(name, replace(drop, messages=left))

    def reset(self, name: str | None = None) -> None:
        """Back to the sample: one maildrop, or all. Locks are opened."""
        names = self._samples if name is None else [name]
        fresh = {each: Drop(self._samples[each].messages) for each in names}
        self._drops = MappingProxyType({**self._drops, **fresh})

    def state(self) -> AccountsState:
        """All that has become of the copy. Immutable: keeping a reference is enough."""
        return self._drops

    def restore(self, state: AccountsState) -> None:
        """As at `state()`."""
        self._drops = state

    # The disk beside the session

    def snapshot(
        self, name: str, numbers: Sequence[Message] | None = None, marked: Collection[int] = ()
    ) -> Snapshot:
        """The disk, and beside it the view of a session that numbered `numbers`."""
        drop = self._drops[name]
        on_disk = {id(message) for message in drop.messages}
        seen: Sequence[Message] = numbers or ()
        rows = [
            _item(message, number, marked=number in marked, on_disk=id(message) in on_disk)
            for number, message in enumerate(seen, 1)
        ]
        known = {id(message) for message in seen}
        rows += [
            _item(message, None, marked=False, on_disk=True)
            for message in drop.messages if id(message) not in known
        ]  # fmt: skip
        return Snapshot(name, bool(drop.holders) and drop.locked, tuple(rows), numbers is not None)

    def _put(self, name: str, drop: Drop) -> None:
        self._drops = MappingProxyType({**self._drops, name: drop})

    def _commit(self, name: str, gone: Sequence[Message]) -> None:
        out = {id(message) for message in gone}
        drop = self._drops[name]
        left = tuple(message for message in drop.messages if id(message) not in out)
        self._put(name, replace(drop, messages=left))


class OpenMaildrop:
    """One session's hold of a maildrop. What it may change is kept by Accounts, under its token."""

    def __init__(
        self, accounts: Accounts, name: str, token: str, messages: tuple[Message, ...]
    ) -> None:
        self._accounts = accounts
        self._name = name
        self._token = token
        self._messages = messages

    @property
    def messages(self) -> Sequence[Message]:
        """As they were when it was opened."""
        return self._messages

    def remove(self, numbers: Collection[int]) -> None:
        """Remove these message-numbers for good. One that somebody else removed is passed over."""
        self._accounts._commit(self._name, [self._messages[number - 1] for number in numbers])  # noqa: SLF001

    def release(self) -> None:
        """Open the lock. Safe to call twice."""
        self._accounts.unlock(self._name, self._token)


def _item(message: Message, number: int | None, *, marked: bool, on_disk: bool) -> Item:
    return Item(
        message.label, number, message.octets, message.unique_id, message.subject, marked, on_disk
    )
