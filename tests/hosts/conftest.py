"""What the tests of this folder share."""

from __future__ import annotations

import pytest
from dialling import new_stage

from simulator.hosts import Stage


@pytest.fixture
def stage() -> Stage:
    """All hosts, and nobody dialled yet."""
    return new_stage()
