"""The terminal of this process, looked at once: what draws on it, and what reads from it.

The console is handed its input and output here; no other file touches the standard streams.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.console.plainprompt import PlainPrompt
from simulator.console.reading import ReadKind
from simulator.console.screen import Screen
from simulator.console.theme import PLAIN, Look, coloured

from .places import Places

if TYPE_CHECKING:
    from simulator.console.desk import Desk
    from simulator.console.reading import Reader

    from .main import Wishes

__all__ = ["Terminal", "open_screen", "open_terminal", "signals_heard"]


@dataclass
class Terminal:
    """Where one sits. `interactive`: a person types, so there are prompts and keys."""

    screen: Screen
    interactive: bool
    places: Places

    def reader(self, desk: Desk | None, *, wakes: bool = False) -> Reader:
        """What reads the lines for this desk; for none: an answer, with no keys and no history.

        `wakes`: others are at work while one types, and may want the terminal (Reader.wake).
        """
        if not self.interactive or self.screen.look.plain:
            write = self._write_at_once if self.interactive else None
            return PlainPrompt(sys.stdin, write, wakes=wakes and self.interactive)
        from simulator.console.handset import handset

        history = self.places.history if desk is not None else None
        return handset(desk, self.screen.look, sys.stdin, sys.stdout, history)

    @staticmethod
    def rows() -> int:
        """The terminal's height."""
        return shutil.get_terminal_size().lines

    async def goes_on(self) -> bool:
        """Whether the learner wants the next lesson: Enter does, Ctrl-D does not."""
        read = await self.reader(None).line("")
        return read.kind is ReadKind.TEXT and not read.text.strip().lower().startswith(
            (":q", "n", "q")
        )

    @staticmethod
    def _write_at_once(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


@contextmanager
def signals_heard(interrupt: Callable[[], None]) -> Iterator[None]:
    """While somebody sits at a terminal: Ctrl-C is theirs, and an end from outside leaves it in order.

    SIGTERM and SIGHUP unwind the sitting, so that the prompt gives the terminal back as it was; the
    status is 128 and the signal's number, as of any program that such a signal ends.
    """
    heard: dict[signal.Signals, Callable[..., None]] = {signal.SIGINT: lambda *_: interrupt()}
    heard |= {
        getattr(signal, name): _ended
        for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)  # not all are on Windows
    }  # fmt: skip
    before = {number: signal.signal(number, act) for number, act in heard.items()}
    try:
        yield
    finally:
        for number, act in before.items():
            signal.signal(number, act)


def _ended(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def open_screen(wishes: Wishes) -> Screen:
    """A screen on standard output."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return Screen(sys.stdout.write, sys.stdout.flush, _columns, _look(wishes))


def open_terminal(wishes: Wishes, places: Places, drawing: io.StringIO | None = None) -> Terminal:
    """The terminal to sit at. With `drawing`, all is drawn there, as for a picture."""
    if drawing is not None:
        from simulator.console.picture import COLUMNS

        screen = Screen(drawing.write, drawing.flush, lambda: COLUMNS, coloured())
        return Terminal(screen, interactive=False, places=places)
    interactive = sys.stdin.isatty()
    return Terminal(open_screen(wishes), interactive, places)


def _columns() -> int:
    return shutil.get_terminal_size().columns


def _look(wishes: Wishes) -> Look:
    """Plain where it is wished or nothing else works; else coloured."""
    if wishes.color is None:
        able = sys.stdout.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")
        wanted = able and not os.environ.get("NO_COLOR")
    else:
        wanted = wishes.color
    if wishes.plain or not wanted:
        exact = wishes.margin == "off" and not sys.stdout.isatty()
        return replace(PLAIN, tabs=exact)
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") in ("utf8", "utf16")
    many = "256" in os.environ.get("TERM", "") or os.environ.get("COLORTERM", "") != ""
    return coloured(256 if many else 16, unicode=unicode)
