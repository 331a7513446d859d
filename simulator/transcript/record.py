"""What a text or a capture has shown of POP3: dialogues, and what is missing from them.

Values only. The Exchanges in them are the same as everywhere in the house, made by the client's chair;
beside each stands where it was read, and how far it is to be believed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from simulator.pop3 import Breach, End, Exchange, Rule

__all__ = ["UNSEEN", "Dialogue", "Doubt", "Finding", "Lack", "Reading", "Turn", "Unread"]

#: What a pasted text cannot show, since programs and pages wrap, trim and re-dress lines.
UNSEEN = frozenset(
    {Rule.SENT_SIZE, Rule.TOP_TOO_LONG, Rule.LF_LINES, Rule.LONG_LINE, Rule.BARE_LF, Rule.BARE_CR,
     Rule.NUL, Rule.CONTROL, Rule.NOT_ASCII, Rule.CHALLENGE_UNSPACED, Rule.INDICATOR_CASE,
     Rule.CAPABILITY_LONG}
)  # fmt: skip
#: What it cannot show of a login either: who writes it down puts something in place of the secret.
_UNSEEN_OF_A_LOGIN = UNSEEN | {Rule.FLAW_ACCEPTED, Rule.RESPONSE_ACCEPTED}
_LOGINS = frozenset({"PASS", "APOP", "AUTH"})


class Lack(Enum):
    """What is missing from a dialogue, or was put right while it was read."""

    GREETING = "no-greeting"  #: it begins in the middle
    GREETING_CUT = "greeting-cut-off"  #: a "<" without its ">"
    LOGIN = "no-login"  #: a command of TRANSACTION was accepted, and no login is shown
    LINE = "no-line"  #: a reply without its line; `word`: the line that was put in its place
    NUMBER = "no-number"  #: the same, and the message-number in `word` is a guess
    REPLY = "no-reply"  #: a line without its reply
    DOT = "no-dot"  #: a body without the dot that ends it
    BODY = "no-body"  #: a reply that has a body, and none is shown
    ROWS = "left-out"  #: "..." stands in place of lines
    QUIT = "no-quit"  #: it ends without QUIT; `numbers`: the marks
    SWALLOWED = "swallowed"  #: openssl took the line for a command of its own
    WRAPPED = "wrapped"  #: a line that was broken in two; put together
    CASE = "indicator-case"  #: +Ok: the server's spelling, or the page's
    LONG = "too-long"  #: a line was cut
    QUOTED = "quoted"  #: a reply that stands within a sentence
    OCTETS = "gap"  #: a capture has lost `numbers[0]` octets
    TLS = "tls"  #: from here on the line is encrypted, and cannot be read


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is missing. `line` counts from 1; in a capture it is the packet."""

    lack: Lack
    line: int
    word: str = ""
    numbers: tuple[int, ...] = ()


class Doubt(Enum):
    """How far a turn is to be believed."""

    NONE = "none"  #: octets from a capture
    TEXT = "text"  #: as a text shows it: nothing in `UNSEEN` can be told
    PART = "part"  #: its body is not whole, or its line a guess: nothing can be held against it


@dataclass(frozen=True, slots=True)
class Turn:
    """One Exchange, and where it stands: the lines (or packets) of the line and of its reply."""

    exchange: Exchange
    said_at: int | None
    heard_at: int
    doubt: Doubt = Doubt.TEXT
    restored: bool = False  #: the line is not in the text; it was put in its place
    breaches: tuple[Breach, ...] = ()

    @property
    def unseen(self) -> frozenset[Rule]:
        """The rules that cannot be judged here."""
        if self.doubt is Doubt.NONE:
            return frozenset()
        if self.doubt is Doubt.PART:
            return frozenset(Rule)
        return _UNSEEN_OF_A_LOGIN if self.exchange.keyword in _LOGINS else UNSEEN


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One session, or as much of one as is shown. `events` stand in the order of the text."""

    events: tuple[Turn | Finding, ...]
    end: End | None = None  #: None: nobody has seen it end
    host: str = ""  #: whom the call went to, where a program says it
    port: int = 0
    secure: bool = False  #: TLS stood before the greeting

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The Exchanges."""
        return tuple(event for event in self.events if isinstance(event, Turn))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is missing."""
        return tuple(event for event in self.events if isinstance(event, Finding))

    @property
    def lines(self) -> tuple[int, int]:
        """The first and the last line of it."""
        at = [event.said_at or event.heard_at for event in self.turns]
        at += [event.heard_at for event in self.turns] + [each.line for each in self.findings]
        return (min(at), max(at)) if at else (0, 0)


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that looks like POP3 and could not be understood: where, what, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read. `lines`: how many there were; `undone`: how the text had been dressed."""

    dialogues: tuple[Dialogue, ...] = ()
    unread: tuple[Unread, ...] = ()
    lines: int = 0
    undone: tuple[str, ...] = field(default=())
    secrets: frozenset[str] = frozenset()  #: what must not be shown again
    unit: str = "line"  #: what the numbers count: "line" or "packet"
    foreign: str = ""  #: where no dialogue was found: the other protocol that it looks like
