"""Live values: what a lesson's text may quote from the session it is read in.

`${num:prize}` is the prize mail's message-number in this session, so a text can never disagree with
the reply beside it. The set of names is closed; the loader refuses others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from simulator.mailroom import Item, Snapshot
from simulator.pop3 import Effect, Exchange

from .lesson import Setup

__all__ = ["NAMES", "Values", "named_in", "number_map", "timestamp_in"]

#: name -> whether it takes a label, as in `${num:prize}`
NAMES: Mapping[str, bool] = {
    "num": True,
    "size": True,
    "uid": True,
    "subject": True,
    "user": False,
    "pass": False,
    "host": False,
    "port": False,
    "call": False,
    "count": False,
    "octets": False,
    "arg": False,
    "timestamp": False,
    "digest": False,
}

_VALUE = re.compile(r"\$\{([^}]*)\}?")
#: What stands in a text for a value that is not known (yet).
_UNKNOWN = "?"


def named_in(template: str) -> Iterator[tuple[str, str]]:
    """(name, label or "") for each live value in a text, as written, known or not."""
    for found in _VALUE.finditer(template):
        name, _, label = found.group(1).partition(":")
        yield name, label


def number_map(snapshot: Snapshot | None) -> Mapping[str, int]:
    """Label -> message-number: of the session, or before login those it would give."""
    if snapshot is None:
        return {}
    items = snapshot.items
    if any(item.number is not None for item in items):
        return {item.label: item.number for item in items if item.number is not None}
    return {item.label: at for at, item in enumerate(items, 1)}


@dataclass(frozen=True, slots=True)
class Values:
    """Where live values come from at one moment of a lesson."""

    setup: Setup
    snapshot: Snapshot | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)  #: by label, removed ones as last seen
    timestamp: str = ""
    last: Exchange | None = None  #: the last command and its reply

    def fill(self, template: str, missing: list[str] | None = None) -> str:
        """The text with its live values. One that is unknown is "?" and is noted in `missing`."""

        def value(found: re.Match[str]) -> str:
            name, _, label = found.group(1).partition(":")
            live = self._value(name, label)
            if live is None and missing is not None:
                missing.append(found.group())
            return _UNKNOWN if live is None else live

        return _VALUE.sub(value, template) if "${" in template else template

    def _value(self, name: str, label: str) -> str | None:
        setup = self.setup
        match name:
            case "num":
                return str(self.numbers[label]) if label in self.numbers else None
            case "size" | "uid" | "subject":
                return self._of_message(name, label)
            case "count" | "octets":
                return self._total(name)
            case "arg":
                return self._argument()
            case "digest":
                return self._digest()
        known = {
            "user": setup.account,
            "pass": setup.pass_,
            "host": setup.dial,
            "port": str(setup.port),
            "call": setup.call,
            "timestamp": self.timestamp,
        }
        return known.get(name) or None

    def _of_message(self, name: str, label: str) -> str | None:
        item = self.items.get(label)
        if item is None:
            return None
        known = {"size": str(item.octets), "uid": item.unique_id, "subject": item.subject}
        return known.get(name)

    def _total(self, name: str) -> str | None:
        """As STAT counts: without the marked, and in a session without mail that came later."""
        if self.snapshot is None:
            return None
        counted = [
            item
            for item in self.snapshot.items
            if not item.marked and (item.number is not None or not self.snapshot.open)
        ]
        return str(len(counted) if name == "count" else sum(item.octets for item in counted))

    def _argument(self) -> str | None:
        if self.last is None or self.last.command is None:
            return None
        command = self.last.public().command
        return command.arguments[0] if command and command.arguments else ""

    def _digest(self) -> str | None:
        """APOP's: MD5 of the timestamp and the shared secret (RFC 1939 section 7)."""
        if not self.timestamp or not self.setup.shared_secret:
            return None
        from simulator.pop3.authorization import digest

        return digest(self.timestamp, self.setup.shared_secret)


def timestamp_in(exchange: Exchange) -> str | None:
    """The APOP timestamp of a greeting, "" where it has none; None for any other exchange."""
    greeting = exchange.did(Effect.GREETING)
    return greeting.name if greeting else None
