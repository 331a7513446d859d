"""Each personality against the recordings of the server it plays."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from .likeness import alike
from .recording import Did, Recording, shown
from .replay import Outcome, replay
from .setting import FOLDER, setting_of

RECORDINGS = sorted((FOLDER / "recordings").glob("*.txt"))
#: The recordings that came first: the long script said to seven servers, and variants of three.
MAIN = {
    "courier", "courier-variant", "cyrus", "cyrus-variant", "dovecot", "dovecot-variant",
    "mailutils", "popa3d", "solid-pop3d", "twisted",
}  # fmt: skip


@cache
def outcome(name: str) -> Outcome:
    """One recording said to our server, once."""
    path = FOLDER / "recordings" / f"{name}.txt"
    return replay(Recording.read(path), setting_of(name))


def known(name: str) -> list[dict[str, Any]]:
    """What is known to differ in a recording, and why."""
    read = yaml.safe_load((FOLDER / "differences.yaml").read_text("utf-8"))
    found = read.get(name, [])
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("name", [path.stem for path in RECORDINGS])
def test_what_differs_is_known_and_told_why(name: str) -> None:
    """Each line that differs from the recording is in differences.yaml, and nothing else is there."""
    told = {each["line"]: each["why"] for each in known(name)}
    differ = {each.line: str(each) for each in outcome(name).differences}
    differ |= {line: f"{was} s, ours {is_} s" for line, was, is_ in outcome(name).late}
    assert set(differ) == set(told), "\n".join(
        text for line, text in differ.items() if line not in told
    )
    assert all(len(why) > 10 for why in told.values())


@pytest.mark.parametrize("name", sorted(MAIN))
def test_every_line_of_the_main_scripts_is_alike(name: str) -> None:
    """All lines and all closings of the seven servers, on the long script and on its variants."""
    done = outcome(name)
    assert done.compared > 90
    assert done.equal == done.compared
    assert done.differences == []


def test_no_recording_is_told_of_that_is_not_there() -> None:
    """differences.yaml and settings.yaml name recordings that stand beside them."""
    names = {path.stem for path in RECORDINGS}
    assert names >= MAIN
    for page in ("differences.yaml", "settings.yaml"):
        assert set(yaml.safe_load((FOLDER / page).read_text("utf-8"))) <= names


@pytest.mark.parametrize(
    ("recorded", "ours", "command"),
    [
        ("+OK ready <1b9c.1.6b010349.hIO5/Yf+M4==@one.example>",
         "+OK ready <77.2.6b0199ff.aBcDeF==@two.example>", b""),
        ("1 000000016b010379", "1 000000015f000000", b"UIDL\r\n"),
        ("+OK SESSIONID=<cyrus-1795228597-17260-1-1309424890743953308>",
         "+OK SESSIONID=<cyrus-697170952-1896-1-7>", b"PASS x\r\n"),
        ("aaaa ...[9 chars]", "aaaabbbbb", b""),
        ("8bit:\u00e9\u00ff:", r"8bit:\xe9\xff:", b"RETR 1\r\n"),
    ],
)  # fmt: skip
def test_time_and_chance_may_differ(recorded: str, ours: str, command: bytes) -> None:
    """Stamps, unique-ids and cut lines are compared by their form."""
    assert alike(recorded, ours, command)


@pytest.mark.parametrize(
    ("recorded", "ours", "command"),
    [
        ("+OK 2 213", "+OK 2 214", b"LIST 2\r\n"),
        ("+OK", "+OK ", b"NOOP\r\n"),
        ("1 000000016b010379", "2 000000016b010379", b"UIDL\r\n"),
        ("1 000000016b010379", "1 16b010379", b"UIDL\r\n"),
        ("+OK ready <1.2@one.example>", "+OK ready <1.2.3@one.example>", b""),
        ("-ERR no", "+OK no", b""),
        ("aaaa ...[9 chars]", "aaaabbbb", b""),
        (r"esc:\x1b:", r"esc:\x1a:", b"RETR 1\r\n"),
    ],
)  # fmt: skip
def test_what_a_client_reads_may_not(recorded: str, ours: str, command: bytes) -> None:
    """Figures, indicators, a blank more, and the form of ids and stamps tell."""
    assert not alike(recorded, ours, command)


def test_a_recording_is_read_as_it_was_sent() -> None:
    """Long lines, bare LF, what is in one write, and octets that cannot be printed."""
    page = FOLDER / "recordings" / "popa3d.txt"
    sections = Recording.read(page).sections
    said = [e.octets for s in sections for e in s.events if e.did is Did.SAID]
    assert b"XYZZY " + b"a" * 600 + b"\r\n" in said
    assert b"STAT\n" in said
    assert sum(each.startswith(b"XYZZY") and each[5:6].isdigit() for each in said) == 30


def test_lines_that_did_not_wait_for_a_reply_are_one_write(tmp_path: Path) -> None:
    """With `C+`, or right under a whole line; where a line has no end yet, or no reply, they wait."""
    page = tmp_path / "page.txt"
    page.write_text(
        "## a\n-- connect\nC: USER alice\nC: PASS x\nS: +OK\nC: ST   <no line end>\nC: AT\nC+ NOOP\n"
        "C: STAT   <bare LF>\n!! (no reply within wait)\nC: LIST 000...(12 octets)2\nC: QUIT\n",
        "utf-8",
    )
    (section,) = Recording.read(page).sections
    said = [event.octets for event in section.events if event.did is Did.SAID]
    assert said == [
        b"USER alice\r\nPASS x\r\n", b"ST", b"AT\r\nNOOP\r\nSTAT\n",
        b"LIST 0000002\r\nQUIT\r\n",
    ]  # fmt: skip


def test_what_a_server_sent_is_shown_as_recordings_show_it() -> None:
    """A line each, with what ended it where that was not CRLF."""
    octets = b"+OK\r\ncaf\xc3\xa9\ta\x07\nrest"
    assert shown(octets) == ["+OK", "caf\u00e9\ta\\x07<LF-only>", "rest<no end>"]
