"""What programs put around and between the lines: it is told apart, and nobody is blamed for it."""

from __future__ import annotations

import pytest
from pasted import read_one

from simulator.console.lacks import lack_sentence
from simulator.pop3 import Ending
from simulator.transcript import Dialogue, Lack, read


def said(dialogue: Dialogue) -> list[tuple[str | None, str]]:
    return [(turn.exchange.line, turn.exchange.reply.line) for turn in dialogue.turns]


@pytest.mark.parametrize(
    "instead", ["********", "<base64 hidden>", "[redacted]", "xxxx", "...", "(suppressed)"]
)
@pytest.mark.parametrize("verb", ["AUTH PLAIN", "PASS", "APOP mira"])
def test_what_stands_in_place_of_a_secret_is_no_flaw(verb: str, instead: str) -> None:
    """A log hides the secret in its own way; the server had the real one, and was right to take it."""
    dialogue = read_one(
        f"S: +OK ready <1.1@x>\nC: USER mira\nS: +OK\nC: {verb} {instead}\nS: +OK in\n"
        "C: QUIT\nS: +OK\n"
    )
    assert not any(turn.breaches for turn in dialogue.turns)
    assert dialogue.end is not None
    assert dialogue.end.state.value == "TRANSACTION"


def test_a_response_that_a_log_leaves_out_is_put_in_its_place() -> None:
    """Behind AUTH and its challenge comes a response, not PASS; it is said that it is not shown."""
    dialogue = read_one(
        "10:01 RECV: +OK ready\n10:02 SEND: AUTH PLAIN\n10:03 RECV: +\n"
        "10:03 Logging suppressed for this command\n"
        "10:04 RECV: +OK in\n10:05 SEND: STAT\n10:05 RECV: +OK 1 20\n"
        "10:06 SEND: QUIT\n10:06 RECV: +OK\n"
    )
    assert said(dialogue)[2] == ("****", "+OK in")
    assert not any(turn.breaches for turn in dialogue.turns)
    (finding,) = dialogue.findings
    assert finding.lack is Lack.LINE
    assert "not shown" in lack_sentence(finding)


@pytest.mark.parametrize(
    ("call", "host", "port"),
    [
        (r"C:\>telnet mail.example.test 110", "mail.example.test", 110),
        (r"C:\Users\Mira>telnet mail.example.test 110", "mail.example.test", 110),
        ("-> connect mail.example.test:110", "mail.example.test", 110),
        ("ncat --ssl mail.example.test 995", "mail.example.test", 995),
        ("$ nc mail.example.test 110\nConnection to x 110 port [tcp/pop3] succeeded!",
         "mail.example.test", 110),
        ("=== Connected to mail.example.test.", "mail.example.test", 0),
        ('DEBUG POP3: connecting to host "mail.example.test", port 110, isSSL false',
         "mail.example.test", 110),
    ],
)  # fmt: skip
def test_each_program_says_whom_it_calls(call: str, host: str, port: int) -> None:
    """At the prompts of three systems, and in the words of what has no prompt."""
    dialogue = read_one(f"{call}\n<- +OK ready\n-> USER mira\n<- +OK\n-> QUIT\n<- +OK bye\n")
    assert (dialogue.host, dialogue.port, dialogue.secure) == (host, port, "--ssl" in call)
    assert said(dialogue)[0] == (None, "+OK ready")


def test_a_prompt_of_windows_is_no_client_s_mark() -> None:
    """C: with a backslash behind the session is the shell, and no client."""
    text = "+OK ready\nUSER mira\n+OK\nDELE 1\n+OK\n\nConnection to host lost.\n\nC:\\>\n"
    dialogue = read_one(text.replace("DELE", "PASS a\n+OK\nDELE"))
    assert dialogue.end is not None
    assert (dialogue.end.by, dialogue.end.forgotten) == (Ending.SERVER, (1,))


def test_what_curl_says_of_its_data_is_no_mail() -> None:
    """Neither the count of the octets, nor the meter, nor what became of the line."""
    dialogue = read_one(
        "< +OK ready\n> USER mira\n< +OK\n> PASS x\n< +OK\n> RETR 1\n< +OK 30 octets\n"
        "{ [30 bytes data]\nSubject: hi\n\nhello\n"
        "100    30  100    30    0     0    210      0 --:--:-- --:--:-- --:--:--   210\n"
        "* Connection #0 to host mail.example.test left intact\n> QUIT\n< +OK bye\n"
    )
    assert dialogue.turns[3].exchange.reply.lines == (b"Subject: hi", b"", b"hello")


def test_what_fetchmail_says_to_the_next_server_is_not_pop3() -> None:
    """A letter handed on by SMTP between TOP and DELE: its lines are no body, its marks not ours."""
    reading = read(
        "fetchmail: POP3< +OK ready\nfetchmail: POP3> USER mira\nfetchmail: POP3< +OK\n"
        "fetchmail: POP3> PASS *\nfetchmail: POP3< +OK\n"
        "fetchmail: POP3> TOP 1 99999999\nfetchmail: POP3< +OK headers follow\n"
        "reading message mira@mail.example.test:1 of 1 (900 octets)\n"
        "fetchmail: SMTP< 220 mx.example.test\nfetchmail: SMTP> RSET\nfetchmail: SMTP< 250 Ok\n"
        "#****\n flushed\n"
        "fetchmail: POP3> DELE 1\nfetchmail: POP3< +OK\nfetchmail: POP3> QUIT\n"
        "fetchmail: POP3< +OK bye\nfetchmail: SMTP> QUIT\nfetchmail: SMTP< 221 Bye\n"
    )
    (dialogue,) = reading.dialogues
    assert [turn.exchange.keyword for turn in dialogue.turns][1:] == [
        "USER", "PASS", "TOP", "DELE", "QUIT",
    ]  # fmt: skip
    assert [each.lack for each in dialogue.findings] == [Lack.BODY]
    assert reading.unread == ()


PYTHON = """
>>> box = poplib.POP3_SSL('mail.example.test')
>>> box.getwelcome()
b'+OK ready.'
>>> box.user('mira')
b'+OK'
>>> box.pass_("kettle42")
b'+OK in'
>>> box.stat()
(2, 320)
>>> box.list()
(b'+OK 2 messages', [b'1 120', b'2 200'], 16)
>>> box.retr(1)
(b'+OK 120 octets', [b'Subject: dots', b'', b'. and more', b"it's"], 120)
>>> box.dele(9)
Traceback (most recent call last):
poplib.error_proto: b'-ERR no such message'
>>> box.quit()
b'+OK bye'
"""


@pytest.mark.parametrize("prompt", [">>> ", "In [12]: "])
def test_what_python_shows_of_poplib_is_a_session(prompt: str) -> None:
    """Calls are lines, tuples are replies with their bodies; the dot, which poplib keeps, is there."""
    reading = read(PYTHON.replace(">>> ", prompt))
    (dialogue,) = reading.dialogues
    assert said(dialogue) == [
        (None, "+OK ready."), ("USER mira", "+OK"), ("PASS kettle42", "+OK in"),
        ("STAT", "+OK 2 320"), ("LIST", "+OK 2 messages"), ("RETR 1", "+OK 120 octets"),
        ("DELE 9", "-ERR no such message"), ("QUIT", "+OK bye"),
    ]  # fmt: skip
    assert dialogue.turns[5].exchange.reply.lines == (b"Subject: dots", b"", b". and more", b"it's")
    assert (dialogue.host, dialogue.port, dialogue.secure) == ("mail.example.test", 995, True)
    assert dialogue.findings == ()
    assert "kettle42" in reading.secrets


def test_a_password_that_python_asks_for_is_none_that_could_be_shown() -> None:
    """`box.pass_(getpass())` is PASS, with something that stands for the password."""
    text = PYTHON.replace('"kettle42"', "getpass.getpass()")
    assert said(read_one(text))[2] == ("PASS ****", "+OK in")


def test_poplib_s_log_and_the_values_beside_it_are_one_session() -> None:
    """At level 1 it writes the lines, at level 2 all of it; the values say nothing twice."""
    one = (
        ">>> box.user('mira')\n*cmd* 'USER mira'\nb'+OK'\n>>> box.stat()\n*cmd* 'STAT'\n(2, 320)\n"
    )
    two = (
        ">>> box.user('mira')\n*cmd* 'USER mira'\n*resp* b'+OK'\nb'+OK'\n"
        ">>> box.stat()\n*cmd* 'STAT'\n*resp* b'+OK 2 320'\n*stat* [b'+OK', b'2', b'320']\n(2, 320)\n"
    )
    for text in (one, two):
        assert said(read_one(text)) == [("USER mira", "+OK"), ("STAT", "+OK 2 320")]


@pytest.mark.parametrize(
    "value",
    ["(b'+OK', [b'1', 16)", "b'+OK" + "(" * 3000, "('+OK'" + ", [" * 5000, "b'+OK', 2, 3, 4"],
)
def test_values_that_are_none_are_passed_over(value: str) -> None:
    """Broken, cut off or deeper than anybody writes: no error."""
    assert len(read(f">>> box.user('mira')\nb'+OK'\n{value}\n").dialogues) <= 1


def test_quoted_lines_are_not_said_to_be_python_s() -> None:
    """Any program may write its lines as strings; what was taken off is named as it is."""
    reading = read('"+OK ready\\r\\n"\n"USER mira\\r\\n"\n"+OK\\r\\n"\n"QUIT\\r\\n"\n"+OK\\r\\n"\n')
    assert [line for line, _ in said(reading.dialogues[0])] == [None, "USER mira", "QUIT"]
    assert reading.undone == ("written-out line ends",)
