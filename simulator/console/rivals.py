"""`:compare`: what other servers answer to the last line, from where this session is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.hosts import Question, load_personalities
from simulator.pages import choose
from simulator.pop3 import Personality, State

from .comparison import compare

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.pop3 import Exchange

    from .desk import Desk

__all__ = ["Rivals", "compare_last", "load_rivals"]

#: The personality that does what the RFCs ask for.
_MODEL = "exemplary"


@dataclass(frozen=True, slots=True)
class Rivals:
    """The servers that can be compared."""

    every: Sequence[Personality]
    usual: Sequence[Personality]  #: where nobody names any: the model, and those that are real
    model: Personality


def load_rivals(cache: Path | None = None) -> Rivals:
    """All personalities. Where none plays a real server, all are the usual ones. Raises PageError."""
    every = load_personalities(cache=cache)
    model = next(each for each in every if each.name == _MODEL)
    others = [each for each in every if each is not model]
    real = [each for each in others if each.sources]
    return Rivals(every, [model, *(real or others)], model)


def compare_last(desk: Desk, names: str) -> None:
    """Say the last line to the usual servers, or to those that are named, and show what they answer.

    The lines before it are said first, so that a second DELE is a second one there too. The server at
    hand is among those that are asked.
    """
    last = desk.call.last
    if last is None or last.line is None:
        desk.screen.notice("Nothing was said to a server yet. Say a line, then `:compare` it.")
        return
    if last.public() is not last:
        desk.screen.notice(
            "The last line may hold a secret, so it is said to nobody else. `port110 compare` takes "
            "such a line with a password that you have made up."
        )
        return
    rivals = desk.rivals() if desk.rivals is not None else load_rivals()
    chosen = _chosen(rivals, names.replace(",", " ").split())
    if isinstance(chosen, str):
        desk.screen.notice(chosen)
        return
    question = _question(desk, last)
    assert desk.call.simulation.host is not None  # somebody was called, or nothing was said
    here = desk.call.simulation.host.personality
    servers = [here, *(each for each in chosen if each.name != here.name)]
    desk.screen.comparison(compare(question, servers, rivals.model, desk.tutor.annotator))


def _chosen(rivals: Rivals, names: Sequence[str]) -> Sequence[Personality] | str:
    """The servers of these names, or what to type instead."""
    there = {each.name: each for each in rivals.every}
    for name in names:
        if name not in there:
            return f"There is no personality `{name}`; {choose(name, there)}"
    return [there[name] for name in names] or rivals.usual


def _question(desk: Desk, last: Exchange) -> Question:
    """The last line, with what leads to it and the mail as it was when the call began."""
    call = desk.call
    stage, early = call.simulation, last.before is State.AUTHORIZATION
    assert stage.host is not None and call.began is not None and last.line is not None  # noqa: PT018
    client = stage.client
    user = last.user or (client.view.named if client is not None else "")
    boxes = stage.network.maildrops(stage.host, call.began, user)
    # Before the login a STLS is among the lines that are said to the others, too.
    at_once = call.dialing is not None and call.dialing.secure
    secure = at_once or (not early and client is not None and client.view.secure)
    return Question((last.line,), boxes, early, secure, call.said[:-1])
