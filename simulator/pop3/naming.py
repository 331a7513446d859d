"""Accounts under names of any case (policy_login: `name_in_any_case`)."""

from __future__ import annotations

from .maildrop import Credentials

__all__ = ["AnyCase"]


class AnyCase(Credentials):
    """The same accounts, looked up by a name in any case: their own names are in lower case.

    `trimmed`: blanks around a name are no part of it.
    """

    def __init__(self, accounts: Credentials, *, trimmed: bool = False) -> None:
        self._accounts = accounts
        self._around = " " if trimmed else ""

    def own(self, name: str) -> str:
        """The name as the accounts have it."""
        return name.strip(self._around).lower()

    def knows(self, name: str) -> bool:
        """Whether there is a mailbox of that name."""
        return self._accounts.knows(self.own(name))

    def password(self, name: str) -> str | None:
        """The password that PASS must carry, or None."""
        return self._accounts.password(self.own(name))

    def secret(self, name: str) -> str | None:
        """The shared secret of APOP, or None."""
        return self._accounts.secret(self.own(name))

    def token(self, name: str) -> str | None:
        """The access token, or None."""
        return self._accounts.token(self.own(name))

    def bearer(self, token: str) -> str | None:
        """Whose token that is, or None."""
        return self._accounts.bearer(token)
