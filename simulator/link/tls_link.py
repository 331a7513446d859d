"""TLS at the client's end of a line: a link through TLS over another link."""

from __future__ import annotations

import ssl
import sys
from collections.abc import Iterator
from contextlib import suppress

from .endpoint import Link
from .records import TlsFailed, TlsRecords, in_words
from .verdict import verdict

__all__ = ["TlsLink"]


class TlsLink:
    """A link through TLS over another link, at the client's end. `handshake` comes first.

    `server_name` goes into the ClientHello, and is what the certificate must name where `context`
    checks it. Raises TlsFailed for a name that no certificate can bear.
    """

    def __init__(self, link: Link, context: ssl.SSLContext, server_name: str) -> None:
        self._link = link
        self._context = context
        self._server_name = server_name
        try:
            if context.check_hostname and not server_name:
                raise ValueError("without a name nothing can be checked")  # noqa: TRY301 - as ssl does
            self._tls = TlsRecords(context, server_name)
        except ValueError as error:
            raise TlsFailed(f"no TLS with {server_name!r}: {error}", "bad-name") from error
        self._over = False  # nothing can be sent or received any more
        self._left = False  # this side has closed the line
        self._verdict: str | None = None
        #: Why the line ended, where it did not end with a close_notify.
        self.failure: TlsFailed | None = None

    def handshake(self) -> None:
        """Begin TLS over the line. Raises TlsFailed; the line is closed then."""
        if self.failure is not None:
            raise self.failure
        try:
            while not self._tls.stands and not self._tls.shake():
                self._turn()
        except ssl.SSLError as error:
            self._fail(in_words(error))
        except TlsFailed as failure:
            self._fail(failure)
        else:
            self._flush()
        if self.failure is not None:
            self._link.close()
            raise self.failure

    def _turn(self) -> None:
        """Send what the handshake has and take what is answered. Raises TlsFailed for nothing."""
        sent = self._flush()
        came = self._link.receive()
        for _ in self._tls.feed(came):
            pass
        if self._link.closed and not came:
            text = "the other side closed the line in the middle of the handshake"
            raise TlsFailed(text, "closed-in-handshake")
        if not (sent or came):
            text = "the other side does not answer the handshake: it may not know TLS here"
            raise TlsFailed(text, "no-answer")

    def send(self, data: bytes) -> None:
        """Carry octets to the far end. Raises ConnectionError where the line is closed."""
        self._must_stand()
        if self._over:
            raise self.failure or ConnectionResetError("the line is closed")
        try:
            for record in self._tls.sealed((data,)):
                self._link.send(record)
        except ssl.SSLError as error:
            failure = in_words(error)
            self._fail(failure)
            raise failure from error

    def receive(self) -> bytes:
        """The octets that have come back; b"" where none have.

        Octets that were damaged or cut off on the way end the line; `failure` says why then.
        """
        self._must_stand()
        clear: list[bytes] = []
        if not self._over:
            try:
                clear.extend(self._opened())
            except ssl.SSLError as error:
                self._fail(in_words(error))
        return b"".join(clear)

    def _opened(self) -> Iterator[bytes]:
        yield from self._tls.opened()  # what came with the end of the handshake
        while came := self._link.receive():
            for _ in self._tls.feed(came):
                yield from self._tls.opened()
            if not self._link.closed:  # on an open line the rest comes in its own time
                break
        self._flush()
        if self._link.closed and not self._tls.ended:
            self._tls.feed_eof()
            yield from self._tls.opened()
        self._over = self._tls.ended

    def close(self) -> None:
        """Say close_notify and close the line. Safe to call twice."""
        self._over = True
        if self._tls.stands and self.failure is None and not self._left:
            with suppress(ConnectionError):
                self._link.send(self._tls.farewell())
        self._left = True
        self._link.close()

    @property
    def closed(self) -> bool:
        """Whether the line is closed, by either side."""
        return self._over or self._link.closed

    def _must_stand(self) -> None:
        if not self._tls.stands:
            raise TlsFailed("no TLS on this line yet: call handshake() first", "no-handshake")

    def _flush(self) -> bool:
        """Carry what ssl itself has to say, and whether that was anything."""
        octets = self._tls.to_send()
        with suppress(ConnectionError):
            if octets:
                self._link.send(octets)
        return bool(octets)

    def _fail(self, failure: TlsFailed) -> None:
        self.failure = failure
        self._over = True
        self._flush()  # the alert

    # What a report says

    @property
    def version(self) -> str:
        """As openssl writes it: TLSv1.3."""
        return self._tls.object.version() or ""

    @property
    def cipher(self) -> tuple[str, int]:
        """The cipher's name and the bits of its key."""
        name, _, bits = self._tls.object.cipher() or ("", "", 0)
        return name, bits

    @property
    def resumed(self) -> bool:
        """Whether an earlier session was taken up."""
        return bool(self._tls.object.session_reused)

    @property
    def certificate(self) -> bytes:
        """The other side's certificate (DER)."""
        return (self._tls.stands and self._tls.object.getpeercert(binary_form=True)) or b""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates the other side sent, its own first (DER). Before Python 3.13 only that."""
        if sys.version_info >= (3, 13) and self._tls.stands:
            return tuple(self._tls.object.get_unverified_chain())
        return (self.certificate,) if self.certificate else ()

    @property
    def verified(self) -> bool:
        """Whether the certificate is good for the name, by the authorities the context knows."""
        return self._tls.stands and not self.verify_error

    @property
    def verify_error(self) -> str:
        """What is wrong with the certificate, in openssl's words, though nobody insisted on it."""
        if self._verdict is None and self._tls.stands:
            checked = self._context.verify_mode is not ssl.CERT_NONE
            self._verdict = "" if checked else verdict(self.chain, self._context, self._server_name)
        return self._verdict or ""
