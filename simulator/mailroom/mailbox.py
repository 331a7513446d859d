"""A sample maildrop: what is asked of one, one as it was loaded, and what one sees of a maildrop."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from .message import Message

__all__ = ["Item", "Mailbox", "Sample", "Samples", "Snapshot"]


class Sample(Protocol):
    """What Accounts asks of a sample: what proves somebody, apart from the mail.

    One that is not read yet reads what it is asked for, and no more. Each of the four may raise
    SystemFailure.
    """

    @property
    def password(self) -> str:
        """The password that PASS must carry."""

    @property
    def secret(self) -> str:
        """The shared secret of APOP."""

    @property
    def token(self) -> str | None:
        """The access token that opens it (RFC 7628), or None."""

    @property
    def messages(self) -> tuple[Message, ...]:
        """Its messages in their order; the same objects each time."""


class Samples(Mapping[str, Sample]):
    """Samples by the name of the account, which can be read anew."""

    @abstractmethod
    def renewed(self, name: str | None = None) -> Samples:
        """As they are by now, one of them or all; these stay as they were. Raises ValueError."""


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
