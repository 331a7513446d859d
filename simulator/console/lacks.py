"""What is said of that which a text does not show: a sentence or two for each kind of finding."""

from __future__ import annotations

from collections.abc import Callable

from simulator.pop3.discretion import HIDDEN
from simulator.transcript import Finding, Lack

__all__ = ["UNKNOWABLE", "lack_sentence", "listed"]

#: Said once, where the sessions are from a text.
UNKNOWABLE = (
    "A text does not show line ends, or how many octets a body had; pages wrap, trim and re-dress "
    "lines. So nothing of that kind is held against a server here."
)


def listed(numbers: tuple[int, ...]) -> str:
    """Numbers in words: "2", "2 and 3", "2, 3 and 5"; of many the first."""
    if len(numbers) > 12:
        return f"{', '.join(map(str, numbers[:12]))}, ..."
    first, last = numbers[:-1], numbers[-1]
    return f"{', '.join(map(str, first))} and {last}" if first else str(last)


def _quit(finding: Finding) -> str:
    if not finding.numbers:
        return "There is no QUIT. Nothing was marked, so nothing is at stake (RFC 1939 §6)."
    one = len(finding.numbers) == 1
    which = f"{'message' if one else 'messages'} {listed(finding.numbers)}"
    return (
        f"There is no QUIT, and {which} {'is' if one else 'are'} marked. If the line went down here, "
        f"the {'mark was' if one else 'marks were'} forgotten and nothing was removed. If only the "
        "text ends here, nobody can tell (RFC 1939 §6)."
    )


_SENTENCES: dict[Lack, Callable[[Finding], str]] = {
    Lack.GREETING: lambda _: (
        "It begins in the middle: the greeting, and whatever came before this line, is not shown."
    ),
    Lack.GREETING_CUT: lambda _: (
        'The greeting is cut off: a "<" opens a timestamp and no ">" closes it. Without all of it '
        "APOP cannot be computed (RFC 1939 §7)."
    ),
    Lack.LOGIN: lambda _: (
        "The login is not shown. The next command belongs to TRANSACTION, so somebody must have "
        "logged in (RFC 1939 §4)."
    ),
    Lack.LINE: lambda f: (
        f"The line of this reply is not shown; logs leave out what holds a secret. `{f.word}` stands "
        "for it here."
        if f.word.endswith(HIDDEN)
        else "The line of this reply is not shown, and nothing in the reply tells which it was."
        if not f.word
        else f"The line of this reply is lost. The reply fits `{f.word}`, so that is put here."
    ),
    Lack.NUMBER: lambda f: (
        f"The line of this reply is lost. The reply fits `{f.word}`, so that is put here; its "
        "message-number is a guess."
    ),
    Lack.REPLY: lambda f: (
        f"`{f.word}` has no reply. Without one nobody knows whether the server took the line."
        + (
            " So nobody knows whether UPDATE was entered."
            if f.word.strip().upper() == "QUIT"
            else ""
        )
    ),
    Lack.DOT: lambda _: (
        "There is no dot at the end of this body; the one above was put there. Where the body "
        "ends is told from what follows. A client would still wait (RFC 1939 §3)."
    ),
    Lack.BODY: lambda _: (
        "This reply has a body, and neither it nor its dot is shown (RFC 1939 §3)."
    ),
    Lack.ROWS: lambda _: "Some lines of the body are left out here, so it cannot be counted.",
    Lack.QUIT: _quit,
    Lack.SWALLOWED: lambda f: (
        f"`{f.word}` never reached the server: openssl s_client takes a line that begins with a large "
        "R or Q for a command of its own. Lower case goes through, and so does all with `-quiet`."
    ),
    Lack.WRAPPED: lambda _: "This line is the rest of the one above it, which was broken in two.",
    Lack.CASE: lambda f: (
        f"`{f.word}` is not in upper case, as RFC 1939 §3 asks. Whether the server or the page wrote "
        "it so, a text does not show; it is read as if it were right."
    ),
    Lack.LONG: lambda _: "This line is longer than any line of POP3 may be; its end is cut off.",
    Lack.QUOTED: lambda _: "This reply stands within a sentence; where its text ends is a guess.",
    Lack.OCTETS: lambda f: (
        f"The capture has lost {f.numbers[0]} octets here; what they said is unknown."
    ),
    Lack.TLS: lambda _: (
        "From here on the line is encrypted by TLS. What is said on it cannot be read."
    ),
}


#: What is said where the same is missing again, in few words.
_AGAIN = {
    Lack.DOT: "The dot is missing here too, and was put there.",
    Lack.ROWS: "Lines are left out here too.",
    Lack.BODY: "Neither the body nor its dot is shown here.",
    Lack.WRAPPED: "This line was broken in two as well.",
}


def lack_sentence(finding: Finding, *, again: bool = False) -> str:
    """What is missing, in the margin's manner; shorter where it was said before."""
    return (_AGAIN.get(finding.lack, "") if again else "") or _SENTENCES[finding.lack](finding)
