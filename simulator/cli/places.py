"""Where things lie: the course and the sample mail, and what a user keeps.

In a checkout the course is the folder at its top; a wheel carries a copy inside the package. The
checkout comes first, since an editable install may hold both and the copy would be stale.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Places", "find_places"]


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of this installation and this user."""

    lessons: Path
    mailboxes: Path
    state: Path  #: progress, history, compiled pages; made when first written to

    @property
    def cache(self) -> Path:
        """Compiled pages. Safe to delete."""
        return self.state / "compiled"

    @property
    def certificates(self) -> Path:
        """The practice certificate authority and what it has issued."""
        return self.state / "certificates"

    @property
    def progress(self) -> Path:
        """The progress file."""
        return self.state / "progress.sqlite3"

    @property
    def history(self) -> Path:
        """What was typed at the prompts, without secrets."""
        return self.state / "history"


def find_places() -> Places:
    """The folders, by where this package lies and by PORT110_STATE."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent
    data = checkout if (checkout / "pyproject.toml").is_file() else package / "_data"
    return Places(data / "lessons", data / "mailboxes", _state_folder())


def _state_folder() -> Path:
    own = os.environ.get("PORT110_STATE")
    if own:
        return Path(own).expanduser()
    from platformdirs import user_state_path

    return user_state_path("port110", appauthor=False)
