"""The command line: what each verb prints, and with which status it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

import simulator
from simulator.cli.course import Course
from simulator.cli.places import find_places

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def port110(
    state: Path, *arguments: str, typed: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the program with its own state folder, and what is typed from a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        input=typed, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60,
        env={**os.environ, "PORT110_STATE": str(state), **variables},
    )  # fmt: skip


def solved(name: str) -> str:
    """Lines that pass a lesson: the tutor's own, by `:skip` at each step."""
    tasks = len(list(Course(find_places()).lesson(name).tasks()))
    return ":skip\n" * tasks


def test_version_and_help_are_one_screen(state: Path) -> None:
    """`--version` names the version; `--help` is short and names the exit codes."""
    assert port110(state, "--version").stdout == f"port110, version {simulator.__version__}\n"
    help_ = port110(state, "--help")
    assert help_.returncode == 0
    assert "130 interrupted" in help_.stdout
    assert help_.stdout.count("\n") <= 36
    assert not state.exists()


def test_unknown_names_get_a_suggestion_and_status_2(state: Path) -> None:
    """A verb, a lesson, a host and a page that are not there: usage, and what was meant."""
    for arguments, meant in [
        (["lern"], "learn"),
        (["learn", "fist-login"], "first-login"),
        (["practise", "--host", "mail.exmaple.test"], "mail.example.test"),
        (["check", "lessons/nothing.yaml"], "no such file"),
        (["hosts", "dovcot"], "dovecot.example.test"),
    ]:
        done = port110(state, *arguments)
        assert done.returncode == 2
        assert meant in done.stderr
        assert "Traceback" not in done.stderr


def test_lessons_and_hosts_speak_json(state: Path) -> None:
    """For programs: the course with what is done, and the directory."""
    lessons = json.loads(port110(state, "lessons", "--json").stdout)
    assert [lesson["id"] for lesson in lessons][:2] == ["dialing", "first-login"]
    assert not any(lesson["passed"] for lesson in lessons)
    hosts = json.loads(port110(state, "hosts", "--json").stdout)
    assert {"name", "canonical", "address", "ports", "shows"} <= set(hosts[0])
    assert hosts[0]["server"] is None
    (courier,) = json.loads(port110(state, "hosts", "courier", "--json").stdout)
    assert courier["server"]["name"].startswith("Courier")
    assert courier["server"]["sources"]


def test_a_lesson_from_a_pipe_is_passed_or_not(state: Path) -> None:
    """All steps done: status 0 and a tick. Left in the middle: status 3, and it goes on there."""
    left = port110(state, "learn", "dele-rset-quit", typed=":skip\n")
    assert left.returncode == 3
    again = port110(state, "learn", typed="")
    assert "You go on where you left" in again.stdout
    done = port110(state, "learn", "dele-rset-quit", typed=solved("dele-rset-quit"))
    assert done.returncode == 0
    assert done.stderr == ""
    ticks = json.loads(port110(state, "lessons", "--json").stdout)
    assert [lesson["id"] for lesson in ticks if lesson["passed"]] == ["dele-rset-quit"]


@pytest.mark.parametrize("name", Course(find_places()).names)
def test_every_lesson_can_be_played_to_its_end(state: Path, name: str) -> None:
    """From a pipe, by the tutor's own hand: status 0, no value left open, no traceback."""
    done = port110(state, "learn", name, typed=solved(name))
    assert done.returncode == 0
    assert done.stderr == ""
    assert "${" not in done.stdout


def test_behind_the_last_lesson_stands_what_is_left(state: Path) -> None:
    """At a terminal the end of the course says so, how many lessons are left, and where to go on."""
    names = Course(find_places()).names
    wanted = {**os.environ, "PORT110_STATE": str(state), "TERM": "dumb"}
    child = pexpect.spawn(
        sys.executable, ["-m", "simulator", "learn", names[-1]], env=wanted, dimensions=(400, 80),
        encoding="utf-8", timeout=30, cwd=str(ROOT),
    )  # fmt: skip
    try:
        for line in solved(names[-1]).splitlines():
            child.send(f"{line}\r")
        child.expect_exact("That was the last lesson.")
        child.expect_exact(f"{len(names) - 1} lessons are left")
        child.expect_exact("port110 practise")
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)


def test_reset_forgets_a_lesson_or_all(state: Path) -> None:
    """`reset LESSON` takes its tick away, `reset` all ticks."""
    port110(state, "learn", "retr", typed=solved("retr"))
    assert "as new" in port110(state, "reset", "retr").stdout
    ticks = json.loads(port110(state, "lessons", "--json").stdout)
    assert not any(lesson["passed"] for lesson in ticks)
    assert port110(state, "reset").returncode == 0


def test_check_is_clean_and_a_broken_lesson_is_not(state: Path, tmp_path: Path) -> None:
    """The course is proved; a finding has file, line and column, in three forms, and status 1."""
    assert port110(state, "check").stdout == ""
    page = tmp_path / "03-odd.yaml"
    whole = next((ROOT / "lessons").glob("03-*.yaml")).read_text(encoding="utf-8")
    page.write_text(whole.replace("teaches:", "teeches:", 1), encoding="utf-8")
    text = port110(state, "check", str(page))
    assert text.returncode == 1
    assert f"{page}:" in text.stdout
    assert "did you mean" in text.stdout.lower()
    rows = json.loads(port110(state, "check", "--format", "json", str(page)).stdout)
    assert {"file", "line", "column", "path", "message"} == set(rows[0])
    github = port110(state, "check", "--format", "github", str(page)).stdout
    assert github.startswith(f"::error file={page},line=")


def test_practise_keeps_deletions_for_a_person_and_not_for_a_pipe(state: Path) -> None:
    """A script from a pipe is the same each time: nothing is kept."""
    script = "telnet mail.example.test 110\nUSER mira\nPASS kettle42\nDELE 1\nQUIT\n"
    first = port110(state, "practise", "--margin", "off", typed=script).stdout
    second = port110(state, "practise", "--margin", "off", typed=script).stdout
    assert first == second


def test_no_secret_is_kept_anywhere(state: Path) -> None:
    """A canary behind PASS, APOP and in an answer leaves no trace under the state folder."""
    script = (
        "telnet mail.example.test 110\nUSER mira\nPASS canary-7\nAPOP mira canary-7\n"
        "pass canary-7\nQUIT\n"
    )
    port110(state, "practise", typed=script)
    port110(state, "learn", "first-login", typed=script)
    found = [path for path in state.rglob("*") if path.is_file()]
    assert found
    assert not [path for path in found if b"canary-7" in path.read_bytes()]


def test_color_and_plain_are_as_wished(state: Path) -> None:
    """A pipe gets no escape sequence; `--color` asks for them; NO_COLOR and --plain win over a tty."""
    assert "\x1b" not in port110(state, "hosts").stdout
    assert "\x1b[" in port110(state, "--color", "hosts").stdout
    assert "\x1b" not in port110(state, "--plain", "--color", "hosts").stdout


def test_a_state_folder_that_cannot_be_written_is_no_disaster(tmp_path: Path) -> None:
    """A file stands where the folder should be: the lesson goes on, and says that nothing is kept."""
    blocked = tmp_path / "blocked"
    blocked.write_text("in the way", encoding="utf-8")
    done = port110(blocked, "learn", "dialing", typed=":goal\n")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr + done.stdout
    assert "progress is not kept" in done.stdout


def test_a_reader_that_leaves_is_no_error(state: Path) -> None:
    """`port110 learn | head -1` ends quietly."""
    command = f'"{sys.executable}" -m simulator learn 1 | head -1'
    done = subprocess.run(
        ["/bin/sh", "-c", command], input=":skip\n" * 40, capture_output=True, text=True, cwd=ROOT,
        check=False, timeout=60, env={**os.environ, "PORT110_STATE": str(state)},
    )  # fmt: skip
    assert "Traceback" not in done.stderr
