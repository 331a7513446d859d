"""What is known of servers that nobody has recorded, where it takes more than one session to see."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest

from simulator.hosts import Refused, Stage
from simulator.pop3 import Exchange, State

TOKEN, STALE = "tildas-practice-token", "last-years-token"


def bearing(token: str, name: str = "tilda") -> str:
    """XOAUTH2's response."""
    return b64encode(f"user={name}\1auth=Bearer {token}\1\1".encode()).decode()


def heard(stage: Stage, *lines: str) -> list[str]:
    """The first line of each reply."""
    return [each.reply.line for line in lines for each in stage.say(line)]


def gmail(stage: Stage, name: str = "tilda") -> Exchange:
    """Log in there; what STAT says."""
    stage.dial("gmail.example.test", 995)
    assert heard(stage, f"USER {name}", "PASS same-five-letters") == [
        "+OK send PASS",
        "+OK Welcome.",
    ]
    return stage.say("STAT")[0]


def test_gmail_shows_the_oldest_that_were_not_popped(stage: Stage) -> None:
    """250 of 320; with RETR and QUIT those are gone for good, and later ones come in their place."""
    assert gmail(stage).reply.line.startswith("+OK 250 ")
    first = stage.say("UIDL 1")[0].reply.line
    assert [each.ok for line in ("RETR 1", "RETR 2", "QUIT") for each in stage.say(line)] == [
        True
    ] * 3
    assert gmail(stage).reply.line.startswith("+OK 250 ")
    listed = [stage.say(line)[0].reply for line in ("UIDL", "UIDL 1")]
    assert first.split()[-1].encode() not in listed[0].body
    assert listed[1].line != first


def test_gmail_pops_nothing_that_was_not_quit_nor_by_top(stage: Stage) -> None:
    """A line that is lost, or TOP alone, leaves all as it was."""
    gmail(stage)
    first = stage.say("UIDL 1")[0].reply.line
    assert stage.say("RETR 1")[0].ok
    stage.hang_up()
    gmail(stage)
    assert stage.say("UIDL 1")[0].reply.line == first
    assert [stage.say(line)[0].ok for line in ("TOP 1 2", "QUIT")] == [True, True]
    gmail(stage)
    assert stage.say("UIDL 1")[0].reply.line == first


def test_gmails_recent_shows_the_last_month_popped_or_not(stage: Stage) -> None:
    """The same mail twice, for two devices: RETR and QUIT change nothing of it."""
    began = gmail(stage, "recent:tilda").reply.line
    count = int(began.split()[1])
    assert 100 < count < 250
    newest = stage.say(f"UIDL {count}")[0].reply.line
    assert [stage.say(line)[0].ok for line in (f"RETR {count}", "QUIT")] == [True, True]
    assert gmail(stage, "recent:tilda").reply.line == began
    assert stage.say(f"UIDL {count}")[0].reply.line == newest


def test_gmail_says_in_json_what_is_wrong_with_a_token(stage: Stage) -> None:
    """A challenge that the client has to answer, with nothing; and only then -ERR."""
    stage.dial("gmail.example.test", 995)
    asked = stage.say(f"AUTH XOAUTH2 {bearing(STALE)}")[0]
    assert asked.asks
    assert b'"schemes":"Bearer"' in b64decode(asked.reply.line.removeprefix("+ "))
    assert heard(stage, "") == ["-ERR [AUTH] Username and password not accepted."]
    assert heard(stage, f"AUTH XOAUTH2 {bearing(TOKEN)}") == ["+OK Welcome."]


@pytest.mark.parametrize("host", ["gmail.example.test", "outlook.example.test"])
def test_the_large_services_answer_on_995_alone(stage: Stage, host: str) -> None:
    """Nobody listens on port 110."""
    with pytest.raises(Refused):
        stage.dial(host, 110)


def test_no_password_opens_a_maildrop_at_outlook(stage: Stage) -> None:
    """USER is +OK; PASS and PLAIN refuse even what is right."""
    stage.dial("outlook.example.test", 995)
    plain = b64encode(b"\0tilda\0same-five-letters").decode()
    assert heard(stage, "USER tilda", "PASS same-five-letters", f"AUTH PLAIN {plain}") == [
        "+OK",
        "-ERR Logon failure: unknown user name or bad password.",
        "-ERR Authentication failure: unknown user name or bad password.",
    ]


def test_outlook_takes_a_token_on_a_line_of_its_own(stage: Stage) -> None:
    """Behind AUTH XOAUTH2 and the empty challenge; a bad one is refused there and then."""
    stage.dial("outlook.example.test", 995)
    assert heard(stage, "AUTH XOAUTH2", bearing(STALE)) == [
        "+ ", "-ERR Authentication failure: unknown user name or bad password.",
    ]  # fmt: skip
    assert heard(stage, "AUTH XOAUTH2", bearing(TOKEN)) == [
        "+ ", "+OK User successfully authenticated.",
    ]  # fmt: skip


def test_outlook_hangs_up_on_a_token_that_comes_at_once(stage: Stage) -> None:
    """The token behind the mechanism is a protocol error, and the end of the line."""
    stage.dial("outlook.example.test", 995)
    assert heard(stage, f"AUTH XOAUTH2 {bearing(TOKEN)}") == [
        "-ERR Protocol error. Connection is closed. 10"
    ]
    assert stage.end is not None


def test_exchange_guesses_sizes(stage: Stage) -> None:
    """LIST says more than RETR sends, but less than a KiB more."""
    stage.dial("exchange.example.test")
    heard(stage, "USER tilda", "PASS same-five-letters")
    for number in range(1, 6):
        told = int(stage.say(f"LIST {number}")[0].reply.line.split()[-1])
        assert 0 <= told - stage.say(f"RETR {number}")[0].reply.octets < 1024


def test_exchange_announces_what_cannot_be_spoken_here(stage: Stage) -> None:
    """NTLM is in CAPA's SASL and in the list behind AUTH alone, and is refused."""
    stage.dial("exchange.example.test")
    assert b"SASL NTLM GSSAPI PLAIN\r\n" in stage.say("CAPA")[0].reply.body
    assert stage.say("AUTH")[0].reply.body == b"NTLM\r\nGSSAPI\r\nPLAIN\r\n"
    assert not stage.say("AUTH NTLM")[0].ok


def test_greenmails_marks_belong_to_everybody(stage: Stage) -> None:
    """DELE is on the disk at once: the next session does not list it, and its QUIT removes it."""
    for wanted in ("+OK 5 ", "+OK 4 "):
        stage.dial("greenmail.example.test")
        heard(stage, "USER tilda", "PASS same-five-letters")
        assert stage.say("STAT")[0].reply.line.startswith(wanted)
        if wanted == "+OK 5 ":
            assert stage.say("DELE 2")[0].ok
            stage.hang_up()
    assert stage.say("QUIT")[0].after is State.UPDATE
    snapshot = stage.snapshot("tilda")
    assert snapshot is not None
    assert len(snapshot.items) == 4
