"""The small shell before a call: what was typed at `$`, and what the real programs say to it.

It knows a few programs and is honest about the rest. Its lines are the real programs' own, so that
who has practised here recognises them there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from simulator.pop3 import COMMANDS

__all__ = [
    "SHELL_HELP",
    "TELNET_HELP",
    "ShellAction",
    "ShellKind",
    "connected",
    "no_such_host",
    "read_shell",
    "refused",
    "status",
    "trying",
]

#: Names of ports that /etc/services gives to the mail protocols and telnet.
SERVICES = {"pop3": 110, "pop-3": 110, "pop3s": 995, "telnet": 23, "smtp": 25, "imap": 143,
            "imap2": 143, "submission": 587}  # fmt: skip
#: What telnet dials where no port is named.
TELNET_PORT = 23


class ShellKind(Enum):
    """The kinds of thing a line at `$` can ask for."""

    NOTHING = "nothing"  #: a blank line or a comment
    DIAL = "dial"  #: `telnet HOST [PORT]`
    TELNET = "telnet"  #: `telnet` alone: its own prompt
    FOREGROUND = "fg"  #: back to the call that was suspended
    JOBS = "jobs"  #: what is suspended
    HOSTS = "hosts"  #: whom one can dial
    HELP = "help"
    LEAVE = "exit"
    SAY = "say"  #: nothing but what a program prints in answer


@dataclass(frozen=True, slots=True)
class ShellAction:
    """What a line at `$` asks for."""

    kind: ShellKind
    host: str = ""  #: of DIAL
    port: int = 0
    text: str = ""  #: of SAY
    too_early: bool = False  #: the line looks like POP3 typed before the call


SHELL_HELP = (
    ("telnet HOST [PORT]", "call a host; POP3 listens on port 110"),
    ("hosts", "the hosts one can call here"),
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

_POP3_WORDS = frozenset(COMMANDS) | {"AUTH", "STLS"}


def read_shell(line: str) -> ShellAction:
    """What a line at `$` asks for. Never raises."""
    import shlex

    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return _say(f"sh: syntax error: unterminated quoted string in: {line.strip()}")
    if not words:
        return ShellAction(ShellKind.NOTHING)
    name, rest = words[0], words[1:]
    if name == "telnet":
        return read_telnet(rest)
    if name in _SIMPLE:
        return ShellAction(_SIMPLE[name])
    too_early = name.upper() in _POP3_WORDS
    return ShellAction(ShellKind.SAY, text=f"sh: {name}: command not found", too_early=too_early)


def read_telnet(words: list[str]) -> ShellAction:
    """`telnet` and `open`: a host and a port, by number or by name."""
    if not words:
        return ShellAction(ShellKind.TELNET)
    if words[0].startswith("-") or len(words) > 2:
        return _say("usage: telnet HOST [PORT]")
    if len(words) == 1:
        return ShellAction(ShellKind.DIAL, words[0], TELNET_PORT)
    port = SERVICES.get(words[1].lower())
    if port is None and words[1].isascii() and words[1].isdigit() and len(words[1]) <= 5:
        port = int(words[1])
    if port is None or not 0 < port < 65536:
        return _say(f"telnet: could not resolve {words[0]}/{words[1]}: Servname not supported")
    return ShellAction(ShellKind.DIAL, words[0], port)


_SIMPLE = {
    "fg": ShellKind.FOREGROUND, "jobs": ShellKind.JOBS, "hosts": ShellKind.HOSTS,
    "help": ShellKind.HELP, "?": ShellKind.HELP, "exit": ShellKind.LEAVE,
    "logout": ShellKind.LEAVE,
}  # fmt: skip


def _say(text: str) -> ShellAction:
    return ShellAction(ShellKind.SAY, text=text)


# telnet's own lines


def trying(address: str) -> str:
    """Before the line stands."""
    return f"Trying {address}..."


def connected(canonical: str) -> str:
    """Once the line stands."""
    return f"Connected to {canonical}.\nEscape character is '^]'."


def no_such_host(name: str, port: int) -> str:
    """The name has no address."""
    return f"telnet: could not resolve {name}/{port}: Name or service not known"


def refused() -> str:
    """Nothing listens on that port."""
    return "telnet: Unable to connect to remote host: Connection refused"


def status(canonical: str | None) -> str:
    """`status` at the telnet prompt."""
    if canonical is None:
        return "No connection.\nEscape character is '^]'."
    return f"Connected to {canonical}.\nOperating in obsolete linemode\nEscape character is '^]'."
