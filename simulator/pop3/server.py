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

from .answering import answer_line
from .commands import Command
from .cutting import cutter_for
from .eavesdropper import Eavesdropper
from .exchange import Reason
from .limits import longest_of
from .recall import PASSING, STRAY, Recall
from .replies import CLOSE_NOTIFY, pieces
from .session import Answer, Office, ServerState, Session, idle_limit
from .states import State, Status
from .update import hung_up
from .view import state_after
from .voice import Voice
from .witness import Witness

__all__ = ["BACKLOG", "Pop3Server"]

#: Octets of replies that may wait to be carried. What is asked behind them is answered when they are
#: taken: a peer that asks and does not read costs no more than this and one reply.
BACKLOG = 131072


class Pop3Server(Voice):
    """One session at the server's end. `watch`: make Exchanges, for a board that looks on.

    `secure`: TLS stands before the greeting (RFC 8314 section 3).
    """

    __slots__ = (
        "_delay", "_held", "_lines", "_policy", "_recall", "_unread",
        "calm", "hangs_up", "wants_tls",
    )  # fmt: skip

    def __init__(self, office: Office, *, watch: bool = False, secure: bool = False) -> None:
        odd = office.personality.policy.reading is not None or bool(office.personality.sources)
        witness = (Eavesdropper() if odd else Witness()) if watch else None
        super().__init__(office, Session(secure=secure), witness)
        self._policy = office.personality.policy
        self._lines = cutter_for(self._policy)
        self._held = b""  # lines that wait until what is owed has been taken
        #: Whether the carrier should close the line once `data_to_send` is sent.
        self.hangs_up = False
        #: Whether TLS begins once `data_to_send` is carried; `tls_started` says that it stands.
        self.wants_tls = False
        self._delay = 0.0
        self._unread = False  # what came behind the last line in one write is lost
        #: Whether the carrier has nothing to do but to carry: no end, no TLS, no delay.
        self.calm = True
        self._recall = Recall()
        self._greet()

    # Octets in

    def receive_data(self, data: bytes) -> None:
        """Take octets from the client, in any cutting. What comes in the clear behind STLS is lost."""
        if self.hangs_up or self.wants_tls:
            return
        if self._held:
            if self._witness is not None:
                self._witness.heard(data)
            self._held += data
            return
        found = self._recall.whole.get(data)
        if found is not None and not self._lines.kept:
            # The common case by far: one line, whole, asked before.
            self._out.append(found)
            self._owed += len(found)
            if self._witness is not None:
                self._witness.again(self._recall.exchanges[data[:-1]])
            return
        if self._witness is not None:
            self._witness.heard(data)
        self._answer_each(self._lines.cut(data))

    def _answer_each(self, lines: list[bytes]) -> None:
        """Answer lines in their order, until too much is owed: the rest is held then."""
        if len(lines) > 1 and self._witness is None:
            replies = self._recall.burst(lines, BACKLOG)
            if replies is not None:
                self._out.append(replies)
                self._owed += len(replies)
                lines = []
        for at, raw in enumerate(lines, 1):
            self._answer(raw, behind=at > 1)
            if self.hangs_up or self.wants_tls:
                self._left_behind(lines[at:])
                return
            if self._unread:
                self._lose(lines, at)
                return
            if self._owed > BACKLOG and at < len(lines):
                # As octets, for a list of short lines takes eight times the room.
                self._held = self._lines.join(lines[at:])
                self._lines = cutter_for(self._policy)
                return
        # A line that never ends is answered as it is, once it is long enough to hang up for.
        kept, policy, session = self._lines.kept, self._policy, self._session
        if kept and (policy.longest_line or policy.longest_line_before_login):
            longest, _ = longest_of(policy, session.state, kept, response=bool(session.attempt))
            # A line that is read in its own way is counted with its LF, which may yet come.
            may_end = policy.reading is not None and policy.line_end == "lf"
            if 0 < longest <= len(kept) - may_end:
                self._answer(kept)

    def _lose(self, lines: list[bytes], at: int) -> None:
        """What came behind the line in one write is lost, to the end of what is read at once."""
        behind = self._lines.behind(lines, at, self._policy.gulp)
        self._lines, self._unread = cutter_for(self._policy), False
        self._answer_each(self._lines.cut(behind))

    def _left_behind(self, lines: list[bytes]) -> None:
        """What came behind STLS in one write: lost, as it should be, but by policy."""
        how = self._policy.behind_stls
        if self.wants_tls and how != "lost" and (behind := self._lines.join(lines)):
            if how == "answered":
                self._held = behind
            else:
                self.wants_tls = False
                self._close()

    def _answer_held(self) -> None:
        """Answer lines that were held, until again too much is owed."""
        held, at = self._held, 0
        if self._policy.reading is not None:
            self._held = b""
            self._answer_each(self._lines.cut(held))
            return
        while self._owed <= BACKLOG and (stop := held.find(b"\n", at)) >= 0:
            self._answer(held[at:stop])
            if self.hangs_up or self.wants_tls or self._unread:
                self._held, self._unread = b"", False
                return
            at = stop + 1
        self._held = held[at:]
        if b"\n" not in self._held:
            rest, self._held = self._held, b""
            self._answer_each(self._lines.cut(rest))

    def receive_eof(self) -> None:
        """The line was lost or closed: no UPDATE, nothing is removed (RFC 1939 section 6)."""
        kept = self._lines.kept
        self._lines, self._held = cutter_for(self._policy), b""
        if kept and self._policy.unended == "obeyed" and not self.hangs_up:
            self._answer(kept + b"\r")  # the CR that is taken off is of no line end
        self._close()

    def receive_timeout(self) -> None:
        """`idle_limit` or `grace` is over: hang up, and no UPDATE (RFC 1939 section 3)."""
        if not self.hangs_up:
            self._say_unasked("autologout")
            self._close()

    def tls_started(self) -> None:
        """TLS stands. What was said before it is forgotten (see authorization.stls)."""
        self.wants_tls, self.calm = False, not self.hangs_up
        self._lines = cutter_for(self._policy)  # `_held` is empty, but by policy
        self._become(self._session._replace(secure=True))

    def tls_failed(self) -> bool:
        """TLS did not come about behind STLS. Whether the session goes on, in the clear."""
        how = self._policy.failed_tls
        if not self.wants_tls or how == "closes":
            return False
        if how == "alert-and-goes-on":
            self._out.append(CLOSE_NOTIFY)
        self.wants_tls, self.calm, self._held = False, not self.hangs_up, b""
        self._lines = cutter_for(self._policy)
        self._say_unasked("tls-failed")
        return True

    # Octets out, and what the carrier should know

    def data_to_send(self) -> list[bytes | memoryview]:
        """The octets for the client since the last call, in order, in pieces of at most `PIECE`.

        To be called until it gives nothing: with more than `BACKLOG` octets owed, lines are held
        and answered by the next call.
        """
        if self._held and not (self._out or self.wants_tls):
            self._answer_held()
        out, self._out, self._owed = self._out, [], 0
        if not self._has_long:
            return out
        self._has_long = False
        return [part for piece in out for part in pieces(piece)]

    @property
    def idle_limit(self) -> float:
        """Seconds without a line after which `receive_timeout` is due; 0: never."""
        return idle_limit(self._office, self._session)

    @property
    def grace(self) -> float:
        """Seconds from the greeting after which `receive_timeout` is due; 0: never, or logged in."""
        if self._session.state is not State.AUTHORIZATION:
            return 0
        return self._office.personality.policy.login_within

    def delay(self) -> float:
        """Seconds to let pass before what `data_to_send` gives is carried; 0 when asked again."""
        delay, self._delay = self._delay, 0.0
        self.calm = not (self.hangs_up or self.wants_tls)
        return delay

    # Taking back

    def state(self) -> ServerState:
        """All that this server remembers. The store's own state is the store's to keep."""
        seen = self._witness.seen() if self._witness is not None else None
        kept = self._lines.kept
        return ServerState(self._session, seen, kept, self._held, self.hangs_up, self.wants_tls)

    def restore(self, state: ServerState) -> None:
        """Be as at `state()`. Octets that were not yet taken are dropped."""
        self._lines = cutter_for(self._policy, state.unfinished)
        self._held = state.held
        if self._witness is not None and state.view is not None:
            self._witness = self._witness.as_seen(state.view)
        self.hangs_up, self.wants_tls = state.hangs_up, state.wants_tls
        self.calm = not (self.hangs_up or self.wants_tls)
        self._out, self._owed, self._delay = [], 0, 0.0
        self._become(state.session)

    # One line

    def _answer(self, raw: bytes, *, behind: bool = False) -> None:
        """Answer one line. `behind`: it came in one write with a line before it."""
        found = self._recall.cut.get(raw)
        if found is not None:
            self._out.append(found)
            self._owed += len(found)
            if self._witness is not None:
                self._witness.again(self._recall.exchanges[raw])
            return
        before, policy = self._session, self._policy
        line, command, answer = answer_line(self._office, before, raw)
        status = Status.ERR if answer.failed else Status.CONTINUE if answer.asks else Status.OK
        silent, lossy = answer.silent, "behind-error" in policy.lost
        if lossy and behind and answer.failed in STRAY and before.state is State.TRANSACTION:
            answer, silent = Answer(before, failed=answer.failed, loses=True), True
        start, owed, first = len(self._out), self._owed, b""
        cut = answer.failed is Reason.LINE_TOO_LONG
        if silent and answer.hang_up and not cut and "before-silence" in policy.lost:
            self._drop()
        if not silent:
            first = self._send(status, answer.text, answer.body, policy, answer.over)
        told, exchange = (line, command, first, answer.body, before.state, answer.failed), None
        if self._witness is not None and first:
            exchange = self._witness.answered(*told)
        for each in answer.also:
            self._say(each, state_after(before.state, command, status, answer.failed))
        self._settle(command, status, answer)
        if (
            answer.session is before and not self.hangs_up and answer.failed not in PASSING
            and len(raw) < policy.line_limit and (exchange or self._witness is None)
            and policy.lasts(command.keyword) and not (answer.also or (lossy and answer.failed))
        ):  # fmt: skip
            self._recall.keep(raw, self._out[start:], self._owed - owed, exchange)

    def _settle(self, command: Command, status: Status, answer: Answer) -> None:
        """The one place where the state changes, by the table."""
        session, failed = answer.session, answer.failed
        after = state_after(self._session.state, command, status, failed)
        if session is not self._session or after is not session.state:
            self._become(session.at(after))
        self._delay += answer.delay
        self._unread = answer.loses
        self.wants_tls = answer.starts_tls
        if answer.hang_up:
            self._close()
        self.calm = not (self.hangs_up or self.wants_tls or self._delay)

    def _become(self, session: Session) -> None:
        if session is not self._session:
            self._recall.forget()
            if session.language != self._session.language:
                self._office = self._office.speaking(session.language)
        self._session = session

    def _close(self) -> None:
        self.hangs_up, self.calm = True, False
        session = self._session
        if session.maildrop is not None and session.state is State.TRANSACTION:
            hung_up(self._office, session)
        self._become(session.at(State.CLOSED))
