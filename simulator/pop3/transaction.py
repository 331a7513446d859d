"""The TRANSACTION state: the maildrop is open (RFC 1939 section 5; TOP and UIDL: section 7).

LAST is of RFC 1460, which RFC 1725 took back.

A function that answers a command bears its keyword.
"""

from __future__ import annotations

from . import update
from .commands import Command
from .exchange import Reason
from .maildrop import Message
from .scanlines import with_lines
from .session import Answer, Office, Refusal, Session, fill, read_number
from .surrogate import Surrogate
from .survey import GONE, listing, survey

__all__ = ["dele", "last", "list_", "noop", "retr", "rset", "stat", "top", "uidl"]


def stat(office: Office, session: Session, command: Command) -> Answer:
    """STAT: the drop listing. "messages marked as deleted are not counted in either total"."""
    marked = office.personality.policy.marked
    count = session.remaining if marked in GONE else len(session.messages)
    octets = survey(session.messages).octets if marked == "listed" else session.octets()
    template = office.personality.wording.get("stat")
    if template is None:
        return Answer(session, f"{count} {octets}")
    return Answer(session, fill(template, office, session, count=count, octets=octets))


def list_(office: Office, session: Session, command: Command) -> Answer:
    """LIST [msg]: a scan listing of one, or of each message that is not marked."""
    return _listing(office, session, command, "list")


def uidl(office: Office, session: Session, command: Command) -> Answer:
    """UIDL [msg]: a unique-id listing (section 7)."""
    return _listing(office, session, command, "uidl")


def retr(office: Office, session: Session, command: Command) -> Answer:
    """RETR msg: the whole message. The octets are the store's own; nothing is copied here."""
    number, message = _sendable(office, session, command)
    text = _text(office, session, "retr", number=number, size=message.octets)
    after, policy = session, office.personality.policy
    if policy.retr_renames:
        update.renamed(session, number)
    if number not in session.sent and policy.minds_sent(session.user):
        after = after._replace(sent=session.sent | {number})
    return Answer(_accessed(office, after, command, number), text, message.wire())


def top(office: Office, session: Session, command: Command) -> Answer:
    """TOP msg n: headers, blank line, n lines of the body; all, where the body has fewer."""
    policy = office.personality.policy
    number, message = _sendable(office, session, command)
    lines = read_number(command.arguments[1], policy.numbers)
    text = _text(office, session, "top", number=number, size=message.octets)
    after = _accessed(office, session, command, number)
    if policy.expire_from != "arrival" and number not in session.shown:
        after = after._replace(shown=session.shown | {number})
    none = policy.reading is not None and 0 < lines == policy.reading.count_of_nothing
    return Answer(after, text, b"" if none else _top(message, lines, policy.top))


def dele(office: Office, session: Session, command: Command) -> Answer:
    """DELE msg: a mark. "does not actually delete the message until ... the UPDATE state"."""
    policy = office.personality.policy
    number, message = _any_of(office, session, command, also_marked=policy.dele_twice)
    after = session
    if number not in session.marks:
        after = _accessed(office, session, command, number)
        after = update.marked(office, after, number)
    return Answer(after, _text(office, after, "dele", number=number, size=message.octets))


def noop(office: Office, session: Session, command: Command) -> Answer:
    """NOOP."""
    return Answer(session, _text(office, session, "noop"))


def rset(office: Office, session: Session, command: Command) -> Answer:
    """RSET: all marks back. It does not look for new mail and logs nobody out.

    RFC 1460 section 5: what LAST says is 0 again.
    """
    after = update.unmarked(office, session) if session.marks else session
    if session.highest:
        after = after._replace(highest=0)
        if office.personality.policy.last_kept:
            office.accounts.access(session.user, "")
    return Answer(after, _text(office, after, "rset", marked=len(session.marks)))


def last(office: Office, session: Session, command: Command) -> Answer:
    """LAST: "the highest message number which [was] accessed", by RETR or DELE (RFC 1460 section 5)."""
    return Answer(session, fill(office.personality.wording.get("last", "{last}"), office, session))


def _any_of(
    office: Office, session: Session, command: Command, *, also_marked: bool = False
) -> tuple[int, Message]:
    """The message that the command names. Raises Refusal."""
    policy = office.personality.policy
    try:
        return session.message(command, policy.numbers)
    except Refusal as refusal:
        if refusal.reason is not Reason.ALREADY_DELETED or not (
            also_marked or command.keyword in policy.finds_marked
        ):
            raise
        number = int(refusal.fields["number"])
        return number, session.messages[number - 1]


def _readable(office: Office, session: Session, command: Command) -> tuple[int, Message]:
    """The same, where it can be sent as it is: "LIST, TOP, RETR" (RFC 6856 section 5)."""
    number, message = _any_of(office, session, command)
    if office.personality.policy.utf8_mail == "refused" and _too_much(office, session, message):
        raise Refusal(Reason.NEEDS_UTF8, number=number)
    return number, message


def _sendable(office: Office, session: Session, command: Command) -> tuple[int, Message]:
    """The same as it is sent, and is still there. Raises Refusal."""
    policy = office.personality.policy
    number, message = _readable(office, session, command)
    if policy.marked == "empty" and not message.octets:
        raise Refusal(Reason.ALREADY_DELETED, number=number)
    if policy.notices != "nothing":
        update.must_be_there(office, session, number)
    if policy.utf8_mail == "surrogate" and _too_much(office, session, message):
        return number, Surrogate(message)
    return number, message


def _too_much(office: Office, session: Session, message: Message) -> bool:
    """Whether it has UTF-8 in its headers, and a client that may not know what to do with it."""
    return not session.utf8 and office.personality.offered("UTF8") and message.needs_utf8


def _top(message: Message, lines: int, how: str) -> bytes | memoryview:
    """What TOP sends, by the policy `top`. A server that takes a count below 0 sends all."""
    if lines < 0 or (lines and how == "whole"):
        body: bytes | memoryview = message.wire()
    else:
        body = message.top(lines)
    if lines and how == "blank-line-more":
        head = message.top(0)
        return b"".join((head, b"\r\n", body[len(head) :]))
    return body


def _accessed(office: Office, session: Session, command: Command, number: int) -> Session:
    """The session once that message was accessed, for LAST (RFC 1460 section 5)."""
    if not office.personality.offered("LAST"):
        return session
    policy, keyword = office.personality.policy, command.keyword
    if keyword not in policy.last_counts:
        return session
    if policy.last_kept and keyword == "RETR":
        office.accounts.access(session.user, session.messages[number - 1].unique_id)
    return session._replace(highest=number) if number > session.highest else session


def _listing(office: Office, session: Session, command: Command, key: str) -> Answer:
    """One line about one message; or one in the body about each, numbers with gaps for marks."""
    policy, marks = office.personality.policy, session.marks
    if command.arguments:
        find = _readable if key == "list" else _any_of
        number, message = find(office, session, command)
        about: dict[str, str | int] = {"number": number, "size": message.octets}
        if key == "list" and number in marks and policy.marked == "empty":
            about["size"] = 0
        if key == "uidl":  # LIST has no need of the unique-id, which may have to be made
            about["unique_id"] = message.listed_id
        plain = "{number} {unique_id}" if key == "uidl" else "{number} {size}"
        template = office.personality.wording.get(f"{key}-one", plain)
        text, body = fill(template, office, session, **about), None
        if key == "list" and policy.list_lines:
            text = f"{text} {message.lines}"
    else:
        number, text = 0, _text(office, session, key)
        body = listing(command.keyword, session.messages, marks, policy.marked)
        if key == "list" and policy.list_lines:
            body = with_lines(body, session.messages, marks, policy.marked)
    if key == "uidl" and policy.status_headers:
        session = update.told(policy, session, number)
    return Answer(session, text, body)


def _text(office: Office, session: Session, key: str, **fields: int) -> str:
    return fill(office.personality.accepting(key), office, session, **fields)
