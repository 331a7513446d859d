"""What is missing is said, and where; and nothing that a text cannot show is held against a server."""

from __future__ import annotations

import pytest
from pasted import read_one, session

from simulator.console.lacks import lack_sentence
from simulator.pop3 import Ending, Rule, State
from simulator.transcript import Concealment, Finding, Lack, read, write

HEAD = "S: +OK ready\nC: USER mira\nS: +OK\nC: PASS hunter2\nS: +OK\n"


def found(text: str) -> list[tuple[Lack, int]]:
    return [(each.lack, each.line) for each in read_one(text).findings]


@pytest.mark.parametrize(
    ("text", "lack", "line"),
    [
        (HEAD + "C: LIST\nS: +OK\nS: 1 120\nC: QUIT\nS: +OK\n", Lack.DOT, 8),
        (HEAD + "C: LIST\nS: +OK\nC: QUIT\nS: +OK\n", Lack.BODY, 7),
        (HEAD + "C: DELE 1\nS: +OK\n", Lack.QUIT, 7),
        (HEAD + "C: QUIT\n", Lack.REPLY, 6),
        (HEAD + "C: RETR 1\nS: +OK\nS: <the message>\nS: .\nC: QUIT\nS: +OK\n", Lack.ROWS, 8),
        ("S: +OK POP3 server ready <1896.697\nC: QUIT\nS: +OK\n", Lack.GREETING_CUT, 1),
        ("C: STAT\nS: +OK 2 320\nC: QUIT\nS: +OK\n", Lack.GREETING, 1),
        ("C: STAT\nS: +OK 2 320\nC: QUIT\nS: +OK\n", Lack.LOGIN, 1),
        (HEAD + "C: NOOP\nS: +Ok\nC: QUIT\nS: +OK\n", Lack.CASE, 7),
        (HEAD + "S: +OK 2 320\nC: QUIT\nS: +OK\n", Lack.LINE, 6),
        (HEAD + f"C: NOOP\nS: +OK {'x' * 5000}\nC: QUIT\nS: +OK\n", Lack.LONG, 7),
    ],
)
def test_each_lack_is_found_on_its_line(text: str, lack: Lack, line: int) -> None:
    """The least text in which it is missing; and the whole session is without it."""
    assert (lack, line) in found(text)
    assert lack not in {each.lack for each in read_one(HEAD + "C: QUIT\nS: +OK\n").findings}


@pytest.mark.parametrize("lack", list(Lack))
def test_each_lack_has_a_sentence(lack: Lack) -> None:
    """Something is said of every kind."""
    sentence = lack_sentence(Finding(lack, 3, "QUIT", (1, 2)))
    assert sentence.endswith(".")
    assert len(sentence) > 30
    assert len(lack_sentence(Finding(lack, 3, "QUIT", (1, 2)), again=True)) <= len(sentence)


def test_without_quit_the_marks_are_in_doubt() -> None:
    """A lost line forgets them, and a text that ends leaves it open: which of the two is said."""
    text = HEAD + "C: DELE 1\nS: +OK\nC: DELE 3\nS: +OK\n"
    open_ = read_one(text)
    assert open_.end is None
    assert open_.findings[-1].numbers == (1, 3)
    assert "1 and 3 are marked" in lack_sentence(open_.findings[-1])
    closed = read_one(text + "Connection closed by foreign host.\n")
    assert closed.end is not None
    assert (closed.end.by, closed.end.forgotten) == (Ending.SERVER, (1, 3))
    assert Lack.QUIT not in {each.lack for each in closed.findings}


def test_a_server_is_not_blamed_for_what_a_page_did() -> None:
    """Lines wrapped and trimmed, letter case changed: no breach of any of it."""
    body = "S: Subject: hi\nS:\nS: how are\nS: you\nS: .\n"
    text = (
        HEAD + "C: LIST 1\nS: +OK 1 31\nC: RETR 1\nS: +Ok 31 octets\n" + body + "C: QUIT\nS: +OK\n"
    )
    assert not [turn.breaches for turn in read_one(text).turns if turn.breaches]


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("C: DELE 1\nS: +OK\nC: DELE 1\nS: +OK again\n", Rule.MARKED_TWICE),
        ("C: STAT\nS: +OK two\n", Rule.DROP_LISTING),
        ("C: RETR one\nS: +OK\nS: x\nS: .\n", Rule.FLAW_ACCEPTED),
        ("C: LIST\nS: +OK\nS: 1 120\nS: 1 120\nS: .\n", Rule.LISTED_TWICE),
        ("C: NOOP\nS: hello\n", Rule.NO_INDICATOR),
    ],
)
def test_a_server_is_blamed_for_what_a_text_does_show(lines: str, rule: Rule) -> None:
    """Each of these stands in the text as it is."""
    turns = read_one(HEAD + lines + "C: QUIT\nS: +OK\n").turns
    assert rule in {breach.rule for turn in turns for breach in turn.breaches}


def test_a_server_that_ignores_the_state_is_told_from_a_login_that_is_not_shown() -> None:
    """Right behind the greeting it is a breach; behind some prose, the login is not shown."""
    tight = "+OK ready\nSTAT\n+OK 2 320\nQUIT\n+OK\n"
    assert Rule.WRONG_STATE in {b.rule for turn in read_one(tight).turns for b in turn.breaches}
    loose = read_one(tight.replace("STAT", "\nThen one logs in, and can say\n\nSTAT", 1))
    assert not any(turn.breaches for turn in loose.turns)
    assert loose.turns[1].exchange.before is State.TRANSACTION


def test_a_wrapped_reply_is_put_together() -> None:
    """A long +OK whose end stands on the next line."""
    text = (
        "+OK this is a very long greeting of a server that\nnobody could print on one line\n"
        "USER mira\n+OK\nQUIT\n+OK\n"
    )
    dialogue = read_one(text)
    assert [turn.exchange.line for turn in dialogue.turns] == [None, "USER mira", "QUIT"]
    assert Lack.WRAPPED in {each.lack for each in dialogue.findings}


def test_what_cannot_be_understood_has_its_line_and_a_reason() -> None:
    """A body where none was due is passed over, and the session goes on behind it."""
    reading = read(HEAD + "C: NOOP\nS: +OK\nS: what is this\nC: QUIT\nS: +OK\n")
    assert [(each.line, each.text) for each in reading.unread] == [(8, "what is this")]
    assert "no body" in reading.unread[0].why
    assert reading.dialogues[0].turns[-1].exchange.keyword == "QUIT"


def test_a_text_without_pop3_has_nothing() -> None:
    """Prose about POP3, SMTP and an empty text."""
    for text in (
        "",
        "\n\n",
        "Begin with USER and PASS. Then LIST.",
        "220 x ESMTP\nHELO y\n250 z\n",
    ):
        assert read(text).dialogues == ()


def test_a_password_like_a_number_leaves_listings_alone() -> None:
    """`PASS 1` is hidden behind PASS, and the 1 in a listing stays."""
    reading = read(
        HEAD.replace("hunter2", "1") + "C: LIST\nS: +OK\nS: 1 120\nS: .\nC: QUIT\nS: +OK\n"
    )
    concealment = Concealment(reading.secrets)
    turns = [turn.exchange for turn in reading.dialogues[0].turns]
    assert concealment.said(turns[2]) == "PASS ****"
    assert concealment.exchange(turns[3]).reply.lines == (b"1 120",)
    assert concealment.text("say PASS 1") == "say PASS 1"


def test_a_status_indicator_is_never_hidden() -> None:
    """Whatever the password was, the states can be followed."""
    reading = read(HEAD.replace("hunter2", "-ERR") + "C: FOO\nS: -ERR -ERR\nC: QUIT\nS: +OK\n")
    hidden = Concealment(reading.secrets).exchange(reading.dialogues[0].turns[3].exchange)
    assert hidden.reply.line == "-ERR ****"


def test_our_own_words_are_read_back() -> None:
    """What `write` gives has no finding at all."""
    dialogue = read_one(write(session(), "letters"))
    assert dialogue.findings == ()


def test_a_farewell_behind_a_refused_login_was_not_asked_for() -> None:
    """Some servers hang up so: no QUIT is made up for it, and it is one reply too many."""
    head = "+OK ready\nUSER mira\n+OK\n"
    unasked = read_one(head + "PASS x\n-ERR [IN-USE] locked\n+OK server signing off.\n")
    assert Lack.LINE not in {each.lack for each in unasked.findings}
    assert [each.rule for each in unasked.turns[-1].breaches] == [Rule.UNASKED]
    lost = read_one(head + "PASS x\n+OK in\n+OK server signing off.\n")
    assert [each.word for each in lost.findings if each.lack is Lack.LINE] == ["QUIT"]


def test_a_password_in_a_letter_is_hidden_too() -> None:
    """Mail may quote a session; what stands behind PASS there is nobody's to read."""
    text = HEAD + (
        "C: RETR 1\nS: +OK\nS: Subject: look\nS:\nS: PASS lantern88\nS: > C: PASS harpoon7 x\n"
        "S: PASSAGE to India\nS: .\nC: QUIT\nS: +OK\n"
    )
    (dialogue,) = read(text).dialogues
    reply = Concealment(()).exchange(dialogue.turns[3].exchange).reply
    assert reply.lines == (
        b"Subject: look", b"", b"PASS ****", b"> C: PASS ****", b"PASSAGE to India",
    )  # fmt: skip
