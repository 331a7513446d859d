"""Lines that carry octets and know no POP3."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .authority import Authority
    from .carrier import Peer
    from .endpoint import Endpoint, Link, Securable, Timed
    from .faults import Fault, FaultyEndpoint, FaultyState
    from .listener import Bounds, Listener, Lookout
    from .memory import Cutter, MemoryLink, whole
    from .tls import TlsEndpoint, TlsFailed, TlsLink
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        authority="Authority",
        carrier="Peer",
        endpoint="Endpoint Link Securable Timed",
        faults="Fault FaultyEndpoint FaultyState",
        listener="Bounds Listener Lookout",
        memory="Cutter MemoryLink whole",
        tls="TlsEndpoint TlsFailed TlsLink",
    )

__all__ = [
    "Authority",
    "Bounds",
    "Cutter",
    "Endpoint",
    "Fault",
    "FaultyEndpoint",
    "FaultyState",
    "Link",
    "Listener",
    "Lookout",
    "MemoryLink",
    "Peer",
    "Securable",
    "Timed",
    "TlsEndpoint",
    "TlsFailed",
    "TlsLink",
    "whole",
]
