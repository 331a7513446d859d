"""What was typed, kept for the arrow keys; never a secret.

PASS, APOP and AUTH lines are not kept, not in memory and not in the file, in whatever case and with
whatever stands before them; nor is a `:digest` with what stands behind it, shortened or misspelt.
Answers to a lesson's questions are not kept either: `keeping`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from prompt_toolkit.history import History

from simulator.pop3.discretion import secret_in

from .visible import visible

__all__ = ["LineHistory"]

#: Lines that are kept; the file may grow to twice as many before it is cut.
LONGEST = 1000
#: No longer line is worth keeping, and no file is worth reading beyond LONGEST times as much.
LONGEST_LINE = 500

#: Not even AUTH and its mechanism alone, nor `digest` without its colon.
_SECRET = re.compile(r"[^A-Za-z]*(?:PASS|APOP|AUTH|DIGEST)(?![A-Za-z])", re.IGNORECASE)
#: `:d mira kettle42` is `:digest` too, `:p kettle42` a `:pass`, and no other command of the tutor's
#: but `:meanwhile` takes two words.
_DIGEST = re.compile(r"\s*:\s*(?:[dp]\S*\s+\S|(?!mea)\S+\s+\S+\s+\S)", re.IGNORECASE)


class LineHistory(History):
    """Lines of one learner. `path`: a file to keep them in; None: in memory only."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self.keeping = True
        self._path = path

    def append_string(self, string: str) -> None:
        """Keep a line, unless it may hold a secret, or is blank, or `keeping` is off."""
        if self.keeping and _worth_keeping(string):
            super().append_string(string)

    def load_history_strings(self) -> Iterable[str]:
        """The lines of the file, the newest first. A file that cannot be read is no history."""
        if self._path is None:
            return
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, self._path.stat().st_size - LONGEST * LONGEST_LINE))
                octets = file.read(LONGEST * LONGEST_LINE)
        except OSError:
            return
        lines = [line for line in octets.decode("utf-8", "replace").split("\n") if line]
        if len(lines) > 2 * LONGEST:
            self._rewrite(lines[-LONGEST:])
        for line in reversed(lines[-LONGEST:]):
            if _worth_keeping(line):
                yield visible(line)

    def store_string(self, string: str) -> None:
        """Append to the file, readable by its owner alone. What cannot be written is not kept."""
        if self._path is None:
            return
        line = f"{visible(string)}\n".encode()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError:
            return

    def _rewrite(self, lines: list[str]) -> None:
        assert self._path is not None
        beside = self._path.with_name(f"{self._path.name}.new")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write("".join(f"{line}\n" for line in lines).encode())
            beside.replace(self._path)
        except OSError:
            return


def _worth_keeping(line: str) -> bool:
    if not line.strip() or len(line) > LONGEST_LINE:
        return False
    return not secret_in(line) and _SECRET.match(line) is None and _DIGEST.match(line) is None
