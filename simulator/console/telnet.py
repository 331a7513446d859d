"""Telnet's own prompt, behind Ctrl-], and calls that are suspended behind the shell.

A suspended call stays up, and the maildrop's lock with it: so a second session on a locked maildrop
can be had at one terminal, as with the real program.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from . import shell

if TYPE_CHECKING:
    from .call import Call
    from .desk import Desk

__all__ = ["command", "foreground", "jobs"]

_COMMANDS = ("close", "open", "quit", "status", "z", "?")


def command(desk: Desk, text: str) -> None:
    """A line at `telnet>`. Names may be cut short; an empty line goes back to where one was."""
    words = text.split()
    desk.at_telnet = bool(words) and not desk.call.up
    if not words:
        return
    name = next((each for each in _COMMANDS if each.startswith(words[0].lower())), "")
    match name:
        case "open" if desk.call.up:
            desk.screen.program(f"?Already connected to {_name(desk.call)}")
        case "open":
            desk.at_telnet = False
            desk.run(" ".join(["telnet", *words[1:]]))
        case "close" | "quit":
            desk.at_telnet = False
            desk.hang_up()
        case "status":
            host = desk.call.stage.host if desk.call.up else None
            desk.screen.program(shell.status(host.canonical if host else None))
        case "z":
            _suspend(desk)
        case "?":
            from .views import usages

            desk.at_telnet = True
            desk.screen.show(partial(usages, shell.TELNET_HELP))
        case _:
            desk.at_telnet = True
            desk.screen.program("?Invalid command")


def foreground(desk: Desk) -> None:
    """`fg`: the call that was suspended last is the one in front again."""
    if not desk.suspended:
        desk.screen.program("sh: fg: current: no such job")
        return
    desk.call, remembered = desk.suspended.pop()
    desk.tutor.restore_annotator(remembered)
    desk.screen.program(_line(desk.call))


def jobs(desk: Desk) -> None:
    """`jobs`: what is suspended."""
    for number, (call, _) in enumerate(desk.suspended, 1):
        desk.screen.program(f"[{number}]+  Stopped   {_line(call)}")


def _suspend(desk: Desk) -> None:
    """`z`: the call stays up behind the shell."""
    desk.at_telnet = False
    if desk.call.up:
        desk.suspended.append((desk.call, desk.tutor.annotator_state()))
        desk.screen.program(f"[{len(desk.suspended)}]+  Stopped   {_line(desk.call)}")
        desk.call = desk.new_call()


def _line(call: Call) -> str:
    """The command line that made the call."""
    return call.dialing.command if call.dialing is not None else ""


def _name(call: Call) -> str:
    host = call.stage.host
    return host.name if host is not None else ""
