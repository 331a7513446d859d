"""Sizes that grow as a message is read (policy_mail: `rereads`).

GNU mailutils takes the ">" off quoted From lines as it reads, and keeps a copy of what it has read.
Once RETR, TOP or UIDL has opened such a body, its size is that of the copy; and each reading of it, be
it to send it or to count its lines, puts the whole of it behind the copy once more. TOP of no line
opens a body and reads none of it; RETR then sends as much as the copy has, which is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import is_

from .commands import Command
from .maildrop import Message
from .session import Answer

__all__ = ["looked", "told"]

#: A line of a body that an mbox has quoted.
_QUOTED = re.compile(rb"(?<=\r\n)>*From ")
#: Of longer mail it is not asked whether it has such lines: that would cost more than it tells.
_MOST = 65536


class Reread:
    """A message whose body was opened in this session, and read so many times."""

    __slots__ = ("message", "reads")

    def __init__(self, message: Message, reads: int) -> None:
        self.message = message
        self.reads = reads

    @property
    def octets(self) -> int:
        """Its size, as the server has it by now."""
        head = len(self.message.top(0))
        lines = self.message.wire().count(b"\r\n", head)
        body = self.message.octets - head - lines
        # The lines, an octet each, are found in the first reading alone.
        return head + body * self.reads + (lines if self.reads < 2 else 0)

    @property
    def lines(self) -> int:
        """Its lines: those of the body are found in the first reading alone."""
        head = bytes(self.message.top(0)).count(b"\r\n")
        return self.message.lines if self.reads < 2 else head

    @property
    def unique_id(self) -> str:
        """As the message has it."""
        return self.message.unique_id

    @property
    def listed_id(self) -> str:
        """As the message has it."""
        return self.message.listed_id

    @property
    def needs_utf8(self) -> bool:
        """As the message says."""
        return self.message.needs_utf8

    def wire(self) -> bytes:
        """All of it as RETR sends it: no body, where none of it was read before."""
        return self.message.wire() if self.reads else bytes(self.message.top(0))

    def top(self, lines: int) -> bytes | memoryview:
        """Its beginning as TOP sends it."""
        return self.message.top(lines)


def told(before: Sequence[Message], after: Sequence[Message]) -> Sequence[Message]:
    """The messages once UIDL has told unique-ids. `after`: as they are now in the store."""
    messages = tuple(map(_told, before, after))
    return before if all(map(is_, messages, before)) else messages


def looked(answer: Answer, command: Command) -> Answer:
    """The answer to a command of TRANSACTION, with what it has read of the messages."""
    session = answer.session
    if answer.failed or not session.messages:
        return answer
    messages = list(session.messages)
    match command.keyword, command.arguments:
        case ("RETR" | "TOP", (number, *lines)):
            at = int(number) - 1
            messages[at] = _opened(messages[at], 0 if lines and not int(lines[0]) else 1)
        case ("LIST", (number,)):
            messages[int(number) - 1] = _counted(messages[int(number) - 1])
        case ("LIST" | "STAT", ()):
            messages = [
                each if number in session.marks else _counted(each)
                for number, each in enumerate(messages, 1)
            ]
    if all(map(is_, messages, session.messages)):
        return answer
    return answer._replace(session=session._replace(messages=tuple(messages)))


def _told(before: Message, now: Message) -> Message:
    """UIDL has read a message in which it found no unique-id, and has written one into it."""
    if now is (before.message if isinstance(before, Reread) else before):
        return before
    reads = before.reads if isinstance(before, Reread) else 0
    return Reread(now, reads + 1) if _has_quoted(now) else now


def _opened(message: Message, reads: int) -> Message:
    if isinstance(message, Reread):
        return Reread(message.message, message.reads + reads) if reads else message
    return Reread(message, reads) if _has_quoted(message) else message


def _counted(message: Message) -> Message:
    """A size was asked for. It comes from elsewhere until the body was opened."""
    return Reread(message.message, message.reads + 1) if isinstance(message, Reread) else message


def _has_quoted(message: Message) -> bool:
    if message.octets > _MOST:
        return False
    head = message.top(0)
    return _QUOTED.search(message.wire(), max(0, len(head) - 2)) is not None
