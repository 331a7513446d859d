"""The small shell before a call: what was typed at `$`, and what the real programs say to it.

It knows a few programs and is honest about the rest. Its lines are the real programs' own, so that
who has practised here recognises them there.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from simulator.pop3 import COMMANDS

__all__ = [
    "SHELL_HELP",
    "TELNET_HELP",
    "Background",
    "Dial",
    "Foreground",
    "Leave",
    "ListHosts",
    "Nothing",
    "Say",
    "ShellAction",
    "ShowHelp",
    "TelnetPrompt",
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


@dataclass(frozen=True, slots=True)
class Nothing:
    """A blank line or a comment."""


@dataclass(frozen=True, slots=True)
class Dial:
    """`telnet HOST [PORT]`."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class TelnetPrompt:
    """`telnet` alone: its own prompt."""


@dataclass(frozen=True, slots=True)
class Foreground:
    """`fg`: back to the call that was suspended."""


@dataclass(frozen=True, slots=True)
class Background:
    """`jobs`: what is suspended."""


@dataclass(frozen=True, slots=True)
class ListHosts:
    """`hosts`: whom one can dial."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """`help`."""


@dataclass(frozen=True, slots=True)
class Leave:
    """`exit`."""


@dataclass(frozen=True, slots=True)
class Say:
    """What a program prints in answer, and whether the line looks like POP3 typed too early."""

    text: str
    too_early: bool = False


ShellAction = (
    Nothing | Dial | TelnetPrompt | Foreground | Background | ListHosts | ShowHelp | Leave | Say
)

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
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return Say(f"sh: syntax error: unterminated quoted string in: {line.strip()}")
    if not words:
        return Nothing()
    name, rest = words[0], words[1:]
    simple: dict[str, ShellAction] = {
        "fg": Foreground(), "jobs": Background(), "hosts": ListHosts(), "help": ShowHelp(),
        "?": ShowHelp(), "exit": Leave(), "logout": Leave(),
    }  # fmt: skip
    if name == "telnet":
        return read_telnet(rest)
    if name in simple:
        return simple[name]
    return Say(f"sh: {name}: command not found", too_early=name.upper() in _POP3_WORDS)


def read_telnet(words: list[str]) -> ShellAction:
    """`telnet` and `open`: a host and a port, by number or by name."""
    if not words:
        return TelnetPrompt()
    if words[0].startswith("-") or len(words) > 2:
        return Say("usage: telnet HOST [PORT]")
    if len(words) == 1:
        return Dial(words[0], TELNET_PORT)
    port = SERVICES.get(words[1].lower())
    if port is None and words[1].isascii() and words[1].isdigit() and len(words[1]) <= 5:
        port = int(words[1])
    if port is None or not 0 < port < 65536:
        return Say(f"telnet: could not resolve {words[0]}/{words[1]}: Servname not supported")
    return Dial(words[0], port)


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
