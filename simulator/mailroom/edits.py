"""What stores do to mail that they keep: changes of a message's octets (CRLF lines), one a function."""

from __future__ import annotations

import re

from .message import parted

__all__ = [
    "blank_line_behind", "crossed_out", "from_lines", "neat_headers", "unique_id_in", "with_expiry",
    "with_status", "with_unique_id",
]  # fmt: skip

_FROM = re.compile(rb"(?<=\r\n)From ")
_QUOTED = re.compile(rb"(?<=\r\n)>(>*From )")
#: The headers in which a store keeps its own state, and its unique-id.
_STATUS = re.compile(rb"(?im)^(?:X-IMAPbase|X-UID|Status):[^\n]*\n(?:[ \t][^\n]*\n)*")
_EIGHT_BIT = re.compile(rb"[\x80-\xff]")
_X_EXPIRE = re.compile(rb"(?im)^X-Expire-Timestamp:")
_X_UIDL = re.compile(rb"(?im)^X-UIDL:([^\n]*\n(?:[ \t][^\n]*\n)*)")


def from_lines(content: bytes, *, quoted: bool) -> bytes:
    """Body lines that begin "From ": with a ">" before them, or else with one taken off."""
    if b"From " not in content:
        return content
    head, body = parted(content)
    pattern, instead = (_FROM, b">From ") if quoted else (_QUOTED, rb"\1")
    # The blank line stands before the first line of the body, and the pattern looks for a CRLF there.
    return head + pattern.sub(instead, b"\r\n" + body) if body else content


def neat_headers(content: bytes) -> bytes:
    """With each header as `Name: value`, and none from the first that is no header."""
    head, body = parted(content)
    neat: list[bytes] = []
    for line in head.split(b"\r\n")[:-1]:
        name, colon, value = line.partition(b":")
        if line.startswith((b" ", b"\t")) and neat:
            neat.append(line)
        elif colon and not line.startswith((b" ", b"\t")):
            neat.append(name.rstrip(b" \t") + b": " + value.lstrip(b" \t"))
        else:
            break
    return b"".join(line + b"\r\n" for line in neat) + b"\r\n" + body


def crossed_out(content: bytes) -> bytes:
    """With an X for each octet above 127 in the headers."""
    head, _ = parted(content)
    return content if head.isascii() else _EIGHT_BIT.sub(b"X", head) + content[len(head) :]


def blank_line_behind(content: bytes, *, each: bool) -> bytes:
    """With one more blank line; unless `each` message has it, only where there is none."""
    has_one = content.startswith(b"\r\n") or b"\r\n\r\n" in content
    return content if has_one and not each else content + b"\r\n"


def unique_id_in(content: bytes) -> str | None:
    """The unique-id that stands in the header X-UIDL, unfolded; None where there is no such header."""
    found = _X_UIDL.search(parted(content)[0])
    return b" ".join(found[1].split()).decode("ascii", "replace") if found else None


def with_unique_id(content: bytes, *, unique_id: str) -> bytes:
    """With the header X-UIDL, behind all others; the same, where it has one."""
    head, body = parted(content)
    if _X_UIDL.search(head):
        return content
    return b"".join((head, f"X-UIDL: {unique_id}\r\n".encode("ascii"), b"\r\n", body))


def with_expiry(content: bytes, *, at: int) -> bytes:
    """With X-Expire-Timestamp, in front of the store's own state; the same, where it has one."""
    head, body = parted(content)
    if _X_EXPIRE.search(head):
        return content
    stamp = f"X-Expire-Timestamp: {at}\r\n".encode("ascii")
    state = b"".join(_STATUS.findall(head))
    return b"".join((_STATUS.sub(b"", head), stamp, state, b"\r\n", body))


def with_status(content: bytes, *, uid: int, base: str, status: str) -> bytes:
    """With the headers in which a store keeps its state, behind the others. What was there goes.

    `base` is X-IMAPbase, for the first message alone. A message without a body gets a blank line for
    one.
    """
    head, body = parted(content)
    first = f"X-IMAPbase: {base}\r\n" if base else ""
    own = f"{first}X-UID: {uid}\r\nStatus: {status}\r\n".encode("ascii")
    return b"".join((_STATUS.sub(b"", head), own, b"\r\n", body or b"\r\n"))
