"""What is wrong with a personality is found when it is written, with what to write instead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chairs import EXTENDED, LANGUAGES, personality

from simulator.pop3 import Language, Policy, complaints

EVERYTHING = personality(**EXTENDED)


def told(**changes: object) -> list[tuple[str, str]]:
    """The complaints about a sound personality with some wording or policy changed."""
    wording = {**EVERYTHING.wording, **changes.pop("wording", {})}  # type: ignore[dict-item]
    languages = changes.pop("languages", EVERYTHING.languages)
    policy = replace(EVERYTHING.policy, **changes)  # type: ignore[arg-type]
    return complaints(replace(EVERYTHING, wording=wording, policy=policy, languages=languages))  # type: ignore[arg-type]


def test_a_sound_personality_has_none() -> None:
    """Neither the plainest nor one with every extension."""
    assert complaints(personality()) == []
    assert told() == []


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"wording": {"unknown-mechanism": "no"}}, "unknown-mechanism"),
        ({"wording": {"bad-credentials": "no"}}, "bad-credentials"),
        ({"wording": {"needs-tls": "not now"}, "cleartext_login": False}, "needs-tls"),
        ({"wording": {"tls-active": "no"}}, "tls-active"),
        ({"wording": {"unknown-language": "no"}}, "unknown-language"),
        ({"wording": {"needs-utf8": "no"}}, "needs-utf8"),
        ({"wording": {"noop": "caf\u00e9"}}, "noop"),
        ({"wording": {"noop": "two\nlines"}}, "noop"),
        ({"wording": {"noop": "{nothing}"}}, "noop"),
        ({"wording": {"no-op": ""}}, "no-op"),
        ({"offers": frozenset({"APOP", "XTND"})}, "offers"),
        ({"mechanisms": ("PLAIN", "GSSAPI")}, "mechanisms"),
        ({"expire": "soon"}, "expire"),
        ({"expire_of": {"omar": "-1"}}, "expire"),
        ({"language": "it"}, "language"),
        ({"capabilities": ("RESP-CODES", "SASL PLAIN")}, "capabilities"),
        ({"capabilities": ()}, "in-use"),
        ({"languages": {**LANGUAGES, "de": Language("Deutsch", {"unknown-language": "nein"})}},
         "de.unknown-language"),
        ({"languages": {**LANGUAGES, "de": Language("Deutsch", {"nop": "ja"})}}, "de.nop"),
        ({"languages": {**LANGUAGES, "de": Language("Deutsch", {"needs-utf8": "nein"})}},
         "de.needs-utf8"),
        ({"languages": {**LANGUAGES, "de": Language("Deutsch", {"in-use": "belegt"})}}, "de.in-use"),
        ({"wording": {"pass.bad-credentials": "[AUTH] {argument} is wrong"}}, "pass.bad-credentials"),
        ({"wording": {"last": "3"}}, "last"),
    ],
)  # fmt: skip
def test_each_slip_is_told_by_its_key(changes: dict[str, object], key: str) -> None:
    """The key of the wording or the field of the policy, and a sentence."""
    found = dict(told(**changes))
    assert key in found
    assert len(found[key]) > 20


def test_the_defaults_are_sound() -> None:
    """A policy is valid as it comes."""
    assert complaints(personality(offers=Policy().offers)) == []
