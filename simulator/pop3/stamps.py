"""What is made anew for each session: APOP's timestamp, and a session's own id, by a template.

RFC 1939 section 7 asks for a timestamp that is "different each time the POP3 server issues a banner
greeting" and shows a process number and a clock; real servers have shapes of their own.

Time and chance are handed in: the same `Origin` gives the same octets.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from string import Formatter

__all__ = ["FIELDS", "Origin", "flaws", "stamped"]

#: What a template may quote, a number also in another form: `{pid:x}`, `{epoch:08X}`.
FIELDS: Mapping[str, str] = {
    "pid": "a process number",
    "epoch": "seconds since 1970",
    "number": "which connection this is, from 1",
    "index": "the same from 0",
    "chance": "a number of 64 bits that nobody can foresee",
    "half": "one of 32 bits",
    "small": "one of 31 bits",
    "digits": "sixteen digits that nobody can foresee",
    "base64": "sixteen such octets in base64",
    "hex": "the same in hexadecimal digits",
    "HEX": "the same in upper case",
    "up": "seconds since the machine was started",
    "date": "the time as YYYYMMDDHHMMSS, UTC",
    "host": "the host's own name",
}
_DAY = 86400
#: A machine is started anew every ten days.
_UP = 10 * _DAY


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and when a session began. `seed` is of this session alone; what is chance comes of it."""

    pid: int
    epoch: int  #: seconds since 1970
    number: int  #: from 1
    seed: str

    @classmethod
    def of(cls, stamp: str, number: int) -> Origin:
        """From a process number and a clock with a dot between, as a stamp has them."""
        pid, _, clock = stamp.partition(".")
        return cls(_digits(pid), _digits(clock), number, stamp)

    def drawn(self, time: int) -> Origin:
        """The same, drawing by lot for the `time`-th time, from 1."""
        return replace(self, seed=f"{self.seed}.{time}")


def stamped(template: str, origin: Origin, host: str) -> str:
    """The template filled in."""
    return template.format_map(_Fields(template, origin, host)) if template else ""


class _Fields:
    """What a template may quote, each worked out when it is quoted."""

    def __init__(self, template: str, origin: Origin, host: str) -> None:
        self.origin = origin
        self.host = host
        # A template of its own draws its own chance: a session's id tells nothing of its timestamp.
        self.drawn = sha256(f"{origin.seed}\0{template}".encode()).digest()

    def __getitem__(self, name: str) -> int | str:
        return _MADE[name](self)


_MADE: Mapping[str, Callable[[_Fields], int | str]] = {
    "pid": lambda of: of.origin.pid,
    "epoch": lambda of: of.origin.epoch,
    "number": lambda of: of.origin.number,
    "index": lambda of: of.origin.number - 1,
    "chance": lambda of: int.from_bytes(of.drawn[:8], "big"),
    "half": lambda of: int.from_bytes(of.drawn[:4], "big"),
    "small": lambda of: int.from_bytes(of.drawn[:4], "big") >> 1,
    "digits": lambda of: f"{int.from_bytes(of.drawn[:8], 'big') % 10**16:016}",
    "base64": lambda of: b64encode(of.drawn[:16]).decode("ascii"),
    "hex": lambda of: of.drawn[:16].hex(),
    "HEX": lambda of: of.drawn[:16].hex().upper(),
    "up": lambda of: of.origin.epoch % _UP,
    "date": lambda of: _date(of.origin.epoch),
    "host": lambda of: of.host,
}
assert _MADE.keys() == FIELDS.keys()


def flaws(template: str) -> Iterator[str]:
    """What is wrong with a template."""
    try:
        named = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
        yield from (
            f"{{{name}}} is not known; write one of {', '.join(FIELDS)}"
            for name in named if name not in FIELDS
        )  # fmt: skip
        if set(named) <= FIELDS.keys():
            filled = stamped(template, Origin(1, 1, 1, ""), "host")
            if not (filled.isascii() and filled.isprintable()):
                yield "a greeting is printable ASCII (RFC 1939 §3)"
    except (ValueError, OverflowError, MemoryError) as error:
        yield f"this cannot be filled in ({error}); look at the braces"


def _digits(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _date(epoch: int) -> str:
    """YYYYMMDDHHMMSS of a moment, by the Gregorian calendar; of its last day, where it is later."""
    from datetime import UTC, datetime, timedelta

    days, seconds = divmod(epoch, _DAY)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=min(days, 2932896), seconds=seconds)
    return f"{moment:%Y%m%d%H%M%S}"
