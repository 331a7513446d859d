"""What a session has shown of its maildrop and its server, as far as a later reply can belie it.

Why beside the View: the View holds what both chairs need to make the next Exchange. This holds what
replies have claimed, counts and sizes and unique-ids, and is made from Exchanges alone, so it follows
a pasted transcript as well as a call. It is small and bounded, whatever a server sends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeVar

from .exchange import Effect, Exchange, Reply, decode
from .listings import MOST_KEPT, Listing, drop_listing
from .states import State, Status

__all__ = ["LONGEST_UNIQUE_ID", "MOST_CAPABILITIES", "Shown", "tag_of"]

#: Lines of one reply to CAPA that are looked at.
MOST_CAPABILITIES = 256
#: RFC 1939 section 7: a unique-id has "one to 70 characters". Longer ones are not kept.
LONGEST_UNIQUE_ID = 70
_LONGEST_TAG = 512

_V = TypeVar("_V", int, str)
_NO_SIZES: Mapping[int, int] = MappingProxyType({})
_NO_IDS: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Shown:
    """What the replies so far have claimed. Immutable: to take a line back, keep the old one."""

    #: A reply had no status indicator: whether the line was carried out, and so the state, is unknown.
    astray: bool = False
    utf8: bool = False  #: UTF8 or LANG was accepted: texts may be UTF-8 (RFC 6856 sections 2, 3.2)
    total: int | None = None  #: how many message-numbers there are, marked or not
    marks: frozenset[int] = frozenset()
    #: message-number -> octets, as LIST says
    sizes: Mapping[int, int] = field(default_factory=lambda: _NO_SIZES)
    unique_ids: Mapping[int, str] = field(default_factory=lambda: _NO_IDS)
    drop_octets: int | None = None  #: as STAT said; void with the next mark
    listed_octets: int | None = None  #: the sum of LIST's sizes; void with the next mark
    tags: frozenset[str] | None = None  #: of the last CAPA since TLS, upper case; None: not known
    early_tags: frozenset[str] | None = None  #: of the last one before the login

    @property
    def unmarked(self) -> int | None:
        """How many messages are to be counted and listed, if that is known."""
        return None if self.total is None else max(0, self.total - len(self.marks))

    def after(self, exchange: Exchange, found: Listing | None) -> Shown:
        """What has been shown once `exchange` was seen. `found`: what it lists (`listings.listing`)."""
        if exchange.did(Effect.GREETING):
            return Shown()
        if exchange.command is None:
            return self
        status = exchange.reply.status
        if status is None or (status is Status.CONTINUE and not exchange.asks):
            return replace(self, astray=True)
        if self.astray or status is not Status.OK:
            return self
        return self.told(exchange, found).done(exchange)

    def told(self, exchange: Exchange, found: Listing | None) -> Shown:
        """With what the reply claims."""
        reply, late = exchange.reply, exchange.before is State.TRANSACTION
        if exchange.keyword == "CAPA" and reply.body is not None:
            tags = _tags(reply)
            return replace(self, tags=tags, early_tags=self.early_tags if late else tags)
        if exchange.keyword == "STAT" and late and (drop := drop_listing(reply)):
            return replace(self, total=drop[0] + len(self.marks), drop_octets=drop[1])
        if found is None or not late:
            return self
        if reply.body is None:
            asked = exchange.command.number if exchange.command else None
            return self.joined(found) if asked in found.numbers else self
        if not found.sound or not self.marks.isdisjoint(found.numbers):
            return self.joined(found)
        octets = found.octets if exchange.keyword == "LIST" else self.listed_octets
        return replace(
            self.joined(found), total=found.count + len(self.marks), listed_octets=octets
        )

    def joined(self, found: Listing) -> Shown:
        """With the sizes and unique-ids that were listed."""
        short = {
            number: unique_id for number, unique_id in found.unique_ids.items()
            if len(unique_id) <= LONGEST_UNIQUE_ID
        }  # fmt: skip
        return replace(
            self,
            sizes=_joined(self.sizes, found.sizes),
            unique_ids=_joined(self.unique_ids, short),
        )

    def done(self, exchange: Exchange) -> Shown:
        """With what the effects say."""
        then = self
        for effect in exchange.effects:
            if effect.kind is Effect.LOGIN:
                then = Shown(utf8=then.utf8, tags=then.tags, early_tags=then.early_tags)
            elif effect.kind is Effect.SECURED:
                # RFC 2595 section 4: what was heard of capabilities before TLS counts no more.
                then = replace(then, tags=None, early_tags=None)
            elif effect.kind in (Effect.UTF8, Effect.LANGUAGE):
                then = replace(then, utf8=True)
            elif effect.kind is Effect.MARKED:
                marks = then.marks.union(effect.numbers)
                then = replace(then, marks=marks, drop_octets=None, listed_octets=None)
            elif effect.kind is Effect.UNMARKED:
                then = replace(then, marks=frozenset(), drop_octets=None, listed_octets=None)
        return then


def _joined(known: Mapping[int, _V], new: Mapping[int, _V]) -> Mapping[int, _V]:
    """Both, the new one's where they differ; the known ones alone where both would be too many."""
    if not new or all(known.get(number) == value for number, value in new.items()):
        return known
    if not known:
        return new
    both = {**known, **new}
    return both if len(both) <= MOST_KEPT else known


def tag_of(line: bytes) -> str:
    """The tag in a line of CAPA, upper case: tags are the same in any case (RFC 2449 section 5)."""
    return decode(line[:_LONGEST_TAG]).partition(" ")[0].upper()


def _tags(reply: Reply) -> frozenset[str] | None:
    """The tags that CAPA lists; None where it lists too many to keep."""
    lines = reply.lines
    if len(lines) > MOST_CAPABILITIES:
        return None
    return frozenset(tag_of(line) for line in lines if line)
