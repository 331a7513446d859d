"""The shapes at a line: what carries, and what is carried to.

An endpoint receives octets and is asked for octets. A link carries octets and knows no POP3. With
these shapes the in-memory line, a socket, TLS and a line with faults can stand in for one another,
and can be put one around the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

__all__ = ["Endpoint", "Link", "Securable"]


class Endpoint(Protocol):
    """What stands at the far end of a link and never does I/O itself."""

    def receive_data(self, data: bytes) -> None:
        """Take octets, in any cutting."""

    def receive_eof(self) -> None:
        """The other side is gone."""

    def data_to_send(self) -> Sequence[bytes | memoryview]:
        """The octets to carry back since the last call, in order."""

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
