"""The checks themselves: they say what they ask for, need nothing but Python, and can fail."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from .accounts import accounts_for, read_accounts, write_accounts
from .broken import monotone_server, shrunk
from .dial import Server
from .mail import SHAPES, Account
from .memory import manner, memory_server
from .mistakes import ACCOUNTS, MISTAKES
from .ours import PASSWORD
from .outcome import ASIDE, FAILED, PASSED, Outcome, as_json, as_table, run, run_all
from .reply import stuffed, unstuffed
from .run import main
from .subjects import CHECKS, SUBJECTS
from .table import KINDS

FOLDER = Path(__file__).parent
#: What may be more than the standard library: our own engine on a line in memory, and tests.
OURS = {
    "memory.py", "ours.py", "broken.py", "mistakes.py", "test_conformance.py", "test_suite.py",
}  # fmt: skip
#: IANA's registry: the capabilities and the response codes, each with a check that names it.
REGISTRY = frozenset(
    {"TOP", "USER", "SASL", "RESP-CODES", "LOGIN-DELAY", "PIPELINING", "EXPIRE", "UIDL",
     "IMPLEMENTATION", "STLS", "AUTH-RESP-CODE", "UTF8", "LANG"}
)  # fmt: skip
CODES = ("LOGIN-DELAY", "IN-USE", "SYS", "AUTH", "UTF8")

GOOD = memory_server(ACCOUNTS)


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_found_out(what: str) -> None:
    """A server that is wrong in one point fails the checks of that point."""
    make, names = MISTAKES[what]
    outcomes = run_all([CHECKS[name] for name in names.split()], [make()])
    assert {each.check.id: each.result for each in outcomes} == dict.fromkeys(names.split(), FAILED)


def test_the_good_server_passes() -> None:
    """What the servers with mistakes fail, the same engine without one passes."""
    assert not [o.check.id for o in run_all(CHECKS.values(), [GOOD]) if o.result == FAILED]


def test_no_story_has_a_password() -> None:
    """Even of a server that repeats all it hears, and fails much, no password is told."""
    outcomes = run_all(CHECKS.values(), [MISTAKES["echoes"][0]()])
    assert any(each.result == FAILED for each in outcomes)
    assert PASSWORD not in as_table(outcomes)


def test_every_check_can_fail() -> None:
    """No check holds of servers that agree to everything, refuse everything and say nothing."""
    every = {need.split(":")[0]: ["PLAIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "USER"]
             for check in CHECKS.values() for need in check.needs}  # fmt: skip
    answers = (b"+OK\r\n", b"-ERR\r\n", b"", b"+OK 3 3\r\n", b"+ \r\n")
    servers = [monotone_server(ACCOUNTS, every, b"+OK <1@x>\r\n", answer) for answer in answers]
    servers += [monotone_server(ACCOUNTS, every, b"-ERR\r\n", b"+OK\r\n")]
    found = {each for _, ids in MISTAKES.values() for each in ids.split()}
    here = [each for each in CHECKS.values() if "memory" in each.kinds and each.id not in found]
    for check in here:
        assert FAILED in {run(check, server).result for server in servers}, check.id


def test_there_are_enough() -> None:
    """Ids are unique by construction; there are at least 170, and four kinds of line."""
    assert len(CHECKS) >= 170
    assert len(KINDS) == 4
    assert {check.level for check in CHECKS.values()} == {"MUST", "SHOULD", "MAY"}


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_a_check_says_what_it_asks_for(check: object) -> None:
    """An id begins with an RFC and a section, and a requirement is one sentence."""
    assert re.fullmatch(r"[0-9]{4}-[0-9]+(?:\.[0-9]+)*-[a-z0-9-]+", check.id)  # type: ignore[attr-defined]
    said = check.requirement  # type: ignore[attr-defined]
    assert said.endswith(".")
    assert "\n" not in said


def test_accounts_have_names_that_all_servers_take() -> None:
    """At most 32 characters of a-z, 0-9 and -, and each check has one to itself on each line."""
    names = [check.account(kind) for check in CHECKS.values() for kind in check.kinds]
    assert max(Counter(names).values()) == 1
    assert all(re.fullmatch(r"[a-z0-9-]{1,32}", name) for name in names)


def test_the_registry_is_covered() -> None:
    """Each capability of IANA's registry is needed by a check, each response code is named by one."""
    needs = {need.split(":")[0] for check in CHECKS.values() for need in check.needs}
    assert needs >= REGISTRY
    text = " ".join(check.requirement for check in CHECKS.values())
    assert all(code in text for code in CODES)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_only_the_standard_library(path: Path) -> None:
    """A check imports the standard library and its neighbours: the folder can go anywhere."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert path.read_text(encoding="utf-8").count("\n") <= 300
    if path.name in OURS:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [(node.module or "").split(".")[0]]
        else:
            continue
        assert all(name in sys.stdlib_module_names or name == "conformance" for name in names)


def test_every_file_of_checks_is_entered() -> None:
    """A file that enters checks in the table is among the subjects."""
    entering = {
        path.stem for path in FOLDER.glob("*.py")
        if re.search(r"^@?check\(|^    check\($", path.read_text(encoding="utf-8"), re.MULTILINE)
    }  # fmt: skip
    assert entering == {subject.__name__.rpartition(".")[2] for subject in SUBJECTS}


def test_mail_is_what_it_says() -> None:
    """Each shape ends in CRLF with lines of at most 998 characters; the edges have their dots."""
    for mail in SHAPES.values():
        lines = mail.content.split(b"\r\n")
        assert lines[-1] == b""
        assert max(map(len, lines)) <= 998
        assert b"\n" not in mail.content.replace(b"\r\n", b"")
        assert unstuffed(stuffed(mail.content)) == mail.content
    for size in (1024, 4096, 16384, 65536):
        for by in (-1, 0, 1):
            content = SHAPES[f"edge-{size}{by:+d}"].content
            assert content[size + by - 2 : size + by + 1] == b"\r\n."


def test_accounts_can_be_written_and_read(tmp_path: Path) -> None:
    """What is written as folders and a page is read back as the same accounts."""
    accounts = accounts_for(("tcp", "tls"), PASSWORD)
    write_accounts(tmp_path, accounts)
    assert read_accounts(tmp_path / "accounts.json") == accounts
    some = accounts["tcp-1939-5-retr-list-size"]
    files = sorted((tmp_path / "mail" / some.name).iterdir())
    assert [file.read_bytes() for file in files] == [mail.stored for mail in some.mails]
    assert [file.name for file in files][:2] == ["01-letter.eml", "02-dots.eml"]


@pytest.mark.parametrize(
    ("page", "what"),
    [("{}", "not a page"), ("[", "not a page"), ('{"accounts": [{"name": "a"}]}', "not a page"),
     ('{"accounts": [{"name": "a", "password": "b", "messages": ["x"]}]}', "no shapes")],
)  # fmt: skip
def test_a_page_that_is_wrong_is_told(tmp_path: Path, page: str, what: str) -> None:
    """One line says what is wrong with a page of accounts."""
    path = tmp_path / "accounts.json"
    path.write_text(page, encoding="utf-8")
    with pytest.raises(ValueError, match=what):
        read_accounts(path)


def _one(id_: str, server: Server) -> list[Outcome]:
    return run_all([CHECKS[id_]], [server])


def test_a_failure_tells_a_story() -> None:
    """A failure says what was sent, what came, and what the section asks for; no password."""
    outcomes = _one("1939-5-stat-counts", memory_server(ACCOUNTS, entry=shrunk))
    text = as_table(outcomes)
    assert "MUST, RFC 1939 section 5" in text
    assert "sent:  'STAT\\r\\n'" in text
    assert "came:  '+OK 3 " in text
    assert "asked: 3 messages" in text
    assert PASSWORD not in text
    assert json.loads(as_json(outcomes))[0]["result"] == FAILED


def test_what_is_not_announced_does_not_apply() -> None:
    """A check of an extension is put aside where the server has it not."""
    server = memory_server(ACCOUNTS, manner(offers=frozenset({"CAPA", "UIDL"})))
    assert _one("1939-7-top-zero", server)[0].result == ASIDE
    assert _one("1939-7-uidl-shape", server)[0].result == PASSED


def test_only_a_must_is_a_breach() -> None:
    """A SHOULD that fails is told and is no breach."""
    server = memory_server(ACCOUNTS, manner(lock=False))
    assert [each.breach for each in _one("1939-4-lock-second", server)] == [False]


def test_a_server_without_the_account_is_no_failure() -> None:
    """A check whose account is not on the page does not apply."""
    accounts: Mapping[str, Account] = {"memo-spare": ACCOUNTS["memo-spare"]}
    assert _one("1939-5-stat-shape", memory_server(accounts))[0].result == ASIDE


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "which accounts"), (["--only", "9999"], "no check begins"),
     (["--accounts", "nowhere.json"], "nowhere.json"), (["--tcp"], "--tcp")],
)  # fmt: skip
def test_a_wrong_command_line_is_told(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """One line says what to do next, and the status is 2."""
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert said in capsys.readouterr().err


def test_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    """`--list` names each check in a line."""
    assert main(["--list"]) == 0
    assert capsys.readouterr().out.count("\n") == len(CHECKS)
