"""The practice certificate authority: made once, kept, and made anew where it is no good."""

from __future__ import annotations

import json
import os
import ssl
import stat
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.link import Authority, MemoryLink, TlsEndpoint, TlsFailed, TlsLink, authority

HOST, OTHER = "mail.example.test", "pop.example.test"
POSIX = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


class Mute:
    """An endpoint that says and wants nothing."""

    wants_tls = False
    hangs_up = False

    def receive_data(self, data: bytes) -> None:
        pass

    def receive_eof(self) -> None:
        pass

    def data_to_send(self) -> Sequence[bytes]:
        return ()

    def tls_started(self) -> None:
        pass

    def tls_failed(self) -> bool:
        """The line is closed then."""
        return False


class Clock:
    """A clock to be set."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.time


def handshake(server: ssl.SSLContext, client: ssl.SSLContext, name: str = HOST) -> TlsLink:
    """A line with TLS between these two. Raises TlsFailed."""
    line = TlsLink(MemoryLink(TlsEndpoint(Mute(), server, at_once=True)), client, name)
    line.handshake()
    return line


def certificate(made: Authority, *names: str) -> bytes:
    """The certificate that a host of these names shows."""
    return handshake(made.server_context(names), made.client_context(), names[0]).certificate


def hosts_file(folder: Path) -> Path:
    """The one file of a host certificate."""
    (path,) = folder.glob("hosts-*.pem")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the authority is to keep its files; not there yet."""
    return tmp_path / "state" / "tls"


def test_it_is_made_once(folder: Path) -> None:
    """What is kept is used again, by another Authority too."""
    first = certificate(Authority(folder), HOST)
    octets = {path: path.read_bytes() for path in folder.iterdir()}
    assert certificate(Authority(folder), HOST) == first
    assert {path: path.read_bytes() for path in folder.iterdir()} == octets


def test_good_files_need_no_trustme(folder: Path) -> None:
    """With good files a start loads neither trustme nor cryptography; the door alone not even ssl."""
    Authority(folder).server_context([HOST])
    code = (
        "import sys, pathlib\n"
        "import simulator.link\n"
        "early = [name for name in ('ssl', 'trustme', 'cryptography') if name in sys.modules]\n"
        f"made = simulator.link.Authority(pathlib.Path({str(folder)!r}))\n"
        f"made.server_context([{HOST!r}]), made.client_context(), made.ca_file\n"
        "print(early, [name for name in ('trustme', 'cryptography') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True
    )
    assert done.stdout.strip() == "[] []"


def test_all_names_are_in_the_certificate(folder: Path) -> None:
    """Names in any case, addresses, and names beyond ASCII."""
    made = Authority(folder)
    names = ["Mail.Example.Test", "192.0.2.110", "2001:db8::110", "büro.example.test", *(
        f"host-{n}.example.test" for n in range(200)
    )]  # fmt: skip
    server, client = made.server_context(names), made.client_context()
    for name in (HOST, "192.0.2.110", "2001:db8::110", "xn--bro-hoa.example.test", names[-1]):
        assert handshake(server, client, name).verified
    with pytest.raises(TlsFailed, match="Hostname mismatch"):
        handshake(server, client, OTHER)


def test_two_sets_of_names(folder: Path) -> None:
    """Each set has its certificate with just its names, and neither costs the other its own."""
    made = Authority(folder)
    first = certificate(made, HOST)
    second = certificate(made, OTHER)
    both = certificate(made, HOST, OTHER)
    assert len({first, second, both}) == 3
    assert certificate(made, HOST) == first
    assert certificate(made, OTHER, HOST) == both
    with pytest.raises(TlsFailed, match=r"not valid for 'pop\.example\.test'"):
        handshake(made.server_context([HOST]), made.client_context(), OTHER)


def test_a_file_with_other_names_is_made_anew(folder: Path) -> None:
    """What a file says of itself counts, not what it is called."""
    made = Authority(folder)
    certificate(made, OTHER)
    other = hosts_file(folder)
    certificate(made, HOST)
    (mine,) = set(folder.glob("hosts-*.pem")) - {other}
    mine.write_bytes(other.read_bytes())
    assert certificate(made, HOST)


@pytest.mark.parametrize("names", [[], ["under_score.example"], [""], ["a" * 64 + ".example"]])
def test_what_is_no_name(folder: Path, names: list[str]) -> None:
    """It is refused in a sentence."""
    with pytest.raises(ValueError, match=r"needs a host name|no certificate can name"):
        Authority(folder).server_context(names)


@POSIX
def test_keys_are_their_owners_alone(folder: Path) -> None:
    """The folder is 0700 and each file 0600, whatever the umask, and no draft stays."""
    before = os.umask(0)
    try:
        made = Authority(folder)
        made.server_context([HOST])
        shown = made.ca_file
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == [
        hosts_file(folder).name, "practice-ca.key", "practice-ca.pem",
    ]  # fmt: skip
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert b"PRIVATE KEY" not in shown.read_bytes()


def test_the_authority_says_what_it_is(folder: Path) -> None:
    """Its file opens with a warning, and its certificate bears one where a program shows it."""
    made = Authority(folder)
    assert made.ca_file == folder / "practice-ca.pem"
    assert "no real program must ever trust this" in made.ca_file.read_text()
    context = ssl.create_default_context(cafile=str(made.ca_file))
    (subject,) = [dict(pair for (pair,) in ca["subject"]) for ca in context.get_ca_certs()
                  if "Port110 practice" in str(ca)]  # fmt: skip
    assert subject["organizationName"] == "Port110 practice"
    assert "practice only" in subject["commonName"]


def test_a_strict_client_takes_it(folder: Path) -> None:
    """The certificates hold to RFC 5280, as Python's default context asks from 3.13 on."""
    made = Authority(folder)
    context = ssl.create_default_context(cafile=str(made.ca_file))
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    assert handshake(made.server_context([HOST]), context).verified


# Time


def test_what_expires_within_a_day_is_made_anew(folder: Path) -> None:
    """The host certificate lasts 397 days, the authority ten years."""
    clock = Clock()
    made = Authority(folder, clock)
    made.server_context([HOST])
    hosts, ca = hosts_file(folder), folder / "practice-ca.key"
    first, root = hosts.read_bytes(), ca.read_bytes()
    clock.time += timedelta(days=395)
    made.server_context([HOST])
    assert hosts.read_bytes() == first
    clock.time += timedelta(days=1, hours=1)
    made.server_context([HOST])
    assert hosts.read_bytes() != first
    assert ca.read_bytes() == root
    clock.time += timedelta(days=3650)
    made.server_context([HOST])
    assert ca.read_bytes() != root


def test_no_host_outlives_its_authority(folder: Path) -> None:
    """A certificate made late in the authority's life ends with it."""
    clock = Clock()
    made = Authority(folder, clock)
    made.client_context()
    clock.time += timedelta(days=3600)
    made.server_context([HOST])
    ends = [json.loads(path.read_text().splitlines()[1])["expires"]
            for path in (hosts_file(folder), folder / "practice-ca.key")]  # fmt: skip
    assert ends[0] == ends[1]


def test_an_old_certificate_can_be_had(folder: Path) -> None:
    """With a clock two years back: a handshake that fails as an expired one does."""
    clock = Clock()
    clock.time -= timedelta(days=730)
    made = Authority(folder, clock)
    with pytest.raises(TlsFailed, match="certificate has expired"):
        certificate(made, HOST)


# Damage


@pytest.mark.parametrize("name", ["practice-ca.key", "practice-ca.pem", "hosts"])
@pytest.mark.parametrize("damage", ["gone", "empty", "torn", "changed", "binary", "foreign"])
def test_damaged_files_are_made_anew(folder: Path, name: str, damage: str) -> None:
    """Whatever has become of a file, the next handshake is a good one."""
    made = Authority(folder)
    certificate(made, HOST)
    shown = made.ca_file
    path = hosts_file(folder) if name == "hosts" else folder / name
    octets = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes({
            "empty": b"", "torn": octets[: len(octets) // 2], "binary": bytes(range(256)),
            "changed": octets.replace(b"A", b"B"), "foreign": b"-----BEGIN CERTIFICATE-----\n",
        }[damage])  # fmt: skip
    assert made.ca_file == shown
    assert certificate(made, HOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=shown)
    assert handshake(made.server_context([HOST]), context).verified
    assert made.folder == folder


def test_a_sum_alone_makes_no_good_file(folder: Path) -> None:
    """Facts without a certificate behind them, or odd facts, are seen through."""
    made = Authority(folder)
    certificate(made, HOST)
    path, ca = hosts_file(folder), folder / "practice-ca.key"
    good = authority._read(path)
    assert good is not None
    path.write_bytes(authority._file(good.names, good.expires, good.issuer, b"no certificate"))
    assert certificate(made, HOST)
    ca.write_bytes(authority._file((), good.expires, "", b"no certificate"))
    assert certificate(made, HOST)


def test_many_at_once(folder: Path) -> None:
    """Eight that find nothing make one authority and whole files."""

    def make(_: int) -> bytes:
        made = Authority(folder)
        made.server_context([HOST])
        return made.ca_file.read_bytes()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == 1
    assert certificate(Authority(folder), HOST)
    assert len(list(folder.iterdir())) == 3


# Folders that cannot be written


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    """All is kept in a folder of this process then, and `folder` says where."""
    (tmp_path / "file").write_text("in the way")
    made = Authority(tmp_path / "file" / "tls")
    first = certificate(made, HOST)
    assert made.folder != tmp_path / "file" / "tls"
    assert made.ca_file.parent == made.folder
    assert certificate(made, HOST) == first


def test_what_a_read_only_folder_holds_is_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Good files are read where they are; what is missing is made elsewhere, by the same authority."""
    first = certificate(Authority(folder), HOST)
    write = authority._write

    def refuse(where: Path, name: str, octets: bytes, *, first_wins: bool) -> None:
        if where == folder:
            raise PermissionError(13, "Permission denied", str(where))
        write(where, name, octets, first_wins=first_wins)

    monkeypatch.setattr(authority, "_write", refuse)
    made = Authority(folder)
    client = made.client_context()
    assert certificate(made, HOST) == first
    assert made.folder == folder
    assert handshake(made.server_context([OTHER]), client, OTHER).verified
    assert made.folder != folder
    assert handshake(made.server_context([HOST]), client).verified


def test_no_folder_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names both folders and says what to do."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(authority, "_write", refuse)
    with pytest.raises(OSError, match="make room on the disk"):
        Authority(folder).client_context()


def test_the_folder_of_a_process_goes_with_it(tmp_path: Path) -> None:
    """Keys in a temporary folder do not outlive the process."""
    (tmp_path / "file").write_text("in the way")
    code = (
        "import pathlib\n"
        "from simulator.link import Authority\n"
        f"made = Authority(pathlib.Path({str(tmp_path / 'file' / 'tls')!r}))\n"
        "print(made.ca_file.is_file(), made.folder)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True
    )
    there, where = done.stdout.split(maxsplit=1)
    assert there == "True"
    assert not Path(where.strip()).exists()
