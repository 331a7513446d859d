"""Rows are wrapped by cells, and only our own SGR leaves the console."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.console import theme
from simulator.console.ink import clip, hang, ink, markup, row_text, row_width, wrap
from simulator.console.theme import PLAIN, coloured
from simulator.console.visible import measure, visible

SGR = re.compile(r"\x1b\[[0-9;]+m")


@given(st.lists(st.tuples(st.sampled_from(["note", "ok", "cell"]), st.text())))
def test_ink_is_sgr_and_visible_text(fragments: list[tuple[str, str]]) -> None:
    """Without our own SGR, what is drawn is visible text and nothing else."""
    bare = SGR.sub("", ink(tuple(fragments), coloured()))
    assert visible(bare) == bare


@given(st.lists(st.tuples(st.sampled_from(["note", "ok"]), st.text())))
def test_plain_ink_has_no_escape(fragments: list[tuple[str, str]]) -> None:
    """The plain look writes no escape sequence at all."""
    assert "\x1b" not in ink(tuple(fragments), PLAIN)


@pytest.mark.parametrize("style", sorted(theme._CLASSES))
def test_each_class_has_both_depths(style: str) -> None:
    """A style class is SGR parameters or nothing, in 16 and in 256 colours; none without colour."""
    for colours in (16, 256):
        assert re.fullmatch(r"[0-9;]*", theme.sgr(style, colours))
    assert theme.sgr(style, 0) == ""


@given(st.text(), st.integers(4, 60))
def test_no_row_is_wider_than_asked(text: str, width: int) -> None:
    """Wrapping never makes a row too wide, and loses nothing but blanks."""
    row = markup(text, "note")
    rows = wrap(row, width)
    assert all(row_width(each) <= width for each in rows)
    joined = "".join(row_text(each) for each in rows)
    assert joined.replace(" ", "") == row_text(row).replace(" ", "")


@given(st.text(st.sampled_from("ab `*京"), max_size=80), st.integers(12, 40))
def test_hanging_rows_fit(text: str, width: int) -> None:
    """A row with a sign before it and an indent below it keeps to the width."""
    rows = hang((("ok", "- "),), markup(text, "prose"), width, 4)
    assert all(row_width(each) <= width for each in rows)


def test_markup() -> None:
    """Bold and code become fragments; what stands alone is text."""
    row = markup("**Marked** by `DELE 2`, 2*2", "note")
    assert row == (
        ("note.strong", "Marked"), ("note", " by "), ("note.code", "DELE 2"), ("note", ", 2*2"),
    )  # fmt: skip


def test_words_of_the_wire_stay_together() -> None:
    """A short span of code is not cut at its blank."""
    rows = [row_text(row) for row in wrap(markup("you may type `RETR 2` here", "note"), 18)]
    assert rows == ["you may type", "RETR 2 here"]


@given(st.text(st.characters(categories=["L", "N"])), st.integers(2, 20))
def test_clip_fits(text: str, width: int) -> None:
    """Clipped text takes at most its cells."""
    assert measure(clip(text, width)) <= width


def test_a_class_without_its_own_style_has_its_parents() -> None:
    """Code in a heading is drawn as the heading is; an unknown class is an error."""
    assert theme.sgr("heading.code", 256) == theme.sgr("heading", 256)
    with pytest.raises(KeyError):
        theme.sgr("headline.code", 256)
