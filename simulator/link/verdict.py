"""What openssl thinks of certificates that somebody has sent, where nobody insisted on good ones.

Why so roundabout: a client that takes any certificate has openssl's verdict within it, yet ssl keeps
it to itself, and the standard library has no other door to openssl's check. So the certificates are
shown once more, by a server that says its hello and its certificates and falls silent, to a client
that does insist. TLS 1.2 has both in the clear (RFC 5246 section 7.4), so nobody's key is needed,
and the client checks them before it waits for more.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Sequence

__all__ = ["verdict"]

_TLS_1_2 = b"\x03\x03"
#: TLS_ECDHE_ECDSA_ and TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: each goes with one kind of key.
_CIPHERS = (b"\xc0\x2b", b"\xc0\x2f")
#: An empty renegotiation_info (RFC 5746), which openssl insists on.
_EXTENSIONS = b"\xff\x01\x00\x01\x00"


def verdict(chain: Sequence[bytes], context: ssl.SSLContext, server_name: str) -> str:
    """What is wrong with `chain` (DER, the server's own first) for this name; "" for nothing.

    The authorities are those that `context` has loaded.
    """
    if not chain:
        return "no certificate was sent"
    checking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    checking.minimum_version = ssl.TLSVersion.TLSv1_2
    checking.verify_flags = context.verify_flags
    checking.check_hostname = bool(server_name)
    for authority in context.get_ca_certs(binary_form=True):
        checking.load_verify_locations(cadata=authority)
    said = ""
    for cipher in _CIPHERS:
        try:
            _show(chain, checking, server_name, cipher)
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
        except ssl.SSLError as error:  # a key of the other kind: looked at with the next cipher
            said = f"not checked: {error.reason or error}"
        else:
            return ""
    return said


def _show(
    chain: Iterable[bytes], checking: ssl.SSLContext, server_name: str, cipher: bytes
) -> None:
    """Show certificates to a client that checks them. Raises ssl.SSLError."""
    incoming = ssl.MemoryBIO()
    client = checking.wrap_bio(incoming, ssl.MemoryBIO(), server_hostname=server_name or None)
    certificates = b"".join(_sized(der, 3) for der in chain)
    hello = _TLS_1_2 + bytes(32) + _sized(b"", 1) + cipher + b"\x00" + _sized(_EXTENSIONS, 2)
    said = b"\x02" + _sized(hello, 3) + b"\x0b" + _sized(_sized(certificates, 3), 3)
    for start in range(0, len(said), 16384):
        incoming.write(b"\x16" + _TLS_1_2 + _sized(said[start : start + 16384], 2))
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:  # it has checked them, and waits for what never comes
        return


def _sized(octets: bytes, width: int) -> bytes:
    """Octets with their number before them, as TLS writes lists (RFC 5246 section 4.3)."""
    return len(octets).to_bytes(width, "big") + octets
