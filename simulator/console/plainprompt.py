"""The plain prompt: cooked lines from a text stream, for pipes, TERM=dumb and `--plain`.

It reads where it stands: nothing else runs while it waits. Where a terminal is behind the stream, the
terminal's own line editing does the rest.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from .reading import Read, ReadKind

__all__ = ["PlainPrompt"]

#: Characters of a line that are read; what is beyond them is dropped. No server takes as much.
LONGEST_LINE = 65536
#: Telnet's escape character, as a line of its own.
ESCAPE = "\x1d"


class PlainPrompt:
    """Lines from `stream`. `write` draws the prompts; None: there is nobody to see them."""

    def __init__(self, stream: TextIO, write: Callable[[str], object] | None = None) -> None:
        self._stream = stream
        self._write = write

    async def line(self, message: str) -> Read:
        """The next line or the end; a line that is a single Ctrl-] is telnet's escape.

        Ctrl-C at a terminal drops the line that was begun, and asks again.
        """
        while True:
            if self._write is not None and message:
                self._write(message)
            try:
                with _interruptible(wanted=self._write is not None):
                    text = self._stream.readline(LONGEST_LINE)
                    self._drop_rest(text)
            except KeyboardInterrupt:
                if self._write is not None:
                    self._write("\n")
                continue
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
