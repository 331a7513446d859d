"""A reply whose line is lost: which line it answers, by its words and by what stands below it.

Pages lose the lines that were set in bold. What is put in their place is said to be so.
"""

from __future__ import annotations

import re

from simulator.pop3 import Reason, State
from simulator.pop3.inference import tells

from .follower import Follower, Said
from .record import Turn

__all__ = ["restored"]

_ROW = re.compile(r"\s*\d{1,10}[ \t]+(?:(?P<octets>\d{1,20})|\S{1,120})\s*$")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,60}:\s?\S")
_DROP = re.compile(r"\+OK \d{1,10} \d{1,20}\s*$")
_OCTETS = re.compile(r"\b(\d{1,12}) (?:octets|bytes)\b")


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


#: What a +OK says, by the state; the first that fits.
_WORDS: dict[State, tuple[tuple[re.Pattern[str], str], ...]] = {
    State.AUTHORIZATION: (
        (_words("logged in|mailbox open|maildrop|messages|welcome|congrat"), "PASS ****"),
        (_words("password|send pass|user|selected|accepted"), "USER ?"),
        (_words("bye|sign|quit|farewell|closing|logging out"), "QUIT"),
    ),
    State.TRANSACTION: (
        (_words("bye|sign|quit|farewell|closing|logging out|sayonara"), "QUIT"),
        (_words("delet|marked"), "DELE"),
        (_words("reset|resurrect|undelet"), "RSET"),
    ),
}  # fmt: skip


def restored(follower: Follower, reply: str, below: str, number: int) -> Said | None:
    """The line that `reply` answers, as far as can be told. `below`: the line under it."""
    state = follower.client.state
    if follower.answers:
        return Said("****", number, restored=True)
    if reply.startswith("-ERR"):
        return _refused(follower, reply, number)
    row = _ROW.match(below)
    if row is not None:
        return Said("LIST" if row["octets"] else "UIDL", number, restored=True)
    if _HEADER.match(below):
        return _numbered(follower, "RETR", reply, number)
    if _DROP.match(reply):
        return Said("STAT", number, restored=True)
    line = _as_before(follower, reply) or next(
        (line for words, line in _WORDS.get(state, ()) if words.search(reply)), ""
    )
    if line == "QUIT" and _was_refused(follower):
        return None  # some servers say farewell behind a login that they refuse, and hang up
    if line == "DELE":
        return _numbered(follower, line, reply, number)
    return Said(line, number, restored=True) if line else None


def _was_refused(follower: Follower) -> bool:
    """Whether the line before it is shown, and was a login that was refused."""
    last = next((event for event in reversed(follower.events) if isinstance(event, Turn)), None)
    if last is None or last.restored:
        return False
    return last.exchange.keyword in {"PASS", "APOP", "AUTH"} and last.exchange.reason is not None


def _as_before(follower: Follower, reply: str) -> str:
    """The keyword that had the same reply before, where it has words; or ""."""
    keywords = ("LIST", "UIDL", "DELE", "RSET", "NOOP") if reply != "+OK" else ()
    return next((each for each in keywords if follower.heard(each, reply)), "")


def _refused(follower: Follower, reply: str, number: int) -> Said | None:
    """The line of a login that was refused: programs that keep a log leave it out whole."""
    early = follower.client.state is State.AUTHORIZATION and follower.client.view.named
    if early and tells(reply[4:], Reason.BAD_CREDENTIALS):
        return Said("PASS ****", number, restored=True)
    return None


def _numbered(follower: Follower, keyword: str, reply: str, number: int) -> Said:
    """A command with the message-number that its reply speaks of, or else the first that may be."""
    sizes, marks = follower.shown.sizes, follower.shown.marks
    told = _OCTETS.search(reply)
    if told is not None and keyword == "RETR":
        meant = [each for each, octets in sizes.items() if octets == int(told[1])]
        if len(meant) == 1:
            return Said(f"RETR {meant[0]}", number, restored=True)
    named = re.search(r"\bmessage (\d{1,10})\b", reply, re.IGNORECASE)
    if named is not None:
        return Said(f"{keyword} {named[1]}", number, restored=True)
    free = [each for each in sorted(sizes) if each not in marks] or [1]
    return Said(f"{keyword} {free[0]}", number, restored=True, guessed=True)
