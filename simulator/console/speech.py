"""What a server said, as rows: a reply as it was on the wire, and octets that are no whole reply."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.pop3 import Status
from simulator.pop3.exchange import Exchange, Reply

from .ink import Row
from .visible import visible, visible_octets

__all__ = ["octet_rows", "reply_rows", "summary"]

#: Characters of a challenge that a summary shows.
LONGEST_CHALLENGE = 30


def reply_rows(reply: Reply, *, tabs: bool) -> Iterator[Row]:
    """The reply's lines as they were on the wire: dots stuffed, and the line "." at the end."""
    yield _first(reply)
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


def _first(reply: Reply) -> Row:
    """The reply's first line."""
    status = reply.status
    if status is None:
        return (("wire", visible(reply.line)),)
    style = "info" if status is Status.CONTINUE else "ok" if reply.ok else "err"
    return ((style, status.value), ("wire", visible(reply.line[len(status.value) :])))


def summary(exchange: Exchange, arrow: str) -> Row:
    """A line and its reply in one row, an arrow between them; of a body, how much it is.

    Of AUTH's dialogue it is said what a line is: a response is a secret, and a challenge long.
    """
    reply, typed = exchange.reply, exchange.line
    style = "typed"
    if exchange.command is not None and exchange.command.step and typed != "*":
        typed, style = "(response)", "muted"
    asked: Row = () if typed is None else ((style, visible(typed)), ("muted", f" {arrow} "))
    if exchange.asks and len(reply.line) > LONGEST_CHALLENGE:
        reply = Reply(f"{reply.line[:LONGEST_CHALLENGE]}...")
    if reply.body is None:
        return (*asked, *_first(reply))
    lines = reply.body.count(b"\r\n")
    body = f" ({lines} line{'' if lines == 1 else 's'}, {reply.octets} octets)"
    return (*asked, *_first(reply), ("muted", body))


def _lines(body: bytes) -> Iterator[bytes]:
    """The lines of a body without CRLF, one at a time."""
    start = 0
    while start < len(body):
        stop = body.find(b"\r\n", start)
        if stop < 0:
            stop = len(body)
        yield body[start:stop]
        start = stop + 2
