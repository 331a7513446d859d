"""The toolbar says as much as there is room for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.console.ink import row_text, row_width
from simulator.console.theme import ASCII_GLYPHS, Glyphs
from simulator.console.toolbar import ToolbarState, toolbar
from simulator.console.visible import visible

FULL = ToolbarState(
    "TRANSACTION", "mira", "mail.example.test", 3, 0, "first-login", done=2, total=3
)


@pytest.mark.parametrize(
    ("width", "left", "right"),
    [
        (120, " TRANSACTION · mira · mail.example.test · 3 messages, 0 marked · lesson 2/3 ✔✔· ",
         " F1 help F2 hint F3 wire ^] menu "),
        (95, " TRANSACTION · mira · 3 messages, 0 marked · lesson 2/3 ✔✔· ",
         " F1 help F2 hint F3 wire ^] menu "),
        (80, " TRANSACTION · mira · 3 messages · lesson 2/3 ✔✔· ", " F1 help F2 hint F3 wire "),
        (60, " TRANSACTION · mira · 3 messages · lesson 2/3 ", " F1 help "),
        (40, " TRANSACTION · lesson 2/3 ", " F1 help "),
        (14, " TRANSACTION", ""),
    ],
)  # fmt: skip
def test_it_shrinks(width: int, left: str, right: str) -> None:
    """First the host goes, then keys, the count of no marks, the ticks; the state stays."""
    text = row_text(toolbar(FULL, width, Glyphs()))
    assert text.startswith(left)
    assert text.endswith(right)


def test_marks_are_always_said() -> None:
    """On 80 columns marked messages are named, since they are about to be lost."""
    marked = ToolbarState("TRANSACTION", "mira", "", 1, 1, total=3, done=3)
    text = row_text(toolbar(marked, 80, Glyphs()))
    assert "1 message, 1 marked" in text


def test_without_a_session_or_a_lesson() -> None:
    """At the shell there is nothing to count."""
    text = row_text(toolbar(ToolbarState("at the shell"), 80, ASCII_GLYPHS))
    assert text.split("F1")[0].strip() == "at the shell"


@given(st.text(), st.text(), st.integers(0, 9999), st.integers(0, 9), st.integers(1, 200))
def test_it_fits(user: str, host: str, messages: int, marked: int, width: int) -> None:
    """Whatever the names, the toolbar is one line of at most its width."""
    state = ToolbarState("TRANSACTION", user, host, messages, marked, "x", 1, 30)
    row = toolbar(state, width, Glyphs())
    assert row_width(row) <= width
    assert visible(row_text(row)) == row_text(row)
