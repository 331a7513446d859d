"""`make bench`: the promises of speed, measured beside their yardsticks and printed as ratios.

Nothing here is asserted: machines differ and are busy. Each measure is taken in turns, ours and the
yardstick's, and the median is printed; compare ratios, never milliseconds.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

PARTS = ("engine", "sockets", "console")


def main() -> None:
    """Take all measures and print them."""
    # The tests' folder, so that this runs as a script and its parts can be imported by a test.
    sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", choices=PARTS, help="this part alone")
    parser.add_argument("--quick", action="store_true", help="sockets: one short round")
    wanted = parser.parse_args()
    parts = [wanted.only] if wanted.only else PARTS
    if "engine" in parts:
        in_process()
    if "sockets" in parts:
        on_sockets(quick=wanted.quick)
    if "console" in parts:
        on_the_screen()


def in_process() -> None:
    """The engine alone."""
    from bench import engine

    print("Engine, in process: lines answered in a second (median of 7 turns each)")
    for row in engine.measure():
        print(f"  {row.name:<28} ours {row.ours:>12,.0f}   twisted {row.theirs:>10,.0f}"
              f"   ratio {row.ratio:5.1f}")  # fmt: skip
    print()


def on_sockets(*, quick: bool) -> None:
    """The listener, beside other servers."""
    from bench import sockets
    from bench.measures import Pace

    if not sys.platform.startswith("linux"):
        print("Sockets: measured on Linux alone, whose /proc says what a server costs.\n")
        return
    pace = Pace(rounds=1, seconds=0.05, idle_rounds=1, idle=50, idle_tls=20) if quick else Pace()
    print("Sockets: servers in processes of their own, in turns. Ratios above 1: ours is better")
    print("\n".join(f"  {line}" for line in sockets.measure(pace)))
    print()


def on_the_screen() -> None:
    """The console."""
    from bench import console

    print("Console, in a pseudo-terminal (median of 9 turns each)")
    first = console.first_prompt()
    print(f"  bare PromptSession, first prompt   {first.bare * 1000:7.1f} ms")
    for name, seconds in first.ours.items():
        print(f"  {name:<34} {seconds * 1000:7.1f} ms   ratio {seconds / first.bare:.2f}")
    drawn = console.enter_to_drawn()
    print(f"  Enter to annotated reply drawn     {drawn.median * 1000:7.1f} ms"
          f"   (worst of {drawn.count}: {drawn.worst * 1000:.1f} ms)")  # fmt: skip


if __name__ == "__main__":
    main()
