"""Reads a sample maildrop: a folder with mailbox.yaml and mail as .eml files, a Maildir or an mbox.

The page says who and how; the mail is read as octets and never written. LF becomes CRLF once, here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from simulator.pages import Finding, PageError, load, paper

from .mailbox import Mailbox
from .making import TooSmall, make_message, pad_text, unique_id_of
from .message import Message, crlf

__all__ = ["MailboxPage", "MakePage", "MessagePage", "load_mailbox", "made_from"]

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
        """Each label is given once."""
        labels = [message.label for message in self.messages or [] if message.label]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise ValueError(f"two messages are labelled {twice[0]!r}; a label names one message")


@dataclass(frozen=True, slots=True)
class _Found:
    """Mail as found: a name to make a label from, and its octets."""

    label: str
    octets: bytes


def load_mailbox(folder: Path, *, cache: Path | None = None) -> Mailbox:
    """The maildrop in `folder`. Raises PageError with file, line and what to write."""
    path = folder / "mailbox.yaml"
    page = load(path, MailboxPage, cache=cache)
    try:
        messages = _messages(page, folder)
    except (OSError, ValueError) as error:
        raise PageError([_finding(path, error)]) from None
    return made_from(page, folder.name, messages)


def made_from(page: MailboxPage, name: str, messages: list[Message] | None = None) -> Mailbox:
    """A maildrop of a page and its messages; without them, of the messages the page describes."""
    if messages is None:
        messages = [_made(message) for message in page.messages or []]
    secret = page.password if page.secret is None else page.secret
    return Mailbox(
        name, page.owner, page.name or page.owner, page.password, secret, page.about,
        tuple(_distinct(messages)),
    )  # fmt: skip


def _messages(page: MailboxPage, folder: Path) -> list[Message]:
    if page.source.kind != "eml":
        return _ordered([_plain(each) for each in _stored(page.source, folder)], page.order)
    if page.messages is not None:
        return [_listed(message, folder) for message in page.messages]
    files = sorted((folder / page.source.path).glob("*.eml"))
    found = [_plain(_Found(_label_of(file.stem), file.read_bytes())) for file in files]
    return _ordered(found, page.order)


def _listed(message: MessagePage, folder: Path) -> Message:
    if message.file is None:
        return _made(message)
    path = folder / message.file
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(
            f"{message.file} lies outside the folder; put the file beside mailbox.yaml"
        )
    content = crlf(path.read_bytes())
    label = message.label or _label_of(path.stem)
    if message.make is not None:
        try:
            content = pad_text(content, message.make.octets)
        except TooSmall as error:
            raise ValueError(f"{message.file}: {error}") from None
    return Message(label, message.unique_id or unique_id_of(content), content)


def _made(message: MessagePage) -> Message:
    make = message.make
    assert message.label is not None
    try:
        return make_message(
            message.label, message.headers, message.text, octets=make.octets if make else None,
            as_=make.as_ if make else "text", unique_id=message.unique_id,
        )  # fmt: skip
    except ValueError as error:
        raise ValueError(f"message {message.label}: {error}") from None


def _stored(source: SourcePage, folder: Path) -> Iterator[_Found]:
    path = folder / source.path
    if source.kind == "maildir":
        files = [file for part in ("cur", "new") for file in (path / part).iterdir()
                 if file.is_file() and not file.name.startswith(".")]  # fmt: skip
        for file in sorted(files, key=lambda file: file.name):
            octets = file.read_bytes()
            yield _Found(_label_from_subject(octets, file.name), octets)
        return
    for number, octets in enumerate(_split_mbox(path.read_bytes()), 1):
        yield _Found(_label_from_subject(octets, f"message-{number}"), octets)


def _split_mbox(data: bytes) -> list[bytes]:
    """The messages of an mbox (the mboxrd kind): `From ` lines part them, `>From ` loses one `>`."""
    parts = re.split(rb"(?:\A|(?<=\n)\n?)From [^\n]*\n", data)
    return [
        re.sub(rb"(?m)^>(>*From )", rb"\1", part.removesuffix(b"\n\n") + b"\n" * part.endswith(b"\n\n"))
        for part in parts if part.strip()
    ]  # fmt: skip


def _plain(found: _Found) -> Message:
    content = crlf(found.octets)
    return Message(found.label, unique_id_of(content), content)


def _label_of(stem: str) -> str:
    return re.sub(r"\A[0-9]+-", "", stem)


def _label_from_subject(octets: bytes, otherwise: str) -> str:
    subject = Message("", "", crlf(octets)).subject
    words = re.findall(r"[a-z0-9]+", subject.lower())
    return "-".join(words[:4]) or otherwise


def _ordered(messages: list[Message], order: list[str] | str) -> list[Message]:
    if not isinstance(order, list):
        return messages
    by_label = {message.label: message for message in messages}
    missing = [label for label in order if label not in by_label]
    if missing or len(order) != len(messages):
        has = ", ".join(by_label)
        raise ValueError(f"order must name each message once; there are: {has}")
    return [by_label[label] for label in order]


def _distinct(messages: list[Message]) -> Iterator[Message]:
    """Two equal messages get labels and unique-ids that differ, in the order in which they stand."""
    labels: dict[str, int] = {}
    ids: dict[str, int] = {}
    for message in messages:
        nth = labels[message.label] = labels.get(message.label, 0) + 1
        mth = ids[message.unique_id] = ids.get(message.unique_id, 0) + 1
        if nth > 1:
            message.label = f"{message.label}-{nth}"
        if mth > 1:
            message.unique_id = f"{message.unique_id[:60]}.{mth}"
        yield message


def _finding(path: Path, error: OSError | ValueError) -> Finding:
    what = str(error)
    if isinstance(error, OSError):
        what = f"{error.filename}: {error.strerror}; write the name of a file in this folder"
    return Finding(str(path), 1, 1, "", what)
