"""Strict YAML pages: text in, checked values out, every complaint with file, line and column.

Lessons, mailboxes and personalities are pages. A room describes its page as a `paper`, a stdlib
dataclass, and asks `load` for it. Neither the YAML parser nor pydantic is imported before a page
has to be read anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .choices import choose
    from .compiled import load
    from .page import Finding, Keys, Page, PageError, in_words, parse_page, read_page
    from .papers import key_of, paper, tagged
    from .schema import build, json_schema
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        choices="choose",
        compiled="load",
        page="Finding Keys Page PageError in_words parse_page read_page",
        papers="key_of paper tagged",
        schema="build json_schema",
    )

__all__ = [
    "Finding",
    "Keys",
    "Page",
    "PageError",
    "build",
    "choose",
    "in_words",
    "json_schema",
    "key_of",
    "load",
    "paper",
    "parse_page",
    "read_page",
    "tagged",
]
