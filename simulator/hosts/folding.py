"""Many answers to one line, folded: who does the same, and who says it in the same words.

Two things are told apart. What a server does (+OK or -ERR and why, what it marks, whether it hangs
up, the figures that programs read) makes a `Group`; what it says about it, which is for people
(RFC 1939 section 3), makes a `Wording` within one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from simulator.pop3 import Reply, Status
from simulator.pop3.discretion import HIDDEN, secret_at
from simulator.pop3.listings import drop_listing, listing

from .inquiry import HOST, Heard, Inquiry

__all__ = ["Answers", "Difference", "Group", "Wording", "body_change", "fold"]

#: What a server does, and what it tells programs.
_Key: TypeAlias = tuple[Hashable, Hashable]
#: By the words: who says them, and what was heard.
_Told: TypeAlias = dict[Hashable, list[tuple[str, Heard]]]


class Difference(Enum):
    """How a group differs from the one that the others are held against."""

    NONE = "none"
    DATA = "data"  #: it does the same, and tells programs something else
    DEED = "deed"  #: it does something else
    UNSAID = "unsaid"  #: the line was down before it came to this


@dataclass(frozen=True, slots=True)
class Wording:
    """One answer, and who gives it."""

    heard: Heard  #: as the first of them gives it
    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Servers that do the same, whatever their words."""

    difference: Difference
    wordings: tuple[Wording, ...]

    @property
    def servers(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(name for wording in self.wordings for name in wording.servers)

    @property
    def heard(self) -> Heard:
        """One of the answers."""
        return self.wordings[0].heard


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers to one line. The first group is the one that the others are held against."""

    line: str  #: without a secret
    groups: tuple[Group, ...]
    secret: str = ""  #: what of the line is not shown

    def shown(self, text: str) -> str:
        """Words of a reply without the secret of the line, which some servers say again."""
        if not self.secret:
            return text
        return re.sub(rf"(?<!\w){re.escape(self.secret)}(?!\w)", lambda _: HIDDEN, text)

    @property
    def differ(self) -> bool:
        """Whether somebody does something else."""
        return any(group.difference is Difference.DEED for group in self.groups)


def fold(
    inquiries: Sequence[Inquiry], *, model: str = "", raw: bool = False
) -> tuple[Answers, ...]:
    """The answers to each line. `raw`: words are the same only octet by octet.

    The others are held against `model`, the name of a server, or where it was not asked against the
    greatest group.
    """
    count = max((len(inquiry.heard) for inquiry in inquiries), default=0)
    return tuple(_answers(inquiries, at, model, raw=raw) for at in range(count))


def _answers(inquiries: Sequence[Inquiry], at: int, model: str, *, raw: bool) -> Answers:
    deeds: dict[_Key, _Told] = {}
    for inquiry in inquiries:
        heard = inquiry.heard[at]
        words = (heard.octets, heard.delay) if raw else _words(heard)
        told = deeds.setdefault((_deed(heard), _data(heard)), {})
        told.setdefault(words, []).append((inquiry.name, heard))
    sizes = {key: sum(map(len, told.values())) for key, told in deeds.items()}
    keys = sorted(deeds, key=sizes.__getitem__, reverse=True)
    first = next((key for key in keys if model in _names(deeds[key])), keys[0])
    if _unsaid(deeds[first]):
        first = next((key for key in keys if not _unsaid(deeds[key])), first)
    keys.remove(first)
    groups = tuple(_group(deeds[key], key, first, model) for key in [first, *keys])
    line, secret = _public([inquiry.heard[at] for inquiry in inquiries])
    return Answers(line, groups, secret)


def _names(told: _Told) -> list[str]:
    return [name for each in told.values() for name, _ in each]


def _unsaid(told: _Told) -> bool:
    return not next(iter(told.values()))[0][1].said


def _group(told: _Told, key: _Key, first: _Key, model: str) -> Group:
    same, difference = key[0] == first[0], Difference.NONE
    if key != first:
        difference = Difference.DATA if same else Difference.DEED
    if _unsaid(told):
        difference = Difference.UNSAID
    wordings = [Wording(each[0][1], tuple(name for name, _ in each)) for each in told.values()]
    wordings.sort(key=lambda wording: (model not in wording.servers, -len(wording.servers)))
    return Group(difference, tuple(wordings))


# What a server does


def _deed(heard: Heard) -> Hashable:
    """What the answer comes to."""
    kinds = tuple(
        (each.reply.status, each.reason, each.after, each.effects, each.reply.body is None)
        for each in heard.exchanges
    )
    return heard.said, kinds, heard.hung_up, heard.state


def _data(heard: Heard) -> Hashable:
    """The figures and the mail that a program takes from the answer. Unique-ids are each server's."""
    exchange = heard.exchange
    if exchange is None or not exchange.ok:
        return None
    match exchange.keyword:
        case "STAT":
            return drop_listing(exchange.reply)
        case "LIST" | "UIDL":
            found = listing(exchange)
            return found and (found.count, tuple(found.numbers), tuple(found.sizes.items()))
        case "LAST":
            return exchange.reply.text
        case "RETR" | "TOP":
            return exchange.reply.body
    return None


# What it says


_TIMESTAMP = re.compile(r"<[^<>\s]+>")
#: A word of eight or more characters with a digit in it: no word of a language looks so.
_ID = re.compile(r"(?<![\w/+=-])(?=[A-Za-z/+=_-]*[0-9])[\w/+=-]{8,}")


def _words(heard: Heard) -> Hashable:
    """The words of an answer, without what differs from session to session and from host to host."""
    said = tuple(_of_reply(each.keyword, each.reply) for each in heard.exchanges)
    return said, heard.delay


def _of_reply(keyword: str, reply: Reply) -> Hashable:
    if reply.status is Status.CONTINUE and reply.challenge and b"<" in reply.challenge:
        return "+ <>"  # a challenge that holds a timestamp (RFC 2195 section 2)
    text = _TIMESTAMP.sub("<>", reply.line.replace(HOST, "host"))
    if keyword != "UIDL" or reply.body is not None:
        text = _ID.sub("id", text)
    return text, reply.body


def body_change(of: Reply, other: Reply) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The lines that `other` has and `of` has not, and those that it lacks, each in their order."""
    ours, theirs = Counter(of.lines), Counter(other.lines)
    more, less = theirs - ours, ours - theirs
    return _in_order(other.lines, more), _in_order(of.lines, less)


def _in_order(lines: Sequence[bytes], wanted: Counter[bytes]) -> tuple[bytes, ...]:
    found = []
    for line in lines:
        if wanted[line] > 0:
            wanted[line] -= 1
            found.append(line)
    return tuple(found)


# What may be shown


def _public(heard: Sequence[Heard]) -> tuple[str, str]:
    """The line without a secret, and the secret. What answers a challenge is one for all servers."""
    line = heard[0].line
    answer = any(
        each.command is not None and each.command.step and each.line != "*"
        for one in heard for each in one.exchanges
    )  # fmt: skip
    at = 0 if answer else secret_at(line)
    return (line, "") if at is None else (f"{line[:at]}{HIDDEN}", line[at:].strip())
