"""What the tutor says, as rows: notes, the states, checkpoints, feedback, prose and questions.

Each function gives rows for a measure in cells, in the coloured look or in the plain one. Where the
rows stand, under the reply or beside it, is the screen's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.pop3 import Effect, Exchange, State
from simulator.teaching.remarks import Checkpoint, Feedback, Note, NoteKind, Question

from .ink import Row, hang, markup, pad, row_text, row_width, wrap
from .theme import Look
from .visible import measure, visible

__all__ = [
    "beside_rows",
    "checkpoint_rows",
    "cited",
    "feedback_rows",
    "heading_rows",
    "note_rows",
    "prose_rows",
    "question_rows",
    "state_row",
]

_WORDS = {
    NoteKind.MEANING: "note", NoteKind.WHY: "why", NoteKind.STATE: "state",
    NoteKind.MAILDROP: "maildrop", NoteKind.BREACH: "breach", NoteKind.UNUSUAL: "unusual",
}  # fmt: skip
#: The notes on the server's own doing have their word in the coloured look too, in this style.
_SIGNED = {NoteKind.BREACH: "wrong", NoteKind.UNUSUAL: "info"}
_WARNING = {NoteKind.WHY, NoteKind.BREACH}
_PATH = (State.AUTHORIZATION, State.TRANSACTION, State.UPDATE)
#: Cells between the end of a note and its cite on the same row.
_GAP = 2


def note_rows(
    notes: Iterable[Note], width: int, look: Look, exchange: Exchange | None = None
) -> list[tuple[str, Row]]:
    """The rows of notes, each with the style of the bar before it. `exchange`: for the states.

    The states' row stands before the note about the state, or last where no note is about it.
    """
    rows: list[tuple[str, Row]] = []
    moved = exchange if exchange is not None and _moved(exchange) else None
    for note in notes:
        lead: Row = ()
        if note.kind is NoteKind.STATE and moved is not None:
            if look.plain:
                lead = state_row(moved, look)
            else:
                rows.append(("bar", state_row(moved, look)))
            moved = None
        bar = "bar.why" if note.kind in _WARNING else "bar"
        rows += [(bar, row) for row in _note(note, lead, width, look)]
    if moved is not None and rows:
        rows += [("bar", row) for row in wrap(state_row(moved, look), width)]
    return rows


def beside_rows(
    lines: Iterator[Row], notes: Iterable[tuple[str, Row]], left: int, bar: str
) -> Iterator[Row]:
    """Each line with the next row of the notes, where there is room for it in `left` cells."""
    waiting = list(notes)[::-1]
    for line in lines:
        if waiting and row_width(line) <= left:
            style, note = waiting.pop()
            yield (*pad(line, left), (style, bar), *note)
        else:
            yield line
    while waiting:
        style, note = waiting.pop()
        yield (("cell", " " * left), (style, bar), *note)


def _moved(exchange: Exchange) -> bool:
    return exchange.did(Effect.GREETING) is not None or exchange.before is not exchange.after


def _note(note: Note, lead: Row, width: int, look: Look) -> list[Row]:
    text = markup(note.text, "note")
    cite = cited(visible(note.cite))
    if look.plain:
        word = lead or (("note", f"{_WORDS[note.kind]}:"),)
        joint = ". " if lead else " "
        tail: Row = (("cite", f" ({cite})"),) if cite else ()
        return hang((*word, ("note", joint)), (*text, *tail), width)
    style = _SIGNED.get(note.kind)
    sign: Row = ((style, f"{_WORDS[note.kind]}: "),) if style else ()
    rows = hang(sign, text, width, 0)
    return _with_cite(rows, cite, width) if cite else rows


def _with_cite(rows: list[Row], cite: str, width: int) -> list[Row]:
    """The rows with the cite at the right end of the last one, or on a row of its own."""
    used = row_width(rows[-1])
    room = width - used - measure(cite)
    if room >= _GAP:
        rows[-1] = (*rows[-1], ("note", " " * room), ("cite", cite))
        return rows
    return [
        *rows,
        *(
            (("note", " " * max(0, width - row_width(row))), *row)
            for row in wrap((("cite", cite),), width)
        ),
    ]


def cited(cite: str) -> str:
    """Places in the RFCs with each RFC named once: "RFC 1939 §3, §4, RFC 2449 §5"."""
    last, places = "", []
    for place in cite.split(", "):
        work, sign, section = place.partition(" §")
        places.append(f"§{section}" if sign and work == last else place)
        last = last if place.startswith("§") else work
    return ", ".join(places)


def state_row(exchange: Exchange, look: Look) -> Row:
    """The states and where the session is now; plain: "state: BEFORE -> AFTER"."""
    now = exchange.after
    if look.plain:
        came = exchange.before is not now
        way = f"{exchange.before.value} -> {now.value}" if came else now.value
        return (("state.now", f"state: {way}"),)
    # A QUIT before the login goes past UPDATE, so UPDATE does not stand on its way.
    past_update = now is State.CLOSED and exchange.before is not State.UPDATE
    return _path((exchange.before, now) if past_update else _PATH, now, look)


def _path(states: Iterable[State], now: State, look: Look) -> Row:
    row: list[tuple[str, str]] = []
    for index, state in enumerate(states):
        here = state is now
        sign = look.glyphs.now if here else look.glyphs.between if index else ""
        if sign:
            row.append(("state.now" if here else "state", f" {sign} " if index else f"{sign} "))
        row.append(("state.now" if here else "state", state.value))
    return tuple(row)


def checkpoint_rows(checkpoints: Iterable[Checkpoint], width: int, look: Look) -> Iterator[Row]:
    """A tick, the count and the words of each; plain: "[ok] 2/3 logged in as mira"."""
    for each in checkpoints:
        sign = "[ok]" if look.plain else look.glyphs.tick
        count: Row = (("tick", f"{sign} "), ("tick.text", f"{each.number}/{each.total} "))
        text = row_text(markup(each.text, "note"))
        yield from hang(count, (("tick.text", text),), width)


def feedback_rows(feedback: Iterable[Feedback], width: int, look: Look) -> Iterator[Row]:
    """What the lesson says to a move or an answer, with a sign for its kind; plain: a word."""
    words = {"wrong": "not yet", "right": "right", "info": "info"}
    signs = {"wrong": look.glyphs.cross, "right": look.glyphs.tick, "info": look.glyphs.info}
    styles = {"wrong": "wrong", "right": "tick", "info": "info"}
    for each in feedback:
        sign = f"{words[each.kind]}:" if look.plain else signs[each.kind]
        yield from hang(((styles[each.kind], f"{sign} "),), markup(each.text, "prose"), width)


def heading_rows(title: str, cite: str, width: int, look: Look) -> list[Row]:
    """The first line of a lesson: its title at the left, what it is about at the right."""
    title, cite = visible(title), cited(visible(cite))
    if look.plain:
        return hang((), (("heading", title), ("cite", f" ({cite})" if cite else "")), width)
    room = width - measure(title) - measure(cite)
    if cite and room >= _GAP:
        return [(("heading", title), ("cell", " " * room), ("cite", cite))]
    rows = wrap((("heading", title),), width)
    return rows + wrap((("cite", cite),), width) if cite else rows


def prose_rows(text: str, width: int) -> Iterator[Row]:
    """Markdown-lite: paragraphs, "- " lists, lines indented by four blanks as they are."""
    paragraph: list[str] = []
    for line in [*text.splitlines(), ""]:
        item = line.lstrip().startswith("- ")
        verbatim = line.startswith("    ") and bool(line.strip())
        if paragraph and (item or verbatim or not line.strip()):
            yield from _paragraph(" ".join(paragraph), width)
            paragraph = []
        if verbatim:
            yield (("prose.code", visible(line)),)
        elif not line.strip():
            yield ()
        else:
            paragraph.append(line.strip())


def _paragraph(text: str, width: int) -> Iterator[Row]:
    if text.startswith("- "):
        yield from hang((("info", "- "),), markup(text[2:], "prose"), width)
    else:
        yield from wrap(markup(text, "prose"), width)


def question_rows(question: Question, width: int, look: Look) -> Iterator[Row]:
    """The question, and its choices a letter each."""
    head: Row = (("info", "question: " if look.plain else "? "),)
    yield from hang(head, markup(question.text, "question"), width)
    for choice in question.choices:
        letter = f"  {visible(choice.letter)}) "
        text = markup(choice.text, "prose")
        yield from hang((("letter", letter),), text, width, measure(letter))
