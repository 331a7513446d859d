"""Any text at all: no traceback, nothing raw on a terminal, no secret, in bounded time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.cli.course import annotator
from simulator.cli.places import find_places
from simulator.console.accounts import accounts, hidden_unread
from simulator.console.narration import narrate
from simulator.console.screen import Screen
from simulator.console.theme import PLAIN, coloured
from simulator.hosts import load_personalities
from simulator.teaching import Margin
from simulator.transcript import NotText, Reading, read, text_of

VOICE = annotator(find_places())
KNOWN = load_personalities()
_RAW = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

_PIECES = st.sampled_from([
    "+OK", "-ERR", "+OK 2 320", "+ ", "+", "+OK POP3 server ready <1.1@x", ".", "..", "", "C: ", "S: ",
    "> ", "< ", ">>> ", "<<< ", "--> ", "*cmd* '", "*resp* b'", "USER mira", "PASS kettle42",
    "pass kettle42", "STAT", "LIST", "1 120", "2 200", "UIDL", "1 abc", "RETR 1", "TOP 1 0", "DELE 1",
    "QUIT", "CAPA", "AUTH PLAIN", "AG1pcmEAa2V0dGxlNDI=", "STLS", "LAST", "$ telnet x.test 110",
    "Trying 192.0.2.1...", "Connected to x.test.", "CONNECTED(00000003)", "---", "read R BLOCK", "DONE",
    "Connection closed by foreign host.", "closed", "RENEGOTIATING", "...", "<the message>", "(waits)",
    "Subject: hi", "  note: x", "    more", "&lt;br&gt;", "<br>", "\u00a0", "\u200b", "\x1b[31m",
    "\x08",
    "\x00", "\u202e", "\ufeff", "\\r\\n", "[10:11:12] ", "12  ", "typically: +OK ready Now the client ",
    "-- connect", "!! server closed the connection", "+Ok", "\u2013ERR", "\uff0bOK", "\udcff",
])  # fmt: skip
_ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", " ", "", "\r"])
_PATCHED = st.lists(st.tuples(_PIECES, _ENDS), max_size=60).map(
    lambda pairs: "".join(piece + end for piece, end in pairs)
)
_ANY = st.one_of(_PATCHED, _PATCHED, st.text(max_size=300))


def drawn(reading: Reading, *, plain: bool = True, columns: int = 80) -> str:
    """All that is drawn of it."""
    written: list[str] = []
    look = PLAIN if plain else coloured()
    screen = Screen(written.append, lambda: None, lambda: columns, look)
    told = list(accounts(reading, VOICE, KNOWN, Margin.FULL))
    narrate(screen, reading, told, hidden_unread(reading), Margin.FULL)
    return "".join(written)


@given(text=_ANY)
@settings(deadline=None, max_examples=400)
def test_any_text_is_read_and_drawn(text: str) -> None:
    """Whatever it is, all states follow one another, and nothing raw reaches the terminal."""
    reading = read(text)
    for dialogue in reading.dialogues:
        turns = [turn.exchange for turn in dialogue.turns]
        for one, next_ in pairwise(turns):
            same = one.after is next_.before
            unseen = {finding.lack.value for finding in dialogue.findings} & {"no-login"}
            assert same or unseen
    for plain in (True, False):
        shown = drawn(reading, plain=plain, columns=60 if plain else 130)
        assert not _RAW.search(_COLOUR.sub("", shown))


@given(
    octets=st.one_of(
        st.binary(max_size=400), _ANY.map(lambda t: t.encode("utf-8", "surrogateescape"))
    )
)
@settings(deadline=None, max_examples=200)
def test_any_octets_are_a_text_or_said_to_be_none(octets: bytes) -> None:
    """`text_of` gives a text that can be read, or says why there is none."""
    try:
        text = text_of(octets)
    except NotText as problem:
        assert "not a text" in str(problem)  # noqa: PT017 -- either is right
    else:
        read(text)


@given(text=_PATCHED)
@settings(deadline=None, max_examples=200)
def test_a_password_that_was_said_is_nowhere_in_what_is_drawn(text: str) -> None:
    """Behind PASS, in AUTH's base64, and wherever else a page repeats it."""
    page = f"S: +OK ready\nC: PASS kettle42\nS: -ERR wrong\n{text}\nWe typed kettle42 (a2V0dGxlNDI=).\n"
    shown = drawn(read(page))
    assert "kettle42" not in shown.replace("\n", "").replace(" ", "")
    assert "a2V0dGxlNDI" not in shown
    assert "AG1pcmEAa2V0dGxlNDI" not in shown


def _big() -> Iterator[tuple[str, str]]:
    yield "commands and replies", "RETR 1\n+OK\n" * 20_000 + "."
    yield "one long line", "+OK " + "x" * 2_000_000
    yield "long words", ("a" * 5000 + " +OK ") * 200
    yield (
        "a long body",
        "S: +OK hi\nC: LIST\nS: +OK\n" + "".join(f"S: {n} 1\n" for n in range(40_000)),
    )
    yield "no end of prompts", "$ " * 200_000 + "telnet"
    yield "brackets", "[" * 100_000 + "+OK"
    yield "quotation", "> " * 3000 + "+OK\n" + ("> " * 60 + "USER x\n" + "> " * 60 + "+OK\n") * 500
    yield "tags", "<br>" * 20_000 + "+OK &lt;" * 500
    yield "digits", "1" * 300_000 + " +OK\n"
    yield "backspaces", "x\x08" * 50_000 + "+OK"
    yield "colons", ":" * 100_000 + "USER x\n+OK\n"


@pytest.mark.parametrize(("what", "text"), list(_big()), ids=[what for what, _ in _big()])
def test_big_texts_are_read_to_their_end(what: str, text: str) -> None:
    """Hours would pass, or the stack would end, if anything cost the square of its length."""
    assert read(text).lines >= len(text.splitlines()), what
