"""The UPDATE state: QUIT from TRANSACTION removes what is marked (RFC 1939 section 6).

Here stands all that a mark means, for servers differ in when it takes effect (policy `removal`).
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from operator import is_

from . import expiring, rereading
from .commands import Command
from .exchange import Reason
from .maildrop import Maildrop, SystemFailure, UpdateFailed
from .policy import Policy
from .session import Answer, Office, Refusal, Session, fill
from .states import State

__all__ = ["hung_up", "marked", "must_be_there", "quit_", "renamed", "told", "unmarked", "with_new"]


def quit_(office: Office, session: Session, command: Command) -> Answer:
    """QUIT. "In no case may the server remove any messages not marked as deleted."

    Whether the removal succeeds or not, the lock opens and the line closes.
    """
    maildrop, words = _opened(session), office.personality
    policy = words.policy
    reason, detail, gone = None, "", frozenset[int]()
    try:
        gone = _gone(office, session, maildrop)
        minds = policy.notices == "maildrop-always" or (gone and policy.notices == "maildrop")
        if minds and maildrop.missing():
            reason, detail = Reason.TEMPORARY, "changed"
        elif gone:
            maildrop.remove(sorted(gone))
        if policy.expire_from != "arrival" and (read := session.sent | session.shown):
            maildrop.stamp(_on_disk(session, read), expiring.second(office.clock()))
        if policy.minds_sent(session.user):
            maildrop.note(_on_disk(session, session.sent), quitted=True)
    except UpdateFailed as problem:
        reason = _why(problem)
    finally:
        maildrop.release()
    if policy.login_delay_after != "login":
        quitted = policy.login_delay_after == "quitted"
        office.accounts.logged_in(session.user, session.since if quitted else office.clock())
    after = session.at(State.UPDATE)
    if reason is None or policy.hushes_failures:
        kept = words.accepting("quit")
        template = words.wording.get("quit-removed", kept) if gone else kept
        return Answer(after, fill(template, office, after, marked=len(gone)), hang_up=True)
    # A response code tells why; that something was left is the reason all the same (section 6).
    verdict = words.verdict("QUIT", reason, session.state, detail)
    return Answer(
        after, fill(verdict.text or "", office, after), hang_up=True, failed=Reason.NOT_REMOVED,
        silent=verdict.silent,
    )  # fmt: skip


def hung_up(office: Office, session: Session) -> None:
    """TRANSACTION ends without QUIT: nothing is removed (section 6), unless a policy does it."""
    maildrop, policy = _opened(session), office.personality.policy
    try:
        with suppress(UpdateFailed):
            if policy.removal == "also-on-drop":
                maildrop.remove(sorted(_gone(office, session, maildrop)))
            if policy.minds_sent(session.user):
                maildrop.note(_on_disk(session, session.sent), quitted=False)
    finally:
        maildrop.release()


def marked(office: Office, session: Session, number: int) -> Session:
    """The session once that message is marked. Raises SystemFailure, where it should be gone now."""
    removal = office.personality.policy.removal
    if removal == "at-once":
        return _without(session, number)
    after = session._replace(marks=session.marks | {number})
    if removal == "flagged":
        _opened(session).flag(after.marks)
    return after


def unmarked(office: Office, session: Session) -> Session:
    """The session once all marks are taken back."""
    if office.personality.policy.removal == "flagged":
        _opened(session).flag(())
    return session._replace(marks=frozenset())


def with_new(session: Session) -> Session:
    """The session with the mail that has come since, behind what it has."""
    messages, known = _opened(session).messages, len(session.messages)
    if len(messages) <= known:
        return session
    return session._replace(messages=(*session.messages, *messages[known:]))


def renamed(session: Session, number: int) -> None:
    """RETR has sent that message, and the store gives it another name (policy `retr_renames`)."""
    _opened(session).rename(*_on_disk(session, (number,)))


def told(policy: Policy, session: Session, number: int) -> Session:
    """The session once UIDL has told the unique-id of that message, or with 0 of all unmarked."""
    every = range(1, len(session.messages) + 1)
    numbers = {number} if number else set(every) - session.marks
    messages = _opened(session).tell(_on_disk(session, numbers))[: len(session.messages)]
    if policy.rereads:
        messages = rereading.told(session.messages, messages)
    if all(map(is_, messages, session.messages)):
        return session
    return session._replace(messages=messages)


def must_be_there(office: Office, session: Session, number: int) -> None:
    """What others have removed is noticed, by the policy `notices`. Raises Refusal."""
    missing = _opened(session).missing()
    if missing and office.personality.policy.notices != "message":
        raise Refusal(Reason.TEMPORARY, detail="changed", hang_up=True)
    if number in missing:
        raise Refusal(Reason.NO_SUCH_MESSAGE, detail="expunged", number=number)


def _without(session: Session, number: int) -> Session:
    """The session, and the disk, without that message; later ones move down."""
    try:
        _opened(session).remove(_on_disk(session, (number,)))
    except UpdateFailed as problem:
        raise problem.failure or SystemFailure(str(problem)) from None
    messages = tuple(session.messages)
    return session._replace(
        messages=messages[: number - 1] + messages[number:],
        sent=_moved(session.sent, number),
        shown=_moved(session.shown, number),
        highest=session.highest - (number <= session.highest),
    )  # fmt: skip


def _moved(numbers: Collection[int], gone: int) -> frozenset[int]:
    """Message-numbers once that one is gone, and those behind it have moved down."""
    return frozenset(each - (each > gone) for each in numbers if each != gone)


def _gone(office: Office, session: Session, maildrop: Maildrop) -> frozenset[int]:
    """What the session's end removes."""
    policy, gone = office.personality.policy, session.marks
    if policy.removes_sent(session.user):
        gone |= session.sent | session.shown
    if policy.expire_from == "reading":
        gone |= expiring.due(policy, session, office.clock())
    if policy.removal == "flagged":
        gone = gone.union(maildrop.flagged)
    return _on_disk(session, gone)


def _on_disk(session: Session, numbers: Collection[int]) -> frozenset[int]:
    """The same messages by the numbers that they had when the maildrop was opened."""
    opened, messages = _opened(session).messages, session.messages
    if len(messages) == len(opened) or not numbers:
        return frozenset(numbers)
    first = {message.unique_id: number for number, message in enumerate(opened, 1)}
    return frozenset(first[messages[number - 1].unique_id] for number in numbers)


def _opened(session: Session) -> Maildrop:
    assert session.maildrop is not None, "TRANSACTION has a maildrop"
    return session.maildrop


def _why(problem: UpdateFailed) -> Reason:
    if problem.failure is None:
        return Reason.NOT_REMOVED
    return Reason.PERMANENT if problem.failure.permanent else Reason.TEMPORARY
