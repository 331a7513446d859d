"""The learner's own copy of some maildrops: who has one, who holds its lock, what is left in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress

from simulator.pop3.maildrop import InUse, SystemFailure, TooMany

from .drop import Drop, Drops
from .keeping import Keeping
from .mailbox import Mailbox, Sample, Samples, Snapshot
from .message import Message
from .opened import OpenMaildrop
from .trouble import Trouble

__all__ = ["Accounts", "AccountsState"]


AccountsState = Mapping[str, Drop]


class Accounts:
    """Maildrops by owner. The samples are shared; what changes are immutable values inside.

    Mailboxes are copied at once. Of a mapping, account's name to sample, each is copied when its
    maildrop is first opened or changed, so that thousands cost nothing until somebody comes. What
    such a sample cannot tell raises SystemFailure: from `password`, `secret` and `token`, and from
    whatever needs its mail.

    `keeping`: how the server keeps its mail. Where that knows names of a second kind for a maildrop
    (`recent`), each method that takes a name takes those, too.
    """

    def __init__(
        self,
        mailboxes: Iterable[Mailbox] | Mapping[str, Sample],
        keeping: Keeping | None = None,
    ) -> None:
        self.keeping = keeping or Keeping()  #: how this store keeps mail
        self._at_once = not isinstance(mailboxes, Mapping)
        self._samples: Mapping[str, Sample] = (
            mailboxes if isinstance(mailboxes, Mapping) else {box.owner: box for box in mailboxes}
        )
        self._owners: Mapping[str, str] | None = None  #: by token, once somebody has asked
        self._opened = 0
        self._copies = 0
        self._drops = Drops({})
        self._copy_anew(None)

    # What the protocol asks (pop3.maildrop.Accounts)

    def knows(self, name: str) -> bool:
        """Whether there is a mailbox of that name."""
        return self.keeping.owner(name) in self._samples

    def password(self, name: str) -> str | None:
        """The password, or None."""
        sample = self._sample(name)
        return sample.password if sample else None

    def secret(self, name: str) -> str | None:
        """APOP's shared secret, or None."""
        sample = self._sample(name)
        return sample.secret if sample else None

    def token(self, name: str) -> str | None:
        """The practice access token of OAuth 2.0, or None."""
        sample = self._sample(name)
        return sample.token if sample else None

    def bearer(self, token: str) -> str | None:
        """Whose token that is, or None: the first one's where two have it.

        Who asks has proved nothing yet, so all samples are looked through once and not each time.
        One that cannot be read has no token.
        """
        if self._owners is None:
            self._owners = _owners(self._samples)
        return self._owners.get(token) if token else None

    def accessed(self, name: str) -> frozenset[str]:
        """The unique-ids of the messages that were sent. Raises KeyError."""
        return self._drops[self.keeping.owner(name)].accessed

    def access(self, name: str, unique_id: str) -> None:
        """That message was sent; "": none ever was. Raises KeyError."""
        owner = self.keeping.owner(name)
        drop = self._drops.get(owner) or self._drop(owner)
        accessed = drop.accessed | {unique_id} if unique_id else frozenset[str]()
        self.put(owner, drop._replace(accessed=accessed))

    def last_login(self, name: str) -> float | None:
        """When the maildrop was last opened, in seconds; None: not since the sample was copied."""
        drop = self._drops.get(self.keeping.owner(name))
        return drop.last_login if drop else None

    def logged_in(self, name: str, at: float) -> None:
        """It was opened at that time. Raises KeyError."""
        owner = self.keeping.owner(name)
        self.put(owner, self._drops[owner]._replace(last_login=at))

    def expire(self, name: str, before: float) -> None:
        """Remove mail that arrived before that time, the sample's at 0.0 (EXPIRE). Raises KeyError.

        Nobody's mail goes while it is open: not while a session is there or a lock is held.
        """
        owner = self.keeping.owner(name)
        drop = self._drop(owner)
        if not (drop.sessions or drop.locked):
            self.put(owner, drop.expired(before))

    def open(
        self, name: str, *, exclusive: bool = True, at: float = 0.0, peer: str = "", most: int = 0
    ) -> OpenMaildrop:
        """Open the maildrop at that time; with `exclusive`, lock it. With `most`, so many from `peer`.

        A session that takes no lock still respects one: it is kept out while somebody holds the
        lock, and while it has the maildrop open nobody can take the lock. Among themselves such
        sessions share the maildrop; a message that one has removed the others pass over. Raises
        InUse, TooMany, SystemFailure, KeyError.
        """
        owner = self.keeping.owner(name)
        held = self._drops.get(owner)
        if most and held is not None and held.sessions_from(peer) >= most:
            raise TooMany(name)
        if held is not None and (held.locked or (exclusive and held.sessions)):
            raise InUse(name)
        drop = self._drop(owner)
        trouble = drop.trouble
        if trouble is not None and trouble.operation == "open":
            self.put(owner, drop._replace(trouble=trouble.spent))
            raise trouble.failure()
        self._opened += 1
        token = f"session {self._opened} {peer}"
        self.put(owner, drop.opened_by(token, exclusive=exclusive))
        return OpenMaildrop(self, owner, token, drop, self.keeping.shown(drop, name, at))

    # A second actor, and what a learner may do to the copy

    def lock(self, name: str, holder: str) -> None:
        """Somebody else opens the maildrop. Raises InUse."""
        drop = self._drop(name)
        if drop.locked or drop.sessions:
            raise InUse(name)
        self.put(name, drop._replace(holder=holder))

    def unlock(self, name: str, holder: str) -> None:
        """That somebody lets go. Nothing happens where it does not hold it."""
        drop = self._drop(name)
        if drop.holder == holder:
            self.put(name, drop._replace(holder=None))

    def trouble(self, name: str, trouble: Trouble | None) -> None:
        """From now on the maildrop is in that trouble; with None, in none. Raises KeyError."""
        self.put(name, self._drop(name)._replace(trouble=trouble))

    def deliver(self, name: str, message: Message, at: float = 0.0) -> None:
        """New mail arrives on the disk at that time. A session that is open does not see it.

        Mail whose label or unique-id was in use here, before or now, gets others.
        """
        drop = self._drop(name)
        kept = self.keeping.delivered(name, message, len(drop.names) + 1)
        self.put(name, drop.with_mail(kept, at))

    def removed(self, name: str) -> tuple[str, ...]:
        """The unique-ids of the sample's messages that are gone from this copy."""
        drop = self._drop(name)
        left = {message.unique_id for message in drop.messages}
        sample = drop.names[: len(self._samples[name].messages)]
        return tuple(unique_id for _, unique_id in sample if unique_id not in left)

    def remove_ids(self, name: str, unique_ids: Collection[str]) -> None:
        """Take out what an earlier run removed. Unknown unique-ids are passed over."""
        drop = self._drop(name)
        self.put(name, drop.without(m for m in drop.messages if m.unique_id in unique_ids))

    def remove_label(self, name: str, label: str) -> bool:
        """Somebody else removes a message. Whether it was there.

        A session that has the maildrop open still sees it; its UPDATE passes over it.
        """
        drop = self._drop(name)
        left = drop.without(each for each in drop.messages if each.label == label)
        self.put(name, left)
        return left is not drop

    def reset(self, name: str | None = None) -> None:
        """Back to the sample: one maildrop, or all. Trouble and a second actor's lock are gone.

        A session that has the maildrop open keeps it, lock and message-numbers and all. But what
        it marked was mail of the copy that is no more: its QUIT removes nothing from the new one
        and is told so (UpdateFailed), unless it marked nothing.

        Samples that can be are read anew (`Samples.renewed`): accounts may have come, gone or
        changed. Raises KeyError for a name that is in none; ValueError where they cannot be read
        by now, and all stays as it was.
        """
        samples = self._samples
        if isinstance(samples, Samples):
            samples = samples.renewed(name)
        if name is not None and name not in samples and name not in self._samples:
            raise KeyError(name)
        self._samples, self._owners = samples, None
        self._copy_anew(name)

    def state(self) -> AccountsState:
        """All that has become of the copies. It never changes: keeping a reference is enough.

        A maildrop of a mapping's that nobody has opened or changed is not in it.
        """
        return self._drops.kept()

    def restore(self, state: AccountsState) -> None:
        """As at `state()`. What was not in it is as in the sample."""
        self._drops = Drops(state)

    # The disk beside the session

    def snapshot(
        self, name: str, numbers: Sequence[Message] | None = None, marked: Collection[int] = ()
    ) -> Snapshot:
        """The disk, and beside it the view of a session that numbered `numbers`."""
        drop = self._drop(self.keeping.owner(name))
        items = tuple(drop.beside(numbers or (), marked))
        return Snapshot(name, drop.locked, items, bool(drop.sessions))

    # What an OpenMaildrop may do, with the owner's name

    def drop_of(self, name: str) -> Drop | None:
        """The maildrop as it is, read or not; None where there is none by now."""
        return self._drops.get(name)

    def put(self, name: str, drop: Drop) -> None:
        """The maildrop is so from now on."""
        self._drops.put(name, drop)

    def _drop(self, name: str) -> Drop:
        """The maildrop; its mail is read if it was not yet. Raises KeyError, SystemFailure."""
        drop = self._drops.get(name)
        if drop is None or drop.unread:
            messages = self.keeping.stored(name, self._samples[name].messages)
            drop = Drop.of(messages, self._copies) if drop is None else drop.read(messages)
            self.put(name, drop)
        return drop

    def _sample(self, name: str) -> Sample | None:
        return self._samples.get(self.keeping.owner(name))

    def _copy_anew(self, name: str | None) -> None:
        """Forget one copy, or all; what sessions hold stays theirs."""
        self._copies += 1
        drops = dict(self._drops.kept())
        for each in [*drops] if name is None else [name]:
            before = drops.pop(each, None)
            if before is not None and before.sessions:
                drops[each] = before.anew(self._copies)
        self._drops = Drops(drops)
        if self._at_once:
            for each in self._samples if name is None else [name]:
                self._drop(each)


def _owners(samples: Mapping[str, Sample]) -> dict[str, str]:
    """Who has which token."""
    owners: dict[str, str] = {}
    for name, sample in samples.items():
        with suppress(SystemFailure):
            if sample.token:
                owners.setdefault(sample.token, name)
    return owners
