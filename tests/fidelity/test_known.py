"""Each personality that nobody has recorded, against dialogues written from what is known of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .recording import Recording
from .replay import replay
from .setting import FOLDER, setting_of

KNOWN = sorted((FOLDER / "known").glob("*.txt"))


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_each_known_line_is_said(path: Path) -> None:
    """Every line, every closing and every delay; the first lines say where it is known from."""
    assert path.read_text("utf-8").startswith("# Not recorded: ")
    done = replay(Recording.read(path), setting_of(path.stem))
    assert not done.differences, "\n".join(map(str, done.differences))
    assert done.late == []
    assert done.compared > 15
