"""The console in a pseudo-terminal: until the first prompt, and from Enter to the drawn reply."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TURNS = 9
PATIENCE = 10.0  # seconds until a turn is given up
_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[=>()][0-9A-Za-z]?)")

#: The program as it is installed beside this Python.
PROGRAM = Path(sys.executable).with_name("port110")
BARE = "from prompt_toolkit import PromptSession; PromptSession().prompt('$ ')"


@dataclass(frozen=True, slots=True)
class FirstPrompt:
    """Seconds until the first prompt: a bare PromptSession's, and ours by way of starting."""

    bare: float
    ours: dict[str, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Seconds from Enter until the annotated reply stands on the terminal."""

    median: float
    worst: float
    count: int


class Terminal:
    """A program in a pseudo-terminal of 80 columns."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.seen = b""

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def wait_for(self, is_there: Callable[[bytes], bool]) -> None:
        """Read until what was seen (escape sequences taken off) satisfies `is_there`."""
        stop = time.perf_counter() + PATIENCE
        while not is_there(_ESCAPES.sub(b"", self.seen)):
            ready, _, _ = select.select([self._fd], [], [], max(0.0, stop - time.perf_counter()))
            if not ready:
                raise TimeoutError(f"not seen in {PATIENCE} s: {self.seen[-300:]!r}")
            self.read()

    def read(self) -> None:
        """Take what is there, and say where the cursor is if that was asked, as terminals do."""
        octets = os.read(self._fd, 65536)
        if b"\x1b[6n" in octets:
            os.write(self._fd, b"\x1b[1;1R")
        self.seen += octets

    def drain(self) -> None:
        """Take all that is pending, and forget it."""
        while select.select([self._fd], [], [], 0)[0]:
            self.read()
        self.seen = b""

    def wait_for_prompt(self) -> None:
        """Read until the first prompt is drawn whole.

        prompt_toolkit turns bracketed paste on, hides the cursor, draws, and shows it again.
        """
        self.wait_for(lambda _: b"\x1b[?25h" in self.seen.partition(b"\x1b[?2004h")[2])


@contextmanager
def terminal(argv: list[str], state: str) -> Iterator[Terminal]:
    """`argv` running in a pseudo-terminal; killed at the end."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # as on a machine where nobody set it
        os.environ.update(TERM="xterm-256color", PORT110_STATE=state, COLUMNS="80", LINES="24")
        os.execv(argv[0], argv)  # noqa: S606 -- the bench runs what it measures
    try:
        yield Terminal(fd)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(fd)


def first_prompt() -> FirstPrompt:
    """Each way of starting and the bare prompt, in turns, with the caches warm."""
    program = [str(PROGRAM)]
    ways = {
        "port110 practise": [*program, "practise"],
        "port110 learn (lesson 1)": [*program, "learn", "1"],
        "port110 (home)": program,
    }
    bare = [sys.executable, "-c", BARE]
    times: dict[str, list[float]] = {name: [] for name in ("bare", *ways)}
    with tempfile.TemporaryDirectory() as state:
        for argv in ways.values():
            _until_prompt(argv, state)
        for _ in range(TURNS):
            times["bare"].append(_until_prompt(bare, state))
            for name, argv in ways.items():
                times[name].append(_until_prompt(argv, state))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    return FirstPrompt(medians.pop("bare"), medians)


def _until_prompt(argv: list[str], state: str) -> float:
    start = time.perf_counter()
    with terminal(argv, state) as screen:
        screen.wait_for_prompt()
        return time.perf_counter() - start


def enter_to_drawn() -> Drawn:
    """A session of twelve lines at `port110 practise`."""
    lines = ["USER mira", "PASS kettle42", "STAT", "LIST", "LIST 2", "UIDL", "TOP 1 2", "RETR 3",
             "DELE 2", "DELE 2", "RSET", "NOOP"]  # fmt: skip
    taken = []
    with tempfile.TemporaryDirectory() as state:
        argv = [str(PROGRAM), "practise"]
        with terminal(argv, state) as screen:
            screen.wait_for_prompt()
            screen.type("telnet mail.example.test 110\r")
            screen.wait_for(lambda seen: "§".encode() in seen)
            for line in lines:
                time.sleep(0.15)  # a person's pause, so that nothing of the last line is pending
                screen.type(line)
                time.sleep(0.15)
                screen.drain()
                start = time.perf_counter()
                screen.type("\r")
                screen.wait_for(lambda seen: "§".encode() in seen)
                taken.append(time.perf_counter() - start)
    return Drawn(statistics.median(taken), max(taken), len(taken))
