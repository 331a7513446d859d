"""`port110 serve`: the server on real ports, for mail programs, telnet and whoever wants to look on."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

import click

from simulator.console.visible import visible
from simulator.hosts.service import BUSY, Audience, Service, Visits, guarded
from simulator.link import Bounds, Listener

from .addresses import Listening, Shown, certified, host_name, listen, paste_lines, warning
from .course import annotator, authority_of
from .exits import Exit
from .journal import Journal
from .offering import accounts_of, manner_of
from .places import Places, find_places

if TYPE_CHECKING:
    import ssl

    from simulator.link import Authority

    from .main import Wishes

__all__ = ["Serving", "serve"]


@dataclass(frozen=True, slots=True)
class Serving:
    """The options of `port110 serve`, as click gives them."""

    host: str
    port: int
    tls_port: int
    accounts: Path | None
    mailbox: str | None
    user: str | None
    password: str | None
    apop: bool
    manner: str
    idle: int | None
    max_connections: int
    max_per_address: int
    log: str | None
    as_json: bool
    margin: str | None


class Ears(NamedTuple):
    """Who hears of what happens: the log, and all who are told of the visits."""

    journal: Journal | None
    audience: tuple[Audience, ...]
    on_drop: bool  #: what they hear of a lost line: its marks were removed


def serve(wishes: Wishes, options: Serving) -> int:
    """Serve until somebody ends it."""
    places = find_places()
    personality = guarded(manner_of(places, options.manner), apop=options.apop, idle=options.idle)
    with ExitStack() as stack:
        journal = _journal(options.log, stack)
        accounts, shown = accounts_of(places, options, personality.policy, partial(_tell, journal))
        audience: list[Audience] = [] if journal is None else [journal]
        if options.margin is not None:
            audience.append(_board(wishes, places, options.margin))
        service = Service(personality, accounts, host_name(options.host), watch=bool(audience))
        _raise_file_limit(options.max_connections)
        ears = Ears(journal, tuple(audience), personality.policy.removal == "also-on-drop")
        return asyncio.run(_serve(options, places, service, ears, shown))


async def _serve(
    options: Serving,
    places: Places,
    service: Service,
    ears: Ears,
    shown: Shown,
) -> int:
    authority = authority_of(places)()
    context = _context(authority, options.host)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    onlooking = _Onlooking(stop)
    listener = Listener(
        service.engine,
        lambda: context,
        bounds=Bounds(options.max_connections, options.max_per_address),
        busy=BUSY,
        lookout=_lookout(ears, onlooking),
    )
    loop.set_exception_handler(_mishap)
    with suppress(NotImplementedError):  # Windows: Ctrl-C is an exception there, and no SIGHUP
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, _on_hang_up(stop, service, ears.journal))
    try:
        port = await listen(listener, options.host, options.port, secure=False)
        tls_port = await listen(listener, options.host, options.tls_port, secure=True)
        where = Listening(options.host, port, tls_port, authority.ca_file)
        _say_ready(where, shown, as_json=options.as_json)
        gc.freeze()  # what was made while starting stays
        gc.enable()
        gc.set_threshold(10_000, 20, 20)  # sessions come and go; few of them leave circles
        await stop.wait()
    finally:
        await listener.close()
    if onlooking.broken is not None:
        raise onlooking.broken  # as for any verb whose reader is gone
    return Exit.DONE


def _lookout(ears: Ears, onlooking: _Onlooking) -> Visits | None:
    """Who looks at each call; None: nobody wants to know."""
    if not ears.audience:
        return None
    return Visits(ears.audience, onlooking.fails, on_drop=ears.on_drop)


def _context(authority: Authority, host: str) -> ssl.SSLContext:
    """The server's end of TLS."""
    try:
        return authority.server_context(certified(host))
    except ValueError:  # a name that no certificate can bear; `listen` says if it is none at all
        return authority.server_context(certified("localhost"))
    except OSError as error:
        raise click.ClickException(f"There is no certificate to be had: {error}.") from None


def _on_hang_up(
    stop: asyncio.Event, service: Service, journal: Journal | None
) -> Callable[[], None]:
    """What SIGHUP means: where the terminal is gone, to end; else to put the mail back."""
    terminals = [number for number in (0, 1, 2) if os.isatty(number)]

    def hang_up() -> None:
        if terminals and not any(map(os.isatty, terminals)):
            stop.set()
        else:
            _put_back(service, journal)

    return hang_up


class _Onlooking:
    """What becomes of a log or a board that fails: the service goes on, or ends with its reader."""

    def __init__(self, stop: asyncio.Event) -> None:
        self.broken: BrokenPipeError | None = None
        self._stop = stop
        self._told: set[str] = set()

    def fails(self, error: Exception) -> None:
        """Say so once, and where what is said has no reader any more, end."""
        if isinstance(error, BrokenPipeError):
            self.broken = error
            self._stop.set()
            return
        what = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        if what not in self._told:
            self._told.add(what)
            with suppress(OSError):
                click.echo(
                    f"port110: the log or board lacks lines ({what}). Mail goes on.", err=True
                )


def _tell(journal: Journal | None, name: str, what: str) -> None:
    """Something is wrong with an account; the others are served."""
    text = visible(f"{name}: {what}")
    click.echo(f"port110: {text}", err=True)
    if journal is not None:
        journal.note(text)


def _put_back(service: Service, journal: Journal | None) -> None:
    """SIGHUP: all mail as it was at the beginning, or as it lies in its folder by now."""
    from simulator.mailroom import NoAccounts

    try:
        service.put_back()
    except NoAccounts as error:
        _tell(journal, "SIGHUP", f"{error}; all goes on with the mail there was")
        return
    if journal is not None:
        journal.note("all mail is as it was at the beginning")


# What is said


def _journal(log: str | None, stack: ExitStack) -> Journal | None:
    if log is None:
        return None
    if log == "-":
        return Journal(sys.stdout)
    try:
        file = Path(log).open("a", encoding="utf-8")  # noqa: SIM115 -- the stack closes it
    except OSError as error:
        what = f"The log {log!r} cannot be written: {error.strerror}. Try another --log FILE."
        raise click.ClickException(what) from None
    stack.callback(_close, file)
    return Journal(file)


def _close(file: TextIO) -> None:
    with suppress(OSError):  # a full disk, of which was told
        file.close()


def _board(wishes: Wishes, places: Places, margin: str) -> Audience:
    from simulator.console.board import Board
    from simulator.teaching import Margin

    from .terminal import open_screen

    return Board(open_screen(wishes), lambda: annotator(places), Margin(margin))


def _say_ready(where: Listening, shown: Shown, *, as_json: bool) -> None:
    if as_json:
        facts = {**where._asdict(), "ca": str(where.ca), "pid": os.getpid()}
        click.echo(json.dumps(facts))
    else:
        click.echo("\n".join(paste_lines(where, shown)))
    if note := warning(where.host):
        click.echo(note, err=True)


def _raise_file_limit(connections: int) -> None:
    """Each connection is an open file; as many as are allowed can be had."""
    with suppress(ImportError, OSError, ValueError):  # not on Windows, or not ours to raise
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = connections + 64
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def _mishap(loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """Something in us went wrong: a line about it, and the server goes on."""
    del loop
    error = context.get("exception")
    what = type(error).__name__ if error is not None else str(context.get("message", ""))
    click.echo(f"port110: one connection was lost to an error of ours ({what}).", err=True)
