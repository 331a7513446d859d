"""What some hosts do beside the protocol's replies: with time, with mail, and with others at it."""

from __future__ import annotations

import pytest
from dialling import ARCHIVE, BY_NAME, DAY, GMAIL, GREEDY, HISTORIC, PROVIDER, SCHOOL, sample, say

from simulator.hosts import Refused, Stage
from simulator.pop3 import Ending, Reason


def log_in(stage: Stage, host: str, box: str) -> None:
    """Dial, and log in by USER and PASS."""
    owner = sample(box)
    stage.dial(host, (*BY_NAME[host].ports, *BY_NAME[host].tls_ports)[0])
    assert say(stage, f"USER {owner.owner}", f"PASS {owner.password}").ok


def count(stage: Stage) -> int:
    """The first number that STAT says."""
    return int(say(stage, "STAT").reply.text.split()[0])


def test_mail_expires_by_tariff(stage: Stage) -> None:
    """RFC 2449 section 6.7: after 31 days hedda's is gone, read or not; pavel's never goes."""
    for days, left in ((30, 3), (2, 0)):
        stage.wait(days * DAY)
        log_in(stage, PROVIDER, "tour-captain")
        assert count(stage) == left
        say(stage, "QUIT")
    stage.wait(1000 * DAY)
    log_in(stage, PROVIDER, "tandem")
    assert count(stage) == 2


def test_a_wrong_password_is_answered_late(stage: Stage) -> None:
    """Three seconds, on the clock of the network."""
    stage.dial(PROVIDER)
    assert say(stage, "USER hedda", "PASS at-the-pump").reason is Reason.BAD_CREDENTIALS
    assert stage.delay == 3
    assert say(stage, "USER hedda").ok
    assert stage.delay == 0


def test_a_word_before_the_autologout(stage: Stage) -> None:
    """After ten minutes (RFC 1939 section 3), which this provider tells and others do not."""
    log_in(stage, PROVIDER, "tandem")
    say(stage, "DELE 1")
    assert stage.wait(599) == []
    (told,) = stage.wait(1)
    assert (told.line, told.ok) == (None, False)
    assert "Ternline hangs up" in told.reply.text
    assert stage.end is not None
    assert (stage.end.by, stage.end.forgotten) == (Ending.SERVER, (1,))
    log_in(stage, ARCHIVE, "reading-room")
    assert stage.wait(600) == []
    assert not stage.connected


def test_what_was_fetched_is_gone(stage: Stage) -> None:
    """EXPIRE 0: RETR and QUIT remove; TOP does not, and neither does RETR without QUIT."""
    log_in(stage, GREEDY, "threepenny")
    say(stage, "RETR 1")
    stage.hang_up()
    log_in(stage, GREEDY, "threepenny")
    assert count(stage) == 3
    assert say(stage, "TOP 1 5", "RETR 2", "QUIT").reply.text == "bye (2 messages left)"
    log_in(stage, GREEDY, "threepenny")
    assert count(stage) == 2


def test_an_archive_keeps_what_was_fetched(stage: Stage) -> None:
    """EXPIRE NEVER: nothing goes but by DELE."""
    for _ in range(2):
        log_in(stage, ARCHIVE, "reading-room")
        assert say(stage, "RETR 1", "STAT").reply.text.startswith("3 ")
        say(stage, "QUIT")
        stage.wait(3650 * DAY)
    stage.dial(ARCHIVE)
    assert say(stage, "USER nobody").reason is Reason.NO_SUCH_MAILBOX


def test_last(stage: Stage) -> None:
    """RFC 1460: the highest number that was read, 0 again behind RSET; later commands are not there."""
    log_in(stage, HISTORIC, "last-keeper")
    assert say(stage, "LAST").reply.line == "+OK 0"
    assert say(stage, "RETR 3", "RETR 1", "LAST").reply.line == "+OK 3"
    assert say(stage, "RSET", "LAST").reply.line == "+OK 0"
    for line in ("UIDL", "TOP 1 0", "CAPA"):
        assert say(stage, line).reply.line == "-ERR unknown command"


def test_mail_arrives_in_a_session_and_is_seen_in_the_next(stage: Stage) -> None:
    """RFC 1939 section 4: message-numbers are given when the maildrop is opened."""
    log_in(stage, SCHOOL, "school-caretaker")
    assert say(stage, "RETR 1", "STAT").reply.text.startswith("2 ")
    assert say(stage, "RETR 3").reason is Reason.NO_SUCH_MESSAGE
    say(stage, "QUIT")
    log_in(stage, SCHOOL, "school-caretaker")
    assert count(stage) == 3
    assert b"Subject: Gate, not on Friday" in say(stage, "RETR 3").reply.lines


def test_the_busy_week_begins_again_with_a_reset(stage: Stage) -> None:
    """All mail as in the sample, and nina's phone is first again."""
    log_in(stage, SCHOOL, "school-caretaker")
    say(stage, "RETR 1", "QUIT")
    stage.wait(180)
    stage.reset()
    stage.dial(SCHOOL)
    assert say(stage, "USER nina", "PASS bell-schedule").reply.code == "IN-USE"
    assert say(stage, "USER otto", "PASS forty-two-keys", "STAT").reply.text.startswith("2 ")


def test_the_service_of_page_004(stage: Stage) -> None:
    """Port 995 only; 305 messages; the total that LIST tells is not STAT's, which is the sum."""
    with pytest.raises(Refused):
        stage.dial(GMAIL, 110)
    log_in(stage, GMAIL, "gmail")
    listing = say(stage, "LIST").reply
    assert listing.text == "305 messages (57774596 bytes)"
    rows = [tuple(map(int, row.split())) for row in listing.lines]
    assert rows[:3] == [(1, 2017), (2, 3751155), (3, 10873184)]
    assert rows[-1] == (305, 3021)
    assert [number for number, _ in rows] == list(range(1, 306))
    assert say(stage, "STAT").reply.text == f"305 {sum(size for _, size in rows)}"
    assert say(stage, "STAT").reply.text == "305 57791921"
    assert say(stage, "RETR 2").reply.octets == 3751155
