"""A sitting as a picture: what the screen drew, through rich's SVG export.

The picture fetches nothing: rich's own form links to web fonts, this one takes what fonts the
reader has.
"""

from __future__ import annotations

import io

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

__all__ = ["COLUMNS", "picture"]

#: As wide as a page likes it.
COLUMNS = 84

_FORM = """<svg class="rich-terminal" xml:space="preserve" viewBox="0 0 {width} {height}"
 xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; white-space: pre;
}}
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


def picture(drawn: str) -> str:
    """An SVG of what a coloured screen of `COLUMNS` drew (text with our own SGR)."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(drawn))
    svg = console.export_svg(title="port110", theme=MONOKAI, code_format=_FORM, unique_id="port110")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"
