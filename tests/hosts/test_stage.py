"""A call through all layers: TLS at both ends, faults, time, others at the mail, and the way back."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from chairs import EXTENDED, letters, personality
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.hosts import FAULTS, Host, Network, Stage
from simulator.hosts.script import CuePage, Script
from simulator.link import Authority, MemoryLink, TlsEndpoint, TlsFailed, TlsLink
from simulator.mailroom import Mailbox
from simulator.pop3 import Effect, Ending, Office, Pop3Client, Pop3Server, Reason, State

EVERYTHING = personality(**EXTENDED)
PLAIN = "AUTH PLAIN AG1yb3NlAHNlY3JldA=="
HOST = Host(
    "mail.example.test", "mail.example.test", "192.0.2.110", (110,), EVERYTHING, ("test",),
    tls_ports=(995,),
)  # fmt: skip


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def mailbox(_: str) -> Mailbox:
    return letters()


def stage_on(authority: Authority, host: Host = HOST) -> Stage:
    return Stage(Network([host], mailbox, authority=lambda: authority))


@pytest.fixture
def stage(authority: Authority) -> Stage:
    return stage_on(authority)


def log_in(stage: Stage) -> None:
    """USER and PASS."""
    assert [stage.say(line)[0].ok for line in ("USER mrose", "PASS secret")] == [True, True]


# TLS


def test_a_call_to_a_tls_port_is_sealed_from_the_greeting_on(stage: Stage) -> None:
    """RFC 8314 section 3: the handshake, then the greeting; on the wire no word can be read."""
    (greeting,) = stage.dial("mail.example.test", 995)
    assert greeting.did(Effect.GREETING)
    assert stage.tls is not None
    assert stage.tls.version == "TLSv1.3"
    log_in(stage)
    sent, received = stage.carried.sealed or (b"", b"")
    assert b"secret" in stage.carried.sent
    assert sent.startswith(b"\x17\x03\x03")
    for word in (b"secret", b"PASS", b"+OK"):
        assert word not in sent + received
    assert stage.client is not None
    assert stage.client.view.secure


def test_stls_holds_a_handshake_and_the_session_begins_anew(stage: Stage) -> None:
    """RFC 2595 section 4: in the clear up to the +OK, sealed behind it, and the name is forgotten."""
    stage.dial("mail.example.test")
    stage.say("USER mrose")
    (stls,) = stage.say("STLS")
    assert stls.did(Effect.SECURED)
    assert stage.carried.sent == b"STLS\r\n"
    assert (stage.carried.sealed or (b"", b""))[0].startswith(b"\x16\x03")
    assert stage.say("PASS secret")[0].reason is Reason.USER_FIRST
    log_in(stage)
    assert stage.say("STAT")[0].reply.line.startswith("+OK 3 ")
    assert stage.say("QUIT")[0].after is State.UPDATE
    assert not stage.connected


def test_a_program_without_tls_gets_no_greeting_from_a_tls_port(stage: Stage) -> None:
    """Both sides wait; a line typed all the same is no handshake, and the server hangs up."""
    assert stage.dial("mail.example.test", 995, secure=False) == []
    assert stage.connected
    assert stage.say("USER mrose") == []
    assert not stage.connected
    assert stage.end is not None
    assert stage.end.by is Ending.SERVER


def test_a_program_with_tls_fails_on_a_clear_port(stage: Stage) -> None:
    """The greeting is no TLS: the handshake fails, and no call is up."""
    with pytest.raises(TlsFailed, match="wrong version number"):
        stage.dial("mail.example.test", 110, secure=True)
    assert not stage.connected
    assert stage.dial("mail.example.test")[0].ok


def test_a_line_under_tls_can_be_taken_back(stage: Stage) -> None:
    """The state before a line comes back with TLS, across STLS too, though TLS itself is new."""
    stage.dial("mail.example.test")
    clear = stage.state()
    stage.say("STLS")
    log_in(stage)
    inside = stage.state()
    stage.say("DELE 1")
    stage.say("QUIT")
    stage.restore(inside)
    assert stage.tls is not None
    assert stage.say("STAT")[0].reply.line.startswith("+OK 3 ")
    stage.restore(clear)
    assert stage.tls is None
    assert stage.say("STLS")[0].ok
    log_in(stage)


def test_a_garbled_handshake_ends_the_call(stage: Stage) -> None:
    """STLS that fails: the +OK came, TLS did not, and nothing is said in the clear any more."""
    stage.dial("mail.example.test")
    stage.arm("tls-garbled")
    (stls,) = stage.say("STLS")
    assert stls.ok
    assert not stage.connected
    assert stage.trouble is not None
    assert stage.end is not None
    assert stage.end.by is Ending.SERVER


_CLEAR = b"STLS\r\n" + b"USER mrose\r\nPASS secret\r\nDELE 1\r\nQUIT\r\n" * 3


def test_stls_injection_through_tls_itself(authority: Authority) -> None:
    """1,000 random cuts of STLS with commands behind it, in the clear, before a real handshake.

    However it is cut, only STLS is answered. Where the handshake still comes about, the session
    behind it is new; where the clear octets spoil it, it fails.
    """
    chance = random.Random(1000)  # noqa: S311 - it must be the same each time
    server_context = authority.server_context(["mail.example.test"])
    client_context = authority.client_context()
    accounts = Network([HOST], mailbox).accounts(HOST)
    for _ in range(1000):
        server = Pop3Server(Office(EVERYTHING, accounts, "mail.example.test"), watch=True)
        endpoint = TlsEndpoint(server, server_context)
        link = MemoryLink(endpoint)
        link.receive()
        stop = chance.randint(len(b"STLS\r\n"), len(_CLEAR))
        cut = chance.randint(1, stop)
        link.send(_CLEAR[:cut])
        answered = link.receive() if chance.random() < 0.5 else b""
        link.send(_CLEAR[cut:stop])
        answered += link.receive()
        clear = answered.partition(b"\x15\x03")[0]  # an alert may follow
        assert clear in (b"+OK\r\n", b"")
        tls = TlsLink(link, client_context, "mail.example.test")
        try:
            tls.handshake()
        except TlsFailed:
            pass
        else:
            tls.send(b"STAT\r\n")
            assert tls.receive() == b"-ERR no\r\n"
        assert {exchange.keyword for exchange in server.exchanges()} <= {"GREETING", "STLS", "STAT"}
        assert server.session.user == ""


# Time


def test_autologout_comes_after_ten_minutes(stage: Stage) -> None:
    """RFC 1939 section 3: not before; then the line is closed and the marks are forgotten."""
    stage.dial("mail.example.test", 995)
    log_in(stage)
    stage.say("DELE 1")
    assert stage.wait(599) == []
    stage.say("NOOP")
    assert stage.wait(599) == []
    assert stage.connected
    stage.wait(1)
    assert not stage.connected
    assert stage.end is not None
    assert (stage.end.by, stage.end.forgotten) == (Ending.SERVER, (1,))


def test_a_line_typed_too_late_goes_nowhere(stage: Stage) -> None:
    """Where another call let the time pass, the next line finds the line closed."""
    stage.dial("mail.example.test")
    stage.network.wait(600)
    assert stage.say("USER mrose") == []
    assert not stage.connected


def test_a_late_reply_moves_the_clock(authority: Authority) -> None:
    """Nobody sleeps: what a reply waits for passes on the network's clock, and is told."""
    slow = replace(HOST, personality=personality(**{**EXTENDED, "delays": {"bad-credentials": 3}}))
    stage = stage_on(authority, slow)
    stage.dial("mail.example.test")
    stage.say("USER mrose")
    stage.say("PASS wrong")
    assert (stage.delay, stage.network.now) == (3, 3)


# Others at the mail


def test_a_script_acts_when_its_cue_comes(authority: Authority) -> None:
    """A lock at the call, gone after a while; mail after a RETR; a disk that fails at QUIT."""
    pages = [
        CuePage(when="dialled", happens="hold mrose by her phone"),
        CuePage(when="3m", happens="release mrose by her phone"),
        CuePage(when="RETR 1", happens="deliver mrose note"),
        CuePage(when="DELE", happens="trouble mrose update temporary"),
    ]
    stage = stage_on(authority, replace(HOST, script=Script.of(pages)))
    stage.dial("mail.example.test")
    stage.say("USER mrose")
    assert stage.say("PASS secret")[0].reason is Reason.IN_USE
    stage.wait(180)
    log_in(stage)
    stage.say("RETR 1")
    snapshot = stage.snapshot()
    assert snapshot is not None
    assert [item.number for item in snapshot.items] == [1, 2, 3, None]
    stage.say("DELE 1")
    assert stage.say("QUIT")[0].reply.code == "SYS/TEMP"


def test_a_script_goes_on_in_the_next_call(authority: Authority) -> None:
    """Who holds the lock holds it whether one hangs up or not; and it happens once, until reset."""
    pages = [
        CuePage(when="dialled", happens="hold mrose"),
        CuePage(when="3m", happens="release mrose"),
    ]
    stage = stage_on(authority, replace(HOST, script=Script.of(pages)))
    stage.dial("mail.example.test")
    stage.hang_up()
    stage.wait(180)
    stage.dial("mail.example.test")
    log_in(stage)
    stage.hang_up()
    stage.reset()
    stage.dial("mail.example.test")
    stage.say("USER mrose")
    assert stage.say("PASS secret")[0].reason is Reason.IN_USE


def test_directions_are_said_in_words(stage: Stage) -> None:
    """`wait`, `fault` and what others do; nonsense is a ValueError that says what to write."""
    stage.dial("mail.example.test")
    stage.direct("hold mrose by her phone")
    stage.say("USER mrose")
    assert stage.say("PASS secret")[0].reason is Reason.IN_USE
    stage.direct("release mrose")
    stage.direct("wait 10s")
    assert stage.network.now == 10
    stage.direct("fault reply-twice")
    assert [each.line for each in stage.say("USER mrose")] == ["USER mrose", None]
    for wrong in ("wait", "fault", "fault nothing", "sing", "hold nobody", "release mrose"):
        with pytest.raises(ValueError, match=r"\w"):
            stage.direct(wrong)


# Any dialogue, with faults and TLS, cut anywhere

_LINES = st.sampled_from([
    "CAPA", "STLS", "UTF8", "LANG de", "LANG", "AUTH PLAIN", "AG1yb3NlAHNlY3JldA==", "*", PLAIN,
    "USER mrose", "PASS secret", "STAT", "LIST", "RETR 1", "TOP 2 1", "UIDL", "DELE 1", "RSET", "LAST",
    "NOOP", "blah", "", "QUIT",
])  # fmt: skip
_MOVES = st.lists(
    st.one_of(
        _LINES, _LINES, _LINES,
        st.sampled_from(sorted(FAULTS)).map("!fault {}".format),
        st.sampled_from(["!wait 1m", "!wait 10m", "!deliver mrose note", "!remove mrose m1"]),
        st.just("!undo"),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(moves=_MOVES, port=st.sampled_from([110, 995]), logged_in=st.booleans())
def test_any_call_can_be_gone_through(
    moves: list[str], port: int, logged_in: bool, authority: Authority
) -> None:
    """Lines, faults, time and others in any order, sealed or not, taken back or not: no error."""
    stage = stage_on(authority)
    stage.dial("mail.example.test", port)
    before = stage.state()
    for move in [*(["USER mrose", "PASS secret"] if logged_in else []), *moves]:
        if move == "!undo":
            stage.restore(before)
        before = stage.state()
        if not stage.connected:
            stage.dial("mail.example.test", port)
        elif not move.startswith("!"):
            stage.say(move)
        elif move != "!undo":
            with suppress(ValueError):
                stage.direct(move[1:])
    if stage.connected:
        stage.hang_up()
    assert stage.end is not None


@settings(max_examples=100, deadline=None)
@given(lines=st.lists(_LINES, max_size=10), port=st.sampled_from([110, 995]))
def test_both_chairs_agree_through_tls(lines: list[str], port: int, authority: Authority) -> None:
    """What the client's end makes of a session equals what the server's end does, under TLS too."""
    stage = stage_on(authority)
    host, server = stage.network.connect("mail.example.test", port, watch=True)
    seen = []
    endpoint = TlsEndpoint(server, authority.server_context([host.name]), at_once=port == 995)
    link = MemoryLink(endpoint)
    client, line = Pop3Client(secure=port == 995), link
    if port == 995:
        line = TlsLink(link, authority.client_context(), host.name)  # type: ignore[assignment]
        line.handshake()  # type: ignore[attr-defined]
    client.receive_data(line.receive())
    for text in lines:
        if line.closed:
            break
        line.send(client.send(text))
        client.receive_data(line.receive())
        if client.wants_tls:
            line = TlsLink(link, authority.client_context(), host.name)  # type: ignore[assignment]
            line.handshake()  # type: ignore[attr-defined]
            client.tls_started()
        seen += client.exchanges()
    seen += client.exchanges()
    assert seen == server.exchanges()


def test_the_keys_are_for_their_owner_alone(authority: Authority) -> None:
    """Whoever could read them could pose as any practice host."""
    keys = [
        path for path in Path(authority.folder).iterdir() if b"PRIVATE KEY" in path.read_bytes()
    ]
    assert keys
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}
