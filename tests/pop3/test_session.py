"""Sessions, octet for octet: what RFC 1939 and RFC 2449 say of each command."""

from __future__ import annotations

import pytest
from chairs import Chairs, letters, mailbox, personality

from simulator.mailroom import Accounts
from simulator.pop3 import Ending, Reason, State
from simulator.pop3.authorization import digest

_SIZES = [message.octets for message in letters().messages]


@pytest.fixture
def accounts() -> Accounts:
    return Accounts([letters()])


@pytest.fixture
def chairs(accounts: Accounts) -> Chairs:
    chairs = Chairs(accounts)
    chairs.log_in()
    return chairs


def replies(chairs: Chairs, *lines: str) -> list[str]:
    """The first lines of the replies."""
    return [exchange.reply.line for exchange in chairs.say(*lines)]


def test_the_apop_digest_of_rfc_1939() -> None:
    """RFC 1939 section 7: MD5 over timestamp and "tanstaaf"."""
    stamp = "<1896.697170952@dbc.mtview.ca.us>"
    assert digest(stamp, "tanstaaf") == "c4c9334bac560ecc979e58001b3e22fb"


def test_apop_logs_in_and_a_wrong_digest_does_not(accounts: Accounts) -> None:
    """A digest over the greeting's timestamp and the secret proves who is there; another does not."""
    chairs = Chairs(accounts)
    wrong, right = chairs.say("APOP mrose " + "0" * 32,
                              "APOP mrose c4c9334bac560ecc979e58001b3e22fb")  # fmt: skip
    assert wrong.reason is Reason.BAD_CREDENTIALS
    assert (right.before, right.after) == (State.AUTHORIZATION, State.TRANSACTION)


def test_an_upper_case_digest_is_refused(accounts: Accounts) -> None:
    """RFC 1939 section 7: the digest is sent "using lower-case ASCII characters"."""
    (exchange,) = Chairs(accounts).say("APOP mrose C4C9334BAC560ECC979E58001B3E22FB")
    assert exchange.reason is Reason.BAD_CREDENTIALS


def test_pass_needs_a_user_before_it(accounts: Accounts) -> None:
    """PASS without USER, and PASS after a failed PASS, are refused for that."""
    chairs = Chairs(accounts)
    first, _, wrong, again = chairs.say("PASS secret", "USER mrose", "PASS no", "PASS secret")
    assert [first.reason, wrong.reason, again.reason] == [
        Reason.USER_FIRST, Reason.BAD_CREDENTIALS, Reason.USER_FIRST,
    ]  # fmt: skip


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(accounts: Accounts) -> None:
    """USER says +OK to any name, so that nobody learns which names exist."""
    chairs = Chairs(accounts)
    known = replies(chairs, "USER mrose", "PASS wrong")
    unknown = replies(chairs, "USER nobody", "PASS wrong")
    assert known == unknown


def test_a_personality_may_say_that_a_name_is_unknown(accounts: Accounts) -> None:
    """RFC 1939 section 7 also allows a server to refuse the name itself."""
    chairs = Chairs(accounts, personality(names="known"))
    assert chairs.say("USER nobody")[0].reason is Reason.NO_SUCH_MAILBOX


def test_a_password_with_blanks_is_one_argument() -> None:
    """PASS takes the whole rest of the line (section 7)."""
    box = letters()
    accounts = Accounts([type(box)(name="b", owner="omar", full_name="", password="blue door 9",
                                   secret="", about="", messages=box.messages)])  # fmt: skip
    wrong, _, right = (
        Chairs(accounts).say("USER omar", "PASS blue", "USER omar")[1:]
        + Chairs(accounts).say("USER omar", "PASS blue door 9")[1:]
    )
    assert not wrong.ok
    assert right.ok


def test_stat_and_list_leave_out_what_is_marked(chairs: Chairs) -> None:
    """Section 5: marked messages are not counted and not listed; numbers keep their gaps."""
    a, b, c = _SIZES
    chairs.say("DELE 2")
    stat, listing, uidl = chairs.say("STAT", "LIST", "UIDL")
    assert stat.reply.line == f"+OK 2 {a + c}"
    assert listing.reply.lines == (f"1 {a}".encode(), f"3 {c}".encode())
    assert uidl.reply.lines == (b"1 uid-1", b"3 uid-3")
    assert b > 0


def test_marked_messages_cannot_be_named(chairs: Chairs) -> None:
    """Section 5: any reference to a marked message is an error."""
    chairs.say("DELE 2")
    exchanges = chairs.say("DELE 2", "RETR 2", "TOP 2 0", "LIST 2", "UIDL 2")
    assert {exchange.reason for exchange in exchanges} == {Reason.ALREADY_DELETED}


@pytest.mark.parametrize("line", ["RETR 0", "RETR 4", "DELE 99", "LIST 4", "UIDL 0", "TOP 4 1"])
def test_a_number_out_of_range_is_no_message(chairs: Chairs, line: str) -> None:
    """Message-numbers run from 1 to the count."""
    assert chairs.say(line)[0].reason is Reason.NO_SUCH_MESSAGE


def test_rset_takes_marks_back_and_nothing_else(chairs: Chairs) -> None:
    """Section 5: RSET unmarks; the session goes on."""
    chairs.say("DELE 1", "DELE 3")
    rset, stat = chairs.say("RSET", "STAT")
    assert rset.effects[0].numbers == (1, 3)
    assert stat.reply.line == f"+OK 3 {sum(_SIZES)}"
    assert chairs.server.session.state is State.TRANSACTION


def test_quit_removes_what_is_marked(chairs: Chairs, accounts: Accounts) -> None:
    """Section 6: QUIT from TRANSACTION enters UPDATE; the next session has new numbers."""
    chairs.say("DELE 1", "QUIT")
    assert chairs.client.end is not None
    assert chairs.client.end.removed == (1,)
    again = Chairs(accounts)
    again.log_in()
    assert again.say("UIDL")[0].reply.lines == (b"1 uid-2", b"2 uid-3")


def test_a_lost_line_removes_nothing(chairs: Chairs, accounts: Accounts) -> None:
    """Section 6: without QUIT the server MUST NOT remove any message."""
    chairs.say("DELE 1", "DELE 2")
    end = chairs.drop()
    assert end is not None
    assert (end.by, end.forgotten, end.removed) == (Ending.DROP, (1, 2), ())
    again = Chairs(accounts)
    again.log_in()
    assert again.say("STAT")[0].reply.line == f"+OK 3 {sum(_SIZES)}"


def test_quit_before_login_does_not_enter_update(accounts: Accounts) -> None:
    """Section 6: from AUTHORIZATION the session just ends."""
    (exchange,) = Chairs(accounts).say("QUIT")
    assert exchange.after is State.CLOSED


def test_the_maildrop_is_locked_until_the_session_ends(chairs: Chairs, accounts: Accounts) -> None:
    """Section 4: an exclusive-access lock; RFC 2449 section 8.1.2: [IN-USE]."""
    second = Chairs(accounts)
    held = second.say("USER mrose", "PASS secret")[1]
    assert (held.reason, held.reply.code) == (Reason.IN_USE, "IN-USE")
    chairs.drop()
    assert second.say("USER mrose", "PASS secret")[1].ok


def test_a_server_without_lock_lets_two_sessions_in(accounts: Accounts) -> None:
    """Courier, Cyrus and others share the maildrop; the later QUIT removes what is still there."""
    first, second = (Chairs(accounts, personality(lock=False)) for _ in range(2))
    for chairs in (first, second):
        chairs.log_in()
        chairs.say("DELE 1")
    assert first.say("QUIT")[0].ok
    assert second.say("QUIT")[0].ok
    assert accounts.removed("mrose") == ("uid-1",)


@pytest.mark.parametrize(
    ("line", "state"),
    [("STAT", "before"), ("RETR 1", "before"), ("USER mrose", "after"), ("PASS secret", "after")],
)
def test_each_command_has_its_state(accounts: Accounts, line: str, state: str) -> None:
    """A command out of its state is refused, and the session goes on."""
    chairs = Chairs(accounts)
    if state == "after":
        chairs.log_in()
    assert chairs.say(line)[0].reason is Reason.WRONG_STATE


def test_capa_tells_what_the_server_has(accounts: Accounts) -> None:
    """RFC 2449: CAPA in both states; IMPLEMENTATION only after login, where the policy has one."""
    chairs = Chairs(accounts, personality(implementation="Port110"))
    before = chairs.say("CAPA")[0].reply.lines
    chairs.log_in()
    after = chairs.say("CAPA")[0].reply.lines
    assert before == (b"USER", b"TOP", b"UIDL", b"RESP-CODES", b"PIPELINING")
    assert after == (*before, b"IMPLEMENTATION Port110")


def test_a_server_does_not_know_what_it_does_not_offer(accounts: Accounts) -> None:
    """Without APOP, TOP, UIDL and CAPA these are unknown commands, and CAPA does not list them."""
    chairs = Chairs(accounts, personality(offers=frozenset({"CAPA"})))
    assert chairs.say("CAPA")[0].reply.lines == (b"USER", b"RESP-CODES", b"PIPELINING")
    chairs = Chairs(accounts, personality(offers=frozenset()))
    chairs.log_in()
    made = [chairs.say(line)[0] and chairs.made[-1].reason for line in ("TOP 1 1", "UIDL", "CAPA")]
    assert set(made) == {Reason.UNKNOWN_COMMAND}


def test_top_sends_headers_and_so_many_lines() -> None:
    """Section 7: headers, the blank line, n lines of the body; all where it has fewer."""
    box = mailbox([b"Subject: x\r\nTo: y\r\n\r\none\r\n.two\r\nthree\r\n"])
    chairs = Chairs(Accounts([box]))
    chairs.log_in()
    head = (b"Subject: x", b"To: y", b"")
    bodies = [exchange.reply.lines for exchange in chairs.say("TOP 1 0", "TOP 1 2", "TOP 1 99")]
    assert bodies == [head, (*head, b"one", b".two"), (*head, b"one", b".two", b"three")]
    assert b"\r\n..two\r\n" in chairs.wire


def test_an_empty_maildrop_lists_nothing() -> None:
    """Section 5: a positive response and the terminator at once."""
    chairs = Chairs(Accounts([mailbox([])]))
    chairs.log_in()
    stat, listing = chairs.say("STAT", "LIST")
    assert stat.reply.line == "+OK 0 0"
    assert listing.reply.body == b""


_BAD_LINES = [
    (b"\r\n", Reason.BLANK_LINE),
    (b"XYZZY\r\n", Reason.UNKNOWN_COMMAND),
    (b" STAT\r\n", Reason.UNKNOWN_COMMAND),
    (b"STAT\x00\r\n", Reason.BAD_OCTET),
    (b"ST\rAT\r\n", Reason.BAD_OCTET),
    (b"\xff\xf4\xff\xfdSTAT\r\n", Reason.BAD_OCTET),
    ("\u017ftat\r\n".encode(), Reason.BAD_OCTET),
    (b"STAT\n", Reason.BARE_LF),
    (b"RETR " + b"9" * 300 + b"\r\n", Reason.LINE_TOO_LONG),
    (b"x" * 100_000 + b"\r\n", Reason.LINE_TOO_LONG),
    (b"RETR\r\n", Reason.MISSING_ARGUMENT),
    (b"RETR 1 2\r\n", Reason.SURPLUS_ARGUMENT),
    (b"RETR 1_0\r\n", Reason.BAD_ARGUMENT),
    (b"RETR +1\r\n", Reason.BAD_ARGUMENT),
    (b"RETR -1\r\n", Reason.BAD_ARGUMENT),
    (b"TOP 1 -1\r\n", Reason.BAD_ARGUMENT),
    (b"__class__\r\n", Reason.UNKNOWN_COMMAND),
]


@pytest.mark.parametrize(("octets", "reason"), _BAD_LINES)
def test_bad_input_gets_exactly_one_error(chairs: Chairs, octets: bytes, reason: Reason) -> None:
    """One -ERR a line, for the right reason, and the session stays in step."""
    start = len(chairs.wire)
    chairs.server.receive_data(octets)
    chairs._pump()
    answer = bytes(chairs.wire[start:])
    assert answer.startswith(b"-ERR")
    assert answer.count(b"\r\n") == 1
    assert chairs.made[-1].reason is reason
    chairs.server.receive_data(b"NOOP\r\n")
    assert b"".join(chairs.server.data_to_send()) == b"+OK\r\n"


def test_surplus_arguments_are_a_matter_of_policy(accounts: Accounts) -> None:
    """Refused, ignored, or a reason to hang up: as the personality has it."""
    ignoring = Chairs(accounts, personality(surplus="ignored"))
    assert ignoring.say("QUIT now")[0].after is State.CLOSED
    hanging = Chairs(accounts, personality(hangs_up_on=frozenset({"surplus-argument"})))
    assert hanging.say("QUIT now")[0].reason is Reason.SURPLUS_ARGUMENT
    assert hanging.client.end is not None
    assert hanging.client.end.by is Ending.SERVER


def test_a_refused_quit_is_no_quit(chairs: Chairs) -> None:
    """`QUIT now` at a strict server leaves the session and its marks as they are."""
    chairs.say("DELE 1")
    (exchange,) = chairs.say("QUIT now")
    assert exchange.after is State.TRANSACTION
    assert chairs.client.end is None


def test_too_many_bad_commands_end_the_session(accounts: Accounts) -> None:
    """Where a policy has a limit, the last bad command is answered and the line closed."""
    chairs = Chairs(accounts, personality(bad_command_limit=3))
    assert len(chairs.say("A", "B", "C", "D")) == 3
    assert chairs.server.hangs_up


def test_too_many_failed_logins_end_the_session(accounts: Accounts) -> None:
    """popa3d hangs up after the first wrong password."""
    chairs = Chairs(accounts, personality(login_limit=1))
    chairs.say("USER mrose", "PASS wrong")
    assert chairs.client.end is not None
    assert chairs.client.end.by is Ending.SERVER


def test_numbers_are_read_as_leniently_as_the_policy_says(accounts: Accounts) -> None:
    """Courier reads `1x` as 1; the client sees which message was meant."""
    chairs = Chairs(accounts, personality(numbers="leading-digits"))
    chairs.log_in()
    (exchange,) = chairs.say("DELE 1x")
    assert exchange.effects[0].numbers == (1,)


def test_dele_twice_is_a_matter_of_policy(accounts: Accounts) -> None:
    """mailutils and Qpopper answer +OK again."""
    chairs = Chairs(accounts, personality(dele_twice=True))
    chairs.log_in()
    assert all(exchange.ok for exchange in chairs.say("DELE 1", "DELE 1"))


def test_a_site_may_remove_what_was_retrieved(accounts: Accounts) -> None:
    """RFC 1939 section 8: download-and-delete, with QUIT and not without."""
    chairs = Chairs(accounts, personality(retr_deletes=True))
    chairs.log_in()
    chairs.say("RETR 2")
    chairs.drop()
    assert accounts.removed("mrose") == ()
    chairs = Chairs(accounts, personality(retr_deletes=True))
    chairs.log_in()
    assert chairs.say("RETR 2", "QUIT")[1].reply.line.endswith("(2 messages left)")
    assert accounts.removed("mrose") == ("uid-2",)


def test_a_window_shows_the_first_messages_only(accounts: Accounts) -> None:
    """Gmail shows some hundreds of messages and keeps the rest for the next session."""
    chairs = Chairs(accounts, personality(window=2))
    chairs.log_in()
    assert chairs.say("STAT")[0].reply.line.startswith("+OK 2 ")
    assert chairs.say("RETR 3")[0].reason is Reason.NO_SUCH_MESSAGE


def test_a_snapshot_takes_a_line_back(chairs: Chairs, accounts: Accounts) -> None:
    """After restore, server and mail are as they were: even a QUIT can be taken back."""
    server, store = chairs.server.state(), accounts.state()
    chairs.say("DELE 1", "QUIT")
    chairs.server.restore(server)
    accounts.restore(store)
    chairs.server.receive_data(b"STAT\r\n")
    expected = f"+OK 3 {sum(_SIZES)}\r\n".encode()
    assert b"".join(chairs.server.data_to_send()) == expected


def test_a_secret_does_not_leave_through_public(accounts: Accounts) -> None:
    """What boards and logs may hold of PASS and APOP has no secret in it, however it was typed."""
    chairs = Chairs(accounts)
    for line in ("pass hunter2", "PaSs hunter2", "APOP mrose hunter2", " PASS hunter2"):
        public = chairs.say(line)[0].public()
        assert "hunter2" not in f"{public.line}{public.command}"


def test_a_lenient_server_passes_over_what_stands_behind_a_digest(accounts: Accounts) -> None:
    """Where surplus arguments are ignored, APOP with a third one is APOP."""
    chairs = Chairs(accounts, personality(surplus="ignored"))
    assert chairs.say("APOP mrose c4c9334bac560ecc979e58001b3e22fb more")[0].ok
