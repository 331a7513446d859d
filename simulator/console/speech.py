"""What a server said, as rows: a reply as it was on the wire, and octets that are no whole reply."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.pop3 import Status
from simulator.pop3.exchange import Reply

from .ink import Row
from .visible import visible, visible_octets

__all__ = ["octet_rows", "reply_rows"]


def reply_rows(reply: Reply, *, tabs: bool) -> Iterator[Row]:
    """The reply's lines as they were on the wire: dots stuffed, and the line "." at the end."""
    status = reply.status
    if status is None:
        yield (("wire", visible(reply.line)),)
    else:
        style = "info" if status is Status.CONTINUE else "ok" if reply.ok else "err"
        rest = reply.line[len(status.value) :]
        yield ((style, status.value), ("wire", visible(rest)))
    if reply.body is None:
        return
    for line in _lines(reply.body):
        text = visible_octets(line, tabs=tabs)
        if line.startswith(b".."):
            yield (("stuffed", "."), ("wire", text[1:]))
        else:
            yield (("wire", text),)
    yield (("end", "."),)


def octet_rows(received: bytes, *, tabs: bool) -> Iterator[Row]:
    """The lines of octets, as they came."""
    return ((("wire", visible_octets(line, tabs=tabs)),) for line in _lines(received))


def _lines(body: bytes) -> Iterator[bytes]:
    """The lines of a body without CRLF, one at a time."""
    start = 0
    while start < len(body):
        stop = body.find(b"\r\n", start)
        if stop < 0:
            stop = len(body)
        yield body[start:stop]
        start = stop + 2
