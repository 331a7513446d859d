"""How a server reads a line, where servers differ: each decision a named field of `Policy`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .framing import LINE_LIMIT

__all__ = ["LinePolicy"]


@dataclass(frozen=True, slots=True)
class LinePolicy:
    """How a line is cut, bounded and taken apart. Defaults are what RFC 1939 and 2449 ask for."""

    #: Longest command line, CRLF counted (RFC 2449 §4). Dovecot: some KB; mailutils 511; popa3d 127.
    line_limit: int = LINE_LIMIT
    #: Hang up on a line of so many octets, ended or not; 0: wait for its end, however long. A response
    #: to AUTH may have `RESPONSE_LIMIT`. No RFC; Dovecot 8192, solid-pop3d 1024.
    longest_line: int = 0
    #: LF alone ends a line: not in RFC 1939 §3, yet all but Twisted and solid-pop3d take it.
    bare_lf: bool = False
    #: More arguments than the command takes: "refused" (Cyrus, popa3d), "ignored" (Dovecot, Courier)
    #: or "hang-up" (Twisted).
    surplus: Literal["refused", "ignored", "hang-up"] = "refused"
    #: "strict" takes digits only; "leading-digits" reads `1x` as 1 (Courier, mailutils).
    numbers: Literal["strict", "leading-digits"] = "strict"
