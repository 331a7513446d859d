"""A line as a server understands it that reads in its own way, and what its texts may quote of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from .commands import Command
from .discretion import without_secret
from .session import Refusal

__all__ = ["Heard", "ascii_upper", "quoted"]


class Heard(NamedTuple):
    """A line as the server understands it."""

    command: Command
    line: str = ""
    word: str = ""  #: the keyword as typed
    said: str = ""  #: all that stands behind it
    refusal: Refusal | None = None
    #: When the refusal is due: before anything else is looked at, before the state, behind it, or
    #: behind the question whether there is such a message.
    due: str = "arguments"


def quoted(heard: Heard) -> dict[str, str | int]:
    """What a text may quote of the line (wording.FIELDS), without a secret."""
    discreet = without_secret(heard.line) == heard.line
    word, _, said = heard.line.partition(" ")
    if heard.word:
        word, said = heard.word, heard.said
    first = heard.command.arguments[:1]
    return {
        "keyword": heard.command.keyword,
        "upper": ascii_upper(word), "lower": _ascii_lower(word),
        "argument": first[0] if first and discreet else "",
        "arguments": said if discreet else "", "rest": "", "line": heard.line if discreet else "",
    }  # fmt: skip


def ascii_upper(text: str) -> str:
    """In upper case, ASCII letters alone: no other letter becomes one of a keyword."""
    return text.upper() if text.isascii() else _ASCII.sub(lambda run: run[0].upper(), text)


def _ascii_lower(text: str) -> str:
    return text.lower() if text.isascii() else _ASCII.sub(lambda run: run[0].lower(), text)


_ASCII = re.compile(r"[A-Za-z]+")
