"""Whose words are these? Holds a session's replies beside the wordings of all personalities.

No server's name stands here: a new page is a new server that can be told. Words that few servers use
weigh more than those that many do, and a reply that a server would have worded otherwise speaks
against it. A likeness of words is no proof, since any server can say anything; so the answer says how
sure it is, and by which replies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import log
from typing import NamedTuple

from simulator.pop3 import Effect, Exchange, Personality, Reply, State, Status, decode

__all__ = ["Likeness", "Sureness", "recognise"]


class Sureness(Enum):
    """How sure it is."""

    SURE = "sure"
    LIKELY = "likely"
    PERHAPS = "perhaps"


@dataclass(frozen=True, slots=True)
class Likeness:
    """The personality whose words they are most like.

    `because`: the places of the replies that tell, the most telling first. `also`: names of
    personalities that are as like.
    """

    name: str
    server: str  #: what a person calls it; without its version, which words do not tell
    sureness: Sureness
    because: tuple[int, ...]
    also: tuple[str, ...] = ()
    real: bool = True  #: False: no server of the world, one that was made up for the course
    others: tuple[str, ...] = ()  #: what a person calls the real ones among `also`


#: Points: below the first nobody is named, from the others on it is likely or sure.
_LEAST, _LIKELY, _SURE = 1.0, 2.0, 4.0
#: How much more than the next one has: from then on it is likely, or sure.
_AHEAD, _FAR_AHEAD = 1.15, 1.4
#: What a reply that it would have worded otherwise takes away.
_AGAINST = 0.7
#: Points of IMPLEMENTATION's word in CAPA, which is there to say who it is (RFC 2449 section 6.9).
_TOLD = 3.0
#: What it tells that a reply has no text, where its server gives it none: little, but some say nothing.
_SILENT = 0.35
#: Of two that are about as like, the one that plays a real server: how much less it may have.
_ABOUT = 0.9
#: Replies in words of its own that there must be, to be likely and to be sure.
_FEW, _MANY = 2, 3
#: What stands behind a name: its version, or the years from which its words are.
#: With no words at all, so many replies must be as bare as the server's.
_SILENT_LEAST = 5
#: Where a server says who it is, or speaks to people.
_PRESENTING = frozenset({"GREETING", "PASS", "QUIT"})
_EDITION = re.compile(r",.*$|\s+v?\d[\d.]*$")
_FIELD = re.compile(r"\{([a-z_]+)\}")
_NUMBERS = frozenset({"count", "octets", "total", "number", "size", "delay", "listed"})
#: A word that is new at each call: an address, an id. `POP3` is none.
_FIGURES = re.compile(r"\S*\d\S*\d\S*\d\S*")


class _Word(NamedTuple):
    """A reply that is like a server's: where, how much it tells, and how."""

    points: float
    place: int
    worded: bool  #: by words of its own, not by having none
    presents: bool  #: where a server says who it is
    told: bool  #: by IMPLEMENTATION


def recognise(exchanges: Sequence[Exchange], known: Iterable[Personality]) -> Likeness | None:
    """Whose words they are; None: nobody's whom we know."""
    personalities = tuple(known)
    points = {each.name: 0.0 for each in personalities}
    because: dict[str, list[_Word]] = {name: [] for name in points}
    for place, exchange in _telling(exchanges):
        fits = {each.name: _fits(each, exchange) for each in personalities}
        like = [name for name, fit in fits.items() if fit]
        rare = log(1 + len(personalities) / len(like)) if like else 0.0
        presents = exchange.keyword in _PRESENTING
        for name, fit in fits.items():
            if fit:
                points[name] += fit * rare
                words = _Word(fit * rare, place, fit > _SILENT, presents, fit >= _TOLD)
                because[name].append(words)
            elif fit is not None:
                points[name] -= _AGAINST if like else _AGAINST / 2
    return _best(personalities, points, because)


def _best(
    personalities: Sequence[Personality], points: dict[str, float], because: dict[str, list[_Word]]
) -> Likeness | None:
    """The one with the most points, if it has enough. A real server goes before one that is made up."""
    order = sorted(personalities, key=lambda each: -points[each.name])
    if not order or points[order[0].name] < _LEAST:
        return None
    about = [each for each in order if points[each.name] >= _ABOUT * points[order[0].name]]
    best = next(filter(_server, about), order[0])
    most = points[best.name]
    also = [each for each in order if each is not best and points[each.name] * 1.001 >= most]
    others = [
        points[each.name] for each in order
        if each is not best and each not in also and bool(_server(each)) == bool(_server(best))
    ]  # fmt: skip
    words = sorted(because[best.name], key=lambda word: (-word.points, word.place))
    worded = [word for word in words if word.worded]
    presented = any(word.presents for word in worded)
    if len(worded) < _FEW and not presented and len(words) < _SILENT_LEAST:
        return None
    sureness = _sureness(most, most / max(0.01, *others) if others else 9.0, words)
    if sureness is Sureness.PERHAPS and not _server(best) and not presented:
        return None
    return Likeness(
        best.name, _server(best) or best.name, sureness,
        tuple(word.place for word in words[:4]), tuple(each.name for each in also[:4]),
        bool(_server(best)), tuple(filter(None, map(_server, also[:4]))),
    )  # fmt: skip


def _sureness(points: float, ahead: float, words: Sequence[_Word]) -> Sureness:
    """How sure it is: by the points, how far the next is behind, and how many replies have words."""
    told = any(word.told for word in words)
    worded = [word for word in words if word.worded]
    presented = any(word.presents for word in worded)
    if points >= _SURE and ahead >= _FAR_AHEAD and (told or len(worded) >= _MANY):
        return Sureness.SURE
    enough = len(worded) >= (_FEW if presented else _MANY)
    if points >= _LIKELY and ahead >= _AHEAD and (told or enough):
        return Sureness.LIKELY
    return Sureness.PERHAPS


def _server(personality: Personality) -> str:
    """The real server that it plays, without its version, or ""."""
    return _EDITION.sub("", personality.server)


def _telling(exchanges: Sequence[Exchange]) -> Iterator[tuple[int, Exchange]]:
    """The replies that are worth a look: each wording once, with its place."""
    seen: set[str] = set()
    for place, exchange in enumerate(exchanges):
        reply = exchange.reply
        key = re.sub(r"\d+", "#", reply.line)
        if not reply.text:
            key += exchange.keyword  # no words at all: then it tells to how many commands
        figures = exchange.keyword in {"STAT", "LAST"} and exchange.ok
        if reply.status in (Status.OK, Status.ERR) and key not in seen and not figures:
            seen.add(key)
            yield place, exchange


def _fits(personality: Personality, exchange: Exchange) -> float | None:
    """How well a reply is like what it would say: 0 not, up to 1; None: it says nothing to that."""
    reply, wording = exchange.reply, personality.wording
    if exchange.keyword == "CAPA" and (told := _implementation(reply)):
        ours = personality.policy.implementation
        if ours and told.lower().startswith(ours.lower().split(" ")[0]):
            return _TOLD
    if reply.status is Status.ERR:
        named = exchange.reason
        keys = [f"{exchange.keyword.lower()}.{named.value}", named.value] if named else []
        likely = [wording[key] for key in keys if key in wording] or [wording.get("err", "")]
        fit = max(_like(template, reply.text) for template in likely)
        if fit:
            return fit
        # The reason is inferred, and may be another than the server's own.
        errors = {text for key, text in wording.items() if "-" in key or "." in key or key == "err"}
        return 0.6 * max((_like(text, reply.text) for text in errors), default=0.0)
    key = _key(exchange)
    if key is None or key not in wording:
        return None
    return _like(wording[key], reply.text)


def _key(exchange: Exchange) -> str | None:
    """The wording's key for a +OK."""
    if exchange.did(Effect.GREETING):
        return "greeting"
    if exchange.command is None or exchange.command.row is None:
        return None
    keyword = exchange.keyword.lower()
    one = keyword in {"list", "uidl"} and exchange.reply.body is None
    if one:
        return None  # the text is for programs
    return "goodbye" if keyword == "quit" and exchange.before is State.AUTHORIZATION else keyword


def _implementation(reply: Reply) -> str:
    """What IMPLEMENTATION says in a reply to CAPA, or ""."""
    rows = (decode(row) for row in reply.lines)
    return next((row[15:] for row in rows if row.upper().startswith("IMPLEMENTATION ")), "")


def _like(template: str, text: str) -> float:
    """How much a text that fits the template tells: by the letters that are the template's own."""
    pattern, own = _pattern(template)
    if pattern.fullmatch(text[:2000]) is None:
        return 0.0
    return max(_SILENT if not template else 0.1, min(1.0, own / 14))


@lru_cache(maxsize=4096)
def _pattern(template: str) -> tuple[re.Pattern[str], int]:
    """What fits a template, and how many letters of it are its own."""
    parts: list[str] = []
    own = 0
    fields = _FIELD.split(template)
    for index, part in enumerate(fields):
        if index % 2:
            parts.append(r"\d{1,20}" if part in _NUMBERS else ".{0,300}?")
            continue
        # A field may be empty, and the blank before it trimmed: a greeting has a stamp, or none.
        bare = part.rstrip(" ") if index < len(fields) - 1 else part
        for word in re.split(r"(\s+)", bare):
            if _FIGURES.fullmatch(word):
                parts.append(r"\S{1,200}")
            else:
                own += sum(map(str.isalpha, word))
                parts.append(r"\s+" if word.isspace() else re.escape(word))
        if bare != part:
            parts.append(r"\s*")
    return re.compile("".join(parts) + r"\s*", re.IGNORECASE), own
