"""With which status the program leaves."""

from enum import IntEnum

__all__ = ["Exit"]


class Exit(IntEnum):
    """Exit statuses, as `port110 --help` names them. A usage error is click's own 2."""

    DONE = 0
    FAILED = 1
    NOT_PASSED = 3
    INTERRUPTED = 130
