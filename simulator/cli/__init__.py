"""The roof: joins the rooms, holds no rule of any."""

from __future__ import annotations

import gc
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """The program.

    What is made while starting stays to the end. Looking for garbage among it costs a twentieth of
    the time until the first prompt and finds none; the verbs that go on for long turn it on again.
    """
    gc.disable()
    from .main import main as run

    run()
