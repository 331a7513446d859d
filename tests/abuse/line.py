"""One connection to the server under attack, with all that a decent client would never do."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Self

from .accounts import PASSWORD

__all__ = ["PATIENCE", "Line", "dial"]

#: Seconds until a silent server counts as hung.
PATIENCE = 20


def dial(port: int, *, source: str = "127.0.0.1", room: int = 0) -> socket.socket:
    """A socket that is connected. `room`: octets that the system may keep for us unread."""
    line = socket.socket()
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", PATIENCE, 0))
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", PATIENCE, 0))
    if room:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    try:
        line.bind((source, 0))
        line.connect(("127.0.0.1", port))
    except OSError:
        line.close()
        raise
    return line


class Line:
    """A line that reads replies when asked to. Raises OSError where the server is silent for long."""

    def __init__(
        self,
        port: int,
        context: ssl.SSLContext | None = None,
        *,
        source: str = "127.0.0.1",
        room: int = 0,
    ) -> None:
        self.socket = dial(port, source=source, room=room)
        self._file: IO[bytes] | None = None
        if context is not None:
            self.secure(context)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    # To the server

    def send(self, data: bytes) -> None:
        """Say octets, all of them."""
        self.socket.sendall(data)

    def press(self, data: bytes) -> int:
        """Say what the system takes at once; how many octets that was."""
        done, view = 0, memoryview(data)
        self.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while done < len(data):
                done += self.socket.send(view[done:])
        self.socket.setblocking(True)
        return done

    @contextlib.contextmanager
    def saying(self, data: bytes) -> Iterator[None]:
        """Say octets while the block reads what is answered."""

        def say() -> None:
            with contextlib.suppress(OSError):
                self.socket.sendall(data)

        mouth = threading.Thread(target=say)
        mouth.start()
        try:
            yield
        finally:
            mouth.join()

    def secure(self, context: ssl.SSLContext) -> None:
        """Begin TLS."""
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self._file = None

    # From the server

    def reply(self) -> bytes:
        """The next line, with its line end; b"" at the end of the line."""
        if self._file is None:
            self._file = self.socket.makefile("rb")
        return self._file.readline()

    def replies(self, count: int) -> list[bytes]:
        """The next lines."""
        return [self.reply() for _ in range(count)]

    def body(self) -> list[bytes]:
        """Lines up to the one with the dot alone, which is left out. Raises EOFError."""
        lines = []
        while (line := self.reply()) != b".\r\n":
            if not line:
                raise EOFError("the line ended in a body")
            lines.append(line)
        return lines

    def ask(self, line: bytes) -> bytes:
        """Say a line; the line that comes back."""
        self.send(line + b"\r\n")
        return self.reply()

    def log_in(self, name: str) -> bytes:
        """Take the greeting, say USER and PASS; the reply to PASS."""
        greeting = self.reply()
        assert greeting.startswith(b"+OK"), greeting
        self.ask(b"USER " + name.encode())
        return self.ask(b"PASS " + PASSWORD.encode())

    def rest(self) -> bytes:
        """All that still comes until the server closes the line, by whatever way."""
        got = []
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while line := self.reply():
                got.append(line)
        return b"".join(got)

    # The end

    def close(self) -> None:
        """Close the line, as the system does for a program that has died."""
        if self._file is not None:
            self._file.close()
        self.socket.close()

    def half_close(self) -> None:
        """Say that nothing more will be said, and go on listening."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()
