"""The simulated network: names, addresses and ports, and each host's own copy of its mail.

Nothing here touches a real network. A host's sample mail is shared and immutable; what a learner
deletes is gone from this Network's copy only, until it is reset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count

from simulator.mailroom import Accounts, AccountsState, Mailbox
from simulator.pop3 import Office, Pop3Server

from .host import Host

__all__ = ["Network", "NetworkState", "NoSuchHost", "Refused", "counting_stamps"]

#: Makes the part of an APOP timestamp before the "@": different each time (RFC 1939 section 7).
Stamps = Callable[[], str]


class NoSuchHost(Exception):
    """The name is not in the directory."""


class Refused(Exception):
    """The host is there, and nothing listens on that port."""


@dataclass(frozen=True, slots=True)
class NetworkState:
    """What has become of each host's mail."""

    accounts: Mapping[str, AccountsState]


def counting_stamps() -> Stamps:
    """Stamps that are the same in each run: a process number and a clock that count upwards."""
    numbers = count()

    def stamp() -> str:
        number = next(numbers)
        return f"{1896 + number}.{697170952 + 60 * number}"

    return stamp


class Network:
    """The hosts one can dial, by name (any case, a final dot allowed) or by address.

    `mailbox` gives the sample maildrop of a name; a host's are read when it is first asked for.
    `instead` are maildrops, by host name, that stand there in place of the sample of the same
    owner. `opened` is told of each host's accounts when they are first made.
    """

    def __init__(
        self,
        hosts: Iterable[Host],
        mailbox: Callable[[str], Mailbox],
        *,
        instead: Mapping[str, Mailbox] | None = None,
        stamps: Stamps | None = None,
        opened: Callable[[Host, Accounts], None] | None = None,
    ) -> None:
        self.hosts = tuple(hosts)
        self._mailbox = mailbox
        self._instead = instead or {}
        self._stamps = stamps or counting_stamps()
        self._opened = opened
        self._accounts: dict[str, Accounts] = {}
        self._first: dict[str, AccountsState] = {}

    def find(self, name: str) -> Host:
        """The host of that name or address. Raises NoSuchHost."""
        wanted = name.lower().removesuffix(".")
        for host in self.hosts:
            if wanted in (host.name, host.canonical, host.address):
                return host
        raise NoSuchHost(name)

    def connect(self, name: str, port: int, *, watch: bool = False) -> tuple[Host, Pop3Server]:
        """A new session with the server on that port. Raises NoSuchHost, Refused."""
        host = self.find(name)
        if port not in host.ports:
            raise Refused(host.address)
        stamp = host.timestamp
        if not stamp and host.personality.offered("APOP"):
            stamp = f"<{self._stamps()}@{host.canonical}>"
        office = Office(host.personality, self.accounts(host), host.canonical, stamp)
        return host, Pop3Server(office, watch=watch)

    def accounts(self, host: Host) -> Accounts:
        """The host's own copy of its mail. Raises pages.PageError where a sample is wrong."""
        if host.name not in self._accounts:
            boxes = {box.owner: box for box in map(self._mailbox, host.mailboxes)}
            own = self._instead.get(host.name)
            if own is not None:
                boxes[own.owner] = own
            self._accounts[host.name] = Accounts(boxes.values())
            if self._opened is not None:
                self._opened(host, self._accounts[host.name])
            self._first[host.name] = self._accounts[host.name].state()
        return self._accounts[host.name]

    def reset(self) -> None:
        """All mail back to the samples."""
        for accounts in self._accounts.values():
            accounts.reset()

    def state(self) -> NetworkState:
        """What has become of the mail. Cheap: the values inside are immutable."""
        return NetworkState({name: each.state() for name, each in self._accounts.items()})

    def restore(self, state: NetworkState) -> None:
        """The mail as at `state()`; of a host first asked for since then, as in the sample."""
        for name, accounts in self._accounts.items():
            if name in state.accounts:
                accounts.restore(state.accounts[name])
            else:
                accounts.restore(self._first[name])
