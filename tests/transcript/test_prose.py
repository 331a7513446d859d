"""What pages put between the lines: sentences, blank lines, dots; and texts that are no POP3 at all."""

from __future__ import annotations

import pytest
from pasted import read_one

from simulator.transcript import Concealment, Lack, read


def test_a_sentence_may_stand_between_a_line_and_its_reply() -> None:
    """A tutorial tells before each reply what comes; each line keeps its own."""
    dialogue = read_one(
        "The server says hello:\n+OK ready\nThen you give your name:\nUSER mira\n"
        "The server answers:\n+OK mira is known\nNow the password, with PASS:\nPASS kettle42\n"
        "If it is right, you see this.\n+OK 2 messages, and they are 320 octets in all\n"
        "Ask what is there with LIST:\nLIST\nand it says:\n+OK\n1 120\n2 200\n.\n"
        "Now DELE:\nDELE 1\nThe mark is set:\n+OK\nAnd go.\nQUIT\nThat is all:\n+OK bye\n"
    )
    assert [(turn.exchange.keyword, turn.exchange.reply.line) for turn in dialogue.turns] == [
        ("GREETING", "+OK ready"), ("USER", "+OK mira is known"),
        ("PASS", "+OK 2 messages, and they are 320 octets in all"), ("LIST", "+OK"),
        ("DELE", "+OK"), ("QUIT", "+OK bye"),
    ]  # fmt: skip
    assert dialogue.findings == ()
    assert not any(turn.breaches for turn in dialogue.turns)
    assert dialogue.end is not None
    assert dialogue.end.removed == (1,)


def test_a_reply_whose_line_nobody_can_tell_is_not_held_against_the_server() -> None:
    """Behind prose a line may be lost; tight behind another reply it is one too many."""
    head = "+OK ready\nUSER mira\n+OK\n"
    lost = read_one(head + "Then some more was typed.\n+OK thank you\nQUIT\n+OK\n")
    assert [(each.lack, each.word) for each in lost.findings] == [(Lack.LINE, "")]
    assert not any(turn.breaches for turn in lost.turns)
    tight = read_one(head + "+OK thank you\nQUIT\n+OK\n")
    assert [breach.rule.word for turn in tight.turns for breach in turn.breaches] == ["unasked"]


def test_a_listing_may_have_a_blank_line_behind_each_of_its_lines() -> None:
    """Pages double the line ends; the rows are rows all the same."""
    dialogue = read_one(
        "+OK ready\n\nUSER mira\n\n+OK\n\nPASS x\n\n+OK\n\nLIST\n\n+OK 2 messages\n\n1 120\n\n"
        "2 200\n\n.\n\nQUIT\n\n+OK\n"
    )
    assert dialogue.turns[3].exchange.reply.lines == (b"1 120", b"2 200")
    assert dialogue.findings == ()


@pytest.mark.parametrize("mark", ["", "S: "])
def test_a_body_that_begins_with_dots_stands_for_mail(mark: str) -> None:
    """Mail begins with its headers; dots alone in their place are the page's, and stay as they are."""
    client = "C: " if mark else ""
    dialogue = read_one(
        f"{mark}+OK ready\n{client}RETR 1\n{mark}+OK 340 octets\n{mark}...\n{mark}.\n"
        f"{client}QUIT\n{mark}+OK\n"
    )
    assert Lack.ROWS in {each.lack for each in dialogue.findings}
    if not mark:
        assert dialogue.turns[1].exchange.reply.lines == (b"...",)


def test_what_stands_once_before_a_reply_within_mail_is_no_mark() -> None:
    """`X: +OK` in a letter is a line of the letter, where the log has marks of its own."""
    dialogue = read_one(
        "S: +OK ready\nC: USER mira\nS: +OK\nC: PASS x\nS: +OK\nC: NOOP\nS: +OK\nC: RETR 1\nS: +OK\n"
        "Subject: hi\nX: +OK\n\nhello\n.\nC: QUIT\nS: +OK\n"
    )
    assert dialogue.turns[4].exchange.reply.lines[1] == b"X: +OK"


_OTHERS = {
    "POP2": "+ POP2 mail.example.test\nHELO mira kettle42\n#2 messages\nREAD 1\n=120\nQUIT\n+ Bye\n",
    "SMTP": "S: 220 mx\nC: EHLO me\nS: 250-mx\nS: 250 AUTH PLAIN\nC: AUTH PLAIN AHgAeQ==\nS: 235 ok\n"
            "C: RSET\nS: 250 Ok\nC: QUIT\nS: 221 Bye\n",
    "IMAP": "S: * OK IMAP4rev1\nC: a1 LOGIN mira kettle42\nS: a1 OK\nC: NOOP\nS: a2 BAD\n",
    "FTP": "220 ftp\nUSER mira\n331 go on\nPASS kettle42\n230 in\nLIST\n150 so\nQUIT\n221 bye\n",
    "a script": "USER mira\nPASS kettle42\nLIST\nQUIT\n",
}  # fmt: skip


@pytest.mark.parametrize("name", _OTHERS)
def test_other_protocols_are_no_pop3(name: str) -> None:
    """They know QUIT, USER and LIST too; without +OK or -ERR there is no session. Each is named."""
    reading = read(_OTHERS[name])
    assert reading.dialogues == ()
    assert reading.foreign == ("" if name == "a script" else name)


def test_pop3_is_never_said_to_be_something_else() -> None:
    """Another protocol beside a session of POP3, and prose alone, have no name."""
    assert read(_OTHERS["IMAP"] + "\nS: +OK ready\nC: QUIT\nS: +OK\n").foreign == ""
    assert read("Begin with USER, then PASS.\nThen say QUIT.\n").foreign == ""


RUN = (
    "+OK ready, send USER USER mira +OK send PASS PASS kettle42 +OK in STAT +OK 2 320 QUIT +OK bye"
)


_SET = {
    "a paragraph": RUN,
    "a paragraph in prose": f"So I did this:\n\n{RUN}\n\nand that was it.\n",
    "a table": """
| Client | Server |
|---|---|
| | +OK ready, send USER |
| USER mira | +OK send PASS |
| PASS kettle42 | +OK in |
| STAT | +OK 2 320 |
| QUIT | +OK bye |
""",
    "code": """
**S:** +OK ready, send USER
**C:** `USER mira`
**S:** +OK send PASS
**C:** `PASS kettle42`
**S:** +OK in
**C:** `STAT`
**S:** `+OK 2 320`
**C:** `QUIT`
**S:** +OK bye
""",
    "dashes": """
\u2014 +OK ready, send USER
\u2014 USER mira
\u2014 +OK send PASS
\u2014 PASS kettle42
\u2014 +OK in
\u2014 STAT
\u2014 +OK 2 320
\u2014 QUIT
\u2014 +OK bye
""",
}


@pytest.mark.parametrize("text", _SET.values(), ids=_SET)
def test_lines_are_found_however_a_page_has_set_them(text: str) -> None:
    """Run together, in cells, as code, behind dashes: the same lines, and the password is known."""
    reading = read(text)
    (dialogue,) = reading.dialogues
    assert [(turn.exchange.line, turn.exchange.reply.line) for turn in dialogue.turns] == [
        (None, "+OK ready, send USER"), ("USER mira", "+OK send PASS"), ("PASS kettle42", "+OK in"),
        ("STAT", "+OK 2 320"), ("QUIT", "+OK bye"),
    ]  # fmt: skip
    assert "kettle42" in reading.secrets


def test_a_sentence_about_replies_is_not_taken_apart() -> None:
    """Two indicators in prose, or in one reply, make no lines."""
    assert (
        read('When I type "USER mira" I get "+OK", but "PASS x" gives "-ERR bad".\n').dialogues
        == ()
    )
    (dialogue,) = read(
        "+OK ready\nFOO\n-ERR neither +OK nor -ERR is a command\nQUIT\n+OK\n"
    ).dialogues
    assert dialogue.turns[1].exchange.reply.line == "-ERR neither +OK nor -ERR is a command"


@pytest.mark.parametrize("blot", ["\u2588\u2588\u2588\u2588", "****", "xx", "[redacted]"])
def test_figures_that_a_page_has_blotted_out_are_no_breach(blot: str) -> None:
    """A size that was made unreadable is not what the server said."""
    dialogue = read_one(
        f"+OK ready\nUSER a\n+OK\nPASS b\n+OK\nSTAT\n+OK 1 {blot}\nLIST\n+OK\n1 {blot}\n.\nQUIT\n+OK\n"
    )
    assert dialogue.turns[4].exchange.reply.body is not None
    assert not any(turn.breaches for turn in dialogue.turns)
    sound = read_one("+OK ready\nUSER a\n+OK\nPASS b\n+OK\nSTAT\n+OK one 20\nQUIT\n+OK\n")
    assert any(turn.breaches for turn in sound.turns)


def test_dots_in_a_whole_letter_stand_for_lines_where_the_octets_say_so() -> None:
    """The reply tells 900 octets and far fewer are shown: the dots are the page's, and stay."""
    text = "+OK ready\nRETR 1\n+OK {} octets\nSubject: x\n...\n.\nQUIT\n+OK\n"
    cut = read_one(text.format(900))
    assert Lack.ROWS in {each.lack for each in cut.findings}
    assert cut.turns[1].exchange.reply.lines == (b"Subject: x", b"...")
    whole = read_one(text.format(16))
    assert Lack.ROWS not in {each.lack for each in whole.findings}
    assert whole.turns[1].exchange.reply.lines == (b"Subject: x", b"..")


def test_a_short_secret_is_hidden_where_the_server_quotes_it() -> None:
    """Elsewhere a word of three letters is a word."""
    reading = read("+OK ready\nUSER a\n+OK\nPASS abc\n-ERR 'abc' is wrong, abc\nQUIT\n+OK\n")
    concealed = Concealment(reading.secrets).text("-ERR 'abc' is wrong, abc")
    assert concealed == "-ERR '****' is wrong, abc"


def test_a_call_is_remembered_over_a_few_lines_of_prose() -> None:
    """A tutorial tells what one will see; far below it is another call."""
    call = "$ telnet mail.example.test 110\n\nYou will see\nthis:\n"
    session = "+OK ready\nQUIT\n+OK\n"
    assert read_one(call + session).host == "mail.example.test"
    assert read_one(call + "More of it.\n" * 9 + session).host == ""
