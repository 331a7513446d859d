"""The promises about any input hold, tried a hundredth as often as `make fuzz` tries them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from random import Random

import pytest
from chairs import EXTENDED, letters, personality

from simulator.mailroom import Accounts
from simulator.pop3 import Office, Pop3Server

_found = importlib.util.spec_from_file_location("promises", Path(__file__).with_name("promises.py"))
assert _found is not None
assert _found.loader is not None
promises = importlib.util.module_from_spec(_found)
_found.loader.exec_module(promises)


@pytest.mark.parametrize("name", list(promises.PROMISES))
def test_a_promise_about_any_input(name: str) -> None:
    """What the name says (see promises.py)."""
    times, tried = promises.PROMISES[name]
    tried(times // 100, Random(2026))  # noqa: S311 -- a chance that can be had again


SESSIONS = [
    b"USER mrose\r\nPASS secret\r\n%s\r\nQUIT\r\n" % lines
    for lines in (
        b"STAT", b"LIST\r\nLIST 2", b"RETR 1\r\nRETR 2", b"DELE 1\r\nRSET", b"DELE 3\r\nLIST",
        b"UIDL", b"TOP 1 0", b"TOP 3 99", b"NOOP\r\nNOOP", b"CAPA", b"XYZZY\r\n\r\n", b"RETR 9",
        b"DELE 1\r\nDELE 1", b"USER again", b"LIST 1_0", b"LANG\r\nLANG de\r\nNOOP", b"LAST\r\nRETR 2",
    )
] + [
    b"USER mrose\r\nPASS wrong\r\nUSER mrose\r\nPASS secret\r\nQUIT\r\n",
    b"AUTH PLAIN\r\nAG1yb3NlAHNlY3JldA==\r\nSTAT\r\nQUIT\r\n",
    b"AUTH LOGIN\r\nbXJvc2U=\r\nc2VjcmV0\r\nQUIT\r\nSTAT\r\n",
]  # fmt: skip


@pytest.mark.parametrize("octets", SESSIONS, ids=range(len(SESSIONS)))
def test_every_cut_of_a_session(octets: bytes) -> None:
    """Cut once at each octet, and into single octets: the answer is octet for octet the same."""

    def answered(*pieces: bytes) -> bytes:
        office = Office(personality(**EXTENDED), Accounts([letters()]), "host", "<1.2@host>",
                        nonce="n")  # fmt: skip
        server = Pop3Server(office)
        said = b""
        for piece in pieces:
            server.receive_data(piece)
            while out := server.data_to_send():
                said += b"".join(out)
        return said

    whole = answered(octets)
    assert whole.count(b"\r\n") >= octets.count(b"\r\n")
    for at in range(len(octets) + 1):
        assert answered(octets[:at], octets[at:]) == whole
    assert answered(*(octets[at : at + 1] for at in range(len(octets)))) == whole
