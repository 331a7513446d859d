"""Who looks on at a server that reads and answers in its own way: a client's chair at the server's end.

What such a server makes of a line no client can know. So who looks on hears the octets of both sides,
as they come and go, and makes of them what a client makes (client.py).
"""

from __future__ import annotations

from .client import ClientState, Pop3Client
from .commands import Command
from .exchange import Exchange, Reason, decode
from .framing import Line
from .replies import TERMINATOR
from .states import State
from .view import View
from .witness import Witness

__all__ = ["Eavesdropper"]


class Eavesdropper(Witness):
    """The Exchanges of one session, in order, until they are taken."""

    __slots__ = ("_client",)

    def __init__(self, seen: ClientState | None = None) -> None:
        super().__init__()
        self._client = Pop3Client()
        if seen is not None:
            self._client.restore(seen)

    def heard(self, octets: bytes) -> None:
        """What the client said."""
        self._client.send(decode(octets), end=b"")

    def tls_started(self) -> None:
        """TLS stands."""
        self._client.tls_started()

    def seen(self) -> View | ClientState:
        """What was seen so far, for `as_seen`."""
        return self._client.snapshot()

    def as_seen(self, view: View | ClientState) -> Witness:
        """One that has seen so much."""
        assert isinstance(view, ClientState)
        return Eavesdropper(view)

    def greeted(self, line: bytes, *, secure: bool) -> None:
        """The greeting was said."""
        self._client = Pop3Client(secure=secure)
        self._client.receive_data(line)

    def unasked(self, line: bytes, state: State) -> None:  # noqa: ARG002 -- as Witness has it
        """Something was said that nobody had asked for."""
        self._client.receive_data(line)

    def answered(  # noqa: PLR0913, PLR0917 -- as Witness has it
        self,
        line: Line,  # noqa: ARG002 -- it is what the server makes of the octets, and so are these
        command: Command,  # noqa: ARG002
        status: bytes,
        body: bytes | memoryview | None,
        before: State,  # noqa: ARG002
        reason: Reason | None,  # noqa: ARG002
    ) -> Exchange | None:
        """A line was answered. What comes of it depends on more than the line: None."""
        self._client.receive_data(status)
        if body is not None:
            self._client.receive_data(bytes(body))
            self._client.receive_data(TERMINATOR)
        return None

    def taken(self) -> list[Exchange]:
        """The Exchanges since the last call."""
        return self._client.exchanges()
