"""The terminal of this process, looked at once: what draws on it, and what reads from it.

The console is handed its input and output here; no other file touches the standard streams.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from simulator.console.plainprompt import PlainPrompt
from simulator.console.reading import ReadKind
from simulator.console.screen import Screen
from simulator.console.theme import PLAIN, Look, coloured

from .places import Places

if TYPE_CHECKING:
    from simulator.console.desk import Desk
    from simulator.console.reading import Reader

    from .main import Wishes

__all__ = ["Terminal", "open_screen", "open_terminal"]

T = TypeVar("T")


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

    def sit(self, sitting: Coroutine[Any, Any, T], interrupt: Callable[[], None]) -> T:
        """Run a sitting to its end. At a terminal Ctrl-C does `interrupt`.

        SIGTERM and SIGHUP end it, and the terminal is as it was; the status is 128 and the signal's
        number. A prompt with keys has changed the terminal's modes, and gives them back where it
        waits, so the sitting is cancelled there. A plain one waits where nothing can cancel it.
        """
        import asyncio  # who only lists something need not wait for it
        import gc

        gc.freeze()  # what was made while starting stays; a first look through it would take 20 ms
        gc.enable()
        if not self.interactive:
            return asyncio.run(sitting)
        heard = {"SIGINT": lambda *_: interrupt()}
        if self.screen.look.plain:
            heard |= dict.fromkeys(("SIGTERM", "SIGHUP"), _ended_at_once)
            with _signals_heard(heard):
                return asyncio.run(sitting)
        ended: list[int] = []

        async def whole() -> T:
            task, loop = asyncio.current_task(), asyncio.get_running_loop()
            assert task is not None

            def end(number: int, _: object) -> None:
                ended.append(number)
                interrupt()
                loop.call_soon_threadsafe(task.cancel)

            with _signals_heard({**heard, "SIGTERM": end, "SIGHUP": end}):
                return await sitting

        try:
            return asyncio.run(whole())
        except asyncio.CancelledError:
            raise SystemExit(128 + ended[0]) from None

    def goes_on(self) -> bool:
        """Whether the learner wants the next lesson: Enter does, Ctrl-D does not."""
        read = self.sit(self.reader(None).line(""), lambda: None)
        return read.kind is ReadKind.TEXT and not read.text.strip().lower().startswith(
            (":q", "n", "q")
        )

    @staticmethod
    def _write_at_once(text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


@contextmanager
def _signals_heard(heard: Mapping[str, Callable[[int, object], None]]) -> Iterator[None]:
    """These act on the signals of these names, where the system has them; then as it was before."""
    acts = {getattr(signal, name): act for name, act in heard.items() if hasattr(signal, name)}
    before = {number: signal.signal(number, act) for number, act in acts.items()}
    try:
        yield
    finally:
        for number, act in before.items():
            signal.signal(number, act)


def _ended_at_once(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def open_screen(wishes: Wishes, width: int | None = None) -> Screen:
    """A screen on standard output, as wide as the terminal where no width is wished."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    columns = _columns if width is None else lambda: width
    return Screen(sys.stdout.write, sys.stdout.flush, columns, _look(wishes))


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
