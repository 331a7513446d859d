"""What `openssl s_client` prints of itself: its report on a handshake, its failures, its farewells.

Text only, in the layout of OpenSSL 3.0, made from the handshake that was really held. What a
certificate says is read with `cryptography`, which is loaded when the first one is shown.
"""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from simulator.hosts.programs import THREAD, Dialing, Order, no_address

if TYPE_CHECKING:
    from cryptography.x509 import Certificate, Name

    from simulator.link import TlsFailed, TlsLink

__all__ = ["CONNECTED", "cut_off", "no_host", "no_tls", "obeyed", "refused", "report"]

Octets = tuple[bytes, bytes]  # of a handshake: sent, received

CONNECTED = "CONNECTED(00000003)"

_REST = "Compression: NONE\nExpansion: NONE\nNo ALPN negotiated"
#: What openssl calls a failure: its number, where it happened, and its words.
_ERRORS = {
    "wrong-version-number":
        "0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:",
    "certificate-verify-failed":
        "0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:"
        "../ssl/statem/statem_clnt.c:1889:",
    "unexpected-message":
        "0A0000F4:SSL routines:ossl_statem_client_read_transition:unexpected message:"
        "../ssl/statem/statem_clnt.c:398:",
    "cut-off":
        "0A000126:SSL routines:ssl3_read_n:unexpected eof while reading:"
        "../ssl/record/rec_layer_s3.c:318:",
    "no-renegotiation-in-1.3":
        "0A00010A:SSL routines:can_renegotiate:wrong ssl version:../ssl/ssl_lib.c:2287:",
    "no-renegotiation":
        "0A000153:SSL routines:ssl3_read_bytes:no renegotiation:../ssl/record/rec_layer_s3.c:1617:",
}  # fmt: skip
_ERRORS["closed-in-handshake"] = _ERRORS["cut-off"]


# Before TLS


def no_host() -> str:
    """The name has no address."""
    return no_address("Name or service not known")


def refused() -> str:
    """Nothing listens on that port."""
    where = "BIO_connect:{}:../crypto/bio/bio_sock2.c:"
    return (
        f"{THREAD}:error:8000006F:system library:{where.format('Connection refused')}117:"
        "calling connect()\n"
        f"{THREAD}:error:10000067:BIO routines:{where.format('connect error')}119:\n"
        "connect:errno=111"
    )


def _error(reason: str) -> str:
    words = reason.replace("-", " ")
    return f"{THREAD}:error:{_ERRORS.get(reason, f'SSL routines::{words}:')}"


def no_tls(dialing: Dialing, failure: TlsFailed, octets: Octets) -> str:
    """The handshake failed: the error and, unless that is not wanted, a report without contents."""
    error = _error(failure.reason)
    if dialing.quiet or dialing.brief:
        return error
    sent, received = octets
    return "\n".join(
        (
            CONNECTED, error, "---", "no peer certificate available", "---",
            "No client certificate CA names sent", "---", _count(len(received), len(sent)),
            "Verification: OK", "---", "New, (NONE), Cipher is (NONE)",
            "Secure Renegotiation IS NOT supported", _REST, "Early data was not sent",
            "Verify return code: 0 (ok)", "---",
        )
    )  # fmt: skip


def _count(read: int, written: int) -> str:
    return f"SSL handshake has read {read} bytes and written {written} bytes"


# TLS stands


def report(dialing: Dialing, tls: TlsLink, octets: Octets) -> str:
    """All that is printed once TLS stands: the report, its short form, or the check alone."""
    from cryptography.x509 import load_der_x509_certificate

    chain = [load_der_x509_certificate(each) for each in tls.chain]
    group = key_exchange(octets[1])
    if dialing.brief:
        return "\n".join(_brief(tls, chain[0], group))
    if dialing.quiet:
        return "\n".join(_verified(chain))
    lines = (
        CONNECTED, *_verified(chain), "---", *_certificates(chain, tls.chain, dialing), "---",
        *_handshake(tls, chain[0], octets, group), "---", *_session(tls, chain[0]), "---",
    )  # fmt: skip
    # Two tickets of TLS 1.3 come next. openssl dumps their octets; only the end of that is shown.
    return "\n".join((*lines, "read R BLOCK") if tls.version == "TLSv1.3" else lines)


def _verified(chain: Sequence[Certificate]) -> Iterator[str]:
    """The check of the chain, from the authority down."""
    names = [chain[-1].issuer, *(each.subject for each in reversed(chain))]
    if chain[-1].issuer == chain[-1].subject:
        del names[0]
    for depth, name in zip(range(len(names) - 1, -1, -1), names, strict=True):
        yield f"depth={depth} {_name(name)}"
        yield "verify return:1"


def _certificates(
    chain: Sequence[Certificate], ders: Sequence[bytes], dialing: Dialing
) -> Iterator[str]:
    yield "Certificate chain"
    for number, (each, der) in enumerate(zip(chain, ders, strict=True)):
        yield f"{number:2} s:{_name(each.subject)}"
        yield f"   i:{_name(each.issuer)}"
        kind, bits = _key(each)
        signed = getattr(each.signature_algorithm_oid, "_name", "")
        yield f"   a:PKEY: {kind}, {bits} (bit); sigalg: {signed}"
        begins, ends = (
            f"{at:%b} {at.day:2} {at:%H:%M:%S %Y} GMT"
            for at in (each.not_valid_before_utc, each.not_valid_after_utc)
        )
        yield f"   v:NotBefore: {begins}; NotAfter: {ends}"
        if dialing.showcerts:
            yield _pem(der)
    yield "---"
    yield "Server certificate"
    if not dialing.showcerts:
        yield _pem(ders[0])
    yield f"subject={_name(chain[0].subject)}"
    yield f"issuer={_name(chain[0].issuer)}"


def _handshake(tls: TlsLink, own: Certificate, octets: Octets, group: str) -> Iterator[str]:
    sent, received = octets
    yield "No client certificate CA names sent"
    yield "Peer signing digest: SHA256"
    yield f"Peer signature type: {_signature(tls, own)}"
    if group:
        yield f"Server Temp Key: {group}"
    yield "---"
    yield _count(len(received), len(sent))
    yield "Verification: OK"


def _session(tls: TlsLink, own: Certificate) -> Iterator[str]:
    newest = tls.version == "TLSv1.3"
    yield f"{'Reused' if tls.resumed else 'New'}, {tls.version}, Cipher is {tls.cipher[0]}"
    yield f"Server public key is {_key(own)[1]} bit"
    yield f"Secure Renegotiation IS {'NOT ' if newest else ''}supported"
    yield _REST
    if newest:
        yield "Early data was not sent"
    else:  # here openssl shows the secrets of the session too; nobody gives them to us
        yield f"SSL-Session:\n    Protocol  : {tls.version}\n    Cipher    : {tls.cipher[0]}"
    yield f"{'' if newest else '    '}Verify return code: 0 (ok)"


def _brief(tls: TlsLink, own: Certificate, group: str) -> Iterator[str]:
    yield "CONNECTION ESTABLISHED"
    yield f"Protocol version: {tls.version}"
    yield f"Ciphersuite: {tls.cipher[0]}"
    yield f"Peer certificate: {_name(own.subject)}"
    yield "Hash used: SHA256"
    yield f"Signature type: {_signature(tls, own)}"
    yield "Verification: OK"
    if group:
        yield f"Server Temp Key: {group}"


def _name(name: Name) -> str:
    """As openssl writes names: O = Port110 practice, CN = mail.example.test."""
    return ", ".join(
        " + ".join(f"{each.rfc4514_attribute_name} = {_quoted(str(each.value))}" for each in rdn)
        for rdn in name.rdns
    )


def _quoted(value: str) -> str:
    return f'"{value}"' if set(value) & set(',+"<>;') else value


def _key(certificate: Certificate) -> tuple[str, int]:
    """The kind of its key, and how many bits it has."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    key = certificate.public_key()
    kind = "rsaEncryption" if isinstance(key, RSAPublicKey) else "id-ecPublicKey"
    return kind, getattr(key, "key_size", 256)


def _signature(tls: TlsLink, own: Certificate) -> str:
    if _key(own)[0] == "rsaEncryption":
        return "RSA-PSS" if tls.version == "TLSv1.3" else "RSA"
    return "ECDSA"


def _pem(der: bytes) -> str:
    text = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    return f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----"


#: Groups by the number they have on the wire (RFC 8446 section 4.2.7).
_GROUPS = {
    0x17: "ECDH, prime256v1, 256 bits", 0x18: "ECDH, secp384r1, 384 bits",
    0x19: "ECDH, secp521r1, 521 bits", 0x1D: "X25519, 253 bits", 0x1E: "X448, 448 bits",
}  # fmt: skip
_SERVER_HELLO, _SERVER_KEY_EXCHANGE, _KEY_SHARE = 2, 12, 51


def key_exchange(received: bytes) -> str:
    """The group of the key exchange, from the server's side of a handshake; "" where unknown.

    TLS 1.3 names it in the ServerHello's key_share (RFC 8446 section 4.2.8), TLS 1.2 in the
    ServerKeyExchange (RFC 8422 section 5.4). ssl keeps it to itself.
    """
    try:
        for kind, body in _messages(received):
            if kind == _SERVER_KEY_EXCHANGE:
                return _GROUPS.get(int.from_bytes(body[1:3]), "")
            if kind == _SERVER_HELLO:
                at = 40 + body[34]  # behind the session's id, the cipher and the compression
                while at + 6 <= len(body):
                    if int.from_bytes(body[at : at + 2]) == _KEY_SHARE:
                        return _GROUPS.get(int.from_bytes(body[at + 4 : at + 6]), "")
                    at += 4 + int.from_bytes(body[at + 2 : at + 4])
    except IndexError:
        pass
    return ""


def _messages(received: bytes) -> Iterator[tuple[int, bytes]]:
    """The handshake messages in the clear, each with its kind (RFC 8446 section 4)."""
    clear, at = b"", received.find(b"\x16\x03")  # behind what STLS has left in the clear
    while at >= 0 and received[at : at + 1] == b"\x16":
        size = int.from_bytes(received[at + 3 : at + 5])
        clear += received[at + 5 : at + 5 + size]
        at += 5 + size
    at = 0
    while at + 4 <= len(clear):
        size = int.from_bytes(clear[at + 1 : at + 4])
        yield clear[at], clear[at + 4 : at + 4 + size]
        at += 4 + size


# While the line stands


def obeyed(order: Order, version: str) -> str:
    """What is printed where a line was taken for an order."""
    if order is Order.LEAVE:
        return "DONE"
    if order is Order.REKEY:
        return "KEYUPDATE"
    error = "no-renegotiation-in-1.3" if version == "TLSv1.3" else "no-renegotiation"
    return f"RENEGOTIATING\n{_error(error)}"


def cut_off() -> str:
    """The line ended without a close_notify."""
    return _error("cut-off")
