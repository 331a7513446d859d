"""Letter case as a server has it: A to Z and no other letters (RFC 1939 section 3)."""

from __future__ import annotations

import re

__all__ = ["lower", "upper"]

_RUN = re.compile(r"[A-Za-z]+")


def upper(text: str) -> str:
    """The text in upper case, as far as it is ASCII."""
    return text.upper() if text.isascii() else _RUN.sub(lambda run: run[0].upper(), text)


def lower(text: str) -> str:
    """The text in lower case, as far as it is ASCII."""
    return text.lower() if text.isascii() else _RUN.sub(lambda run: run[0].lower(), text)
