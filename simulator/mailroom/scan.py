"""Which entries of a folder are accounts, by their names: one look at the folder, and no mail."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

__all__ = ["NoAccounts", "Told", "scanned"]

#: Told a name and a sentence: what is wrong with it, and what to do.
Told: TypeAlias = Callable[[str, str], None]

_MBOX = ".mbox"
#: 1 to 64 of printable ASCII, no blank, no slash. With a dot in front an entry is hidden.
_NAME = re.compile(r"[\x21-\x2e\x30-\x7e]{1,64}\Z")
_MAILDIR = frozenset({"cur", "new", "tmp"})

_NO_NAME = (
    "passed over: this can be no name of an account; "
    "write 1 to 64 characters of ASCII, no blank among them"
)
_NO_MAIL = f"passed over: neither a folder nor a file NAME{_MBOX}; keep it somewhere else"
_AWAY = "passed over: the link leads out of the folder; put the mail itself here"
_TWICE = "passed over: a folder has the name of this account; keep one of the two"


class NoAccounts(ValueError):
    """No accounts can be made of it. str() is one line: what is wrong, and what to do."""


def scanned(folder: Path, told: Told) -> dict[str, str]:
    """Entries that are accounts, by the account's name: folders first, each kind sorted.

    The name of a folder is its entry's; of an mbox, what stands before ".mbox". Where both give one
    name, the folder has it. `told` hears once of each entry that is passed over; hidden ones are
    passed over in silence. Raises NoAccounts.
    """
    every = _looked_at(folder)
    accounts: dict[str, str] = {}
    for name, entry, wrong in sorted(every, key=lambda each: (each[0] != each[1], each)):
        if wrong or name in accounts:
            told(entry, wrong or _TWICE)
        else:
            accounts[name] = entry
    return accounts


def _looked_at(folder: Path) -> list[tuple[str, str, str]]:
    """Of each entry: the name of the account, its own, and what is wrong with it. Raises NoAccounts."""
    try:
        with os.scandir(folder) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
        root = folder.resolve()
        accounts = [_account(entry, root) for entry in entries]
    except FileNotFoundError:
        raise NoAccounts(f"{folder}: there is no such folder; make it, or write another") from None
    except NotADirectoryError:
        what = "not a folder; write the name of the one that holds the accounts"
        raise NoAccounts(f"{folder}: {what}") from None
    except (OSError, ValueError) as error:  # a NUL in the name is a ValueError
        why = getattr(error, "strerror", None) or error
        raise NoAccounts(f"{folder}: it cannot be read: {why}; write another") from None
    if {entry.name for entry in entries} >= _MAILDIR:
        what = "this is the Maildir of one account; write the name of the folder it lies in"
        raise NoAccounts(f"{folder}: {what}")
    return accounts


def _account(entry: os.DirEntry[str], root: Path) -> tuple[str, str, str]:
    name = entry.name
    try:
        if entry.is_symlink() and root not in Path(entry.path).resolve(strict=True).parents:
            return name, name, _AWAY
        if name.endswith(_MBOX) and entry.is_file():
            name = name.removesuffix(_MBOX)
        elif not entry.is_dir():
            return name, name, _NO_MAIL
    except (OSError, RuntimeError):  # a link that leads nowhere, or in a circle
        return name, name, _NO_MAIL
    return name, entry.name, "" if _NAME.match(name) else _NO_NAME
