"""Reads a sample maildrop: a folder with mailbox.yaml and mail as .eml files, a Maildir or an mbox.

The page says who and how; the mail is read as octets and never written. LF becomes CRLF once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from simulator.pages import PageError, load, read_page

from .bulk import Planned, planned, stretched
from .mailbox import Mailbox
from .making import TooSmall, made_of, make_message
from .message import Form, Message, Names, crlf
from .page import BulkPage, MailboxPage, MessagePage, SourcePage
from .stores import Folder, Misplaced, found, label_of

__all__ = ["letter_of", "load_mailbox", "made_from", "mail_in", "mailbox_of"]


@dataclass(frozen=True, slots=True)
class _Made:
    """A message, and which of its names the page gives it: those it keeps."""

    message: Message
    label: bool = False
    unique_id: bool = False


def load_mailbox(folder: Path, *, cache: Path | None = None) -> Mailbox:
    """The maildrop in `folder`. Raises PageError with file, line and what to write."""
    path = folder / "mailbox.yaml"
    return mailbox_of(load(path, MailboxPage, cache=cache), path)


def mailbox_of(page: MailboxPage, path: Path, *, named: bool = False) -> Mailbox:
    """The maildrop that a page describes which lies at `path`, its mail beside it.

    `named`: see `mail_in`. Raises PageError.
    """
    folder = path.parent
    try:
        return _mailbox(page, folder.name, Folder(folder), named=named)
    except Misplaced as wrong:
        # The page may come from the cache, which does not know lines: it is read for this alone.
        raise PageError([read_page(path).finding(wrong.keys, str(wrong))]) from None


def made_from(page: MailboxPage, name: str) -> Mailbox:
    """A maildrop of the messages that a page describes. Raises ValueError where one cannot be made."""
    return _mailbox(page, name, None)


def mail_in(source: SourcePage, folder: Folder, *, named: bool = False) -> list[Message]:
    """All mail of a store, in its order. Raises Misplaced.

    `named`: in a Maildir a file's name gives the unique-id where it can, as real servers have it.
    Samples leave that out: by unique-ids of content a learner's progress knows their mail.
    """
    mail = found(source.kind, folder, source.path, ("source", "path"))
    return [
        _formed(
            made_of(each.label, each.content, unique_id=each.unique_id if named else None),
            unended=each.unended,
        )
        for each in mail
    ]


def _formed(message: Message, *, unended: bool) -> Message:
    """The same, with what its file tells of its last line."""
    return message.in_form(Form(unended=True)) if unended else message


def letter_of(page: MessagePage) -> Message:
    """The message that an entry describes by label, headers and text. Raises ValueError."""
    if page.label is None or page.file is not None or page.bulk is not None:
        raise ValueError("write label, headers and text; a file or a bulk cannot stand here")
    return _described(page, 0)


def _mailbox(
    page: MailboxPage, name: str, folder: Folder | None, *, named: bool = False
) -> Mailbox:
    """Without a folder, of what the page describes."""
    secret = page.password if page.secret is None else page.secret
    if folder is None or (page.source.kind == "eml" and page.messages is not None):
        made = _listed(page, folder)
    else:
        every = mail_in(page.source, folder, named=named)
        made = [_Made(message) for message in _ordered(every, page.order)]
        _must_total(page, made)
    return Mailbox(
        name, page.owner, page.name or page.owner, page.password, secret, page.about,
        tuple(_told_apart(made)), page.token,
    )  # fmt: skip


def _listed(page: MailboxPage, folder: Folder | None) -> list[_Made]:
    """The messages of the page's entries. Where it tells a total, bulks are stretched to it."""
    entries = page.messages or []
    drawn = {at: _drawn(each.bulk, at) for at, each in enumerate(entries) if each.bulk}
    single = {
        at: _Made(_one(each, at, folder), each.label is not None, each.unique_id is not None)
        for at, each in enumerate(entries) if not each.bulk
    }  # fmt: skip
    every = [each for bulk in drawn.values() for each in bulk]
    sizes = iter([each.octets for each in every])
    if page.total is not None and every:
        rest = page.total - sum(each.message.octets for each in single.values())
        try:
            sizes = iter(stretched(every, rest))
        except ValueError as error:
            raise Misplaced(("total",), f"{page.total} octets cannot be had: {error}") from None
    made: list[_Made] = []
    for at in range(len(entries)):
        if at in single:
            made.append(single[at])
        else:
            made += [_Made(_sized(each, next(sizes), at), label=True) for each in drawn[at]]
    _must_total(page, made)
    return made


def _must_total(page: MailboxPage, made: list[_Made]) -> None:
    total = sum(each.message.octets for each in made)
    if page.total not in (None, total):
        what = f"the messages have {total} octets; write that, or add a bulk, which is stretched"
        raise Misplaced(("total",), what)


def _drawn(bulk: BulkPage, at: int) -> list[Planned]:
    try:
        return list(planned(bulk))
    except ValueError as error:
        raise Misplaced(("messages", at, "bulk"), f"bulk {bulk.label}: {error}") from None


def _sized(plan: Planned, octets: int, at: int) -> Message:
    try:
        return plan.made(octets)
    except TooSmall:
        what = f"message {plan.label}: write at least {plan.least} octets, got {octets}"
        raise Misplaced(("messages", at, "bulk", "octets"), what) from None


def _one(entry: MessagePage, at: int, folder: Folder | None) -> Message:
    if entry.file is None:
        return _described(entry, at)
    if folder is None:
        what = "there is no folder of mail here; write label, headers and text"
        raise Misplaced(("messages", at, "file"), what)
    return _from_file(entry, at, folder)


def _from_file(message: MessagePage, at: int, folder: Folder) -> Message:
    assert message.file is not None
    read = folder.read(message.file, ("messages", at, "file"))
    content, unended = crlf(read), not read.endswith(b"\n")
    label = message.label or label_of(Path(message.file).stem)
    octets = message.make.octets if message.make else None
    try:
        made = made_of(label, content, octets=octets, unique_id=message.unique_id)
        return _formed(made, unended=unended and octets is None)
    except TooSmall as error:
        raise Misplaced(("messages", at, "make", "octets"), f"{message.file}: {error}") from None


def _described(message: MessagePage, at: int) -> Message:
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


def _told_apart(made: list[_Made]) -> Iterator[Message]:
    """Two equal messages get labels and unique-ids that differ, in the order in which they stand.

    What the page gives a message it keeps; what is made from names and content gives way.
    """
    names = Names(
        {each.message.label for each in made if each.label},
        {each.message.unique_id for each in made if each.unique_id},
    )
    for each in made:
        yield names.apart(each.message, label=each.label, unique_id=each.unique_id)
