"""From AUTHORIZATION into TRANSACTION: what is shown of a maildrop (RFC 1939 section 4)."""

from __future__ import annotations

from .maildrop import Maildrop
from .session import Office, Session
from .states import State

__all__ = ["begun"]


def begun(office: Office, session: Session, name: str, maildrop: Maildrop) -> Session:
    """The session with that maildrop open. What was there when it began is what it sees."""
    policy = office.personality.policy
    messages = maildrop.messages
    if policy.window:
        messages = messages[: policy.window]
    after = session._replace(
        state=State.TRANSACTION, named=None, user=name, maildrop=maildrop, messages=messages,
        marks=frozenset(), sent=frozenset(),
    )  # fmt: skip
    if policy.removal == "flagged":
        known = range(1, len(messages) + 1)
        after = after._replace(marks=frozenset(maildrop.flagged).intersection(known))
    if policy.last_kept and office.personality.offered("LAST"):
        # RFC 1460 section 4: "that of the last message referenced by the RETR command"
        ids = [message.unique_id for message in messages]
        before = office.accounts.accessed(name)
        after = after._replace(highest=ids.index(before) + 1 if before in ids else 0)
    return after
