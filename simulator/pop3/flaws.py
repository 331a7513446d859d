"""What is wrong with arguments that a server reads in its own way, as refusals (reading.Reading)."""

from __future__ import annotations

from .exchange import Reason
from .heard import Heard
from .numerals import Numeral
from .reading import Reading
from .session import Refusal

__all__ = ["bad", "due", "missing", "surplus"]


def due(reading: Reading, heard: Heard, refusal: Refusal) -> Heard:
    """The line with that refusal, which is due before the state is looked at, or behind it."""
    early = heard.command.keyword in reading.early
    return heard._replace(refusal=refusal, due="early" if early else "arguments")


def missing(detail: str = "") -> Refusal:
    """There are fewer arguments than the command needs."""
    return Refusal(Reason.MISSING_ARGUMENT, detail=detail)


def surplus(reading: Reading, keyword: str, word: str = "") -> Refusal | None:
    """There are more than it takes, `word` the first of them; None: this server does not mind."""
    how = reading.surplus_of.get(keyword, reading.surplus)
    return None if how == "ignored" else Refusal(Reason.SURPLUS_ARGUMENT, rest=word)


def bad(numeral: Numeral, of: str) -> Refusal:
    """A number that could not be read: `noise`, `overflow`; of TOP's count `count`, `count-noise`."""
    detail = "" if numeral.fault == "form" else numeral.fault
    return Refusal(
        Reason.BAD_ARGUMENT, detail="-".join(filter(None, (of, detail))),
        rest=numeral.rest, number=numeral.value,
    )  # fmt: skip
