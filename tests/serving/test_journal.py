"""The log of `port110 serve`: who called, who logged in, how it ended, and never a secret."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from chairs import letters
from hypothesis import given
from hypothesis import strategies as st
from serving.visitors import ALL, CANARY, PATHS, Visit, b64, leaks, new_service, plain

from simulator.cli.journal import Journal
from simulator.hosts.service import BAD_COMMANDS, Service
from simulator.link import Peer, TlsFailed
from simulator.mailroom import Accounts

NOON = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)


def journal() -> tuple[io.StringIO, Journal]:
    """A log, and what writes it, always at noon."""
    file = io.StringIO()
    return file, Journal(file, lambda: NOON)


def told(*lines: str, failure: TlsFailed | None = None) -> list[str]:
    """The log's lines of one session, without time and caller."""
    file, log = journal()
    visit = Visit(log)
    visit.say(*lines)
    visit.end(failure)
    return [row.partition(" 192.0.2.9 ")[2] for row in file.getvalue().splitlines()]


def test_the_log_of_a_session() -> None:
    """Who called, who logged in, how it ended, each in a line with its time."""
    file, log = journal()
    visit = Visit(log)
    visit.say("USER mrose", "PASS wrong", "USER mrose", "PASS secret", "DELE 1", "QUIT")
    visit.end()
    assert file.getvalue() == (
        "2026-05-04T12:00:00+00:00 #1 192.0.2.9 called from port 50110\n"
        "2026-05-04T12:00:00+00:00 #1 192.0.2.9 login refused, bad-credentials\n"
        "2026-05-04T12:00:00+00:00 #1 192.0.2.9 logged in as mrose\n"
        "2026-05-04T12:00:00+00:00 #1 192.0.2.9 mrose quit, 1 removed\n"
    )


def test_other_ends_in_the_log() -> None:
    """Lost lines, marks that are kept, servers that hang up, TLS that fails."""
    assert told()[1:] == ["dropped the line"]
    assert told("USER mrose", "PASS secret", "DELE 1")[2:] == [
        "mrose dropped the line, 1 marked and kept"
    ]
    assert told(*["x"] * BAD_COMMANDS)[1:] == ["was hung up on"]
    failed = TlsFailed("wrong version number\x1b[2J", "wrong-version-number")
    assert told(failure=failed)[1:] == [
        "TLS failed, wrong version number^[[2J",
        "dropped the line",
    ]


def test_a_lock_in_the_log() -> None:
    """Who is kept out by a lock was no stranger, and is told apart from who was."""
    file, log = journal()
    service = new_service()
    first, second = Visit(log, service=service), Visit(log, service=service, number=2)
    first.say("USER mrose", "PASS secret")
    second.say("USER mrose", "PASS secret")
    assert "#2 192.0.2.9 login refused, in-use\n" in file.getvalue()


def test_a_flood_of_calls_is_a_line_a_second() -> None:
    """Ten thousand callers turned away in one second are one line, with how many there were."""
    file, seconds = io.StringIO(), iter(range(60_000))
    log = Journal(file, lambda: NOON.replace(second=next(seconds) // 1000))
    for number in range(10_000):
        log.ended(Peer(number, "192.0.2.9", 1, secure=False), None, "")
    rows = file.getvalue().splitlines()
    assert 1 < len(rows) <= 60
    assert rows[0].endswith("#0 192.0.2.9 turned away, no room (1 so far)")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("known", [False, True], ids=["wrong", "right"])
def test_no_password_reaches_the_log(path: str, known: bool) -> None:
    """By whatever way it comes, whether it opens the maildrop or not: it is not in the log."""
    box = letters()
    if known:
        box = replace(box, password=CANARY, secret=CANARY, token=CANARY)
    service = Service(ALL, Accounts([box]), "localhost", watch=True)
    file, log = journal()
    visit = Visit(log, service=service)
    visit.say(*PATHS[path])
    visit.end()
    assert file.getvalue().count("\n") >= 2
    assert not leaks(file.getvalue())


def test_the_canary_is_recognised() -> None:
    """The test above would see it: in the clear, and within base64."""
    for text in (f"x {CANARY.upper()} x", plain("mrose", CANARY), b64(f"a,{CANARY},b")):
        assert leaks(text)


@given(st.lists(st.binary(max_size=40).filter(lambda line: b"\n" not in line), max_size=8))
def test_whatever_is_said_the_log_is_lines_of_text(lines: list[bytes]) -> None:
    """Hostile octets make no line of the log's own, and no control reaches it."""
    file, log = journal()
    visit = Visit(log)
    visit.say(*(line.decode("utf-8", "surrogateescape") for line in lines))
    visit.end()
    rows = file.getvalue().split("\n")
    assert rows.pop() == ""
    assert all(row.startswith("2026-05-04T12:00:00+00:00 #1 192.0.2.9 ") for row in rows)
    assert all(row.isprintable() for row in rows)
