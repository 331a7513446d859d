"""What is remembered between sittings: lessons and steps passed, where one stopped, settings.

One SQLite file. It is safe against a kill at any moment and against two programs at once (WAL, a
busy timeout, one statement or one transaction a change). A file that is no database, or a damaged
one, is set aside under another name and a new one begun; it is never overwritten. If no file can be
kept at all, progress lives in memory and `trouble` says why. No secret is ever written here.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["Progress"]

#: Seconds that one program waits for another to finish writing.
_PATIENCE = 5.0
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

_SCHEMA = """
CREATE TABLE IF NOT EXISTS lesson (id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS step (
    lesson TEXT, id TEXT, assisted INTEGER, PRIMARY KEY (lesson, id)) STRICT;
CREATE TABLE IF NOT EXISTS place (
    rank INTEGER PRIMARY KEY AUTOINCREMENT, lesson TEXT UNIQUE, position INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS misconception (name TEXT PRIMARY KEY, seen INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value TEXT) STRICT;
CREATE TABLE IF NOT EXISTS removed (
    host TEXT, user TEXT, unique_id TEXT, PRIMARY KEY (host, user, unique_id)) STRICT;
"""


class Progress:
    """The progress file at `path`, opened. Its folder is made when missing. Never raises."""

    def __init__(self, path: Path) -> None:
        self.path = path
        #: Why nothing is kept, or where a damaged file was put; "" if all is well.
        self.trouble = ""
        self._connection = self._opened()

    def close(self) -> None:
        """Close the file. Done by itself when nobody holds the progress any more."""
        self._connection.close()

    def __del__(self) -> None:
        connection: sqlite3.Connection | None = getattr(self, "_connection", None)
        if connection is not None:
            connection.close()

    # Lessons and steps

    def at(
        self, lesson: str, position: int, done: Iterable[str] = (), assisted: Iterable[str] = ()
    ) -> None:
        """The learner stands at this position of a lesson's steps, with these tasks passed.

        `assisted`: those of them whose solution was shown. One passed unaided stays so.
        """
        helped = set(assisted)
        with self._changing() as change:
            change.execute("INSERT OR REPLACE INTO place (lesson, position) VALUES (?, ?)",
                           (lesson, position))  # fmt: skip
            change.executemany(
                "INSERT INTO step VALUES (?, ?, ?) ON CONFLICT (lesson, id)"
                " DO UPDATE SET assisted = min(assisted, excluded.assisted)",
                [(lesson, step, int(step in helped)) for step in done],
            )

    def passed(self, lesson: str) -> None:
        """The lesson was played to its end; it is not resumed any more."""
        with self._changing() as change:
            change.execute("INSERT OR IGNORE INTO lesson VALUES (?)", (lesson,))
            change.execute("DELETE FROM place WHERE lesson = ?", (lesson,))

    def ticks(self) -> Mapping[str, int]:
        """The lessons passed, each with the number of its tasks that were passed."""
        asked = (
            "SELECT lesson.id, count(step.id) FROM lesson"
            " LEFT JOIN step ON step.lesson = lesson.id GROUP BY lesson.id"
        )
        return dict(self._rows(asked))

    def done(self, lesson: str) -> frozenset[str]:
        """Ids of the tasks of a lesson that were passed, whether or not it was ended."""
        asked = "SELECT id FROM step WHERE lesson = ?"
        return frozenset(row[0] for row in self._rows(asked, lesson))

    def assisted(self, lesson: str) -> frozenset[str]:
        """Ids of those that were passed only with the solution shown."""
        asked = "SELECT id FROM step WHERE lesson = ? AND assisted"
        return frozenset(row[0] for row in self._rows(asked, lesson))

    def resume(self) -> str | None:
        """The lesson that was left last before its end, or None."""
        rows = self._rows("SELECT lesson FROM place ORDER BY rank DESC LIMIT 1")
        return str(rows[0][0]) if rows else None

    def position(self, lesson: str) -> int:
        """The position of the step where a lesson was left; 0 where it was not."""
        rows = self._rows("SELECT position FROM place WHERE lesson = ?", lesson)
        return int(rows[0][0]) if rows else 0

    # Misconceptions and settings

    def believed(self, misconception: str) -> None:
        """A misconception was met once more."""
        with self._changing() as change:
            change.execute(
                "INSERT INTO misconception VALUES (?, 1)"
                " ON CONFLICT (name) DO UPDATE SET seen = seen + 1",
                (misconception,),
            )

    def misconceptions(self) -> Mapping[str, int]:
        """Misconception -> how often it was met, the most frequent first."""
        return dict(self._rows("SELECT name, seen FROM misconception ORDER BY seen DESC, name"))

    def setting(self, key: str) -> str | None:
        """A setting, or None where it was never set."""
        rows = self._rows("SELECT value FROM setting WHERE key = ?", key)
        return str(rows[0][0]) if rows else None

    def set_setting(self, key: str, value: str) -> None:
        """Keep a setting."""
        with self._changing() as change:
            change.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (key, value))

    # Mail removed while practising

    def set_removed(self, host: str, user: str, unique_ids: Iterable[str]) -> None:
        """These messages, and what is known already, are removed from a practice maildrop."""
        with self._changing() as change:
            change.executemany(
                "INSERT OR IGNORE INTO removed VALUES (?, ?, ?)",
                [(host, user, unique_id) for unique_id in unique_ids],
            )

    def removed(self, host: str) -> Mapping[str, tuple[str, ...]]:
        """User -> unique-ids of what was removed at that host, in order."""
        found: dict[str, tuple[str, ...]] = {}
        asked = "SELECT user, unique_id FROM removed WHERE host = ? ORDER BY rowid"
        for user, unique_id in self._rows(asked, host):
            found[user] = (*found.get(user, ()), unique_id)
        return found

    def clear_removed(self) -> None:
        """All practice mail is back."""
        with self._changing() as change:
            change.execute("DELETE FROM removed")

    def reset(self, lesson: str | None = None) -> None:
        """Forget one lesson; or all lessons, misconceptions and removed mail. Settings stay."""
        with self._changing() as change:
            if lesson is None:
                for table in ("lesson", "step", "place", "misconception", "removed"):
                    change.execute(f"DELETE FROM {table}")  # noqa: S608 - the names stand here
                return
            change.execute("DELETE FROM lesson WHERE id = ?", (lesson,))
            change.execute("DELETE FROM step WHERE lesson = ?", (lesson,))
            change.execute("DELETE FROM place WHERE lesson = ?", (lesson,))

    # The file

    def _opened(self) -> sqlite3.Connection:
        for _ in range(2):
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                return _connected(str(self.path))
            except sqlite3.DatabaseError as problem:
                if getattr(problem, "sqlite_errorcode", 0) & 0xFF not in _BROKEN:
                    self.trouble = f"progress is not kept: {self.path}: {problem}"
                    break
                self._set_aside()
            except OSError as problem:
                self.trouble = f"progress is not kept: {self.path}: {problem.strerror}"
                break
        return _connected(":memory:")

    def _set_aside(self) -> None:
        """Give the damaged file, and what SQLite keeps beside it, a name nothing else has."""
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        for end in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self.path}{end}").rename(f"{aside}{end}")
        self.trouble = f"the progress file was damaged; it is kept as {aside.name}"

    def _rows(self, asked: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(asked, values).fetchall()
        except sqlite3.DatabaseError as problem:
            self._failed(problem)
            return []

    @contextlib.contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or none."""
        try:
            with self._connection:
                yield self._connection
        except sqlite3.DatabaseError as problem:
            self._failed(problem)

    def _failed(self, problem: sqlite3.Error) -> None:
        """A full disk or a file that went bad must not end a lesson; it is said, once."""
        self.trouble = self.trouble or f"progress could not be kept: {self.path}: {problem}"


def _connected(name: str) -> sqlite3.Connection:
    """A connection with the tables in it. Raises sqlite3.DatabaseError."""
    connection = sqlite3.connect(name, timeout=_PATIENCE)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _look_over(connection)
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
    except BaseException:
        connection.close()
        raise
    return connection


def _look_over(connection: sqlite3.Connection) -> None:
    """Raise what SQLite raises for a damaged file, also for damage it only reports."""
    if connection.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        problem = sqlite3.DatabaseError("the file is damaged")
        problem.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise problem
