"""The cache of checked pages: never in the way, never wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from simulator.hosts.loader import PAGES, load_personality
from simulator.pages import PageError, compiled, load, paper

if TYPE_CHECKING:
    from pathlib import Path


@paper
class Card:
    """A page with one key."""

    name: str
    number: int = 0


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A good page."""
    path = tmp_path / "card.yaml"
    path.write_text("name: mira\nnumber: 3\n")
    return path


def compiled_in(folder: Path) -> Path:
    """The one compiled page in a folder."""
    (path,) = folder.iterdir()
    return path


def test_no_cache_means_no_file(page: Path) -> None:
    """Without a cache nothing is written anywhere."""
    assert load(page, Card) == Card(name="mira", number=3)
    assert list(page.parent.iterdir()) == [page]


def test_a_second_load_reads_no_yaml(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compiled page is enough: the parser is not asked again."""
    cache = tmp_path / "deep" / "cache"
    first = load(page, Card, cache=cache)
    monkeypatch.setattr(compiled, "parse_page", None)
    assert load(page, Card, cache=cache) == first


def test_a_second_run_imports_no_parser(tmp_path: Path) -> None:
    """In a new process a compiled page is read without yaml and pydantic."""
    (tmp_path / "cards.py").write_text(
        "from simulator.pages import paper\n\n@paper\nclass Card:\n    name: str\n"
    )
    (tmp_path / "card.yaml").write_text("name: mira\n")
    code = (
        "import sys, pathlib, cards, simulator.pages as pages\n"
        "here = pathlib.Path(sys.argv[1])\n"
        "card = pages.load(here / 'card.yaml', cards.Card, cache=here / 'cache')\n"
        "assert card == cards.Card(name='mira')\n"
        "print(sorted({'yaml', 'pydantic', 'pydantic_core'} & set(sys.modules)))"
    )
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    environment = {**os.environ, "PYTHONPATH": paths}

    def run() -> str:
        command = [sys.executable, "-c", code, str(tmp_path)]
        return subprocess.run(
            command, check=True, capture_output=True, text=True, env=environment
        ).stdout.strip()

    assert run() == "['pydantic', 'pydantic_core', 'yaml']"
    assert run() == "[]"


def test_a_changed_page_is_read_anew(page: Path, tmp_path: Path) -> None:
    """The octets of the page decide, not its time of change."""
    cache = tmp_path / "cache"
    load(page, Card, cache=cache)
    before = page.stat()
    page.write_text("name: omar\nnumber: 3\n")
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert load(page, Card, cache=cache).name == "omar"
    assert load(page, Card, cache=cache).name == "omar"
    assert len(list(cache.iterdir())) == 1


def test_another_version_is_not_believed(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compiled page of another version, or of changed code, is made anew."""
    cache = tmp_path / "cache"
    load(page, Card, cache=cache)
    asked: list[str] = []
    real = compiled.parse_page
    monkeypatch.setattr(compiled, "parse_page", lambda o, f: asked.append(f) or real(o, f))
    monkeypatch.setattr(compiled, "__version__", "0.0.9")
    load(page, Card, cache=cache)
    assert len(asked) == 1
    monkeypatch.setattr(compiled, "_states", lambda names: tuple((n, (1, 1)) for n in names))
    load(page, Card, cache=cache)
    assert len(asked) == 2


def test_a_page_is_stale_when_a_class_that_its_own_is_made_from_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A policy's page takes its fields from another room; a new field there makes it anew."""
    cache, path = tmp_path / "cache", PAGES / "personalities" / "exemplary.yaml"
    load_personality(path, cache=cache)
    asked: list[str] = []
    real = compiled.parse_page
    monkeypatch.setattr(compiled, "parse_page", lambda o, f: asked.append(f) or real(o, f))
    load_personality(path, cache=cache)
    assert not asked
    states = compiled._states
    changed = ("simulator.pop3.policy_mail", (1, 1))
    monkeypatch.setattr(compiled, "_states", lambda names: tuple(
        changed if state[0] == changed[0] else state for state in states(names)
    ))  # fmt: skip
    load_personality(path, cache=cache)
    assert len(asked) == 1


@pytest.mark.parametrize("junk", [b"", b"junk", b"\x80\x05.", b"cos\nsystem\n(S'false'\ntR."])
def test_a_broken_cache_is_ignored(page: Path, tmp_path: Path, junk: bytes) -> None:
    """A damaged compiled page is no error; it is replaced by a good one."""
    cache = tmp_path / "cache"
    load(page, Card, cache=cache)
    path = compiled_in(cache)
    good = path.read_bytes()
    path.write_bytes(junk)
    assert load(page, Card, cache=cache).number == 3
    assert compiled_in(cache).read_bytes() == good


def test_every_torn_cache_is_ignored(page: Path, tmp_path: Path) -> None:
    """Cut at any octet, a compiled page is never taken for a whole one."""
    cache = tmp_path / "cache"
    load(page, Card, cache=cache)
    path = compiled_in(cache)
    good = path.read_bytes()
    for cut in range(0, len(good), 7):
        path.write_bytes(good[:cut])
        assert load(page, Card, cache=cache) == Card(name="mira", number=3)


def test_a_cache_that_cannot_be_written_is_no_error(page: Path, tmp_path: Path) -> None:
    """A file in the place of the folder, or of the compiled page, is lived with."""
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    assert load(page, Card, cache=blocked).name == "mira"
    cache = tmp_path / "cache"
    load(page, Card, cache=cache)
    path = compiled_in(cache)
    path.unlink()
    path.mkdir()
    assert load(page, Card, cache=cache).name == "mira"
    assert list(cache.iterdir()) == [path]


def test_two_types_of_one_page_do_not_mix(page: Path, tmp_path: Path) -> None:
    """One page asked for as two types gives each its own."""
    cache = tmp_path / "cache"
    load(page, Card, cache=cache)
    assert load(page, dict[str, str], cache=cache) == {"name": "mira", "number": "3"}
    assert load(page, Card, cache=cache).number == 3


def test_findings_are_not_cached(page: Path, tmp_path: Path) -> None:
    """A bad page is refused each time, and nothing is kept of it."""
    page.write_text("name: mira\nnumbr: 3\n")
    cache = tmp_path / "cache"
    for _ in range(2):
        with pytest.raises(PageError, match="did you mean 'number'"):
            load(page, Card, cache=cache)
    assert not cache.exists()
