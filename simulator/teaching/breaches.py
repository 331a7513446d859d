"""What the margin makes of a breach: which kind of note it is, who speaks of it, and its values.

Some rules are spoken of by the note on the reply itself, as that on a line without +OK and -ERR. Then
nothing is said twice: that note is shown as a breach. All others have an entry in the section BREACH.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.pop3 import Breach, Force, Rule

from .look import Look, quotable
from .remarks import NoteKind

__all__ = ["BREACH", "BREAKING", "BROKEN", "GIVEN", "KINDS", "MOST_NOTES", "TOLD", "is_told"]

#: The section of the prose, and its outcomes: the words of the rules that nobody else speaks of.
BREACH = "BREACH"
#: How many notes on one exchange may be about breaches. `:why` has them all.
MOST_NOTES = 2
KINDS: Mapping[Force, NoteKind] = {
    Force.REQUIRED: NoteKind.BREACH, Force.ADVISED: NoteKind.UNUSUAL, Force.NOTED: NoteKind.UNUSUAL,
}  # fmt: skip

#: Rules that the note on the reply speaks of: ANY/neither, UNASKED, GREETING/err, AUTH/challenge where
#: it is garbled, DELE/ok where the mark is recalled, QUIT/not-removed where it is early, and
#: unknown-command of STAT, LIST, NOOP and RSET.
TOLD = frozenset(
    {Rule.NO_INDICATOR, Rule.INDICATOR_CASE, Rule.INDICATOR_GLUED, Rule.CHALLENGE_OUTSIDE,
     Rule.UNASKED, Rule.FAREWELL, Rule.GREETING_REFUSED, Rule.CHALLENGE_GARBLED, Rule.MARKED_TWICE,
     Rule.REFUSED}
)  # fmt: skip


def is_told(look: Look, breach: Breach) -> bool:
    """Whether the note on the reply speaks of this breach already."""
    if breach.rule is Rule.SENT_SIZE:
        # RETR's +OK may tell the very size that LIST told (the situation other-size, behind dots).
        return look.told == breach.due and not look.dots
    return breach.rule in TOLD


def _value(name: str) -> Callable[[Look], int | None]:
    return lambda look: getattr(look.breach, name, None)


#: Placeholder -> its value, as in `circumstances.VALUES`. `said` is the server's own word.
BROKEN: Mapping[str, Callable[[Look], str | int | None]] = {
    "at": _value("at"),
    "came": _value("came"),
    "due": _value("due"),
    "said": lambda look: (
        quotable(look.breach.word, 40, blanks=True) if look.breach and look.breach.word else None
    ),
}
#: The values that the plain text of some entry of BREACH may quote; which, the rule says.
GIVEN = frozenset(name for rule in Rule for name in rule.gives)


def _line_ends(look: Look) -> bool:
    """Whether as many octets more have come than were told as there are line ends."""
    breach, body = look.breach, look.exchange.reply.body or b""
    if breach is None or breach.came is None or breach.due is None:
        return False
    return breach.came - breach.due == body.count(b"\r\n")


#: Situation -> whether it holds, as in `circumstances.SITUATIONS`.
BREAKING: Mapping[str, Callable[[Look], bool]] = {"line-ends": _line_ends}
