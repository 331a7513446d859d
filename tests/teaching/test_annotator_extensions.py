"""The annotator beside STLS, CAPA, UTF8, LANG and LAST, response codes, time, and broken servers."""

from __future__ import annotations

from pathlib import Path

import pytest
from chairs import EXTENDED, Chairs, mailbox, personality

from simulator.mailroom import Accounts
from simulator.pop3 import End, Ending, Exchange, Pop3Client, State
from simulator.teaching.annotator import Annotator, announced, load_margin

PROSE = load_margin(Path(__file__).parents[2] / "lessons" / "margin")
LOGIN = ["USER mrose", "PASS secret"]
FOREIGN = mailbox([b"Subject: \xc3\xa9t\xc3\xa9\r\n\r\nword\r\n", b"Subject: a\r\n\r\nword\r\n"])


def session(*lines: str, now: float = 0.0, **policy: object) -> tuple[Annotator, list[Exchange]]:
    """A dialogue with a server that has every extension, observed to its last line."""
    accounts = Accounts([FOREIGN])
    if now:
        accounts.logged_in("mrose", 0.0)
    chairs = Chairs(accounts, personality(**{**EXTENDED, **policy}), now=now)
    chairs.say(*lines)
    annotator = Annotator(PROSE)
    for exchange in chairs.seen[:-1]:
        annotator.observe(exchange)
    return annotator, chairs.seen


def said(*lines: str, now: float = 0.0, **policy: object) -> str:
    """The note on the last line."""
    annotator, seen = session(*lines, now=now, **policy)
    return annotator.observe(seen[-1])[0].text


def overheard(received: str, *lines: str) -> list[str]:
    """The notes that a server gets which sends exactly this, the first of each exchange."""
    client, annotator = Pop3Client(), Annotator(PROSE)
    for line in lines:
        client.send(line)
    client.receive_data(received.replace("\n", "\r\n").encode())
    return [annotator.observe(exchange)[0].text for exchange in client.exchanges()]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["STLS"], "Forget what you heard in the clear"),
        (["USER mrose", "STLS"], "A careful server forgets the name"),
        (["UTF8", "STLS"], "STLS comes first, then UTF8"),
        (["STLS", "UTF8"], "UTF8 mode is on: mail with UTF-8"),
        (["CAPA", "UTF8"], "it is too late now: STLS comes first"),
        (["UTF8", "UTF8"], "was on already"),
        (["STLS", "STLS"], "-ERR is the right answer to STLS"),
        (["STLS", "CAPA", *LOGIN, "STLS"], "TLS stands on this line already"),
        ([*LOGIN, "STLS"], "the login is done"),
        (["STLS now"], "the line is in the clear still"),
        ([*LOGIN, "UTF8"], "it is said before the login"),
        (["UTF8 yes"], "the mode is not on"),
        ([*LOGIN, "RETR 1"], "UTF8 belongs before the login"),
        ([*LOGIN, "TOP 1 0"], "not even TOP can show them"),
        (["UTF8", *LOGIN, "RETR 1"], "The whole message"),
        ([*LOGIN, "RETR 2"], "The whole message"),
        (["LANG"], "3 lines here: a tag"),
        (["LANG de"], "are in `de` from here on"),
        (["LANG *"], "administrator prefers: it is `i-default`"),
        (["LANG de", "LANG xx"], "the texts go on in the one before"),
        (["LANG de fr"], "A list in order of preference"),
        (["LANG de_DE"], "no tag of a language"),
        (["LANG "], "no tag behind the blank"),
        ([*LOGIN, "LAST"], "0: no message was accessed"),
        ([*LOGIN, "RETR 2", "LAST"], "2 is the highest message-number"),
        ([*LOGIN, "RETR 2", "RSET", "LAST"], "0 again, though RETR has sent something"),
        ([*LOGIN, "LAST 1"], "LAST takes no argument"),
        (["LAST"], "LAST belongs to TRANSACTION"),
        (["AUTHENTICATE PLAIN"], "Did you mean AUTH?"),
        (["UTF-8"], "Did you mean UTF8?"),
        (["language de"], "Did you mean LANG?"),
        (["STARTTLS"], "In POP3 the command is STLS"),
        (["RPOP mrose"], "stood in an older POP3"),
    ],
)
def test_each_extension_is_explained(lines: list[str], words: str) -> None:
    """What was done, and the order in which it should have been."""
    assert words in said(*lines)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("AUTH PLAIN", "USER and PASS are the plain way in"),
        ("STLS", "many have TLS from the first octet on port 995"),
        ("UTF8", "All other mail is as always"),
        ("LANG", "does not list languages"),
        ("LANG de", "its texts have one language"),
        ("CAPA", "found out by trying"),
    ],
)
def test_a_server_without_the_extension(line: str, words: str) -> None:
    """-ERR to a command that came later says what to do without it."""
    assert words in said(line, offers=frozenset(), mechanisms=())


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["CAPA"], "One line per capability, 10 lines"),
        (["CAPA", "CAPA"], "The same list as before, 10 lines"),
        (["CAPA", "STLS", "CAPA"], "only this list counts. Gone since the one in the clear: STLS"),
        (["STLS", "CAPA"], "One line per capability, 9 lines"),
        (["CAPA", *LOGIN, "CAPA"], "Heard anew after the login. Gone: STLS"),
        (["STLS", "CAPA", *LOGIN, "CAPA"], "and the same as before it"),
    ],
)
def test_a_second_list_of_capabilities_is_compared(lines: list[str], words: str) -> None:
    """Behind STLS, after the login, and without either."""
    assert words in said(*lines)


def test_a_server_that_wants_tls_hides_its_logins() -> None:
    """STLS and no USER in CAPA; behind TLS both USER and SASL's mechanisms come."""
    assert "STLS is there and USER is not" in said("CAPA", cleartext_login=False)
    again = said("CAPA", "STLS", "CAPA", cleartext_login=False)
    assert "New or different from the one in the clear: USER, SASL. Gone: STLS." in again
    told = said("CAPA", *LOGIN, "CAPA", implementation="Shlemazle")
    assert "New or different: IMPLEMENTATION. Gone: STLS." in told
    assert "since the last list is X-A" in overheard(
        "+OK\n+OK\nTOP\n.\n+OK\nTOP\nX-A\n.\n", "CAPA", "CAPA"
    )[-1]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("EXPIRE 0", "as if you had typed DELE"),
        ("EXPIRE 0 USER", "For some users no mail may be left"),
        ("EXPIRE NEVER", "deletes nothing by itself"),
        ("expire 60 USER", "the shortest for any user"),
        ("LOGIN-DELAY 300 USER", "the longest for any user"),
        ("UTF8", "Names and passwords stay ASCII"),
        ("UTF8 USER", "may be UTF-8 too"),
        ("SASL CRAM-MD5", "mechanisms named on this line"),
        ("AUTH-RESP-CODE", "[SYS/TEMP] and [SYS/PERM] mean the server"),
        ("IMPLEMENTATION Shlemazle-Plotz-v302", "must not behave differently"),
        ("X-GOOGLE-RICO", "the server's own"),
        ("", "none of the RFCs"),
    ],
)
def test_a_capability_is_explained_by_what_its_line_begins_with(line: str, words: str) -> None:
    """The longest beginning counts, by words."""
    assert words in (announced(PROSE.capabilities, line) or "")


def test_a_pause_between_logins_is_told_in_seconds() -> None:
    """[LOGIN-DELAY] says how long, where CAPA has told, and how to let time pass here."""
    assert "Wait, then begin again" in said(*LOGIN, now=5.0, login_delay=60)
    told = said("CAPA", *LOGIN, now=5.0, login_delay=60)
    assert "asks for 60 seconds" in told
    assert "`:wait 10m`" in told
    asked = said("CAPA", "AUTH PLAIN AG1yb3NlAHNlY3JldA==", now=5.0, login_delay=60)
    assert "asks for 60 seconds" in asked


@pytest.mark.parametrize(
    ("received", "lines", "words"),
    [
        ("+OK\n+ERR no such message\n", ["NOOP"], "The sign and the word do not belong together"),
        ("+OK\n-OK\n", ["NOOP"], "The sign and the word do not belong together"),
        ("+OK\n+OK\n+OK\n", ["USER mira"], "answered one line twice"),
        ("+OK\n-ERR no\n-ERR no\n", ["NOOP"], "answered one line twice"),
        ("+OK\n+OK\n+OK\n+OK\nSubject: a\n.\nrest\nmore\n", [*LOGIN, "RETR 1"], "the rest of it"),
        ("+OK\nhello\n", [], "no reply of POP3 begins so"),
        ("+OK\n+OK\n+OK\n-ERR autologout\n", LOGIN, "no UPDATE, nothing is removed"),
        ("+OK\n+OK\n+OK\n+OK\n-ERR bye\n", [*LOGIN, "DELE 1"], "no UPDATE, and the mark is lost"),
        ("+OK\n+OK\n+OK\n+OK 120 octets\nSubject: a\n\n.\n", [*LOGIN, "RETR 1"], "14 octets have"),
        ("+OK\n-ERR [SYS/TEMP] x\n", ["USER mira"], "Wait a while, then log in as before"),
        ("+OK\n-ERR [SYS/PERM] x\n", ["USER mira"], "ask those who run the server"),
        ("+OK\n+OK\n+OK\n-ERR [SYS/TEMP] x\n", [*LOGIN, "QUIT"], "Dial again later"),
        ("+OK\n+OK\n+OK\n-ERR [SYS/PERM] x\n", [*LOGIN, "QUIT"], "until somebody repairs it"),
        ("+OK\n+OK\n+OK\n-ERR [UTF8] x\n", [*LOGIN, "DELE 1"], "sends it here too"),
        ("+OK\n+OK\n+OK\n-ERR [UTF8] x\n", [*LOGIN, "LIST 1"], "it can be listed"),
        ("+OK\n+OK\n+OK\n+OK\n-ERR [UTF8] x\n", ["UTF8", *LOGIN, "RETR 1"], "its own rule"),
        ("+OK\n+OK\n+OK\n+OK many\n", [*LOGIN, "LAST"], "The highest message-number"),
        ("+OK\n-ERR no\n", ["STLS"], "does not begin TLS"),
        ("+OK\n+OK\n-ERR no\n", ["UTF8", "STLS"], "does not begin TLS"),
    ],
)
def test_servers_that_go_wrong(received: str, lines: list[str], words: str) -> None:
    """Replies that are none, replies too many, sizes that are wrong, codes that say what to do."""
    notes = overheard(received, *lines)
    assert words in notes[-1], notes


def test_an_autologout_says_that_the_marks_are_gone() -> None:
    """The server closes the line unasked: no QUIT, no UPDATE (RFC 1939 section 3)."""
    annotator, seen = session(*LOGIN, "DELE 2")
    annotator.observe(seen[-1])
    end = End(Ending.SERVER, State.TRANSACTION, "mrose", (), (2,))
    notes = annotator.observe_end(end)
    assert (
        "the mark is lost: no QUIT, no UPDATE. Message 2 is still in the maildrop" in notes[0].text
    )
    assert "ten minutes of silence" in annotator.why(end)[0].text


def test_stls_refused_behind_utf8_where_capa_has_it() -> None:
    """RFC 6856 section 2.1 lets a server refuse it then; without STLS in CAPA that is no reason."""
    client, annotator = Pop3Client(), Annotator(PROSE)
    client.receive_data(b"+OK\r\n")
    for line, reply in (("CAPA", "+OK\r\nSTLS\r\n."), ("UTF8", "+OK"), ("STLS", "-ERR no")):
        client.send(line)
        client.receive_data(f"{reply}\r\n".encode())
    notes = [annotator.observe(exchange) for exchange in client.exchanges()]
    assert "because UTF8 was said before" in notes[-1][0].text
