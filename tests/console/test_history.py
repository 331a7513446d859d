"""The history keeps lines and never a secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.console.history import LONGEST, LineHistory

CANARY = "tanstaaf-canary"
SECRETS = [
    f"PASS {CANARY}", f"pass {CANARY}", f"  PaSs {CANARY}", f"\tpass {CANARY}", f"PASS\t{CANARY}",
    f"APOP mira {CANARY}", f"auth PLAIN {CANARY}", f"\x00PASS {CANARY}", f"pass:{CANARY}",
    f":digest apop mira {CANARY}", f" : DIGEST plain mira {CANARY}", f":d login {CANARY}",
    f":dig {CANARY}", f":\tdigest\t{CANARY}", f":idgest apop mira {CANARY}",
    f"digest apop mira {CANARY}", f":digest\u00a0apop {CANARY}",
]  # fmt: skip


@pytest.mark.parametrize("line", SECRETS)
def test_a_secret_is_not_kept(line: str, tmp_path: Path) -> None:
    """PASS, APOP, AUTH and `:digest` leave no trace in memory or in the file, however typed."""
    history = LineHistory(tmp_path / "history")
    history.append_string(line)
    history.append_string("STAT")
    assert history.get_strings() == ["STAT"]
    assert (tmp_path / "history").read_text() == "STAT\n"


@given(st.sampled_from(["pass", "PASS", "apop", "Auth"]), st.text(" \t\x0b", min_size=1), st.text())
def test_no_secret_behind_any_blank(word: str, blanks: str, secret: str) -> None:
    """Whatever stands behind the keyword and a blank is not kept."""
    history = LineHistory()
    history.append_string(f"{word}{blanks}{secret}")
    assert history.get_strings() == []


@pytest.mark.parametrize("line", [":hint", ":margin full", ":wait 10m", ":fault slow", ":why"])
def test_what_else_the_tutor_is_told_is_kept(line: str) -> None:
    """The other commands of the tutor's come back with the arrow keys."""
    history = LineHistory()
    history.append_string(line)
    assert history.get_strings() == [line]


def test_answers_are_not_kept() -> None:
    """While `keeping` is off nothing is kept; blank lines never are."""
    history = LineHistory()
    history.keeping = False
    history.append_string("b")
    history.keeping = True
    history.append_string("   ")
    assert history.get_strings() == []


def test_the_next_sitting_has_them(tmp_path: Path) -> None:
    """Lines come back, the newest first, without what somebody wrote into the file."""
    path = tmp_path / "deep" / "history"
    first = LineHistory(path)
    for line in ("STAT", "LIST", "retr 1\x1b[2J"):
        first.append_string(line)
    with path.open("a") as file:
        file.write(f"PASS {CANARY}\n\x1b[2J\n")
    assert path.stat().st_mode & 0o077 == 0
    assert list(LineHistory(path).load_history_strings()) == [
        "^[[2J",
        "retr 1^[[2J",
        "LIST",
        "STAT",
    ]


def test_the_file_does_not_grow_for_ever(tmp_path: Path) -> None:
    """A file of more than twice the limit is cut to the limit when it is read."""
    path = tmp_path / "history"
    path.write_text("".join(f"RETR {number}\n" for number in range(3 * LONGEST)))
    lines = list(LineHistory(path).load_history_strings())
    assert len(lines) == LONGEST
    assert lines[0] == f"RETR {3 * LONGEST - 1}"
    assert len(path.read_text().splitlines()) == LONGEST


def test_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    """A folder in the file's place is no history and no error."""
    history = LineHistory(tmp_path)
    history.append_string("STAT")
    assert history.get_strings() == ["STAT"]
    assert list(history.load_history_strings()) == []
