"""A comparison as rows: a table where it fits, else a block for each line.

Servers that do the same stand together, and those that also say the same share one row. What does
something else than the rest bears a sign; in the plain look, words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from simulator.pop3 import COMMANDS, Status, decode
from simulator.pop3.commands import parse

from .comparison import notes_on
from .ink import Row, clip, pad, wrap
from .marginalia import cited, note_rows
from .theme import Look
from .visible import measure, visible

if TYPE_CHECKING:
    from simulator.hosts import Answers, Group, Heard, Wording

    from .comparison import Comparison

__all__ = ["comparison_rows", "line_row", "said_rows"]

#: Lines of a listing that are shown, and of what one body has and another has not.
MOST_LISTED, MOST_CHANGED = 40, 6
LONGEST_SHOWN = 60
#: Lines that were said before, of which the last so many are named.
MOST_TOLD = 6
#: The replies whose bodies are lists for people to look at; mail is counted.
_LISTINGS = frozenset({"CAPA", "LIST", "UIDL", "LANG", "AUTH"})


def comparison_rows(
    comparison: Comparison, measure_: int, columns: int, look: Look
) -> Iterator[Row]:
    """The comparison within `columns` cells; prose within `measure_`."""
    from .comparedtable import table_rows

    yield from _head(comparison, measure_)
    table = None if look.plain or comparison.raw else table_rows(comparison, columns, look)
    if table is not None:
        yield from table
        yield ()
    for at, answers in enumerate(comparison.answers):
        if table is None or comparison.verdicts[at].word or comparison.verdicts[at].broken:
            yield line_row(answers.line, measure_, look)
        if table is None:
            yield from _block(comparison, answers, measure_, look)
        bar = "  " if look.plain else f"  {look.glyphs.bar} "
        notes = note_rows(notes_on(comparison, at), measure_ - len(bar), look)
        yield from (((style, bar), *row) for style, row in notes)
        if at + 1 < len(comparison.answers):
            yield ()
    if not comparison.raw and any(
        len(group.wordings) > 1 for answers in comparison.answers for group in answers.groups
    ):
        yield ()
        yield from wrap((("muted", _WORDS), ("cite", " (RFC 1939 §3)")), measure_)


_WORDS = (
    "Servers that do the same may say it in other words: the text behind +OK and -ERR is each server's "
    "own."
)


def _head(comparison: Comparison, width: int) -> Iterator[Row]:
    """Who was asked, whose mail it is, and how one came in."""
    question, count = comparison.question, len(comparison.inquiries)
    box = question.mailboxes[0]
    servers = "1 server" if count == 1 else f"{count} servers"
    mail = "1 message" if len(box.messages) == 1 else f"{len(box.messages)} messages"
    where = "before the login" if question.before_login else "logged in"
    where += ", with TLS at once" if question.tls else ""
    head = f"{servers}, {where}; each has the maildrop of {visible(box.owner)}, {mail}."
    yield from wrap((("muted", head),), width)
    ways: dict[str, list[str]] = {}
    for inquiry in comparison.inquiries:
        if question.tls or inquiry.way is None:
            continue
        if inquiry.way.tls or inquiry.way.by not in ("", "USER"):
            by = "" if inquiry.way.by == "USER" else f" by {inquiry.way.by}"
            tls = {"STLS": "behind STLS", "TLS": "with TLS at once", "": "in the clear"}
            ways.setdefault(f"In{by} {tls[inquiry.way.tls]}", []).append(inquiry.name)
    for way, names in ways.items():
        yield from wrap((("muted", f"{way}: {', '.join(names)}."),), width, indent=2)
    if before := question.first:
        told = "; ".join(["...", *before[-MOST_TOLD:]] if len(before) > MOST_TOLD else before)
        yield from wrap((("muted", f"Said before: {visible(told)}"),), width, indent=2)
    for inquiry in comparison.shut:
        said = visible(inquiry.opening[-1].reply.line) if inquiry.opening else "nothing"
        yield from wrap(
            (("wrong", f"{inquiry.name} lets nobody in: "), ("wire", said)), width, indent=2
        )
    yield ()


def line_row(line: str, width: int, look: Look) -> Row:
    """A line that was said, and where its command is defined."""
    row = COMMANDS.get(parse(line).keyword)
    shown = visible(line) or "(a blank line)"
    if line != line.strip():
        shown = f'"{shown}"'  # else nobody sees the blanks
    cite = cited(row.section) if row is not None else ""
    head: Row = (("typed", shown),)
    if not cite:
        return head
    room = width - measure(shown) - measure(cite)
    if look.plain or room < 2:
        return (*head, ("cite", f" ({cite})"))
    return (*head, ("cell", " " * room), ("cite", cite))


# A block


def _block(comparison: Comparison, answers: Answers, width: int, look: Look) -> Iterator[Row]:
    total = len(comparison.inquiries)
    for group in answers.groups:
        yield from _group_head(group, total, width, look)
        for wording in group.wordings:
            yield from _wording(comparison, answers, wording, width)


def _group_head(group: Group, total: int, width: int, look: Look) -> Iterator[Row]:
    count = len(group.servers)
    of = f"all {total}" if count == total > 1 else f"{count} of {total}"
    sign = sign_of(group, look)
    words = _PLAIN.get(group.difference.value, "") if look.plain else ""
    head: Row = (*sign, ("head", f"{words}{deed(group.heard)} ({of})"))
    yield from _set_in(wrap(head, width - 2, indent=2), 2)


_PLAIN = {"data": "other figures: ", "deed": "something else: "}


def sign_of(group: Group, look: Look) -> Row:
    """The sign of a group that differs; in the plain look it is said in words."""
    if look.plain or group.difference.value not in _PLAIN:
        return ()
    if group.difference.value == "data":
        return (("info", f"{look.glyphs.nearly} "),)
    return (("wrong", f"{look.glyphs.differs} "),)


def deed(heard: Heard) -> str:
    """What an answer comes to, in few words."""
    if not heard.said:
        return "not said: the line was down"
    exchange = heard.exchange
    if exchange is None:
        return "no answer, and hangs up" if heard.hung_up else "no answer"
    status = exchange.reply.status
    words = status.value if status is not None else "neither +OK nor -ERR"
    if status is Status.CONTINUE:
        words = "+, a challenge"
    if exchange.reason is not None:
        words += f", {exchange.reason.value.replace('-', ' ')}"
    for effect in exchange.effects:
        numbers = " ".join(map(str, effect.numbers))
        words += f", {effect.kind.value.replace('-', ' ')}{f' {numbers}' if numbers else ''}"
    return f"{words}, and hangs up" if heard.hung_up else words


def _wording(
    comparison: Comparison, answers: Answers, wording: Wording, width: int
) -> Iterator[Row]:
    servers = ", ".join(wording.servers)
    if not wording.heard.said:
        yield from _set_in(wrap((("info", servers),), width - 4, indent=2), 4)
        return
    names: Row = (("info", f"{servers}:"),)
    if comparison.raw:
        yield from _set_in(wrap(names, width - 4), 4)
        for line in _raw_lines(answers, wording.heard):
            yield from _cut(line, width, 6)
        return
    said = said_rows(answers, wording)
    yield from _set_in(wrap((*names, ("cell", " "), *said[0]), width - 4, indent=2), 4)
    for row in said[1:]:
        yield from _set_in(wrap(row, width - 6, indent=2), 6)


def _set_in(rows: Iterable[Row], indent: int) -> Iterator[Row]:
    return ((("cell", " " * indent), *row) for row in rows)


def _raw_lines(answers: Answers, heard: Heard) -> Iterator[str]:
    """The octets as they came, line by line, with all that is not printable made visible."""
    if heard.delay:
        yield f"(after {heard.delay:g} s)"
    for line in heard.octets.split(b"\n")[:-1]:
        yield visible(answers.shown(decode(line + b"\n")))


def _cut(text: str, width: int, indent: int) -> Iterator[Row]:
    """Text in rows, with every blank as it came."""
    room = max(1, width - indent)
    while text:
        part = text
        while measure(part) > room:
            part = part[: max(1, min(len(part) - 1, room))]
        text = text[len(part) :]
        yield (("cell", " " * indent), ("wire", part))


def said_rows(answers: Answers, wording: Wording) -> list[Row]:
    """An answer in words: its first line, and in rows of their own what its body has."""
    heard = wording.heard
    if not heard.exchanges:
        return [(("muted", deed(heard)),)]
    text: list[tuple[str, str]] = []
    for exchange in heard.exchanges:
        reply = exchange.reply
        style = "wire" if reply.status is None else "ok" if reply.ok else "err"
        status, blank, rest = answers.shown(reply.line).partition(" ")
        text += (
            [
                ("muted", ", then "),
            ]
            if text
            else []
        )
        text += [(style, visible(status)), ("wire", f"{blank}{visible(rest)}")]
        if reply.body is not None:
            count = len(reply.lines)
            lines = "1 line" if count == 1 else f"{count} lines"
            text.append(("muted", f" ({lines}, {reply.octets} octets)"))
    if heard.delay:
        text.append(("muted", f" (after {heard.delay:g} s)"))
    if heard.hung_up:
        text.append(("muted", " (hangs up)"))
    return [tuple(text), *_body_rows(answers, wording)]


def _body_rows(answers: Answers, wording: Wording) -> Iterator[Row]:
    """The body that the others are held against, where it is a list; of the others, the change."""
    from simulator.hosts import body_change

    exchange = wording.heard.exchange
    if exchange is None or exchange.reply.body is None:
        return
    bodies = [
        each for group in answers.groups for each in group.wordings
        if each.heard.exchange is not None and each.heard.exchange.reply.body is not None
    ]  # fmt: skip
    base = bodies[0].heard.exchange
    assert base is not None
    if bodies[0] is wording:
        lines = exchange.reply.lines
        if exchange.keyword in _LISTINGS and len(lines) <= MOST_LISTED:
            yield (("muted", _joined(answers, lines)),)
        return
    if exchange.keyword == "UIDL":  # each server has its own form of them, and one shows it
        rest = "; ..." if len(exchange.reply.lines) > 1 else ""
        yield (("muted", _joined(answers, exchange.reply.lines[:1]) + rest),)
        return
    more, less = body_change(base.reply, exchange.reply)
    if more:
        yield (("muted", "has "), ("wire", _listed(answers, more)))
    if less:
        yield (("muted", "lacks "), ("wire", _listed(answers, less)))
    if not more and not less and base.reply.body != exchange.reply.body:
        yield (("muted", "the same lines in another order"),)


def _joined(answers: Answers, lines: Sequence[bytes]) -> str:
    shown = (visible(answers.shown(decode(line))) for line in lines)
    return "; ".join(clip(line, LONGEST_SHOWN) for line in shown)


def _listed(answers: Answers, lines: Sequence[bytes]) -> str:
    """The first few lines; those that are blank are counted."""
    written = [line for line in lines if line.strip()]
    blank, left = len(lines) - len(written), len(written) - MOST_CHANGED
    parts = [_joined(answers, written[:MOST_CHANGED])] if written else []
    if left > 0:
        parts.append(f"and {left} more")
    if blank:
        parts.append("a blank line" if blank == 1 else f"{blank} blank lines")
    return "; ".join(parts)


def padded(rows: Sequence[Row], height: int, width: int) -> list[Row]:
    """Rows of one cell, as many as its neighbours have, each as wide as the cell."""
    return [pad(row, width) for row in rows] + [(("cell", " " * width),)] * (height - len(rows))
