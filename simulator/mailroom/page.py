"""The form of `mailbox.yaml`, and of `setup.mailbox` in a lesson.

It stands apart from the loader because who takes a lesson needs the form and not yet the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field
from typing import Literal

from simulator.pages import paper

__all__ = ["MailboxPage", "MakePage", "MessagePage", "SourcePage"]

_UNIQUE_ID = re.compile(r"[\x21-\x7e]{1,70}\Z")
_LABEL = re.compile(r"[a-z0-9][a-z0-9-]*\Z")


@paper
class MakePage:
    """`make:` of a message: its size in octets, and how it grows to it."""

    octets: int
    as_: Literal["text", "attachment"] = "text"

    def __post_init__(self) -> None:
        """A message of more than 64 MiB helps nobody."""
        if not 0 < self.octets <= 64 * 2**20:
            raise ValueError(f"write 1 to {64 * 2**20} octets, got {self.octets}")


@paper
class MessagePage:
    """One message: a file, or what it is made from."""

    file: str | None = None
    label: str | None = None
    unique_id: str | None = None
    make: MakePage | None = None
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    def __post_init__(self) -> None:
        """A message is a file or a description, and what names it is well-formed."""
        if self.file is None and self.label is None:
            raise ValueError("a message needs a file, or a label with headers and text")
        if self.file is not None and (self.headers or self.text):
            raise ValueError("a message is a file, or headers and text, not both")
        if self.file is not None and self.make is not None and self.make.as_ == "attachment":
            raise ValueError("a file gets no attachment; write `as: text`, or headers and text")
        if self.label is not None and not _LABEL.match(self.label):
            raise ValueError(f"label {self.label!r}: write small letters, digits and dashes")
        if self.unique_id is not None and not _UNIQUE_ID.match(self.unique_id):
            raise ValueError("a unique-id has 1 to 70 characters 0x21-0x7E (RFC 1939 section 7)")


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
    source: SourcePage = SourcePage()
    order: list[str] | Literal["by-name"] = "by-name"
    messages: list[MessagePage] | None = None

    def __post_init__(self) -> None:
        """Each label and each unique-id is given once."""
        messages = self.messages or []
        if twice := _twice(message.label for message in messages):
            raise ValueError(f"two messages are labelled {twice!r}; a label names one message")
        if twice := _twice(message.unique_id for message in messages):
            raise ValueError(f"two messages have the unique-id {twice!r}; give each its own")


def _twice(names: Iterable[str | None]) -> str | None:
    """The first name that comes a second time."""
    seen: set[str] = set()
    for name in names:
        if name is not None:
            if name in seen:
                return name
            seen.add(name)
    return None
