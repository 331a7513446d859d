"""The kinds of argument that the commands take, and what each must look like.

Strict ASCII on purpose: `str.upper()` makes "\u017ftat" into "STAT" and `int()` takes "1_0" and Arabic
digits; a learner who finds that out has learned something wrong.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from enum import Enum

__all__ = ["SERVER_FIRST", "Argument", "Flaw", "answer_of", "is_well_formed", "message_number"]


class Argument(Enum):
    """The kinds of argument the commands take."""

    NAME = "name"  #: a mailbox name, to the end of the line
    STRING = "string"  #: a password: everything behind the one blank, blanks too (section 7)
    MESSAGE = "msg"  #: a message-number: decimal, 1 or more
    LINES = "n"  #: a count of body lines: decimal, 0 or more
    DIGEST = "digest"  #: 32 hexadecimal digits
    MECHANISM = "mechanism"  #: the name of a SASL mechanism (RFC 4422 section 3.1)
    RESPONSE = "initial-response"  #: base64, or "=" for one without an octet (RFC 5034 section 4)
    LANGUAGE = "language"  #: a basic language range, or "*" (RFC 6856 section 3.2)


class Flaw(Enum):
    """What can be wrong with the arguments of a command line, before anybody looks at the mail."""

    MISSING_ARGUMENT = "missing-argument"
    SURPLUS_ARGUMENT = "surplus-argument"
    BAD_ARGUMENT = "bad-argument"


_DIGITS = re.compile(r"[0-9]{1,10}\Z")  # ten digits pass any maildrop; more would only cost time
_DIGEST = re.compile(r"[0-9a-fA-F]{32}\Z")
_MECHANISM = re.compile(r"[A-Za-z0-9_-]{1,20}\Z")  # RFC 4422 section 3.1; in any case
_LANGUAGE = re.compile(r"(?:\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\Z")  # RFC 4647 section 2.1


def message_number(text: str) -> int | None:
    """Decimal ASCII digits as a whole number, else None. No sign, no blank, no underscore."""
    return int(text) if _DIGITS.match(text) else None


def is_well_formed(argument: Argument, value: str) -> bool:
    """Whether a value has the form of that kind of argument."""
    if argument in (Argument.MESSAGE, Argument.LINES):
        return message_number(value) is not None
    if argument is Argument.RESPONSE:
        return answer_of(value, initial=True) is not None
    shape = _SHAPES.get(argument)
    return bool(shape.match(value) if shape else value)


#: The mechanisms in which the server speaks first, so that AUTH takes no initial response: "the server
#: MUST reject the AUTH command" (RFC 5034 section 4). LOGIN, which no RFC defines, is lenient here.
SERVER_FIRST = frozenset({"CRAM-MD5"})

_SHAPES = {
    Argument.DIGEST: _DIGEST, Argument.MECHANISM: _MECHANISM, Argument.LANGUAGE: _LANGUAGE,
}  # fmt: skip


def answer_of(text: str, *, initial: bool = False) -> bytes | None:
    """The octets of a response, or None where it is no base64 (RFC 4648 section 4, strictly).

    `initial`: behind AUTH itself "=" stands for a response without an octet, and nothing for none.
    """
    if initial and text in ("", "="):
        return b"" if text else None
    try:
        octets = b64decode(text, validate=True)
    except ValueError:
        return None
    # One octet string has one base64: bits that are left over must be 0.
    return octets if b64encode(octets).decode("ascii") == text else None
