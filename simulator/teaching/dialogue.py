"""The dialogue of AUTH, out of its base64: what the margin may say of challenges and responses.

A response holds a secret, so nothing here gives one away: of a response only the name is told that it
proves or claims, and only where it has the very form that its mechanism asks for. What does not fit
is told apart, never quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.pop3 import COMMANDS, Exchange, Status, decode
from simulator.pop3.arguments import answer_of

from .look import Look, quotable

__all__ = ["DIALOGUE", "SPOKEN", "Dialogue"]

#: Octets of a challenge or a response that are looked at.
_LONGEST = 12288
_MOST_QUOTED = 60
_SALTED = re.compile(r"r=([^,]+),s=([^,]+),i=([0-9]{1,7})(?:,|\Z)")
_SCRAM = re.compile(
    r"(?:[ny]|p=[^,]+),(?:a=(?P<whom>[^,]*))?,n=(?P<name>[^,]+),r=(?P<nonce>[^,]+)(?:,.*)?"
)
#: Mechanism -> what its first response looks like: for whom, whose secret, and the proof.
_FORMS: Mapping[str, re.Pattern[str]] = {
    "PLAIN": re.compile(r"(?P<whom>[^\0]*)\0(?P<name>[^\0]+)\0[^\0]+"),
    "LOGIN": re.compile(r"(?P<name>[^\0]*)"),
    "CRAM-MD5": re.compile(r"(?P<name>[^\0]+) [0-9a-f]{32}"),
    "SCRAM-SHA-1": _SCRAM,
    "SCRAM-SHA-256": _SCRAM,
    "XOAUTH2": re.compile(r"user=(?P<name>[^\1]+)\1(?i:auth=bearer) [^\1]+\1\1"),
    "OAUTHBEARER": re.compile(r"n,(?:a=(?P<name>[^,\1]*))?,\1(?:[A-Za-z]+=[^\1]*\1)+\1"),
}
_STATUS = re.compile(r"[a-z0-9_]{1,24}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+")
#: RFC 7628 section 3.2.3: the response that ends an error says nothing but this.
_ENDS_ERROR = "\1"


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One line of AUTH, what it answered, and the challenge that came back."""

    mechanism: str  #: upper case, "" where AUTH named none
    step: int  #: which response to a challenge it is; 0: the line begins with AUTH
    line: str | None  #: the response as typed; None: none was given
    response: str | None  #: the same out of its base64; None: none, or it is no base64
    challenge: str | None  #: out of its base64; None: no challenge, or it is no base64

    @classmethod
    def of(cls, exchange: Exchange) -> Dialogue | None:
        """The dialogue in a line of AUTH, or None: it is another command's."""
        command = exchange.command
        if command is None or command.keyword != "AUTH":
            return None
        line = command.response
        octets = None
        if line is not None and len(line) <= _LONGEST and line != "*":
            octets = answer_of(line, initial=not command.step)
        said = exchange.reply.challenge if len(exchange.reply.line) <= _LONGEST else None
        return cls(
            command.mechanism, command.step, line,
            None if octets is None else decode(octets),
            None if said is None else decode(said),
        )  # fmt: skip

    @property
    def formed(self) -> re.Match[str] | None:
        """The first response, if it has its mechanism's form."""
        form = _FORMS.get(self.mechanism)
        if form is None or self.response is None or self.step > 1:
            return None
        return form.fullmatch(self.response)

    @property
    def malformed(self) -> bool:
        """Whether a response is base64, and not what its mechanism asks for."""
        if self.response is None:
            return False
        if self.mechanism == "LOGIN":  # each response is a text for itself
            return not self.response.isprintable()
        return self.mechanism in _FORMS and self.step < 2 and self.formed is None

    def claim(self, what: str) -> str:
        """The `whom` or the `name` of the first response, or "": it does not say so."""
        found = self.formed
        return (found.groupdict().get(what) or "") if found else ""

    @property
    def salted(self) -> re.Match[str] | None:
        """Nonce, salt and iteration count of SCRAM's server-first-message."""
        return _SALTED.match(self.challenge or "")

    @property
    def unpadded(self) -> bool:
        """Whether only the = at the end is missing that fills base64 up to fours."""
        line = self.line or ""
        short = len(line) % 4 > 1 and _BASE64.fullmatch(line) is not None
        return short and answer_of(line + "=" * (-len(line) % 4)) is not None

    @property
    def foreign_nonce(self) -> bool:
        """Whether SCRAM's server does not go on with the client's nonce (RFC 5802 section 5.1)."""
        ours, theirs = self.claim("nonce"), self.salted
        return bool(ours) and theirs is not None and not theirs.group(1).startswith(ours)

    @property
    def fault(self) -> str | None:
        """What a bearer's JSON says is wrong: its status (RFC 7628 section 3.2.2), or None."""
        if not (self.challenge or "").startswith("{"):
            return None
        try:
            said = json.loads(self.challenge or "")
        except (ValueError, RecursionError):
            return None
        status = str(said.get("status", "")) if isinstance(said, dict) else ""
        return status if _STATUS.fullmatch(status) else None


_NONE = Dialogue("", 0, None, None, None)


def _of(look: Look) -> Dialogue:
    return Dialogue.of(look.exchange) or _NONE


def _mechanism(*names: str) -> Callable[[Look], bool]:
    return lambda look: _of(look).mechanism in names


def _typed(look: Look) -> str | None:
    """The command that was typed where a response was awaited, as QUIT."""
    found = _of(look)
    word = (found.line or "").partition(" ")[0].upper() if found.step else ""
    return word if word in COMMANDS else None


def _asks(look: Look, *beginnings: str) -> bool:
    return (_of(look).challenge or "").startswith(beginnings)


def _named_mechanism(look: Look) -> str | None:
    """The mechanism in the line, if the world or this server knows it: else it may be anything."""
    name = _of(look).mechanism
    return name if name in _REGISTERED or name in _offered(look) else None


def _offered(look: Look) -> list[str]:
    """The mechanisms that the last CAPA named, while it counts."""
    offer = look.before.offered
    return offer.tags().get("SASL", "").upper().split(" ")[1:] if offer is not None else []


def _all_offered(look: Look) -> str | None:
    names = ", ".join(_offered(look))
    return quotable(names, _MOST_QUOTED, blanks=True) if names else None


def _claimed(what: str) -> Callable[[Look], str | None]:
    return lambda look: quotable(_of(look).claim(what))


def _count(look: Look) -> int | None:
    found = _of(look).salted
    return int(found.group(3)) if found else None


#: Names of mechanisms in IANA's registry and in use; quoted without asking where they come from.
_REGISTERED = frozenset(
    {"PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2",
     "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512", "OAUTHBEARER", "EXTERNAL",
     "ANONYMOUS", "GSSAPI", "NTLM", "KERBEROS_V4", "OTP", "SKEY", "APOP", "MD5"}
)  # fmt: skip

#: Placeholder -> its value, as in `circumstances.VALUES`.
SPOKEN: Mapping[str, Callable[[Look], str | int | None]] = {
    "typed": _typed,
    "challenge": lambda look: quotable(_of(look).challenge or "", _MOST_QUOTED, blanks=True),
    "message": lambda look: quotable(_of(look).challenge or "", 300, blanks=True),
    "mechanism": _named_mechanism,
    "mechanisms": _all_offered,
    "name": _claimed("name"),
    "acting": _claimed("whom"),
    "iterations": _count,
    "fault": lambda look: _of(look).fault,
}


def _announced(look: Look) -> bool:
    """Whether the last CAPA that counts had the command's own line."""
    row = look.exchange.command.row if look.exchange.command else None
    offer = look.before.offered
    return row is not None and offer is not None and row.capability in offer.tags()


#: Situation -> whether it holds, as in `circumstances.SITUATIONS`.
DIALOGUE: Mapping[str, Callable[[Look], bool]] = {
    "plain": _mechanism("PLAIN"),
    "name-and-password": _mechanism("LOGIN"),
    "cram": _mechanism("CRAM-MD5"),
    "scram": _mechanism("SCRAM-SHA-1", "SCRAM-SHA-256"),
    "xoauth2": _mechanism("XOAUTH2"),
    "oauthbearer": _mechanism("OAUTHBEARER"),
    "bearer": _mechanism("XOAUTH2", "OAUTHBEARER"),
    "answering": lambda look: _of(look).step > 0,
    "answered": lambda look: _of(look).line is not None,
    "command-typed": lambda look: _typed(look) is not None,
    "malformed": lambda look: _of(look).malformed,
    "unpadded": lambda look: _of(look).unpadded,
    "newline-at-end": lambda look: (_of(look).response or "").endswith("\n"),
    "lone-equals": lambda look: _of(look).step > 0 and _of(look).line == "=",
    "ends-error": lambda look: _of(look).step > 1 and _of(look).response in {"", _ENDS_ERROR},
    "for-another": lambda look: _of(look).claim("whom") not in {"", _of(look).claim("name")},
    "garbled-challenge": lambda look: (
        look.exchange.reply.status is Status.CONTINUE and _of(look).challenge is None
    ),
    "empty-challenge": lambda look: _of(look).challenge == "",
    "salted": lambda look: _of(look).salted is not None,
    "foreign-nonce": lambda look: _of(look).foreign_nonce,
    "signature": lambda look: _asks(look, "v="),
    "unproved": lambda look: _asks(look, "e="),
    "refused-in-json": lambda look: _of(look).fault is not None,
    "secure": lambda look: (
        look.after.secure and not (look.exchange.ok and look.exchange.keyword == "STLS")
    ),
    "in-the-clear": lambda look: not look.after.secure,
    "announced": _announced,
}
