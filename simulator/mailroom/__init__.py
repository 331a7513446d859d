"""Sample mail into maildrops. Nothing here ever writes to the samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .accounts import Accounts, AccountsState
    from .keeping import Keeping
    from .loader import letter_of, load_mailbox, made_from
    from .lodging import Lodgings, lodgings
    from .mailbox import Item, Mailbox, Sample, Samples, Snapshot
    from .making import TooSmall, make_message
    from .message import Message
    from .page import MailboxPage, MessagePage
    from .scan import NoAccounts
    from .trouble import Trouble
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        accounts="Accounts AccountsState",
        keeping="Keeping",
        loader="letter_of load_mailbox made_from",
        lodging="Lodgings lodgings",
        mailbox="Item Mailbox Sample Samples Snapshot",
        making="TooSmall make_message",
        message="Message",
        page="MailboxPage MessagePage",
        scan="NoAccounts",
        trouble="Trouble",
    )

__all__ = [
    "Accounts",
    "AccountsState",
    "Item",
    "Keeping",
    "Lodgings",
    "Mailbox",
    "MailboxPage",
    "Message",
    "MessagePage",
    "NoAccounts",
    "Sample",
    "Samples",
    "Snapshot",
    "TooSmall",
    "Trouble",
    "letter_of",
    "load_mailbox",
    "lodgings",
    "made_from",
    "make_message",
]
