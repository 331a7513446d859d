"""The tutor's commands: what a line behind a colon does. Each is one function that bears its name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from simulator.pop3 import State
from simulator.pop3.discretion import without_secret
from simulator.teaching.remarks import Margin, Turn

from .desk import Desk
from .reading import ReadKind
from .visible import visible

if TYPE_CHECKING:
    from . import rivals, stagehand
    from .digest import Dialogue
else:
    from simulator.doors import Later

    rivals, stagehand = Later(f"{__package__}.rivals"), Later(f"{__package__}.stagehand")

__all__ = ["COLON_COMMANDS", "ColonCommand", "LessonControls", "colon", "offered"]


class ColonCommand(NamedTuple):
    """One command of the tutor's."""

    name: str
    key: str  #: its function key, or ""
    meaning: str


COLON_COMMANDS = (
    ColonCommand("help", "F1", "what one can type here"),
    ColonCommand("hint", "F2", "a hint for this step; again: a stronger one"),
    ColonCommand("wire", "F3", "the last exchange, octet by octet"),
    ColonCommand("mailbox", "F4", "the maildrop on disk beside this session's view of it"),
    ColonCommand("state", "F5", "the states, where you are, and how you came there"),
    ColonCommand("why", "F6", "more about the last reply"),
    ColonCommand("goal", "F7", "what this step asks for"),
    ColonCommand("undo", "F8", "take back the last line"),
    ColonCommand("compare", "", "what other servers answer to the last line"),
    ColonCommand("pass", "", "log in with a password that is not shown"),
    ColonCommand("digest", "", "work out an answer to APOP, CRAM-MD5, SCRAM ..."),
    ColonCommand("wait", "", "let time pass: 90s, 10m, 2h, 31d"),
    ColonCommand("fault", "", "break the next reply, to see what a client must stand"),
    ColonCommand("meanwhile", "", "let somebody else act on the mail meanwhile"),
    ColonCommand("margin", "", "full, brief or off: how much is explained"),
    ColonCommand("list", "", "the steps of this lesson, and the course"),
    ColonCommand("skip", "", "let the tutor do this step"),
    ColonCommand("back", "", "the step before"),
    ColonCommand("reset", "", "the sample mail as it was; in a lesson: begin it anew"),
    ColonCommand("quit", "", "leave Port110"),
)

_BY_NAME = {command.name: command for command in COLON_COMMANDS}


def offered(desk: Desk) -> tuple[ColonCommand, ...]:
    """The tutor's commands that can be had at this desk."""
    return tuple(each for each in COLON_COMMANDS if each.name not in desk.missing)


class LessonControls:
    """What `:skip`, `:back`, `:list` and `:reset` do. Without a lesson they say so.

    The roof hands in a subclass that knows the course; the desk only asks.
    """

    async def skip(self, desk: Desk) -> None:
        """Let the tutor do this step."""
        desk.screen.notice("There is no lesson to skip in; `port110 learn` starts one.")

    async def back(self, desk: Desk) -> None:
        """The step before."""
        desk.screen.notice("There is no lesson to go back in; `port110 learn` starts one.")

    async def list(self, desk: Desk) -> None:
        """Steps and course."""
        desk.screen.notice("No lesson is open. `port110 lessons` shows the course.")

    async def reset(self, desk: Desk) -> None:
        """All mail back to the samples."""
        if desk.call.up:
            desk.screen.notice("A session is open on it. End the call first, then `:reset`.")
            return
        desk.call.simulation.reset()
        desk.call.forget()
        desk.screen.notice("All sample mail is back as it was.")


def colon(
    controls: LessonControls, nonce: Callable[[], str] | None = None
) -> Callable[[Desk, str], Awaitable[None]]:
    """The desk's `commands`, with these controls of the lesson. `nonce`: for SCRAM, made here."""
    begun: Dialogue | None = None

    def work_out(desk: Desk, argument: str) -> None:
        nonlocal begun
        from .digest import digest, fresh_nonce

        begun = digest(desk, argument, begun, nonce or fresh_nonce)

    async def run(desk: Desk, text: str) -> None:
        name, argument = (*text[1:].split(maxsplit=1), "", "")[:2]
        name = name.lower()
        matches = _meant(desk, name)
        if len(matches) != 1:
            desk.screen.notice(_unknown(name, matches))
        elif matches[0] in desk.missing:
            desk.screen.notice(desk.missing[matches[0]])
        elif matches == ["digest"]:
            work_out(desk, argument)  # as it was typed: there may be a password in it
        else:
            await _RUN[matches[0]](desk, controls, argument.strip())

    return run


def _meant(desk: Desk, name: str) -> list[str]:
    """The commands that a name, or its beginning, may mean; first of all those that one can have."""
    if name in _BY_NAME or not name:
        return [name or "help"]
    here = [each.name for each in offered(desk) if each.name.startswith(name)]
    return here or [each for each in _BY_NAME if each.startswith(name)]


def _unknown(name: str, matches: list[str]) -> str:
    import difflib

    near = matches or difflib.get_close_matches(name, _BY_NAME, n=1, cutoff=0.5)
    meant = f" Did you mean :{' or :'.join(near)}?" if near else ""
    return f"There is no :{name}.{meant} :help lists all."


_Run = Callable[[Desk, LessonControls, str], Awaitable[None]]


async def _help(desk: Desk, _: LessonControls, __: str) -> None:
    desk.screen.help(desk.call.state if desk.call.up else None, offered(desk))


async def _hint(desk: Desk, _: LessonControls, __: str) -> None:
    hint = desk.tutor.hint(desk.call.snapshot())
    if hint is None:
        desk.screen.notice("No step waits for a hint. :help lists what one can type here.")
    else:
        desk.screen.hint(hint)


async def _why(desk: Desk, _: LessonControls, __: str) -> None:
    last = desk.call.lost or desk.call.last
    if last is None:
        desk.screen.notice("Nothing has been said yet; :why explains the last reply.")
    else:
        desk.screen.notes(desk.tutor.why(last))


async def _wire(desk: Desk, _: LessonControls, __: str) -> None:
    carried = desk.call.carried
    if carried is None or not (carried.sent or carried.received):
        desk.screen.notice("Nothing has gone over the wire yet. Call a host first.")
    else:
        desk.screen.wire(carried)


async def _mailbox(desk: Desk, _: LessonControls, __: str) -> None:
    snapshot = desk.call.snapshot()
    if snapshot is None:
        desk.screen.notice("Nobody is logged in, so no maildrop is open. USER and PASS open one.")
    else:
        desk.screen.mailbox(snapshot)


async def _state(desk: Desk, _: LessonControls, __: str) -> None:
    desk.screen.state(desk.call.state, desk.call.ways)


async def _goal(desk: Desk, _: LessonControls, __: str) -> None:
    goal = desk.tutor.goal(desk.call.snapshot())
    desk.screen.notice(goal or "No lesson is open; here you may try what you like.")


async def _pass(desk: Desk, _: LessonControls, argument: str) -> None:
    problem = _no_password_now(desk, argument)
    if problem:
        desk.screen.notice(problem)
        return
    read = await desk.ask_secret("password (it is not shown): ")
    if read.kind is not ReadKind.TEXT or not read.text:
        desk.screen.notice("Nothing was sent; `:pass` asks again.")
        return
    if desk.echo or desk.rows is not None:  # else it is a bare transcript, of replies alone
        desk.screen.typed("", without_secret(f"PASS {read.text}"), by_tutor=True)
    await desk.say(f"PASS {read.text}")


def _no_password_now(desk: Desk, argument: str) -> str:
    """Why no password is asked for, and what to do instead; "": it is."""
    client = desk.call.stage.client if desk.call.up else None
    if client is None:
        return "No call is up, so there is nobody to say a password to. Call a host first."
    if argument:
        return ("`:pass` stands alone: it asks for the password, so that nobody reads it on the "
                "screen. What you typed behind it was not sent.")  # fmt: skip
    if desk.call.state is not State.AUTHORIZATION:
        who = visible(client.view.user)
        return f"You are logged in as {who} already; `:pass` belongs to AUTHORIZATION."
    if client.answers:
        return "The challenge of AUTH waits for its response; `*` takes AUTH back."
    if not client.view.named:
        return ("First say who you are: `USER` and your name. When the server has said +OK to that, "
                "`:pass` asks for the password.")  # fmt: skip
    return desk.hindrance("PASS ****")


async def _undo(desk: Desk, _: LessonControls, __: str) -> None:
    if desk.suspended:
        desk.screen.notice("Another call is suspended; with two at once no line can be taken back.")
        return
    before = desk.call.undo()
    if before is None:
        desk.screen.notice("There is no line to take back.")
        return
    if before.beside is not None:
        desk.tutor.restore(before.beside)
    desk.question, desk.at_telnet = desk.tutor.question(), False
    desk.screen.taken_back(before.line, desk.call.state, asked=desk.call.answers)
    goal = "" if desk.question is not None else desk.tutor.goal(desk.call.snapshot())
    desk.screen.turn(Turn(goal=goal, question=desk.question))


async def _margin(desk: Desk, _: LessonControls, argument: str) -> None:
    names, argument = [margin.value for margin in Margin], argument.lower()
    if argument not in names:
        now = desk.tutor.margin.value
        desk.screen.notice(f"The margin is {now}. :margin full, :margin brief or :margin off.")
        return
    desk.tutor.margin = Margin(argument)
    desk.screen.notice(f"The margin is {argument} now.")


async def _wait(desk: Desk, _: LessonControls, argument: str) -> None:
    stagehand.wait(desk, argument)


async def _fault(desk: Desk, _: LessonControls, argument: str) -> None:
    stagehand.fault(desk, argument)


async def _meanwhile(desk: Desk, _: LessonControls, argument: str) -> None:
    stagehand.meanwhile(desk, argument)


async def _compare(desk: Desk, _: LessonControls, argument: str) -> None:
    rivals.compare_last(desk, argument)


async def _skip(desk: Desk, controls: LessonControls, _: str) -> None:
    await controls.skip(desk)


async def _back(desk: Desk, controls: LessonControls, _: str) -> None:
    await controls.back(desk)


async def _list(desk: Desk, controls: LessonControls, _: str) -> None:
    await controls.list(desk)


async def _reset(desk: Desk, controls: LessonControls, _: str) -> None:
    await controls.reset(desk)


async def _quit(desk: Desk, _: LessonControls, __: str) -> None:
    desk.leave()


_RUN: dict[str, _Run] = {
    "help": _help, "hint": _hint, "wire": _wire, "mailbox": _mailbox, "state": _state,
    "why": _why, "goal": _goal, "undo": _undo, "margin": _margin, "list": _list, "skip": _skip,
    "back": _back, "reset": _reset, "quit": _quit, "wait": _wait, "fault": _fault,
    "meanwhile": _meanwhile, "pass": _pass, "compare": _compare,
}  # fmt: skip
assert {*_RUN, "digest"} == set(_BY_NAME)
