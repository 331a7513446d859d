"""Lines over TCP and TLS, by blocking sockets with a generous timeout."""

from __future__ import annotations

import socket
import ssl
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from .call import Failed, Line, NothingCame

__all__ = ["Address", "SocketLine"]

#: Seconds for which an answer is waited for. A server that is alive needs a thousandth of it.
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens. `ca`: the file of the authority that its certificate must come from."""

    host: str
    port: int
    ca: str = ""

    @classmethod
    def of(cls, text: str, ca: str = "") -> Self:
        """HOST:PORT as an address. Raises ValueError."""
        host, colon, port = text.rpartition(":")
        if not (colon and host and port.isdigit()):
            raise ValueError(f"{text!r} is no HOST:PORT, such as 127.0.0.1:110")
        return cls(host.strip("[]"), int(port), ca)

    def context(self) -> ssl.SSLContext:
        """How TLS is begun: with a check of the certificate where there is an authority."""
        if self.ca:
            return ssl.create_default_context(cafile=self.ca)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def dialler(self, *, tls: bool = False) -> Callable[[], Line]:
        """Opens lines to this address. `tls`: TLS from the first octet (RFC 8314)."""
        context = self.context()
        return lambda: SocketLine(self, context, tls=tls)


class SocketLine:
    """One connection."""

    def __init__(self, address: Address, context: ssl.SSLContext, *, tls: bool) -> None:
        self._address = address
        self._context = context
        self._socket: socket.socket = socket.create_connection(
            (address.host, address.port), timeout=PATIENCE
        )
        #: Whether TLS ended without a close_notify.
        self.ragged = False
        if tls:
            self.start_tls()

    def send(self, octets: bytes) -> None:
        """Carry octets to the server."""
        with suppress(ConnectionError, ssl.SSLError):
            self._socket.sendall(octets)

    def receive(self) -> bytes:
        """What has come; b"" at the end of the line."""
        try:
            return self._socket.recv(65536)
        except TimeoutError:
            raise NothingCame(f"waited {PATIENCE:.0f} seconds") from None
        except ssl.SSLError:
            self.ragged = True
            return b""
        except ConnectionError:
            return b""

    def start_tls(self) -> None:
        """Begin TLS."""
        try:
            self._socket = self._context.wrap_socket(
                self._socket, server_hostname=self._address.host, suppress_ragged_eofs=False
            )
        except (OSError, ssl.SSLError) as error:
            self.close()
            raise Failed(f"asked: a TLS handshake\ncame:  {error}") from None

    @property
    def version(self) -> str:
        """The version of TLS that stands, as "TLSv1.3", or ""."""
        return (isinstance(self._socket, ssl.SSLSocket) and self._socket.version()) or ""

    @property
    def verified(self) -> bool:
        """Whether the certificate was checked against an authority and the name."""
        return self._context.verify_mode is ssl.CERT_REQUIRED

    def break_off(self) -> None:
        """Send a FIN beneath TLS and all, and read until the server has hung up."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        with suppress(NothingCame, OSError):
            while self.receive():
                pass

    def reset(self) -> None:
        """Send a RST: the line is gone at once, with whatever is still on it."""
        layout = "hh" if sys.platform == "win32" else "ii"
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(layout, 1, 0))
        self.close()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
