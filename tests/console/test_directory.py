"""The hosts one can call, as a list and one by one."""

from __future__ import annotations

import pytest
from desks import sit

from simulator.console.directory import card, find, listed
from simulator.console.ink import row_text, row_width
from simulator.hosts import load_hosts

HOSTS = load_hosts()


@pytest.mark.parametrize("width", [40, 60, 79, 119])
def test_the_list_and_each_card_fit_the_width(width: int) -> None:
    """No row is wider, and each name stands at the beginning of a row."""
    rows = list(listed(HOSTS, width))
    assert all(row_width(row) <= width for row in rows)
    begun = [row_text(row).split()[:1] for row in rows]
    assert all([host.name] in begun for host in HOSTS)
    for host in HOSTS:
        assert all(row_width(row) <= width for row in card(host, width)), host.name


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_a_card_says_all_that_is_known(host: object) -> None:
    """Who logs in, what is shown; of a real server its version, its paragraph and each source."""
    assert host in HOSTS
    one = next(each for each in HOSTS if each is host)
    told = " ".join(" ".join(row_text(row) for row in card(one, 79)).split())
    played = one.personality
    wanted = [one.about, one.shows, *((played.server, played.about) if played.server else ())]
    for text in [*wanted, *played.sources]:
        assert " ".join(text.replace("`", "").split()) in told


def test_a_host_is_found_by_its_first_word() -> None:
    """`courier`, `COURIER.example.test`; two that share a word are both found; "" finds all."""
    assert [host.name for host in find(HOSTS, "courier")] == ["courier.example.test"]
    assert [host.name for host in find(HOSTS, "COURIER.example.test")] == ["courier.example.test"]
    assert len(find(HOSTS, "pop")) > 1
    assert len(find(HOSTS, "")) == len(HOSTS)
    assert not find(HOSTS, "nobody")


def test_at_the_shell_hosts_takes_a_name() -> None:
    """One host's card; and for a name that nobody has, the nearest that there is."""
    drawn = sit("hosts gmail", "hosts dovcot").drawn
    assert "250 of 320 messages" in drawn
    assert "Google's mail service" in drawn
    assert "dovecot.example.test" in drawn
    assert "No host here has this name" in drawn
