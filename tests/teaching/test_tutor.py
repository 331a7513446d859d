"""The tutor: margin and lesson side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from scene import lesson, new_stage

from simulator.teaching import Annotator, Margin, Play, Remarks, Turn, Tutor, load_margin

MARGIN = Path(__file__).parents[2] / "lessons" / "margin"


@pytest.fixture(scope="session")
def annotator() -> Annotator:
    return Annotator(load_margin(MARGIN))


def test_a_reply_gets_its_notes_and_its_turn(annotator: Annotator, tmp_path: Path) -> None:
    """One observation gives both, and both can be taken back together."""
    page = lesson(tmp_path)
    tutor, stage = Tutor(annotator, Play(page)), new_stage(page)
    turn = tutor.begin()
    assert turn.types[0] == "$ telnet mail.example.test 110"
    greeting = stage.dial("mail.example.test")[0]
    remarks = tutor.observe(greeting, stage.snapshot())
    assert remarks.notes
    assert remarks.turn == Turn()
    before = tutor.state()
    for line in ("USER mira", "PASS kettle42"):
        for exchange in stage.say(line):
            tutor.observe(exchange, stage.snapshot())
    assert "intro" not in tutor.typed(stage.snapshot()).entered
    tutor.restore(before)
    assert tutor.state() == before


def test_a_lesson_can_only_be_quieter_than_the_learner_wishes(
    annotator: Annotator, tmp_path: Path
) -> None:
    """The learner's wish bounds what the margin says."""
    page = lesson(tmp_path)
    for wish, notes in ((Margin.FULL, True), (Margin.OFF, False)):
        tutor, stage = Tutor(annotator, Play(page), wish), new_stage(page)
        tutor.begin()
        remarks = tutor.observe(stage.dial("mail.example.test")[0], stage.snapshot())
        assert bool(remarks.notes) is notes


def test_without_a_lesson_there_is_only_the_margin(annotator: Annotator, tmp_path: Path) -> None:
    """Every question about a lesson has an empty answer."""
    tutor, stage = Tutor(annotator), new_stage(lesson(tmp_path))
    assert tutor.begin() == tutor.typed(None) == tutor.enter(None) == tutor.answer("a", None)
    assert (tutor.goal(), tutor.hint(), tutor.question()) == ("", None, None)
    assert tutor.fill("${user}") == "${user}"
    tutor.observe(stage.dial("mail.example.test")[0], stage.snapshot())
    ended = tutor.observe_end(stage.hang_up(), stage.snapshot())
    assert isinstance(ended, Remarks)
    assert ended.turn == Turn()
    tutor.restore_annotator(tutor.annotator_state())
