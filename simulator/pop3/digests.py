"""Answers to a server's challenges, worked out step by step: APOP and the SASL mechanisms.

Why steps and not a result: whoever types a digest by hand wants to see where it comes from. Each
function gives the lines of its working, and the last of them is what goes over the wire.

Nothing here is drawn by lot: a nonce is handed in, and the same question has the same answer.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import md5

from .arguments import answer_of
from .authorization import digest
from .exchange import decode, encode
from .saslprep import saslprep

__all__ = [
    "LONGEST", "Working", "apop", "base64_of", "cram_md5", "from_base64", "login", "oauthbearer",
    "plain", "plain_parts", "saslname", "saslprep", "xoauth2",
]  # fmt: skip

#: Octets of a challenge or an answer that are looked at.
LONGEST = 12288
#: The block of MD5, to which HMAC fills its key (RFC 2104 section 2).
BLOCK = 64


@dataclass(frozen=True, slots=True)
class Working:
    """One line of the working: what it is, what it is made of, and what comes out."""

    name: str
    formula: str
    value: str


def base64_of(octets: bytes) -> str:
    """The octets in base64, as SASL has them on the wire."""
    return b64encode(octets).decode("ascii")


def from_base64(text: str) -> bytes:
    """What the base64 stands for. Raises ValueError: a sentence."""
    if len(text) > LONGEST:
        raise ValueError(f"That is longer than {LONGEST} characters.")
    octets = answer_of(text)
    if octets is None:
        raise ValueError("That is no base64 (RFC 4648 §4).")
    return octets


# APOP


def apop(timestamp: str, secret: str) -> tuple[Working, ...]:
    """APOP's digest over the greeting's timestamp, its <> too, and the secret (RFC 1939 section 7)."""
    _bounded(timestamp, secret)
    hashed = timestamp + secret
    return (
        Working("text", "timestamp, then the secret, nothing between", hashed),
        Working("digest", "MD5(text), in lower-case hex", digest(timestamp, secret)),
    )


# CRAM-MD5


def cram_md5(challenge: str, user: str, secret: str) -> tuple[Working, ...]:
    """CRAM-MD5's answer (RFC 2195). `challenge`: as on the wire, in base64, or decoded: "<...>".

    Raises ValueError: a sentence.
    """
    _bounded(challenge, user, secret)
    octets = encode(challenge) if challenge.startswith("<") else from_base64(challenge)
    key, steps = _key(encode(secret))
    filled = key.ljust(BLOCK, b"\0")
    inner = _md5(bytes(octet ^ 0x36 for octet in filled) + octets)
    outer = _md5(bytes(octet ^ 0x5C for octet in filled) + inner)
    answer = f"{user} {outer.hex()}"
    fill = f"{key.hex()} + {BLOCK - len(key)} times 00" if len(key) < BLOCK else key.hex()
    return (
        Working("challenge", "the server's line, from base64", decode(octets)),
        *steps,
        Working("key", f"{'MD5' if steps else 'secret'}, filled with 00 to {BLOCK} octets", fill),
        Working("inner digest", "MD5(key XOR 36 36 ..., then the challenge)", inner.hex()),
        Working("outer digest", "MD5(key XOR 5c 5c ..., then the inner digest)", outer.hex()),
        Working("answer", "user, a blank, the outer digest", answer),
        Working("response", "base64(answer)", base64_of(encode(answer))),
    )


def _key(secret: bytes) -> tuple[bytes, tuple[Working, ...]]:
    """HMAC's key: the secret, or its MD5 where it is longer than a block."""
    if len(secret) <= BLOCK:
        return secret, ()
    short = _md5(secret)
    return short, (
        Working("short secret", f"MD5(secret), for it has over {BLOCK} octets", short.hex()),
    )


def _md5(octets: bytes) -> bytes:
    return md5(octets, usedforsecurity=False).digest()


# PLAIN and LOGIN: no digest, only base64


def plain(authzid: str, authcid: str, password: str) -> tuple[Working, ...]:
    """PLAIN's message (RFC 4616 section 2). `authzid` "": the one whose password it is.

    Raises ValueError: a sentence.
    """
    _bounded(authzid, authcid, password)
    if "\0" in authzid + authcid + password:
        raise ValueError("NUL parts the three fields of PLAIN, so none of them can hold one.")
    if not authcid or not password:
        raise ValueError("PLAIN needs a user name and a password (RFC 4616 §2).")
    message = f"{authzid}\0{authcid}\0{password}"
    whom = "authzid" if authzid else "authzid (none here)"
    return (
        Working("message", f"{whom}, NUL, authcid, NUL, password", message),
        Working("response", "base64(message)", base64_of(encode(message))),
    )


def plain_parts(octets: bytes) -> tuple[str, str, str]:
    """authzid, authcid and password of a PLAIN message. Raises ValueError: a sentence."""
    parts = decode(octets[: LONGEST + 1]).split("\0", 3)
    if len(octets) > LONGEST:
        raise ValueError(f"That is longer than {LONGEST} octets.")
    if len(parts) != 3:
        raise ValueError(
            "A PLAIN message has three fields with a NUL between (RFC 4616 section 2)."
        )
    return parts[0], parts[1], parts[2]


def login(text: str) -> tuple[Working, ...]:
    """One answer in LOGIN: the name or the password in base64. No RFC describes LOGIN."""
    _bounded(text)
    return (Working("response", "base64(text)", base64_of(encode(text))),)


# Tokens


def xoauth2(user: str, token: str) -> tuple[Working, ...]:
    """XOAUTH2's answer: Google's form, older than RFC 7628. Raises ValueError: a sentence."""
    _check_token(user, token)
    message = f"user={user}\x01auth=Bearer {token}\x01\x01"
    return (
        Working("message", "user=..., ^A, auth=Bearer and the token, ^A, ^A", message),
        Working("response", "base64(message)", base64_of(encode(message))),
    )


def oauthbearer(user: str, host: str, port: int, token: str) -> tuple[Working, ...]:
    """OAUTHBEARER's answer (RFC 7628 section 3.1). `host` "" and `port` 0: they are left out.

    Raises ValueError: a sentence.
    """
    _check_token(user, token)
    header = f"n,a={saslname(user)}," if user else "n,,"
    pairs = [f"host={host}"] if host else []
    pairs += [f"port={port}"] if port else []
    pairs.append(f"auth=Bearer {token}")
    message = "".join(f"{part}\x01" for part in [header, *pairs, ""])
    return (
        Working("gs2-header", "n: no channel binding; a=authzid, whom to act for", header),
        Working("message", "gs2-header and the pairs, ^A behind each, ^A at the end", message),
        Working("response", "base64(message)", base64_of(encode(message))),
    )


def saslname(name: str) -> str:
    """A name as it stands between commas: "=" as "=3D", "," as "=2C" (RFC 5802 section 5.1)."""
    return name.replace("=", "=3D").replace(",", "=2C")


def _check_token(user: str, token: str) -> None:
    _bounded(user, token)
    if not token:
        raise ValueError("A bearer token is needed (RFC 6750 §2.1).")
    if "\x01" in user + token or "\0" in user + token:
        raise ValueError("^A parts the pairs and NUL ends a text, so neither can stand in one.")


def _bounded(*texts: str) -> None:
    if sum(map(len, texts)) > LONGEST:
        raise ValueError(f"That is longer than {LONGEST} characters.")
