"""`make fuzz`: the promises about any input, tried as often as was promised."""

from __future__ import annotations

import argparse
import time
from random import Random

from promises import PROMISES


def main() -> None:
    """Try each promise and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=110, help="another chance")
    parser.add_argument("--times", type=float, default=1.0, help="how many times as often")
    wishes = parser.parse_args()
    for name, (times, tried) in PROMISES.items():
        began = time.perf_counter()
        count = max(1, int(times * wishes.times))
        tried(count, Random(wishes.seed))  # noqa: S311 -- a chance that can be had again
        print(
            f"{name:<28} {count:>9,} times held   {time.perf_counter() - began:6.1f} s", flush=True
        )


if __name__ == "__main__":
    main()
