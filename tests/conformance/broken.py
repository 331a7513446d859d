"""Servers that are wrong in one point each: what the checks must find out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from simulator.mailroom import Message
from simulator.pop3 import Pop3Server, State

from .dial import Server
from .mail import Account, Mail
from .memory import MemoryLine

__all__ = [
    "Change",
    "DeletesAtOnce",
    "Doubled",
    "Eager",
    "Echo",
    "Injected",
    "Keeps",
    "Monotone",
    "QuitsAtEnd",
    "Rewrites",
    "alike",
    "monotone_server",
    "shrunk",
]

#: Makes other octets of octets; `bytes` makes the same.
Change = Callable[[bytes], bytes]


class Wrapped:
    """An engine that does what the real one does."""

    def __init__(self, engine: Pop3Server) -> None:
        self.engine = engine

    @property
    def hangs_up(self) -> bool:
        return self.engine.hangs_up

    @property
    def wants_tls(self) -> bool:
        return self.engine.wants_tls

    def receive_data(self, data: bytes) -> None:
        self.engine.receive_data(data)

    def receive_eof(self) -> None:
        self.engine.receive_eof()

    def tls_started(self) -> None:
        self.engine.tls_started()

    def tls_failed(self) -> bool:
        """The line is closed then."""
        return False

    def data_to_send(self) -> Iterable[bytes | memoryview]:
        return self.engine.data_to_send()

    def all_to_send(self) -> bytes:
        """What the real engine has to say, to be changed."""
        pieces: list[bytes | memoryview] = []
        while given := self.engine.data_to_send():
            pieces += given
        return b"".join(pieces)


class DeletesAtOnce(Wrapped):
    """Removes a message when it is marked."""

    def receive_data(self, data: bytes) -> None:
        before = self.engine.session.marks
        super().receive_data(data)
        session = self.engine.session
        if session.maildrop is not None and session.state is State.TRANSACTION:
            session.maildrop.remove(sorted(session.marks - before))


class QuitsAtEnd(Wrapped):
    """Takes the end of the line for a QUIT."""

    def receive_eof(self) -> None:
        self.engine.receive_data(b"\r\nQUIT\r\n")
        super().receive_eof()


class Eager(Wrapped):
    """Takes an unfinished line for a command when the line ends."""

    def receive_eof(self) -> None:
        self.engine.receive_data(b"\r\n")
        super().receive_eof()


class Keeps(Wrapped):
    """Does not notice that a line was lost, and keeps the lock."""

    def receive_eof(self) -> None:
        return


class Rewrites(Wrapped):
    """Hears or says something else than was said."""

    def __init__(self, engine: Pop3Server, *, heard: Change = bytes, said: Change = bytes) -> None:
        super().__init__(engine)
        self._heard = heard
        self._said = said

    def receive_data(self, data: bytes) -> None:
        super().receive_data(self._heard(data))

    def data_to_send(self) -> Iterable[bytes | memoryview]:
        said = self.all_to_send()
        return [self._said(said)] if said else []


class Injected(Wrapped):
    """Keeps what stood in the clear behind STLS, and answers it under TLS."""

    kept = b""

    def receive_data(self, data: bytes) -> None:
        clear, stls, behind = data.partition(b"STLS\r\n")
        super().receive_data(clear + stls)
        if self.engine.wants_tls:
            self.kept += behind

    def tls_started(self) -> None:
        super().tls_started()
        super().receive_data(self.kept)

    def tls_failed(self) -> bool:
        """The line is closed then."""
        return False


class Doubled(Wrapped):
    """Answers an invalid line twice."""

    def data_to_send(self) -> Iterable[bytes | memoryview]:
        said = self.all_to_send()
        wrong = b"-ERR unknown command\r\n"
        return [said.replace(wrong, wrong * 2)] if said else []


class Echo(Wrapped):
    """Repeats what it was told, as it was told, where it says no."""

    heard = b""

    def receive_data(self, data: bytes) -> None:
        self.heard = data.partition(b"\r\n")[0]
        super().receive_data(data)

    def data_to_send(self) -> Iterable[bytes | memoryview]:
        said = self.all_to_send()
        if not said.startswith(b"-ERR"):
            return [said] if said else []
        return [b"-ERR no such thing: " + self.heard + b"\r\n"]


class Monotone:
    """Greets, and says the same to every line: a line is a LF, and nothing else matters."""

    wants_tls = False

    def __init__(self, greeting: bytes, answer: bytes) -> None:
        self._answer = answer
        self._out = [greeting]
        self.hangs_up = answer == b""

    def receive_data(self, data: bytes) -> None:
        self._out += [self._answer] * data.count(b"\n")

    def receive_eof(self) -> None:
        self.hangs_up = True

    def tls_started(self) -> None:
        raise AssertionError("TLS is never wanted")

    def tls_failed(self) -> bool:
        """The line is closed then."""
        return False

    def data_to_send(self) -> Iterable[bytes | memoryview]:
        said, self._out = self._out, []
        return said


def monotone_server(
    accounts: Mapping[str, Account],
    offers: Mapping[str, list[str]],
    greeting: bytes,
    answer: bytes,
) -> Server:
    """A server of such engines, taken to offer all that `offers` has."""
    server = Server("memory", lambda: MemoryLine(Monotone(greeting, answer)), accounts)
    server.__dict__["offers"] = offers  # what it announces is of no use to anybody
    return server


def shrunk(number: int, mail: Mail) -> Message:
    """A message whose line ends are counted as one octet each."""
    octets = len(mail.content.replace(b"\r\n", b"\n"))
    return Message(f"{number}", f"{number:03}.{mail.name}", mail.content, octets)


def alike(number: int, mail: Mail) -> Message:
    """A message with the unique-id that all have."""
    return Message(f"{number}", "one-for-all", mail.content)
