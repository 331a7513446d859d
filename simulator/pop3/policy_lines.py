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

    # Where a line ends

    #: What ends a line. "lf": LF does, and one CR before it goes; whether a LF alone does is `bare_lf`.
    #: "crlf": CRLF does, and a LF alone is an octet of the line (Twisted, solid-pop3d). RFC 1939 §3.
    line_end: Literal["lf", "crlf"] = "lf"
    #: A LF alone ends a line, where RFC 1939 §3 has CRLF: all but Twisted and solid-pop3d.
    bare_lf: bool = False
    #: A line that the end of the stream has cut off. "dropped" (Dovecot, Twisted, solid-pop3d);
    #: "obeyed" (Courier, popa3d); "obeyed-as-ended": and a CR at its end goes as before a LF (Cyrus);
    #: "obeyed-over-last": a keyword alone then takes for its argument what the line before has left in
    #: its place (mailutils: see remnant.py). No RFC.
    unended: Literal["dropped", "obeyed", "obeyed-as-ended", "obeyed-over-last"] = "dropped"

    # How long a line may be, in octets

    #: The longest command line, its line end counted (RFC 2449 §4: 255). Courier, Cyrus 8191; mailutils
    #: 511; solid-pop3d 255; popa3d 127, of which LF is none.
    line_limit: int = LINE_LIMIT
    #: What becomes of a longer one. "refused": once its end has come (solid-pop3d); "cut": what is left
    #: is the line (Courier, popa3d); "split": into lines of that length, each answered (Cyrus);
    #: "echoed": it comes back, with the reply written over what stands behind those octets (mailutils,
    #: which reads 8192 at once). No RFC.
    overlong: Literal["refused", "cut", "split", "echoed"] = "refused"
    #: The line that is hung up on, ended or not; 0: none is, and its end is waited for. A response to
    #: AUTH may have `RESPONSE_LIMIT`. Dovecot 2048, Twisted 16386. No RFC.
    longest_line: int = 0
    #: The same before the login; 0: as behind it. Dovecot, which is two programs, 1026.
    longest_line_before_login: int = 0
    #: Of that only what stands behind the keyword and its blank counts, and an initial response of AUTH
    #: has the limit of a response. Dovecot.
    longest_behind_keyword: bool = False
    #: The response to a challenge that is hung up on, in silence; 0: as a line is, but not below
    #: `RESPONSE_LIMIT`. Dovecot 8193.
    longest_response: int = 0

    # How a reply is written

    #: The longest first line of a reply, with its CRLF (RFC 2449 §4: 512). Dovecot and Twisted say back
    #: lines as long as they take them.
    reply_limit: int = REPLY_LIMIT
    #: Those of CR, LF and NUL that come back as they are where a text quotes the line; of the others
    #: each becomes a blank. Dovecot CR; Twisted all three, so that one reply may look like two. RFC
    #: 1939 §3 has printable ASCII.
    said_back: str = ""

    # How a line is taken apart

    #: More arguments than the command takes: "refused", or "ignored" (many).
    surplus: Literal["refused", "ignored"] = "refused"
    #: Numbers of digits alone ("strict"), or `1x` is 1 ("leading-digits").
    numbers: Literal["strict", "leading-digits"] = "strict"
    #: Every other way of taking a line apart, see there; then `bare_lf`, `surplus` and `numbers` count
    #: no more. None: as the RFC writes it. All recorded servers have one.
    reading: Reading | None = None
    #: The same before the login, where it is another (Dovecot and Courier, which are two programs).
    reading_before_login: Reading | None = None

    def reading_in(self, state: State) -> Reading:
        """How a line is taken apart in that state, where there is a `reading`."""
        if state is State.AUTHORIZATION and self.reading_before_login is not None:
            return self.reading_before_login
        assert self.reading is not None, "the policy reads in its own way"
        return self.reading
