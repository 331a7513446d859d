"""A store that keeps mail as its server does, and somebody who is logged in, for the tests of mail."""

from __future__ import annotations

from chairs import Chairs, letters

from simulator.mailroom import Accounts, Keeping, Mailbox
from simulator.pop3 import Personality


def served(manner: Personality, box: Mailbox | None = None) -> Accounts:
    """A store that keeps mail as that server does."""
    return Accounts([box or letters()], Keeping(manner.policy))


def called(manner: Personality, accounts: Accounts | None = None, user: str = "mrose") -> Chairs:
    """Somebody who is logged in there."""
    chairs = Chairs(accounts or served(manner), manner)
    assert all(exchange.ok for exchange in chairs.say(f"USER {user}", "PASS secret"))
    return chairs


def said(chairs: Chairs, *lines: str) -> list[str]:
    """The first lines of the replies, and the rows behind them."""
    told = []
    for exchange in chairs.say(*lines):
        told += [exchange.reply.line, *(row.decode() for row in exchange.reply.lines)]
    assert chairs.seen == chairs.made
    return told


def left(accounts: Accounts) -> list[str]:
    """The labels of what is on disk."""
    return [item.label for item in accounts.snapshot("mrose").items if item.on_disk]
