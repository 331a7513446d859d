"""Accounts from somebody's own folder: each entry of it is one, and is read when it is needed.

A scan takes names alone. What proves somebody is read when it is first asked for, the mail when the
maildrop is first opened; both stay until the folder is read anew. Nothing in it is ever written.

A name that came over the network is looked up among those of the scan, and never becomes a path. No
link is followed out of the folder, whether it was there at the scan or came later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simulator.pages import Finding, PageError, build, load, parse_page
from simulator.pop3.maildrop import SystemFailure

from .loader import mail_in, mailbox_of
from .mailbox import Samples
from .message import Message, Names
from .page import MailboxPage, SourcePage, can_be_given
from .scan import NoAccounts, Told, scanned
from .stores import Folder, Misplaced

__all__ = ["Lodging", "Lodgings", "lodgings"]

_PAGE = "mailbox.yaml"


@dataclass(frozen=True, slots=True)
class _House:
    """What the accounts of one scan have in common."""

    folder: Folder
    password: str  #: of those without a page
    cache: Path | None
    told: Told


def _untold(name: str, what: str) -> None:
    """Nobody wants to hear of it."""


def lodgings(
    folder: Path, *, password: str, cache: Path | None = None, trouble: Told = _untold
) -> Lodgings:
    """The accounts in `folder`, for Accounts, by the names of its entries. Raises NoAccounts.

    An entry is a folder (with mailbox.yaml; or a Maildir; or with a Maildir/ in it; or with .eml
    files, which may be none) or an mbox, NAME.mbox. `password` is password and shared secret of
    those without a mailbox.yaml.

    `trouble` is told of each entry that is no account, and of each account that cannot be read, once
    until the folder is read anew: its name, and one line that says what to do and nothing of what a
    page holds. Both may hold any character.

    `cache` keeps pages compiled (see `pages.load`), passwords and all: it is for samples, not for
    pages of real people.
    """
    if not can_be_given(password):
        raise NoAccounts("the password holds what RFC 4013 allows in none; write another")
    # The first page takes a thousand times longer than the others, for what it imports. Paid for by
    # somebody's login, that would tell a stranger that there is such an account.
    build(parse_page(b"owner: nobody\npassword: none\n", ""), MailboxPage)
    house = _House(Folder(folder), password, cache, trouble)
    return Lodgings(house, _accounts(house, trouble))


def _accounts(house: _House, told: Told) -> dict[str, Lodging]:
    entries = scanned(house.folder.path, told)
    return {name: Lodging(house, name, entry) for name, entry in entries.items()}


class Lodgings(Samples):
    """The accounts of a folder by name, as they were found at the scan."""

    def __init__(self, house: _House, accounts: Mapping[str, Lodging]) -> None:
        self._house = house
        self._accounts = accounts

    def __getitem__(self, name: str) -> Lodging:
        return self._accounts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._accounts)

    def __len__(self) -> int:
        return len(self._accounts)

    def renewed(self, name: str | None = None) -> Lodgings:
        """The folder as it is by now, nothing of it read yet; with `name`, that account only.

        Raises NoAccounts.
        """
        before = self._house
        house = _House(Folder(before.folder.path), before.password, before.cache, before.told)
        if name is None:
            return Lodgings(house, _accounts(house, house.told))
        found = _accounts(house, _untold)
        kept = {each: account for each, account in self._accounts.items() if each != name}
        return Lodgings(house, {**kept, name: found[name]} if name in found else kept)


class Lodging:
    """One account. What cannot be read raises SystemFailure, and is told once."""

    def __init__(self, house: _House, name: str, entry: str) -> None:
        self._house = house
        self._name = name
        self._entry = entry
        self._broken = False

    @property
    def password(self) -> str:
        """The one on its page, or that of all who have no page."""
        return self._page.password

    @property
    def secret(self) -> str:
        """APOP's shared secret: the password, where the page gives no other."""
        page = self._page
        return page.password if page.secret is None else page.secret

    @property
    def token(self) -> str | None:
        """The access token on its page, or None. A page that speaks of none is not parsed for it."""
        if "_page" not in vars(self):
            with self._reading():
                folder = self._paged
                if folder is None or b"token" not in folder.read(_PAGE, ()):
                    return None
        return self._page.token

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """Its mail in order."""
        page = self._page
        with self._reading():
            if self._paged is not None:
                return mailbox_of(page, self._paged.path / _PAGE, named=True).messages
            folder, source = self._store()
            names = Names()
            return tuple(names.apart(each) for each in mail_in(source, folder, named=True))

    @cached_property
    def _page(self) -> MailboxPage:
        with self._reading():
            if self._paged is None:
                return MailboxPage(owner=self._name, password=self._house.password)
            return load(self._paged.path / _PAGE, MailboxPage, cache=self._house.cache)

    @cached_property
    def _paged(self) -> Folder | None:
        """Its folder, if it has a page. Raises Misplaced, OSError.

        None only where there is surely no page: nobody who has one is let in by the password of
        all.
        """
        if self._is_mbox:
            return None
        folder = self._folder()
        if not folder.path.is_dir():
            raise Misplaced((), "there is no such folder any more")
        try:
            (folder.path / _PAGE).lstat()
        except FileNotFoundError:
            return None
        folder.inside(_PAGE, ())
        return folder

    @property
    def _is_mbox(self) -> bool:
        return self._entry != self._name

    def _folder(self) -> Folder:
        """What the entry is, links followed. Raises Misplaced."""
        return Folder(self._house.folder.inside(self._entry, ()))

    def _store(self) -> tuple[Folder, SourcePage]:
        """Where its mail lies, and in which form, where no page says it. Raises Misplaced, OSError."""
        if self._is_mbox:
            return self._house.folder, SourcePage(kind="mbox", path=self._entry)
        folder = self._folder()
        for place in (".", "Maildir"):
            if any((folder.path / place / part).is_dir() for part in ("cur", "new")):
                return folder, SourcePage(kind="maildir", path=place)
        return folder, SourcePage()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """What goes wrong within is told once, and is a SystemFailure from then on."""
        failure = SystemFailure("the account cannot be read", permanent=True)
        if self._broken:
            raise failure
        try:
            yield
        except (PageError, OSError, ValueError) as error:
            self._broken = True
            what = f"{_said(error)}; mend it, and have the accounts read anew"
            self._house.told(self._name, what)
            raise failure from None


def _said(error: Exception) -> str:
    """What is wrong, in words that show nothing of what a page holds."""
    match error:
        case PageError(findings=(finding, *_)):
            return _said_of_page(finding)
        case Misplaced():
            return error.what
        case _:
            return f"it cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}"


def _said_of_page(finding: Finding) -> str:
    """A finding without what it quotes: a slip of the pen makes a password a key or a value."""
    where = f"{_PAGE}:{finding.line}:{finding.column}"
    ours = finding.message.startswith("missing key ")
    if not ours and any(quote in finding.message for quote in "'\""):
        return f"{where}: what stands here cannot be used; check how it is written"
    return f"{where}: {finding.message}"
