"""What a reader of lines gives back: a line, a key, or the end."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, Protocol

__all__ = ["ANSWER", "GO_ON", "Read", "ReadKind", "Reader"]

#: The message of a lesson's question.
ANSWER = "answer> "
#: The message where the tutor waits until the screen is read.
GO_ON = "(Enter goes on) "


class ReadKind(Enum):
    """What was done at the prompt."""

    TEXT = "text"  #: a line and Enter; also what a function key stands for, such as ":hint"
    EOF = "eof"  #: Ctrl-D on an empty line, or the end of a pipe
    ESCAPE = "escape"  #: Ctrl-], telnet's escape character


class Read(NamedTuple):
    """One thing that was done at the prompt. `text` is empty but for TEXT, and has no line end."""

    kind: ReadKind
    text: str = ""
    key: str = ""  #: the function key that stood for the text, as "F2", or ""


class Reader(Protocol):
    """Where lines come from: a prompt, or a pipe."""

    async def line(self, message: str) -> Read:
        """The next line, key or end."""
