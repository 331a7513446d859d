"""Whose words: told from the pages' wordings alone, with how sure it is and by what."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from chairs import Chairs, letters

from simulator.hosts import Sureness, load_personalities, recognise
from simulator.mailroom import Accounts
from simulator.pop3 import Exchange, Personality, Policy, Pop3Client

KNOWN = load_personalities()
LINES = (
    "CAPA",
    "FOO",
    "USER mrose",
    "PASS secret",
    "STAT",
    "LIST",
    "RETR 1",
    "DELE 1",
    "RETR 1",
    "QUIT",
)


def spoken(personality: Personality, *lines: str) -> list[Exchange]:
    """A short session at that server."""
    chairs = Chairs(Accounts([letters(2)]), personality)
    chairs.say(*(lines or LINES))
    return chairs.seen


def heard(*pairs: tuple[str, str]) -> list[Exchange]:
    """Lines and replies; "" for the greeting."""
    client = Pop3Client()
    for line, reply in pairs:
        if line:
            client.send(line)
        client.receive_data(f"{reply}\r\n".encode())
    return client.exchanges()


@pytest.mark.parametrize("personality", KNOWN, ids=lambda each: each.name)
def test_each_personality_is_known_by_its_own_words(personality: Personality) -> None:
    """It is the likest, or as like as another page with the same words."""
    like = recognise(spoken(personality), KNOWN)
    assert like is not None
    assert personality.name in (like.name, *like.also)


def test_a_page_of_one_s_own_is_enough() -> None:
    """A new server is told without a line of code; rare words make it sure, and are named."""
    mine = Personality(
        "mine", "made up",
        {"greeting": "Harbour light is lit", "user": "Ahoy {user}", "pass": "{count} crates ashore",
         "quit": "Fair winds", "err": "Not on this quay", "list": "{count} crates"},
        Policy(cleartext_login=True),
    )  # fmt: skip
    exchanges = spoken(mine, "USER mrose", "PASS secret", "LIST", "QUIT")
    like = recognise(exchanges, [*KNOWN, mine])
    assert like is not None
    assert (like.name, like.sureness, like.also) == ("mine", Sureness.SURE, ())
    assert exchanges[like.because[0]].reply.line.startswith("+OK ")
    without = recognise(exchanges, KNOWN)
    assert without is None or without.sureness is not Sureness.SURE


def test_nobody_is_named_for_words_that_all_say_or_none_does() -> None:
    """A bare +OK is nobody's; nor are words that no page has."""
    assert recognise(heard(("", "+OK"), ("USER x", "+OK")), [each for each in KNOWN if each.wording.get(
        "greeting")]) is None  # fmt: skip
    strange = heard(
        ("", "+OK xyzzy plugh"), ("USER x", "+OK plover"), ("PASS y", "-ERR fee fie foe")
    )
    assert recognise(strange, KNOWN) is None
    assert recognise([], KNOWN) is None


def test_of_two_that_are_as_like_the_real_server_is_named() -> None:
    """A re-enactment of a page has the same words as the server that the page showed."""
    one = next(each for each in KNOWN if each.name == "exemplary")
    real = replace(one, name="real", server="Real 1.0")
    play = replace(one, name="play", server="")
    like = recognise(spoken(one), [play, real])
    assert like is not None
    assert (like.name, like.server, like.also) == ("real", "Real", ("play",))


def test_figures_and_names_are_not_what_a_server_is_known_by() -> None:
    """Other counts, other users, another address in the greeting: the same server."""
    like = recognise(
        heard(
            ("", "+OK Gpop ready for requests from 203.0.113.9 zz12ab34"),
            ("USER otto", "+OK send PASS"), ("PASS x", "+OK Welcome."),
            ("DELE 7", "+OK marked for deletion"),
        ),
        KNOWN,
    )  # fmt: skip
    assert like is not None
    assert (like.name, like.server, like.real) == ("gmail", "Gmail", True)


def test_a_bare_ok_is_little_and_a_single_reply_is_not_enough() -> None:
    """Some servers say nothing but +OK, and so do many that nobody knows: never more than perhaps."""
    few = heard(("", "+OK ready"), ("USER x", "+OK"), ("PASS y", "+OK"), ("QUIT", "+OK"))
    assert recognise(few, KNOWN) is None
    bare = [(line, "+OK") for line in ("USER x", "PASS y", "DELE 1", "RSET", "NOOP")]
    many = recognise(heard(("", "+OK ready"), *bare, ("LIST 9", "-ERR"), ("QUIT", "+OK")), KNOWN)
    assert many is None or many.sureness is Sureness.PERHAPS
    one = recognise(heard(("", "+OK hello"), ("USER x", "+OK Name is a valid mailbox")), KNOWN)
    assert one is None


@pytest.mark.parametrize("personality", [each for each in KNOWN if each.server])
def test_a_name_has_no_version_and_no_years(personality: Personality) -> None:
    """Words tell the software, hardly its version: `Dovecot`, not `Dovecot 2.3.19`."""
    like = recognise(spoken(personality), KNOWN)
    assert like is not None
    assert personality.server.startswith(like.server) or like.name != personality.name
    assert not re.search(r"\d{4}|\d\.\d|,", like.server)


def test_made_up_servers_are_said_to_be_so() -> None:
    """The course's own are no servers of the world."""
    own = next(each for each in KNOWN if each.name == "exemplary")
    like = recognise(spoken(own), KNOWN)
    assert like is not None
    assert (like.name, like.real) == ("exemplary", False)
