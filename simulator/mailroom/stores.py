"""Mail as it lies in a folder: .eml files, a Maildir or an mbox. It is read as octets, never written.

Nothing outside the folder is read, whatever a page or a symbolic link says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simulator.pages import Keys

from .message import Message, crlf
from .page import UNIQUE_ID

__all__ = ["Folder", "Found", "Misplaced", "found", "label_of"]

#: What stands behind the base of a Maildir file's name: `:2,FLAGS` (`;` or `!` where a file system
#: has no colon), and `,S=SIZE` in front of it.
_CHANGING = re.compile(r"(?s:(?:[;!][12],|[:,]).*)")


class Misplaced(ValueError):
    """What is wrong with a sample, and the way to the value on its page that says so."""

    def __init__(self, keys: Keys, what: str, advice: str = "") -> None:
        super().__init__(f"{what}; {advice}" if advice else what)
        self.keys = keys
        self.what = what  #: without the advice, which is for who writes a page


@dataclass(frozen=True, slots=True)
class Found:
    """Mail as found: a label for it, and its octets with CRLF line ends."""

    label: str
    content: bytes
    unique_id: str | None = None  #: one that its file's name gives it; None: it gives none
    unended: bool = False  #: nothing ended the last line of its file


@dataclass(frozen=True)
class Folder:
    """The folder of a sample. `keys`, here and below, lead to the value that gave a name."""

    path: Path

    @cached_property
    def _root(self) -> Path:
        return self.path.resolve()

    def inside(self, name: str | Path, keys: Keys) -> Path:
        """The path of what the page calls `name`, links followed. Raises Misplaced."""
        try:
            real = (self.path / name).resolve()
        except ValueError:  # a NUL, or half a surrogate pair
            raise Misplaced(keys, f"{str(name)!r} can be no name of a file") from None
        except (OSError, RuntimeError) as error:  # links in a circle
            raise Misplaced(keys, f"{name}: {error}", "write what is in this folder") from None
        if not real.is_relative_to(self._root):
            raise Misplaced(
                keys, f"{name} lies outside the folder", "put the file beside mailbox.yaml"
            )
        return real

    def read(self, name: str | Path, keys: Keys) -> bytes:
        """The octets of a file. Raises Misplaced."""
        path = self.inside(name, keys)
        try:
            if path.exists() and not path.is_file():  # a pipe would be waited for
                raise Misplaced(keys, f"{name} is no file", "write the name of a file")
            return path.read_bytes()
        except OSError as error:
            raise _unreadable(name, error, keys) from None

    def names(self, name: str, keys: Keys) -> list[str]:
        """What a folder in this folder holds, sorted. Raises Misplaced."""
        path = self.inside(name, keys)
        try:
            return sorted(each.name for each in path.iterdir())
        except OSError as error:
            raise _unreadable(name, error, keys) from None


def found(kind: str, folder: Folder, path: str, keys: Keys) -> Iterator[Found]:
    """All mail of a store of that kind. Raises Misplaced."""
    return _KINDS[kind](folder, path, keys)


def _eml(folder: Folder, path: str, keys: Keys) -> Iterator[Found]:
    for name in folder.names(path, keys):
        if name.endswith(".eml"):
            octets = folder.read(Path(path) / name, keys)
            unended = not octets.endswith(b"\n")
            yield Found(label_of(Path(name).stem), crlf(octets), unended=unended)


def _maildir(folder: Folder, path: str, keys: Keys) -> Iterator[Found]:
    """Both cur and new, sorted together by name. git keeps no empty folder: one may be missing."""
    there = [part for part in ("cur", "new") if part in folder.names(path, keys)]
    if not there:
        raise Misplaced(keys, f"{path} is no Maildir", "write the name of a folder with cur or new")
    files = [(name, part) for part in there for name in folder.names(f"{path}/{part}", keys)]
    for name, part in sorted(files):
        if not name.startswith(".") and (folder.path / path / part / name).is_file():
            octets = folder.read(f"{path}/{part}/{name}", keys)
            content, unended = crlf(octets), not octets.endswith(b"\n")
            label = _label_from_subject(content, name)
            yield Found(label, content, _unique_id_in(name), unended)


def _mbox(folder: Folder, path: str, keys: Keys) -> Iterator[Found]:
    for number, octets in enumerate(_split_mbox(folder.read(path, keys)), 1):
        content = crlf(octets)
        yield Found(_label_from_subject(content, f"message-{number}"), content)


_KINDS: dict[str, Callable[[Folder, str, Keys], Iterator[Found]]] = {
    "eml": _eml, "maildir": _maildir, "mbox": _mbox,
}  # fmt: skip


def _split_mbox(data: bytes) -> list[bytes]:
    """The messages of an mbox (the mboxrd kind): `From ` lines part them, `>From ` loses one `>`."""
    parts = re.split(rb"(?:\A|(?<=\n)\n?)From [^\n]*\n", data)
    return [
        re.sub(rb"(?m)^>(>*From )", rb"\1", part.removesuffix(b"\n\n") + b"\n" * part.endswith(b"\n\n"))
        for part in parts if part.strip()
    ]  # fmt: skip


def label_of(stem: str) -> str:
    """A label from a file's name: without the number that orders the files."""
    return _text(re.sub(r"\A[0-9]+-", "", stem))


def _label_from_subject(content: bytes, otherwise: str) -> str:
    words = re.findall(r"[a-z0-9]+", Message("", "", content).subject.lower())
    return "-".join(words[:4]) or _text(otherwise)


def _unique_id_in(name: str) -> str | None:
    """What stays of a Maildir file's name when flags and sizes change; None where it cannot be one."""
    base = _CHANGING.sub("", name)
    return base if UNIQUE_ID.match(base) else None


def _text(name: str) -> str:
    """A file's name as text: octets that are no UTF-8 reach Python as surrogates."""
    return name.encode("utf-8", "replace").decode()


def _unreadable(name: str | Path, error: OSError, keys: Keys) -> Misplaced:
    return Misplaced(keys, f"{name}: {error.strerror}", "write what is in this folder")
