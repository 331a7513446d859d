"""What a peer may cost: octets that wait, lines without end, time without a login."""

from __future__ import annotations

import pytest
from chairs import EXTENDED, Chairs, letters, mailbox, personality
from hypothesis import given
from hypothesis import strategies as st

from simulator.mailroom import Accounts
from simulator.pop3 import Office, Pop3Server, State
from simulator.pop3.framing import RESPONSE_LIMIT
from simulator.pop3.server import BACKLOG


def server(*, watch: bool = False, messages: int = 3, **policy: object) -> Pop3Server:
    """A server to which USER and PASS were said, and whose answers to them are taken."""
    office = Office(personality(**policy), Accounts([letters(messages)]), "host", nonce="nonce")
    made = Pop3Server(office, watch=watch)
    made.receive_data(b"USER mrose\r\nPASS secret\r\n")
    taken(made)
    return made


def taken(server: Pop3Server) -> bytes:
    """All that it has to say, asked until it says nothing."""
    return b"".join(octets for octets in iter(lambda: b"".join(server.data_to_send()), b""))


def test_a_burst_is_answered_no_further_than_the_backlog() -> None:
    """One call gives what fits and one reply more; the rest is answered by the next calls."""
    big = 60_000
    busy = Pop3Server(Office(personality(), Accounts([mailbox([b"x" * big + b"\r\n"])]), "host"))
    busy.receive_data(b"USER mrose\r\nPASS secret\r\n" + b"RETR 1\r\n" * 50)
    sizes = []
    while pieces := busy.data_to_send():
        sizes.append(sum(map(len, pieces)))
    assert len(sizes) > 10
    assert max(sizes) < BACKLOG + big + 1000
    assert sum(sizes) > 50 * big


@given(
    st.lists(st.sampled_from([b"LIST\r\n", b"NOOP\r\n", b"DELE 1\r\n", b"RETR 2\r\n", b"XX\r\n"]))
)
def test_what_is_held_is_answered_as_if_it_had_come_later(lines: list[bytes]) -> None:
    """In one burst or one by one: the same octets, also where each answer fills the backlog."""
    at_once, in_turn = server(messages=2), server(messages=2)
    lines = [*lines, b"LIST\r\n" * 20_000, b"RETR 2\r\n", b"QUIT\r\n"]
    at_once.receive_data(b"".join(lines))
    answered = []
    for line in lines:
        in_turn.receive_data(line)
        answered.append(taken(in_turn))
    assert taken(at_once) == b"".join(answered)
    assert at_once.hangs_up
    assert in_turn.hangs_up


def test_lines_that_come_while_some_are_held_keep_their_place() -> None:
    """Octets that arrive before the held lines are answered are answered behind them."""
    busy = server()
    busy.receive_data(b"LIST\r\n" * 20_000)
    busy.receive_data(b"DELE 1\r\nNO")
    busy.receive_data(b"OP\r\n")
    assert taken(busy).endswith(b"+OK message 1 deleted\r\n+OK\r\n")


def test_held_lines_are_lost_with_the_line() -> None:
    """Nothing is marked and nothing removed by a line that nobody waited for."""
    busy = server()
    busy.receive_data(b"LIST\r\n" * 20_000 + b"DELE 1\r\nQUIT\r\n")
    busy.receive_eof()
    taken(busy)
    assert busy.session.state is State.CLOSED
    assert not busy.session.marks


def test_held_lines_behind_stls_are_lost() -> None:
    """STLS ends the clear, also where it had to wait for its turn."""
    office = Office(personality(**EXTENDED), Accounts([letters()]), "host", nonce="nonce")
    busy = Pop3Server(office)
    busy.receive_data(b"CAPA\r\n" * 2000 + b"STLS\r\nCAPA\r\n")
    assert busy.data_to_send()
    said = taken(busy)
    assert said.endswith(b"+OK\r\n")
    assert busy.wants_tls


def test_state_and_restore_keep_what_is_held() -> None:
    """A server that is put back answers what it had held."""
    busy = server()
    busy.receive_data(b"LIST\r\n" * 20_000 + b"DELE 2\r\n")
    busy.data_to_send()
    state = busy.state()
    taken(busy)
    busy.restore(state)
    assert taken(busy).endswith(b"+OK message 2 deleted\r\n")


@pytest.mark.parametrize("watch", [False, True])
@pytest.mark.parametrize("ended", [b"", b"\r\n", b"\r\nNOOP\r\n"])
def test_a_line_without_end_is_answered_once_and_hung_up_on(ended: bytes, *, watch: bool) -> None:
    """At `longest_line` octets, whether a line end came or not, in one piece or in many."""
    whole, cut = (server(longest_line=4096, watch=watch) for _ in range(2))
    octets = b"NOOP " + b"x" * 5000 + ended
    whole.receive_data(octets)
    for at in range(0, len(octets), 7):
        cut.receive_data(octets[at : at + 7])
    assert taken(whole) == taken(cut) == b"-ERR no\r\n"
    assert whole.hangs_up
    assert cut.hangs_up
    exchanges = [server.exchanges()[-1] for server in (whole, cut)] if watch else [None, None]
    assert exchanges[0] == exchanges[1]


def test_a_shorter_line_is_refused_and_the_session_goes_on() -> None:
    """Between the 255 octets of RFC 2449 and `longest_line` a line gets its -ERR and no more."""
    patient = server(longest_line=4096)
    patient.receive_data(b"x" * 4000 + b"\r\nNOOP\r\n")
    assert taken(patient) == b"-ERR no\r\n+OK\r\n"
    assert not patient.hangs_up


def test_a_response_to_auth_may_be_longer_than_a_line() -> None:
    """As long as RFC 4954 lets it be in SMTP; behind that the line is closed."""
    office = Office(
        personality(**EXTENDED, longest_line=4096), Accounts([letters()]), "host", nonce="nonce"
    )
    for size, hangs_up in ((RESPONSE_LIMIT - 100, False), (RESPONSE_LIMIT + 100, True)):
        asked = Pop3Server(office)
        asked.receive_data(b"AUTH PLAIN\r\n" + b"A" * size)
        assert asked.hangs_up is hangs_up
        asked.receive_data(b"\r\n")
        assert b"-ERR" in taken(asked)


def test_grace_lasts_until_somebody_is_logged_in() -> None:
    """`login_within` seconds from the greeting, and none behind the login."""
    assert server(login_within=60).grace == 0
    stranger = Pop3Server(Office(personality(login_within=60), Accounts([letters()]), "host"))
    assert stranger.grace == 60
    assert Pop3Server(Office(personality(), Accounts([letters()]), "host")).grace == 0
    stranger.receive_timeout()
    assert stranger.hangs_up


def test_both_chairs_agree_through_a_backlog() -> None:
    """A pipelined burst that is answered in portions gives equal Exchanges at both ends."""
    chairs = Chairs(Accounts([letters()]))
    chairs.log_in()
    chairs.pipeline(["LIST"] * 6000 + ["DELE 1", "LIST", "QUIT"])
    assert chairs.seen == chairs.made
    assert chairs.seen[-1].after is State.UPDATE
