"""What a chair remembers of a session, and what a reply does to it. One rule for both chairs.

The server knows more than the wire shows; it makes its Exchanges by these functions all the same, so
that who looks on from the server's side sees what the client sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeAlias

from .arguments import answer_of
from .commands import LOGIN_COMMANDS, Command, meant
from .exchange import Effect, Effects, Exchange, Reason, Reply, decode
from .mechanisms import named_in
from .states import State, Status, next_state

__all__ = ["View", "greeting", "make_exchange", "state_after"]


@dataclass(frozen=True, slots=True)
class View:
    """What a chair must remember of a session to say what the next reply does."""

    named: str = ""  #: the name of the last USER that was answered with +OK, until a -ERR
    #: The same, whatever came behind it: some servers let PASS be tried again. None: there was none.
    given: str | None = None
    user: str = ""
    timestamp: str = ""  #: APOP's, with its <>, or ""
    marks: frozenset[int] = frozenset()
    mechanism: str = ""  #: of AUTH, while a challenge waits for its response
    responses: int = 0  #: how many responses that dialogue has had
    claimed: str = ""  #: the name that they gave
    secure: bool = False  #: TLS stands, or begins behind the last reply
    utf8: bool = False  #: UTF8 mode is on
    language: str = ""  #: the tag that LANG chose, or "": nobody asked
    capabilities: tuple[str, ...] | None = None  #: the lines of the last CAPA; None: none, or void

    def offers(self, capability: str) -> bool:
        """Whether CAPA has listed this line or tag since TLS or the greeting."""
        wanted = capability.upper()  # RFC 2449 section 5: tags are the same in any case
        return any(
            line.upper() == wanted or line.upper().startswith(f"{wanted} ")
            for line in self.capabilities or ()
        )


#: RFC 1939 section 7: the timestamp has the syntax of RFC 822's msg-id, anywhere in the greeting
_TIMESTAMP = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")
_LEADING_DIGITS = re.compile(r"[0-9]{1,10}")


def greeting(reply: Reply, *, secure: bool = False) -> tuple[View, tuple[Effects, ...]]:
    """What is known after the greeting. `secure`: TLS stood before it, which it shows (RFC 8314)."""
    found = _TIMESTAMP.search(reply.text)
    stamp = found.group() if found else ""
    effects = (Effects(Effect.GREETING, name=stamp), Effects(Effect.SECURED))
    return View(timestamp=stamp, secure=secure), effects if secure else effects[:1]


_Then: TypeAlias = tuple[View, tuple[Effects, ...]]


def _advance(view: View, command: Command, reply: Reply, after: State) -> _Then:
    """What `reply` to `command` did, and what is known after it. The same at both chairs."""
    if reply.status is Status.CONTINUE and command.keyword == "AUTH":
        return _dialogue(view, command), ()
    if reply.status in (None, Status.CONTINUE):
        return view, ()
    if after is State.UPDATE:
        kind = Effect.REMOVED if reply.ok else Effect.NOT_REMOVED
        return view, (Effects(kind, tuple(sorted(view.marks))),)
    if not reply.ok:
        if view.mechanism:
            return replace(view, mechanism="", responses=0, claimed=""), ()
        # A -ERR makes void what USER began (RFC 1939 section 7). One to AUTH does not: "as if the
        # client had not issued the AUTH command" (RFC 5034 section 4).
        if command.keyword in LOGIN_COMMANDS and not view.user and view.named:
            return replace(view, named=""), ()
        return view, ()
    return _accepted(view, command, reply)


def _accepted(view: View, command: Command, reply: Reply) -> _Then:
    """What a +OK did."""
    name = command.arguments[0] if command.arguments else ""
    match command.keyword:
        case "USER":
            then = replace(view, named=name, given=name)
            return then, (Effects(Effect.NAMED, name=name),)
        case "PASS":
            return _login(view, view.named or view.given or "")
        case "APOP":
            return _login(view, name)
        case "AUTH" if name:
            return _login(view, _dialogue(view, command).claimed)
        case "STLS":
            # What was said and heard in the clear counts no more (RFC 2595 section 4, for the client).
            then = View(timestamp=view.timestamp, secure=True, given=view.given)
            return then, (Effects(Effect.SECURED),)
        case "UTF8":
            return replace(view, utf8=True), (Effects(Effect.UTF8),)
        case "LANG" if name:
            tag = reply.text.partition(" ")[0]
            return replace(view, language=tag), (Effects(Effect.LANGUAGE, name=tag),)
        case "CAPA":
            lines = tuple(decode(line).rstrip() for line in reply.lines)
            return replace(view, capabilities=lines), ()
        case "RETR" if number := _number(name):
            return view, (Effects(Effect.SENT, (number,)),)
        case "DELE" if number := _number(name):
            then = replace(view, marks=view.marks | {number})
            return then, (Effects(Effect.MARKED, (number,)),)
        case "RSET":
            then = replace(view, marks=frozenset())
            return then, (Effects(Effect.UNMARKED, tuple(sorted(view.marks))),)
    return view, ()


def _login(view: View, name: str) -> _Then:
    then = replace(
        view, named=name, user=name, marks=frozenset(), mechanism="", responses=0, claimed=""
    )
    return then, (Effects(Effect.LOGIN, name=name),)


def _dialogue(view: View, command: Command) -> View:
    """What is known once AUTH or a response to a challenge is taken."""
    octets = answer_of(command.response or "", initial=not command.step)
    if octets is None:
        return replace(view, claimed="", mechanism=command.mechanism, responses=0)
    said = command.step or 1
    name = named_in(command.mechanism, said, octets) or (view.claimed if command.step else "")
    return replace(view, claimed=name, mechanism=command.mechanism, responses=said)


def _number(text: str) -> int | None:
    """The number a server meant that answered +OK, also to `DELE 2x` (some read leading digits)."""
    found = _LEADING_DIGITS.match(text)
    return int(found.group()) if found else None


def state_after(
    before: State, command: Command, status: Status | None, reason: Reason | None
) -> State:
    """The state that a reply leads to, by the table.

    A QUIT that was refused as a line (a surplus argument, a bad octet) is no QUIT: the session
    goes on. Only a -ERR that says "not removed" leaves TRANSACTION (RFC 1939 section 6). And an AUTH
    without a mechanism was a question, not a login.
    """
    if status is None or (reason is not None and reason is not Reason.NOT_REMOVED):
        return before
    if command.keyword == "AUTH" and not command.arguments:
        return before
    return next_state(before, command.keyword, status)


def make_exchange(  # noqa: PLR0913, PLR0917 -- an Exchange has that many sides
    line: str, command: Command, reply: Reply, before: State, view: View, reason: Reason | None
) -> tuple[Exchange, View]:
    """One finished Exchange, and the view after it.

    It holds the command as the RFC reads it. What a +OK did is told by what it must have meant.
    """
    taken = meant(line, command) if reply.ok else command
    after = state_after(before, taken, reply.status, reason)
    then, effects = _advance(view, taken, reply, after)
    return Exchange(line, command, reply, before, after, effects, reason, then.user), then
