"""Captures into TCP segments: pcap and pcapng, the link layers that carry mail, IPv4 and IPv6.

The reading itself is dpkt's, an extra; without it a capture is refused with a word on what to install.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .text import NotText

__all__ = ["CAPTURES", "Segment", "segments"]

#: The first octets of a pcap (microseconds, nanoseconds; both orders) and of a pcapng.
CAPTURES = frozenset(
    {
        b"\xa1\xb2\xc3\xd4",
        b"\xd4\xc3\xb2\xa1",
        b"\xa1\xb2\x3c\x4d",
        b"\x4d\x3c\xb2\xa1",
        b"\n\r\r\n",
    }
)
_NULL, _ETHERNET, _SLL, _SLL2 = 0, 1, 113, 276
_LOOP = 108
_RAW = frozenset({12, 14, 101, 228, 229})  # the packet begins with IP itself

_FIN, _SYN, _RST, _ACK = 1, 2, 4, 16


@dataclass(frozen=True, slots=True)
class Segment:
    """One TCP segment. `sender` and `receiver` are (address, port); `packet` counts from 1."""

    packet: int
    sender: tuple[bytes, int]
    receiver: tuple[bytes, int]
    seq: int
    ack: int | None
    payload: bytes
    syn: bool = False
    fin: bool = False
    rst: bool = False


def segments(octets: bytes) -> Iterator[Segment]:
    """The TCP segments of a capture, in its order; what is no TCP is passed over.

    Raises NotText where dpkt is not installed, or the file's own form is broken from the start. A file
    that breaks off ends where it breaks off.
    """
    try:
        import dpkt
    except ImportError:
        what = 'it is a capture, and reading one needs dpkt: pip install "port110[capture]"'
        raise NotText(what) from None
    try:
        reader = dpkt.pcap.UniversalReader(io.BytesIO(octets))
        link = reader.datalink()
    except (dpkt.Error, ValueError, KeyError, OverflowError) as problem:
        raise NotText(f"it begins as a capture and goes on as none ({problem})") from None
    if link not in {_NULL, _LOOP, _ETHERNET, _SLL, _SLL2} | _RAW:
        raise NotText(
            f"its link type is {link}, which is not read here; capture on Ethernet or `any`"
        )
    packets = iter(reader)
    number = 0
    while True:
        try:
            _, packet = next(packets)
        except StopIteration:
            return
        except (dpkt.Error, ValueError, KeyError, OverflowError, OSError):
            return
        number += 1
        try:
            found = _segment(dpkt, number, link, bytes(packet))
        except (dpkt.Error, ValueError, IndexError, KeyError, AttributeError, TypeError):
            continue
        if found is not None:
            yield found


def _segment(dpkt: Any, number: int, link: int, packet: bytes) -> Segment | None:  # noqa: ANN401 -- untyped
    """The TCP segment in one packet, or None."""
    ip = _internet(dpkt, link, packet)
    if not isinstance(ip, dpkt.ip.IP | dpkt.ip6.IP6) or not isinstance(ip.data, dpkt.tcp.TCP):
        return None
    tcp = ip.data
    return Segment(
        number, (bytes(ip.src), tcp.sport), (bytes(ip.dst), tcp.dport), tcp.seq,
        tcp.ack if tcp.flags & _ACK else None, bytes(tcp.data), bool(tcp.flags & _SYN),
        bool(tcp.flags & _FIN), bool(tcp.flags & _RST),
    )  # fmt: skip


def _internet(dpkt: Any, link: int, packet: bytes) -> Any:  # noqa: ANN401 -- untyped
    """The IP packet within a link layer's."""
    if link == _ETHERNET:
        return dpkt.ethernet.Ethernet(packet).data
    if link == _SLL:
        return dpkt.sll.SLL(packet).data
    if link == _SLL2:
        return dpkt.sll2.SLL2(packet).data
    if link in (_NULL, _LOOP):
        packet = packet[4:]
    return (dpkt.ip6.IP6 if packet[0] >> 4 == 6 else dpkt.ip.IP)(packet)
