"""The other chair: sends lines, reads replies, and makes the Exchanges, from octets alone.

Why it follows the server's table: what it cannot know from the wire nobody above it may know either.
So the margin explains a real server, or a transcript from a web page, as well as our own.

It is asked, as the server is: `send` says which octets to carry, `receive_data` takes what came
back, `exchanges` gives what has become whole. It never raises on what a server sends.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from .commands import Command, meant
from .exchange import Effect, End, Ending, Exchange, Reason, Reply, decode, encode
from .framing import Line, LineCutter, read_line, read_response
from .inference import infer
from .states import State, Status
from .view import View, greeting, make_exchange

__all__ = ["ClientState", "Pop3Client"]

#: Octets of a first line that never ends, after which it is taken as a line all the same.
LONGEST_REPLY_LINE = 16384
#: Octets of a body without its end, beyond which no client that means well waits for more.
LONGEST_BODY = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ClientState:
    """All that a client remembers, so that it can be put back."""

    state: State
    view: View
    greeted: bool
    unfinished: bytes
    waiting: tuple[bytes, ...]
    buffer: bytes
    end: End | None
    wants_tls: bool
    secure: bool
    bare_lf: bool
    gave_up: bool = False


class Pop3Client:
    """One session at the client's end. `secure`: TLS stands before the greeting (RFC 8314).

    `longest_body`: octets of a body whose end has not come; with one more the session is over, as if
    this side had hung up, nothing of the body is kept, and `gave_up` says so.
    """

    def __init__(self, *, secure: bool = False, longest_body: int = LONGEST_BODY) -> None:
        self._secure = secure
        self._longest_body = longest_body
        self._gave_up = False
        self._wants_tls = False
        self._bare_lf = False  # the server has taken a line that ended in LF alone
        self._state = State.AUTHORIZATION
        self._view = View()
        self._greeted = False
        self._lines = LineCutter()
        #: Lines without an answer, as they were cut. How one reads depends on the replies before it:
        #: behind AUTH it may be a response (RFC 5034 section 4). So it is read when its own comes.
        self._waiting: deque[bytes] = deque()
        self._buffer = bytearray()
        self._scanned = 0  # octets of the buffer in which no end of body begins
        self._exchanges: list[Exchange] = []
        self._end: End | None = None

    # Lines out

    def send(self, line: str, *, end: bytes = b"\r\n") -> bytes:
        """The octets of one line to carry to the server. `end`: what the terminal sends for Enter.

        A LF within `line` ends a line for the server, and so it does here: each gets its reply.
        """
        octets = encode(line) + end
        if not self._wants_tls:  # in the clear behind STLS: nobody answers it
            self._waiting += self._lines.cut(octets)
        return octets

    # Octets in

    def receive_data(self, data: bytes) -> None:
        """Take octets from the server, in any cutting. What comes in the clear behind STLS is lost."""
        if self._end is None and not self._wants_tls:
            self._buffer += data
            while self._read_reply():
                pass

    def receive_eof(self) -> None:
        """The server's side of the line is closed."""
        if self._end is None:
            self._finish(Ending.SERVER)

    def hang_up(self) -> None:
        """Our side closes the line without QUIT: what is marked stays (RFC 1939 section 6)."""
        if self._end is None:
            self._finish(Ending.DROP)

    @property
    def wants_tls(self) -> bool:
        """Whether STLS was accepted and the carrier should start TLS; `tls_started` says it stands."""
        return self._wants_tls

    def tls_started(self) -> None:
        """TLS stands. The view has forgotten already what was said before it."""
        self._wants_tls = False

    # What came of them

    def exchanges(self) -> list[Exchange]:
        """The Exchanges that became whole since the last call, the greeting's first."""
        made, self._exchanges = self._exchanges, []
        return made

    @property
    def state(self) -> State:
        """The session's state as the wire shows it."""
        return self._state

    @property
    def view(self) -> View:
        """What is known of the session: who, and which messages are marked."""
        return self._view

    @property
    def end(self) -> End | None:
        """How the session ended, once it has."""
        return self._end

    @property
    def gave_up(self) -> bool:
        """Whether the session was ended because a body had no end."""
        return self._gave_up

    @property
    def answers(self) -> bool:
        """Whether the next line answers a challenge of AUTH, and so may be a secret."""
        return bool(self._view.mechanism)

    @property
    def waiting(self) -> int:
        """How many lines have had no reply yet."""
        return len(self._waiting)

    def snapshot(self) -> ClientState:
        """All that this client remembers."""
        return ClientState(
            self._state, self._view, self._greeted, self._lines.kept,
            tuple(self._waiting), bytes(self._buffer), self._end, self._wants_tls,
            self._secure, self._bare_lf, self._gave_up,
        )  # fmt: skip

    def restore(self, state: ClientState) -> None:
        """Be as at `snapshot()`."""
        self._state, self._view, self._greeted = state.state, state.view, state.greeted
        self._lines = LineCutter(state.unfinished)
        self._waiting = deque(state.waiting)
        self._buffer, self._scanned = bytearray(state.buffer), 0
        self._exchanges, self._end, self._wants_tls = [], state.end, state.wants_tls
        self._secure, self._bare_lf = state.secure, state.bare_lf
        self._gave_up = state.gave_up

    # One reply

    def _read_reply(self) -> bool:
        buffer = self._buffer
        stop = buffer.find(b"\n", 0, LONGEST_REPLY_LINE)
        if stop < 0:
            if len(buffer) < LONGEST_REPLY_LINE:
                return False
            stop = LONGEST_REPLY_LINE - 1
        first = Reply(decode(bytes(buffer[: stop + 1]).removesuffix(b"\n").removesuffix(b"\r")))
        if not self._expects_body(first):
            self._take(first, stop + 1)
            return True
        # The body may be empty: then the terminator stands right behind the first line's LF.
        found = buffer.find(b"\n.\r\n", max(stop, self._scanned))
        if found < 0:
            self._scanned = max(stop, len(buffer) - 3)
            if len(buffer) - stop - 1 > self._longest_body:
                self._gave_up = True
                self._finish(Ending.DROP)
            return False
        self._take(Reply(first.line, bytes(buffer[stop + 1 : found + 1])), found + 4)
        return True

    def _expects_body(self, first: Reply) -> bool:
        if not self._greeted or not self._waiting or not first.ok:
            return False
        line, command = self._read(self._waiting[0])
        return meant(line.text, command).expects_body

    def _read(self, raw: bytes) -> tuple[Line, Command]:
        """A line that was sent, as the server reads it."""
        view = self._view
        if view.mechanism:
            return read_response(raw, view.mechanism, view.responses + 1, self._bare_lf)
        return read_line(raw, bare_lf=self._bare_lf)

    def _take(self, reply: Reply, octets: int) -> None:
        del self._buffer[:octets]
        self._scanned = 0
        before = self._state
        if not self._greeted:
            self._greeted = True
            self._view, effects = greeting(reply, secure=self._secure)
            self._exchanges.append(Exchange(None, None, reply, before, before, effects))
        elif not self._waiting:
            # The server spoke unasked: an autologout, a farewell. RFC 1939 has no such reply.
            user = self._view.user
            self._exchanges.append(Exchange(None, None, reply, before, before, (), None, user))
        else:
            line, command = self._read(self._waiting.popleft())
            if line.fault is Reason.BARE_LF and (reply.ok or reply.status is Status.CONTINUE):
                self._bare_lf = True  # so a later -ERR is not for that
            reason = infer(line, command, reply, before, self._view)
            exchange, self._view = make_exchange(
                line.text, command, reply, before, self._view, reason
            )
            self._state = exchange.after
            self._exchanges.append(exchange)
            if exchange.did(Effect.SECURED):
                # An answer in the clear to what was sent behind STLS would be somebody else's.
                self._wants_tls, self._lines = True, LineCutter()
                self._waiting.clear()
                self._buffer.clear()
            if exchange.after in (State.UPDATE, State.CLOSED):
                self._finish(Ending.QUIT, exchange)

    def _finish(self, by: Ending, last: Exchange | None = None) -> None:
        """The session is over; say from where, and what became of the marks."""
        before = last.before if last else self._state
        marks = tuple(sorted(self._view.marks))
        removed = last.did(Effect.REMOVED) if last else None
        gone = removed.numbers if removed else ()
        kept = tuple(number for number in marks if number not in gone)
        self._end = End(by, before, self._view.user, gone, kept)
        self._state = State.CLOSED
        self._buffer.clear()
