"""Each way to log in, on the host that has it: SASL by hand, names beyond ASCII, under TLS or not."""

from __future__ import annotations

import json
import unicodedata

import pytest
from dialling import BANK, BY_NAME, GMAIL, LIGHTS, MAIL, TOKENS, sample, say

from simulator.hosts import Stage
from simulator.mailroom import Mailbox
from simulator.pop3 import Exchange, Reason, State
from simulator.pop3.digests import (
    apop,
    cram_md5,
    login,
    oauthbearer,
    plain,
    xoauth2,
)
from simulator.pop3.mechanisms import KNOWN
from simulator.pop3.scram import Opening, scram_final, scram_first, scram_verify

BRAM = "bram@copyshop.example"


def authenticate(stage: Stage, mechanism: str, box: Mailbox) -> Exchange:
    """The whole dialogue, each response worked out as `:digest` does; the last Exchange."""
    asked = say(stage, f"AUTH {mechanism}").reply
    assert asked.challenge is not None
    user, password, token = box.owner, box.password, box.token or ""
    assert stage.host is not None
    host = stage.host.name
    if mechanism == "LOGIN":
        assert [asked.challenge, say(stage, login(user)[-1].value).reply.challenge] == [
            b"Username:", b"Password:",
        ]  # fmt: skip
        return say(stage, login(password)[-1].value)
    if mechanism.startswith("SCRAM"):
        return _scram(stage, Opening(mechanism.removeprefix("SCRAM-"), user, "rOprNGfw"), password)
    workings = {
        "PLAIN": lambda: plain("", user, password),
        "CRAM-MD5": lambda: cram_md5(asked.text, user, box.secret),
        "XOAUTH2": lambda: xoauth2(user, token),
        "OAUTHBEARER": lambda: oauthbearer(user, host, stage.port, token),
    }
    return say(stage, workings[mechanism]()[-1].value)


def _scram(stage: Stage, opening: Opening, password: str) -> Exchange:
    first = say(stage, scram_first(opening)[-1].value).reply.challenge
    assert first is not None
    final = say(stage, scram_final(opening, password, first.decode())[-1].value).reply.challenge
    assert final is not None
    assert scram_verify(opening, password, first.decode(), final.decode())
    return say(stage, "")


WAYS = [
    (MAIL, "family", ("PLAIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256")),
    (BANK, "bank-counter", ("PLAIN", "SCRAM-SHA-256")),
    (TOKENS, "copy-shop", ("LOGIN", "XOAUTH2", "OAUTHBEARER")),
    (LIGHTS, "lamp-list", ("PLAIN",)),
    (GMAIL, "gmail", ("PLAIN", "XOAUTH2", "OAUTHBEARER")),
]


@pytest.mark.parametrize(
    ("host", "box", "mechanism"),
    [(host, box, each) for host, box, mechanisms in WAYS for each in mechanisms],
)
def test_every_mechanism_opens_a_maildrop(
    host: str, box: str, mechanism: str, stage: Stage
) -> None:
    """A whole dialogue; the host offers it in CAPA, under TLS at least, and `shows` says so."""
    owner = sample(box)
    under_tls = host in (BANK, GMAIL)
    stage.dial(host, 995 if under_tls else 110)
    offered = [line.decode() for line in say(stage, "CAPA").reply.lines]
    assert any(line.startswith("SASL ") and mechanism in line.split() for line in offered)
    done = authenticate(stage, mechanism, owner)
    assert (done.ok, done.after, done.user) == (True, State.TRANSACTION, owner.owner)
    assert mechanism in BY_NAME[host].shows


def test_every_mechanism_is_offered_somewhere() -> None:
    """All that Port110 speaks can be tried."""
    assert {each for _, _, mechanisms in WAYS for each in mechanisms} == set(KNOWN)


def test_apop_still_opens_the_courses_own_host(stage: Stage) -> None:
    """The way of RFC 1939 itself, beside SASL."""
    timestamp = stage.dial(MAIL)[0].reply.text.split()[-1]
    assert say(stage, f"APOP mira {apop(timestamp, 'kettle42')[-1].value}").user == "mira"


def test_a_challenge_is_enough_before_tls(stage: Stage) -> None:
    """At the bank SCRAM, which shows no password, is taken in the clear."""
    stage.dial(BANK)
    assert authenticate(stage, "SCRAM-SHA-256", sample("bank-counter")).ok


def test_the_bank_hangs_up_after_three_refusals(stage: Stage) -> None:
    """The limit on failed logins."""
    stage.dial(BANK, 995)
    for _ in range(3):
        assert say(stage, "USER ines", "PASS first-key").reason is Reason.BAD_CREDENTIALS
    assert not stage.connected


# Tokens


def test_auth_alone_lists_the_mechanisms(stage: Stage) -> None:
    """No RFC has it; the token host does, the course's own does not."""
    stage.dial(TOKENS)
    assert say(stage, "AUTH").reply.lines == (b"XOAUTH2", b"OAUTHBEARER", b"LOGIN")
    stage.hang_up()
    stage.dial(MAIL)
    assert say(stage, "AUTH").reason is Reason.MISSING_ARGUMENT
    assert say(stage, "AUTH LOGIN").reason is Reason.UNKNOWN_MECHANISM


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_wrong_token_is_told_in_json_first(mechanism: str, stage: Stage) -> None:
    """RFC 7628 section 3.2.2: a challenge says why, any line answers it, and then comes -ERR."""
    stage.dial(TOKENS)
    say(stage, f"AUTH {mechanism}")
    working = xoauth2(BRAM, "corner-copy-418") if mechanism == "XOAUTH2" else (
        oauthbearer(BRAM, TOKENS, 110, "corner-copy-418"))  # fmt: skip
    told = say(stage, working[-1].value).reply.challenge
    assert told is not None
    assert json.loads(told)["scope"]
    assert say(stage, "AQ==").reply.code == "AUTH"
    assert authenticate(stage, mechanism, sample("copy-shop")).ok


def test_a_dialogue_can_be_cancelled(stage: Stage) -> None:
    """RFC 5034 section 4: "*"."""
    for host in (MAIL, TOKENS):
        stage.dial(host)
        say(stage, f"AUTH {BY_NAME[host].personality.policy.mechanisms[0]}")
        assert say(stage, "*").reason is Reason.CANCELLED
        stage.hang_up()


# Beyond ASCII


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_and_a_password_beyond_ascii(form: str, stage: Stage) -> None:
    """UTF8 USER: however the keyboard composes them (RFC 6856 section 2.2, SASLprep)."""
    assert sample("lamp-list").owner == unicodedata.normalize("NFC", "jörg")
    stage.dial(LIGHTS)
    user, password = (unicodedata.normalize(form, text) for text in ("jörg", "grüße"))  # type: ignore[arg-type]
    assert say(stage, f"USER {user}", f"PASS {password}").user


def test_elsewhere_such_a_name_is_refused(stage: Stage) -> None:
    """Without UTF8 USER a line is ASCII."""
    stage.dial(MAIL)
    assert say(stage, "USER jörg").reason is Reason.BAD_OCTET


def test_languages(stage: Stage) -> None:
    """RFC 6856 section 3: the list, a choice, the server's own choice, and one that it has not."""
    stage.dial(LIGHTS)
    listed = [line.decode() for line in say(stage, "LANG").reply.lines]
    assert listed == ["de Deutsch", "fr français", "i-default"]
    assert say(stage, "LANG fr").reply.line == "+OK fr désormais en français"
    assert say(stage, "LANG xx").reason is Reason.UNKNOWN_LANGUAGE
    assert say(stage, "USER asa", "PASS net").reply.code == "AUTH"
    assert say(stage, "USER asa", "PASS net-shed").reply.text.startswith("boîte ouverte")
    assert say(stage, "LANG *").reply.line.startswith("+OK de ")
    assert say(stage, "DELE 2").reply.text == "Nachricht 2 zum Löschen vorgemerkt"
    assert say(stage, "LANG i-default").reply.text == "i-default from here on in plain English"
    assert say(stage, "QUIT").reply.text == "goodbye. Messages left: 1"
