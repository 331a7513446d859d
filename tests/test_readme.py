"""What the README shows is what the tables say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from simulator.pop3 import state_diagram

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_state_diagram_is_the_table() -> None:
    """The README's diagram is made from TRANSITIONS, to the letter."""
    shown = README.split("<!-- states -->")[1].split("<!-- /states -->")[0].strip()
    assert shown == f"```mermaid\n{state_diagram()}\n```"


def test_the_screenshot_is_there_and_links_to_nothing_outside() -> None:
    """The picture is in the project, and opening it fetches nothing."""
    svg = (ROOT / ".github" / "session.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "http" not in svg.replace("http://www.w3.org/", "")


def test_the_screenshot_is_what_the_program_draws(tmp_path: Path) -> None:
    """`make picture` would draw the very picture that is shown."""
    drawn = tmp_path / "session.svg"
    with (ROOT / ".github" / "session.txt").open() as script:
        subprocess.run(
            [sys.executable, "-m", "simulator", "practise", "--svg", str(drawn)],
            stdin=script, cwd=ROOT, check=True, timeout=60,
            env={**os.environ, "PORT110_STATE": str(tmp_path)},
        )  # fmt: skip
    shown = (ROOT / ".github" / "session.svg").read_text(encoding="utf-8")
    assert drawn.read_text(encoding="utf-8") == shown


def test_the_top_level_is_as_agreed() -> None:
    """Nothing but the agreed names stands at the top."""
    agreed = {"pyproject.toml", "README.md", "simulator", "lessons", "mailboxes", "tests",
              "Makefile", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"}  # fmt: skip
    made = {"build", "dist", "port110.egg-info"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - made <= agreed
