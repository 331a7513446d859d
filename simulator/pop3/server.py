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
from .cutting import cutter_for
from .eavesdropper import Eavesdropper
from .exchange import Reason
from .footing import Footing
from .limits import longest_of
from .recall import PASSING
from .replies import pieces
from .session import Answer, Office, ServerState, Session, status_of
from .states import State
from .view import state_after
from .waiting import behind_the_end, is_slow, overtaken
from .witness import Witness

__all__ = ["BACKLOG", "Pop3Server"]

#: Octets of replies that may wait to be carried. What is asked behind them is answered when they are
#: taken: a peer that asks and does not read costs no more than this and one reply.
BACKLOG = 131072


class Pop3Server(Footing):
    """One session at the server's end. `watch`: make Exchanges, for a board that looks on.

    `secure`: TLS stands before the greeting (RFC 8314 section 3).
    """

    __slots__ = ()

    def __init__(self, office: Office, *, watch: bool = False, secure: bool = False) -> None:
        odd = office.personality.policy.reading is not None or bool(office.personality.sources)
        witness = (Eavesdropper() if odd else Witness()) if watch else None
        super().__init__(office, Session(secure=secure), witness)
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
        queued = False
        for at, raw in enumerate(lines, 1):
            before, start = self._session, len(self._out)
            self._answer(raw, queued)
            if self.hangs_up or self.wants_tls:
                if queued:
                    for each in behind_the_end(self._office, before, lines[at:]):
                        self._send(status_of(each), each.text, each.body, self._policy)
                self._left_behind(lines[at:])
                return
            queued = self._queues and (queued or is_slow(raw, self._out[start:]))
            if self._unread:
                self._lose(lines, at)
                return
            if self._owed > BACKLOG and at < len(lines):
                # As octets, for a list of short lines takes eight times the room.
                self._held = self._lines.join(lines[at:])
                self._lines = cutter_for(self._policy)
                return
        if self._lines.kept:
            self._answer_endless(self._lines.kept)

    def _answer_endless(self, kept: bytes) -> None:
        """A line that never ends is answered as it is, once it is long enough to hang up for."""
        policy, session = self._policy, self._session
        longest, _ = longest_of(policy, session.state, kept, response=bool(session.attempt))
        # A line that is read in its own way is counted with its LF, which may yet come.
        may_end = policy.reading is not None and policy.line_end == "lf"
        if policy.line_end == "crlf" and not kept.endswith(b"\r"):
            kept += b"\r"  # as if it had ended
        if 0 < longest <= len(kept) - may_end:
            self._answer(kept)

    def _lose(self, lines: list[bytes], at: int) -> None:
        """What came behind the line in one write is lost, to the end of what is read at once."""
        if self._queues:  # what has not ended has not waited, and stays
            self._unread = False
            return
        policy, again = self._policy, "behind-auth" in self._policy.lost
        behind = self._lines.behind(lines, at, policy.gulp, again=again)
        self._lines, self._unread = cutter_for(policy), False
        self._answer_each(self._lines.cut(behind))

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
        kept = self._lines.unended()
        self._lines, self._held = cutter_for(self._policy), b""
        if kept and self._policy.unended != "dropped" and not self.hangs_up:
            # The CR that is taken off is of no line end, but where it goes from whatever was read.
            ended = self._policy.unended == "obeyed-as-ended"
            self._answer(kept if ended else kept + b"\r")
        self._close()

    def receive_timeout(self) -> None:
        """`idle_limit` or `grace` is over: hang up, and no UPDATE (RFC 1939 section 3)."""
        if not self.hangs_up:
            # Where a handshake is due, a word in the clear is none.
            waits = self._session.attempt is not None
            if not (self.wants_tls or (waits and self._say_unasked("autologout-in-auth"))):
                self._say_unasked("autologout")
            self._close()

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

    def _answer(self, raw: bytes, queued: bool = False) -> None:
        """Answer one line. `queued`: it has waited for a slow one in the same write."""
        found = self._recall.cut.get(raw)
        if found is not None:
            self._out.append(found)
            self._owed += len(found)
            if self._witness is not None:
                self._witness.again(self._recall.exchanges[raw])
            return
        before, policy = self._session, self._policy
        line, command, answer = answer_line(self._office, before, raw)
        if queued:
            answer = overtaken(before, answer)
        failed, status, exchange = answer.failed, status_of(answer), None
        after = state_after(before.state, command, status, failed)
        start, owed = len(self._out), self._owed
        if not answer.silent:
            first = self._send(status, answer.text, answer.body, policy, answer.over)
            if self._witness is not None:
                told = line, command, first, answer.body, before.state, failed
                exchange = self._witness.answered(*told)
        elif (
            answer.hang_up
            and failed is not Reason.LINE_TOO_LONG
            and "before-silence" in policy.lost
        ):
            self._drop()
        for each in answer.also:
            self._say(each, after)
        self._settle(after, answer)
        if (
            answer.session is before and not self.hangs_up and failed not in PASSING
            and len(raw) < policy.line_limit and (exchange or self._witness is None)
            and command.keyword not in self._passing and not (answer.also or answer.delay)
            and not (self._queues and failed)
        ):  # fmt: skip
            self._recall.keep(raw, self._out[start:], self._owed - owed, exchange)

    def _settle(self, after: State, answer: Answer) -> None:
        """The one place where the state changes."""
        session = answer.session
        if session is not self._session or after is not session.state:
            self._become(session.at(after))
        self._delay += answer.delay
        self._unread = answer.loses
        self.wants_tls = answer.starts_tls
        if answer.hang_up:
            self._close()
        self.calm = not (self.hangs_up or self.wants_tls or self._delay)
