"""One session's hold of a maildrop: what it numbers, and what it may change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from simulator.pop3.maildrop import UpdateFailed

from .drop import Drop
from .message import Message

if TYPE_CHECKING:
    from .accounts import Accounts

__all__ = ["OpenMaildrop"]


class OpenMaildrop:
    """A maildrop that is open. What it holds and may change is kept by Accounts, under its token."""

    __slots__ = ("_accounts", "_copy", "_had", "_messages", "_missing", "_name", "_token")

    def __init__(
        self, accounts: Accounts, name: str, token: str, drop: Drop, shown: tuple[Message, ...]
    ) -> None:
        self._accounts = accounts
        self._name = name
        self._token = token
        self._messages = shown
        self._copy = drop.copy
        self._had = len(drop.names)  #: how many messages the maildrop had had by then
        #: What was missing when last looked, and of which state of the disk that is true.
        self._missing: tuple[tuple[Message, ...], frozenset[int]] = (drop.messages, frozenset())

    @property
    def messages(self) -> Sequence[Message]:
        """As they were when it was opened; where new mail shows at once, with that behind them."""
        drop = self._accounts.drop_of(self._name)
        shows = self._accounts.keeping.policy.sees_new
        if not shows or drop is None or drop.copy != self._copy or len(drop.names) == self._had:
            return self._messages
        new = {unique_id for _, unique_id in drop.names[self._had :]}
        return (*self._messages, *(each for each in drop.messages if each.unique_id in new))

    @property
    def flagged(self) -> frozenset[int]:
        """The message-numbers that bear a mark on the disk. Raises UpdateFailed after `release`."""
        flagged = self._held().notes.flagged
        if not flagged:
            return frozenset()
        return self._numbers(flagged)

    def flag(self, numbers: Collection[int]) -> None:
        """From now on these, and of its messages no others, bear a mark on the disk.

        Raises UpdateFailed after `release`.
        """
        drop = self._held()
        if drop.copy != self._copy:
            return
        mine = {message.unique_id for message in self._messages}
        flagged = (drop.notes.flagged - mine).union(self._ids(numbers))
        self._put(drop._replace(notes=drop.notes._replace(flagged=flagged)))

    def missing(self) -> frozenset[int]:
        """The message-numbers of what is not on the disk any more, whoever removed it.

        None, where the maildrop was reset: that is another disk.
        """
        drop = self._accounts.drop_of(self._name)
        if drop is None or drop.copy != self._copy:
            return frozenset()
        if self._missing[0] is not drop.messages:
            there = {message.unique_id for message in drop.messages}
            gone = {each.unique_id for each in self._messages} - there
            self._missing = (drop.messages, self._numbers(gone) if gone else frozenset())
        return self._missing[1]

    def remove(self, numbers: Collection[int]) -> None:
        """Remove these message-numbers for good. One that somebody else removed is passed over.

        Raises UpdateFailed, and removes nothing: after `release`, for a number that names no
        message, and where the maildrop was reset since it was opened. A maildrop in trouble (see
        `Accounts.trouble`) raises it, too, and may have removed the first half by then.
        """
        drop = self._held()
        messages = self.messages
        wrong = [number for number in numbers if not 1 <= number <= len(messages)]
        if wrong:
            raise UpdateFailed(f"no message has the number {wrong[0]}")
        if numbers and drop.copy != self._copy:
            raise UpdateFailed(f"the maildrop of {self._name} was reset since it was opened")
        gone = [messages[number - 1] for number in sorted(set(numbers))]
        trouble = drop.trouble
        if not gone or trouble is None or trouble.operation != "update":
            self._put(drop.without(gone))
            return
        part = gone[: len(gone) // 2] if trouble.partly else ()
        self._put(drop.without(part)._replace(trouble=trouble.spent))
        raise trouble.update_failed()

    def tell(self, numbers: Collection[int]) -> Sequence[Message]:
        """UIDL tells the unique-ids of these: the messages, as they are from now on.

        The very same sequence, unless the store writes unique-ids into the mail. Raises UpdateFailed
        after `release`.
        """
        drop, keeping = self._held(), self._accounts.keeping
        if drop.copy != self._copy or not keeping.policy.status_headers:
            return self._messages
        told = keeping.told(drop, self._ids(numbers))
        if told is not drop:
            self._put(told)
        now = {message.unique_id: message for message in told.messages}
        return tuple(now.get(each.unique_id, each) for each in self.messages)

    def note(self, sent: Collection[int], *, quitted: bool) -> None:
        """The session ends, by QUIT or otherwise, and RETR has sent these in it.

        Raises UpdateFailed after `release`.
        """
        drop = self._held()
        if drop.copy == self._copy:
            noted = self._accounts.keeping.noted(
                self._name, drop, self.messages, self._ids(sent), quitted=quitted
            )
            if noted is not drop:
                self._put(noted)

    def release(self) -> None:
        """Open the lock. Safe to call twice."""
        drop = self._accounts.drop_of(self._name)
        if drop is not None and self._token in drop.sessions:
            self._put(drop.left_by(self._token))

    def _held(self) -> Drop:
        """The maildrop, while the session has it open. Raises UpdateFailed."""
        drop = self._accounts.drop_of(self._name)
        if drop is None or self._token not in drop.sessions:
            raise UpdateFailed(f"{self._token} has released the maildrop of {self._name}")
        return drop

    def _put(self, drop: Drop) -> None:
        self._accounts.put(self._name, drop)

    def _ids(self, numbers: Collection[int]) -> frozenset[str]:
        if not numbers:
            return frozenset()
        messages = self.messages
        return frozenset(messages[number - 1].unique_id for number in numbers)

    def _numbers(self, unique_ids: Collection[str]) -> frozenset[int]:
        return frozenset(
            number for number, each in enumerate(self._messages, 1) if each.unique_id in unique_ids
        )
