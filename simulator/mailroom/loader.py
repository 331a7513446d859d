"""Reads a sample maildrop: a folder with mailbox.yaml and mail as .eml files, a Maildir or an mbox.

The page says who and how; the mail is read as octets and never written. LF becomes CRLF once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simulator.pages import PageError, load, read_page

from .mailbox import Mailbox
from .making import TooSmall, made_of, make_message
from .message import Message, Names, crlf
from .page import MailboxPage, MessagePage
from .stores import Folder, Misplaced, found, label_of

__all__ = ["load_mailbox", "made_from"]


def load_mailbox(folder: Path, *, cache: Path | None = None) -> Mailbox:
    """The maildrop in `folder`. Raises PageError with file, line and what to write."""
    path = folder / "mailbox.yaml"
    page = load(path, MailboxPage, cache=cache)
    try:
        return made_from(page, folder.name, _messages(page, Folder(folder)))
    except Misplaced as wrong:
        # The page may come from the cache, which does not know lines: it is read for this alone.
        raise PageError([read_page(path).finding(wrong.keys, str(wrong))]) from None


def made_from(page: MailboxPage, name: str, messages: list[Message] | None = None) -> Mailbox:
    """A maildrop of a page and its messages; without them, of the messages the page describes.

    Raises ValueError where a message cannot be made.
    """
    if messages is None:
        messages = [_made(message, at) for at, message in enumerate(page.messages or [])]
    secret = page.password if page.secret is None else page.secret
    return Mailbox(
        name, page.owner, page.name or page.owner, page.password, secret, page.about,
        tuple(_told_apart(messages, page)),
    )  # fmt: skip


def _messages(page: MailboxPage, folder: Folder) -> list[Message]:
    if page.source.kind == "eml" and page.messages is not None:
        return [
            _made(message, at) if message.file is None else _from_file(message, at, folder)
            for at, message in enumerate(page.messages)
        ]
    mail = found(page.source.kind, folder, page.source.path, ("source", "path"))
    return _ordered([made_of(each.label, each.content) for each in mail], page.order)


def _from_file(message: MessagePage, at: int, folder: Folder) -> Message:
    assert message.file is not None
    content = crlf(folder.read(message.file, ("messages", at, "file")))
    label = message.label or label_of(Path(message.file).stem)
    octets = message.make.octets if message.make else None
    try:
        return made_of(label, content, octets=octets, unique_id=message.unique_id)
    except TooSmall as error:
        raise Misplaced(("messages", at, "make", "octets"), f"{message.file}: {error}") from None


def _made(message: MessagePage, at: int) -> Message:
    make = message.make
    assert message.label is not None
    try:
        return make_message(
            message.label, message.headers, message.text, octets=make.octets if make else None,
            as_=make.as_ if make else "text", unique_id=message.unique_id,
        )  # fmt: skip
    except ValueError as error:
        blamed = ("make", "octets") if isinstance(error, TooSmall) else ("headers",)
        what = f"message {message.label}: {error}"
        raise Misplaced(("messages", at, *blamed), what) from None


def _ordered(messages: list[Message], order: list[str] | str) -> list[Message]:
    if not isinstance(order, list):
        return messages
    by_label = {message.label: message for message in messages}
    if sorted(order) != sorted(message.label for message in messages):
        has = ", ".join(by_label)
        raise Misplaced(("order",), f"order must name each message once; there are: {has}")
    return [by_label[label] for label in order]


def _told_apart(messages: list[Message], page: MailboxPage) -> Iterator[Message]:
    """Two equal messages get labels and unique-ids that differ, in the order in which they stand.

    What the page gives a message it keeps; what is made from names and content gives way.
    """
    listed = page.messages or [] if page.source.kind == "eml" else []
    labels = {each.label for each in listed if each.label}
    ids = {each.unique_id for each in listed if each.unique_id}
    names = Names(labels, ids)
    given = {id(message): each for message, each in zip(messages, listed, strict=False)}
    for message in messages:
        each = given.get(id(message))
        yield names.apart(
            message, label=bool(each and each.label), unique_id=bool(each and each.unique_id)
        )
