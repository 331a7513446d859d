"""The UPDATE state: QUIT from TRANSACTION removes what is marked (RFC 1939 section 6)."""

from __future__ import annotations

from .commands import Command
from .exchange import Reason
from .maildrop import UpdateFailed
from .session import Answer, Office, Session, fill
from .states import State

__all__ = ["quit_"]


def quit_(office: Office, session: Session, command: Command) -> Answer:
    """QUIT. "In no case may the server remove any messages not marked as deleted."

    Whether the removal succeeds or not, the lock opens and the line closes.
    """
    maildrop = session.maildrop
    assert maildrop is not None, "TRANSACTION has a maildrop"
    reason = None
    gone = session.marks | session.sent  # `sent` is empty but by policy
    try:
        if gone:
            maildrop.remove(sorted(gone))
    except UpdateFailed as problem:
        reason = Reason.NOT_REMOVED
        if problem.failure is not None:
            reason = Reason.PERMANENT if problem.failure.permanent else Reason.TEMPORARY
    finally:
        maildrop.release()
    words = office.personality
    # A response code tells why; that something was left is the reason all the same (section 6).
    if reason:
        template = words.refusing("QUIT", reason, session.state)
    else:
        kept = words.accepting("quit")
        template = words.wording.get("quit-removed", kept) if gone else kept
    failed = Reason.NOT_REMOVED if reason else None
    after = session.at(State.UPDATE)
    return Answer(after, fill(template, office, after), hang_up=True, failed=failed)
