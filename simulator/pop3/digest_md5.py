"""DIGEST-MD5 (RFC 2831), which RFC 6331 has made historic. It is here for servers that still offer it.

No security layer is spoken: a response that asks for one is refused.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import md5, sha256
from hmac import compare_digest

from .exchange import decode, encode
from .maildrop import Credentials
from .mechanisms import Attempt, Challenge, Proven, Step

__all__ = ["digest_md5"]

#: Of protection, and of ciphers for it.
_LAYERS = 'qop="auth,auth-int,auth-conf",cipher="rc4-40,rc4-56,rc4,des,3des"'
#: RFC 2831 section 7.1: a list of `key=value`, the value a token or in quotes.
_DIRECTIVE = re.compile(
    r'\s*([a-z-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s",]+)\s*(?:,|\Z)', re.IGNORECASE
)


def digest_md5(accounts: Credentials, attempt: Attempt) -> Step:
    """The challenge, then the server's own proof, which the client answers with nothing."""
    nonce = b64encode(sha256(encode(attempt.nonce)).digest()).decode("ascii")
    if not attempt.responses:
        # Under TLS no layer of its own is offered (RFC 2831 section 2.1.1).
        layers = 'qop="auth"' if attempt.secure else _LAYERS
        asked = f'nonce="{nonce}",realm="{attempt.host}",{layers},'
        return Challenge(encode(f"{asked}maxbuf=4096,charset=utf-8,algorithm=md5-sess"))
    said = _directives(decode(attempt.responses[0]))
    name, password = said.get("username", ""), accounts.password(said.get("username", ""))
    wanted = _proof(said, password or "", "AUTHENTICATE")
    sound = (
        said.get("nonce") == nonce and said.get("nc") == "00000001" and bool(said.get("cnonce"))
        and said.get("qop", "auth") == "auth" and said.get("digest-uri", "").startswith("pop/")
        and said.get("realm", "") in {attempt.host, ""} and said.get("authzid", name) == name
    )  # fmt: skip
    right = compare_digest(encode(wanted), encode(said.get("response", "")))
    if not (sound and right) or password is None:
        return None
    if len(attempt.responses) == 1:
        return Challenge(encode(f"rspauth={_proof(said, password, '')}"))
    return Proven(name) if attempt.responses[1:] == (b"",) else None


def _directives(text: str) -> dict[str, str]:
    """The directives of a response; none, where it is not made of them."""
    found, at = {}, 0
    while each := _DIRECTIVE.match(text, at):
        key, value, at = each[1].lower(), each[2], each.end()
        quoted = value.startswith('"')
        found[key] = re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value
    return found if at == len(text) else {}


def _proof(said: dict[str, str], password: str, method: str) -> str:
    """What proves the password, to the server with that method, to the client without (2.1.2.1)."""

    def of(key: str) -> str:
        return said.get(key, "")

    secret = _hash(encode(f"{of('username')}:{of('realm')}:{password}"))
    authzid = f":{of('authzid')}" if "authzid" in said else ""
    first = _hash(secret + encode(f":{of('nonce')}:{of('cnonce')}{authzid}")).hex()
    second = _hash(encode(f"{method}:{of('digest-uri')}")).hex()
    told = f"{of('nonce')}:{of('nc')}:{of('cnonce')}:{said.get('qop', 'auth')}"
    return _hash(encode(f"{first}:{told}:{second}")).hex()


def _hash(octets: bytes) -> bytes:
    return md5(octets, usedforsecurity=False).digest()
