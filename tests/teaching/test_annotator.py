"""The annotator: what it says beside whole dialogues."""

from __future__ import annotations

from pathlib import Path

import pytest
from chairs import Chairs, letters, mailbox, personality

from simulator.mailroom import Accounts, Mailbox
from simulator.pop3 import End, Ending, Exchange, Personality, Pop3Client, State
from simulator.teaching.annotator import Annotator, load_margin
from simulator.teaching.remarks import Note, NoteKind

PROSE = load_margin(Path(__file__).parents[2] / "lessons" / "margin")
LOGIN = ["USER mrose", "PASS secret"]
DOTTED = [b"Subject: a\r\n\r\n.one\r\n..two\r\nthree\r\n", b"Subject: b\r\n\r\nplain\r\n"]


def played(
    *lines: str, box: Mailbox | None = None, manner: Personality | None = None
) -> tuple[Annotator, Chairs, list[tuple[Note, ...]]]:
    """A dialogue, and the notes on each of its Exchanges, the greeting's first."""
    chairs = Chairs(Accounts([box or letters()]), manner or personality())
    chairs.say(*lines)
    annotator = Annotator(PROSE)
    return annotator, chairs, [annotator.observe(exchange) for exchange in chairs.seen]


def said(*lines: str, box: Mailbox | None = None, manner: Personality | None = None) -> str:
    """All notes on the last line of a dialogue, in one text."""
    return " / ".join(note.text for note in played(*lines, box=box, manner=manner)[2][-1])


def overheard(received: str, *lines: str) -> tuple[Annotator, Pop3Client, list[Exchange]]:
    """What a client makes of a server that sends exactly these lines."""
    client = Pop3Client()
    for line in lines:
        client.send(line)
    client.receive_data(received.replace("\n", "\r\n").encode())
    return Annotator(PROSE), client, client.exchanges()


def test_a_first_session_is_explained_from_greeting_to_update() -> None:
    """The kinds of notes come in order, with the states that the session goes through."""
    _, chairs, notes = played(*LOGIN, "STAT", "DELE 2", "QUIT")
    states = [note.text for found in notes for note in found if note.kind is NoteKind.STATE]
    assert len(states) == 3
    assert "waits to hear who is there" in states[0]
    assert "commands of the maildrop are valid" in states[1]
    assert "QUIT was the last command" in states[2]
    assert all(found[0].kind is NoteKind.MEANING for found in notes)
    assert all(note.cite.startswith("RFC ") for found in notes for note in found)
    drops = [note.text for found in notes for note in found if note.kind is NoteKind.MAILDROP]
    assert drops == [
        "3 messages, none marked. By RFC 1939 no other session may have it now.",
        "1 of 3 marked. On the disk there are still 3.",
        "One message removed, 2 left. The lock is open.",
    ]
    assert chairs.client.end == End(Ending.QUIT, State.TRANSACTION, "mrose", (2,), ())


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["USER mrose"], "Noted, not believed"),
        (["USER a", "USER mrose"], "The new name takes the place"),
        (LOGIN, "numbers, 1 to 3"),
        ([*LOGIN, "STAT"], "3 messages, 99 octets together"),
        ([*LOGIN, "DELE 2", "STAT"], "what is marked (message 2)"),
        ([*LOGIN, "DELE 1", "DELE 2", "DELE 3", "STAT"], "0 messages, 0 octets: all 3 are marked"),
        ([*LOGIN, "LIST"], "3 lines here"),
        ([*LOGIN, "LIST 2"], "no dot follows"),
        ([*LOGIN, "DELE 2", "LIST"], "The others keep their numbers"),
        ([*LOGIN, "UIDL"], "number and unique-id"),
        ([*LOGIN, "UIDL 2"], "no dot follows"),
        ([*LOGIN, "RETR 1"], "27 octets, headers first"),
        ([*LOGIN, "RETR 1", "NOOP", "RETR 1"], "The same message again"),
        ([*LOGIN, "TOP 1 0"], "0 lines of the body"),
        ([*LOGIN, "TOP 3 2"], "2 lines of the body, as you asked"),
        ([*LOGIN, "TOP 3 99"], "You asked for 99 lines of the body, and it has only 3"),
        ([*LOGIN, "DELE 1"], "Message 1 is marked, not removed. It leaves the disk only when QUIT"),
        ([*LOGIN, "DELE 1", "DELE 2", "DELE 3"], "now all 3 are marked"),
        ([*LOGIN, "RSET"], "Nothing was marked, so there was no mark"),
        ([*LOGIN, "DELE 1", "DELE 3", "RSET"], "Both marks are taken back: messages 1, 3 are"),
        ([*LOGIN, "NOOP"], "that is all NOOP does"),
        (["CAPA"], "5 lines here. What can be used before login"),
        ([*LOGIN, "CAPA"], "After the login the list may say more"),
        (["QUIT"], "does not enter UPDATE"),
        ([*LOGIN, "QUIT"], "UPDATE: nothing was marked"),
        ([*LOGIN, "DELE 1", "DELE 3", "QUIT"], "now the 2 marked messages are removed"),
        (["APOP mrose c4c9334bac560ecc979e58001b3e22fb"], "the digest fits timestamp and secret"),
    ],
)
def test_each_ok_says_what_it_means_with_live_numbers(lines: list[str], words: str) -> None:
    """The meaning of +OK, in the situation it came in."""
    assert words in said(*lines)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["STAT"], "STAT belongs to TRANSACTION and you are in AUTHORIZATION"),
        (["USER mrose", "STAT"], "You gave USER, and PASS must follow"),
        (["USER mrose", "PASS x", "STAT"], "The login was refused, so you are in AUTHORIZATION"),
        ([*LOGIN, "USER omar"], "You are logged in as mrose, in TRANSACTION"),
        (["PASS secret"], "PASS came without a USER"),
        (["USER mrose", "PASS x", "PASS secret"], "has used up the USER"),
        (["USER mrose", "PASS x"], "Name and password do not go together"),
        (["USER mrose", "PASS x", "USER mrose", "PASS y"], "Refused a second time"),
        (["USER mrose", "PASS  secret"], "Two blanks stand behind PASS"),
        (["USER mrose", "PASS secret "], "A blank stands at the end"),
        (["USER mrose", "PASS sec ret"], 'everything behind "PASS " as the password'),
        (["APOP mrose kettle42"], "32 hexadecimal digits"),
        (["APOP mrose C4C9334BAC560ECC979E58001B3E22FB"], "written in capitals"),
        ([*LOGIN, "DELE 2", "NOOP", "RETR 2"], "You marked message 2 with DELE two lines ago; a"),
        ([*LOGIN, "DELE 2", "DELE 2"], "You marked message 2 in the line before this, and"),
        ([*LOGIN, "UIDL", "DELE uid-2"], "the unique-id of message 2: it is for remembering"),
        ([*LOGIN, "UIDL 3", "RETR uid-3"], "`RETR 3` would work"),
        ([*LOGIN, "DELE whqtswO00WBw418f9t5JxYwZ"], "If this is a unique-id, UIDL shows"),
        ([*LOGIN, "RETR  1"], "Two blanks stand where one belongs"),
        ([*LOGIN, "STAT "], "A blank stands at the end of the line"),
        ([*LOGIN, "RETR 0"], "There is no message 0"),
        ([*LOGIN, "RETR 7"], "There is no message 7: this session has 1 to 3"),
        ([*LOGIN, "RETR x"], "What stands behind it here is no number"),
        ([*LOGIN, "DELE 1-3"], "no ranges"),
        ([*LOGIN, "DELE 1 3"], "you gave several numbers"),
        ([*LOGIN, "LIST -1"], "without a sign"),
        ([*LOGIN, "TOP 1"], "TOP takes two numbers"),
        ([*LOGIN, "TOP 1 -5"], "The count of lines has a sign"),
        ([*LOGIN, "QUIT now"], "this was no QUIT"),
        (["STARTTLS"], "In POP3 the command is STLS"),
        (["HELO me"], "HELO is a word of SMTP"),
        (["MAIL FROM:<a@b.example>"], "MAIL is a word of SMTP"),
        (["LOGIN mira kettle42"], "LOGIN is IMAP's way"),
        (["a1 LOGIN mira kettle42"], "That is IMAP"),
        (["RERT 1"], "Did you mean RETR?"),
        (["delete 1"], "Did you mean DELE?"),
        (["RETR1"], "A blank is missing"),
        (["xyzzy"], "No command is called `xyzzy`"),
        ([" STAT"], "The line begins with a blank"),
        ([""], "an empty line is no command"),
        (["."], "The dot ends a reply of the server"),
        (["STATT\x08"], "what the Backspace key sent"),
        (["RETR\t1"], "The line holds a tab"),
        (["USER m\u00efra"], "letters outside ASCII"),
        (["X" * 300], "at most 255 octets"),
    ],
)
def test_each_err_says_why_from_what_the_session_shows(lines: list[str], words: str) -> None:
    """What happened, why, and what would work; the note is of kind WHY."""
    annotator, chairs, notes = played(*lines)
    assert words in notes[-1][0].text
    assert notes[-1][0].kind is NoteKind.WHY
    assert annotator.why(chairs.seen[-1])[0].kind is NoteKind.WHY


def test_stuffed_dots_are_counted() -> None:
    """The note on RETR says how many lines had a dot taken off (RFC 1939 section 3)."""
    assert said(*LOGIN, "RETR 1", box=mailbox(DOTTED)).startswith("2 lines of the message begin")
    assert "whole message, 21 octets" in said(*LOGIN, "RETR 2", box=mailbox(DOTTED))


def test_an_empty_maildrop_has_its_own_words() -> None:
    """Login, STAT, LIST, UIDL, a number and QUIT on no mail at all."""
    for line, words in [
        ("PASS secret", "no message is in it"), ("STAT", "no messages, 0 octets"),
        ("LIST", "no message is in the maildrop"), ("UIDL", "there are no unique-ids"),
        ("RETR 1", "no number names a message"), ("QUIT", "was empty, and still is"),
    ]:  # fmt: skip
        before = LOGIN if line != "PASS secret" else LOGIN[:1]
        assert words in said(*before, line, box=mailbox([])), line


def test_identical_copies_are_seen() -> None:
    """A unique-id that is listed twice is explained (RFC 1939 section 7)."""
    annotator, _, seen = overheard(
        "+OK\n+OK\n+OK\n+OK\n1 same\n2 same\n.\n", *LOGIN, "UIDL"
    )  # fmt: skip
    assert "the same unique-id" in [annotator.observe(exchange) for exchange in seen][-1][0].text


def test_a_server_without_optional_commands() -> None:
    """No timestamp, no APOP; no TOP, no UIDL, no CAPA: each has its explanation."""
    bare = personality(offers=frozenset())
    assert "the text behind it is for people" in said(manner=bare)
    assert "This server has no CAPA" in said("CAPA", manner=bare)
    assert "This server has no APOP" in said("APOP mrose " + "0" * 32, manner=bare)
    assert "the -ERR may be about TOP itself" in said(*LOGIN, "TOP 1 1", manner=bare)
    assert "This server has no UIDL" in said(*LOGIN, "UIDL", manner=bare)


@pytest.mark.parametrize(
    ("received", "lines", "words"),
    [
        ("-ERR too many sessions\n", [], "does not want a session now"),
        ("220 mail.example.test ESMTP\n", [], "so speaks an SMTP or FTP server"),
        ("* OK IMAP4rev1 ready\n", [], "so speaks an IMAP server"),
        ("+ok ready\n", [], "Servers MUST send +OK"),
        ("+OK ready <3.14>\n", [], "is no timestamp"),
        ("+OK <1@x.example>\n-ERR [IN-USE] x\n", ["APOP mrose " + "0" * 32], "digest was right"),
        ("+OK\n+OK\n-ERR [IN-USE] busy\n", LOGIN, "that is what [IN-USE] says"),
        ("+OK\n+OK\n-ERR maildrop already locked\n", LOGIN, "The text speaks of a lock"),
        ("+OK\n+OK\n-ERR [LOGIN-DELAY] wait\n", LOGIN, "Too soon"),
        ("+OK\n+OK\n-ERR [SYS/TEMP] disk\n", LOGIN, "a fault that will pass"),
        ("+OK\n-ERR [SYS/PERM] disk\n", ["CAPA"], "somebody must repair it"),
        ("+OK\n-ERR [AUTH] no\n", ["USER mrose"], "refused, already at the name"),
        ("+OK\n-ERR never heard of it\n", ["USER mrose"], "does not take the name"),
        ("+OK\n+OK begin TLS\n", ["STLS"], "the line speaks TLS"),
        ("+OK\n+ cHdk\n", ["AUTH X"], "Out of base64 the challenge reads `pwd`"),
        ("+OK\n+ cHdk\n", ["NOOP"], "this line was no AUTH"),
        ("+OK\n+OK done\n", ["XFOO x"], "an extension"),
        ("+OK\n+OK done\n", ["XTND x"], "stood in an older POP3"),
        ("+OK\nhello\n", ["NOOP"], "begins with +OK or -ERR"),
        ("+OK\n+OK\n+OK\n-ERR full\n", [*LOGIN, "NOOP"], "each POP3 server must have"),
        ("+OK\n+OK\n+OK\n-ERR full\n", [*LOGIN, "QUIT"], "could not remove all"),
        ("+OK\n+OK bye\n", [], "spoke unasked"),
        ("+OK\n-ERR autologout\n", [], "about to close the line"),
        ("+OK\n+OK\n+OK\n+OK\n+OK\n", [*LOGIN, "DELE 1", "DELE 1"], "was marked already"),
        ("+OK\n+OK\n+OK\n+OK lots\n", [*LOGIN, "STAT"], "another form than the RFC"),
    ],
)
def test_servers_that_speak_otherwise(received: str, lines: list[str], words: str) -> None:
    """Response codes, foreign protocols and broken rules, from octets alone."""
    annotator, _, seen = overheard(received, *lines)
    notes = [annotator.observe(exchange) for exchange in seen]
    texts = [note.text for note in (*notes[-1], *annotator.why(seen[-1]))]
    assert any(words in text for text in texts), texts


@pytest.mark.parametrize(
    ("lines", "by", "words", "state"),
    [
        (["QUIT"], "quit", "no maildrop was touched", None),
        ([*LOGIN, "QUIT"], "quit", "the maildrop is as it was", "all three states"),
        ([*LOGIN, "DELE 1", "QUIT"], "quit", "new numbers at the next login", "all three states"),
        ([], "drop", "before any login", "from AUTHORIZATION: UPDATE was not"),
        (
            LOGIN,
            "drop",
            "Nothing was marked and nothing is lost",
            "from TRANSACTION: UPDATE was not",
        ),
        (
            [*LOGIN, "DELE 1"],
            "drop",
            "Message 1 is still in the maildrop",
            "from TRANSACTION: UPDATE was not",
        ),
        (
            [*LOGIN, "DELE 1", "DELE 3"],
            "drop",
            "both marks with it",
            "from TRANSACTION: UPDATE was not",
        ),
        (["PASS x"], "server", "you were not logged in", "from AUTHORIZATION: UPDATE was not"),
        (
            ["USER x", "PASS x"],
            "server",
            "after the refused login",
            "from AUTHORIZATION: UPDATE was not",
        ),
        (LOGIN, "server", "without a QUIT of yours", "from TRANSACTION: UPDATE was not"),
        ([*LOGIN, "DELE 2"], "server", "the mark is lost", "from TRANSACTION: UPDATE was not"),
    ],
)
def test_each_end_is_explained(lines: list[str], by: str, words: str, state: str | None) -> None:
    """QUIT, a lost line and a server that hangs up; from both states; with marks and without."""
    annotator, chairs, _ = played(*lines)
    if by == "drop":
        chairs.drop()
    elif by == "server":
        chairs.client.receive_eof()
    end = chairs.client.end
    assert end is not None
    assert end.by.value == by
    notes = annotator.observe_end(end)
    assert words in notes[0].text
    states = [note.text for note in notes if note.kind is NoteKind.STATE]
    assert len(states) == (state is not None)
    assert state is None or state in states[0]
    assert annotator.why(end)[-1].cite
