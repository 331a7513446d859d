"""A host's script: what others do to its mail, and on which cue.

It is what is still to happen, as a value: a call that is taken back takes its happenings back too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from simulator.mailroom import MessagePage
from simulator.pages import choose, paper
from simulator.pop3 import COMMANDS, Effect, Exchange

from .actors import Happening, read_happening, seconds

__all__ = ["Cue", "CuePage", "Script"]


@paper
class CuePage:
    """An entry of a host's `script:`: when, and what happens then."""

    when: str
    happens: str
    message: MessagePage | None = None  #: what `deliver` delivers

    def __post_init__(self) -> None:
        """Both can be read."""
        Cue.of(self)


@dataclass(frozen=True, slots=True)
class Cue:
    """When something happens: after an Exchange of a kind came so many times, or after a time."""

    happening: Happening
    moment: str = ""  #: "dialled", "login" or a keyword; "": it is the time that counts
    times: int = 1  #: so many more Exchanges of that kind
    after: float = 0.0  #: seconds since the call began

    @classmethod
    def of(cls, page: CuePage) -> Cue:
        """The cue on a page. Raises ValueError."""
        happening = read_happening(page.happens, letter=page.message)
        word, _, count = page.when.partition(" ")
        if word[:1].isdigit():
            return cls(happening, after=seconds(page.when))
        moment = word if word in ("dialled", "login") else word.upper()
        moments = ("dialled", "login", *COMMANDS)
        if moment not in moments:
            what = choose(moment, moments, otherwise="write dialled, login, RETR 2 or 3m")
            raise ValueError(f"when: {word!r} is no moment; {what}")
        if count and (moment == word.lower() or not re.fullmatch(r"[1-9][0-9]{0,5}", count)):
            raise ValueError(f"when: write a keyword and a count as `RETR 2`, got {page.when!r}")
        return cls(happening, moment, int(count or 1))

    def comes(self, exchange: Exchange) -> bool:
        """Whether an Exchange is of its kind. A command that was refused does not count."""
        if self.moment == "dialled":
            return exchange.did(Effect.GREETING) is not None
        if self.moment == "login":
            return exchange.did(Effect.LOGIN) is not None
        return exchange.ok and exchange.keyword == self.moment


@dataclass(frozen=True, slots=True)
class Script:
    """What is still to happen in a call. Immutable; each call begins with the host's whole script."""

    cues: tuple[Cue, ...] = ()

    @classmethod
    def of(cls, pages: Iterable[CuePage]) -> Script:
        """The script on a host's page."""
        return cls(tuple(map(Cue.of, pages)))

    def due(self, seen: Exchange | float) -> tuple[Script, tuple[Happening, ...]]:
        """What happens after that Exchange, or so many seconds into the call; and what is left."""
        due: list[Happening] = []
        left: list[Cue] = []
        for cue in self.cues:
            if isinstance(seen, Exchange):
                times = cue.times - (bool(cue.moment) and cue.comes(seen))
                over = times < 1
            else:
                times, over = cue.times, not cue.moment and cue.after <= seen
            if over:
                due.append(cue.happening)
            else:
                left.append(cue if times == cue.times else replace(cue, times=times))
        return (Script(tuple(left)), tuple(due)) if tuple(left) != self.cues else (self, ())
