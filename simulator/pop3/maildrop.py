"""What the protocol asks of a store of mail: four small shapes and three refusals.

The engine never sees a file. A store that has these shapes can be served; `simulator.mailroom` is
the one that ships.

Times are seconds on the clock that was handed to the engine's Office.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

__all__ = [
    "Accounts", "Credentials", "InUse", "Maildrop", "Message", "SystemFailure", "TooMany",
    "UpdateFailed",
]  # fmt: skip


class InUse(Exception):
    """Another session holds the exclusive-access lock (RFC 1939 section 4)."""


class TooMany(InUse):
    """As many sessions of one user, from one address, as there may be."""


class SystemFailure(Exception):
    """The store cannot do it: a disk is full, a file cannot be read (RFC 3206 section 4).

    `permanent`: it will not pass by itself and needs a person, [SYS/PERM]; else [SYS/TEMP].
    """

    def __init__(self, what: str = "", *, permanent: bool = False) -> None:
        super().__init__(what)
        self.permanent = permanent


class UpdateFailed(Exception):
    """Some or all of the marked messages could not be removed (RFC 1939 section 6).

    `failure` is the failure of the system behind it, where there was one.
    """

    def __init__(self, what: str = "", *, failure: SystemFailure | None = None) -> None:
        super().__init__(what)
        self.failure = failure


class Message(Protocol):
    """One message, immutable and shared between sessions."""

    @property
    def octets(self) -> int:
        """Its size with CRLF line ends, stuffing not counted (RFC 1939 section 11)."""

    @property
    def lines(self) -> int:
        """Its lines, the blank one behind the headers counted."""

    @property
    def unique_id(self) -> str:
        """1 to 70 characters 0x21-0x7E, the same in each session (RFC 1939 section 7)."""

    @property
    def listed_id(self) -> str:
        """What UIDL says of it: the unique-id, but where equal mail has equal ones (section 7)."""

    @property
    def needs_utf8(self) -> bool:
        """Whether a header holds octets above 127: mail for UTF8 mode only (RFC 6856 section 4)."""

    def wire(self) -> bytes:
        """All of it as RETR sends it: CRLF, stuffed, without the line "." behind it."""

    def top(self, lines: int) -> bytes | memoryview:
        """The headers, the blank line and the first `lines` lines of the body, in the same form.

        Of a long one a view: a copy would be paid for by each session that does not read it.
        """


class Maildrop(Protocol):
    """One opened maildrop, locked for one session."""

    @property
    def messages(self) -> Sequence[Message]:
        """As they were when it was opened: message-number n is `messages[n - 1]`.

        In a store of which the policy says `sees_new`, what has come since stands behind them.
        """

    @property
    def flagged(self) -> Collection[int]:
        """The message-numbers that bear a mark on the disk, whoever made it (policy `removal`)."""

    def flag(self, numbers: Collection[int]) -> None:
        """From now on these bear a mark on the disk, and no others of them."""

    def missing(self) -> Collection[int]:
        """The message-numbers of what is gone from the disk by now, whoever removed or renamed it."""

    def rename(self, number: int) -> None:
        """RETR has sent this one, in a store that names read mail otherwise (`retr_renames`)."""

    def remove(self, numbers: Collection[int]) -> None:
        """Remove these message-numbers for good (UPDATE). Raises UpdateFailed."""

    def tell(self, numbers: Collection[int]) -> Sequence[Message]:
        """UIDL tells the unique-ids of these: the messages, as they are from now on.

        They are the very same sequence, unless the store writes unique-ids into the mail.
        """

    def note(self, sent: Collection[int], *, quitted: bool) -> None:
        """The session ends, by QUIT or otherwise, and RETR has sent these in it."""

    def stamp(self, numbers: Collection[int], at: int) -> None:
        """These bear from now on that they were read at that second (policy `expire_from`)."""

    def release(self) -> None:
        """Open the lock. Safe to call twice."""


class Credentials(Protocol):
    """Who has a maildrop here, and what proves it. Values are the samples' own, never real secrets."""

    def knows(self, name: str) -> bool:
        """Whether there is a mailbox of that name."""

    def password(self, name: str) -> str | None:
        """The password that PASS must carry, or None."""

    def secret(self, name: str) -> str | None:
        """The shared secret of APOP, or None."""

    def token(self, name: str) -> str | None:
        """The OAuth 2.0 access token that opens this maildrop (RFC 7628), or None."""

    def bearer(self, token: str) -> str | None:
        """Whose token that is, or None."""


class Accounts(Credentials, Protocol):
    """The same, with the maildrops."""

    def accessed(self, name: str) -> Collection[str]:
        """The unique-ids of the messages that RETR has sent (LAST, RFC 1460 section 4)."""

    def access(self, name: str, unique_id: str) -> None:
        """RETR has sent that message; "" where RSET has made it void."""

    def last_login(self, name: str) -> float | None:
        """When this maildrop was last opened, or None (for LOGIN-DELAY, RFC 2449 section 6.5)."""

    def logged_in(self, name: str, at: float) -> None:
        """It was opened now."""

    def expire(self, name: str, before: float) -> None:
        """Remove mail that arrived before that time (EXPIRE, RFC 2449 section 6.7)."""

    def open(
        self, name: str, *, exclusive: bool = True, at: float = 0.0, peer: str = "", most: int = 0
    ) -> Maildrop:
        """Open the maildrop at that time; with `exclusive`, lock it (RFC 1939 section 4).

        `peer` is the address that called; `most`: so many sessions of one user may be from one
        address, 0: any number. Raises InUse, TooMany, SystemFailure.
        """
