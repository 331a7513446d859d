"""How long a line may become before it is hung up on, ended or not (policy_lines: `longest_...`)."""

from __future__ import annotations

from .framing import RESPONSE_LIMIT
from .policy_lines import LinePolicy
from .states import State

__all__ = ["longest_of"]

#: Octets of a keyword, where what stands behind it is counted. No server knows a longer one.
_KEYWORD = 8


def longest_of(
    policy: LinePolicy, state: State, raw: bytes, *, response: bool = False
) -> tuple[int, bool]:
    """The octets at which that line is hung up on, LF not counted, and whether in silence. 0: none.

    `response`: the line answers a challenge of AUTH.
    """
    if response:
        if policy.longest_response:
            return policy.longest_response, True
        most = policy.longest_line
        return (max(most, RESPONSE_LIMIT) if most else 0), False
    if state is not State.AUTHORIZATION or not policy.longest_line_before_login:
        return policy.longest_line, False
    if not policy.longest_behind_keyword:
        return policy.longest_line_before_login, False
    if policy.longest_response and raw[:5].upper() == b"AUTH ":
        mechanism = raw.find(b" ", 5, 5 + policy.longest_line_before_login)
        if mechanism >= 0:
            return mechanism + 1 + policy.longest_response, True
    blank = raw.find(b" ", 0, _KEYWORD)
    front = blank + 1 if blank >= 0 else _KEYWORD
    return front + policy.longest_line_before_login, False
