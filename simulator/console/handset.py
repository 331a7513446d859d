"""The desk's own prompt: what its toolbar says, what it completes, and what its keys stand for.

Everything is asked while a line is typed, from the desk as it is then.
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from prompt_toolkit.input import create_input
from prompt_toolkit.output import create_output

from simulator.pop3 import State
from simulator.teaching.remarks import Margin

from . import shell
from .colon import offered
from .completion import Offer, Word
from .desk import Desk, Place
from .history import LineHistory
from .prompt import Prompt
from .theme import Look
from .toolbar import KEYS, ToolbarState

if TYPE_CHECKING:
    from simulator.pop3 import View

    from .call import Call

__all__ = ["handset", "offer", "toolbar_state"]


def handset(
    desk: Desk | None, look: Look, stdin: TextIO, stdout: TextIO, history: Path | None
) -> Prompt:
    """A prompt on this terminal, for this desk; for none, a bare one."""
    into, out = create_input(stdin), create_output(stdout)
    if desk is None:
        return Prompt(into, out, look)
    keys = {command.key: f":{command.name}" for command in offered(desk) if command.key}
    return Prompt(
        into, out, look, state=lambda: toolbar_state(desk), offer=lambda: offer(desk), keys=keys,
        history=LineHistory(history), suspend=hasattr(signal, "SIGTSTP"),
        secret=lambda: desk.call.answers,
    )  # fmt: skip


def toolbar_state(desk: Desk) -> ToolbarState:
    """What the toolbar says of the desk now."""
    call, play = desk.call, desk.tutor.play
    done, total = play.progress() if play is not None else (0, 0)
    name = play.lesson.id if play is not None else ""
    escapes = call.up and _escapes(call)
    keys = tuple(
        key for key in KEYS if (escapes or key[0] != "^]") and key[1] not in desk.missing
    )  # Ctrl-] is telnet's
    if not call.up:
        return ToolbarState("shell", lesson=name, done=done, total=total, keys=keys)
    client = call.stage.client
    assert client is not None
    host = call.stage.host.name if call.stage.host is not None else ""
    snapshot = call.snapshot() if call.state is State.TRANSACTION else None
    if snapshot is None:
        return ToolbarState(
            call.state.value, client.view.named, host, lesson=name, done=done, total=total,
            keys=keys, line=_line_mark(client.view, desk),
        )  # fmt: skip
    seen = [item for item in snapshot.items if item.number is not None]
    marked = sum(item.marked for item in seen)
    return ToolbarState(
        call.state.value, client.view.user, host, len(seen), marked, name, done, total, keys,
        line=_line_mark(client.view, desk),
    )  # fmt: skip


def _escapes(call: Call) -> bool:
    from . import programs

    return programs.front(call).escapes


def _line_mark(view: View, desk: Desk) -> str:
    """What is to be known of the line itself."""
    asks = f"AUTH {view.mechanism} waits" if view.mechanism else ""
    marks = ("TLS" if view.secure else "", asks, *desk.standing())
    return ", ".join(mark for mark in marks if mark)


def offer(desk: Desk) -> Offer | None:
    """What can be completed now; None where a lesson or a question wants it typed."""
    play = desk.tutor.play
    if desk.place is Place.QUESTION:
        return None
    if desk.place is Place.TELNET:
        return Offer(words=_first_words(shell.TELNET_HELP), hosts=_hosts(desk), tutor=_tutor(desk))
    if desk.place is Place.SHELL:
        return _at_the_shell(desk)
    if desk.call.answers or (play is not None and not play.lesson.completion):
        return Offer(state=State.CLOSED, tutor=_tutor(desk))
    state = desk.call.state
    snapshot = desk.call.snapshot() if state is State.TRANSACTION else None
    return Offer(
        state, snapshot.items if snapshot else (), tutor=_tutor(desk), behind=_behind,
        mechanisms=_mechanisms(desk.call),
    )  # fmt: skip


def _tutor(desk: Desk) -> tuple[Word, ...]:
    """The tutor's commands, as words behind a colon."""
    return tuple((each.name, each.meaning) for each in offered(desk))


def _mechanisms(call: Call) -> tuple[Word, ...]:
    """The SASL mechanisms that CAPA has named, or before it all that there are."""
    from simulator.pop3.mechanisms import KNOWN

    view = call.stage.client.view if call.stage.client is not None else None
    lines = view.capabilities if view is not None else None
    if lines is None:
        return tuple((name, "CAPA says whether it is here") for name in KNOWN)
    named = next((line.split()[1:] for line in lines if line.upper().startswith("SASL ")), [])
    return tuple((name, "named by CAPA") for name in named)


def _behind(name: str) -> tuple[Word, ...]:
    """What can stand behind a command of the tutor's."""
    if name == "fault":
        from simulator.hosts import FAULTS

        return tuple((each.name, each.meaning) for each in FAULTS.values())
    if name == "meanwhile":
        from simulator.hosts import HAPPENINGS

        return tuple((form.split()[0], meaning) for form, meaning in HAPPENINGS)
    if name == "digest":
        from .digest import USAGE

        return tuple(USAGE.items())
    if name == "margin":
        return tuple((margin.value, "how much is explained") for margin in Margin)
    return ()


def _at_the_shell(desk: Desk) -> Offer:
    hosts = desk.call.hosts
    return Offer(
        words=_first_words(shell.SHELL_HELP), hosts=_hosts(desk), tutor=_tutor(desk), behind=_behind,
        targets=tuple((f"{host.name}:{port}", host.about)
                      for host in hosts for port in host.tls_ports),
        stls_targets=tuple((f"{host.name}:{port}", host.about) for host in hosts
                           if host.personality.offered("STLS") for port in host.ports),
    )  # fmt: skip


def _first_words(rows: tuple[tuple[str, str], ...]) -> tuple[Word, ...]:
    return tuple((usage.split()[0].rstrip(","), meaning) for usage, meaning in rows)


def _hosts(desk: Desk) -> tuple[Word, ...]:
    return tuple((host.name, host.about) for host in desk.call.hosts)
