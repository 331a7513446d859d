"""The margin's prose: complete, within its measure, and read strictly."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from chairs import WORDING, Chairs, letters

from simulator.mailroom import Accounts
from simulator.pages import PageError
from simulator.pop3 import COMMANDS, Personality, Policy, Reason, Reply, State, View, parse
from simulator.pop3.framing import Line
from simulator.pop3.inference import infer
from simulator.teaching.circumstances import SITUATIONS, VALUES
from simulator.teaching.margin import PLACEHOLDER, MarginProse, load_margin
from simulator.teaching.outcomes import outcomes

FOLDER = Path(__file__).parents[2] / "lessons" / "margin"
PROSE = load_margin(FOLDER)
TEXTS = [
    pytest.param(text, id="/".join((*place, name)))
    for place, entry in PROSE.entries.items()
    for name, text in [("plain", entry), *entry.when.items()]
]

ARGUMENTS = [
    "", " ", " 1", " 2", " 9", " 0", " x", "  1", " 1 ", " 1 2", " 1 2 3", " 2 5", " 1 -1", " mrose",
    " mrose " + "0" * 32, " mrose short", " mrose " + "0" * 32 + " x", " mrose  x",
]  # fmt: skip
LINES = ["", " ", "HELO x", *map("".join, itertools.product(COMMANDS, ARGUMENTS))]
FAULTS = [None, Reason.LINE_TOO_LONG, Reason.BAD_OCTET, Reason.BARE_LF]
CODES = ["", "[IN-USE] x", "[LOGIN-DELAY] x", "[SYS/TEMP] x", "[SYS/PERM] x", "[AUTH] x", "[X] x"]
VIEWS = [
    View(),
    View("mrose"),
    View("mrose", "mrose", "<1@x>", frozenset({2})),
    View("", "", "<1@x>"),
]


def _inferred() -> set[tuple[str, str]]:
    """Every (keyword, reason) that the client's chair can make of a -ERR."""
    found = set()
    states = (State.AUTHORIZATION, State.TRANSACTION)
    for text, fault, code, view, state in itertools.product(LINES, FAULTS, CODES, VIEWS, states):
        command = parse(text)
        reason = infer(Line(text, fault), command, Reply(f"-ERR {code}"), state, view)
        assert reason is not None
        found.add((command.keyword if command.row else "UNKNOWN", reason.value))
    return found


def _made() -> set[tuple[str, str]]:
    """Every (keyword, reason) that the engine gives, over servers of different manners."""
    found = set()
    for policy in ({}, {"offers": frozenset()}, {"names": "known"}):
        wording = {**WORDING, "greeting": "ready"} if "offers" in policy else WORDING
        manner = Personality("plain", "", wording, Policy(**policy))
        for prelude in ([], ["USER mrose", "PASS secret"], ["USER mrose", "PASS secret", "DELE 2"]):
            for line in LINES:
                accounts = Accounts([letters()])
                if not prelude:
                    accounts.lock("mrose", "somebody")
                chairs = Chairs(accounts, manner)
                chairs.say(*prelude, line, "USER mrose", "PASS secret")
                found |= {
                    (made.keyword or "UNKNOWN", made.reason.value)
                    for made in chairs.made if made.reason is not None
                }  # fmt: skip
    return found


def test_every_err_that_can_occur_has_an_entry() -> None:
    """No pair of command and reason, at either chair, is without its explanation."""
    common = set(outcomes()["ANY"])
    for keyword, reason in _inferred() | _made():
        assert (keyword, reason) in PROSE.entries or reason in common, (keyword, reason)
        assert (keyword, reason) in PROSE.entries or ("ANY", reason) in PROSE.entries


def test_every_outcome_that_must_be_explained_can_occur() -> None:
    """`outcomes` asks for no entry that nobody would ever read."""
    real = _inferred() | _made()
    for keyword in COMMANDS:
        wanted = {(keyword, outcome) for outcome in outcomes()[keyword]} - {(keyword, "ok")}
        assert wanted <= real


def test_the_prose_explains_every_outcome() -> None:
    """Each section has all its entries: the table's keywords, and what is no command."""
    wanted = {(section, outcome) for section, found in outcomes().items() for outcome in found}
    assert wanted <= set(PROSE.entries)
    assert set(COMMANDS) < set(outcomes())


@pytest.mark.parametrize("text", TEXTS)
def test_each_text_keeps_its_measure(text: object) -> None:
    """Before its values are filled in, a note is short enough for two lines of 80, three at most."""
    full, brief = (
        PLACEHOLDER.sub(lambda found: max(found[2].split("|"), key=len) or "00", part)
        for part in (text.full, text.brief)  # type: ignore[attr-defined]
    )
    assert len(full) <= 210, len(full)
    assert len(brief) <= 90, len(brief)
    assert len(brief) <= len(full)


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_says_what_it_should_not(text: object) -> None:
    """No filler and no praise, in any text (see the voice of the house)."""
    for part in (text.full, text.brief, text.why):  # type: ignore[attr-defined]
        words = PLACEHOLDER.sub("", part).lower().replace(",", " ").replace(".", " ").split()
        assert not {"simply", "just", "obviously", "please", "welcome"} & set(words)
        assert "!" not in part


def test_each_situation_and_each_value_is_used() -> None:
    """Nothing is computed that no sentence asks for."""
    texts = [part for entry in PROSE.entries.values() for text in (entry, *entry.when.values())
             for part in (text.full, text.brief, text.why)]  # fmt: skip
    assert {name for text in texts for name, _ in PLACEHOLDER.findall(text)} == set(VALUES)
    assert {name for entry in PROSE.entries.values() for name in entry.when} == set(SITUATIONS)


def test_the_head_of_the_pages_names_all_values_and_situations() -> None:
    """Who writes a page finds every name explained at the head of session.yaml."""
    text = (FOLDER / "session.yaml").read_text("utf-8")
    head = set(text[: text.index("\nformat:")].replace(";", " ").replace(":", " ").split())
    assert head >= set(VALUES)
    assert head >= set(SITUATIONS)


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
        ("${rows|# line|# lines}", "${rows", ">-", "a ${ that is no placeholder"),
        ("        headers-only:", "        header-only:", "", "did you mean 'headers-only'?"),
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
    assert message in _broken(tmp_path, old, new, "session.yaml")


def test_a_folder_without_pages_is_a_finding(tmp_path: Path) -> None:
    """A wrong path is said, not met with an empty margin."""
    with pytest.raises(PageError, match="no page of the margin's prose"):
        load_margin(tmp_path)


def test_compiled_prose_needs_neither_yaml_nor_pydantic(tmp_path: Path) -> None:
    """From the second start on, the margin is read without the YAML parser and the checker."""
    assert isinstance(load_margin(FOLDER, cache=tmp_path), MarginProse)
    program = (
        "import sys; from pathlib import Path; from simulator.teaching.annotator import load_margin;"
        f"prose = load_margin(Path({str(FOLDER)!r}), cache=Path({str(tmp_path)!r}));"
        "print(len(prose.entries), sorted({'yaml', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        cwd=FOLDER.parents[1],
    )  # fmt: skip
    assert done.stdout.split(maxsplit=1) == [str(len(PROSE.entries)), "[]\n"]
