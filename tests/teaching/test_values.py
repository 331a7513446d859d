"""Live values in a lesson's texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scene import LESSON, lesson, rehearsal

from simulator.teaching.lesson import Setup
from simulator.teaching.values import Values, named_in, number_map

SETUP = Setup(dial="mail.example.test", user="mira", password="kettle42", secret="tanstaaf")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${num:prize} ${size:prize}", "2 800"),
        ("${subject:prize} to ${user}", "You have won to mira"),
        ("${pass}@${host}:${port}", "kettle42@mail.example.test:110"),
        ("${call}", "telnet mail.example.test 110"),
        ("${count} of ${octets}", "2 of 1281"),
        ("${arg}", "2"),
        ("$5 and ${", "$5 and ?"),
        ("${num:nobody}", "?"),
    ],
)
def test_values_are_those_of_the_session(tmp_path: Path, text: str, filled: str) -> None:
    """Numbers and sizes are the session's; count and octets are as STAT counts, marks left out."""
    taken = rehearsal(lesson(tmp_path))
    taken.solve()
    taken.type("DELE 2")
    assert taken.play.fill(text) == filled


@pytest.mark.parametrize(
    ("port", "call"),
    [
        (110, "telnet mail.example.test 110"),
        (1110, "telnet mail.example.test 1110"),
        (995, "openssl s_client -connect mail.example.test:995 -crlf -quiet"),
    ],
)
def test_a_lesson_calls_as_its_port_wants(port: int, call: str) -> None:
    """Where TLS comes first, openssl calls: the tutor as well, and so do the texts."""
    setup = replace(SETUP, port=port, start="logged-in")
    assert setup.lines() == (f"$ {call}", "USER mira", "PASS kettle42")
    assert Values(setup).fill("Type `${call}`.") == f"Type `{call}`."


def test_numbers_stay_after_the_session(tmp_path: Path) -> None:
    """After QUIT the numbers are still what the learner speaks of, also of what is gone."""
    taken = rehearsal(lesson(tmp_path))
    while not taken.play.finished:
        taken.solve()
    assert taken.play.fill("${num:prize} ${num:invoice} ${size:prize}") == "2 3 800"
    for line in ("$ telnet mail.example.test 110", "USER mira", "PASS kettle42"):
        taken.type(line)
    assert taken.play.fill("${num:prize} ${num:invoice}") == "? 2"


def test_the_last_argument_is_never_a_secret(tmp_path: Path) -> None:
    """After PASS, `${arg}` shows no password."""
    text = LESSON.replace("    type: [STAT, ", "    type: [NOOP, ").replace(
        "logged-in", "connected"
    )
    text = text.partition("  - id: intro")[0] + (
        "  - id: in\n    kind: do\n    goal: g\n    check: {did: {verb: QUIT}}\n"
        "    hints: [h]\n    solution: [QUIT]\n"
    )
    taken = rehearsal(lesson(tmp_path, text))
    for line in ("USER mira", "PASS kettle43"):
        taken.type(line)
    assert taken.play.fill("${arg}") == "****"


def test_the_digest_is_apops() -> None:
    """RFC 1939 section 7's own example."""
    values = Values(SETUP, timestamp="<1896.697170952@dbc.mtview.ca.us>")
    assert values.fill("${digest}") == "c4c9334bac560ecc979e58001b3e22fb"
    assert replace(values, timestamp="").fill("${digest}") == "?"


def test_what_is_not_known_is_noted() -> None:
    """A text that quotes too early shows "?" and says which value it was."""
    missing: list[str] = []
    assert Values(SETUP).fill("${num:prize} of ${count}", missing) == "? of ?"
    assert missing == ["${num:prize}", "${count}"]
    assert number_map(None) == {}


@given(st.text(alphabet="${}num:size abcé\n", max_size=40))
def test_any_text_can_be_filled(text: str) -> None:
    """Filling never raises, and leaves no live value in the text."""
    filled = Values(SETUP).fill(text)
    assert not list(named_in(filled))
