"""A line over TCP: a socket with the shape of a link, whose waiting can be ended from elsewhere.

It blocks, so that TLS goes around it as around any link; who wants to do something else meanwhile
lets another thread wait. Only `wake` may be called while another thread is at work on the line.
"""

from __future__ import annotations

import ipaddress
import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import NamedTuple, TypeAlias

from .memory import Tape

__all__ = ["Address", "TcpLink", "dial_tcp", "resolve"]

#: Octets taken from the socket at a time.
GULP = 262144
#: Seconds in which a line that is sent must have gone out, and those for a name and for an address.
SENDING, RESOLVING, CALLING = 30.0, 30.0, 20.0


class Address(NamedTuple):
    """One address of a host, as it is dialled."""

    family: int
    socket_address: tuple[str, int] | tuple[str, int, int, int]
    canonical: str = ""  #: the host's own name for itself, where the directory tells it

    @property
    def text(self) -> str:
        """The address as one writes it: 192.0.2.110, 2001:db8::110."""
        return str(self.socket_address[0])

    @property
    def loopback(self) -> bool:
        """Whether it is this very machine, so that nobody looks on between."""
        try:
            address = ipaddress.ip_address(self.text.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return bool((mapped or address).is_loopback)


class TcpLink:
    """A link over a connected socket.

    `patience`: seconds that `receive` waits for octets. 0: it gives what is there. With -1 it waits
    until there is something, or `wake` is called.
    """

    def __init__(self, connection: socket.socket, *, patience: float = 0.0) -> None:
        connection.settimeout(SENDING)
        self._socket = connection
        self.patience = patience
        self._closed = False  # nothing can be sent or received any more
        self._awake, self._waker = socket.socketpair()
        self._awake.setblocking(False)
        self._waker.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(connection, selectors.EVENT_READ)
        self._selector.register(self._awake, selectors.EVENT_READ)
        self._shut = threading.Lock()
        self._sent, self._received = Tape(), Tape()

    def send(self, data: bytes) -> None:
        """Carry octets to the far end. Raises ConnectionError where the line is closed or stuck."""
        if self._closed:
            raise ConnectionResetError("the line is closed")
        self._sent.add(data)
        try:
            self._socket.sendall(data)
        except OSError as error:  # a timeout too: half a line has gone, and no more will
            self._closed = True
            raise ConnectionResetError(f"the line does not take what is sent: {error}") from error

    def receive(self) -> bytes:
        """Octets that have come; b"" where none have within `patience`, or the line is closed."""
        if self._closed or not self.wait(self.patience):
            return b""
        try:
            octets = self._socket.recv(GULP)
        except OSError:  # reset, or gone on the way: for who reads that is the end, too
            octets = b""
        self._closed = not octets
        self._received.add(octets)
        return octets

    def wait(self, seconds: float = -1.0) -> bool:
        """Whether octets, or the end, have come within so many seconds; -1: however long it takes.

        False at once where `wake` was called, now or since the last wait. 0 only looks, and leaves
        the call to who waits.
        """
        if self._closed:
            return True
        ready = self._selector.select(None if seconds < 0 else seconds)
        found = {key.fileobj for key, _ in ready}
        woken = self._awake in found and seconds != 0
        if woken:
            with suppress(BlockingIOError):
                while self._awake.recv(64):
                    pass
        return self._socket in found and not woken

    def wake(self) -> None:
        """End the wait that is on, or the next one. Safe from any thread and from a signal handler."""
        with suppress(OSError):  # full: it is awake already; closed: nobody waits
            self._waker.send(b".")

    def carried(self) -> tuple[bytes, bytes]:
        """The octets (sent, received) since the last call, as they were on the wire.

        Of more than memory.KEPT octets one way, the last are kept.
        """
        return self._sent.take(), self._received.take()

    def close(self) -> None:
        """Hang up. Safe to call twice."""
        self._closed = True
        with self._shut:
            if self._socket.fileno() < 0:
                return
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._selector.close()
            for each in (self._socket, self._awake, self._waker):
                each.close()

    @property
    def closed(self) -> bool:
        """Whether the line is closed, by either side."""
        return self._closed


# Calling

_Found: TypeAlias = "list[Address] | OSError | UnicodeError"


def resolve(host: str, port: int, *, seconds: float = RESOLVING) -> list[Address]:
    """The addresses of a host, in the order in which one tries them.

    Raises socket.gaierror, TimeoutError, UnicodeError (it is no host name). Another thread asks, so
    that Ctrl-C is heard meanwhile; where nobody answers it is left behind.
    """
    answers: SimpleQueue[_Found] = SimpleQueue()
    threading.Thread(target=_ask, args=(host, port, answers), daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no name server answered within {seconds:g} seconds") from None
    if not isinstance(found, list):
        raise found
    return found


def _ask(host: str, port: int, answers: SimpleQueue[_Found]) -> None:
    kind, flags = socket.SOCK_STREAM, socket.AI_CANONNAME
    try:
        rows = socket.getaddrinfo(host, port, type=kind, flags=flags)
    except (OSError, UnicodeError) as error:
        answers.put(error)
        return
    canonical = next((row[3] for row in rows if row[3]), "")
    answers.put([Address(row[0], row[4], canonical) for row in rows])  # type: ignore[arg-type]


def dial_tcp(
    addresses: list[Address], trying: Callable[[Address], object], *, seconds: float = CALLING
) -> tuple[TcpLink, Address]:
    """A line to the first address that takes the call; `trying` is told of each before.

    Raises OSError: why the last one did not, within `seconds` each.
    """
    trouble: OSError = OSError("the host has no address")
    for address, caller in _sockets(addresses):
        trying(address)
        caller.settimeout(seconds)
        try:
            caller.connect(address.socket_address)
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            caller.close()
            trouble = error
        except BaseException:  # Ctrl-C
            caller.close()
            raise
        else:
            return TcpLink(caller), address
    raise trouble


def _sockets(addresses: list[Address]) -> Iterator[tuple[Address, socket.socket]]:
    for address in addresses:
        try:
            yield address, socket.socket(address.family, socket.SOCK_STREAM)
        except OSError:  # a family that this machine does not speak
            continue
