"""Changes of scene: `:wait`, `:fault` and `:meanwhile`, and what a learner sees of them."""

from __future__ import annotations

import pytest
from desks import DIAL, LOGIN, sit

from simulator.hosts import FAULTS
from simulator.teaching import Margin

OFF = Margin.OFF


def test_ten_minutes_of_silence_end_the_call() -> None:
    """The server hangs up, the marks are gone, and the next login finds all mail."""
    drawn = sit(*LOGIN, "DELE 1", ":wait 10m", *LOGIN, "STAT").drawn
    assert "10 minutes pass." in drawn
    assert "Connection closed by foreign host." in drawn
    assert "+OK 3 2206" in drawn


def test_a_little_waiting_ends_nothing() -> None:
    """Nine minutes, a NOOP, nine minutes: the call stands, and waiting can be taken back."""
    drawn = sit(*LOGIN, ":wait 9m", "NOOP", ":wait 9m", "STAT", ":wait 10m", ":undo", "STAT").drawn
    assert drawn.count("+OK 3 2206") == 2
    assert "Taken back: :wait 10m" in drawn


@pytest.mark.parametrize("span", ["", "long", "10", "-5m", "400d"])
def test_nonsense_is_no_time(span: str) -> None:
    """What is no time is told what to write, and no time passes."""
    drawn = sit(*LOGIN, f":wait {span}", "STAT", margin=OFF).drawn
    assert ":wait 10m" in drawn
    assert "+OK 3 2206" in drawn


def test_waiting_at_the_shell_only_moves_the_clock() -> None:
    """No call is up; nothing is said to end."""
    drawn = sit(*LOGIN, "QUIT", ":wait 2h", margin=OFF).drawn
    assert drawn.count("Connection closed") == 1
    assert "2 hours pass." in drawn


def test_fault_alone_lists_what_can_go_wrong() -> None:
    """Each with its meaning and the place in the standard."""
    drawn = sit(":fault").drawn
    assert all(name in drawn for name in FAULTS)
    assert "RFC 1939" in drawn


def test_a_fault_strikes_the_next_reply() -> None:
    """The line goes down in the middle of a RETR; what was marked stays."""
    drawn = sit(*LOGIN, ":fault drop", "RETR 1", margin=OFF).drawn
    assert "Connection closed by foreign host." in drawn
    drawn = sit(*LOGIN, ":fault err-with-plus", "RETR 9", margin=OFF).drawn
    assert "+ERR" in drawn


@pytest.mark.parametrize(("line", "said"), [(":fault missing-dot", "did you mean"),
                                            (":fault drop", "No call is up")])  # fmt: skip
def test_a_fault_that_cannot_be(line: str, said: str) -> None:
    """A wrong name, or no call: a sentence says what to do."""
    moves = [DIAL, line] if "mean" in said else [line]
    assert said in sit(*moves, margin=OFF).drawn


def test_meanwhile_somebody_else_acts() -> None:
    """Mail arrives that this session does not see; a lock keeps the next one out."""
    drawn = sit(*LOGIN, ":meanwhile deliver note", "STAT", ":mailbox", margin=OFF).drawn
    assert "+OK 3 2206" in drawn
    assert "While you were connected" in drawn
    held = sit(DIAL, ":meanwhile hold mira by her phone", "USER mira", "PASS kettle42", margin=OFF)
    assert "-ERR [IN-USE]" in held.drawn
    assert "release" in sit(":meanwhile").drawn


def test_meanwhile_needs_a_host_and_sense() -> None:
    """Before the first call, and for what nobody can do, a sentence says what to do."""
    assert "dial first" in sit(":meanwhile hold mira", margin=OFF).drawn
    assert "did you mean" in sit(DIAL, ":meanwhile holt mira", margin=OFF).drawn


def test_the_wire_under_tls_shows_both_sides_of_it() -> None:
    """First what anybody sees, then what it meant; the password is in neither."""
    drawn = sit(DIAL, "STLS", ":wire", "USER mira", "PASS kettle42", ":wire", margin=OFF).drawn
    shaken, sealed = drawn.split("on the wire, as anybody sees it")
    assert "and behind it the handshake" in shaken
    assert "17 03 03" in sealed
    assert "inside, for the two ends alone" in sealed
    assert "50 41 53 53 20 **" in sealed
    assert "kettle42" not in sealed


def test_the_tickets_behind_a_handshake_are_named() -> None:
    """The first reply under TLS 1.3 carries more than itself, the next does not."""
    drawn = sit(DIAL, "STLS", "NOOP", ":wire", "NOOP", ":wire", margin=OFF).drawn
    assert drawn.count("More has come than the reply") == 1


def test_the_wire_hides_an_answer_to_a_challenge() -> None:
    """A line behind AUTH is a secret as a whole."""
    secret = "AG1pcmEAa2V0dGxlNDI="
    drawn = sit(DIAL, "AUTH PLAIN", secret, ":wire", ":undo", margin=OFF).drawn
    _, wire = drawn.split("sent")
    assert secret not in wire
    assert "**" in wire
    assert "Taken back: ****" in drawn


def test_mail_that_a_server_removes_unasked_is_named() -> None:
    """The wire does not show it; the maildrop beside it does, and no note says the contrary."""
    drawn = sit(
        "telnet pop.threepenny.example 110", "USER ruth", "PASS sardine-on-saturday", "RETR 2", "QUIT",
    ).drawn  # fmt: skip
    assert "removed more than you marked" in drawn
    assert "Gone from the disk without a mark: 2." in drawn
    assert "Nothing removed" not in drawn
    drawn = sit(*LOGIN, "RETR 2", ":meanwhile remove mira prize", "QUIT").drawn
    assert "more than you marked" not in drawn


def test_a_reply_without_its_end_is_drawn_as_it_comes() -> None:
    """Nothing is swallowed: the octets are there, and the tutor says what a client makes of them."""
    drawn = sit(*LOGIN, ":fault missing-terminator", "LIST", "STAT", "LIST", "NOOP").drawn
    assert "1 884" in drawn
    assert "to a client this reply is not over" in drawn.replace("\n    ", " ")
    assert drawn.count("+OK 3 2206") == 1
    assert "To a client that ends the reply to LIST:" in drawn
    assert drawn.count("out of step") == 1


def test_what_came_before_the_line_went_down_is_drawn() -> None:
    """The beginning of the reply, the fault by its name, and `:why` is about the end."""
    drawn = sit(*LOGIN, ":fault drop", "RETR 1", ":why").drawn
    assert "+OK 884 octets" in drawn
    assert "That was drop, as you asked" in drawn
    assert "autologout timer" in drawn


def test_faults_that_wait_are_named() -> None:
    """`:fault` says what is armed; one that cannot be on this line any more is refused."""
    drawn = sit(
        DIAL, ":fault unstuffed-dot", ":fault split", ":fault", "STLS", ":fault tls-garbled"
    ).drawn
    assert "Armed, the next first: unstuffed-dot, split." in drawn
    assert "TLS stands on this line already" in drawn


def test_the_autologout_is_explained() -> None:
    """RFC 1939 section 3: the server says nothing, so the tutor does."""
    drawn = sit(*LOGIN, ":wait 11m", margin=Margin.BRIEF).drawn.replace("\n    ", " ")
    assert "No line came for 10 minutes, and so the server has hung up." in drawn


def test_what_cannot_happen_says_why() -> None:
    """With the labels there are, and who is in the way."""
    drawn = sit(*LOGIN, ":meanwhile hold mira", ":meanwhile remove mira x", ":meanwhile mend mira",
                ":meanwhile release mira", margin=OFF).drawn.replace("\n    ", " ")  # fmt: skip
    for words in (
        "open already, perhaps you",
        "its labels are: bulbs",
        "nothing is wrong",
        "`hold mira`",
    ):
        assert words.replace("`", "").lower() in drawn.lower()
