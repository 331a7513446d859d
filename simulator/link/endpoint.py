"""The shapes at a line: what carries, and what is carried to.

An endpoint receives octets and is asked for octets. A link carries octets and knows no POP3. With
these shapes the in-memory line, a socket, TLS and a line with faults can stand in for one another,
and can be put one around the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

__all__ = ["Endpoint", "Link", "Securable", "Timed"]


class Endpoint(Protocol):
    """What stands at the far end of a link and never does I/O itself."""

    def receive_data(self, data: bytes) -> None:
        """Take octets, in any cutting."""

    def receive_eof(self) -> None:
        """The other side is gone."""

    def data_to_send(self) -> Sequence[bytes | memoryview]:
        """The octets to carry back since the last call, in order; to be asked until there are none.

        An endpoint may give some and keep the rest of the work for the next call, so that a peer
        that asks and does not read costs it little.
        """

    @property
    def hangs_up(self) -> bool:
        """Whether the link should close once the octets are carried."""


class Securable(Endpoint, Protocol):
    """An endpoint that may go over to TLS in the middle of a session."""

    @property
    def wants_tls(self) -> bool:
        """Whether the link should start TLS once what is to be sent has been carried.

        While this is true the endpoint drops whatever it is given: it came in the clear, behind
        the command that ended the clear.
        """

    def tls_started(self) -> None:
        """TLS stands from here on; what was said in the clear is not trusted."""

    def tls_failed(self) -> bool:
        """TLS did not come about. Whether the line goes on in the clear; most would close it."""


class Timed(Securable, Protocol):
    """An endpoint that has patience with its peer, and sometimes wants it to have some."""

    @property
    def calm(self) -> bool:
        """Whether the carrier has nothing to do but to carry: no end, no TLS, no delay."""

    @property
    def idle_limit(self) -> float:
        """Seconds without octets from the peer after which `receive_timeout` is due; 0: never."""

    @property
    def grace(self) -> float:
        """Seconds from the beginning of the line after which it is due, too; 0: never any more."""

    def receive_timeout(self) -> None:
        """One of the two is over."""

    def delay(self) -> float:
        """Seconds to let pass before what `data_to_send` gives is carried; 0 when asked again."""


class Link(Protocol):
    """What a caller holds of a line."""

    def send(self, data: bytes) -> None:
        """Carry octets to the far end. Raises ConnectionError where the line is closed."""

    def receive(self) -> bytes:
        """The octets that have come back; b"" where none have."""

    def close(self) -> None:
        """Close the line from this side. Safe to call twice."""

    @property
    def closed(self) -> bool:
        """Whether the line is closed, by either side."""
