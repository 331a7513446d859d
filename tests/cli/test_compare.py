"""`port110 compare`: the verb, its options, and what programs get."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TWO = ("--servers", "exemplary,greedy")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def port110(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program with its own state folder."""
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments], capture_output=True, text=True, cwd=ROOT,
        check=False, timeout=60, env={**os.environ, "PORT110_STATE": str(state)},
    )  # fmt: skip


def test_the_usual_servers_are_the_model_and_the_real_ones(state: Path) -> None:
    """By the field `sources` of their pages, and by no list of names."""
    from simulator.hosts import load_personalities

    done = port110(state, "compare", "NOOP", "--json")
    assert done.returncode == 0
    names = [each["name"] for each in json.loads(done.stdout)["servers"]]
    real = [each.name for each in load_personalities() if each.sources and each.name != "exemplary"]
    assert names == ["exemplary", *real]


def test_without_lines_an_example_is_given(state: Path) -> None:
    """Status 2; likewise for a line feed in a line, and for names that are not there."""
    for arguments, meant in [
        ([], 'port110 compare "DELE 1" "DELE 1"'),
        (["NOOP", "--servers", "exemplry"], "Did you mean 'exemplary'?"),
        (["NOOP", "--servers", ","], "names none"),
        (["NOOP", "--mailbox", "famly"], "Did you mean 'family'?"),
        (["NOOP\nNOOP"], "line feed"),
    ]:
        done = port110(state, "compare", *arguments)
        assert done.returncode == 2
        assert meant in done.stderr
        assert "Traceback" not in done.stderr


def test_from_a_pipe_it_is_plain(state: Path) -> None:
    """No escape sequence and no sign; --width is obeyed, --color asked for is given."""
    done = port110(state, "compare", "DELE 1", "DELE 1", *TWO, "--width", "60")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 60
    wide = port110(state, "--color", "compare", "NOOP", *TWO, "--width", "130")
    assert "\x1b[" in wide.stdout
    assert "\x1b" not in port110(state, "--color", "compare", "NOOP", *TWO, "--plain").stdout


def test_json_has_the_keys_that_help_names(state: Path) -> None:
    """Each key that `--help` names is there, and no other."""
    text = port110(state, "compare", "--help").stdout.split("The keys of --json:")[1]
    found = json.loads(port110(state, "compare", "CAPA", "DELE 9", *TWO, "--json").stdout)
    assert set(found) == {"question", "servers", "lines"}
    first = found["lines"][0]
    assert list(first["replies"]) == ["exemplary", "greedy"]
    rows = [
        found["question"], found["servers"][0], first, first["answers"][0],
        first["answers"][0]["wordings"][0], first["rfc"][0], first["replies"]["greedy"],
    ]  # fmt: skip
    for row in rows:
        for key in row:
            assert key in text.replace(",", " ").replace(":", " ").split(), key
    assert [each["differs"] for each in found["lines"][1]["answers"]] == ["none"]
    assert first["replies"]["exemplary"]["body"][0] == "USER"
    assert first["cite"] == "RFC 2449 §5"


def test_json_says_what_breaks_a_rule_and_what_was_not_said(state: Path) -> None:
    """A breach names its servers; a line behind QUIT was not said."""
    lines = ("NOOP 1", "QUIT", "STAT")
    found = json.loads(port110(state, "compare", *lines, *TWO, "--json").stdout)["lines"]
    assert [each["servers"] for each in found[0]["rfc"] if each["kind"] == "breach"] == [["greedy"]]
    assert found[0]["replies"]["greedy"]["breaches"] == ["flaw-accepted"]
    assert [each["differs"] for each in found[2]["answers"]] == ["unsaid"]
    assert found[2]["replies"]["greedy"]["reply"] is None
    assert not found[2]["replies"]["greedy"]["said"]


def test_no_secret_is_printed(state: Path) -> None:
    """Neither drawn nor in JSON, raw or not; and --before-login says it to the door."""
    for form in ([], ["--json"], ["--raw"], ["--json", "--raw"]):
        done = port110(
            state, "compare", "--before-login", "USER tilda", "PASS canary-7", *TWO, *form
        )
        assert done.returncode == 0
        assert "canary" not in done.stdout
        assert "PASS ****" in done.stdout


def test_raw_json_has_the_octets(state: Path) -> None:
    """All that came, CRLF and all."""
    found = json.loads(port110(state, "compare", "NOOP", *TWO, "--raw", "--json").stdout)
    assert found["lines"][0]["replies"]["exemplary"]["octets"] == "+OK\r\n"


def test_all_servers_can_be_asked(state: Path) -> None:
    """`--servers all`: every page there is, those of the course too."""
    found = json.loads(port110(state, "compare", "NOOP", "--servers", "all", "--json").stdout)
    assert {"exemplary", "greedy", "polyglot"} <= {each["name"] for each in found["servers"]}
