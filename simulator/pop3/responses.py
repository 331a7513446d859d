"""How a server reads a response of AUTH: its base64, and what the mechanism is given of it.

RFC 5034 section 4 has base64 as RFC 4648 section 4 writes it. Some servers read less strictly, and
some find less in what they have read (policy_auth).
"""

from __future__ import annotations

import re
from base64 import b64decode
from enum import Enum

from .arguments import answer_of
from .exchange import encode
from .policy_auth import AuthPolicy

__all__ = ["Unread", "as_given", "handed_on", "read_response"]


class Unread(Enum):
    """Why a response could not be read."""

    BAD = ""  #: it is no base64
    ALPHABET = "alphabet"  #: it has what stands in no base64
    UNENDED = "unended"  #: it is sound, but for one to three octets that are left over


#: Digits of CRAM-MD5's digest (RFC 2195 section 2).
_MD5 = 32
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/=]")
_LOOSE = re.compile(r"([A-Za-z0-9+/]*)(.*)", re.DOTALL)
_GROUPS = re.compile(
    r"((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)(.*)", re.DOTALL
)


def read_response(policy: AuthPolicy, text: str) -> bytes | Unread:
    """The octets of a response, by the policy `base64`, or why there are none."""
    if policy.base64 == "strict":
        octets = answer_of(text)
    elif policy.base64 == "skips":
        octets = _skipping(text)
    elif policy.base64 == "loose-end":
        octets = _loosely(text)
    else:
        octets, left = _in_groups(text)
        if octets is None and left:
            return Unread.UNENDED
    if octets is not None:
        return octets
    return Unread.ALPHABET if _NO_BASE64.search(text) else Unread.BAD


def _skipping(text: str) -> bytes | None:
    try:
        return b64decode(encode(text))
    except ValueError:
        return None


def _loosely(text: str) -> bytes | None:
    found = _LOOSE.fullmatch(text)
    assert found is not None, "it takes any text"
    front, rest = found.groups()
    signs = len(rest) - len(rest.lstrip("="))
    if len(rest) > 2 or (len(front) + signs) % 4:
        return None
    return b64decode(front + "=" * (-len(front) % 4))


def _in_groups(text: str) -> tuple[bytes | None, bool]:
    """The octets, or None and whether no more than the last group is short."""
    found = _GROUPS.fullmatch(text)
    assert found is not None, "it takes any text"
    front, rest = found.groups()
    if not rest:
        return b64decode(front), False
    return None, len(rest) < 4 and not front.endswith("=")


def as_given(policy: AuthPolicy, mechanism: str, octets: bytes) -> bytes:
    """What the mechanism is given of a response that was read."""
    if mechanism == "PLAIN":
        parts = octets.split(b"\0")
        if policy.authzid_ignored and len(parts) > 1:
            parts[0] = b""
        if len(parts) == 3:
            parts[1:] = handed_on(policy, *parts[1:])
        return b"\0".join(parts)
    if mechanism == "LOGIN":
        return _ended(policy, octets)
    if mechanism.startswith("CRAM-"):
        name, blank, digest = octets.rpartition(b" ")
        digest = digest[:_MD5] if policy.cram_front else digest
        digest = digest.lower() if policy.cram_in_any_case else digest
        return _ended(policy, name) + blank + _ended(policy, digest)
    return octets


def handed_on(policy: AuthPolicy, name: bytes, password: bytes) -> tuple[bytes, bytes]:
    """A name and a password as they come to who proves them."""
    if policy.secrets_parted_by:
        end = policy.secrets_parted_by.encode("latin-1")
        lines = [line for line in (name + end + password).split(end) if line]
        name, password, *_ = *lines, b"", b""
    return name, password


def _ended(policy: AuthPolicy, part: bytes) -> bytes:
    for end in policy.secret_ends_at.encode("latin-1"):
        part = part.partition(bytes([end]))[0]
    return part
