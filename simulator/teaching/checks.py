"""What the predicates mean: pure functions over a log of events and one snapshot.

An event is an exchange or the end of a session, with the message-numbers of its own session beside
it, so that a label means the same message however often the learner dials. Letter case of keywords
and detours do not count: `did` asks whether something happened, not whether it happened alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from simulator.mailroom import Snapshot
from simulator.pop3 import Effect, End, Exchange, State

from .predicates import (
    Argument,
    Check,
    Ended,
    MaildropIs,
    OneOrMore,
    Pattern,
    Scope,
    in_list,
)

__all__ = ["Event", "Moment", "event", "holds", "matches"]


@dataclass(frozen=True, slots=True)
class Event:
    """One exchange without the body of its reply, or one end of a session."""

    #: not in the repr: a PASS line holds a secret
    exchange: Exchange | None = field(default=None, repr=False)
    end: End | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)  #: label -> number in its session
    octets: int = 0  #: of the body that was taken off
    lines: int = 0

    @property
    def state(self) -> State:
        """The state after it."""
        if self.exchange is None:
            return State.CLOSED
        after = self.exchange.after
        return State.CLOSED if after is State.UPDATE else after


def event(exchange: Exchange, numbers: Mapping[str, int]) -> Event:
    """The event of an exchange. The body is let go: a lesson must not hold each RETR it saw."""
    reply = exchange.reply
    if reply.body is None:
        return Event(exchange, None, numbers)
    lines = reply.body.count(b"\r\n")
    bare = replace(exchange, reply=replace(reply, body=None))
    return Event(bare, None, numbers, reply.octets, lines)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a predicate may look at. `step` and `move` are positions in `log`."""

    log: tuple[Event, ...] = ()
    step: int = 0  #: where this step begins
    move: int = 0  #: where this move begins: one exchange, or QUIT and the end it led to
    snapshot: Snapshot | None = None
    account: str = ""  #: whose maildrop `maildrop` means by default
    attempts: int = 0

    def within(self, scope: Scope) -> tuple[Event, ...]:
        """The events of a scope."""
        if scope == "lesson":
            return self.log
        return self.log[self.move if scope == "move" else self.step :]


def holds(check: Check, moment: Moment, default: Scope = "step") -> bool:
    """Whether all that a check says holds at a moment.

    `default` is the scope of `did`, `last` and `ended` where the check names none; `never`,
    `times` and `order` look at the step then.
    """
    near = moment.within(check.scope or default)
    wide = moment.within(check.scope or "step")
    return (
        (check.did is None or _any(check.did, near))
        and (check.never is None or not _any(check.never, wide))
        and (check.times is None or _times(check, wide))
        and (check.order is None or _in_order(check.order, wide))
        and (check.last is None or _last(check.last, near))
        and (check.ended is None or any(_ended(check.ended, e) for e in near))
        and (check.state is None or _state(moment) is check.state)
        and (check.maildrop is None or _maildrop(check.maildrop, moment))
        and (check.attempts is None or moment.attempts >= check.attempts.min)
        and all(holds(part, moment, default) for part in check.all_ or ())
        and (check.any_ is None or any(holds(part, moment, default) for part in check.any_))
        and (check.not_ is None or not holds(check.not_, moment, default))
    )


def _any(pattern: Pattern, events: Iterable[Event]) -> bool:
    return any(matches(pattern, each) for each in events)


def _times(check: Check, events: Iterable[Event]) -> bool:
    times = check.times
    assert times is not None
    count = sum(matches(times.of, each) for each in events)
    return (times.min is None or count >= times.min) and (times.max is None or count <= times.max)


def _in_order(patterns: Sequence[Pattern], events: Iterable[Event]) -> bool:
    """Whether there are events that fit the patterns one after the other; others may be between."""
    rest = iter(events)
    return all(_any(pattern, rest) for pattern in patterns)


def _last(pattern: Pattern, events: Sequence[Event]) -> bool:
    exchanges = [each for each in events if each.exchange is not None]
    return bool(exchanges) and matches(pattern, exchanges[-1])


def _state(moment: Moment) -> State:
    return moment.log[-1].state if moment.log else State.CLOSED


def matches(pattern: Pattern, event: Event) -> bool:
    """Whether an event is an exchange that fits a pattern."""
    exchange = event.exchange
    if exchange is None:
        return False
    reply = exchange.reply
    return (
        (pattern.verb is None or _verb(exchange) in {v.upper() for v in in_list(pattern.verb)})
        and (pattern.ok is None or (exchange.ok is pattern.ok and not exchange.asks))
        and _reason(pattern, exchange)
        and _extension(pattern, exchange)
        and (pattern.code is None or reply.code == pattern.code.upper())
        and (pattern.from_ is None or exchange.before is pattern.from_)
        and (pattern.to is None or exchange.after is pattern.to)
        and (pattern.user is None or exchange.user == pattern.user)
        and (pattern.line is None or re.search(pattern.line, exchange.line or "") is not None)
        and (pattern.text is None or re.search(pattern.text, reply.text) is not None)
        and (pattern.args is None or _arguments(pattern.args, exchange, event.numbers))
        and (pattern.octets is None or pattern.octets.holds(event.octets))
        and (pattern.lines is None or pattern.lines.holds(event.lines))
        and _effects(pattern, exchange, event.numbers)
    )


def _verb(exchange: Exchange) -> str:
    """The keyword in upper case, also one that no table knows."""
    if exchange.command is None:
        return exchange.keyword
    return exchange.command.keyword.upper()


def _reason(pattern: Pattern, exchange: Exchange) -> bool:
    wanted = pattern.reason
    if wanted is None:
        return True
    return exchange.reason in (wanted if isinstance(wanted, tuple) else (wanted,))


def _extension(pattern: Pattern, exchange: Exchange) -> bool:
    """What only AUTH, STLS and LANG can show."""
    mechanism = exchange.command.mechanism if exchange.command else ""
    chosen, secured = exchange.did(Effect.LANGUAGE), exchange.did(Effect.SECURED) is not None
    return (
        (pattern.challenge is None or exchange.asks is pattern.challenge)
        and (pattern.mechanism is None or mechanism == pattern.mechanism.upper())
        and (pattern.secures is None or secured is pattern.secures)
        and (
            pattern.language is None
            or (chosen is not None and pattern.language in ("any", chosen.name))
        )
    )


def _arguments(
    wanted: Sequence[Argument | str], exchange: Exchange, numbers: Mapping[str, int]
) -> bool:
    command = exchange.command
    given = command.arguments if command else ()
    if command is None or len(given) != len(wanted):
        return False
    for at, (want, text) in enumerate(zip(wanted, given, strict=True)):
        if isinstance(want, Argument):
            number = command.number if at == 0 else None
            if number is None or number != numbers.get(want.label):
                return False
        elif want not in ("any", text):
            return False
    return True


def _effects(pattern: Pattern, exchange: Exchange, numbers: Mapping[str, int]) -> bool:
    if pattern.login is not None:
        login = exchange.did(Effect.LOGIN)
        if login is None or pattern.login not in ("any", login.name):
            return False
    for wanted, kind, each in (
        (pattern.sends, Effect.SENT, False),
        (pattern.marks, Effect.MARKED, False),
        (pattern.unmarks, Effect.UNMARKED, True),
        (pattern.removes, Effect.REMOVED, True),
    ):
        if wanted is None:
            continue
        effect = exchange.did(kind)
        if effect is None or not _touches(wanted, effect.numbers, numbers, every=each):
            return False
    return True


def _touches(
    wanted: OneOrMore, touched: Collection[int], numbers: Mapping[str, int], *, every: bool
) -> bool:
    """Whether one (`every`: each) of the labels is among the messages touched."""
    if wanted in ("any", "none"):
        return bool(touched) is (wanted == "any")
    found = [numbers.get(label) in touched for label in in_list(wanted)]
    return all(found) if every else any(found)


def _ended(wanted: Ended, event: Event) -> bool:
    end = event.end
    if end is None:
        return False
    return (
        (wanted.by is None or end.by is wanted.by)
        and (wanted.from_ is None or end.state is wanted.from_)
        and (wanted.user is None or end.user == wanted.user)
        and _exactly(wanted.removed, end.removed, event.numbers)
        and _exactly(wanted.forgotten, end.forgotten, event.numbers)
    )


def _exactly(
    wanted: OneOrMore | None, touched: Collection[int], numbers: Mapping[str, int]
) -> bool:
    if wanted is None:
        return True
    if wanted in ("any", "none"):
        return bool(touched) is (wanted == "any")
    return {numbers.get(label) for label in in_list(wanted)} == set(touched)


def _maildrop(wanted: MaildropIs, moment: Moment) -> bool:
    """Of another maildrop than the one meant, nothing is known and nothing holds."""
    snapshot = moment.snapshot
    user = wanted.user or moment.account
    if snapshot is None or (user and snapshot.user != user):
        return False
    on_disk = {item.label for item in snapshot.items if item.on_disk}
    marked = {item.label for item in snapshot.items if item.marked}
    return (
        (wanted.present is None or on_disk.issuperset(wanted.present))
        and (wanted.gone is None or on_disk.isdisjoint(wanted.gone))
        and (wanted.marked is None or marked == set(wanted.marked))
        and (wanted.unmarked is None or marked.isdisjoint(wanted.unmarked))
        and (wanted.count is None or len(on_disk) == wanted.count)
    )
