"""The learner's end of a line to a real server: TCP, TLS, and the client's chair upon them.

It waits where it stands (`call`, `say` and `listen` block), and never in two threads at a time; only
`wake` and `interrupt` may be called from another one. What it knows comes from the wire alone: there
is no maildrop to look into, no clock to turn, and no way back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.link import Address, TcpLink, TlsFailed, TlsLink, dial_tcp, resolve
from simulator.link.memory import KEPT, Tape
from simulator.pop3 import End, Exchange, Pop3Client
from simulator.pop3.client import LONGEST_BODY

from .line import Carried
from .programs import Dialing, Program

if TYPE_CHECKING:
    import ssl

    from .faults import NamedFault

__all__ = ["Outside", "Server", "trusting"]

#: Seconds without an octet after which a handshake has failed.
HANDSHAKE = 15.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server as one calls it: the name that its certificate must bear, and its port."""

    name: str
    port: int
    canonical: str = ""  #: its own name for itself, once it was found
    loopback: bool = False  #: it is on this very machine, once it was found


def trusting(ca_file: Path | None = None, *, anybody: bool = False) -> ssl.SSLContext:
    """A context that checks certificate and name: by the system's authorities, or those of a file.

    `anybody`: it takes any certificate. Raises ValueError where the file holds no certificate.
    """
    import ssl

    try:
        context = ssl.create_default_context(cafile=ca_file)
    except (ssl.SSLError, OSError) as error:
        raise ValueError(f"{ca_file} holds no certificate in PEM form") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    if anybody:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class Outside:
    """One call to a real server. `secure`: TLS from the first octet. See hosts.NearEnd."""

    delay = 0.0
    struck: tuple[NamedFault, ...] = ()

    def __init__(
        self,
        server: Server,
        context: ssl.SSLContext,
        *,
        secure: bool = False,
        longest_body: int = LONGEST_BODY,
    ) -> None:
        self.host = server
        self.port = server.port
        self.dialing = Dialing(
            Program.TELNET, server.name, server.port, f"telnet {server.name} {server.port}"
        )
        self.longest_body = longest_body
        self.client = Pop3Client(secure=secure, longest_body=longest_body)
        self.end: End | None = None
        self.tls: TlsLink | None = None
        self.trouble: TlsFailed | None = None
        self.handshake: tuple[bytes, bytes] = (b"", b"")
        self.greeted = False
        self.received = 0  #: octets that have come since a line was last said
        self.unfinished = b""  #: of a reply in whose middle the line went down
        self._context, self._secure = context, secure
        self._link: TcpLink | None = None
        self._said = Carried()
        self._heard = Tape()
        self._shakes = False  # a handshake is on
        self._fresh = False  # the last line was answered with a handshake

    @property
    def connected(self) -> bool:
        """Whether the line is up."""
        return self._link is not None and self.end is None and self.trouble is None

    @property
    def awaits(self) -> bool:
        """Whether the server owes a greeting or a reply."""
        return self.connected and (not self.greeted or self.client.waiting > 0)

    @property
    def open_to_all(self) -> bool:
        """Whether somebody between could read the line: no TLS, and not this very machine."""
        return self.tls is None and not self.host.loopback

    # Calling

    def call(self, trying: Callable[[Address], object]) -> None:
        """Call the server; `trying` is told of each address before. With `secure`, TLS stands then.

        Raises OSError: TlsFailed, socket.gaierror, ConnectionRefusedError, TimeoutError ...;
        UnicodeError where the name can be none.
        """
        addresses = resolve(self.host.name, self.port)
        self._link, address = dial_tcp(addresses, trying)
        canonical = address.canonical or self.host.name
        self.host = Server(self.host.name, self.port, canonical, address.loopback)
        if self._secure:
            self._begin_tls()
            if self.trouble is not None:
                raise self.trouble

    def _begin_tls(self) -> None:
        """Hold the handshake. Where it fails the line is down, and `trouble` says why."""
        link = self._up()
        link.carried()
        link.patience, self._shakes = HANDSHAKE, True
        try:
            tls = TlsLink(link, self._context, self.host.name.rstrip(".").partition("%")[0])
            tls.handshake()
        except TlsFailed as failure:
            self.trouble = failure
            self.client.hang_up()
            self._put_down(link)
        else:
            self.client.tls_started()
            self.tls = tls
        finally:
            link.patience, self._shakes = 0.0, False
            self.handshake = link.carried()
            self._fresh = True

    # Talking

    def say(self, line: str) -> None:
        """Send one line. Where the line is down, or takes nothing, `listen` finds out."""
        carrier, link = self.tls or self._up(), self._up()
        answered = self.client.answers
        octets = self.client.send(line)
        link.carried()
        self._heard.take()
        self._said, self._fresh, self.received = Carried(octets, secret=answered), False, 0
        try:
            carrier.send(octets)
        except ConnectionError:  # what came before may still be there to be read
            return

    def listen(self) -> list[Exchange]:
        """Wait until Exchanges are whole, or the line is down, or `wake` is called."""
        link = self._up()
        while True:
            self._take(link)
            came = self.client.exchanges()
            self.greeted = self.greeted or bool(came)
            if came or not self.connected or not link.wait():
                return came

    def wake(self) -> None:
        """End the wait that is on, or the next one, but no handshake. Safe from any thread."""
        if self._link is not None and not self._shakes:
            self._link.wake()

    def interrupt(self) -> None:
        """The same for who will not wait at all: a handshake that is on fails, and the line with it."""
        if self._link is not None:
            if self._shakes:
                self._link.patience = 0.0
            self._link.wake()

    def _take(self, link: TcpLink) -> None:
        carrier = self.tls or link
        octets = carrier.receive()
        if octets:
            self._heard.add(octets)
            self.received += len(octets)
            self.client.receive_data(octets)
            if self.client.wants_tls:
                self._begin_tls()
        if self.client.end is not None:
            if self.client.gave_up:
                self._heard.take()
            self._put_down(link)
        elif carrier.closed:
            self.unfinished = self.client.snapshot().buffer
            self.trouble = self.tls.failure if self.tls is not None else None
            self.client.receive_eof()
            self._put_down(link)

    def hang_up(self) -> End:
        """Close the line without QUIT. Raises ConnectionError where no call is up."""
        link = self._up()
        self.client.hang_up()
        self._put_down(link)
        assert self.end is not None
        return self.end

    def _up(self) -> TcpLink:
        if self._link is None:
            raise ConnectionError("no call is up; call first")
        return self._link

    def _put_down(self, link: TcpLink) -> None:
        (self.tls or link).close()
        self.end = self.client.end

    # Looking around

    @property
    def carried(self) -> Carried:
        """The octets of the last exchange; of more than memory.KEPT one way, the last."""
        said = self._said
        received = (said.received + self._heard.take())[-KEPT:]
        sealed = said.sealed
        if self._fresh:
            sealed = self.handshake
        elif self.tls is not None:
            past, news = said.sealed or (b"", b""), self._up().carried()
            sealed = (past[0] + news[0])[-KEPT:], (past[1] + news[1])[-KEPT:]
        self._said = said._replace(received=received, sealed=sealed)
        return self._said

    def snapshot(self, user: str | None = None) -> None:
        """Nobody sees a real server's disk."""
        del user
