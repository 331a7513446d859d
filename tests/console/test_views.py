"""The views fit 80 columns, show nothing raw, and hide the octets of a secret."""

from __future__ import annotations

from collections import namedtuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.console import views
from simulator.console.ink import Row, row_text, row_width
from simulator.console.octets import wire_view
from simulator.console.theme import PLAIN, Look, coloured
from simulator.hosts import Carried
from simulator.mailroom import Item, Snapshot
from simulator.pop3 import COMMANDS, TRANSITIONS, State

Command = namedtuple("Command", "name key meaning")  # noqa: PYI024 -- a shape for a test
Way = namedtuple("Way", "keyword before after")  # noqa: PYI024 -- see above
LOOKS = pytest.mark.parametrize("look", [coloured(), PLAIN])
WIDTH = 79


def drawn(rows: object) -> list[str]:
    return [row_text(row) for row in rows]  # type: ignore[attr-defined]


def wire(sent: bytes, received: bytes, look: Look = PLAIN) -> list[str]:
    return drawn(wire_view(Carried(sent, received), WIDTH, look))


def test_octets_beside_their_text() -> None:
    """Each line of the protocol begins a row; its CRLF is named behind the text."""
    assert wire(b"user mira\r\n", b"+OK\r\n") == [
        "  sent  11 octets",
        "  0000  75 73 65 72 20 6d 69 72 61 0d 0a                 user mira CRLF",
        "  received  5 octets",
        "  0000  2b 4f 4b 0d 0a                                   +OK CRLF",
    ]


@pytest.mark.parametrize("line", ["PASS kettle42", "pass kettle42", "APOP mira 0123456789abcdef"])
def test_secrets_are_hidden(line: str) -> None:
    """The argument's octets are stars, in both columns, and a remark says why."""
    secret = line.partition(" ")[2]
    text = "\n".join(wire(line.encode() + b"\r\n", b"+OK\r\n"))
    assert text.count("** ") >= len(secret)
    assert secret.encode()[-6:].hex(" ") not in text
    assert secret not in text
    assert "secret" in text


def test_stuffed_dots_and_the_end_are_named() -> None:
    """A stuffed dot and the line that ends a body have words behind them."""
    rows = wire(b"RETR 1\r\n", b"+OK\r\n..hidden\r\n.\r\n")
    assert any(row.endswith("..hidden dot CRLF") for row in rows)
    assert any(row.endswith(". CRLF end of the body") for row in rows)
    assert any("on the wire only" in row for row in rows)


def test_a_long_body_is_shortened_in_the_middle() -> None:
    """Of 4 MB a few rows of the beginning and of the end are shown, and the count of the rest."""
    rows = wire(b"RETR 1\r\n", b"+OK\r\n" + b"x" * 72 * 50_000 + b"\r\n.\r\n")
    assert len(rows) < 50
    assert any("octets are not shown" in row for row in rows)
    assert rows[-1].endswith(". CRLF end of the body")


@given(st.binary(max_size=200), st.lists(st.binary(max_size=120), max_size=60))
def test_the_wire_view_fits(sent: bytes, received: list[bytes]) -> None:
    """Whatever went over the wire, the view keeps to its width and counts every octet."""
    octets = b"\r\n".join(received)
    for look in (coloured(), PLAIN):
        rows: list[Row] = list(wire_view(Carried(sent, octets), WIDTH, look))
        assert all(row_width(row) <= WIDTH for row in rows)


ITEMS = (
    Item("bulbs", 1, 884, "AS2Z3KCHKQBZQO466ADPZL3H", "Bulbs to plant in May", False, True),
    Item("prize", 2, 614, "x" * 70, "\x1b[2JYOU HAVE WON " + "!" * 90, True, True),
    Item("new", None, 20, "u", "京都からの手紙" * 9, False, True),
    Item("gone", 3, 30, "v", "", False, False),
)


def test_the_disk_beside_the_session() -> None:
    """Numbers, marks, what is gone and what is new; and what STAT counts."""
    rows = drawn(views.mailbox(Snapshot("mira", True, ITEMS, True), WIDTH))
    assert rows[0] == "  Maildrop of mira  3 messages on disk, open and locked"
    assert rows[2].split()[:3] == ["yes", "1", "884"]
    assert rows[3].split()[:4] == ["yes", "2", "marked", "614"]
    assert rows[4].split()[:2] == ["yes", "-"]
    assert rows[5].split()[:2] == ["gone", "3"]
    assert "STAT counts 2 messages, 914 octets." in rows[6]
    assert "^[[2JYOU HAVE WON" in rows[3]


@given(
    st.lists(
        st.builds(
            Item, st.text(), st.one_of(st.none(), st.integers(1, 9)), st.integers(0, 10**7),
            st.text(), st.text(), st.booleans(), st.booleans(),
        ), max_size=4,
    ), st.integers(59, 92),
)  # fmt: skip
def test_a_mailbox_fits(items: list[Item], width: int) -> None:
    """Whatever the names, no row is wider than asked."""
    rows = views.mailbox(Snapshot("mira", True, tuple(items), True), width)
    assert all(row_width(row) <= width for row in rows)


@LOOKS
@pytest.mark.parametrize("now", list(State))
def test_the_diagram_is_the_table(now: State, look: Look) -> None:
    """Every transition of the table is drawn, and one state is where one is."""
    ways = [Way("PASS", State.AUTHORIZATION, State.TRANSACTION)]
    rows = list(views.states(now, ways, WIDTH, look))
    text = "\n".join(drawn(rows))
    for (_, keyword, status), after in TRANSITIONS.items():
        assert f"{keyword} {status.value}" in text
        assert f"{look.glyphs.arrow} {after.value}" in text
    assert text.count("(you are here)") == 1
    assert f"PASS: AUTHORIZATION {look.glyphs.arrow} TRANSACTION" in text
    assert all(row_width(row) <= WIDTH for row in rows)


@pytest.mark.parametrize("width", [59, WIDTH, 92])
def test_help_lists_the_commands_of_the_state(width: int) -> None:
    """In a state its commands and no others; at the shell how to call; always the tutor's."""
    tutor = [Command("hint", "F2", "a hint")]
    for state in (State.AUTHORIZATION, State.TRANSACTION, None):
        rows = list(views.commands(state, tutor, width))
        text = drawn(rows)
        assert any(line.split()[:2] == [":hint", "F2"] for line in text)
        for row in COMMANDS.values():
            listed = any(f"{line} ".startswith(f"    {row.usage} ") for line in text)
            assert listed == (state in row.states)
        assert all(row_width(row) <= width for row in rows)


@LOOKS
def test_the_course_has_ticks(look: Look) -> None:
    """A passed lesson has a tick or the word, one that is begun its count."""
    course = [
        views.LessonLine(1, "first-call", "A call", 5, 2, 2, passed=True),
        views.LessonLine(2, "first-login", "Your first login", 6, 1, 3),
        views.LessonLine(12, "quit", "x" * 90, 8, 0, 4),
    ]
    rows = list(views.lessons(course, WIDTH, look))
    text = drawn(rows)
    assert text[0].split()[0] == ("passed" if look.plain else "✔")
    assert text[1].split()[0] == "1/3"
    assert text[2].endswith("8 min")
    assert all(row_width(row) <= WIDTH for row in rows)
