"""What the console asks of the learner's end of a line, wherever the line leads.

Behind it stands the simulated network (`Stage`) or a real server (`Outside`). What only a simulation
can do, as take a line back or let time pass, is not in this shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from simulator.link import TlsFailed, TlsLink
    from simulator.mailroom import Snapshot
    from simulator.pop3 import End, Pop3Client

    from .faults import NamedFault
    from .line import Carried
    from .programs import Dialing

__all__ = ["Called", "NearEnd"]


class Called(Protocol):
    """A host that was called: as one named it, and as it names itself."""

    @property
    def name(self) -> str: ...  # noqa: D102 -- the class says it
    @property
    def canonical(self) -> str: ...  # noqa: D102


class NearEnd(Protocol):
    """The learner's end of a line, and what is known of the call there."""

    @property
    def connected(self) -> bool:
        """Whether a call is up."""

    @property
    def host(self) -> Called | None:
        """Whom the last call reached; None before the first."""

    @property
    def port(self) -> int:
        """The port that was called."""

    @property
    def dialing(self) -> Dialing | None:
        """The program that has called."""

    @property
    def client(self) -> Pop3Client | None:
        """The client's chair of the last call."""

    @property
    def end(self) -> End | None:
        """How the last call ended, once it has."""

    @property
    def carried(self) -> Carried:
        """The octets of the last exchange."""

    @property
    def tls(self) -> TlsLink | None:
        """TLS as it is at this end, where it stands."""

    @property
    def trouble(self) -> TlsFailed | None:
        """Why the last call got no TLS, or lost it in the middle."""

    @property
    def handshake(self) -> tuple[bytes, bytes]:
        """All octets sent and received when TLS stood, or had failed."""

    @property
    def delay(self) -> float:
        """Seconds of simulated time that the last reply was late."""

    @property
    def struck(self) -> tuple[NamedFault, ...]:
        """The faults that one asked for and that were in it."""

    def hang_up(self) -> End:
        """Close the line without QUIT. Raises ConnectionError where no call is up."""

    def snapshot(self, user: str | None = None) -> Snapshot | None:
        """The maildrop on disk beside the session's view of it; None where nobody can see it."""
