"""Signals in the middle of sessions: SIGHUP puts all mail back, SIGTERM ends the server."""

from __future__ import annotations

import re
import signal
from collections.abc import Generator
from contextlib import ExitStack, suppress

from .accounts import BIG, GUESTS, LETTERS
from .attack import Outcome, Scale, attack
from .line import Line
from .target import ENDING, Place, Target

__all__ = ["ended"]

Steps = Generator[None, None, str]


# Here, where no memory is compared: mail that is read anew is held twice for a moment.
@attack("SIGHUP in the middle of sessions", room=16384, narrow=True)
def hung_up(target: Target, scale: Scale) -> Steps:
    whole = b"%d messages" % len(LETTERS)
    for number in range(scale.some(20, 2)):
        gone, marked = GUESTS[10 + number], GUESTS[40 + number]
        with Line(target.port) as line, Line(target.port) as other:
            assert whole in line.log_in(gone)
            assert line.ask(b"DELE 1").startswith(b"+OK")
            assert line.ask(b"QUIT").startswith(b"+OK")
            assert whole in other.log_in(marked)
            assert other.ask(b"DELE 2").startswith(b"+OK")
            target.process.send_signal(signal.SIGHUP)
            _until_back(target, gone, whole)
            assert other.ask(b"RETR 3").startswith(b"+OK")
            assert b"".join(other.body()) == LETTERS[2]
            assert other.ask(b"QUIT").startswith(b"-ERR"), "what it marked is mail of before"
        with Line(target.port) as line:
            assert whole in target.let_in(line, marked)
        yield
    return "all mail is back; open sessions go on, their QUIT says that nothing was removed"


def _until_back(target: Target, name: str, whole: bytes) -> None:
    """The signal comes in its own time."""
    for _ in range(1000):
        with Line(target.port) as line:
            if whole in target.let_in(line, name):
                return
    raise AssertionError("SIGHUP was not heard")


def ended(place: Place, scale: Scale) -> Outcome:
    """SIGTERM while some are in TRANSACTION, some say QUIT, and one does not read.

    What QUIT has removed was answered +OK, and the other way round. The log says what was removed.
    """
    out = Outcome("SIGTERM in the middle of sessions, some of them in QUIT")
    log = place.folder / "log"
    count, rounds, confirmed_in_all = scale.some(60, 10), scale.some(5), 0
    for _ in range(rounds):
        log.unlink(missing_ok=True)
        options = ("--max-connections", "500", "--max-per-address", "500", "--log", str(log))
        with place.serving(*options) as target, ExitStack() as stack:
            confirmed, status = _end_among(target, stack, count)
        removed = set(re.findall(r" (\w+) quit, 1 removed", log.read_text()))
        confirmed_in_all += len(confirmed)
        if status != 0:
            out.broken.append(f"it ended with status {status}")
        if removed != confirmed:
            out.broken.append(
                f"removed and not said: {removed - confirmed}; the reverse: {confirmed - removed}"
            )
        if said := target.said.read_text():
            out.broken.append(said)
    out.did = (
        f"{rounds} times ended with 0; {confirmed_in_all} QUITs removed and answered, no other"
    )
    return out


def _end_among(target: Target, stack: ExitStack, count: int) -> tuple[set[str], int]:
    """Who has got the +OK of QUIT, and with which status the server ended."""
    lines = {}
    for name in (BIG, *GUESTS[:count]):
        line = lines[name] = stack.enter_context(Line(target.port, room=4096))
        assert line.log_in(name).startswith(b"+OK")
        assert line.ask(b"DELE 1").startswith(b"+OK")
    stuck = lines.pop(BIG)
    stuck.send(b"RSET\r\nRETR 1\r\nQUIT\r\n")
    names = list(lines)
    for name in names[::3]:
        lines[name].send(b"QUIT\r\n")
    for name in names[1::3]:
        lines[name].send(b"RETR 3\r\nRETR 3\r\nQUIT\r\n")
    target.process.terminate()
    for name in names[2::3]:
        with suppress(ConnectionError):
            lines[name].send(b"QUIT\r\n")
    confirmed = {name for name, line in lines.items() if b"signing off" in line.rest()}
    return confirmed, target.process.wait(ENDING)
