"""The same lines said to one server after the other, each over fresh mail and in its own session.

No octet leaves the process and no time passes: TLS is agreed upon and not spoken, and a delay is a
number. Which way in a server allows is found by trying.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from simulator.mailroom import Accounts, Keeping, Mailbox
from simulator.pop3 import (
    Breach,
    Ending,
    Exchange,
    Personality,
    Policy,
    Pop3Client,
    Pop3Server,
    Shown,
    State,
    examine,
)
from simulator.pop3.digests import Working, oauthbearer, plain, xoauth2
from simulator.pop3.stamps import Origin

from .offices import open_office

__all__ = ["HOST", "Heard", "Inquiry", "Question", "Way", "inquire"]

#: The name that each server goes by here, so that a reply that holds it is the same of all.
HOST = "mail.example.test"
_STAMP = "1896.697170952"
_ORIGIN = Origin.of(_STAMP, 1)
#: What opens a maildrop that has no token of its own to a server that takes nothing else.
_TOKEN = "practice-token"  # noqa: S105 -- as good as its name


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of all servers: which lines, of whose mail, and where in a session."""

    lines: tuple[str, ...]
    mailboxes: tuple[Mailbox, ...]  #: of the accounts that each server has; the first one logs in
    before_login: bool = False
    tls: bool = False  #: with TLS from the first octet, whatever a server wants
    first: tuple[str, ...] = ()  #: lines that are said before, to come to where one wants to ask


@dataclass(frozen=True, slots=True)
class Way:
    """A way in: how TLS begins, and what is said then."""

    tls: str  #: "": in the clear; "STLS": behind it; "TLS": from the first octet
    by: str  #: "USER", "APOP", or "AUTH" and its mechanism; "": nobody logs in


@dataclass(frozen=True, slots=True)
class Heard:
    """What one server made of one line."""

    line: str  #: as it was to be said; it may hold a secret
    said: bool = True  #: False: the line was down before
    exchanges: tuple[Exchange, ...] = ()  #: mostly one; without any there was no answer
    octets: bytes = b""  #: all that came, as it came
    delay: float = 0.0  #: seconds that the reply was late
    hung_up: bool = False  #: the server closed the line behind it, and nobody had said QUIT
    state: State = State.CLOSED  #: the session's state then
    breaches: tuple[Breach, ...] = ()  #: the rules that the reply breaks, the gravest first

    @property
    def exchange(self) -> Exchange | None:
        """The line and its reply; None where there was none."""
        return self.exchanges[0] if self.exchanges else None


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What came of asking one server. `way` is None where no way in was found."""

    personality: Personality
    way: Way | None
    opening: tuple[Exchange, ...]  #: greeting, login, and what was said to come where one asks
    heard: tuple[Heard, ...]  #: one for each line

    @property
    def name(self) -> str:
        """The server's name."""
        return self.personality.name


def inquire(personality: Personality, question: Question) -> Inquiry:
    """Ask one server. Nothing outlives the call.

    A line that comes when the server has hung up is not said: a new session would not be where the
    old one was. A LF in a line would make two of it; raises ValueError.
    """
    if any("\n" in line for line in (*question.lines, *question.first)):
        raise ValueError("one line is one line: a line feed cannot stand in it")
    box, *others = question.mailboxes
    boxes = [replace(box, token=box.token or _TOKEN), *others]
    ways = _ways(personality, question)
    session = _Session(personality, boxes, ways[0])
    for way in ways:
        session = _Session(personality, boxes, way)
        if session.log_in():
            break
    inside = question.before_login or session.client.state is State.TRANSACTION
    if inside:
        for line in question.first:
            session.say(line)
    opening = tuple(session.came)
    heard = [session.say(line) if inside else Heard(line, said=False) for line in question.lines]
    return Inquiry(personality, session.way if inside else None, opening, tuple(heard))


def _ways(personality: Personality, question: Question) -> list[Way]:
    """The ways in that are worth trying, the plainest first."""
    if question.before_login:
        return [Way("TLS" if question.tls else "", "")]
    mechanisms = [each for each in personality.policy.mechanisms if each in _PROOFS]
    begins = ["", *(["STLS"] if personality.offered("STLS") else []), "TLS"]
    by = ["USER", *(f"AUTH {each}" for each in mechanisms)]
    return [Way(each, how) for how in by for each in (["TLS"] if question.tls else begins)]


#: How a mechanism's one response is worked out; its last line is the response.
_PROOFS: Mapping[str, Callable[[Mailbox], tuple[Working, ...]]] = {
    "PLAIN": lambda box: plain("", box.owner, box.password),
    "XOAUTH2": lambda box: xoauth2(box.owner, box.token or ""),
    "OAUTHBEARER": lambda box: oauthbearer(box.owner, HOST, 110, box.token or ""),
}


def _login(way: Way, box: Mailbox, policy: Policy) -> Iterator[str]:
    """The lines of a login."""
    if way.tls == "STLS":
        yield "STLS"
    if way.by == "USER":
        yield f"USER {box.owner}"
        yield f"PASS {box.password}"
    elif way.by:
        mechanism = way.by.partition(" ")[2]
        response = _PROOFS[mechanism](box)[-1].value
        if {mechanism, "*"} & policy.no_initial_response:
            yield way.by
            yield response
        else:
            yield f"{way.by} {response}"


class _Session:
    """Both chairs of one session, and the clock that they share."""

    def __init__(self, personality: Personality, mailboxes: Iterable[Mailbox], way: Way) -> None:
        self._mailboxes = list(mailboxes)
        self._now = 0.0
        self._policy = personality.policy
        self.way = way
        accounts = Accounts(self._mailboxes, Keeping(personality.policy))
        office = open_office(
            personality, accounts, HOST, lambda: self._now, _STAMP, lambda: _ORIGIN
        )
        secure = way.tls == "TLS"
        self._server = Pop3Server(office, secure=secure)
        self.client = Pop3Client(secure=secure)
        self._shown = Shown()
        self.came: list[Exchange] = []
        self._carry(b"")

    def log_in(self) -> bool:
        """Log in, as far as the server lets one; whether all of it was accepted."""
        lines = _login(self.way, self._mailboxes[0], self._policy)
        said = all(self._accepted(line) for line in lines)
        return said and self.client.state is State.TRANSACTION

    def _accepted(self, line: str) -> bool:
        exchange = self.say(line).exchange
        return exchange is not None and (exchange.ok or exchange.asks)

    def say(self, line: str) -> Heard:
        """Say a line; what came of it."""
        if self._server.hangs_up:
            return Heard(line, said=False, state=self.client.state)
        before = len(self.came)
        octets, delay, breaches = self._carry(self.client.send(line))
        end = self.client.end
        return Heard(
            line, True, tuple(self.came[before:]), octets, delay,
            end is not None and end.by is Ending.SERVER, self.client.state, breaches,
        )  # fmt: skip

    def _carry(self, octets: bytes) -> tuple[bytes, float, tuple[Breach, ...]]:
        """Carry octets there and back: what came, how late, and which rules it breaks."""
        server, client = self._server, self.client
        server.receive_data(octets)
        pieces: list[bytes | memoryview] = []
        while some := server.data_to_send():
            pieces += some
        delay = server.delay()
        self._now += delay
        answer = b"".join(pieces)
        client.receive_data(answer)
        if client.wants_tls and server.wants_tls:
            server.tls_started()
            client.tls_started()
        if server.hangs_up:
            client.receive_eof()
        breaches: list[Breach] = []
        for exchange in client.exchanges():
            found, self._shown = examine(exchange, self._shown)
            breaches += found
            self.came.append(exchange)
        return answer, delay, tuple(breaches)
