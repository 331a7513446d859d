"""The faults one can wish for on a POP3 line: each with its name, and what should have been there.

The link edits octets and knows no POP3; here stands what a body is, where a size is told, and which
rule is broken. A fault looks at the reply it meets and says how to break it. Where a reply has
nothing to break (no stuffed dot, no body), the fault waits, armed, for one that has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from simulator.link.faults import Delay, Drop, Fault, Garble, Repeat, Splice, Split, Struck
from simulator.pages import choose

from .actors import seconds

__all__ = ["FAULTS", "FaultError", "NamedFault", "fault_named"]

#: Seconds that a reply is late where nobody says how many.
LATE = 30.0


class FaultError(ValueError):
    """There is no fault of that name. str() says which was meant."""


@dataclass(frozen=True, slots=True)
class NamedFault:
    """A fault as one asks for it. It can be armed in a `link.faults.FaultyEndpoint` as it is."""

    name: str
    meaning: str  #: one line for people
    standard: str  #: where the standard says what should have been
    #: The link's fault for a reply; None where the reply has nothing that could be broken so.
    make: Callable[[bytes], Fault | None] = field(repr=False)
    #: It is in the octets of TLS, so it belongs outside a `link.TlsEndpoint`; all others inside.
    handshake: bool = False
    #: It befalls the line, whatever is said on it: under TLS it stands outside too.
    of_line: bool = False

    def strike(self, reply: bytes) -> Struck | None:
        """What becomes of this reply; None: it cannot be on it."""
        fault = self.make(reply)
        return None if fault is None else fault.strike(reply)


def fault_named(text: str) -> NamedFault:
    """The fault of that name, in any letter case; behind `delay` may stand how long: `delay 2m`.

    Raises FaultError.
    """
    name, *rest = text.lower().split() or [""]
    fault = FAULTS.get(name)
    if fault is None:
        raise FaultError(f"there is no fault {name!r}; {choose(name, FAULTS, cutoff=0.5)}")
    if not rest:
        return fault
    if name != "delay" or len(rest) > 1:
        raise FaultError(f"nothing stands behind {name!r}, but behind 'delay' a time as 30s")
    try:
        late = Delay(seconds(rest[0]))
    except ValueError as error:
        raise FaultError(str(error)) from None
    return replace(fault, make=lambda _: late)


def _body(reply: bytes) -> tuple[int, int] | None:
    """Where the body of a multi-line reply begins and ends, terminator not counted."""
    start = reply.find(b"\r\n") + 2
    stop = len(reply) - 3
    if reply.startswith(b"+OK") and 2 <= start <= stop and reply.endswith(b"\r\n.\r\n"):
        return start, stop
    return None


def _drop(reply: bytes) -> Fault | None:
    return Drop(len(reply) // 2)


def _truncated_body(reply: bytes) -> Fault | None:
    """The lines of the second half are lost, all of them where there is one line only."""
    body = _body(reply)
    if body is None or body[0] == body[1]:
        return None
    start, stop = body
    return Splice(reply.rfind(b"\r\n", start - 2, (start + stop) // 2) + 2, stop)


def _missing_terminator(reply: bytes) -> Fault | None:
    body = _body(reply)
    return None if body is None else Splice(body[1], len(reply))


def _unstuffed_dot(reply: bytes) -> Fault | None:
    """Of the first line that begins with a stuffed dot."""
    body = _body(reply)
    at = -1 if body is None else reply.find(b"\r\n..", body[0] - 2, body[1])
    return None if at < 0 else Splice(at + 2, at + 3)


_ROW = re.compile(rb"[0-9]{1,10} ([0-9]{1,15})(?=[ \r])")  #: a scan listing: number and octets
_LISTING = re.compile(rb"\+OK " + _ROW.pattern)  #: the reply to STAT, and to LIST with a number
_SIZE = re.compile(rb"([0-9]{1,15})(?= octets)")  #: as RFC 1939's own examples word it


def _wrong_octet_count(reply: bytes) -> Fault | None:
    """The first size that is told: in a scan listing, else in the +OK line.

    It is too small, as that of a server which counts a line end as one octet.
    """
    body = _body(reply)
    if body is None:
        found = _LISTING.match(reply)
    else:
        found = _ROW.match(reply, body[0]) or _SIZE.search(reply, 0, body[0])
    if found is None:
        return None
    octets = int(found.group(1))
    wrong = octets - max(1, octets // 40) if octets else 1
    return Splice(found.start(1), found.end(1), b"%d" % wrong)


def _err_with_plus(reply: bytes) -> Fault | None:
    return Splice(0, 1, b"+") if reply.startswith(b"-ERR") else None


def _tls_garbled(reply: bytes) -> Fault | None:
    """Of a handshake record (RFC 8446 section 5.1) the octets that say which message it is."""
    return Garble(0x5A, start=5, count=4) if reply.startswith(b"\x16\x03") else None


#: All faults by name, in the order in which they are told.
FAULTS = {
    each.name: each
    for each in (
        NamedFault(
            "drop", "the line goes down in the middle of the reply", "RFC 1939 §6", _drop,
            of_line=True,
        ),
        NamedFault("delay", "the reply is late", "RFC 1939 §3", lambda _: Delay(LATE)),
        NamedFault(
            "split", "the reply comes octet by octet; nothing in it is wrong", "RFC 1939 §3",
            lambda _: Split(1),
        ),
        NamedFault(
            "truncated-body", "the body ends early, and then the terminator comes",
            "RFC 1939 §5, §11", _truncated_body,
        ),
        NamedFault(
            "missing-terminator", "the line '.' that ends a body does not come",
            "RFC 1939 §3", _missing_terminator,
        ),
        NamedFault(
            "unstuffed-dot", "a line that begins with a dot goes out without the second one",
            "RFC 1939 §3", _unstuffed_dot,
        ),
        NamedFault(
            "wrong-octet-count", "a size is told that the message does not have",
            "RFC 1939 §5, §11", _wrong_octet_count,
        ),
        NamedFault(
            "err-with-plus", "a refusal begins with +ERR, which is no status indicator",
            "RFC 1939 §3", _err_with_plus,
        ),
        NamedFault("reply-twice", "one command is answered twice", "RFC 1939 §3", lambda _: Repeat()),
        NamedFault(
            "tls-garbled", "bits are flipped in the TLS handshake, and it fails", "RFC 8446 §4",
            _tls_garbled, handshake=True,
        ),
    )
}  # fmt: skip
