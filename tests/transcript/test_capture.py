"""Captures: the octets of a dialogue, out of packets in any disorder."""

from __future__ import annotations

import random
import sys

import pytest
from captures import SERVER, SESSION, Wire, ethernet, pcap, pcapng

from simulator.pop3 import Ending, Pop3Client
from simulator.transcript import Dialogue, Lack, NotText, read_capture


def expected() -> list[object]:
    """The Exchanges of the session, by the client's chair."""
    client = Pop3Client()
    for line, reply in SESSION:
        if line:
            client.send(line[:-2].decode())
        client.receive_data(reply)
    return list(client.exchanges())


def only(octets: bytes) -> Dialogue:
    """The one dialogue in a capture."""
    (dialogue,) = read_capture(octets).dialogues
    return dialogue


def exchanges(octets: bytes) -> list[object]:
    return [turn.exchange for turn in only(octets).turns]


def wire(**how: object) -> Wire:
    return Wire(**how).connect().dialogue(*SESSION)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", [pcap, pcapng])
@pytest.mark.parametrize("six", [False, True])
@pytest.mark.parametrize("layer", ["ethernet", "vlan", "raw", "loopback", "cooked", "cooked2"])
def test_every_link_layer_gives_the_same_exchanges(form: object, six: bool, layer: str) -> None:
    """Ethernet, VLAN, raw IP, loopback, Linux cooked; IPv4 and IPv6; pcap and pcapng."""
    hosts = (
        (("2001:db8::7", 40110), ("2001:db8::110", 110)) if six else (("192.0.2.7", 40110), SERVER)
    )
    packets = wire(six=six, client=hosts[0], server=hosts[1]).packets
    kind = b"\x86\xdd" if six else b"\x08\x00"
    dressed, link = {
        "ethernet": (ethernet, 1),
        "vlan": (lambda packet: ethernet(packet, vlan=True), 1),
        "raw": (bytes, 101),
        "loopback": (lambda packet: (b"\x1e\0\0\0" if six else b"\x02\0\0\0") + packet, 0),
        "cooked": (lambda packet: b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0" + kind + packet, 113),
        "cooked2": (lambda packet: kind + b"\0\0\0\0\0\1\0\1\0\6\2\0\0\0\0\1\0\0" + packet, 276),
    }[layer]
    octets = form([dressed(packet) for packet in packets], link)  # type: ignore[operator]
    assert exchanges(octets) == expected()
    assert only(octets).end is not None


@pytest.mark.parametrize("seed", range(20))
def test_disorder_and_repetition_change_nothing(seed: int) -> None:
    """Small segments, sent twice, a few places from where they belong."""
    rng = random.Random(seed)  # noqa: S311 -- a choice that can be had again
    connection = Wire().connect()
    for line, reply in SESSION:
        for sender, octets in ((connection.client, line), (connection.server, reply)):
            start = len(connection.packets)
            connection.says(sender, octets, rng.randint(1, 7))
            burst = connection.packets[start:]
            burst += rng.choices(burst, k=3) if burst else []
            rng.shuffle(burst)
            connection.packets[start:] = burst
    assert exchanges(pcap(map(ethernet, connection.packets))) == expected()


def test_a_lost_packet_is_said_with_its_octets() -> None:
    """A reply that nobody captured is a gap; the lines behind it are read on."""
    connection = Wire().connect().dialogue(*SESSION[:3])
    connection.says(connection.client, b"STAT\r\n")
    connection.says(connection.server, b"+OK 2 320\r\n")
    del connection.packets[-1]
    connection.dialogue(*SESSION[4:])
    dialogue = only(pcap(map(ethernet, connection.packets)))
    gaps = [finding for finding in dialogue.findings if finding.lack is Lack.OCTETS]
    assert [gap.numbers for gap in gaps] == [(11,)]
    assert dialogue.turns[-1].exchange.reply.line == "+OK bye"


def test_several_connections_and_other_traffic_are_told_apart() -> None:
    """Two sessions at once on an odd port, and a web server between them."""
    one = wire(server=("192.0.2.110", 8110))
    two = wire(client=("192.0.2.8", 40111), server=("192.0.2.110", 8110))
    web = Wire(server=("192.0.2.80", 80)).connect()
    web.says(web.client, b"GET / HTTP/1.0\r\n\r\n").says(web.server, b"HTTP/1.0 200 OK\r\n\r\n")
    mixed = [packet for trio in zip(one.packets, two.packets, strict=True) for packet in trio]
    reading = read_capture(pcap(map(ethernet, [*web.packets, *mixed])))
    assert len(reading.dialogues) == 2
    assert all(
        [turn.exchange for turn in dialogue.turns] == expected() for dialogue in reading.dialogues
    )
    assert {dialogue.port for dialogue in reading.dialogues} == {8110}
    assert reading.unit == "packet"


def test_tls_is_said_and_not_guessed_at() -> None:
    """Behind STLS, and from the first octet on port 995, nothing is read."""
    stls = Wire().connect().dialogue(SESSION[0], (b"STLS\r\n", b"+OK begin\r\n"))
    stls.says(stls.client, b"\x16\x03\x01\x00\x05hello").says(
        stls.server, b"\x16\x03\x03\x00\x02+O"
    )
    behind = only(pcap(map(ethernet, stls.packets)))
    assert [turn.exchange.keyword for turn in behind.turns] == ["GREETING", "STLS"]
    assert behind.findings[-1].lack is Lack.TLS
    first = Wire(server=("192.0.2.110", 995)).connect()
    first.says(first.client, b"\x16\x03\x01\x00\x05hello")
    whole = only(pcap(map(ethernet, first.packets)))
    assert whole.secure
    assert whole.turns == ()
    assert [finding.lack for finding in whole.findings] == [Lack.TLS]


def test_marks_that_a_lost_line_forgot() -> None:
    """The client goes away without QUIT: the end says which marks are forgotten."""
    connection = Wire().connect().dialogue(*SESSION[:5])
    connection.fin(connection.client)
    end = only(pcap(map(ethernet, connection.packets))).end
    assert end is not None
    assert (end.by, end.forgotten) == (Ending.DROP, (1,))


def test_a_capture_that_began_late_begins_in_the_middle() -> None:
    """No SYN and no greeting: the login is not shown, and LIST is in TRANSACTION."""
    connection = Wire().dialogue(*SESSION[3:])
    dialogue = only(pcap(map(ethernet, connection.packets)))
    assert [finding.lack for finding in dialogue.findings] == [Lack.GREETING, Lack.LOGIN]
    assert [turn.exchange.before.value for turn in dialogue.turns] == ["TRANSACTION"] * 3


@pytest.mark.parametrize("size", [1400, 5])
def test_a_reply_that_was_captured_before_its_line_waits_for_it(size: int) -> None:
    """By what it acknowledges; a line that never comes is lost, and nothing waits for ever."""
    connection = Wire().connect().dialogue(*SESSION, size=size)
    packets = connection.packets
    senders = [packet[12:16] for packet in packets]
    for at in range(4, len(packets) - 1):
        if senders[at] != senders[at + 1] and senders[at] == senders[0]:
            packets[at], packets[at + 1] = packets[at + 1], packets[at]
    assert packets != Wire().connect().dialogue(*SESSION, size=size).packets
    assert exchanges(pcap(map(ethernet, packets))) == expected()


def test_a_capture_that_ends_within_a_body_says_so() -> None:
    """The body is shown as far as it goes, in whole lines or not; its reply did come."""
    for part in (b"1 120\r\n2 200\r\n", b"1 120\r\n2 2"):
        connection = Wire().connect().dialogue(*SESSION[:3], (b"LIST\r\n", b"+OK\r\n" + part))
        dialogue = only(pcap(map(ethernet, connection.packets)))
        assert dialogue.turns[-1].exchange.reply.lines[0] == b"1 120"
        assert [finding.lack for finding in dialogue.findings] == [Lack.DOT, Lack.QUIT]


@pytest.mark.parametrize("cut", [24, 30, 60, 111, 500])
def test_a_file_that_breaks_off_is_read_as_far_as_it_goes(cut: int) -> None:
    """No traceback, at any length, in either form."""
    packets = [*map(ethernet, wire().packets)]
    for octets in (pcap(packets)[:cut], pcapng(packets)[:cut]):
        try:
            reading = read_capture(octets)
        except NotText as problem:
            assert "capture" in str(problem)  # noqa: PT017 -- either is right
        else:
            assert reading.unit == "packet"


@pytest.mark.parametrize("seed", range(40))
def test_spoilt_captures_never_raise_anything_else(seed: int) -> None:
    """Octets turned over at random: a Reading, or a NotText that says why."""
    rng = random.Random(seed)  # noqa: S311 -- a choice that can be had again
    form = rng.choice([pcap, pcapng])
    octets = bytearray(form([*map(ethernet, wire().packets)]))
    for _ in range(rng.randint(1, 60)):
        octets[rng.randrange(4, len(octets))] = rng.randrange(256)
    try:
        read_capture(bytes(octets))
    except NotText as problem:
        assert str(problem)  # noqa: PT017 -- either is right


def test_without_the_extra_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """No dpkt: a sentence with the name of the extra."""
    monkeypatch.setitem(sys.modules, "dpkt", None)
    with pytest.raises(NotText, match=r"port110\[capture\]"):
        read_capture(pcap(map(ethernet, wire().packets)))
