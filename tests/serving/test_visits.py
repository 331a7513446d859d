"""What an audience is told of visits, and what a stranger may cost."""

from __future__ import annotations

import pytest
from chairs import letters
from serving.peers import Ears, manner, strict
from serving.visitors import Visit

from simulator.hosts.loader import PAGES
from simulator.hosts.service import (
    BAD_COMMANDS,
    LOGIN_WITHIN,
    LONGEST_LINE,
    Service,
    Visits,
    guarded,
)
from simulator.link import Peer
from simulator.mailroom import Accounts
from simulator.pop3 import End, Ending, State

A, T = State.AUTHORIZATION, State.TRANSACTION
IN = ("USER mrose", "PASS secret")
NAMES = sorted(page.stem for page in (PAGES / "personalities").glob("*.yaml"))


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ((), End(Ending.DROP, A)),
        (("USER mrose",), End(Ending.DROP, A)),
        (("QUIT",), End(Ending.QUIT, A)),
        ((*IN, "DELE 2"), End(Ending.DROP, T, "mrose", (), (2,))),
        ((*IN, "DELE 3", "DELE 1", "QUIT"), End(Ending.QUIT, T, "mrose", (1, 3))),
        ((*IN, "DELE 2", "RSET", "QUIT"), End(Ending.QUIT, T, "mrose")),
        (("x",) * BAD_COMMANDS, End(Ending.SERVER, A)),
    ],
)
def test_how_a_session_ended(lines: tuple[str, ...], end: End) -> None:
    """Who ended it, from which state, and what became of the marks."""
    ears = Ears()
    visit = Visit(ears)
    visit.say(*lines)
    visit.end()
    assert ears.ends() == [(end, "")]


def test_marks_that_go_with_the_line_are_told_as_removed() -> None:
    """Where a server removes what is marked on a lost line too, that is what is told of the end."""
    ears, accounts = Ears(), Accounts([letters()])
    service = Service(strict(removal="also-on-drop"), accounts, "localhost", watch=True)
    visits, peer = Visits([ears], on_drop=True), Peer(1, "192.0.2.9", 50110, secure=False)
    engine = service.engine(peer)
    for line in (*IN, "DELE 2"):
        engine.receive_data(f"{line}\r\n".encode())
    visits.turned(peer, engine)
    engine.receive_eof()
    visits.closed(peer, engine, None)
    assert ears.ends() == [(End(Ending.DROP, T, "mrose", (2,), ()), "")]
    assert len(accounts.open("mrose").messages) == len(letters().messages) - 1


def test_everybody_is_told_everything_in_order() -> None:
    """Two listeners hear the same: the call, each line with its answer, the end."""
    first, second = Ears(), Ears()
    visit = Visit(first, second)
    visit.say("USER mrose", "PASS secret", "QUIT")
    visit.end()
    assert first.heard == second.heard
    assert [each[0] for each in first.heard] == ["called", "said", "said", "said", "said", "ended"]
    assert [each[2] for each in first.heard[2:5]] == ["USER mrose", "PASS ****", "QUIT"]


def test_nothing_is_kept_of_a_session_that_is_over() -> None:
    """Visits remembers only those who are there."""
    visit = Visit(Ears())
    visit.say("USER mrose", "PASS secret", "DELE 1", *["x"] * BAD_COMMANDS)
    visit.end()
    visit.visits.closed(visit.peer, None, None)
    assert not visit.visits._last
    assert not visit.visits._marks
    assert not visit.visits._hung_up


class Deaf:
    """Fails whatever it is told."""

    def called(self, *_: object) -> None:
        raise OSError(28, "No space left on device")

    def said(self, *_: object) -> None:
        raise KeyError(110)

    ended = called


def test_who_looks_on_and_fails_costs_nobody_a_line() -> None:
    """What a log or a board raises is handed on, the others are told, and the session goes on."""
    ears, failed = Ears(), []
    visit = Visit(Deaf(), ears, fails=failed.append)
    assert visit.say(*IN, "QUIT").endswith(b"signing off (3 messages left)\r\n")
    visit.end()
    assert [type(error) for error in failed] == [OSError, *[KeyError] * 4, OSError]
    assert len(ears.heard) == 6


# What a stranger may cost


@pytest.mark.parametrize("name", NAMES)
def test_every_personality_is_bounded_on_a_real_port(name: str) -> None:
    """No personality waits for ever, and none takes bad commands or a line without end."""
    policy = guarded(manner(name)).policy
    own = manner(name).policy
    assert policy.bad_command_limit == (own.bad_command_limit or BAD_COMMANDS)
    assert policy.login_within == (own.login_within or LOGIN_WITHIN)
    kept = own.overlong == "refused"  # else no more of a line is kept than its limit
    assert policy.longest_line == (own.longest_line or (LONGEST_LINE if kept else 0))
    assert guarded(manner(name), idle=7).policy.autologout == 7


@pytest.mark.parametrize("name", NAMES)
def test_apop_only_where_it_is_wanted(name: str) -> None:
    """Without it neither command nor timestamp; with it both, whatever the personality says."""
    for apop in (False, True):
        service = Service(guarded(manner(name), apop=apop), Accounts([letters()]), "localhost")
        greeting = b"".join(service.engine(Peer(1, "", 0, secure=False)).data_to_send())
        assert (b"<" in greeting) is apop
        assert guarded(manner(name), apop=apop).offered("APOP") is apop
        assert greeting.startswith(b"+OK")
        # One greets with a blank at the end, as the server that it plays.
        own = manner(name).accepting("greeting").endswith(" ")
        assert own or greeting == greeting.rstrip() + b"\r\n"
