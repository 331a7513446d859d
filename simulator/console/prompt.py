"""The prompt: one line at a time from a terminal that is handed in.

It knows keys and no POP3. Whatever it draws while a line is typed is prompt_toolkit's; when the line
is done the toolbar is gone and the line stays, as on any terminal.

A paste of several lines gives several lines in order. What arrives in the same breath behind the end
of a paste is no typing (a pasted "end of paste" would look like that): it runs nothing.
"""

from __future__ import annotations

from asyncio import get_running_loop
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.history import DummyHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout.processors import PasswordProcessor
from prompt_toolkit.output import ColorDepth, Output

from .completion import LineCompleter, Offer
from .history import LineHistory
from .reading import ANSWER, GO_ON, Read, ReadKind
from .theme import Look, prompt_style
from .toolbar import ToolbarState, toolbar
from .visible import visible

if TYPE_CHECKING:
    from prompt_toolkit.buffer import Buffer
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.input import Input

__all__ = ["Prompt"]

#: Rows kept free below the line while a completion menu may open.
MENU_ROWS = 6

_NUDGE = " Ctrl-D hangs up, and at the shell leaves. QUIT ends a session properly."
_DEPTHS = {0: ColorDepth.DEPTH_1_BIT, 16: ColorDepth.DEPTH_4_BIT}


class Prompt:
    """Lines from one terminal, typed by hand.

    `state` gives what the toolbar says (None: no toolbar), `offer` what can be completed (None:
    nothing); both are asked while a line is typed. `keys` are function keys and the lines that they
    stand for, as {"F1": ":help"}. `suspend`: whether Ctrl-Z may stop this very process.
    """

    def __init__(  # noqa: PLR0913 -- the parts of a terminal, each handed in
        self,
        input: Input,  # noqa: A002 -- prompt_toolkit's own word
        output: Output,
        look: Look,
        *,
        state: Callable[[], ToolbarState | None] = lambda: None,
        offer: Callable[[], Offer | None] = lambda: None,
        keys: Mapping[str, str] | None = None,
        history: LineHistory | None = None,
        suspend: bool = False,
        secret: Callable[[], bool] = lambda: False,
    ) -> None:
        self._look = look
        self._secret = secret
        self._state, self._offer = state, offer
        self._history = history or LineHistory()
        self._pending: deque[str] = deque()  # lines of a paste that are not given out yet
        self._kept = Document()  # half a line, to be gone on with
        self._nudged = False
        self._woken = False
        self._asking: PromptSession[str | Read] | None = None
        self._session: PromptSession[str | Read] = PromptSession(
            input=input,
            output=output,
            history=self._history,
            completer=LineCompleter(offer),
            complete_while_typing=Condition(self._completes),
            reserve_space_for_menu=MENU_ROWS,
            key_bindings=self._bindings(keys or {}),
            style=prompt_style(look),
            include_default_pygments_style=False,
            color_depth=_DEPTHS.get(look.colours, ColorDepth.DEPTH_8_BIT),
            enable_suspend=suspend,
        )

    async def line(self, message: str) -> Read:
        """The next line, key or end. `message` is drawn before it: "" during a call."""
        self._session.app.erase_when_done = False
        self._history.keeping = message not in (ANSWER, GO_ON) and not self._secret()
        self._nudged = False
        self._session.bottom_toolbar = self._toolbar if self._state() is not None else None
        given = bool(self._pending)
        default = Document(self._pending.popleft()) if given else self._kept
        if not given:
            self._kept = Document()
        return await self._ask(self._session, message, default, accept=given)

    async def secret(self, message: str) -> Read:
        """A line of which nothing is drawn, not even its length; Ctrl-C and Ctrl-D give none.

        It has a buffer of its own, which goes with it: no history, no way back, no completion.
        """
        nothing = Read(ReadKind.EOF)
        bindings = KeyBindings()
        for key in ("c-c", "<sigint>", "c-d", "c-]"):
            bindings.add(key, eager=True)(lambda event: self._leave(event, nothing, erase=True))
        hidden: PromptSession[str | Read] = PromptSession(
            input=self._session.input,
            output=self._session.output,
            history=DummyHistory(),
            input_processors=[PasswordProcessor("")],
            key_bindings=bindings,
            style=prompt_style(self._look),
            color_depth=_DEPTHS.get(self._look.colours, ColorDepth.DEPTH_8_BIT),
            erase_when_done=True,
        )
        read = await self._ask(hidden, message, Document(), accept=False)
        return read._replace(text=read.text.partition("\n")[0].partition("\r")[0])

    async def _ask(
        self, session: PromptSession[str | Read], message: str, default: Document, *, accept: bool
    ) -> Read:
        self._asking, self._woken = session, False
        try:
            result = await session.prompt_async(
                [("class:prompt", message)], default=default, accept_default=accept,
                pre_run=self._wake_late,
            )  # fmt: skip
        finally:
            self._asking = None
        return result if isinstance(result, Read) else Read(ReadKind.TEXT, result)

    def wake(self) -> None:
        """End the asking that is on; what was half typed comes back with the next line.

        Half a secret does not: it is forgotten.
        """
        session, self._woken = self._asking, True
        future = session.app.future if session is not None else None
        if session is None or future is None or future.done():
            return  # not begun yet, or just ended by its own line
        if session is self._session:
            self._keep(session.default_buffer)
        session.app.erase_when_done = True
        session.app.exit(result=Read(ReadKind.WOKEN))

    def _wake_late(self) -> None:
        if self._woken:
            get_running_loop().call_soon(self.wake)

    # While a line is typed

    def _completes(self) -> bool:
        """The menu opens (and takes its room) once something is typed that it may know."""
        return bool(get_app().current_buffer.text) and self._offer() is not None

    def _toolbar(self) -> StyleAndTextTuples | None:
        app = get_app()
        width = app.output.get_size().columns
        if self._nudged and not app.current_buffer.text:
            return [("class:toolbar", _NUDGE[:width])]
        state = self._state()
        if state is None:
            return None
        row = toolbar(state, width, self._look.glyphs)
        return [(f"class:{style}", text) for style, text in row]

    def _bindings(self, keys: Mapping[str, str]) -> KeyBindings:
        bindings = KeyBindings()
        blank = Condition(lambda: not get_app().current_buffer.text)
        bindings.add("c-c")(self._clear)
        bindings.add("<sigint>")(self._clear)
        bindings.add("c-d", filter=blank)(lambda event: self._leave(event, Read(ReadKind.EOF)))
        bindings.add("c-]", eager=True)(self._escape)
        bindings.add(Keys.BracketedPaste, eager=True)(self._paste)
        for key, text in keys.items():
            bindings.add(key.lower(), eager=True)(self._pressed(key, text))
        return bindings

    def _clear(self, event: KeyPressEvent) -> None:
        """Ctrl-C clears the line and stays; on an empty line it says what leaves."""
        buffer = event.current_buffer
        self._nudged = not buffer.text
        buffer.reset()

    def _escape(self, event: KeyPressEvent) -> None:
        self._keep(event.current_buffer)
        self._leave(event, Read(ReadKind.ESCAPE), erase=True)

    def _pressed(self, key: str, text: str) -> Callable[[KeyPressEvent], None]:
        def press(event: KeyPressEvent) -> None:
            self._keep(event.current_buffer)
            self._leave(event, Read(ReadKind.TEXT, text, key), erase=True)

        return press

    def _keep(self, buffer: Buffer) -> None:
        self._kept = Document(buffer.text, buffer.cursor_position)

    def _leave(self, event: KeyPressEvent, read: Read, *, erase: bool = False) -> None:
        # A key is no line: what was half typed vanishes and comes back with the next prompt.
        event.app.erase_when_done = erase
        event.app.exit(result=read)

    def _paste(self, event: KeyPressEvent) -> None:
        """Pasted text: visible characters only; each line end in it ends a line."""
        buffer = event.current_buffer
        before, after = buffer.document.text_before_cursor, buffer.document.text_after_cursor
        *whole, last = (_clean(line) for line in _lines(event.data + _breath(event)))
        if not whole:
            buffer.insert_text(last)
            return
        whole[0] = before + whole[0]
        self._pending.extend(whole[1:])
        self._kept = Document(last + after, len(last))
        buffer.document = Document(whole[0])
        buffer.validate_and_handle()


def _breath(event: KeyPressEvent) -> str:
    """What came in one reading behind the paste: its text alone, for its keys are nobody's."""
    queue = event.key_processor.input_queue
    answers = [press for press in queue if press.key == Keys.CPRResponse]
    text = "".join(press.data for press in queue if press.key == press.data)
    queue.clear()
    queue.extend(answers)
    return text


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _clean(line: str) -> str:
    """A pasted line without what cannot be seen; a TAB is a blank."""
    line = line.replace("\t", " ")
    return "".join(each for each in line if visible(each) == each)
