r"""The one function that makes untrusted text safe to draw.

Mail may hold escape sequences that retitle a terminal, type for its owner or clear what was said;
direction overrides that turn a line around; characters of no width that hide. All of it is shown
and none of it acts: `^[` is ESC, `\x9b` an octet or a C1 control, `<U+202E>` a character that a
reader could not see. What is drawn has been through here; nothing else decides about it.

What stays as it is: everything that a reader can see, in every script and of every width.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["measure", "visible", "visible_octets"]

#: Categories of characters that a terminal may act upon or that a reader cannot see: controls,
#: formats (direction, zero width, tags), lone surrogates, private use, line and paragraph
#: separators, and what Unicode has not given a meaning yet.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

#: Characters of other categories that leave no trace on a screen: the grapheme joiner, Hangul
#: fillers, Khmer inherent vowels, and the variation selectors.
_TRACELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)

#: How far a TAB reaches, in columns.
TAB_STOP = 8


def visible(text: str, *, tabs: bool = False) -> str:
    r"""One line of text as it may be drawn: no character in it is anything but a glyph.

    A TAB becomes blanks to the next stop; a line end becomes `^J` or `^M`, so the result is one
    line. Octets that were no UTF-8 (surrogateescape) become `\xff`. What is visible already comes
    back unchanged, so making it visible twice does no harm. `tabs`: a TAB stays a TAB, for a file
    or a pipe that wants what the program printed.
    """
    if text.isprintable() and (text.isascii() or _TRACELESS.search(text) is None):
        return text
    drawn: list[str] = []
    column = 0
    for character in text:
        if character == "\t":
            shown = "\t" if tabs else " " * (TAB_STOP - column % TAB_STOP)
        else:
            shown = _glyphs(character)
        drawn.append(shown)
        column += 1 if len(shown) == 1 and shown.isascii() else measure(shown)
    return "".join(drawn)


def visible_octets(octets: bytes, *, tabs: bool = False) -> str:
    r"""One line of octets as it may be drawn; what is no UTF-8 becomes `\xff`."""
    return visible(octets.decode("utf-8", "surrogateescape"), tabs=tabs)


def measure(text: str) -> int:
    """The columns that visible text takes on a terminal: 2 for a wide character, 0 for a mark."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


@lru_cache(maxsize=4096)
def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"} or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _glyphs(character: str) -> str:
    """One character as glyphs."""
    code = ord(character)
    if code < 0x20 or code == 0x7F:
        return f"^{chr(code ^ 0x40)}"
    if code < 0x7F:
        return character
    if code < 0xA0:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if unicodedata.category(character) in _UNSEEN or _TRACELESS.match(character):
        return f"<U+{code:04X}>"
    return character
