"""Our listener beside its peers on real sockets: rounds in turns, ratios, and the promises.

In each round each measure is taken on all servers, one after another, so that what else the machine
does meets them alike. A ratio is the median of the rounds' own ratios.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from . import measures
from .mail import lay_out
from .measures import Pace
from .peers import Start, starts

__all__ = ["Goal", "Row", "Table", "measure"]


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise: so many times as good as a peer, or with no peer at most so much."""

    bound: float
    peer: str = ""

    def verdict(self, row: Row) -> str:
        """Whether it is kept, in words."""
        if not self.peer:
            own = row.median("ours")
            kept, missed = own <= self.bound, own / self.bound - 1
            what = f"<= {self.bound:g}"
        elif self.peer not in row.figures:
            return f">= {self.bound:g} x {self.peer}: not measured"
        else:
            ratio = row.ratio(self.peer)
            kept, missed = ratio >= self.bound, 1 - ratio / self.bound
            what = f">= {self.bound:g} x {self.peer}"
        return f"{what}: {'reached' if kept else f'missed by {missed:.0%}'}"


@dataclass(slots=True)
class Row:
    """One measure: its figures of all rounds, by server."""

    name: str
    figures: dict[str, list[float]]
    goal: Goal | None

    @property
    def falls(self) -> bool:
        """Whether less is better."""
        return self.name.endswith((", ms", ", us")) or "KiB" in self.name

    def median(self, peer: str) -> float:
        return statistics.median(self.figures[peer])

    def ratio(self, peer: str) -> float:
        """How many times as good as that peer we are."""
        pairs = zip(self.figures["ours"], self.figures[peer], strict=True)
        tiny = 1e-9  # a server may cost less than can be seen
        return statistics.median(
            max(theirs, tiny) / max(ours, tiny) if self.falls else ours / theirs
            for ours, theirs in pairs
        )


#: The promises (design.md section 6).
GOALS = {
    "sessions/s, one at a time": Goal(15, "Dovecot"),
    "sessions/s, 50 at once": Goal(15, "Dovecot"),
    "NOOP/s": Goal(0.9, "echo"),
    "STAT/s": Goal(0.9, "echo"),
    "NOOP/s, 100 in one piece": Goal(0.9, "echo"),
    "STAT/s, 100 in one piece": Goal(0.9, "echo"),
    "RETR of 20 MB, MB/s": Goal(2, "Dovecot"),
    "LIST of 10,000, first, ms": Goal(4, "Dovecot"),
    "LIST of 10,000, again, ms": Goal(4, "Dovecot"),
    "KiB an idle session": Goal(8),
    "TLS: KiB an idle session": Goal(64),
}


class Table:
    """All figures, by row and server."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.notes: list[str] = []

    def add(self, peer: str, figures: measures.Figures) -> None:
        for name, figure in figures.items():
            row = self.rows.setdefault(name, Row(name, {}, GOALS.get(name)))
            row.figures.setdefault(peer, []).append(figure)

    def lines(self, peers: Sequence[str]) -> list[str]:
        """The table as text: figures of all, then our ratios to the others, then the promise."""
        others = [peer for peer in peers if peer != "ours"]
        head = "".join(f"{peer:>11}" for peer in peers)
        head += "".join(f"{f'/{peer}':>9}" for peer in others)
        out = [f"{'':<30}{head}   goal"]
        for row in self.rows.values():
            cells = [_figure(row.median(p)) if p in row.figures else "-" for p in peers]
            ratios = [f"{row.ratio(p):.2f}" if p in row.figures else "-" for p in others]
            text = f"{row.name:<30}" + "".join(f"{cell:>11}" for cell in cells)
            text += "".join(f"{ratio:>9}" for ratio in ratios)
            out.append(f"{text}   {row.goal.verdict(row) if row.goal else ''}".rstrip())
        return [*out, *self.notes]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def measure(pace: Pace) -> list[str]:
    """All of it; the lines to print."""
    table, began = Table(), time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="p110-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Dovecot's login process is somebody else
        lay_out(folder / "mail")
        found, notes = starts(folder, folder / "mail")
        table.notes += notes
        _speed(table, found, pace)
        for _ in range(pace.idle_rounds):
            for take in measures.IDLE:
                for peer, start in found.items():
                    table.add(peer, take(start, pace))
    table.notes.append(f"{pace.rounds} rounds in {time.perf_counter() - began:.0f} s")
    return table.lines(list(found))


def _speed(table: Table, found: dict[str, Start], pace: Pace) -> None:
    with ExitStack() as stack:
        peers = [stack.enter_context(start()) for start in found.values()]
        cold = {peer.name: measures.warm(peer) for peer in peers}
        measures.agree(peers)
        for turn in range(pace.rounds):
            first = turn % len(peers)  # nobody always comes behind the same one
            for take, with_echo in measures.MEASURES:
                for peer in peers[first:] + peers[:first]:
                    if with_echo or peer.keeps_mail:
                        table.add(peer.name, take(peer, pace))
    said = ", ".join(
        f"{peer.name} {cold[peer.name] * 1000:.0f} ms" for peer in peers if peer.keeps_mail
    )
    table.notes.append(f"The very first login to 10,000 messages, once: {said}.")
