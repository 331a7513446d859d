"""The promises about any input, each as a function that tries it so often and raises where it fails.

`make fuzz` tries them as often as was promised; the tests do it a hundredth as often. The chance is
seeded: what fails once fails again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from random import Random

from chairs import EXTENDED, letters, mailbox, personality

from simulator.console.ink import ink, markup
from simulator.console.speech import octet_rows, reply_rows
from simulator.console.theme import PLAIN, coloured
from simulator.hosts.mechanisms import EVERY
from simulator.mailroom import Accounts
from simulator.mailroom.message import crlf
from simulator.pop3 import Office, Pop3Client, Pop3Server, State
from simulator.pop3.exchange import Reply, decode
from simulator.pop3.replies import unstuff

__all__ = ["PROMISES"]

_WORDS = (
    b"USER mrose", b"PASS secret", b"PASS wrong", b"QUIT", b"STAT", b"LIST", b"LIST 2", b"RETR 1",
    b"RETR 3", b"DELE 1", b"DELE 2", b"RSET", b"NOOP", b"TOP 1 2", b"UIDL", b"UIDL 3", b"CAPA",
    b"LAST", b"UTF8", b"LANG *", b"LANG de", b"AUTH", b"AUTH PLAIN", b"AUTH CRAM-MD5", b"AUTH LOGIN",
    b"AG1yb3NlAHNlY3JldA==", b"*", b"=", b"", b"apop mrose c4c9334bac560ecc979e58001b3e22fb",
    b"RETR 99999999999999999999", b"LIST -1", b"TOP 1 1_0", b"\xff\xfd\x06", b"NOOP \x00", b"x" * 300,
)  # fmt: skip


def _server(*, watch: bool = False, **policy: object) -> Pop3Server:
    office = Office(personality(**{**EXTENDED, **policy}), Accounts([letters()]), "host",
                    "<1.2@host>", nonce="n", mechanisms=EVERY)  # fmt: skip
    return Pop3Server(office, watch=watch)


def _all(server: Pop3Server) -> bytes:
    said = b""
    while pieces := server.data_to_send():
        said += b"".join(pieces)
    return said


def _session(chance: Random, most: int = 12) -> bytes:
    """A session of lines that mean something, most of them."""
    begins = [b"USER mrose", b"PASS secret"] if chance.random() < 0.7 else []
    lines = [*begins, *chance.choices(_WORDS, k=chance.randrange(most))]
    ends = (b"\r\n", b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r\0\n")
    return b"".join(line + chance.choice(ends) for line in lines)


def _pieces(chance: Random, octets: bytes, most: int = 8) -> Iterable[bytes]:
    cuts = sorted(chance.randrange(len(octets) + 1) for _ in range(chance.randrange(most)))
    return [octets[a:b] for a, b in zip([0, *cuts], [*cuts, len(octets)], strict=True)]


def any_octets(times: int, chance: Random) -> None:
    """Whatever comes, no exception leaves the engine, and each whole line has exactly one Exchange."""
    server, lines = _server(watch=True), 0
    seen = len(server.exchanges())
    for number in range(times):
        octets = chance.randbytes(chance.randrange(60))
        if number % 3 == 0:
            octets = octets.replace(b"a", b"\r\n") + chance.choice(_WORDS) + b"\r\n"
        server.receive_data(octets)
        _all(server)
        lines += octets.count(b"\n")
        seen += len(server.exchanges())
        if server.hangs_up or server.wants_tls or number % 200 == 199:
            assert server.hangs_up or server.wants_tls or seen - 1 == lines, octets
            server, lines = _server(watch=True), 0
            seen = len(server.exchanges())


def any_session(times: int, chance: Random) -> None:
    """Both chairs make the same of a session, and the client never raises on what comes."""
    for _ in range(times):
        server, client = _server(watch=True), Pop3Client()
        octets = _session(chance)
        client.receive_data(_all(server))
        for line in octets.split(b"\n")[:-1]:
            if server.hangs_up or server.wants_tls:
                break
            client.send(decode(line), end=b"\n")
            server.receive_data(line + b"\n")
            client.receive_data(_all(server))
        assert client.exchanges() == server.exchanges(), octets


def any_cut(times: int, chance: Random) -> None:
    """However a session is cut into pieces, the octets that answer it are the same."""
    octets, whole = b"", b""
    for number in range(times):
        if number % 10 == 0:
            octets, server = _session(chance), _server()
            server.receive_data(octets)
            whole = _all(server)
        server, answered = _server(), b""
        for piece in _pieces(chance, octets):
            server.receive_data(piece)
            if chance.random() < 0.5:
                answered += _all(server)
        assert answered + _all(server) == whole, octets


def any_letter(times: int, chance: Random) -> None:
    """A message comes octet for octet, by RETR and by TOP, and is as long as LIST says."""
    parts = (b".", b"\r\n", b"..", b"\r\n.\r\n", b"text ", b"\r\n.", b"\xe9", b".\r\n", b"\r\n\r\n")
    for number in range(times):
        if number % 50 == 0:  # a dot at the edge of a buffer
            edge = chance.choice((1024, 4096, 16384, 65536)) - 2 + number // 50 % 5
            content = b"Subject: x\r\n\r\n" + b"y" * (edge - 16) + b"\r\n.dot\r\n"
        else:
            body = b"".join(chance.choices(parts, k=chance.randrange(30)))
            content = crlf(b"Subject: x\n\n" + body)
        server = Pop3Server(Office(personality(), Accounts([mailbox([content])]), "host"))
        client = Pop3Client()
        for line in ("USER mrose", "PASS secret", "LIST 1", "RETR 1", "TOP 1 99999"):
            server.receive_data(client.send(line))
            for piece in _pieces(chance, _all(server)):
                client.receive_data(piece)
        *_, listed, whole, top = client.exchanges()
        for reply in (whole.reply, top.reply):
            assert reply.body is not None
            assert unstuff(reply.body) == content
        assert listed.reply.text == f"1 {len(content)}"
        assert whole.reply.octets == len(content)


def any_disconnect(times: int, chance: Random) -> None:
    """Whenever the line is lost, nothing is gone but what a QUIT with its reply has removed."""
    for _ in range(times):
        accounts = Accounts([letters(5)])
        office = Office(personality(), accounts, "host")
        octets = b"USER mrose\r\nPASS secret\r\n" + b"".join(
            b"%s\r\n"
            % chance.choice((b"DELE 1", b"DELE 3", b"RSET", b"RETR 2", b"NOOP", b"DELE 5"))
            for _ in range(chance.randrange(8))
        )
        for upto in range(len(octets) + 1):
            server = Pop3Server(office)
            server.receive_data(octets[:upto])
            server.receive_eof()
            assert accounts.removed("mrose") == (), octets[:upto]
            assert not accounts.snapshot("mrose").locked
        server = Pop3Server(office)
        server.receive_data(octets)
        marks = server.session.marks
        server.receive_data(b"QUIT\r\n")
        assert server.session.state is State.CLOSED
        assert accounts.removed("mrose") == tuple(f"uid-{number}" for number in sorted(marks))


_OURS = re.compile(r"\x1b\[[0-9;]*m")
_ACTS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)


def any_text_on_a_terminal(times: int, chance: Random) -> None:
    """Of mail, replies and live values nothing reaches a terminal that it would act upon."""
    looks = (PLAIN, coloured(), coloured(16, unicode=False))
    tricks = ("\x1b]52;c;aGk=\x07", "\x9b2J", "\u202e", "\x1b[201~", "\r", "\x00", "\u200b", "[/red]",
              "\x7f", "\udc9b", "\ufeff", "\U000e0041", "`x`", "**y**", "${z}")  # fmt: skip
    for _ in range(times):
        text = "".join(
            chance.choice(tricks) if chance.random() < 0.3 else chr(chance.randrange(0x3000))
            for _ in range(chance.randrange(30))
        )
        octets = text.encode("utf-8", "surrogateescape") + chance.randbytes(8)
        line = text.replace("\n", " ")
        rows = [*reply_rows(Reply(f"+OK {line}", octets), tabs=False), *octet_rows(octets, tabs=False),
                markup(line, "note")]  # fmt: skip
        for look in looks:
            for row in rows:
                left = _OURS.sub("", ink(row, look))
                assert not _ACTS.search(left), ascii(text)


#: What is promised, how often it is tried, and what tries it (the numbers of the promises).
PROMISES: dict[str, tuple[int, Callable[[int, Random], None]]] = {
    "3 any octets": (1_000_000, any_octets),
    "3 any session": (100_000, any_session),
    "4 any cut": (10_000, any_cut),
    "5 any letter": (10_000, any_letter),
    "6 any disconnect": (1_000, any_disconnect),
    "12 any text on a terminal": (100_000, any_text_on_a_terminal),
}
