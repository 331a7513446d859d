"""What a refusal costs, what is lost, late or said besides: policy fields, at both chairs."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from chairs import STAMP, Chairs, letters, personality

from simulator.mailroom import Accounts, Trouble
from simulator.pop3 import Office, Personality, Pop3Server, Reason, State
from simulator.pop3.penalty import Penalty

LOGIN = b"USER mrose\r\nPASS secret\r\n"


def manner(wording: dict[str, str] | None = None, **policy: object) -> Personality:
    """The plain server of these tests with words and a policy of one's own."""
    plain = personality(**policy)
    return replace(plain, wording={**plain.wording, **(wording or {})})


def chairs(one: Personality) -> Chairs:
    return Chairs(Accounts([letters()]), one)


def server(one: Personality, *, penalty: Penalty | None = None, now: float = 0.0) -> Pop3Server:
    """A server alone, behind its greeting."""
    office = Office(one, Accounts([letters()]), "host", STAMP, lambda: now, penalty=penalty)
    made = Pop3Server(office)
    made.data_to_send()
    return made


def told(one: Pop3Server, octets: bytes) -> list[bytes]:
    """The lines that come back for octets that came in one write."""
    one.receive_data(octets)
    came = b""
    while pieces := one.data_to_send():
        came += b"".join(pieces)
    return came.split(b"\r\n")[:-1]


# Bad commands


def test_the_last_bad_command_may_have_a_line_more() -> None:
    """The refusal as ever, then the parting words as a line of their own, then the end."""
    pair = chairs(manner({"too-many-errors": "that will do"}, bad_command_limit=2))
    pair.say("XYZZY", "XYZZY")
    assert [each.reply.line for each in pair.seen[1:]] == [
        "-ERR no",
        "-ERR no",
        "-ERR that will do",
    ]
    assert pair.seen == pair.made
    assert pair.seen[-1].line is None
    assert pair.server.hangs_up


def test_without_words_for_it_the_line_is_closed_in_silence() -> None:
    """The limit is one thing and the words another."""
    pair = chairs(manner(bad_command_limit=2))
    assert len(pair.say("XYZZY", "XYZZY")) == 2
    assert pair.server.hangs_up


def test_before_login_bad_commands_may_count_for_themselves() -> None:
    """Dovecot bears three there and many more behind it; what was said before login is forgotten."""
    one = manner({"authorization.too-many-errors": "early", "too-many-errors": "late"},
                 bad_command_limit=3, bad_command_limit_before_login=2)  # fmt: skip
    pair = chairs(one)
    pair.say("XYZZY")
    pair.log_in()
    assert pair.say("XYZZY", "XYZZY", "XYZZY")[-1].reply.line == "-ERR late"
    assert chairs(one).say("XYZZY", "XYZZY")[-1].reply.line == "-ERR early"


def test_with_one_limit_for_all_the_count_goes_on_behind_the_login() -> None:
    """solid-pop3d counts from the greeting on."""
    pair = chairs(manner(bad_command_limit=3))
    pair.say("XYZZY", "XYZZY")
    pair.log_in()
    pair.say("XYZZY")
    assert pair.server.hangs_up


@pytest.mark.parametrize(
    ("counted", "left"),
    [({"err"}, 0), ({"unknown-command"}, 3), ({"transaction.err"}, 0), ({"authorization.err"}, 3),
     ({"retr.no-such-message"}, 1)],
)  # fmt: skip
def test_what_counts_is_named_by_the_keys_of_the_texts(counted: set[str], left: int) -> None:
    """Any -ERR, a reason, one command's, one state's."""
    pair = chairs(manner(bad_command_limit=2, bad_commands=frozenset(counted)))
    pair.log_in()
    pair.say("RETR 9", "DELE 9", "RETR 9", "LIST x", "LIST x")
    answered = sum(each.reason is not None for each in pair.seen)
    assert answered == 2 + left
    assert pair.server.hangs_up is (left < 3)


def test_a_good_command_may_set_the_count_back() -> None:
    """Dovecot forgives; without that, bad commands add up, however many good ones stand between."""
    lines = ["XYZZY", "NOOP"] * 4
    for forgiven in (True, False):
        pair = chairs(manner(bad_command_limit=3, bad_commands_forgiven=forgiven))
        pair.log_in()
        pair.say(*lines)
        assert pair.server.hangs_up is not forgiven


def test_a_refusal_that_does_not_count_forgives_too() -> None:
    """Dovecot before login: any command that it knows, if only to refuse it."""
    one = manner(bad_command_limit=2, bad_commands_forgiven=True)
    pair = chairs(one)
    pair.say("XYZZY", "PASS secret", "XYZZY", "PASS secret", "XYZZY")
    assert not pair.server.hangs_up


# Late, silent, the end


def test_a_refusal_may_be_late_by_its_key() -> None:
    """The key that says most decides, and other refusals are not late."""
    one = manner(delays={"bad-credentials": 5, "bad-credentials.unknown-user": 1})
    late = []
    for lines in (b"USER mrose\r\nPASS no\r\n", b"USER x\r\nPASS no\r\n", b"XYZZY\r\n"):
        made = server(one)
        told(made, lines)
        late.append(made.delay())
    assert late == [5, 1, 0]


def test_a_refusal_may_be_the_end() -> None:
    """A maildrop in use, with the code, its seconds of waiting and the end of the line."""
    accounts = Accounts([letters()])
    accounts.open("mrose", exclusive=True)
    pair = Chairs(accounts, manner(hangs_up_on=frozenset({"in-use"}), delays={"in-use": 10}))
    *_, refused = pair.say("USER mrose", "PASS secret")
    assert (refused.reason, pair.server.hangs_up, pair.server.delay()) == (Reason.IN_USE, True, 10)


@pytest.mark.parametrize("permanent", [True, False])
def test_a_maildrop_that_cannot_be_opened_may_be_the_end(permanent: bool) -> None:
    """popa3d and solid-pop3d hang up behind the right password; in TRANSACTION that is no matter."""
    accounts = Accounts([letters()])
    accounts.trouble("mrose", Trouble("open", permanent=permanent))
    named = frozenset({"authorization.permanent", "authorization.temporary"})
    pair = Chairs(accounts, manner(hangs_up_on=named))
    *_, refused = pair.say("USER mrose", "PASS secret")
    assert (refused.ok, pair.server.hangs_up) == (False, True)


def test_a_refusal_may_be_silent() -> None:
    """The client sees the line go down without a reply, and neither chair makes an Exchange of it."""
    one = manner(
        silent_on=frozenset({"surplus-argument"}), hangs_up_on=frozenset({"surplus-argument"})
    )
    pair = chairs(one)
    pair.log_in()
    assert pair.say("NOOP", "NOOP now")[1:] == []
    assert pair.seen == pair.made
    assert pair.client.end is not None
    assert pair.client.end.state is State.TRANSACTION


def test_refused_logins_make_the_next_one_wait_right_or_wrong() -> None:
    """By steps, in each session of the address; a right one sets it back, and so does time."""
    one = manner(login_penalty=(4, 8, 15), login_penalty_lasts=29, delays={"bad-credentials": 2})
    penalty, waited = Penalty(), []
    for octets, now in ((b"a", 0), (b"b", 1), (b"c", 2), (b"d", 3), (b"secret", 4),
                        (b"secret", 5), (b"a", 6), (b"secret", 35)):  # fmt: skip
        made = server(one, penalty=penalty, now=now)
        told(made, b"USER mrose\r\nPASS " + octets + b"\r\n")
        waited.append(made.delay())
    assert waited == [2, 6, 10, 17, 15, 0, 2, 0]


def test_the_same_wrong_password_twice_counts_once() -> None:
    """A program that has it wrong would be locked out by itself; by PASS or by AUTH it is the same."""
    one = manner(login_penalty=(4, 8, 15), mechanisms=("PLAIN", "LOGIN"))
    penalty, late = Penalty(), []
    again = b64encode(b"\0mrose\0no"), b"USER mrose\r\nPASS no\r\n"
    for lines in (again[1], again[1], b"AUTH PLAIN %s\r\n" % again[0], b"USER mrose\r\nPASS x\r\n",
                  b"USER mrose\r\nPASS y\r\n"):  # fmt: skip
        made = server(one, penalty=penalty)
        told(made, lines)
        late.append(made.delay())
    assert late == [0, 4, 4, 4, 8]


def test_a_keyword_may_leave_the_count_as_it_is() -> None:
    """AUTH before Dovecot's login neither counts nor forgives."""
    for unmoved in (frozenset[str](), frozenset({"AUTH"})):
        one = manner(bad_command_limit=3, bad_commands_forgiven=True, mechanisms=("PLAIN",),
                     bad_commands_unmoved_by=unmoved)  # fmt: skip
        pair = chairs(one)
        pair.say("XYZZY", "XYZZY", "AUTH BOGUS", "XYZZY")
        assert pair.server.hangs_up is bool(unmoved)


def test_a_password_may_be_too_long_to_be_heard() -> None:
    """The right one is no better then."""
    one = manner({"pass.bad-credentials.length": "too long"}, password_limit=5)
    *_, refused = chairs(one).say("USER mrose", "PASS secret")
    assert (refused.reply.text, refused.reason) == ("too long", Reason.BAD_CREDENTIALS)


# What came in one write


def test_what_comes_behind_a_login_may_be_lost() -> None:
    """Courier and solid-pop3d lose it; what comes later is answered, and so is all behind a -ERR."""
    for one, lines in ((manner(), 4), (manner(lost=frozenset({"behind-login"})), 2)):
        made = server(one)
        assert len(told(made, LOGIN + b"NOOP\r\nNOOP\r\nNO")) == lines
        if lines == 2:
            assert told(made, b"NOOP\r\n") == [b"+OK"]
    made = server(manner(lost=frozenset({"behind-login"})))
    assert len(told(made, b"USER mrose\r\nPASS no\r\nXYZZY\r\n")) == 3


def test_what_is_lost_behind_a_login_may_end_with_what_is_read_at_once() -> None:
    """So many octets of the write, counted from its beginning; the rest begins in mid-line."""
    made = server(manner(lost=frozenset({"behind-login"}), gulp=len(LOGIN) + 8))
    assert told(made, LOGIN + b"NOOP\r\nNOOP\r\nNOOP\r\n")[2:] == [b"-ERR no", b"+OK"]
    assert told(made, b"NOOP\r\n") == [b"+OK"]


def test_replies_before_a_silent_end_may_be_lost_with_it() -> None:
    """Those of the same write; what was taken before is with the client."""
    ends = {
        "silent_on": frozenset({"unknown-command"}),
        "hangs_up_on": frozenset({"unknown-command"}),
    }
    for lost, left in ((frozenset[str](), [b"+OK"]), (frozenset({"before-silence"}), [])):
        made = server(manner(lost=lost, **ends))
        told(made, LOGIN)
        assert told(made, b"NOOP\r\nXYZZY\r\n") == left
        assert made.hangs_up


def test_a_bad_command_that_waited_may_swallow_the_rest() -> None:
    """Twisted: behind a slow command in one write it has no reply, and what follows it none."""
    made = server(manner(lost=frozenset({"behind-slow"})))
    told(made, LOGIN)
    assert told(made, b"XYZZY\r\n") == [b"-ERR no"]
    assert told(made, b"NOOP\r\nXYZZY\r\nNOOP\r\n") == [b"+OK", b"-ERR no", b"+OK"]
    for slow in (b"STAT\r\n", b"stat\r\n", b"UIDL\r\n", b"LIST\r\n", b"RETR 1\r\n", b"TOP 1 0\r\n"):
        whole = told(made, slow)
        assert told(made, slow + b"NOOP\r\nXYZZY\r\nNOOP\r\n") == [*whole, b"+OK"]
        assert told(made, slow + slow) == whole * 2
    for quick in (b"LIST 1\r\n", b"UIDL 1\r\n", b"RETR 9\r\n", b"CAPA\r\n", b"DELE 2\r\n"):
        whole = told(made, quick)
        told(made, b"RSET\r\n")
        assert told(made, quick + b"XYZZY\r\n") == [*whole, b"-ERR no"]
        told(made, b"RSET\r\n")
    told(made, b"STAT\r\nNO")
    assert told(made, b"PE\r\n") == [b"-ERR no"], "its end came in a write of its own"


def test_what_would_hang_up_in_silence_only_falls_silent_where_it_waited() -> None:
    """Behind a slow command the line stays open; behind any other it takes the replies with it."""
    one = manner(
        lost=frozenset({"behind-slow", "before-silence"}),
        silent_on=frozenset({"unknown-command"}), hangs_up_on=frozenset({"unknown-command"}),
    )  # fmt: skip
    made = server(one)
    told(made, LOGIN)
    assert len(told(made, b"STAT\r\nXYZZY\r\nNOOP\r\n")) == 1
    assert not made.hangs_up
    assert told(made, b"NOOP\r\nXYZZY\r\nSTAT\r\n") == []
    assert made.hangs_up


def test_a_quit_that_waited_is_not_the_last_word() -> None:
    """Twisted answers what waited behind it, and hangs up then; what is marked there is kept."""
    one = manner({"quit": "", "dele": ""}, lost=frozenset({"behind-slow"}))
    accounts = Accounts([letters()])
    made = Pop3Server(Office(one, accounts, "host", STAMP))
    told(made, LOGIN + b"DELE 1\r\n")
    (drop,) = told(made, b"STAT\r\n")
    burst = b"STAT\r\nQUIT\r\nDELE 2\r\nNOOP\r\nQUIT\r\nXYZZY\r\nNOOP\r\n"
    assert told(made, burst) == [drop, *[b"+OK"] * 4]
    assert made.hangs_up
    assert len(accounts.removed("mrose")) == 1
    other = server(one)
    told(other, LOGIN)
    assert told(other, b"NOOP\r\nQUIT\r\nNOOP\r\n") == [b"+OK", b"+OK"]


def test_what_is_injected_behind_stls_is_lost_but_by_policy() -> None:
    """RFC 2595 section 4 is silent; RFC 3207 section 6 says why it must be lost."""
    for keeps in (False, True):
        how = "answered" if keeps else "lost"
        made = server(manner(offers=frozenset({"STLS"}), behind_stls=how))
        assert told(made, b"STLS\r\nUSER mallory\r\nXYZ") == [b"+OK"]
        made.tls_started()
        came = told(made, b"ZY\r\n")
        assert came == ([b"+OK", b"-ERR no"] if keeps else [b"-ERR no"])
        assert made.session.named == ("mallory" if keeps else None)


def test_what_comes_behind_stls_may_end_the_line() -> None:
    """It is no handshake; where nothing comes, TLS may begin."""
    one = manner(offers=frozenset({"STLS"}), behind_stls="hang-up")
    for behind, ends in ((b"", False), (b"X", True), (b"NOOP\r\n", True)):
        made = server(one)
        assert told(made, b"STLS\r\n" + behind) == [b"+OK"]
        assert (made.hangs_up, made.wants_tls) == (ends, not ends)


def test_under_tls_there_may_be_no_stls() -> None:
    """mailutils: it is an unknown command then, whatever its arguments and the state are."""
    words = {"unknown-command": "no such", "tls-active": "again", "surplus-argument": "more"}
    for once, refused in ((True, b"-ERR no such"), (False, b"-ERR again")):
        made = server(manner(words, offers=frozenset({"STLS"}), stls_once=once))
        told(made, b"STLS\r\n")
        made.tls_started()
        assert told(made, b"STLS\r\n") == [refused]
        assert (told(made, b"STLS x\r\n") == [b"-ERR no such"]) is once


def test_a_name_may_hold_over_stls() -> None:
    """Both chairs know whose login it is, and a second STLS is no answer from memory."""
    for keeps in (True, False):
        pair = chairs(manner(offers=frozenset({"STLS"}), keeps_over_stls=keeps))
        *_, login = pair.say("USER mrose", "STLS", "PASS secret")
        assert (login.user, login.reason) == (("mrose", None) if keeps else ("", Reason.USER_FIRST))
        assert pair.seen == pair.made
        assert pair.server.session.secure


def test_a_session_may_go_on_where_tls_has_failed() -> None:
    """With words of its own, and before them perhaps an alert in octets of TLS; most close the line."""
    words, alert = {"tls-failed": "no TLS then"}, b"\x15\x03\x03\x00\x02\x01\x00"
    for how, before in (("goes-on", b""), ("alert-and-goes-on", alert)):
        made = server(manner(words, offers=frozenset({"STLS"}), failed_tls=how))
        told(made, b"STLS\r\n")
        assert made.tls_failed()
        assert b"".join(made.data_to_send()) == before + b"-ERR no TLS then\r\n"
        assert told(made, b"USER mrose\r\n") == [b"+OK"]
        assert not made.session.secure
    closes = server(manner(offers=frozenset({"STLS"})))
    told(closes, b"STLS\r\n")
    assert not closes.tls_failed()


def test_what_came_behind_stls_is_answered_where_tls_has_failed_too() -> None:
    """Courier keeps it either way, and it stands before what is said next. Others have lost it."""
    for behind, replies in (("answered", 2), ("lost", 1)):
        how = {"failed_tls": "goes-on", "behind_stls": behind, "offers": frozenset({"STLS"})}
        made = server(manner({"tls-failed": "no TLS then"}, **how))
        told(made, b"STLS\r\nUSER mrose\r\n")
        assert made.tls_failed()
        made.receive_data(b"PASS secret\r\n")
        assert len(told(made, b"")) == replies + 1
        assert (made.session.user == "mrose") is (behind == "answered")


# A second line


def test_a_reply_may_have_a_second_line() -> None:
    """GreenMail behind RSET, Qpopper behind a refused APOP: nobody asked for it, and so it is told."""
    then = {"rset": "+OK again", "apop.bad-credentials": "+OK {host} signing off."}
    pair = chairs(replace(manner(), then=then))
    pair.say("APOP mrose " + "0" * 32)
    pair.log_in()
    pair.say("RSET", "NOOP", "RSET", "RSET")
    assert pair.seen == pair.made
    lines = [each.reply.line for each in pair.seen if each.line is None][1:]
    assert lines == ["+OK host signing off.", "+OK again", "+OK again", "+OK again"]
    assert pair.client.state is State.TRANSACTION


def test_what_is_said_at_the_time_out_may_differ_by_state_and_shape() -> None:
    """A -ERR with words by state; or a whole line of another shape, as GreenMail's `421`."""
    words = {"authorization.autologout": "nobody came", "autologout": "asleep?"}
    for login, then, said in ((b"", {}, b"-ERR nobody came"), (LOGIN, {}, b"-ERR asleep?"),
                              (LOGIN, {"autologout": "421 gone"}, b"421 gone")):  # fmt: skip
        made = server(replace(manner(words), then=then))
        told(made, login)
        made.receive_timeout()
        assert told(made, b"") == [said]


def test_patience_may_be_shorter_before_login() -> None:
    """Courier and Exchange wait a minute there, and longer behind it."""
    made = server(manner(autologout=300, autologout_before_login=60))
    assert made.idle_limit == 60
    told(made, LOGIN)
    assert made.idle_limit == 300
