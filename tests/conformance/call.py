"""One call to a server, from the caller's end: say a line, read a reply, say what was wanted of it."""

from __future__ import annotations

from collections import deque
from types import TracebackType
from typing import Protocol, Self

from .reply import Reply

__all__ = ["Call", "DoesNotApply", "Failed", "Line", "NothingCame"]

#: A line of a reply above this is no reply.
LONGEST = 1 << 20


class Failed(Exception):
    """The server does not do what the section asks for."""


class DoesNotApply(Exception):
    """What the check is about cannot be had on this line."""


class NothingCame(Exception):
    """An answer was waited for in vain."""


class Line(Protocol):
    """What carries octets, and knows no POP3."""

    def send(self, octets: bytes) -> None:
        """Carry octets to the server. Where it has hung up, nothing happens."""

    def receive(self) -> bytes:
        """What has come, at least an octet; b"" once the server has hung up. Raises NothingCame."""

    def start_tls(self) -> None:
        """Begin TLS here and now. Raises Failed where the server cannot."""

    def break_off(self) -> None:
        """Go away without a word, and wait until the server has noticed."""

    def close(self) -> None:
        """Give the line back. Safe to call twice."""


class Call:
    """A line with what was said on it, so that a failure can show what was sent and what came."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self._kept = bytearray()
        self._trail: deque[str] = deque(maxlen=6)
        self._secrets: set[bytes] = set()
        self._over = False
        self.greeting = Reply(b"")
        try:
            self.greeting = self.reply()
        except BaseException:
            line.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, what: BaseException | None, _: TracebackType | None
    ) -> None:
        self.line.close()
        if isinstance(what, LookupError | ValueError):
            # A word that is missing, a number that is none: the reply was not of the form.
            raise self._failed("a reply in the form that the section gives it") from what

    # What is said

    def send(self, octets: bytes, *, secret: bool = False) -> None:
        """Send octets as they are."""
        self._note("sent", b"(not shown)" if secret else octets)
        self.line.send(octets)

    def say(self, command: str | bytes, *, secret: bool = False) -> Reply:
        """Say one line, and read one line."""
        octets = command.encode() if isinstance(command, str) else command
        hidden = secret or octets[:5].upper() in (b"PASS ", b"APOP ")
        if hidden and len(octets) > 8:
            self._secrets.add(octets[5:])  # a server that repeats it is not to be quoted
        self.send(octets + b"\r\n", secret=hidden)
        return self.reply()

    def ask(self, command: str | bytes) -> Reply:
        """Say one line that is answered with a body where it is +OK."""
        reply = self.say(command)
        return self.body(reply) if reply.ok else reply

    def ok(self, command: str | bytes) -> Reply:
        """Say one line that is to be answered +OK."""
        reply = self.say(command)
        self.want(reply.ok, "+OK")
        return reply

    def err(self, command: str | bytes) -> Reply:
        """Say one line that is to be answered -ERR."""
        reply = self.say(command)
        self.want(reply.err, "-ERR")
        return reply

    def body_of(self, command: str | bytes) -> Reply:
        """Say one line that is to be answered +OK and a body."""
        reply = self.ask(command)
        self.want(reply.ok, "+OK and a body")
        return reply

    def log_in(self, name: str, password: str) -> Self:
        """USER and PASS."""
        self.ok(f"USER {name}")
        self.ok(f"PASS {password}")
        return self

    def quit(self) -> Reply:
        """QUIT: one +OK, nothing behind it, and the end of the line."""
        reply = self.ok("QUIT")
        rest = self.rest()
        self.want(not rest, "nothing behind the reply to QUIT but the end of the line")
        return reply

    def in_step(self) -> None:
        """In TRANSACTION: the very next reply belongs to the very next line."""
        reply = self.say("STAT")
        good = (
            reply.ok and len(reply.words) >= 2 and all(each.isdigit() for each in reply.words[:2])
        )
        self.want(good, "STAT's own reply next, no more and no fewer replies than lines")

    # What comes

    def reply(self) -> Reply:
        """The next line that comes."""
        line = self.row()
        self.want(line.endswith(b"\r\n"), "a line that ends in CRLF (RFC 1939 section 3)")
        return Reply(line)

    def row(self) -> bytes:
        """The next line with its line end, whatever that is; what there is where the line ended."""
        start = 0
        while (end := self._kept.find(b"\n", start)) < 0:
            start = len(self._kept)
            self.want(start < LONGEST, "a line end at last")
            if not self._more():
                self.want(False, "a reply; the server has hung up instead")
        line = bytes(self._kept[: end + 1])
        del self._kept[: end + 1]
        self._note("came", line)
        return line

    def body(self, reply: Reply) -> Reply:
        """The body behind a status line, up to the line "."."""
        start = 0
        while True:
            if self._kept.startswith(b".\r\n"):
                end = 0
                break
            found = self._kept.find(b"\r\n.\r\n", max(0, start - 4))
            if found >= 0:
                end = found + 2
                break
            start = len(self._kept)
            if not self._more():
                self.want(False, 'a body that ends in a line "."; the server has hung up instead')
        whole = bytes(self._kept[:end])
        del self._kept[: end + 3]
        self._note("came", whole + b".\r\n")
        return Reply(reply.line, whole)

    def rest(self) -> bytes:
        """All that still comes until the server hangs up."""
        while self._more():
            self.want(len(self._kept) < 64 * LONGEST, "the end of the line at last")
        whole = bytes(self._kept)
        self._kept.clear()
        self._note("came", whole + b" and the end of the line")
        return whole

    def hung_up(self) -> bool:
        """Whether the next thing that comes is the end of the line."""
        return not self._kept and not self._more()

    def start_tls(self) -> None:
        """Begin TLS. What came in the clear before it is of no account any more."""
        self._kept.clear()
        self.line.start_tls()

    def drop(self) -> None:
        """Be cut off: no QUIT."""
        self._note("sent", b"(the line was cut)")
        self.line.break_off()
        self.line.close()

    def _more(self) -> bool:
        if self._over:
            return False
        try:
            came = self.line.receive()
        except NothingCame as silence:
            self._note("came", bytes(self._kept) + b" and then nothing")
            raise self._failed(f"a reply ({silence})") from None
        self._kept += came
        self._over = not came
        return bool(came)

    # What was wanted

    def want(self, fact: bool, asked: str) -> None:
        """`fact` must hold; else it fails with what was sent, what came and what was asked for."""
        if not fact:
            raise self._failed(asked)

    def want_same(self, got: bytes, wanted: bytes, what: str) -> None:
        """Two strings of octets must be one; else the first octet that differs is told."""
        if got != wanted:
            pairs = enumerate(zip(got, wanted, strict=False))
            at = next((i for i, (a, b) in pairs if a != b), min(len(got), len(wanted)))
            begin = max(0, at - 12)
            raise self._failed(
                f"{what}: {len(wanted)} octets and not {len(got)}; from octet {begin} on "
                f"{_drawn(wanted[begin : at + 12])} and not {_drawn(got[begin : at + 12])}"
            )

    def want_mail(self, number: int, content: bytes) -> None:
        """RETR of that number must give these octets, without stuffing."""
        self.want_same(self.body_of(f"RETR {number}").content, content, f"message {number}")

    def _failed(self, asked: str) -> Failed:
        return Failed("\n".join([*self._trail, f"asked: {asked}"]))

    def _note(self, what: str, octets: bytes) -> None:
        for secret in self._secrets:
            octets = octets.replace(secret, b"(secret)")
        self._trail.append(f"{what}:  {_drawn(octets)}")


def _drawn(octets: bytes) -> str:
    """Octets as printable ASCII, shortened in the middle."""
    if len(octets) > 160:
        return f"{ascii(octets[:100])[1:]} ... {ascii(octets[-40:])[1:]} ({len(octets)} octets)"
    return ascii(octets)[1:]
