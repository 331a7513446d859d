"""What a server does where servers differ, each decision a named field. Data; no code asks for a name.

The engine reads each field at one place. The fields stand in five files, one on the other: how a line
is read (policy_lines), how AUTH goes (policy_auth), who gets in (policy_login), what a session may do
(policy_session), and what becomes of the mail (policy_mail). Each names the RFC section and real
servers that behave so (measured; see CONTRIBUTING).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from .commands import COMMANDS
from .policy_mail import MailPolicy

__all__ = ["Policy"]


@dataclass(frozen=True, slots=True)
class Policy(MailPolicy):
    """What a server does where servers differ. Defaults are what RFC 1939 and 2449 ask for."""

    def login_delay_for(self, user: str) -> int:
        """Seconds between logins for that user; for nobody ("") the longest that there is."""
        if user:
            return self.login_delay_of.get(user, self.login_delay)
        return max((self.login_delay, *self.login_delay_of.values()))

    def expire_for(self, user: str) -> str:
        """How long mail of that user is kept; for nobody ("") the shortest that there is."""
        if user:
            return self.expire_of.get(user, self.expire)
        ends = [end for end in (self.expire, *self.expire_of.values()) if end]
        return min(ends, key=lambda end: inf if end == "NEVER" else int(end), default="")

    def removes_sent(self, user: str) -> bool:
        """Whether QUIT also removes what RETR sent (RFC 1939 §8)."""
        at_once = self.expire_from != "reading-noted" and self.expire_for(user) == "0"
        return self.retr_deletes or at_once

    def minds_sent(self, user: str) -> bool:
        """Whether it matters at the end what RETR has sent."""
        noted = self.shows_once or self.status_headers or self.expire_from != "arrival"
        return noted or self.removes_sent(user)

    def passing(self) -> frozenset[str]:
        """The commands whose answers may be others though the session is as it was.

        They are where what others do to the mail shows at once (`notices`, `sees_new`).
        """
        if self.sees_new:
            return frozenset(COMMANDS)
        return frozenset({"RETR", "TOP"} if self.notices != "nothing" else ())
