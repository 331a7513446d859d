"""Mail that goes so many days after it was read (policy `expire_from`; RFC 2449 section 6.7).

GNU mailutils writes down in the message itself when somebody had it by RETR or TOP.
"""

from __future__ import annotations

import re

from .policy import Policy
from .session import Session

__all__ = ["due", "second"]

#: The header that says when, in seconds since 1970.
_STAMP = re.compile(rb"(?im)^X-Expire-Timestamp:[ \t]*([0-9]{1,12})[ \t]*\r$")
_DAY = 86400
#: A session's clock begins at 0; in these stamps it is this second.
_EPOCH = 1_748_736_000


def second(now: float) -> int:
    """That time of the session's clock, as such a stamp has it: ten digits."""
    return _EPOCH + int(now)


def due(policy: Policy, session: Session, now: float) -> frozenset[int]:
    """The message-numbers that a QUIT now removes, since they were read long enough ago."""
    days = policy.expire_for(session.user)
    if not days.isdigit():
        return frozenset()
    since = second(now) - int(days) * _DAY
    return frozenset(
        number
        for number, message in enumerate(session.messages, 1)
        if (found := _STAMP.search(bytes(message.top(0)))) and int(found[1]) <= since
    )
