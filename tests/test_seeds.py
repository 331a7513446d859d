"""The five web pages that Port110 grew out of: their lines piped in, their servers' lines come out.

Each expected session is what the page shows, with the lines put back that the page lost (the dots that
end a listing, a command that was set in bold) and telnet's own last line. `...` stands for the text
of a message, which pages leave out; its size is checked beside it. So does `...more headers...` for
a part of one, and `...` for what a program prints of itself.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def practise(script: str, *options: str) -> list[str]:
    """What `port110 practise` prints for a script from a pipe, line by line."""
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "practise", "--margin", "off", *options],
        input=script.encode(), capture_output=True, cwd=ROOT, check=False, timeout=60,
    )  # fmt: skip
    assert done.stderr == b""
    assert done.returncode == 0
    assert b"\r" not in done.stdout
    return done.stdout.decode("utf-8", "strict").splitlines()


def typed(session: str) -> str:
    """The lines that a person typed, out of an expected session (marked with a leading `> `)."""
    lines = [line[2:] for line in session.strip().splitlines() if line.startswith("> ")]
    return "\n".join(line.removeprefix("$ ") for line in lines) + "\n"


def compare(session: str, printed: list[str]) -> dict[int, int]:
    """Hold what was printed to the session; the octets of each `...`, by its place."""
    expected = [line.removeprefix("> ") for line in session.strip("\n").splitlines()]
    at, texts = 0, {}
    for number, line in enumerate(expected):
        if line.startswith("...") and line.endswith("..."):
            start, until = at, expected[number + 1 : number + 2]
            while printed[at:] and printed[at : at + 1] != until:
                at += 1
            body = [row.removeprefix(".") if row.startswith("..") else row
                    for row in printed[start:at]]  # fmt: skip
            texts[number] = sum(len(row.encode()) + 2 for row in body)
            continue
        assert printed[at] == line
        at += 1
    assert printed[at:] == []
    return texts


EUROPE_ONLINE = """
> $ telnet pop.eo.lu 110
Trying 194.177.33.81...
Connected to unicorn.europeonline.net.
Escape character is '^]'.
+OK Europe Online Mail Server.
> USER rewt
+OK rewt selected
> PASS XXXXXXXX
+OK Congratulations!
> QUIT
+OK blah blah
Connection closed by foreign host.
> $ telnet pop.eo.lu 110
Trying 194.177.33.81...
Connected to unicorn.europeonline.net.
Escape character is '^]'.
+OK Europe Online Mail Server.
> USER rewt
+OK rewt selected
> PASS XXXXXXXX
+OK Congratulations!
> STAT
+OK 2 2206
> LIST
+OK 2 messages (2206 octets)
1 1273
2 933
.
> RETR 1
+OK 1273 octets
...
.
> TOP 1 5
+OK 1273 octets
...
.
> QUIT
+OK blah blah
Connection closed by foreign host.
"""

POPPER = """
> $ telnet pop.popperserver.example 110
Trying 198.51.100.38...
Connected to pop.popperserver.example.
Escape character is '^]'.
+OK POP3 v4.38 server ready <1896.697170952@pop.popperserver.example>
> USER webmaster
+OK User name accepted, password please
> PASS photon7
+OK Mailbox open, 3 messages
> LIST
+OK Mailbox contents follow
1 7774
2 513
3 10493
.
> LIST 2
+OK 2 513
> RETR 3
+OK 10493 octets
...
.
> QUIT
+OK Sayonara
Connection closed by foreign host.
"""

STD53 = """
> $ telnet iodigitalsec.com 110
Trying 203.0.113.53...
Connected to iodigitalsec.com.
Escape character is '^]'.
+OK Hello there.
> USER test@iodigitalsec.com
+OK Password required.
> PASS wrongpass
-ERR Login failed.
> USER test@iodigitalsec.com
+OK Password required.
> PASS testpass
+OK logged in.
> LIST
+OK POP3 clients that break here, they violate STD53.
1 501
2 1475
.
> RETR 1
+OK 501 octets follow.
...
.
> DELE 1
+OK Deleted.
> DELE 2
+OK Deleted.
> LIST
+OK POP3 clients that break here, they violate STD53.
.
> QUIT
+OK Bye-bye.
Connection closed by foreign host.
"""

RFC_1939 = """
> $ telnet dbc.mtview.ca.us 110
Trying 203.0.113.19...
Connected to dbc.mtview.ca.us.
Escape character is '^]'.
+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>
> APOP mrose c4c9334bac560ecc979e58001b3e22fb
+OK mrose's maildrop has 2 messages (320 octets)
> STAT
+OK 2 320
> LIST
+OK 2 messages (320 octets)
1 120
2 200
.
> RETR 1
+OK 120 octets
...
.
> DELE 1
+OK message 1 deleted
> RETR 2
+OK 200 octets
...
.
> DELE 2
+OK message 2 deleted
> QUIT
+OK dewey POP3 server signing off (maildrop empty)
Connection closed by foreign host.
"""


#: What openssl prints of the certificate, and at the end, is not on the page.
GMAIL = """
> $ openssl s_client -connect pop.gmail.com:995 -crlf -ign_eof
...
+OK Gpop ready for requests from 68.80.246.118 cn9pf9267980vdc.5
> USER mike.angstadt
+OK send PASS
> PASS secret
+OK Welcome.
> LIST
+OK 305 messages (57774596 bytes)
1 2017
2 3751155
3 10873184
...
305 3021
.
> STAT
+OK 305 57791921
> RETR 5
+OK message follows
Date: Mon, 17 Jan 2005 17:20:17 -0500
From: Mike Angstadt <mike.angstadt@gmail.com>
To: John Doe <jdoe@yahoo.com>
Subject: Hello John
...more headers...

Dear John,

How are you doing?

-Mike
.
> DELE 1
+OK marked for deletion
> RSET
+OK
> QUIT
+OK Farewell.
...
"""


@pytest.mark.parametrize(
    ("session", "sizes"),
    [
        (EUROPE_ONLINE, [1273, None]),
        (POPPER, [10493]),
        (STD53, [501]),
        (RFC_1939, [120, 200]),
        (GMAIL, [None] * 4),
    ],
    ids=["000 europe online", "001 popper", "003 std53", "rfc 1939 section 10", "004 gmail"],
)
def test_a_page_s_lines_get_what_the_page_shows(session: str, sizes: list[int | None]) -> None:
    """Typed lines in, the page's session out, octet for octet; twice, since nothing is kept."""
    for _ in range(2):
        texts = compare(session, practise(typed(session), "--echo"))
        assert all(
            expected in (None, found) for expected, found in zip(sizes, texts.values(), strict=True)
        )


def test_the_message_of_page_003_is_the_one_it_shows() -> None:
    """Every line of the page's message comes back, in its order."""
    shown = [
        "Return-path: <root@iodigitalsec.com>",
        "Envelope-to: test@iodigitalsec.com",
        "Delivery-date: Tue, 16 Dec 2008 00:51:39 +0000",
        "Received: from root by iodigitalsec.com with local (Exim 4.67)",
        "(envelope-from <root@iodigitalsec.com>)",
        "id 1LCO9z-0006a3-7w",
        "for test@iodigitalsec.com; Tue, 16 Dec 2008 00:51:39 +0000",
        "To: test@iodigitalsec.com",
        "Message-Id: <E1LCO9z-0006a3-7w@iodigitalsec.com>",
        "From: root <root@iodigitalsec.com>",
        "Date: Tue, 16 Dec 2008 00:51:39 +0000",
        "Your account has been created",
    ]
    printed = iter(line.strip() for line in practise(typed(STD53)))
    assert all(line in printed for line in shown)


@pytest.mark.parametrize(
    "login", [["USER user1", "PASS secret"], ["APOP user1 {digest}"]], ids=["USER", "APOP"]
)
def test_the_server_of_page_002_takes_both_ways_in(login: list[str]) -> None:
    """`+OK POP3 server ready`, then a password in the clear, or a digest."""
    from hashlib import md5

    stamp = "<1896.697170952@mypop3server>"
    digest = md5(f"{stamp}tanstaaf".encode(), usedforsecurity=False).hexdigest()
    lines = [line.format(digest=digest) for line in login]
    script = ["telnet mypop3server 110", *lines, "STAT", "QUIT", ""]
    printed = practise("\n".join(script))
    assert printed[3] == f"+OK POP3 server ready {stamp}"
    assert all(line.startswith("+OK") for line in printed[3:-1])


def test_without_echo_only_the_servers_and_programs_speak() -> None:
    """`--margin off` alone prints what the programs print, and nothing that was typed."""
    printed = practise(typed(RFC_1939))
    commands = ("APOP", "STAT", "LIST", "RETR", "DELE", "QUIT", "$", "telnet ")
    assert not any(line.startswith(commands) for line in printed)


def test_programs_fail_as_the_real_ones_do() -> None:
    """A name nobody has, a closed port, a program that is not there."""
    script = "telnet mail.exmaple.test 110\ntelnet mail.example.test 25\nUSER mira\n"
    assert practise(script) == [
        "telnet: could not resolve mail.exmaple.test/110: Name or service not known",
        "Trying 192.0.2.110...",
        "telnet: Unable to connect to remote host: Connection refused",
        "sh: USER: command not found",
    ]


def test_a_suspended_session_keeps_its_lock() -> None:
    """With the first telnet suspended, a second login finds the maildrop in use; `fg` goes back."""
    login = ["telnet mail.example.test 110", "USER mira", "PASS kettle42"]
    lines = [*login, "\x1d", "z", *login, "QUIT", "fg", "STAT", "QUIT", ""]
    printed = practise("\n".join(lines))
    assert "-ERR [IN-USE] another session holds the maildrop" in printed
    assert "+OK 3 2206" in printed
