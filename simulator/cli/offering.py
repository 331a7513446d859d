"""What `port110 serve` serves: whose mail, and how the server speaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import click

from .addresses import Shown
from .course import known, load_directory, sample_mailboxes
from .places import Places

if TYPE_CHECKING:
    from simulator.mailroom import Accounts, Lodgings
    from simulator.pop3 import Personality, Policy

    from .serving import Serving

__all__ = ["accounts_of", "manner_of"]

Told: TypeAlias = Callable[[str, str], None]


def accounts_of(
    places: Places, options: Serving, policy: Policy, tell: Told
) -> tuple[Accounts, Shown]:
    """The accounts, kept as that policy has it, and one of them to show."""
    from simulator.mailroom import Accounts, Keeping

    password, keeping = options.password, Keeping(policy)
    if options.accounts is not None:
        return Accounts(_lodgings(options, tell), keeping), Shown("NAME")
    names = [options.mailbox] if options.mailbox else list(load_directory(places)[0].mailboxes)
    boxes = list(sample_mailboxes(places, names))
    if options.user is not None:
        boxes = [replace(boxes[0], owner=options.user)]
    if password is not None:
        boxes = [replace(each, password=password, secret=password) for each in boxes]
    first = boxes[0]
    shown = Shown(first.owner, first.password if password is None else "")
    return Accounts(boxes, keeping), shown


def _lodgings(options: Serving, tell: Told) -> Lodgings:
    """The accounts of a folder. Raises UsageError, ClickException."""
    from simulator.mailroom import NoAccounts, lodgings

    if options.mailbox is not None or options.user is not None:
        raise click.UsageError("--accounts DIR names the accounts; take out --mailbox and --user.")
    if options.password is None:
        raise click.UsageError(
            "--accounts DIR needs --password PW, for the accounts without a mailbox.yaml."
        )
    assert options.accounts is not None
    try:
        return lodgings(options.accounts, password=options.password, trouble=tell)
    except NoAccounts as error:
        raise click.ClickException(f"{error}.") from None


def manner_of(places: Places, name: str) -> Personality:
    """The personality of that name. Raises UsageError with the nearest name, PageError."""
    from simulator.hosts.loader import PAGES, load_personality

    pages = {page.stem: page for page in sorted((PAGES / "personalities").glob("*.yaml"))}
    return load_personality(pages[known("personality", name, list(pages))], cache=places.cache)
