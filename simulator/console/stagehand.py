"""The stagehand: changes of scene that are no line of POP3. Time passes, a reply breaks, others act.

A learner asks for them behind a colon; a lesson writes them as lines that begin with "!".
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from . import advice

if TYPE_CHECKING:
    from simulator.pop3 import Exchange

    from .desk import Desk

__all__ = ["direct", "fault", "hear", "meanwhile", "wait"]

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def wait(desk: Desk, span: str) -> None:
    """Let time pass: for the server's clock, its delays and its patience."""
    from simulator.hosts import seconds

    try:
        passed = seconds(span)
    except ValueError as problem:
        desk.screen.notice(f"{_sentence(problem)} As in `:wait 10m`.")
        return
    desk.screen.notice(f"{_in_words(passed)} pass.")
    was_up = desk.call.up
    limit = desk.call.simulation.patience if was_up else 0
    _follow(desk, f"wait {span}", ending=(
        f"No line came for {_in_words(limit)}, and so the server has hung up. RFC 1939 §3 calls that "
        "autologout: no UPDATE, and what was marked stays."
    ))  # fmt: skip


def fault(desk: Desk, name: str) -> None:
    """Let something go wrong in the next reply; without a name, what can."""
    from simulator.hosts import FAULTS

    if not name:
        from .views import usages

        known = [(each.name, f"{each.meaning} ({each.standard})") for each in FAULTS.values()]
        desk.screen.show(partial(usages, known))
        if armed := _armed(desk):
            desk.screen.notice(f"Armed, the next first: {armed}.")
        return
    if not desk.call.up:
        desk.screen.notice("No call is up, so no reply can break. Call a host first.")
        return
    if _follow(desk, f"fault {name}"):
        what = FAULTS[name.split(maxsplit=1)[0].lower()].meaning
        desk.screen.notice(f"In the next reply on which it can be: {what}. Armed: {_armed(desk)}.")


def hear(desk: Desk, came: list[Exchange]) -> None:
    """Show what a line led to, whatever went wrong in it.

    Of a reply that is not whole, what has come of it is drawn as it came.
    """
    stage, struck = desk.call.stage, desk.call.stage.struck
    received = stage.carried.received
    if desk.loose or not came:
        desk.screen.octets(received)
    waiting = stage.client.waiting if stage.client is not None and desk.call.up else 0
    if waiting and received:
        desk.explain(advice.unfinished(waiting), once=waiting > 1)
    for fault in struck:
        desk.explain(advice.struck(fault))
    if desk.loose and came:
        desk.explain(advice.out_of_step(came[-1]))
    desk.show(came, hidden=desk.loose)
    desk.loose = waiting > 0 and bool(received or desk.loose)


def meanwhile(desk: Desk, text: str) -> None:
    """Let somebody else do something to the mail; without a word, what they can do."""
    from simulator.hosts import HAPPENINGS

    if not text:
        from .views import usages

        desk.screen.show(partial(usages, HAPPENINGS))
    elif _follow(desk, text):
        desk.screen.notice("Done. `:mailbox` shows the disk beside this session's view of it.")


def direct(desk: Desk, text: str) -> None:
    """A direction of a lesson: `drop`, or one of those above."""
    word, _, rest = text.partition(" ")
    if word == "drop":
        from . import programs  # which looks at this file for what goes wrong

        desk.screen.typed(*programs.front(desk.call).closing, by_tutor=True)
        desk.hang_up()
    elif word == "wait":
        wait(desk, rest)
    else:
        _follow(desk, text)


def _armed(desk: Desk) -> str:
    """The faults that wait, in words."""
    return ", ".join(each.name for each in desk.call.simulation.armed) if desk.call.up else ""


def _follow(desk: Desk, text: str, ending: str = "") -> bool:
    """Have the stage follow a direction and show what comes of it. Whether it could.

    `ending` is said where the call has ended with it.
    """
    was_up = desk.call.up
    try:
        came = desk.call.direct(text, desk.tutor.state())
    except (ValueError, ConnectionError) as problem:
        desk.screen.notice(_sentence(problem))
        return False
    desk.tutor.look(desk.call.snapshot())
    if was_up:
        if ending and not desk.call.up:
            desk.explain(ending)
        desk.show(came)
    return True


def _sentence(problem: Exception) -> str:
    text = str(problem)
    if "." not in text.partition(" ")[0]:  # a host's name keeps its small letter
        text = f"{text[:1].upper()}{text[1:]}"
    return f"{text}{'' if text.endswith(('.', '?', '!')) else '.'}"


def _in_words(passed: float) -> str:
    """`90s` as "1 minute and 30 seconds"."""
    parts, left = [], int(passed)
    for size, name in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " and ".join(parts[:2]) or "No time"
