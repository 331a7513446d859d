"""Accounts under names of any case (policy_login: `name_in_any_case`)."""

from __future__ import annotations

from .maildrop import Credentials

__all__ = ["AnyCase"]


class AnyCase(Credentials):
    """The same accounts, looked up by a name in any case: their own names are in lower case."""

    def __init__(self, accounts: Credentials) -> None:
        self._accounts = accounts

    def knows(self, name: str) -> bool:
        """Whether there is a mailbox of that name."""
        return self._accounts.knows(name.lower())

    def password(self, name: str) -> str | None:
        """The password that PASS must carry, or None."""
        return self._accounts.password(name.lower())

    def secret(self, name: str) -> str | None:
        """The shared secret of APOP, or None."""
        return self._accounts.secret(name.lower())

    def token(self, name: str) -> str | None:
        """The access token, or None."""
        return self._accounts.token(name.lower())

    def bearer(self, token: str) -> str | None:
        """Whose token that is, or None."""
        return self._accounts.bearer(token)
