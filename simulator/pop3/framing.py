"""Octets into lines, at both ends, with a bound on what an unfinished line may cost.

Why both ends: the client must know how many replies to wait for, so it cuts what it sends by the
very rule by which the server will cut it. `Line` is what both get.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .commands import LOGIN_COMMANDS, Command, parse, parse_response
from .exchange import Reason, decode

__all__ = [
    "LINE_LIMIT",
    "LONGEST_KEPT",
    "RESPONSE_LIMIT",
    "Line",
    "LineCutter",
    "judge",
    "may_be_utf8",
    "read_line",
    "read_response",
]

#: Octets in a command line with its CRLF: RFC 2449 section 4 ("limited to 255 octets").
LINE_LIMIT = 255
#: Octets in a response to AUTH's challenge with its CRLF. RFC 5034 section 4 sets no limit, but "as
#: long as the mechanism needs"; this one is that of AUTH in SMTP (RFC 4954 section 4.5.3).
RESPONSE_LIMIT = 12288
#: Octets kept of a line that is too long. More cannot change the answer, only fill the memory.
LONGEST_KEPT = RESPONSE_LIMIT

#: RFC 1939 section 3: "keywords and arguments consist of printable ASCII characters".
_ODD = re.compile(rb"[^\x20-\x7e]")


@dataclass(frozen=True, slots=True)
class Line:
    """One command line without its line end, and what is wrong with its octets, if anything is."""

    text: str
    fault: Reason | None = None


class LineCutter:
    """Cuts a stream of octets at each LF. Keeps at most `LONGEST_KEPT` octets of an unfinished line."""

    __slots__ = ("answers", "kept")

    def __init__(self, kept: bytes = b"") -> None:
        #: The octets of the unfinished line.
        self.kept = kept
        #: Whether the next line is a response of AUTH: it may be cut otherwise (cutting.OddCutter).
        self.answers = False

    def cut(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes, each without its LF (a CR before it is still there)."""
        lines = data.split(b"\n")
        if self.kept:
            lines[0] = self.kept + lines[0]
        rest = lines.pop()
        self.kept = rest if len(rest) <= LONGEST_KEPT else rest[:LONGEST_KEPT]
        return lines

    def unended(self) -> bytes:
        """The line that the end of the stream has cut off, as the server understands it."""
        return self.kept

    def behind(self, lines: list[bytes], at: int, gulp: int, *, again: bool = False) -> bytes:
        """The octets behind the first `at` lines, and behind what was read at once with them.

        `gulp`: how many are read at once; 0: all of them. `again`: in place of those that are lost
        as many from the gulp's front are read once more.
        """
        read = sum(map(len, lines[:at])) + at
        if not gulp:
            return b""
        behind = self.join(lines[at:])
        lost = min(-read % gulp, len(behind))
        start = read - read % gulp
        front = (self.join(lines) if again and lost else b"")[start : start + lost]
        return front + behind[lost:]

    def join(self, lines: list[bytes]) -> bytes:
        """The octets that give these lines once more, and what is kept."""
        return b"\n".join([*lines, self.kept])


def judge(raw: bytes, *, limit: int = LINE_LIMIT, bare_lf: bool = False) -> Line:
    """One line as `LineCutter` cut it: its text, and the first thing that is wrong with it.

    `limit` counts octets with CRLF; `bare_lf` says whether a LF alone may end a line.
    """
    ended_in_crlf = raw.endswith(b"\r")
    octets = raw[:-1] if ended_in_crlf else raw
    if len(octets) > limit - 2:
        # An unfinished line is kept in part and its CR is lost with the rest; text and fault must
        # not depend on how the octets were cut into pieces, so both are taken from what is kept.
        return Line(decode(octets[: limit - 1]), Reason.LINE_TOO_LONG)
    if _ODD.search(octets):
        return Line(decode(octets), Reason.BAD_OCTET)
    if not ended_in_crlf and not bare_lf:
        return Line(decode(octets), Reason.BARE_LF)
    return Line(decode(octets), None)


def read_line(raw: bytes, limit: int = LINE_LIMIT, bare_lf: bool = False) -> tuple[Line, Command]:
    """One line as it was cut: judged, and taken apart. Both chairs read with this.

    Reading is a pure function, and sessions repeat themselves, so short lines are remembered; those
    that may hold a secret are not.
    """
    if len(raw) > 40 or raw[:4].upper() in _SECRETIVE:
        return _read(raw, limit, bare_lf)
    return _remembered(raw, limit, bare_lf)


def read_response(
    raw: bytes, mechanism: str, step: int, bare_lf: bool = False
) -> tuple[Line, Command]:
    """A line behind AUTH, as it was cut: judged, and read as a response (RFC 5034 section 4)."""
    line = judge(raw, limit=RESPONSE_LIMIT, bare_lf=bare_lf)
    return line, parse_response(mechanism, step, line.text)


def may_be_utf8(line: Line, command: Command) -> bool:
    """Whether a line is faulty only by UTF-8 in a name or password (RFC 6856 section 2.2)."""
    return (
        line.fault is Reason.BAD_OCTET
        and command.keyword in LOGIN_COMMANDS
        and _UTF8_TEXT.fullmatch(line.text) is not None
    )


#: No control and nothing that `decode` could not read; what SASLprep forbids is looked at later.
_UTF8_TEXT = re.compile("[^\x00-\x1f\x7f-\x9f\ud800-\udfff]*")

#: The first four octets of the lines that are not remembered.
_SECRETIVE = frozenset({b"PASS", b"APOP", b"AUTH", b"LOGI"})


def _read(raw: bytes, limit: int, bare_lf: bool) -> tuple[Line, Command]:
    line = judge(raw, limit=limit, bare_lf=bare_lf)
    return line, parse(line.text)


_remembered = lru_cache(maxsize=1024)(_read)
