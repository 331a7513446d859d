"""Lines that carry octets and know no POP3."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .endpoint import Endpoint, Link
    from .memory import Cutter, MemoryLink, whole
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        endpoint="Endpoint Link",
        memory="Cutter MemoryLink whole",
    )

__all__ = [
    "Cutter",
    "Endpoint",
    "Link",
    "MemoryLink",
    "whole",
]
