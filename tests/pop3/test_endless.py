"""A reply whose body never ends: the client takes so much of it and no more."""

from __future__ import annotations

import pytest

from simulator.pop3 import Ending, Pop3Client, State

LINE = b"x" * 62 + b"\r\n"


def retrieving(longest_body: int) -> Pop3Client:
    """A client in TRANSACTION with two messages marked, whose RETR was answered with +OK."""
    client = Pop3Client(longest_body=longest_body)
    client.receive_data(b"+OK ready\r\n")
    for line, reply in (("USER mira", b"+OK\r\n"), ("PASS kettle42", b"+OK\r\n"),
                        ("DELE 2", b"+OK\r\n"), ("RETR 1", b"+OK\r\n")):  # fmt: skip
        client.send(line)
        client.receive_data(reply)
    client.exchanges()
    return client


def test_a_body_within_the_bound_is_taken() -> None:
    """As many octets as the bound says may come before the end does."""
    client = retrieving(len(LINE) * 4)
    client.receive_data(LINE * 4)
    assert not client.gave_up
    client.receive_data(b".\r\n")
    assert client.exchanges()[0].reply.octets == len(LINE) * 4


@pytest.mark.parametrize("cut", [1, 63, 4096])
def test_a_body_beyond_the_bound_ends_the_session(cut: int) -> None:
    """One octet more ends it from the client's side, the marks are lost, and no octet is kept."""
    client = retrieving(len(LINE) * 4)
    endless = LINE * 5
    for start in range(0, len(endless), cut):
        client.receive_data(endless[start : start + cut])
    assert client.gave_up
    assert client.exchanges() == []
    assert client.end is not None
    assert (client.end.by, client.end.state, client.end.forgotten) == (
        Ending.DROP, State.TRANSACTION, (2,),
    )  # fmt: skip
    assert client.snapshot().buffer == b""
    client.receive_data(b".\r\n+OK\r\n")
    assert client.exchanges() == []


def test_it_is_remembered() -> None:
    """A client that is put back knows that it has given up."""
    client = retrieving(10)
    client.receive_data(LINE)
    again = Pop3Client()
    again.restore(client.snapshot())
    assert again.gave_up
