"""One learner's end of the simulated network: dial, say a line, let time pass, hang up, look around.

All of it is in this process and answers at once, so it can be taken back a line (`state`,
`restore`), and a lesson can be played on it without a screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.mailroom import Snapshot
from simulator.pop3 import ClientState, End, Exchange, Pop3Client, State

from .actors import BadHappening, happen, read_happening, seconds, why_not
from .faults import FaultError, NamedFault, fault_named
from .host import Host
from .line import Carried, Line, LineState, Secrecy
from .network import Network, NetworkState
from .programs import Dialing, Order, as_dialled, read_call

if TYPE_CHECKING:
    from simulator.link import TlsFailed, TlsLink

__all__ = ["Stage", "StageState"]


@dataclass(frozen=True, slots=True)
class StageState:
    """Everything a stage remembers: the call, if there is one, and all mail."""

    network: NetworkState
    host: Host | None
    port: int
    line: LineState | None
    client: ClientState | None
    end: End | None
    carried: Carried
    heard: float
    dialing: Dialing | None


class Stage:
    """The learner's end. At most one call at a time, as at one telnet prompt."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.host: Host | None = None
        self.port = 0
        self.client: Pop3Client | None = None
        self.end: End | None = None
        #: The octets sent and received by the last `dial` or `say`, and the same as TLS carried them.
        self.carried = Carried()
        self.delay = 0.0  #: seconds that the last reply was late
        self.struck: tuple[NamedFault, ...] = ()  #: the faults that were in it
        #: Why the last call got no TLS, or lost it in the middle.
        self.trouble: TlsFailed | None = None
        self.dialing: Dialing | None = None  #: the program that has called; None before the first
        #: All octets that the program had sent and received when TLS stood, or had failed.
        self.handshake: tuple[bytes, bytes] = (b"", b"")
        self._line: Line | None = None
        self._heard = 0.0  # when a line was last said

    @property
    def connected(self) -> bool:
        """Whether a call is up."""
        return self._line is not None

    @property
    def tls(self) -> TlsLink | None:
        """The learner's end of TLS, where it stands: certificate, cipher, version."""
        return self._line.tls if self._line is not None else None

    def call(self, command: str) -> list[Exchange]:
        """Run a command line that calls, as typed at `$`: `openssl s_client -connect HOST:995`.

        Raises as `start`; ValueError with what the program says to the command line.
        """
        import shlex

        dialing = read_call(shlex.split(command, comments=True))
        if isinstance(dialing, str):
            raise ValueError(dialing)  # noqa: TRY004 - it is what the program says
        return self.start(dialing)

    def start(self, dialing: Dialing) -> list[Exchange]:
        """Start a program that calls; the greeting, and the STLS of a program that says it itself.

        It stands between the learner and the line from then on: lines end as it ends them, and what
        it takes for an order is not sent. Raises as `dial`. Where TLS could not be had behind STLS,
        the line is down, and `trouble` says why.
        """
        came = self.dial(dialing.host, dialing.port, secure=dialing.secure, version=dialing.version)
        self.dialing = dialing
        return came + self._begin_tls(came) if dialing.starttls else came

    def _begin_tls(self, came: list[Exchange]) -> list[Exchange]:
        """STLS as `openssl s_client -starttls pop3` has it: the answer is not looked at."""
        from simulator.link import TlsFailed

        if not came:
            self.hang_up()
            text = "the server waits for a handshake, and the program for a greeting"
            self.end, self.trouble = None, TlsFailed(text, "no-greeting")
            raise self.trouble
        line, heard = self._up(), self.carried.received
        came = self._after(line.say("STLS", b"\r\n"))
        if line.tls is None and not line.closed:
            line.begin_tls()
            self._after([])
        sent, received, *_ = line.carried
        self.handshake = (sent + line.handshake[0], heard + received + line.handshake[1])
        return came

    def dial(
        self, name: str, port: int = 110, *, secure: bool | None = None, version: str = ""
    ) -> list[Exchange]:
        """Call a host; its greeting. `secure`: begin with TLS, as `openssl s_client` does.

        None does what the port wants. Nothing comes where the port wants TLS and `secure` is False:
        both sides wait then. Raises NoSuchHost, Refused, RuntimeError (a call is up), TlsFailed.
        """
        if self.connected:
            raise RuntimeError("a call is up; hang up first")
        self.host, server = self.network.connect(name, port)
        waits = port in self.host.tls_ports
        secure = waits if secure is None else secure
        secrecy = Secrecy(self.host.name, self.network.authority, waits, secure, version)
        line = Line(server, secrecy)
        self._line, self.port, self.end, self.trouble = line, port, None, None
        self.dialing = as_dialled(name, port, secure=secure)
        self._heard = self.network.now
        self.client = line.client
        try:
            return self._after(line.open())
        finally:
            self.handshake = line.handshake
            if line.trouble is not None:
                self.trouble, self._line = line.trouble, None

    def say(self, line: str, *, line_end: bytes = b"") -> list[Exchange]:
        """Send one line; the Exchanges it completed. Raises ConnectionError where no call is up.

        It ends as the program in front ends lines, where `line_end` says nothing else. What that
        program takes for an order goes to nobody, and the call may be over behind it. Where the
        server has hung up by then, for want of a line, that is what comes.
        """
        up, front = self._up(), self.dialing
        order = front.order(line) if front is not None else None
        if order is not None:
            if order is not Order.REKEY:  # a new key changes nothing that one could see
                self.hang_up()
            return []
        if self._overdue():
            return self._after(up.time_out())
        self._heard = self.network.now
        end = line_end or (front.line_end if front is not None else b"\r\n")
        return self._after(up.say(line, end))

    def wait(self, seconds: float) -> list[Exchange]:
        """Let time pass; what the server says unasked, if it hangs up for that."""
        self.delay, self.struck = 0.0, ()
        self.network.wait(seconds)
        if self._line is None or not self._overdue():
            return []
        return self._after(self._line.time_out())

    def hang_up(self) -> End:
        """Close the line without QUIT. Raises ConnectionError where no call is up."""
        up = self._up()
        up.hang_up()
        return self._ended(up)

    def happen(self, text: str) -> None:
        """Let somebody else do something to the host's mail: `hold nina by her phone` (see actors).

        Raises actors.BadHappening, also where it cannot come about now; ConnectionError before the
        first call.
        """
        host = self._host()
        user = self.client.view.named if self.client is not None else ""
        happening = read_happening(text, user=user)
        if not happen(self.network, host, happening, self.network.now):
            raise BadHappening(why_not(self.network, host, happening))

    def _host(self) -> Host:
        if self.host is None:
            raise ConnectionError("no host was called yet; dial first")
        return self.host

    def direct(self, text: str) -> list[Exchange]:
        """What a stage direction asks for: `wait 10m`, `fault NAME`, or what somebody else does.

        Raises ValueError: what to write; ConnectionError where no call is up for it.
        """
        word, _, rest = text.partition(" ")
        if word == "wait":
            return self.wait(seconds(rest))
        if word == "fault":
            self.arm(rest)
        else:
            self.happen(text)
        return []

    def arm(self, text: str) -> None:
        """Break the next reply on which it can be. Raises faults.FaultError, ConnectionError."""
        fault = fault_named(text)
        if fault.handshake and self.tls is not None:
            raise FaultError("TLS stands on this line already; arm it before STLS is said")
        self._up().arm(fault)

    @property
    def armed(self) -> tuple[NamedFault, ...]:
        """The faults that wait for a reply on which they can be, the next first."""
        armed = self._line.armed if self._line is not None else ()
        return tuple(each for each in armed if isinstance(each, NamedFault))

    # Looking around

    def snapshot(self, user: str | None = None) -> Snapshot | None:
        """The maildrop on disk beside the session's view of it.

        Of the user who is logged in; else of `user`, on the host of the last call. None where
        neither is known.
        """
        if self.host is None:
            return None
        accounts = self.network.accounts(self.host)
        session = self._line.server.session if self._line is not None else None
        if session is not None and session.state is State.TRANSACTION:
            # The store's messages are the very objects the session holds.
            return accounts.snapshot(session.user, session.messages, session.marks)  # type: ignore[arg-type]
        name = user or (self.end.user if self.end else "")
        return accounts.snapshot(name) if accounts.knows(name) else None

    def reset(self) -> None:
        """All mail back to the samples. An open call goes on with what it has opened."""
        self.network.reset()

    def state(self) -> StageState:
        """Everything, for `restore`. Cheap: what is inside is immutable or made of such."""
        line, client = self._line, self.client
        return StageState(
            self.network.state(), self.host, self.port,
            line.state() if line is not None else None,
            client.snapshot() if client is not None else None, self.end, self.carried,
            self._heard, self.dialing,
        )  # fmt: skip

    def restore(self, state: StageState) -> None:
        """As at `state()`: a call that has ended since is up again."""
        self.network.restore(state.network)
        self.host, self.port, self.end = state.host, state.port, state.end
        self.carried, self.delay, self.trouble = state.carried, 0.0, None
        self.struck = ()
        self._heard, self.dialing = state.heard, state.dialing
        self._line = None if state.line is None else Line.again(state.line)
        if self._line is not None:
            self.client = self._line.client
        else:
            self.client = None if state.client is None else Pop3Client()
            if self.client is not None and state.client is not None:
                self.client.restore(state.client)

    # Within

    def _up(self) -> Line:
        if self._line is None:
            raise ConnectionError("no call is up; dial first")
        return self._line

    @property
    def patience(self) -> float:
        """Seconds without a line after which the server hangs up; 0: never, or no call is up."""
        return self._line.server.idle_limit if self._line is not None else 0.0

    def _overdue(self) -> bool:
        limit = self._up().server.idle_limit
        return bool(limit) and self.network.now - self._heard >= limit

    def _after(self, exchanges: list[Exchange]) -> list[Exchange]:
        """Note what the line has carried, and let the others act on it."""
        line = self._up()
        self.carried, self.delay = line.carried, line.delay
        self.struck = tuple(each for each in line.struck if isinstance(each, NamedFault))
        self.network.wait(line.delay)
        assert self.host is not None
        for exchange in exchanges:
            self.network.seen(self.host, exchange)
        if line.closed:
            self.trouble = line.trouble or (line.tls.failure if line.tls is not None else None)
            self._ended(line)
        return exchanges

    def _ended(self, line: Line) -> End:
        assert line.client.end is not None
        self.end, self._line = line.client.end, None
        return line.client.end
