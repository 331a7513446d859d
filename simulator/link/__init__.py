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
    from .records import TlsFailed
    from .tcp import Address, TcpLink, dial_tcp, resolve
    from .tls import TlsEndpoint
    from .tls_link import TlsLink
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
        tcp="Address TcpLink dial_tcp resolve",
        records="TlsFailed",
        tls="TlsEndpoint",
        tls_link="TlsLink",
    )

__all__ = [
    "Address",
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
    "TcpLink",
    "Timed",
    "TlsEndpoint",
    "TlsFailed",
    "TlsLink",
    "dial_tcp",
    "resolve",
    "whole",
]
