"""Lines that carry octets and know no POP3."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .authority import Authority
    from .endpoint import Endpoint, Link, Securable
    from .faults import Fault, FaultyEndpoint, FaultyState
    from .memory import Cutter, MemoryLink, whole
    from .tcp import Address, TcpLink, dial_tcp, resolve
    from .tls import TlsEndpoint, TlsFailed, TlsLink
else:
    from simulator.doors import on_demand

    __getattr__ = on_demand(
        __name__,
        authority="Authority",
        endpoint="Endpoint Link Securable",
        faults="Fault FaultyEndpoint FaultyState",
        memory="Cutter MemoryLink whole",
        tcp="Address TcpLink dial_tcp resolve",
        tls="TlsEndpoint TlsFailed TlsLink",
    )

__all__ = [
    "Address",
    "Authority",
    "Cutter",
    "Endpoint",
    "Fault",
    "FaultyEndpoint",
    "FaultyState",
    "Link",
    "MemoryLink",
    "Securable",
    "TcpLink",
    "TlsEndpoint",
    "TlsFailed",
    "TlsLink",
    "dial_tcp",
    "resolve",
    "whole",
]
