"""What is drawn has no character in it that a terminal may act upon."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.console.visible import measure, visible, visible_octets

UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
HOSTILE = (
    list("\x00\x07\x08\t\n\r\x1b\x7f\x85\x9b\x9d\xad\u061c\u200b\u200d\u200e\u202e\u2028\u2029")
    + list("\u2066\u2069\ufe0f\ufeff\U000e0041\U000e0100\U000f0000\ud800\udcff\udc9b\u034f\u3164")
)  # fmt: skip


@given(st.text(st.one_of(st.sampled_from(HOSTILE), st.characters())))
def test_nothing_unsafe_is_drawn(text: str) -> None:
    """Whatever the text, no control, format, surrogate or separator is left in it."""
    drawn = visible(text)
    assert not {unicodedata.category(each) for each in drawn} & UNSAFE
    assert not set(drawn) & set(HOSTILE)


@given(st.binary())
def test_nothing_unsafe_is_drawn_of_octets(octets: bytes) -> None:
    """Whatever the octets, they are drawn as one line that can be encoded."""
    drawn = visible_octets(octets)
    assert not {unicodedata.category(each) for each in drawn} & UNSAFE
    drawn.encode()


@given(st.text(st.one_of(st.sampled_from(HOSTILE), st.characters())))
def test_twice_is_once(text: str) -> None:
    """What is visible already does not change."""
    assert visible(visible(text)) == visible(text)


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_printable_ascii_stays(text: str) -> None:
    """Text without anything hidden comes back as it is."""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("\x1b]0;owned\x07", "^[]0;owned^G"),
        ("a\x00b\x7f", "a^@b^?"),
        ("\x9b2J", r"\x9b2J"),
        ("\udcff\udc9b", r"\xff\x9b"),
        ("\ud83d", "<U+D83D>"),
        ("abc\u202egnp.exe", "abc<U+202E>gnp.exe"),
        ("a\u2028b\u200b\ufe0f", "a<U+2028>b<U+200B><U+FE0F>"),
        ("\U000e0041", "<U+E0041>"),
        ("line\r\nend", "line^M^Jend"),
        ("\tby", "        by"),
        ("京\tby", "京      by"),
        ("京都 naïve Приве́т 🌷", "京都 naïve Приве́т 🌷"),
    ],
)
def test_how_it_is_drawn(text: str, drawn: str) -> None:
    """Hidden characters have the forms that the documentation names; seen ones stay."""
    assert visible(text) == drawn


def test_undecodable_octets_are_seen() -> None:
    """Latin-1 in a mail shows its octets; valid UTF-8 beside it stays."""
    assert visible_octets(b"caf\xe9 caf\xc3\xa9 \xc2\x9b") == r"caf\xe9 café \x9b"


@pytest.mark.parametrize(("text", "cells"), [("abc", 3), ("京都", 4), ("e\u0301", 1), ("é", 1)])
def test_width_in_cells(text: str, cells: int) -> None:
    """Wide characters take two cells, combining marks none."""
    assert measure(text) == cells
