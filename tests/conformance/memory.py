"""The line in memory: this project's engine, asked without a socket. The checks know nothing of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from simulator.hosts.loader import PAGES, load_personality
from simulator.hosts.mechanisms import EVERY
from simulator.hosts.service import guarded
from simulator.mailroom import Accounts, Mailbox, Message
from simulator.pop3 import Office, Personality, Pop3Server

from .call import NothingCame
from .dial import Server
from .mail import Account, Mail

__all__ = ["Engine", "MemoryLine", "manner", "memory_server", "message"]


class Engine(Protocol):
    """What a MemoryLine asks of an engine: Pop3Server, or one of broken.py."""

    @property
    def hangs_up(self) -> bool:
        """Whether the line closes once all is said."""

    @property
    def wants_tls(self) -> bool:
        """Whether TLS begins once all is said."""

    def receive_data(self, data: bytes) -> None:
        """Take octets."""

    def receive_eof(self) -> None:
        """The line was lost."""

    def data_to_send(self) -> Iterable[bytes | memoryview]:
        """Octets for the client; to be asked again until it gives none."""

    def tls_started(self) -> None:
        """TLS stands."""

    def tls_failed(self) -> bool:
        """The line is closed then."""
        return False


class MemoryLine:
    """A blocking line over an engine. TLS is not carried here; that it stands is said to the engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._closed = False

    def send(self, octets: bytes) -> None:
        """Give octets to the engine. They lie there until somebody reads, as on a wire."""
        if not (self._closed or self._engine.hangs_up):
            self._engine.receive_data(octets)

    def receive(self) -> bytes:
        """All that the engine has to say by now."""
        pieces = []
        while given := list(self._engine.data_to_send()):
            pieces += given
        if pieces:
            return b"".join(pieces)
        if self._engine.hangs_up or self._closed:
            return b""
        raise NothingCame("the engine has nothing to say")

    def start_tls(self) -> None:
        """As if a handshake had been held."""
        if self._engine.wants_tls:
            self._engine.tls_started()

    def break_off(self) -> None:
        """Tell the engine that the line is lost."""
        self.close()

    def close(self) -> None:
        """The same: a line that is given back is lost to the engine."""
        if not self._closed:
            self._closed = True
            self._engine.receive_eof()


def manner(page: str = "exemplary", **policy: object) -> Personality:
    """A personality as it serves on real ports, with another policy in these points."""
    read = load_personality(PAGES / "personalities" / f"{page}.yaml")
    if page == "exemplary":
        read = guarded(read, apop=True)
    return replace(read, policy=replace(read.policy, **policy)) if policy else read


def memory_server(
    accounts: Mapping[str, Account],
    personality: Personality | None = None,
    *,
    around: Callable[[Pop3Server], Engine] = lambda engine: engine,
    entry: Callable[[int, Mail], Message] | None = None,
) -> Server:
    """A server in memory with these accounts.

    Each engine of it is wrapped by `around`, and `entry` makes a message of what the checks expect:
    both are for servers that are to be found out.
    """
    kept = Accounts(_mailbox(account, entry or message) for account in accounts.values())
    speaks = personality or manner()
    numbers = itertools.count(697170952)

    def connect() -> MemoryLine:
        number = f"1896.{next(numbers)}"
        stamp = f"<{number}@dewey.example.test>" if speaks.offered("APOP") else ""
        office = Office(
            speaks, kept, "dewey.example.test", stamp, lambda: 0.0, number, mechanisms=EVERY
        )
        return MemoryLine(around(Pop3Server(office)))

    return Server("memory", connect, accounts)


def message(number: int, mail: Mail) -> Message:
    """The message as a maildrop has it."""
    return Message(f"{number}-{mail.name}", f"{number:03}.{mail.name}", mail.content)


def _mailbox(account: Account, entry: Callable[[int, Mail], Message]) -> Mailbox:
    messages = tuple(entry(number, mail) for number, mail in enumerate(account.mails, 1))
    return Mailbox(account.name, account.name, "", account.password, account.password, "", messages)
