"""The screen: the wire at the left edge, the margin below it or beside it, never anything raw."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.console.marginalia import cited
from simulator.console.screen import Screen
from simulator.console.theme import PLAIN, Look, coloured
from simulator.console.views import usages
from simulator.console.visible import measure, visible
from simulator.hosts import Carried
from simulator.pop3 import Effect, Effects, Exchange, Reply, State, parse
from simulator.teaching.remarks import (
    Checkpoint,
    Choice,
    Feedback,
    Hint,
    Note,
    NoteKind,
    Question,
    Turn,
)

SGR = re.compile(r"\x1b\[[0-9;]+m")
A, T, U = State.AUTHORIZATION, State.TRANSACTION, State.UPDATE
LONG = Note(
    NoteKind.MEANING,
    "Marked, not removed. It leaves the disk only when `QUIT` succeeds, and not a moment before.",
    "RFC 1939 §5, §6",
)


class Paper:
    """A screen on a string."""

    def __init__(self, columns: int = 80, look: Look | None = None) -> None:
        self.file = io.StringIO()
        self.flushed = 0
        look = look or coloured()
        self.screen = Screen(self.file.write, self._flush, lambda: columns, look)

    def _flush(self) -> None:
        self.flushed += 1

    @property
    def raw(self) -> str:
        return self.file.getvalue()

    @property
    def lines(self) -> list[str]:
        return SGR.sub("", self.raw).split("\n")[:-1]


def said(line: str, reply: Reply, before: State = T, after: State | None = None) -> Exchange:
    return Exchange(line, parse(line), reply, before, after or before)


def notes(*texts: str) -> tuple[Note, ...]:
    return tuple(Note(NoteKind.MEANING, text) for text in texts)


def test_the_wire_alone() -> None:
    """Without notes only the reply's lines are drawn: stuffed dots, and the dot at the end."""
    paper = Paper(look=PLAIN)
    body = b"Subject: x\r\n\r\n..hidden\r\n...\r\n"
    paper.screen.exchange(said("RETR 1", Reply("+OK 20 octets", body)))
    assert paper.raw == "+OK 20 octets\nSubject: x\n\n..hidden\n...\n.\n"


def test_an_empty_body_still_ends() -> None:
    """A listing of nothing is a first line and the dot."""
    paper = Paper(look=PLAIN)
    paper.screen.exchange(said("LIST", Reply("+OK", b"")))
    assert paper.raw == "+OK\n.\n"


def test_notes_stand_below_at_80() -> None:
    """On 80 columns notes are set in behind a bar, with the cite at the right end."""
    paper = Paper(80)
    paper.screen.exchange(said("DELE 2", Reply("+OK marked")), (LONG,))
    assert paper.lines[0] == "+OK marked"
    assert paper.lines[1].startswith("  │ Marked, not removed.")
    assert paper.lines[-1].endswith("RFC 1939 §5, §6")
    assert max(map(measure, paper.lines)) == 79


def test_notes_stand_beside_at_120() -> None:
    """From 110 columns on the first row of the notes is beside the reply's first line."""
    paper = Paper(120)
    body = b"1 120\r\n2 274\r\n"
    paper.screen.exchange(said("LIST", Reply("+OK 2 messages", body)), (LONG,))
    assert [line[:70].rstrip() for line in paper.lines] == ["+OK 2 messages", "1 120", "2 274", "."]
    assert [line[70:73] for line in paper.lines] == [" │ ", " │ ", " │ ", ""]
    assert max(map(measure, paper.lines)) <= 120


def test_a_long_line_keeps_its_width() -> None:
    """A reply's line that is too long for its column is drawn whole; the notes go on after it."""
    paper = Paper(120)
    long = "x" * 100
    paper.screen.exchange(said("RETR 1", Reply("+OK", f"{long}\r\nshort\r\n".encode())), (LONG,))
    assert "│" in paper.lines[0]
    assert paper.lines[1] == long
    assert "│" in paper.lines[2]


def test_notes_longer_than_the_reply_go_on() -> None:
    """Beside a single line the rest of the notes stand in their column below it."""
    paper = Paper(120)
    paper.screen.exchange(said("DELE 2", Reply("+OK")), (LONG, LONG))
    assert len(paper.lines) > 3
    assert all(line[70:73] == " │ " for line in paper.lines)


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        (A, T, "AUTHORIZATION ▶ TRANSACTION · UPDATE"),
        (T, U, "AUTHORIZATION · TRANSACTION ▶ UPDATE"),
        (A, State.CLOSED, "AUTHORIZATION ▶ CLOSED"),
    ],
)
def test_a_change_of_state_is_drawn(before: State, after: State, row: str) -> None:
    """The states stand in a row with a sign before the one that was entered."""
    for columns in (80, 120):
        paper = Paper(columns)
        paper.screen.exchange(said("QUIT", Reply("+OK"), before, after), notes("Bye."))
        assert row in " ".join(paper.lines)


@pytest.mark.parametrize(
    ("kind", "word"), [(NoteKind.BREACH, "breach: "), (NoteKind.UNUSUAL, "unusual: ")]
)
def test_what_the_server_does_wrong_is_told_apart_by_a_word(kind: NoteKind, word: str) -> None:
    """Both looks have the word, so that it is not said by colour alone; other notes have it in one."""
    note = Note(kind, "Message 1 is marked and `listed` all the same.", "RFC 1939 §5")
    for columns, look in ((80, PLAIN), (80, None), (120, None)):
        paper = Paper(columns, look)
        paper.screen.exchange(said("LIST", Reply("+OK", b"1 9\r\n")), (*notes("One line."), note))
        assert f"{word}Message 1 is marked" in " ".join(paper.lines)
        assert ("note: One line." in " ".join(paper.lines)) is (look is PLAIN)


def test_the_greeting_shows_where_one_begins() -> None:
    """After the greeting the sign stands before AUTHORIZATION; after a NOOP there is no row."""
    paper = Paper()
    hello = Exchange(None, None, Reply("+OK hi"), A, A, (Effects(Effect.GREETING),))
    paper.screen.exchange(hello, notes("It speaks first."))
    assert paper.lines[-1] == "  │ ▶ AUTHORIZATION · TRANSACTION · UPDATE"
    paper.screen.exchange(said("NOOP", Reply("+OK")), notes("Nothing."))
    assert paper.lines[-1] == "  │ Nothing."


def test_plain_says_it_in_words() -> None:
    """The plain look has words for signs, whatever the width, and no colour."""
    paper = Paper(200, PLAIN)
    entered = Note(NoteKind.STATE, "Now `STAT` is valid.", "RFC 1939 §5")
    paper.screen.exchange(said("PASS x", Reply("+OK"), A, T), (*notes("It is yours."), entered))
    paper.screen.exchange(said("RETR 9", Reply("-ERR")), (Note(NoteKind.WHY, "No such message."),))
    turn = Turn((Checkpoint(2, 3, "logged in"),), (Feedback("a", "Not so."),))
    paper.screen.turn(turn)
    assert paper.raw == (
        "+OK\n  note: It is yours.\n"
        "  state: AUTHORIZATION -> TRANSACTION. Now STAT is valid. (RFC 1939 §5)\n"
        "-ERR\n  why: No such message.\n  [ok] 2/3 logged in\n  not yet: Not so.\n"
    )


def test_a_turn_is_drawn_in_its_order() -> None:
    """Checkpoints, feedback, prose, then the question with its choices."""
    paper = Paper()
    choices = (Choice("a", "Two."), Choice("b", "Three."))
    paper.screen.turn(
        Turn(
            (Checkpoint(1, 3, "dialled"),), (Feedback("f", "Right.", kind="right"),),
            ("Now think.\n\n- one\n- two",), (), Question("q", "How many?", choices),
        )
    )  # fmt: skip
    assert paper.lines == [
        "  ✔ 1/3 dialled", "  ✔ Right.", "", " Now think.", "", " - one", " - two", "",
        " ? How many?", "   a) Two.", "   b) Three.",
    ]  # fmt: skip


def test_checkpoints_stand_in_the_margin_on_wide_screens() -> None:
    """From 110 columns on a checkpoint is in the note column."""
    paper = Paper(120)
    paper.screen.turn(Turn((Checkpoint(2, 3, "logged in as mira"),)))
    assert paper.lines == [" " * 71 + "✔ 2/3 logged in as mira"]


def test_heading() -> None:
    """Title at the left, cites at the right; too long, they take two lines; plain: in words."""
    for columns, look, lines in (
        (60, None, [" Lesson 2 · Login" + " " * 27 + "RFC 1939 §4, §7"]),
        (26, None, [" Lesson 2 · Login", " RFC 1939 §4, §7"]),
        (80, PLAIN, [" Lesson 2 · Login (RFC 1939 §4, §7)"]),
    ):
        paper = Paper(columns, look)
        paper.screen.heading("Lesson 2 · Login", "RFC 1939 §4, §7")
        assert paper.lines == lines


def test_small_things() -> None:
    """A hint counts its rungs, a notice is set in, the tutor's typing shows its prompt."""
    paper = Paper(60, PLAIN)
    paper.screen.hint(Hint(1, 4, "The reply to `LIST` has it."))
    paper.screen.notice("Nothing yet.")
    paper.screen.typed("$ ", "telnet mail 110", by_tutor=True)
    paper.screen.program("Trying 192.0.2.110...\nConnected.\n")
    paper.screen.rule()
    assert paper.lines == [
        "  hint 1 of 4: The reply to LIST has it.", "  Nothing yet.", "$ telnet mail 110",
        "Trying 192.0.2.110...", "Connected.",
    ]  # fmt: skip
    assert paper.flushed >= 4


HOSTILE = st.one_of(
    st.text(),
    st.binary().map(lambda octets: octets.decode("utf-8", "surrogateescape")),
    st.sampled_from(["\x1b]52;c;aGk=\x07", "\x1b[2J", "\x9b31m", "a\u202eb", "\ud800", "\r\n"]),
)
BODY = st.lists(st.one_of(st.binary(), HOSTILE.map(lambda t: t.encode("utf-8", "replace"))))


@given(HOSTILE, BODY, HOSTILE, st.sampled_from([30, 80, 120, 200]), st.booleans())
def test_nothing_hostile_reaches_the_terminal(
    status: str, body: Iterable[bytes], text: str, columns: int, is_plain: bool
) -> None:
    """Whatever comes over the wire or was typed: LF, visible characters and our own SGR."""
    paper = Paper(columns, PLAIN if is_plain else None)
    screen = paper.screen
    reply = Reply(f"+OK {status}", b"".join(line + b"\r\n" for line in body))
    note = Note(NoteKind.MEANING, f"You typed {text}.", text)
    screen.exchange(said(text, reply, A, T), (note,))
    screen.exchange(Exchange(None, None, Reply(status), T, T))
    screen.program(text)
    screen.typed(text, text)
    screen.heading(text, text)
    screen.notice(text)
    screen.taken_back(text, T)
    question = Question(text, text, (Choice(text, text),))
    screen.turn(Turn((Checkpoint(1, 2, text),), (Feedback(text, text),), (text,), (), question))
    screen.show(partial(usages, [(text, text)]))
    screen.wire(Carried(text.encode("utf-8", "replace"), reply.body or b""))
    for line in SGR.sub("", paper.raw).split("\n"):
        assert visible(line) == line


def test_a_large_message_is_drawn_in_pieces() -> None:
    """A body of 20,000 lines is drawn whole, and not as one string."""
    pieces: list[str] = []
    screen = Screen(pieces.append, lambda: None, lambda: 80, coloured())
    screen.exchange(said("RETR 1", Reply("+OK", b"line\r\n" * 20_000)), notes("Long."))
    assert "".join(pieces).count("line\n") == 20_000
    assert len(pieces) > 30
    assert max(map(len, pieces)) < 10_000


@pytest.mark.parametrize(
    ("cite", "shown"),
    [
        ("", ""),
        ("RFC 1939 §7", "RFC 1939 §7"),
        ("RFC 1939 §3, RFC 1939 §4, §7, RFC 2449 §5", "RFC 1939 §3, §4, §7, RFC 2449 §5"),
        ("RFC 1939 §4, RFC 5034, RFC 1939 §7", "RFC 1939 §4, RFC 5034, RFC 1939 §7"),
    ],
)
def test_each_work_is_named_once(cite: str, shown: str) -> None:
    """Neighbouring places of one RFC are joined under its name, those of others are not."""
    assert cited(cite) == shown


def test_what_a_step_asks_for_is_parted_once() -> None:
    """One blank line stands between the prose and the goal, whatever the goal's markup."""
    paper = Paper()
    paper.screen.heading("Lesson 2")
    paper.screen.turn(Turn(prose=("Mira waits.",), goal="Send `STAT` **now**."))
    assert paper.lines == [" Lesson 2", " Mira waits.", "", " ➤ Send STAT now."]
