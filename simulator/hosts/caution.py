"""What a careful client does not send to a real server without being asked twice.

Pure, and only about one line: what it would give away to who reads the wire, and what it would remove.
"""

from __future__ import annotations

import re

from simulator.pop3 import Pop3Client, State
from simulator.pop3.commands import parse
from simulator.pop3.discretion import secret_in

__all__ = ["gives_away", "is_quit", "removes"]

#: Mechanisms whose responses hold no secret that could be used again: the password stays at home.
_DISCREET = re.compile(r"(?:CRAM-.+|SCRAM-.+|DIGEST-.+|EXTERNAL|ANONYMOUS|GSSAPI)", re.IGNORECASE)
#: Those that send one as it is (RFC 4616, RFC 7628), so that not even AUTH is worth saying.
_OPEN = frozenset({"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"})
#: APOP as RFC 1939 section 7 has it: a digest, in hexadecimal digits.
_APOP = re.compile(r"APOP +\S+ +[0-9a-f]{32}", re.IGNORECASE)


def gives_away(line: str, client: Pop3Client) -> bool:
    """Whether a line, or the dialogue that it begins, shows a secret to who can read the wire.

    APOP, CRAM-MD5 and SCRAM prove a password and do not show it. What may be a mistyped PASS counts
    as one (see pop3.discretion).
    """
    return any(_gives_away(each.rstrip("\r"), client) for each in line.split("\n"))


def _gives_away(line: str, client: Pop3Client) -> bool:
    if client.answers:
        discreet = _DISCREET.fullmatch(client.view.mechanism) is not None
        return not discreet and line.strip() not in ("", "*")
    words = line.split()
    if len(words) > 1 and words[0].upper() == "AUTH":
        mechanism = words[1]
        if mechanism.upper() in _OPEN:
            return True
        return len(words) > 2 and _DISCREET.fullmatch(mechanism) is None
    if _APOP.fullmatch(line.strip()):
        return False
    return secret_in(line)


def is_quit(line: str) -> bool:
    """Whether a server may take this line for QUIT."""
    return parse(line.strip()).keyword == "QUIT"


def removes(line: str, client: Pop3Client) -> tuple[int, ...]:
    """The numbers of the messages that would be gone with this line: those marked, at QUIT."""
    if client.state is not State.TRANSACTION or not is_quit(line):
        return ()
    return tuple(sorted(client.view.marks))
