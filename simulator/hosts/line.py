"""One line between a learner and a server: both chairs, and all that may stand between them.

From the server outwards: faults that edit replies, TLS once it is wanted, faults that edit what TLS
carries, the wire, and TLS again at the learner's end. Each layer is put in when it is needed, so
that a call in the clear loads nothing of TLS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from simulator.link import FaultyEndpoint, FaultyState, MemoryLink
from simulator.pop3 import ClientState, Exchange, Pop3Client, Pop3Server, ServerState

if TYPE_CHECKING:
    from simulator.link import Authority, Fault, TlsFailed, TlsLink

    from .faults import NamedFault

__all__ = ["Carried", "Line", "LineState", "Secrecy"]


@dataclass(frozen=True, slots=True)
class Secrecy:
    """TLS as both ends of a call have it: at once, or when STLS is said."""

    name: str  #: the host's name, for the certificate
    authority: Callable[[], Authority]
    server: bool = False  #: the port speaks TLS from the first octet (RFC 8314 section 3)
    client: bool = False  #: the learner's program begins with a handshake
    version: str = ""  #: the one version of TLS that the program speaks, as "TLSv1.2"; "": any


class Carried(NamedTuple):
    """What one exchange carried: as it meant, and as TLS sealed it where it did."""

    sent: bytes = b""
    received: bytes = b""
    sealed: tuple[bytes, bytes] | None = None  #: the same, (sent, received), as it was on the wire
    secret: bool = False  #: the line was the answer to a challenge of AUTH


@dataclass(frozen=True, slots=True)
class LineState:
    """All that a line remembers. TLS itself cannot be kept: a new handshake stands in for it."""

    server: Pop3Server
    server_state: ServerState
    client_state: ClientState
    secrecy: Secrecy
    clear_faults: FaultyState
    sealed_faults: FaultyState
    stands: bool  #: TLS stands


class Line:
    """A call that is up. `carry` moves octets; the Exchanges come from the client's chair."""

    def __init__(self, server: Pop3Server, secrecy: Secrecy) -> None:
        self._server = server
        self._secrecy = secrecy
        self.client = Pop3Client(secure=secrecy.client)
        self.tls: TlsLink | None = None  #: the learner's end of TLS, once it stands
        self.trouble: TlsFailed | None = None  #: why TLS did not come about; the line is down then
        self.carried = Carried()  #: the octets of the last exchange
        self.handshake: tuple[bytes, bytes] = (b"", b"")  #: octets of TLS, until it stood or failed
        self.delay = 0.0  #: seconds that the last reply was late
        self.struck: tuple[Fault, ...] = ()  #: the faults that were in it
        self._clear = FaultyEndpoint(server)
        self._outside = FaultyEndpoint(self._clear)
        self._wire = MemoryLink(self._outside)

    @property
    def server(self) -> Pop3Server:
        """The other chair."""
        return self._server

    @property
    def closed(self) -> bool:
        """Whether either side has closed the line."""
        return self._wire.closed or self.trouble is not None

    def open(self) -> list[Exchange]:
        """What the server says first; nothing where one side waits for TLS and the other does not.

        Raises TlsFailed: this program wanted TLS, and there was none to be had.
        """
        if self._secrecy.server:
            self._wrap(at_once=True)
        if self._secrecy.client:
            self._shake()
            if self.trouble is not None:
                raise self.trouble
        return self.carry(b"")

    def say(self, line: str, end: bytes) -> list[Exchange]:
        """Send one line; the Exchanges that became whole."""
        answered = self.client.answers
        return self.carry(self.client.send(line, end=end), answered=answered)

    def carry(self, octets: bytes, *, answered: bool = False) -> list[Exchange]:
        """Carry octets to the server and take what comes back; the Exchanges that became whole."""
        self._wire.carried()
        if self.tls is not None:
            self.tls.send(octets)
            pieces = [self.tls.receive()]
        else:
            self._wire.send(octets)
            pieces = self._wire.receive_pieces()
        sealed = self._wire.carried()
        self.carried = Carried(
            octets, b"".join(pieces), sealed if self.tls is not None else None, answered
        )
        self.delay = self._server.delay() + self._clear.delay + self._outside.delay
        self.struck = (*self._clear.struck, *self._outside.struck)
        for piece in pieces:
            self.client.receive_data(piece)
        if self.client.wants_tls and not self.closed:
            self._wrap(at_once=False)
            self._shake()
            self.carried = self.carried._replace(sealed=self.handshake)
        if self.closed:
            self.client.receive_eof()
        return self.client.exchanges()

    def begin_tls(self) -> None:
        """The program begins TLS, whether the server has said +OK to STLS or not; it may fail."""
        self._shake()
        if self.trouble is not None:
            self.client.hang_up()

    def time_out(self) -> list[Exchange]:
        """Nobody has spoken for too long: the server hangs up (RFC 1939 section 3)."""
        self._server.receive_timeout()
        return self.carry(b"")

    def hang_up(self) -> None:
        """Close the line from the learner's side, without QUIT."""
        (self.tls or self._wire).close()
        self.client.hang_up()

    @property
    def armed(self) -> tuple[Fault, ...]:
        """The faults that have not struck yet."""
        return (*self._clear.armed, *self._outside.armed)

    def arm(self, fault: NamedFault) -> None:
        """Let this fault be in the next reply on which it can be."""
        outside = fault.handshake or (fault.of_line and self.tls is not None)
        (self._outside if outside else self._clear).arm(fault)

    # Taking back

    def state(self) -> LineState:
        """All that this line remembers."""
        return LineState(
            self._server, self._server.state(), self.client.snapshot(), self._secrecy,
            self._clear.state(), self._outside.state(), self.tls is not None,
        )  # fmt: skip

    @classmethod
    def again(cls, state: LineState) -> Line:
        """A line as at `state()`, with the same server; under TLS after a handshake of its own."""
        line = cls(state.server, state.secrecy)
        state.server.restore(state.server_state)
        if state.stands or (state.secrecy.server and not state.secrecy.client):
            line._wrap(at_once=True)
        if state.stands:
            line._shake()
            state.server.restore(state.server_state)
        line.client = Pop3Client()
        line.client.restore(state.client_state)
        line._clear.restore(state.clear_faults)
        line._outside.restore(state.sealed_faults)
        return line

    # TLS

    def _wrap(self, *, at_once: bool) -> None:
        """Put TLS around the server."""
        from simulator.link import TlsEndpoint

        context = self._secrecy.authority().server_context([self._secrecy.name])
        faults = self._outside.state()
        self._outside = FaultyEndpoint(TlsEndpoint(self._clear, context, at_once=at_once))
        self._outside.restore(faults)
        self._wire = MemoryLink(self._outside)

    def _shake(self) -> None:
        """Hold the handshake from this end, over whatever the other end speaks."""
        from simulator.link import TlsFailed, TlsLink

        if not self._secrecy.server:
            self._wire.receive()  # the clear is over: with this the server's end goes over to TLS
        context = self._secrecy.authority().client_context()
        if self._secrecy.version:
            import ssl

            only = ssl.TLSVersion[self._secrecy.version.replace(".", "_")]
            context.minimum_version = context.maximum_version = only
        tls = TlsLink(self._wire, context, self._secrecy.name)
        self._wire.carried()
        try:
            tls.handshake()
        except TlsFailed as failure:
            self.trouble = failure
            self._wire.close()
            return
        finally:
            sent, received = self._wire.carried()
            # Of what is no TLS a program reads no more than the head that a record would have.
            self.handshake = (sent, received[:5] if tls.failure else received)
        self.client.tls_started()
        self.tls = tls
