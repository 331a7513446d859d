"""The table of checks: each bound to a section of an RFC, with the requirement in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .dial import Dial

__all__ = ["CHECKS", "FEW", "KINDS", "MAY", "MUST", "SHOULD", "Check", "check"]

MUST: Final = "MUST"
SHOULD: Final = "SHOULD"
MAY: Final = "MAY"
#: The kinds of line. "stls" begins in the clear and goes over to TLS before the check gets it.
KINDS = ("memory", "tcp", "stls", "tls")
#: The mail of an account where the check asks for no other (names of mail.SHAPES).
FEW = ("letter", "dots", "longer")

Body = Callable[[Dial], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One check. Its id begins with the RFC's number and the section: `1939-5-stat-shape`."""

    id: str
    level: str
    requirement: str
    body: Body
    mail: tuple[str, ...]
    needs: tuple[str, ...]  #: what must be offered, else it does not apply (see Server.offers)
    kinds: tuple[str, ...]  #: the kinds of line on which it has a meaning

    @property
    def rfc(self) -> str:
        """The RFC's number."""
        return self.id.split("-")[0]

    @property
    def where(self) -> str:
        """The place, for people: "RFC 1939 section 5"."""
        number, section = self.id.split("-")[:2]
        return f"RFC {number} section {section}"

    def account(self, kind: str) -> str:
        """The name of the account that this check has to itself on that kind of line."""
        return f"{kind[:4]}-{self.id.replace('.', '-')}"


CHECKS: dict[str, Check] = {}


def check(
    name: str,
    level: str,
    *,
    mail: tuple[str, ...] = FEW,
    needs: str = "",
    kinds: tuple[str, ...] = KINDS,
    says: str = "",
) -> Callable[[Body], Body]:
    """Enter a function in the table. Its docstring is the requirement, or `says` for one made in a row.

    `needs`: words parted by blanks: capabilities, "SASL:PLAIN" for a mechanism, or "APOP".
    """

    def enter(body: Body) -> Body:
        requirement = (says or body.__doc__ or "").strip()
        assert requirement, f"{name} says nothing"
        assert name not in CHECKS, f"{name} is there twice"
        CHECKS[name] = Check(name, level, requirement, body, mail, tuple(needs.split()), kinds)
        return body

    return enter
