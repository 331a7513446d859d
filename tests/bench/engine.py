"""Our engine beside Twisted's protocol class: octets in, octets out, no socket."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from twisted.internet import defer
from twisted.logger import globalLogBeginner
from twisted.mail import pop3 as twisted_pop3

from simulator.mailroom import Accounts, Mailbox, make_message
from simulator.pop3 import Office, Personality, Pop3Server

TURNS = 7
SECONDS = 0.15  # of one turn


@dataclass(frozen=True, slots=True)
class Row:
    """One measure: lines a second, ours and theirs."""

    name: str
    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs


def measure() -> list[Row]:
    """Each kind of line, ours and Twisted's in turn."""
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)  # a log would cost it its time
    burst = [b"NOOP\r\n"] * 100
    session = [b"USER mira\r\n", b"PASS kettle42\r\n", b"STAT\r\n", b"LIST\r\n"]
    mixed = [b"STAT\r\n", b"LIST\r\n", b"UIDL\r\n", b"TOP 3 5\r\n", b"RETR 3\r\n", b"DELE 3\r\n",
             b"RETR 3\r\n", b"RSET\r\n", b"XYZZY\r\n", b"NOOP\r\n"]  # fmt: skip
    kinds = {
        "NOOP": [b"NOOP\r\n"],
        "NOOP, 100 in one piece": [b"".join(burst)],
        "STAT, 10 messages": [b"STAT\r\n"],
        "LIST, 10 messages": [b"LIST\r\n"],
        "RETR, 2 KB": [b"RETR 3\r\n"],
        "unknown command": [b"XYZZY\r\n"],
        "ten different lines in turn": mixed,
        "sessions: USER to LIST, drop": session,
    }
    return [_row(name, lines, fresh=name.startswith("sessions")) for name, lines in kinds.items()]


def _row(name: str, lines: list[bytes], *, fresh: bool) -> Row:
    count = sum(line.count(b"\n") for line in lines)
    ours, theirs = [], []
    for _ in range(TURNS):
        ours.append(_rate(_our_chat(lines, fresh=fresh)) * count)
        theirs.append(_rate(_twisted_chat(lines, fresh=fresh)) * count)
    return Row(name, statistics.median(ours), statistics.median(theirs))


def _rate(chat: Callable[[], None]) -> float:
    """How often `chat` runs in a second."""
    rounds, start = 0, time.perf_counter()
    stop = start + SECONDS
    while (now := time.perf_counter()) < stop:
        for _ in range(20):
            chat()
        rounds += 20
    return rounds / (now - start)


_BODY = "".join(f"line {n:3} of a letter that is neither long nor short\n" for n in range(36))
_MESSAGES = tuple(make_message(f"m{n}", {"Subject": f"Letter {n}"}, _BODY) for n in range(10))
_MAILBOX = Mailbox(
    name="bench", owner="mira", full_name="", password="kettle42", secret="kettle42", about="",
    messages=_MESSAGES,
)  # fmt: skip


def _our_chat(lines: list[bytes], *, fresh: bool) -> Callable[[], None]:
    office = Office(Personality("bench", ""), Accounts([_MAILBOX]))

    def opened() -> Pop3Server:
        server = Pop3Server(office)
        if not fresh:
            server.receive_data(b"USER mira\r\nPASS kettle42\r\n")
        server.data_to_send()
        return server

    server = opened()

    def chat() -> None:
        nonlocal server
        if fresh:
            server = opened()
        for line in lines:
            server.receive_data(line)
            server.data_to_send()
        if fresh:
            server.receive_eof()

    return chat


class _Store(twisted_pop3.Mailbox):  # type: ignore[misc]
    """The same ten messages for Twisted's server."""

    def __init__(self) -> None:
        self.octets = [message.content().replace(b"\r\n", b"\n") for message in _MESSAGES]

    def listMessages(self, i: int | None = None) -> object:  # noqa: N802 -- Twisted's name
        sizes = [len(octets) for octets in self.octets]
        return sizes if i is None else sizes[i]

    def getMessage(self, i: int) -> io.BytesIO:  # noqa: N802
        return io.BytesIO(self.octets[i])

    def getUidl(self, i: int) -> bytes:  # noqa: N802
        return b"u%d" % i

    def deleteMessage(self, i: int) -> None:  # noqa: N802
        pass

    def undeleteMessages(self) -> None:  # noqa: N802
        pass


class _Wire:
    """A transport that takes octets and throws them away, and pulls producers dry."""

    disconnecting = False

    def write(self, data: bytes) -> None:
        pass

    def writeSequence(self, data: list[bytes]) -> None:  # noqa: N802
        pass

    def loseConnection(self) -> None:  # noqa: N802
        pass

    def registerProducer(self, producer: object, streaming: bool) -> None:  # noqa: N802, ARG002
        self.producing = True
        while self.producing:
            producer.resumeProducing()  # type: ignore[attr-defined]

    def unregisterProducer(self) -> None:  # noqa: N802
        self.producing = False

    def getPeer(self) -> str:  # noqa: N802
        return "peer"


class _Protocol(twisted_pop3.POP3):  # type: ignore[misc]
    """Twisted's server, logged in to the store by any password."""

    timeOut = None  # noqa: N815

    def authenticateUserPASS(self, _user: bytes, _password: bytes) -> object:  # noqa: N802
        return defer.succeed((twisted_pop3.IMailbox, _Store(), lambda: None))


def _twisted_chat(lines: list[bytes], *, fresh: bool) -> Callable[[], None]:
    def opened() -> _Protocol:
        protocol = _Protocol()
        protocol.schedule = _all_at_once
        protocol.makeConnection(_Wire())
        if not fresh:
            protocol.dataReceived(b"USER mira\r\nPASS kettle42\r\n")
        return protocol

    protocol = opened()

    def chat() -> None:
        nonlocal protocol
        if fresh:
            protocol = opened()
        for line in lines:
            protocol.dataReceived(line)
        if fresh:
            protocol.connectionLost(None)

    return chat


def _all_at_once(work: object) -> object:
    """Run an iteration to its end, where Twisted would give the reactor a turn in between."""
    for _ in work:  # type: ignore[attr-defined]
        pass
    return defer.succeed(None)
