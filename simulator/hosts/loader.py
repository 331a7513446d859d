"""Reads the directory of hosts and the personalities from their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal

from simulator.pages import Finding, PageError, load, paper
from simulator.pop3 import Language, Numbers, Personality, Policy, Reading, complaints

from .host import Host
from .script import CuePage, Script

__all__ = ["PAGES", "load_hosts", "load_personalities", "load_personality"]

#: The pages that come with the package.
PAGES = Path(__file__).parent


@paper
class NumbersPage(Numbers):
    """How a `reading` reads numbers. The fields are pop3.Numbers'."""


@paper
class ReadingPage(Reading):
    """`reading:` of a policy. The fields are pop3.Reading's, each explained there."""

    numbers: NumbersPage = NumbersPage()
    counts: NumbersPage = NumbersPage(negative_refused=True)
    top_numbers: NumbersPage | None = None


@paper
class PolicyPage(Policy):
    """`policy:` of a personality. The fields are pop3.Policy's, each explained there."""

    reading: ReadingPage | None = None
    reading_before_login: ReadingPage | None = None


@paper
class LanguagePage:
    """One of `languages:`, under its tag."""

    name: str
    wording: dict[str, str]

    def language(self) -> Language:
        """As the engine wants it: a key without a text says nothing."""
        return Language(self.name, {key: text or "" for key, text in self.wording.items()})


@paper
class PersonalityPage:
    """A page of `personalities/`."""

    format: Literal[1]
    about: str
    wording: dict[str, str]
    policy: PolicyPage = PolicyPage()
    languages: dict[str, LanguagePage] = field(default_factory=dict)
    server: str = ""
    sources: tuple[str, ...] = ()
    then: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Templates are checked once, when the page is read, so that no reply can fail on one."""
        found = complaints(self.personality(""))
        if found:
            raise ValueError("; ".join(f"{key}: {what}" for key, what in found))

    def personality(self, name: str) -> Personality:
        """The personality on this page."""
        wording = {key: text or "" for key, text in self.wording.items()}
        languages = {tag: page.language() for tag, page in self.languages.items()}
        return Personality(
            name, self.about, wording, self.policy, languages,
            server=self.server, sources=tuple(self.sources), then=dict(self.then),
        )  # fmt: skip


@paper
class HostPage:
    """One host of the directory."""

    name: str
    address: str
    personality: str
    mailboxes: list[str]
    about: str
    shows: str = ""
    canonical: str = ""
    ports: tuple[int, ...] = (110,)
    tls_ports: tuple[int, ...] = ()
    script: tuple[CuePage, ...] = ()
    timestamp: str = ""


@paper
class DirectoryPage:
    """`directory.yaml`."""

    format: Literal[1]
    hosts: list[HostPage]


def load_personality(path: Path, *, cache: Path | None = None) -> Personality:
    """The personality on a page; its name is the file's. Raises PageError."""
    return load(path, PersonalityPage, cache=cache).personality(path.stem)


def load_personalities(*, pages: Path = PAGES, cache: Path | None = None) -> list[Personality]:
    """All personalities that have a page, by their names. Raises PageError."""
    found = sorted((pages / "personalities").glob("*.yaml"))
    return [load_personality(page, cache=cache) for page in found]


def load_hosts(*, pages: Path = PAGES, cache: Path | None = None) -> tuple[Host, ...]:
    """All hosts of the directory, in its order.

    Raises PageError where a page is wrong or a personality has no page.
    """
    path = pages / "directory.yaml"
    directory = load(path, DirectoryPage, cache=cache)
    personalities: dict[str, Personality] = {}
    for host in directory.hosts:
        if host.personality not in personalities:
            page = pages / "personalities" / f"{host.personality}.yaml"
            if not page.is_file():
                raise PageError([_missing(path, host, page)])
            personalities[host.personality] = load_personality(page, cache=cache)
    return tuple(_host(page, personalities) for page in directory.hosts)


def _host(page: HostPage, personalities: Mapping[str, Personality]) -> Host:
    return Host(
        page.name, page.canonical or page.name, page.address, tuple(page.ports),
        personalities[page.personality], tuple(page.mailboxes),
        page.about, page.shows, tuple(page.tls_ports), Script.of(page.script), page.timestamp,
    )  # fmt: skip


def _missing(path: Path, host: HostPage, page: Path) -> Finding:
    what = f"host {host.name} wants personality {host.personality!r}; write {page.name}"
    return Finding(str(path), 1, 1, "hosts", what)
