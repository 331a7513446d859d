"""How long the next login from one address waits, by how many were refused before it.

It outlives a session, so who serves keeps one for each address (`Office.penalty`). The clock is handed
in with each call.
"""

from __future__ import annotations

from typing import NamedTuple

from .policy_session import SessionPolicy

__all__ = ["Penalty", "Strikes"]


#: Digests that are remembered of one address.
TRIED = 16


class Strikes(NamedTuple):
    """How many logins were refused, and when the last was (seconds of the server's clock)."""

    refused: int = 0
    last: float = 0.0
    tried: frozenset[str] = frozenset()  #: digests of names with passwords that were refused


class Penalty:
    """The refused logins of one address. Its state is a value, so it can be put back."""

    __slots__ = ("strikes",)

    def __init__(self, strikes: Strikes = Strikes()) -> None:  # noqa: B008 - it is immutable
        self.strikes = strikes

    def seconds(self, policy: SessionPolicy, now: float) -> int:
        """How long a login waits that is tried now."""
        count = self._count(policy, now)
        steps = policy.login_penalty
        return steps[min(count, len(steps)) - 1] if count and steps else 0

    def struck(self, policy: SessionPolicy, now: float, proof: str, waited: float = 0) -> None:
        """A login was refused. `proof`: a digest of what was tried; "": it is told from no other.

        `waited`: seconds from now until it was judged, which is when its own time begins.
        """
        count = self._count(policy, now)
        tried = self.strikes.tried if count else frozenset[str]()
        if proof and proof in tried:
            return
        if len(tried) >= TRIED:
            tried = frozenset()
        self.strikes = Strikes(count + 1, now + waited, tried | ({proof} if proof else set()))

    def forgiven(self) -> None:
        """A login was right."""
        self.strikes = Strikes()

    def _count(self, policy: SessionPolicy, now: float) -> int:
        over = now - self.strikes.last >= policy.login_penalty_lasts
        return 0 if over else self.strikes.refused
