"""Proofs of a password, worked out anew: what a recorded client proved, of our server's challenge.

A proof hangs on what the server said before it, which no two sessions share. Where the recorded one
was right, its twin is right for ours; a wrong one stays as it was recorded.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5

from simulator.pop3.scram import opening_of, scram_final

__all__ = ["Proofs"]

_APOP = re.compile(r"(?i)(apop\s+\S+\s+)([0-9a-f]{32})(.*)", re.DOTALL)
_SCRAM = re.compile(r"(?i)auth scram-(sha-1|sha-256)(?: (\S+))?\s*")
_STAMP = re.compile(r"<[^\s<>]+>")


@dataclass
class Proofs:
    """What was asked on one connection, there and here. `passwords`: by name."""

    passwords: dict[str, str]
    stamp: str = ""  #: in the greeting that was recorded
    our_stamp: str = ""
    challenge: str = ""  #: the last one that was recorded, in base64
    our_challenge: str = ""
    _hash: str = ""  #: SCRAM's, while such a dialogue is under way
    _first: str = ""  #: its first message

    def greeted(self, recorded: str, ours: str) -> None:
        """Both greetings are known."""
        self.stamp, self.our_stamp = _stamp(recorded), _stamp(ours)

    def challenged(self, recorded: str, ours: str) -> None:
        """Both challenges are."""
        self.challenge, self.our_challenge = recorded[2:], ours[2:]

    def right(self, octets: bytes) -> bytes:
        """The same line of the client's, with the proof that our server asks for where it was one."""
        text = octets.decode("latin-1")
        if found := _APOP.fullmatch(text):
            # Whoever it is: a server may take more names for somebody's than one.
            for password in self.passwords.values():
                if not self.stamp or found[2].lower() != _digest(self.stamp, password):
                    continue
                digest = _digest(self.our_stamp, password)
                digest = digest.upper() if found[2].isupper() else digest
                return f"{found[1]}{digest}{found[3]}".encode("latin-1")
        elif found := _SCRAM.fullmatch(text):
            self._hash, self._first = found[1], _text(found[2] or "")
        elif self.challenge or self._hash:
            answer = self._answer(text.strip())
            return f"{answer}\r\n".encode("latin-1") if answer else octets
        return octets

    def _answer(self, said: str) -> str:
        """Our answer to our challenge, where the recorded one was right; else ""."""
        given = _octets(said)
        for name, password in self.passwords.items():
            for change in (str, str.upper):
                right = _cram(name, password, self.challenge, change)
                if right and given.startswith(right):
                    behind = given[len(right) :]
                    ours = _cram(name, password, self.our_challenge, change)
                    return b64encode(ours + behind).decode()
        return self._scram(said) if self._hash else ""

    def _scram(self, said: str) -> str:
        """SCRAM's final message for our challenge; "" where there is nothing to work out anew."""
        if not self._first:
            self._first = _text(said)
            return ""
        try:
            opening = opening_of(self._hash, self._first)
            password = self.passwords[opening.user]
            theirs = scram_final(opening, password, _text(self.challenge))[-1].value
            if said == theirs:
                return scram_final(opening, password, _text(self.our_challenge))[-1].value
            # A wrong proof stays one, of the nonce that was asked for.
            return self._of_ours(_text(said))
        except (ValueError, KeyError):
            pass
        return ""

    def _of_ours(self, final: str) -> str:
        """A final message with our nonce for the recorded one; "" where it has not that."""
        recorded, ours = (
            _text(each).partition(",")[0] for each in (self.challenge, self.our_challenge)
        )
        named = f",{recorded},"
        return (
            b64encode(final.replace(named, f",{ours},").encode()).decode() if named in final else ""
        )


def _stamp(greeting: str) -> str:
    found = _STAMP.search(greeting)
    return found[0] if found else ""


def _digest(stamp: str, password: str) -> str:
    """APOP's (RFC 1939 section 7)."""
    return md5((stamp + password).encode()).hexdigest()  # noqa: S324 -- the protocol's


def _text(base64: str) -> str:
    try:
        return b64decode(base64, validate=True).decode()
    except ValueError:
        return ""


def _cram(name: str, password: str, challenge: str, change: Callable[[str], str]) -> bytes:
    """The response of CRAM-MD5; b"" where the challenge is none. `change`: its case."""
    octets = _octets(challenge)
    if not octets:
        return b""
    digest = change(hmac.new(password.encode(), octets, "md5").hexdigest())
    return f"{name} {digest}".encode()


def _octets(base64: str) -> bytes:
    try:
        return b64decode(base64, validate=True)
    except ValueError:
        return b""
