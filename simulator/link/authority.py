"""The practice certificate authority: certificates for simulated hosts, made once and kept.

Why kept: making them takes `cryptography`, which takes longer to load than all else a first prompt
needs. With good files at hand only ssl is loaded. A file says in its first lines what is in it and
what the sum of it is, so that one `os.replace` swaps certificate, key and facts together, and a torn
one is seen. Anything that is not good is made anew; nothing here has to be mended by hand.
"""

from __future__ import annotations

import hashlib
import json
import os
import ssl
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeGuard

__all__ = ["Authority"]

ORGANISATION = "Port110 practice"
#: Stands in the certificate itself, where a program shows whom it is asked to trust.
COMMON_NAME = "For practice only: no real program must ever trust this"
PREFACE = (
    f"{ORGANISATION} certificate authority. {COMMON_NAME}.\n"
    "Its key lies on this disk, and whoever reads it can pose as any host.\n"
)

_CA_FILE, _CA_KEY = "practice-ca.pem", "practice-ca.key"
_CA_LASTS, _HOSTS_LAST = timedelta(days=3650), timedelta(days=397)
_SLACK = timedelta(hours=1)  # a clock may be set back a little
_SPARE = timedelta(days=1)  # what expires sooner is made anew
_TRIES = 5  # another process may do the same at the same time
_END = b"-----END CERTIFICATE-----\n"


class _Kept(NamedTuple):
    """A file of ours: certificates and their key, and what they are."""

    names: list[str]
    expires: datetime
    issuer: str  #: the sum of the authority's file
    pem: bytes
    sum: str


def _real_time() -> datetime:
    return datetime.now(UTC)


class Authority:
    """Contexts for both ends of practice TLS. `folder` is made when first written to.

    Where it cannot be written, all is kept in a folder of this process that is removed at its end.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = _real_time) -> None:
        self._folder = folder
        self._given = folder
        self._moved = False
        self._now = now

    @property
    def folder(self) -> Path:
        """Where the files lie: the folder given, or this process's own if that was of no use."""
        return self._folder

    @property
    def ca_file(self) -> Path:
        """The authority's certificate (PEM), to show, and to hand to `openssl s_client -CAfile`."""
        shown = PREFACE.encode() + _certificate(self._ca())
        path = self._folder / _CA_FILE
        with suppress(OSError):
            if path.read_bytes() == shown:
                return path
        self._put(_CA_FILE, shown)
        return self._folder / _CA_FILE

    def client_context(self, *, trusted: bool = True) -> ssl.SSLContext:
        """For the client's end: one that checks authority and name, or one that takes anything."""
        context = _context(ssl.PROTOCOL_TLS_CLIENT)
        if trusted:
            context.load_verify_locations(cadata=_certificate(self._ca()).decode())
        else:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def server_context(self, names: Collection[str]) -> ssl.SSLContext:
        """For the server's end, with a certificate for just these host names or addresses.

        Raises ValueError for none, or for what is no host name; OSError where no disk takes files.
        """
        wanted = sorted({name.lower() for name in names})
        if not wanted:
            raise ValueError("a certificate needs a host name: give at least one")
        file = f"hosts-{hashlib.sha256(chr(10).join(wanted).encode()).hexdigest()[:16]}.pem"
        for _ in range(_TRIES):
            ca = self._ca()
            kept = _read(self._folder / file)
            if self._lasts(kept) and kept.names == wanted and kept.issuer == ca.sum:
                context = _context(ssl.PROTOCOL_TLS_SERVER)
                if _loads(context, self._folder / file):
                    return context
            self._put(file, _issued(wanted, ca, self._now()))
        raise OSError(f"{self._folder / file} does not keep what is written: remove it, try again")

    def _lasts(self, kept: _Kept | None) -> TypeGuard[_Kept]:
        return kept is not None and kept.expires > self._now() + _SPARE

    def _ca(self) -> _Kept:
        """The authority as it is on the disk, made where there is no good one."""
        for _ in range(_TRIES):
            path = self._folder / _CA_KEY
            first = not path.exists()
            kept = _read(path)
            if self._lasts(kept) and _loads(_context(ssl.PROTOCOL_TLS_SERVER), path):
                return kept
            # Of two processes that find none, the first makes it for both.
            self._put(_CA_KEY, _founded(self._now()), first_wins=first)
        raise OSError(f"{path} does not keep what is written: remove it, and try again")

    def _put(self, name: str, octets: bytes, *, first_wins: bool = False) -> None:
        while True:
            try:
                _write(self._folder, name, octets, first_wins=first_wins)
            except OSError:
                self._move_out()
            else:
                return

    def _move_out(self) -> None:
        """Go on in a folder of this process, with the authority there was, if it was good."""
        import atexit
        import shutil
        import tempfile

        if self._folder == self._given:
            with suppress(OSError):
                self._folder = Path(tempfile.mkdtemp(prefix="port110-practice-"))
        if self._folder == self._given or self._moved:
            raise OSError(
                f"practice certificates can be kept neither in {self._given} nor in a temporary "
                "folder: make room on the disk, or set TMPDIR to a folder that can be written"
            )
        self._moved = True
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        with suppress(OSError):
            _write(self._folder, _CA_KEY, (self._given / _CA_KEY).read_bytes(), first_wins=True)


# Files


def _read(path: Path) -> _Kept | None:
    """What a file of ours holds; None if it is missing, torn, or of somebody else's making."""
    try:
        total, _, rest = path.read_bytes().partition(b"\n")
        if total.decode() != hashlib.sha256(rest).hexdigest():
            return None
        head, _, pem = rest.partition(b"\n")
        facts = json.loads(head)
        expires = datetime.fromisoformat(facts["expires"]).astimezone(UTC)
        return _Kept(facts["names"], expires, facts["issuer"], pem, total.decode())
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _loads(context: ssl.SSLContext, path: Path) -> bool:
    """Whether the context has taken certificate and key: they are whole, and go together."""
    try:
        context.load_cert_chain(path, password="")  # without one openssl asks on the terminal
    except (OSError, ValueError):
        return False
    return True


def _file(names: Collection[str], expires: datetime, issuer: str, pem: bytes) -> bytes:
    """The octets of a file of ours. PEM readers skip what stands before the first block."""
    facts = {"names": list(names), "expires": expires.isoformat(), "issuer": issuer}
    rest = json.dumps(facts).encode() + b"\n" + pem
    return hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest


def _write(folder: Path, name: str, octets: bytes, *, first_wins: bool) -> None:
    """Put a file in place as a whole, readable by its owner alone from the first moment.

    `first_wins`: where another process has put one there meanwhile, that one stays.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(octets)
        if first_wins:
            try:
                os.link(draft, folder / name)
            except FileExistsError:
                return
            except OSError:  # a disk without hard links
                pass
            else:
                return
        draft.replace(folder / name)
    finally:
        draft.unlink(missing_ok=True)


# Certificates


def _context(protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    return context


def _certificate(kept: _Kept) -> bytes:
    """The first certificate of a file, without the key."""
    return kept.pem[: kept.pem.index(_END) + len(_END)]


def _founded(now: datetime) -> bytes:
    """The file of a new authority. trustme's own would have no common name and no end."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, COMMON_NAME),
        ]
    )
    signs = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
         "key_agreement", "encipher_only", "decipher_only"), False
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + _CA_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **signs), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM) + secret
    return _file((), now + _CA_LASTS, "", pem)


def _issued(names: list[str], ca: _Kept, now: datetime) -> bytes:
    """The file of a new certificate for these names. Raises ValueError for what is no host name."""
    import trustme

    expires = min(now + _HOSTS_LAST, ca.expires)
    certificate = _certificate(ca)
    try:
        made = trustme.CA.from_pem(certificate, ca.pem[len(certificate) :]).issue_cert(
            *names,
            common_name=names[0] if len(names[0]) <= 64 else None,  # RFC 5280 appendix A.1
            organization_name=ORGANISATION,
            organization_unit_name="simulated hosts",
            not_before=now - _SLACK,
            not_after=expires,
        )
    except ValueError as error:
        raise ValueError(f"no certificate can name {', '.join(names)}: {error}") from error
    return _file(names, expires, ca.sum, made.private_key_and_cert_chain_pem.bytes())
