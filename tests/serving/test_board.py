"""The board of `port110 serve --margin`: many sessions, each with its number and its notes."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from functools import cache

import pytest
from chairs import letters
from hypothesis import given, settings
from hypothesis import strategies as st
from serving.peers import ROOT
from serving.visitors import ALL, CANARY, PATHS, Visit, leaks, new_service

from simulator.console.board import Board
from simulator.console.screen import Screen
from simulator.console.theme import PLAIN, Look, coloured
from simulator.console.visible import measure
from simulator.hosts.service import BAD_COMMANDS, Service
from simulator.link import Peer, TlsFailed
from simulator.mailroom import Accounts
from simulator.teaching import Annotator, Margin, load_margin
from simulator.teaching.margin import MarginProse

SGR = re.compile(r"\x1b\[[0-9;]*m")
LOOKS = {"plain": PLAIN, "coloured": coloured(), "ascii": coloured(16, unicode=False)}
IN = ("USER mrose", "PASS secret")


@cache
def prose() -> MarginProse:
    return load_margin(ROOT / "lessons" / "margin")


class Wall:
    """A board on a string."""

    def __init__(
        self, columns: int = 80, look: Look = PLAIN, margin: Margin = Margin.BRIEF
    ) -> None:
        self.file = io.StringIO()
        screen = Screen(self.file.write, lambda: None, lambda: columns, look)
        self.board = Board(screen, lambda: Annotator(prose()), margin)

    @property
    def raw(self) -> str:
        return self.file.getvalue()

    @property
    def rows(self) -> list[str]:
        return SGR.sub("", self.raw).split("\n")[:-1]


def two_sessions(wall: Wall) -> None:
    """A session that reads and deletes, and one that is kept out meanwhile."""
    service = new_service()
    first = Visit(wall.board, service=service)
    second = Visit(wall.board, service=service, number=2)
    first.say(*IN, "STAT")
    second.say(*IN)
    first.say("RETR 1", "DELE 1")
    second.end()
    first.say("QUIT")
    first.end()


def test_two_sessions_on_the_board() -> None:
    """Line, arrow, reply, each behind the number of its session; of a body how much it is."""
    wall = Wall()
    two_sessions(wall)
    said = [re.sub(r"<[0-9.]+@", "<9.9@", row) for row in wall.rows if row.startswith("#")]
    octets = [message.octets for message in letters().messages]
    assert said == [
        "#1   192.0.2.9 calls",
        "#1   +OK Post office ready <9.9@localhost>",
        "#2   192.0.2.9 calls",
        "#2   +OK Post office ready <9.9@localhost>",
        "#1   USER mrose -> +OK",
        f"#1   PASS **** -> +OK mrose's maildrop has 3 messages ({sum(octets)} octets)",
        f"#1   STAT -> +OK 3 {sum(octets)}",
        "#2   USER mrose -> +OK",
        "#2   PASS **** -> -ERR [IN-USE] another session holds the maildrop",
        f"#1   RETR 1 -> +OK {octets[0]} octets (3 lines, {octets[0]} octets)",
        "#1   DELE 1 -> +OK message 1 marked as deleted",
        "#2   192.0.2.9 has dropped the line",
        "#1   QUIT -> +OK localhost signing off (2 messages left)",
    ]


def test_notes_stand_with_their_line() -> None:
    """What is said of a line follows it at once, though another session speaks next."""
    wall = Wall()
    two_sessions(wall)
    at = wall.rows.index("#1   DELE 1 -> +OK message 1 marked as deleted")
    assert wall.rows[at + 1].startswith("  note: Message 1 is marked. QUIT removes it.")
    assert wall.rows[at + 2].startswith("  maildrop: 1 of 3 marked.")
    assert wall.rows[at + 3] == "#2   192.0.2.9 has dropped the line"


def test_blanks_are_as_they_were_said() -> None:
    """Two blanks are two: a program's author looks for just that. A long line is cut at blanks."""
    wall = Wall()
    visit = Visit(wall.board)
    visit.say("USER  mrose ", f"USER {'kettle ' * 20}")
    assert "#1   USER  mrose  -> +OK" in wall.rows
    at = next(n for n, row in enumerate(wall.rows) if "kettle" in row)
    assert wall.rows[at + 1].startswith("     kettle")


def test_each_row_bears_its_session_and_fits() -> None:
    """At 80 and 120 columns, in each look: nothing is wider than the terminal."""
    for columns in (80, 120):
        for look in LOOKS.values():
            for margin in (Margin.BRIEF, Margin.FULL):
                wall = Wall(columns, look, margin)
                two_sessions(wall)
                assert max(map(measure, wall.rows)) < columns


def test_notes_stand_beside_from_110_columns_on() -> None:
    """Wide and coloured: at the right of the line that they explain. Else: below it, set in."""
    look = LOOKS["coloured"]
    wide, narrow, plain = Wall(120, look), Wall(80, look), Wall(120)
    for wall in (wide, narrow, plain):
        two_sessions(wall)
    (dele,) = [row for row in wide.rows if "DELE 1" in row and row.startswith("#1")]
    assert "│" in dele
    for wall in (narrow, plain):
        at = next(n for n, row in enumerate(wall.rows) if row.startswith("#1   DELE 1"))
        assert wall.rows[at + 1].startswith("  ")
        assert not wall.rows[at + 1].startswith("#")


def test_bodies_are_counted_and_not_shown() -> None:
    """One looks at what a program does, not at somebody's mail."""
    wall = Wall()
    visit = Visit(wall.board)
    visit.say(*IN, "RETR 2", "LIST")
    octets = letters().messages[1].octets
    assert f"#1   RETR 2 -> +OK {octets} octets (4 lines, {octets} octets)" in wall.rows
    assert "Subject: Letter 2" not in wall.raw


def test_how_it_ends_on_the_board() -> None:
    """QUIT's reply says all; else who left, what is kept, what was wrong with TLS, who had no room."""
    wall = Wall()
    for number, lines in enumerate(((*IN, "DELE 1"), ("x",) * BAD_COMMANDS, (*IN, "QUIT")), 1):
        visit = Visit(wall.board, number=number)
        visit.say(*lines)
        visit.end()
    Visit(wall.board, number=4).end(TlsFailed("no \x1b[1mshared cipher", "no-shared-cipher"))
    wall.board.ended(Peer(5, "192.0.2.77", 1, secure=False), None, "")
    assert "#1   mrose has dropped the line, 1 marked and kept" in wall.rows
    assert "#2   192.0.2.9 was hung up on" in wall.rows
    assert not [row for row in wall.rows if row.startswith("#3") and "line" in row]
    assert "#4   TLS failed: no ^[[1mshared cipher" in wall.rows
    assert "#5   192.0.2.77 was turned away: there is no room for more" in wall.rows
    assert not wall.board._voices


#: What was no secret's place: a name behind USER, a mechanism.
SHOWN = ("as a name", "a name with it", "auth unknown")


@pytest.mark.parametrize("path", [path for path in PATHS if path not in SHOWN])
def test_no_password_is_drawn(path: str) -> None:
    """The canary by every way in which a password may be mistyped: a class may look on."""
    box = replace(letters(), password=CANARY, secret=CANARY, token=CANARY)
    service = Service(ALL, Accounts([box]), "localhost", watch=True)
    wall = Wall(120, margin=Margin.FULL)
    visit = Visit(wall.board, service=service)
    visit.say(*PATHS[path])
    visit.end()
    assert not leaks(wall.raw)


def test_what_was_no_command_is_hidden_before_the_login_only() -> None:
    """`HELP` may be read by all; a long word may be a password; after the login nothing is hidden."""
    wall = Wall()
    visit = Visit(wall.board)
    visit.say("HELP", "EHLO there", "XYZZY42", *IN, "XYZZY42 there")
    said = [row.partition(" -> ")[0] for row in wall.rows if "unknown command" in row]
    assert said == ["#1   HELP", "#1   EHLO ****", "#1   ****", "#1   XYZZY42 there"]


HOSTILE = ("\x1b[2J", "\x9b31m", "\x07", "\u202eevil", "\udcff\udcfe", "\x00", "\t", "e\u0301" * 90)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("columns", [80, 120])
def test_hostile_octets_are_shown_and_do_nothing(look: str, columns: int) -> None:
    """Escapes, controls, broken UTF-8, direction overrides in lines and names: glyphs, all of them."""
    wall = Wall(columns, LOOKS[look], Margin.FULL)
    visit = Visit(wall.board)
    visit.say(
        *HOSTILE, *(f"USER a{each}" for each in HOSTILE), *(f"RETR {each}" for each in HOSTILE)
    )
    visit.end()
    assert all(row.isprintable() for row in wall.rows)
    assert "^[[2J" in wall.raw
    assert max(map(measure, wall.rows)) < columns


@settings(max_examples=60)
@given(st.lists(st.binary(min_size=1, max_size=30), max_size=5))
def test_whatever_is_said_the_board_is_rows_of_glyphs(pieces: list[bytes]) -> None:
    """Any octets at all."""
    wall = Wall(look=LOOKS["coloured"])
    visit = Visit(wall.board)
    for piece in pieces:
        visit.say(piece.decode("utf-8", "surrogateescape"))
    visit.end()
    assert all(row.isprintable() for row in wall.rows)
