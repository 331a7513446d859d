"""All SASL mechanisms of the simulated hosts: pop3's own, and SCRAM from the library scramp.

scramp keeps a dialogue in an object that changes; here a dialogue is a value. So each step begins
with a fresh server and plays it the responses again: two digests, and the one long sum (4096 rounds)
is remembered. The library is loaded when the first such dialogue begins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from simulator.pop3 import Attempt, Challenge, Mechanism, Proven
from simulator.pop3.maildrop import Credentials, SystemFailure
from simulator.pop3.mechanisms import STANDARD, Step

if TYPE_CHECKING:
    from scramp.core import ScramServer  # type: ignore[import-untyped]

__all__ = ["EVERY", "ITERATIONS"]

#: RFC 7677 section 4: "at least 4096".
ITERATIONS = 4096
#: A nonce without an octet, which scramp does not take.
_NO_NONCE = re.compile(r",r=(?=,|\Z)")
#: Octets of a digest.
_DIGEST = {"SCRAM-SHA-1": 20, "SCRAM-SHA-256": 32}


def _scram(accounts: Credentials, attempt: Attempt) -> Step:
    """SCRAM without channel binding (RFC 5802 section 5, RFC 7677). Raises SystemFailure.

    The server's signature is a challenge, and the client's empty response to it ends the dialogue
    (RFC 5034 section 4): POP3 has no reply that carries it beside +OK.
    """
    if not attempt.responses:
        return Challenge()
    from scramp import ScramException, ScramMechanism  # type: ignore[import-untyped]

    named: list[str] = []
    broken: list[SystemFailure] = []  # scramp would make a failed login of it

    def kept(name: str) -> tuple[bytes, bytes, bytes, int]:
        named.append(name)
        try:
            password = accounts.password(name)
        except SystemFailure as failure:
            broken.append(failure)
            raise
        size = attempt.salt or _DIGEST[attempt.mechanism]
        return _kept(attempt.mechanism, attempt.host, name, password, size)

    server = ScramMechanism(attempt.mechanism).make_server(kept, s_nonce=attempt.nonce)
    try:
        first, *others = [response.decode() for response in attempt.responses]
        hopeful = _begin(server, first, lenient=attempt.lenient)
        asked: str = server.get_server_first()
        if not others:
            return Challenge(asked.encode())
        if not hopeful:
            return None
        server.set_client_final(others[0])
        signed: str = server.get_server_final()
    except (ScramException, ValueError, SystemFailure):
        if broken:
            raise broken[0] from None
        return None
    if accounts.password(named[0]) is None:
        return None
    if len(others) == 1:
        return Challenge(signed.encode())
    return Proven(named[0]) if others[1:] == [""] or attempt.lenient else None


def _begin(server: ScramServer, first: str, *, lenient: bool) -> bool:
    """Hand scramp the client's first message, and say whether a proof can be right behind it.

    Raises ValueError, ScramException: there can be none, and who is not `lenient` asks for none. Who
    is does without a nonce of the client's, too.

    scramp takes no authzid. Clients may name themselves there (RFC 5802 section 5.1; GNU SASL does),
    and the header as they wrote it is what they prove later on. Nobody here may act for another.
    """
    flag, authzid, bare = first.split(",", 2)
    binds = lenient and flag.startswith("p=")
    named = _NO_NONCE.sub(",r=-", bare) if lenient else bare
    server.set_client_first(f"{'n' if binds else flag},,{named}")
    if named != bare:
        server.nonce, server.client_first_bare = server.s_nonce, bare
    if not authzid:
        return not binds
    himself = bare.startswith(f"n={authzid[2:]},") or (lenient and authzid == "a=")
    if authzid[:2] != "a=" or not (himself or lenient):
        raise ValueError("an authzid of somebody else's")
    server.gs2_header = _Header(f"{flag},{authzid},")
    return himself and not binds


class _Header:
    """A gs2-header with an authzid, in scramp's shape."""

    def __init__(self, text: str) -> None:
        self._text = text

    def make_cbind_input(self, channel_binding: object) -> bytes:
        """What the client's c= must hold; there is no channel binding."""
        del channel_binding
        return self._text.encode()


@lru_cache(maxsize=512)
def _kept(
    mechanism: str, host: str, name: str, password: str | None, size: int
) -> tuple[bytes, bytes, bytes, int]:
    """What a server keeps in place of a password: salt, StoredKey, ServerKey, iterations.

    A name that nobody has gets a salt and the same work, so that neither tells that it has none.
    """
    from scramp import ScramMechanism

    salt, stored, key, iterations = ScramMechanism(mechanism).make_auth_info(
        password or "", iteration_count=ITERATIONS, salt=_salt(host, name)[:size]
    )
    return salt, stored, key, iterations


def _salt(host: str, name: str) -> bytes:
    """The same each time: a dialogue that is taken back and played again has the same challenges."""
    return sha256(f"{host}\0{name}".encode()).digest()


def _digest_md5(accounts: Credentials, attempt: Attempt) -> Step:
    """DIGEST-MD5 (RFC 2831), read when somebody first asks for it."""
    from simulator.pop3.digest_md5 import digest_md5

    return digest_md5(accounts, attempt)


#: Every mechanism that a personality can offer (pop3.mechanisms.KNOWN).
EVERY: Mapping[str, Mechanism] = {
    **STANDARD, "SCRAM-SHA-1": _scram, "SCRAM-SHA-256": _scram, "DIGEST-MD5": _digest_md5,
}  # fmt: skip
