"""Which lines a careful client keeps to itself: what they show, and what they remove."""

from __future__ import annotations

import pytest

from simulator.hosts import gives_away, is_quit, removes
from simulator.pop3 import Pop3Client


def client(*dialogue: tuple[str, bytes]) -> Pop3Client:
    """A client that has said this and heard that."""
    made = Pop3Client()
    made.receive_data(b"+OK ready\r\n")
    for line, reply in dialogue:
        made.send(line)
        made.receive_data(reply)
    return made


OK = b"+OK\r\n"


@pytest.mark.parametrize(
    ("line", "away"),
    [("PASS kettle42", True), ("  pass kettle42", True), ("PASS", False), ("USER mira", False),
     ("NOOP\nPASS kettle42", True), ("AUTH plain", True), ("AUTH  LOGIN", True), ("AUTH", False),
     ("AUTH CRAM-MD5", False), ("auth scram-sha-256-plus", False), ("AUTH ANONYMOUS bWlyYQ==", False),
     ("AUTH X-OWN bWlyYQ==", True), ("APOP mira " + "0f" * 16, False), ("APOP mira kettle42", True),
     ("LOGIN mira kettle42", True), ("", False)],
)  # fmt: skip
def test_what_a_line_gives_away(line: str, away: bool) -> None:
    """A password that others could use again; a digest is none."""
    assert gives_away(line, client()) is away


@pytest.mark.parametrize(
    ("mechanism", "away"),
    [("PLAIN", True), ("LOGIN", True), ("XOAUTH2", True), ("X-OWN", True), ("CRAM-MD5", False),
     ("SCRAM-SHA-1", False)],
)  # fmt: skip
def test_what_a_response_gives_away(mechanism: str, away: bool) -> None:
    """It depends on the mechanism; "*" takes AUTH back and a blank line says nothing."""
    asked = client((f"AUTH {mechanism}", b"+ \r\n"))
    assert gives_away("bWlyYQ==", asked) is away
    assert not gives_away("*", asked)
    assert not gives_away("", asked)


def test_what_a_line_removes() -> None:
    """QUIT removes what is marked, in TRANSACTION; no other line removes anything."""
    login = (("USER mira", OK), ("PASS kettle42", OK))
    marked = client(*login, ("DELE 3", OK), ("DELE 1", OK))
    assert removes("quit", marked) == (1, 3)
    assert removes("STAT", marked) == ()
    assert removes("QUIT", client(*login)) == ()
    assert removes("QUIT", client(*login, ("DELE 1", OK), ("RSET", OK))) == ()
    assert removes("QUIT", client()) == ()


@pytest.mark.parametrize("line", ["QUIT", " quit ", "Quit now", "QUIT\r"])
def test_what_a_server_may_take_for_quit(line: str) -> None:
    """In any case, with blanks around it or a word behind it."""
    assert is_quit(line)
    assert not is_quit(f"X{line}")
