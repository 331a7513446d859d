"""Accounts: one lock a maildrop, removal by number, and ways back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from simulator.mailroom import Accounts, Mailbox, make_message
from simulator.pop3.maildrop import InUse, UpdateFailed

if TYPE_CHECKING:
    from simulator.mailroom.opened import OpenMaildrop

LABELS = ("bulbs", "prize", "invoice")


def sample(owner: str = "mira") -> Mailbox:
    """A mailbox of three."""
    messages = tuple(make_message(label, {"Subject": label}, label) for label in LABELS)
    return Mailbox("family", owner, "Mira Lindqvist", "kettle42", "tanstaaf", "", messages)


@pytest.fixture
def accounts() -> Accounts:
    """The accounts of a host with one mailbox."""
    return Accounts([sample()])


def on_disk(accounts: Accounts) -> list[str]:
    """The labels of what is on disk."""
    return [item.label for item in accounts.snapshot("mira").items if item.on_disk]


def test_who_is_known(accounts: Accounts) -> None:
    """Owners are known, with what proves them; others are not."""
    assert accounts.knows("mira")
    assert (accounts.password("mira"), accounts.secret("mira")) == ("kettle42", "tanstaaf")
    assert not accounts.knows("Mira")
    assert accounts.password("omar") is accounts.secret("omar") is None


def test_one_session_holds_the_lock(accounts: Accounts) -> None:
    """A second session is kept out until the first lets go, which it may do twice."""
    first = accounts.open("mira")
    with pytest.raises(InUse):
        accounts.open("mira")
    first.release()
    second = accounts.open("mira")
    first.release()
    with pytest.raises(InUse):
        accounts.open("mira")
    second.release()
    assert not accounts.snapshot("mira").locked


def test_without_the_lock_two_sessions_share(accounts: Accounts) -> None:
    """Where a server takes no lock, both see the same; removing twice is no failure."""
    first, second = (accounts.open("mira", exclusive=False) for _ in range(2))
    first.remove([1])
    second.remove([1, 2])
    assert on_disk(accounts) == ["invoice"]
    assert [message.label for message in second.messages] == list(LABELS)


def test_removal_is_in_this_copy_only() -> None:
    """What is removed is gone from these accounts, not from the sample or from other accounts."""
    box = sample()
    here, there = Accounts([box]), Accounts([box])
    maildrop = here.open("mira")
    maildrop.remove([1, 3])
    assert on_disk(here) == ["prize"]
    assert on_disk(there) == list(LABELS)
    assert here.removed("mira") == (box.messages[0].unique_id, box.messages[2].unique_id)


def test_an_earlier_run_is_taken_up(accounts: Accounts) -> None:
    """Unique-ids removed in an earlier run can be removed again; unknown ones are passed over."""
    ids = [sample().messages[1].unique_id, "unknown"]
    accounts.remove_ids("mira", ids)
    assert on_disk(accounts) == ["bulbs", "invoice"]
    assert accounts.removed("mira") == tuple(ids[:1])


def test_reset_brings_the_sample_back(accounts: Accounts) -> None:
    """After a reset all is as in the sample: mail, deliveries, another's lock."""
    accounts.remove_ids("mira", [sample().messages[0].unique_id])
    accounts.deliver("mira", make_message("late", {}, "x"))
    accounts.lock("mira", "omar")
    accounts.reset("mira")
    assert on_disk(accounts) == list(LABELS)
    assert accounts.removed("mira") == ()
    accounts.open("mira")


def test_a_state_is_a_way_back(accounts: Accounts) -> None:
    """Restoring a state takes back what a session did, its leaving too."""
    maildrop = accounts.open("mira")
    state = accounts.state()
    maildrop.remove([2])
    maildrop.release()
    accounts.restore(state)
    assert on_disk(accounts) == list(LABELS)
    with pytest.raises(InUse):
        accounts.open("mira")
    maildrop.remove([1])
    maildrop.release()
    assert on_disk(accounts) == ["prize", "invoice"]
    accounts.open("mira")


def test_another_holds_the_lock(accounts: Accounts) -> None:
    """A second actor keeps sessions out, and is kept out by one."""
    accounts.lock("mira", "phone")
    assert accounts.snapshot("mira").locked
    with pytest.raises(InUse):
        accounts.open("mira")
    accounts.unlock("mira", "somebody else")
    assert accounts.snapshot("mira").locked
    accounts.unlock("mira", "phone")
    accounts.open("mira")
    with pytest.raises(InUse):
        accounts.lock("mira", "phone")


def test_disk_beside_session(accounts: Accounts) -> None:
    """A snapshot is the union: what the session numbered, marked or gone, and what is new."""
    maildrop = accounts.open("mira")
    accounts.deliver("mira", make_message("late", {"Subject": "Keys"}, "x"))
    accounts.remove_ids("mira", [maildrop.messages[1].unique_id])
    snapshot = accounts.snapshot("mira", maildrop.messages, {3})
    told = [(item.label, item.number, item.marked, item.on_disk) for item in snapshot.items]
    assert told == [
        ("bulbs", 1, False, True),
        ("prize", 2, False, False),
        ("invoice", 3, True, True),
        ("late", None, False, True),
    ]
    assert (snapshot.user, snapshot.locked, snapshot.open) == ("mira", True, True)
    assert snapshot.items[3].subject == "Keys"


@pytest.mark.parametrize("number", [0, -1])
def test_only_message_numbers_are_removed(accounts: Accounts, number: int) -> None:
    """A number that names no message removes none."""
    with pytest.raises(UpdateFailed):
        accounts.open("mira").remove([number])


def test_a_released_maildrop_removes_nothing(accounts: Accounts) -> None:
    """Without the lock there is no UPDATE."""
    maildrop = accounts.open("mira")
    maildrop.release()
    with pytest.raises(UpdateFailed):
        maildrop.remove([1])


def test_reset_leaves_a_session_its_lock(accounts: Accounts) -> None:
    """An open session goes on after a reset, and still keeps others out."""
    accounts.open("mira")
    accounts.reset()
    with pytest.raises(InUse):
        accounts.open("mira")


def test_a_snapshot_knows_of_open_sessions(accounts: Accounts) -> None:
    """`open` says whether a session has the maildrop open, whoever asks."""
    accounts.open("mira")
    assert accounts.snapshot("mira").open


def test_unique_ids_stay_unique(accounts: Accounts) -> None:
    """Mail delivered twice has two unique-ids (RFC 1939 section 7)."""
    accounts.deliver("mira", sample().messages[0])
    ids = [item.unique_id for item in accounts.snapshot("mira").items]
    assert len(set(ids)) == len(ids)


def test_all_or_nothing(accounts: Accounts) -> None:
    """One wrong number among right ones removes none."""
    with pytest.raises(UpdateFailed, match="4"):
        accounts.open("mira").remove([1, 4])
    assert on_disk(accounts) == list(LABELS)


def test_what_was_marked_before_a_reset_is_kept(accounts: Accounts) -> None:
    """The fresh copy loses nothing to a session of the old one, which is told so, and can leave."""
    maildrop = accounts.open("mira")
    state = accounts.state()
    accounts.reset("mira")
    with pytest.raises(UpdateFailed, match="reset"):
        maildrop.remove([1])
    maildrop.remove([])
    assert on_disk(accounts) == list(LABELS)
    maildrop.release()
    accounts.open("mira").remove([1])
    accounts.restore(state)
    maildrop.remove([2])
    assert on_disk(accounts) == ["bulbs", "invoice"]


def test_a_session_without_a_lock_respects_one(accounts: Accounts) -> None:
    """It is kept out by a lock, and keeps others from taking one while it is there."""
    locked = accounts.open("mira")
    with pytest.raises(InUse):
        accounts.open("mira", exclusive=False)
    locked.release()
    shared = accounts.open("mira", exclusive=False)
    assert not accounts.snapshot("mira").locked
    with pytest.raises(InUse):
        accounts.open("mira")
    with pytest.raises(InUse):
        accounts.lock("mira", "phone")
    shared.release()
    accounts.lock("mira", "phone")
    assert not accounts.snapshot("mira").open
    with pytest.raises(InUse):
        accounts.open("mira", exclusive=False)


def test_a_unique_id_is_never_used_again(accounts: Accounts) -> None:
    """Not even that of mail which is gone; labels are told apart as well."""
    bulbs = sample().messages[0]
    accounts.remove_ids("mira", [bulbs.unique_id])
    for _ in range(2):
        accounts.deliver("mira", bulbs)
    first, second = (item for item in accounts.snapshot("mira").items if "bulbs" in item.label)
    assert (first.label, second.label) == ("bulbs-2", "bulbs-3")
    assert len({bulbs.unique_id, first.unique_id, second.unique_id}) == 3
    assert accounts.removed("mira") == (bulbs.unique_id,)
    accounts.open("mira").remove([3])
    assert on_disk(accounts) == ["prize", "invoice", "bulbs-3"]


def test_a_mapping_is_copied_as_it_is_opened() -> None:
    """Of a mapping only what somebody opened is in the state; of mailboxes all are, at once."""
    boxes = {"mira": sample(), "omar": sample("omar")}
    assert set(Accounts(boxes.values()).state()) == {"mira", "omar"}
    accounts = Accounts(boxes)
    assert not accounts.state()
    assert accounts.password("omar") == "kettle42"
    assert not accounts.state()
    accounts.open("mira").remove([1])
    assert set(accounts.state()) == {"mira"}
    assert accounts.removed("omar") == ()
    accounts.reset("mira")
    assert on_disk(accounts) == list(LABELS)


@pytest.mark.parametrize("mapping", [False, True])
def test_changes_copy_all_only_where_a_state_is_kept(*, mapping: bool) -> None:
    """A login among thousands costs one entry; a state that somebody keeps never changes."""
    boxes = {name: sample(name) for name in ("mira", "omar", "noor")}
    accounts = Accounts(boxes if mapping else boxes.values())
    accounts.open("mira")
    inside = accounts._drops._own
    accounts.open("omar")
    assert accounts._drops._own is inside
    state = accounts.state()
    before = dict(state)
    accounts.open("noor")
    accounts.deliver("mira", make_message("late", {}, "x"))
    assert state == before
    assert accounts._drops._own is not inside
    assert accounts.state() != before
    accounts.restore(state)
    assert accounts.state() is state
    accounts.deliver("mira", make_message("late", {}, "x"))
    assert state == before


_CHANGES = st.lists(
    st.tuples(st.sampled_from(["deliver", "remove", "reset", "keep", "back"]), st.integers(0, 3))
)


@given(_CHANGES)
def test_a_kept_state_is_what_it_was(changes: list[tuple[str, int]]) -> None:
    """Whatever was changed, kept and gone back to in between."""
    accounts = Accounts({name: sample(name) for name in "abcd"})
    kept = [(accounts.state(), dict(accounts.state()))]
    for number, (what, which) in enumerate(changes):
        name = "abcd"[which]
        match what:
            case "deliver":
                accounts.deliver(name, make_message(f"late-{number}", {}, "x"))
            case "remove":
                accounts.remove_label(name, LABELS[which % 3])
            case "reset":
                accounts.reset(name if which else None)
            case "keep":
                kept.append((accounts.state(), dict(accounts.state())))
            case _:
                accounts.restore(kept[which % len(kept)][0])
        assert all(state == before for state, before in kept)


def test_a_token_is_looked_for_once() -> None:
    """Of two that have it the first; and none is of nobody."""
    boxes = [replace(sample(name), token=token)
             for name, token in (("ada", None), ("ben", "t"), ("cem", "t"), ("dot", "u"))]  # fmt: skip
    accounts = Accounts(boxes)
    owners = [accounts.bearer(token) for token in ("t", "u", "v", "")]
    assert owners == ["ben", "dot", None, None]


class Maildrops(RuleBasedStateMachine):
    """Sessions come and go, remove and leave; a list of labels and one holder say what holds."""

    opened: Bundle[OpenMaildrop] = Bundle("opened")
    samples: Iterable[Mailbox] | Mapping[str, Mailbox] = (sample(),)

    def __init__(self) -> None:
        super().__init__()
        self.accounts = Accounts(self.samples)
        self.disk = list(LABELS)
        self.holder: object = None
        self.count = 0

    @rule(target=opened)
    def open(self) -> object:
        """Opens if nobody holds the lock."""
        if self.holder is not None:
            with pytest.raises(InUse):
                self.accounts.open("mira")
            return None
        self.holder = self.accounts.open("mira")
        assert [message.label for message in self.holder.messages] == self.disk
        return self.holder

    @rule(maildrop=consumes(opened), numbers=st.sets(st.integers(1, 6)))
    def quit(self, maildrop: OpenMaildrop | None, numbers: set[int]) -> None:
        """QUIT: removes some and lets go."""
        if maildrop is None:
            return
        gone = [n for n in sorted(numbers) if n <= len(maildrop.messages)]
        maildrop.remove(gone)
        labels = {maildrop.messages[n - 1].label for n in gone}
        self.disk = [label for label in self.disk if label not in labels]
        self.drop(maildrop)

    @rule(maildrop=consumes(opened))
    def drop(self, maildrop: OpenMaildrop | None) -> None:
        """The line drops: nothing is removed, and the lock opens."""
        if maildrop is not None:
            maildrop.release()
            self.holder = None

    @rule()
    def deliver(self) -> None:
        """New mail arrives, whoever holds the lock."""
        self.count += 1
        label = f"late-{self.count}"
        self.accounts.deliver("mira", make_message(label, {"Subject": label}, label))
        self.disk.append(label)

    @rule()
    def look_back(self) -> None:
        """Going away from a state and back to it changes nothing."""
        state = self.accounts.state()
        self.accounts.deliver("mira", make_message("gone", {}, "gone"))
        self.accounts.restore(state)

    @invariant()
    def as_the_model_says(self) -> None:
        """The disk and the lock are what the model says."""
        assert on_disk(self.accounts) == self.disk
        assert self.accounts.snapshot("mira").locked == (self.holder is not None)


class MaildropsOfAMapping(Maildrops):
    """The same, where the mail is read when it is first asked for."""

    samples: ClassVar = {"mira": sample()}


TestMaildrops = Maildrops.TestCase
TestMaildropsOfAMapping = MaildropsOfAMapping.TestCase
