"""How servers cut a line, bound it and take it apart: each decision of LinePolicy and Reading."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chairs import Chairs, letters, personality
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.mailroom import Accounts
from simulator.pop3 import Numbers, Office, Personality, Pop3Server, Reading, State, complaints
from simulator.pop3.cutting import cutter_for
from simulator.pop3.numerals import read_off

_WHITE = " \t\n\v\f\r"
_C = Numbers(form="strtol", noise="ignored", without_digits="zero", overflow="signed-32")
#: Texts that tell what was the matter, and what was quoted.
_WORDS = {
    "blank-line": "blank", "unknown-command": "unknown {upper}", "wrong-state": "state {upper}",
    "missing-argument": "missing", "missing-argument.count": "missing count",
    "missing-argument.blank": "nothing behind the blank", "surplus-argument": "surplus",
    "bad-argument": "bad <{arguments}>", "bad-argument.noise": "noise <{rest}>",
    "bad-argument.overflow": "overflow <{rest}>", "bad-argument.count": "bad count <{rest}>",
    "bad-argument.count-noise": "count noise <{rest}>", "bad-argument.length": "length",
    "bad-argument.hex": "hex", "bad-octet.nul": "nul", "line-too-long": "too long",
    "no-such-message": "no message {number}", "already-deleted": "deleted",
    "list": "scan", "top": "top", "noop": "noop", "stat": "",
}  # fmt: skip


def manner(reading: Reading | None = None, /, **policy: object) -> Personality:
    """A server that reads so, and says what it found."""
    made = personality(reading=reading or Reading(), **policy)
    words = {key: text for key, text in _WORDS.items() if key != "stat"}
    return replace(made, wording={**made.wording, **words, "user": "", "pass": ""})


def server(one: Personality, *, logged_in: bool = True) -> Pop3Server:
    """A server of that kind with three letters; mrose is logged in."""
    made = Pop3Server(Office(one, Accounts([letters()]), "host", "<1@host>", nonce="nonce"))
    if logged_in:
        made.receive_data(b"USER mrose\r\nPASS secret\r\n")
    taken(made)
    return made


def taken(made: Pop3Server) -> bytes:
    """All that it has to say."""
    return b"".join(bytes(p) for p in iter(lambda: b"".join(made.data_to_send()), b""))


def said(one: Personality, line: bytes, *, logged_in: bool = True) -> str:
    """The first line of the reply to a line, without its indicator; "" for none."""
    made = server(one, logged_in=logged_in)
    made.receive_data(line)
    first, _, _ = taken(made).partition(b"\r\n")
    return first.decode("utf-8", "surrogateescape")


def test_without_a_reading_a_line_is_read_as_the_rfc_writes_it() -> None:
    """The default policy has none: a blank in front, a TAB and a sign are all refused."""
    plain = personality()
    for line in (b" NOOP\r\n", b"LIST\t1\r\n", b"LIST +1\r\n", b"NOOP x\r\n"):
        assert said(plain, line).startswith("-ERR")


@pytest.mark.parametrize(
    ("reading", "line", "reply"),
    [
        (Reading(), b" NOOP", "-ERR blank"),
        (Reading(leading=" \t"), b" \tNOOP", "+OK noop"),
        (Reading(leading=" "), b" noop", "+OK noop"),
        (Reading(leading=" ", caseless_to=" "), b" noop", "-ERR unknown NOOP"),
        (Reading(leading=" ", caseless_to=" "), b"noop", "+OK noop"),
        (Reading(leading=" \r", caseless_to=" \t"), b"\rnoop", "+OK noop"),
        (Reading(leading=" \r", caseless_to=" \t"), b"\r noop", "-ERR unknown NOOP"),
        (Reading(), b"LIST\t1", "-ERR unknown LIST\t1"),
        (Reading(parting=" \t"), b"LIST\t1", "+OK 1 "),
        (Reading(dropped="\r"), b"NO\rOP", "+OK noop"),
        (Reading(trailing=_WHITE), b"LIST 1 \t ", "+OK 1 "),
        (Reading(), b"LIST  1", "-ERR surplus"),
        (Reading(eaten="all"), b"LIST  1", "+OK 1 "),
        (Reading(words="runs"), b"TOP  1  0 ", "+OK top"),
        (Reading(), b"LIST 1 ", "+OK 1 "),
        (Reading(bare_blank="empty"), b"LIST 1 ", "-ERR surplus"),
        (Reading(), b"NOOP ", "+OK noop"),
        (Reading(bare_blank="empty"), b"NOOP ", "-ERR surplus"),
        (Reading(bare_blank="empty"), b"LIST ", "-ERR bad <>"),
        (Reading(bare_blank="refused"), b"NOOP ", "-ERR nothing behind the blank"),
        (Reading(bare_blank="refused"), b"XYZZY ", "-ERR nothing behind the blank"),
        (Reading(words="rest"), b"LIST 1 2", "-ERR noise < 2>"),
        (Reading(surplus="ignored"), b"LIST 1 2", "+OK 1 "),
        (Reading(surplus="ignored", surplus_of={"LIST": "refused"}), b"LIST 1 2", "-ERR surplus"),
        (Reading(surplus="ignored", surplus_of={"LIST": "refused"}), b"NOOP 2", "+OK noop"),
        (Reading(word_limit=4), b"LIST 00001", "-ERR length"),
        (Reading(word_limit=5), b"LIST 00001", "+OK 1 "),
        (Reading(whole=frozenset({"TOP"}), parting=" \t", leading=" "), b"TOP  1\t0", "+OK top"),
    ],
)  # fmt: skip
def test_words(reading: Reading, line: bytes, reply: str) -> None:
    """What parts words, what goes before them, and how many there may be."""
    assert said(manner(reading), line + b"\r\n").startswith(reply)


#: A server that ends in silence where something is wrong with the arguments, as Twisted does.
_WRONG = frozenset(
    {"surplus-argument", "missing-argument", "dele.no-such-message", "dele.bad-argument"}
)
_SPEECHLESS = {"silent_on": _WRONG, "hangs_up_on": _WRONG}


@pytest.mark.parametrize("keyword", [b"NOOP x", b"RETR", b"TOP 1"])
def test_silence(keyword: bytes) -> None:
    """A wrong number of arguments may end the line without a word."""
    made = server(manner(Reading(), **_SPEECHLESS))
    made.receive_data(keyword + b"\r\nSTAT\r\n")
    assert taken(made) == b""
    assert made.hangs_up
    assert made.session.state is State.CLOSED


def test_a_command_may_be_speechless_where_its_message_is_not_there() -> None:
    """It hangs up without a word, and others do not."""
    one = manner(Reading(), **_SPEECHLESS)
    assert said(one, b"RETR 9\r\n") == "-ERR no message 9"
    for line in (b"DELE 9\r\n", b"DELE x\r\n"):
        made = server(one)
        made.receive_data(line)
        assert (taken(made), made.hangs_up) == (b"", True)


_DIGITS, _INT = Numbers(), Numbers(form="int")
_WIDE = Numbers(form="strtol", overflow="unsigned-32", zero_refused=True)


@pytest.mark.parametrize(
    ("numbers", "text", "value", "rest", "fault"),
    [
        (_DIGITS, "002", 2, "", ""),
        (_DIGITS, "+2", 0, "+2", "form"),
        (_DIGITS, "\u0662", 0, "\u0662", "form"),
        (_DIGITS, "2x", 2, "x", "noise"),
        (_DIGITS, "", 0, "", "form"),
        (Numbers(noise="ignored"), "2x", 2, "x", ""),
        (Numbers(bits=32), "4294967295", 4294967295, "", ""),
        (Numbers(bits=32), "4294967296x", 4294967296, "x", "overflow"),
        (Numbers(bits=32), "18446744073709551616x", 1 << 64, "18446744073709551616x", "overflow"),
        (_C, " \t+2x", 2, "x", ""),
        (_C, "abc", 0, "abc", ""),
        (_C, "-1", 4294967295, "", ""),
        (_C, "4294967297", 1, "", ""),
        (_C, "9223372036854775808", 4294967295, "", ""),
        (_C, "-9223372036854775809", 0, "", ""),
        (_WIDE, "9223372036854775808", 0, "9223372036854775808", "zero"),
        (_WIDE, "18446744073709551617", 4294967295, "", ""),
        (_WIDE, "-4294967295", 1, "", ""),
        (Numbers(form="strtol", overflow="unsigned-64"), "-18446744073709551615", 1, "", ""),
        (Numbers(form="strtol", negative_refused=True), "-1", -1, "-1", "negative"),
        (_INT, "1_0", 10, "", ""),
        (_INT, " -0\t", 0, "", ""),
        (_INT, "1__0", 0, "1__0", "form"),
        (_INT, "1x", 0, "1x", "form"),
    ],
)  # fmt: skip
def test_numbers(numbers: Numbers, text: str, value: int, rest: str, fault: str) -> None:
    """Signs, white space, what stands behind, and numbers that no machine holds."""
    assert tuple(read_off(numbers, text)) == (value, rest, fault)


@given(
    st.builds(
        Numbers,
        form=st.sampled_from(["digits", "strtol", "int"]),
        noise=st.sampled_from(["refused", "ignored"]),
        bits=st.sampled_from([0, 31, 64]),
        overflow=st.sampled_from(["exact", "signed-32", "unsigned-32", "unsigned-64"]),
    ),
    st.one_of(st.text(max_size=12), st.integers().map(str), st.just("9" * 9000)),
)
def test_any_text_is_a_number_or_is_none(numbers: Numbers, text: str) -> None:
    """Nothing raises, and what is left is the end of the text."""
    assert text.endswith(read_off(numbers, text).rest)


def test_top_reads_its_two_numbers_each_in_its_own_way() -> None:
    """The number to its end, the count as far as it goes."""
    one = manner(Reading(numbers=Numbers(noise="ignored"), top_numbers=Numbers(), counts=_C))
    assert said(one, b"TOP 1x 1\r\n") == "-ERR noise <x>"
    assert said(one, b"TOP 1 1x\r\n") == "+OK top"
    assert said(one, b"LIST 1x\r\n").startswith("+OK 1 ")


@pytest.mark.parametrize(
    ("checks", "replies"),
    [
        (("arity", "number", "count", "message"),
         ["missing count", "bad count <x>", "bad <x x>", "no message 9"]),
        (("number", "arity", "message", "count"),
         ["missing count", "no message 9", "bad <x x>", "no message 9"]),
        (("number", "message", "arity", "count"),
         ["no message 9", "no message 9", "bad <x x>", "no message 9"]),
        (("arity", "count", "number", "message"),
         ["missing count", "bad count <x>", "bad count <x>", "no message 9"]),
    ],
)  # fmt: skip
def test_top_is_checked_in_an_order(checks: tuple[str, ...], replies: list[str]) -> None:
    """Whether the message is there is asked before the count, or behind it."""
    one = manner(Reading(top_checks=checks))  # type: ignore[arg-type]
    lines = [b"TOP 9\r\n", b"TOP 9 x\r\n", b"TOP x x\r\n", b"TOP 9 1\r\n"]
    assert [said(one, line) for line in lines] == [f"-ERR {reply}" for reply in replies]


def test_numbers_at_the_front_of_the_rest() -> None:
    """`count_apart`: a blank must stand between TOP's two; without, the count is what follows."""
    apart = manner(Reading(words="rest", count_apart=True))
    close = manner(Reading(words="rest"))
    assert said(apart, b"TOP 1x 1\r\n") == "-ERR noise <x 1>"
    assert said(close, b"TOP 1x 1\r\n") == "-ERR bad count <x 1>"
    for one in (apart, close):
        assert said(one, b"TOP 1  2 3\r\n") == "-ERR count noise < 3>"
        assert said(one, b"TOP 1\r\n") == "-ERR missing count"


def test_some_look_at_arguments_before_the_state() -> None:
    """Before the login: the one says that it is no time, the other that an argument is missing."""
    late, early = manner(Reading()), manner(Reading(early=frozenset({"RETR"})))
    assert said(late, b"RETR\r\n", logged_in=False) == "-ERR state RETR"
    assert said(early, b"RETR\r\n", logged_in=False) == "-ERR missing"
    assert said(early, b"RETR 1\r\n", logged_in=False) == "-ERR state RETR"


def test_a_server_may_read_otherwise_before_the_login() -> None:
    """Two programs answer, and each has a reading."""
    one = manner(Reading(), reading_before_login=Reading(leading=" "))
    made = server(one, logged_in=False)
    made.receive_data(b" USER mrose\r\n PASS secret\r\n NOOP\r\n")
    assert taken(made) == b"+OK\r\n+OK\r\n-ERR blank\r\n"


@pytest.mark.parametrize(
    ("nul", "line", "reply"),
    [
        ("refused", b"NOOP\0\r\n", b"-ERR nul\r\n"),
        ("cuts", b"LIST 1\0x\r\n", b"+OK 1 "),
        ("empties", b"NOOP\0\r\n", b"-ERR blank\r\n"),
        ("taken", b"NOOP\0\r\n", b"-ERR unknown NOOP \r\n"),
    ],
)  # fmt: skip
def test_nul(nul: str, line: bytes, reply: bytes) -> None:
    """A NUL ends the text, empties it, is refused, or is an octet like others."""
    made = server(manner(Reading(nul=nul)))  # type: ignore[arg-type]
    made.receive_data(line)
    assert taken(made).startswith(reply)


def test_a_nul_may_swallow_the_next_line() -> None:
    """The line end behind it is not seen: one reply to both, when the second has ended."""
    made = server(manner(Reading(nul="swallows")))
    made.receive_data(b"NOOP\0x\r\n")
    assert taken(made) == b""
    made.receive_data(b"STAT\r\nNOOP\r\n")
    assert taken(made) == b"+OK noop\r\n+OK noop\r\n"


def test_a_bare_lf_may_be_an_octet_of_the_line() -> None:
    """Where CRLF alone ends a line, `NOOP LF QUIT CRLF` is one line, and it is unknown."""
    made = server(manner(Reading(), line_end="crlf"))
    made.receive_data(b"NOOP\n")
    assert taken(made) == b""
    made.receive_data(b"QUIT\r")
    made.receive_data(b"\nNOOP\r\n")
    assert taken(made) == b"-ERR unknown NOOP QUIT\r\n+OK noop\r\n"


@pytest.mark.parametrize(
    ("kept", "told"),
    [("", "A B C D"), ("\n", "A\nB C D"), ("\r", "A B\rC D"), ("\r\n\0", "A\nB\rC\0D")],
)
def test_control_octets_may_be_said_back(kept: str, told: str) -> None:
    """CR, LF and NUL are blanks in a reply, but by policy: then it may look like two lines."""
    one = manner(Reading(), line_end="crlf", said_back=kept)
    assert said(one, b"a\nb\rc\0d\r\n") == f"-ERR unknown {told}"


@pytest.mark.parametrize(
    ("line", "same"),
    [
        (b"TOP 1 255", b"RETR 1"), (b"TOP 1 0255", b"RETR 1"), (b"TOP 9 255", b"RETR 9"),
        (b"TOP 1 254", b"TOP 1 99"), (b"TOP 1 256", b"TOP 1 99"),
    ],
)  # fmt: skip
def test_a_count_may_stand_for_all(line: bytes, same: bytes) -> None:
    """The largest of so many bits: TOP is RETR then, reply and all."""
    one = manner(Reading(top_as_retr=8))
    one = replace(one, wording={**one.wording, "retr": "{size} octets", "top": "top"})
    assert said(one, line + b"\r\n") == said(one, same + b"\r\n")


def test_a_keyword_that_is_no_text_may_end_the_line() -> None:
    """Twisted behind the login; a word that is UTF-8 is unknown, and so is any before it."""
    wrong = frozenset({"transaction.unknown-command.undecodable"})
    one = manner(Reading(), silent_on=wrong, hangs_up_on=wrong)
    for line, word in ((b"\xff\xfe\r\n", ""), ("\u00e9\r\n".encode(), "-ERR unknown \u00e9")):
        made = server(one)
        made.receive_data(line)
        assert taken(made).decode().rstrip() == word
        assert made.hangs_up == (not word)
        assert said(one, line, logged_in=False).startswith("-ERR unknown")
    assert said(one, b"NOOP \xff\r\n") == "-ERR surplus"


def test_a_fixed_reply_may_ask_for_so_many_words() -> None:
    """Twisted's RPOP takes one, be it empty."""
    one = manner(
        Reading(arity={"RPOP": 1}), fixed={"RPOP": "-ERR never"},
        silent_on=frozenset({"missing-argument"}),
    )  # fmt: skip
    assert said(one, b"rpop x\r\n") == said(one, b"RPOP \r\n") == "-ERR never"
    assert said(one, b"RPOP\r\n") == ""
    assert said(one, b"RPOP x y\r\n") == "-ERR surplus"


def test_white_space_around_a_mechanism_may_be_passed_over() -> None:
    """Twisted takes it off; else a TAB is of the name, which nobody has then."""
    for trims in (True, False):
        one = manner(Reading(mechanism_trimmed=trims), mechanisms=("PLAIN",))
        for line in (b"AUTH \tPLAIN", b"AUTH PLAIN\t"):
            assert said(one, line + b"\r\n", logged_in=False).startswith("+ ") == trims


@pytest.mark.parametrize("octets", [b"x" * 40, b"x" * 40 + b"\r"])
def test_a_line_that_crlf_ends_is_hung_up_on_without_its_end(octets: bytes) -> None:
    """One octet beyond the longest ends the session, though neither CR nor LF has come."""
    one = manner(Reading(), line_end="crlf", longest_line=42,
                 silent_on=frozenset({"line-too-long"}))  # fmt: skip
    made = server(one)
    made.receive_data(octets)
    assert not made.hangs_up
    made.receive_data(b"x" if not octets.endswith(b"\r") else b"xx")
    assert made.hangs_up
    assert taken(made) == b""


def test_a_long_line_may_be_cut() -> None:
    """What is left is the line, the rest is lost, and one reply is given."""
    one = manner(Reading(), overlong="cut", line_limit=12)
    made = server(one)
    made.receive_data(b"LIST 00000012\r\nNOOP\r\n")
    replies = taken(made).split(b"\r\n")
    assert replies[0].startswith(b"+OK 1 ")
    assert replies[1:] == [b"+OK noop", b""]


def test_a_long_line_may_be_split() -> None:
    """Each full part is answered at once, as a line of its own."""
    made = server(manner(Reading(), overlong="split", line_limit=12))
    made.receive_data(b"LIST 0000001")
    assert taken(made).startswith(b"+OK 1 ")
    made.receive_data(b"NOOP\r\n")
    assert taken(made) == b"+OK noop\r\n"


def test_a_long_line_may_be_said_back() -> None:
    """The reply stands over what follows the octets that were read, and its line end is one of it.

    What stands behind the line in the same write is not touched, nor does the cutting matter.
    """
    made = server(manner(Reading(), overlong="echoed", line_limit=12))
    made.receive_data(b"NOOP xxxxxxx" + b"a" * 13 + b"yz\r\nNOOP\r\n")
    assert taken(made) == b"NOOP xxxxxxx-ERR surplus\r\nyz\r\r\n+OK noop\r\n"
    made = server(manner(Reading(), overlong="echoed", line_limit=12))
    for octet in b"NOOP xxxxxxx" + b"a" * 13 + b"yz\r\nNOOP\r\n":
        made.receive_data(bytes([octet]))
    assert taken(made) == b"NOOP xxxxxxx-ERR surplus\r\nyz\r\r\n+OK noop\r\n"


def test_a_nul_may_part_words() -> None:
    """It ends the keyword, and the first of two arguments; anywhere else it ends the line."""
    one = manner(
        Reading(nul="parts", parting=_WHITE, leading=" \t", whole=frozenset({"PASS", "TOP"}))
    )
    for line, reply in (
        (b"LIST\x002", "+OK 2 "), (b"LIST 2\0x y", "+OK 2 "), (b"LIST\x002\x003", "+OK 2 "),
        (b"LIST \x002", "+OK scan"), (b"NOOP\0", "+OK noop"), (b"TOP 2\x000", "+OK top"),
        (b"TOP\x002\x000", "-ERR missing count"), (b"\0NOOP", "-ERR "), (b" \0NOOP", "-ERR "),
        (b"NO\0OP", "-ERR unknown NO"),
    ):  # fmt: skip
        assert said(one, line + b"\r\n").startswith(reply), line


def test_of_two_arguments_the_second_may_be_the_rest_of_the_line() -> None:
    """So a word too many makes a count, or a digest, a wrong one; and the first may be empty."""
    number = Numbers(form="strtol", without_digits="zero", overflow="unsigned-64")
    one = manner(
        Reading(parting=_WHITE, leading=" \t", trailing=_WHITE, whole=frozenset({"PASS", "TOP"}),
                top_numbers=number, counts=Numbers(form="strtol"))
    )  # fmt: skip
    for line, reply in (
        (b"TOP 1 0", "+OK top"), (b"TOP  1\t  0", "+OK top"), (b"TOP\t\t1\v0 ", "+OK top"),
        (b"TOP 1 0 0", "-ERR count noise < 0>"), (b"TOP x 0", "-ERR bad"),
        (b"TOP \v3", "-ERR no message 0"), (b"TOP 1", "-ERR missing count"),
    ):  # fmt: skip
        assert said(one, line + b"\r\n").startswith(reply), line


@pytest.mark.parametrize(
    ("lines", "unended", "reply"),
    [
        (b"LIST 2\r\n", b"LIST", b"+OK 2 "),
        (b"LIST 2\r\n", b"  LI", b"-ERR unknown"),
        (b"RETR 2\r\n", b"LIST ", b"+OK scan"),
        (b"NOOP\r\n", b"LIST", b"+OK scan"),
        (b"LIST   \r\n", b"LIST", b"+OK scan"),
        (b"TOP 3 1\r\n", b"RETR", b"-ERR missing"),
        (b"TOP 3 1\r\n", b"TOP", b"-ERR missing count"),
        (b"TOP 2 13\r\n", b"LI", b"-ERR unknown"),
        (b"LIST 12\r\nNOOP\r\n", b"LIST", b"+OK scan"),
        (b"", b"LIST", b"-ERR"),
        (b"", b"LIST 3", b"+OK 3 "),
    ],
)
def test_a_keyword_without_an_end_may_find_an_argument_that_was_there(
    lines: bytes, unended: bytes, reply: bytes
) -> None:
    """One octet behind the keyword stands what the line before has left (mailutils).

    Right behind a login that is the name, since PASS is read elsewhere.
    """
    reading = Reading(parting=_WHITE, leading=" \t", trailing=_WHITE)
    made = server(manner(reading, overlong="echoed", line_limit=99, unended="obeyed-over-last"))
    made.receive_data(lines)
    taken(made)
    made.receive_data(unended)
    assert taken(made) == b""
    made.receive_eof()
    assert taken(made).startswith(reply)
    assert made.hangs_up


def test_a_line_may_be_hung_up_on_in_silence() -> None:
    """At `longest_line`, with a text or without one."""
    for silent, reply in ((), b"-ERR too long\r\n"), (("line-too-long",), b""):
        one = manner(Reading(), line_limit=99, longest_line=50, silent_on=frozenset(silent))
        made = server(one)
        made.receive_data(b"NOOP" + b"x" * 60)
        assert (taken(made), made.hangs_up) == (reply, True)


def test_before_the_login_what_stands_behind_the_keyword_may_be_counted() -> None:
    """With the line end: `NOOP ` and twenty octets, whatever the keyword's length."""
    one = manner(Reading(), line_limit=999, longest_line=500, longest_line_before_login=20,
                 longest_behind_keyword=True)  # fmt: skip
    assert said(one, b"ABCDEF " + b"x" * 18 + b"\r\n", logged_in=False) == "-ERR unknown ABCDEF"
    assert said(one, b"AB " + b"x" * 19 + b"\r\n", logged_in=False) == "-ERR too long"
    assert said(one, b"NOOP" + b" " * 90 + b"\r\n") != "-ERR too long"


def test_a_line_that_the_stream_cuts_off_may_be_obeyed() -> None:
    """QUIT without a line end, and then the end: it is QUIT for some servers."""
    bye = b"+OK signing off (2 messages left)\r\n"
    for unended, reply in (("dropped", b""), ("obeyed", bye), ("obeyed-as-ended", bye)):
        made = server(manner(Reading(), unended=unended))
        made.receive_data(b"DELE 1\r\n")
        taken(made)
        made.receive_data(b"QUIT")
        made.receive_eof()
        assert taken(made) == reply
        # A CR in front of that end is of no line end, and so it is the keyword's; but not for Cyrus.
        made = server(manner(Reading(), unended=unended))
        made.receive_data(b"QUIT\r")
        made.receive_eof()
        assert (b"+OK" in taken(made)) is (unended == "obeyed-as-ended")


def test_a_line_may_be_read_in_any_case_up_to_its_first_blank() -> None:
    """Courier before login: behind a CR, which parts words too, a name is in upper case as well."""
    one = Reading(leading=" \t\r", parting=" \t\r", whole_ends="\r", caseless_to=" \t")
    for line, name in (
        (b"user mrose", "mrose"), (b"user\rmrose", "MROSE"), (b"user \r mrose\rx", " mrose"),
        (b"user\t\r\rmrose", "mrose"),
    ):  # fmt: skip
        made = server(manner(one), logged_in=False)
        made.receive_data(line + b"\r\n")
        assert taken(made).startswith(b"+OK"), line
        assert made.session.named == name, line
    assert said(manner(one), b"user \r\r\r\n", logged_in=False).startswith("-ERR")


def test_a_long_line_may_be_quoted_whole() -> None:
    """RFC 2449 section 4 has 512 octets in a first line; `reply_limit` sets another bound."""
    line = b"X" * 900 + b"\r\n"
    plain = manner(Reading(), line_limit=1000)
    assert len(said(plain, line)) == 510
    assert len(said(manner(Reading(), line_limit=1000, reply_limit=2000), line)) == 913


@pytest.mark.parametrize("key", ["pass.bad-argument", "auth.err", "apop.missing-argument"])
@pytest.mark.parametrize("name", ["argument", "arguments", "rest", "line"])
def test_no_text_says_a_secret_back(key: str, name: str) -> None:
    """A page whose text would is refused, and a text for all commands leaves it out."""
    one = manner()
    wording = {**one.wording, key: f"no {{{name}}}"}
    assert any(found == key for found, _ in complaints(replace(one, wording=wording)))
    loud = replace(one, wording={**one.wording, "wrong-state": f"no <{{{name}}}>"})
    assert said(loud, b"PASS kettle\r\n") == "-ERR no <>"


def test_a_reading_names_known_commands() -> None:
    """A page with a command that is none is told so."""
    wrong = manner(Reading(whole=frozenset({"PAS"})))
    assert any("PAS is no command" in what for _, what in complaints(wrong))
    assert any("reading" in key for key, _ in complaints(personality(overlong="cut")))


def test_digest() -> None:
    """APOP's digest may be looked at before it fails: 32 octets, hexadecimal, in lower case."""
    line = b"APOP mrose %s\r\n"
    for digest, replies in {
        b"00": ("failed", "length", "length"),
        b"g" * 32: ("failed", "hex", "hex"),
        b"A" * 32: ("failed", "failed", "hex"),
    }.items():
        for form, reply in zip(("any", "hex", "lower-hex"), replies, strict=True):
            one = manner(Reading(apop_digest=form))  # type: ignore[arg-type]
            assert said(one, line % digest, logged_in=False).endswith(reply)


def test_a_blank_behind_the_mechanism_is_no_initial_response() -> None:
    """The challenge comes as if it were not there; what is no base64 is refused."""
    one = manner(Reading(words="rest"), mechanisms=("PLAIN",))
    assert said(one, b"AUTH PLAIN \r\n", logged_in=False) == "+ "
    assert said(one, b"AUTH PLAIN !\r\n", logged_in=False).startswith("-ERR bad")
    assert said(one, b"AUTH OTHER !\r\n", logged_in=False).endswith("mechanism")


# Both chairs, and any cutting

_READINGS = [
    (Reading(nul="cuts", words="rest", surplus="ignored", eaten="all", count_apart=True),
     {"longest_line": 300, "line_limit": 999}),
    (Reading(nul="swallows", leading=" \t\r", parting=" \t\r", between=" \t\r", words="runs",
             surplus="ignored", numbers=_C, counts=_C), {"overlong": "cut", "line_limit": 40}),
    (Reading(nul="cuts", parting=_WHITE, eaten="all", words="rest", bare_blank="refused"),
     {"overlong": "split", "line_limit": 40}),
    (Reading(nul="empties", word_limit=40), {"overlong": "cut", "line_limit": 12}),
    (Reading(nul="refused", words="rest", surplus="ignored"), {"line_end": "crlf"}),
    (Reading(bare_blank="empty"),
     {"line_end": "crlf", "longest_line": 300, "line_limit": 999, "hangs_up_on": _WRONG,
      "silent_on": _WRONG | {"line-too-long"}}),
]  # fmt: skip
_ODD = st.sampled_from([(reading, policy) for reading, policy in _READINGS])
_SWALLOWS = next(odd for odd in _READINGS if odd[0].nul == "swallows")
_PIECES = st.lists(
    st.sampled_from([b"LIST", b"list 1", b"NOOP", b" ", b"\t", b"\r\n", b"\r\n", b"\r", b"\n", b"\0",
                     b"TOP 1 1", b"DELE 2", b"QUIT", b"x" * 30, b"1", b"\xff", b"USER mrose",
                     b"PASS secret"]), max_size=20,
)  # fmt: skip


@given(_ODD, _PIECES, st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=9))
def test_any_cutting_gives_the_same_replies(
    odd: tuple[Reading, dict[str, object]], octets: list[bytes], lengths: list[int]
) -> None:
    """However the octets arrive, the server says the same and remembers the same."""
    one = manner(odd[0], **odd[1])
    whole, cut = server(one), server(one)
    data = b"".join(octets) + b"\r\n"
    whole.receive_data(data)
    start, turn = 0, 0
    while start < len(data):
        length = lengths[turn % len(lengths)]
        cut.receive_data(data[start : start + length])
        start, turn = start + length, turn + 1
    assert taken(whole) == taken(cut)
    assert (whole.hangs_up, whole.session.marks) == (cut.hangs_up, cut.session.marks)


@given(_ODD, _PIECES)
def test_both_chairs_see_the_same(
    odd: tuple[Reading, dict[str, object]], octets: list[bytes]
) -> None:
    """Who looks on at such a server makes the Exchanges that the client makes."""
    chairs = Chairs(Accounts([letters()]), manner(odd[0], **odd[1]))
    for line in b"".join(octets).split(b"\r\n"):
        if chairs.server.hangs_up:
            break
        chairs.say(line.decode("utf-8", "surrogateescape"))
    assert chairs.seen == chairs.made


@given(_ODD, _PIECES)
def test_what_was_answered_once_is_answered_so_again(
    odd: tuple[Reading, dict[str, object]], octets: list[bytes]
) -> None:
    """Remembered answers are the answers: with everything said twice, and nothing changed between."""
    one = manner(odd[0], **odd[1])
    for line in b"".join(octets).split(b"\r\n"):
        if any(word in line.upper() for word in (b"DELE", b"QUIT", b"USER", b"PASS", b"\n", b"\0")):
            continue
        made = server(one)
        made.receive_data(line + b"\r\n")
        first = taken(made)
        if made.hangs_up:
            continue
        made.receive_data(line + b"\r\n")
        assert taken(made) == first


@given(_ODD, _PIECES)
@example(_SWALLOWS, [b"x" * 39, b"\0\r\n", b"USER mrose\r\n"])
def test_an_odd_cutter_gives_its_lines_once_more(
    odd: tuple[Reading, dict[str, object]], octets: list[bytes]
) -> None:
    """What is held for later as octets gives the same lines then, and the same is kept."""
    policy = manner(odd[0], **odd[1]).policy
    cutter, again = cutter_for(policy), cutter_for(policy)
    lines = cutter.cut(b"".join(octets))
    assert again.cut(cutter.join(lines)) == lines
    assert again.kept == cutter.kept


def test_a_line_without_end_costs_no_more_than_its_limit() -> None:
    """Whatever becomes of a long line, no cutter keeps it whole."""
    for reading, policy in _READINGS:
        one = manner(reading, **policy)
        cutter = cutter_for(one.policy)
        for _ in range(2000):
            cutter.cut(b"x\0x" * 20)
        assert len(cutter.kept) < 20_000


def test_a_client_follows_what_a_lenient_server_took() -> None:
    """A blank in front, or a TAB: +OK tells that it was the command, and so does its body."""
    one = manner(Reading(leading=" ", parting=" \t"))
    chairs = Chairs(Accounts([letters()]), one)
    chairs.say("USER mrose", "PASS\tsecret", " LIST", "DELE\t2", " QUIT")
    assert chairs.seen == chairs.made
    bodies = [exchange.reply.body is not None for exchange in chairs.seen[1:]]
    assert bodies == [False, False, True, False, False]
    assert chairs.client.end is not None
    assert chairs.client.end.removed == (2,)


def test_undo_takes_back_what_was_overheard() -> None:
    """A server that is watched and put back makes the same Exchanges again."""
    office = Office(manner(Reading()), Accounts([letters()]), "host", "<1@host>", nonce="nonce")
    made = Pop3Server(office, watch=True)
    made.receive_data(b"USER mrose\r\nPASS secret\r\n")
    taken(made)
    made.exchanges()
    before = made.state()
    made.receive_data(b"DELE 1\r\n")
    first = made.exchanges()
    taken(made)
    made.restore(before)
    made.receive_data(b"DELE 1\r\n")
    assert made.exchanges() == first
