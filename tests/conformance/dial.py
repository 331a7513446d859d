"""A server to be checked, and for each check a dial: how to call it, and whose mail is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from .call import Call, DoesNotApply, Failed, Line
from .mail import Account

__all__ = ["Dial", "Server"]

#: How often a login is tried again while the server has yet to notice that the last line was cut.
TRIES = 40


@dataclass(frozen=True)
class Dial:
    """What a check gets: the way to the server, and an account of its own."""

    kind: str
    connect: Callable[[], Line]
    account: Account
    spare: Account  #: another account, which no check changes
    offers: Mapping[str, list[str]]  #: the capabilities with their arguments
    raw: Callable[[], Line]  #: the line as the port has it, before any handshake

    def call(self) -> Call:
        """A call in AUTHORIZATION, behind STLS on that kind of line. The greeting has been read."""
        call = Call(self.connect())
        if self.kind == "stls":
            call.ok("STLS")
            call.start_tls()
        return call

    def clear(self) -> Call:
        """A call in AUTHORIZATION and in the clear."""
        if self.kind == "tls":
            raise DoesNotApply("TLS stands from the first octet")
        return Call(self.connect())

    def log_in(self, account: Account | None = None) -> Call:
        """A call in TRANSACTION."""
        who = account or self.account
        call = self.call()
        try:
            return call.log_in(who.name, who.password)
        except BaseException:
            call.line.close()
            raise

    def again(self) -> Call:
        """The same after a line that was cut: the lock may take a moment to open."""
        for _ in range(TRIES - 1):
            try:
                return self.log_in()
            except Failed:
                continue
        return self.log_in()


class Server:
    """A server on one kind of line. `accounts` are all that it has, by name."""

    def __init__(
        self,
        kind: str,
        connect: Callable[[], Line],
        accounts: Mapping[str, Account],
        raw: Callable[[], Line] | None = None,
    ) -> None:
        """`raw` opens a line as the port has it, where `connect` has done a handshake on it."""
        self.kind = kind
        self.connect = connect
        self.accounts = accounts
        self._raw = raw or connect

    def dial(self, name: str) -> Dial:
        """The dial for the check that has that account. Raises DoesNotApply without one."""
        account = self.accounts.get(name)
        spare = self.accounts.get(f"{self.kind[:4]}-spare")
        if account is None or spare is None:
            raise DoesNotApply(f"no account {name}")
        return Dial(self.kind, self.connect, account, spare, self.offers, self._raw)

    @cached_property
    def offers(self) -> Mapping[str, list[str]]:
        """What CAPA announces in either state; "APOP" where the greeting has a timestamp.

        A server without CAPA offers what its users find out; here that is nothing.
        """
        spare = self.accounts[f"{self.kind[:4]}-spare"]
        dial = Dial(self.kind, self.connect, spare, spare, {}, self._raw)
        found: dict[str, list[str]] = {}
        clear = Call(self.connect())
        with clear:
            if b"<" in clear.greeting.line:
                found["APOP"] = []
            found.update(_announced(clear))
        with dial.call() as call:
            found.update(_announced(call))
            call.log_in(spare.name, spare.password)
            found.update(_announced(call))
            call.quit()
        return found


def _announced(call: Call) -> dict[str, list[str]]:
    reply = call.ask("CAPA")
    rows = [row.decode("ascii", "replace").split() for row in reply.rows] if reply.ok else []
    found = {row[0].upper(): row[1:] for row in rows if row}
    if reply.ok:
        found["CAPA"] = []
    return found
