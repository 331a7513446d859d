"""Octets into the lines of a text, with the dress of pages and terminals taken off.

A dress is taken off the whole text where a line of the protocol wears it, and else nowhere: mail may
hold `&lt;` and no-break spaces of its own, but no server says `+OK &lt;1896.1@host&gt;`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

__all__ = ["LONGEST_TEXT", "NotText", "lines_of", "text_of", "undress"]

#: Octets that are read; what is behind them is not.
LONGEST_TEXT = 16 * 1024 * 1024
#: Characters of a line that are looked at for the protocol.
_LOOKED_AT = 400


class NotText(ValueError):
    """The octets are no text; says what they are and what to do."""


_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd")
_CONTROL = re.compile("[\x00-\x07\x0e-\x1a\x1c-\x1f]")


def text_of(octets: bytes) -> str:
    """The text in octets: UTF-8 (what is none of it is remembered octet by octet) or by its mark.

    Raises NotText where there is none.
    """
    if octets.startswith(_PACKED):
        raise NotText("it is compressed, and so not a text; unpack it first (gunzip, unzip, xz -d)")
    for mark, encoding in _BOMS:
        if octets.startswith(mark):
            text = octets.decode(encoding, "replace" if encoding != "utf-8" else "surrogateescape")
            return text.removeprefix("\ufeff")
    sample = octets[:4096]
    if sample[1::2].count(0) > len(sample) // 3:
        return octets.decode("utf-16-le", "replace")
    if sample[::2].count(0) > len(sample) // 3:
        return octets.decode("utf-16-be", "replace")
    text = octets.decode("utf-8", "surrogateescape")
    odd = len(_CONTROL.findall(text[:65536]))
    if odd > 8 and odd * 20 > len(text[:65536]):
        raise NotText("these are octets of some other kind, not a text and not a capture")
    return text


def lines_of(text: str) -> list[str]:
    """The lines. CR LF and LF end one; CR alone only where the text has no LF."""
    if "\n" not in text:
        text = text.replace("\r", "\n")
    lines = [line.rstrip("\r") for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


_INDICATOR = re.compile(r"[+-](?:OK|ERR)(?![A-Za-z0-9])", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|nbsp|apos|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:p|b|i|em|strong|code|pre|span|div|font|tt|kbd|samp|li|ul|ol|td|tr|a|br)"
    r"(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br(?:\s[^<>]{0,100})?/?>|</(?:p|div|li|tr|pre)>", re.IGNORECASE)
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]{0,30}[ -/]{0,5}[@-~]|\][^\x07\x1b]{0,300}(?:\x07|\x1b\\)|[@-Z\\-_])"
)
_BACKSPACE = re.compile(r"[^\x08]\x08")
_WIDTHLESS = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")
_DASHED = re.compile(r"[\u2010-\u2015\u2212\ufe58\uff0d](?=ERR)", re.IGNORECASE)
_PLUSSED = re.compile(r"[\uff0b\ufe62](?=OK)", re.IGNORECASE)
_ENDED = re.compile(
    r"(?:\\r\\n|\\r|\\n|\^M|\[CRLF\]|<CRLF>|\u240d\u240a?|\u21b5|\u00b6)['\"]?\s*$", re.IGNORECASE
)


def _without_tags(line: str) -> str:
    return _TAG.sub("", _BREAK.sub("\n", line))


def _typed(line: str) -> str:
    """A line as it stood when the typist had taken back what was wrong."""
    for _ in range(64):
        shorter = _BACKSPACE.sub("", line)
        if shorter == line:
            break
        line = shorter
    return line


#: (what it is, whether a line of the protocol wears it, the line without it); in this order.
_DRESSES: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("terminal colours and keys", _ESCAPE, lambda line: _ESCAPE.sub("", line)),
    ("backspaces", _BACKSPACE, _typed),
    ("HTML tags", _TAG, _without_tags),
    ("HTML entities", _ENTITY, html.unescape),
    ("characters of no width", _WIDTHLESS, lambda line: _WIDTHLESS.sub("", line)),
    ("no-break spaces", _BLANK, lambda line: _BLANK.sub(" ", line)),
    ("a dash for the minus of -ERR", _DASHED, lambda line: _DASHED.sub("-", line)),
    ("a wide plus for that of +OK", _PLUSSED, lambda line: _PLUSSED.sub("+", line)),
    ("written-out line ends", _ENDED, lambda line: _ENDED.sub("", line)),
)  # fmt: skip
_LOOSE = re.compile(
    r"(?:[+\uff0b\ufe62]|[-\u2010-\u2015\u2212\ufe58\uff0d])(?:OK|ERR)\b", re.IGNORECASE
)


def undress(lines: list[str]) -> tuple[list[tuple[int, str]], tuple[str, ...]]:
    """The lines with their numbers from 1, as plain text; and what they had been dressed in.

    A line that held a <br> becomes several of one number.
    """
    numbered = list(enumerate(lines, 1))
    worn: list[str] = []
    for name, sign, without in _DRESSES:
        if any(_wears(line[:_LOOKED_AT], sign) for _, line in numbered):
            worn.append(name)
            numbered = [
                (number, part)
                for number, line in numbered
                for part in without(line).removesuffix("\n").split("\n")
            ]
    return numbered, tuple(worn)


def _wears(line: str, sign: re.Pattern[str]) -> bool:
    return _LOOSE.search(line) is not None and sign.search(line) is not None
