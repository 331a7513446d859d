"""One learner's end of the simulated network: dial, say a line, hang up, look at the mail.

All of it is in this process and answers at once, so it can be taken back a line (`state`,
`restore`), and a lesson can be played on it without a screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.link import MemoryLink
from simulator.mailroom import Snapshot
from simulator.pop3 import (
    ClientState,
    End,
    Exchange,
    Pop3Client,
    Pop3Server,
    ServerState,
    State,
)

from .host import Host
from .network import Network, NetworkState

__all__ = ["Stage", "StageState"]


@dataclass(frozen=True, slots=True)
class StageState:
    """Everything a stage remembers: the call, if there is one, and all mail."""

    network: NetworkState
    host: Host | None
    server: Pop3Server | None
    server_state: ServerState | None
    client_state: ClientState | None
    end: End | None
    last_wire: tuple[bytes, bytes]


class Stage:
    """The learner's end. At most one call at a time, as at one telnet prompt."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.host: Host | None = None
        self.port = 0
        self.client: Pop3Client | None = None
        self.end: End | None = None
        #: The octets sent and received by the last `dial` or `say`.
        self.last_wire: tuple[bytes, bytes] = (b"", b"")
        self._server: Pop3Server | None = None
        self._link: MemoryLink | None = None

    @property
    def connected(self) -> bool:
        """Whether a call is up."""
        return self._link is not None

    def dial(self, name: str, port: int = 110) -> Exchange:
        """Call a host; its greeting. Raises NoSuchHost, Refused, RuntimeError (a call is up)."""
        if self.connected:
            raise RuntimeError("a call is up; hang up first")
        self.host, self._server = self.network.connect(name, port)
        self.port = port
        self.client, self._link, self.end = Pop3Client(), MemoryLink(self._server), None
        return self._carry(b"")[0]

    def say(self, line: str, *, line_end: bytes = b"\r\n") -> list[Exchange]:
        """Send one line; the Exchanges it completed. Raises ConnectionError where no call is up."""
        if self.client is None or self._link is None:
            raise ConnectionError("no call is up; dial first")
        return self._carry(self.client.send(line, end=line_end))

    def hang_up(self) -> End:
        """Close the line without QUIT. Raises ConnectionError where no call is up."""
        if self.client is None or self._link is None:
            raise ConnectionError("no call is up; dial first")
        self._link.close()
        self.client.hang_up()
        return self._ended(self.client)

    def snapshot(self, user: str | None = None) -> Snapshot | None:
        """The maildrop on disk beside the session's view of it.

        Of the user who is logged in; else of `user`, on the host of the last call. None where
        neither is known.
        """
        if self.host is None:
            return None
        accounts = self.network.accounts(self.host)
        session = self._server.session if self._server is not None and self.connected else None
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
        server, client = self._server, self.client
        return StageState(
            self.network.state(), self.host, server if self.connected else None,
            server.state() if server is not None and self.connected else None,
            client.snapshot() if client is not None else None, self.end, self.last_wire,
        )  # fmt: skip

    def restore(self, state: StageState) -> None:
        """As at `state()`: a call that has ended since is up again."""
        self.network.restore(state.network)
        self.host, self.end, self.last_wire = state.host, state.end, state.last_wire
        self._server, self._link = state.server, None
        if state.client_state is not None:
            self.client = Pop3Client()
            self.client.restore(state.client_state)
        if state.server is not None and state.server_state is not None:
            state.server.restore(state.server_state)
            self._link = MemoryLink(state.server)

    def _carry(self, octets: bytes) -> list[Exchange]:
        assert self.client is not None
        assert self._link is not None
        self._link.send(octets)
        answered = self._link.receive()
        self.last_wire = (octets, answered)
        self.client.receive_data(answered)
        if self._link.closed:
            self.client.receive_eof()
            self._ended(self.client)
        return self.client.exchanges()

    def _ended(self, client: Pop3Client) -> End:
        assert client.end is not None
        self.end, self._link = client.end, None
        return client.end
