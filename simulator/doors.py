"""Front doors that open on demand: a room's names, each loaded when it is first asked for.

Why: the first prompt should stand before the engine, the mail and the lessons are loaded. A room's
`__init__` says once for the type checker and once here what its files offer; a test holds the two
together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module

__all__ = ["Later", "on_demand"]


class Later:
    """Stands for a file until something of it is first used; then it is loaded."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> object:
        """What the file has under that name. Raises AttributeError, as a module does."""
        return getattr(import_module(self._name), name)


def on_demand(package: str, **files: str) -> Callable[[str], object]:
    """A module's `__getattr__` (PEP 562): `files` maps a file of `package` to its names."""
    where = {name: file for file, names in files.items() for name in names.split()}

    def get(name: str) -> object:
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{where[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return get
