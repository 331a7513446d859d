"""One server for all programs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from clients.office import HOST, Office
from serving.served import Served


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Served.start(tmp_path_factory.mktemp("state"), "--host", HOST) as served:
        yield Office(served)
        status, _, err = served.end()
        assert (status, err) == (0, "")
