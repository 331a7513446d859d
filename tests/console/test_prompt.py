"""The prompt: lines, keys, pastes and the end, from a terminal that is handed in."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from simulator.console.completion import Offer
from simulator.console.history import LineHistory
from simulator.console.plainprompt import LONGEST_LINE, PlainPrompt
from simulator.console.prompt import Prompt
from simulator.console.reading import ANSWER, Read, ReadKind
from simulator.console.theme import PLAIN, coloured
from simulator.console.toolbar import ToolbarState
from simulator.pop3 import State

KEYS = {"F1": ":help", "F2": ":hint", "F8": ":undo"}
EOF, ESCAPE = Read(ReadKind.EOF), Read(ReadKind.ESCAPE)


def text(line: str) -> Read:
    return Read(ReadKind.TEXT, line)


@dataclass
class Seat:
    """A prompt on a keyboard of bytes and a screen of text."""

    keyboard: PipeInput
    screen: io.StringIO
    prompt: Prompt
    history: LineHistory

    def read(self, typed: str, *messages: str) -> list[Read]:
        """What the prompts of these messages give when this is typed."""

        async def reads() -> list[Read]:
            return [await self.prompt.line(message) for message in messages or ("",)]

        self.keyboard.send_text(typed)
        return asyncio.run(asyncio.wait_for(reads(), 20))

    def read_slowly(self, *pieces: tuple[str, str]) -> Read:
        """What one prompt gives when each piece is typed and its echo seen before the next."""

        async def read() -> Read:
            line = asyncio.ensure_future(self.prompt.line(""))
            for typed, echo in pieces:
                self.keyboard.send_text(typed)
                while echo not in self.screen.getvalue():
                    assert not line.done()
                    await asyncio.sleep(0)
            return await line

        return asyncio.run(asyncio.wait_for(read(), 20))


@pytest.fixture
def seat() -> Iterator[Seat]:
    """A seat at a call in TRANSACTION, 80 columns by 24."""
    screen, history = io.StringIO(), LineHistory()
    with create_pipe_input() as keyboard:
        output = Vt100_Output(screen, lambda: Size(rows=24, columns=80), enable_cpr=True)
        prompt = Prompt(
            keyboard,
            output,
            coloured(),
            state=lambda: ToolbarState("TRANSACTION", "mira", messages=3),
            offer=lambda: Offer(State.TRANSACTION),
            keys=KEYS,
            history=history,
        )
        yield Seat(keyboard, screen, prompt, history)


def test_lines_come_in_order(seat: Seat) -> None:
    """Each Enter ends a line; what is typed ahead waits for the next prompt."""
    assert seat.read("stat\rlist 1\r\r", "", "", "$ ") == [text("stat"), text("list 1"), text("")]
    assert "$ " in seat.screen.getvalue()


def test_the_next_loop_has_the_same_prompt(seat: Seat) -> None:
    """One prompt serves one event loop after the other."""
    assert seat.read("stat\r") == [text("stat")]
    assert seat.read("list\r") == [text("list")]


def test_the_toolbar_is_drawn_while_typing(seat: Seat) -> None:
    """Once the terminal has said where its cursor is, the toolbar names the state and the keys."""
    assert seat.read_slowly(("no\x1b[5;1R", "TRANSACTION"), ("op\r", "F1")) == text("noop")


def test_a_key_stands_for_a_tutor_command(seat: Seat) -> None:
    """F2 gives ":hint" at once, and the half-typed line is there again afterwards."""
    reads = seat.read("ret\x1b[12~r 1\r", "", "")
    assert reads == [Read(ReadKind.TEXT, ":hint", "F2"), text("retr 1")]
    assert seat.history.get_strings() == ["retr 1"]


def test_the_cursor_comes_back_where_it_was(seat: Seat) -> None:
    """With the half-typed line the place in it is kept."""
    assert seat.read("rtr 1\x01\x06\x1bOPe\r", "", "")[1] == text("retr 1")


def test_escape_character(seat: Seat) -> None:
    """Ctrl-] is telnet's escape at once, also in the middle of a line."""
    assert seat.read("ab\x1dc\r", "", "") == [ESCAPE, text("abc")]


def test_ctrl_d(seat: Seat) -> None:
    """On an empty line Ctrl-D is the end; in a line it is an editing key."""
    assert seat.read("\x04") == [EOF]
    assert seat.read("xstat\x01\x04\r") == [text("stat")]


def test_ctrl_c_clears_the_line_and_stays(seat: Seat) -> None:
    """What was typed before Ctrl-C is gone and no line was given."""
    assert seat.read("dele 1\x03stat\r") == [text("stat")]
    assert seat.read("\x03\x03noop\r") == [text("noop")]


def test_a_paste_of_lines_gives_lines(seat: Seat) -> None:
    """Whole lines of a paste come in order, and its last piece can be gone on with."""
    reads = seat.read("us\x1b[200~er mira\r\npass x\nstat\rli\x1b[201~", "", "", "")
    assert reads == [text("user mira"), text("pass x"), text("stat")]
    assert seat.read("st\r") == [text("list")]


def test_a_paste_of_one_piece_is_no_line(seat: Seat) -> None:
    """Without a line end a paste is typing: Enter is the learner's."""
    assert seat.read_slowly(("\x1b[200~sta\x1b[201~", "sta"), ("t\r", "")) == text("stat")


def test_controls_in_a_paste_are_dropped(seat: Seat) -> None:
    """Escape sequences, C1 and invisible characters of a paste do not get into the line."""
    pasted = "no\x1b[31m\x07o\x9b\u202ep\u200b\x00\n"
    assert seat.read(f"\x1b[200~{pasted}\x1b[201~") == [text("no[31mop")]


def test_an_end_of_paste_within_a_paste_runs_nothing(seat: Seat) -> None:
    """What follows a forged end of the paste is neither Enter nor a key."""
    typed = "\x1b[200~noop\x1b[201~\rdele 1\r\x04\x1d\x1b[12~\x1b[201~"
    assert seat.read_slowly((typed, "noopdele 1"), ("\x03stat\r", "")) == text("stat")


def test_secrets_and_answers_leave_no_history(seat: Seat) -> None:
    """PASS lines and what is typed behind `answer> ` cannot be called up again."""
    seat.read("stat\rpass kettle42\rb\r", "", "", ANSWER)
    assert seat.history.get_strings() == ["stat"]
    assert seat.read("\x1b[A\r") == [text("stat")]


def test_what_is_typed_is_drawn_safely(seat: Seat) -> None:
    """A control character typed on purpose (Ctrl-Q ESC) goes to the line and not to the screen."""
    assert seat.read("a\x11\x07b\r") == [text("a\x07b")]
    assert "\x07" not in seat.screen.getvalue()


def test_tab_completes(seat: Seat) -> None:
    """A menu of what fits opens while typing, and TAB takes from it, in the case that is typed."""
    pieces = (("re\x1b[5;1R", "RETR"), ("\t", "tr"), (" 1\r", ""))
    assert seat.read_slowly(*pieces) == text("retr 1")


class Terminal(io.StringIO):
    """Lines of a terminal at which Ctrl-C is hit once."""

    struck = False

    def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
        if not self.struck:
            self.struck = True
            raise KeyboardInterrupt
        return super().readline(size if size is not None else -1)


def plain(stream: io.StringIO, count: int, *, seen: io.StringIO | None = None) -> list[Read]:
    prompt = PlainPrompt(stream, seen.write if seen else None)

    async def reads() -> list[Read]:
        return [await prompt.line("$ ") for _ in range(count)]

    return asyncio.run(reads())


def test_plain_lines() -> None:
    """Cooked lines lose their line end; a lone Ctrl-] is the escape; then comes the end."""
    reads = plain(io.StringIO("stat\r\n\n\x1d\nx\x1d\nlast"), 7)
    assert reads == [text("stat"), text(""), ESCAPE, text("x\x1d"), text("last"), EOF, EOF]


def test_plain_prompts_are_for_people() -> None:
    """With somebody to see it the message is written; Ctrl-C asks again."""
    seen = io.StringIO()
    assert plain(Terminal("stat\n"), 2, seen=seen) == [text("stat"), EOF]
    assert seen.getvalue() == "$ \n$ $ "


def test_plain_lines_have_an_end() -> None:
    """A line without end is cut, and the next line is the next line."""
    reads = plain(io.StringIO("x" * (3 * LONGEST_LINE + 5) + "\nstat\n"), 2)
    assert reads == [text("x" * LONGEST_LINE), text("stat")]


def test_a_prompt_without_colour() -> None:
    """In a look without colours the prompt sets none."""
    screen = io.StringIO()
    with create_pipe_input() as keyboard:
        output = Vt100_Output(screen, lambda: Size(rows=24, columns=80), enable_cpr=False)
        seat = Seat(keyboard, screen, Prompt(keyboard, output, PLAIN), LineHistory())
        assert seat.read("stat\r") == [text("stat")]
    assert "38;5" not in screen.getvalue()


def test_a_secret_is_neither_drawn_nor_kept(seat: Seat) -> None:
    """Not even its length is seen; it is in no history and in no buffer, and Ctrl-C gives none."""

    async def ask(*keys: str) -> list[Read]:
        reads = []
        for typed in keys:
            seat.keyboard.send_text(typed)
            reads.append(await seat.prompt.secret("password: "))
        return reads

    pasted = "\x1b[200~canary-8\r\nQUIT\x1b[201~\r"
    reads = asyncio.run(asyncio.wait_for(ask("canary-7\r", "canary-6\x03", "\x04", pasted), 20))
    assert reads == [text("canary-7"), EOF, EOF, text("canary-8")]
    drawn = seat.screen.getvalue()
    assert "password: " in drawn
    assert "canary" not in drawn
    assert "*" not in drawn
    assert seat.history.get_strings() == []
    assert seat.read("\x1b[A\x1f\r") == [text("")]


@pytest.mark.parametrize("secret", [False, True], ids=["line", "secret"])
def test_a_prompt_can_be_woken(seat: Seat, secret: bool) -> None:
    """It gives the terminal back; half a line comes again with the next one, half a secret does not."""

    async def read() -> tuple[Read, Read]:
        ask = seat.prompt.secret if secret else seat.prompt.line
        asking = asyncio.ensure_future(ask("> "))
        await asyncio.sleep(0)
        seat.keyboard.send_text("ret")
        buffer = seat.prompt._asking.default_buffer  # type: ignore[union-attr]
        typed = asyncio.Event()
        buffer.on_text_changed += lambda _: typed.set() if buffer.text == "ret" else None
        await typed.wait()
        seat.prompt.wake()
        seat.prompt.wake()
        woken = await asking
        seat.keyboard.send_text("r 1\r")
        return woken, await seat.prompt.line("")

    assert asyncio.run(asyncio.wait_for(read(), 20)) == (
        Read(ReadKind.WOKEN), text("r 1" if secret else "retr 1"),
    )  # fmt: skip


def test_a_wake_before_the_prompt_stands(seat: Seat) -> None:
    """It counts from the moment in which a line is asked for; before that it wakes nobody."""

    async def read() -> Read:
        seat.prompt.wake()
        seat.keyboard.send_text("noop\r")
        return await seat.prompt.line("")

    assert asyncio.run(asyncio.wait_for(read(), 20)) == text("noop")


def test_a_plain_secret_from_a_pipe() -> None:
    """It is the next line, and nothing is drawn."""
    seen = io.StringIO()

    async def read(prompt: PlainPrompt) -> list[Read]:
        return [await prompt.secret("password: ") for _ in range(2)]

    assert asyncio.run(read(PlainPrompt(io.StringIO("canary-7\r\n")))) == [text("canary-7"), EOF]
    assert asyncio.run(read(PlainPrompt(Terminal("canary-7\n"), seen.write))) == [
        EOF, text("canary-7"),
    ]  # fmt: skip
    assert "canary" not in seen.getvalue()
