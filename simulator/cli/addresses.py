"""Where `port110 serve` listens: ports, names for the certificate, and lines to paste that call it."""

from __future__ import annotations

import errno
import shlex
import socket
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from simulator.link import Listener

__all__ = ["Listening", "Shown", "certified", "host_name", "listen", "paste_lines", "warning"]

#: What stands for every address of a machine.
EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 -- compared with


class Listening(NamedTuple):
    """Where it listens."""

    host: str
    port: int
    tls_port: int
    ca: Path  #: the authority's certificate


class Shown(NamedTuple):
    """An account to call it with. `password`: "" where not everybody may know it."""

    user: str
    password: str = ""


async def listen(listener: Listener, host: str, port: int, *, secure: bool) -> int:
    """Listen; the port. Raises ClickException: why not, in one line, and what to try."""
    option = "--tls-port" if secure else "--port"
    try:
        return await listener.listen(host, port, secure=secure)
    except (OSError, UnicodeError) as error:
        raise click.ClickException(_why_not(error, host, port, option)) from None


def _why_not(error: OSError | UnicodeError, host: str, port: int, option: str) -> str:
    nowhere = f"{host!r} is no address of this machine. Try --host 127.0.0.1."
    if isinstance(error, UnicodeError):  # a name with an empty label, or one that is too long
        return nowhere
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Try {option} {port + 1}, or {option} 0 for any free one."
    if error.errno == errno.EACCES:
        return (f"Port {port} is for the administrator of this machine. Try {option} {1000 + port}, "
                f"or {option} 0 for any free one.")  # fmt: skip
    # Since Python 3.13 asyncio keeps the errno of an address that is not here to itself.
    if isinstance(error, socket.gaierror) or error.errno in (errno.EADDRNOTAVAIL, None):
        return nowhere
    return f"Port {port} on {host!r} cannot be had: {error.strerror or error}."


def host_name(host: str) -> str:
    """What the server calls itself: no address, for APOP's timestamp ends in a name."""
    return "localhost" if _is_loopback(host) else socket.gethostname()


def certified(host: str) -> list[str]:
    """The names that the certificate is good for."""
    names = {"localhost", "127.0.0.1", "::1"}
    if not _is_loopback(host):
        names |= {socket.gethostname(), *({host} - EVERYWHERE)}
    return sorted(names)


def paste_lines(where: Listening, shown: Shown) -> Iterator[str]:
    """What to say when it listens: lines that one can paste."""
    host = "127.0.0.1" if where.host in EVERYWHERE else where.host
    at = f"[{host}]" if ":" in host else host
    user, password = shown
    login = shlex.quote(f"{user}:{password}" if password else user)
    ca = shlex.quote(str(where.ca))
    yield f"POP3 at {at}: port {where.port}, with STLS; port {where.tls_port}, TLS at once."
    yield f"  telnet {host} {where.port}"
    yield f"  openssl s_client -connect {at}:{where.tls_port} -crlf -quiet -CAfile {ca}"
    yield f"  curl --user {login} pop3://{at}:{where.port}/"
    yield f"  curl --user {login} --cacert {ca} pop3s://{at}:{where.tls_port}/"
    if password:
        yield f"The user is {user}, the password {password}; the mail is sample mail."
    yield "Ctrl-C ends the server."


def warning(host: str) -> str:
    """What it means to listen there, where others can call; "" where they cannot."""
    if _is_loopback(host):
        return ""
    return (f"Note: {host or 'every address'} is not this machine alone. Whoever reaches it can try "
            "passwords, and without TLS they go over the wire in the clear. --host 127.0.0.1 keeps "
            "it to yourself.")  # fmt: skip


def _is_loopback(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
