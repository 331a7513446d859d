"""TLS at both ends of a line, by ssl's memory BIOs: a real handshake without a socket.

Why BIOs: an endpoint never does I/O and a link may be anything, so TLS is one more layer that octets
pass through. `TlsEndpoint` goes around an endpoint, `TlsLink` around a link, and what lies between
them, cuts octets or looks at them sees what a network would carry.
"""

from __future__ import annotations

import ssl
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress

from .endpoint import Link, Securable
from .records import TlsFailed, TlsRecords, in_words
from .verdict import verdict

__all__ = ["TlsEndpoint", "TlsFailed", "TlsLink"]


#: Clear octets that are sealed for one `data_to_send`; more would be held twice.
SEALED = 131072


class TlsEndpoint:
    """An endpoint in the clear until it wants TLS, then behind TLS. Itself an endpoint.

    `at_once`: TLS from the first octet; what `inner` says first waits for the handshake. Whatever
    comes over the line is answered by ssl with an alert at worst: nothing of it raises.
    """

    def __init__(self, inner: Securable, context: ssl.SSLContext, *, at_once: bool = False) -> None:
        self._inner = inner
        self._context = context
        self._tls = TlsRecords(context) if at_once else None
        self._gone = False  # inner was told that the other side is gone
        self._shut = False  # the last octets were given to the carrier
        self._clear: deque[bytes | memoryview] = deque()  # what waits to be sealed
        #: Why TLS could not be had, for who looks on.
        self.failure: TlsFailed | None = None

    @property
    def secured(self) -> bool:
        """Whether the handshake is done."""
        return self._tls is not None and self._tls.stands

    @property
    def ended(self) -> bool:
        """Whether the other side has said close_notify, and so has closed the line."""
        return self._tls is not None and self._tls.ended

    def receive_data(self, data: bytes) -> None:
        """Take octets from the wire, in any cutting."""
        if self._tls is None:
            self._inner.receive_data(data)
            return
        if self._gone or self._shut:
            return
        try:
            self._open(self._tls, data)
        except ssl.SSLError as error:
            self.failure = in_words(error)
            self._go()

    def _open(self, tls: TlsRecords, data: bytes) -> None:
        for _ in tls.feed(data):
            if not tls.stands:
                if not tls.shake():
                    continue
                self._inner.tls_started()
            for clear in tls.opened():
                self._inner.receive_data(clear)
            if tls.ended:
                self._go()
                return

    def receive_eof(self) -> None:
        """The other side is gone, with or without a close_notify."""
        self._go()

    def _go(self) -> None:
        if not self._gone:
            self._gone = True
            self._clear.clear()
            self._inner.receive_eof()

    def data_to_send(self) -> Sequence[bytes | memoryview]:
        """The octets for the wire since the last call. Behind the last clear ones TLS begins."""
        if self._tls is not None:
            return [piece for piece in self._sealed(self._tls) if piece]
        out = self._inner.data_to_send()
        if self._inner.wants_tls and not self.hangs_up:
            self._tls = TlsRecords(self._context)
        return out

    def _sealed(self, tls: TlsRecords) -> Iterator[bytes]:
        if self._shut:
            return
        yield tls.to_send()
        if tls.stands and self.failure is None:
            if not self._clear:
                self._clear.extend(self._inner.data_to_send())
            try:
                yield from tls.sealed(self._portion())
            except ssl.SSLError as error:
                self.failure = in_words(error)
                self._go()
        if self.hangs_up:
            self._shut = True
            yield tls.farewell()

    def _portion(self) -> Iterator[bytes | memoryview]:
        """The next of what waits to be sealed."""
        room = SEALED
        while self._clear and room:
            piece = memoryview(self._clear.popleft())
            if len(piece) > room:
                self._clear.appendleft(piece[room:])
                piece = piece[:room]
            room -= len(piece)
            yield piece

    @property
    def hangs_up(self) -> bool:
        """Whether the carrier should close the line once `data_to_send` is sent."""
        return self._gone or (self._inner.hangs_up and not self._clear)


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
