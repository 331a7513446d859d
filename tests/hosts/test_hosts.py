"""The simulated network: whom one can dial, and what becomes of mail there."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from dialling import HOSTS, sample

from simulator.hosts import (
    Host,
    Network,
    NoSuchHost,
    Refused,
    Stage,
    load_personality,
)
from simulator.hosts.script import Script
from simulator.mailroom import Keeping
from simulator.pages import PageError
from simulator.pop3 import Ending, State


def log_in(stage: Stage) -> None:
    """Dial the course's host as mira."""
    stage.dial("mail.example.test")
    assert [stage.say(line)[0].ok for line in ("USER mira", "PASS kettle42")] == [True, True]


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_every_host_of_the_directory_answers(host: Host) -> None:
    """Each host greets, lets each owner in, sends all mail that it shows whole, and says goodbye.

    The mail is as its store keeps it. Nobody else is at it; TLS stands where a password wants it, and
    UTF8 mode is on where there is one.
    """
    stage = Stage(Network([replace(host, script=Script())], sample))
    policy = host.personality.policy
    for name in host.mailboxes:
        box = sample(name)
        assert stage.dial(host.name, (*host.ports, *host.tls_ports)[0])[0].ok
        first = [] if policy.cleartext_login or not host.ports else ["STLS"]
        first += ["UTF8"] if "UTF8" in policy.offers else []
        login = [f"USER {box.owner}", f"PASS {box.password}"]
        if policy.tokens_only:
            bearing = f"user={box.owner}\1auth=Bearer {box.token}\1\1"
            login = ["AUTH XOAUTH2", b64encode(bearing.encode()).decode()]
        for line in (*first, *login):
            assert stage.say(line)[0].reason is None
        kept = Keeping(policy).stored(box.owner, box.messages)[: policy.window or None]
        for number, message in enumerate(kept, 1):
            assert stage.say(f"LIST {number}")[0].reply.line == f"+OK {number} {message.octets}"
            whole = message if policy.sizes == "exact" else box.messages[number - 1]
            assert stage.say(f"RETR {number}")[0].reply.octets == whole.octets
        assert stage.say("QUIT")[0].after is State.UPDATE
        assert stage.end is not None
        assert stage.end.removed == ()
        left = 0 if policy.removes_sent(box.owner) else len(box.messages)
        snapshot = stage.snapshot(box.owner)
        assert snapshot is not None
        assert len(snapshot.items) == left


def test_addresses_are_set_aside_for_documentation() -> None:
    """No address but the one a seed page shows can belong to anybody."""
    for host in HOSTS:
        ranges = ("192.0.2.", "198.51.100.", "203.0.113.")
        assert host.address.startswith(ranges) or host.address == "194.177.33.81"


def test_names_are_found_in_any_case_and_by_address(stage: Stage) -> None:
    """The directory reads names as DNS does: any case, a final dot, or the address itself."""
    for name in ("MAIL.Example.test", "mail.example.test.", "192.0.2.110"):
        assert stage.network.find(name).name == "mail.example.test"


def test_an_unknown_name_and_a_closed_port_are_told_apart(stage: Stage) -> None:
    """No such name; or a host on whose port nobody listens."""
    with pytest.raises(NoSuchHost):
        stage.dial("mail.exmaple.test")
    with pytest.raises(Refused):
        stage.dial("mail.example.test", 25)
    assert not stage.connected


def test_each_greeting_has_a_timestamp_of_its_own(stage: Stage) -> None:
    """RFC 1939 section 7: it MUST be different each time."""
    greetings = set()
    for _ in range(3):
        greetings.add(stage.dial("mail.example.test")[0].reply.line)
        stage.hang_up()
    assert len(greetings) == 3


def test_deletions_last_in_the_copy_until_reset(stage: Stage) -> None:
    """QUIT removes from the learner's copy; the sample and its reset bring all back."""
    log_in(stage)
    stage.say("DELE 2")
    stage.say("QUIT")
    log_in(stage)
    assert stage.say("STAT")[0].reply.text.startswith("2 ")
    stage.hang_up()
    stage.reset()
    log_in(stage)
    assert stage.say("STAT")[0].reply.text == "3 2206"


def test_a_second_session_finds_the_maildrop_locked(stage: Stage) -> None:
    """Two telnets on one network: the second is told that the maildrop is in use."""
    log_in(stage)
    second = Stage(stage.network)
    second.dial("mail.example.test")
    second.say("USER mira")
    (held,) = second.say("PASS kettle42")
    assert held.reply.code == "IN-USE"


def test_the_snapshot_shows_the_disk_beside_the_session(stage: Stage) -> None:
    """A mark is the session's; the disk keeps all messages until QUIT."""
    log_in(stage)
    stage.say("DELE 2")
    snapshot = stage.snapshot()
    assert snapshot is not None
    assert [(item.number, item.marked, item.on_disk) for item in snapshot.items] == [
        (1, False, True), (2, True, True), (3, False, True),
    ]  # fmt: skip
    stage.say("QUIT")
    after = stage.snapshot()
    assert after is not None
    assert [item.label for item in after.items] == ["bulbs", "invoice"]
    assert not after.open


def test_any_line_can_be_taken_back(stage: Stage) -> None:
    """A stage restored is as it was, the call and the mail with it, be it before DELE or QUIT."""
    log_in(stage)
    before_dele = stage.state()
    stage.say("DELE 1")
    before_quit = stage.state()
    stage.say("QUIT")
    assert not stage.connected
    stage.restore(before_quit)
    assert stage.say("STAT")[0].reply.text.startswith("2 ")
    stage.restore(before_dele)
    assert stage.say("STAT")[0].reply.text == "3 2206"


def test_hanging_up_forgets_marks(stage: Stage) -> None:
    """A lost line enters no UPDATE."""
    log_in(stage)
    stage.say("DELE 1")
    end = stage.hang_up()
    assert (end.by, end.forgotten) == (Ending.DROP, (1,))


def test_a_personality_page_is_checked_when_it_is_read(tmp_path: Path) -> None:
    """A reply that nobody sends, a field that nobody fills and a lost brace are findings."""
    for wrong in ("grueting: hi", 'greeting: "{stamp}"', 'noop: "{"', 'greeting: "\\e[31m"'):
        page = tmp_path / "odd.yaml"
        page.write_text(f"format: 1\nabout: odd\nwording:\n  {wrong}\npolicy:\n  offers: []\n")
        with pytest.raises(PageError) as caught:
            load_personality(page)
        assert "odd.yaml:" in str(caught.value)


def test_an_unknown_policy_is_a_finding_with_a_suggestion(tmp_path: Path) -> None:
    """Policies are a closed set."""
    page = tmp_path / "odd.yaml"
    page.write_text("format: 1\nabout: odd\nwording: {greeting: hi}\npolicy:\n  bare-fl: true\n")
    with pytest.raises(PageError, match="bare-lf"):
        load_personality(page)


def test_a_login_that_is_taken_back_leaves_no_lock(stage: Stage) -> None:
    """Back at a moment before a host was first dialed, its maildrops are free, and as they were."""
    removed: list[str] = []
    network = Network(
        HOSTS, sample, opened=lambda _, accounts: accounts.remove_ids("mira", removed)
    )
    removed += [sample("family").messages[0].unique_id]
    stage = Stage(network)
    before = stage.state()
    log_in(stage)
    stage.restore(before)
    log_in(stage)
    assert stage.say("STAT")[0].reply.text.startswith("2 ")
