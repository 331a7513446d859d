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
