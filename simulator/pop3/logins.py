"""The arguments of APOP and AUTH, as a server finds them in a line (reading.Reading)."""

from __future__ import annotations

import re

from .arguments import SERVER_FIRST, Flaw, answer_of
from .parting import any_of
from .reading import Reading

__all__ = ["apop_arguments", "auth_arguments", "digest_flaw", "flaw_of"]

_HEX = frozenset("0123456789abcdef")
_FRONT = re.compile(r"[0-9a-f]{32}(?![0-9a-f])")


def auth_arguments(reading: Reading, rest: str) -> tuple[str, ...]:
    """The mechanism, and the initial response if there is one, of a line that is not parted further."""
    found = any_of(reading.parting + reading.mechanism_ends_at).search(rest)
    if found is not None and found[0] in reading.mechanism_ends_at:
        return (rest[: found.start()], rest[found.end() :] or "=")
    mechanism, *response = any_of(reading.parting).split(rest, 1)
    if response == [""] and reading.blank_response == "none":
        return (mechanism,)  # a blank behind it, and nothing: the challenge is asked for
    return (mechanism, *response)


def flaw_of(values: tuple[str, ...]) -> Flaw | None:
    """What RFC 5034 section 4 has to say about the arguments of AUTH."""
    if len(values) > 1 and values[0].upper() in SERVER_FIRST:
        return Flaw.SURPLUS_ARGUMENT
    if len(values) > 1 and answer_of(values[1], initial=True) is None:
        return Flaw.BAD_ARGUMENT
    return None


def apop_arguments(reading: Reading, rest: str) -> tuple[str, ...]:
    """The name and the digest (RFC 1939 section 7), as far as they are there."""
    if reading.apop_digest == "front":
        name, _, digest = rest.rpartition(" ")
        found = _FRONT.match(digest)
        return (name.strip(" "), found[0] if found else "")
    name, blank, digest = rest.partition(reading.between[0])
    return (name, digest) if blank else (name,)


def digest_flaw(reading: Reading, digest: str) -> str:
    """What is wrong with the form of APOP's digest, where this server looks at it."""
    if reading.apop_digest in {"any", "front"}:
        return ""  # of the latter it is asked when a name that waits has been thought of
    if len(digest) != 32:
        return "length"
    return (
        ""
        if set(digest if reading.apop_digest == "lower-hex" else digest.lower()) <= _HEX
        else "hex"
    )
