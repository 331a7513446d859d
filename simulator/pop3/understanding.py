"""What a server makes of a line that it reads in its own way (reading.Reading).

Why beside `commands.parse`: an Exchange holds the line as the RFC reads it, for both chairs. This here
is for the answer alone. What is found has the form that the RFC's own reading gives, so that who
answers need not know how it was read: `Command("RETR", ("2",))` for `RETR +2x`.
"""

from __future__ import annotations

from .arguments import Argument
from .commands import COMMANDS, Command, CommandRow, parse_response
from .exchange import Reason, decode
from .flaws import bad, due, missing, surplus
from .heard import Heard, ascii_upper
from .limits import longest_of
from .logins import apop_arguments, auth_arguments, digest_flaw, flaw_of
from .nuls import without_nul
from .numerals import read_off
from .parting import any_of
from .policy_auth import AuthPolicy
from .policy_lines import LinePolicy
from .reading import Reading
from .session import Refusal
from .states import State
from .toplines import top

__all__ = ["hear", "hear_response"]

_WHITE = " \t\n\v\f\r"


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
    return _taken_apart(reading, decode(raw.removesuffix(b"\r")))


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


def _taken_apart(reading: Reading, line: str) -> Heard:
    """Keyword and argument, and then the arguments."""
    if reading.caseless_to:
        begun = _in_upper_case(reading, line).lstrip(reading.leading)
    else:
        begun = line.lstrip(reading.leading) if reading.leading else line
    found = any_of(reading.parting).search(begun)
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
    found = any_of(reading.caseless_to).search(line)
    end = found.start() if found else len(line)
    return ascii_upper(line[:end]) + line[end:]


def _of_no_table(reading: Reading, heard: Heard, keyword: str) -> Heard:
    """A keyword of no RFC: only how many words stand behind it may be known."""
    takes = reading.arity.get(keyword)
    count = heard.line.count(reading.between[0])
    if takes is None or count == takes:
        return heard
    refusal = missing() if count < takes else surplus(reading, keyword)
    return heard if refusal is None else heard._replace(refusal=refusal, due="at once")


def _values(reading: Reading, row: CommandRow, rest: str) -> tuple[str, ...]:
    """The arguments, as many as there are."""
    if row.keyword in reading.whole:
        if len(row.arguments) > 1:
            begun = rest.lstrip(reading.leading)
            return tuple(any_of(reading.parting).split(begun, 1)) if rest else ()
        if reading.whole_ends:
            rest = any_of(reading.whole_ends).split(rest.lstrip(reading.whole_ends), 1)[0]
        return (rest,) if rest or row.keyword in reading.may_be_empty else ()
    if not rest:
        return ("",) if row.keyword in reading.may_be_empty and row.keyword != "AUTH" else ()
    if reading.words == "rest":
        if row.keyword == "AUTH":
            return auth_arguments(reading, rest)
        return apop_arguments(reading, rest) if row.keyword == "APOP" else (rest,)
    words = tuple(any_of(reading.between).split(rest))
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
        return due(reading, heard, Refusal(Reason.BAD_ARGUMENT, detail="length"))
    if keyword == "TOP":
        return top(reading, heard, values)
    if keyword == "APOP" and len(values) > 1 and (flaw := digest_flaw(reading, values[1])):
        return due(reading, heard, Refusal(Reason.BAD_ARGUMENT, detail=flaw))
    if len(values) > len(row.arguments):
        refusal = surplus(reading, keyword, values[len(row.arguments)])
        if refusal is not None:
            return due(reading, heard, refusal)
        values = values[: len(row.arguments)]
        heard = heard._replace(command=Command(keyword, values))
    if len(values) < row.least:
        return due(reading, heard, missing())
    if row.arguments[:1] == (Argument.MESSAGE,) and values:
        numeral = read_off(reading.numbers, values[0])
        if numeral.fault:
            return due(reading, heard, bad(numeral, ""))
        heard = heard._replace(command=Command(keyword, (str(numeral.value),)))
    return heard


def _auth(reading: Reading, heard: Heard, values: tuple[str, ...]) -> Heard:
    """AUTH: its mechanism is not looked at here, nor its initial response (RFC 5034 section 4)."""
    if reading.mechanism_trimmed:
        values = (*(value.strip(_WHITE) for value in values[:1]), *values[1:])
    if values and not values[0] and "AUTH" in reading.may_be_empty:
        values = ()
    flaw = flaw_of(values)
    heard = heard._replace(command=Command("AUTH", values[:2], flaw))
    if not values:
        return due(reading, heard, missing())
    if len(values) > 2 and (refusal := surplus(reading, "AUTH")) is not None:
        return due(reading, heard, refusal)
    return heard
