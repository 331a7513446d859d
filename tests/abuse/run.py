"""`make abuse`: attacks on `port110 serve`, and whether its promises hold.

Each attack is followed by an honest session whose replies are checked octet by octet. The status is 1
where a promise was broken.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abuse.attack import Outcome
    from abuse.target import Place, Target

#: The promises. Seconds, and KiB.
MEDIAN, P99, DURING, GROWTH = 0.050, 0.250, 1.0, 16 * 1024
#: What a second go, a tenth as hard, may add: what grows each time has leaked.
LEAK = 2048
#: Honest sessions among the crowd.
VISITS = 300


def main() -> int:
    """Attack, print, and say whether all is well."""
    sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]
    if not sys.platform.startswith("linux"):
        print("The abuse run watches the server through /proc, which Linux alone has.")
        return 0
    from abuse.target import Place

    start, broken = time.perf_counter(), []
    with tempfile.TemporaryDirectory(prefix="p110-") as folder:
        place = Place.laid_out(Path(folder))
        print(HEAD, flush=True)
        for out in _outcomes(place):
            print(_row(out), flush=True)
            broken += [f"{out.name}: {what}" for what in out.broken]
    print(f"\n{time.perf_counter() - start:.0f} s")
    print("\n".join(["BROKEN:", *broken] if broken else ["Every promise was kept."]))
    return 1 if broken else 0


HEAD = (
    f"{'':68}{'memory, MB':^21}{'open files':^13}{'honest session, ms':^21}\n"
    f"{'attack':68}{'before':>7}{'worst':>7}{'after':>7}{'before':>7}{'after':>6}"
    f"{'before':>7}{'during':>7}{'after':>7}  what the server did"
)


def _row(out: Outcome) -> str:
    rss = "".join(f"{each / 1024:7.1f}" if each else f"{'':7}" for each in out.rss)
    files = "".join(f"{each:{width}}" for each, width in zip(out.descriptors, (7, 6), strict=True))
    times = "".join(
        f"{each * 1000:7.1f}" if each else f"{'':7}" for each in (out.before, out.during, out.after)
    )
    did = f"BROKEN: {'; '.join(out.broken)}" if out.broken else out.did
    return f"{out.name:68}{rss}{files}{times}  {did}"


def _outcomes(place: Place) -> Iterator[Outcome]:
    from abuse.attack import Outcome, Scale, attacks, carry_out
    from abuse.calls import NARROW
    from abuse.signals import ended

    scale = Scale()
    with place.serving("--max-connections", "1500", "--max-per-address", "1500") as target:
        target.open_all()
        rss = target.rss
        for each in attacks(narrow=False):
            yield _judged(carry_out(each, target, scale))
        yield _crowded(target)
        out = Outcome("all of these together", "stayed as it was")
        out.rss = (rss, target.rss, target.rss)
        out.descriptors = (target.quiet, target.settled())
        if target.rss - rss > GROWTH:
            out.broken.append(
                f"grew by {(target.rss - rss) / 1024:.1f} MB, promised are 16 at most"
            )
        if out.descriptors[1] > target.quiet:
            out.broken.append("descriptors were not closed")
        yield out
        yield _again(target)
    with place.serving(*NARROW) as target:
        target.open_all()
        for each in attacks(narrow=True):
            yield _judged(carry_out(each, target, scale))
    yield ended(place, scale)


def _judged(out: Outcome) -> Outcome:
    """With what took too long. A session of a few milliseconds may take twice as many."""
    if out.during > DURING:
        out.broken.append(f"an honest session took {out.during:.1f} s meanwhile")
    if out.after > max(MEDIAN, 2 * out.before):
        out.broken.append(f"an honest session takes {out.after * 1000:.0f} ms afterwards")
    return out


def _again(target: Target) -> Outcome:
    """All attacks once more. Memory that was only kept for the next time is used now."""
    from abuse.attack import Outcome, Scale, attacks, carry_out

    out = Outcome("all of them again, a tenth as hard", "found what it had kept")
    before = target.rss
    for each in attacks(narrow=False):
        carry_out(each, target, Scale(10))
    out.rss = (before, target.rss, target.rss)
    out.descriptors = (target.quiet, target.settled())
    if target.rss - before > LEAK:
        out.broken.append(f"grew by {target.rss - before} KiB more: what is left behind adds up")
    return out


def _crowded(target: Target) -> Outcome:
    """Honest sessions while 500 say nothing and 100 never stop asking."""
    from abuse.attack import Outcome
    from abuse.crowd import crowd

    out = Outcome("500 lines that say nothing and 100 that never stop asking")
    out.before = statistics.median(target.visit() for _ in range(20))
    out.rss = (target.rss, 0, 0)
    with crowd(target, 500, 100) as others:
        times = sorted(target.visit() for _ in range(VISITS))
        worst = target.rss
    out.descriptors = (target.quiet, target.settled())
    out.after = statistics.median(target.visit() for _ in range(20))
    out.rss = (out.rss[0], worst, target.rss)
    median, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    out.during = median
    honest = f"honest median {median * 1000:.1f} ms, p99 {p99 * 1000:.1f}"
    out.did = f"{others.rate:,.0f} replies a second; {honest}"
    if median > MEDIAN or p99 > P99:
        out.broken.append(f"{out.did}: promised are {MEDIAN * 1000:.0f} and {P99 * 1000:.0f}")
    return out


if __name__ == "__main__":
    sys.exit(main())
