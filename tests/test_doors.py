"""The rooms' front doors: what the type checker is told is what opens."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent / "simulator"
ROOMS = ["pop3", "link", "pages", "mailroom", "transcript", "hosts", "teaching"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_opens_to_what_it_says(room: str) -> None:
    """Names for the type checker, names on demand and `__all__` agree, and each can be had."""
    tree = ast.parse((HOUSE / room / "__init__.py").read_text(encoding="utf-8"))
    fork = next(node for node in tree.body if isinstance(node, ast.If))
    told = {
        (alias.name, node.module)
        for node in fork.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    call = next(node for node in ast.walk(fork) if isinstance(node, ast.Call))
    opened = {
        (name, keyword.arg)
        for keyword in call.keywords
        for name in ast.literal_eval(keyword.value).split()
    }
    module = import_module(f"simulator.{room}")
    assert told == opened
    files = {path.stem for path in (HOUSE / room).glob("*.py")}
    assert not files & {name for name, _ in told}, "a file of that name would stand in the door"
    assert {name for name, _ in told} == set(module.__all__)
    assert all(getattr(module, name) is not None for name in module.__all__)
    with pytest.raises(AttributeError):
        module.nothing_of_that_name  # noqa: B018 -- the asking is the test


def test_the_way_to_the_first_prompt_is_short() -> None:
    """Starting to practise loads no engine, mail, lessons, YAML, pydantic or rich."""
    late = ["simulator.pop3.server", "simulator.mailroom.loader", "simulator.teaching.lesson",
            "simulator.hosts.outside", "simulator.link.tcp", "simulator.console.outdesk",
            "simulator.cli.connecting", "simulator.cli.comparing", "simulator.console.rivals",
            "simulator.console.comparison", "simulator.hosts.inquiry", "yaml",
            "pydantic", "rich", "email"]  # fmt: skip
    code = (
        "import sys, simulator.cli.main, simulator.cli.sittings, simulator.console.handset\n"
        f"print([name for name in {late!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert done.stdout.decode().strip() == "[]"
