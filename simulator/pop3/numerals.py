"""Numbers read off a text as one server or another reads them (reading.Numbers)."""

from __future__ import annotations

import re
from typing import NamedTuple

from .reading import Numbers

__all__ = ["Numeral", "read_off"]

_SPACE = " \t\n\v\f\r"
_FORMS = {
    "digits": re.compile(r"([0-9]+)"),
    "strtol": re.compile(rf"[{_SPACE}]*([+-]?[0-9]+)"),
    # Nothing else may stand behind it: Python reads the whole or none of it.
    "int": re.compile(rf"[{_SPACE}]*([+-]?[0-9]+(?:_[0-9]+)*)[{_SPACE}]*\Z"),
}
#: Digits of a number that Python reads. More would only cost time: no maildrop and no machine's
#: number has as many.
_MOST_DIGITS = 4300
_END_OF_64 = 1 << 64


class Numeral(NamedTuple):
    """A number that was read, or what was the matter with it."""

    value: int = 0
    rest: str = ""  #: what stands where the reading stopped
    #: "" for a sound one; else "form", "noise", "overflow", "zero" or "negative".
    fault: str = ""


def read_off(numbers: Numbers, text: str) -> Numeral:
    """The number at the front of a text, and what is left of the text behind it."""
    found = _FORMS[numbers.form].match(text)
    if found is None or (len(found[1]) > _MOST_DIGITS and numbers.form == "int"):
        sound = numbers.without_digits == "zero" and (numbers.noise == "ignored" or not text)
        return Numeral(0, text, "" if sound else "form")
    value = _value(found[1])
    rest = text[found.end() :]
    if numbers.bits and value >> numbers.bits > 0:
        # What no machine's number holds cannot be read past: then the whole of it is left.
        return Numeral(value, rest if value < _END_OF_64 else text, "overflow")
    value = _kept(numbers.overflow, value)
    if rest and numbers.noise == "refused":
        return Numeral(value, rest, "noise")
    if not value and numbers.zero_refused:
        return Numeral(value, text, "zero")
    if value < 0 and numbers.negative_is_zero:
        value = 0
    if value < 0 and numbers.negative_refused:
        return Numeral(value, text, "negative")
    return Numeral(value, rest)


def _value(digits: str) -> int:
    """What the digits say; of very many, a number that no machine holds, with its sign."""
    if len(digits) > _MOST_DIGITS:
        sign = digits[0] if digits[0] in "+-" else ""
        bare = digits.lstrip("+-0")
        digits = sign + (bare if len(bare) <= _MOST_DIGITS else "9" * 40)
    return int(digits or "0") if digits not in ("+", "-") else 0


def _kept(overflow: str, value: int) -> int:
    """What is left of a number in a machine that holds so much."""
    if overflow == "exact":
        return value
    if overflow == "signed-32":
        held = min(max(value, -_END_OF_64 // 2), _END_OF_64 // 2 - 1)
    else:
        # C's strtoul takes a sign too, and turns the number round; beyond 64 bits it says the most.
        held = value if -_END_OF_64 < value < _END_OF_64 else _END_OF_64 - 1
    return held % _END_OF_64 if overflow == "unsigned-64" else held % (1 << 32)
