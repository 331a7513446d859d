"""Sample mail into maildrops. Nothing here ever writes to the samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .accounts import Accounts, AccountsState
    from .loader import letter_of, load_mailbox, made_from
    from .mailbox import Item, Mailbox, Snapshot
    from .making import TooSmall, make_message
    from .message import Message
    from .page import MailboxPage, MessagePage
    from .trouble import Trouble
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        accounts="Accounts AccountsState",
        loader="letter_of load_mailbox made_from",
        mailbox="Item Mailbox Snapshot",
        making="TooSmall make_message",
        message="Message",
        page="MailboxPage MessagePage",
        trouble="Trouble",
    )

__all__ = [
    "Accounts",
    "AccountsState",
    "Item",
    "Mailbox",
    "MailboxPage",
    "Message",
    "MessagePage",
    "Snapshot",
    "TooSmall",
    "Trouble",
    "letter_of",
    "load_mailbox",
    "made_from",
    "make_message",
]
