"""One session's hold of a maildrop: what it numbers, and what it may change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING

from simulator.pop3.maildrop import UpdateFailed

from .drop import Drop
from .edits import with_expiry
from .message import Message

if TYPE_CHECKING:
    from .accounts import Accounts

__all__ = ["OpenMaildrop"]


class OpenMaildrop:
    """A maildrop that is open. What it holds and may change is kept by Accounts, under its token."""

    __slots__ = (
        "_accounts", "_copy", "_had", "_messages", "_missing", "_name", "_renamed", "_seen",
        "_token",
    )  # fmt: skip

    def __init__(
        self, accounts: Accounts, name: str, token: str, drop: Drop, shown: tuple[Message, ...]
    ) -> None:
        self._accounts = accounts
        self._name = name
        self._token = token
        self._messages = shown
        self._copy = drop.copy
        self._seen: Sequence[Message] | None = None  #: what it had, before it removed any
        self._had = len(drop.names)  #: how many messages the maildrop had had by then
        self._renamed = drop.notes.renamed  #: by then
        #: What was missing when last looked, and of which state of the disk that is true.
        self._missing = (drop.messages, self._renamed, frozenset[int]())

    @property
    def messages(self) -> Sequence[Message]:
        """As they were when it was opened; where new mail shows at once, with that behind them."""
        if not self._accounts.keeping.policy.sees_new:
            return self._messages
        drop = self._accounts.drop_of(self._name)
        if drop is None or drop.copy != self._copy or len(drop.names) == self._had:
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
        """The message-numbers of what is not on the disk any more, whoever removed or renamed it.

        None, where the maildrop was reset: that is another disk.
        """
        drop = self._accounts.drop_of(self._name)
        if drop is None or drop.copy != self._copy:
            return frozenset()
        renamed = drop.notes.renamed
        if self._missing[0] is not drop.messages or self._missing[1] is not renamed:
            there = {message.unique_id for message in drop.messages}
            gone = {each.unique_id for each in self._messages} - there | self._lost(renamed)
            numbers = self._numbers(gone) if gone else frozenset[int]()
            self._missing = (drop.messages, renamed, numbers)
        return self._missing[2]

    def rename(self, number: int) -> None:
        """RETR has sent this one: it has another name on the disk, unless it has that already.

        Who opened the maildrop before does not find it any more. Raises UpdateFailed after `release`.
        """
        drop = self._held()
        unique_id, notes = self.messages[number - 1].unique_id, drop.notes
        if drop.copy == self._copy and all(unique_id != known for known, _ in notes.renamed):
            renamed = notes.renamed | {(unique_id, self._token)}
            self._put(drop._replace(notes=notes._replace(renamed=renamed)))

    def _lost(self, renamed: frozenset[tuple[str, str]]) -> set[str]:
        """The unique-ids of what others have given another name since this one was opened."""
        return {each for each, token in renamed - self._renamed if token != self._token}

    def remove(self, numbers: Collection[int]) -> None:
        """Remove these message-numbers for good. One that somebody else removed or renamed stays.

        Raises UpdateFailed, and removes nothing: after `release`, for a number that names no
        message, and where the maildrop was reset since it was opened. A maildrop in trouble (see
        `Accounts.trouble`) raises it, too, and may have removed the first half by then.
        """
        drop = self._held()
        messages = self.messages
        self._seen = self._seen or messages
        wrong = [number for number in numbers if not 1 <= number <= len(messages)]
        if wrong:
            raise UpdateFailed(f"no message has the number {wrong[0]}")
        if numbers and drop.copy != self._copy:
            raise UpdateFailed(f"the maildrop of {self._name} was reset since it was opened")
        lost = self._lost(drop.notes.renamed)
        asked = (messages[number - 1] for number in sorted(set(numbers)))
        gone = [each for each in asked if each.unique_id not in lost]
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
                self._name, drop, self._seen or self.messages, self._ids(sent), quitted=quitted
            )
            if noted is not drop:
                self._put(noted)

    def stamp(self, numbers: Collection[int], at: int) -> None:
        """These bear from now on that they were read at that second.

        Raises UpdateFailed after `release`.
        """
        drop, read = self._held(), self._ids(numbers)
        if drop.copy == self._copy:
            self._put(drop._replace(messages=tuple(
                each.edited(partial(with_expiry, at=at)) if each.unique_id in read else each
                for each in drop.messages
            )))  # fmt: skip

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
