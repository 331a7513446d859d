"""The office in which one session is held: who serves, for whom, and what is made anew for it.

The simulated network and a server on real ports open theirs alike; only where time and chance come
from differs (RFC 1939 section 7: a process number and a clock).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.pop3 import Accounts, Office, Personality
from simulator.pop3.penalty import Penalty, Strikes
from simulator.pop3.stamps import Origin, stamped

from .mechanisms import EVERY

__all__ = ["Penalties", "open_office"]

#: Addresses of which refused logins are remembered; the one that has called longest ago goes first.
ADDRESSES = 4096
#: Where a learner calls from: of the addresses that RFC 5737 sets aside.
CALLER = "198.51.100.7"


def open_office(  # noqa: PLR0913, PLR0917 -- what an office has
    personality: Personality,
    accounts: Accounts,
    host: str,
    clock: Callable[[], float],
    nonce: str,
    origin: Callable[[], Origin],
    timestamp: str = "",
    peer: str = CALLER,
    penalty: Penalty | None = None,
) -> Office:
    """The office of one session.

    `nonce` stands in SASL's challenges, and before the "@" of a timestamp that has no shape of its
    own; `timestamp` in place of both. `origin` is asked only where a policy has a shape to fill.
    """
    policy = personality.policy
    session_id, began = "", None
    if policy.timestamp or policy.session_id or policy.challenge:
        began = origin()
        session_id = stamped(policy.session_id, began, host)
        if personality.offered("APOP") or policy.timestamp_anyway:
            timestamp = timestamp or stamped(policy.timestamp, began, host)
    if not timestamp and personality.offered("APOP"):
        timestamp = f"<{nonce}@{host}>"
    return Office(
        personality, accounts, host, timestamp, clock, nonce, EVERY, session_id, peer, penalty,
        began,
    )  # fmt: skip


class Penalties:
    """The refused logins of each address, while there are any."""

    def __init__(self) -> None:
        self._by_address: dict[str, Penalty] = {}

    def of(self, address: str) -> Penalty:
        """That address's."""
        found = self._by_address.pop(address, None) or Penalty()
        self._by_address[address] = found
        while len(self._by_address) > ADDRESSES:
            del self._by_address[next(iter(self._by_address))]
        return found

    def state(self) -> Mapping[str, Strikes]:
        """All of it, to be put back."""
        return {address: each.strikes for address, each in self._by_address.items()}

    def restore(self, state: Mapping[str, Strikes]) -> None:
        """As at `state()`: sessions that are under way see it too."""
        for address, each in self._by_address.items():
            each.strikes = state.get(address, Strikes())
