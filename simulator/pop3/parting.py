"""Where a text is parted: at an octet that is one of several (reading.Reading)."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["any_of"]


@lru_cache(maxsize=64)
def any_of(octets: str) -> re.Pattern[str]:
    """What matches one of these octets, written as characters."""
    return re.compile(f"[{re.escape(octets)}]")
