"""What the client chair makes of real servers' words, where no response code says the reason."""

from __future__ import annotations

import pytest

from simulator.pop3 import Pop3Client, Reason, State


def reason(*dialogue: tuple[str, str]) -> Reason | None:
    """The reason of the last reply of a dialogue, as the client infers it."""
    client = Pop3Client()
    client.receive_data(b"+OK ready\r\n")
    for line, reply in dialogue:
        client.send(line)
        client.receive_data(f"{reply}\r\n".encode())
    return client.exchanges()[-1].reason


LOGGED_IN = [("USER mira", "+OK"), ("PASS kettle42", "+OK")]
NAMED = [("USER mira", "+OK")]
FAILED = [*NAMED, ("PASS x", "-ERR Login failed.")]
PLAINTEXT = "-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections."
AUTH_PLAIN = ("AUTH PLAIN", "+ ")


@pytest.mark.parametrize(
    ("before", "line", "reply", "expected"),
    [
        # Dovecot 2.3
        ([], "USER mira", PLAINTEXT, Reason.NEEDS_TLS),
        ([], "AUTH BOGUS", "-ERR Unsupported authentication mechanism.", Reason.UNKNOWN_MECHANISM),
        (LOGGED_IN, "STLS", "-ERR Unknown command: STLS", Reason.UNKNOWN_COMMAND),
        (LOGGED_IN, "UTF8", "-ERR Unknown command: UTF8", Reason.UNKNOWN_COMMAND),
        # Cyrus 3.6
        ([], "USER mira", "-ERR [AUTH] USER command only available under a layer", Reason.NEEDS_TLS),
        ([], "PASS x", "-ERR [AUTH] Must give USER command", Reason.USER_FIRST),
        (NAMED, "USER mira", "-ERR [AUTH] Must give PASS command", Reason.WRONG_STATE),
        (FAILED, "PASS x", "-ERR [AUTH] Must give USER command", Reason.USER_FIRST),
        # popa3d, solid-pop3d: the second USER, and one for somebody that nobody knows
        (NAMED, "USER otto", "-ERR", Reason.WRONG_STATE),
        (NAMED, "USER otto", "-ERR username already set", Reason.WRONG_STATE),
        (NAMED, "USER otto", "-ERR no mailbox here for otto", Reason.NO_SUCH_MAILBOX),
        # Courier keeps the name, mailutils forgets it at any other command
        (FAILED, "PASS x", "-ERR Login failed.", Reason.BAD_CREDENTIALS),
        (FAILED, "PASS x", "-ERR USER/PASS required.", Reason.USER_FIRST),
        (NAMED, "PASS x", "-ERR Invalid command", Reason.USER_FIRST),
        ([], "AUTH", "-ERR Not implemented", Reason.UNKNOWN_COMMAND),
        # Twisted takes another login in TRANSACTION
        (LOGGED_IN, "PASS x", "-ERR Authentication failed", Reason.BAD_CREDENTIALS),
        (LOGGED_IN, "PASS x", "-ERR Unknown command: PASS", Reason.WRONG_STATE),
        # locks, and what only sounds like one
        (NAMED, "PASS x", "-ERR Unable to lock maildrop", Reason.IN_USE),
        (NAMED, "PASS x", "-ERR maildrop already locked", Reason.IN_USE),
        (NAMED, "PASS x", "-ERR account locked after too many failures", Reason.BAD_CREDENTIALS),
        (NAMED, "PASS x", "-ERR your address is blocked", Reason.BAD_CREDENTIALS),
        (NAMED, "PASS x", "-ERR temporary failure, try again later", Reason.TEMPORARY),
        # what stands in a refusal of credentials is no word about TLS
        ([AUTH_PLAIN], "AG0AaA==", "-ERR [AUTH] Authentication failed; secure your account",
         Reason.BAD_CREDENTIALS),
        # trouble with the mail itself is no wrong number
        (LOGGED_IN, "RETR 1", "-ERR internal error, disk failure", Reason.TEMPORARY),
        (LOGGED_IN, "RETR 1", "-ERR maildrop locked", Reason.IN_USE),
        (LOGGED_IN, "RETR 1", "-ERR no such message", Reason.NO_SUCH_MESSAGE),
        (LOGGED_IN, "TOP 1 0", "-ERR unknown command", Reason.UNKNOWN_COMMAND),
    ],
)  # fmt: skip
def test_words_of_real_servers(
    before: list[tuple[str, str]], line: str, reply: str, expected: Reason
) -> None:
    """Each of these is what such a server says, and what it means by it."""
    assert reason(*before, (line, reply)) is expected


def test_tags_are_the_same_in_any_case() -> None:
    """RFC 2449 section 5: a server that lists `sasl plain` and `top` has both."""
    client = Pop3Client()
    client.receive_data(b"+OK ready\r\n")
    client.send("CAPA")
    client.receive_data(b"+OK\r\nsasl PLAIN\r\ntop\r\n.\r\n")
    assert client.view.offers("SASL")
    assert client.view.offers("TOP")
    assert client.state is State.AUTHORIZATION


def test_a_server_that_takes_a_bare_lf_does_not_refuse_for_it() -> None:
    """Once a line that ended in LF alone was answered +OK, a later -ERR has another reason."""
    client = Pop3Client()
    client.receive_data(b"+OK ready\r\n")
    for line, reply in (("FOO", "-ERR"), ("USER mira", "+OK"), ("FOO", "-ERR")):
        client.send(line, end=b"\n")
        client.receive_data(f"{reply}\r\n".encode())
    assert [exchange.reason for exchange in client.exchanges()[1:]] == [
        Reason.BARE_LF, None, Reason.UNKNOWN_COMMAND,
    ]  # fmt: skip
