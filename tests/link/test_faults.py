"""A line that goes wrong: which octets a fault strikes, what it makes of them, and the way back."""

from __future__ import annotations

import itertools
import re
import tracemalloc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.link.faults import (
    Delay,
    Drop,
    Fault,
    FaultyEndpoint,
    Garble,
    Repeat,
    Splice,
    Split,
    Substitute,
    Truncate,
)

#: Faults that can be on any reply of an octet or more.
ANYWHERE: list[Fault] = [Delay(2.5), Split(1), Split(3, most=2), Repeat(), Drop(2), Garble()]
#: Those, and some that can be on certain replies only.
FAULTS = st.sampled_from([
    *ANYWHERE, Substitute(b"2", b"two"), Truncate(b"[0-9]"), Splice(3, 5, b"!"), Splice(40, 50),
])  # fmt: skip


@dataclass
class Echo:
    """Says `<line>` for each line, and greets. Keeps what it was told."""

    waiting: list[bytes] = field(default_factory=lambda: [b"hello\r\n"])
    line: bytes = b""
    ended: int = 0
    hangs_up: bool = False

    def receive_data(self, data: bytes) -> None:
        *lines, self.line = (self.line + data).split(b"\n")
        for line in lines:
            self.waiting += [b"<", line.rstrip(b"\r"), b">\r\n"]

    def receive_eof(self) -> None:
        self.ended += 1
        self.hangs_up = True

    def data_to_send(self) -> list[bytes]:
        waiting, self.waiting = self.waiting, []
        return waiting


@dataclass
class Big:
    """Says one long reply to whatever it is told."""

    body: bytes
    waiting: list[bytes] = field(default_factory=list)
    hangs_up: bool = False
    wants_tls: bool = False

    def receive_data(self, data: bytes) -> None:
        self.waiting += [data, self.body, b".\r\n"]

    def receive_eof(self) -> None:
        self.hangs_up = True

    def tls_started(self) -> None:
        self.wants_tls = False

    def data_to_send(self) -> list[bytes]:
        waiting, self.waiting = self.waiting, []
        return waiting


def faulty(*faults: Fault) -> FaultyEndpoint:
    """An echo with these faults armed behind its greeting."""
    endpoint = FaultyEndpoint(Echo())
    assert b"".join(endpoint.data_to_send()) == b"hello\r\n"
    for fault in faults:
        endpoint.arm(fault)
    return endpoint


def say(endpoint: FaultyEndpoint, data: bytes) -> bytes:
    """What comes back for these octets."""
    endpoint.receive_data(data)
    answered = b""
    while pieces := endpoint.data_to_send():
        answered += b"".join(pieces)
    return answered


def cut(data: bytes, at: Sequence[int]) -> Iterable[bytes]:
    """`data` in pieces."""
    ends = sorted({n % (len(data) + 1) for n in at} | {0, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(ends)]


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_without_a_fault_all_is_as_it_was(pieces: list[bytes]) -> None:
    """Whatever is said, in any cutting, comes back as from the endpoint itself."""
    plain, wrapped = Echo(), FaultyEndpoint(Echo())
    for piece in pieces:
        plain.receive_data(piece)
        wrapped.receive_data(piece)
        assert list(wrapped.data_to_send()) == plain.data_to_send()
        assert (wrapped.delay, wrapped.struck, wrapped.hangs_up) == (0.0, (), False)


@pytest.mark.parametrize(
    ("fault", "reply"),
    [
        (Drop(2), b"<2"),
        (Drop(0), b""),
        (Drop(99), b"<234>\r\n"),
        (Delay(9), b"<234>\r\n"),
        (Split(1), b"<234>\r\n"),
        (Truncate(b"3"), b"<2"),
        (Truncate(b"3", keep=True), b"<24>\r\n"),
        (Truncate(b"[0-9]"), b"<23"),
        (Substitute(b"[0-9]", rb"\g<0>\g<0>"), b"<2234>\r\n"),
        (Substitute(b"[0-9]", b"x", "last"), b"<23x>\r\n"),
        (Substitute(b"[0-9]", b"x", "all"), b"<xxx>\r\n"),
        (Splice(0, 1, b"["), b"[234>\r\n"),
        (Splice(7, 7, b"more"), b"<234>\r\nmore"),
        (Repeat(), b"<234>\r\n<234>\r\n"),
        (Garble(0x01, 1, 2), b"<324>\r\n"),
        (Garble(0xFF, 5, 9), b"<234>\xf2\xf5"),
    ],
)
def test_a_fault_strikes_the_next_reply_only(fault: Fault, reply: bytes) -> None:
    """What each fault makes of a reply; then it is spent, and the next reply is whole."""
    endpoint = faulty(fault)
    assert endpoint.armed == (fault,)
    assert say(endpoint, b"234\r\n") == reply
    assert (endpoint.armed, endpoint.struck) == ((), (fault,))
    assert say(endpoint, b"again\r\n") == (b"" if isinstance(fault, Drop) else b"<again>\r\n")
    assert endpoint.struck == ()


@given(st.lists(FAULTS, max_size=4), st.lists(st.integers(0, 99), max_size=6))
def test_no_cutting_changes_which_reply_is_struck(faults: list[Fault], at: list[int]) -> None:
    """Four requests in one burst are answered as the same four in any pieces."""
    burst = b"1\r\n2\r\n33333\n4\r\n"
    whole, pieces = faulty(*faults), faulty(*faults)
    answered = say(whole, burst)
    assert b"".join(say(pieces, piece) for piece in cut(burst, at)) == answered
    assert (whole.armed, whole.hangs_up) == (pieces.armed, pieces.hangs_up)


@given(st.lists(FAULTS, max_size=5), st.integers(0, 4), st.integers(0, 4))
def test_any_line_can_be_taken_back(faults: list[Fault], before: int, after: int) -> None:
    """Restored, it goes on as it did the first time; the state itself never changes."""
    endpoint = faulty(*faults)
    for n in range(before):
        say(endpoint, b"%d\r\n" % n)
    endpoint.receive_data(b"waiting\r\n")
    state, inner = endpoint.state(), endpoint._inner
    assert isinstance(inner, Echo)
    kept = (list(inner.waiting), inner.ended, inner.hangs_up)

    def go_on() -> list[object]:
        seen = [(say(endpoint, b"%d\r\n" % n), endpoint.delay) for n in range(after)]
        return [*seen, endpoint.armed, endpoint.hangs_up]

    first = go_on()
    endpoint.restore(state)
    inner.waiting, inner.ended, inner.hangs_up = list(kept[0]), kept[1], kept[2]
    assert endpoint.state() == state
    assert go_on() == first


def test_the_line_goes_down() -> None:
    """Behind a drop nothing is carried either way, and the endpoint inside is told, once."""
    endpoint = faulty(Drop(1))
    assert say(endpoint, b"1\r\n2\r\n") == b"<"
    assert endpoint.hangs_up
    assert say(endpoint, b"3\r\n") == b""
    inner = endpoint._inner
    assert isinstance(inner, Echo)
    assert (inner.ended, inner.line, inner.waiting) == (1, b"", [])


def test_a_delay_is_told_and_not_slept() -> None:
    """The carrier reads how long the octets in hand are on their way; delays of one burst add up."""
    endpoint = faulty(Delay(30.0), Delay(5.0))
    assert say(endpoint, b"1\r\n2\r\n3\r\n") == b"<1>\r\n<2>\r\n<3>\r\n"
    assert endpoint.delay == 35.0
    assert say(endpoint, b"4\r\n") == b"<4>\r\n"
    assert endpoint.delay == 0.0


def test_a_split_reply_comes_in_pieces() -> None:
    """Of so many octets each; behind the most pieces there may be, the rest in one."""
    endpoint = faulty(Split(2), Split(1, most=3))
    endpoint.receive_data(b"234\r\n")
    assert [bytes(piece) for piece in endpoint.data_to_send()] == [b"<2", b"34", b">\r", b"\n"]
    endpoint.receive_data(b"234\r\n")
    assert [bytes(piece) for piece in endpoint.data_to_send()] == [b"<", b"2", b"3", b"4>\r\n"]


def test_a_fault_waits_for_a_reply_on_which_it_can_be() -> None:
    """It lets the next fault have the reply, and strikes the first that fits."""
    waits, spent = Substitute(b"7", b"seven"), Repeat()
    endpoint = faulty(waits, spent)
    assert say(endpoint, b"1\r\n") == b"<1>\r\n<1>\r\n"
    assert endpoint.armed == (waits,)
    assert say(endpoint, b"2\r\n7\r\n7\r\n") == b"<2>\r\n<seven>\r\n<7>\r\n"
    assert endpoint.armed == ()


@pytest.mark.parametrize(
    "fault",
    [Splice(5, 99), Splice(4, 3), Splice(-1, 2), Truncate(b"x"), Substitute(b"x", b""),
     Substitute(b"x", b"", "last"), Substitute(b"x", b"", "all"), Garble(start=99), Garble(0)],
)  # fmt: skip
def test_a_fault_that_cannot_be_stays_armed(fault: Fault) -> None:
    """The reply goes out as it is."""
    endpoint = faulty(fault)
    assert say(endpoint, b"1\r\n") == b"<1>\r\n"
    assert endpoint.armed == (fault,)
    endpoint.disarm()
    assert endpoint.armed == ()


def test_a_greeting_is_a_reply() -> None:
    """Armed before anything is said, a fault is in the greeting, and not in what follows it."""
    for data in (b"", b"1\r\n"):
        endpoint = FaultyEndpoint(Echo())
        endpoint.arm(Repeat())
        assert say(endpoint, data).startswith(b"hello\r\nhello\r\n")
        assert say(endpoint, b"2\r\n") == b"<2>\r\n"


def test_tls_is_passed_through() -> None:
    """What the endpoint inside wants of its link is wanted outside; one without TLS wants none."""
    inner = Big(b"", wants_tls=True)
    endpoint = FaultyEndpoint(inner)
    assert endpoint.wants_tls
    endpoint.tls_started()
    assert not inner.wants_tls
    plain = FaultyEndpoint(Echo())
    plain.tls_started()
    assert not plain.wants_tls


def test_who_hangs_up_is_heard() -> None:
    """The other side's going is passed on, and that the endpoint inside hangs up."""
    endpoint = faulty()
    endpoint.receive_eof()
    assert endpoint.hangs_up


@pytest.mark.parametrize(
    "fault",
    [Drop(10**7), Delay(1), Split(1), Truncate(rb"\.\r\n\Z"), Substitute(b"needle", b"hay"),
     Splice(9, 12), Repeat(), Garble(), Truncate(b"never")],
)  # fmt: skip
def test_a_long_body_is_copied_once(fault: Fault) -> None:
    """A body of 20 MB is joined once; faults give views of it."""
    body = b"straw and " * 1_000_000 + b"needle\r\n" + b"hay straw " * 1_000_000
    endpoint = FaultyEndpoint(Big(body))
    endpoint.arm(fault)
    tracemalloc.start()
    try:
        endpoint.receive_data(b"+OK\r\n")
        pieces = endpoint.data_to_send()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(map(len, pieces))
    assert peak < len(body) + 1_000_000


@given(st.binary(min_size=1, max_size=60), st.integers(0, 70), st.integers(0, 70), st.binary())
def test_an_edit_is_a_splice(reply: bytes, start: int, stop: int, by: bytes) -> None:
    """What is not edited stays octet for octet."""
    struck = Splice(start, stop, by).strike(reply)
    if struck is None:
        assert not start <= stop <= len(reply)
    else:
        assert b"".join(struck.pieces) == reply[:start] + by + reply[stop:]


@given(st.binary(max_size=60), st.sampled_from([b"a", b"[a-f]", b"", b"\\r\\n"]), st.binary())
def test_substituting_is_what_re_does(reply: bytes, pattern: bytes, by: bytes) -> None:
    """First and all are re.sub's own."""
    template = by.replace(b"\\", b"\\\\")
    for which, count in (("first", 1), ("all", 0)):
        struck = Substitute(pattern, template, which).strike(reply)  # type: ignore[arg-type]
        expected, times = re.subn(pattern, template, reply, count=count)
        assert (struck is None) == (times == 0)
        if struck is not None:
            assert b"".join(struck.pieces) == expected
