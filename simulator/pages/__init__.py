"""Strict YAML pages: text in, checked values out, every complaint with file, line and column.

Lessons, mailboxes and personalities are pages. A room describes its page as a `paper`, a stdlib
dataclass, and asks `load` for it. Neither the YAML parser nor pydantic is imported before a page
has to be read anew.
"""

from simulator.pages.compiled import load
from simulator.pages.page import Finding, Keys, Page, PageError, in_words, parse_page, read_page
from simulator.pages.paper import key_of, paper, tagged
from simulator.pages.schema import build, json_schema

__all__ = [
    "Finding",
    "Keys",
    "Page",
    "PageError",
    "build",
    "in_words",
    "json_schema",
    "key_of",
    "load",
    "paper",
    "parse_page",
    "read_page",
    "tagged",
]
