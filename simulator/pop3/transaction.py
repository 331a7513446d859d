"""The TRANSACTION state: the maildrop is open (RFC 1939 section 5; TOP and UIDL: section 7).

A function that answers a command bears its keyword.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .commands import Command
from .exchange import Reason
from .maildrop import Message
from .session import Answer, Office, Refusal, Session, fill, read_number

__all__ = ["dele", "list_", "noop", "retr", "rset", "stat", "top", "uidl"]


def stat(office: Office, session: Session, command: Command) -> Answer:
    """STAT: the drop listing. "messages marked as deleted are not counted in either total"."""
    return Answer(session, f"{session.count} {session.octets()}")


def list_(office: Office, session: Session, command: Command) -> Answer:
    """LIST [msg]: a scan listing of one, or of each message that is not marked."""
    return _listing(office, session, command, "list", lambda message: message.octets)


def uidl(office: Office, session: Session, command: Command) -> Answer:
    """UIDL [msg]: a unique-id listing (section 7)."""
    return _listing(office, session, command, "uidl", lambda message: message.unique_id)


def retr(office: Office, session: Session, command: Command) -> Answer:
    """RETR msg: the whole message. The octets are the store's own; nothing is copied here."""
    number, message = session.message(command, office.personality.policy.numbers)
    text = _text(office, session, "retr", number=number, size=message.octets)
    after = session
    if office.personality.policy.retr_deletes and number not in session.sent:
        after = replace(session, sent=session.sent | {number})
    return Answer(after, text, message.wire())


def top(office: Office, session: Session, command: Command) -> Answer:
    """TOP msg n: headers, blank line, n lines of the body; all, where the body has fewer."""
    numbers = office.personality.policy.numbers
    number, message = session.message(command, numbers)
    lines = read_number(command.arguments[1], numbers)
    text = _text(office, session, "top", number=number, size=message.octets)
    return Answer(session, text, message.top(lines))


def dele(office: Office, session: Session, command: Command) -> Answer:
    """DELE msg: a mark. "does not actually delete the message until ... the UPDATE state"."""
    policy = office.personality.policy
    try:
        number, message = session.message(command, policy.numbers)
    except Refusal as refusal:
        if not (policy.dele_twice and refusal.reason is Reason.ALREADY_DELETED):
            raise
        number = int(refusal.fields["number"])
        message = session.messages[number - 1]
    after = session
    if number not in session.marks:
        after = replace(session, marks=session.marks | {number})
    return Answer(after, _text(office, after, "dele", number=number, size=message.octets))


def noop(office: Office, session: Session, command: Command) -> Answer:
    """NOOP."""
    return Answer(session, _text(office, session, "noop"))


def rset(office: Office, session: Session, command: Command) -> Answer:
    """RSET: all marks back. It does not look for new mail and logs nobody out."""
    after = replace(session, marks=frozenset()) if session.marks else session
    return Answer(after, _text(office, after, "rset"))


def _listing(
    office: Office,
    session: Session,
    command: Command,
    key: str,
    of: Callable[[Message], int | str],
) -> Answer:
    """One line about one message; or one in the body about each, numbers with gaps for marks."""
    if command.arguments:
        number, message = session.message(command, office.personality.policy.numbers)
        return Answer(session, f"{number} {of(message)}")
    messages = session.messages
    rows = [f"{number} {of(messages[number - 1])}\r\n" for number in session.unmarked]
    return Answer(session, _text(office, session, key), "".join(rows).encode("ascii"))


def _text(office: Office, session: Session, key: str, **fields: int) -> str:
    return fill(office.personality.accepting(key), office, session, **fields)
