"""`port110 learn` and `port110 practise`: the rooms joined, and somebody sits down."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

import click

from simulator.console.call import Call
from simulator.console.colon import LessonControls, colon
from simulator.console.desk import Desk, Outcome
from simulator.pop3 import Ending
from simulator.teaching import Margin, Tutor
from simulator.teaching.progress import Progress

from .course import (
    Course,
    annotator,
    did_you_mean,
    find_lesson,
    practice_network,
    rivals,
    stage_for,
)
from .exits import Exit
from .places import find_places
from .terminal import Terminal, open_terminal

if TYPE_CHECKING:
    from simulator.console.screen import Screen
    from simulator.hosts import Host, Network, Stage
    from simulator.mailroom import Accounts
    from simulator.pop3 import End

    from .main import Wishes

__all__ = ["learn", "practise"]

WELCOME = (
    "This is a shell, and behind it a small simulated network. `telnet mail.example.test 110` calls a "
    "mail server, `hosts` lists all of them with what to log in with. `:help` says what else one "
    "can type."
)


class PracticeControls(LessonControls):
    """`:reset` brings the sample mail back for the next sittings too."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress

    async def reset(self, desk: Desk) -> None:
        """All mail back to the samples."""
        await super().reset(desk)
        if self._progress is not None and not desk.call.up:
            self._progress.clear_removed()


def practise(
    wishes: Wishes, host: str | None, *, echo: bool, drawing: io.StringIO | None = None
) -> int:
    """Sit down without a lesson. The mail that was removed in earlier sittings is gone."""
    places = find_places()
    terminal = open_terminal(wishes, places, drawing)
    # A transcript with notes and without what they are about would be no transcript.
    echo = echo or wishes.margin != "off"
    progress = Progress(places.progress) if terminal.interactive else None
    network = cache(lambda: practice_network(places, _remove_again(progress)))
    tutor = Tutor(lambda: annotator(places), margin=_margin(wishes, progress))
    desk = _desk(terminal, tutor, lambda: _call_on(network), echo=echo)
    desk.commands = colon(PracticeControls(progress))
    desk.on_end = _keep_removed(progress)
    if host is not None:
        desk.typing.append(_dialing(host, _known(network(), host)))
    elif terminal.interactive:
        terminal.screen.prose(WELCOME)
    _run(desk, terminal)
    _keep_margin(progress, wishes, tutor)
    return Exit.DONE


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
    new_stage = stage_for(places)
    while True:
        sitting = LessonSitting(
            course.lesson(name), new_stage, progress, _course_shown(course, progress)
        )
        call, play = sitting.start(progress.position(name))
        tutor = Tutor(lambda: annotator(places), play, margin)
        desk = _desk(terminal, tutor, _beside(call), echo=True)
        desk.call = call
        desk.commands = colon(sitting)
        desk.on_turn = partial(sitting.keep, desk)
        _heading(terminal, course, name, play.position)
        if call.up:
            terminal.screen.notice(_where(call))
        desk.perform(tutor.enter(call.snapshot()) if play.position else tutor.begin())
        outcome = _run(desk, terminal)
        margin = tutor.margin
        _keep_margin(progress, wishes, tutor)
        if outcome is not Outcome.FINISHED:
            if terminal.interactive:
                terminal.screen.notice("What you have done is kept; `port110` goes on from here.")
            return Exit.DONE if terminal.interactive else Exit.NOT_PASSED
        following = _following(course, name)
        if following is None:
            _was_last(terminal, course, progress)
            return Exit.DONE
        if not _goes_on(terminal, course, following):
            return Exit.DONE
        name = following


def _desk(terminal: Terminal, tutor: Tutor, new_call: Callable[[], Call], *, echo: bool) -> Desk:
    desk = Desk(terminal.screen, tutor, new_call(), new_call)
    desk.echo = echo and not terminal.interactive
    desk.rows = terminal.rows if terminal.interactive else None
    desk.rivals = rivals(terminal.places)
    return desk


def _call_on(network: Callable[[], Network]) -> Call:
    """A call on a network that may not be there yet."""

    def stage() -> Stage:
        from simulator.hosts import Stage

        return Stage(network())

    return Call(stage)


def _beside(call: Call) -> Callable[[], Call]:
    """Makes a second call on the network of the first, for when that one is suspended."""
    return lambda: _call_on(lambda: call.simulation.network)


def _run(desk: Desk, terminal: Terminal) -> Outcome:
    reader = terminal.reader(desk)
    return terminal.sit(desk.sit(reader), partial(_interrupt, terminal.screen))


def _interrupt(screen: Screen) -> None:
    """Ctrl-C while no line is typed: it stops what is being drawn, and no more.

    A plain prompt reads its lines without a key for it; there it is the way out.
    """
    if screen.look.plain and not screen.drawing:
        raise KeyboardInterrupt
    screen.stop()


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
        keys = ("", "") if terminal.screen.look.plain else ("F1 or ", "F2 or ")
        terminal.screen.notice(f"{keys[0]}`:help` says what one can type, {keys[1]}`:hint` helps, "
                               "Ctrl-D leaves.")  # fmt: skip
    if position:
        terminal.screen.notice("You go on where you left. `:back` is the step before, `:reset` "
                               "begins anew.")  # fmt: skip


def _where(call: Call) -> str:
    """Where somebody stands who comes back in the middle of a call."""
    client, host = call.stage.client, call.stage.host
    name = host.name if host is not None else ""
    user = client.view.user if client is not None else ""
    who = f"logged in as {user}" if user else "and nobody is logged in yet"
    return f"You are connected to {name}, {who}."


def _following(course: Course, name: str) -> str | None:
    number = course.number(name)
    return course.names[number] if number < len(course) else None


def _goes_on(terminal: Terminal, course: Course, name: str) -> bool:
    """Whether the learner wants the next lesson. A pipe has its one lesson."""
    if not terminal.interactive:
        return False
    lesson = course.lesson(name)
    terminal.screen.blank()
    terminal.screen.notice(f"Next: lesson {course.number(name)}, {lesson.title} "
                           f"({lesson.minutes} minutes). Enter goes on, Ctrl-D leaves.")  # fmt: skip
    return terminal.goes_on()


def _was_last(terminal: Terminal, course: Course, progress: Progress) -> None:
    """A word behind the last lesson, and what there is to do now."""
    if not terminal.interactive:
        return
    passed = progress.ticks()
    left = sum(name not in passed for name in course.names)
    lessons = "One lesson is" if left == 1 else f"{left} lessons are"
    then = f"{lessons} left, see `port110 lessons`." if left else "You have passed them all."
    terminal.screen.blank()
    terminal.screen.notice(f"That was the last lesson. {then} `port110 practise` has all hosts, and "
                           "no goal but yours.")  # fmt: skip


def _margin(wishes: Wishes, progress: Progress | None) -> Margin:
    wish = wishes.margin or (progress.setting("margin") if progress else None)
    return Margin(wish) if wish in {margin.value for margin in Margin} else Margin.FULL


def _keep_margin(progress: Progress | None, wishes: Wishes, tutor: Tutor) -> None:
    if progress is not None and wishes.margin != tutor.margin.value:
        progress.set_setting("margin", tutor.margin.value)


def _dialing(name: str, host: Host) -> str:
    """The line at the shell that calls a host: by telnet, or where there is only TLS by openssl."""
    from simulator.hosts.programs import as_dialled

    port = (host.ports or host.tls_ports)[0]
    return f"$ {as_dialled(name, port, secure=not host.ports).command}"


def _known(network: Network, host: str) -> Host:
    from simulator.hosts import NoSuchHost

    try:
        return network.find(host)
    except NoSuchHost:
        meant = did_you_mean(host, [each.name for each in network.hosts])
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
        host = call.simulation.host
        if progress is None or host is None or end.by is not Ending.QUIT or not end.removed:
            return
        accounts = call.simulation.network.accounts(host)
        progress.set_removed(host.name, end.user, accounts.removed(end.user))

    return ended


def _course_shown(course: Course, progress: Progress) -> Callable[[Desk], None]:
    def show(desk: Desk) -> None:
        from .listings import course_lines

        desk.screen.lessons(course_lines(course, progress))

    return show
