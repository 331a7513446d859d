"""The second actor: what somebody else does beside an open session, and when."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from dialling import new_stage
from hypothesis import given
from hypothesis import strategies as st

from simulator.hosts import Host, Stage
from simulator.hosts.actors import (
    FORMS,
    BadHappening,
    Happening,
    Verb,
    happen,
    read_happening,
    seconds,
)
from simulator.hosts.script import Cue, CuePage, Script
from simulator.mailroom import MessagePage, Trouble
from simulator.mailroom.page import MakePage
from simulator.pages import PageError, build, parse_page
from simulator.pop3 import State


@pytest.fixture
def stage() -> Stage:
    """At the course's host, with nobody logged in."""
    stage = new_stage()
    stage.dial("mail.example.test")
    return stage


def host_of(stage: Stage) -> Host:
    """The host of the call."""
    assert stage.host is not None
    return stage.host


def log_in(stage: Stage) -> bool:
    """As mira; whether it was accepted."""
    return [stage.say(line)[0].ok for line in ("USER mira", "PASS kettle42")][1]


def do(stage: Stage, line: str, at: float = 0.0) -> bool:
    """Let it happen to mira, or to whom the line names."""
    return happen(stage.network, host_of(stage), read_happening(line, user="mira"), at)


def on_disk(stage: Stage) -> list[str]:
    """The labels on mira's disk."""
    items = stage.network.accounts(host_of(stage)).snapshot("mira").items
    return [item.label for item in items if item.on_disk]


@pytest.mark.parametrize(
    ("text", "said"),
    [("90s", 90), ("10m", 600), ("2h", 7200), ("31d", 2_678_400), ("0s", 0)],
)  # fmt: skip
def test_a_time_has_a_unit(text: str, said: float) -> None:
    """Seconds, minutes, hours, days."""
    assert seconds(text) == said


@given(st.one_of(st.text(), st.sampled_from(["", "10", "m", "1.5h", "-1s", "1h30m", " 1s", "٣s"])))
def test_what_is_no_time_is_refused(text: str) -> None:
    """Anything else says how a time is written."""
    try:
        assert seconds(text) >= 0
    except ValueError as error:
        assert "90s" in str(error)  # noqa: PT017 - any text may also be a time


@pytest.mark.parametrize(
    ("line", "happening"),
    [
        ("hold nina by her phone", Happening("hold", "nina", "her phone")),
        ("hold nina", Happening("hold", "nina", "somebody else")),
        ("hold", Happening("hold", "mira", "somebody else")),
        ("hold by her phone", Happening("hold", "mira", "her phone")),
        ("release", Happening("release", "mira")),
        ("release nina by her phone", Happening("release", "nina", "her phone")),
        ("deliver", Happening("deliver", "mira", label="note")),
        ("deliver keys", Happening("deliver", "mira", label="keys")),
        ("deliver nina keys", Happening("deliver", "nina", label="keys")),
        ("remove prize", Happening("remove", "mira", label="prize")),
        ("trouble open", Happening("trouble", "mira", trouble=Trouble("open"))),
        ("trouble nina open permanent always",
         Happening("trouble", "nina", trouble=Trouble("open", permanent=True, times=0))),
        ("trouble update partly",
         Happening("trouble", "mira", trouble=Trouble("update", partly=True, system=False))),
        ("trouble update temporary partly",
         Happening("trouble", "mira", trouble=Trouble("update", partly=True))),
        ("mend", Happening("mend", "mira")),
        ("mend nina", Happening("mend", "nina")),
    ],
)  # fmt: skip
def test_a_line_says_what_happens(line: str, happening: Happening) -> None:
    """With a user at hand the name may be left out."""
    assert read_happening(line, user="mira") == happening


def test_without_a_user_at_hand_the_line_names_one() -> None:
    """Of two words the first is the user then, of one word the only one."""
    assert read_happening("deliver nina") == Happening("deliver", "nina", label="note")
    assert read_happening("trouble open update").user == "open"
    for line in ("hold", "hold by me", "deliver", "remove", "remove x", "trouble open", "mend"):
        with pytest.raises(BadHappening, match="USER"):
            read_happening(line)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "write one of hold"),
        ("delvier note", "did you mean 'deliver'"),
        ("hold a b", "hold USER"),
        ("hold by", "hold USER"),
        ("remove", "remove USER LABEL"),
        ("remove a b c", "remove USER LABEL"),
        ("deliver a b c", "deliver USER"),
        ("deliver Not-A-Label!", "small letters"),
        ("trouble close", "trouble USER open|update"),
        ("trouble open twice", "trouble USER open|update"),
        ("trouble open temporary permanent", "trouble USER open|update"),
        ("trouble open always always", "trouble USER open|update"),
        ("trouble open partly", "only an update"),
        ("mend a b", "mend USER"),
    ],
)
def test_a_line_that_says_nothing_is_told_what_to_write(line: str, said: str) -> None:
    """Each mistake names the form, or what was meant."""
    with pytest.raises(BadHappening) as caught:
        read_happening(line, user="mira")
    assert said in str(caught.value)


WORD = st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1).filter(
    lambda word: word != "by"
)
LABEL = st.from_regex(r"[a-z0-9][a-z0-9-]*", fullmatch=True)
TROUBLE = st.one_of(
    st.builds(Trouble, st.just("open"), st.booleans(), times=st.sampled_from([0, 1])),
    st.builds(
        Trouble, st.just("update"), st.booleans(), st.booleans(), times=st.sampled_from([0, 1])
    ),
    st.builds(Trouble, st.just("update"), partly=st.booleans(), system=st.just(False)),
)
HAPPENINGS = st.one_of(
    st.builds(Happening, st.just("hold"), WORD, st.lists(WORD, min_size=1).map(" ".join)),
    st.builds(Happening, st.just("release"), WORD, st.lists(WORD).map(" ".join)),
    st.builds(Happening, st.sampled_from(["deliver", "remove"]), WORD, label=LABEL),
    st.builds(Happening, st.just("trouble"), WORD, trouble=TROUBLE),
    st.builds(Happening, st.just("mend"), WORD),
)


@given(HAPPENINGS, st.sampled_from(["", "mira"]))
def test_a_happening_reads_as_it_is_said(happening: Happening, user: str) -> None:
    """str() gives a line that is read to the same, with and without a user at hand."""
    if user and happening.verb == "trouble" and happening.user in ("open", "update"):
        return
    assert read_happening(str(happening), user=user) == happening


@given(st.one_of(st.text(), st.lists(st.sampled_from([*FORMS, "by", "a", "open"])).map(" ".join)))
def test_any_line_is_read_or_refused(line: str) -> None:
    """Nothing but BadHappening comes of it."""
    for user in ("", "mira"):
        try:
            assert read_happening(line, user=user).user
        except BadHappening:
            continue


def test_there_is_a_form_for_each_verb() -> None:
    """What can happen is a closed set."""
    assert set(FORMS) == set(get_args(Verb))


def test_a_phone_holds_the_lock_and_lets_go(stage: Stage) -> None:
    """Nobody gets in meanwhile, nor another holder; who does not hold lets nothing go."""
    assert do(stage, "hold by her phone")
    assert not do(stage, "hold by her desk")
    assert not log_in(stage)
    assert not do(stage, "release by her desk")
    assert do(stage, "release")
    assert not do(stage, "release")
    assert log_in(stage)
    assert not do(stage, "hold by her phone")


def test_mail_arrives_while_a_session_is_open(stage: Stage) -> None:
    """The session does not see it; the next one does. Its time of arrival is kept."""
    log_in(stage)
    assert do(stage, "deliver keys", at=500.0)
    assert do(stage, "deliver keys", at=500.0)
    assert on_disk(stage) == ["bulbs", "prize", "invoice", "keys", "keys-2"]
    assert stage.say("STAT")[0].reply.text.startswith("3 ")
    stage.hang_up()
    stage.network.accounts(host_of(stage)).expire("mira", 400.0)
    assert on_disk(stage) == ["keys", "keys-2"]
    stage.dial("mail.example.test")
    log_in(stage)
    (whole,) = stage.say("RETR 1")
    assert b"Subject: While you were connected" in (whole.reply.body or b"")


def test_a_letter_of_ones_own_arrives(stage: Stage) -> None:
    """As described, under its own label or the line's."""
    letter = MessagePage(label="keys", headers={"Subject": "Keys"}, make=MakePage(octets=900))
    for line, label in (("deliver", "keys"), ("deliver shed", "shed")):
        happening = read_happening(line, user="mira", letter=letter)
        assert happen(stage.network, host_of(stage), happening, 0.0)
        item = stage.network.accounts(host_of(stage)).snapshot("mira").items[-1]
        assert (item.label, item.subject, item.octets) == (label, "Keys", 900)


@pytest.mark.parametrize(
    ("line", "letter", "said"),
    [
        ("hold mira", MessagePage(label="keys"), "deliver"),
        ("deliver mira", MessagePage(file="a.eml"), "headers and text"),
        ("deliver mira", MessagePage(label="a", headers={"a b": "c"}), "'a b'"),
        ("deliver mira", MessagePage(label="a", text="x", make=MakePage(octets=1)), "octets"),
    ],
)
def test_a_letter_that_cannot_be_is_told_at_once(line: str, letter: MessagePage, said: str) -> None:
    """Before anything happens."""
    with pytest.raises(BadHappening, match=said):
        read_happening(line, letter=letter)


def test_a_message_goes_while_a_session_is_open(stage: Stage) -> None:
    """The session still reads it, and its QUIT passes over it."""
    log_in(stage)
    stage.say("DELE 2")
    assert do(stage, "remove prize")
    assert not do(stage, "remove prize")
    assert on_disk(stage) == ["bulbs", "invoice"]
    assert do(stage, "remove bulbs")
    assert stage.say("RETR 1")[0].ok
    assert stage.say("QUIT")[0].ok
    assert on_disk(stage) == ["invoice"]


def test_trouble_comes_and_is_mended(stage: Stage) -> None:
    """A login fails while it is there; an update fails, and what it had marked is there still."""
    assert do(stage, "trouble open always")
    assert not log_in(stage)
    assert do(stage, "mend")
    assert not do(stage, "mend")
    assert log_in(stage)
    stage.say("DELE 1")
    stage.say("DELE 2")
    assert do(stage, "trouble update temporary partly")
    assert not stage.say("QUIT")[0].ok
    assert on_disk(stage) == ["prize", "invoice"]


def test_all_of_it_can_be_taken_back(stage: Stage) -> None:
    """What somebody else did is part of the stage's state."""
    state = stage.state()
    for line in ("deliver", "remove prize", "trouble open", "hold"):
        assert do(stage, line)
    stage.restore(state)
    assert on_disk(stage) == ["bulbs", "prize", "invoice"]
    assert log_in(stage)


def test_nothing_happens_to_who_is_not_there(stage: Stage) -> None:
    """A name that the host does not know is a mistake, not a happening."""
    with pytest.raises(BadHappening, match=r"mail\.example\.test"):
        do(stage, "hold nobody")


PAGE = """\
- {when: dialled, happens: hold mira by her phone}
- {when: 3m, happens: release mira}
- {when: login, happens: deliver mira keys}
- {when: RETR 2, happens: remove mira bulbs}
- when: quit
  happens: deliver mira
  message: {label: late, headers: {Subject: Late}}
"""


def script(text: str = PAGE) -> Script:
    """The script on a page."""
    return Script.of(build(parse_page(text.encode(), "host.yaml"), list[CuePage]))


def test_a_script_is_played(stage: Stage) -> None:
    """Each cue comes once, in its time, whatever was typed between; refused commands do not count."""
    stage.hang_up()
    said: list[str] = []
    whole = left = script()

    def take(seen: object) -> None:
        nonlocal left
        left, due = left.due(seen)  # type: ignore[arg-type]
        for each in due:
            happen(stage.network, host_of(stage), each, 0.0)
            said.append(str(each))

    for exchange in stage.dial("mail.example.test"):
        take(exchange)
    assert not log_in(stage)
    take(179.0)
    assert said == ["hold mira by her phone"]
    take(180.0)
    take(500.0)
    lines = ["USER mira", "PASS kettle42", "RETR 1", "RETR 99", "STAT", "RETR 1", "RETR 1", "QUIT"]
    for line in lines:
        for exchange in stage.say(line):
            take(exchange)
    assert exchange.after is State.UPDATE
    assert said[1:] == [
        "release mira", "deliver mira keys", "remove mira bulbs", "deliver mira late",
    ]  # fmt: skip
    assert on_disk(stage) == ["prize", "invoice", "keys", "late"]
    assert left == Script()
    assert whole == script()


def test_what_is_not_due_changes_nothing(stage: Stage) -> None:
    """A script to which nothing came is the very same."""
    one = script("- {when: login, happens: hold mira}\n")
    assert one.due(9999.0) == (one, ())
    assert one.due(stage.say("CAPA")[0])[0] is one


def test_cues_of_one_moment_come_in_their_order() -> None:
    """As they stand on the page."""
    cue = Cue(Happening("hold", "mira"), after=5.0)
    cues = tuple(replace(cue, happening=Happening("hold", name)) for name in "abc")
    assert [each.user for each in Script(cues).due(5.0)[1]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{when: RTER 2, happens: hold mira}", "did you mean 'RETR'"),
        ("{when: dinner time, happens: hold mira}", "write dialled, login"),
        ("{when: login 2, happens: hold mira}", "keyword and a count"),
        ("{when: RETR 0, happens: hold mira}", "keyword and a count"),
        ("{when: RETR x, happens: hold mira}", "keyword and a count"),
        ("{when: 3x, happens: hold mira}", "10m"),
        ("{when: login, happens: hodl mira}", "did you mean 'hold'"),
        ("{when: login, happens: hold}", "hold USER"),
        ("{when: login, happens: hold mira, message: {label: a}}", "deliver"),
        ("{when: login, hapens: hold mira}", "did you mean 'happens'"),
    ],
)
def test_a_script_is_checked_when_it_is_read(line: str, said: str) -> None:
    """A cue that cannot be is a finding with its line."""
    with pytest.raises(PageError) as caught:
        script(f"- {line}\n")
    assert said in str(caught.value)
    assert "host.yaml:1:" in str(caught.value)
