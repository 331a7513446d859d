"""What a +OK claims of the maildrop or the server, held against the RFC and against earlier claims.

One function for each command whose reply says something to programs. Each is linear in the reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from .exchange import Exchange, encode
from .listings import Listing, drop_listing
from .replies import REPLY_LIMIT
from .rules import Breach, Rule
from .shown import LONGEST_UNIQUE_ID, MOST_CAPABILITIES, Shown, tag_of
from .states import State

__all__ = ["CLAIMS"]

#: RFC 2449 section 3 has %x21-7F and the blank; DEL is in the range, if hardly on purpose.
_OTHER = re.compile(rb"[^\x20-\x7f]")
_UNIQUE_ID = re.compile(r"[!-~]+")


def _stat(exchange: Exchange, shown: Shown, _: Listing | None) -> Iterator[Breach]:
    """The drop listing, beside the listings before it."""
    drop = drop_listing(exchange.reply)
    if drop is None:
        yield Breach(Rule.DROP_LISTING)
        return
    count, octets = drop
    if shown.unmarked not in (None, count):
        yield Breach(Rule.COUNT_DIFFERS, came=count, due=shown.unmarked)
    elif shown.listed_octets not in (None, octets):
        yield Breach(Rule.TOTALS_DIFFER, came=octets, due=shown.listed_octets)
    if len(exchange.reply.text.split(None, 2)) > 2:
        yield Breach(Rule.AUGMENTED)


def _listed(exchange: Exchange, shown: Shown, found: Listing | None) -> Iterator[Breach]:
    """LIST and UIDL, of one message and of all."""
    if found is None or exchange.command is None:
        return
    if found.malformed:
        of_list = exchange.keyword == "LIST"
        rule = Rule.SCAN_LISTING if of_list else Rule.UNIQUE_ID_LISTING
        yield Breach(rule, at=found.first_malformed, came=found.malformed)
    if found.augmented:
        yield Breach(Rule.AUGMENTED, at=found.augmented)
    if exchange.reply.body is None:
        asked = exchange.command.number
        answered = next(iter(found.numbers), None)
        if None not in (asked, answered) and asked != answered:
            yield Breach(Rule.OTHER_NUMBER, came=answered, due=asked)
            return
    else:
        yield from _whole(exchange, shown, found)
    if shown.sizes:
        yield from _sizes(found, shown)
    if found.unique_ids:
        yield from _unique_ids(found, shown, single=exchange.reply.body is None)


def _whole(exchange: Exchange, shown: Shown, found: Listing) -> Iterator[Breach]:
    """A listing of all messages: which there are, and in which order."""
    if found.twice:
        yield Breach(Rule.LISTED_TWICE, at=found.twice)
    if found.unordered:
        yield Breach(Rule.UNORDERED, at=found.unordered)
    if marked := shown.marks.intersection(found.numbers):
        yield Breach(Rule.MARKED_LISTED, at=min(marked), came=len(marked))
    elif found.sound and shown.unmarked not in (None, found.count):
        yield Breach(Rule.COUNT_DIFFERS, came=found.count, due=shown.unmarked)
    elif (
        exchange.keyword == "LIST" and found.sound and shown.drop_octets not in (None, found.octets)
    ):
        yield Breach(Rule.TOTALS_DIFFER, came=shown.drop_octets, due=found.octets)


def _sizes(found: Listing, shown: Shown) -> Iterator[Breach]:
    for number, size in found.sizes.items():
        known = shown.sizes.get(number, size)
        if known != size:
            yield Breach(Rule.SIZE_CHANGED, at=number, came=size, due=known)
            return


def _unique_ids(found: Listing, shown: Shown, *, single: bool) -> Iterator[Breach]:
    """Length, octets, and whether each stays with its message and with no other."""
    known = shown.unique_ids
    # A listing of all is complete in itself; one of a message is compared with those before.
    owner = {unique_id: number for number, unique_id in known.items()} if single else {}
    for number, unique_id in found.unique_ids.items():
        if len(unique_id) > LONGEST_UNIQUE_ID:
            yield Breach(Rule.UNIQUE_ID_LONG, at=number, came=len(encode(unique_id)))
        if not _UNIQUE_ID.fullmatch(unique_id):
            yield Breach(Rule.UNIQUE_ID_OCTETS, at=number)
        if known.get(number, unique_id) != unique_id:
            yield Breach(Rule.UNIQUE_ID_CHANGED, at=number)
        other = owner.setdefault(unique_id, number)
        if other != number and _unlike(shown.sizes, number, other):
            yield Breach(Rule.UNIQUE_ID_SHARED, at=min(number, other), came=max(number, other))


def _unlike(sizes: Mapping[int, int], one: int, other: int) -> bool:
    """Whether LIST has shown that these cannot be "identical copies" (RFC 1939 section 7)."""
    return one in sizes and other in sizes and sizes[one] != sizes[other]


def _retr(exchange: Exchange, shown: Shown, _: Listing | None) -> Iterator[Breach]:
    number = exchange.command.number if exchange.command else None
    listed, sent = shown.sizes.get(number or 0), exchange.reply.octets
    if listed not in (None, sent):
        yield Breach(Rule.SENT_SIZE, at=number, came=sent, due=listed)


def _top(exchange: Exchange, _: Shown, __: Listing | None) -> Iterator[Breach]:
    body, command = exchange.reply.body or b"", exchange.command
    if command is None or command.flaw is not None:
        return
    # The blank line may be the first one: a message without headers.
    blank = 0 if body.startswith(b"\r\n") else body.find(b"\r\n\r\n") + 2
    asked, sent = int(command.arguments[1]), body.count(b"\r\n", blank + 2)
    if blank != 1 and sent > asked:
        yield Breach(Rule.TOP_TOO_LONG, came=sent, due=asked)


def _capa(exchange: Exchange, shown: Shown, _: Listing | None) -> Iterator[Breach]:
    tags: set[str] = set()
    lines = exchange.reply.lines
    for row, line in enumerate(lines[:MOST_CAPABILITIES], 1):
        if len(line) > REPLY_LIMIT - 2:
            yield Breach(Rule.CAPABILITY_LONG, at=row, came=len(line) + 2)
        if not line or line.startswith(b" ") or _OTHER.search(line):
            yield Breach(Rule.CAPABILITY_FORM, at=row)
        elif (tag := tag_of(line)) in tags:
            yield Breach(Rule.TAG_TWICE, word=tag)
        else:
            tags.add(tag)
    if exchange.before is State.TRANSACTION and len(lines) <= MOST_CAPABILITIES:
        # RFC 2595 section 4: STLS says what is "permitted in the current state".
        gone = sorted((shown.early_tags or frozenset()) - tags - {"STLS"})
        if gone:
            yield Breach(Rule.CAPABILITY_WITHDRAWN, came=len(gone), word=", ".join(gone))


#: Keyword -> what is looked at in its +OK.
CLAIMS: Mapping[str, Callable[[Exchange, Shown, Listing | None], Iterator[Breach]]] = {
    "STAT": _stat, "LIST": _listed, "UIDL": _listed, "RETR": _retr, "TOP": _top, "CAPA": _capa,
}  # fmt: skip
