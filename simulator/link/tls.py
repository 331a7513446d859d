"""TLS at the server's end of a line, by ssl's memory BIOs: a real handshake without a socket.

Why BIOs: an endpoint never does I/O and a link may be anything, so TLS is one more layer that octets
pass through. `TlsEndpoint` goes around an endpoint, `TlsLink` (tls_link) around a link; what lies
between them, cuts octets or looks at them sees what a network would carry.
"""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Iterator, Sequence

from .endpoint import Securable
from .records import TlsFailed, TlsRecords, in_words

__all__ = ["TlsEndpoint"]


#: Octets of a record's head (RFC 8446 section 5.1): so many a server reads before it sees that they
#: are none. What follows them is read in the clear, where the line goes on so.
HEAD = 5
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
        self._heard = 0  # octets from the wire since TLS began
        self._alert = b""  # what TLS said last, where the line goes on without it
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
            if self._tls.stands or not self._inner.tls_failed():
                self._go()
                return
            self._alert, self._tls = self._tls.to_send(), None
            if self._heard < HEAD:
                self._inner.receive_data(data[HEAD - self._heard :])
            self._heard = 0
        else:
            self._heard += len(data)

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
        if self._alert:
            out, self._alert = [self._alert, *out], b""
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
