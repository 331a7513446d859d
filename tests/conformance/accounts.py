"""The accounts of the checks: who there are, as folders of .eml files and as one page of JSON.

The page is `{"accounts": [{"name": ..., "password": ..., "messages": [...]}, ...]}`. A message is
named by its shape (mail.py), so that the checks know its octets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from .mail import SHAPES, Account
from .subjects import CHECKS
from .table import FEW, KINDS

__all__ = ["accounts_for", "read_accounts", "write_accounts"]


def accounts_for(kinds: Iterable[str], password: str) -> dict[str, Account]:
    """An account for each check on each of these kinds of line, and a spare one a kind, by name."""
    wanted: dict[str, tuple[str, ...]] = {}
    for kind in kinds:
        wanted[f"{kind[:4]}-spare"] = FEW
        for each in CHECKS.values():
            if kind in each.kinds:
                wanted[each.account(kind)] = each.mail
    return {
        name: Account(name, password, tuple(SHAPES[shape] for shape in shapes))
        for name, shapes in wanted.items()
    }


def write_accounts(folder: Path, accounts: Mapping[str, Account]) -> None:
    """FOLDER/mail/NAME/01-shape.eml ... and FOLDER/accounts.json. The files sort by message-number."""
    for account in accounts.values():
        home = folder / "mail" / account.name
        home.mkdir(parents=True)
        for number, mail in enumerate(account.mails, 1):
            (home / f"{number:02}-{mail.name}.eml").write_bytes(mail.stored)
    page = [
        {"name": each.name, "password": each.password, "messages": [m.name for m in each.mails]}
        for each in accounts.values()
    ]
    text = json.dumps({"accounts": page}, indent=1)
    (folder / "accounts.json").write_text(text + "\n", encoding="utf-8")


def read_accounts(path: Path) -> dict[str, Account]:
    """The accounts on a page, by name. Raises ValueError in one line that says what is wrong."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        return {row["name"]: _account(row) for row in rows}
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}; make one with --write DIR") from None
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: not a page of accounts ({error}); see --write DIR") from None


def _account(row: Mapping[str, object]) -> Account:
    shapes = row["messages"]
    if not isinstance(shapes, list) or not all(shape in SHAPES for shape in shapes):
        raise ValueError(f"messages of {row['name']} are no shapes of {', '.join(SHAPES)}")
    return Account(str(row["name"]), str(row["password"]), tuple(SHAPES[s] for s in shapes))


assert all(kind[:4] in ("memo", "tcp", "stls", "tls") for kind in KINDS)
