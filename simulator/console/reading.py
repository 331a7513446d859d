"""Where a line is asked for, and what a reader of lines gives back: a line, a key, or the end."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple, Protocol

__all__ = ["ANSWER", "GO_ON", "MESSAGES", "Place", "Read", "ReadKind", "Reader"]

#: The message of a lesson's question.
ANSWER = "answer> "
#: The message where the tutor waits until the screen is read.
GO_ON = "(Enter goes on) "


class Place(Enum):
    """Where the next line goes."""

    SHELL = "shell"
    CALL = "call"
    TELNET = "telnet"
    QUESTION = "question"


#: What stands before the next line, by where it goes.
MESSAGES = {
    Place.SHELL: "$ ",
    Place.CALL: "",
    Place.TELNET: "telnet> ",
    Place.QUESTION: ANSWER,
}


class ReadKind(Enum):
    """What was done at the prompt."""

    TEXT = "text"  #: a line and Enter; also what a function key stands for, such as ":hint"
    EOF = "eof"  #: Ctrl-D on an empty line, or the end of a pipe
    ESCAPE = "escape"  #: Ctrl-], telnet's escape character
    WOKEN = "woken"  #: nothing: who asked wants the terminal back (see Reader.wake)


class Read(NamedTuple):
    """One thing that was done at the prompt. `text` is empty but for TEXT, and has no line end."""

    kind: ReadKind
    text: str = ""
    key: str = ""  #: the function key that stood for the text, as "F2", or ""


class Reader(Protocol):
    """Where lines come from: a prompt, or a pipe."""

    async def line(self, message: str) -> Read:
        """The next line, key or end."""

    async def secret(self, message: str) -> Read:
        """A line that is not shown while it is typed, and kept nowhere; EOF: none was given."""

    def wake(self) -> None:
        """End the asking that is on with WOKEN; what was half typed comes back with the next line.

        Only where a line is being asked for. Not every reader can be woken; one that reads from a
        pipe need not be.
        """
