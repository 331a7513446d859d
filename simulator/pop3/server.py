"""The engine: octets in, octets out, by RFC 1939 and its extensions and one host's personality.

Why it calls nobody: it is asked. `receive_data` and `receive_eof` put octets in; `data_to_send`,
`hangs_up`, `wants_tls`, `delay` and `exchanges` say what came of them. So it runs over memory, TCP or
a test's list of pieces alike, and each answer can be tried at any cutting of its input.

TLS and time are the carrier's. It says when TLS stands (`tls_started`) and when nobody has spoken for
too long (`receive_timeout`).

What a line is answered with is decided next door (answering.py). Here one place changes the state
(`_settle`), and one owns what has not been read yet (`_lines`).
"""

from __future__ import annotations

from typing import NamedTuple

from .answering import answer_to
from .commands import Command
from .exchange import Exchange, Reason, Reply, decode
from .framing import Line, LineCutter, read_line, read_response
from .replies import TERMINATOR, challenge_line, status_line
from .session import Answer, Office, Session, fill
from .states import State, Status
from .view import View, greeting, make_exchange, state_after

__all__ = ["PIECE", "Pop3Server", "ServerState"]

#: Octets in a piece of a long body. Pieces are views of the store's octets, never copies.
PIECE = 65536
#: Octets of replies that a session remembers, so that a repeated line costs next to nothing.
MEMORY = 65536

_Known = tuple[tuple[bytes, ...], Exchange | None]
#: What depends on more than the session: such an answer is not given again from memory.
_PASSING = frozenset(
    {Reason.BAD_CREDENTIALS, Reason.IN_USE, Reason.LOGIN_DELAY, Reason.TEMPORARY,
     Reason.PERMANENT}
)  # fmt: skip


class ServerState(NamedTuple):
    """All that a server remembers, so that it can be put back (see `Pop3Server.restore`)."""

    session: Session
    view: View
    unfinished: bytes
    hangs_up: bool
    wants_tls: bool


class Pop3Server:
    """One session at the server's end. `watch`: make Exchanges, for a board that looks on.

    `secure`: TLS stands before the greeting (RFC 8314 section 3).
    """

    def __init__(self, office: Office, *, watch: bool = False, secure: bool = False) -> None:
        self._office = office  # speaks the language of the session
        self._session = Session(secure=secure)
        self._lines = LineCutter()
        self._out: list[bytes | memoryview] = []
        self._has_long = False  # whether a body is waiting that leaves in pieces
        self._hangs_up = False
        self._wants_tls = False
        self._delay = 0.0
        self._watch = watch
        self._view = View()
        self._exchanges: list[Exchange] = []
        #: Answers by line as it was cut, and by line with its LF, as it mostly arrives.
        self._known: dict[bytes, _Known] = {}
        self._known_whole: dict[bytes, _Known] = {}
        self._known_octets = 0
        self._greet()

    # Octets in

    def receive_data(self, data: bytes) -> None:
        """Take octets from the client, in any cutting. What comes in the clear behind STLS is lost."""
        if self._deaf:
            return
        found = self._known_whole.get(data)
        if found is not None and not self._lines.kept:
            # The common case by far: one line, whole, asked before.
            wire, exchange = found
            self._out += wire
            if exchange is not None:
                self._exchanges.append(exchange)
            return
        known = self._known
        for raw in self._lines.cut(data):
            found = known.get(raw)
            if found is not None:
                self._out += found[0]
                if found[1] is not None:
                    self._exchanges.append(found[1])
                continue
            self._answer(raw)
            known = self._known
            if self._deaf:
                return

    def receive_eof(self) -> None:
        """The line was lost or closed: no UPDATE, nothing is removed (RFC 1939 section 6)."""
        self._lines = LineCutter()
        self._close()

    def receive_timeout(self) -> None:
        """Nobody has spoken for `idle_limit` seconds: hang up, and no UPDATE (RFC 1939 section 3)."""
        if not self._hangs_up:
            words = self._office.personality.wording.get("autologout")
            if words is not None:
                self._say_unasked(Status.ERR, fill(words, self._office, self._session))
            self._close()

    def tls_started(self) -> None:
        """TLS stands. What was said before it is forgotten (see authorization.stls)."""
        self._wants_tls = False
        self._lines = LineCutter()
        self._become(self._session._replace(secure=True))

    # Octets out, and what the carrier should know

    def data_to_send(self) -> list[bytes | memoryview]:
        """The octets for the client since the last call, in order, in pieces of at most `PIECE`."""
        out, self._out = self._out, []
        if not self._has_long:
            return out
        self._has_long = False
        return [part for piece in out for part in _pieces(piece)]

    @property
    def hangs_up(self) -> bool:
        """Whether the carrier should close the line once `data_to_send` is sent."""
        return self._hangs_up

    @property
    def wants_tls(self) -> bool:
        """Whether TLS begins once `data_to_send` is carried; `tls_started` says that it stands."""
        return self._wants_tls

    @property
    def _deaf(self) -> bool:
        return self._hangs_up or self._wants_tls

    @property
    def idle_limit(self) -> float:
        """Seconds without a line after which `receive_timeout` is due; 0: never."""
        return self._office.personality.policy.autologout

    def delay(self) -> float:
        """Seconds to let pass before what `data_to_send` gives is carried; 0 when asked again."""
        delay, self._delay = self._delay, 0.0
        return delay

    @property
    def session(self) -> Session:
        """The session as the server sees it."""
        return self._session

    def exchanges(self) -> list[Exchange]:
        """With `watch`: the Exchanges since the last call, the greeting's first."""
        made, self._exchanges = self._exchanges, []
        return made

    # Taking back

    def state(self) -> ServerState:
        """All that this server remembers. The store's own state is the store's to keep."""
        return ServerState(
            self._session, self._view, self._lines.kept, self._hangs_up, self._wants_tls
        )

    def restore(self, state: ServerState) -> None:
        """Be as at `state()`. Octets that were not yet taken are dropped."""
        self._lines = LineCutter(state.unfinished)
        self._view, self._hangs_up, self._wants_tls = state.view, state.hangs_up, state.wants_tls
        self._out, self._exchanges, self._delay = [], [], 0.0
        self._become(state.session)

    # One line

    def _greet(self) -> None:
        template = self._office.personality.accepting("greeting")
        text = fill(template, self._office, self._session)
        line = self._send(Status.OK, text, None)[0]
        if self._watch:
            reply = Reply(decode(line[:-2]))
            self._view, effects = greeting(reply, secure=self._session.secure)
            before = State.AUTHORIZATION
            self._exchanges.append(Exchange(None, None, reply, before, before, effects))

    def _say_unasked(self, status: Status, text: str) -> None:
        wire = self._send(status, text, None)
        if self._watch:
            state, user = self._session.state, self._view.user
            reply = Reply(decode(wire[0][:-2]))
            self._exchanges.append(Exchange(None, None, reply, state, state, (), None, user))

    def _answer(self, raw: bytes) -> None:
        policy, before = self._office.personality.policy, self._session
        attempt = before.attempt
        if attempt is None:
            line, command = read_line(raw, policy.line_limit, policy.bare_lf)
        else:
            step = len(attempt.responses) + 1
            line, command = read_response(raw, attempt.mechanism, step, policy.bare_lf)
        answer = answer_to(self._office, before, line, command)
        status = Status.ERR if answer.failed else Status.CONTINUE if answer.asks else Status.OK
        wire = self._send(status, answer.text, answer.body)
        self._settle(command, status, answer)
        exchange = self._observe(line, command, wire[0], answer, before.state)
        if answer.session is before and not self._hangs_up and answer.failed not in _PASSING:
            self._remember(raw, wire, exchange)

    def _settle(self, command: Command, status: Status, answer: Answer) -> None:
        """The one place where the state changes, by the table."""
        after = state_after(self._session.state, command, status, answer.failed)
        self._become(answer.session.at(after))
        self._delay += answer.delay
        self._wants_tls = answer.starts_tls
        if answer.hang_up:
            self._close()

    def _become(self, session: Session) -> None:
        if session is not self._session:
            self._known, self._known_whole, self._known_octets = {}, {}, 0
            if session.language != self._session.language:
                self._office = self._office.speaking(session.language)
        self._session = session

    def _close(self) -> None:
        self._hangs_up = True
        session = self._session
        if session.maildrop is not None and session.state is State.TRANSACTION:
            session.maildrop.release()
        self._become(session.at(State.CLOSED))

    def _send(self, status: Status, text: str, body: bytes | None) -> tuple[bytes, ...]:
        if status is Status.CONTINUE:
            line = challenge_line(text)
        else:
            indicator = "+OK" if status is Status.OK else "-ERR"
            line = status_line(f"{indicator} {text}" if text else indicator)
        wire = (line,) if body is None else (line, body, TERMINATOR) if body else (line, TERMINATOR)
        self._out += wire
        self._has_long = self._has_long or (body is not None and len(body) > PIECE)
        return wire

    def _observe(
        self, line: Line, command: Command, status: bytes, answer: Answer, before: State
    ) -> Exchange | None:
        if not self._watch:
            return None
        reply = Reply(decode(status[:-2]), answer.body)
        exchange, self._view = make_exchange(
            line.text, command, reply, before, self._view, answer.failed
        )
        self._exchanges.append(exchange)
        return exchange

    def _remember(self, raw: bytes, wire: tuple[bytes, ...], exchange: Exchange | None) -> None:
        """Keep an answer that changed nothing: the same line gets it again while nothing changes."""
        size = sum(map(len, wire)) + len(raw) + 200
        if self._known_octets + size <= MEMORY:
            self._known[raw] = self._known_whole[raw + b"\n"] = (wire, exchange)
            self._known_octets += size


def _pieces(piece: bytes | memoryview) -> list[bytes | memoryview]:
    if len(piece) <= PIECE:
        return [piece]
    view = memoryview(piece)
    return [view[start : start + PIECE] for start in range(0, len(view), PIECE)]
