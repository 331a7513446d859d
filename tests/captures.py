"""Packets written by hand: Ethernet, IP and TCP around what two ends say, as a capture has them."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

CLIENT, SERVER = ("192.0.2.7", 40110), ("192.0.2.110", 110)
FIN, SYN, RST, ACK = 1, 2, 4, 16


@dataclass
class Wire:
    """One TCP connection; each call adds packets. `six`: over IPv6."""

    client: tuple[str, int] = CLIENT
    server: tuple[str, int] = SERVER
    six: bool = False
    isn: tuple[int, int] = (4294967290, 7000)  # the client's numbers wrap
    packets: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.next = {self.client: self.isn[0], self.server: self.isn[1]}

    def connect(self) -> Wire:
        """The three-way handshake."""
        self._add(self.client, SYN)
        self._bump(self.client, 1)
        self._add(self.server, SYN | ACK)
        self._bump(self.server, 1)
        self._add(self.client, ACK)
        return self

    def says(self, sender: tuple[str, int], octets: bytes, size: int = 1400) -> Wire:
        """Octets in segments of `size`."""
        for start in range(0, len(octets), size):
            self._add(sender, ACK, octets[start : start + size])
            self._bump(sender, len(octets[start : start + size]))
        return self

    def fin(self, sender: tuple[str, int]) -> Wire:
        """The end of one side."""
        self._add(sender, FIN | ACK)
        self._bump(sender, 1)
        return self

    def dialogue(self, *pairs: tuple[bytes, bytes], size: int = 1400) -> Wire:
        """Lines and their replies; an empty line for the greeting."""
        for line, reply in pairs:
            if line:
                self.says(self.client, line, size)
            self.says(self.server, reply, size)
        return self

    def _bump(self, sender: tuple[str, int], octets: int) -> None:
        self.next[sender] = (self.next[sender] + octets) % 2**32

    def _add(self, sender: tuple[str, int], flags: int, payload: bytes = b"") -> None:
        receiver = self.server if sender == self.client else self.client
        tcp = struct.pack(
            ">HHIIBBHHH", sender[1], receiver[1], self.next[sender], self.next[receiver], 0x50,
            flags, 65535, 0, 0,
        )  # fmt: skip
        self.packets.append(self._internet(sender[0], receiver[0], tcp + payload))

    def _internet(self, sender: str, receiver: str, data: bytes) -> bytes:
        import socket

        if self.six:
            head = struct.pack(">IHBB", 0x60000000, len(data), 6, 64)
            family = socket.AF_INET6
        else:
            head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, 6, 0)
            family = socket.AF_INET
        return head + socket.inet_pton(family, sender) + socket.inet_pton(family, receiver) + data


def ethernet(packet: bytes, *, vlan: bool = False) -> bytes:
    """In an Ethernet frame, padded to its least length."""
    kind = b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\x00"
    tag = b"\x81\x00\x00\x2a" if vlan else b""
    return (b"\x02\0\0\0\0\1\x02\0\0\0\0\2" + tag + kind + packet).ljust(60, b"\0")


def pcap(packets: Iterable[bytes], link: int = 1) -> bytes:
    """A pcap of these frames."""
    whole = io.BytesIO()
    whole.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
    for number, packet in enumerate(packets):
        whole.write(struct.pack("<IIII", 1700000000 + number, 0, len(packet), len(packet)) + packet)
    return whole.getvalue()


def pcapng(packets: Iterable[bytes], link: int = 1) -> bytes:
    """A pcapng of these frames."""
    blocks = [_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    blocks.append(_block(1, struct.pack("<HHI", link, 0, 262144)))
    for number, packet in enumerate(packets):
        head = struct.pack("<IIIII", 0, 0, 1000 + number, len(packet), len(packet))
        blocks.append(_block(6, head + packet + bytes(-len(packet) % 4)))
    return b"".join(blocks)


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


#: A short session, line by line.
SESSION = (
    (b"", b"+OK POP3 server ready <1.1@mail.example.test>\r\n"),
    (b"USER mira\r\n", b"+OK\r\n"),
    (b"PASS kettle42\r\n", b"+OK 2 messages\r\n"),
    (b"LIST\r\n", b"+OK\r\n1 120\r\n2 200\r\n.\r\n"),
    (b"DELE 1\r\n", b"+OK marked\r\n"),
    (b"QUIT\r\n", b"+OK bye\r\n"),
)
