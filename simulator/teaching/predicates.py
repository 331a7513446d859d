"""The predicates a lesson page may write: a closed set, as papers.

They speak of exchanges, of ends of sessions and of the maildrop, and name messages by label. There
is no code in them and no raw text but `line` and `text`, which are regular expressions. What they
mean is in `checks.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Literal, TypeAlias

from simulator.pages import key_of, paper
from simulator.pop3 import Ending, Reason, State

__all__ = [
    "Argument",
    "Attempts",
    "Check",
    "Ended",
    "MaildropIs",
    "OneOrMore",
    "Pattern",
    "Range",
    "Scope",
    "Times",
    "in_list",
]

OneOrMore: TypeAlias = str | tuple[str, ...]
Scope: TypeAlias = Literal["move", "step", "lesson"]


def in_list(value: OneOrMore | None) -> tuple[str, ...]:
    """One or more texts as a tuple; none for None."""
    return () if value is None else (value,) if isinstance(value, str) else value


def _is_regex(key: str, text: str | None) -> None:
    if text is None:
        return
    try:
        re.compile(text)
    except re.error as problem:
        message = f"{key} {text!r} is no regular expression: {problem}"
        raise ValueError(message) from None


def _has_a_key(value: object, what: str) -> None:
    """Raise ValueError if no key of a paper was written."""
    made = fields(value)  # type: ignore[arg-type]
    if all(getattr(value, field.name) is None for field in made):
        keys = ", ".join(key_of(field.name) for field in made)
        raise ValueError(f"{what} without a key fits anything; write at least one of {keys}")


@paper
class Argument:
    """An argument that names a message: `{label: prize}`."""

    label: str


@paper
class Range:
    """A number between `min` and `max`, both inclusive; either may be left out."""

    min: int | None = None
    max: int | None = None

    def __post_init__(self) -> None:
        _has_a_key(self, "a range")

    def holds(self, number: int) -> bool:
        """Whether the number is in the range."""
        low = self.min is None or number >= self.min
        return low and (self.max is None or number <= self.max)


@paper
class Pattern:
    """What an exchange must be like. All keys that are written must hold."""

    verb: OneOrMore | None = None  #: keyword in any case; GREETING for the greeting
    ok: bool | None = None  #: false: it was refused; a challenge of AUTH is neither
    challenge: bool | None = None  #: the reply is a challenge of AUTH
    mechanism: str | None = None  #: the SASL mechanism of AUTH and of the lines behind it
    secures: bool | None = None  #: STLS was accepted
    language: str | None = None  #: LANG chose this tag, or `any`
    reason: Reason | tuple[Reason, ...] | None = None  #: why it was -ERR
    code: str | None = None  #: response code without brackets (RFC 2449 section 8)
    args: tuple[Argument | str, ...] | None = None  #: exactly these; `any` fits any one
    line: str | None = None  #: regular expression, searched in the line as typed
    text: str | None = None  #: regular expression, searched behind the status indicator
    from_: State | None = None
    to: State | None = None
    user: str | None = None  #: who is logged in after it
    sends: OneOrMore | None = None  #: RETR sent one of these labels, or `any`
    marks: OneOrMore | None = None  #: DELE marked one of these labels, or `any`
    unmarks: OneOrMore | None = None  #: RSET took the mark of all of these, or of `any`
    removes: OneOrMore | None = None  #: UPDATE removed all of these, or `any`, or `none`
    login: str | None = None  #: the mailbox name, or `any`
    octets: Range | None = None  #: size of the reply's body
    lines: Range | None = None  #: lines of the reply's body

    def __post_init__(self) -> None:
        _has_a_key(self, "a pattern")
        _is_regex("line", self.line)
        _is_regex("text", self.text)

    def labels(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """(way on the page, label) for every label that it names."""
        for key in ("sends", "marks", "unmarks", "removes"):
            yield from _labels(key, getattr(self, key))
        for at, argument in enumerate(self.args or ()):
            if isinstance(argument, Argument):
                yield ("args", at, "label"), argument.label


def _labels(key: str, value: OneOrMore | None) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        if value not in ("any", "none"):
            yield (key,), value
        return
    for at, label in enumerate(value or ()):
        yield (key, at), label


@paper
class Times:
    """How many exchanges fit `of`."""

    of: Pattern
    min: int | None = None
    max: int | None = None

    def __post_init__(self) -> None:
        if self.min is None and self.max is None:
            raise ValueError("times needs min or max; write min: 1 if once is enough")


@paper
class MaildropIs:
    """The maildrop on the server's disk, and the marks of the session."""

    present: tuple[str, ...] | None = None  #: each is on disk
    gone: tuple[str, ...] | None = None  #: none is on disk
    marked: tuple[str, ...] | None = None  #: exactly these are marked; `[]`: no mark at all
    unmarked: tuple[str, ...] | None = None  #: none of these is marked
    count: int | None = None  #: messages on disk
    user: str | None = None  #: whose maildrop; default: the account of the lesson

    def __post_init__(self) -> None:
        _has_a_key(self, "maildrop")

    def labels(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """(way on the page, label) for every label that it names."""
        for key in ("present", "gone", "marked", "unmarked"):
            yield from _labels(key, getattr(self, key))


@paper
class Ended:
    """A session ended. `{}` fits any end."""

    by: Ending | None = None
    from_: State | None = None
    user: str | None = None
    removed: OneOrMore | None = None  #: exactly these labels, or `any` (at least one), or `none`
    forgotten: OneOrMore | None = None  #: marks lost with the line; as for `removed`

    def labels(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """(way on the page, label) for every label that it names."""
        for key in ("removed", "forgotten"):
            yield from _labels(key, getattr(self, key))


@paper
class Attempts:
    """How many moves in this step have led nowhere so far."""

    min: int


@paper
class Check:
    """A predicate. All keys that are written must hold; `scope` is for those of history."""

    did: Pattern | None = None
    never: Pattern | None = None
    times: Times | None = None
    order: tuple[Pattern, ...] | None = None
    last: Pattern | None = None
    ended: Ended | None = None
    state: State | None = None
    maildrop: MaildropIs | None = None
    attempts: Attempts | None = None
    all_: tuple[Check, ...] | None = None
    any_: tuple[Check, ...] | None = None
    not_: Check | None = None
    scope: Scope | None = None

    def __post_init__(self) -> None:
        names = [each.name for each in fields(self) if each.name != "scope"]
        if all(getattr(self, name) is None for name in names):
            keys = ", ".join(map(key_of, names))
            raise ValueError(f"a check without a key always holds; write at least one of {keys}")

    def inside(self) -> Iterator[tuple[tuple[str | int, ...], Check]]:
        """(way on the page, check) for itself and every check in it."""
        yield (), self
        for key in ("all", "any"):
            for at, part in enumerate(getattr(self, f"{key}_") or ()):
                for way, check in part.inside():
                    yield (key, at, *way), check
        if self.not_ is not None:
            for way, check in self.not_.inside():
                yield ("not", *way), check

    def labels(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """(way on the page, label) for every label named anywhere in it."""
        for way, check in self.inside():
            for key in ("did", "never", "last", "ended", "maildrop"):
                part = getattr(check, key)
                for inner, label in part.labels() if part is not None else ():
                    yield (*way, key, *inner), label
            for inner, label in check.times.of.labels() if check.times else ():
                yield (*way, "times", "of", *inner), label
            for at, pattern in enumerate(check.order or ()):
                for inner, label in pattern.labels():
                    yield (*way, "order", at, *inner), label
