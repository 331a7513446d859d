"""SASL mechanisms, as functions from what was answered so far to what comes next (RFC 5034).

Why functions: a dialogue is taken back, cut into pieces and played again like any other part of a
session, so it may keep nothing in itself. An `Attempt` is a value, and each step is worked out from
the responses from the first on. Nothing here is random: what must differ from dialogue to dialogue
stands in `Attempt.nonce` and is handed in.

SCRAM is not here: it comes from a library, and who serves hands it in (`Office.mechanisms`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hmac import compare_digest, new
from typing import TypeAlias

from .exchange import decode, encode
from .maildrop import Credentials

__all__ = [
    "BEARERS",
    "CLEARTEXT",
    "KNOWN",
    "STANDARD",
    "Attempt",
    "Challenge",
    "Mechanism",
    "Proven",
    "Step",
    "named_in",
    "prepared",
    "right",
    "same",
]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One dialogue of AUTH: the mechanism, and the responses so far, base64 taken off."""

    mechanism: str
    responses: tuple[bytes, ...] = ()
    nonce: str = ""  #: of this dialogue alone: printable ASCII without a blank or a comma
    host: str = ""
    challenge: str = ""  #: CRAM-MD5's, where it has a form of its own (policy_auth.challenge)
    salt: int = 16  #: octets of SCRAM's salt (RFC 5802 section 5.1)
    secure: bool = False  #: under TLS
    lenient: bool = False  #: SCRAM asks on where it can let nobody in (policy_auth.scram_lenient)
    spoilt: bool = False  #: a response was no base64, and that is told later

    def answered(self, response: bytes) -> Attempt:
        """With one response more."""
        return replace(self, responses=(*self.responses, response))


@dataclass(frozen=True, slots=True)
class Challenge:
    """The server asks on. The octets, before base64."""

    octets: bytes = b""


@dataclass(frozen=True, slots=True)
class Proven:
    """Somebody has proved to be `name`."""

    name: str


#: What a step comes to; None: the proof failed.
Step: TypeAlias = Challenge | Proven | None
Mechanism: TypeAlias = Callable[[Credentials, Attempt], Step]

#: The mechanisms that show the password, or a token as good as one, to whoever reads the line.
CLEARTEXT = frozenset({"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"})
#: Those that prove a token, and no password.
BEARERS = frozenset({"XOAUTH2", "OAUTHBEARER"})
#: All mechanisms that Port110 speaks.
KNOWN = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER")


def same(expected: str | None, given: str) -> bool:
    """Whether a secret is right. The same work where there is none to compare with."""
    return compare_digest(encode(expected or ""), encode(given)) and expected is not None


def prepared(text: str) -> str:
    """A name or password as it is compared: by SASLprep (RFC 4013, RFC 6856 section 2.2).

    Raises ValueError where it may not be used at all.
    """
    if text.isascii():
        return text
    from .saslprep import saslprep

    return saslprep(text)


def right(expected: str | None, given: str) -> bool:
    """Whether a password is right, both as SASLprep has them."""
    try:
        return same(None if expected is None else prepared(expected), prepared(given))
    except ValueError:
        return False


def _owner(name: str) -> str:
    """A name as accounts know it; "" for one that may not be used."""
    try:
        return prepared(name)
    except ValueError:
        return ""


def _plain(accounts: Credentials, attempt: Attempt) -> Step:
    """RFC 4616: authzid NUL authcid NUL passwd. Nobody here may act for another."""
    if not attempt.responses:
        return Challenge()
    parts = [decode(part) for part in attempt.responses[0].split(b"\0")]
    if len(parts) != 3:
        return None
    authzid, authcid = map(_owner, parts[:2])
    proved = right(accounts.password(authcid), parts[2])
    himself = not parts[0] or authzid == authcid
    return Proven(authcid) if proved and himself else None


def _login(accounts: Credentials, attempt: Attempt) -> Step:
    """LOGIN, which no RFC defines (draft-murchison-sasl-login): a name, then a password."""
    if not attempt.responses:
        return Challenge(b"Username:")
    if len(attempt.responses) == 1:
        return Challenge(b"Password:")
    name, password = (decode(each) for each in attempt.responses[:2])
    owner = _owner(name)
    return Proven(owner) if right(accounts.password(owner), password) else None


def _cram_md5(accounts: Credentials, attempt: Attempt) -> Step:
    """RFC 2195: HMAC-MD5 over the challenge, keyed by the shared secret."""
    return _cram(accounts, attempt, "md5")


def _cram(accounts: Credentials, attempt: Attempt, digest: str) -> Step:
    challenge = attempt.challenge or f"<{attempt.nonce}@{attempt.host}>"
    if not attempt.responses:
        return Challenge(encode(challenge))
    name, _, given = decode(attempt.responses[0]).rpartition(" ")
    owner = _owner(name)
    secret = accounts.secret(owner)
    expected = new(encode(prepared(secret or "")), encode(challenge), digest).hexdigest()
    return Proven(owner) if same(expected, given) and secret is not None else None


#: RFC 7628 section 3.1: a gs2-header, then pairs, each ended by %x01, and one more at the end.
_BEARER = {
    "OAUTHBEARER": re.compile(
        r"[ny],(?:a=(?P<name>[^,\x01]*))?,\x01(?P<pairs>(?:[A-Za-z]+=[^\x01]*\x01)+)\x01"
    ),
    # Google's own, without a header: developers.google.com/gmail/imap/xoauth2-protocol
    "XOAUTH2": re.compile(r"user=(?P<name>[^\x01]*)\x01(?P<pairs>(?:[A-Za-z]+=[^\x01]*\x01)+)\x01"),
}


def _bearer(accounts: Credentials, attempt: Attempt) -> Step:
    """XOAUTH2 and OAUTHBEARER (RFC 7628): a token; what is wrong with it is said in JSON first."""
    if not attempt.responses:
        return Challenge()
    found = _BEARER[attempt.mechanism].fullmatch(decode(attempt.responses[0]))
    proven = _opened(accounts, attempt, found) if found else None
    if proven is not None:
        return proven
    if len(attempt.responses) > 1:
        return None  # whatever the line says: it only ends the dialogue (RFC 7628 section 3.2.3)
    return Challenge(_bearer_error(attempt, framed=found is not None))


def _opened(accounts: Credentials, attempt: Attempt, found: re.Match[str]) -> Proven | None:
    """Whom the token lets in. Without a name it is the token's own (RFC 7628 section 3.1)."""
    pairs = dict(pair.split("=", 1) for pair in found["pairs"].split("\1") if pair)
    scheme, _, token = pairs.get("auth", "").partition(" ")
    host = pairs.get("host", attempt.host)
    if scheme.lower() != "bearer" or host.lower() != attempt.host.lower():
        return None  # section 3.2: a host that is told "MUST be validated to match"
    name = _unescaped(found["name"] or "") or accounts.bearer(token)
    return Proven(name) if name is not None and same(accounts.token(name), token) else None


def _unescaped(saslname: str) -> str:
    return saslname.replace("=2C", ",").replace("=3D", "=")


def _bearer_error(attempt: Attempt, *, framed: bool) -> bytes:
    import json  # a first prompt need not wait for what one wrong token wants

    scope = f"https://{attempt.host}/pop"
    if attempt.mechanism == "XOAUTH2":
        said = {"status": "401" if framed else "400", "schemes": "Bearer", "scope": scope}
    else:
        said = {"status": "invalid_token" if framed else "invalid_request", "scope": scope}
    return json.dumps(said, separators=(",", ":")).encode("ascii")


#: The mechanisms that need nothing but the standard library.
STANDARD: Mapping[str, Mechanism] = {
    "PLAIN": _plain, "LOGIN": _login, "CRAM-MD5": _cram_md5, "XOAUTH2": _bearer,
    "OAUTHBEARER": _bearer,
    # The same with other digests, which no RFC has; Courier takes them.
    "CRAM-SHA1": lambda accounts, attempt: _cram(accounts, attempt, "sha1"),
    "CRAM-SHA256": lambda accounts, attempt: _cram(accounts, attempt, "sha256"),
}  # fmt: skip


def named_in(mechanism: str, step: int, response: bytes) -> str:
    """The name that the `step`th response of a dialogue gives, or "". Both chairs read it so."""
    if step != 1:
        return ""
    text = decode(response)
    match mechanism:
        case "PLAIN" if text.count("\0") == 2:
            authzid, authcid, _ = text.split("\0")
            return authzid or authcid
        case "LOGIN":
            return text
        case "CRAM-MD5" | "CRAM-SHA1" | "CRAM-SHA256":
            return text.rpartition(" ")[0]
        case "SCRAM-SHA-1" | "SCRAM-SHA-256":
            found = [part for part in text.split(",") if part.startswith("n=")]
            return _unescaped(found[0][2:]) if found else ""
        case "XOAUTH2":
            return text.split("\1")[0].removeprefix("user=")
        case "OAUTHBEARER":
            found = [part for part in text.split("\1")[0].split(",") if part.startswith("a=")]
            return _unescaped(found[0][2:]) if found else ""
    return ""
