"""All checks: the files by subject, each of which enters its own in the table."""

from __future__ import annotations

from . import (
    capa,
    codes,
    delivery,
    framing,
    greeting,
    hostile,
    listings,
    login,
    pipelining,
    proofs,
    reading,
    removing,
    sasl,
    secure,
    worldwide,
)
from .table import CHECKS

__all__ = ["CHECKS", "SUBJECTS"]

SUBJECTS = (
    framing, greeting, login, listings, reading, removing, delivery, capa, codes, sasl, proofs,
    secure, pipelining, worldwide, hostile,
)  # fmt: skip
