"""Draws the README's picture: `make picture` plays a session and writes .github/session.svg.

The picture is what the console draws, through rich's SVG export, with the fonts of whoever looks at it:
nothing in it is fetched from outside.
"""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from simulator.cli.course import annotator, practice_network
from simulator.cli.places import find_places
from simulator.console.call import Call
from simulator.console.desk import Desk
from simulator.console.reading import Read, ReadKind
from simulator.console.screen import Screen
from simulator.console.theme import coloured
from simulator.hosts import Stage
from simulator.teaching import Tutor

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / ".github" / "session.svg"
COLUMNS = 84
LINES = [
    "telnet mail.example.test 110", "USER mira", "PASS kettle42", "LIST", "DELE 2", "RETR 2", "QUIT",
]  # fmt: skip

#: rich's own form, without the web fonts it links to.
FORM = """<svg class="rich-terminal" xml:space="preserve" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; white-space: pre; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


class Script:
    """A reader that types the lines of the picture."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = iter(lines)

    async def line(self, message: str) -> Read:  # noqa: ARG002 -- a Reader's signature
        """The next line."""
        text = next(self._lines, None)
        return Read(ReadKind.EOF) if text is None else Read(ReadKind.TEXT, text)


def drawn() -> str:
    """The session as the console draws it, with our own SGR."""
    places, out = find_places(), io.StringIO()
    screen = Screen(out.write, out.flush, lambda: COLUMNS, coloured())
    call = Call(lambda: Stage(practice_network(places)))
    desk = Desk(screen, Tutor(annotator(places)), call, lambda: call, echo=True)
    asyncio.run(desk.sit(Script(LINES)))
    return out.getvalue()


def picture() -> str:
    """The SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(drawn()))
    svg = console.export_svg(title="port110", theme=MONOKAI, code_format=FORM, unique_id="port110")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
