"""The margin's prose: complete, within its measure, and read strictly."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest
from chairs import EXTENDED, WORDING, Chairs, letters, mailbox, personality

from simulator.mailroom import Accounts
from simulator.pop3 import (
    COMMANDS,
    Personality,
    Policy,
    Reason,
    Reply,
    State,
    Status,
    View,
    parse,
)
from simulator.pop3.commands import parse_response
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
    " PLAIN", " PLAIN =", " NONE", " PLAIN AAAA AAAA", " PLAIN ?", " de", " de fr",
]  # fmt: skip
LINES = ["", " ", "HELO x", *map("".join, itertools.product(COMMANDS, ARGUMENTS))]
FAULTS = [None, Reason.LINE_TOO_LONG, Reason.BAD_OCTET, Reason.BARE_LF]
CODES = ["", "[IN-USE] x", "[LOGIN-DELAY] x", "[SYS/TEMP] x", "[SYS/PERM] x", "[AUTH] x", "[X] x",
         "[UTF8] x", "TLS", "mechanism", "language", "lock", "password"]  # fmt: skip
RESPONSES = ["", "*", "=", "?", "AAAA", "QUIT"]
VIEWS = [
    View(),
    View("mrose"),
    View("mrose", "mrose", "<1@x>", frozenset({2})),
    View("", "", "<1@x>"),
    View(mechanism="PLAIN", responses=1),
    View(secure=True, utf8=True, language="de"),
    View(capabilities=("TOP", "SASL PLAIN", "STLS", "UTF8 USER", "LANG", "LAST")),
    View(capabilities=()),
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
    for text, fault, code, view in itertools.product(RESPONSES, FAULTS, CODES, VIEWS):
        command = parse_response("PLAIN", 1, text)
        reason = infer(Line(text, fault), command, Reply(f"-ERR {code}"), State.AUTHORIZATION, view)
        assert reason is not None
        found.add(("AUTH", reason.value))
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


FOREIGN = b"Subject: \xc3\xa9t\xc3\xa9\r\n\r\nword\r\n"


def _extended() -> set[tuple[str, str]]:
    """Every (keyword, outcome) of a server with all extensions: before TLS, behind it, in AUTH."""
    found = set()
    login = ["USER mrose", "PASS secret"]
    preludes = [
        [], login, ["STLS"], ["CAPA"], *([f"AUTH {name}"] for name in EXTENDED["mechanisms"]),  # type: ignore[attr-defined]
        ["AUTH LOGIN", "bXJvc2U="], ["AUTH PLAIN AG1yb3NlAHNlY3JldA=="],
    ]  # fmt: skip
    for policy in ({}, {"cleartext_login": False}, {"login_delay": 60}):
        manner = personality(**{**EXTENDED, **policy})
        for prelude, line in itertools.product(preludes, [*LINES, *RESPONSES]):
            accounts = Accounts([mailbox([FOREIGN])])
            accounts.logged_in("mrose", 0.0)
            chairs = Chairs(accounts, manner, now=0.0 if prelude != login else 90.0)
            chairs.say(*prelude, line)
            for made in (*chairs.seen, *chairs.made):
                if made.reply.status is Status.CONTINUE:
                    found.add((made.keyword, "challenge"))
                elif made.reason is not None:
                    found.add((made.keyword or "UNKNOWN", made.reason.value))
    return found


REAL = _inferred() | _made() | _extended()


def test_every_err_that_can_occur_has_an_entry() -> None:
    """No pair of command and reason, at either chair, is without its explanation."""
    common = set(outcomes()["ANY"])
    for keyword, reason in REAL:
        assert (keyword, reason) in PROSE.entries or reason in common, (keyword, reason)
        assert (keyword, reason) in PROSE.entries or ("ANY", reason) in PROSE.entries


def test_every_outcome_that_must_be_explained_can_occur() -> None:
    """`outcomes` asks for no entry that nobody would ever read."""
    for keyword in COMMANDS:
        wanted = {(keyword, outcome) for outcome in outcomes()[keyword]} - {(keyword, "ok")}
        assert wanted <= REAL


def test_the_prose_explains_every_outcome() -> None:
    """Each section has all its entries: the table's keywords, and what is no command."""
    wanted = {(section, outcome) for section, found in outcomes().items() for outcome in found}
    assert wanted <= set(PROSE.entries)
    assert set(COMMANDS) < set(outcomes())


@pytest.mark.parametrize("text", TEXTS)
def test_each_text_keeps_its_measure(text: object) -> None:
    """Before its values are filled in, a note is short enough for two lines of 80, three at most."""
    full, brief = (PLACEHOLDER.sub(_longest, part) for part in (text.full, text.brief))  # type: ignore[attr-defined]
    assert len(full) <= 210, len(full)
    assert len(brief) <= 90, len(brief)
    assert len(brief) <= len(full)


#: Octets of the longest texts that a placeholder stands for; of all others 2 are reckoned.
_LONG = {"challenge": 60, "mechanisms": 60, "gained": 40, "lost": 40, "name": 24, "acting": 24}


def _longest(found: re.Match[str]) -> str:
    return max(found[2].split("|"), key=len) or "0" * _LONG.get(found[1], 2)


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
    situations = [name for entry in PROSE.entries.values() for names in entry.when
                  for name in names.split(" ")]  # fmt: skip
    assert set(situations) == set(SITUATIONS)


def test_the_head_of_the_pages_names_all_values_and_situations() -> None:
    """Who writes a page finds every name explained at the head of session.yaml."""
    text = (FOLDER / "session.yaml").read_text("utf-8")
    head = set(text[: text.index("\nformat:")].replace(";", " ").replace(":", " ").split())
    assert head >= set(VALUES)
    assert head >= set(SITUATIONS)


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
