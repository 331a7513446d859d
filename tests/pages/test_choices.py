"""What a finding says to write instead of an unknown name."""

from __future__ import annotations

from simulator.pages import choose


def test_the_nearest_name_is_asked_for() -> None:
    """One name is told, the one most like what was given."""
    assert choose("dely", ["drop", "delay", "desync"]) == "did you mean 'delay'?"


def test_without_a_near_name_all_are_told_in_their_order() -> None:
    """Nothing is guessed; the names stand as the caller has them."""
    assert choose("quux", ["drop", "delay"]) == "write one of drop, delay"


def test_a_caller_may_say_what_to_write_where_no_name_is_near() -> None:
    """The caller's own words stand in for the list, but not for a near name."""
    assert choose("quux", ["drop"], otherwise="write a time") == "write a time"
    assert choose("dorp", ["drop"], otherwise="write a time") == "did you mean 'drop'?"


def test_how_like_a_name_must_be_is_the_callers() -> None:
    """A higher cutoff guesses less."""
    assert choose("drip", ["drop"], cutoff=0.7) == "did you mean 'drop'?"
    assert choose("drip", ["drop"], cutoff=0.9) == "write one of drop"
