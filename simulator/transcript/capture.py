"""Reads a capture: the POP3 in the clear in it, whichever port it was on.

Here nothing is guessed: these are the octets. What the capture has lost is said, and where TLS begins
it is said that nothing behind it can be read.
"""

from __future__ import annotations

import ipaddress

from simulator.pop3 import State, parse

from .follower import Follower, only_in
from .packets import CAPTURES, segments
from .record import Dialogue, Lack, Reading
from .secrets import secrets_in
from .streams import Connection, Piece, connections

__all__ = ["CAPTURES", "read_capture"]

_POP3, _POP3S = 110, 995
#: A TLS record that holds a ClientHello begins so (RFC 8446 section 5.1).
_HELLO = b"\x16\x03"
_INDICATORS = (b"+OK", b"-ERR")


def read_capture(octets: bytes) -> Reading:
    """The dialogues in a pcap or pcapng. Raises text.NotText where it cannot be read."""
    count = 0
    dialogues: list[Dialogue] = []
    found = list(segments(octets))
    count = found[-1].packet if found else 0
    for connection in connections(found):
        dialogue = _dialogue(connection)
        if dialogue is not None:
            dialogues.append(dialogue)
    return Reading(tuple(dialogues), (), count, (), secrets_in(dialogues), "packet")


def _server(connection: Connection) -> tuple[bytes, int] | None:
    """Which side is the POP3 server; None: this is something else."""
    heads: dict[tuple[bytes, int], bytes] = {}
    for piece in connection.pieces:
        if piece.octets:
            heads.setdefault(piece.sender, piece.octets[:8])
    speaking = [peer for peer, head in heads.items() if head.upper().startswith(_INDICATORS)]
    if len(speaking) == 1:
        return speaking[0]
    known = [peer for peer in connection.peers if peer[1] in (_POP3, _POP3S)]
    caller = connection.caller
    return next((peer for peer in known if peer != caller), None) if heads else None


def _dialogue(connection: Connection) -> Dialogue | None:
    """The dialogue on a connection, or None: it was not POP3."""
    server = _server(connection)
    if server is None:
        return None
    first = next(piece for piece in connection.pieces if piece.octets)
    hello = first.sender != server and first.octets.startswith(_HELLO)
    middle = connection.caller is None and first.sender != server
    follower = Follower(
        middle=middle and not hello, secure=hello, exact=True, host=_name(server[0]), port=server[1]
    )
    if hello:
        follower.find(Lack.TLS, first.packet)
        return follower.encrypted()
    if middle:
        follower.find(Lack.GREETING, first.packet)
    for piece in connection.pieces:
        if not _follow(follower, piece, server):
            break
    if not follower.begun:
        return None
    return (
        follower.encrypted() if follower.client.wants_tls else follower.dialogue(connection.packet)
    )


def _follow(follower: Follower, piece: Piece, server: tuple[bytes, int]) -> bool:
    """Take one piece; whether the next can be read too."""
    if piece.lost:
        follower.lose(piece.lost, piece.packet)
    elif piece.ended:
        if not follower.ended:
            follower.close(by_server=piece.sender == server)
    elif piece.sender == server:
        follower.receive(piece.octets, piece.packet)
    else:
        keyword = parse(piece.octets[:40].decode("latin-1").strip()).keyword
        fresh = follower.middle and not follower.tried
        early = follower.client.state is State.AUTHORIZATION
        if fresh and early and only_in(keyword, State.TRANSACTION):
            follower.log_in_unseen(piece.packet)
        follower.transmit(piece.octets, piece.packet)
    if follower.client.wants_tls:
        follower.find(Lack.TLS, piece.packet)
        return False
    return True


def _name(address: bytes) -> str:
    return str(ipaddress.ip_address(address))
