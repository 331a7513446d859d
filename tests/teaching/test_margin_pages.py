"""The pages of the margin's prose are read strictly: a mistake is found where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.pages import PageError
from simulator.teaching.margin import load_margin

FOLDER = Path(__file__).parents[2] / "lessons" / "margin"


def _broken(tmp_path: Path, old: str, new: str, page: str = "transaction.yaml") -> str:
    """What the loader says of the pages with one change."""
    for path in FOLDER.glob("*.yaml"):
        text = path.read_text("utf-8")
        if path.name == page:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / path.name).write_text(text, "utf-8")
    with pytest.raises(PageError) as caught:
        load_margin(tmp_path)
    (finding,) = caught.value.findings
    assert finding.file == str(tmp_path / page)
    line = (tmp_path / page).read_text("utf-8").splitlines()[finding.line - 1]
    return f"{line[finding.column - 1 :]} -> {finding}"


@pytest.mark.parametrize(
    ("old", "new", "where", "message"),
    [
        ("  NOOP:\n    ok:\n", "  NOOP:\n    okay:\n", "okay:", "follow NOOP; did you mean 'ok'?"),
        ("  NOOP:\n", "  NOPE:\n", "NOPE:", "no reply is called so; did you mean 'NOOP'?"),
        ("${size|#", "${sise|#", ">-", "unknown placeholder ${sise}; did you mean 'size'?"),
        ("${asked|one line|# lines}", "${asked|lines}", ">-", "at least two forms"),
        ("${size|# octet|# octets}", "${size", ">-", "a ${ that is no placeholder"),
        ("        headers-only:", "        header-only:", "", "did you mean 'headers-only'?"),
        ("        headers-only:", "        known headers:", "", "did you mean 'headers-only'?"),
        ("brief: Marked. QUIT removes it.", "brief: Marked ${total}.", "Marked", "under `when:`"),
        ("cite: RFC 1939 §5, §6", "cite: RFC1939", "RFC1939", "write the place as"),
        ("      brief: Marked. QUIT removes it.\n", "", "", "missing key 'brief'"),
        ("brief: Marked. QUIT removes it.", "brief: ''", "''", "write the sentence"),
    ],
)  # fmt: skip
def test_a_mistake_is_found_where_it_stands(
    tmp_path: Path, old: str, new: str, where: str, message: str
) -> None:
    """Each finding names file, line and column, and what to write instead."""
    findings = _all_findings(tmp_path, old, new)
    found = [said for said in findings if message in said]
    assert found, findings
    assert found[0].startswith(where)


def _all_findings(tmp_path: Path, old: str, new: str) -> list[str]:
    try:
        return [_broken(tmp_path, old, new)]
    except ValueError:
        with pytest.raises(PageError) as caught:
            load_margin(tmp_path)
    said = []
    for finding in caught.value.findings:
        rows = Path(finding.file).read_text("utf-8").splitlines() if finding.line > 1 else [""]
        said.append(f"{rows[finding.line - 1][finding.column - 1 :]} -> {finding}")
    return said


def test_a_missing_entry_is_found_at_its_section(tmp_path: Path) -> None:
    """The section that lacks an entry is named, with the entry's name."""
    old = (FOLDER / "update.yaml").read_text("utf-8")
    start, stop = old.index("    surplus-argument:"), old.index("    not-removed:")
    said = _broken(tmp_path, old[start:stop], "", "update.yaml")
    assert said.startswith("QUIT:")
    assert "QUIT has no entry for surplus-argument; write one" in said


def test_an_entry_written_twice_is_found(tmp_path: Path) -> None:
    """Two pages may not explain the same reply."""
    text = (FOLDER / "transaction.yaml").read_text("utf-8")
    start, stop = text.index("  NOOP:"), text.index("    unknown-command:", text.index("  NOOP:"))
    said = _broken(tmp_path, "entries:\n", "entries:\n" + text[start:stop], "update.yaml")
    assert "is explained twice" in said


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  smtp: [", "  smpt: [", "unknown group; did you mean 'smtp'?"),
        ("  BYE: QUIT", "  BYE: QUITE", "no such command; did you mean 'QUIT'?"),
    ],
)
def test_lists_of_words_are_held_to_the_tables(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """A group is a situation, and a word can only mean a command."""
    assert message in _broken(tmp_path, old, new, "unknown.yaml")


def test_a_variant_can_only_be_like_one_of_its_entry(tmp_path: Path) -> None:
    """`like` names the variant whose `why` and `cite` are taken."""
    said = _broken(tmp_path, "like: last-zero never-read", "like: last-one", "listings.yaml")
    assert said.startswith("like:")
    assert "no variant here is called so; did you mean 'last-zero'?" in said


def test_a_folder_without_pages_is_a_finding(tmp_path: Path) -> None:
    """A wrong path is said, not met with an empty margin."""
    with pytest.raises(PageError, match="no page of the margin's prose"):
        load_margin(tmp_path)
