"""What the tests of this folder share: one practice authority, and both ends of its TLS."""

from __future__ import annotations

import ssl

import pytest

from simulator.link import Authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("practice"))


@pytest.fixture(scope="session")
def near(authority: Authority) -> ssl.SSLContext:
    """The server's end."""
    return authority.server_context(["localhost", "127.0.0.1"])


@pytest.fixture(scope="session")
def far(authority: Authority) -> ssl.SSLContext:
    """The client's end, which checks the server's name."""
    return authority.client_context()
