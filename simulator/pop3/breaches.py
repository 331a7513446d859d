"""Which rules of the RFCs a reply breaks: an Exchange in, breaches out.

Pure, and linear in the reply; what was shown before is handed in and handed on. A server is blamed for
nothing that the client's chair cannot see. Once a reply had no status indicator, nobody knows what the
next ones answer, so from then on only their form is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .claims import CLAIMS
from .exchange import Effect, Exchange, Reason, encode
from .listings import Listing, listing
from .replies import REPLY_LIMIT
from .rules import Breach, Rule
from .shown import Shown
from .states import State, Status

__all__ = ["examine"]

_ORDER = {rule: place for place, rule in enumerate(Rule)}
_CONTROL = re.compile(r"[\x00-\x1f]")
#: Commands that can only be answered +OK in TRANSACTION (RFC 1939 section 5).
_ALWAYS_OK = frozenset({"STAT", "NOOP", "RSET"})


def examine(exchange: Exchange, shown: Shown) -> tuple[tuple[Breach, ...], Shown]:
    """The breaches of one reply, the gravest first, and what has been shown once it came.

    A rule is named once, however often the reply breaks it. Never raises.
    """
    if exchange.did(Effect.GREETING):
        shown = Shown()
    found = listing(exchange)
    breaches: dict[Rule, Breach] = {}
    for breach in _breaches(exchange, shown, found):
        breaches.setdefault(breach.rule, breach)
    ranked = tuple(sorted(breaches.values(), key=lambda breach: _ORDER[breach.rule]))
    return ranked, shown.after(exchange, found)


def _breaches(exchange: Exchange, shown: Shown, found: Listing | None) -> Iterator[Breach]:
    reply, command = exchange.reply, exchange.command
    if command is None and not exchange.did(Effect.GREETING):
        yield Breach(Rule.FAREWELL if reply.status is Status.ERR else Rule.UNASKED)
        return
    if reply.status is None:
        yield _no_indicator(reply.line)
        return
    if reply.status is Status.CONTINUE:
        yield from _challenge(exchange)
    else:
        yield from _first_line(exchange, shown)
    if command is None:
        if reply.status is Status.ERR:
            yield Breach(Rule.GREETING_REFUSED)
        return
    yield from _body(exchange)
    if not shown.astray:
        yield from _accepted(exchange, shown)
        claims = CLAIMS.get(exchange.keyword)
        in_place = command.row is not None and exchange.before in command.row.states
        if claims is not None and reply.ok and in_place and not _lf_only(reply.body):
            yield from claims(exchange, shown, found)


def _no_indicator(line: str) -> Breach:
    """A reply that begins with neither status indicator: why not."""
    word = line.partition(" ")[0].upper()
    if word in {"+OK", "-ERR"}:
        return Breach(Rule.INDICATOR_CASE)
    glued = line.upper().startswith(("+OK", "-ERR"))
    return Breach(Rule.INDICATOR_GLUED if glued else Rule.NO_INDICATOR)


def _challenge(exchange: Exchange) -> Iterator[Breach]:
    """A line that begins with "+" and a blank. It has no limit of length (RFC 5034 section 4)."""
    reply = exchange.reply
    if exchange.keyword != "AUTH":
        yield Breach(Rule.CHALLENGE_OUTSIDE)
    elif reply.line == "+":
        yield Breach(Rule.CHALLENGE_UNSPACED)
    elif reply.challenge is None:
        yield Breach(Rule.CHALLENGE_GARBLED)


def _first_line(exchange: Exchange, shown: Shown) -> Iterator[Breach]:
    reply = exchange.reply
    line = reply.line
    if not (line.isascii() and line.isprintable() and len(line) <= REPLY_LIMIT - 2):
        octets = encode(line)
        if len(octets) > REPLY_LIMIT - 2:
            yield Breach(Rule.LONG_LINE, came=len(octets) + 2)
        if controls := len(_CONTROL.findall(line)):
            yield Breach(Rule.CONTROL, came=controls)
        utf8 = shown.utf8 or exchange.did(Effect.UTF8) or exchange.did(Effect.LANGUAGE)
        if not (utf8 or line.isascii()):
            yield Breach(Rule.NOT_ASCII, came=sum(octet > 127 for octet in octets))
    announced = shown.tags is None or "RESP-CODES" in shown.tags
    if not announced and exchange.keyword not in {"STAT", "LIST", "UIDL"} and (code := reply.code):
        yield Breach(Rule.CODE_UNANNOUNCED, word=code)


def _lf_only(body: bytes | None) -> bool:
    """Whether a body has lines, and none of them ends in CR LF."""
    return bool(body) and b"\r\n" not in (body or b"")


def _body(exchange: Exchange) -> Iterator[Breach]:
    """The line ends of a body; of mail, its octets too."""
    body = exchange.reply.body
    if not body:
        return
    if _lf_only(body):
        yield Breach(Rule.LF_LINES, came=body.count(b"\n"))
    elif exchange.keyword in {"RETR", "TOP"}:
        pairs = body.count(b"\r\n")
        if lone := body.count(b"\n") - pairs:
            yield Breach(Rule.BARE_LF, came=lone)
        if lone := body.count(b"\r") - pairs:
            yield Breach(Rule.BARE_CR, came=lone)
        if nuls := body.count(b"\0"):
            yield Breach(Rule.NUL, came=nuls)


def _accepted(exchange: Exchange, shown: Shown) -> Iterator[Breach]:
    """+OK, or a challenge, where -ERR was due; and -ERR where +OK is the only reply there is."""
    command, reply = exchange.command, exchange.reply
    row = command.row if command else None
    if command is None or row is None:
        return
    if reply.status is Status.ERR:
        if _must_succeed(exchange):
            yield Breach(Rule.REFUSED)
        return
    if command.keyword == "AUTH":
        if not command.arguments:
            return  # no RFC has AUTH alone; where it is taken, it is a question
    elif not reply.ok:
        return  # a challenge that nobody asked for, and no answer at all
    if command.step and command.response == "*":
        yield Breach(Rule.CANCEL_IGNORED)
    elif command.flaw is not None:
        yield Breach(Rule.RESPONSE_ACCEPTED if command.step else Rule.FLAW_ACCEPTED)
    elif reply.ok and exchange.before not in row.states:
        yield Breach(Rule.WRONG_STATE)
    elif reply.ok and command.number in shown.marks:
        again = command.keyword == "DELE"
        yield Breach(Rule.MARKED_TWICE if again else Rule.MARKED_ACCEPTED, at=command.number)


def _must_succeed(exchange: Exchange) -> bool:
    """Whether the command's only reply is +OK, and nothing says that the line or the system failed."""
    if exchange.before is State.AUTHORIZATION:
        return exchange.keyword == "QUIT" and exchange.reason is Reason.NOT_REMOVED
    bare_list = exchange.keyword == "LIST" and not (exchange.command and exchange.command.arguments)
    refused = exchange.reason is Reason.UNKNOWN_COMMAND
    return refused and (bare_list or exchange.keyword in _ALWAYS_OK)
