"""How the console looks: each colour and each glyph, here and nowhere else.

Drawn things name a style class ("note", "ok"); this file says what that is on a terminal. The plain
look is the reference: no colour, words in place of signs. The coloured one is a view of it, so
nothing is ever said by colour alone.

Colours: what is to be read, on the wire and in the margin, is in the terminal's own ink; it stands
out by its place. The wire's marks take the terminal's own sixteen colours, which its owner has chosen.
The tutor's take, where there are 256, tones that keep a contrast of about 4 on black and on white
alike, since nobody can ask a terminal for the colour of its paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prompt_toolkit.styles import BaseStyle

__all__ = ["PLAIN", "Glyphs", "Look", "coloured", "prompt_style", "sgr"]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs of the coloured look."""

    bar: str = "│"
    rule: str = "─"
    now: str = "▶"  #: before the state in which the session is
    between: str = "·"
    tick: str = "✔"
    cross: str = "✘"
    todo: str = "·"
    info: str = "›"  # noqa: RUF001 -- a quotation mark, used as a pointer
    goal: str = "➤"  #: before what a step asks for
    ellipsis: str = "…"
    arrow: str = "→"
    differs: str = "≠"  #: before an answer that does something else than the others
    nearly: str = "≈"  #: before one that does the same and tells something else


ASCII_GLYPHS = Glyphs(
    bar="|", rule="-", now=">", between="-", tick="*", cross="x", todo=".", info=">", goal="=>",
    ellipsis="...", arrow="->", differs="#", nearly="~",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """How a screen draws: plain or with signs, and in how many colours (0, 16 or 256)."""

    plain: bool = False
    colours: int = 256
    glyphs: Glyphs = Glyphs()
    tabs: bool = False  #: a TAB stays one: for a pipe, where no terminal acts on it


#: Words for signs, no colour: for screen readers, pipes, TERM=dumb, NO_COLOR and `--plain`.
PLAIN = Look(plain=True, colours=0, glyphs=ASCII_GLYPHS)


def coloured(colours: int = 256, *, unicode: bool = True) -> Look:
    """The coloured look. `unicode`: whether the terminal's encoding has the signs."""
    return Look(plain=False, colours=colours, glyphs=Glyphs() if unicode else ASCII_GLYPHS)


# Style classes: what follows "ESC [" and stands before "m", with 16 colours and with 256.
_TONE = "38;5;66"  # the tutor's pencil: grey with some green and blue
_BLUE = "38;5;31"
_AMBER = "38;5;130"

_CLASSES: dict[str, tuple[str, str]] = {
    # the wire
    "wire": ("", ""),
    "ok": ("32", "32"),
    "err": ("1;31", "1;31"),
    "end": ("36", _BLUE),  # the line "." that ends a body
    "stuffed": ("35", "35"),  # a dot that is on the wire only
    "program": ("", ""),
    "typed": ("1", "1"),  # what the tutor types
    "prompt": ("36", _BLUE),
    # the margin
    "bar": ("36", _BLUE),
    "bar.why": ("33", _AMBER),
    "note": ("", ""),
    "note.strong": ("1", "1"),
    "note.code": ("36", _BLUE),
    "cite": ("36", _BLUE),
    "state": ("", _TONE),
    "state.now": ("1;32", "1;32"),
    # the tutor's own lines
    "heading": ("1", "1"),
    "prose": ("", ""),
    "prose.strong": ("1", "1"),
    "prose.code": ("36", _BLUE),
    "question": ("1", "1"),
    "question.strong": ("1", "1"),
    "question.code": ("1;36", f"1;{_BLUE}"),
    "tick": ("1;32", "1;32"),
    "tick.text": ("32", "32"),
    "wrong": ("1;33", f"1;{_AMBER}"),
    "info": ("1;36", f"1;{_BLUE}"),
    "letter": ("1;36", f"1;{_BLUE}"),
    "rule": ("36", _TONE),
    # tables and the wire view
    "head": ("1", f"1;{_TONE}"),
    "cell": ("", ""),
    "muted": ("", _TONE),
    "marked": ("33", _AMBER),
    "sent": ("1;36", f"1;{_BLUE}"),
    "received": ("1;32", "1;32"),
    "crlf": ("36", _BLUE),
    "control": ("35", "35"),
    "secret": ("33", _AMBER),
}


def sgr(style: str, colours: int) -> str:
    """The SGR parameters of a style class, "" for none. "a.b" is drawn as "a" where it has no own.

    Raises KeyError: there is no such class.
    """
    while style not in _CLASSES and "." in style:
        style = style.rpartition(".")[0]
    basic, full = _CLASSES[style]
    return "" if colours == 0 else full if colours >= 256 else basic


_PROMPT = {
    "bottom-toolbar": "noreverse bg:#303030 #bcbcbc",
    "toolbar.state": "bg:#303030 bold #ffffff",
    "toolbar.user": "bg:#303030 #87d7ff",
    "toolbar.tick": "bg:#303030 #87d787",
    "toolbar.marked": "bg:#303030 #ffaf5f",
    "toolbar.key": "bg:#303030 #ffffff",
    "toolbar.word": "bg:#303030 #9e9e9e",
    "prompt": "#0087af",
    "completion-menu": "bg:#3a3a3a #d0d0d0",
    "completion-menu.completion.current": "noreverse bg:#005f87 #ffffff",
    "completion-menu.meta.completion": "bg:#303030 #9e9e9e",
    "completion-menu.meta.completion.current": "noreverse bg:#00516f #d0d0d0",
}
_PROMPT_MONO = {"bottom-toolbar": "reverse", "toolbar.state": "bold"}


def prompt_style(look: Look) -> BaseStyle:
    """The same look for prompt_toolkit: toolbar, prompt and completion menu."""
    from prompt_toolkit.styles import Style

    return Style.from_dict(_PROMPT if look.colours else _PROMPT_MONO)
