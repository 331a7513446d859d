"""Checking a page against a paper: conversions, unions, and findings a teacher can act on."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.pages import PageError, build, json_schema, key_of, paper, parse_page, tagged

A_LIST = "a list, each item on a line that begins with '- '"
A_MAPPING = "a mapping, lines of 'key: value'"


@paper
class Say:
    """A step that speaks."""

    kind: Literal["say"] = "say"
    text: str


@paper
class Both:
    """A step made of steps."""

    kind: Literal["all"] = "all"
    all_: tuple[Step, ...]
    take: int | tuple[int, ...] | Say = 0


Step = Annotated[Say | Both, tagged()]


@paper
class Sheet:
    """A page with one of everything."""

    steps: tuple[Step, ...] = ()
    unique_id: int = 1
    format: Literal[1, 2] = 1
    state: Literal["AUTHORIZATION", "TRANSACTION"] = "TRANSACTION"
    by_name: dict[str, Say] = dataclasses.field(default_factory=dict)
    loud: bool = False
    share: float = 0.5
    tags: frozenset[str] = frozenset()
    verb: str | tuple[str, ...] = ()
    from_: str | None = None

    def __post_init__(self) -> None:
        if self.share > 1:
            raise ValueError("share is above 1; write 1 or less")


def sheet(text: str) -> Sheet:
    """The Sheet that the text describes."""
    return build(parse_page(text.encode(), "p.yaml"), Sheet)


def findings(text: str, type_: type[Any] = Sheet) -> list[str]:
    """What is said about the text, without the name of the file."""
    with pytest.raises(PageError) as caught:
        build(parse_page(text.encode(), "p.yaml"), type_)
    return [str(finding).removeprefix("p.yaml:") for finding in caught.value.findings]


def test_a_good_page_is_a_value() -> None:
    """Text becomes what the fields say, nested and tagged, and the value is frozen."""
    value = sheet(
        "steps: [{kind: say, text: 007}, {kind: all, all: [{kind: say, text: on}], take: [1, 2]}]\n"
        "unique-id: 12\nformat: 2\nloud: yes\nshare: 0.25\ntags: [a]\nverb: no\nfrom: 10:30\n"
        "by-name: {x: {text: y}}\n"
    )
    assert value.steps == (Say(text="007"), Both(all_=(Say(text="on"),), take=(1, 2)))
    assert (value.unique_id, value.format, value.loud, value.share) == (12, 2, True, 0.25)
    assert (value.tags, value.verb, value.from_) == (frozenset("a"), "no", "10:30")
    assert value.by_name == {"x": Say(text="y")}
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.loud = False  # type: ignore[misc]
    assert not hasattr(value, "__dict__")


def test_a_paper_is_a_stdlib_dataclass() -> None:
    """`paper` makes a dataclass that needs no pydantic to be made, compared or read."""
    assert dataclasses.is_dataclass(Say)
    assert get_type_hints(Say)["text"] is str
    assert key_of("unique_id") == "unique-id"
    assert key_of("from_") == "from"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("unique-id: two", "1:12: unique-id: write a whole number, got 'two'"),
        ("unique-id: [1]", "1:12: unique-id: write a whole number, got a list"),
        ("unique-id:", "1:1: unique-id: write a whole number, got nothing"),
        ("loud: maybe", "1:7: loud: write true or false, got 'maybe'"),
        ("share: 1e9", "1:8: share: write a number, got '1e9'"),
        ("from: {a: b}", "1:7: from: write text, got a mapping"),
        ("format: 3", "1:9: format: write '1' or '2', got '3'"),
        (
            "state: TRANSACTON",
            "1:8: state: write 'TRANSACTION' or 'AUTHORIZATION', got 'TRANSACTON'",
        ),
        (
            "verb: {a: b}",
            f"1:7: verb: write text or {A_LIST}, got a mapping",
        ),
        ("unique_id: 3", "1:1: unique_id: unknown key 'unique_id'; did you mean 'unique-id'?"),
        ("Form: 3", "1:1: Form: unknown key 'Form'; did you mean 'format'?"),
        ("share: 2", "1:1: share is above 1; write 1 or less"),
        ("x", "1:1: write a mapping, lines of 'key: value', got 'x'"),
        ("", "1:1: write a mapping, lines of 'key: value', got nothing"),
        ("tags: a", "1:7: tags: write a list, each item on a line that begins with '- ', got 'a'"),
        ("by-name: {x: {}}", "1:14: by-name.x: missing key 'text'; add it"),
        ("steps: [{}]", "1:9: steps[1]: missing key 'kind'; add it, with one of say, all"),
        ("steps: [{kind: sya}]", "1:16: steps[1].kind: unknown kind 'sya'; did you mean 'say'?"),
        ("steps: [3]", "1:9: steps[1]: write a mapping, lines of 'key: value', got '3'"),
        (
            "steps: [{kind: all, all: [{kind: all, all: [{kind: say, text: [x]}]}]}]",
            "1:63: steps[1].all[1].all[1].text: write text, got a list",
        ),
        (
            "steps: [{kind: all, all: [], take: [1, x]}]",
            "1:40: steps[1].take[2]: write a whole number, got 'x'",
        ),
        (
            "steps: [{kind: all, all: [], take: {text: {}}}]",
            "1:43: steps[1].take.text: write text, got a mapping",
        ),
        (
            "steps: [{kind: all, all: [], take: x}]",
            f"1:36: steps[1].take: write a whole number or {A_LIST} or {A_MAPPING}, got 'x'",
        ),
    ],
)
def test_findings_in_plain_words(text: str, said: str) -> None:
    """Every mistake gives one finding, at its place, that says what to write."""
    assert findings(text) == [said]


def test_an_unlike_key_gets_the_list_of_keys() -> None:
    """A key that resembles none is answered with those there are."""
    assert findings("zzz: 1")[0].endswith("write one of " + ", ".join(_keys()))


def _keys() -> list[str]:
    return [key_of(field.name) for field in dataclasses.fields(Sheet)]


def test_many_findings_come_in_the_order_of_the_page() -> None:
    """All mistakes are told in one run, from the top of the page to its end."""
    said = findings("loud: x\nsteps:\n- kind: say\n  txt: a\nunique-id: x\n")
    assert [line.split(":")[0] for line in said] == ["1", "3", "4", "5"]


@pytest.mark.parametrize(
    "number", ["1_0", "٣", "²", "0x1F", "1.0", " 1", "9" * 19, "9" * 5000, "1 0", "--1"]
)
def test_whole_numbers_are_ascii_digits(number: str) -> None:
    """What Python's int takes and a reader does not expect is refused."""
    assert "whole number" in findings(f"unique-id: '{number}'")[0]


def test_long_and_hidden_text_is_shown_short_and_visible() -> None:
    """A finding quotes at most 40 characters, and none that a terminal would obey."""
    (said,) = findings('unique-id: "\\e[2J' + "x" * 900 + '"')
    assert "\x1b" not in said
    assert len(said) < 120


def test_ints_before_text_in_a_union() -> None:
    """A union takes the first member that fits, so `int | str` reads digits as a number."""

    @paper
    class Loose:
        """Either."""

        at: int | str

    assert build(parse_page(b"at: 7", "p"), Loose).at == 7
    assert build(parse_page(b"at: seven", "p"), Loose).at == "seven"


def test_plain_types_can_be_built_too() -> None:
    """A page need not be a paper at its top."""
    value: dict[str, int] = build(parse_page(b"a: 1\nb: 2", "p"), dict[str, int])
    assert value == {"a": 1, "b": 2}
    assert findings("a: x", dict[str, int]) == ["1:4: a: write a whole number, got 'x'"]


def test_the_json_schema_speaks_in_keys() -> None:
    """Editors get the keys as they are written, and no others; text may be any scalar."""
    schema = json_schema(Sheet)
    assert set(schema["properties"]) == set(_keys())
    assert schema["additionalProperties"] is False
    assert schema["$defs"]["Say"]["properties"]["text"]["type"] == ["string", "number", "boolean"]
    assert schema["$defs"]["Say"]["properties"]["kind"]["const"] == "say"


_DATA = st.recursive(
    st.sampled_from(["say", "all", "1", "x", "true", "''", "~"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]"),
        st.dictionaries(
            st.sampled_from(
                ["kind", "text", "all", "take", "steps", "verb", "by-name", "x", "say"]
            ),
            inner,
            max_size=4,
        ).map(lambda d: "{" + ", ".join(f"{key}: {value}" for key, value in d.items()) + "}"),
    ),
    max_leaves=20,
)


@given(_DATA)
def test_any_page_builds_or_raises_page_error(text: str) -> None:
    """A page of any form gives a value or findings, each with a place on the page."""
    page = parse_page(text.encode(), "p")
    try:
        told = None if build(page, Sheet) else ()
    except PageError as problem:
        told = problem.findings
    places = {*page.marks.values(), *page.key_marks.values()}
    assert told != ()
    assert all((f.line, f.column) in places and f.message for f in told or ())
