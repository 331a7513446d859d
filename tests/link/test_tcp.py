"""A line over TCP: octets both ways, waiting that can be ended, and every way in which it can end."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from servers import GREETING, LIMIT, Peer, authority, served

from simulator.link import Address, TcpLink, TlsFailed, TlsLink, dial_tcp, resolve


@contextmanager
def line_to(talk: Callable[[Peer], object]) -> Iterator[TcpLink]:
    """A link to a server that talks so."""
    with served(talk) as port:
        link, _ = dial_tcp(resolve("127.0.0.1", port), lambda _: None)
        try:
            yield link
        finally:
            link.close()


def gather(link: TcpLink | TlsLink, wire: TcpLink, size: int) -> bytes:
    """So many octets, or all there are before the end."""
    came = bytearray()
    while len(came) < size and not link.closed:
        came += link.receive()
        if len(came) < size and not link.closed:
            assert wire.wait(LIMIT)
    return bytes(came)


def greet(peer: Peer) -> None:
    """Greet, and stay until the other side goes."""
    peer.say(GREETING)
    peer.hear()


def test_octets_go_both_ways_and_are_remembered() -> None:
    """What is sent arrives, what is answered is received, and `carried` has both, once."""

    def echo(peer: Peer) -> None:
        peer.say(b"you said " + peer.hear())
        peer.hear()

    with line_to(echo) as link:
        link.send(b"NOOP\r\n")
        assert gather(link, link, 13) == b"you said NOOP"
        assert link.carried() == (b"NOOP\r\n", b"you said NOOP")
        assert link.carried() == (b"", b"")


def test_without_patience_it_gives_what_is_there() -> None:
    """Nothing has come, so nothing is given, at once, and the line is open."""
    with line_to(lambda peer: peer.hear()) as link:
        assert link.receive() == b""
        assert not link.wait(0)
        assert not link.closed


def test_a_wait_can_be_ended_from_another_thread() -> None:
    """`wake` ends the wait that is on."""
    with line_to(lambda peer: peer.hear()) as link:
        began = threading.Event()

        def wake() -> None:
            began.wait(LIMIT)
            link.wake()

        waker = threading.Thread(target=wake)
        waker.start()
        began.set()
        assert not link.wait(LIMIT)
        waker.join(LIMIT)


def test_a_wake_before_the_wait_is_not_lost() -> None:
    """Looking for octets does not use it up; one wait does."""
    with line_to(greet) as link:
        assert link.wait(LIMIT)
        link.wake()
        assert link.receive() == GREETING
        assert link.receive() == b""
        assert not link.wait(LIMIT)
        link.send(b"x\r\n")
        assert link.wait(LIMIT)  # the end, which comes behind that


def test_many_wakes_are_one() -> None:
    """However often it is called, it blocks nobody, and one wait is ended."""
    with line_to(lambda peer: peer.hear()) as link:
        for _ in range(100_000):
            link.wake()
        assert not link.wait(LIMIT)


@pytest.mark.parametrize("end", [Peer.hear, Peer.reset], ids=["fin", "reset"])
def test_the_other_side_goes(end: Callable[[Peer], object]) -> None:
    """In whatever manner: the line is closed, nothing comes, and sending says so."""
    with line_to(lambda peer: (peer.hear(), end(peer))) as link:
        link.send(b"x\r\ny\r\n")
        assert link.wait(LIMIT)
        assert link.receive() == b""
        assert link.closed
        assert link.wait(LIMIT)
        with pytest.raises(ConnectionError):
            link.send(b"NOOP\r\n")


def test_closing_twice_is_closing() -> None:
    """And behind it nothing is sent, received or waited for; waking harms nobody."""
    with line_to(lambda peer: peer.hear()) as link:
        link.close()
        link.close()
        link.wake()
        assert link.closed
        assert link.receive() == b""
        with pytest.raises(ConnectionError):
            link.send(b"x")


def test_much_comes_whole() -> None:
    """Twenty million octets, in whatever pieces the kernel likes."""
    body = bytes(range(256)) * 80_000

    def pour(peer: Peer) -> None:
        peer.say(body)
        peer.hear()

    with line_to(pour) as link:
        assert gather(link, link, len(body)) == body


def test_tls_over_it() -> None:
    """The link around links goes around this one: handshake, octets, the name checked, the end."""

    def talk(peer: Peer) -> None:
        peer.secure()
        peer.say(GREETING)
        peer.say(peer.hear() + b"!")

    with line_to(talk) as wire:
        wire.patience = LIMIT
        tls = TlsLink(wire, authority().client_context(), "localhost")
        tls.handshake()
        wire.patience = 0
        assert gather(tls, wire, len(GREETING)) == GREETING
        tls.send(b"NOOP\r\n")
        assert gather(tls, wire, 5) == b"NOOP!"
        tls.close()


def test_a_handshake_that_nobody_answers() -> None:
    """It is given up when patience is at its end, and the line is closed."""

    def listen(peer: Peer) -> None:
        while peer.line.recv(65536):
            pass

    with line_to(listen) as wire:
        wire.patience = 0.01
        with pytest.raises(TlsFailed) as caught:
            TlsLink(wire, authority().client_context(), "localhost").handshake()
        assert caught.value.reason == "no-answer"
        assert wire.closed


def test_the_next_address_is_tried() -> None:
    """Where the first does not take the call; each is told before it is tried."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nobody = gone.getsockname()[1]
    with served(greet) as port:
        tried: list[Address] = []
        addresses = [*resolve("127.0.0.1", nobody), *resolve("127.0.0.1", port)]
        link, reached = dial_tcp(addresses, tried.append)
        link.close()
        assert tried == addresses
        assert reached == addresses[1]
        with pytest.raises(ConnectionRefusedError):
            dial_tcp(addresses[:1], tried.append)


def test_a_name_that_is_none() -> None:
    """No host has an empty label in its name."""
    with pytest.raises(UnicodeError):
        resolve("a..b", 110)


def test_a_name_server_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for without end, and what it says later harms nobody."""
    asked = threading.Event()

    def never(*_: Any, **__: Any) -> list[Any]:
        asked.wait(LIMIT)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    with pytest.raises(TimeoutError):
        resolve("pop.example.org", 110, seconds=0.01)
    asked.set()


@pytest.mark.parametrize(
    ("text", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("::ffff:127.0.0.1", True),
     ("192.0.2.110", False), ("2001:db8::110", False), ("::ffff:192.0.2.1", False),
     ("fe80::1%lo", False), ("nowhere", False)],
)  # fmt: skip
def test_what_is_loopback(text: str, loopback: bool) -> None:
    """The machine itself, in whatever form it is written, and nothing else."""
    assert Address(socket.AF_INET, (text, 110)).loopback is loopback
