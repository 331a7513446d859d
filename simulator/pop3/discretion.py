"""What in a typed line must not be kept or shown: one rule for histories, views, boards and notes.

It errs on the side of silence. A password is typed where PASS was meant as well, as `PASSWD x`, in the
words of other protocols, or as base64 behind an AUTH that was refused; none of these may stay.
"""

from __future__ import annotations

import re

from .arguments import answer_of

__all__ = ["HIDDEN", "secret_at", "secret_in", "without_secret"]

#: What stands in place of a secret.
HIDDEN = "****"

#: A login, with IMAP's tag or whatever else stands before it; the rest of the line may be a secret.
#: `PASSkettle42` is a PASS whose blank is missing.
#: Control octets within the word are passed over: to Dovecot `P<CR>ASS` is PASS.
_WORDS, _AUTH = (
    "|".join(r"[\x00-\x1f\x7f]*".join(word) for word in words)
    for words in (
        ("PASSWORD", "PASSWD", "PASS", "APOP", "LOGIN"), ("AUTHENTICATE", "AUTHINFO", "AUTH"),
    )
)  # fmt: skip
_LOGIN = re.compile(
    r"[^A-Za-z]*(?:[A-Za-z]*[0-9]+[^A-Za-z0-9]+)?"
    rf"(?:{_WORDS}|(?P<auth>{_AUTH}))(?P<gap>\s*)",
    re.IGNORECASE,
)
#: Behind AUTH the name of a mechanism, which is no secret.
_MECHANISM = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,19}(?P<gap>[ \t]+|\Z)")
#: Octets of base64 from which on a word may be an answer to a challenge.
_SHORTEST = 8


def secret_at(line: str) -> int | None:
    """Where a secret begins in one line (without its line end), or None: there is none."""
    found = _LOGIN.match(line)
    if found is None:
        return 0 if _is_answer(line.strip()) else None
    start = found.end()
    if found["auth"]:
        mechanism = _MECHANISM.match(line, start) if found["gap"] else None
        if mechanism is not None:
            start = mechanism.end()
    elif not found["gap"] and line[start : start + 1].islower() and line[:4].islower():
        # A word of the language that begins so ("password", "passing"), with nothing behind it.
        return None if line[start:].isalpha() else start
    return start if line[start:] else None


def secret_in(line: str) -> bool:
    """Whether a line, or one of several lines, may hold a secret.

    A line behind AUTH always may; only who follows the session knows of it (View.mechanism).
    """
    return any(secret_at(each) is not None for each in line.split("\n"))


def without_secret(line: str) -> str:
    """The line, or each of several lines, with `HIDDEN` in place of what may be a secret."""
    return "\n".join(map(_hidden, line.split("\n")))


def _hidden(line: str) -> str:
    at = secret_at(line)
    return line if at is None else f"{line[:at]}{HIDDEN}"


def _is_answer(word: str) -> bool:
    """Whether a word looks like a response of AUTH: base64, and like no word of a language."""
    if len(word) < _SHORTEST or answer_of(word) is None:
        return False
    return not (word.isalpha() and (word.islower() or word.isupper() or word.istitle()))
