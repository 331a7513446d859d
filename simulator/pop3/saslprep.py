"""SASLprep: one spelling for a name or password, however it was typed (RFC 4013).

The same word can reach a server in several spellings that look alike: a letter with its accent in one
character or in two, a blank from another script. Before such a word is hashed both sides bring it
into one form, or the right password gives a wrong digest.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["saslprep"]


def saslprep(text: str, *, stored: bool = False) -> str:
    """The text in the form that RFC 4013 gives it; printable ASCII stays as it is.

    `stored`: as what a server keeps; characters without a meaning in Unicode 3.2 are refused then.
    Raises ValueError: a sentence that names the character and not the text.
    """
    if text.isascii() and text.isprintable():
        return text
    import stringprep

    mapped = "".join(
        " " if stringprep.in_table_c12(each) else each
        for each in text
        if not stringprep.in_table_b1(each)
    )
    # RFC 3454 is bound to Unicode 3.2, so the form is that version's too.
    prepared = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    for character in prepared:
        for prohibited, what in _prohibited():
            if prohibited(character):
                raise ValueError(f"{_named(character)} is {what}; RFC 4013 does not allow it here.")
        if stored and stringprep.in_table_a1(character):
            raise ValueError(
                f"{_named(character)} has no meaning in Unicode 3.2, which RFC 4013 uses."
            )
    _check_direction(prepared)
    return prepared


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"


@cache
def _prohibited() -> tuple[tuple[Callable[[str], bool], str], ...]:
    """The tables of RFC 4013 section 2.3, and what stands in each."""
    import stringprep

    return (
        (stringprep.in_table_c12, "a blank other than the ASCII one"),
        (stringprep.in_table_c21_c22, "a control character"),
        (stringprep.in_table_c3, "a character for private use"),
        (stringprep.in_table_c4, "no character at all"),
        (stringprep.in_table_c5, "half of a surrogate pair, or an octet that is no UTF-8"),
        (stringprep.in_table_c6, "not fit for plain text"),
        (stringprep.in_table_c7, "not fit for a canonical form"),
        (stringprep.in_table_c8, "a character that changes how others are shown"),
        (stringprep.in_table_c9, "a tag that nobody can see"),
    )


def _check_direction(text: str) -> None:
    """RFC 3454 section 6: text in a right-to-left script begins and ends in it, or is refused."""
    import stringprep

    if not any(map(stringprep.in_table_d1, text)):
        return
    if any(map(stringprep.in_table_d2, text)):
        raise ValueError("It mixes letters of right-to-left and of left-to-right scripts.")
    if not (stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])):
        raise ValueError("It has right-to-left letters, so it must begin and end with one.")
