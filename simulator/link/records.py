"""TLS records: clear octets in, octets for the wire out, and back, by ssl's memory BIOs.

One end of TLS without a socket, whichever end it is; what an ssl error means is said here too.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from contextlib import suppress

__all__ = ["TlsFailed", "TlsRecords", "in_words"]

#: Clear octets in one TLS record (RFC 8446 section 5.1).
RECORD = 16384
#: Octets handed to ssl in one go, so that a big reply is not held once more as a whole.
_GULP = 65536
#: What openssl calls octets that are no TLS record at all.
_NO_TLS = frozenset(
    {"wrong-version-number", "packet-length-too-long", "record-layer-failure", "unknown-protocol",
     "http-request"}
)  # fmt: skip


class TlsFailed(ConnectionError):
    """TLS could not be had, or broke. `reason` names it as openssl does: wrong-version-number."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text)
        self.reason = reason


def in_words(error: ssl.SSLError) -> TlsFailed:
    """What openssl says, without its brackets and file names."""
    if isinstance(error, ssl.SSLCertVerificationError):
        text = f"certificate verify failed: {error.verify_message}"
        return TlsFailed(text, "certificate-verify-failed")
    if isinstance(error, ssl.SSLEOFError):
        return TlsFailed("the line ended without a close_notify: octets may be missing", "cut-off")
    words = (error.reason or str(error)).replace("_", " ").lower()
    reason = words.replace(" ", "-")
    if reason in _NO_TLS:
        words += ": what the other side sent is no TLS"
    return TlsFailed(words, reason)


class TlsRecords:
    """One end of TLS over two memory BIOs. Without `server_name` it is the server's end."""

    def __init__(self, context: ssl.SSLContext, server_name: str | None = None) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(
            self._in,
            self._out,
            server_side=server_name is None,
            server_hostname=server_name or None,
        )
        self.stands = False  #: whether the handshake is done
        self.ended = False  #: whether the other side has said close_notify

    def shake(self) -> bool:
        """Whether the handshake is done with what has come. Raises ssl.SSLError."""
        try:
            self.object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        self.stands = True
        return True

    def feed(self, data: bytes) -> Iterator[None]:
        """Take octets from the wire, a gulp at a time; what each allows is to be done between."""
        view = memoryview(data)
        for start in range(0, len(view), _GULP):
            self._in.write(view[start : start + _GULP])
            yield

    def feed_eof(self) -> None:
        """Nothing more will come from the wire."""
        self._in.write_eof()

    def opened(self) -> Iterator[bytes]:
        """The clear octets of all whole records that have come. Raises ssl.SSLError."""
        while not self.ended:
            try:
                clear = self.object.read(RECORD)
            except ssl.SSLWantReadError:
                return
            except ssl.SSLZeroReturnError:
                clear = b""
            if clear:
                yield clear
            else:
                self.ended = True

    def sealed(self, pieces: Iterable[bytes | memoryview]) -> Iterator[bytes]:
        """Clear octets as records for the wire. Raises ssl.SSLError."""
        for record in _records(pieces):
            self.object.write(record)
            yield self._out.read()

    def to_send(self) -> bytes:
        """What ssl itself has for the wire: handshake, tickets, alerts."""
        return self._out.read()

    def farewell(self) -> bytes:
        """The close_notify, if there is TLS to close. Nothing can be sealed behind it."""
        with suppress(ssl.SSLError):  # it would wait for the other side's close_notify
            self.object.unwrap()
        return self._out.read()


def _records(pieces: Iterable[bytes | memoryview]) -> Iterator[bytearray]:
    """The octets of `pieces` in portions of one record. Short replies share one."""
    kept = bytearray()
    for piece in pieces:
        start = 0
        while start < len(piece):
            part = memoryview(piece)[start : start + RECORD - len(kept)]
            kept += part
            start += len(part)
            if len(kept) == RECORD:
                yield kept
                kept = bytearray()
    if kept:
        yield kept
