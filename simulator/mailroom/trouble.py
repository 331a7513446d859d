"""Trouble on demand: what a full disk or an unreadable file does to a maildrop, when one likes.

RFC 1939 section 6 and RFC 3206 say what a server answers when its store fails. A store in memory
never fails by itself, so it fails when it is told to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from simulator.pop3.maildrop import SystemFailure, UpdateFailed

__all__ = ["Trouble"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What fails, how, and how often. Immutable; `spent` is what is left of it.

    An update that removes nothing writes nothing, and so cannot fail.
    """

    operation: Literal["open", "update"]
    permanent: bool = False  #: [SYS/PERM], else [SYS/TEMP]
    partly: bool = False  #: an update removes the first half of the numbers before it fails
    system: bool = True  #: a failure of the system is behind it; an update can fail without
    times: int = 1  #: how often it strikes; 0: until it is taken away

    def __post_init__(self) -> None:
        """Opening fails as a whole, and because of the system."""
        if self.operation == "open" and (self.partly or not self.system):
            raise ValueError("only an update fails partly, or without a failure of the system")
        if self.permanent and not self.system:
            raise ValueError("only a failure of the system is permanent")
        if self.times < 0:
            raise ValueError("it strikes 1 time or more, or 0 for as long as it is there")

    @property
    def spent(self) -> Trouble | None:
        """What is left when it has struck once more."""
        if self.times == 1:
            return None
        return replace(self, times=self.times - 1) if self.times else self

    def failure(self) -> SystemFailure:
        """The failure of the system behind it."""
        what = "the disk cannot be written" if self.operation == "update" else "a file is damaged"
        return SystemFailure(what, permanent=self.permanent)

    def update_failed(self) -> UpdateFailed:
        """What an update in trouble raises."""
        failure = self.failure() if self.system else None
        what = str(failure) if failure else "some messages cannot be removed"
        return UpdateFailed(what, failure=failure)
