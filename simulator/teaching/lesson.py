"""One lesson, as its page says it.

A lesson is steps: text to read (`say`), lines the tutor types (`show`), something to do on the
wire (`do`) and a question (`ask`). It brings its own solution, its hints, what it says to
particular wrong moves, and the tests that prove all of these. Texts may hold live values, see
`values.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from simulator.mailroom import MailboxPage
from simulator.pages import paper, tagged

from .predicates import Check, OneOrMore, in_list
from .remarks import Margin

if TYPE_CHECKING:
    from simulator.mailroom import Mailbox

__all__ = [
    "Ask",
    "Case",
    "ChoiceLine",
    "Do",
    "Expect",
    "Lesson",
    "Rule",
    "Say",
    "Setup",
    "Show",
    "Step",
    "WrongFill",
]

#: Where a server waits for a TLS handshake before it says a word.
POP3S_PORT = 995


@paper
class Setup:
    """Where the lesson plays, and how far the tutor brings the learner before it begins."""

    dial: str
    port: int = 110
    user: str = ""
    password: str = ""  #: of `user`; default: that of `mailbox`
    secret: str = ""  #: APOP shared secret; default: the password
    start: Literal["shell", "connected", "logged-in"] = "shell"
    mailbox: MailboxPage | None = None  #: the lesson's own, in place of that owner's sample

    def __post_init__(self) -> None:
        if self.mailbox is None and self.user and not self.password:
            raise ValueError("user without password; add the password of that maildrop")
        if self.start == "logged-in" and not self.account:
            raise ValueError("start: logged-in needs a user; add user and password")

    @property
    def account(self) -> str:
        """The user the lesson is about, or ""."""
        return self.user or (self.mailbox.owner if self.mailbox else "")

    @property
    def pass_(self) -> str:
        """The account's password."""
        return self.password or (self.mailbox.password if self.mailbox else "")

    @property
    def call(self) -> str:
        """The command line that calls the host: TLS comes first on port 995 (RFC 8314 §3.1)."""
        if self.port == POP3S_PORT:
            return f"openssl s_client -connect {self.dial}:{self.port} -crlf -quiet"
        return f"telnet {self.dial} {self.port}"

    @property
    def shared_secret(self) -> str:
        """The account's APOP secret."""
        return self.secret or ((self.mailbox.secret or "") if self.mailbox else "") or self.pass_

    def lines(self) -> tuple[str, ...]:
        """What the tutor types before the first step; "$ " before a line for the shell."""
        if self.start == "shell":
            return ()
        call = (f"$ {self.call}",)
        if self.start == "connected":
            return call
        return (*call, f"USER {self.account}", f"PASS {self.pass_}")


@paper
class Rule:
    """What to say to one particular move. In `when`, `did` and `ended` speak of this move."""

    id: str
    when: Check
    say: str
    misconception: str = ""
    kind: Literal["wrong", "info"] = "wrong"
    repair: tuple[str, ...] = ()  #: lines that put things right again
    rewind: bool = False  #: put the stage back to the step's beginning


@paper
class Say:
    """Text to read."""

    id: str
    kind: Literal["say"] = "say"
    text: str
    margin: Margin | None = None


@paper
class Show:
    """A worked example: the tutor types."""

    id: str
    kind: Literal["show"] = "show"
    text: str = ""
    type: tuple[str, ...]
    debrief: str = ""
    margin: Margin | None = None


@paper
class Do:
    """Something to do on the wire."""

    id: str
    kind: Literal["do"] = "do"
    goal: str
    text: str = ""
    check: Check
    solution: tuple[str, ...]
    meanwhile: tuple[str, ...] = ()  #: what others do as the step begins: `hold mira by her phone`
    checkpoint: str = ""  #: the words behind the tick; default: the goal
    hints: tuple[str, ...]
    feedback: tuple[Rule, ...] = ()
    debrief: str = ""
    margin: Margin | None = None


@paper
class ChoiceLine:
    """One answer to choose, and what is said to who chose it."""

    id: str
    text: str
    say: str = ""
    right: bool = False
    misconception: str = ""


@paper
class WrongFill:
    """One wrong answer to expect. Its feedback is named after `id`, else after `is`."""

    is_: str
    say: str
    misconception: str = ""
    id: str = ""

    @property
    def name(self) -> str:
        """What its feedback is called behind the step's id and a dot."""
        return self.id or self.is_


@paper
class Ask:
    """A question. `settle: later`: a wrong answer moves on too, since the wire settles it next."""

    id: str
    kind: Literal["ask"] = "ask"
    form: Literal["choose", "fill"] = "choose"
    text: str
    choices: tuple[ChoiceLine, ...] = ()
    answer: OneOrMore | None = None
    wrong: tuple[WrongFill, ...] = ()
    settle: Literal["now", "later"] = "now"
    checkpoint: str = ""
    hints: tuple[str, ...] = ()
    debrief: str = ""
    margin: Margin | None = None

    def __post_init__(self) -> None:
        if self.form == "fill":
            if not in_list(self.answer) or self.choices:
                raise ValueError("form: fill needs an answer, and takes no choices")
            return
        if self.answer is not None or self.wrong:
            raise ValueError("answer and wrong belong to form: fill; add it, or write choices")
        if sum(choice.right for choice in self.choices) != 1 or len(self.choices) < 2:
            raise ValueError("write two choices or more, one of them with right: true")

    @property
    def solution(self) -> str:
        """The right answer: a choice's id, or text that may hold live values."""
        if self.form == "fill":
            return in_list(self.answer)[0]
        return next(choice.id for choice in self.choices if choice.right)


Step: TypeAlias = Say | Show | Do | Ask


@paper
class Expect:
    """What a test must come to: `step` is where the play stands then."""

    step: str | None = None
    feedback: OneOrMore | None = None  #: exactly these: rules' ids, "step.choice"; or `none`
    misconception: str | None = None

    def __post_init__(self) -> None:
        if self.step is None and self.feedback is None and self.misconception is None:
            raise ValueError("expect says nothing; write step, feedback or misconception")


@paper
class Case:
    """A test: play up to a step by the solutions, then do this."""

    name: str
    upto: str
    then: tuple[str, ...] = ()
    answer: str | None = None
    expect: Expect

    def __post_init__(self) -> None:
        if bool(self.then) == (self.answer is not None):
            raise ValueError("a test needs then (lines) or answer, one of the two")


@paper
class Lesson:
    """A page of the course."""

    format: Literal[1]
    id: str
    title: str
    summary: str
    minutes: int
    requires: tuple[str, ...] = ()
    teaches: tuple[str, ...] = ()
    cite: tuple[str, ...] = ()
    margin: Margin = Margin.FULL
    completion: bool = True
    setup: Setup
    steps: tuple[Annotated[Step, tagged()], ...]
    debrief: str = ""
    tests: tuple[Case, ...] = ()

    def mailbox(self) -> Mailbox | None:
        """The lesson's own maildrop. Raises ValueError where a message cannot be made."""
        page = self.setup.mailbox
        if page is None:
            return None
        from simulator.mailroom import made_from

        return made_from(page, self.id)

    def tasks(self) -> Iterator[tuple[int, Do | Ask]]:
        """(position in `steps`, step) for the steps that wait for the learner."""
        for at, step in enumerate(self.steps):
            if isinstance(step, Do | Ask):
                yield at, step

    def position(self, id_: str) -> int | None:
        """Where the step of that id is in `steps`."""
        return next((at for at, step in enumerate(self.steps) if step.id == id_), None)
