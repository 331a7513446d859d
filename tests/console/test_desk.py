"""The desk: where a line goes, and what comes of it."""

from __future__ import annotations

import asyncio
import io
import re

import pytest
from desks import DIAL, EOF, ESCAPE, LOGIN, Script, new_desk, sample, sit

from simulator.console.colon import COLON_COMMANDS
from simulator.console.desk import Outcome
from simulator.console.theme import PLAIN, coloured
from simulator.teaching import Margin

OFF = Margin.OFF


def test_the_shell_dials_as_the_real_telnet_does() -> None:
    """Trying, Connected to, Escape character; then the server speaks."""
    lines = sit(DIAL, margin=OFF).lines
    assert lines[:4] == [
        f"$ {DIAL}", "Trying 192.0.2.110...", "Connected to mail.example.test.",
        "Escape character is '^]'.",
    ]  # fmt: skip
    assert lines[4].startswith("+OK Post office ready <")


def test_prompts_say_where_a_line_goes() -> None:
    """`$` at the shell, nothing in a call, `telnet>` behind Ctrl-]."""
    assert sit(DIAL, ESCAPE, "quit", "exit").messages == ["$ ", "", "telnet> ", "$ "]


def test_telnet_without_a_port_tries_port_23() -> None:
    """That is where real telnet goes, and nobody listens there."""
    assert sit("telnet mail.example.test", margin=OFF).lines[-1] == (
        "telnet: Unable to connect to remote host: Connection refused"
    )


def test_service_names_are_ports() -> None:
    """`telnet HOST pop3` is port 110, as /etc/services has it."""
    assert any(line.startswith("+OK") for line in sit("telnet mail.example.test pop3").lines)


@pytest.mark.parametrize("line", ["STAT", "user mira", "QUIT"])
def test_pop3_at_the_shell_is_told_where_it_belongs(line: str) -> None:
    """The shell does not know the word, and the tutor says what to do first."""
    drawn = sit(line).drawn
    assert "command not found" in drawn
    assert "telnet mail.example.test 110" in drawn


def test_a_line_that_could_be_pop3_is_never_eaten() -> None:
    """Whatever has no colon in front goes to the server in a call: help, exit and ^] as words too."""
    drawn = sit(DIAL, "help", "exit", "", "hint", margin=OFF).drawn
    assert drawn.count("-ERR") == 4


def test_ctrl_d_hangs_up_and_says_what_is_lost() -> None:
    """The line is closed without QUIT; the marks are gone, and the shell is there again."""
    sitting = sit(*LOGIN, "DELE 2", EOF, DIAL, "USER mira", "PASS kettle42", "STAT")
    assert "Connection closed." in sitting.lines
    assert "mark" in sitting.drawn.partition("Connection closed.")[2]
    assert "+OK 3 2206" in sitting.lines


def test_quit_removes_and_the_next_session_shows_it() -> None:
    """QUIT removes from the learner's own copy."""
    drawn = sit(*LOGIN, "DELE 2", "QUIT", *LOGIN, "STAT", margin=OFF).drawn
    assert "+OK 2 1592" in drawn


def test_undo_takes_back_any_line_even_quit() -> None:
    """After `:undo` the session, the mail and the tutor are as before the line."""
    drawn = sit(*LOGIN, "DELE 2", "QUIT", ":undo", "STAT", ":undo", ":undo", "STAT").drawn
    assert "+OK 2 1592" in drawn
    assert drawn.rstrip().partition("Taken back: `DELE 2`"[:10])[2]
    assert "+OK 3 2206" in drawn.rpartition("Taken back")[2]


def test_undo_never_shows_a_secret() -> None:
    """The line that is named as taken back hides a password."""
    after = sit(*LOGIN, ":undo").drawn.partition("Taken back")[2]
    assert "kettle42" not in after
    assert "PASS ****" in after


def test_undo_at_the_beginning_says_so() -> None:
    """Nothing was typed, so nothing is taken back."""
    assert "no line to take back" in sit(":undo").drawn


def test_telnets_own_prompt_has_the_usual_commands() -> None:
    """status, ?, an unknown word, close; an empty line goes back to the session."""
    drawn = sit(DIAL, ESCAPE, "status", ESCAPE, "?", "frob", "", "NOOP", ESCAPE, "close").drawn
    assert "Connected to mail.example.test." in drawn
    assert "?Invalid command" in drawn
    assert "NOOP is not valid" in drawn
    assert "Connection closed." in drawn


def test_a_suspended_call_keeps_its_lock_and_can_be_taken_up() -> None:
    """`z` suspends, as in the real telnet; `fg` goes back to the session where it was."""
    sitting = sit(*LOGIN, ESCAPE, "z", "jobs", *LOGIN, "QUIT", "fg", "STAT")
    assert "[IN-USE]" in sitting.drawn
    assert "+OK 3 2206" in sitting.lines


@pytest.mark.parametrize("command", COLON_COMMANDS, ids=lambda each: each.name)
@pytest.mark.parametrize("moves", [(), (DIAL,), LOGIN], ids=["shell", "call", "session"])
def test_every_tutor_command_answers_everywhere(command: object, moves: tuple[str, ...]) -> None:
    """At the shell, before and after login: a view or a sentence, and never an error."""
    before = sit(*moves, margin=OFF).drawn
    after = sit(*moves, f":{command.name}", margin=OFF).drawn  # type: ignore[attr-defined]
    assert len(after) > len(before) or command.name == "quit"  # type: ignore[attr-defined]


def test_a_misspelt_tutor_command_gets_a_suggestion() -> None:
    """`:hnit` is told about `:hint`; a beginning that fits one command is enough."""
    assert ":hint" in sit(":hnit").drawn
    assert "on disk" in sit(*LOGIN, ":mail").drawn


def test_the_margin_can_be_set() -> None:
    """`:margin off` leaves the wire alone; `:margin brief` says less than full."""
    full = sit(*LOGIN, "STAT").drawn
    brief = sit(DIAL, ":margin brief", "USER mira", "PASS kettle42", "STAT").drawn
    off = sit(DIAL, ":margin off", "USER mira", "PASS kettle42", "STAT").drawn
    assert len(off) < len(brief) < len(full)
    assert off.rstrip().splitlines()[-1] == "Connection closed."


def test_quit_leaves() -> None:
    """`:quit` hangs up and leaves; so does `exit` at the shell, and the end of a pipe."""
    assert sit(DIAL, ":quit", "never read").outcome is Outcome.LEFT
    assert sit("exit", "never read").outcome is Outcome.LEFT


SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("look", [PLAIN, coloured(16), coloured()], ids=["plain", "16", "256"])
@pytest.mark.parametrize("columns", [40, 80, 120])
def test_hostile_mail_stays_text_in_every_view(look: object, columns: int) -> None:
    """No control octet but LF and our own SGR reaches the terminal, whatever mail holds."""
    count = len(sample("hostile").messages)
    moves = [DIAL, "USER archive", "PASS specimen-drawer", "LIST", "UIDL", ":mailbox"]
    for number in range(1, count + 1):
        moves += [f"RETR {number}", ":wire", ":why", f"TOP {number} 3", ":wire"]
    moves += ["\x1b]0;owned\x07", "USER \u202egnp.exe", "RETR \x9b31m", ":wire", ":state", ":help"]
    moves += [":\x1b[2J", "telnet \x1b[2J", ":undo", "DELE 1", "QUIT", "\x1b[2J", "telnet \x07 110"]
    drawn = SGR.sub("", sit(*moves, look=look, columns=columns).drawn)  # type: ignore[arg-type]
    odd = {character for character in drawn if not character.isprintable() and character != "\n"}
    assert odd == set()
    assert "^[" in drawn
    assert "<U+202E>" in drawn


def test_the_tutor_waits_when_a_screen_is_full() -> None:
    """At a terminal, what the tutor types does not run away: Enter goes on, Ctrl-D leaves."""
    out = io.StringIO()
    desk = new_desk(out)
    desk.rows = lambda: 24
    desk.typing = [f"$ {DIAL}", "USER mira", "PASS kettle42", "STAT", "LIST", "QUIT"]
    script = Script(["", "", "", EOF])
    asyncio.run(desk.sit(script))
    assert script.messages.count("(Enter goes on) ") >= 1
    assert "signing off" in out.getvalue()

    out, desk = io.StringIO(), new_desk(io.StringIO())
    desk.rows = lambda: 12
    desk.typing = [f"$ {DIAL}", "USER mira", "PASS kettle42"]
    assert asyncio.run(desk.sit(Script([EOF]))) is Outcome.LEFT
    assert not desk.call.up
