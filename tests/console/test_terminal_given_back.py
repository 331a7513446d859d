"""Whatever ends a sitting, the terminal is given back as it was, with the status that says why."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

SIT = ("-m", "simulator", "practise")


@contextmanager
def sitting(folder: Path, *args: str, **env: str) -> Iterator[pexpect.spawn]:
    """A person at a terminal of 80 columns."""
    wanted = {**os.environ, "TERM": "xterm-256color", "PORT110_STATE": str(folder), **env}
    child = pexpect.spawn(
        sys.executable, [*SIT, *args], env=wanted, dimensions=(24, 80), encoding="utf-8", timeout=30
    )
    try:
        yield child
    finally:
        child.close(force=True)


def modes(child: pexpect.spawn) -> tuple[int, int]:
    """What a shell would trip over: CR to NL, echo, whole lines, keys that are signals."""
    now = termios.tcgetattr(child.child_fd)
    return now[0] & termios.ICRNL, now[3] & (termios.ECHO | termios.ICANON | termios.ISIG)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("called", [False, True], ids=["shell", "call"])
@pytest.mark.parametrize("plain", [False, True], ids=["keys", "plain"])
def test_a_signal_from_outside(
    tmp_path: Path, number: signal.Signals, *, called: bool, plain: bool
) -> None:
    """128 and its number, at the shell and in a call, at a prompt with keys and at a plain one."""
    with sitting(tmp_path, **({"NO_COLOR": "1"} if plain else {})) as child:
        before = modes(child)
        child.expect_exact("$ ")
        if called:
            child.send("telnet mail.example.test 110\r")
            child.expect_exact("Post office ready")
            child.expect("AUTHORIZATION")
        child.kill(number)
        child.expect(pexpect.EOF)
        assert modes(child) == before
        child.close()
        assert (child.exitstatus, child.signalstatus) == (128 + number, None)


def test_leaving_by_the_keyboard(tmp_path: Path) -> None:
    """Ctrl-C stays, Ctrl-D leaves with 0."""
    with sitting(tmp_path) as child:
        before = modes(child)
        child.expect_exact("$ ")
        child.send("hos\x03")
        child.send("hosts\r")
        child.expect_exact("mail.example.test")
        child.send("\x04")
        child.expect(pexpect.EOF)
        assert modes(child) == before
        child.close()
        assert child.exitstatus == 0


def test_two_hundred_sizes(tmp_path: Path) -> None:
    """A terminal that is dragged about, down to a corner of one, is drawn on to the end."""
    with sitting(tmp_path) as child:
        child.expect_exact("$ ")
        child.send("telnet mail.example.test 110\r")
        child.expect_exact("Post office ready")
        for step in range(200):
            child.setwinsize(2 + step * 7 % 50, 1 + step * 13 % 200)
            if step % 20 == 0:
                child.send("CAPA\r")
        child.setwinsize(24, 80)
        child.send("QUIT\r")
        child.expect_exact("Connection closed by foreign host.")
        child.send("\x04")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0


def test_a_reader_who_leaves(tmp_path: Path) -> None:
    """`port110 practise < script | head -1` ends with 141 and says nothing on standard error."""
    script = "telnet mail.example.test 110\nUSER mira\nPASS kettle42\n" + "LIST\n" * 20_000
    with subprocess.Popen(
        [sys.executable, *SIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PORT110_STATE": str(tmp_path)}, text=True,
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        try:
            child.stdin.write(script)
            child.stdin.close()
        except BrokenPipeError:  # it has left before it had read all
            pass
        assert child.stderr.read() == ""
        assert child.wait(30) == 141
