"""Text to numbers and truth values: the only conversions a page knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["CONVERSIONS", "WANTED", "literal"]

WANTED = "wanted"
"""The error type of a scalar that does not fit; its context says what is wanted."""

# Longer numbers mean nothing on a page, and `int` refuses very long ones with an error of its own.
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _unfit(want: str) -> PydanticCustomError:
    return PydanticCustomError(WANTED, "write {want}", {"want": want})


def _whole(value: object) -> int:
    """`-12` and the like, in ASCII digits."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise _unfit("a whole number")


def _number(value: object) -> float:
    """`2`, `-0.5`: digits with a point, no exponent, no infinity."""
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    raise _unfit("a number")


def _truth(value: object) -> bool:
    """true, yes, on; false, no, off."""
    if isinstance(value, str) and value.lower() in _TRUTH:
        return _TRUTH[value.lower()]
    raise _unfit("true or false")


def literal(expected: Iterable[Any]) -> Callable[[Any], Any] | None:
    """A conversion to those of the expected values that are not text; None if all are."""
    said = {
        str(value).lower() if isinstance(value, bool) else str(value): value
        for value in expected
        if not isinstance(value, str)
    }
    if not said:
        return None
    return lambda value: said.get(value, value) if isinstance(value, str) else value


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "int": _whole,
    "float": _number,
    "bool": _truth,
}
"""The conversion for each type of core schema that needs one."""
