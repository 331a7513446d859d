"""Reading a page: what is text stays text, and what could hurt is refused with its place."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.pages import PageError, in_words, parse_page, read_page
from simulator.pages import reader as reader_module
from simulator.pages.page import MAX_DEPTH, MAX_NODES, MAX_OCTETS

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.pages import Finding


def told(octets: bytes) -> tuple[Finding, ...] | None:
    """What is said about a page; None if it is a good one."""
    try:
        parse_page(octets, "p")
    except PageError as problem:
        return problem.findings
    return None


def refusal(text: str | bytes) -> str:
    """The findings about a page, as text."""
    octets = text.encode() if isinstance(text, str) else text
    with pytest.raises(PageError) as caught:
        parse_page(octets, "p.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    "scalar",
    [
        *("007", "on", "no", "yes", "10:30", "0x1F", "1_0", "+1", "1e3", "2024-01-01", ".inf"),
        *("true", "+OK 2 320", "-ERR [IN-USE] x", ".", "<a@b>", "Null", "=", "1.0", "0o7"),
    ],
)
def test_scalars_stay_text(scalar: str) -> None:
    """What other YAML readers turn into numbers, dates and truth values stays what was written."""
    assert parse_page(f"a: {scalar}".encode(), "p").data == {"a": scalar}


@given(st.text())
@example("[IN-USE]")
@example("null")
def test_quoted_text_comes_back(text: str) -> None:
    """Any text in double quotes comes back as it was, whatever it looks like."""
    written = "".join(f"\\U{ord(character):08x}" for character in text)
    assert parse_page(f'a: "{written}"'.encode(), "p").data == {"a": text}


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_only_three_scalars_are_nothing(nothing: str) -> None:
    """Nothing, a tilde and null mean nothing; in quotes they are text."""
    assert parse_page(f"a: {nothing}".encode(), "p").data == {"a": None}
    assert parse_page(f"a: '{nothing}'".encode(), "p").data == {"a": nothing}


def test_a_byte_order_mark_is_no_text() -> None:
    """A page saved with a byte order mark reads as one without."""
    assert parse_page(b"\xef\xbb\xbfa: b", "p").data == {"a": "b"}


def test_marks_count_from_one() -> None:
    """Each value and each key knows its line and column."""
    page = parse_page(b"a: b\nlist:\n  - x\n  - {k: v}\nempty:\n", "p")
    assert page.mark(()) == (1, 1)
    assert page.mark(("a",)) == (1, 4)
    assert page.mark(("list", 1, "k")) == (4, 9)
    assert page.mark(("list", 1, "k"), key=True) == (4, 6)
    assert page.mark(("empty",)) == (5, 1)
    assert page.mark(("list", 1, "gone", 3)) == page.mark(("list", 1)) == (4, 5)


def test_a_finding_says_where() -> None:
    """A finding reads file:line:column: path: message; list positions count from 1."""
    page = parse_page(b"steps:\n- check: x\n", "lesson.yaml")
    finding = page.finding(("steps", 0, "check"), "write y")
    assert str(finding) == "lesson.yaml:2:10: steps[1].check: write y"
    assert str(page.finding((), "write y")) == "lesson.yaml:1:1: write y"


def test_a_path_shows_no_control_characters() -> None:
    """A key with an escape sequence in it is shown by its code."""
    assert "\x1b" not in in_words(("a", "\x1b[2J"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3", "p.yaml:3:1: a: key 'a' is written twice, first in line 1"),
        ("a: &x 1\nb: *x", "p.yaml:2:4: '*x' is an alias"),
        ("a: &x 1", "p.yaml:1:4: '&x' is an anchor"),
        ("a: !!python/object:os.system x", "p.yaml:1:4: tags are not used"),
        ("a: !foo x", "in quotes"),
        ("a: 1\n---\nb: 2", "p.yaml:2:1: a second document"),
        ("a: {{x}}", "p.yaml:1:5: a: a key must be text"),
        ("? [a]\n: b", "a key must be text"),
        ("'': b", "there is no key in front"),
        ("text: Type: RETR 1", "p.yaml:1:11: a key cannot stand here"),
        ("a:\n\t- x", "p.yaml:2:1: a text cannot begin with this character"),
        ("a: 'x", "p.yaml:1:4: the quote that opens here is never closed"),
        ("a: [x, y", "not closed"),
        ("a: @x", "in quotes"),
        ("a: *", "in quotes"),
        ('a: "\\q"', "backslash"),
        ("a: b\n- c", "check the indentation"),
        ("ab: \x1b[2J", "p.yaml:1:5: a control character; write it as \\x1b"),
        (b"x: y\nab: \xff", "p.yaml:2:5: not UTF-8"),
        (b"\xef\xbb\xbfab: \xff", "p.yaml:1:5: not UTF-8"),
    ],
)
def test_refusals_say_where_and_what_to_do(text: str | bytes, said: str) -> None:
    """Each thing that is refused is refused at its own place, with advice."""
    assert said in refusal(text)


def test_all_findings_are_told_at_once() -> None:
    """Reading goes on behind a finding that allows it."""
    assert len(refusal("a: 1\na: 2\nb: &x 1\nc: *x\nd: !t y").splitlines()) == 4


def test_findings_are_capped() -> None:
    """A page made of mistakes gives a list that still can be read."""
    assert len(refusal("a: 1\n" * 5000).splitlines()) <= 100


def test_limits() -> None:
    """Depth, number of values and length end the reading, deep nesting without RecursionError."""
    assert parse_page(("[" * MAX_DEPTH + "]" * MAX_DEPTH).encode(), "p").data
    assert "deep" in refusal("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert "deep" in refusal("[" * 100_000)
    assert "deep" in refusal("- " * 100_000)
    assert "values" in refusal("- x\n" * (MAX_NODES + 1))
    assert "octets" in refusal(b"#" * (MAX_OCTETS + 1))


def test_the_billion_laughs_are_refused() -> None:
    """Aliases cannot blow up a page, for none is followed."""
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 20)]
    assert "alias" in refusal("\n".join(lines))


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@example(b"%YAML 3.0\n---\na")
@example(b"\xff\xfea\x00")
@example(b"? ? ? a")
def test_any_octets_are_a_page_or_a_page_error(octets: bytes) -> None:
    """No octets make reading raise anything but PageError."""
    findings = told(octets)
    assert findings != ()
    assert all(f.line >= 1 and f.column >= 1 and f.message for f in findings or ())


_YAMLISH = st.lists(
    st.sampled_from(
        [
            *(
                ": ",
                "- ",
                "\n",
                "  ",
                "a",
                "b",
                "'",
                '"',
                "[",
                "]",
                "{",
                "}",
                ",",
                "&x",
                "*x",
                "!t",
            ),
            *(
                "? ",
                "|",
                ">",
                "#",
                "---",
                "...",
                "%",
                "\t",
                "\\",
                "\\ud800",
                "~",
                "<<",
                "\r",
                "\x85",
            ),
        ]
    ),
    max_size=40,
).map("".join)


@given(_YAMLISH)
def test_anything_like_yaml_is_a_page_or_a_page_error(text: str) -> None:
    """Texts made of YAML's own signs do no harm either."""
    assert told(text.encode()) != ()


@given(_YAMLISH)
@example('a: "\\ud800"')
def test_the_pure_parser_is_as_safe(text: str) -> None:
    """Where libyaml is missing, PyYAML's own parser gives a page or a PageError, too."""
    fast = reader_module._Loader
    reader_module._Loader = yaml.SafeLoader
    try:
        assert told(text.encode()) != ()
    finally:
        reader_module._Loader = fast


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, a folder and an overlong file are findings, not other errors."""
    long = tmp_path / "long.yaml"
    long.write_bytes(b"#" * (MAX_OCTETS + 1))
    for path, said in (
        (tmp_path / "gone.yaml", "no such file"),
        (tmp_path, "not a plain file"),
        (long, "octets"),
        (tmp_path / "nul\0", "cannot be read"),
    ):
        with pytest.raises(PageError, match=said):
            read_page(path)


def test_importing_pages_imports_no_parser() -> None:
    """Neither yaml nor pydantic is imported before a page is read."""
    code = (
        "import sys, simulator.pages\n"
        "heavy = {'yaml', 'pydantic', 'pydantic_core', 'difflib', 'tempfile'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
