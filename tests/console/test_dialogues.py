"""AUTH at the desk: secrets stay out of sight, and nothing out of base64 reaches a terminal raw."""

from __future__ import annotations

import re
from base64 import b64encode

import pytest
from desks import DIAL, sit

from simulator.console.theme import PLAIN, Look, coloured
from simulator.teaching import Margin

OUR_SGR = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = [
    "\x1b[31mred",
    "\x9b2J",
    "a\x00b",
    "bidi\u202etxt",
    "\x07bell",
    "x" * 3000,
    "back`tick ${user}",
]


def b64(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("look", [PLAIN, coloured()], ids=["plain", "coloured"])
@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_name_out_of_base64_is_never_drawn_raw(name: str, look: Look, columns: int) -> None:
    """Only LF and our own colours: in notes, in `:why`, `:wire`, `:state` and the toolbar's words."""
    drawn = sit(
        "telnet pop.skyloft.example 110", "AUTH LOGIN", b64(name), ":why", ":wire", b64(name), ":why",
        f"AUTH XOAUTH2 {b64(f'user={name[:80]}' + chr(1) + 'auth=Bearer x' + chr(1) * 2)}", ":why",
        ":state", "", ":why", look=look, columns=columns,
    ).drawn  # fmt: skip
    left = OUR_SGR.sub("", drawn)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", left)


@pytest.mark.parametrize("margin", list(Margin))
def test_what_is_answered_is_in_no_note_and_in_no_view(margin: Margin) -> None:
    """The echo of a pipe shows what was typed; nothing that the tutor draws does."""
    secret = b64("\0mira\0kettle42")
    drawn = sit(DIAL, "AUTH PLAIN", secret, ":why", ":wire", ":undo", ":state", margin=margin).drawn
    assert drawn.count(secret) == 1
    assert "kettle42" not in drawn


def test_a_command_typed_into_a_dialogue_is_explained() -> None:
    """QUIT behind AUTH is a response, and no good one; `*` is what ends it."""
    drawn = sit(DIAL, "AUTH PLAIN", "QUIT", ":why").drawn
    assert "*" in drawn
    assert "Connection closed by foreign host." not in drawn


def test_a_response_is_hidden_though_its_reply_never_came() -> None:
    """The line went down in the middle: the last whole Exchange is AUTH's own; the octets are not."""
    secret = b64("\0mira\0kettle42")
    drawn = sit(DIAL, "AUTH PLAIN", ":fault drop", secret, ":wire", margin=Margin.OFF).drawn
    _, wire = drawn.split("sent", 1)
    assert secret[:6] not in wire
    assert "**" in wire


def test_a_response_to_an_auth_that_was_refused_is_not_repeated() -> None:
    """The server took it for a command; the margin, `:undo` and `:wire` still know better."""
    secret = b64("\0ines\0second-key")
    drawn = sit("telnet pop.bank.example 110", "AUTH PLAIN", secret, ":why", ":wire", ":undo").drawn
    assert drawn.count(secret) == 1  # the echo of what a pipe typed


def test_a_late_reply_is_late_once() -> None:
    """What a reply waited for is told with it, and not again with what comes later."""
    drawn = sit(DIAL, ":fault delay", "CAPA", ":wait 1m", ":undo", "CAPA").drawn
    assert drawn.count("30 seconds pass before the answer comes") == 1
