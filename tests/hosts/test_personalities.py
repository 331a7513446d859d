"""The personalities that ship: sound, complete in each language, and each the voice of some host."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from simulator.hosts import load_hosts, load_personality
from simulator.hosts.loader import PAGES
from simulator.mailroom import Accounts
from simulator.pop3 import Office, Personality, Policy, Reading, Reason, complaints
from simulator.pop3.session import Session, fill
from simulator.pop3.wording import FIELDS

PERSONALITIES = [load_personality(page) for page in sorted(PAGES.glob("personalities/*.yaml"))]
#: A reply's first line may have so many octets (RFC 2449 section 4), "-ERR " and CRLF counted.
LONGEST = 512 - len("-ERR \r\n")
#: Fields that quote English words.
ENGLISH = {"messages", "totals", "left"}

each_one = pytest.mark.parametrize("one", PERSONALITIES, ids=lambda one: one.name)
with_languages = pytest.mark.parametrize(
    ("one", "tag"), [(one, tag) for one in PERSONALITIES for tag in one.languages],
    ids=lambda part: part if isinstance(part, str) else part.name,
)  # fmt: skip


def code_of(template: str) -> str:
    """The response code that a template begins with, or ""."""
    found = re.match(r"\[[A-Z0-9/-]+\]", template)
    return found[0] if found else ""


def fields_of(template: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", template))


@each_one
def test_every_personality_is_sound(one: Personality) -> None:
    """Nothing to complain of, in any language, and it says what it is."""
    assert complaints(one) == []
    assert one.about.endswith(".")
    assert bool(one.server) == bool(one.sources)


@each_one
def test_every_personality_speaks_on_some_host(one: Personality) -> None:
    """No page lies about that nobody can dial."""
    assert one.name in {host.personality.name for host in load_hosts()}


@each_one
def test_each_reply_is_one_short_printable_line(one: Personality) -> None:
    """In each language each template fills, with the longest that a line may carry too."""
    argument = "x" * 250
    fields: dict[str, str | int] = dict.fromkeys(FIELDS, 10**9)
    session = Session(named=argument, user=argument)
    for tag in ("", *one.languages):
        spoken = one.speaking(tag)
        office = Office(spoken, Accounts([]), "mail.example.test", "<1896.697170952@host.example>")
        for key, template in spoken.wording.items():
            for given in (fields, {"keyword": argument, "argument": argument}):
                text = fill(template, office, session, **given)
                assert text.isprintable(), key
                assert len(text.encode()) <= LONGEST, key
            assert not tag or one.wording.get(key) == template or not ENGLISH & fields_of(template)


@with_languages
def test_a_language_says_all_and_means_the_same(one: Personality, tag: str) -> None:
    """Every text but the greeting, in other words, with the same fields and the same code."""
    language = one.languages[tag]
    assert set(language.wording) == set(one.wording) - {"greeting"}
    for key, template in language.wording.items():
        plain = one.wording[key]
        assert template != plain, key
        assert code_of(template) == code_of(plain), key
        assert fields_of(template) == fields_of(plain), key
    assert not "".join(language.wording.values()).isascii()


def test_somebody_speaks_two_languages_more_than_plain_english() -> None:
    """RFC 6856 section 3: i-default, two others, and one of these preferred."""
    assert any(
        len(one.languages) >= 2 and one.language("*") in one.languages for one in PERSONALITIES
    )


def test_the_courses_own_server_has_words_for_each_refusal() -> None:
    """What it can refuse it refuses in words; three things it never has a reason for."""
    exemplary = next(one for one in PERSONALITIES if one.name == "exemplary")
    without = {each for each in Reason if not exemplary.refusing("", each)}
    assert without == {Reason.NO_SUCH_MAILBOX, Reason.NEEDS_UTF8, Reason.UNKNOWN_LANGUAGE}
    assert exemplary.policy.names == "any"
    assert not {"UTF8", "LANG"} & exemplary.policy.offers
    assert (exemplary.server, exemplary.sources) == ("", ())


def test_a_page_of_a_real_server_says_what_it_is() -> None:
    """Three sentences at least, and each source by its kind."""
    real = [one for one in PERSONALITIES if one.server]
    assert len(real) == 14
    for one in real:
        assert one.about.count(". ") + 1 >= 3, one.name
        kinds = {source.partition(": ")[0] for source in one.sources}
        assert kinds <= {"run", "source", "documentation", "log"}, one.name


@pytest.mark.parametrize(
    "page", sorted(PAGES.glob("personalities/*.yaml")), ids=lambda page: page.stem
)
def test_a_page_has_its_policy_in_the_order_of_the_fields(page: Path) -> None:
    """As the fields are explained, and none of them says what holds anyway."""
    policy, written = load_personality(page).policy, yaml.safe_load(page.read_text("utf-8"))
    asked = written.get("policy", {})
    pairs: list[tuple[Policy | Reading, Policy | Reading, dict[str, object]]] = [
        (policy, Policy(), asked)
    ]
    pairs += [
        (reading, Reading(), asked[key])
        for key, reading in (("reading", policy.reading),
                             ("reading-before-login", policy.reading_before_login)) if reading
    ]  # fmt: skip
    for said, default, keys in pairs:
        names = [key.replace("-", "_") for key in keys]
        assert names == [each.name for each in fields(said) if each.name in names]
        assert not [name for name in names if getattr(said, name) == getattr(default, name)]
