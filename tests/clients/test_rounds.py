"""Real mail programs, each through a full round: list, retrieve, delete; octet by octet.

`PORT110_CLIENTS=required` makes a program that is missing a failure, as in CI.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from clients import batch, typed
from clients.office import HOST, Office, Round, need, run
from dialling import sample


@pytest.mark.parametrize(
    ("round_", "way"),
    [
        pytest.param(round_, way, id=f"{round_.program}-{way}")
        for round_ in (*batch.ROUNDS, *typed.ROUNDS)
        for way in round_.ways
    ],
)
def test_a_round(office: Office, tmp_path: Path, round_: Round, way: str) -> None:
    """All messages arrive as they are, line ends aside, and the next session finds none of them."""
    need(round_.program, round_.package, round_.works)
    delivered = round_.visit(office.visitor(round_.mailbox, way, tmp_path))
    sent = [message.content() for message in sample(round_.mailbox).messages]
    assert len(delivered) == len(sent)
    for got, message in zip(delivered, sent, strict=True):
        assert got.replace(b"\r\n", b"\n") == message.replace(b"\r\n", b"\n")
    assert office.left(round_.mailbox) == 0


@pytest.mark.parametrize("program", ["curl", "openssl"])
def test_nobody_trusts_the_practice_authority_unasked(
    office: Office, tmp_path: Path, program: str
) -> None:
    """Without its certificate at hand a program refuses the server, and sends no password."""
    need(program, program)
    visitor = office.visitor("family", "tls", tmp_path)
    if program == "curl":
        login = f"{visitor.user}:{visitor.password}"
        run("curl", "-sS", "--user", login, f"pop3s://{HOST}:{visitor.port}/", status=60)
    else:
        at = f"{HOST}:{visitor.port}"
        run("openssl", "s_client", "-connect", at, "-quiet", "-verify_return_error", status=1)
