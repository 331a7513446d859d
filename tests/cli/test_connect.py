"""`port110 connect` as a program: from a pipe, at a terminal, at our own server and at Dovecot."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pexpect
import pytest
from dovecot import dovecot, needs_dovecot
from servers import GREETING, LIMIT, Peer, authority, pop3, served

from simulator.cli.connecting import read_target

ROOT = Path(__file__).resolve().parent.parent.parent
CANARY = "canary-7f3d"


def variables(state: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PORT110_STATE": str(state), **more}


def connect(state: Path, *arguments: object, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run it with lines from a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "simulator", "connect", *map(str, arguments)],
        input=typed, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60,
        env=variables(state),
    )  # fmt: skip


@contextmanager
def terminal(
    state: Path, *arguments: object, term: str = "xterm-256color"
) -> Iterator[pexpect.spawn[str]]:
    """Run it at a terminal of 80 columns and 24 rows."""
    child = pexpect.spawn(
        sys.executable, ["-m", "simulator", "connect", *map(str, arguments)], cwd=str(ROOT),
        env=variables(state, TERM=term, PROMPT_TOOLKIT_NO_CPR="1"), dimensions=(24, 80),
        timeout=LIMIT, encoding="utf-8",
    )  # fmt: skip
    try:
        yield child
    finally:
        child.close(force=True)


def plainly(peer: Peer) -> None:
    pop3({}, peer)


# What is called


@pytest.mark.parametrize(
    ("text", "where"),
    [("pop.example.org", ("pop.example.org", 110)), ("a:1110", ("a", 1110)), ("a:pop3s", ("a", 995)),
     ("[2001:db8::1]", ("2001:db8::1", 110)), ("[::1]:995", ("::1", 995)), ("a:65535", ("a", 65535))],
)  # fmt: skip
def test_targets(text: str, where: tuple[str, int]) -> None:
    """A host, with its port behind a colon; an IPv6 address stands in brackets."""
    assert read_target(text, 110) == where


@pytest.mark.parametrize(
    "text",
    ["", ":110", "a:", "a:0", "a:65536", "a:x", "a:-1", "a:1e3", "::1", "[::1", "[a]", "[::1]110",
     "[]", "a b", "me@a", "pop://a/", "a:\u0661\u0661\u0660", "[::1]:"],
)  # fmt: skip
def test_what_is_no_target(tmp_path: Path, text: str) -> None:
    """It is told in one line what to write, and nothing is called."""
    with pytest.raises(ValueError, match=r"port|brackets|host"):
        read_target(text, 110)
    if text in ("::1", "a:0"):
        done = connect(tmp_path, text)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr


def test_options_that_do_not_go_together(tmp_path: Path) -> None:
    """--tls with --stls, --ca with --insecure, and a file without a certificate: usage, status 2."""
    page = tmp_path / "page"
    page.write_text("no certificate")
    for options in (["--tls", "--stls"], ["--ca", page, "--insecure"], ["--ca", page]):
        done = connect(tmp_path, "localhost", *options)
        assert (done.returncode, done.stdout) == (2, ""), options
        assert "Error: " in done.stderr


def test_where_nobody_listens(tmp_path: Path) -> None:
    """As telnet says it, with a second line that says what to try; status 1."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    done = connect(tmp_path, f"127.0.0.1:{port}", "--margin", "off")
    assert done.returncode == 1
    assert done.stdout == "Trying 127.0.0.1...\n"
    assert done.stderr.splitlines()[0] == (
        "telnet: Unable to connect to remote host: Connection refused"
    )
    assert len(done.stderr.splitlines()) == 2


def test_tls_on_a_clear_port(tmp_path: Path) -> None:
    """One line: that it is none, and what to try; no octets of it."""
    with served(plainly) as port:
        done = connect(tmp_path, f"localhost:{port}", "--tls", "--margin", "off")
    assert done.returncode == 1
    assert "--stls" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("way", ["unknown", "name"])
def test_a_certificate_that_is_not_good(tmp_path: Path, way: str) -> None:
    """By the system's authorities, or for another name: one line, status 1; --insecure takes it."""

    def talk(peer: Peer) -> None:
        peer.secure(authority().server_context(["mail.example.test"]))
        plainly(peer)

    options = [] if way == "unknown" else ["--ca", authority().ca_file]
    with served(talk) as port:
        done = connect(tmp_path, f"localhost:{port}", "--tls", *options, "--margin", "off")
    assert done.returncode == 1
    assert "is not good" in done.stderr
    assert ("authorit" in done.stderr) or "mismatch" in done.stderr
    with served(talk) as port:
        done = connect(tmp_path, f"localhost:{port}", "--tls", "--insecure", typed="QUIT\n")
    assert done.returncode == 0
    assert "nobody has checked" in " ".join(done.stdout.split())


# From a pipe


def test_a_script_gets_what_telnet_would_print(tmp_path: Path) -> None:
    """Line by line, each reply awaited; status 0 after QUIT and at the end of the pipe."""
    for last, end in (("QUIT\n", "+OK\nConnection closed by foreign host.\n"),
                      ("", "Connection closed.\n")):  # fmt: skip
        with served(plainly) as port:
            done = connect(tmp_path, f"127.0.0.1:{port}", "--margin", "off",
                           typed=f"USER mira\n:pass\n{CANARY}\n{last}")  # fmt: skip
        assert done.stdout == (
            "Trying 127.0.0.1...\nConnected to 127.0.0.1.\nEscape character is '^]'.\n+OK ready\n"
            f"+OK\n+OK\n{end}"
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_a_server_that_hangs_up_gives_status_1(tmp_path: Path) -> None:
    """Unasked, in the middle of a script."""
    with served(lambda peer: (peer.say(GREETING), peer.hear())) as port:
        done = connect(tmp_path, f"127.0.0.1:{port}", typed="NOOP\nNOOP\n")
    assert done.returncode == 1
    assert "Connection closed by foreign host." in done.stdout
    assert done.stderr == ""


def test_no_password_in_any_file_or_output(tmp_path: Path) -> None:
    """Typed openly or behind `:pass`, with the margin and the echo on."""
    for login in (f"PASS {CANARY}\n", f":pass\n{CANARY}\n"):
        with served(plainly) as port:
            done = connect(tmp_path, f"localhost:{port}", typed=f"USER mira\n{login}:wire\n:why\n")
        assert "PASS ****" in done.stdout
        assert CANARY not in done.stdout + done.stderr
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(CANARY.encode() in octets for octets in kept)


# At a terminal


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_pass_is_typed_unseen(tmp_path: Path, term: str) -> None:
    """The server gets it; the terminal, the history and the arrow keys do not."""
    heard: list[bytes] = []

    def talk(peer: Peer) -> None:
        peer.heard = heard
        plainly(peer)

    with served(talk) as port, terminal(tmp_path, f"localhost:{port}", term=term) as child:
        child.expect_exact("This server is real")
        child.expect_exact(" ready")
        child.send("USER mira\r")
        child.expect_exact("Noted, not believed")
        child.send(":pass\r")
        child.expect_exact("password (it is not shown): ")
        child.send(f"{CANARY}\r")
        child.expect_exact("PASS ****")
        child.expect_exact("open for you")
        child.send(":wire\r")
        child.expect_exact("stands for the octets of a secret")
        child.send("QUIT\r")
        child.expect(pexpect.EOF)
        child.wait()
        drawn = child.before or ""
    assert f"PASS {CANARY}".encode() in heard
    assert CANARY not in drawn
    assert child.exitstatus == 0
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(CANARY.encode() in octets for octets in kept)


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_ctrl_c_while_one_waits_gives_the_prompt_back(tmp_path: Path, term: str) -> None:
    """The reply that was awaited is shown when it comes, above what was half typed meanwhile."""
    go_on = threading.Event()

    def talk(peer: Peer) -> None:
        peer.say(GREETING)
        peer.hear()
        assert go_on.wait(LIMIT)
        peer.say(b"+OK at last\r\n")
        peer.hear()
        peer.say(b"+OK again\r\n")
        peer.hear()

    with served(talk) as port, terminal(tmp_path, f"localhost:{port}", term=term) as child:
        child.expect_exact(" ready")
        child.expect_exact("valid too")
        child.send("SLOW\r")
        child.expect_exact("aiting for the reply")
        child.sendintr()
        child.send("NO")
        go_on.set()
        child.expect_exact(" at last")
        child.send("OP\r")
        child.expect_exact(" again")
        child.send("\x04")
        child.expect_exact("Connection closed.")
        child.expect(pexpect.EOF)
        child.wait()
    assert child.exitstatus == 0


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_an_autologout_at_the_prompt(tmp_path: Path, term: str) -> None:
    """It is shown at once, while nothing is typed; the program ends with status 1."""
    seen = threading.Event()

    def talk(peer: Peer) -> None:
        peer.say(GREETING)
        assert seen.wait(LIMIT)
        peer.say(b"-ERR too long silent\r\n")

    with served(talk) as port, terminal(tmp_path, f"localhost:{port}", term=term) as child:
        child.expect_exact("valid too")
        child.send("half a li")
        child.expect_exact("half a li")
        seen.set()
        child.expect_exact(" too long silent")
        child.expect_exact("Connection closed by foreign host.")
        child.expect(pexpect.EOF)
        child.wait()
    assert child.exitstatus == 1


# Real servers


def session(state: Path, user: str, password: str, *target: object) -> str:
    """A whole session from a pipe: look around, read, remove the first message."""
    lines = (
        f"CAPA\nUSER {user}\n:pass\n{password}\nSTAT\nLIST\nRETR 1\nTOP 2 0\nUIDL\nDELE 1\nQUIT\n"
    )
    done = connect(state, *target, typed=lines)
    assert done.returncode == 0, done.stdout + done.stderr
    assert password not in done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Our own server, as another process."""
    state = tmp_path_factory.mktemp("serve")
    command = [
        sys.executable,
        "-m",
        "simulator",
        "serve",
        "--port",
        "0",
        "--tls-port",
        "0",
        "--json",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=variables(state)
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.close()


WAYS: list[Callable[[Any, Path], list[object]]] = [
    lambda port, _: [f"localhost:{port[0]}"],
    lambda port, ca: [f"localhost:{port[0]}", "--stls", "--ca", ca],
    lambda port, ca: [f"localhost:{port[1]}", "--tls", "--ca", ca],
    lambda port, _: [f"127.0.0.1:{port[1]}", "--tls", "--insecure"],
]


@pytest.mark.parametrize("way", WAYS, ids=["clear", "stls", "tls", "insecure"])
def test_at_our_own_server(tmp_path: Path, serve: dict[str, Any], way: Any) -> None:
    """A session with `port110 serve`, in every way in which it can be called."""
    ports = serve["port"], serve["tls_port"]
    drawn = session(tmp_path, "mira", "kettle42", *way(ports, serve["ca"]))
    assert "UPDATE" in drawn


@needs_dovecot
def test_at_dovecot(tmp_path: Path) -> None:
    """The same sessions with somebody else's server; each removes one message from the disk."""
    with dovecot(tmp_path) as server:
        ports = server.port, server.tls_port
        for removed, way in enumerate(WAYS[:3], 1):
            drawn = session(tmp_path, "mira", server.users["mira"], *way(ports, server.ca_file))
            assert "+OK Logged in." in drawn
            assert server.on_disk("mira") == 3 - removed
