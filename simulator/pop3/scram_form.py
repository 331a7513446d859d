"""Whether the messages of a SCRAM client have their form, right or wrong (RFC 5802 section 7).

Why beside the mechanism itself: a server may say that a message was none, or that its proof is wrong,
in other words (policy: `auth.bad-credentials.malformed` in a wording), and the library that proves
tells no difference.
"""

from __future__ import annotations

import re
from base64 import b64decode

from .mechanisms import Attempt

__all__ = ["scram_formed"]

#: Octets of the proof: those of the digest.
_PROOF = {"SCRAM-SHA-1": 20, "SCRAM-SHA-256": 32}
#: Octets of the shortest first message: n,,n=a,r=b.
_LEAST = 10
_SASLNAME = rb"(?:[^,=\0]|=2C|=3D)*"
#: gs2-header, name, and a nonce with the server's own behind it.
_FIRST = re.compile(
    rb"(?P<gs2>(?:[ny]|p=[^,]*),(?:a=%b)?,)n=%b,r=(?P<nonce>[^,\0]*)(?:,[^\0]*)?"
    % (_SASLNAME, _SASLNAME)
)
#: The header again, the whole nonce, perhaps extensions, the proof.
_FINAL = re.compile(
    rb"c=(?P<binding>[^,]*),r=(?P<nonce>[^,]*),(?:[^,]*,)*?p=(?P<proof>[^,]*)", re.DOTALL
)


def scram_formed(attempt: Attempt) -> bool:
    """Whether the last response has the form that its place asks for."""
    first = _FIRST.fullmatch(attempt.responses[0])
    if first is None or len(attempt.responses[0]) < _LEAST:
        return False
    if len(attempt.responses) == 1:
        return True
    final = _FINAL.fullmatch(attempt.responses[1])
    nonce = first["nonce"] + attempt.nonce.encode()
    if final is None or final["nonce"] != nonce:
        return False
    binding, proof = _octets(final["binding"]), _octets(final["proof"])
    # What binds a channel stands behind the header, and there is none here.
    unbound = not first["gs2"].startswith(b"p")
    bound = unbound and binding is not None and binding.startswith(first["gs2"])
    return bound and proof is not None and len(proof) == _PROOF[attempt.mechanism]


def _octets(base64: bytes) -> bytes | None:
    try:
        return b64decode(base64, validate=True)
    except ValueError:
        return None
