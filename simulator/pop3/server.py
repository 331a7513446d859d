"""The engine: octets in, octets out, by RFC 1939 and 2449 and one host's personality.

Why it calls nobody: it is asked. `receive_data` and `receive_eof` put octets in; `data_to_send`,
`hangs_up` and `exchanges` say what came of them. So it runs over memory, TCP or a test's list of
pieces alike, and each answer can be tried at any cutting of its input.

One place turns a refusal into -ERR (`_refuse`), one changes the state (`_settle`), one owns what has
not been read yet (`_lines`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from . import authorization, transaction, update
from .commands import COMMANDS, Argument, Command, Flaw
from .exchange import Exchange, Reason, Reply, decode
from .framing import Line, LineCutter, read_line
from .replies import TERMINATOR, status_line
from .session import Answer, Office, Refusal, Session, fill
from .states import State, Status
from .view import View, greeting, make_exchange, state_after

__all__ = ["PIECE", "Pop3Server", "ServerState"]

#: Octets in a piece of a long body. Pieces are views of the store's octets, never copies.
PIECE = 65536
#: Octets of replies that a session remembers, so that a repeated line costs next to nothing.
MEMORY = 65536

_Known = tuple[tuple[bytes, ...], Exchange | None]
_Answering = Callable[[Office, Session, Command], Answer]

_ANSWERS: dict[tuple[State, str], _Answering] = {
    (State.AUTHORIZATION, "USER"): authorization.user,
    (State.AUTHORIZATION, "PASS"): authorization.passwd,
    (State.AUTHORIZATION, "APOP"): authorization.apop,
    (State.AUTHORIZATION, "CAPA"): authorization.capa,
    (State.AUTHORIZATION, "QUIT"): authorization.quit_early,
    (State.TRANSACTION, "STAT"): transaction.stat,
    (State.TRANSACTION, "LIST"): transaction.list_,
    (State.TRANSACTION, "RETR"): transaction.retr,
    (State.TRANSACTION, "DELE"): transaction.dele,
    (State.TRANSACTION, "NOOP"): transaction.noop,
    (State.TRANSACTION, "RSET"): transaction.rset,
    (State.TRANSACTION, "TOP"): transaction.top,
    (State.TRANSACTION, "UIDL"): transaction.uidl,
    (State.TRANSACTION, "CAPA"): authorization.capa,
    (State.TRANSACTION, "QUIT"): update.quit_,
}

_FLAWS = {flaw: Reason(flaw.value) for flaw in Flaw}
#: What counts towards a personality's limit of bad commands.
_BAD = frozenset(
    {Reason.UNKNOWN_COMMAND, Reason.BLANK_LINE, Reason.LINE_TOO_LONG, Reason.BAD_OCTET,
     Reason.BARE_LF, Reason.WRONG_STATE}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ServerState:
    """All that a server remembers, so that it can be put back (see `Pop3Server.restore`)."""

    session: Session
    view: View
    unfinished: bytes
    hangs_up: bool


class Pop3Server:
    """One session at the server's end. `watch`: make Exchanges, for a board that looks on."""

    def __init__(self, office: Office, *, watch: bool = False) -> None:
        self._office = office
        self._session = Session()
        self._lines = LineCutter()
        self._out: list[bytes | memoryview] = []
        self._has_long = False  # whether a body is waiting that leaves in pieces
        self._hangs_up = False
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
        """Take octets from the client, in any cutting."""
        if self._hangs_up:
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
            if self._hangs_up:
                return

    def receive_eof(self) -> None:
        """The line was lost or closed: no UPDATE, nothing is removed (RFC 1939 section 6)."""
        self._lines = LineCutter()
        self._close()

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
        return ServerState(self._session, self._view, self._lines.kept, self._hangs_up)

    def restore(self, state: ServerState) -> None:
        """Be as at `state()`. Octets that were not yet taken are dropped."""
        self._lines = LineCutter(state.unfinished)
        self._view, self._hangs_up = state.view, state.hangs_up
        self._out, self._exchanges = [], []
        self._become(state.session)

    # One line

    def _greet(self) -> None:
        template = self._office.personality.accepting("greeting")
        text = fill(template, self._office, self._session)
        line = self._send(Status.OK, text, None)[0]
        if self._watch:
            reply = Reply(decode(line[:-2]))
            self._view, effects = greeting(reply)
            before = State.AUTHORIZATION
            self._exchanges.append(Exchange(None, None, reply, before, before, effects))

    def _answer(self, raw: bytes) -> None:
        policy = self._office.personality.policy
        line, command = read_line(raw, policy.line_limit, policy.bare_lf)
        before = self._session
        try:
            answer = self._consult(line, command)
        except Refusal as refusal:
            answer = self._refuse(command, refusal)
        status = Status.ERR if answer.failed else Status.OK
        wire = self._send(status, answer.text, answer.body)
        self._settle(command, status, answer)
        exchange = self._observe(line, command, wire[0], answer, before.state)
        if answer.session is before and not self._hangs_up:
            self._remember(raw, wire, exchange)

    def _consult(self, line: Line, command: Command) -> Answer:
        """The answer to a line, by the checks in their order. Raises Refusal."""
        if line.fault is not None:
            raise Refusal(line.fault)
        if not line.text:
            raise Refusal(Reason.BLANK_LINE)
        row, state = command.row, self._session.state
        if row is None or not self._office.personality.offered(command.keyword):
            raise Refusal(Reason.UNKNOWN_COMMAND)
        if state not in row.states:
            raise Refusal(Reason.WRONG_STATE)
        if command.flaw is not None:
            command = self._tolerate(command, command.flaw)
        return _ANSWERS[state, command.keyword](self._office, self._session, command)

    def _tolerate(self, command: Command, flaw: Flaw) -> Command:
        """The command as a lenient policy reads it. Raises Refusal where it is not."""
        policy = self._office.personality.policy
        if flaw is Flaw.SURPLUS_ARGUMENT and policy.surplus == "ignored":
            return command
        takes_numbers = COMMANDS[command.keyword].arguments[:1] == (Argument.MESSAGE,)
        if flaw is Flaw.BAD_ARGUMENT and takes_numbers and policy.numbers == "leading-digits":
            return command
        hang_up = flaw is Flaw.SURPLUS_ARGUMENT and policy.surplus == "hang-up"
        raise Refusal(_FLAWS[flaw], hang_up=hang_up)

    def _refuse(self, command: Command, refusal: Refusal) -> Answer:
        """The one place where a refusal becomes a reply."""
        session, policy = self._session, self._office.personality.policy
        template = self._office.personality.refusing(command.keyword, refusal.reason)
        hang_up = refusal.hang_up
        if refusal.reason in _BAD and policy.bad_command_limit:
            session = replace(session, bad_commands=session.bad_commands + 1)
            hang_up = hang_up or session.bad_commands >= policy.bad_command_limit
        if refusal.reason is Reason.BAD_CREDENTIALS and policy.login_limit:
            session = replace(session, failed_logins=session.failed_logins + 1)
            hang_up = hang_up or session.failed_logins >= policy.login_limit
        if command.keyword in {"USER", "PASS", "APOP"} and session.named:
            # Section 7: PASS only "immediately after a successful USER": a new start is needed.
            session = replace(session, named="")
        fields = {"keyword": command.keyword, "argument": "".join(command.arguments[:1])}
        text = fill(template, self._office, self._session, **{**fields, **refusal.fields})
        return Answer(session, text, hang_up=hang_up, failed=refusal.reason)

    def _settle(self, command: Command, status: Status, answer: Answer) -> None:
        """The one place where the state changes, by the table."""
        after = state_after(self._session.state, command.keyword, status, answer.failed)
        self._become(answer.session.at(after))
        if answer.hang_up:
            self._close()

    def _become(self, session: Session) -> None:
        if session is not self._session:
            self._known, self._known_whole, self._known_octets = {}, {}, 0
        self._session = session

    def _close(self) -> None:
        self._hangs_up = True
        session = self._session
        if session.maildrop is not None and session.state is State.TRANSACTION:
            session.maildrop.release()
        self._become(session.at(State.CLOSED))

    def _send(self, status: Status, text: str, body: bytes | None) -> tuple[bytes, ...]:
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


assert all(key in COMMANDS and state in COMMANDS[key].states for state, key in _ANSWERS)
