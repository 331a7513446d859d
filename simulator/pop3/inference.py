"""Why was it -ERR? What can be told from the wire alone.

A server gives a status indicator and some text for people; with RFC 2449 perhaps a response code. The
rest follows from what was typed and from what the session did before. A property test holds this
beside the engine, which knows the reason.
"""

from __future__ import annotations

from .commands import Argument, Command, Flaw
from .exchange import Reason, Reply
from .framing import Line
from .states import State, Status
from .view import View

__all__ = ["infer"]

_FLAWS = {flaw: Reason(flaw.value) for flaw in Flaw}

#: Response codes (RFC 2449 section 8.1, RFC 3206) that say the reason outright.
_CODES = {
    "IN-USE": Reason.IN_USE,
    "LOGIN-DELAY": Reason.LOGIN_DELAY,
    "SYS/TEMP": Reason.TEMPORARY,
    "SYS/PERM": Reason.PERMANENT,
    "AUTH": Reason.BAD_CREDENTIALS,
}

#: Words of servers without response codes that mean a lock (RFC 1939 section 7: "maildrop already
#: locked"). Nothing else is ever read from a reply's text.
_LOCKED = ("lock", "in use", "busy", "another session", "already logged in")


def infer(line: Line, command: Command, reply: Reply, state: State, view: View) -> Reason | None:
    """The reason of a -ERR, or None for any other reply."""
    if reply.status is not Status.ERR:
        return None
    if line.fault is not None:
        return line.fault
    if not line.text:
        return Reason.BLANK_LINE
    row = command.row
    if row is None or (command.keyword == "APOP" and not view.timestamp):
        # Section 7: a server with APOP has a timestamp in its greeting.
        return Reason.UNKNOWN_COMMAND
    if state not in row.states:
        return Reason.WRONG_STATE
    if command.flaw is not None:
        return _FLAWS[command.flaw]
    if command.keyword == "QUIT":
        # RFC 1939 section 6: the session ends "whether the removal was successful or not", so here
        # a response code says only why something was left.
        return Reason.NOT_REMOVED
    if reply.code in _CODES:
        return _CODES[reply.code]
    if command.keyword in {"USER", "PASS", "APOP"}:
        return _login_reason(command, reply, view)
    if row.arguments[:1] == (Argument.MESSAGE,) and command.number is not None:
        marked = command.number in view.marks
        return Reason.ALREADY_DELETED if marked else Reason.NO_SUCH_MESSAGE
    # A command of the right shape, in the right state: the server has no such command (CAPA came
    # with RFC 2449).
    return Reason.UNKNOWN_COMMAND


def _login_reason(command: Command, reply: Reply, view: View) -> Reason:
    if command.keyword == "USER":
        return Reason.NO_SUCH_MAILBOX
    if command.keyword == "PASS" and not view.named:
        return Reason.USER_FIRST
    text = reply.text.lower()
    if any(word in text for word in _LOCKED):
        return Reason.IN_USE
    return Reason.BAD_CREDENTIALS
