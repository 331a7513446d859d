"""Lessons on the extensions: what their checks may say of AUTH, STLS and LANG, and who else acts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from chairs import EXTENDED, Chairs, letters, personality
from scene import HOSTS, MAIL, lesson

from simulator.hosts import Network, Stage
from simulator.mailroom import Accounts
from simulator.pages import build, parse_page
from simulator.pop3 import Reason
from simulator.teaching import Lesson, Play, Rehearsal
from simulator.teaching.checks import Moment, event, holds
from simulator.teaching.predicates import Check
from simulator.teaching.rehearsal import Stumble, seek

SESSION = ("LANG de", "AUTH PLAIN", "*", "STLS", "AUTH LOGIN", "bXJvc2U=", "c2VjcmV0")

PAGE = f"""\
format: 1
id: busy
title: Somebody else is there
summary: A lock, a wait, and mail that comes while one looks on.
minutes: 5
setup:
  dial: mail.example.test
  start: connected
{MAIL}\
steps:
  - id: held
    kind: do
    goal: Find the maildrop locked.
    meanwhile: [hold mira by her phone]
    check: {{did: {{verb: PASS, reason: in-use}}}}
    solution: [USER mira, PASS kettle42]
    hints: [Log in as always.]
  - id: later
    kind: show
    type: ["!wait 3m", "!release mira", USER mira, PASS kettle42, "!deliver mira late"]
  - id: look
    kind: do
    goal: See that the new message is not in this session.
    check: {{did: {{verb: STAT, ok: true}}}}
    solution: [STAT]
    hints: [The drop listing.]
"""


def stage_for(page: Lesson) -> Stage:
    """A fresh stage, on a host with every extension."""
    host = replace(HOSTS[0], personality=personality(**EXTENDED))
    own = page.mailbox()
    assert own is not None
    return Stage(Network([host], lambda _: own, instead={host.name: own}))


@pytest.fixture
def moment() -> Moment:
    """What a play would have noted of a session with AUTH, STLS and LANG in it."""
    chairs = Chairs(Accounts([letters()]), personality(**EXTENDED))
    log = tuple(event(exchange, {}) for exchange in chairs.say(*SESSION))
    return Moment(log, 0, 0, None, "mrose")


@pytest.mark.parametrize(
    "text",
    [
        "did: {verb: AUTH, challenge: true}",
        "did: {verb: AUTH, mechanism: plain, reason: cancelled}",
        "did: {mechanism: LOGIN, login: mrose}",
        "did: {secures: true}",
        "did: {language: de}",
        "did: {language: any}",
        "order: [{secures: true}, {login: any}]",
        "times: {of: {verb: AUTH, ok: false}, max: 1}",
        "never: {mechanism: CRAM-MD5}",
    ],
)
def test_what_a_check_may_say_of_the_extensions(text: str, moment: Moment) -> None:
    """A challenge is neither +OK nor -ERR; a dialogue bears its mechanism on every line."""
    assert holds(build(parse_page(text.encode(), "check.yaml"), Check), moment)


def test_others_act_as_a_step_begins_and_between_lines(tmp_path: Path) -> None:
    """The lock holds until the wait is over; the message that comes is not in the session."""
    page = lesson(tmp_path, PAGE)
    stage = stage_for(page)
    taken = Rehearsal(Play(page), stage)
    taken.begin()
    taken.solve()
    assert stage.network.now == 180
    snapshot = stage.snapshot()
    assert snapshot is not None
    assert [item.number for item in snapshot.items] == [1, 2, 3, None]
    taken.solve()
    assert taken.play.finished


def test_a_step_that_is_gone_back_to_begins_with_the_same_others(tmp_path: Path) -> None:
    """`seek` leaves a step's own directions to who enters it, so nothing happens twice."""
    page = lesson(tmp_path, PAGE)
    stage = stage_for(page)
    play = seek(page, stage, 0)
    rehearsal = Rehearsal(play, stage)
    rehearsal.take(play.enter(stage.snapshot()))
    rehearsal.type("USER mira")
    assert stage.say("PASS kettle42")[0].reason is Reason.IN_USE


@pytest.mark.parametrize("wrong", ["wiat 3m", "hold", "hold nobody", "fault nothing", "wait long"])
def test_a_direction_that_cannot_be_is_a_stumble(tmp_path: Path, wrong: str) -> None:
    """A proof makes a finding of it."""
    page = lesson(tmp_path, PAGE.replace("hold mira by her phone", wrong))
    with pytest.raises(Stumble, match=wrong.split(maxsplit=1)[0]):
        Rehearsal(Play(page), stage_for(page)).begin()
