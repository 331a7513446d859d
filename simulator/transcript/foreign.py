"""Which other protocol a text is, where it holds no POP3: said, so that nobody looks for a mistake."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["foreign"]

#: What its lines look like, whoever says them; the first that fits.
_SIGNS = (
    ("POP2", r"\+ POP2\b|#\d+ messages?\b|=\d+\s*$|READ \d+\s*$|ACK[DS]\s*$"),
    ("IMAP", r"\* (?:OK|BYE|PREAUTH|CAPABILITY|LIST|\d+ (?:EXISTS|RECENT|FETCH))\b"),
    ("IMAP", r"[A-Za-z]{0,4}\d{1,6} (?:OK|NO|BAD|LOGIN|SELECT|LOGOUT)\b"),
    ("FTP", r"(?:331|230|150|226|227|229) \S|(?:CWD|PASV|EPSV|RETR [^\d\s]|STOR) ?"),
    ("SMTP", r"(?:EHLO|HELO) \S|MAIL FROM:|RCPT TO:|(?:220|221|235|250|334|354|4\d\d|5\d\d)[ -]\S"),
    ("HTTP", r"(?:GET|POST|HEAD|PUT) /|HTTP/\d"),
)  # fmt: skip
_ROWS = [
    (name, re.compile(rf"\s{{0,40}}(?:[CS<>]:? |\w{{1,8}}: ?)?(?:{sign})", re.IGNORECASE))
    for name, sign in _SIGNS
]
#: Lines of it that there must be; and how many lines are looked at.
_LEAST, _MOST = 2, 5000


def foreign(lines: Iterable[str]) -> str:
    """The name of the protocol that most of the lines are of, or ""."""
    hits: Counter[str] = Counter()
    for _, line in zip(range(_MOST), lines, strict=False):
        name = next((name for name, sign in _ROWS if sign.match(line[:200])), "")
        hits[name] += bool(name)
    name, count = max(hits.items(), key=lambda item: item[1], default=("", 0))
    return name if count >= _LEAST else ""
