"""The five web pages that Port110 grew out of, as one pastes them: sessions as they are, prose not."""

from __future__ import annotations

from pasted import read_one

from simulator.hosts import load_personalities, recognise
from simulator.pop3 import End, Ending, State
from simulator.transcript import Dialogue, Doubt, Lack, read

A, T, U = State.AUTHORIZATION, State.TRANSACTION, State.UPDATE
Row = tuple[str | None, str, State]


def rows(dialogue: Dialogue) -> list[Row]:
    """Line, reply and the state after it."""
    return [(turn.exchange.line, turn.exchange.reply.line, turn.exchange.after)
            for turn in dialogue.turns]  # fmt: skip


def bodies(dialogue: Dialogue) -> list[tuple[bytes, ...]]:
    return [turn.exchange.reply.lines for turn in dialogue.turns
            if turn.exchange.reply.body is not None]  # fmt: skip


def lacks(dialogue: Dialogue) -> set[Lack]:
    return {finding.lack for finding in dialogue.findings}


def server(dialogue: Dialogue) -> str:
    like = recognise([turn.exchange for turn in dialogue.turns], load_personalities())
    return like.name if like else ""


EUROPE_ONLINE = """
Logging in takes two lines, USER and PASS. It looks like this:

$ telnet pop.eo.lu 110
Trying 194.177.33.81...
Connected to unicorn.europeonline.net.
Escape character is '^]'.
+OK Europe Online Mail Server.
USER rewt
+OK rewt selected
PASS XXXXXXXX
+OK Congratulations!
QUIT
+OK blah blah

So the password was right. QUIT ends it.

STAT

How much mail is there:

STAT
+OK 2 2206

Two of them, 2206 octets. For each by itself there is

LIST

LIST
+OK 2 messages (2206 octets)
1 1273
2 933

One line for each. Some providers remove what was read, so mind RETR:

RETR 1
+OK 1273 octets
< the POP3 server sends the entire message here >
.
TOP 1 5
+OK 1273 octets
< the POP3 server sends the headers of the message, a blank line, and the first 5 lines \
of the body of the message >
.

DELE is written as RETR is.

  3. A reader adds what his own server says:

    retr 158
    +OK 28277 octets
    Return-Path:
    Received: from cvs.openbsd.org (localhost [127.0.0.1])
    Subject: OpenBSD 5.1 released May 1, 2012

    X-Loop: announce@openbsd.org

Leave a comment
"""


def test_page_000_has_a_session_a_part_of_one_and_a_line_of_a_reader() -> None:
    """The login ends with QUIT; then a session begins in the middle; message 158 is in a third."""
    login, middle, reader = read(EUROPE_ONLINE).dialogues
    assert rows(login) == [
        (None, "+OK Europe Online Mail Server.", A),
        ("USER rewt", "+OK rewt selected", A),
        ("PASS XXXXXXXX", "+OK Congratulations!", T),
        ("QUIT", "+OK blah blah", U),
    ]
    assert (login.host, login.port, lacks(login)) == ("pop.eo.lu", 110, set())
    assert login.end == End(Ending.QUIT, T, "rewt")
    assert server(login) == "europeonline"
    assert rows(middle) == [
        ("STAT", "+OK 2 2206", T),
        ("LIST", "+OK 2 messages (2206 octets)", T),
        ("RETR 1", "+OK 1273 octets", T),
        ("TOP 1 5", "+OK 1273 octets", T),
    ]
    assert bodies(middle)[0] == (b"1 1273", b"2 933")
    assert lacks(middle) == {Lack.GREETING, Lack.LOGIN, Lack.DOT, Lack.ROWS, Lack.QUIT}
    assert [turn.doubt for turn in middle.turns] == [Doubt.TEXT, *[Doubt.PART] * 3]
    assert rows(reader) == [("retr 158", "+OK 28277 octets", T)]
    assert bodies(reader)[0][-1] == b"X-Loop: announce@openbsd.org"
    assert not any(turn.breaches for each in (login, middle, reader) for turn in each.turns)


POPPER = """
A POP3 server listens on port 110. Call it and you will see
\u00a0\u00a0 +OK POP3 v4.38 server ready
The line begins with +OK. Each reply begins with either +OK or -ERR.

First log in: only USER, PASS and QUIT can be said there.
STAT STAT answers with two numbers.
LIST LIST names all messages. For example:
\u00a0 +OK Mailbox contents follow
\u00a0 1 7774
\u00a0 2 513
\u00a0 3 10493
A line with a dot alone ends the listing.
QUIT QUIT ends the session.
"""


def test_page_001_shows_a_greeting_and_a_listing_whose_line_is_lost() -> None:
    """LIST is put in its place; between the two somebody logged in, and the dot is missing."""
    dialogue = read_one(POPPER)
    assert rows(dialogue) == [
        (None, "+OK POP3 v4.38 server ready", A),
        ("LIST", "+OK Mailbox contents follow", T),
    ]
    assert dialogue.turns[1].restored
    assert bodies(dialogue) == [(b"1 7774", b"2 513", b"3 10493")]
    assert lacks(dialogue) == {Lack.LOGIN, Lack.LINE, Lack.DOT, Lack.QUIT}
    assert not any(turn.breaches for turn in dialogue.turns)
    assert server(dialogue) == "popper-4-38"


FLATTENED = """| All lines end with CR LF. Once the line is up, the server says a greeting, \
typically: +OK POP3 server ready Now the client says who it is. If the server replies with '+OK', the \
client says its password. Example: C: telnet mypop3server 110 Let's see some commands:
S: <the server is waiting for connection on TCP port 110> |
"""


def test_page_002_keeps_one_reply_within_a_sentence() -> None:
    """Its sessions are lost; what is left is the greeting, and that its end is a guess is said."""
    dialogue = read_one(FLATTENED)
    assert rows(dialogue) == [(None, "+OK POP3 server ready", A)]
    assert Lack.QUOTED in lacks(dialogue)


STD53 = """
The account is gone by now, so do not try. What was typed was in bold:

test:/email# telnet iodigitalsec.com 110
Connected to iodigitalsec.com.
Escape character is \u2018^]\u2019.
+OK Hello there.
USER test@iodigitalsec.com
+OK Password required.
PASS wrongpass
-ERR Login failed.
USER test@iodigitalsec.com
+OK Password required.
PASS testpass
+OK logged in.
+OK POP3 clients that break here, they violate STD53.
1 501
2 1475
+OK 501 octets follow.
Return-path: <root@iodigitalsec.com>
Envelope-to: test@iodigitalsec.com
(envelope-from <root@iodigitalsec.com>)
Date: Tue, 16 Dec 2008 00:51:39 +0000Your account has been created

+OK Deleted.
+OK Deleted.
+OK POP3 clients that break here, they violate STD53.
+OK Bye-bye.

What was done there: first USER and PASS (it was testpass), then LIST, and so on.
"""


def test_page_003_has_lost_its_bold_lines_and_its_dots() -> None:
    """Each lost line is told by its reply; the numbers behind DELE are guesses, and said to be."""
    dialogue = read_one(STD53)
    assert rows(dialogue)[1:] == [
        ("USER test@iodigitalsec.com", "+OK Password required.", A),
        ("PASS wrongpass", "-ERR Login failed.", A),
        ("USER test@iodigitalsec.com", "+OK Password required.", A),
        ("PASS testpass", "+OK logged in.", T),
        ("LIST", "+OK POP3 clients that break here, they violate STD53.", T),
        ("RETR 1", "+OK 501 octets follow.", T),
        ("DELE 1", "+OK Deleted.", T),
        ("DELE 2", "+OK Deleted.", T),
        ("LIST", "+OK POP3 clients that break here, they violate STD53.", T),
        ("QUIT", "+OK Bye-bye.", U),
    ]
    assert [turn.restored for turn in dialogue.turns] == [False] * 5 + [True] * 6
    guesses = [each.word for each in dialogue.findings if each.lack is Lack.NUMBER]
    assert guesses == ["DELE 1", "DELE 2"]
    assert dialogue.end is not None
    assert dialogue.end.removed == (1, 2)
    assert not any(turn.breaches for turn in dialogue.turns)
    assert {"testpass", "wrongpass"} <= read(STD53).secrets


GMAIL = """
openssl s_client -connect pop.gmail.com:995 -crlf -ign_eof

Where the server is not encrypted, telnet does as well:

telnet pop3.server.com 110

Log in first.

+OK Gpop ready for requests from 68.80.246.118 cn9pf9267980vdc.5
USER mike.angstadt
+OK send PASS
PASS secret
+OK Welcome.

LIST gives each message a number. They may change with the session.

LIST
+OK 305 messages (57774596 bytes)
1 2017
2 3751155
3 10873184
...
305 3021

STAT tells how many, and how much:

STAT
+OK 305 57791921

To have the fifth, say RETR 5.

RETR 5
+OK message follows
Date: Mon, 17 Jan 2005 17:20:17 -0500
Subject: Hello John
...more headers...

Dear John,

-Mike
.

!! Warning !!: it seems to delete what was read.

DELE 1
+OK marked for deletion

RSET takes it back.

RSET
+OK

QUIT
+OK Farewell.
"""


def test_page_004_is_one_session_with_prose_between_its_lines() -> None:
    """The rows that "..." stands for are not counted against the server; nothing is removed."""
    dialogue = read_one(GMAIL)
    assert [row[0] for row in rows(dialogue)] == [
        None, "USER mike.angstadt", "PASS secret", "LIST", "STAT", "RETR 5", "DELE 1", "RSET", "QUIT",
    ]  # fmt: skip
    assert [row[2] for row in rows(dialogue)] == [A, A, T, T, T, T, T, T, U]
    assert bodies(dialogue)[0] == (b"1 2017", b"2 3751155", b"3 10873184", b"305 3021")
    assert bodies(dialogue)[1][-1] == b"-Mike"
    assert lacks(dialogue) == {Lack.ROWS, Lack.DOT}
    assert dialogue.end == End(Ending.QUIT, T, "mike.angstadt")
    assert not any(turn.breaches for turn in dialogue.turns)
    assert server(dialogue) in {"gpop", "gmail"}
