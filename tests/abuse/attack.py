"""What an attack is, and how it is carried out: an honest visitor calls before, during and after it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from .target import Target

__all__ = ["Attack", "Outcome", "Scale", "attack", "attacks", "carry_out"]


@dataclass(frozen=True, slots=True)
class Scale:
    """How hard it is attacked: `1` as `make abuse` does it, `10` a tenth of that."""

    divisor: int = 1

    def some(self, count: int, least: int = 1) -> int:
        """So many, or as many as this scale has of it."""
        return max(least, count // self.divisor)


#: An attack yields while it lasts, once or more often: then the honest visitor calls. What it
#: returns says in words what the server did. Where that was wrong it raises AssertionError.
Run = Callable[[Target, Scale], Generator[None, None, str]]


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack, by how many KiB the server may grow while it lasts, and on which server it is."""

    name: str
    run: Run
    room: int
    narrow: bool  #: the one with low bounds (calls.NARROW)


_ATTACKS: list[Attack] = []


def attack(name: str, *, room: int = 8192, narrow: bool = False) -> Callable[[Run], Run]:
    """Enter the function below among the attacks."""

    def entered(run: Run) -> Run:
        _ATTACKS.append(Attack(name, run, room, narrow))
        return run

    return entered


def attacks(*, narrow: bool) -> list[Attack]:
    """All attacks on the server with low bounds, or all on the other."""
    from . import calls, floods, hostile_lines, signals, tls_lines  # noqa: F401 -- they enter theirs

    return [each for each in _ATTACKS if each.narrow is narrow]


@dataclass(slots=True)
class Outcome:
    """What came of an attack: memory in KiB, an honest session in seconds."""

    name: str
    did: str = ""
    rss: tuple[int, int, int] = (0, 0, 0)  #: before, at its worst, after
    descriptors: tuple[int, int] = (0, 0)
    before: float = 0.0
    during: float = 0.0  #: the slowest
    after: float = 0.0
    broken: list[str] = field(default_factory=list)


def carry_out(each: Attack, target: Target, scale: Scale) -> Outcome:
    """Attack, with an honest visitor before, during and after."""
    out = Outcome(each.name)
    out.before = _visits(target)
    rss = worst = target.rss
    try:
        run = each.run(target, scale)
        while True:
            try:
                next(run)
            except StopIteration as end:
                out.did = end.value
                break
            worst = max(worst, target.rss)
            out.during = max(out.during, target.visit())
            worst = max(worst, target.rss)
        out.descriptors = (target.quiet, target.settled())
        out.after = _visits(target)
        target.lives()
        out.rss = (rss, worst, target.rss)
    except (AssertionError, OSError, EOFError, LookupError) as error:
        out.broken.append(f"{type(error).__name__}: {error}")
        return out
    if worst - rss > each.room:
        out.broken.append(f"grew by {worst - rss} KiB while it lasted, allowed are {each.room}")
    if out.descriptors[1] > target.quiet:
        out.broken.append(f"{out.descriptors[1] - target.quiet} descriptors were not closed")
    return out


def _visits(target: Target) -> float:
    return statistics.median(target.visit() for _ in range(3))
