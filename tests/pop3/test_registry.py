"""The IANA registry of POP3 extensions, row by row: where CAPA lists each, at both chairs."""

from __future__ import annotations

import pytest
from chairs import EXTENDED, Chairs, letters, personality

from simulator.mailroom import Accounts
from simulator.pop3 import COMMANDS, Status
from simulator.pop3.inference import _CODES

FULL = personality(**{
    **EXTENDED, "cleartext_login": False, "login_delay": 60, "login_delay_of": {"omar": 600},
    "expire": "30", "expire_of": {"omar": "NEVER"}, "implementation": "Port110",
})  # fmt: skip

EVERYWHERE = ("in the clear", "under TLS", "logged in")
#: tag -> its line before TLS, under TLS, and after login; "" where it is not listed.
REGISTRY = {
    "TOP": ("TOP",) * 3,
    "USER": ("", "USER", "USER"),
    "SASL": ("SASL CRAM-MD5", *("SASL PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER",) * 2),
    "RESP-CODES": ("RESP-CODES",) * 3,
    "LOGIN-DELAY": ("LOGIN-DELAY 600 USER", "LOGIN-DELAY 600 USER", "LOGIN-DELAY 60"),
    "PIPELINING": ("PIPELINING",) * 3,
    "EXPIRE": ("EXPIRE 30 USER", "EXPIRE 30 USER", "EXPIRE 30"),
    "UIDL": ("UIDL",) * 3,
    "IMPLEMENTATION": ("", "", "IMPLEMENTATION Port110"),
    "STLS": ("STLS", "", ""),
    "AUTH-RESP-CODE": ("AUTH-RESP-CODE",) * 3,
    "UTF8": ("UTF8 USER",) * 3,
    "LANG": ("LANG",) * 3,
}  # fmt: skip


@pytest.fixture(scope="module")
def listings() -> dict[str, list[str]]:
    """CAPA's lines at each of the three places of one session, as the client reads them."""
    chairs = Chairs(Accounts([letters()]), FULL)
    found = {}
    for place, lines in zip(EVERYWHERE, ([], ["STLS"], ["USER mrose", "PASS secret"]), strict=True):
        chairs.say(*lines)
        (capa,) = chairs.say("CAPA")
        assert capa.reply.status is Status.OK
        found[place] = [line.decode() for line in capa.reply.lines]
    assert chairs.seen == chairs.made
    return found


@pytest.mark.parametrize("tag", REGISTRY)
@pytest.mark.parametrize("place", EVERYWHERE)
def test_each_row_is_listed_where_the_rfcs_say(
    tag: str, place: str, listings: dict[str, list[str]]
) -> None:
    """One line with its arguments, or none; never twice."""
    wanted = REGISTRY[tag][EVERYWHERE.index(place)]
    lines = [line for line in listings[place] if line.partition(" ")[0] == tag]
    assert lines == ([wanted] if wanted else [])


def test_nothing_else_is_listed(listings: dict[str, list[str]]) -> None:
    """A capability that nobody registered begins with X (RFC 2449 section 6)."""
    tags = {line.partition(" ")[0] for lines in listings.values() for line in lines}
    assert tags == set(REGISTRY)


def test_each_capability_of_the_table_is_registered() -> None:
    """The commands that an extension adds bear its tag."""
    assert {row.capability for row in COMMANDS.values() if row.capability} <= set(REGISTRY)


def test_each_registered_response_code_says_its_reason() -> None:
    """The six codes of RFC 2449 section 8, RFC 3206 and RFC 6856."""
    assert set(_CODES) == {"IN-USE", "LOGIN-DELAY", "SYS/TEMP", "SYS/PERM", "AUTH", "UTF8"}


@pytest.mark.parametrize("tag", ["STLS", "SASL", "UTF8", "LANG", "LOGIN-DELAY", "EXPIRE"])
def test_a_policy_without_it_does_not_list_it(tag: str) -> None:
    """Each is a policy that a host can switch."""
    (capa,) = Chairs(Accounts([letters()]), personality()).say("CAPA")
    assert tag not in {line.decode().partition(" ")[0] for line in capa.reply.lines}
