"""Sample mail into maildrops. Nothing here ever writes to the samples."""

from .accounts import Accounts, AccountsState
from .loader import MailboxPage, load_mailbox, made_from
from .mailbox import Item, Mailbox, Snapshot
from .making import TooSmall, make_message
from .message import Message

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
