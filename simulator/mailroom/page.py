"""The form of `mailbox.yaml`, and of `setup.mailbox` in a lesson.

It stands apart from the loader because who takes a lesson needs the form and not yet the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from datetime import date
from typing import Literal

from simulator.pages import paper

__all__ = [
    "LARGEST",
    "UNIQUE_ID",
    "BulkPage",
    "MailboxPage",
    "MakePage",
    "MessagePage",
    "SourcePage",
]

#: Octets of the largest message that is made: more than 64 MiB helps nobody.
LARGEST = 64 * 2**20
#: Most messages of one bulk. A maildrop of that many is long to list and quick to make.
MOST = 10_000

#: RFC 1939 section 7, the form of a unique-id.
UNIQUE_ID = re.compile(r"[\x21-\x7e]{1,70}\Z")
_LABEL = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
#: RFC 6750 section 2.1, the form of an access token.
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*\Z")


@paper
class MakePage:
    """`make:` of a message: its size in octets, and how it grows to it."""

    octets: int
    as_: Literal["text", "attachment"] = "text"

    def __post_init__(self) -> None:
        """A message has an octet at least, and at most `LARGEST`."""
        _must_be_octets(self.octets)


@paper
class BulkPage:
    """`bulk:` of an entry: many messages in a few lines, the same each time they are made.

    Their labels are `label-1`, `label-2` and so on. `octets` are two numbers, the least and the
    most, between which sizes are drawn (many small ones, few large ones), or else a list of sizes
    that are taken in turn.
    """

    count: int
    label: str
    from_: list[str]
    subject: list[str]
    octets: list[int]
    seed: int = 1
    as_: Literal["text", "attachment"] = "text"
    to: str = ""
    text: str = ""
    since: str = "2026-01-05"  #: the day of the first one's Date; the others follow, hours apart

    def __post_init__(self) -> None:
        """Counts and sizes are within reason, and there is something to draw from."""
        if not 0 < self.count <= MOST:
            raise ValueError(f"count: write 1 to {MOST} messages, got {self.count}")
        _must_be_label(self.label)
        if not (self.from_ and self.subject and self.octets):
            raise ValueError("from, subject and octets: write at least one of each")
        for octets in self.octets:
            _must_be_octets(octets)
        if len(self.octets) == 2 and self.octets[0] > self.octets[1]:
            raise ValueError("octets: write the least first, then the most")
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed: write 0 to {2**32 - 1}, got {self.seed}")
        try:
            day = date.fromisoformat(self.since)
        except ValueError:
            raise ValueError(f"since: write a day as 2026-01-05, got {self.since!r}") from None
        if not 1970 <= day.year <= 2100:
            raise ValueError(f"since: write a year from 1970 to 2100, got {day.year}")

    @property
    def labels(self) -> Iterator[str]:
        """The labels of all messages, in order."""
        return (f"{self.label}-{number}" for number in range(1, self.count + 1))


@paper
class MessagePage:
    """An entry of `messages`: a file, what a message is made from, or a bulk of messages."""

    bulk: BulkPage | None = None
    file: str | None = None
    label: str | None = None
    unique_id: str | None = None
    make: MakePage | None = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def __post_init__(self) -> None:
        """It is one of the three, and what names it is well-formed."""
        if self.bulk is not None:
            if any((self.file, self.label, self.unique_id, self.make, self.headers, self.text)):
                raise ValueError("a bulk stands alone; what its messages have is written in it")
            return
        if self.file is None and self.label is None:
            raise ValueError("a message needs a file, or a label with headers and text, or a bulk")
        if self.file is not None and (self.headers or self.text):
            raise ValueError("a message is a file, or headers and text, not both")
        if self.file is not None and self.make is not None and self.make.as_ == "attachment":
            raise ValueError("a file gets no attachment; write `as: text`, or headers and text")
        if self.label is not None:
            _must_be_label(self.label)
        if self.unique_id is not None and not UNIQUE_ID.match(self.unique_id):
            raise ValueError("a unique-id has 1 to 70 characters 0x21-0x7E (RFC 1939 section 7)")

    @property
    def labels(self) -> Iterable[str]:
        """The labels that the page gives here."""
        if self.bulk is not None:
            return self.bulk.labels
        return () if self.label is None else (self.label,)


@paper
class SourcePage:
    """`source:`: in which form the mail lies in the folder."""

    kind: Literal["eml", "maildir", "mbox"] = "eml"
    path: str = "."


@paper
class MailboxPage:
    """`mailbox.yaml`, and `setup.mailbox` of a lesson."""

    format: Literal[1] = 1
    about: str = ""
    owner: str
    name: str = ""
    password: str
    secret: str | None = None
    token: str | None = None  #: a practice access token (RFC 7628); it opens nothing anywhere else
    source: SourcePage = SourcePage()
    order: list[str] | Literal["by-name"] = "by-name"
    messages: list[MessagePage] | None = None
    total: int | None = None  #: the octets of all messages together; bulks are stretched to it

    def __post_init__(self) -> None:
        """Each label and each unique-id is given once, and a token has the form of one."""
        for key, secret in (("password", self.password), ("secret", self.secret or "")):
            if not can_be_given(secret):
                raise ValueError(f"{key}: it holds what RFC 4013 allows in none")
        if self.token is not None and not _TOKEN.match(self.token):
            raise ValueError("token: write letters, digits and -._~+/ (RFC 6750 section 2.1)")
        messages = self.messages or []
        if twice := _twice(label for message in messages for label in message.labels):
            raise ValueError(f"two messages are labelled {twice!r}; a label names one message")
        if twice := _twice(message.unique_id for message in messages):
            raise ValueError(f"two messages have the unique-id {twice!r}; give each its own")


def can_be_given(password: str) -> bool:
    """Whether a login can carry it (RFC 4013). Which character is in the way is nobody's business."""
    if password.isascii():
        return True
    from simulator.pop3.mechanisms import prepared  # a lesson's first prompt need not wait for it

    try:
        prepared(password)
    except ValueError:
        return False
    return True


def _must_be_label(label: str) -> None:
    if not _LABEL.match(label):
        raise ValueError(f"label {label!r}: write small letters, digits and dashes")


def _must_be_octets(octets: int) -> None:
    if not 0 < octets <= LARGEST:
        raise ValueError(f"write 1 to {LARGEST} octets, got {octets}")


def _twice(names: Iterable[str | None]) -> str | None:
    """The first name that comes a second time."""
    seen: set[str] = set()
    for name in names:
        if name is not None:
            if name in seen:
                return name
            seen.add(name)
    return None
