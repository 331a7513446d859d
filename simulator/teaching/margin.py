"""The margin's prose: pages of sentences, one entry for each reply that can occur.

No sentence stands in the program; what the margin says is written in `lessons/margin/*.yaml`. The
pages are read strictly: a reply without its entry, an outcome that cannot occur, a placeholder or a
situation that nobody computes is a finding with file, line and column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from simulator.pages import Finding, Page, PageError, choose, load, paper, read_page
from simulator.pop3 import COMMANDS, Reason, Rule

from .breaches import BREACH, GIVEN
from .circumstances import ALWAYS, COUNTS, GROUPS, SITUATIONS, VALUES
from .outcomes import outcomes

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["PLACEHOLDER", "Entry", "MarginPage", "MarginProse", "Variant", "load_margin"]

#: `${name}`, or `${name|form for 1|form for 2|...|form for the rest}` with `#` for the number.
PLACEHOLDER = re.compile(r"\$\{([a-z-]+)((?:\|[^{}|]*)*)\}")
_PLACE = r"§[0-9]+(?:\.[0-9]+)*"
_CITE = re.compile(
    rf"RFC [0-9]{{3,4}}(?: {_PLACE})?(?:, (?:RFC [0-9]{{3,4}}(?: {_PLACE})?|{_PLACE}))*"
)
_GIVEN = {rule.word: rule.gives for rule in Rule}
_REASONS = frozenset(reason.value for reason in Reason)


@dataclass(frozen=True, slots=True)
class checked:  # noqa: N801 - reads as a word in Annotated[str, checked(...)]
    """Has a function look at each such text when a page is read; it may raise ValueError."""

    look: Callable[[str], str]

    def __get_pydantic_core_schema__(
        self,
        source: object,
        handler: GetCoreSchemaHandler,
    ) -> CoreSchema:
        """Check after pydantic has taken the text."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.look, handler(source))


def _text(text: str) -> str:
    """A text with placeholders that exist."""
    if not text.strip():
        raise ValueError("there is nothing here; write the sentence")
    if "${" in PLACEHOLDER.sub("", text):
        raise ValueError("a ${ that is no placeholder; write ${name} or ${name|one|many}")
    for name, forms in PLACEHOLDER.findall(text):
        if name not in VALUES:
            raise ValueError(f"unknown placeholder ${{{name}}}; {choose(name, VALUES)}")
        if forms and (name not in COUNTS or forms.count("|") < 2):
            raise ValueError(f"${{{name}|...}} needs a number and at least two forms of words")
    return text


def _line(text: str) -> str:
    """A text in one paragraph."""
    if "\n" in text:
        raise ValueError("a note is one paragraph; take the blank line out, or write it in `why`")
    return _text(text)


def _plain(text: str) -> str:
    """A text that quotes only what each exchange has, or each breach of some rule."""
    for name, _ in PLACEHOLDER.findall(_text(text)):
        if name not in ALWAYS | GIVEN:
            raise ValueError(_not_always(name))
    return text


def _not_always(name: str) -> str:
    return f"${{{name}}} is not known after each reply; quote it in a variant under `when:`"


def _plain_line(text: str) -> str:
    """Both."""
    return _plain(_line(text))


def _cite(text: str) -> str:
    """A place in an RFC."""
    if not _CITE.fullmatch(text):
        raise ValueError("write the place as 'RFC 1939 §5, §6' or 'RFC 1939 §5, RFC 2449 §8.1.2'")
    return text


def _situation(names: str) -> str:
    """A situation that is computed, or several with a blank between, which must all hold."""
    for name in names.split(" "):
        if name not in SITUATIONS:
            raise ValueError(f"unknown situation {name!r}; {choose(name, SITUATIONS)}")
    return names


@paper
class Variant:
    """What is said in one situation.

    Where `why` and `cite` are left out they are those of the variant that `like` names, or the entry's.
    """

    full: Annotated[str, checked(_line)]
    brief: Annotated[str, checked(_line)]
    why: Annotated[str, checked(_text)] = ""
    cite: Annotated[str, checked(_cite)] = ""
    like: str = ""


@paper
class Entry:
    """What is said of one outcome of one command, and what instead in particular situations."""

    full: Annotated[str, checked(_plain_line)]
    brief: Annotated[str, checked(_plain_line)]
    why: Annotated[str, checked(_plain)]
    cite: Annotated[str, checked(_cite)]
    when: dict[Annotated[str, checked(_situation)], Variant] = field(default_factory=dict)


@paper
class MarginPage:
    """A page of `lessons/margin`."""

    format: Literal[1]
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    foreign: dict[str, list[str]] = field(default_factory=dict)
    meant: dict[str, str] = field(default_factory=dict)
    capabilities: dict[str, Annotated[str, checked(_line)]] = field(default_factory=dict)
    mechanisms: dict[str, Annotated[str, checked(_line)]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MarginProse:
    """All pages of the margin's prose, joined."""

    entries: Mapping[tuple[str, str], Entry]  #: (section, outcome)
    foreign: Mapping[str, str]  #: word in upper case -> its group (a situation)
    meant: Mapping[str, str]  #: word in upper case -> the command it was meant to be
    #: A line of CAPA or the words it begins with -> what it announces; OTHER: any other.
    capabilities: Mapping[str, str]
    mechanisms: Mapping[str, str]  #: SASL mechanism -> what it is


def load_margin(path: Path, *, cache: Path | None = None) -> MarginProse:
    """The prose in the folder `path`, one or more pages. Raises PageError with all findings.

    `cache`: a folder for compiled pages (see `simulator.pages.load`).
    """
    pages = sorted(path.glob("*.yaml"))
    if not pages:
        raise PageError([Finding(str(path), 1, 1, "", "no page of the margin's prose is here")])
    loaded = {page: load(page, MarginPage, cache=cache) for page in pages}
    entries: dict[tuple[str, str], Entry] = {}
    doubles = []
    for page, value in loaded.items():
        for section, outcome in _keys(value):
            if (section, outcome) in entries:
                doubles.append((page, section, outcome))
            entries[section, outcome] = value.entries[section][outcome]
    findings = [*_complaints(loaded), *_missing(path, loaded, entries)]
    for page, section, outcome in doubles:
        what = "is explained twice; take one out"
        findings.append(read_page(page).finding(("entries", section, outcome), what, key=True))
    if findings:
        raise PageError(sorted(findings, key=lambda f: (f.file, f.line, f.column)))
    return MarginProse(
        entries,
        {word: group for value in loaded.values() for group in value.foreign
         for word in value.foreign[group]},
        {word: meant for value in loaded.values() for word, meant in value.meant.items()},
        {tag: text for value in loaded.values() for tag, text in value.capabilities.items()},
        {name: text for value in loaded.values() for name, text in value.mechanisms.items()},
    )  # fmt: skip


def _keys(page: MarginPage) -> Iterator[tuple[str, str]]:
    return ((section, outcome) for section, found in page.entries.items() for outcome in found)


def _complaints(loaded: Mapping[Path, MarginPage]) -> Iterator[Finding]:
    """What stands on a page and means nothing. Such a page is read again, for its lines."""
    wanted = outcomes()
    for path, value in loaded.items():
        wrong: list[tuple[tuple[str, ...], str]] = [
            (("entries", section), f"no reply is called so; {choose(section, wanted)}")
            for section in value.entries if section not in wanted
        ]  # fmt: skip
        for section, outcome in _keys(value):
            # Any command may say for itself what is else the same for all, or share a variant.
            allowed = wanted.get(section, ())
            known = {*allowed, *wanted["ANY"]} if section != "ANY" else {*_REASONS, *allowed}
            if section in wanted and outcome not in known:
                what = f"this cannot follow {section}; {choose(outcome, sorted(known))}"
                wrong.append((("entries", section, outcome), what))
            entry = value.entries[section][outcome]
            wrong += [
                (("entries", section, outcome), _not_always(name))
                for name in _quoted_unasked(section, outcome, entry)
            ]
            variants = entry.when
            wrong += [
                (("entries", section, outcome, "when", name, "like"),
                 f"no variant here is called so; {choose(variant.like, variants)}")
                for name, variant in variants.items()
                if variant.like and variant.like not in variants
            ]  # fmt: skip
        wrong += [
            (("foreign", group), f"unknown group; {choose(group, GROUPS)}")
            for group in value.foreign if group not in GROUPS
        ]  # fmt: skip
        wrong += [
            (("meant", word), f"no such command; {choose(meant, COMMANDS)}")
            for word, meant in value.meant.items() if meant not in COMMANDS
        ]  # fmt: skip
        if wrong:
            page: Page = read_page(path)
            yield from (page.finding(keys, what, key=True) for keys, what in wrong)


def _quoted_unasked(section: str, outcome: str, entry: Entry) -> list[str]:
    """What an entry's plain text quotes and has not always; of a breach, its rule says what it has."""
    given = _GIVEN.get(outcome, frozenset()) if section == BREACH else frozenset()
    texts = (entry.full, entry.brief, entry.why)
    quoted = {found[1] for text in texts for found in PLACEHOLDER.finditer(text)}
    return sorted(quoted - ALWAYS - given)


def _missing(
    folder: Path, loaded: Mapping[Path, MarginPage], entries: Mapping[tuple[str, str], Entry]
) -> Iterator[Finding]:
    """The replies that nobody explains: found at their section, or at the folder."""
    for section, wanted in outcomes().items():
        lacking = [outcome for outcome in wanted if (section, outcome) not in entries]
        if not lacking:
            continue
        what = f"{section} has no entry for {', '.join(lacking)}; write one"
        home = next((path for path, page in loaded.items() if section in page.entries), None)
        if home is None:
            yield Finding(str(folder), 1, 1, "", what)
        else:
            yield read_page(home).finding(("entries", section), what, key=True)
