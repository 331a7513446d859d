"""Draws what was read: what was found, line and reply with their notes, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.pop3 import Exchange, Force
from simulator.teaching.remarks import Margin
from simulator.transcript import Doubt, Finding, Lack, Reading, Unread

from .accounts import Account, Entry
from .lacks import UNKNOWABLE, lack_sentence, listed

if TYPE_CHECKING:
    from .screen import Screen

__all__ = ["narrate"]

#: Lines of a body that are drawn; of a longer one its beginning.
LONGEST_BODY = 40
#: Lines that could not be understood which are drawn.
MOST_UNREAD = 12


def narrate(
    screen: Screen,
    reading: Reading,
    told: Sequence[Account],
    unread: Iterable[Unread],
    margin: Margin,
) -> None:
    """All of it, from the first line to the summary."""
    unit = reading.unit
    bare = margin is Margin.OFF
    if not bare:
        _head(screen, reading, told)
    for number, account in enumerate(told, 1):
        if not bare:
            _session(screen, account, number, len(told), unit)
        said: set[Lack] = set()
        for entry in account.entries:
            if isinstance(entry, Finding):
                if not bare:
                    _lack(screen, entry, unit, again=entry.lack in said)
                said.add(entry.lack)
            else:
                _entry(screen, entry)
        if account.closing:
            screen.notes(account.closing)
        screen.blank()
    _unread(screen, list(unread), unit)
    if not bare:
        _summary(screen, told, unit)


def _head(screen: Screen, reading: Reading, told: Sequence[Account]) -> None:
    count = len(told)
    sessions = f"{count} session{'' if count == 1 else 's'}"
    screen.heading(
        f"{sessions} in {reading.lines:,} {reading.unit}{'' if reading.lines == 1 else 's'}"
    )
    if reading.undone:
        screen.notice(f"Taken off the text first: {', '.join(reading.undone)}.")
    if any(entry.turn.doubt is not Doubt.NONE for account in told for entry in account.told):
        screen.notice(UNKNOWABLE)
    screen.blank()


def _session(screen: Screen, account: Account, number: int, count: int, unit: str) -> None:
    """What there is to know of a session before one reads it."""
    dialogue = account.dialogue
    first, last = dialogue.lines
    where = f"{unit} {first}" if first == last else f"{unit}s {first} to {last}"
    host = ""
    if dialogue.host:
        port = f" port {dialogue.port}" if dialogue.port else ""
        host = f" · {dialogue.host}{port}"
    if screen.look.plain:
        host = host.replace(" · ", ", ")
    screen.rule()
    screen.heading(f"Session {number} of {count}{host}", where)
    told = (_likely(account, unit), _broken(account, unit)) if account.told else ()
    for sentence in (*told, _missing(account)):
        if sentence:
            screen.notice(sentence)
    screen.blank()


def _likely(account: Account, unit: str) -> str:
    like = account.like
    if like is None:
        return "Likely server: nobody we know, by these words."
    at = tuple(sorted(set(account.telling)))
    by = f"{unit}{'' if len(at) == 1 else 's'} {listed(at)}"
    how = f"({like.sureness.value}, by {by})"
    if not like.real:
        return (
            "Likely server: no real one that we know. Of those made up for the course, "
            f"**{like.name}** has such words {how}."
        )
    also = f" As like: {', '.join(like.others)}." if like.others else ""
    return f"Likely server: **{like.server}** {how}.{also}"


def _broken(account: Account, unit: str) -> str:
    """Which rules are broken, and where."""
    found = [
        f"`{breach.rule.word}` ({unit} {entry.turn.heard_at})"
        for entry in account.told for breach in entry.turn.breaches
        if breach.rule.force is not Force.NOTED
    ]  # fmt: skip
    if not found:
        return "Breaches of the RFCs: none that can be seen."
    more = f" and {len(found) - 8} more" if len(found) > 8 else ""
    return f"Breaches of the RFCs: {', '.join(found[:8])}{more}."


def _missing(account: Account) -> str:
    """What is missing, in few words."""
    kinds = Counter(entry.lack for entry in account.entries if isinstance(entry, Finding))
    if not kinds:
        return ""
    words = [f"{lack.value}{f' ({count}x)' if count > 1 else ''}" for lack, count in kinds.items()]
    return f"Missing or put right: {', '.join(words)}."


def _lack(screen: Screen, finding: Finding, unit: str, *, again: bool) -> None:
    sign = "guessed" if finding.lack in (Lack.LINE, Lack.NUMBER) else "missing"
    screen.notice(f"{sign}: {unit} {finding.line}: {lack_sentence(finding, again=again)}")


def _entry(screen: Screen, entry: Entry) -> None:
    if entry.said is not None:
        screen.typed("", entry.said)
    clipped, more = _clipped(entry.exchange)
    screen.exchange(clipped, entry.notes)
    if more:
        screen.notice(f"Of this body {more:,} more lines are not drawn; `--json` has them.")


def _clipped(exchange: Exchange) -> tuple[Exchange, int]:
    """The Exchange with the beginning of a long body, and how many lines are behind it."""
    body = exchange.reply.body
    count = body.count(b"\r\n") if body else 0
    if body is None or count <= LONGEST_BODY:
        return exchange, 0
    at = 0
    for _ in range(LONGEST_BODY - 10):
        at = body.index(b"\r\n", at) + 2
    return replace(
        exchange, reply=replace(exchange.reply, body=body[:at])
    ), count - LONGEST_BODY + 10


def _unread(screen: Screen, unread: list[Unread], unit: str) -> None:
    if not unread:
        return
    screen.heading("Not understood")
    for each in unread[:MOST_UNREAD]:
        screen.notice(
            f"{unit} {each.line}: {each.why}: `{each.text.replace('`', ' ').strip()[:72]}`"
        )
    if len(unread) > MOST_UNREAD:
        screen.notice(f"And {len(unread) - MOST_UNREAD} more such {unit}s.")
    screen.blank()


def _summary(screen: Screen, told: Sequence[Account], unit: str) -> None:
    screen.heading("In short")
    for number, account in enumerate(told, 1):
        turns = account.told
        if not turns:
            screen.notice(f"Session {number}: encrypted from the first octet.")
            continue
        lines = sum(entry.said is not None for entry in turns)
        refused = sum(entry.exchange.reason is not None for entry in turns)
        states = [turns[0].exchange.before.value]
        states += [
            each.exchange.after.value for each in turns if each.exchange.after.value != states[-1]
        ]
        way = (" -> " if screen.look.plain else f" {screen.look.glyphs.arrow} ").join(_ways(states))
        breaches = sum(
            breach.rule.force is not Force.NOTED
            for entry in turns
            for breach in entry.turn.breaches
        )
        counts = (
            _count(lines, "line"), f"{refused} refused", _count(breaches, "breach"), _ending(account),
        )  # fmt: skip
        screen.notice(f"Session {number}: {way}; {', '.join(filter(None, counts))}.")
    del unit


def _ways(states: list[str]) -> list[str]:
    """The states that were entered, one after the other."""
    return [each for at, each in enumerate(states) if not at or each != states[at - 1]]


def _count(number: int, word: str) -> str:
    plural = "es" if word.endswith("h") else "s"
    return f"{number} {word}{'' if number == 1 else plural}"


def _ending(account: Account) -> str:
    end = account.dialogue.end
    if end is None:
        return "its end is not shown"
    if end.removed:
        return f"removed {listed(end.removed)}"
    if end.forgotten:
        return f"marks forgotten: {listed(end.forgotten)}"
    return "nothing removed"
