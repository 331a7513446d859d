"""A lesson being taken: turns, feedback, hints, taking back."""

from __future__ import annotations

from pathlib import Path

import pytest
from scene import LESSON, lesson, new_stage, rehearsal

from simulator.teaching import Margin, Play, Rehearsal, Turn, seek


@pytest.fixture
def taken(tmp_path: Path) -> Rehearsal:
    """The small lesson, begun; the question about DELE waits."""
    return rehearsal(lesson(tmp_path))


def at_task(taken: Rehearsal, id_: str) -> Rehearsal:
    """Played by the solutions until that task waits; earlier turns are forgotten."""
    while taken.play.task is not None and taken.play.task.id != id_:
        taken.solve()
    taken.turns.clear()
    return taken


def ids(taken: Rehearsal) -> list[str]:
    return [each.id for turn in taken.turns for each in turn.feedback]


def test_the_tutor_types_his_way_to_the_first_task(taken: Rehearsal) -> None:
    """Call and login first, then the text, then the example, then the question."""
    typed = [turn.types for turn in taken.turns if turn.types]
    assert typed[0] == ("$ telnet mail.example.test 110", "USER mira", "PASS kettle42")
    assert typed[1] == ("STAT", "LIST ${num:prize}")
    prose = [text for turn in taken.turns for text in turn.prose]
    assert prose == [
        "Three messages wait for **mira**.",
        "Message 2 is no letter that anybody wants.",
        "Look before you delete.",
        "The second number is the size, 800 octets.",
    ]
    assert taken.turns[-1].question is not None
    assert taken.turns[-1].entered == "guess"


def test_the_solution_ends_the_lesson(taken: Rehearsal) -> None:
    """Each task ticks once, in order, and the last turn says that it is finished."""
    while not taken.play.finished:
        taken.solve()
    ticks = [(c.number, c.total, c.text) for turn in taken.turns for c in turn.checkpoints]
    assert ticks == [
        (1, 5, "answered"),
        (2, 5, "marked, not removed"),
        (3, 5, "answered"),
        (4, 5, "Take the mark back"),
        (5, 5, "Now delete the prize mail for good"),
    ]
    assert taken.turns[-1].finished
    assert taken.turns[-1].prose == ("DELE marks, RSET unmarks, QUIT removes.",)
    assert taken.play.progress() == (5, 5)
    assert taken.play.assisted == ()


def test_a_wrong_belief_is_noted_and_the_wire_settles_it(taken: Rehearsal) -> None:
    """With `settle: later` a wrong choice says its text and the lesson goes on without a tick."""
    taken.turns.clear()
    taken.answer("A")
    turn = taken.turns[-1]
    assert turn.feedback[0].id == "guess.a"
    assert turn.feedback[0].kind == "wrong"
    assert (turn.checkpoints, turn.entered) == ((), "mark")
    assert taken.play.misconceptions == ("dele-immediate",)


def test_an_answer_that_is_none_of_the_choices_asks_again(taken: Rehearsal) -> None:
    """It is no attempt and no belief."""
    taken.answer("perhaps")
    turn = taken.turns[-1]
    assert turn.feedback[0].text == "Answer with `a` or `b`."
    assert turn.question is not None
    assert taken.play.misconceptions == ()


@pytest.mark.parametrize("given", ["3", " 3 ", '"3"', "`3`"])
def test_an_answer_is_compared_without_what_the_hand_adds(taken: Rehearsal, given: str) -> None:
    """Blanks and quotes around an answer do not make it wrong."""
    at_task(taken, "number").answer(given)
    assert taken.play.task is not None
    assert taken.play.task.id == "change-mind"


def test_an_expected_wrong_answer_has_its_own_text(taken: Rehearsal) -> None:
    """Live values stand in expected answers too, and the question is asked again."""
    at_task(taken, "number").answer("2")
    assert ids(taken) == ["number.renumbered"]
    taken.answer("seven")
    assert ids(taken)[1:] == ["number.other"]
    assert taken.turns[-1].question is not None


def test_one_may_look_on_the_wire_before_answering(taken: Rehearsal) -> None:
    """Lines typed while a question waits are not judged."""
    at_task(taken, "number").type("LIST")
    assert taken.turns == [Turn()]
    assert taken.play.position == 4


def test_feedback_comes_each_time_the_mistake_is_made(taken: Rehearsal) -> None:
    """A rule speaks of the move, so the same mistake after a repair gets the same words."""
    at_task(taken, "mark")
    for line in ("DELE 1", "RSET", "DELE 1"):
        taken.type(line)
    assert [name for name in ids(taken) if name] == ["wrong-message", "wrong-message"]
    assert taken.turns[0].feedback[0].text == (
        "You marked message 1. Which command takes back all marks?"
    )


def test_detours_get_no_words_but_after_the_third_a_quiet_one(taken: Rehearsal) -> None:
    """STAT and LIST break nothing; after each third move that leads nowhere hints are named."""
    at_task(taken, "mark")
    for line in ("STAT", "noop", "LIST", "XYZZY", "UIDL"):
        taken.type(line)
    said = [turn.feedback for turn in taken.turns]
    assert [len(each) for each in said] == [0, 0, 1, 0, 0]
    assert said[2][0].kind == "info"
    assert ":hint" in said[2][0].text


def test_the_way_there_is_no_attempt(taken: Rehearsal) -> None:
    """Moves that the solution uses, answered +OK, are not counted."""
    at_task(taken, "for-real").type("DELE 2")
    assert taken.play.state().attempts == 0


def test_quit_and_the_end_it_leads_to_are_one_move(taken: Rehearsal) -> None:
    """The exchange of QUIT is not judged before the session's end is observed."""
    at_task(taken, "for-real").type("QUIT")
    assert [len(turn.feedback) for turn in taken.turns] == [0, 1]
    assert ids(taken) == ["unmarked"]


def test_rewind_puts_stage_and_play_back_to_the_step(taken: Rehearsal) -> None:
    """After a QUIT that the step does not want, the session is open again and the step goes on."""
    at_task(taken, "mark").type("QUIT")
    assert taken.turns[-1].rewind
    assert taken.stage.connected
    taken.type("DELE 2")
    assert taken.play.task is not None
    assert taken.play.task.id == "number"


def test_a_dropped_line_and_a_second_call(taken: Rehearsal) -> None:
    """The marks are lost; after a new login the labels mean the same messages."""
    at_task(taken, "for-real")
    for line in ("DELE 2", "!drop"):
        taken.type(line)
    assert ids(taken) == ["dropped"]
    for line in ("$ telnet mail.example.test 110", "USER mira", "PASS kettle42"):
        taken.type(line)
    taken.solve()
    assert taken.play.finished


def test_hints_are_a_ladder_and_the_last_is_the_solution(taken: Rehearsal) -> None:
    """The last rung is made from the solution and marks the task as assisted."""
    at_task(taken, "mark")
    hints = [taken.play.hint() for _ in range(4)]
    assert [(h.level, h.of, h.last) for h in hints if h] == [
        (1, 3, False), (2, 3, False), (3, 3, True), (3, 3, True),
    ]  # fmt: skip
    assert hints[2] is not None
    assert hints[2].text == "Type `DELE 2`."
    assert taken.play.assisted == ("mark",)


def test_the_last_hint_mends_first_what_is_broken(taken: Rehearsal) -> None:
    """After a wrong move with a repair, the repair comes before the solution, until it is done."""
    at_task(taken, "mark").type("DELE 1")
    for _ in range(3):
        hint = taken.play.hint()
    assert hint is not None
    assert hint.text == "Type `RSET`, then `DELE 2`."
    taken.type("RSET")
    hint = taken.play.hint()
    assert hint is not None
    assert hint.text == "Type `DELE 2`."


def test_a_hint_stops_where_its_values_are_not_known(tmp_path: Path) -> None:
    """Before the login no message has a number; the rung says to ask again."""
    text = LESSON.replace("start: logged-in", "start: connected").partition("steps:")[0]
    text += (
        "steps:\n  - id: read\n    kind: do\n    goal: Mark it.\n    hints: [Log in.]\n"
        "    check: {did: {marks: prize}}\n"
        '    solution: ["USER mira", "PASS kettle42", "DELE ${num:prize}"]\n'
    )
    play = rehearsal(lesson(tmp_path, text)).play
    play.hint()
    hint = play.hint()
    assert hint is not None
    assert hint.text == "Type `USER mira`, then `PASS kettle42`. When that is done, ask again."


@pytest.mark.parametrize(
    ("call", "key"),
    [
        ("$ telnet mail.example.test 110", "hang up with Ctrl-] and `close`"),
        ("$ openssl s_client -connect mail.example.test:995 -crlf -quiet", "hang up with Ctrl-D"),
    ],
)
def test_a_hint_hangs_up_as_the_program_does(tmp_path: Path, call: str, key: str) -> None:
    """Ctrl-] is telnet's key; what the solution calls with says which one a line is closed by."""
    text = LESSON.partition("  - id: change-mind")[0] + (
        "  - id: hang-up\n    kind: do\n    goal: Hang up, and call again.\n    hints: [Two moves.]\n"
        "    check: {order: [{verb: GREETING}]}\n"
        f'    solution: ["!drop", "{call}"]\n'
    )
    taken = rehearsal(lesson(tmp_path, text))
    at_task(taken, "hang-up").play.hint()
    hint = taken.play.hint()
    assert hint is not None
    assert hint.text == f"H{key[1:]}, then `{call[2:]}`."


def test_goal_and_margin_are_the_steps(taken: Rehearsal) -> None:
    """The goal is the waiting task's, and a step may be quieter than its lesson."""
    at_task(taken, "for-real")
    assert taken.play.goal() == "Now delete the prize mail for good."
    assert taken.play.margin is Margin.BRIEF
    taken.solve()
    assert taken.play.goal() == ""
    assert taken.play.hint() is None


def test_a_line_can_be_taken_back(taken: Rehearsal) -> None:
    """A play restored is as it was, and goes on as it would have."""
    at_task(taken, "mark")
    before = taken.spot()
    taken.type("DELE 2")
    assert taken.play.done == ("guess", "mark")
    taken.back_to(before)
    assert taken.play.done == ("guess",)
    taken.type("DELE 1")
    assert ids(taken) == ["wrong-message"]


def test_seek_goes_anywhere_by_the_solutions(tmp_path: Path) -> None:
    """Before the task sought, all is done on the fresh stage; what was noted is kept."""
    page = lesson(tmp_path)
    for position, step in enumerate(page.steps):
        stage = new_stage(page)
        play = seek(page, stage, position)
        turn = play.enter(stage.snapshot())
        assert play.position == max(position, 1)  # text is run through
        assert turn.entered == ("" if play.position == 1 else step.id)
        assert play.done == tuple(s.id for at, s in page.tasks() if at < position)


def test_skip_keeps_what_was_noted(taken: Rehearsal) -> None:
    """A task skipped is done and assisted, and beliefs met so far stay noted."""
    taken.answer("a")
    taken.play.assist()
    stage = new_stage(taken.play.lesson)
    play = seek(taken.play.lesson, stage, taken.play.position + 1, carry=taken.play)
    assert play.enter(stage.snapshot()).entered == "number"
    assert play.done == ("guess", "mark")
    assert play.assisted == ("mark",)
    assert play.misconceptions == ("dele-immediate",)
    assert play.previous_task() == 3


def test_a_task_that_is_done_already_is_passed_at_once(tmp_path: Path) -> None:
    """What a detour has achieved need not be done again."""
    text = LESSON.replace("did: {verb: RSET, ok: true}, maildrop", "maildrop")
    taken = at_task(rehearsal(lesson(tmp_path, text)), "number")
    taken.type("RSET")
    taken.answer("3")
    assert [tick.number for tick in taken.turns[-1].checkpoints] == [3, 4]
    assert taken.turns[-1].entered == "for-real"


def test_a_play_without_its_stage_says_nothing(tmp_path: Path) -> None:
    """Answers, hints and `typed` where nothing waits are harmless."""
    play = Play(lesson(tmp_path))
    assert play.answer("b", None) == Turn()
    assert play.hint() is None
    assert play.goal() == ""
    assert play.question() is None
    assert play.typed(None) == Turn()
