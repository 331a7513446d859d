"""What becomes of the mail, where servers differ: each decision a named field of `Policy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .policy_session import SessionPolicy

__all__ = ["MailPolicy"]


@dataclass(frozen=True, slots=True)
class MailPolicy(SessionPolicy):
    """Marks, locks, listings and what is kept. Defaults are what RFC 1939 asks for."""

    #: DELE on a marked message: refused (RFC 1939 §5), or +OK again (mailutils, Qpopper).
    dele_twice: bool = False
    #: The exclusive-access lock of RFC 1939 §4. Without it (Courier, Cyrus) sessions share a maildrop.
    lock: bool = True
    #: QUIT also removes what RETR sent (RFC 1939 §8; announced as EXPIRE 0).
    retr_deletes: bool = False
    #: Only the first so many messages are shown; 0: all. Gmail shows some 250 to 300.
    window: int = 0
    #: How long mail is kept (RFC 2449 §6.7): "" says nothing, "NEVER" is removed, or days; "0": what
    #: RETR sent is gone after QUIT.
    expire: str = ""
    #: Other ends for some users: CAPA then says EXPIRE ... USER before login.
    expire_of: Mapping[str, str] = field(default_factory=dict)
    #: By how many octets the total in LIST's text lags behind STAT's. Seed page 004 shows 17325 of
    #: Gmail; the text means nothing to a client (RFC 1939 §5).
    list_header_lag: int = 0
