"""The console by keystrokes: the real prompt on an input pipe, typed at as a learner types."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

from desks import DIAL, new_desk
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from simulator.console.colon import COLON_COMMANDS
from simulator.console.desk import Desk, Outcome
from simulator.console.handset import offer, toolbar_state
from simulator.console.history import LineHistory
from simulator.console.prompt import Prompt
from simulator.console.theme import coloured

KEYS = {command.key: f":{command.name}" for command in COLON_COMMANDS if command.key}


def press(keys: str, *, history: Path | None = None, columns: int = 80) -> tuple[Desk, str, str]:
    """Press keys at a practising desk: the desk, what the screen drew, what the prompt drew."""
    out, terminal = io.StringIO(), io.StringIO()
    desk = new_desk(out, look=coloured(), columns=columns)
    desk.echo = False
    output = Vt100_Output(terminal, lambda: Size(24, columns), term="xterm", enable_cpr=False)

    async def run() -> Outcome:
        with create_pipe_input() as pipe:
            prompt = Prompt(
                pipe, output, desk.screen.look, state=lambda: toolbar_state(desk),
                offer=lambda: offer(desk), keys=KEYS, history=LineHistory(history),
            )  # fmt: skip
            pipe.send_text(keys)
            return await asyncio.wait_for(desk.sit(prompt), 20)

    asyncio.run(run())
    return desk, out.getvalue(), terminal.getvalue()


ENTER, CTRL_C, CTRL_D, ESCAPE, F1, F4 = "\r", "\x03", "\x04", "\x1d", "\x1bOP", "\x1bOS"


def test_a_session_by_keystrokes() -> None:
    """Dial, log in, mark, look with a function key, quit, leave."""
    lines = [DIAL, "user mira", "pass kettle42", "dele 2"]
    desk, drawn, _ = press("".join(line + ENTER for line in lines) + F4 + "quit" + ENTER + CTRL_D)
    assert desk.outcome is Outcome.LEFT
    assert "on disk" in drawn
    assert "signing off (2 messages left)" in drawn


def test_ctrl_c_clears_the_line_and_stays() -> None:
    """What was typed is gone, and nothing was sent."""
    _, drawn, _ = press(DIAL + ENTER + "quit" + CTRL_C + "noop" + ENTER + CTRL_D + CTRL_D)
    assert "NOOP is not valid" in drawn
    assert "signing off" not in drawn


def test_a_key_in_the_middle_of_a_line_keeps_the_line() -> None:
    """F1 shows the help; the half-typed line comes back and can be finished."""
    _, drawn, _ = press(DIAL + ENTER + "user mi" + F1 + "ra" + ENTER + CTRL_D + CTRL_D)
    assert "In AUTHORIZATION" in drawn
    assert "Noted, not believed" in drawn


def test_ctrl_bracket_is_telnets_escape() -> None:
    """Ctrl-] gives telnet's prompt; close hangs up."""
    _, drawn, prompts = press(DIAL + ENTER + ESCAPE + "close" + ENTER + CTRL_D)
    assert "telnet>" in prompts
    assert "Connection closed." in drawn


def test_ctrl_bracket_leaves_openssl_alone() -> None:
    """There it gives no prompt; the half-typed line comes back, and Ctrl-D ends the program."""
    call = "openssl s_client -connect mail.example.test:995 -crlf -quiet"
    _, drawn, prompts = press(call + ENTER + "no" + ESCAPE + "op" + ENTER + CTRL_D * 2)
    assert "telnet>" not in prompts
    assert "NOOP is not valid" in drawn
    assert "DONE" in drawn


def test_the_toolbar_names_telnets_key_in_telnet_alone() -> None:
    """`^]` is no key of openssl's, and TLS is to be seen."""
    desk, _, _ = press(CTRL_D)
    desk.run(DIAL)
    assert "^]" in dict(toolbar_state(desk).keys)
    desk.hang_up()
    desk.run("openssl s_client -connect mail.example.test:995 -crlf")
    bar = toolbar_state(desk)
    assert "^]" not in dict(bar.keys)
    assert "TLS" in bar.line


def test_hosts_with_tls_are_offered_behind_connect() -> None:
    """As HOST:995, and with `-starttls pop3` as HOST:110."""
    desk, _, _ = press(CTRL_D)
    at_shell = offer(desk)
    assert at_shell is not None
    assert "pop.gmail.com:995" in dict(at_shell.targets)
    assert "mail.example.test:110" in dict(at_shell.stls_targets)
    assert not any(name.startswith("pop.eo.lu") for name in dict(at_shell.stls_targets))


def test_no_secret_is_kept_in_the_history(tmp_path: Path) -> None:
    """PASS and APOP lines leave no trace in the history file, however they are typed."""
    kept = tmp_path / "history"
    lines = [DIAL, "user mira", "PaSs canary-1", " pass canary-2", "APOP mira canary-3", "noop"]
    press("".join(line + ENTER for line in lines) + CTRL_D * 2, history=kept)
    text = kept.read_text(encoding="utf-8")
    assert "user mira" in text
    assert "canary" not in text


def test_the_menu_offers_what_is_valid_here() -> None:
    """Keywords of the state with their meaning; message-numbers with their subjects."""
    desk, _, _ = press(DIAL + ENTER + "user mira" + ENTER + CTRL_D * 2)
    assert toolbar_state(desk).state == "shell"
    shell = offer(desk)
    assert shell is not None
    assert "telnet" in dict(shell.words)
    desk.run(DIAL)
    before = offer(desk)
    assert before is not None
    assert before.state is desk.call.state


def test_the_toolbar_says_where_one_is() -> None:
    """State, user, messages and marks, as they are while a line is typed."""
    desk, _, _ = press(CTRL_D)
    desk.run(DIAL)
    for line in ("USER mira", "PASS kettle42", "DELE 3"):
        asyncio.run(desk.say(line))
    bar = toolbar_state(desk)
    assert (bar.state, bar.user, bar.messages, bar.marked) == ("TRANSACTION", "mira", 3, 1)
