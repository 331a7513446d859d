"""`:digest` works out what to type, from what the server has said, and changes nothing."""

from __future__ import annotations

import asyncio
import io
import re
from base64 import b64decode, b64encode
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.console.colon import LessonControls, colon
from simulator.console.digest import USAGE, fresh_nonce
from simulator.console.ink import row_text, row_width
from simulator.console.screen import Screen
from simulator.console.theme import PLAIN, Look, coloured
from simulator.console.workings import Digest, digest_rows
from simulator.pop3 import Exchange, Pop3Client, State
from simulator.pop3.digests import Working

SGR = re.compile(r"\x1b\[[0-9;]+m")
STAMP = "<1896.697170952@dbc.mtview.ca.us>"
NONCE = "rOprNGfwEbeRWgbNEkqO"
SERVER_FIRST = f"r={NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
SCRAM = ":digest scram-sha-256 user pencil"


class Line:
    """A call whose server says what the test wants, and the drawing of what is asked about it."""

    def __init__(
        self, greeting: str = f"+OK ready {STAMP}", *, columns: int = 80, look: Look = PLAIN
    ) -> None:
        self.client = Pop3Client()
        self.client.receive_data(f"{greeting}\r\n".encode())
        self.last: Exchange | None = self.client.exchanges()[0]
        self.up = bool(greeting)
        self.stage = SimpleNamespace(
            client=self.client, host=SimpleNamespace(name="mail.example.test"), port=110
        )
        self.out = io.StringIO()
        self.nonces = iter([NONCE, "second", "third"])
        screen = Screen(self.out.write, self.out.flush, lambda: columns, look)
        self.desk = SimpleNamespace(screen=screen, call=self, missing={})
        self.run = colon(LessonControls(), lambda: next(self.nonces))

    @property
    def state(self) -> State:
        return self.client.state

    def say(self, line: str, reply: str) -> None:
        """One line to the server and its reply; a reply behind "+ " is put into base64."""
        if reply.startswith("+ "):
            reply = "+ " + b64encode(reply[2:].encode()).decode()
        self.client.send(line)
        self.client.receive_data(f"{reply}\r\n".encode())
        self.last = self.client.exchanges()[-1]

    def ask(self, text: str) -> list[str]:
        """What is drawn for a colon line."""
        self.out.seek(0)
        self.out.truncate()
        before = self.client.snapshot()
        asyncio.run(self.run(self.desk, text))  # type: ignore[arg-type]
        assert self.client.snapshot() == before
        return SGR.sub("", self.out.getvalue()).splitlines()

    def typed(self, text: str) -> str:
        """The line that is to be typed."""
        rows = self.ask(text)
        (found,) = [row for row in rows if row.startswith("  Type")]
        if found.endswith("as one line:"):
            return rows[rows.index(found) + 1]
        return found.removeprefix("  Type: ")


def test_apop_is_worked_out_from_the_greeting() -> None:
    """RFC 1939's own example, each step, and the whole line at the end."""
    assert Line().ask(":digest apop mrose tanstaaf") == [
        "  APOP, step by step (RFC 1939 §7)",
        "    text: timestamp, then the secret, nothing between",
        "        <1896.697170952@dbc.mtview.ca.us>tanstaaf",
        "    digest: MD5(text), in lower-case hex",
        "        c4c9334bac560ecc979e58001b3e22fb",
        "  Type: APOP mrose c4c9334bac560ecc979e58001b3e22fb",
    ]


def test_everything_behind_the_user_is_the_secret() -> None:
    """Blanks in it count, as behind PASS, and one that cannot be seen is named; case counts too."""
    rows = Line().ask(":\tDIG\t apop mrose a  B ")
    assert f"        {STAMP}a  B " in rows
    assert "blank at the end" in rows[-1]
    assert "blank at the beginning" in Line().ask(":digest apop mrose  a")[-1]


def test_cram_md5_takes_the_challenge_of_the_last_reply() -> None:
    """RFC 2195's own example; before the challenge it says what to type first."""
    line = Line()
    assert "Type AUTH CRAM-MD5 first" in line.ask(":digest cram-md5 tim tanstaaftanstaaf")[0]
    line.say("AUTH CRAM-MD5", "+ <1896.697170952@postoffice.reston.mci.net>")
    assert line.typed(":digest cram-md5 tim tanstaaftanstaaf") == (
        "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"
    )
    assert "not in PLAIN" in line.ask(":digest plain tim x")[0]
    line.say("*", "-ERR cancelled")
    assert line.typed(":digest plain tim tanstaaftanstaaf").startswith("AUTH PLAIN ")


def test_scram_from_the_first_message_to_the_check() -> None:
    """RFC 7677's own example in three questions; each can be asked twice."""
    line = Line()
    first = line.typed(SCRAM)
    assert first == line.typed(SCRAM)
    assert first == f"AUTH SCRAM-SHA-256 {b64encode(f'n,,n=user,r={NONCE}'.encode()).decode()}"
    line.say(first, f"+ {SERVER_FIRST}")
    final = line.typed(SCRAM)
    assert final == line.typed(SCRAM)
    assert b64decode(final).endswith(b",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    line.say(final, f"+ {SERVER_FINAL}")
    assert line.typed(SCRAM) == line.typed(SCRAM) == "an empty line (Enter alone)"
    assert "should have signed v=" in line.ask(f"{SCRAM}s")[0]
    line.say("", "+OK welcome")
    assert line.state is State.TRANSACTION
    assert "logged in already" in " ".join(line.ask(SCRAM))
    assert "second" in " ".join(line.ask(SCRAM))


def test_scram_without_an_initial_response() -> None:
    """Behind an empty challenge the first message is a line of its own."""
    line = Line()
    line.say("AUTH SCRAM-SHA-256", "+ ")
    first = line.typed(SCRAM)
    assert b64decode(first) == f"n,,n=user,r={NONCE}".encode()
    line.say(first, f"+ {SERVER_FIRST}")
    assert b64decode(line.typed(SCRAM)).startswith(b"c=biws,r=")


def test_scram_goes_by_what_was_sent() -> None:
    """The nonce is read off the wire: a message that somebody made by hand is gone on with."""
    line = Line()
    own = b64encode(b"y,,n=user,r=mine").decode()
    line.say(f"AUTH SCRAM-SHA-256 {own}", "+ r=mineyours,s=QSXC,i=1")
    assert b64decode(line.typed(SCRAM)).startswith(b"c=eSws,r=mineyours,p=")
    assert "begun for user" in line.ask(":digest scram-sha-256 mira pencil")[0]
    assert "not in SCRAM-SHA-1." in line.ask(":digest scram-sha-1 user pencil")[0]


def test_scram_checks_only_what_it_has_seen() -> None:
    """A server-final-message without the question before it, and a refusal, are said plainly."""
    line = Line()
    first = line.typed(SCRAM)
    line.say(first, f"+ {SERVER_FIRST}")
    line.say("Yz1iaXdz", f"+ {SERVER_FINAL}")
    assert "asked about the server's first message" in " ".join(line.ask(SCRAM))
    line = Line()
    line.say(line.typed(SCRAM), f"+ {SERVER_FIRST}")
    line.say(line.typed(SCRAM), "+ e=invalid-proof")
    assert "e=invalid-proof" in line.ask(SCRAM)[0]


@pytest.mark.parametrize(
    "first", ["r=other,s=QSXC,i=1", f"r={NONCE}x,s=QSXC,i=9999999", "hello", "m=x"]
)
def test_scram_with_a_server_that_is_wrong(first: str) -> None:
    """A nonce of another, too many iterations, no SCRAM at all: a sentence, and no answer."""
    line = Line()
    line.say(line.typed(SCRAM), f"+ {first}")
    assert not any(row.startswith("  Type") for row in line.ask(SCRAM))


def test_plain_login_and_the_tokens() -> None:
    """What only goes into base64; the host and the port are those of the call."""
    line = Line()
    assert line.typed(":digest plain tim tanstaaftanstaaf") == (
        "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm"
    )
    assert line.typed(":digest login mira") == "bWlyYQ=="
    assert b64decode(line.typed(":digest xoauth2 mira t0ken").split()[-1]) == (
        b"user=mira\x01auth=Bearer t0ken\x01\x01"
    )
    bearer = line.typed(":digest oauthbearer mira t0ken").removeprefix("AUTH OAUTHBEARER ")
    assert b64decode(bearer) == (
        b"n,a=mira,\x01host=mail.example.test\x01port=110\x01auth=Bearer t0ken\x01\x01"
    )
    line.say("AUTH LOGIN", "+ Username:")
    assert "        Username:" in line.ask(":digest login mira")
    assert line.typed(":digest login mira") == "bWlyYQ=="


@pytest.mark.parametrize(
    ("kind", "answer"), [("xoauth2", "an empty line (Enter alone)"), ("oauthbearer", "AQ==")]
)
def test_a_refused_token_has_a_last_line(kind: str, answer: str) -> None:
    """The server says in JSON what is wrong and waits for a line that ends it (RFC 7628 §3.2.3)."""
    line = Line()
    line.say(line.typed(f":digest {kind} mira bad"), '+ {"status":"invalid_token"}')
    assert line.typed(f":digest {kind} mira bad") == answer
    assert '        {"status":"invalid_token"}' in line.ask(f":digest {kind} mira bad")


def test_a_long_answer_has_a_line_of_its_own() -> None:
    """RFC 2449 section 4: no command line above 255 octets, so AUTH stands alone before it."""
    line = Line(columns=300)
    rows = line.ask(f":digest xoauth2 mira {'t' * 300}")
    assert "Before it type AUTH XOAUTH2" in " ".join(rows)
    assert not line.typed(f":digest xoauth2 mira {'t' * 300}").startswith("AUTH")
    exact = "x" * ((255 - 2 - len("AUTH PLAIN ")) // 4 * 3 - 2 - len("mira"))
    whole = Line(columns=300).typed(f":digest plain mira {exact}")
    assert whole.startswith("AUTH PLAIN ")
    assert len(whole) + 2 <= 255
    assert not Line(columns=300).typed(f":digest plain mira {exact}xxx").startswith("AUTH")


def test_alone_it_says_what_there_is() -> None:
    """At the shell, with and without a timestamp, and while a challenge waits."""
    assert "Call a server first" in Line("").ask(":digest")[0]
    assert STAMP in " ".join(Line().ask(":digest"))
    assert "no APOP here" in " ".join(Line("+OK ready").ask(":digest"))
    line = Line()
    line.say("AUTH CRAM-MD5", "+ <1@example.test>")
    assert "its challenge is <1@example.test>. :digest cram-md5 USER SECRET" in " ".join(
        " ".join(line.ask(":digest")).split()
    )
    line = Line()
    line.say("AUTH PLAIN", "+ ")
    assert "its challenge is empty" in " ".join(line.ask(":digest"))


@pytest.mark.parametrize("kind", USAGE)
def test_wrong_use_says_what_to_type(kind: str) -> None:
    """Each kind without its secret; a word that is no kind is not repeated."""
    for text in (f":digest {kind}", f":digest {kind} "):
        assert f"Type :digest {kind} {USAGE[kind]}" in Line().ask(text)[0]
    rows = " ".join(Line().ask(":digest kettle42"))
    assert "kettle42" not in rows
    assert kind in rows


def test_without_a_timestamp_there_is_no_apop() -> None:
    """Neither at the shell nor where the greeting has none."""
    for line in (Line(""), Line("+OK ready")):
        assert "needs the timestamp" in line.ask(":digest apop mira tanstaaf")[0]


def test_a_challenge_that_is_no_base64() -> None:
    """The line that ends the dialogue is named (RFC 5034 section 4: the client must cancel)."""
    line = Line()
    line.client.send("AUTH CRAM-MD5")
    line.client.receive_data(b"+ PDE=AAAA\r\n")
    line.last = line.client.exchanges()[-1]
    assert "no sound base64. The line * ends" in line.ask(":digest cram-md5 tim x")[0]


def test_nonces_are_fresh() -> None:
    """Printable, without a comma, never the same."""
    nonces = {fresh_nonce() for _ in range(100)}
    assert len(nonces) == 100
    assert all(re.fullmatch(r"[!-+\--~]{16}", nonce) for nonce in nonces)


def test_a_line_stays_whole_where_the_terminal_has_room() -> None:
    """The answer is one row, whole, which the terminal wraps where it must: so it can be copied."""
    for columns, rows in ((80, 2), (200, 1)):
        line = Line(columns=columns)
        line.say(line.typed(SCRAM), f"+ {SERVER_FIRST}")
        drawn = line.ask(SCRAM)
        at = next(at for at, row in enumerate(drawn) if row.startswith("  Type"))
        assert ("as one line" in drawn[at]) == (rows == 2)
        assert all(len(row) < columns for row in drawn[:at])


WORKING = st.builds(Working, st.text(max_size=40), st.text(max_size=90), st.text(max_size=300))


@given(st.lists(WORKING, max_size=4), st.text(max_size=300), st.integers(20, 92))
def test_the_block_fits(workings: list[Working], line: str, width: int) -> None:
    """No row is wider than asked, whatever the values, but for the one line to copy."""
    digest = Digest("SCRAM-SHA-256", "RFC 5802 §3", tuple(workings), line, "Then **more**.")
    rows = list(digest_rows(digest, width, width))
    whole = [row for row in rows if row and row[0][0] == "typed"]
    assert len(whole) <= 1
    assert all(row_width(row) <= width for row in rows if row not in whole)


@pytest.mark.parametrize("look", [PLAIN, coloured(16), coloured()], ids=["plain", "16", "256"])
def test_nothing_raw_is_drawn(look: Look) -> None:
    """NUL and ^A of the messages, and whatever a server sends, are shown and do not act."""
    line = Line("+OK <\x1b[2J@x>", look=look)
    rows = line.ask(":digest plain mi\x1bra x\u202ey") + line.ask(":digest apop mira \x07")
    rows += line.ask(":digest xoauth2 mira t")
    line.say("AUTH SCRAM-SHA-1", "+ \x1b]0;owned\x07")
    rows += line.ask(":digest") + line.ask(":digest scram-sha-1 a b")
    assert all(row.isprintable() for row in rows)
    assert any("^@" in row for row in rows)
    assert any("^A" in row for row in rows)


def test_rows_are_read_aloud_in_order() -> None:
    """A name, its formula, its value below it; a value that goes on stands further in."""
    digest = Digest("X", "", (Working("key", "MD5(secret)", "0" * 40),), "ab" * 20)
    assert [row_text(row) for row in digest_rows(digest, 30, 30)] == [
        "  X, step by step",
        "    key: MD5(secret)",
        "        0000000000000000000000",
        "          000000000000000000",
        "  Type, as one line:",
        "ab" * 20,
    ]
