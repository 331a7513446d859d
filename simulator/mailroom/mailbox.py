"""A sample maildrop as it was loaded, and what one sees of a maildrop at a moment."""

from __future__ import annotations

from dataclasses import dataclass

from .message import Message

__all__ = ["Item", "Mailbox", "Snapshot"]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A sample maildrop: whose, what proves it, and its messages in their order."""

    name: str
    owner: str
    full_name: str
    password: str
    secret: str
    about: str
    messages: tuple[Message, ...]
    token: str | None = None  #: the access token that opens it (RFC 7628), or None


@dataclass(frozen=True, slots=True)
class Item:
    """One message as the disk and a session see it."""

    label: str
    number: int | None  #: its message-number in the session; None: the session does not see it
    octets: int
    unique_id: str
    subject: str
    marked: bool
    on_disk: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A maildrop at a moment: the disk beside the session."""

    user: str
    locked: bool
    items: tuple[Item, ...]
    open: bool  #: a session has it open; the lock of `Accounts.lock` alone is none
