"""How a server reads a line, where servers differ: each decision a named field of `Policy`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .framing import LINE_LIMIT
from .reading import Reading
from .replies import REPLY_LIMIT
from .states import State

__all__ = ["LinePolicy"]


@dataclass(frozen=True, slots=True)
class LinePolicy:
    """How a line is cut, bounded and taken apart. Defaults are what RFC 1939 and 2449 ask for."""

    #: Longest command line, its line end counted (RFC 2449 §4). Courier, Cyrus 8191; mailutils 511;
    #: solid-pop3d 255; popa3d 127, of which LF is none.
    line_limit: int = LINE_LIMIT
    #: What becomes of a longer one: "refused" when its end has come (solid-pop3d); "cut", and what is
    #: left is the line (Courier, popa3d); "split" into lines of that length, each answered (Cyrus);
    #: "echoed": the line comes back, with the reply written over what stands behind those octets
    #: (mailutils, which reads 8192 at once).
    overlong: Literal["refused", "cut", "split", "echoed"] = "refused"
    #: Hang up on a line of so many octets, ended or not; 0: wait for its end, however long. A response
    #: to AUTH may have `RESPONSE_LIMIT`. No RFC; Dovecot 2048 after login, Twisted 16386.
    longest_line: int = 0
    #: The same before login; 0: no other. Dovecot has two programs, with two limits.
    longest_line_before_login: int = 0
    #: Only what stands behind the keyword and its blank counts for that (Dovecot 1026); an initial
    #: response of AUTH has the limit of a response.
    longest_behind_keyword: bool = False
    #: Hang up in silence on a response to a challenge of so many octets (Dovecot 8193); 0: as on a
    #: line, yet not below `RESPONSE_LIMIT`.
    longest_response: int = 0
    #: Hang up on such a line without a word (Twisted), instead of with the text of `line-too-long`.
    longest_line_silent: bool = False
    #: What ends a line. RFC 1939 §3: CRLF. "lf": LF does, and one CR before it goes; a LF alone is
    #: then refused or not (`bare_lf`). "crlf": a LF alone is an octet of the line (Twisted,
    #: solid-pop3d).
    line_end: Literal["lf", "crlf"] = "lf"
    #: LF alone ends a line: not in RFC 1939 §3, yet all but Twisted and solid-pop3d take it.
    bare_lf: bool = False
    #: A line that the end of the stream has cut off: "dropped", "obeyed" (Courier, popa3d),
    #: "obeyed-as-ended", so that a CR at its end goes as before a LF (Cyrus), or "obeyed-over-last": a
    #: keyword alone then has for an argument what the line before has left at that place (mailutils:
    #: see remnant.py). No RFC.
    unended: Literal["dropped", "obeyed", "obeyed-as-ended", "obeyed-over-last"] = "dropped"
    #: Octets of a reply's first line with its CRLF (RFC 2449 §4). Dovecot and Twisted say back lines as
    #: long as they take them.
    reply_limit: int = REPLY_LIMIT
    #: Of CR, LF and NUL what is said back as it came, where a text quotes the line; else a blank is.
    #: RFC 1939 §3 has printable ASCII. Dovecot CR; Twisted all, so that a reply may look like two.
    said_back: str = ""
    #: More arguments than the command takes: "refused" (Cyrus, popa3d), "ignored" (Dovecot, Courier)
    #: or "hang-up" (Twisted).
    surplus: Literal["refused", "ignored", "hang-up"] = "refused"
    #: "strict" takes digits only; "leading-digits" reads `1x` as 1 (Courier, mailutils).
    numbers: Literal["strict", "leading-digits"] = "strict"
    #: How a line is taken apart, where it is not as the RFC writes it: then `bare_lf`, `surplus` and
    #: `numbers` count no more. None: as the RFC writes it.
    reading: Reading | None = None
    #: The same before login, where it differs (Dovecot and Courier, which are two programs).
    reading_before_login: Reading | None = None

    def reading_in(self, state: State) -> Reading:
        """How a line is taken apart in that state, where there is a `reading`."""
        if state is State.AUTHORIZATION and self.reading_before_login is not None:
            return self.reading_before_login
        assert self.reading is not None, "the policy reads in its own way"
        return self.reading
