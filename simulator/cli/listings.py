"""`port110 lessons`, `hosts` and `reset`: what there is, and what was done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import click

from simulator.console import views
from simulator.console.directory import find, shown
from simulator.teaching.progress import Progress

from .course import Course, did_you_mean, find_lesson, load_directory
from .places import find_places
from .terminal import open_screen

if TYPE_CHECKING:
    from simulator.pop3 import Personality

    from .main import Wishes

__all__ = ["course_lines", "hosts", "lessons", "reset"]


def lessons(wishes: Wishes, *, as_json: bool) -> None:
    """The course with ticks."""
    places = find_places()
    course, progress = Course(places), Progress(places.progress)
    if as_json:
        rows = [
            {"number": line.number, "id": line.name, "title": line.title, "minutes": line.minutes,
             "tasks": line.total, "done": line.done, "passed": line.passed}
            for line in course_lines(course, progress)
        ]  # fmt: skip
        click.echo(json.dumps(rows, indent=2))
        return
    open_screen(wishes).lessons(course_lines(course, progress))


def course_lines(course: Course, progress: Progress) -> Iterator[views.LessonLine]:
    """The lessons, with how far each was taken."""
    passed = progress.ticks()
    for number, name in enumerate(course.names, 1):
        lesson = course.lesson(name)
        tasks = [task.id for _, task in lesson.tasks()]
        done = set(progress.done(name))
        yield views.LessonLine(
            number, name, lesson.title, lesson.minutes, sum(task in done for task in tasks),
            len(tasks), name in passed,
        )  # fmt: skip


def hosts(wishes: Wishes, wanted: str, *, as_json: bool) -> None:
    """The simulated directory; or one host of it, for "" all. Raises UsageError for an unknown one."""
    directory = load_directory(find_places())
    found = find(directory, wanted)
    if not found:
        meant = did_you_mean(wanted, [host.name for host in directory])
        raise click.UsageError(
            f"There is no host {wanted!r}.{meant} `port110 hosts` lists all {len(directory)}."
        )
    if as_json:
        rows = [
            {"name": host.name, "canonical": host.canonical, "address": host.address,
             "ports": list(host.ports), "tls_ports": list(host.tls_ports),
             "personality": host.personality.name,
             "mailboxes": list(host.mailboxes), "about": host.about, "shows": host.shows,
             "server": _server(host.personality)}
            for host in found
        ]  # fmt: skip
        click.echo(json.dumps(rows, indent=2))
        return
    open_screen(wishes).show(partial(shown, found))


def _server(played: Personality) -> dict[str, object] | None:
    """The real server that a host plays; None: it plays none."""
    if not played.server:
        return None
    return {"name": played.server, "about": played.about, "sources": list(played.sources)}


def reset(wanted: str | None) -> None:
    """Forget what was done: of one lesson; or of all, with the practice mail."""
    places = find_places()
    progress = Progress(places.progress)
    if wanted is None:
        progress.reset()
        click.echo("All lessons are as new, and the practice mail is back.")
        return
    name = find_lesson(Course(places), wanted)
    progress.reset(name)
    click.echo(f"The lesson {name} is as new.")
