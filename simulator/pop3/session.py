"""What the answers to commands are made from: the session so far, and the office it is held in.

Why immutable: an answer is a function of the session and the line. It gives a new session and never
changes the old one, so the server can be taken back a line (`:undo`) by keeping a reference, and the
same line in the same session may be answered from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .client import ClientState
from .commands import Command
from .exchange import Reason
from .maildrop import Accounts, Maildrop, Message
from .mechanisms import STANDARD, Attempt, Mechanism
from .penalty import Penalty
from .personality import Personality
from .stamps import Origin
from .states import State, Status
from .survey import survey
from .view import View

__all__ = [
    "Answer",
    "Office",
    "Refusal",
    "ServerState",
    "Session",
    "fill",
    "idle_limit",
    "read_number",
    "status_of",
]


class Refusal(Exception):
    """A command is refused. One place (refusing.py) turns it into an -ERR."""

    def __init__(  # noqa: PLR0913 -- what a refusal may say besides, each by its name
        self, reason: Reason, *, hang_up: bool = False, detail: str = "", silent: bool = False,
        words: str | None = None, proof: str = "", **fields: str | int,
    ) -> None:  # fmt: skip
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail  #: one of wording.DETAILS: for the text alone
        self.words = words  #: the template, where it is not the wording's
        self.proof = proof  #: a digest of the name and password that were tried, or ""
        self.hang_up = hang_up
        self.silent = silent  #: nothing is said; the line is closed, or the command passed over
        self.named: str | None = None  #: whose name stands for PASS from now on; None: as before
        self.fields = fields

    def detailed(self, detail: str) -> Refusal:
        """The same; with this detail, where it has none."""
        self.detail = self.detail or detail
        return self


@dataclass(frozen=True, slots=True)
class Office:
    """What stays the same through a session: who serves, how, whose mail, and under which stamp.

    Time and chance are handed in: `clock` gives seconds, and `nonce` is of this session alone,
    printable ASCII without a blank, a comma, "<", ">" or "@".
    """

    personality: Personality
    accounts: Accounts
    host: str = ""
    timestamp: str = ""
    clock: Callable[[], float] = float  # a clock that stands still at 0.0
    nonce: str = "port110"
    #: The SASL mechanisms that can be had; those of the policy are offered.
    mechanisms: Mapping[str, Mechanism] = field(default_factory=lambda: STANDARD)
    session_id: str = ""  #: what `{session_id}` stands for (policy_session.session_id)
    peer: str = "192.0.2.1"  #: the address that called
    penalty: Penalty | None = None  #: the refused logins of that address
    origin: Origin | None = None  #: of this session, where the policy has a `challenge` to fill in

    def speaking(self, language: str) -> Office:
        """The same with the texts of that language."""
        return replace(self, personality=self.personality.speaking(language))


class Session(NamedTuple):
    """The server's side of one session. A tuple, since a new one is made for most lines."""

    state: State = State.AUTHORIZATION
    #: The name of a USER that was accepted and not yet followed by PASS; None: there is none.
    named: str | None = None
    user: str = ""
    maildrop: Maildrop | None = None
    messages: Sequence[Message] = ()  #: message-number n is `messages[n - 1]`
    marks: frozenset[int] = frozenset()
    sent: frozenset[int] = frozenset()  #: what RETR sent, kept where a policy minds it
    shown: frozenset[int] = frozenset()  #: what TOP sent, likewise (`expire_from`)
    bad_commands: int = 0
    failed_logins: int = 0
    attempt: Attempt | None = None  #: AUTH has asked, and the next line is the answer
    attempts: int = 0  #: dialogues so far: each gets a nonce of its own
    secure: bool = False  #: TLS stands
    utf8: bool = False
    language: str = ""  #: what LANG chose; "" is i-default
    since: float = 0.0  #: when the login was, where a policy minds it (`login_delay_after`)
    by: str = ""  #: the login was by "pass", "apop" or "auth"
    highest: int = 0  #: LAST: the highest message-number that RETR sent

    @property
    def remaining(self) -> int:
        """How many messages are not marked."""
        return len(self.messages) - len(self.marks)

    def octets(self) -> int:
        """The octets of all messages that are not marked."""
        whole = survey(self.messages).octets
        if not self.marks:
            return whole
        return whole - sum([self.messages[number - 1].octets for number in self.marks])

    def message(self, command: Command, numbers: str) -> tuple[int, Message]:
        """The message that the command's first argument names. Raises Refusal."""
        number = read_number(command.arguments[0], numbers)
        if not 1 <= number <= len(self.messages):
            raise Refusal(Reason.NO_SUCH_MESSAGE, number=number)
        if number in self.marks:
            raise Refusal(Reason.ALREADY_DELETED, number=number)
        return number, self.messages[number - 1]

    def at(self, state: State) -> Session:
        """The same session in another state."""
        return self if state is self.state else Session(state, *self[1:])


class ServerState(NamedTuple):
    """All that a server remembers, so that it can be put back (see Pop3Server.restore)."""

    session: Session
    view: View | ClientState | None  #: what who looks on has seen
    unfinished: bytes
    held: bytes
    hangs_up: bool
    wants_tls: bool


class Answer(NamedTuple):
    """What a command is answered with, before it is put into octets: a +OK unless it says else."""

    session: Session
    text: str = ""
    body: bytes | memoryview | None = None
    hang_up: bool = False
    failed: Reason | None = None  #: QUIT alone changes the session and yet says -ERR
    asks: bool = False  #: "+": a challenge, which the next line answers
    starts_tls: bool = False
    silent: bool = False  #: nothing of it is said
    also: tuple[str, ...] = ()  #: lines behind the reply, each with its status indicator
    loses: bool = False  #: what came behind the line in one write is lost
    delay: float = 0.0  #: seconds that the carrier should let pass before it carries the reply
    over: bytes = b""  #: the line that the reply is written over (policy_lines.overlong)


def status_of(answer: Answer) -> Status:
    """What the reply begins with."""
    return Status.ERR if answer.failed else Status.CONTINUE if answer.asks else Status.OK


def idle_limit(office: Office, session: Session) -> float:
    """Seconds without a line after which the server hangs up; 0: never."""
    policy = office.personality.policy
    early = policy.autologout_before_login
    return early if early and session.state is State.AUTHORIZATION else policy.autologout


def read_number(text: str, numbers: str) -> int:
    """A number as the policy `numbers` reads it. Raises Refusal: ASCII digits only, ten at most."""
    if numbers == "strict":
        return int(text)  # the line was read before, and no other number came through
    digits = text[: len(text) - len(text.lstrip("0123456789"))]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        raise Refusal(Reason.BAD_ARGUMENT)
    return int(digits)


def fill(template: str, office: Office, session: Session, **fields: str | int) -> str:
    """A wording's template with what it quotes filled in (wording.FIELDS)."""
    if "{" not in template:
        return template
    return template.format_map(_Fields(office, session, fields))


class _Fields:
    """What a template may quote, each worked out when it is quoted."""

    def __init__(self, office: Office, session: Session, fields: dict[str, str | int]) -> None:
        self._office = office
        self._session = session
        self._given = fields

    def __getitem__(self, name: str) -> str | int:
        if name in self._given:
            return self._given[name]
        known = _KNOWN.get(name)
        # A field that this reply has no value for (a number in NOOP's text) is left out.
        return known(self._office, self._session) if known else ""


def _left(office: Office, session: Session) -> str:
    gone = session.marks
    if office.personality.policy.removes_sent(session.user):
        gone |= session.sent | session.shown
    left = len(session.messages) - len(gone)
    return f"{_counted(left)} left" if left else "maildrop empty"


_KNOWN: dict[str, Callable[[Office, Session], str | int]] = {
    "host": lambda office, _: office.host,
    "timestamp": lambda office, _: office.timestamp,
    "user": lambda _, session: session.user or session.named or "",
    "peer": lambda office, _: office.peer,
    "session_id": lambda office, _: office.session_id,
    "count": lambda _, session: session.remaining,
    "octets": lambda _, session: session.octets(),
    "messages": lambda _, session: _counted(session.remaining),
    "plural": lambda _, session: "" if session.remaining == 1 else "s",
    "marked": lambda _, session: len(session.marks),
    "total": lambda _, session: len(session.messages),
    "totals": lambda _, session: _counted(len(session.messages)),
    "left": _left,
    "listed": lambda office, session: max(
        0, session.octets() - office.personality.policy.list_header_lag
    ),
    "last": lambda _, session: session.highest,
}


def _counted(count: int) -> str:
    return f"{count} message" if count == 1 else f"{count} messages"
