"""TOP's two numbers, as a server finds them in a line (reading.Reading)."""

from __future__ import annotations

import re

from .commands import Command
from .flaws import bad, due, missing, surplus
from .heard import Heard
from .numerals import Numeral, read_off
from .reading import Reading
from .session import Refusal

__all__ = ["top"]

#: More lines than any message has: TOP then sends all of it.
_ALL = (1 << 31) - 1
#: What a number at the front of a text can be made of.
_FRONT = re.compile(r"[ \t\n\v\f\r]*[+-]?[0-9]+")


def top(reading: Reading, heard: Heard, values: tuple[str, ...]) -> Heard:
    """TOP, with what can be wrong in the order in which this server looks at it."""
    numeral, count, arity = _pair(reading, values)
    faults: dict[str, Refusal | None] = {
        "arity": arity,
        "number": bad(numeral, "") if numeral is not None and numeral.fault else None,
        "count": bad(count, "count") if count is not None and count.fault else None,
    }
    if numeral is not None and not numeral.fault:
        lines = count.value if count is not None and not count.fault else 0
        if lines != reading.count_of_nothing:
            lines = min(lines, _ALL)
        heard = heard._replace(command=Command("TOP", (str(numeral.value), str(lines))))
        whole = (1 << reading.top_as_retr) - 1
        if count is not None and not count.fault and count.value == whole > 0:
            heard = heard._replace(command=Command("RETR", (str(numeral.value),)))
    message_seen = False
    for check in reading.top_checks:
        refusal = faults.get(check)
        if refusal is not None:
            heard = due(reading, heard, refusal)
            if message_seen:
                return heard._replace(due="message")
            return heard._replace(due="arguments") if values else heard
        # Where the number could not be read there is no message to look for.
        message_seen = message_seen or (check == "message" and numeral is not None)
    return heard


def _pair(
    reading: Reading, values: tuple[str, ...]
) -> tuple[Numeral | None, Numeral | None, Refusal | None]:
    """TOP's number and count as far as they are there, and what is wrong with how many there are."""
    form = reading.top_numbers or reading.numbers
    if not values:
        return None, None, missing()
    if reading.words != "rest":
        arity = surplus(reading, "TOP") if len(values) > 2 else None
        if len(values) < 2:
            arity = missing("count")
        count = read_off(reading.counts, values[1]) if len(values) > 1 else None
        return read_off(form, values[0]), count, arity
    found = _FRONT.match(values[0])
    front = found[0] if found else values[0]
    behind = values[0][len(front) :]
    numeral = read_off(form, front)
    if numeral.fault:
        # The text quotes all that is left of the line, not of the word.
        return numeral._replace(rest=numeral.rest + behind), None, None
    if not behind:
        return numeral, None, missing("count")
    if reading.count_apart and behind[0] not in reading.parting:
        return numeral._replace(fault="noise", rest=behind), None, None
    return numeral, read_off(reading.counts, behind.lstrip(reading.parting)), None
