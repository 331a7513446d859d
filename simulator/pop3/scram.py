"""SCRAM's client side worked out step by step, so that it can be typed (RFC 5802, RFC 7677).

Beside `digests`, in the same manner: each function gives the lines of its working, and the last of
them is what goes over the wire. The client's nonce is handed in. There is no channel binding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import new, pbkdf2_hmac
from hmac import compare_digest, digest

from .digests import LONGEST, Working, base64_of, from_base64, saslname
from .exchange import encode
from .saslprep import saslprep

__all__ = [
    "MOST_ITERATIONS",
    "Opening",
    "opening_of",
    "scram_attributes",
    "scram_final",
    "scram_first",
    "scram_verify",
]  # fmt: skip

#: A server may ask for any number of iterations; who works them out sets the end.
MOST_ITERATIONS = 1_000_000
#: Attributes of one message that are looked at.
MOST_ATTRIBUTES = 32

_HASHES = {"SHA-1": "sha1", "SHA-256": "sha256"}
_CLIENT_FIRST = re.compile(r"([ny],(?:a=[^,]*)?,)(.*)", re.DOTALL)
_NONCE = re.compile(r"[!-+\--~]+")
_COUNT = re.compile(r"[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a client begins with. All that follows hangs on it, so it must be kept."""

    hash_name: str  #: SHA-1 or SHA-256
    user: str
    nonce: str  #: of this dialogue alone: printable ASCII without a blank or a comma
    gs2: str = "n,,"  #: the gs2-header: no channel binding, nobody else to act for


@dataclass(frozen=True, slots=True)
class _Asked:
    """A server-first-message, taken apart."""

    nonce: str  #: the client's, with the server's behind it
    salt: bytes
    iterations: int


@dataclass(frozen=True, slots=True)
class _Keys:
    """All that RFC 5802 section 3 works out, in its names."""

    salted: bytes
    client: bytes
    stored: bytes
    auth_message: str
    client_signature: bytes
    proof: bytes
    server: bytes
    server_signature: bytes


def scram_first(opening: Opening) -> tuple[Working, ...]:
    """The client-first-message. Raises ValueError: a sentence."""
    _hash(opening)
    bare = _bare(opening)
    message = opening.gs2 + bare
    return (
        Working("client-first-message-bare", "n=user, r=the client's nonce", bare),
        Working("gs2-header", "n: no channel binding; behind it no authzid", opening.gs2),
        Working("client-first-message", "gs2-header, then the bare message", message),
        Working("response", "base64(client-first-message)", base64_of(encode(message))),
    )


def scram_final(opening: Opening, password: str, server_first: str) -> tuple[Working, ...]:
    """The client-final-message, and what the server must answer. `server_first`: out of its base64.

    Raises ValueError: a sentence.
    """
    asked = _asked(server_first, opening.nonce)
    unproved = _without_proof(opening, asked)
    keys = _keys(opening, password, asked, server_first)
    message = f"{unproved},p={base64_of(keys.proof)}"
    return (
        Working("client-first-message-bare", "n=user, r=the client's nonce", _bare(opening)),
        *_asked_rows(asked),
        Working("client-final-message-without-proof", "c=base64(gs2-header), r=nonce", unproved),
        *_key_rows(opening.hash_name.upper(), keys),
        Working("client-final-message", "the same, then p=base64(ClientProof)", message),
        Working("response", "base64(client-final-message)", base64_of(encode(message))),
    )


def scram_verify(
    opening: Opening, password: str, server_first: str, server_final: str
) -> tuple[Working, ...]:
    """The proof that the server knows the password too; what is left to type is an empty line.

    Raises ValueError, a sentence: the server refused, or its signature is another.
    """
    name, value = scram_attributes(server_final)[0]
    if name == "e":
        raise ValueError(f"The server refuses the proof: e={value}.")
    keys = _keys(opening, password, _asked(server_first, opening.nonce), server_first)
    if name != "v" or not compare_digest(keys.server_signature, from_base64(value)):
        raise ValueError(
            f"The server should have signed v={base64_of(keys.server_signature)}. "
            "It does not know this password, or it is not the server you take it for."
        )
    return (
        *_server_rows(keys),
        Working("server-final-message", "v=base64(ServerSignature): so it is", server_final),
        Working("response", "nothing is left to say: an empty line", ""),
    )


def scram_attributes(text: str) -> tuple[tuple[str, str], ...]:
    """The attributes of a message, each its letter and its value. Raises ValueError: a sentence."""
    if len(text) > LONGEST:
        raise ValueError(f"That is longer than {LONGEST} characters.")
    parts = text.split(",", MOST_ATTRIBUTES)
    if len(parts) > MOST_ATTRIBUTES:
        raise ValueError(f"That has more than {MOST_ATTRIBUTES} attributes.")
    for part in parts:
        letter = part[:1]
        if not (letter.isascii() and letter.isalpha() and part[1:2] == "=" and part[2:]):
            raise ValueError(
                "A SCRAM message is made of letter=value, commas between (RFC 5802 §5.1)."
            )
    return tuple((part[0], part[2:]) for part in parts)


def opening_of(hash_name: str, client_first: str) -> Opening:
    """What a client-first-message, out of its base64, began with. Raises ValueError: a sentence."""
    found = _CLIENT_FIRST.fullmatch(client_first[: LONGEST + 1])
    if found is None:
        raise ValueError(
            "It must begin with a gs2-header without channel binding: n,, (RFC 5802 §7)."
        )
    named, nonce = (*scram_attributes(found[2]), ("", ""))[:2]
    if named[0] != "n" or nonce[0] != "r":
        raise ValueError("A client-first-message holds n=user and r=nonce (RFC 5802 §7).")
    user = named[1].replace("=2C", ",").replace("=3D", "=")
    opening = Opening(hash_name, user, nonce[1], found[1])
    if found[1] + _bare(opening) != client_first:
        raise ValueError(
            "It holds more than a user and a nonce, or its user is not in SASLprep's form."
        )
    return opening


def _hash(opening: Opening) -> str:
    """hashlib's name for the hash."""
    name = _HASHES.get(opening.hash_name.upper())
    if name is None:
        raise ValueError(f"SCRAM is worked out with {' and '.join(_HASHES)} here.")
    return name


def _bare(opening: Opening) -> str:
    if len(opening.user) > LONGEST or len(opening.nonce) > LONGEST:
        raise ValueError(f"That is longer than {LONGEST} characters.")
    name = saslprep(opening.user)
    if not name:
        raise ValueError("SCRAM needs a user name (RFC 5802 §5.1).")
    if _NONCE.fullmatch(opening.nonce) is None:
        raise ValueError("A nonce is printable ASCII without a blank or a comma (RFC 5802 §5.1).")
    return f"n={saslname(name)},r={opening.nonce}"


def _without_proof(opening: Opening, asked: _Asked) -> str:
    return f"c={base64_of(encode(opening.gs2))},r={asked.nonce}"


def _asked(server_first: str, client_nonce: str) -> _Asked:
    found = scram_attributes(server_first)
    if found[0][0] == "m":
        raise ValueError("The server asks for an extension, m=, that nobody knows (RFC 5802 §5.1).")
    if "".join(letter for letter, _ in found[:3]) != "rsi":
        raise ValueError("A server-first-message holds r=, s= and i=, in this order (RFC 5802 §7).")
    nonce, salt, count = (value for _, value in found[:3])
    if not nonce.startswith(client_nonce) or nonce == client_nonce:
        raise ValueError(
            f"The nonce, r=, must begin with the client's {client_nonce} and go on (RFC 5802 §5.1)."
        )
    if _COUNT.fullmatch(count) is None:
        raise ValueError("The iteration count, i=, is no positive number (RFC 5802 §7).")
    if len(count) > 7 or int(count) > MOST_ITERATIONS:
        raise ValueError(
            f"The server asks for {count[:20]} iterations; here at most {MOST_ITERATIONS} are done."
        )
    return _Asked(nonce, from_base64(salt), int(count))


def _keys(opening: Opening, password: str, asked: _Asked, server_first: str) -> _Keys:
    if len(password) > LONGEST:
        raise ValueError(f"That is longer than {LONGEST} characters.")
    name = _hash(opening)
    message = f"{_bare(opening)},{server_first},{_without_proof(opening, asked)}"
    signed = encode(message)
    secret = encode(saslprep(password, stored=True))
    salted = pbkdf2_hmac(name, secret, asked.salt, asked.iterations)
    client, server = digest(salted, b"Client Key", name), digest(salted, b"Server Key", name)
    stored = new(name, client, usedforsecurity=False).digest()
    signature = digest(stored, signed, name)
    proof = bytes(one ^ other for one, other in zip(client, signature, strict=True))
    return _Keys(
        salted, client, stored, message, signature, proof, server, digest(server, signed, name)
    )


def _asked_rows(asked: _Asked) -> tuple[Working, ...]:
    return (
        Working("nonce", "r= of the server: the client's nonce, then its own", asked.nonce),
        Working("salt", "s= of the server, from base64, in hex", asked.salt.hex()),
        Working("iterations", "i= of the server", str(asked.iterations)),
    )


def _key_rows(hash_name: str, keys: _Keys) -> tuple[Working, ...]:
    salted = "PBKDF2(password, salt, iterations), called Hi() in RFC 5802"
    message = "the first message bare, the server's, the final one without proof; commas between"
    return (
        Working("SaltedPassword", salted, keys.salted.hex()),
        Working("ClientKey", 'HMAC(SaltedPassword, "Client Key")', keys.client.hex()),
        Working("StoredKey", f"{hash_name}(ClientKey)", keys.stored.hex()),
        Working("AuthMessage", message, keys.auth_message),
        Working("ClientSignature", "HMAC(StoredKey, AuthMessage)", keys.client_signature.hex()),
        Working("ClientProof", "ClientKey XOR ClientSignature", keys.proof.hex()),
        *_server_rows(keys),
        Working(
            "server-final-message", "v=base64(ServerSignature): what must come back",
            f"v={base64_of(keys.server_signature)}",
        ),
    )  # fmt: skip


def _server_rows(keys: _Keys) -> tuple[Working, ...]:
    return (
        Working("ServerKey", 'HMAC(SaltedPassword, "Server Key")', keys.server.hex()),
        Working("ServerSignature", "HMAC(ServerKey, AuthMessage)", keys.server_signature.hex()),
    )
