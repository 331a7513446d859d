"""What programs write down of a session: each in its own way, all read alike."""

from __future__ import annotations

import pytest
from pasted import read_one

from simulator.pop3 import Ending
from simulator.transcript import Dialogue, Lack, read

#: A login, STAT and the end, in the words of each program.
LOGS = {
    "mutt": """
[2026-02-03 10:11:12] Connecting to mail.example.test...
[2026-02-03 10:11:12] 4< +OK ready.
[2026-02-03 10:11:13] 4> USER mira
[2026-02-03 10:11:13] 4< +OK
[2026-02-03 10:11:13] 4> PASS *
[2026-02-03 10:11:14] 4< +OK Logged in.
[2026-02-03 10:11:14] 4> LIST
[2026-02-03 10:11:14] 4< +OK
[2026-02-03 10:11:14] 4< 1 884
[2026-02-03 10:11:14] 4< .
[2026-02-03 10:11:14] 4> QUIT
[2026-02-03 10:11:14] 4< +OK bye
""",
    "fetchmail -v": """
fetchmail: 6.4.37 querying mail.example.test (protocol POP3) at Tue 03 Feb 2026: poll started
Trying to connect to 192.0.2.110/110...connected.
fetchmail: POP3< +OK ready.
fetchmail: POP3> USER mira
fetchmail: POP3< +OK
fetchmail: POP3> PASS *
fetchmail: POP3< +OK Logged in.
fetchmail: POP3> LIST
fetchmail: POP3< +OK
fetchmail: POP3< 1 884
fetchmail: POP3< .
fetchmail: POP3> QUIT
fetchmail: POP3< +OK bye
""",
    "poplib 2": """
*get* b'+OK ready.\\r\\n'
*resp* b'+OK ready.'
*cmd* 'USER mira'
*put* b'USER mira'
*get* b'+OK\\r\\n'
*resp* b'+OK'
*cmd* 'PASS hunter2'
*put* b'PASS hunter2'
*get* b"+OK Logged in.\\r\\n"
*resp* b"+OK Logged in."
*cmd* 'LIST'
*put* b'LIST'
*get* b'+OK\\r\\n'
*resp* b'+OK'
*get* b'1 884\\r\\n'
*get* b'.\\r\\n'
*cmd* 'QUIT'
*put* b'QUIT'
*get* b'+OK bye\\r\\n'
*resp* b'+OK bye'
""",
    "java": """
DEBUG: setDebug: version 1.6.2
S: +OK ready.
C: USER mira
S: +OK
C: PASS hunter2
S: +OK Logged in.
C: LIST
S: +OK
1 884
.
C: QUIT
S: +OK bye
""",
    "thunderbird": """
2026-02-03 10:11:12.1 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: RECV: +OK ready.
2026-02-03 10:11:12.2 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: SEND: USER mira
2026-02-03 10:11:12.3 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: RECV: +OK
2026-02-03 10:11:12.4 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: SEND: PASS xxx
2026-02-03 10:11:12.5 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: RECV: +OK Logged in.
2026-02-03 10:11:12.6 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: SEND: LIST
2026-02-03 10:11:12.7 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: RECV: +OK
2026-02-03 10:11:12.8 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: RECV: 1 884
2026-02-03 10:11:12.9 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: RECV: .
2026-02-03 10:11:13.1 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: SEND: QUIT
2026-02-03 10:11:13.2 UTC - [Parent 1234: Main Thread]: I/POP3 POP3: [this=7f01]: RECV: +OK bye
""",
    "Net::POP3": """
Net::POP3>>> Net::POP3(3.11)
Net::POP3=GLOB(0x55d0c2b0)<<< +OK ready.
Net::POP3=GLOB(0x55d0c2b0)>>> USER mira
Net::POP3=GLOB(0x55d0c2b0)<<< +OK
Net::POP3=GLOB(0x55d0c2b0)>>> PASS ....
Net::POP3=GLOB(0x55d0c2b0)<<< +OK Logged in.
Net::POP3=GLOB(0x55d0c2b0)>>> LIST
Net::POP3=GLOB(0x55d0c2b0)<<< +OK
Net::POP3=GLOB(0x55d0c2b0)<<< 1 884
Net::POP3=GLOB(0x55d0c2b0)<<< .
Net::POP3=GLOB(0x55d0c2b0)>>> QUIT
Net::POP3=GLOB(0x55d0c2b0)<<< +OK bye
""",
    "a rawlog": """
1770113472.123456 O: +OK ready.
1770113472.223456 I: USER mira
1770113472.323456 O: +OK
1770113472.423456 I: PASS hunter2
1770113472.523456 O: +OK Logged in.
1770113472.623456 I: LIST
1770113472.723456 O: +OK
1770113472.723456 O: 1 884
1770113472.723456 O: .
1770113472.823456 I: QUIT
1770113472.923456 O: +OK bye
""",
    "a syslog nobody knows": """
Feb  3 10:11:12 mx3 popd[77]: conn 5 reply="+OK ready."
Feb  3 10:11:12 mx3 popd[77]: conn 5 heard="USER mira"
Feb  3 10:11:12 mx3 popd[77]: conn 5 reply="+OK"
Feb  3 10:11:13 mx3 popd[77]: conn 5 heard="PASS hunter2"
Feb  3 10:11:13 mx3 popd[77]: conn 5 reply="+OK Logged in."
Feb  3 10:11:14 mx3 popd[77]: conn 5 heard="LIST"
Feb  3 10:11:14 mx3 popd[77]: conn 5 reply="+OK"
Feb  3 10:11:14 mx3 popd[77]: conn 5 reply="1 884"
Feb  3 10:11:14 mx3 popd[77]: conn 5 reply="."
Feb  3 10:11:14 mx3 popd[77]: conn 5 heard="QUIT"
Feb  3 10:11:14 mx3 popd[77]: conn 5 reply="+OK bye"
""",
}  # fmt: skip


def said(dialogue: Dialogue) -> list[tuple[str | None, str]]:
    return [(turn.exchange.line, turn.exchange.reply.line) for turn in dialogue.turns]


@pytest.mark.parametrize("program", sorted(LOGS))
def test_each_program_s_log_is_read_alike(program: str) -> None:
    """Greeting, login, a listing with its row, QUIT; nothing missing, whatever stands around it."""
    dialogue = read_one(LOGS[program])
    replies = [reply for _, reply in said(dialogue)]
    assert replies == ["+OK ready.", "+OK", "+OK Logged in.", "+OK", "+OK bye"]
    assert [turn.exchange.keyword for turn in dialogue.turns][1:] == [
        "USER",
        "PASS",
        "LIST",
        "QUIT",
    ]
    assert dialogue.turns[3].exchange.reply.lines == (b"1 884",)
    assert dialogue.findings == ()
    assert dialogue.end is not None
    assert dialogue.end.by is Ending.QUIT


CURL = """
*   Trying 192.0.2.110:110...
* Connected to mail.example.test (192.0.2.110) port 110
< +OK ready.
> CAPA
< +OK
< SASL PLAIN
< .
> AUTH PLAIN
< +
> AG1pcmEAa2V0dGxlNDI=
< +OK Logged in.
> LIST
< +OK 2 messages:
1 884
2 614
* Connection #0 to host mail.example.test left intact
> QUIT
< +OK bye
"""


def test_curl_keeps_the_dot_to_itself() -> None:
    """Bodies without marks and without their dots; a challenge that has lost its blank."""
    dialogue = read_one(CURL)
    assert dialogue.host == "mail.example.test"
    assert [turn.exchange.keyword for turn in dialogue.turns][1:] == [
        "CAPA", "AUTH", "AUTH", "LIST", "QUIT",
    ]  # fmt: skip
    assert dialogue.turns[4].exchange.reply.lines == (b"1 884", b"2 614")
    assert [each.lack for each in dialogue.findings] == [Lack.DOT]
    assert not any(turn.breaches for turn in dialogue.turns)


OPENSSL = """
$ openssl s_client -connect pop.example.test:995 -crlf
CONNECTED(00000003)
depth=2 C = US, O = Example Trust, CN = Root
---
Certificate chain
 0 s:CN = pop.example.test
---
Server certificate
-----BEGIN CERTIFICATE-----
MIIFezCCBGOgAwIBAgIQLIST
QUIT
-----END CERTIFICATE-----
SSL handshake has read 4416 bytes and written 393 bytes
---
+OK ready.
user mira
+OK
pass hunter2
+OK Logged in.
---
Post-Handshake New Session Ticket arrived:
SSL-Session:
    Protocol  : TLSv1.3
    Verify return code: 0 (ok)
---
read R BLOCK
dele 1
+OK Deleted.
RETR 1
RENEGOTIATING
139:error:0A000153
QUIT
DONE
"""


def test_openssl_keeps_lines_for_itself() -> None:
    """RETR renegotiates and QUIT hangs up: neither reached the server, and the mark is forgotten."""
    dialogue = read_one(OPENSSL)
    assert (dialogue.host, dialogue.port, dialogue.secure) == ("pop.example.test", 995, True)
    assert said(dialogue)[1:] == [
        ("user mira", "+OK"), ("pass hunter2", "+OK Logged in."), ("dele 1", "+OK Deleted."),
    ]  # fmt: skip
    assert [(each.lack, each.word) for each in dialogue.findings] == [
        (Lack.SWALLOWED, "RETR 1"), (Lack.SWALLOWED, "QUIT"),
    ]  # fmt: skip
    assert dialogue.end is not None
    assert (dialogue.end.by, dialogue.end.forgotten) == (Ending.DROP, (1,))


def test_the_rfc_s_own_session_has_its_stage_directions() -> None:
    """RFC 1939 section 10: lines in <> stand for what is done, and for the messages."""
    dialogue = read_one("""
         S: <wait for connection on TCP port 110>
         C: <open connection>
         S:    +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>
         C:    APOP mrose c4c9334bac560ecc979e58001b3e22fb
         S:    +OK mrose's maildrop has 2 messages (320 octets)
         C:    RETR 1
         S:    +OK 120 octets
         S:    <the POP3 server sends message 1>
         S:    .
         C:    QUIT
         S:    +OK dewey POP3 server signing off (maildrop empty)
         C:  <close connection>
         S:  <wait for next connection>
    """)
    assert [turn.exchange.keyword for turn in dialogue.turns][1:] == ["APOP", "RETR", "QUIT"]
    assert [each.lack for each in dialogue.findings] == [Lack.ROWS]
    assert not any(turn.breaches for turn in dialogue.turns)


@pytest.mark.parametrize(
    "mark", ["[conn {}] ", "10:00:01 mx popd[{}]: ", "I/POP3 [this=7f{}]: ", "session={} "]
)
def test_calls_that_run_at_once_are_told_apart(mark: str) -> None:
    """By what the log calls each by; a row without it belongs to the line above."""
    one, two = mark.format(41), mark.format(52)
    reading = read(
        f"{one}S: +OK ready\n{two}S: +OK ready\n{one}C: USER anna\n{two}C: USER bert\n{two}S: +OK\n"
        f"{one}S: +OK\n{one}C: PASS kettle42\n{two}C: PASS lantern88\n{one}S: +OK\n"
        f"{two}S: -ERR [IN-USE] locked\n{two}C: QUIT\n{one}C: DELE 1\n{two}S: +OK\n{one}S: +OK\n"
        f"{one}C: QUIT\n{one}S: +OK\n"
    )
    assert [[line for line, _ in said(each)] for each in reading.dialogues] == [
        [None, "USER anna", "PASS kettle42", "DELE 1", "QUIT"],
        [None, "USER bert", "PASS lantern88", "QUIT"],
    ]
    assert not any(turn.breaches for each in reading.dialogues for turn in each.turns)
    assert [each.end.removed for each in reading.dialogues if each.end] == [(1,), ()]


def test_threads_that_share_one_call_are_no_calls() -> None:
    """Each line is told by another: the session stays whole."""
    dialogue = read_one(
        "[conn 1] S: +OK ready\n[conn 2] C: USER mira\n[conn 1] S: +OK\n[conn 2] C: QUIT\n"
        "[conn 1] S: +OK bye\n"
    )
    assert [line for line, _ in said(dialogue)] == [None, "USER mira", "QUIT"]
