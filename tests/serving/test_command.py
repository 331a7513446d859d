"""`port110 serve`: what it prints, what it refuses, how it is told things, and how it ends."""

from __future__ import annotations

import errno
import os
import poplib
import signal
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
from serving.peers import LOOPBACK, ROOT
from serving.served import COMMAND, PORTS, Served, refused

from simulator.cli.addresses import (
    Listening,
    Shown,
    _why_not,
    certified,
    host_name,
    paste_lines,
    warning,
)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all: a practice authority is made once."""
    return tmp_path_factory.mktemp("state")


def one_line(done: subprocess.CompletedProcess[str], status: int) -> str:
    """What a refusal says: one line at the end, and no traceback."""
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    return last.removeprefix("Error: ")


# What it says


def test_it_says_where_it_listens_for_programs(state: Path) -> None:
    """`--json`: one object with host, ports, the authority's file and the process; all of it works."""
    with Served.start(state) as served:
        ready = served.ready
        assert set(ready) == {"host", "port", "tls_port", "ca", "pid"}
        assert ready["host"] == LOOPBACK
        assert ready["pid"] == served.process.pid
        trusting = ssl.create_default_context(cafile=ready["ca"])
        for client in (
            poplib.POP3(LOOPBACK, ready["port"], timeout=10),
            poplib.POP3_SSL("localhost", ready["tls_port"], context=trusting, timeout=10),
        ):
            assert client.getwelcome() == b"+OK Post office ready"
            client.quit()
        assert served.end() == (0, "", "")


def test_it_says_where_it_listens_for_people(state: Path) -> None:
    """Lines to paste for telnet, openssl and curl, and whose mail it is. Ctrl-C ends it with 0."""
    with subprocess.Popen(
        [*COMMAND, *PORTS], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PORT110_STATE": str(state)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(7)]
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err) == (0, "", "")
    words = [line.split() for line in said]
    port = words[0][4].rstrip(",")
    assert words[1] == ["telnet", LOOPBACK, port]
    assert words[2][:3] == ["openssl", "s_client", "-connect"]
    assert words[3] == ["curl", "--user", "mira:kettle42", f"pop3://{LOOPBACK}:{port}/"]
    assert words[4][-1].startswith(f"pop3s://{LOOPBACK}:")
    assert said[5] == "The user is mira, the password kettle42; the mail is sample mail.\n"
    assert said[6] == "Ctrl-C ends the server.\n"


def test_lines_to_paste() -> None:
    """IPv6 has its brackets, blanks are quoted, a password that somebody chose is not shown."""
    where = Listening("::1", 1110, 1995, Path("/my ca.pem"))
    lines = list(paste_lines(where, Shown("mira", "a b")))
    assert lines[1] == "  telnet ::1 1110"
    assert "-connect [::1]:1995" in lines[2]
    assert lines[2].endswith("-CAfile '/my ca.pem'")
    assert lines[3] == "  curl --user 'mira:a b' pop3://[::1]:1110/"
    hidden = "\n".join(paste_lines(Listening("0.0.0.0", 1, 2, Path("ca")), Shown("mira")))  # noqa: S104 -- as text
    assert "telnet 127.0.0.1 1" in hidden
    assert "--user mira pop3" in hidden
    assert "password" not in hidden


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_needs_no_warning(host: str) -> None:
    """There nobody else can call; the certificate names loopback alone."""
    assert warning(host) == ""
    assert host_name(host) == "localhost"
    assert certified(host) == ["127.0.0.1", "::1", "localhost"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.7", "mail.example.test"])  # noqa: S104 -- as text
def test_where_others_can_call_it_says_so(host: str) -> None:
    """What it means, and what keeps it to oneself; the certificate is good for the name given."""
    note = warning(host)
    assert "without TLS they go over the wire in the clear" in note
    assert "--host 127.0.0.1 keeps it to yourself" in note
    assert socket.gethostname() in certified(host)
    assert (host in certified(host)) is (host not in ("0.0.0.0", "::", ""))  # noqa: S104 -- as text


# What it refuses


def test_a_port_in_use(state: Path) -> None:
    """Which, and which to try."""
    with socket.create_server((LOOPBACK, 0)) as taken:
        port = taken.getsockname()[1]
        said = one_line(refused(state, "--port", str(port), "--tls-port", "0"), 1)
        assert (
            said == f"Port {port} is in use. Try --port {port + 1}, or --port 0 for any free one."
        )
        said = one_line(refused(state, "--port", "0", "--tls-port", str(port)), 1)
        assert f"Try --tls-port {port + 1}, or --tls-port 0" in said


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may have it")
def test_a_port_that_is_not_ours(state: Path) -> None:
    """Below 1024 only the administrator listens."""
    said = one_line(refused(state, "--port", "110"), 1)
    assert said.startswith("Port 110 is for the administrator of this machine. Try --port 1110, ")


def test_why_a_port_cannot_be_had() -> None:
    """Whoever runs this, the words for a port below 1024 and for what nobody thought of."""
    said = _why_not(PermissionError(errno.EACCES, "no"), LOOPBACK, 995, "--tls-port")
    assert said == (
        "Port 995 is for the administrator of this machine. Try --tls-port 1995, "
        "or --tls-port 0 for any free one."
    )
    said = _why_not(OSError(errno.EMFILE, "Too many open files"), LOOPBACK, 110, "--port")
    assert said == "Port 110 on '127.0.0.1' cannot be had: Too many open files."


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host", "a..b", "host.invalid"])
def test_a_host_that_is_not_ours(state: Path, host: str) -> None:
    """An address of somebody else's, or what is none at all."""
    said = one_line(refused(state, *PORTS, "--host", host), 1)
    assert said == f"{host!r} is no address of this machine. Try --host 127.0.0.1."


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("--as", "exemplery"), "Did you mean 'exemplary'?"),
        (("--mailbox", "famly"), "Did you mean 'family'?"),
        (("--port", "99999"), "99999"),
        (("--idle", "0"), "0"),
        (("--max-connections", "0"), "0"),
        (("--margin", "much"), "much"),
    ],
)
def test_what_is_not_known(state: Path, arguments: tuple[str, ...], meant: str) -> None:
    """Usage: status 2, and what was meant."""
    assert meant in one_line(refused(state, *PORTS, *arguments), 2)


def test_a_log_that_cannot_be_written(state: Path, tmp_path: Path) -> None:
    """It is opened before anybody can call."""
    said = one_line(refused(state, *PORTS, "--log", str(tmp_path)), 1)
    assert (
        said
        == f"The log {str(tmp_path)!r} cannot be written: Is a directory. Try another --log FILE."
    )


# Whose mail


def test_mail_of_ones_own_choice(state: Path) -> None:
    """`--mailbox`, `--user` and `--password` give one maildrop; the password is nowhere to be seen."""
    with Served.start(
        state, "--mailbox", "studio", "--user", "class", "--password", "chalk-and-slate"
    ) as served:
        assert served.count("class", "chalk-and-slate") == 7
        with pytest.raises(poplib.error_proto):
            served.count("lena", "yew-and-box")
        status, out, err = served.end()
        assert (status, err) == (0, "")
        assert "chalk" not in out + str(served.ready)


def test_the_course_s_mail_is_served(state: Path) -> None:
    """Without options: the maildrops of the course's own server, each with its own password."""
    with Served.start(state) as served:
        assert served.count() == 3
        assert served.count("lena", "yew-and-box") == 7
        assert served.count("sam", "cactus-on-sill") == 0


def test_another_s_manner_and_apop(state: Path) -> None:
    """`--as` speaks like another server; `--apop` offers what nobody should need."""
    with Served.start(state, "--as", "popper-4-38", "--apop", "--mailbox", "rfc1939") as served:
        client = poplib.POP3(LOOPBACK, served.ready["port"], timeout=10)
        assert b"<" in client.getwelcome()
        assert client.apop("mrose", "tanstaaf").startswith(b"+OK")
        client.quit()
