"""The named faults: what each does to the octets of a reply, and what a client makes of it."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from simulator.hosts.faults import FAULTS, FaultError, NamedFault, fault_named
from simulator.link import MemoryLink, TlsEndpoint, TlsFailed, TlsLink
from simulator.link.faults import Delay, FaultyEndpoint
from simulator.mailroom import Accounts, Mailbox, Message
from simulator.pop3 import (
    End,
    Ending,
    Exchange,
    Office,
    Personality,
    Policy,
    Pop3Client,
    Pop3Server,
    State,
)

WORDING = {
    "greeting": "ready",
    "pass": "{user}'s maildrop has {messages} ({octets} octets)",
    "list": "{messages} ({octets} octets)",
    "retr": "{size} octets",
    "quit": "signing off",
    "err": "no",
}
DOTTED = b"Subject: Dots\r\n\r\nfirst\r\n.second\r\nthird\r\nfourth\r\n"
PLAIN = b"Subject: Plain\r\n\r\n" + b"word\r\n" * 9
ALONE = b"Subject: A dot\r\n\r\nbefore\r\n.\r\nbehind\r\n+OK and on\r\n"
CLEAR = [fault for fault in FAULTS.values() if not fault.handshake]


def accounts() -> Accounts:
    """A maildrop with a dot in a line, without, and with a line that is a dot."""
    messages = tuple(
        Message(f"m{n}", f"uid-{n}", content) for n, content in enumerate((DOTTED, PLAIN, ALONE), 1)
    )
    return Accounts([Mailbox("test", "mrose", "", "secret", "secret", "", messages)])


def server(mail: Accounts) -> Pop3Server:
    """A server without extensions."""
    manner = Personality("plain", "a plain server", WORDING, Policy(offers=("TOP", "UIDL", "USER")))
    return Pop3Server(Office(manner, mail, "host"))


@dataclass
class Line:
    """Both chairs, with a line between them in which faults can be armed."""

    mail: Accounts = field(default_factory=accounts)
    client: Pop3Client = field(default_factory=Pop3Client)
    wire: bytes = b""  #: the octets that came for the last line

    def __post_init__(self) -> None:
        self.endpoint = FaultyEndpoint(server(self.mail))
        self.said: list[Exchange] = []
        self._pump()

    def say(self, *lines: str) -> list[Exchange]:
        """Send each line; the Exchanges that came of them."""
        start = len(self.said)
        for line in lines:
            self.endpoint.receive_data(self.client.send(line))
            self._pump()
        return self.said[start:]

    def log_in(self) -> None:
        """USER and PASS."""
        assert all(exchange.ok for exchange in self.say("USER mrose", "PASS secret"))

    def _pump(self) -> None:
        pieces = [bytes(piece) for piece in self.endpoint.data_to_send()]
        self.wire = b"".join(pieces)
        for piece in pieces:
            self.client.receive_data(piece)
        self.said += self.client.exchanges()
        if self.endpoint.hangs_up:
            self.client.receive_eof()


@pytest.fixture
def line() -> Line:
    """A session in TRANSACTION."""
    line = Line()
    line.log_in()
    return line


def test_a_table_that_can_be_read_out() -> None:
    """Each fault has its name, one line about it, and a rule with its section."""
    for name, fault in FAULTS.items():
        assert fault.name == name
        assert "\n" not in fault.meaning
        assert len(fault.meaning) < 70
        assert re.fullmatch(r"RFC [0-9]{4} §[0-9.]+(, §[0-9.]+)*", fault.standard)


def test_a_fault_is_found_by_its_name() -> None:
    """In any letter case; `delay` may say how long."""
    assert fault_named("unstuffed-dot") is fault_named(" Unstuffed-Dot ") is FAULTS["unstuffed-dot"]
    late = fault_named("delay 2m")
    assert late.make(b"+OK\r\n") == Delay(120.0)
    assert (late.name, late.meaning) == ("delay", FAULTS["delay"].meaning)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("unstufed", "did you mean 'unstuffed-dot'"),
        ("", "write one of drop"),
        ("earthquake", "write one of drop"),
        ("drop 3", "behind 'drop'"),
        ("delay soon", "90s"),
        ("delay 1s 2s", "behind 'delay'"),
    ],
)
def test_another_name_is_told_which_was_meant(text: str, said: str) -> None:
    """With all there are, where none is near."""
    with pytest.raises(FaultError) as caught:
        fault_named(text)
    assert said in str(caught.value)


@given(st.text())
def test_any_name_finds_a_fault_or_says_so(text: str) -> None:
    """Nothing else is raised."""
    try:
        fault_named(text)
    except FaultError:
        return


def struck(fault: str, line: Line, said: str) -> tuple[bytes, bytes]:
    """What a reply is, and what it is with the fault in it."""
    line.say(said)
    right = line.wire
    line.endpoint.arm(FAULTS[fault])
    line.say(said)
    assert line.endpoint.armed == ()
    assert [each.name for each in line.endpoint.struck] == [fault]  # type: ignore[attr-defined]
    return right, line.wire


@pytest.mark.parametrize(
    ("fault", "said", "pattern", "by"),
    [
        ("truncated-body", "RETR 1", rb"(?s)\.\.second.*(?=\.\r\n\Z)", b""),
        ("truncated-body", "RETR 2", rb"(word\r\n){6}", b""),
        ("missing-terminator", "LIST", rb"\.\r\n\Z", b""),
        ("unstuffed-dot", "RETR 1", rb"\.\.second", b".second"),
        ("unstuffed-dot", "RETR 3", rb"\r\n\.\.\r\n", b"\r\n.\r\n"),
        ("wrong-octet-count", "RETR 1", rb"\+OK 48", b"+OK 47"),
        ("wrong-octet-count", "LIST", rb"\r\n1 48", b"\r\n1 47"),
        ("wrong-octet-count", "LIST 1", b" 48", b" 47"),
        ("wrong-octet-count", "STAT", b"3 169", b"3 165"),
        ("err-with-plus", "NONSENSE", b"-ERR", b"+ERR"),
        ("drop", "NOOP", rb"OK\r\n", b"O"),
    ],
)
def test_what_a_fault_makes_of_a_reply(
    fault: str, said: str, pattern: bytes, by: bytes, line: Line
) -> None:
    """The reply, with that one thing wrong in it."""
    right, wrong = struck(fault, line, said)
    expected, count = re.subn(pattern, lambda _: by, right)
    assert count
    assert wrong == expected


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("truncated-body", "STAT"),
        ("truncated-body", "NONSENSE"),
        ("missing-terminator", "LIST 1"),
        ("unstuffed-dot", "RETR 2"),
        ("unstuffed-dot", "NOOP"),
        ("wrong-octet-count", "NOOP"),
        ("wrong-octet-count", "UIDL"),
        ("wrong-octet-count", "TOP 1 1"),
        ("err-with-plus", "NOOP"),
        ("tls-garbled", "NOOP"),
    ],
)
def test_a_fault_waits_where_it_cannot_be(fault: str, said: str, line: Line) -> None:
    """The reply is whole, and the fault is armed still."""
    line.say(said)
    right = line.wire
    line.endpoint.arm(FAULTS[fault])
    line.say(said)
    assert line.wire == right
    assert line.endpoint.armed == (FAULTS[fault],)


def test_a_line_that_goes_down(line: Line) -> None:
    """The client sees no reply, and the session end from the server's side; no mark is carried out."""
    line.say("DELE 1")
    line.endpoint.arm(FAULTS["drop"])
    assert line.say("RETR 2") == []
    assert line.client.end == End(Ending.SERVER, State.TRANSACTION, "mrose", (), (1,))
    assert len(line.mail.snapshot("mrose").items) == 3
    assert not line.mail.snapshot("mrose").locked


def test_the_answer_to_quit_is_lost() -> None:
    """The update took place, and the client cannot know."""
    line = Line()
    line.log_in()
    line.say("DELE 1")
    line.endpoint.arm(FAULTS["drop"])
    assert line.say("QUIT") == []
    assert line.client.end is not None
    assert line.client.end.by is Ending.SERVER
    assert len(line.mail.snapshot("mrose").items) == 2


@pytest.mark.parametrize("fault", ["delay", "split", "wrong-octet-count"])
def test_faults_after_which_all_goes_on(fault: str, line: Line) -> None:
    """Late, in pieces or with a wrong count: the Exchange is whole, and so is the next."""
    (right,) = line.say("RETR 1")
    line.endpoint.arm(FAULTS[fault])
    (struck,) = line.say("RETR 1")
    assert struck.reply.body == right.reply.body
    assert (struck == right) is (fault != "wrong-octet-count")
    assert line.say("RETR 1") == [right]


def test_late_and_in_pieces() -> None:
    """A delay is told to the carrier; a split reply has a piece for each octet."""
    line = Line()
    line.endpoint.arm(FAULTS["delay"])
    line.say("NOOP")
    assert line.endpoint.delay == 30.0
    line.endpoint.arm(FAULTS["split"])
    line.endpoint.receive_data(b"NOOP\r\n")
    assert {len(piece) for piece in line.endpoint.data_to_send()} == {1}


def test_a_body_that_ends_early(line: Line) -> None:
    """Fewer octets come than the +OK line told; the session goes on."""
    line.endpoint.arm(FAULTS["truncated-body"])
    (short,) = line.say("RETR 2")
    assert short.reply.text == f"{len(PLAIN)} octets"
    assert 0 < short.reply.octets < len(PLAIN)
    assert line.say("NOOP")[0].ok


def test_a_body_without_an_end(line: Line) -> None:
    """The client waits; the next reply with a terminator ends it, and one answer is amiss."""
    line.endpoint.arm(FAULTS["missing-terminator"])
    assert line.say("LIST") == []
    assert line.client.waiting == 1
    (both,) = line.say("UIDL")
    assert b"+OK" in (both.reply.body or b"")
    assert line.client.waiting == 1


def test_a_dot_that_is_not_stuffed(line: Line) -> None:
    """A client takes the one dot off: the line has lost an octet, and nothing says so."""
    line.endpoint.arm(FAULTS["unstuffed-dot"])
    (struck,) = line.say("RETR 1")
    assert b"second" in struck.reply.lines
    assert struck.reply.octets == len(DOTTED) - 1
    assert line.say("NOOP")[0].ok


def test_a_lone_dot_that_is_not_stuffed(line: Line) -> None:
    """The body ends there, and what follows is taken for replies that nobody asked for."""
    line.endpoint.arm(FAULTS["unstuffed-dot"])
    struck, *unasked = line.say("RETR 3")
    assert struck.reply.lines[-1] == b"before"
    assert [each.reply.line for each in unasked] == ["behind", "+OK and on", "."]
    assert all(each.command is None for each in unasked)
    assert line.say("NOOP")[0].ok


def test_an_error_with_a_plus(line: Line) -> None:
    """It is no status indicator: neither done nor refused."""
    line.endpoint.arm(FAULTS["err-with-plus"])
    (odd,) = line.say("RETR 99")
    assert odd.reply.status is None
    assert not odd.ok
    assert line.say("NOOP")[0].ok


def test_a_reply_that_comes_twice(line: Line) -> None:
    """The second is a reply that nobody asked for."""
    line.endpoint.arm(FAULTS["reply-twice"])
    first, second = line.say("STAT")
    assert first.reply == second.reply
    assert second.command is None
    assert line.say("NOOP")[0].ok


LINES = st.sampled_from([
    "USER mrose", "PASS secret", "STAT", "LIST", "LIST 1", "UIDL", "RETR 1", "RETR 2", "RETR 3",
    "TOP 1 1", "DELE 1", "RSET", "NOOP", "NONSENSE", "QUIT", "CAPA", "",
])  # fmt: skip


@given(
    st.booleans(),
    st.lists(st.one_of(LINES, st.sampled_from(CLEAR)), max_size=14),
    st.lists(st.integers(1, 60), max_size=5),
)
def test_a_client_lives_with_any_fault(
    logged_in: bool, does: list[str | NamedFault], ends: list[int]
) -> None:
    """Whatever is said and armed, in whatever pieces it comes, the client never raises."""
    line = Line()
    if logged_in:
        line.log_in()
    for each in does:
        if isinstance(each, NamedFault):
            line.endpoint.arm(each)
            continue
        line.endpoint.receive_data(line.client.send(each))
        wire = b"".join(line.endpoint.data_to_send())
        cuts = sorted({0, len(wire), *(end for end in ends if end < len(wire))})
        for start, end in pairwise(cuts):
            line.client.receive_data(wire[start:end])
        line.client.exchanges()
        if line.endpoint.hangs_up:
            line.client.receive_eof()
    line.client.hang_up()
    assert line.client.end is not None


@given(st.binary(), st.sampled_from(sorted(FAULTS)))
def test_any_reply_is_broken_or_left_alone(reply: bytes, name: str) -> None:
    """No octets make a fault raise."""
    for octets in (reply, b"+OK " + reply, b"+OK\r\n" + reply + b"\r\n.\r\n"):
        fault = FAULTS[name].strike(octets)
        assert fault is None or isinstance(b"".join(fault.pieces), bytes)


@given(st.lists(st.sampled_from([b".", b"..", b"..x", b"1 22", b"", b"a"]), max_size=6))
def test_a_fault_in_a_body_stays_in_it(rows: list[bytes]) -> None:
    """The first line and the terminator are what they were, where the fault is in the body."""
    first, body = b"+OK here it is\r\n", b"".join(row + b"\r\n" for row in rows)
    for name in ("truncated-body", "unstuffed-dot"):
        struck = FAULTS[name].strike(first + body + b".\r\n")
        if struck is None:
            assert not rows or (name == "unstuffed-dot" and not re.search(rb"(?m)^\.\.", body))
            continue
        wrong = b"".join(struck.pieces)
        assert wrong.startswith(first)
        assert wrong.endswith(b"\r\n.\r\n")
        assert len(wrong) < len(first + body) + 3


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_garbled_handshake_fails(version: ssl.TLSVersion) -> None:
    """No session comes of it, and the next call is as good as any."""
    authority = trustme.CA()
    context, own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("host.test").configure_cert(context)
    authority.configure_trust(own)
    context.maximum_version = version
    for garbled in (True, False):
        line = FaultyEndpoint(TlsEndpoint(server(accounts()), context, at_once=True))
        if garbled:
            line.arm(FAULTS["tls-garbled"])
        link = TlsLink(MemoryLink(line), own, "host.test")
        if garbled:
            with pytest.raises(TlsFailed):
                link.handshake()
        else:
            link.handshake()
            link.send(b"USER mrose\r\n")
            assert link.receive().startswith(b"+OK ready")
