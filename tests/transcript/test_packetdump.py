"""What `tcpdump -A` prints is read by its packets: who sent how much, whatever stands before it."""

from __future__ import annotations

from captures import CLIENT, SERVER, SESSION, Wire, ethernet, pcap
from pasted import exchanges

from simulator.transcript import read, read_capture

MAIL = (b"RETR 2\r\n", b"+OK\r\nSubject: a\r\n\r\nUSER mira\r\n+OK\r\n\r\n.\r\n")


def printed(octets: bytes) -> str:
    """Octets as tcpdump prints them: dots for what has no glyph, CR left out before LF."""
    text = octets.replace(b"\r\n", b"\n").removesuffix(b"\r").decode("latin-1")
    return "".join(each if " " <= each <= "~" or each in "\t\n" else "." for each in text)


def dump(wire: Wire) -> str:
    """The packets of a wire, each below its line."""
    out = []
    for number, packet in enumerate(wire.packets):
        source = int.from_bytes(packet[20:22], "big")
        sender, receiver = (CLIENT, SERVER) if source == CLIENT[1] else (SERVER, CLIENT)
        seq = int.from_bytes(packet[24:28], "big")
        length = len(packet) - 40
        told = f"seq {seq}:{seq + length}, " if length else ""
        out.append(
            f"09:00:{number % 60:02}.100200 IP {'.'.join(map(str, sender))} > "
            f"{'.'.join(map(str, receiver))}: Flags [P.], {told}ack 1, win 502, length {length}\n"
            f"{printed(packet)}\n"
        )
    return "".join(out)


def session(size: int = 1400) -> Wire:
    pairs = [*SESSION[:4], MAIL, *SESSION[4:]]
    return Wire().connect().dialogue(*pairs, size=size).fin(SERVER)


def test_a_dump_is_read_as_the_capture_is() -> None:
    """The same Exchanges, whether a packet holds several lines or a part of one."""
    for size in (1400, 7):
        wire = session(size)
        (captured,) = read_capture(pcap(map(ethernet, wire.packets))).dialogues
        reading = read("tcpdump: listening on eth0\n" + dump(wire))
        assert exchanges(reading) == exchanges(captured)
        assert reading.undone == ("tcpdump's packets",)


def test_a_packet_that_came_twice_is_heard_once() -> None:
    """It bears the same number."""
    wire = session()
    wire.packets.insert(6, wire.packets[5])
    assert exchanges(read(dump(wire))) == exchanges(read(dump(session())))


def test_a_page_that_trims_the_lines_of_a_dump_hides_no_password_less() -> None:
    """Without its blank lines and with other headers the count says nothing; the words still do."""
    text = "\n".join(line.strip(" .") for line in dump(session()).split("\n") if line.strip())
    reading = read(text)
    assert [each.keyword for each in exchanges(reading)][:4] == ["GREETING", "USER", "PASS", "LIST"]
    assert "kettle42" in reading.secrets


def test_two_calls_in_one_dump_are_two_sessions() -> None:
    """Told apart by their ports, however their packets are mixed; other traffic is passed over."""
    one = dump(session())
    two = one.replace(".40110", ".40111")
    web = one.replace(".40110", ".40112").replace(".110:", ".80:").replace(".110 >", ".80 >")
    web = web.replace("+OK", "200")
    packets = [
        packet for three in zip(*(text.split("09:00:")[1:] for text in (one, web, two)), strict=True)
        for packet in three
    ]  # fmt: skip
    reading = read("09:00:" + "09:00:".join(packets))
    assert [exchanges(each) for each in reading.dialogues] == [exchanges(read(one))] * 2
