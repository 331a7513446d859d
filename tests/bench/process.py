"""What a server costs: memory, processor time and open files of a process and those it has started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["cpu_seconds", "family", "pinned", "pss_kib"]

_TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """The process and all that descend from it, as Linux knows them."""
    parents = {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            with suppress(OSError):
                parents[int(each.name)] = int(_stat(int(each.name))[1])
    found = [pid]
    for each in found:  # grows as it goes
        found += [child for child, parent in parents.items() if parent == each]
    return found


def pss_kib(pids: list[int]) -> float:
    """The memory of these processes, in KiB; what they share is counted once."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its children, the dead ones too, in the kernel and out of it."""
    ticks = 0
    for each in family(pid):
        with suppress(OSError):
            ticks += sum(int(field) for field in _stat(each)[11:15])
    return ticks / _TICKS


@contextmanager
def pinned(pids: list[int]) -> Iterator[None]:
    """These processes and this one on one processor, so that none has to be woken from another."""
    everywhere = os.sched_getaffinity(0)
    one = {max(everywhere)}
    _place([0, *pids], one)
    try:
        yield
    finally:
        _place([0, *pids], everywhere)


def _place(pids: list[int], processors: set[int]) -> None:
    for pid in pids:
        with suppress(OSError):
            os.sched_setaffinity(pid, processors)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on; the second may hold blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
