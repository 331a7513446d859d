"""The TRANSACTION state: the maildrop is open (RFC 1939 section 5; TOP and UIDL: section 7).

LAST is of RFC 1460, which RFC 1725 took back.

A function that answers a command bears its keyword.
"""

from __future__ import annotations

from .commands import Command
from .exchange import Reason
from .maildrop import Message
from .session import Answer, Office, Refusal, Session, fill, read_number
from .survey import OF, rows, survey

__all__ = ["dele", "last", "list_", "noop", "retr", "rset", "stat", "top", "uidl"]


def stat(office: Office, session: Session, command: Command) -> Answer:
    """STAT: the drop listing. "messages marked as deleted are not counted in either total"."""
    template = office.personality.wording.get("stat")
    if template is None:
        return Answer(session, f"{session.remaining} {session.octets()}")
    return Answer(session, fill(template, office, session))


def list_(office: Office, session: Session, command: Command) -> Answer:
    """LIST [msg]: a scan listing of one, or of each message that is not marked."""
    return _listing(office, session, command, "list")


def uidl(office: Office, session: Session, command: Command) -> Answer:
    """UIDL [msg]: a unique-id listing (section 7)."""
    return _listing(office, session, command, "uidl")


def retr(office: Office, session: Session, command: Command) -> Answer:
    """RETR msg: the whole message. The octets are the store's own; nothing is copied here."""
    number, message = _readable(office, session, command)
    text = _text(office, session, "retr", number=number, size=message.octets)
    after, policy = session, office.personality.policy
    if policy.removes_sent(session.user) and number not in session.sent:
        after = after._replace(sent=session.sent | {number})
    if number > session.highest and office.personality.offered("LAST"):
        after = after._replace(highest=number)
        office.accounts.access(session.user, message.unique_id)
    return Answer(after, text, message.wire())


def top(office: Office, session: Session, command: Command) -> Answer:
    """TOP msg n: headers, blank line, n lines of the body; all, where the body has fewer."""
    number, message = _readable(office, session, command)
    lines = read_number(command.arguments[1], office.personality.policy.numbers)
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
        highest = max(session.highest, number) if office.personality.offered("LAST") else 0
        after = session._replace(marks=session.marks | {number}, highest=highest)
    return Answer(after, _text(office, after, "dele", number=number, size=message.octets))


def noop(office: Office, session: Session, command: Command) -> Answer:
    """NOOP."""
    return Answer(session, _text(office, session, "noop"))


def rset(office: Office, session: Session, command: Command) -> Answer:
    """RSET: all marks back. It does not look for new mail and logs nobody out.

    RFC 1460 section 5: what LAST says is 0 again.
    """
    after = session
    if session.marks or session.highest:
        after = session._replace(marks=frozenset(), highest=0)
    if session.highest:
        office.accounts.access(session.user, "")
    return Answer(after, _text(office, after, "rset"))


def last(office: Office, session: Session, command: Command) -> Answer:
    """LAST: "the highest message number which [was] accessed", by RETR or DELE (RFC 1460 section 5)."""
    return Answer(session, fill(office.personality.wording.get("last", "{last}"), office, session))


def _any_of(office: Office, session: Session, command: Command) -> tuple[int, Message]:
    """The message that the command names. Raises Refusal."""
    return session.message(command, office.personality.policy.numbers)


def _readable(office: Office, session: Session, command: Command) -> tuple[int, Message]:
    """The same, where it can be sent as it is: "LIST, TOP, RETR" (RFC 6856 section 5)."""
    number, message = _any_of(office, session, command)
    if not session.utf8 and office.personality.offered("UTF8") and message.needs_utf8:
        raise Refusal(Reason.NEEDS_UTF8, number=number)
    return number, message


def _listing(office: Office, session: Session, command: Command, key: str) -> Answer:
    """One line about one message; or one in the body about each, numbers with gaps for marks."""
    of = OF[command.keyword]
    if command.arguments:
        find = _readable if key == "list" else _any_of
        number, message = find(office, session, command)
        template = office.personality.wording.get(f"{key}-one")
        if template is None:
            return Answer(session, f"{number} {of(message)}")
        about: dict[str, str | int] = {"number": number, "size": message.octets}
        if key == "uidl":  # LIST has no need of the unique-id, which may have to be made
            about["unique_id"] = message.unique_id
        return Answer(session, fill(template, office, session, **about))
    messages, marks = session.messages, session.marks
    if marks:
        body = rows(command.keyword, messages, marks)
    else:
        whole = survey(messages)
        body = whole.scan_listing if key == "list" else whole.unique_id_listing
    return Answer(session, _text(office, session, key), body)


def _text(office: Office, session: Session, key: str, **fields: int) -> str:
    return fill(office.personality.accepting(key), office, session, **fields)
