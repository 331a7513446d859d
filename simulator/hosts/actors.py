"""The second actor: what somebody else does to a learner's maildrop while the learner looks on.

A phone that holds the lock, mail that arrives, a message deleted from a desk at work, a disk that
is full: RFC 1939 has a rule for each, and none can be seen by one session alone. Such a happening is
a value. It is written as one line, by a person at the console, by a lesson, or in the script of a host
(script.py), whose cues say when it comes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from simulator.mailroom import MessagePage, Trouble
from simulator.pages import choose
from simulator.pop3 import InUse

if TYPE_CHECKING:  # a Host may hold a Script
    from simulator.mailroom import Message

    from .host import Host
    from .network import Network

__all__ = [
    "HAPPENINGS", "BadHappening", "Happening", "happen", "read_happening", "seconds", "why_not",
]  # fmt: skip

Verb = Literal["hold", "release", "deliver", "remove", "trouble", "mend"]

#: How each happening is written.
FORMS: dict[Verb, str] = {
    "hold": "hold USER [by WHO]",
    "release": "release USER [by WHO]",
    "deliver": "deliver USER [LABEL]",
    "remove": "remove USER LABEL",
    "trouble": "trouble USER open|update [temporary|permanent] [partly] [always]",
    "mend": "mend USER",
}
#: The same with what each is, for people. In a session USER may be left out.
HAPPENINGS = (
    (FORMS["hold"], "another session opens the maildrop and locks it"),
    (FORMS["release"], "that session lets go"),
    (FORMS["deliver"], "a new message arrives on the disk"),
    (FORMS["remove"], "a message goes from the disk"),
    (FORMS["trouble"], "the disk fails: at the next login, or when QUIT removes"),
    (FORMS["mend"], "the disk is well again"),
)
SOMEBODY = "somebody else"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_TIME = re.compile(r"([0-9]{1,7})([smhd])")
#: The longest time that one can write, in seconds: a leap year.
LONGEST = 366 * 86400


class BadHappening(ValueError):
    """A line says no happening, or one that cannot be here. str() says what to write."""


def seconds(text: str) -> float:
    """A time as `90s`, `10m`, `2h` or `31d`, in seconds; at most `366d`. Raises ValueError."""
    found = _TIME.fullmatch(text.strip().lower())
    if found is None:
        raise ValueError(f"write a time as 90s, 10m, 2h or 31d, got {text[:20]!r}")
    time = float(int(found.group(1)) * _UNITS[found.group(2)])
    if time > LONGEST:
        raise ValueError(f"write a time of at most 366d, got {text[:20]!r}")
    return time


@dataclass(frozen=True, slots=True)
class Happening:
    """What somebody else does. `happen` performs it."""

    verb: Verb
    user: str
    by: str = ""  #: who holds, or lets go; "" at `release`: whoever holds
    label: str = ""  #: of the message that arrives or goes
    trouble: Trouble | None = None
    letter: MessagePage | None = None  #: the message that arrives; None: a short one

    def __str__(self) -> str:
        """The line that says it; `read_happening` reads it again."""
        words: list[str] = [self.verb, self.user]
        if self.by:
            words += ["by", self.by]
        if self.label:
            words.append(self.label)
        if self.trouble is not None:
            words += _said(self.trouble)
        return " ".join(words)


def _said(trouble: Trouble) -> list[str]:
    words: list[str] = [trouble.operation]
    if trouble.system:
        words.append("permanent" if trouble.permanent else "temporary")
    return words + ["partly"] * trouble.partly + ["always"] * (trouble.times == 0)


def read_happening(line: str, *, user: str = "", letter: MessagePage | None = None) -> Happening:
    """The happening that a line says (see `FORMS`). Raises BadHappening.

    With `user` the line may leave USER out; of `deliver` and `remove` one word is the LABEL then.
    `letter` is what `deliver` delivers, under its own label where the line tells none.
    """
    verb, *words = line.split() or [""]
    if verb not in FORMS:
        raise BadHappening(f"nobody can {verb!r}; {choose(verb, FORMS, cutoff=0.5)}")
    if letter is not None and verb != "deliver":
        raise BadHappening(f"a message is for `deliver`, not for `{verb}`")
    wrong = BadHappening(f"write `{FORMS[verb]}`, got {line[:60]!r}")
    if verb in ("hold", "release"):
        return _of_lock(verb, words, user, wrong)
    if verb in ("deliver", "remove"):
        return _of_mail(verb, words, user, letter, wrong)
    own = 1 if words and not (user and words[0] in ("open", "update")) else 0
    name = words[0] if own else user
    if not name or (verb == "mend" and len(words) > own):
        raise wrong
    trouble = _trouble(words[own:], wrong) if verb == "trouble" else None
    return Happening(verb, name, trouble=trouble)


def _of_lock(verb: Verb, words: list[str], user: str, wrong: BadHappening) -> Happening:
    name, mark, by = f" {' '.join(words)} ".partition(" by ")
    name, by = name.strip() or user, by.strip()
    if not name or (mark and not by) or name.count(" "):
        raise wrong
    return Happening(verb, name, by or (SOMEBODY if verb == "hold" else ""))


def _of_mail(
    verb: Verb, words: list[str], user: str, letter: MessagePage | None, wrong: BadHappening
) -> Happening:
    label = (letter.label if letter is not None else None) or "note"
    match words:
        case [name, own]:
            user, label = name, own
        case [own] if user:
            label = own
        case [name] if verb == "deliver":
            user = name
        case [] if user and verb == "deliver":
            pass
        case _:
            raise wrong
    happening = Happening(verb, user, label=label, letter=letter)
    if verb == "deliver":
        _arriving(happening)  # a label or a message that cannot be is told when it is read
    return happening


def _trouble(words: list[str], wrong: BadHappening) -> Trouble:
    operation, *rest = words or [""]
    known = ("temporary", "permanent", "partly", "always")
    if operation not in ("open", "update") or len(set(rest)) < len(rest) or set(rest) - {*known}:
        raise wrong
    if {"temporary", "permanent"} <= set(rest):
        raise wrong
    system = operation == "open" or bool({"temporary", "permanent"} & set(rest))
    try:
        return Trouble(
            cast("Literal['open', 'update']", operation), "permanent" in rest, "partly" in rest,
            system, 0 if "always" in rest else 1,
        )  # fmt: skip
    except ValueError as error:
        raise BadHappening(str(error)) from None


def _arriving(happening: Happening) -> Message:
    """The message that arrives, under the happening's label. Raises BadHappening."""
    from simulator.mailroom import letter_of

    try:
        page = happening.letter or MessagePage(
            label=happening.label,
            headers={
                "From": "Somebody Else <somebody@example.test>", "To": happening.user,
                "Subject": "While you were connected",
            },
            text="This message came after your session had begun.\n",
        )  # fmt: skip
        return letter_of(replace(page, label=happening.label))
    except ValueError as error:
        raise BadHappening(str(error)) from None


def happen(network: Network, host: Host, happening: Happening, at: float) -> bool:
    """Let it happen to the mail of a host, at that time in seconds on the clock of the network.

    Whether it came about: somebody in the way (the lock is taken, the message is gone) is no error,
    but what the world is like. Raises BadHappening where nobody there has that name.
    """
    accounts, user = network.accounts(host), happening.user
    if not accounts.knows(user):
        raise BadHappening(f"{host.name} keeps no maildrop of {user!r}")
    drop = accounts.state()[user]
    match happening.verb:
        case "hold":
            try:
                accounts.lock(user, happening.by or SOMEBODY)
            except InUse:
                return False
        case "release":
            if drop.holder is None or happening.by not in ("", drop.holder):
                return False
            accounts.unlock(user, drop.holder)
        case "deliver":
            accounts.deliver(user, _arriving(happening), at)
        case "remove":
            return accounts.remove_label(user, happening.label)
        case "trouble" | "mend":
            accounts.trouble(user, happening.trouble)
            return (happening.trouble or drop.trouble) is not None
    return True


def why_not(network: Network, host: Host, happening: Happening) -> str:
    """Why it cannot come about now, and what could."""
    user, accounts = happening.user, network.accounts(host)
    match happening.verb:
        case "hold":
            return f"somebody has the maildrop of {user} open already, perhaps you; QUIT first"
        case "release":
            return f"nobody else holds the maildrop of {user}; `hold {user}` would"
        case "remove":
            labels = ", ".join(item.label for item in accounts.snapshot(user).items)
            return f"the maildrop of {user} has no such message; its labels are: {labels}"
        case _:
            return f"nothing is wrong with the maildrop of {user}"
