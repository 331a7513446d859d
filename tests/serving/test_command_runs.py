"""`port110 serve` while it runs: signals, the log, the board, and who is still there at the end."""

from __future__ import annotations

import os
import poplib
import pty
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from serving.served import Served, reading

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs signals")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


def until(served: Served, count: int) -> None:
    """Ask until there are so many messages: a signal is heard in its own time."""
    assert any(served.count() == count for _ in range(500))


def test_sighup_puts_the_mail_back(state: Path) -> None:
    """What is deleted is gone from memory only."""
    with Served.start(state) as served:
        client = served.call()
        client.dele(2)
        client.quit()
        assert served.count() == 2
        served.process.send_signal(signal.SIGHUP)
        until(served, 3)
        assert served.end() == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_open_sessions_get_a_clean_end(state: Path, number: signal.Signals) -> None:
    """A session that is open sees the line closed, not reset; no mark is kept; the status is 0."""
    with Served.start(state) as served:
        client = served.call()
        client.dele(1)
        served.process.send_signal(number)
        assert client.file.readline() == b""
        client.close()
        out, err = served.process.communicate(timeout=10)
        assert (served.process.returncode, out, err) == (0, "", "")


def test_a_message_in_flight_arrives_whole(state: Path) -> None:
    """SIGTERM while ten megabytes are on their way: they arrive."""
    with Served.start(state, "--mailbox", "slow-line") as served:
        client = served.call("ilse", "lamproom")
        client._putcmd("RETR 2")
        served.process.send_signal(signal.SIGTERM)
        _, lines, octets = client._getlongresp()
        assert octets == 10873184
        assert len(lines) > 100_000
        client.close()
        assert served.process.wait(timeout=10) == 0


def test_a_terminal_that_is_gone_ends_it(state: Path) -> None:
    """Who closes the window has ended the server, too: SIGHUP comes, and no terminal is left."""
    ours, its = pty.openpty()
    with Served.start(
        state, stdin=its, stderr=its, start_new_session=True, preexec_fn=_take_terminal
    ) as served:
        os.close(its)
        assert served.count() == 3
        os.close(ours)
        assert served.process.wait(timeout=10) == 0


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


# The log


def test_the_log_in_a_file(state: Path, tmp_path: Path) -> None:
    """`--log FILE` is appended to, line by line, and holds no password."""
    log = tmp_path / "port110.log"
    for _ in range(2):
        with Served.start(state, "--log", str(log)) as served:
            served.count()
            with pytest.raises(poplib.error_proto):
                served.count("mira", "canary-bird")
            assert served.end() == (0, "", "")
    rows = [row.partition(" 127.0.0.1 ")[2] for row in log.read_text("utf-8").splitlines()]
    assert [row for row in rows if "called" not in row] == [
        "logged in as mira", "mira quit", "login refused, bad-credentials", "dropped the line",
    ] * 2  # fmt: skip
    assert "canary" not in log.read_text("utf-8")
    assert "kettle" not in log.read_text("utf-8")


def test_the_log_on_the_terminal(state: Path) -> None:
    """`--log -`: the same lines on standard output, as they come."""
    with Served.start(state, "--log", "-") as served:
        served.count()
        out = reading(served.process.stdout)
        rows = [out.readline() for _ in range(3)]
        assert [row.partition(" 127.0.0.1 ")[2].split()[0] for row in rows] == [
            "called",
            "logged",
            "mira",
        ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_costs_no_caller_its_line(state: Path) -> None:
    """It is said once that the log lacks lines, and mail goes on."""
    with Served.start(state, "--log", "/dev/full") as served:
        for _ in range(40):
            assert served.count() == 3
        assert served.end() == (
            0, "", "port110: the log or board lacks lines (No space left on device). Mail goes on.\n"
        )  # fmt: skip


def test_a_log_that_nobody_reads_any_more(state: Path) -> None:
    """`port110 serve --log - | head`: it ends with its reader, silently, as other verbs do."""
    with Served.start(state, "--log", "-") as served:
        reading(served.process.stdout).close()
        served.process.stdout = None
        with suppress(poplib.error_proto, OSError):
            served.count()
        _, err = served.process.communicate(timeout=10)
        assert (served.process.returncode in (1, 141), err) == (True, "")


# The board


@pytest.mark.parametrize(
    ("arguments", "note"),
    [
        (("--margin",), "The name is noted. PASS comes next. (RFC 1939 §7, §13)"),
        (
            ("--margin", "full"),
            "Noted, not believed: many servers say +OK to any name, so that a",
        ),
    ],
    ids=["brief", "full"],
)
def test_the_board(state: Path, arguments: tuple[str, ...], note: str) -> None:
    """What callers do is explained as they do it, briefly or fully; the password is not shown."""
    with Served.start(state, *arguments) as served:
        served.count()
        status, out, err = served.end()
        assert (status, err) == (0, "")
        rows = out.splitlines()
        assert rows[0] == "#1   127.0.0.1 calls"
        at = rows.index("#1   USER mira -> +OK")
        assert rows[at + 1] == f"  note: {note}"
        assert "#1   PASS **** -> +OK mira's maildrop has 3 messages (2206 octets)" in rows
        assert "kettle" not in out


def test_log_and_board_together(state: Path, tmp_path: Path) -> None:
    """Both are told."""
    log = tmp_path / "log"
    with Served.start(state, "--log", str(log), "--margin") as served:
        served.count()
        _, out, _ = served.end()
    assert "#1   QUIT -> +OK" in out
    assert log.read_text("utf-8").count("\n") == 3


def test_bounds_from_the_command_line(state: Path) -> None:
    """`--max-per-address` and `--max-connections` turn away who is too many."""
    for bound in ("--max-per-address", "--max-connections"):
        with Served.start(state, bound, "1") as served:
            first = served.call()
            with pytest.raises(poplib.error_proto, match="SYS/TEMP"):
                served.reach()
            first.quit()
