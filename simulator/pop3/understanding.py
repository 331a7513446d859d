"""What a server makes of a line that it reads in its own way (reading.Reading).

Why beside `commands.parse`: an Exchange holds the line as the RFC reads it, for both chairs. This here
is for the answer alone. What is found has the form that the RFC's own reading gives, so that who
answers need not know how it was read: `Command("RETR", ("2",))` for `RETR +2x`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .arguments import Argument
from .commands import COMMANDS, Command, CommandRow, parse_response
from .exchange import Reason, decode
from .heard import Heard, ascii_upper
from .limits import longest_of
from .logins import apop_arguments, auth_arguments, digest_flaw, flaw_of
from .nuls import without_nul
from .numerals import Numeral, read_off
from .policy_auth import AuthPolicy
from .policy_lines import LinePolicy
from .reading import Reading
from .session import Refusal
from .states import State

__all__ = ["hear", "hear_response"]

_WHITE = " \t\n\v\f\r"
#: More lines than any message has: TOP then sends all of it.
_ALL = (1 << 31) - 1


def hear(policy: LinePolicy, state: State, raw: bytes) -> Heard:
    """A command line as it was cut, understood by the policy's reading of that state."""
    reading = policy.reading_in(state)
    longest, silent = longest_of(policy, state, raw)
    if longest and len(raw) >= longest:
        return _refused(raw, Refusal(Reason.LINE_TOO_LONG, hang_up=True, silent=silent))
    if policy.overlong == "refused" and len(raw) >= policy.line_limit:
        return _refused(raw, Refusal(Reason.LINE_TOO_LONG))
    if policy.overlong == "echoed":
        raw = raw[: policy.line_limit]
    if b"\0" in raw and reading.nul != "taken":
        if reading.nul == "refused":
            return _refused(raw, Refusal(Reason.BAD_OCTET, detail="nul"))
        raw = without_nul(reading, raw)
    heard = _taken_apart(reading, decode(raw.removesuffix(b"\r")))
    if reading.undecodable == "silence" and state is State.TRANSACTION and _no_text(heard.word):
        refusal = Refusal(Reason.UNKNOWN_COMMAND, hang_up=True, silent=True)
        return heard._replace(refusal=refusal, due="at once")
    return heard


def hear_response(policy: AuthPolicy, mechanism: str, step: int, raw: bytes) -> Heard:
    """A line behind AUTH (RFC 5034 section 4)."""
    reading = policy.reading_in(State.AUTHORIZATION)
    text = raw.partition(b"\0")[0] if reading.nul == "cuts" else raw
    line = decode(text.removesuffix(b"\r"))
    longest, silent = longest_of(policy, State.AUTHORIZATION, raw, response=True)
    too_long = 0 < longest <= len(raw)
    refusal = Refusal(Reason.LINE_TOO_LONG, hang_up=True, silent=silent) if too_long else None
    if 0 < policy.response_limit <= len(raw) or (reading.nul == "swallows" and b"\0" in raw):
        # Whoever looks for the line's end behind the NUL does not find it.
        refusal = Refusal(Reason.BAD_CREDENTIALS)
    return Heard(parse_response(mechanism, step, line), line, refusal=refusal, due="at once")


def _refused(raw: bytes, refusal: Refusal) -> Heard:
    line = decode(raw.removesuffix(b"\r"))
    word = line.partition(" ")[0]
    return Heard(Command(word), line, word, refusal=refusal, due="at once")


@lru_cache(maxsize=64)
def _any_of(octets: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(octets)}]")


def _taken_apart(reading: Reading, line: str) -> Heard:
    """Keyword and argument, and then the arguments."""
    if reading.caseless_to:
        begun = _in_upper_case(reading, line).lstrip(reading.leading)
    else:
        begun = line.lstrip(reading.leading) if reading.leading else line
    found = _any_of(reading.parting).search(begun)
    end = found.start() if found else len(begun)
    word, rest = begun[:end], begun[end + 1 :]
    for octet in reading.dropped:
        word = word.replace(octet, "")
    if reading.trailing:
        rest = rest.rstrip(reading.trailing)
    keyword = word if reading.caseless_to else ascii_upper(word)
    if reading.eaten == "all" and keyword != "PASS":
        rest = rest.lstrip(reading.parting)
    heard = Heard(Command(word, (rest,) if rest else ()), line, word, rest)
    row = COMMANDS.get(keyword)
    bare = found is not None and not rest
    if bare and reading.bare_blank == "refused" and keyword not in reading.may_be_empty:
        refusal = Refusal(Reason.MISSING_ARGUMENT, detail="blank")
        return heard._replace(command=Command(row.keyword if row else word), refusal=refusal,
                              due="at once")  # fmt: skip
    if row is None:
        return _of_no_table(reading, heard, keyword)
    if bare and reading.bare_blank == "empty":
        values: tuple[str, ...] = ("",)
    else:
        values = _values(reading, row, rest)
    return _judged(reading, heard, row, values)


def _in_upper_case(reading: Reading, line: str) -> str:
    """The line, in upper case as far as it is read in any."""
    found = _any_of(reading.caseless_to).search(line)
    end = found.start() if found else len(line)
    return ascii_upper(line[:end]) + line[end:]


def _no_text(word: str) -> bool:
    """Whether octets of it are no UTF-8 (exchange.decode)."""
    return not word.isascii() and any("\udc80" <= each <= "\udcff" for each in word)


def _of_no_table(reading: Reading, heard: Heard, keyword: str) -> Heard:
    """A keyword of no RFC: only how many words stand behind it may be known."""
    takes = reading.arity.get(keyword)
    count = heard.line.count(reading.between[0])
    if takes is None or count == takes:
        return heard
    refusal = _missing(reading) if count < takes else _surplus(reading, keyword)
    return heard if refusal is None else heard._replace(refusal=refusal, due="at once")


def _values(reading: Reading, row: CommandRow, rest: str) -> tuple[str, ...]:
    """The arguments, as many as there are."""
    if row.keyword in reading.whole:
        if len(row.arguments) > 1:
            begun = rest.lstrip(reading.leading)
            return tuple(_any_of(reading.parting).split(begun, 1)) if rest else ()
        if reading.whole_ends:
            rest = _any_of(reading.whole_ends).split(rest.lstrip(reading.whole_ends), 1)[0]
        return (rest,) if rest or row.keyword in reading.may_be_empty else ()
    if not rest:
        return ("",) if row.keyword in reading.may_be_empty and row.keyword != "AUTH" else ()
    if reading.words == "rest":
        if row.keyword == "AUTH":
            return auth_arguments(reading, rest)
        return apop_arguments(reading, rest) if row.keyword == "APOP" else (rest,)
    words = tuple(_any_of(reading.between).split(rest))
    if reading.words == "runs":
        return tuple(filter(None, words))
    # "Nothing behind the blank is no argument" holds for the last one too.
    return words[:-1] if not words[-1] and reading.bare_blank == "none" else words


def _judged(reading: Reading, heard: Heard, row: CommandRow, values: tuple[str, ...]) -> Heard:
    """The command, or the refusal that its arguments ask for."""
    keyword = row.keyword
    if keyword == "AUTH":
        return _auth(reading, heard, values)
    heard = heard._replace(command=Command(keyword, values))
    limit = 0 if keyword in reading.whole else reading.word_limit
    if limit and any(len(value) > limit for value in values):
        return _due(reading, heard, Refusal(Reason.BAD_ARGUMENT, detail="length"))
    if keyword == "TOP":
        return _top(reading, heard, values)
    if keyword == "APOP" and len(values) > 1 and (flaw := digest_flaw(reading, values[1])):
        return _due(reading, heard, Refusal(Reason.BAD_ARGUMENT, detail=flaw))
    if len(values) > len(row.arguments):
        refusal = _surplus(reading, keyword, values[len(row.arguments)])
        if refusal is not None:
            return _due(reading, heard, refusal)
        values = values[: len(row.arguments)]
        heard = heard._replace(command=Command(keyword, values))
    if len(values) < row.least:
        return _due(reading, heard, _missing(reading))
    if row.arguments[:1] == (Argument.MESSAGE,) and values:
        numeral = read_off(reading.numbers, values[0])
        if numeral.fault:
            return _due(reading, heard, _bad(numeral, ""))
        heard = heard._replace(command=Command(keyword, (str(numeral.value),)))
    return heard


def _top(reading: Reading, heard: Heard, values: tuple[str, ...]) -> Heard:
    """TOP, with what can be wrong in the order in which this server looks at it."""
    numeral, count, arity = _pair(reading, values)
    faults: dict[str, Refusal | None] = {
        "arity": arity,
        "number": _bad(numeral, "") if numeral is not None and numeral.fault else None,
        "count": _bad(count, "count") if count is not None and count.fault else None,
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
            heard = _due(reading, heard, refusal)
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
        return None, None, _missing(reading)
    if reading.words != "rest":
        arity = _surplus(reading, "TOP") if len(values) > 2 else None
        if len(values) < 2:
            arity = _missing(reading, "count")
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
        return numeral, None, _missing(reading, "count")
    if reading.count_apart and behind[0] not in reading.parting:
        return numeral._replace(fault="noise", rest=behind), None, None
    return numeral, read_off(reading.counts, behind.lstrip(reading.parting)), None


#: What a number at the front of a text can be made of.
_FRONT = re.compile(rf"[{_WHITE}]*[+-]?[0-9]+")


def _auth(reading: Reading, heard: Heard, values: tuple[str, ...]) -> Heard:
    """AUTH: its mechanism is not looked at here, nor its initial response (RFC 5034 section 4)."""
    if reading.mechanism_trimmed:
        values = (*(value.strip(_WHITE) for value in values[:1]), *values[1:])
    if values and not values[0] and "AUTH" in reading.may_be_empty:
        values = ()
    flaw = flaw_of(values)
    heard = heard._replace(command=Command("AUTH", values[:2], flaw))
    if not values:
        return _due(reading, heard, _missing(reading))
    most = 2 if reading.initial_response else 1
    if len(values) > most and (refusal := _surplus(reading, "AUTH")) is not None:
        return _due(reading, heard, refusal)
    return heard


def _due(reading: Reading, heard: Heard, refusal: Refusal) -> Heard:
    early = heard.command.keyword in reading.early
    return heard._replace(refusal=refusal, due="early" if early else "arguments")


def _missing(reading: Reading, detail: str = "") -> Refusal:
    silent = reading.missing == "silence"
    return Refusal(Reason.MISSING_ARGUMENT, detail=detail, hang_up=silent, silent=silent)


def _surplus(reading: Reading, keyword: str, word: str = "") -> Refusal | None:
    how = reading.surplus_of.get(keyword, reading.surplus)
    if how == "ignored":
        return None
    silent = how == "silence"
    return Refusal(Reason.SURPLUS_ARGUMENT, hang_up=silent, silent=silent, rest=word)


def _bad(numeral: Numeral, of: str) -> Refusal:
    """A number that could not be read: `noise`, `overflow`; of TOP's count `count`, `count-noise`."""
    detail = "" if numeral.fault == "form" else numeral.fault
    return Refusal(
        Reason.BAD_ARGUMENT, detail="-".join(filter(None, (of, detail))),
        rest=numeral.rest, number=numeral.value,
    )  # fmt: skip
