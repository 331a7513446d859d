"""`port110 learn` and `port110 practise`: the rooms joined, and somebody sits down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from simulator.console.call import Call
from simulator.console.colon import LessonControls, colon
from simulator.console.desk import Desk, Outcome
from simulator.hosts import Host, Network, NoSuchHost, Stage
from simulator.mailroom import Accounts
from simulator.pop3 import End, Ending
from simulator.teaching import Margin, Tutor
from simulator.teaching.progress import Progress

from .course import Course, annotator, find_lesson, network_for, practice_network
from .places import find_places
from .terminal import Terminal, open_terminal

if TYPE_CHECKING:
    from .main import Wishes

__all__ = ["learn", "practise"]

DONE, NOT_PASSED = 0, 3

WELCOME = (
    "This is a shell, and behind it a small simulated network. `telnet mail.example.test 110` calls a "
    "mail server, `hosts` lists all of them with what to log in with. F1 or `:help` says what else one "
    "can type."
)


def practise(wishes: Wishes, host: str | None, *, echo: bool) -> int:
    """Sit down without a lesson. The mail that was removed in earlier sittings is gone."""
    places = find_places()
    terminal = open_terminal(wishes, places)
    progress = Progress(places.progress) if terminal.interactive else None
    network = practice_network(places, _remove_again(progress))
    if host is not None:
        _known(network, host)
    tutor = Tutor(annotator(places), margin=_margin(wishes, progress))
    desk = _desk(terminal, tutor, Call(Stage(network)), echo=echo)
    desk.new_call = lambda: Call(Stage(network))
    desk.commands = colon(LessonControls())
    desk.on_end = _keep_removed(progress)
    if terminal.interactive and host is None:
        terminal.screen.prose(WELCOME)
    if host is not None:
        desk.typing.append(f"$ telnet {host} {network.find(host).ports[0]}")
    _run(desk, terminal)
    _keep_margin(progress, wishes, tutor)
    return DONE


def learn(wishes: Wishes, wanted: str | None) -> int:
    """Take a lesson, and the next ones as long as the learner likes."""
    from .lesson import LessonSitting

    places = find_places()
    course = Course(places)
    progress = Progress(places.progress)
    name = find_lesson(course, wanted) if wanted else _resume(course, progress)
    terminal = open_terminal(wishes, places)
    margin = _margin(wishes, progress)
    if progress.trouble:
        terminal.screen.notice(progress.trouble)
    new_stage = network_for(places)
    while True:
        lesson = course.lesson(name)
        sitting = LessonSitting(lesson, new_stage, progress, _course_shown(course, progress))
        call, play = sitting.start(progress.position(name))
        position = play.position
        tutor = Tutor(annotator(places), play, margin)
        desk = _desk(terminal, tutor, call, echo=not terminal.interactive)
        network = call.stage.network
        desk.new_call = lambda network=network: Call(Stage(network))  # type: ignore[misc]
        desk.commands = colon(sitting)
        desk.on_turn = lambda turn, desk=desk, sitting=sitting: sitting.keep(desk, turn)  # type: ignore[misc]
        _heading(terminal, course, name, position)
        desk.perform(tutor.begin() if position == 0 else tutor.enter(call.snapshot()))
        outcome = _run(desk, terminal)
        margin = tutor.margin
        _keep_margin(progress, wishes, tutor)
        if outcome is not Outcome.FINISHED:
            return DONE if terminal.interactive else NOT_PASSED
        following = _following(course, name)
        if (
            following is None
            or not terminal.interactive
            or not _goes_on(terminal, course, following)
        ):
            return DONE
        name = following


def _desk(terminal: Terminal, tutor: Tutor, call: Call, *, echo: bool) -> Desk:
    return Desk(terminal.screen, tutor, call, lambda: call, echo=echo and not terminal.interactive)


def _run(desk: Desk, terminal: Terminal) -> Outcome:
    return asyncio.run(desk.sit(terminal.reader(desk)))


def _resume(course: Course, progress: Progress) -> str:
    """The lesson that was left, else the first that is not passed, else the first."""
    left = progress.resume()
    if left is not None and left in course.names:
        return left
    passed = progress.ticks()
    return next((name for name in course.names if name not in passed), course.names[0])


def _heading(terminal: Terminal, course: Course, name: str, position: int) -> None:
    lesson = course.lesson(name)
    number = f"Lesson {course.number(name)} of {len(course)}"
    terminal.screen.heading(f"{number} · {lesson.title}", ", ".join(lesson.cite))
    if course.number(name) == 1 and position == 0:
        terminal.screen.notice("F1 or `:help` says what one can type, F2 or `:hint` helps, "
                               "Ctrl-D leaves.")  # fmt: skip
    if position:
        terminal.screen.notice("You go on where you left. `:back` is the step before, `:reset` "
                               "begins anew.")  # fmt: skip


def _following(course: Course, name: str) -> str | None:
    number = course.number(name)
    return course.names[number] if number < len(course) else None


def _goes_on(terminal: Terminal, course: Course, name: str) -> bool:
    lesson = course.lesson(name)
    terminal.screen.blank()
    terminal.screen.notice(f"Next: lesson {course.number(name)}, {lesson.title} "
                           f"({lesson.minutes} minutes). Enter goes on, Ctrl-D leaves.")  # fmt: skip
    return asyncio.run(terminal.goes_on())


def _margin(wishes: Wishes, progress: Progress | None) -> Margin:
    wish = wishes.margin or (progress.setting("margin") if progress else None)
    return Margin(wish) if wish in {margin.value for margin in Margin} else Margin.FULL


def _keep_margin(progress: Progress | None, wishes: Wishes, tutor: Tutor) -> None:
    if progress is not None and wishes.margin != tutor.margin.value:
        progress.set_setting("margin", tutor.margin.value)


def _known(network: Network, host: str) -> None:
    try:
        network.find(host)
    except NoSuchHost:
        import difflib

        near = difflib.get_close_matches(host, [each.name for each in network.hosts], 1, 0.4)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise click.UsageError(
            f"There is no host {host!r}.{meant} `port110 hosts` lists all."
        ) from None


def _remove_again(progress: Progress | None) -> Callable[[Host, Accounts], None]:
    def opened(host: Host, accounts: Accounts) -> None:
        for user, unique_ids in (progress.removed(host.name) if progress else {}).items():
            if accounts.knows(user):
                accounts.remove_ids(user, unique_ids)

    return opened


def _keep_removed(progress: Progress | None) -> Callable[[Call, End], None]:
    def ended(call: Call, end: End) -> None:
        host = call.stage.host
        if progress is None or host is None or end.by is not Ending.QUIT or not end.removed:
            return
        accounts = call.stage.network.accounts(host)
        progress.set_removed(host.name, end.user, accounts.removed(end.user))

    return ended


def _course_shown(course: Course, progress: Progress) -> Callable[[Desk], None]:
    def show(desk: Desk) -> None:
        from .listings import course_lines

        desk.screen.lessons(course_lines(course, progress))

    return show

