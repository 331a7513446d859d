"""The bench's own client, against our server: what it counts is what was said."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("the bench of sockets runs on Linux", allow_module_level=True)

from abuse.accounts import GUESTS, LETTERS, PASSWORD
from abuse.target import Place, Target
from bench.caller import Script, at_once, chat, dial, learn, talk, visit

LINES = (b"USER %s", b"PASS " + PASSWORD.encode(), b"STAT", b"QUIT")


def _lines(user: str) -> list[bytes]:
    return [line.replace(b"%s", user.encode()) for line in LINES]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    place = Place.laid_out(tmp_path_factory.mktemp("bench"), megabytes=1, messages=10)
    with place.serving() as target:
        yield target


def test_a_visit_gets_what_was_learnt(target: Target) -> None:
    """In the clear and with TLS; another's script, whose replies are longer, is noticed."""
    script = learn(target.port, _lines(GUESTS[0]))
    assert script.octets[2] == len(b"+OK 3 %d\r\n" % sum(map(len, LETTERS)))
    visit(target.port, script)
    secure = learn(target.tls_port, _lines(GUESTS[0]), target.context)
    assert secure == script
    visit(target.tls_port, secure, target.context)
    short = Script(script.lines, (*script.octets[:3], script.octets[3] - 1))
    with pytest.raises(ValueError, match="1 octets more"):
        visit(target.port, short)


def test_octets_of_replies_are_counted(target: Target) -> None:
    with talk(target.port) as session:
        session.log_in(GUESTS[0], PASSWORD)
        octets = len(session.ask(b"RETR 3", whole=True))
        chat(session.line, b"RETR 3\r\n" * 10, octets * 10, 5)
        with pytest.raises(ValueError, match="1 octets more"):
            chat(session.line, b"RETR 3\r\n", octets - 1, 1)


def test_a_refusal_is_no_figure(target: Target) -> None:
    with talk(target.port) as session:
        session.log_in(GUESTS[0], PASSWORD)
        with pytest.raises(ValueError, match="no such message"):
            session.ask(b"RETR 9")
    with dial(target.port) as line:
        assert line.recv(3) == b"+OK"


def test_many_call_at_once(target: Target) -> None:
    """Each caller visits at least once, whatever the time; all lines are closed."""
    one = learn(target.port, _lines(GUESTS[0]))
    scripts = [
        Script(tuple(line + b"\r\n" for line in _lines(user)), one.octets) for user in GUESTS[:8]
    ]
    assert at_once(target.port, scripts, 0.0) > 0
    assert target.settled() == target.quiet
