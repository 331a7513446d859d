"""Writes a session down, in the forms in which sessions are written down. The reader reads them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from simulator.pop3 import Exchange, decode

__all__ = ["STYLES", "Style", "write"]


@dataclass(frozen=True, slots=True)
class Style:
    """What stands before the client's lines and the server's, and around all of it."""

    client: str = ""
    server: str = ""
    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()


_TELNET = (
    "$ telnet mail.example.test 110", "Trying 192.0.2.110...", "Connected to mail.example.test.",
    "Escape character is '^]'.",
)  # fmt: skip
STYLES: Mapping[str, Style] = {
    "letters": Style("C: ", "S: "),
    "words": Style("client: ", "server: "),
    "arrows": Style("--> ", "<-- "),
    "brackets": Style(">>> ", "<<< "),
    "curl": Style("> ", "< "),
    "fetchmail": Style("fetchmail: POP3> ", "fetchmail: POP3< "),
    "log": Style("2026-03-01 09:14:02 pop3[4711] SEND ", "2026-03-01 09:14:03 pop3[4711] RECV "),
    "telnet": Style(head=_TELNET, tail=("Connection closed by foreign host.",)),
}  # fmt: skip


def write(exchanges: Iterable[Exchange], style: str = "letters") -> str:
    """A session as text, a line each, LF behind each. `style`: of `STYLES`. Raises KeyError.

    Nothing is hidden: give it `Exchange.public()` where others will read it. Control characters stand
    as they are, so a line that holds a CR of its own does not come back the same.
    """
    how = STYLES[style]
    return "".join(f"{line}\n" for line in (*how.head, *_lines(exchanges, how), *how.tail))


def _lines(exchanges: Iterable[Exchange], how: Style) -> Iterator[str]:
    for exchange in exchanges:
        if exchange.line is not None:
            yield how.client + exchange.line
        yield how.server + exchange.reply.line
        if exchange.reply.body is None:
            continue
        for row in exchange.reply.body.split(b"\r\n")[:-1]:
            yield how.server + decode(row)
        yield f"{how.server}."
