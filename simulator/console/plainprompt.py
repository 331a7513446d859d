"""The plain prompt: cooked lines from a text stream, for pipes, TERM=dumb and `--plain`.

It reads where it stands: nothing else runs while it waits, unless it is to be woken. Where a terminal
is behind the stream, the terminal's own line editing does the rest.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from .reading import Read, ReadKind

__all__ = ["PlainPrompt"]

#: Characters of a line that are read; what is beyond them is dropped. No server takes as much.
LONGEST_LINE = 65536
#: Telnet's escape character, as a line of its own.
ESCAPE = "\x1d"


class PlainPrompt:
    """Lines from `stream`. `write` draws the prompts; None: there is nobody to see them.

    `wakes`: whether others run while it waits, so that one of them can wake it.
    """

    def __init__(
        self, stream: TextIO, write: Callable[[str], object] | None = None, *, wakes: bool = False
    ) -> None:
        self._stream = stream
        self._write = write
        self._wakes = wakes
        self._woken = False
        self._ready = asyncio.Event()

    async def line(self, message: str) -> Read:
        """The next line or the end; a line that is a single Ctrl-] is telnet's escape.

        Ctrl-C at a terminal drops the line that was begun, and asks again.
        """
        while True:
            if self._write is not None and message:
                self._write(message)
            try:
                if self._wakes and await self._is_woken():
                    return Read(ReadKind.WOKEN)
                return self._read()
            except KeyboardInterrupt:
                if self._write is not None:
                    self._write("\n")

    async def secret(self, message: str) -> Read:
        """A line that the terminal does not echo; EOF: none was given. From a pipe, the next line."""
        if self._write is None:
            return self._read()
        if sys.platform == "win32" and self._stream.isatty():  # which has another door to it
            import getpass

            return Read(ReadKind.TEXT, getpass.getpass(message))
        with _unechoed(self._stream):
            self._write(message)
            try:
                woken = self._wakes and await self._is_woken()
                read = Read(ReadKind.WOKEN) if woken else self._read()
            except KeyboardInterrupt:
                read = Read(ReadKind.EOF)
        self._write("\n")
        return read

    def wake(self) -> None:
        """End the asking that is on. What was half typed is kept by the terminal."""
        self._woken = True
        self._ready.set()

    async def _is_woken(self) -> bool:
        """Wait until the terminal has a line, or the end; True: until somebody woke us."""
        self._woken = False
        self._ready.clear()
        loop = asyncio.get_running_loop()
        try:
            loop.add_reader(self._stream.fileno(), self._ready.set)
        except (NotImplementedError, OSError):  # no such terminal: it reads where it stands
            return False
        try:
            await self._ready.wait()
        finally:
            loop.remove_reader(self._stream.fileno())
        return self._woken

    def _read(self) -> Read:
        """Raises KeyboardInterrupt for a Ctrl-C at a terminal."""
        with _interruptible(wanted=self._write is not None):
            text = self._stream.readline(LONGEST_LINE)
            self._drop_rest(text)
        if not text:
            return Read(ReadKind.EOF)
        text = text.removesuffix("\n").removesuffix("\r")
        return Read(ReadKind.ESCAPE) if text == ESCAPE else Read(ReadKind.TEXT, text)

    def _drop_rest(self, text: str) -> None:
        while len(text) >= LONGEST_LINE and not text.endswith("\n"):
            text = self._stream.readline(LONGEST_LINE)


@contextmanager
def _interruptible(*, wanted: bool) -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt within. asyncio's own handler would wait for the line."""
    if not wanted or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _unechoed(stream: TextIO) -> Iterator[None]:
    """What is typed within is not echoed by the terminal behind `stream`, if there is one."""
    if not stream.isatty():
        yield
        return
    import termios

    number = stream.fileno()
    before = termios.tcgetattr(number)
    quiet = [*before]
    quiet[3] = before[3] & ~termios.ECHO
    termios.tcsetattr(number, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        with suppress(termios.error):  # the terminal may be gone by now
            termios.tcsetattr(number, termios.TCSADRAIN, before)
