"""Our own server, held to the RFCs on each kind of line: memory, TCP, STLS and TLS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from .accounts import accounts_for
from .dial import Server
from .memory import manner, memory_server
from .ours import PASSWORD, our_servers
from .outcome import PASSED, as_table, run
from .subjects import CHECKS
from .table import KINDS, Check

#: What the server of `serve` has by choice not: checked on servers in memory that have it.
ELSEWHERE = {"UTF8", "UTF8:USER", "LANG", "LOGIN-DELAY", "EXPIRE"}
UNLOCKED = "1939-4-lock-guards"


def _here(check: Check) -> bool:
    return check.id != UNLOCKED and not ELSEWHERE & set(check.needs)


CASES = [
    pytest.param(kind, check, id=f"{kind}-{check.id}")
    for kind in KINDS
    for check in CHECKS.values()
    if kind in check.kinds and _here(check)
]


def _hold(check: Check, server: Server) -> None:
    outcome = run(check, server)
    if outcome.result != PASSED:
        pytest.fail(as_table([outcome]) + f"\n{outcome.result}: {outcome.what}", pytrace=False)


@pytest.fixture(scope="session")
def servers() -> Iterator[Mapping[str, Server]]:
    with our_servers() as made:
        yield {server.kind: server for server in made}


@pytest.mark.parametrize(("kind", "check"), CASES)
def test_our_server(servers: Mapping[str, Server], kind: str, check: Check) -> None:
    """It does what the section asks for, be it a MUST, a SHOULD or a MAY."""
    _hold(check, servers[kind])


@pytest.fixture(scope="module")
def others() -> Mapping[str, Server]:
    """Servers in memory with what few servers have, by the capability."""
    accounts = accounts_for(("memory",), PASSWORD)
    world = memory_server(accounts, manner("polyglot"))
    slow = manner(login_delay=60, expire="30")
    delay = {"memo-spare": accounts["memo-spare"]}
    return {
        "UTF8": world,
        "UTF8:USER": world,
        "LANG": world,
        "LOGIN-DELAY": memory_server(accounts, slow),
        "EXPIRE": memory_server({**accounts, **delay}, manner(expire="NEVER")),
        "": memory_server(accounts, manner(lock=False)),
    }


@pytest.mark.parametrize(
    "check", [each for each in CHECKS.values() if not _here(each)], ids=lambda c: c.id
)
def test_what_few_have(others: Mapping[str, Server], check: Check) -> None:
    """Each check that does not apply to the server of `serve` is held by one it applies to."""
    need = next((each for each in check.needs if each in ELSEWHERE), "")
    _hold(check, others[need])
