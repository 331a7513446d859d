"""What a server has said and its carrier has not taken yet.

Why a base and not a part: each line that is answered passes here, and a part would be asked for first.
"""

from __future__ import annotations

from .exchange import Exchange
from .policy_lines import LinePolicy
from .replies import PIECE, TERMINATOR, challenge_line, said, status_line, written_over
from .session import Office, Session, fill
from .states import OVER, State, Status
from .witness import Witness

__all__ = ["Voice"]


class Voice:
    """Replies in their order, and who looks on."""

    __slots__ = ("_has_long", "_office", "_out", "_owed", "_session", "_witness")

    def __init__(self, office: Office, session: Session, witness: Witness | None) -> None:
        self._office = office  # speaks the language of the session
        self._session = session
        self._out: list[bytes | memoryview] = []
        self._owed = 0  # the octets in it
        self._has_long = False  # whether a body is waiting that leaves in pieces
        self._witness = witness

    def exchanges(self) -> list[Exchange]:
        """With `watch`: the Exchanges since the last call, the greeting's first."""
        return self._witness.taken() if self._witness is not None else []

    def _send(
        self, status: Status, text: str, body: bytes | memoryview | None, policy: LinePolicy,
        echoed: bytes = b"",
    ) -> bytes:  # fmt: skip
        """Owe a reply; its first line. `echoed`: the line that it is written over."""
        if status is Status.CONTINUE:
            line = challenge_line(text)
        else:
            whole = said("+OK" if status is Status.OK else "-ERR", text)
            line = status_line(whole, policy.reply_limit, policy.said_back)
        if echoed:
            line = written_over(echoed, policy.line_limit, line)
        self._out.append(line)
        self._owed += len(line)
        if body is not None:
            self._out += (body, TERMINATOR) if body else (TERMINATOR,)
            self._owed += len(body) + len(TERMINATOR)
            self._has_long = self._has_long or len(body) > PIECE
        return line

    def _drop(self) -> None:
        """What was not taken yet is not said."""
        self._out, self._owed, self._has_long = [], 0, False

    def _say(self, text: str, state: State) -> None:
        """Owe a line that nobody has asked for, with its status indicator."""
        line = status_line(text)
        self._out.append(line)
        self._owed += len(line)
        if self._witness is not None and state not in OVER:
            self._witness.unasked(line, state)

    def _greet(self) -> None:
        template = self._office.personality.accepting("greeting")
        text = fill(template, self._office, self._session)
        line = self._send(Status.OK, text, None, self._office.personality.policy)
        if self._witness is not None:
            self._witness.greeted(line, secure=self._session.secure)

    def _say_unasked(self, key: str) -> bool:
        """Owe such a line; whether there is one."""
        state = self._session.state
        line = self._office.personality.unasked(key, state)
        if line is not None:
            self._say(fill(line, self._office, self._session), state)
        return line is not None

    @property
    def session(self) -> Session:
        """The session as the server sees it."""
        return self._session
