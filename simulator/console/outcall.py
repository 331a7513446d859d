"""A call to a real server, as the prompt sees it. It has no way back, and nobody looks behind it.

The line is waited for in another thread, one at a time, so that the prompt's loop stays free.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NoReturn

from .call import Call

if TYPE_CHECKING:
    from simulator.hosts import Host, NearEnd, Outside
    from simulator.pop3 import End, Exchange
    from simulator.teaching.tutor import TutorState

__all__ = ["OutCall"]


def _no_simulation() -> NoReturn:
    raise RuntimeError("a real server cannot do what a simulated one can")


class OutCall(Call):
    """What stands between the prompt and a real server. `outside` was called already."""

    def __init__(self, outside: Outside) -> None:
        super().__init__(_no_simulation)
        self.outside = outside

    @property
    def stage(self) -> NearEnd:
        """The learner's end of the line."""
        return self.outside

    @property
    def hosts(self) -> tuple[Host, ...]:
        """Nobody: there is this one call."""
        return ()

    @property
    def _loaded(self) -> bool:
        return True

    async def say(self, line: str, beside: TutorState | None = None) -> list[Exchange]:
        """Send one line. What it leads to comes when it comes: `listen`."""
        del beside
        await asyncio.to_thread(self.outside.say, line)
        return []

    async def listen(self) -> list[Exchange]:
        """Wait until Exchanges are whole, the line is down, or somebody wakes it."""
        return self._noted(await asyncio.to_thread(self.outside.listen))

    def hang_up(self, beside: TutorState | None = None) -> End:
        """Close the line without QUIT. Not while `listen` waits."""
        del beside
        return self.outside.hang_up()
