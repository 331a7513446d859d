"""The simulated network: names, addresses and ports, a clock, and each host's own copy of its mail.

Nothing here touches a real network. A host's sample mail is shared and immutable; what a learner
deletes is gone from this Network's copy only, until it is reset.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.mailroom import Accounts, AccountsState, Keeping, Mailbox
from simulator.pop3 import Exchange, Pop3Server
from simulator.pop3.penalty import Strikes
from simulator.pop3.stamps import Origin

from .actors import happen
from .host import Host
from .offices import CALLER, Penalties, open_office
from .script import Script

if TYPE_CHECKING:
    from simulator.link import Authority

__all__ = ["Network", "NetworkState", "NoSuchHost", "Refused", "counting_stamps"]

#: Makes the part of an APOP timestamp before the "@": different each time (RFC 1939 section 7).
Stamps = Callable[[], str]


class NoSuchHost(Exception):
    """The name is not in the directory."""


class Refused(Exception):
    """The host is there, and nothing listens on that port."""


@dataclass(frozen=True, slots=True)
class NetworkState:
    """What has become of each host's mail, and what time it is."""

    accounts: Mapping[str, AccountsState]
    now: float = 0.0
    scripts: Mapping[str, tuple[Script, float]] = field(default_factory=dict)
    penalties: Mapping[str, Strikes] = field(default_factory=dict)


def counting_stamps() -> Stamps:
    """Stamps that are the same in each run: a process number and a clock that count upwards."""
    numbers = count()

    def stamp() -> str:
        number = next(numbers)
        return f"{1896 + number}.{697170952 + 60 * number}"

    return stamp


@cache
def _passing_authority() -> Authority:
    """An authority for who keeps none: in a folder that goes with the process."""
    import atexit
    from tempfile import TemporaryDirectory

    from simulator.link import Authority

    folder = TemporaryDirectory(prefix="port110-")
    atexit.register(folder.cleanup)
    return Authority(Path(folder.name))


class Network:
    """The hosts one can dial, by name (any case, a final dot allowed) or by address.

    `mailbox` gives the sample maildrop of a name; a host's are read when it is first asked for.
    `instead` are maildrops, by host name, that stand there in place of the sample of the same
    owner. `opened` is told of each host's accounts when they are first made. `authority` gives the
    practice certificates, when TLS is first wanted.

    `now` is the network's own clock, in seconds. It stands still but for `wait`: a learner who reads
    for an hour is not hung up on.
    """

    def __init__(  # noqa: PLR0913 -- what a network needs from outside, each handed in
        self,
        hosts: Iterable[Host],
        mailbox: Callable[[str], Mailbox],
        *,
        instead: Mapping[str, Mailbox] | None = None,
        stamps: Stamps | None = None,
        opened: Callable[[Host, Accounts], None] | None = None,
        authority: Callable[[], Authority] | None = None,
    ) -> None:
        self.hosts = tuple(hosts)
        self._mailbox = mailbox
        self._instead = instead or {}
        self._stamps = stamps or counting_stamps()
        self._opened = opened
        self.authority = authority or _passing_authority
        self.now = 0.0
        #: By host what is still to happen there, and when it was first called.
        self._scripts: Mapping[str, tuple[Script, float]] = {}
        self._accounts: dict[str, Accounts] = {}
        self._first: dict[str, AccountsState] = {}
        self._penalties = Penalties()  # by host: there is one who calls
        self._calls: Counter[str] = Counter()

    def find(self, name: str) -> Host:
        """The host of that name or address. Raises NoSuchHost."""
        wanted = name.lower().removesuffix(".")
        for host in self.hosts:
            if wanted in (host.name, host.canonical, host.address):
                return host
        raise NoSuchHost(name)

    def connect(
        self, name: str, port: int, *, watch: bool = False, secure: bool = False
    ) -> tuple[Host, Pop3Server]:
        """A new session with the server on that port. Raises NoSuchHost, Refused.

        `secure`: TLS stands before the greeting; a `tls_ports` port is so whatever is asked for.
        """
        host = self.find(name)
        if port not in (*host.ports, *host.tls_ports):
            raise Refused(host.address)
        stamp = self._stamps()
        self._calls[host.name] += 1
        office = open_office(
            host.personality, self.accounts(host), host.canonical, lambda: self.now, stamp,
            lambda: Origin.of(stamp, self._calls[host.name]), host.timestamp, CALLER,
            self._penalties.of(host.name),
        )  # fmt: skip
        secure = secure or port in host.tls_ports
        return host, Pop3Server(office, watch=watch, secure=secure)

    def wait(self, seconds: float) -> None:
        """Let time pass, and happen what was to happen meanwhile."""
        self.now += max(0.0, seconds)
        for name, (_, began) in self._scripts.items():
            self._cue(self.find(name), self.now - began)

    def seen(self, host: Host, exchange: Exchange) -> None:
        """A call to that host has come so far; the host's script goes on with it."""
        if host.script.cues and host.name not in self._scripts:
            self._scripts = {**self._scripts, host.name: (host.script, self.now)}
        if host.name in self._scripts:
            self._cue(host, exchange)

    def _cue(self, host: Host, moment: Exchange | float) -> None:
        script, began = self._scripts[host.name]
        script, due = script.due(moment)
        self._scripts = {**self._scripts, host.name: (script, began)}
        for happening in due:
            happen(self, host, happening, self.now)

    def accounts(self, host: Host) -> Accounts:
        """The host's own copy of its mail. Raises pages.PageError where a sample is wrong."""
        if host.name not in self._accounts:
            boxes = {box.owner: box for box in map(self._mailbox, host.mailboxes)}
            own = self._instead.get(host.name)
            if own is not None:
                boxes[own.owner] = own
            self._accounts[host.name] = Accounts(boxes.values(), Keeping(host.personality.policy))
            if self._opened is not None:
                self._opened(host, self._accounts[host.name])
            self._first[host.name] = self._accounts[host.name].state()
        return self._accounts[host.name]

    def maildrops(self, host: Host, state: NetworkState, first: str = "") -> tuple[Mailbox, ...]:
        """The host's mail as at `state()`, as samples to be copied; that of `first` stands first."""
        accounts = self.accounts(host)
        drops = state.accounts.get(host.name) or self._first[host.name]
        names = sorted(drops, key=lambda name: name != first)
        return tuple(
            Mailbox(name, name, "", accounts.password(name) or "", accounts.secret(name) or "", "",
                    drops[name].messages, accounts.token(name))
            for name in names
        )  # fmt: skip

    def reset(self) -> None:
        """All mail back to the samples, and what was to happen is to happen again."""
        self._scripts = {}
        for accounts in self._accounts.values():
            accounts.reset()

    def state(self) -> NetworkState:
        """What has become of the mail. Cheap: the values inside are immutable."""
        mail = {name: each.state() for name, each in self._accounts.items()}
        return NetworkState(mail, self.now, self._scripts, self._penalties.state())

    def restore(self, state: NetworkState) -> None:
        """The mail as at `state()`; of a host first asked for since then, as in the sample."""
        self.now, self._scripts = state.now, state.scripts
        self._penalties.restore(state.penalties)
        for name, accounts in self._accounts.items():
            if name in state.accounts:
                accounts.restore(state.accounts[name])
            else:
                accounts.restore(self._first[name])
