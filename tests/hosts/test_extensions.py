"""Which host shows what: each row of IANA's registry of POP3 extensions, and each response code.

Every row is tried on the host that `port110 hosts` names for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from dialling import (
    ARCHIVE,
    BANK,
    BY_NAME,
    GMAIL,
    GREEDY,
    LIGHTS,
    MAIL,
    PROVIDER,
    SCHOOL,
    TOKENS,
    sample,
    say,
)

from simulator.hosts import Stage
from simulator.pop3 import Exchange, Reason, State


def log_in(stage: Stage, host: str, user: str, *before: str) -> Exchange:
    """Dial, and log in by USER and PASS."""
    password = {box.owner: box.password for box in map(sample, BY_NAME[host].mailboxes)}[user]
    stage.dial(host, (*BY_NAME[host].ports, *BY_NAME[host].tls_ports)[0])
    return say(stage, *before, f"USER {user}", f"PASS {password}")


def count(stage: Stage) -> int:
    """The first number that STAT says."""
    return int(say(stage, "STAT").reply.text.split()[0])


def capabilities(stage: Stage) -> dict[str, str]:
    """CAPA's lines by tag."""
    lines = [line.decode() for line in say(stage, "CAPA").reply.lines]
    tags = {line.split()[0]: line for line in lines}
    assert len(tags) == len(lines)
    return tags


@dataclass(frozen=True)
class Row:
    """A capability where it can be tried: its line before the login, and in TRANSACTION."""

    host: str
    user: str
    before: str | None
    after: str | None


#: IANA's registry, whole.
REGISTRY = {
    "TOP": Row(MAIL, "mira", "TOP", "TOP"),
    "USER": Row(MAIL, "mira", "USER", "USER"),
    "SASL": Row(MAIL, "mira", *["SASL SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN"] * 2),
    "RESP-CODES": Row(MAIL, "mira", "RESP-CODES", "RESP-CODES"),
    "LOGIN-DELAY": Row(PROVIDER, "pavel", "LOGIN-DELAY 300 USER", "LOGIN-DELAY 60"),
    "PIPELINING": Row(MAIL, "mira", "PIPELINING", "PIPELINING"),
    "EXPIRE": Row(PROVIDER, "pavel", "EXPIRE 31 USER", "EXPIRE NEVER"),
    "UIDL": Row(MAIL, "mira", "UIDL", "UIDL"),
    "IMPLEMENTATION": Row(MAIL, "mira", None, "IMPLEMENTATION Port110"),
    "STLS": Row(MAIL, "mira", "STLS", None),
    "AUTH-RESP-CODE": Row(MAIL, "mira", "AUTH-RESP-CODE", "AUTH-RESP-CODE"),
    "UTF8": Row(LIGHTS, "asa", "UTF8 USER", "UTF8 USER"),
    "LANG": Row(LIGHTS, "asa", "LANG", "LANG"),
}
#: The same tags with other arguments.
VARIANTS = [
    ("LOGIN-DELAY", Row(PROVIDER, "hedda", "LOGIN-DELAY 300 USER", "LOGIN-DELAY 300")),
    ("EXPIRE", Row(PROVIDER, "hedda", "EXPIRE 31 USER", "EXPIRE 31")),
    ("EXPIRE", Row(GREEDY, "ruth", "EXPIRE 0", "EXPIRE 0")),
    ("EXPIRE", Row(ARCHIVE, "edda", "EXPIRE NEVER", "EXPIRE NEVER")),
    ("SASL", Row(TOKENS, "bram@copyshop.example", *["SASL XOAUTH2 OAUTHBEARER LOGIN"] * 2)),
    ("EXPIRE", Row(GMAIL, "mike.angstadt", "EXPIRE 0", "EXPIRE 0")),
]


@pytest.mark.parametrize(("tag", "row"), [*REGISTRY.items(), *VARIANTS])
def test_capa_lists_it_before_and_after_the_login(tag: str, row: Row, stage: Stage) -> None:
    """The line, argument and all, in both states; and `shows` of the host speaks of it."""
    host = BY_NAME[row.host]
    stage.dial(row.host, (*host.ports, *host.tls_ports)[0])
    assert capabilities(stage).get(tag) == row.before
    stage.hang_up()
    assert log_in(stage, row.host, row.user).after is State.TRANSACTION
    assert capabilities(stage).get(tag) == row.after
    assert tag in host.shows


def test_capa_changes_with_stls(stage: Stage) -> None:
    """RFC 2595 section 4: what could be changed on the way is asked for again."""
    stage.dial(BANK)
    before = capabilities(stage)
    assert before["SASL"] == "SASL SCRAM-SHA-256"
    assert {"USER", "STLS"} & set(before) == {"STLS"}
    assert say(stage, "STLS").ok
    behind = capabilities(stage)
    assert behind["SASL"] == "SASL SCRAM-SHA-256 PLAIN"
    assert {"USER", "STLS"} & set(behind) == {"USER"}
    assert say(stage, "STLS").reason is Reason.TLS_ACTIVE
    assert say(stage, "USER ines", "PASS second-key").after is State.TRANSACTION


def test_no_password_in_the_clear(stage: Stage) -> None:
    """Neither by USER nor by PLAIN before TLS; on port 995 at once."""
    stage.dial(BANK)
    for line in ("USER ines", "AUTH PLAIN AGluZXMAc2Vjb25kLWtleQ=="):
        refused = say(stage, line)
        assert (refused.reason, refused.reply.code) == (Reason.NEEDS_TLS, "AUTH")
    stage.hang_up()
    stage.dial(BANK, 995)
    assert say(stage, "USER ines", "PASS second-key").ok


# Response codes


def test_login_delay(stage: Stage) -> None:
    """RFC 2449 section 8.1.1; each user's own, and over when the time has passed."""
    for user, seconds in (("hedda", 300), ("pavel", 60)):
        assert log_in(stage, PROVIDER, user).ok
        say(stage, "QUIT")
        held = log_in(stage, PROVIDER, user)
        assert (held.reply.code, held.reason) == ("LOGIN-DELAY", Reason.LOGIN_DELAY)
        assert str(seconds) in held.reply.text
        stage.hang_up()
        stage.wait(seconds)
        assert log_in(stage, PROVIDER, user).ok
        stage.hang_up()


def test_in_use(stage: Stage) -> None:
    """RFC 2449 section 8.1.2: a phone holds the lock, for three minutes."""
    held = log_in(stage, SCHOOL, "nina")
    assert (held.reply.code, held.reason) == ("IN-USE", Reason.IN_USE)
    stage.wait(179)
    assert say(stage, "USER nina", "PASS bell-schedule").reply.code == "IN-USE"
    stage.wait(1)
    assert say(stage, "USER nina", "PASS bell-schedule").after is State.TRANSACTION


def test_sys_temp_and_sys_perm(stage: Stage) -> None:
    """RFC 3206 section 4: the one passes, the other does not."""
    first = log_in(stage, SCHOOL, "tova")
    assert (first.reply.code, first.reason) == ("SYS/TEMP", Reason.TEMPORARY)
    assert say(stage, "USER tova", "PASS two-hundred-spoons").ok
    stage.hang_up()
    for _ in range(3):
        refused = log_in(stage, SCHOOL, "ivo")
        assert (refused.reply.code, refused.reason) == ("SYS/PERM", Reason.PERMANENT)
        stage.hang_up()


def test_an_update_that_removes_not_all(stage: Stage) -> None:
    """RFC 1939 section 6: -ERR, and the session is over; what is left can be removed next time."""
    log_in(stage, SCHOOL, "rosa")
    end = say(stage, "DELE 1", "DELE 3", "DELE 4", "QUIT")
    assert (end.reply.code, end.reason) == ("SYS/TEMP", Reason.NOT_REMOVED)
    assert not stage.connected
    log_in(stage, SCHOOL, "rosa")
    assert count(stage) == 3
    assert say(stage, "DELE 2", "DELE 3", "QUIT").ok
    log_in(stage, SCHOOL, "rosa")
    assert count(stage) == 1


def test_auth(stage: Stage) -> None:
    """RFC 3206 section 5: whatever the way in, it is the credentials."""
    stage.dial(MAIL)
    ways = (
        ["USER mira", "PASS kettle"], [f"APOP mira {'0' * 32}"], ["AUTH PLAIN AG1pcmEAa2V0dGxl"],
        ["AUTH CRAM-MD5", "bWlyYSAwMDA="],
    )  # fmt: skip
    for lines in ways:
        refused = say(stage, *lines)
        assert (refused.reply.code, refused.reason) == ("AUTH", Reason.BAD_CREDENTIALS)


def test_utf8(stage: Stage) -> None:
    """RFC 6856 section 5: LIST n, TOP and RETR of such a letter are refused until UTF8 is said."""
    log_in(stage, LIGHTS, "asa")
    for line in ("LIST 1", "TOP 1 0", "RETR 1"):
        refused = say(stage, line)
        assert (refused.reply.code, refused.reason) == ("UTF8", Reason.NEEDS_UTF8)
    assert say(stage, "RETR 2").ok
    assert len(say(stage, "LIST").reply.lines) == 2
    assert say(stage, "UTF8").reason is Reason.WRONG_STATE
    say(stage, "QUIT")
    log_in(stage, LIGHTS, "asa", "UTF8")
    assert "Lampe für Lyon" in b"\n".join(say(stage, "RETR 1").reply.lines).decode()


@pytest.mark.parametrize(
    ("code", "host"),
    [("LOGIN-DELAY", PROVIDER), ("IN-USE", SCHOOL), ("SYS/TEMP", SCHOOL), ("SYS/PERM", SCHOOL),
     ("AUTH", MAIL), ("UTF8", LIGHTS)],
)  # fmt: skip
def test_the_directory_says_where_a_code_can_be_had(code: str, host: str) -> None:
    """In brackets, as it stands in the reply."""
    assert f"[{code}]" in BY_NAME[host].shows
