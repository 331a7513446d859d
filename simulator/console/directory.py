"""The hosts one can call: a list with a row for each, and all that is known of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .ink import Row, hang, markup, pad
from .visible import measure, visible

if TYPE_CHECKING:
    from simulator.hosts import Host

__all__ = ["card", "find", "listed", "shown"]

_MORE = "`hosts NAME` says all of one: who logs in there, what it shows, and what is known of it."
_INDENT = 2
#: Cells that what a host is should have beside its name.
_LEAST = 20


def find(known: Sequence[Host], wanted: str) -> Sequence[Host]:
    """The host of that name, whole or without its domain; all of them for ""."""
    low = wanted.lower()
    return [host for host in known if low in {"", host.name, host.name.partition(".")[0]}]


def shown(hosts: Sequence[Host], width: int) -> Iterator[Row]:
    """Whom one can call; of one alone, all that is known of it."""
    return card(hosts[0], width) if len(hosts) == 1 else listed(hosts, width)


def listed(known: Sequence[Host], width: int) -> Iterator[Row]:
    """Each host: its name, its ports, and what it is in a few words."""
    names = max((measure(visible(host.name)) for host in known), default=0)
    ports = max((len(_ports(host)) for host in known), default=0)
    indent = _INDENT + names + 2 + ports + 2
    for host in known:
        if indent + _LEAST > width:  # what it is stands below its name
            yield _sign(host)
            yield from _paragraph("", _gist(host), width)
        else:
            sign = pad(_sign(host, names), indent)
            yield from hang(sign, markup(_gist(host), "prose"), width, indent)
    yield (("cell", ""),)
    yield from hang((("cell", "  "),), markup(_MORE, "muted"), width, _INDENT)


def card(host: Host, width: int) -> Iterator[Row]:
    """All of one host; of the server that it plays, what it is and where that is known from."""
    yield _sign(host)
    yield from _paragraph("", host.about, width)
    if host.shows:
        yield from _paragraph("shows: ", host.shows, width, "note")
    played = host.personality
    if not played.server:
        return
    yield (("cell", ""),)
    yield from hang((("cell", "  "),), (("heading", visible(played.server)),), width, _INDENT)
    yield from _paragraph("", played.about, width)
    yield (("cell", ""),)
    yield (("muted", "  What is known of it is from"),)
    for source in played.sources:
        kind, _, what = source.partition(": ")
        yield from _paragraph(f"{kind}: ", what, width, "note")


def _sign(host: Host, names: int = 0) -> Row:
    """Its name, in `names` cells, and its ports."""
    name: Row = (("heading", f"{' ' * _INDENT}{visible(host.name)}"),)
    return (*pad(name, _INDENT + names), ("cite", f"  {_ports(host)}"))


def _gist(host: Host) -> str:
    """The software that it plays, or else what it is."""
    return host.personality.server or host.about.partition(". ")[0].rstrip(".")


def _ports(host: Host) -> str:
    return ", ".join([*map(str, host.ports), *(f"{port} TLS" for port in host.tls_ports)])


def _paragraph(sign: str, text: str, width: int, style: str = "prose") -> Iterator[Row]:
    head: Row = (("cell", "  " * _INDENT), ("muted", visible(sign))) if sign else (
        ("cell", "  " * _INDENT),
    )  # fmt: skip
    return iter(hang(head, markup(visible(text), style), width, 2 * _INDENT))
