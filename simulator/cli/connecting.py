"""`port110 connect`: the console and the margin at a real server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.console.colon import LessonControls, colon
from simulator.console.visible import visible
from simulator.teaching import Margin, Tutor

from .course import annotator
from .exits import Exit
from .places import find_places
from .terminal import Terminal, open_terminal

if TYPE_CHECKING:
    from simulator.console.outdesk import OutDesk
    from simulator.hosts import Outside
    from simulator.link import Address

    from .main import Wishes

__all__ = ["connect", "read_target"]

CLEAR_PORT, TLS_PORT = 110, 995


def read_target(text: str, port: int) -> tuple[str, int]:
    """Host and port of HOST, HOST:PORT, [IPV6] or [IPV6]:PORT; `port` where none is named.

    A port may have its name in /etc/services. Raises ValueError: what to write.
    """
    from simulator.hosts.programs import SERVICES

    bracketed, inner, behind = text.startswith("["), *text[1:].partition("]")[::2]
    if bracketed:
        host, colon_, named = inner, behind[:1], behind[1:]
        if ":" not in host or "]" not in text or colon_ not in ("", ":"):
            raise ValueError("in brackets stands an IPv6 address: [2001:db8::110]:110")
    elif text.count(":") > 1:
        raise ValueError(f"an IPv6 address stands in brackets: [{text}], or [{text}]:110")
    else:
        host, colon_, named = text.partition(":")
    if not host or set(host) & set("/@ \t"):
        raise ValueError("write the host, and behind a colon the port: pop.example.org:110")
    if not colon_:
        return host, port
    number = SERVICES.get(named.lower()) or (
        int(named) if named.isascii() and named.isdigit() and len(named) <= 5 else 0
    )
    if not 0 < number < 65536:
        raise ValueError(f"{named!r} is no port: a number from 1 to 65535, as in {host}:110")
    return host, number


def connect(  # noqa: PLR0913 -- the options of a verb
    wishes: Wishes,
    target: str,
    *,
    tls: bool,
    stls: bool,
    ca: str | None,
    insecure: bool,
    cleartext: bool,
    echo: bool,
) -> int:
    """Call a real server and sit down at it. The exit status. Raises click.UsageError."""
    from simulator.hosts import Outside, Server, trusting

    if tls and stls:
        raise click.UsageError("--tls begins with TLS and --stls in the clear: take one of them.")
    if ca and insecure:
        raise click.UsageError("--insecure looks at no certificate, so --ca has nothing to check.")
    try:
        server = Server(*read_target(target, TLS_PORT if tls else CLEAR_PORT))
        context = trusting(Path(ca) if ca else None, anybody=insecure)
    except ValueError as problem:
        raise click.UsageError(f"{visible(str(problem))}.") from None
    terminal = open_terminal(wishes, find_places())
    outside = Outside(server, context, secure=tls)
    desk = _desk(terminal, wishes, outside, stls=stls, cleartext=cleartext,
                 trust="" if insecure else (ca or "the system's authorities"))  # fmt: skip
    desk.echo = not terminal.interactive and (echo or desk.tutor.margin is not Margin.OFF)
    _warn(desk, insecure=insecure)
    if not _call(desk, outside):
        return Exit.FAILED
    return _run(desk, terminal)


def _desk(  # noqa: PLR0913 -- see connect
    terminal: Terminal, wishes: Wishes, outside: Outside, *, stls: bool, cleartext: bool, trust: str
) -> OutDesk:
    from simulator.console.outdesk import OutDesk

    margin = Margin(wishes.margin) if wishes.margin else Margin.FULL
    tutor = Tutor(lambda: annotator(terminal.places), margin=margin)
    desk = OutDesk(terminal.screen, tutor, outside, stls=stls, cleartext=cleartext, trust=trust)
    desk.rows = terminal.rows if terminal.interactive else None
    desk.commands = colon(LessonControls())
    return desk


def _warn(desk: OutDesk, *, insecure: bool) -> None:
    """What one must know before a word is said."""
    from simulator.console import outadvice

    desk.caution(outadvice.REAL)
    if insecure:
        desk.caution(outadvice.ANYBODY)


def _call(desk: OutDesk, outside: Outside) -> bool:
    """Whether the line stands, and TLS on it where that comes first. As telnet prints it."""
    from simulator.console import outadvice
    from simulator.link import TlsFailed

    def trying(address: Address) -> None:
        desk.screen.program(f"Trying {address.text}...")

    try:
        outside.call(trying)
    except TlsFailed as failure:
        _complain(outadvice.no_tls(failure, outside.host, behind_stls=False))
        return False
    except (OSError, UnicodeError) as error:
        _complain(*outadvice.no_line(error, outside.host))
        return False
    desk.screen.program(f"Connected to {outside.host.canonical}.\nEscape character is '^]'.")
    desk.tell_of_tls()
    return True


def _complain(*lines: str) -> None:
    """On standard error: where the output goes into a file, somebody should still see it."""
    for line in lines:
        click.echo(visible(line.replace("`", "")), err=True)


def _run(desk: OutDesk, terminal: Terminal) -> int:
    reader = terminal.reader(desk, wakes=True)
    terminal.sit(desk.sit(reader), desk.interrupt)
    if desk.interrupted:
        return Exit.INTERRUPTED
    return Exit.FAILED if desk.failed else Exit.DONE
