"""What is said where there is no line to a real server, or no TLS: one thing to try, and no riddles."""

from __future__ import annotations

import errno
import socket

import pytest
from outdesks import trusted_file

from simulator.console import outadvice
from simulator.hosts import Server, trusting
from simulator.link import TlsFailed

SERVER = Server("pop.example.org", 110)
ERRORS = [
    (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "spelling"),
    (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), "online"),
    (UnicodeError("label empty or too long"), "name of a host"),
    (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "--tls"),
    (TimeoutError("timed out"), "firewall"),
    (OSError(errno.ENETUNREACH, "Network is unreachable"), "way"),
    (OSError(errno.EHOSTUNREACH, "No route to host"), "way"),
    (PermissionError(errno.EACCES, "Permission denied"), "port"),
    (OSError("the host has no address"), "name"),
]


@pytest.mark.parametrize(("error", "word"), ERRORS, ids=lambda each: type(each).__name__)
def test_no_line(error: OSError | UnicodeError, word: str) -> None:
    """First what telnet says, then one sentence or two on what to try."""
    said, advice = outadvice.no_line(error, SERVER)
    assert said.startswith("telnet: ")
    assert word in advice
    assert "\n" not in said + advice
    assert "Errno" not in said + advice


def test_a_port_that_nobody_asks_for() -> None:
    """Elsewhere than on port 110, port 110 is named."""
    _, advice = outadvice.no_line(ConnectionRefusedError(), Server("a", 1110))
    assert "port 110" in advice


FAILURES = [
    (
        "certificate verify failed: self-signed certificate",
        "certificate-verify-failed",
        "--insecure",
    ),
    ("wrong version number: what the other side sent is no TLS", "wrong-version-number", "--stls"),
    ("the other side does not answer", "no-answer", "--stls"),
    ("tlsv1 alert protocol version", "tlsv1-alert-protocol-version", "TLS 1.2"),
    ("the other side closed the line", "closed-in-handshake", "closed"),
    ("no TLS with 'x'", "bad-name", "name"),
    ("the line ended without a close_notify", "cut-off", "missing"),
]


@pytest.mark.parametrize("behind_stls", [False, True])
@pytest.mark.parametrize(("text", "reason", "word"), FAILURES, ids=[row[1] for row in FAILURES])
def test_no_tls(text: str, reason: str, word: str, behind_stls: bool) -> None:
    """What the failure means here; behind STLS nobody is told to call with STLS."""
    said = outadvice.no_tls(TlsFailed(text, reason), SERVER, behind_stls=behind_stls)
    assert "\n" not in said
    if behind_stls:
        assert "--stls" not in said
    else:
        assert word in said


def test_what_is_trusted() -> None:
    """TLS 1.2 or better; name and certificate are checked unless anybody will do."""
    import ssl

    checked, anybody = trusting(trusted_file()), trusting(anybody=True)
    assert checked.minimum_version is ssl.TLSVersion.TLSv1_2
    assert anybody.minimum_version is ssl.TLSVersion.TLSv1_2
    assert checked.check_hostname
    assert checked.verify_mode is ssl.CERT_REQUIRED
    assert anybody.verify_mode is ssl.CERT_NONE
    assert len(checked.get_ca_certs()) == 1
    with pytest.raises(ValueError, match="no certificate"):
        trusting(trusted_file().parent / "nothing.pem")


def test_many_marks_are_counted_and_not_all_listed() -> None:
    """A hundred numbers are too many for a notice."""
    said = outadvice.asking(tuple(range(1, 101)))
    assert "100 messages (1, 2, 3" in said
    assert len(said) < 250
