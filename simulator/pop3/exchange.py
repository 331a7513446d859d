"""The one value that travels through the house: the Exchange, and what it is made of.

Why one value: the margin, the checks of a lesson, transcripts and boards all want the same facts of
one line and its answer. Both chairs make it. The client makes it from octets alone; the server knows
more, and a property test holds that this changes nothing.

All text here is what came over the wire, decoded as UTF-8 with `surrogateescape`, so that it can be
turned back into the very octets. It has not been made safe for a terminal: that is the console's job.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from .arguments import answer_of
from .commands import Command
from .discretion import HIDDEN, without_secret
from .states import State, Status

__all__ = [
    "Effect",
    "Effects",
    "End",
    "Ending",
    "Exchange",
    "Reason",
    "Reply",
    "decode",
    "encode",
    "is_text",
]


def decode(octets: bytes) -> str:
    """Octets from the wire as text that remembers every octet."""
    return octets.decode("utf-8", "surrogateescape")


def is_text(text: str) -> bool:
    """Whether all octets that `decode` made it of were UTF-8."""
    return text.isascii() or not any("\udc80" <= each <= "\udcff" for each in text)


def encode(text: str) -> bytes:
    """The octets that `decode` took apart. A surrogate that never was an octet becomes "?"."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


class Reason(Enum):
    """Why a command was answered with -ERR. The server knows it; the client infers it.

    The wire carries no such thing: there, only the status indicator and, with RFC 2449, a response
    code mean something. The names are ours.
    """

    UNKNOWN_COMMAND = "unknown-command"
    BLANK_LINE = "blank-line"
    LINE_TOO_LONG = "line-too-long"
    BAD_OCTET = "bad-octet"  #: NUL, a control, a bare CR or an octet above 126
    BARE_LF = "bare-lf"
    WRONG_STATE = "wrong-state"
    USER_FIRST = "user-first"  #: PASS without a USER before it
    MISSING_ARGUMENT = "missing-argument"
    SURPLUS_ARGUMENT = "surplus-argument"
    BAD_ARGUMENT = "bad-argument"
    NO_SUCH_MESSAGE = "no-such-message"
    ALREADY_DELETED = "already-deleted"
    NO_SUCH_MAILBOX = "no-such-mailbox"
    BAD_CREDENTIALS = "bad-credentials"
    IN_USE = "in-use"
    LOGIN_DELAY = "login-delay"
    UNKNOWN_MECHANISM = "unknown-mechanism"  #: AUTH named a SASL mechanism that is not offered
    CANCELLED = "cancelled"  #: "*" ended the dialogue of AUTH, as was asked
    NEEDS_TLS = "needs-tls"  #: a password may not go over this line in the clear
    TLS_ACTIVE = "tls-active"  #: STLS on a line that is encrypted already
    NEEDS_UTF8 = "needs-utf8"  #: the message cannot be sent before UTF8 was said
    UNKNOWN_LANGUAGE = "unknown-language"
    NOT_REMOVED = "not-removed"  #: QUIT could not remove all that was marked
    TEMPORARY = "temporary"  #: [SYS/TEMP]
    PERMANENT = "permanent"  #: [SYS/PERM]

    __hash__ = object.__hash__  # as State has it


class Effect(Enum):
    """The kinds of thing one exchange can do."""

    GREETING = "greeting"  #: the server spoke first
    NAMED = "named"  #: USER was accepted; nobody is logged in yet
    SECURED = "secured"  #: STLS was accepted, or the greeting came over TLS
    UTF8 = "utf8"  #: UTF8 mode is on
    LANGUAGE = "language"  #: the texts are in the language `name` from here on
    LOGIN = "login"
    SENT = "sent"  #: a whole message was sent (RETR)
    MARKED = "marked"
    UNMARKED = "unmarked"
    REMOVED = "removed"  #: UPDATE removed the marked messages
    NOT_REMOVED = "not-removed"  #: QUIT was answered with -ERR: some or none were removed


@dataclass(frozen=True, slots=True)
class Effects:
    """What one exchange did. `numbers` are message-numbers in ascending order."""

    kind: Effect
    numbers: tuple[int, ...] = ()
    #: The mailbox name; for GREETING the APOP timestamp with its <>, or ""; for LANGUAGE the tag.
    name: str = ""


#: RFC 2449 section 8: "[" level *("/" level) "]" right behind the status indicator's blank
_CODE = re.compile(r"\[([A-Z0-9][A-Z0-9/_.-]*)\](?: |\Z)", re.IGNORECASE)


_INDICATORS = {status.value: status for status in Status}


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: its first line, and the body of a multi-line one.

    `body` holds the octets as they were on the wire, CRLF and stuffed dots and all, but without the
    line "." that ends it (RFC 1939 section 3). None: the reply is a single line.
    """

    line: str
    body: bytes | None = None

    @property
    def status(self) -> Status | None:
        """The status indicator; None where the peer sent none."""
        return _INDICATORS.get(self.line.partition(" ")[0])

    @property
    def ok(self) -> bool:
        """Whether the reply begins with +OK."""
        return self.status is Status.OK

    @property
    def text(self) -> str:
        """What stands behind the status indicator and its blank."""
        return self.line.partition(" ")[2]

    @property
    def challenge(self) -> bytes | None:
        """The octets of AUTH's challenge; None where this is none, or its base64 is not sound."""
        return answer_of(self.text) if self.status is Status.CONTINUE else None

    @property
    def code(self) -> str:
        """The response code without its brackets, upper case, or "" (RFC 2449 section 8)."""
        found = _CODE.match(self.text)
        return found.group(1).upper() if found else ""

    @property
    def lines(self) -> tuple[bytes, ...]:
        """The body's lines with the stuffing taken off, without CRLF. Empty where there is none."""
        if not self.body:
            return ()
        rows = self.body.split(b"\r\n")
        if not rows[-1]:
            rows.pop()
        return tuple(row[1:] if row.startswith(b".") else row for row in rows)

    @property
    def octets(self) -> int:
        """The body's size in octets as a maildrop counts it: CRLF counted, stuffing not."""
        if not self.body:
            return 0
        stuffed = self.body.count(b"\r\n.") + self.body.startswith(b".")
        return len(self.body) - stuffed

    def wire(self) -> Iterator[bytes]:
        """The reply as octets again, in pieces: first line, body, terminator."""
        yield encode(self.line) + b"\r\n"
        if self.body is not None:
            if self.body:
                yield self.body
            yield b".\r\n"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One line and its answer. The greeting is an Exchange without a line."""

    line: str | None  #: as typed, without its line end; None: the server spoke unasked
    command: Command | None
    reply: Reply
    before: State
    after: State
    effects: tuple[Effects, ...] = ()
    reason: Reason | None = None
    user: str = ""  #: who is logged in after it, or ""

    @property
    def keyword(self) -> str:
        """The command's keyword in upper case, "GREETING", or "" for what no table knows."""
        if self.command is None:
            return "GREETING" if self.did(Effect.GREETING) else ""
        return self.command.keyword if self.command.row else ""

    @property
    def ok(self) -> bool:
        """Whether the reply was positive."""
        return self.reply.ok

    @property
    def asks(self) -> bool:
        """Whether the reply is a challenge of AUTH: neither yes nor no, and the next line answers."""
        return self.reply.status is Status.CONTINUE and self.keyword == "AUTH"

    def did(self, kind: Effect) -> Effects | None:
        """The effect of that kind, or None."""
        return next((effect for effect in self.effects if effect.kind is kind), None)

    def public(self) -> Exchange:
        """The same without a secret: what boards, histories, logs and transcripts may hold."""
        command = self.command
        if command is None or self.line is None:
            return self
        line = HIDDEN if command.step else without_secret(self.line)
        if line == self.line:
            return self
        shown = command.arguments[:1] if command.mechanism and command.flaw is None else ()
        keyword = command.keyword if command.row else line.partition(" ")[0]
        hidden = replace(command, keyword=keyword, arguments=(*shown, HIDDEN))
        return replace(self, line=line, command=hidden)


class Ending(Enum):
    """How a session came to its end."""

    QUIT = "quit"  #: the client said QUIT and the server answered
    DROP = "drop"  #: the client's side went away
    SERVER = "server"  #: the server hung up unasked


@dataclass(frozen=True, slots=True)
class End:
    """The end of a session: from which state, and what UPDATE removed or a lost line forgot."""

    by: Ending
    state: State  #: AUTHORIZATION or TRANSACTION: the state that it ended from
    user: str = ""
    removed: tuple[int, ...] = ()
    forgotten: tuple[int, ...] = ()  #: marks that were lost with the line (RFC 1939 section 6)
