"""A lesson types what one types at `$`: any program that calls, and what it keeps to itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from desks import sample
from scene import LESSON, written

from simulator.hosts import Network, Stage, load_hosts
from simulator.teaching import Stumble, load_lesson
from simulator.teaching.play import Play
from simulator.teaching.rehearsal import Rehearsal

HOST = "mail.example.test"


@pytest.fixture
def rehearsal(tmp_path: Path) -> Rehearsal:
    """A lesson at its beginning, with nobody called."""
    lesson = load_lesson(written(tmp_path, LESSON))
    return Rehearsal(Play(lesson), Stage(Network(load_hosts(), sample)))


@pytest.mark.parametrize(
    "command",
    [
        f"telnet {HOST} 110", f"telnet {HOST} pop3", f"nc -C {HOST} 110",
        f"openssl s_client -connect {HOST}:995 -crlf -quiet",
        f"openssl s_client -connect {HOST}:110 -crlf -starttls pop3",
    ],
)  # fmt: skip
def test_any_program_can_call(rehearsal: Rehearsal, command: str) -> None:
    """A session can be held with each."""
    rehearsal.type(f"$ {command}")
    assert rehearsal.stage.connected
    rehearsal.type("quit")
    assert not rehearsal.stage.connected


def test_an_order_to_openssl_is_none_to_the_server(rehearsal: Rehearsal) -> None:
    """QUIT is never sent, and the lesson hears that the line went down."""
    rehearsal.type(f"$ openssl s_client -connect {HOST}:995 -crlf")
    turns = len(rehearsal.turns)
    rehearsal.type("QUIT")
    assert not rehearsal.stage.connected
    assert len(rehearsal.turns) == turns + 1


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (f"telnet {HOST} 110 x", "usage: telnet HOST"),
        ("openssl s_client -foo", "Unknown option: -foo"),
        ("ssh example", "ssh: command not found"),
        ("telnet no.such.host 110", "NoSuchHost"),
        (f"nc {HOST} 111", "Refused"),
        (f"openssl s_client -connect {HOST}:110", "TlsFailed"),
    ],
)
def test_a_line_that_calls_nobody_is_a_stumble(
    rehearsal: Rehearsal, command: str, words: str
) -> None:
    """With the program's words, or what went wrong."""
    with pytest.raises(Stumble, match=words):
        rehearsal.type(f"$ {command}")
