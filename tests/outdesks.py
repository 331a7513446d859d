"""A desk at a real server on loopback, with an output in memory."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desks import ROOT, Script, Sitting, annotator_prose
from servers import Peer, authority, served

from simulator.console.colon import LessonControls, colon
from simulator.console.outdesk import OutDesk
from simulator.console.reading import Read, ReadKind
from simulator.console.screen import Screen
from simulator.console.theme import PLAIN, Look
from simulator.hosts import Outside, Server, trusting
from simulator.teaching import Annotator, Margin, Tutor

__all__ = ["ROOT", "Patient", "out_desk", "reach", "sit_at", "trusted_file"]


class Patient(Script):
    """A reader that gives its moves, and then waits at the prompt until it is woken."""

    def __init__(self, moves: list[str | Read], *, woken: int = 1) -> None:
        super().__init__(moves)
        self._left = len(moves)
        self._woken = woken
        self._awake = asyncio.Event()

    async def line(self, message: str) -> Read:
        if self._left:
            self._left -= 1
            return await super().line(message)
        if not self._woken:
            return Read(ReadKind.EOF)
        self._woken -= 1
        self._awake.clear()
        await self._awake.wait()
        return Read(ReadKind.WOKEN)

    def wake(self) -> None:
        self._awake.set()


def trusted_file() -> Path:
    """The file of the authority that the servers' certificates are signed by."""
    return authority().ca_file


def out_desk(
    out: io.StringIO, outside: Outside, *, look: Look = PLAIN, columns: int = 80,
    margin: Margin = Margin.FULL, interactive: bool = True, **wishes: Any,
) -> OutDesk:  # fmt: skip
    """A desk for a call that is up, drawn into `out`."""
    screen = Screen(out.write, out.flush, lambda: columns, look)
    tutor = Tutor(Annotator(annotator_prose()), margin=margin)  # type: ignore[arg-type]
    desk = OutDesk(screen, tutor, outside, **wishes)
    desk.rows = (lambda: 24) if interactive else None
    desk.echo = not interactive
    desk.commands = colon(LessonControls())
    return desk


def reach(
    port: int, *, secure: bool = False, ca: Path | None = None, longest_body: int | None = None,
    name: str = "localhost",
) -> Outside:  # fmt: skip
    """A call to that port of this machine."""
    bound = {} if longest_body is None else {"longest_body": longest_body}
    server = Server(name, port)
    outside = Outside(server, trusting(ca or trusted_file()), secure=secure, **bound)
    outside.call(lambda _: None)
    return outside


def sit_at(
    talk: Callable[[Peer], object],
    *moves: str | Read,
    reader: Script | None = None,
    remote: bool = False,
    before: Callable[[OutDesk], object] = lambda _: None,
    call: dict[str, Any] | None = None,
    **how: Any,
) -> Sitting:
    """Call a server that talks so, make these moves, and see what was drawn.

    `remote`: as if the server were not on this machine.
    """
    out = io.StringIO()
    script = reader or Script(list(moves))
    with served(talk) as port:
        outside = reach(port, **(call or {}))
        if remote:
            outside.host = Server("localhost", port, "localhost", loopback=False)
        desk = out_desk(out, outside, **how)
        before(desk)
        outcome = asyncio.run(asyncio.wait_for(desk.sit(script), 30))
    return Sitting(desk, outcome, out.getvalue(), script.messages)
