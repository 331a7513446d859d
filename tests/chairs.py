"""Both chairs of one session, joined without a network, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from simulator.mailroom import Accounts, Mailbox, Message, make_message
from simulator.pop3 import (
    End,
    Exchange,
    Language,
    Office,
    Personality,
    Policy,
    Pop3Client,
    Pop3Server,
)

STAMP = "<1896.697170952@dbc.mtview.ca.us>"

WORDING = {
    "greeting": "POP3 server ready {timestamp}",
    "pass": "{user}'s maildrop has {messages} ({octets} octets)",
    "apop": "{user}'s maildrop has {messages} ({octets} octets)",
    "list": "{messages} ({octets} octets)",
    "retr": "{size} octets",
    "dele": "message {number} deleted",
    "rset": "maildrop has {messages} ({octets} octets)",
    "quit": "signing off ({left})",
    "no-such-message": "no such message, only {totals} in maildrop",
    "already-deleted": "message {number} already deleted",
    "in-use": "[IN-USE] maildrop already locked",
    "bad-credentials": "[AUTH] authentication failed",
    "login-delay": "[LOGIN-DELAY] wait {delay} seconds",
    "temporary": "[SYS/TEMP] try again later",
    "permanent": "[SYS/PERM] call somebody",
    "unknown-mechanism": "no such mechanism",
    "needs-tls": "not in the clear: say STLS first",
    "tls-active": "TLS is active already",
    "needs-utf8": "[UTF8] message {number} needs UTF8",
    "unknown-language": "no such language",
    "lang": "texts are plain",
    "err": "no",
}

#: A policy with every extension, for `personality(**EXTENDED)`.
EXTENDED: dict[str, object] = {
    "offers": frozenset({"APOP", "TOP", "UIDL", "CAPA", "STLS", "UTF8", "LANG", "LAST"}),
    "mechanisms": ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER"),
    "bare_auth": True,
    "utf8_user": True,
    "capabilities": ("RESP-CODES", "AUTH-RESP-CODE", "PIPELINING"),
}
LANGUAGES = {
    "de": Language("Deutsch", {
        "lang": "Texte sind deutsch", "err": "nein", "unknown-language": "keine solche Sprache",
        "unknown-mechanism": "kein solcher Mechanismus: mechanism", "noop": "ja",
    }),
    "fr": Language("fran\u00e7ais", {"noop": "d\u2019accord"}),
}  # fmt: skip


def personality(**policy: object) -> Personality:
    """The plain server of these tests, with a policy of one's own."""
    wording = dict(WORDING)
    offers = policy.get("offers", Policy().offers)
    if "APOP" not in offers:  # type: ignore[operator]
        wording["greeting"] = "POP3 server ready"
    rules = Policy(**policy)  # type: ignore[arg-type]
    return Personality("plain", "a plain server", wording, rules, LANGUAGES)


def mailbox(contents: Iterable[bytes], owner: str = "mrose") -> Mailbox:
    """A maildrop with these contents (CRLF octets)."""
    messages = tuple(
        Message(label=f"m{n}", unique_id=f"uid-{n}", content=content)
        for n, content in enumerate(contents, 1)
    )
    return Mailbox(name="test", owner=owner, full_name="", password="secret", secret="tanstaaf",
                   about="", messages=messages)  # fmt: skip


def letters(count: int = 3) -> Mailbox:
    """A maildrop with some letters of different sizes."""
    made = [make_message(label=f"m{n}", headers={"Subject": f"Letter {n}"}, text="word\n" * n)
            for n in range(1, count + 1)]  # fmt: skip
    return mailbox([message.content() for message in made])


def same(data: bytes) -> Iterable[bytes]:
    """No cutting."""
    return [data] if data else []


@dataclass
class Chairs:
    """A server that is watched and a client, with a wire between them that may cut what it carries."""

    accounts: Accounts
    manner: Personality = field(default_factory=personality)
    cut: Callable[[bytes], Iterable[bytes]] = same
    wire: bytearray = field(default_factory=bytearray)  #: all octets that the server has sent
    secure: bool = False  #: TLS stands from the start
    now: float = 0.0  #: the clock that the server looks at

    def __post_init__(self) -> None:
        stamp = STAMP if self.manner.offered("APOP") else ""
        office = Office(self.manner, self.accounts, "host", stamp, lambda: self.now, "nonce")
        self.server = Pop3Server(office, watch=True, secure=self.secure)
        self.client = Pop3Client(secure=self.secure)
        self.seen: list[Exchange] = []
        self.made: list[Exchange] = []
        self._pump()

    def say(self, *lines: str) -> list[Exchange]:
        """Send each line and wait for its reply; the Exchanges that came of them."""
        start = len(self.seen)
        for line in lines:
            self._carry(self.client.send(line))
        return self.seen[start:]

    def pipeline(self, lines: Sequence[str]) -> list[Exchange]:
        """Send all lines in one burst."""
        start = len(self.seen)
        self._carry(b"".join(self.client.send(line) for line in lines))
        return self.seen[start:]

    def drop(self) -> End | None:
        """Lose the line."""
        self.server.receive_eof()
        self.client.hang_up()
        return self.client.end

    def log_in(self) -> None:
        """USER and PASS."""
        assert all(exchange.ok for exchange in self.say("USER mrose", "PASS secret"))

    def _carry(self, octets: bytes) -> None:
        for piece in self.cut(octets):
            self.server.receive_data(piece)
        self._pump()

    def _pump(self) -> None:
        answered = b""
        while pieces := self.server.data_to_send():
            answered += b"".join(pieces)
        self.wire += answered
        for piece in self.cut(answered):
            self.client.receive_data(piece)
        self.seen += self.client.exchanges()
        self.made += self.server.exchanges()
        if self.server.wants_tls:
            # As if a handshake had been held; the real one is for tests/link and tests/hosts.
            self.server.tls_started()
            self.client.tls_started()
        if self.server.hangs_up:
            self.client.receive_eof()
