"""`make bench`: the promises of speed, measured beside their yardsticks and printed as ratios.

Nothing here is asserted: machines differ and are busy. Each measure is taken in turns, ours and the
yardstick's, and the median is printed; compare ratios, never milliseconds.
"""

from __future__ import annotations

import console
import engine


def main() -> None:
    """Take all measures and print them."""
    print("Engine, in process: lines answered in a second (median of 7 turns each)")
    for row in engine.measure():
        print(f"  {row.name:<28} ours {row.ours:>12,.0f}   twisted {row.theirs:>10,.0f}"
              f"   ratio {row.ratio:5.1f}")  # fmt: skip
    print()
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
