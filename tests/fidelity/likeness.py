"""Whether two lines of a server say the same, where time, chance and hosts' names may differ."""

from __future__ import annotations

import re
from base64 import b64decode

__all__ = ["alike"]

_CUT = re.compile(r"(?P<start>.*) \.\.\.\[(?P<length>\d+) chars\]")
_STAMP = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")
_SESSION = re.compile(r"(?<==<)[a-z]+-\d+-\d+-\d+-\d+(?=>)")
_ROW = re.compile(r"(?P<before>(?:\+OK )?(?:\d+ )?)(?P<id>\S+)")
#: An alert of TLS, which the layer below sends where a handshake went wrong (RFC 8446 section 6).
_ALERT = re.compile(r"^\\x15\\x03\\x0[0-3]\\x00\\x02\\x0[12]\\x[0-9a-f]{2}")
#: Who called.
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
#: A time in seconds, a process with it, or what is made of chance: so many digits together.
_NUMBERS = re.compile(r"\d{5,}")
#: An octet that is no UTF-8, however a recorder writes it.
_OCTET = re.compile(r"\\x[89a-f][0-9a-f]|[\x80-\xff\ufffd]")
#: UIDL among the lines of one write, and a line of figures that is none of its rows.
_ASKS_IDS = re.compile(rb"(?im)^[ \t]*uidl")
_FIGURES = re.compile(r"(?:\+OK )?\d{1,8}(?: \d{1,8})?")
#: What SCRAM's server says (RFC 5802 section 5.1): its nonce begins with the client's.
_SERVER_FIRST = re.compile(r"r=[!-+\--~]+,s=(?P<salt>[^,]+),i=(?P<count>\d+)")
#: What DIGEST-MD5's asks (RFC 2831 section 2.1.1).
_NONCE = re.compile(r'nonce="([^"]*)"')
_SIGNED = re.compile(r"v=[A-Za-z0-9+/]+=*")


def alike(recorded: str, ours: str, command: bytes) -> bool:
    """Whether our line is what the real server said to that command, as recorded."""
    if found := _CUT.fullmatch(recorded):
        ours = ours.removesuffix("<no end>")  # which who cut the line did not look for
        return len(ours) == int(found["length"]) and ours.startswith(found["start"])
    if not _ALERT.match(ours):
        recorded = _ALERT.sub("", recorded)
    if recorded == ours:
        return True
    if recorded.startswith("X-UIDL: ") and ours.startswith("X-UIDL: "):
        return _row(recorded[8:]) == _row(ours[8:])
    if recorded.startswith("+ ") and ours.startswith("+ "):
        return _asked(recorded[2:]) == _asked(ours[2:])
    if command.lstrip(b" \t")[:4].upper() == b"UIDL":
        return _row(recorded) == _row(ours)
    if _ASKS_IDS.search(command) and not _FIGURES.fullmatch(recorded):
        return _row(recorded) == _row(ours)
    return _plain(recorded) == _plain(ours)


def _asked(base64: str) -> str:
    """A challenge by its form: what is made of chance is as long, or begins as the client's did."""
    try:
        text = b64decode(base64, validate=True).decode("ascii")
    except ValueError:
        return base64
    if found := _SERVER_FIRST.fullmatch(text):
        return f"nonce, {len(found['salt'])} of salt, {found['count']}"
    if _NONCE.match(text):
        return _NONCE.sub(lambda nonce: f"nonce of {len(nonce[1])}", text)
    if _SIGNED.fullmatch(text):
        return f"{len(text)} of a signature"
    return _plain(text)


def _plain(line: str) -> str:
    """The line without what no two sessions share: a stamp keeps its form."""
    line = _OCTET.sub("\ufffd", line)
    line = _STAMP.sub(lambda stamp: _shape(stamp[0].partition("@")[0]) + "@host>", line)
    line = _SESSION.sub(lambda session: _shape(session[0]), line)
    return _NUMBERS.sub("9", _ADDRESS.sub("address", line))


def _shape(text: str) -> str:
    """The form of a stamp: its parts each as one sign, and what parts them."""
    return re.sub(r"[A-Za-z0-9+/=]+", "*", text)


def _row(line: str) -> str:
    """A row of UIDL: its number, and the form of the unique-id."""
    found = _ROW.fullmatch(line)
    if found is None or found["id"].startswith(("-ERR", "+OK")):
        return _plain(line)
    parts = re.split(r"([^0-9A-Za-z]+)", found["id"])
    return found["before"] + "".join(map(_form, parts))


def _form(part: str) -> str:
    if re.fullmatch(r"(?:[0-9a-f]{16}|[0-9a-f]{32})", part):
        return f"hex {len(part)}"
    return re.sub(r"\d+", "9", part)
