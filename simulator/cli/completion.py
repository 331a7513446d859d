"""What a shell completes behind a verb: names of lessons and of hosts."""

from __future__ import annotations

__all__ = ["beginning", "host_names", "lesson_names"]


def beginning(names: list[str], typed: str) -> list[str]:
    """The names that begin so."""
    return [name for name in names if name.startswith(typed)]


def lesson_names() -> list[str]:
    """The names of the lessons, in order."""
    from .course import lesson_names as names
    from .places import find_places

    return names(find_places())


def host_names() -> list[str]:
    """The names of the hosts."""
    from .course import load_directory
    from .places import find_places

    return [host.name for host in load_directory(find_places())]
