"""`port110 explain`: what it prints and for whom, what it hides, and with which status it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from captures import SESSION, Wire, ethernet, pcap, pcapng

from simulator.transcript import read

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = """How to read mail by hand:

$ telnet mail.example.test 110
Trying 192.0.2.110...
Connected to mail.example.test.
Escape character is '^]'.
+OK POP3 server ready <1896.697170952@mail.example.test>
USER mira
+OK
PASS kettle42
+OK mira's maildrop has 3 messages
LIST
+OK
1 884
2 614
DELE 2
+OK
FOO
-ERR unknown command

Mind that kettle42 (in base64 a2V0dGxlNDI=) can be read by all.
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def port110(
    state: Path, *arguments: str, typed: str | bytes = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the program with its own state folder."""
    octets = typed.encode("utf-8", "surrogateescape") if isinstance(typed, str) else typed
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *arguments], input=octets, capture_output=True, cwd=ROOT,
        check=False, timeout=60, env={**os.environ, "PORT110_STATE": str(state), **variables},
    )  # fmt: skip
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def test_a_page_from_a_pipe_is_annotated(state: Path) -> None:
    """What was found, each line with reply and notes, what is missing, and a summary; no colour."""
    done = port110(state, "explain", typed=PAGE)
    assert (done.returncode, done.stderr) == (0, "")
    out = done.stdout
    for part in (
        "1 session in 21 lines", "mail.example.test port 110 (lines 7 to 19)", "Likely server:",
        "USER mira\n+OK\n  note: ", "state: AUTHORIZATION -> TRANSACTION", "missing: line 15:",
        "There is no QUIT, and message 2 is marked", "why: ", "In short",
    ):  # fmt: skip
        assert part in out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_a_file_is_as_good_as_a_pipe(state: Path, tmp_path: Path) -> None:
    """FILE, `-` and nothing at all."""
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    outs = [
        port110(state, "explain", str(path)).stdout,
        port110(state, "explain", "-", typed=PAGE).stdout,
        port110(state, "explain", typed=PAGE).stdout,
    ]
    assert outs[0] == outs[1] == outs[2]


@pytest.mark.parametrize("form", [[], ["--json"], ["--margin", "off"], ["--width", "130"]])
def test_no_password_is_printed_in_any_form(state: Path, form: list[str]) -> None:
    """Behind PASS, AUTH and APOP, repeated in prose, echoed by the server, in base64."""
    digest = "c4c9334bac560ecc979e58001b3e22fb"
    text = PAGE + (
        "\nS: +OK ready <1.1@x>\nC: AUTH PLAIN\nS: + \nC: AG90dG8AaGFycG9vbjc=\n"
        "S: -ERR harpoon7 is wrong\n"
        f"C: APOP otto {digest}\nS: -ERR\nC: PASS lantern88\nS: what, lantern88\n"
        "C: bogus lantern88\n"
    )  # fmt: skip
    done = port110(state, "--color", "explain", *form, typed=text)
    assert done.returncode == 0
    whole = done.stdout + done.stderr
    for secret in (
        "kettle42",
        "a2V0dGxlNDI",
        "harpoon7",
        "AG90dG8AaGFycG9vbjc",
        digest,
        "lantern88",
    ):
        assert secret not in whole
    assert "****" in whole


def test_json_has_the_keys_that_the_readme_names(state: Path) -> None:
    """One document; an exchange is the same value as everywhere."""
    document = json.loads(port110(state, "explain", "--json", typed=PAGE).stdout)
    assert list(document) == [
        "format", "source", "unit", "lines", "undone", "sessions", "not_understood",
    ]  # fmt: skip
    (session,) = document["sessions"]
    assert list(session) == [
        "first", "last", "host", "port", "tls", "server", "events", "end", "closing",
    ]  # fmt: skip
    exchanges = [event for event in session["events"] if event["kind"] == "exchange"]
    assert list(exchanges[0]) == [
        "kind", "said_at", "heard_at", "said", "restored", "reply", "body", "whole", "before", "after",
        "reason", "effects", "breaches", "notes",
    ]  # fmt: skip
    assert [each["said"] for each in exchanges] == [
        None, "USER mira", "PASS ****", "LIST", "DELE 2", "FOO",
    ]  # fmt: skip
    assert exchanges[3]["body"] == ["1 884", "2 614"]
    assert not exchanges[3]["whole"]
    assert exchanges[5]["reason"] == "unknown-command"
    missing = [event for event in session["events"] if event["kind"] == "missing"]
    assert [(each["what"], each["line"]) for each in missing] == [("no-dot", 15), ("no-quit", 19)]
    assert missing[1]["numbers"] == [2]
    assert set(missing[0]) == {"kind", "what", "line", "numbers", "text"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for key in (*document, *session, *exchanges[0], *missing[0]):
        assert f"`{key}`" in readme, key


def test_what_it_prints_can_be_explained_again(state: Path) -> None:
    """Its own plain output is one more text with a session in it."""
    whole = PAGE.replace("2 614\n", "2 614\n.\n") + "QUIT\n+OK bye\n"
    once = port110(state, "explain", typed=whole).stdout
    first, again = read(whole).dialogues, read(once).dialogues
    assert [turn.exchange.reply.line for turn in again[0].turns] == [
        turn.exchange.reply.line for turn in first[0].turns
    ]
    assert [turn.exchange.after for turn in again[0].turns] == [
        turn.exchange.after for turn in first[0].turns
    ]


def test_margin_off_leaves_the_session_alone(state: Path) -> None:
    """Only what was said, with what was hidden; `brief` is shorter than `full`."""
    off = port110(state, "explain", "--margin", "off", typed=PAGE).stdout
    assert off.startswith("+OK POP3 server ready")
    assert "note:" not in off
    assert "missing" not in off
    full = port110(state, "explain", typed=PAGE).stdout
    brief = port110(state, "explain", "--margin", "brief", typed=PAGE).stdout
    assert len(off) < len(brief) < len(full)


def test_from_110_columns_on_the_notes_stand_beside_the_reply(state: Path) -> None:
    """In the coloured look; the plain one has them below, at any width."""
    wide = port110(state, "--color", "explain", "--width", "120", typed=PAGE).stdout
    (greeting,) = [line for line in wide.splitlines() if "POP3 server ready" in line]
    assert "The server speaks first" in greeting
    narrow = port110(state, "--color", "explain", "--width", "80", typed=PAGE).stdout
    (greeting,) = [line for line in narrow.splitlines() if "POP3 server ready" in line]
    assert "The server speaks first" not in greeting


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "No session was recognised"),
        ("Begin with USER, then PASS.\n", "No session was recognised"),
        (bytes(range(256)) * 20, "not a text and not a capture"),
        (b"\x1f\x8b\x08" + bytes(range(256)) * 9, "unpack it first"),
        (b"* OK IMAP4rev1\na1 LOGIN mira kettle42\na1 OK\n", "looks like IMAP"),
        (b"\xa1\xb2\xc3\xd4" + b"\xff" * 40, "capture"),
    ],
)
def test_what_is_no_session_is_said_to_be_none(state: Path, typed: str | bytes, said: str) -> None:
    """Status 1, one sentence on standard error, no traceback."""
    done = port110(state, "explain", typed=typed)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_file_that_is_not_there_is_a_usage_error(state: Path, tmp_path: Path) -> None:
    """Status 2, and its name."""
    done = port110(state, "explain", str(tmp_path / "nothing.txt"))
    assert done.returncode == 2
    assert "nothing.txt" in done.stderr
    assert port110(state, "explain", "--width", "3", typed=PAGE).returncode == 2


@pytest.mark.parametrize("form", [pcap, pcapng])
def test_a_capture_is_explained_by_its_packets(state: Path, tmp_path: Path, form: object) -> None:
    """pcap and pcapng, told by their first octets."""
    path = tmp_path / "mail.pcap"
    wire = Wire().connect().dialogue(*SESSION)
    path.write_bytes(form(map(ethernet, wire.packets)))  # type: ignore[operator]
    done = port110(state, "explain", str(path))
    assert done.returncode == 0
    assert "packets 4 to" in done.stdout
    assert "A text does not show" not in done.stdout
    assert "One message removed" in done.stdout
    assert "kettle42" not in done.stdout
    document = json.loads(port110(state, "explain", "--json", str(path)).stdout)
    assert document["unit"] == "packet"
    assert document["sessions"][0]["end"]["removed"] == [1]


def test_a_call_that_is_all_tls_is_said_to_be_so(state: Path, tmp_path: Path) -> None:
    """Nothing is said of a server, of breaches or of states that nobody can see."""
    path = tmp_path / "tls.pcap"
    wire = Wire(server=("192.0.2.110", 995)).connect()
    wire.says(wire.client, b"\x16\x03\x01\x00\x05hello")
    path.write_bytes(pcap(map(ethernet, wire.packets)))
    out = port110(state, "explain", str(path)).stdout
    assert "encrypted by TLS" in out
    assert "encrypted from the first octet" in out
    for word in ("Likely", "Breaches", "refused"):
        assert word not in out
