"""What the annotator remembers of a session: one immutable value, a new one a line.

Why immutable: to take a line back (`:undo`), or to try a lesson again, it is enough to keep the old
value. Why it holds so little: the margin may say only what the session has shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from simulator.pop3 import Effect, Exchange, Reason, Reply, State, Status, decode
from simulator.pop3.listings import drop_listing

__all__ = ["Offer", "Recollection"]

_NO_MARKS: Mapping[int, int] = MappingProxyType({})
#: What a login's +OK says for people. RFC 1939 section 7: "mrose's maildrop has 2 messages".
_IN_WORDS = re.compile(r"(?<![\w.+-])([0-9]{1,6}) messages?\b")


@dataclass(frozen=True, slots=True)
class Offer:
    """A reply to CAPA: its lines, and when it was heard."""

    lines: tuple[str, ...]
    secure: bool  #: behind TLS
    late: bool  #: in TRANSACTION

    def tags(self) -> Mapping[str, str]:
        """Tag in upper case -> its line. Tags are the same in any case (RFC 2449 section 5)."""
        return {line.partition(" ")[0].upper(): line for line in self.lines if line}


@dataclass(frozen=True, slots=True)
class Recollection:
    """A session as its Exchanges have shown it so far."""

    lines: int = 0  #: how many lines were answered
    named: str = ""  #: the name of a USER that PASS may follow
    spent: bool = False  #: a USER was answered +OK, and a refused login has used it up
    failures: int = 0  #: logins refused for their name, password or digest, one after the other
    total: int | None = None  #: how many message-numbers there are, marked or not; None: not shown
    marked: Mapping[int, int] = field(default_factory=lambda: _NO_MARKS)  #: number -> its line
    read: frozenset[int] = frozenset()  #: the message-numbers that RETR was answered for
    listings: tuple[Reply, ...] = ()  #: replies to UIDL, the newest complete one first
    greeted: bool = False  #: the greeting was seen
    secure: bool = False  #: TLS stands: before the greeting, or since STLS was accepted
    utf8: bool = False  #: UTF8 was accepted
    #: The last reply to CAPA. What was heard in the clear is void behind TLS (RFC 2595 section 4); it
    #: is kept to say what has changed.
    offer: Offer | None = None
    said: str = ""  #: the first line of the last reply
    bodied: bool = False  #: whether that reply had a body

    def after(self, exchange: Exchange) -> Recollection:
        """What is remembered once `exchange` was seen."""
        if exchange.did(Effect.GREETING):
            return Recollection(greeted=True, secure=exchange.did(Effect.SECURED) is not None)
        reply = exchange.reply
        if exchange.command is None:
            return replace(self, said=reply.line, bodied=self.bodied and reply.status is None)
        then = replace(self, lines=self.lines + 1, said=reply.line, bodied=reply.body is not None)
        if reply.status is None:
            return then
        if reply.status is Status.CONTINUE or not exchange.ok:
            return then.refused(exchange)
        return then.learned(exchange).done(exchange)

    @property
    def offered(self) -> Offer | None:
        """The last reply to CAPA, if it counts still."""
        return self.offer if self.offer is not None and self.offer.secure == self.secure else None

    def refused(self, exchange: Exchange) -> Recollection:
        """With what a -ERR says of a login."""
        if exchange.before is not State.AUTHORIZATION:
            return self
        if exchange.keyword not in {"USER", "PASS", "APOP", "AUTH"}:
            return self
        wrong = exchange.reason is Reason.BAD_CREDENTIALS
        if exchange.keyword == "AUTH":
            # RFC 5034 section 4: a USER before it holds, as if AUTH had not been said.
            return replace(self, failures=self.failures + wrong)
        return replace(
            self, named="", spent=self.spent or bool(self.named), failures=self.failures + wrong
        )

    def done(self, exchange: Exchange) -> Recollection:
        """With what the effects say."""
        then = self
        for effect in exchange.effects:
            if effect.kind is Effect.NAMED:
                then = replace(then, named=effect.name, spent=False)
            elif effect.kind is Effect.LOGIN:
                found = _IN_WORDS.search(exchange.reply.text)
                total = int(found.group(1)) if found else None
                then = replace(then, named="", spent=False, failures=0, total=total)
            elif effect.kind is Effect.SECURED:
                # RFC 2595 section 4: what was said in the clear is forgotten.
                then = replace(then, named="", spent=False, utf8=False, secure=True)
            elif effect.kind is Effect.UTF8:
                then = replace(then, utf8=True)
            elif effect.kind is Effect.SENT:
                then = replace(then, read=then.read.union(effect.numbers))
            elif effect.kind is Effect.MARKED:
                at = dict.fromkeys(effect.numbers, then.lines)
                then = replace(then, marked=MappingProxyType({**at, **then.marked}))
            elif effect.kind is Effect.UNMARKED:
                then = replace(then, marked=_NO_MARKS)
        return then

    def learned(self, exchange: Exchange) -> Recollection:
        """With what the reply lists."""
        reply = exchange.reply
        if exchange.keyword == "CAPA" and reply.body is not None:
            lines = tuple(decode(line).rstrip() for line in reply.lines)
            late = exchange.before is State.TRANSACTION
            return replace(self, offer=Offer(lines, self.secure, late))
        if exchange.keyword == "STAT" and (listing := drop_listing(reply)):
            return replace(self, total=listing[0] + len(self.marked))
        if exchange.keyword in {"LIST", "UIDL"} and reply.body is not None:
            then = replace(self, total=len(reply.lines) + len(self.marked))
            return replace(then, listings=(reply,)) if exchange.keyword == "UIDL" else then
        if exchange.keyword == "UIDL":
            return replace(self, listings=(*self.listings, reply))
        return self

    def number_of(self, unique_id: str) -> int | None:
        """The message-number that a reply to UIDL gave beside this unique-id, or None."""
        for listing in self.listings:
            rows = [decode(row) for row in listing.lines] or [listing.text]
            for row in rows:
                number, _, found = row.partition(" ")
                if found == unique_id and number.isascii() and number.isdigit():
                    return int(number[:10])
        return None
