"""Lines that wait for a slow one in the same write (policy_session: `lost`, "behind-slow").

Twisted reads on while a slow reply is under way, puts the lines aside, and takes them up again in its
own order: who is no command by then is forgotten, and a QUIT is not the last word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .answering import answer_line
from .commands import LOGIN_COMMANDS
from .exchange import Reason
from .recall import STRAY
from .session import Answer, Office, Session, fill

__all__ = ["behind_the_end", "is_slow", "overtaken"]

#: What takes its time where it is answered +OK; of LIST and UIDL all, and not one.
_SLOW = frozenset({b"STAT", b"LIST", b"UIDL", b"RETR", b"TOP"})
_LISTS = frozenset({b"LIST", b"UIDL"})


def is_slow(raw: bytes, replies: Sequence[bytes | memoryview]) -> bool:
    """Whether a line with these replies holds up what came behind it in one write."""
    keyword, blank, _ = raw.rstrip(b"\r").partition(b" ")
    keyword = keyword.upper()
    if keyword not in _SLOW or (blank and keyword in _LISTS):
        return False
    return bool(replies) and bytes(replies[0][:3]) == b"+OK"


def overtaken(session: Session, answer: Answer) -> Answer:
    """The answer to a line that has waited: none at all, where it was no command as it stood."""
    failed = answer.failed
    if failed is Reason.LINE_TOO_LONG or not (answer.silent or failed in STRAY):
        return answer
    return Answer(session, failed=failed, silent=True, loses=True)


def behind_the_end(office: Office, session: Session, lines: Sequence[bytes]) -> Iterator[Answer]:
    """The answers to lines that waited behind a QUIT that waited itself."""
    for raw in lines:
        keyword = raw.partition(b" ")[0].strip().decode("latin-1").upper()
        if keyword in LOGIN_COMMANDS:
            return
        if keyword == "QUIT":
            yield Answer(session, fill(office.personality.accepting("quit"), office, session))
            continue
        _, _, answer = answer_line(office, session, raw)
        if answer.silent or answer.failed in STRAY:
            return
        session = answer.session
        yield answer
