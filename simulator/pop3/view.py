"""What a chair remembers of a session, and what a reply does to it. One rule for both chairs.

The server knows more than the wire shows; it makes its Exchanges by these functions all the same, so
that who looks on from the server's side sees what the client sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .commands import Command
from .exchange import Effect, Effects, Exchange, Reason, Reply
from .states import State, Status, next_state

__all__ = ["View", "greeting", "make_exchange", "state_after"]


@dataclass(frozen=True, slots=True)
class View:
    """What a chair must remember of a session to say what the next reply does."""

    named: str = ""  #: the name of the last USER that was answered with +OK
    user: str = ""
    timestamp: str = ""  #: APOP's, with its <>, or ""
    marks: frozenset[int] = frozenset()


#: RFC 1939 section 7: the timestamp has the syntax of RFC 822's msg-id, anywhere in the greeting
_TIMESTAMP = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
_LEADING_DIGITS = re.compile(r"[0-9]{1,10}")


def greeting(reply: Reply) -> tuple[View, tuple[Effects, ...]]:
    """What is known after the greeting."""
    found = _TIMESTAMP.search(reply.text)
    stamp = found.group() if found else ""
    return View(timestamp=stamp), (Effects(Effect.GREETING, name=stamp),)


def _advance(
    view: View, command: Command, reply: Reply, after: State
) -> tuple[View, tuple[Effects, ...]]:
    """What `reply` to `command` did, and what is known after it. The same at both chairs."""
    if reply.status is None:
        return view, ()
    if after is State.UPDATE:
        kind = Effect.REMOVED if reply.ok else Effect.NOT_REMOVED
        return view, (Effects(kind, tuple(sorted(view.marks))),)
    if not reply.ok:
        if command.keyword in {"PASS", "USER", "APOP"} and not view.user and view.named:
            return View(timestamp=view.timestamp), ()
        return view, ()
    name = command.arguments[0] if command.arguments else ""
    match command.keyword:
        case "USER":
            return View(name, "", view.timestamp), (Effects(Effect.NAMED, name=name),)
        case "PASS":
            return _login(view, view.named)
        case "APOP":
            return _login(view, name)
        case "RETR" if number := _number(name):
            return view, (Effects(Effect.SENT, (number,)),)
        case "DELE" if number := _number(name):
            marks = view.marks | {number}
            then = View(view.named, view.user, view.timestamp, marks)
            return then, (Effects(Effect.MARKED, (number,)),)
        case "RSET":
            then = View(view.named, view.user, view.timestamp)
            return then, (Effects(Effect.UNMARKED, tuple(sorted(view.marks))),)
    return view, ()


def _login(view: View, name: str) -> tuple[View, tuple[Effects, ...]]:
    return View(name, name, view.timestamp), (Effects(Effect.LOGIN, name=name),)


def _number(text: str) -> int | None:
    """The number a server meant that answered +OK, also to `DELE 2x` (some read leading digits)."""
    found = _LEADING_DIGITS.match(text)
    return int(found.group()) if found else None


def state_after(before: State, keyword: str, status: Status | None, reason: Reason | None) -> State:
    """The state that a reply leads to, by the table.

    A QUIT that was refused as a line (a surplus argument, a bad octet) is no QUIT: the session
    goes on. Only a -ERR that says "not removed" leaves TRANSACTION (RFC 1939 section 6).
    """
    if status is None or (reason is not None and reason is not Reason.NOT_REMOVED):
        return before
    return next_state(before, keyword, status)


def make_exchange(  # noqa: PLR0913, PLR0917 -- an Exchange has that many sides
    line: str, command: Command, reply: Reply, before: State, view: View, reason: Reason | None
) -> tuple[Exchange, View]:
    """One finished Exchange, and the view after it."""
    after = state_after(before, command.keyword, reply.status, reason)
    then, effects = _advance(view, command, reply, after)
    return Exchange(line, command, reply, before, after, effects, reason, then.user), then
