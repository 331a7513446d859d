"""The attacks of `make abuse`, a tenth as hard: replies, memory and descriptors, never times."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from abuse.attack import Attack, Scale, attacks, carry_out
from abuse.calls import NARROW
from abuse.crowd import crowd
from abuse.signals import ended
from abuse.target import Place, Target

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the server is watched through /proc"
)
TENTH = Scale(10)
MANY = ("--max-connections", "1500", "--max-per-address", "1500")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.laid_out(tmp_path_factory.mktemp("abuse"), megabytes=2, messages=1000)


@pytest.fixture(scope="module")
def wide(place: Place) -> Iterator[Target]:
    with place.serving(*MANY) as target:
        target.open_all()
        yield target


@pytest.fixture(scope="module")
def narrow(place: Place) -> Iterator[Target]:
    with place.serving(*NARROW) as target:
        yield target


def _named(each: Attack) -> str:
    return each.name.replace(" ", "-")


@pytest.mark.parametrize("each", attacks(narrow=False), ids=_named)
def test_it_stands_the_attack_and_serves_on(wide: Target, each: Attack) -> None:
    """Replies are right, it grows within the attack's bound, and honest visitors get every octet."""
    assert carry_out(each, wide, TENTH).broken == []


@pytest.mark.parametrize("each", attacks(narrow=True), ids=_named)
def test_its_bounds_and_clocks_hold(narrow: Target, each: Attack) -> None:
    """The same, on a server with low bounds and one second of patience."""
    assert carry_out(each, narrow, TENTH).broken == []


def test_what_quit_has_removed_was_said_when_sigterm_ends_it(place: Place) -> None:
    assert ended(place, TENTH).broken == []


def test_a_crowd_is_served_beside_honest_visitors(wide: Target) -> None:
    """Every octet of an honest session is right while others never stop asking."""
    with crowd(wide, 50, 20) as others:
        for _ in range(5):
            wide.visit()
    assert others.rate > 0
    assert wide.settled() == wide.quiet


def test_there_are_at_least_thirty_attacks_and_each_has_a_name_of_its_own() -> None:
    names = [each.name for narrow in (False, True) for each in attacks(narrow=narrow)]
    assert len(names) == len(set(names))
    assert len(names) >= 30


def test_an_attack_that_breaks_a_promise_is_told_of(wide: Target) -> None:
    """The judge can say no: of a reply that is wrong, and of memory that grows."""

    def wrong(target: Target, scale: Scale) -> Iterator[None]:
        del target, scale
        yield
        raise AssertionError("that was no -ERR")

    def nothing(target: Target, scale: Scale) -> Iterator[None]:
        del target, scale
        yield
        return "nothing"

    assert carry_out(Attack("wrong", wrong, 99999, False), wide, TENTH).broken == [
        "AssertionError: that was no -ERR"
    ]
    (said,) = carry_out(Attack("nothing", nothing, -1, False), wide, TENTH).broken
    assert said.startswith("grew by ")


def test_the_mail_is_what_it_was(place: Place) -> None:
    """Whatever was tried, no file has changed."""
    fresh = Place.laid_out(place.folder / "fresh", megabytes=2, messages=1000)
    assert _octets(place.folder / "mail") == _octets(fresh.folder / "mail")


def _octets(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}
