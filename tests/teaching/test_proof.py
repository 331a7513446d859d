"""Lessons proved: the sound one without a finding, the broken ones with file, line and column."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scene import LESSON, findings, new_stage, written

from simulator.pages import PageError
from simulator.teaching import load_lesson
from simulator.teaching.loader import lesson_schema, read_lesson
from simulator.teaching.proof import prove, prove_course


def test_the_sound_lesson_is_proved(tmp_path: Path) -> None:
    """The small lesson of these tests has no finding."""
    assert findings(tmp_path, LESSON) == []


#: what is broken: text in the lesson, what stands there instead, where the finding points, its words
BROKEN = {
    "an unknown key": (
        "goal: Take", "gaol: Take", "gaol: Take", "unknown key 'gaol'; did you mean 'goal'?",
    ),
    "a missing key": (
        "    goal: Take the mark back.\n", "", "id: change-mind", "missing key 'goal'; add it",
    ),
    "bad YAML": ("summary: Marking", "summary: a: b", ": b a message", "': '"),
    "a key twice": ("minutes: 8", "minutes: 8\nminutes: 9", "minutes: 9", "written twice"),
    "a word where a number is wanted": ("minutes: 8", "minutes: some", "some", "a whole number"),
    "a bad regular expression": (
        "did: {verb: RSET, ok: true}", "did: {line: 'RSET('}", "{line:", "no regular expression",
    ),
    "an unknown reason": (
        "reason: bad-argument", "reason: bad-argumnet", "bad-argumnet", "'bad-argument'",
    ),
    "an empty check": (
        "check: {did: {verb: RSET, ok: true}, maildrop: {marked: []}}", "check: {}", "{}\n",
        "a check without a key always holds",
    ),
    "an unknown label": (
        "marks: prize}", "marks: price}", "price}", "'price'; did you mean 'prize'?",
    ),
    "an unknown label in a text": ("${size:prize}", "${size:price}", "The second", "'prize'"),
    "an unknown live value": ("${user}", "${usr}", "|\n      Three", "did you mean 'user'?"),
    "a live value without its label": ("${size:prize}", "${size}", "The second", "a label"),
    "no solution": ("solution: [RSET]", "solution: []", '[]\n    hints: ["Four', "no solution"),
    "no hint": ('hints: ["Four letters, no argument."]', "hints: []", "[]\n  - id: for", "no hint"),
    "a wrong choice without words": (", say: Type it and look at the disk.", "", "{id: a", "no say"),
    "two right choices": ("text: two, ", "text: two, right: true, ", "id: guess", "one of them"),
    "the same id twice": ("id: mark\n", "id: guess\n", "guess\n    kind: do", "another id"),
    "a solution that does not pass": (
        "solution: [RSET]", "solution: [STAT]", '[STAT]\n    hints: ["Four', "does not pass",
    ),
    "a solution longer than it need be": (
        'solution: ["DELE ${num:prize}"]', 'solution: ["DELE ${num:prize}", LIST]',
        "{did: {verb: DELE, ok: true, marks: prize}}", "passes after 1 of 2 lines",
    ),
    "a check that holds at the start": (
        "check: {did: {verb: RSET, ok: true}, maildrop: {marked: []}}", "check: {never: {verb: X}}",
        "{never", "passes before anything is done",
    ),
    "a detour that fails a step": (
        "check: {did: {verb: DELE, ok: true, marks: prize}}",
        "check: {did: {marks: prize}, times: {of: {ok: true}, max: 1}}",
        "{did: {marks: prize}, times", "with NOOP and STAT in between: it does not pass",
    ),
    "letter case that fails a step": (
        "check: {did: {verb: RSET, ok: true}", "check: {did: {line: RSET}", "{did: {line: RSET}",
        "in lower case: it does not pass",
    ),
    "a test that names no feedback": (
        "feedback: dropped}", "feedback: droped}", "droped}", "did you mean 'dropped'?",
    ),
    "a test that gets other feedback": (
        "feedback: wrong-message}", "feedback: by-uid}", "by-uid}",
        "the feedback was 'wrong-message', not 'by-uid'",
    ),
    "a test that ends elsewhere": (
        "{step: mark, feedback: wrong-message}", "{step: number, feedback: wrong-message}",
        "number, feedback: wrong", "stands at 'mark'",
    ),
    "an unknown misconception": (
        "feedback: by-uid, misconception: uid-as-argument",
        "feedback: by-uid, misconception: uid-as-argumnet", "uid-as-argumnet", "did you mean",
    ),
    "a test of no task": ("upto: for-real", "upto: for-rael", "for-rael", "'for-real'?"),
    "a test of text": ("upto: guess", "upto: intro", "intro\n    answer", "no task is called 'intro'"),
    "feedback that no test gets": (
        (
            '  - name: renumbers\n    upto: number\n    answer: "2"\n'
            "    expect: {step: number, feedback: number.renumbered}\n"
        ),
        "",
        'is: "${num:prize}"', "no test gets feedback 'number.renumbered'",
    ),
    "a repair that does not mend": (
        "repair: [RSET]", 'repair: ["DELE ${num:prize}", STAT, QUIT, NOOP]',
        '["DELE ${num:prize}", STAT', "no call is up",
    ),
    "an unknown lesson in requires": (
        "teaches:", "requires: [first-login]\nteaches:", "first-login", "no lesson is called",
    ),
    "a verb that nobody taught": (
        "teaches: [STAT, LIST, DELE", "teaches: [STAT, LIST", '"DELE ${num:prize}"]\n    checkpoint',
        "DELE is taught neither here",
    ),
    "an unknown verb": ("[STAT, LIST, DELE", "[STATS, LIST, DELE", "STATS", "did you mean 'STAT'?"),
    "a loose citation": ("RFC 1939 §6]", "RFC 1939 section 6]", "RFC 1939 section", "§5"),
    "an unknown host": ("dial: mail", "dial: male", "male", "NoSuchHost"),
    "a wrong account": ("  start: logged", "  user: omar\n  start: logged", "omar", "no maildrop"),
    "mail that cannot be made": ("octets: 800", "octets: 10", "owner", "octets"),
    "a line where no call is up": (
        "start: logged-in", "start: shell", "id: look", "no call is up here; dial first",
    ),
    "a value before it is known": (
        "start: logged-in", "start: connected", "|\n      Three", "not known yet",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_each_way_of_breaking_a_lesson_is_found_where_it_is(tmp_path: Path, what: str) -> None:
    """A finding names the file, and the line and column of what is wrong."""
    old, new, place, words = BROKEN[what]
    assert old in LESSON
    text = LESSON.replace(old, new, 1)
    found = findings(tmp_path, text)
    assert any(words in each.message for each in found), found
    finding = next(each for each in found if words in each.message)
    before = text[: text.index(place)]
    assert (finding.line, finding.column) == (
        before.count("\n") + 1,
        len(before) - (before.rfind("\n") + 1) + 1,
    ), finding
    assert str(finding).startswith(f"{tmp_path / 'promise.yaml'}:{finding.line}:{finding.column}: ")


def test_the_course_is_proved_in_its_order(tmp_path: Path) -> None:
    """A required lesson must come before, what it teaches counts, and file names are kept."""
    first = LESSON.replace("id: promise", "id: first", 1)
    second = LESSON.replace("teaches: [STAT, LIST, DELE, RSET, QUIT]", "requires: [first]", 1)
    pages = [
        written(tmp_path, first, "01-first.yaml"),
        written(tmp_path, second, "02-promise.yaml"),
    ]
    assert prove_course(pages, new_stage) == []
    assert prove_course(pages[1:], new_stage, among=pages) == []
    backwards = prove_course(list(reversed(pages)), new_stage)
    assert [each.message for each in backwards][:1] == [
        "'first' does not come before this lesson; there is none to name"
    ]
    misnamed = written(tmp_path, first, "03-other.yaml")
    assert "write id: other" in str(prove_course([misnamed], new_stage)[0])


def test_one_broken_page_does_not_make_findings_in_the_others(tmp_path: Path) -> None:
    """What is said of a lesson that cannot be read is let be."""
    second = LESSON.replace("teaches: [STAT, LIST, DELE, RSET, QUIT]", "requires: [first]", 1)
    pages = [written(tmp_path, "format: 2\n", "01-first.yaml"),
             written(tmp_path, second, "02-promise.yaml")]  # fmt: skip
    assert {Path(each.file).name for each in prove_course(pages, new_stage)} == {"01-first.yaml"}


def test_a_lesson_that_hangs_on_chance_is_found(tmp_path: Path) -> None:
    """Two runs of the solution must be the same, turn by turn."""
    text = LESSON.replace("**${user}**", "${subject:prize}")
    draft = read_lesson(written(tmp_path, text))
    other = read_lesson(written(tmp_path, text.replace("You have won", "You have lost"), "b.yaml"))
    stages = cycle([draft.lesson, other.lesson])
    found = prove(draft, lambda _: new_stage(next(stages)))
    assert [each.message for each in found] == [
        "two runs of the solution differ; the lesson hangs on chance"
    ]


def test_a_lesson_is_loaded_from_its_compiled_page(tmp_path: Path) -> None:
    """The second time the same value comes without reading the page's YAML."""
    path, cache = written(tmp_path), tmp_path / "compiled"
    lesson = load_lesson(path, cache=cache)
    assert list(cache.iterdir())
    assert load_lesson(path, cache=cache) == lesson


def test_taking_a_lesson_imports_neither_yaml_nor_pydantic(tmp_path: Path) -> None:
    """With its compiled page at hand, a lesson is there at once."""
    path, cache = written(tmp_path), tmp_path / "compiled"
    load_lesson(path, cache=cache)
    program = (
        "import sys; from pathlib import Path; from simulator.teaching import load_lesson;"
        f"load_lesson(Path({str(path)!r}), cache=Path({str(cache)!r}));"
        "sys.exit(bool({'yaml', 'pydantic'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0


def test_a_page_that_contradicts_itself_is_not_loaded(tmp_path: Path) -> None:
    """`load_lesson` looks at references too, compiled or not, and says where."""
    path = written(tmp_path, LESSON.replace("${user}", "${usr}"))
    for _ in range(2):
        with pytest.raises(PageError, match=r"promise\.yaml:\d+:\d+: steps\[1\]\.text"):
            load_lesson(path, cache=tmp_path / "compiled")


def test_the_schema_for_editors_is_json() -> None:
    """An editor gets every key of a step."""
    text = json.dumps(lesson_schema())
    for key in ("solution", "unique-id", "misconception", "maildrop", "not"):
        assert f'"{key}"' in text


_LINES = LESSON.splitlines(keepends=True)
_WORDS = sorted(set(re.findall(r"[\w${}:-]+", LESSON)))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(data=st.data())
def test_any_page_is_proved_or_refused_and_nothing_else(
    tmp_path: Path, data: st.DataObject
) -> None:
    """Pages cut, doubled and misspelt: findings or none, never another exception."""
    rows = list(_LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(rows) - 1))
        match data.draw(st.integers(0, 3)):
            case 0:
                del rows[at]
            case 1:
                rows.insert(at, data.draw(st.sampled_from(_LINES)))
            case 2:
                words = re.findall(r"[\w${}:-]+", rows[at]) or [rows[at]]
                word = data.draw(st.sampled_from(words))
                rows[at] = rows[at].replace(word, data.draw(st.sampled_from(_WORDS)), 1)
            case _:
                rows[at] = data.draw(st.text(max_size=12)).replace("\r", "") + rows[at]
    text = "".join(rows).encode("utf-8", "replace").decode()
    for finding in findings(tmp_path, text):
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.message
