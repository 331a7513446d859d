"""The course and the network, put together from the folders: the joints between the rooms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from .places import Places

if TYPE_CHECKING:
    from simulator.console.rivals import Rivals
    from simulator.hosts import Host, Network, Stage
    from simulator.link import Authority
    from simulator.mailroom import Accounts, Mailbox
    from simulator.teaching import Annotator, Lesson

__all__ = [
    "Course",
    "annotator",
    "authority_of",
    "course_pages",
    "did_you_mean",
    "find_lesson",
    "known",
    "lesson_names",
    "load_directory",
    "practice_network",
    "rivals",
    "sample_mailboxes",
    "stage_for",
]

Opened: TypeAlias = "Callable[[Host, Accounts], None]"


def course_pages(places: Places) -> list[Path]:
    """The lessons' pages in the order of the course: by file name."""
    return sorted(places.lessons.glob("[0-9]*.yaml"))


def lesson_names(places: Places) -> list[str]:
    """The lessons' names in order, from the file names alone: `02-first-login.yaml`."""
    return [page.stem.partition("-")[2] for page in course_pages(places)]


class Course:
    """The lessons, each read when it is asked for."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.pages = course_pages(places)
        self._lessons: dict[str, Lesson] = {}
        self.names = lesson_names(places)

    def __len__(self) -> int:
        return len(self.pages)

    def lesson(self, name: str) -> Lesson:
        """The lesson of that name. Raises pages.PageError where its page is wrong."""
        if name not in self._lessons:
            from simulator.teaching import load_lesson

            page = self.pages[self.names.index(name)]
            self._lessons[name] = load_lesson(page, cache=self._places.cache)
        return self._lessons[name]

    def number(self, name: str) -> int:
        """Its place in the course, from 1."""
        return self.names.index(name) + 1


def find_lesson(course: Course, wanted: str) -> str:
    """The name that a number or a name means. Raises UsageError with the nearest name."""
    if wanted.isdigit() and 1 <= int(wanted) <= len(course):
        return course.names[int(wanted) - 1]
    if wanted in course.names:
        return wanted
    meant = did_you_mean(wanted, course.names)
    raise click.UsageError(
        f"There is no lesson {wanted!r}.{meant} `port110 lessons` lists all {len(course)}."
    )


def known(kind: str, wanted: str, names: list[str]) -> str:
    """`wanted`, where it is one of the names. Raises UsageError with the nearest, and with all."""
    if wanted in names:
        return wanted
    meant, every = did_you_mean(wanted, names), ", ".join(names)
    raise click.UsageError(f"There is no {kind} {wanted!r}.{meant} There are: {every}.")


def did_you_mean(wanted: str, names: list[str]) -> str:
    """A question with the nearest of the names, a blank before it; "" where none is near."""
    import difflib

    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.4)
    return f" Did you mean {near[0]!r}?" if near else ""


def load_directory(places: Places) -> tuple[Host, ...]:
    """The hosts one can dial."""
    from simulator.hosts import load_hosts

    return load_hosts(cache=places.cache)


def _mailboxes(places: Places) -> Callable[[str], Mailbox]:
    from simulator.mailroom import load_mailbox

    @cache
    def mailbox(name: str) -> Mailbox:
        return load_mailbox(places.mailboxes / name, cache=places.cache)

    return mailbox


def sample_mailboxes(places: Places, names: Iterable[str]) -> Iterator[Mailbox]:
    """The sample maildrops of these names. Raises UsageError with the nearest name."""
    load = _mailboxes(places)
    there = sorted(page.parent.name for page in places.mailboxes.glob("*/mailbox.yaml"))
    for name in names:
        yield load(known("sample maildrop", name, there))


def practice_network(places: Places, opened: Opened | None = None) -> Network:
    """All hosts with their sample mail."""
    from simulator.hosts import Network

    return Network(
        load_directory(places), _mailboxes(places), opened=opened, authority=authority_of(places)
    )


def stage_for(places: Places) -> Callable[[Lesson], Stage]:
    """Makes a fresh stage for a lesson: all hosts, with the lesson's own maildrop if it has one."""
    directory, mailbox, authority = cache(load_directory), cache(_mailboxes), authority_of(places)

    def stage(lesson: Lesson) -> Stage:
        from simulator.hosts import Network, Stage

        own = lesson.mailbox()
        instead = {lesson.setup.dial: own} if own is not None else {}
        network = Network(
            directory(places), mailbox(places), instead=instead, authority=authority
        )  # fmt: skip
        return Stage(network)

    return stage


def authority_of(places: Places) -> Callable[[], Authority]:
    """The practice certificate authority of this user, made when TLS is first wanted."""

    @cache
    def authority() -> Authority:
        from simulator.link import Authority

        return Authority(places.certificates)

    return authority


def annotator(places: Places) -> Annotator:
    """The margin's voice."""
    from simulator.teaching import Annotator, load_margin

    return Annotator(load_margin(places.lessons / "margin", cache=places.cache))


def rivals(places: Places) -> Callable[[], Rivals]:
    """Gives the servers that can be compared, read when they are first asked for."""

    @cache
    def found() -> Rivals:
        from simulator.console.rivals import load_rivals

        return load_rivals(places.cache)

    return found
