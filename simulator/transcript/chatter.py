"""What programs say around a dialogue: telnet, openssl, nc, curl, fetchmail, logs, our own margin.

A table. Each row has what finds the line, and what it tells of the call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

__all__ = ["Chatter", "Told", "told_by", "without_asides"]


class Chatter(Enum):
    """What a line of a program tells."""

    DIALS = "dials"  #: somebody calls a host: a new dialogue
    UP = "up"  #: the line is up
    PAGE = "page"  #: openssl's page begins: nothing is POP3 until the next status indicator
    PAGE_OVER = "page-over"
    SERVER_CLOSED = "server-closed"
    CLIENT_CLOSED = "client-closed"
    NOTE = "note"  #: a note of our own margin: what is set in below belongs to it
    TOOK_LINE = "took-line"  #: openssl took the line above for a command of its own
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a program. `secure`: TLS stands from the first octet."""

    kind: Chatter
    host: str = ""
    port: int = 0
    secure: bool = False


_HOST = r"(?P<host>[A-Za-z0-9._:\[\]-]{1,253}?)"
_PORT = r"(?P<port>\d{1,5}|pop3s?)"
_PROMPT = r"(?:[^\n]{0,80}?(?:[$#>%]\s+|[A-Za-z]:\\[^\n>]{0,80}>\s*))?"


def _row(kind: Chatter, pattern: str) -> tuple[Chatter, re.Pattern[str]]:
    return kind, re.compile(rf"\s{{0,40}}(?:{pattern})", re.IGNORECASE)


_ROWS = (
    _row(Chatter.DIALS, rf"{_PROMPT}(?:telnet|nc|ncat|netcat|socat)(?:\.exe)?"
                        rf"(?:\s+-\w+|\s+(?P<ssl>--ssl))*\s+(?:TCP:)?{_HOST}[\s:]+{_PORT}\s*$"),
    _row(Chatter.DIALS, rf"connect(?:ing to)? {_HOST}[\s:]{_PORT}\s*$"),
    _row(Chatter.DIALS, rf"{_PROMPT}(?P<tls>openssl)\s+s_client\b.{{0,200}}?"
                        rf"-connect\s+{_HOST}:{_PORT}\b.{{0,200}}$"),
    _row(Chatter.DIALS, rf"{_PROMPT}curl\b.{{0,200}}?pop3(?P<secure>s?)://"
                        rf"(?:[^@/\s]*@)?{_HOST}(?:[:/].{{0,80}})?$"),
    _row(Chatter.DIALS, r"-- connect\b.{0,80}$|-- second connection\b.{0,80}$"),
    _row(Chatter.DIALS, r"<?\(?(?:the server is )?wait(?:ing|s)? for (?:a |the )?connection"
                        r".{0,60}[>)]\W*$"),
    _row(Chatter.PAGE, r"CONNECTED\([0-9A-F]+\)\s*$|Connecting to [0-9A-Fa-f.:]+$"),
    _row(Chatter.PAGE, r"Post-Handshake New Session Ticket"),
    _row(Chatter.UP, rf"(?:=== )?Connect(?:ed|ing) to {_HOST}\.*\s*$|<open connection>"),
    _row(Chatter.UP, rf"(?:\* )?Connected to {_HOST} \([^()]{{1,60}}\)(?: port {_PORT})?.{{0,30}}$"),
    _row(Chatter.UP, rf'DEBUG POP3: connecting to host "{_HOST}", port {_PORT}, isSSL \w+$'),
    _row(Chatter.UP, r"(?:\*|===)?\s*Trying [0-9A-Za-z.:\[\]()%, -]{2,80}\.\.\.\s*.{0,60}$"),
    _row(Chatter.UP, r"Connection to .{1,100} port .{1,40}succeeded!?|Ncat: Connected .{1,80}$"),
    _row(Chatter.SERVER_CLOSED, r"Connection closed by (?:foreign|remote) host\.?"
                                r"|Connection to host lost\."),
    _row(Chatter.SERVER_CLOSED, r"!! server closed the connection|read:errno=\d+\s*$|closed\s*$"),
    _row(Chatter.SERVER_CLOSED, r"(?:\* Closing connection.{0,40}|Connection lost\.?"
                                r"|Connection reset by peer)\s*$"),
    _row(Chatter.CLIENT_CLOSED, r"-- client drops\b.{0,60}|Connection closed\.\s*$|DONE\s*$|\^C\s*$"
                                r"|=== Connection closed with remote host\."),
    _row(Chatter.CLIENT_CLOSED, r"<close connection>|telnet> ?(?:q|quit|close|c)?\s*$"
                                r"|Ncat: \d+ bytes.{0,60}$"),
    _row(Chatter.NOTE, r"(?:note|why|state|maildrop|breach|unusual|missing|guessed|hint \d+ of \d+"
                       r"|info): \S"),
    _row(Chatter.NOISE, r"Escape character is.{0,20}$|\^\]\s*$"),
    _row(Chatter.PAGE_OVER, r"read R BLOCK\s*$"),
    _row(Chatter.TOOK_LINE, r"RENEGOTIATING\s*$|KEYUPDATE\s*$"),
    _row(Chatter.NOISE, r"(?:!!|--|##) .*$|\*stat\*.*$|[*}] .*$|<wait for next connection>"),
    _row(Chatter.NOISE, r"\w+: (?:6\.\d|.{0,40}querying |.{0,40}polling ).*$|DEBUG\w*:.*$"),
)  # fmt: skip
_PORTS = {"pop3": 110, "pop3s": 995}

#: What a program writes in between, even into a body or among another protocol's marks.
_ASIDE = re.compile(
    r"[{}] \[\d+ bytes data\]\s*$|\* Connection #\d+ to host \S{1,253} left intact\s*$"
    r"|\s{0,2}\d{1,3} +[\d.]+[kMG]?(?: +\d{1,3} +[\d.]+[kMG]?){2}(?: +[\d.]+[kMG]?){2}"
    r"(?: +[\d:-]+){3} +[\d.]+[kMG]?\s*$"
    r"|\s{0,2}% Total +% Received % Xferd\b|\s{20,}Dload  Upload\b"
    r"|\w+: (?:SMTP|ESMTP|LMTP|IMAP|MDA)[<>]|reading message \S{1,300}:\d+ of \d+ \("
)
#: The same, where there are fetchmail's lines in the text: its stars, a letter's end.
_FETCHMAIL = re.compile(r"(?:fetchmail|getmail): \S")
_ITS_ASIDE = re.compile(r"#?\*{3,}\s*$|\s*(?:\(oversized\) )?(?:not )?flushed\s*$")


def without_asides(numbered: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The numbered lines without what programs write in between."""
    fetched = any(_FETCHMAIL.match(line) for _, line in numbered)
    return [
        (number, line) for number, line in numbered
        if not _ASIDE.match(line) and not (fetched and _ITS_ASIDE.match(line))
    ]  # fmt: skip


def told_by(line: str) -> Told | None:
    """What a program tells by this line; None where no program says so."""
    if len(line) > 500:
        return None
    for kind, pattern in _ROWS:
        found = pattern.match(line)
        if found is not None:
            known = found.groupdict()
            port = (known.get("port") or "0").lower()
            number = _PORTS.get(port) or (int(port) if port.isdigit() else 0)
            openssl = bool(known.get("tls")) and "starttls" not in line
            secure = openssl or bool(known.get("secure") or known.get("ssl"))
            return Told(kind, (known.get("host") or "").strip("[]"), number, secure)
    return None
