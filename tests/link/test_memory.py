"""The line within one process: what it carries, and what it remembers of that."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from simulator.link import MemoryLink, memory


class Parrot:
    """Says each piece again, and hangs up when it is left alone."""

    def __init__(self) -> None:
        self.said: list[bytes | memoryview] = [b"+OK\r\n"]
        self.heard: list[bytes] = []
        self.hangs_up = False
        self.ends = 0

    def receive_data(self, data: bytes) -> None:
        self.heard.append(data)
        self.said.append(memoryview(data))

    def receive_eof(self) -> None:
        self.ends += 1
        self.hangs_up = True

    def data_to_send(self) -> Sequence[bytes | memoryview]:
        said, self.said = self.said, []
        return said


def test_what_was_carried_is_told_once() -> None:
    """`carried` gives the octets both ways since the last call, and nothing twice."""
    link = MemoryLink(Parrot())
    assert link.receive() == b"+OK\r\n"
    link.send(b"NOOP\r\n")
    link.send(b"STAT\r\n")
    assert link.receive() == b"NOOP\r\nSTAT\r\n"
    assert link.carried() == (b"NOOP\r\nSTAT\r\n", b"+OK\r\nNOOP\r\nSTAT\r\n")
    assert link.carried() == (b"", b"")


def test_what_was_not_fetched_was_not_carried() -> None:
    """An answer is on the wire when it is received, not before."""
    link = MemoryLink(Parrot())
    link.send(b"A")
    assert link.carried() == (b"A", b"")
    assert link.receive() == b"+OK\r\nA"
    assert link.carried() == (b"", b"+OK\r\nA")


def test_pieces_come_as_the_endpoint_gave_them() -> None:
    """`receive_pieces` joins nothing, leaves out what is empty, and counts as carried."""
    link = MemoryLink(Parrot(), cut=lambda data: [data[:2], b"", data[2:]])
    link.send(b"abcd")
    assert link.receive_pieces() == [b"+OK\r\n", b"ab", b"cd"]
    assert link.receive_pieces() == []
    assert link.carried() == (b"abcd", b"+OK\r\nabcd")


def test_a_big_answer_is_remembered_by_reference() -> None:
    """What `receive` gave and what `carried` gives of it is one object."""
    parrot = Parrot()
    link = MemoryLink(parrot)
    parrot.said = [bytes(1_000_000), bytes(1_000_000)]
    assert link.receive() is link.carried()[1]


def test_a_line_that_nobody_asks_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond its measure a line forgets the oldest pieces, and never the last."""
    monkeypatch.setattr(memory, "KEPT", 10_000)
    parrot = Parrot()
    link = MemoryLink(parrot)
    for number in range(10_000):
        link.send(b"%05d" % number)
    sent, _ = link.carried()
    assert sent.endswith(b"0999809999")
    assert len(sent) <= 10_000
    parrot.said = [bytes(50_000)]
    assert link.receive() == link.carried()[1]


def test_a_closed_line_carries_nothing() -> None:
    """Closing tells the endpoint once; sending then is an error of the connection."""
    parrot = Parrot()
    link = MemoryLink(parrot)
    link.close()
    link.close()
    assert parrot.ends == 1
    assert link.closed
    with pytest.raises(ConnectionResetError, match="the line is closed"):
        link.send(b"NOOP\r\n")
