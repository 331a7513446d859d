"""Trouble on demand, arrival and expiry, and what a second actor does beside an open session."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.mailroom import Accounts, Mailbox, MessagePage, Trouble, letter_of, make_message
from simulator.pop3.maildrop import InUse, SystemFailure, UpdateFailed

LABELS = ("bulbs", "prize", "invoice", "keys", "hens")


@pytest.fixture
def accounts() -> Accounts:
    """A maildrop of five."""
    messages = tuple(make_message(label, {"Subject": label}, label) for label in LABELS)
    box = Mailbox("family", "mira", "Mira", "kettle42", "tanstaaf", "", messages, "ya29.token")
    return Accounts([box])


def on_disk(accounts: Accounts) -> list[str]:
    """The labels of what is on disk."""
    return [item.label for item in accounts.snapshot("mira").items if item.on_disk]


def test_a_token_is_known(accounts: Accounts) -> None:
    """The practice access token of one who has one; None for others."""
    assert accounts.token("mira") == "ya29.token"
    assert accounts.token("omar") is None


def test_the_last_login_is_kept_and_can_be_taken_back(accounts: Accounts) -> None:
    """It is None at first, what was told last, and part of the state."""
    assert accounts.last_login("mira") is accounts.last_login("omar") is None
    before = accounts.state()
    accounts.logged_in("mira", 12.5)
    assert accounts.last_login("mira") == 12.5
    accounts.restore(before)
    assert accounts.last_login("mira") is None


def test_old_mail_expires(accounts: Accounts) -> None:
    """The sample arrived at 0.0, a delivery at its time; what is older than asked goes."""
    accounts.deliver("mira", make_message("late", {}, "x"), 100.0)
    accounts.expire("mira", 0.0)
    assert on_disk(accounts) == [*LABELS, "late"]
    before = accounts.state()
    accounts.expire("mira", 100.0)
    assert on_disk(accounts) == ["late"]
    accounts.restore(before)
    accounts.expire("mira", 100.5)
    assert on_disk(accounts) == []
    accounts.deliver("mira", make_message("late", {}, "x"), 101.0)
    assert on_disk(accounts) == ["late-2"]


def test_nothing_expires_under_a_session(accounts: Accounts) -> None:
    """Nobody's mail goes while it is open or held."""
    maildrop = accounts.open("mira", exclusive=False)
    accounts.expire("mira", 1.0)
    maildrop.release()
    accounts.lock("mira", "phone")
    accounts.expire("mira", 1.0)
    assert on_disk(accounts) == list(LABELS)
    accounts.unlock("mira", "phone")
    accounts.expire("mira", 1.0)
    assert on_disk(accounts) == []


@pytest.mark.parametrize("permanent", [True, False])
def test_opening_fails_once(accounts: Accounts, permanent: bool) -> None:
    """The first open fails, leaves no lock behind, and says whether it will pass; the next works."""
    accounts.trouble("mira", Trouble("open", permanent=permanent))
    state = accounts.state()
    with pytest.raises(SystemFailure) as caught:
        accounts.open("mira")
    assert caught.value.permanent is permanent
    assert not accounts.snapshot("mira").locked
    accounts.open("mira").release()
    accounts.restore(state)
    with pytest.raises(SystemFailure):
        accounts.open("mira", exclusive=False)


def test_trouble_that_stays(accounts: Accounts) -> None:
    """With times=0 it strikes until it is taken away, or the maildrop is reset."""
    for mend in (lambda: accounts.trouble("mira", None), lambda: accounts.reset("mira")):
        accounts.trouble("mira", Trouble("open", times=0))
        for _ in range(3):
            with pytest.raises(SystemFailure):
                accounts.open("mira")
        mend()
        accounts.open("mira").release()


def test_a_lock_comes_before_trouble(accounts: Accounts) -> None:
    """A maildrop that is in use is not read, so its trouble waits."""
    accounts.trouble("mira", Trouble("open"))
    accounts.lock("mira", "phone")
    with pytest.raises(InUse):
        accounts.open("mira")
    accounts.unlock("mira", "phone")
    with pytest.raises(SystemFailure):
        accounts.open("mira")


@given(st.sets(st.integers(1, 5)), st.booleans(), st.booleans(), st.booleans())
def test_an_update_fails(numbers: set[int], partly: bool, system: bool, permanent: bool) -> None:
    """Nothing is removed, or the first half; then it fails once, with what is behind it."""
    messages = tuple(make_message(label, {"Subject": label}, label) for label in LABELS)
    accounts = Accounts([Mailbox("family", "mira", "", "k", "t", "", messages)])
    permanent = permanent and system
    accounts.trouble("mira", Trouble("update", permanent, partly, system))
    maildrop = accounts.open("mira")
    half = sorted(numbers)[: len(numbers) // 2 if partly else 0]
    if numbers:
        with pytest.raises(UpdateFailed) as caught:
            maildrop.remove(numbers)
        failure = caught.value.failure
        assert (failure is not None) is system
        assert failure is None or failure.permanent is permanent
    else:
        maildrop.remove(numbers)
    assert on_disk(accounts) == [label for n, label in enumerate(LABELS, 1) if n not in half]
    maildrop.remove(numbers)
    left = [label for n, label in enumerate(LABELS, 1) if n not in numbers]
    assert (on_disk(accounts) == left) is bool(numbers) or left == list(LABELS)


def test_an_update_without_marks_cannot_fail(accounts: Accounts) -> None:
    """Nothing is written, so the trouble waits for one that writes."""
    accounts.trouble("mira", Trouble("update"))
    maildrop = accounts.open("mira")
    maildrop.remove([])
    with pytest.raises(UpdateFailed):
        maildrop.remove([1])


@pytest.mark.parametrize(
    "wrong",
    [
        {"operation": "open", "partly": True},
        {"operation": "open", "system": False},
        {"operation": "update", "system": False, "permanent": True},
        {"operation": "update", "times": -1},
    ],
)
def test_trouble_that_cannot_be(wrong: dict[str, object]) -> None:
    """What no store does is refused."""
    with pytest.raises(ValueError, match=r"only|strikes"):
        Trouble(**wrong)  # type: ignore[arg-type]


def test_trouble_wears_off() -> None:
    """It strikes as often as it was told to."""
    twice = Trouble("open", times=2)
    assert twice.spent == Trouble("open")
    assert Trouble("open").spent is None
    assert Trouble("open", times=0).spent == Trouble("open", times=0)


def test_a_second_actor_removes_beside_a_session(accounts: Accounts) -> None:
    """The session keeps its view and can read the message; its UPDATE passes over it."""
    maildrop = accounts.open("mira")
    assert accounts.remove_label("mira", "prize")
    assert not accounts.remove_label("mira", "prize")
    assert b"prize" in maildrop.messages[1].wire()
    assert "prize" not in on_disk(accounts)
    maildrop.remove([1, 2])
    assert on_disk(accounts) == ["invoice", "keys", "hens"]


def test_a_letter_of_a_page() -> None:
    """An entry that describes a message makes it; a file or a bulk makes none."""
    assert letter_of(MessagePage(label="note", headers={"Subject": "Keys"})).subject == "Keys"
    with pytest.raises(ValueError, match="label"):
        letter_of(MessagePage(file="a.eml"))
