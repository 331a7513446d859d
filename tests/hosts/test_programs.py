"""Command lines that call: what each program reads in them, and what it says to the rest."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.hosts import NoSuchHost, Refused, Stage
from simulator.hosts.programs import CALLERS, Dialing, Order, Program, read_call
from simulator.link import TlsFailed
from simulator.pop3 import Ending

S_CLIENT = "openssl s_client"
HOST = "mail.example.test"


def read(command: str) -> Dialing:
    found = read_call(shlex.split(command))
    assert isinstance(found, Dialing), found
    return found


def said(command: str) -> str:
    found = read_call(shlex.split(command))
    assert isinstance(found, str), found
    return found


@pytest.mark.parametrize(
    ("command", "host", "port"),
    [
        ("telnet a.b 110", "a.b", 110),
        ("telnet a.b pop3", "a.b", 110),
        ("telnet a.b", "a.b", 23),
        ("nc a.b 110", "a.b", 110),
        ("nc -w 5 -C a.b pop3s", "a.b", 995),
        ("nc -vCw5 -- a.b 110", "a.b", 110),
        (f"{S_CLIENT} -connect a.b:995", "a.b", 995),
        (f"{S_CLIENT} -connect=a.b:pop3s", "a.b", 995),
        (f"{S_CLIENT} --connect a.b:995 -crlf", "a.b", 995),
        (f"{S_CLIENT} -crlf -quiet a.b:995", "a.b", 995),
        (f"{S_CLIENT} -port 995 -host a.b", "a.b", 995),
        (f"{S_CLIENT} -connect a.b", "a.b", 4433),
        (f"{S_CLIENT} -connect [::1]:995", "::1", 995),
        (S_CLIENT, "localhost", 4433),
    ],
)
def test_whom_a_line_calls(command: str, host: str, port: int) -> None:
    """By number or by name; where no port is named, the program's own."""
    found = read(command)
    assert (found.host, found.port) == (host, port)
    assert found.command == command


@pytest.mark.parametrize(
    ("command", "line_end"),
    [
        ("telnet a 110", b"\r\n"), ("nc a 110", b"\n"), ("nc -C a 110", b"\r\n"),
        (f"{S_CLIENT} a:995", b"\n"), (f"{S_CLIENT} -crlf a:995", b"\r\n"),
    ],
)  # fmt: skip
def test_what_enter_becomes(command: str, line_end: bytes) -> None:
    """telnet sends CR LF; nc and openssl LF alone unless they are told."""
    assert read(command).line_end == line_end


@pytest.mark.parametrize(
    ("options", "letter", "order"),
    [
        ("", "RETR 1", Order.RENEGOTIATE), ("", "QUIT", Order.LEAVE), ("", "Q", Order.LEAVE),
        ("", "K", Order.REKEY), ("", "keep", Order.REKEY), ("", "retr 1", None),
        ("", "quit", None), ("", "", None), ("", " RETR 1", None), ("", "B", None),
        ("-brief", "QUIT", Order.LEAVE), ("-quiet", "QUIT", None), ("-ign_eof", "RSET", None),
        ("-nocommands", "RETR 1", None), ("-quiet -no_ign_eof", "RSET", Order.RENEGOTIATE),
    ],
)  # fmt: skip
def test_what_openssl_takes_for_an_order(options: str, letter: str, order: Order | None) -> None:
    """Q, R and K at the beginning of a line, unless -quiet, -ign_eof or -nocommands is given."""
    assert read(f"{S_CLIENT} -connect a:995 {options}").order(letter) is order


def test_only_openssl_takes_orders() -> None:
    """telnet and nc send what they are given."""
    assert read("telnet a 110").order("QUIT") is None
    assert read("nc a 110").order("RETR 1") is None


def test_options_of_openssl() -> None:
    """In any order, with those that change nothing among them."""
    found = read(
        f"{S_CLIENT} -showcerts -CAfile ca.pem -starttls pop3 -tls1_2 -verify_return_error -brief "
        "-servername a.b -connect a.b:110"
    )
    assert (found.secure, found.starttls, found.version) == (False, True, "TLSv1.2")
    assert found.brief
    assert found.showcerts
    plain = read(f"{S_CLIENT} -connect a.b:995 -tls1_3")
    assert (plain.secure, plain.starttls, plain.version) == (True, False, "TLSv1.3")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("telnet", "usage: telnet HOST [PORT]"),
        ("telnet a b c", "usage: telnet HOST [PORT]"),
        ("telnet a 0", "telnet: could not resolve a/0: Servname not supported"),
        ("nc", "usage: nc ["),
        ("nc a", "nc: missing port number"),
        ("nc a b", "nc: port number invalid: b"),
        ("nc a 99999", "nc: port number too large: 99999"),
        ("nc -c a 110", "nc: invalid option -- 'c'"),
        ("nc -w", "nc: option requires an argument -- 'w'"),
        ("nc -l 110", "nc: Port110 has only calls"),
        ("openssl", "openssl: Port110 has one of its commands"),
        ("openssl version", "openssl: Port110 has one of its commands"),
        (f"{S_CLIENT} -foo", "s_client: Unknown option: -foo\ns_client: Use -help for summary."),
        (f"{S_CLIENT} -connect", "s_client: Option -connect needs a value"),
        (f"{S_CLIENT} -connect a:1 b:2", "s_client: cannot provide both -connect option and"),
        (f"{S_CLIENT} a b", "s_client: Use -help for summary."),
        (f"{S_CLIENT} -port x", 's_client: Can\'t parse "x" as a number'),
        (f"{S_CLIENT} -connect ::1:995", "s_client: -connect argument or target parameter"),
        (f"{S_CLIENT} -starttls foo a:1", "s_client: Value must be one of:"),
        (f"{S_CLIENT} -starttls smtp a:1", "s_client: Port110 has servers for -starttls pop3"),
        (f"{S_CLIENT} -tls1_2 -tls1_3 a:1", "Cannot supply multiple protocol flags"),
        (f"{S_CLIENT} -help", "Usage: s_client [options] [host:port]"),
        ("ssh a", "sh: ssh: command not found"),
    ],
)
def test_what_is_said_to_the_rest(command: str, words: str) -> None:
    """The program's own words."""
    assert said(command).startswith(words)


def test_a_port_that_nobody_knows() -> None:
    """openssl fails as it does where a name has no address."""
    assert "Servname not supported" in said(f"{S_CLIENT} -connect a:nosuch")


WORDS = st.one_of(
    st.sampled_from(
        [*CALLERS, "s_client", "-connect", "-crlf", "-quiet", "-starttls", "pop3", "-C", "-v", "--",
         "-", "a:995", ":", "[]:", "110", "-w", "-vw", "-host", "-port", "=", "-=", "-connect="]
    ),
    st.text(max_size=8),
)  # fmt: skip


@given(st.lists(WORDS, max_size=7))
def test_no_words_raise(words: list[str]) -> None:
    """Whatever is typed is a call or an answer, and the answer is not empty."""
    found = read_call(words)
    if isinstance(found, str):
        assert found
        return
    assert isinstance(found.program, Program)
    assert 0 < found.port < 65536
    assert found.line_end in (b"\n", b"\r\n")


# On a stage


def test_a_command_line_calls(stage: Stage) -> None:
    """The greeting comes, over TLS where the program asks for it."""
    (greeting,) = stage.call(f"telnet {HOST} 110")
    assert greeting.ok
    assert stage.tls is None
    stage.hang_up()
    (greeting,) = stage.call(f"{S_CLIENT} -connect {HOST}:995 -crlf")
    assert greeting.ok
    assert stage.tls is not None
    sent, received = stage.handshake
    assert sent.startswith(b"\x16\x03")
    assert received.startswith(b"\x16\x03")


def test_starttls_says_stls_by_itself(stage: Stage) -> None:
    """The greeting and STLS come back, and what was exchanged in the clear is counted."""
    greeting, stls = stage.call(f"{S_CLIENT} -connect {HOST}:110 -crlf -starttls pop3")
    assert (greeting.keyword, stls.keyword) == ("GREETING", "STLS")
    assert stage.tls is not None
    assert stage.handshake[0].startswith(b"STLS\r\n\x16\x03")
    assert stage.handshake[1].startswith(b"+OK Post office ready")
    assert stage.say("CAPA")[0].ok


def test_one_version_of_tls(stage: Stage) -> None:
    """-tls1_2 holds for the handshake, and still after a line is taken back."""
    stage.call(f"{S_CLIENT} -connect {HOST}:995 -crlf -tls1_2")
    assert stage.tls is not None
    assert stage.tls.version == "TLSv1.2"
    before = stage.state()
    stage.say("quit")
    stage.restore(before)
    assert stage.tls.version == "TLSv1.2"
    assert stage.dialing is not None
    assert stage.dialing.version == "TLSv1.2"


def test_a_refused_stls_ends_the_call(stage: Stage) -> None:
    """openssl begins its handshake all the same, and gets none back."""
    _, stls = stage.call(f"{S_CLIENT} -connect pop.eo.lu:110 -starttls pop3")
    assert not stls.ok
    assert not stage.connected
    assert stage.trouble is not None
    assert stage.trouble.reason == "wrong-version-number"
    assert stage.end is not None
    assert stage.end.by is Ending.DROP


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (f"{S_CLIENT} -connect {HOST}:110", "wrong-version-number"),
        (f"{S_CLIENT} -connect {HOST}:995 -starttls pop3", "no-greeting"),
    ],
)
def test_no_tls_no_call(stage: Stage, command: str, reason: str) -> None:
    """TLS on the port in the clear, and STLS on the port with TLS."""
    with pytest.raises(TlsFailed) as caught:
        stage.call(command)
    assert caught.value.reason == reason
    assert stage.trouble is caught.value
    assert not stage.connected
    assert stage.call(f"telnet {HOST} 110")


@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("telnet a b c", ValueError), ("openssl 'a", ValueError), ("", ValueError),
        ("telnet no.such.host 110", NoSuchHost), (f"nc {HOST} 111", Refused),
    ],
)  # fmt: skip
def test_a_line_that_calls_nobody(stage: Stage, command: str, error: type[Exception]) -> None:
    """A ValueError holds what the program says."""
    with pytest.raises(error):
        stage.call(command)


def test_lines_end_as_the_program_ends_them(stage: Stage) -> None:
    """nc without -C is refused by a server that is true to the RFC; `line_end` has the last word."""
    stage.call(f"nc {HOST} 110")
    assert not stage.say("CAPA")[0].ok
    assert stage.carried.sent == b"CAPA\n"
    assert stage.say("CAPA", line_end=b"\r\n")[0].ok


def test_an_order_is_not_sent(stage: Stage) -> None:
    """R and Q end the call without UPDATE; K changes nothing that a server would hear."""
    login = (f"{S_CLIENT} -connect {HOST}:995 -crlf", "user mira", "pass kettle42", "dele 1")
    for line in ("QUIT", "RSET", "RETR 1"):
        stage.call(login[0])
        for each in login[1:]:
            assert stage.say(each)[0].ok
        assert stage.say("K") == []
        assert stage.connected
        assert stage.say(line) == []
        assert not stage.connected
        assert stage.end is not None
        assert stage.end.by is Ending.DROP
        snapshot = stage.snapshot("mira")
        assert snapshot is not None
        assert sum(item.on_disk for item in snapshot.items) == 3


def test_a_call_without_a_command_line_has_one(stage: Stage) -> None:
    """`dial` gives what one would have typed, for `jobs` and for what stands in front."""
    stage.dial(HOST)
    assert stage.dialing is not None
    assert stage.dialing.command == f"telnet {HOST} 110"
    stage.hang_up()
    stage.dial(HOST, 995)
    assert stage.dialing.program is Program.OPENSSL
    assert stage.say("QUIT")[0].ok
    assert read_call(shlex.split(stage.dialing.command)) == stage.dialing


def test_what_is_in_front_is_taken_back_too(stage: Stage) -> None:
    """A call that is restored has its program again, whatever was called since."""
    stage.call(f"nc {HOST} 110")
    before = stage.state()
    stage.hang_up()
    stage.call(f"telnet {HOST} 110")
    stage.restore(before)
    assert stage.dialing is not None
    assert stage.dialing.program is Program.NC
    assert not stage.say("CAPA")[0].ok
