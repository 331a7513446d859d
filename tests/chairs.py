"""Both chairs of one session, joined without a network, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from simulator.mailroom import Accounts, Mailbox, Message, make_message
from simulator.pop3 import End, Exchange, Office, Personality, Policy, Pop3Client, Pop3Server

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
    "err": "no",
}


def personality(**policy: object) -> Personality:
    """The plain server of these tests, with a policy of one's own."""
    wording = dict(WORDING)
    offers = policy.get("offers", Policy().offers)
    if "APOP" not in offers:  # type: ignore[operator]
        wording["greeting"] = "POP3 server ready"
    return Personality("plain", "a plain server", wording, Policy(**policy))  # type: ignore[arg-type]


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

    def __post_init__(self) -> None:
        stamp = STAMP if self.manner.offered("APOP") else ""
        self.server = Pop3Server(Office(self.manner, self.accounts, "host", stamp), watch=True)
        self.client = Pop3Client()
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
        answered = b"".join(self.server.data_to_send())
        self.wire += answered
        for piece in self.cut(answered):
            self.client.receive_data(piece)
        self.seen += self.client.exchanges()
        self.made += self.server.exchanges()
        if self.server.hangs_up:
            self.client.receive_eof()
