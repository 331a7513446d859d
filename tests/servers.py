"""Real servers on loopback that say what a test wants: a thread, a socket, and canned octets."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from simulator.hosts.network import _passing_authority as authority

__all__ = ["GREETING", "Peer", "authority", "pop3", "served"]

GREETING = b"+OK ready\r\n"
authority()  # once, before two threads ask for it at the same time
#: Seconds after which a test that hangs is a test that failed.
LIMIT = 20.0


class Peer:
    """The server's end of one line."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.heard: list[bytes] = []  #: the lines that came, without CRLF
        self._kept = b""

    def say(self, octets: bytes) -> None:
        """Send octets."""
        self.line.sendall(octets)

    def hear(self) -> bytes:
        """The next line without its CRLF; b"" at the end of the line."""
        while b"\n" not in self._kept:
            came = self.line.recv(65536)
            if not came:
                return b""
            self._kept += came
        line, _, self._kept = self._kept.partition(b"\n")
        self.heard.append(line.rstrip(b"\r"))
        return self.heard[-1]

    def secure(self, context: ssl.SSLContext | None = None) -> None:
        """Hold a TLS handshake, from the server's side."""
        context = context or authority().server_context(["localhost"])
        self.line = context.wrap_socket(self.line, server_side=True)

    def reset(self) -> None:
        """Close the line so that the other side's next octet meets nobody."""
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.line.close()


@contextmanager
def served(talk: Callable[[Peer], object]) -> Iterator[int]:
    """A server on 127.0.0.1 that holds one call as `talk` says, then hangs up; its port.

    What fails in `talk` fails the test, unless it is the other side that went away.
    """
    troubles: list[BaseException] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(LIMIT)

    def run() -> None:
        peer: Peer | None = None
        try:
            line, _ = listener.accept()
            line.settimeout(LIMIT)
            peer = Peer(line)
            talk(peer)
        except ConnectionError:
            pass
        except BaseException as trouble:  # noqa: BLE001 -- told to the test below
            troubles.append(trouble)
        finally:
            if peer is not None:
                with suppress(OSError):
                    peer.line.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # wakes who waits for a call
        thread.join(LIMIT)
        listener.close()
    assert not thread.is_alive(), "the server still waits"
    unwanted = [each for each in troubles if not isinstance(each, OSError)]
    if unwanted:
        raise unwanted[0]


def pop3(replies: dict[bytes, bytes], peer: Peer) -> None:
    """A server that answers a line by its first word, as `replies` says; else +OK. QUIT ends it."""
    peer.say(GREETING)
    while line := peer.hear():
        keyword = line.split(b" ")[0].upper()
        peer.say(replies.get(line.upper(), replies.get(keyword, b"+OK\r\n")))
        if keyword == b"QUIT":
            return
