"""What a personality says of one kind of refusal: its text, and what its policy makes of it.

Why a value of its own: which text there is, whether the line ends, what is late or counts, all hang on
the same keys (wording.refusal_keys). So they are looked up together, once for each kind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from .policy import Policy

__all__ = ["Verdict", "verdict_of"]

_Said = TypeVar("_Said", str, int)


class Verdict(NamedTuple):
    """The page's word on a refusal."""

    text: str | None  #: the template; None: there is none, and the indicator stands alone
    then: str | None  #: a second line's template, with its status indicator
    hangs_up: bool  #: the line ends behind it
    silent: bool  #: it is not said
    late: int  #: seconds until it is said
    bad: bool  #: it is one of the bad commands that are counted


def verdict_of(
    keys: Sequence[str], wording: Mapping[str, str], then: Mapping[str, str], policy: Policy
) -> Verdict:
    """By the keys of the refusal, of which the first that is there says most."""
    bad = _among(keys, policy.bad_commands) and not _among(keys, policy.bad_commands_not)
    return Verdict(
        text=_first(keys, wording), then=_first(keys, then),
        hangs_up=_among(keys, policy.hangs_up_on), silent=_among(keys, policy.silent_on),
        late=_first(keys, policy.delays) or 0, bad=bad,
    )  # fmt: skip


def _among(keys: Sequence[str], named: frozenset[str]) -> bool:
    return not named.isdisjoint(keys)


def _first(keys: Sequence[str], said: Mapping[str, _Said]) -> _Said | None:
    return next((said[key] for key in keys if key in said), None)
