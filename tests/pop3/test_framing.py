"""Octets into lines: the cutter, the judge, and dot-stuffing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.pop3.exchange import Reason, Reply, decode, encode
from simulator.pop3.framing import LONGEST_KEPT, LineCutter, judge
from simulator.pop3.replies import status_line, stuff, unstuff

_ODD_OCTETS = st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"a", b"NOOP", b" ", b"\x00", b"\xff"])
).map(b"".join)


def cut_at(data: bytes, places: list[int]) -> list[bytes]:
    """`data` in pieces, cut at `places`."""
    marks = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in pairwise(marks)]


@given(_ODD_OCTETS, st.lists(st.integers(min_value=0)))
def test_cutting_does_not_change_the_lines(data: bytes, places: list[int]) -> None:
    """The same octets give the same lines in whatever pieces they arrive."""
    whole, pieces = LineCutter(), LineCutter()
    expected = whole.cut(data)
    found = [line for piece in cut_at(data, places) for line in pieces.cut(piece)]
    assert found == expected
    assert whole.kept == pieces.kept


def test_an_endless_line_costs_no_more_than_its_limit() -> None:
    """A line that never ends is kept up to a bound, and judged too long when it does end."""
    cutter = LineCutter()
    for _ in range(1000):
        assert cutter.cut(b"x" * 1000) == []
        assert len(cutter.kept) <= LONGEST_KEPT
    (raw,) = cutter.cut(b"\r\n")
    assert judge(raw).fault is Reason.LINE_TOO_LONG


@given(st.integers(min_value=250, max_value=6000), st.lists(st.integers(min_value=0), max_size=9))
def test_a_line_that_is_too_long_reads_the_same_in_any_cutting(
    length: int, places: list[int]
) -> None:
    """Text and fault of a long line do not depend on the pieces it came in."""
    data = b"NOOP " + b"x" * length + b"\r\n"
    cutter = LineCutter()
    (raw,) = [line for piece in cut_at(data, places) for line in cutter.cut(piece)]
    assert judge(raw) == judge(LineCutter().cut(data)[0])


def test_255_octets_are_a_line_and_256_are_too_long() -> None:
    """RFC 2449 section 4: a command line has at most 255 octets, its CRLF counted."""
    assert judge(b"x" * 253 + b"\r").fault is None
    assert judge(b"x" * 254 + b"\r").fault is Reason.LINE_TOO_LONG


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"NOOP\r", None),
        (b"NOOP", Reason.BARE_LF),
        (b"NO\rOP\r", Reason.BAD_OCTET),
        (b"NOOP\r\x00\r", Reason.BAD_OCTET),
        (b"NOOP\x00\r", Reason.BAD_OCTET),
        (b"NOOP\x7f\r", Reason.BAD_OCTET),
        (b"NOOP\t1\r", Reason.BAD_OCTET),
        (b"\xff\xf4NOOP\r", Reason.BAD_OCTET),
        ("\u017ftat\r".encode(), Reason.BAD_OCTET),
        (b"\r", None),
    ],
)
def test_each_fault_of_a_line_has_its_name(raw: bytes, fault: Reason | None) -> None:
    """NUL, controls, 8-bit octets, a bare CR and a bare LF are told apart from a sound line."""
    assert judge(raw).fault is fault


def test_a_bare_lf_is_a_line_end_where_the_server_takes_it() -> None:
    """Most real servers take LF alone; a personality may."""
    assert judge(b"NOOP", bare_lf=True).fault is None


_CONTENT = _ODD_OCTETS.map(lambda octets: octets + b"\r\n")


@given(_CONTENT)
def test_stuffing_comes_off_again(content: bytes) -> None:
    """unstuff undoes stuff, and no line of what was stuffed is a lone dot."""
    wire = stuff(content)
    assert unstuff(wire) == content
    assert b"\r\n.\r\n" not in wire
    assert not wire.startswith(b".\r\n")


@given(_CONTENT)
def test_a_body_counts_octets_without_the_stuffing(content: bytes) -> None:
    """RFC 1939 section 11: the size is the message's, not the wire's."""
    reply = Reply("+OK", stuff(content))
    assert reply.octets == len(content)
    assert b"".join(line + b"\r\n" for line in reply.lines) == content


def test_mail_without_leading_dots_is_not_copied() -> None:
    """Where no line begins with a dot, stuffing gives the very object back."""
    content = b"Subject: x\r\n\r\nbody.\r\n"
    assert stuff(content) is content


@given(st.binary())
def test_octets_survive_as_text(octets: bytes) -> None:
    """decode and encode are each other's reverse for any octets."""
    assert encode(decode(octets)) == octets


@given(st.text(max_size=2000))
def test_a_status_line_is_one_line_of_at_most_512_octets(text: str) -> None:
    """Whatever a template was filled with, the reply's first line stays one short line."""
    line = status_line(text)
    assert line.endswith(b"\r\n")
    assert len(line) <= 512
    assert line.count(b"\n") == line.count(b"\r") == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("-ERR [IN-USE] locked", "IN-USE"),
        ("-ERR [in-use]", "IN-USE"),
        ("-ERR [SYS/TEMP] later", "SYS/TEMP"),
        ("-ERR [not a code] x", ""),
        ("-ERR locked [IN-USE]", ""),
        ("-ERR", ""),
    ],
)
def test_a_response_code_stands_first_in_brackets(line: str, code: str) -> None:
    """RFC 2449 section 8: right behind the status indicator, any case."""
    assert Reply(line).code == code


@pytest.mark.parametrize("line", ["+ok", "OK", "+OKAY", "+ERR no", "421 bye", "", " +OK"])
def test_what_is_neither_ok_nor_err_has_no_status(line: str) -> None:
    """RFC 1939 section 3: the status indicators are upper case, first on the line, and two."""
    assert Reply(line).status is None
