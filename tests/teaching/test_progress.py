"""What is remembered between sittings, and that it survives what happens to files."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.teaching import Progress


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "progress.sqlite3"


def test_what_was_done_is_there_the_next_time(path: Path) -> None:
    """Tasks, assistance, the place, beliefs, settings and removed mail outlive the program."""
    progress = Progress(path)
    progress.at("retr", 3, ["look", "read"], ["read"])
    progress.believed("retr-deletes")
    progress.believed("retr-deletes")
    progress.set_setting("margin", "brief")
    progress.set_removed("mail.example.test", "mira", ["uid-2", "uid-1"])
    progress.close()
    again = Progress(path)
    assert again.done("retr") == {"look", "read"}
    assert again.assisted("retr") == {"read"}
    assert (again.resume(), again.position("retr")) == ("retr", 3)
    assert again.misconceptions() == {"retr-deletes": 2}
    assert again.setting("margin") == "brief"
    assert again.removed("mail.example.test") == {"mira": ("uid-2", "uid-1")}
    assert again.trouble == ""


def test_nothing_is_known_at_first(path: Path) -> None:
    """A new file answers every question with nothing."""
    progress = Progress(path)
    assert progress.ticks() == {}
    assert progress.resume() is None
    assert progress.position("retr") == 0
    assert progress.setting("margin") is None
    assert progress.removed("mail.example.test") == {}


def test_a_passed_lesson_has_its_ticks_and_is_not_resumed(path: Path) -> None:
    """The lesson left before is resumed then."""
    progress = Progress(path)
    progress.at("list", 1, ["a"])
    progress.at("retr", 2, ["a", "b"])
    assert progress.resume() == "retr"
    progress.passed("retr")
    assert progress.ticks() == {"retr": 2}
    assert progress.resume() == "list"
    assert progress.position("retr") == 0


def test_a_task_once_passed_unaided_stays_so(path: Path) -> None:
    """And one that was shown becomes unaided when it is passed without."""
    progress = Progress(path)
    progress.at("retr", 2, ["a", "b"], ["a"])
    progress.at("retr", 2, ["a", "b"], ["b"])
    assert progress.assisted("retr") == frozenset()


def test_reset_forgets_a_lesson_or_all_but_the_settings(path: Path) -> None:
    """Without a lesson also the practice mail comes back."""
    progress = Progress(path)
    for name in ("list", "retr"):
        progress.at(name, 1, ["a"])
        progress.passed(name)
    progress.reset("list")
    assert progress.ticks() == {"retr": 1}
    progress.set_setting("margin", "off")
    progress.set_removed("mail.example.test", "mira", ["uid-1"])
    progress.reset()
    assert progress.ticks() == {}
    assert progress.removed("mail.example.test") == {}
    assert progress.setting("margin") == "off"


def test_removed_mail_can_come_back_alone(path: Path) -> None:
    """`clear_removed` leaves lessons alone."""
    progress = Progress(path)
    progress.passed("retr")
    progress.set_removed("mail.example.test", "mira", ["uid-1"])
    progress.clear_removed()
    assert progress.removed("mail.example.test") == {}
    assert progress.ticks() == {"retr": 0}


@pytest.mark.parametrize("damage", [b"not a database at all, but a letter" * 100, b"\x00" * 5000])
def test_a_broken_file_is_set_aside_and_not_overwritten(path: Path, damage: bytes) -> None:
    """It is kept under another name, a new one is begun, and the learner can be told."""
    path.parent.mkdir()
    for number in (1, 2):
        path.write_bytes(damage)
        progress = Progress(path)
        progress.passed("retr")
        aside = path.with_name(f"{path.name}.damaged-{number}")
        assert aside.read_bytes() == damage
        assert aside.name in progress.trouble
        progress.close()
        assert Progress(path).ticks() == {"retr": 0}


def test_a_file_damaged_in_the_middle_is_set_aside(path: Path) -> None:
    """Damage that SQLite only reports is damage too."""
    progress = Progress(path)
    progress.set_removed("mail.example.test", "mira", [f"uid-{n}" for n in range(2000)])
    progress.close()
    octets = bytearray(path.read_bytes())
    octets[4096 * 3 : 4096 * 5] = b"\xaa" * 8192
    path.write_bytes(octets)
    again = Progress(path)
    assert "damaged-1" in again.trouble
    assert path.with_name(f"{path.name}.damaged-1").read_bytes() == octets
    assert again.removed("mail.example.test") == {}


def test_two_programs_write_to_one_file(path: Path) -> None:
    """Neither loses what it wrote, nor overwrites what the other did."""
    one, other = Progress(path), Progress(path)
    for number in range(50):
        one.believed("a")
        other.at("retr", number, [f"step-{number}"])
    assert other.misconceptions() == {"a": 50}
    assert len(one.done("retr")) == 50
    assert (one.trouble, other.trouble) == ("", "")


_WRITER = """
import sys
from pathlib import Path
from simulator.teaching.progress import Progress
progress = Progress(Path(sys.argv[1]))
number = 0
while True:
    progress.at("retr", number, [f"step-{number}-a", f"step-{number}-b"])
    number += 1
    if number == 20:
        print("going", flush=True)
"""


def test_a_kill_loses_nothing_that_was_written(path: Path) -> None:
    """Killed in the middle of writing, the file is whole: position and tasks go together."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as writer:  # fmt: skip
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"going\n"
        writer.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    progress = Progress(path)
    assert progress.trouble == ""
    position = progress.position("retr")
    assert position >= 19
    assert progress.done("retr") == {f"step-{n}-{x}" for n in range(position + 1) for x in "ab"}


def test_where_no_file_can_be_kept_the_lesson_goes_on(tmp_path: Path) -> None:
    """Progress is in memory then, and `trouble` says so."""
    (tmp_path / "state").write_text("a file where the folder should be", encoding="utf-8")
    progress = Progress(tmp_path / "state" / "progress.sqlite3")
    progress.passed("retr")
    assert progress.ticks() == {"retr": 0}
    assert progress.trouble.startswith("progress is not kept: ")


def test_a_write_that_fails_is_said_and_not_raised(path: Path) -> None:
    """A file held by another program for too long must not end a lesson."""
    progress = Progress(path)
    progress._connection.execute("PRAGMA busy_timeout = 0")
    with sqlite3.connect(path) as other:
        other.execute("BEGIN EXCLUSIVE")
        progress.passed("retr")
        other.rollback()
    other.close()
    assert "locked" in progress.trouble


def test_no_secret_is_in_the_file(path: Path) -> None:
    """There is no place for one: the tables hold ids, counts and unique-ids."""
    Progress(path).close()
    connection = sqlite3.connect(path)
    tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql NOTNULL").fetchall()
    connection.close()
    assert "pass" not in " ".join(sql.lower() for _, sql in tables)
