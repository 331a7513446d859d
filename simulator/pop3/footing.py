"""How a server stands with its client: open or hung up, in the clear or in TLS, in which session.

Why apart from the server: how TLS begins, fails, and what stands behind STLS in the clear concern the
line and no command. Time and TLS itself are the carrier's.
"""

from __future__ import annotations

from .cutting import cutter_for
from .recall import Recall
from .replies import CLOSE_NOTIFY
from .session import Office, Session, idle_limit
from .states import State
from .update import hung_up
from .voice import Voice
from .witness import Witness

__all__ = ["Footing"]


class Footing(Voice):
    """The line and the session on it, with what has been read of it and not answered yet."""

    __slots__ = (
        "_delay", "_held", "_lines", "_passing", "_policy", "_queues", "_recall", "_unread",
        "calm", "hangs_up", "wants_tls",
    )  # fmt: skip

    def __init__(self, office: Office, session: Session, witness: Witness | None) -> None:
        super().__init__(office, session, witness)
        self._policy = office.personality.policy
        self._passing = office.personality.passing
        self._queues = "behind-slow" in self._policy.lost
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

    # TLS

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
        self.wants_tls, self.calm = False, not self.hangs_up
        if self._policy.behind_stls != "answered":
            self._held = b""
        self._lines = cutter_for(self._policy)
        self._say_unasked("tls-failed")
        return True

    def _left_behind(self, lines: list[bytes]) -> None:
        """What came behind STLS in one write: lost, as it should be, but by policy."""
        how = self._policy.behind_stls
        if self.wants_tls and how != "lost" and (behind := self._lines.join(lines)):
            if how == "answered":
                self._held = behind
            else:
                self.wants_tls = False
                self._close()

    # Time

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

    # The session

    def _become(self, session: Session) -> None:
        if session is not self._session:
            self._recall.forget()
            if session.language != self._session.language:
                self._office = self._office.speaking(session.language)
        self._session = session
        self._lines.answers = session.attempt is not None

    def _close(self) -> None:
        self.hangs_up, self.calm = True, False
        session = self._session
        if session.maildrop is not None and session.state is State.TRANSACTION:
            hung_up(self._office, session)
        self._become(session.at(State.CLOSED))
