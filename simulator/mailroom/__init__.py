"""Sample mail into maildrops. Nothing here ever writes to the samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .accounts import Accounts, AccountsState
    from .loader import load_mailbox, made_from
    from .mailbox import Item, Mailbox, Snapshot
    from .making import TooSmall, make_message
    from .message import Message
    from .page import MailboxPage
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        accounts="Accounts AccountsState",
        loader="load_mailbox made_from",
        mailbox="Item Mailbox Snapshot",
        making="TooSmall make_message",
        message="Message",
        page="MailboxPage",
    )

__all__ = [
    "Accounts",
    "AccountsState",
    "Item",
    "Mailbox",
    "MailboxPage",
    "Message",
    "Snapshot",
    "TooSmall",
    "load_mailbox",
    "made_from",
    "make_message",
]
