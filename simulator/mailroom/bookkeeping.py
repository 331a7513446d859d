"""What a store writes into its mail when a session ends (pop3's policy `status_headers`).

X-IMAPbase in the first message holds a time and the uid that comes next, X-UID the message's own, and
Status what has become of it. What stands there already, and is sound, stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from .edits import with_status
from .message import Message, parted

__all__ = ["uids_of", "written"]

_BASE = re.compile(rb"(?im)^X-IMAPbase:[ \t]*(\d+)[ \t]+(\d+)")
_UID = re.compile(rb"(?im)^X-UID:[ \t]*(\d+)")
_STATUS = re.compile(rb"(?im)^Status:([^\r\n]*)")
#: A base that has room for any number, so that a new one is written over it.
_WIDE = re.compile(rb"(?im)^X-IMAPbase: (\d+ [ \d]{20})\r$")
_MOVED = re.compile(rb"(?i)\nStatus:[^\n]*\nX-UIDL:[^\n]*\n\Z")
#: The states in the order in which they are written: answered, flagged, deleted, old, read.
_STATES = "AFdOR"


class _Base(NamedTuple):
    """What X-IMAPbase says."""

    validity: int
    following: int  #: the uid of the next message

    def __str__(self) -> str:
        return f"{self.validity} {self.following:20}"


def written(
    seen: Sequence[Message], left: Sequence[Message], validity: int, sent: Collection[str]
) -> tuple[Message, ...]:
    """The messages that are left, with what is noted of them.

    `seen`: what the session had, also what it has removed; `validity`: seconds, for a first base;
    `sent`: the unique-ids of what RETR has sent.
    """
    every = {each.unique_id: each for each in (*seen, *left)}
    uids, base = _uids([parted(each.headed())[0] for each in every.values()], validity)
    uid_of = dict(zip(every, uids, strict=True))
    return tuple(
        _noted(each, uid_of[each.unique_id], base if at == 0 else None, each.unique_id in sent)
        for at, each in enumerate(left)
    )


def uids_of(messages: Iterable[Message]) -> list[int]:
    """The uid of each message, as a session finds or makes it."""
    return _uids([parted(each.headed())[0] for each in messages], 0)[0]


def _uids(heads: Sequence[bytes], validity: int) -> tuple[list[int], _Base]:
    """Each message's uid, and the base that follows. From the first that is unsound all are new."""
    own_validity, following, known, sound = validity, 1, False, True
    uids: list[int] = []
    for head in heads:
        if not known and (found := _BASE.search(head)):
            own_validity, following, known = int(found[1]), int(found[2]), True
        own, last = _UID.search(head), uids[-1] if uids else 0
        sound = sound and known and own is not None and last < int(own[1]) < following
        uids.append(int(own[1]) if sound and own is not None else following)
        following += not sound
    return uids, _Base(own_validity if sound else validity, following)


def _noted(message: Message, uid: int, base: _Base | None, read: bool) -> Message:
    """One message; `base` for the first alone."""
    head = parted(message.headed())[0]
    said, own, known = _STATUS.search(head), _UID.search(head), _BASE.search(head)
    had = set(said[1].decode("latin-1")) & set(_STATES) if said else set()
    states = had | set("OR" if read else "O")
    # UIDL has put its header behind ours, which go to the end.
    sound = states == had and own is not None and int(own[1]) == uid and not _MOVED.search(head)
    if sound and (base is None or (known and int(known[2]) == base.following)):
        return message
    if sound and _WIDE.search(head):
        return message.edited(partial(_with_base, base=str(base).encode("ascii")))
    status = "".join(each for each in _STATES if each in states)
    return message.edited(partial(with_status, uid=uid, base=str(base or ""), status=status))


def _with_base(content: bytes, *, base: bytes) -> bytes:
    return _WIDE.sub(b"X-IMAPbase: " + base + b"\r", content, count=1)
