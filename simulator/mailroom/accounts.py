"""The learner's own copy of some maildrops: who has one, who holds its lock, what is left in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from simulator.pop3.maildrop import InUse, UpdateFailed

from .drop import Drop
from .mailbox import Item, Mailbox, Snapshot
from .message import Message
from .trouble import Trouble

__all__ = ["Accounts", "AccountsState", "OpenMaildrop"]


AccountsState = Mapping[str, Drop]


class Accounts:
    """Maildrops by owner. The samples are shared; what changes is one immutable value inside."""

    def __init__(self, mailboxes: Iterable[Mailbox]) -> None:
        self._samples = {mailbox.owner: mailbox for mailbox in mailboxes}
        self._opened = 0
        self._copies = 0
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

    def token(self, name: str) -> str | None:
        """The practice access token of OAuth 2.0, or None."""
        sample = self._samples.get(name)
        return sample.token if sample else None

    def bearer(self, token: str) -> str | None:
        """Whose token that is, or None."""
        owners = (owner for owner, sample in self._samples.items() if sample.token == token)
        return next(owners, None) if token else None

    def accessed(self, name: str) -> str:
        """The unique-id of the last message that was sent, or "". Raises KeyError."""
        return self._drops[name].accessed

    def access(self, name: str, unique_id: str) -> None:
        """That message was sent; "": none. Raises KeyError."""
        self._put(name, replace(self._drops[name], accessed=unique_id))

    def last_login(self, name: str) -> float | None:
        """When the maildrop was last opened, in seconds; None: not since the sample was copied."""
        drop = self._drops.get(name)
        return drop.last_login if drop else None

    def logged_in(self, name: str, at: float) -> None:
        """It was opened at that time. Raises KeyError."""
        self._put(name, replace(self._drops[name], last_login=at))

    def expire(self, name: str, before: float) -> None:
        """Remove mail that arrived before that time, the sample's at 0.0 (EXPIRE). Raises KeyError.

        Nobody's mail goes while it is open: not while a session is there or a lock is held.
        """
        drop = self._drops[name]
        if not (drop.sessions or drop.locked):
            self._put(name, drop.expired(before))

    def open(self, name: str, *, exclusive: bool = True) -> OpenMaildrop:
        """Open the maildrop; with `exclusive`, lock it. Raises InUse, SystemFailure, KeyError.

        A session that takes no lock still respects one: it is kept out while somebody holds the
        lock, and while it has the maildrop open nobody can take the lock. Among themselves such
        sessions share the maildrop; a message that one has removed the others pass over.
        """
        drop = self._drops[name]
        if drop.locked or (exclusive and drop.sessions):
            raise InUse(name)
        trouble = drop.trouble
        if trouble is not None and trouble.operation == "open":
            self._put(name, replace(drop, trouble=trouble.spent))
            raise trouble.failure()
        self._opened += 1
        token = f"session {self._opened}"
        self._put(name, drop.opened_by(token, exclusive=exclusive))
        return OpenMaildrop(self, name, token, drop)

    # A second actor, and what a learner may do to the copy

    def lock(self, name: str, holder: str) -> None:
        """Somebody else opens the maildrop. Raises InUse."""
        drop = self._drops[name]
        if drop.locked or drop.sessions:
            raise InUse(name)
        self._put(name, replace(drop, holder=holder))

    def unlock(self, name: str, holder: str) -> None:
        """That somebody lets go. Nothing happens where it does not hold it."""
        drop = self._drops[name]
        if drop.holder == holder:
            self._put(name, replace(drop, holder=None))

    def trouble(self, name: str, trouble: Trouble | None) -> None:
        """From now on the maildrop is in that trouble; with None, in none. Raises KeyError."""
        self._put(name, replace(self._drops[name], trouble=trouble))

    def deliver(self, name: str, message: Message, at: float = 0.0) -> None:
        """New mail arrives on the disk at that time. A session that is open does not see it.

        Mail whose label or unique-id was in use here, before or now, gets others.
        """
        self._put(name, self._drops[name].with_mail(message, at))

    def removed(self, name: str) -> tuple[str, ...]:
        """The unique-ids of the sample's messages that are gone from this copy."""
        left = {message.unique_id for message in self._drops[name].messages}
        sample = self._samples[name].messages
        return tuple(each.unique_id for each in sample if each.unique_id not in left)

    def remove_ids(self, name: str, unique_ids: Collection[str]) -> None:
        """Take out what an earlier run removed. Unknown unique-ids are passed over."""
        drop = self._drops[name]
        self._put(name, drop.without(m for m in drop.messages if m.unique_id in unique_ids))

    def remove_label(self, name: str, label: str) -> bool:
        """Somebody else removes a message. Whether it was there.

        A session that has the maildrop open still sees it; its UPDATE passes over it.
        """
        drop = self._drops[name]
        left = drop.without(each for each in drop.messages if each.label == label)
        self._put(name, left)
        return left is not drop

    def reset(self, name: str | None = None) -> None:
        """Back to the sample: one maildrop, or all. Trouble and a second actor's lock are gone.

        A session that has the maildrop open keeps it, lock and message-numbers and all. But what
        it marked was mail of the copy that is no more: its QUIT removes nothing from the new one
        and is told so (UpdateFailed), unless it marked nothing.
        """
        self._copies += 1
        fresh = {}
        for each in self._samples if name is None else [name]:
            fresh[each] = Drop.of(self._samples[each].messages, self._copies)
            if before := self._drops.get(each):
                fresh[each] = replace(
                    fresh[each], sessions=before.sessions, exclusive=before.exclusive
                )
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
        return Snapshot(name, drop.locked, tuple(rows), bool(drop.sessions))

    def _put(self, name: str, drop: Drop) -> None:
        self._drops = MappingProxyType({**self._drops, name: drop})

    def _held(self, name: str, token: str) -> Drop:
        """The maildrop that the session of this token has open. Raises UpdateFailed."""
        drop = self._drops[name]
        if token not in drop.sessions:
            raise UpdateFailed(f"{token} has released the maildrop of {name}")
        return drop

    def _update(self, name: str, drop: Drop, gone: Sequence[Message]) -> None:
        """Remove these for good. Raises UpdateFailed, where the maildrop is in trouble."""
        trouble = drop.trouble
        if not gone or trouble is None or trouble.operation != "update":
            self._put(name, drop.without(gone))
            return
        part = gone[: len(gone) // 2] if trouble.partly else ()
        self._put(name, replace(drop.without(part), trouble=trouble.spent))
        raise trouble.update_failed()

    def _release(self, name: str, token: str) -> None:
        drop = self._drops[name]
        if token in drop.sessions:
            self._put(name, drop.left_by(token))


class OpenMaildrop:
    """One session's hold of a maildrop. What it may change is kept by Accounts, under its token."""

    def __init__(self, accounts: Accounts, name: str, token: str, drop: Drop) -> None:
        self._accounts = accounts
        self._name = name
        self._token = token
        self._messages = drop.messages
        self._copy = drop.copy

    @property
    def messages(self) -> Sequence[Message]:
        """As they were when it was opened."""
        return self._messages

    def remove(self, numbers: Collection[int]) -> None:
        """Remove these message-numbers for good. One that somebody else removed is passed over.

        Raises UpdateFailed, and removes nothing: after `release`, for a number that names no
        message, and where the maildrop was reset since it was opened. A maildrop in trouble (see
        `Accounts.trouble`) raises it, too, and may have removed the first half by then.
        """
        drop = self._accounts._held(self._name, self._token)  # noqa: SLF001 - see the class
        wrong = [number for number in numbers if not 1 <= number <= len(self._messages)]
        if wrong:
            raise UpdateFailed(f"no message has the number {wrong[0]}")
        if numbers and drop.copy != self._copy:
            raise UpdateFailed(f"the maildrop of {self._name} was reset since it was opened")
        gone = [self._messages[number - 1] for number in sorted(set(numbers))]
        self._accounts._update(self._name, drop, gone)  # noqa: SLF001 - see the class

    def release(self) -> None:
        """Open the lock. Safe to call twice."""
        self._accounts._release(self._name, self._token)  # noqa: SLF001 - see the class


def _item(message: Message, number: int | None, *, marked: bool, on_disk: bool) -> Item:
    return Item(
        message.label, number, message.octets, message.unique_id, message.subject, marked, on_disk
    )
