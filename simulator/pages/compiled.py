"""Checked pages kept beside each other as pickles, so that starting up needs no YAML parser.

A compiled page holds the octets of the page it was made from, the version of this package and
the state of the modules its classes live in. If any of these differs, it is not used. The folder
must belong to the person who runs the program: a pickle is as trusted as the program itself.
"""

from __future__ import annotations

import os
import pickle
import sys
import zlib
from contextlib import suppress
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar, cast

from simulator import __version__
from simulator.pages.page import parse_page, read_octets
from simulator.pages.schema import build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

__all__ = ["load"]

T = TypeVar("T")

#: The form of a compiled page. Of an earlier one it is not known whether it is stale.
FORM = 2


def load(
    path: Path,
    type_: type[T],
    *,
    cache: Path | None = None,
    check: Callable[[T], object] | None = None,
) -> T:
    """The value of `type_` that the page at `path` describes. Raises PageError.

    `check` looks at a value that was newly built and raises PageError where it is not sound; a
    compiled page was looked at when it was made.

    `cache` is a folder for compiled pages, made when missing; None means none. A compiled page
    that is broken, old or cannot be written is no error: the page itself is read.
    """
    octets = read_octets(path)
    if cache is None:
        return _built(octets, path, type_, check)
    origin = (FORM, __version__, sys.version_info[:3], str(path), repr(type_), octets)
    where = cache / f"{path.stem}-{zlib.crc32(repr(origin[3:5]).encode()):08x}.page"
    with suppress(Exception):  # a damaged pickle can raise anything, and the page is at hand
        return cast("T", _recalled(where, origin))
    value = _built(octets, path, type_, check)
    _keep(where, origin, value)
    return value


def _built(octets: bytes, path: Path, type_: type[T], check: Callable[[T], object] | None) -> T:
    value = build(parse_page(octets, str(path)), type_)
    if check is not None:
        check(value)
    return value


class _Pickler(pickle.Pickler):
    """Notes the modules of all classes it meets, and of those they are made from."""

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.modules: set[str] = set()

    def reducer_override(self, obj: object) -> Any:  # noqa: ANN401 - as pickle has it
        kind = obj if isinstance(obj, type) else type(obj)
        # A page that takes its fields from another room's class is stale when that one changes.
        self.modules.update(each.__module__ for each in kind.__mro__ if each is not object)
        return NotImplemented


def _recalled(where: Path, origin: tuple[Any, ...]) -> object:
    """The compiled page at `where`; raises any exception if it is not a good one."""
    with where.open("rb") as file:
        # What follows the head is read only if the head is right, for old states of a class
        # can be put into its new form without an error.
        kept_origin, modules = pickle.load(file)  # noqa: S301 - see above
        if kept_origin != origin or modules != _states(name for name, _ in modules):
            raise LookupError(where)
        return pickle.load(file)  # noqa: S301 - see above


def _keep(where: Path, origin: tuple[Any, ...], value: object) -> None:
    """Write a compiled page so that it is there as a whole or not at all; failure is no error."""
    body = BytesIO()
    draft = where.with_name(f".{where.name}.{os.getpid()}")
    try:
        pickler = _Pickler(body)
        pickler.dump(value)
        head = pickle.dumps((origin, _states(sorted(pickler.modules))), pickle.HIGHEST_PROTOCOL)
        where.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("xb") as file:
            file.write(head + body.getvalue())
    except Exception:  # noqa: BLE001 - values that cannot be pickled, full disks, no rights
        return
    try:
        draft.replace(where)
    except OSError:
        draft.unlink(missing_ok=True)


def _states(names: Iterable[str]) -> tuple[tuple[str, tuple[int, int]], ...]:
    """(module, (octets, time of change in ns)) for each module; zeros for one without a file."""
    states = []
    for name in names:
        file = getattr(sys.modules.get(name) or import_module(name), "__file__", None)
        try:
            now = os.stat(file or "")  # noqa: PTH116 - no Path is needed for a name at hand
            states.append((name, (now.st_size, now.st_mtime_ns)))
        except OSError:
            states.append((name, (0, 0)))
    return tuple(states)
