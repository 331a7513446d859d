"""The small shell before a call: what was typed at `$`, and what the real programs say to it.

It knows a few programs and is honest about the rest. Its lines are the real programs' own, so that
who has practised here recognises them there.
"""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from simulator.pop3 import COMMANDS

if TYPE_CHECKING:
    from simulator.hosts.programs import Dialing

    from .desk import Desk

__all__ = [
    "SHELL_HELP",
    "TELNET_HELP",
    "ShellAction",
    "ShellKind",
    "read_shell",
    "run",
    "status",
]


class ShellKind(Enum):
    """The kinds of thing a line at `$` can ask for."""

    NOTHING = "nothing"  #: a blank line or a comment
    DIAL = "dial"  #: a program that calls: `telnet HOST 110`
    TELNET = "telnet"  #: `telnet` alone: its own prompt
    FOREGROUND = "fg"  #: back to the call that was suspended
    JOBS = "jobs"  #: what is suspended
    HOSTS = "hosts"  #: whom one can dial
    HELP = "help"
    LEAVE = "exit"
    SAY = "say"  #: nothing but what a program prints in answer


class ShellAction(NamedTuple):
    """What a line at `$` asks for."""

    kind: ShellKind
    dialing: Dialing | None = None  #: of DIAL
    text: str = ""  #: of SAY; of HOSTS a host's name, or ""
    too_early: bool = False  #: the line looks like POP3 typed before the call


SHELL_HELP = (
    ("telnet HOST [PORT]", "call a host; POP3 listens on port 110"),
    ("openssl s_client", "call with TLS: `-connect HOST:995 -crlf -quiet`"),
    ("nc -C HOST PORT", "call with nothing in between; -C ends lines in CR LF"),
    ("hosts [HOST]", "the hosts one can call here, or all about one"),
    ("fg, jobs", "back to a suspended call; which calls are suspended"),
    ("help", "this list"),
    ("exit", "leave (or Ctrl-D)"),
)

TELNET_HELP = (
    ("close", "close the line without QUIT"),
    ("open HOST [PORT]", "call a host"),
    ("quit", "leave telnet; the line closes without QUIT"),
    ("status", "where one is connected"),
    ("z", "suspend telnet, back to the shell"),
    ("?", "this list"),
)


def read_shell(line: str) -> ShellAction:
    """What a line at `$` asks for. Never raises."""
    import shlex

    from simulator.hosts.programs import CALLERS, read_call

    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return _say(f"sh: syntax error: unterminated quoted string in: {line.strip()}")
    if not words:
        return ShellAction(ShellKind.NOTHING)
    name = words[0]
    if name == "telnet" and len(words) == 1:
        return ShellAction(ShellKind.TELNET)
    if name in CALLERS:
        found = read_call(words)
        if isinstance(found, str):
            return _say(found)
        return ShellAction(ShellKind.DIAL, found)
    if name == "hosts":
        return ShellAction(ShellKind.HOSTS, text=" ".join(words[1:]))
    if name in _SIMPLE:
        return ShellAction(_SIMPLE[name])
    too_early = name.upper() in COMMANDS
    return ShellAction(ShellKind.SAY, text=f"sh: {name}: command not found", too_early=too_early)


_SIMPLE = {
    "fg": ShellKind.FOREGROUND, "jobs": ShellKind.JOBS,
    "help": ShellKind.HELP, "?": ShellKind.HELP, "exit": ShellKind.LEAVE,
    "logout": ShellKind.LEAVE,
}  # fmt: skip


def _say(text: str) -> ShellAction:
    return ShellAction(ShellKind.SAY, text=text)


def status(canonical: str | None) -> str:
    """`status` at the telnet prompt."""
    if canonical is None:
        return "No connection.\nEscape character is '^]'."
    return f"Connected to {canonical}.\nOperating in obsolete linemode\nEscape character is '^]'."


def run(desk: Desk, text: str) -> None:
    """Run a line at `$`, and show what comes of it."""
    from . import advice, programs, telnet

    action = read_shell(text)
    match action.kind:
        case ShellKind.DIAL:
            assert action.dialing is not None
            programs.run(desk, action.dialing)
        case ShellKind.TELNET:
            desk.at_telnet = True
        case ShellKind.HOSTS:
            from .directory import find, shown

            found = find(desk.call.hosts, action.text)
            if found:
                desk.screen.show(partial(shown, found))
            else:
                desk.explain(advice.unknown_host(action.text, desk.call.hosts))
        case ShellKind.HELP:
            from .views import usages

            desk.screen.show(partial(usages, SHELL_HELP))
        case ShellKind.LEAVE:
            desk.leave()
        case ShellKind.FOREGROUND:
            telnet.foreground(desk)
        case ShellKind.JOBS:
            telnet.jobs(desk)
        case ShellKind.SAY:
            desk.screen.program(action.text)
            if action.too_early:
                desk.explain(advice.TOO_EARLY)
