"""A server that takes tokens alone, and what some say behind a refusal or of what was marked."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from chairs import Chairs, letters, personality

from simulator.mailroom import Accounts
from simulator.pop3 import Numbers, Personality, Reading, Reason
from simulator.pop3.numerals import read_off

PROOF = b64encode(b"\0mrose\0secret").decode()
PLAIN = f"AUTH PLAIN {PROOF}"


def one(wording: dict[str, str] | None = None, **policy: object) -> Personality:
    """The plain server of these tests with words and a policy of one's own."""
    plain = personality(**policy)
    return replace(plain, wording={**plain.wording, **(wording or {})})


def chairs(server: Personality, token: str = "let-me-in") -> Chairs:
    return Chairs(Accounts([replace(letters(), token=token)]), server)


def bearing(token: str, name: str = "mrose") -> str:
    said = f"user={name}\1auth=Bearer {token}\1\1"
    return f"AUTH XOAUTH2 {b64encode(said.encode()).decode()}"


def test_where_only_a_token_opens_the_right_password_is_refused() -> None:
    """PASS and PLAIN are there, and nobody learns from them whether the password was right."""
    server = one(tokens_only=True, mechanisms=("PLAIN", "XOAUTH2"))
    pair = chairs(server)
    named, passed, proven, token = pair.say(
        "USER mrose", "PASS secret", PLAIN, bearing("let-me-in")
    )
    assert (named.ok, passed.reason, proven.reason) == (
        True, Reason.BAD_CREDENTIALS, Reason.BAD_CREDENTIALS,
    )  # fmt: skip
    assert token.user == "mrose"
    wrong = chairs(server).say("USER mrose", "PASS nonsense")[-1]
    assert wrong.reply == passed.reply


def test_a_bad_token_is_told_in_a_challenge_or_refused_at_once() -> None:
    """RFC 7628 section 3.2.3 has the challenge; with "refused" no line is owed behind it."""
    for how, asks in (("challenge", True), ("refused", False)):
        pair = chairs(one(mechanisms=("XOAUTH2",), bearer_error=how))
        first = pair.say(bearing("stale"))[0]
        assert first.asks is asks
        if asks:
            first = pair.say("")[0]
        assert first.reason is Reason.BAD_CREDENTIALS
        assert pair.say(bearing("let-me-in"))[0].user == "mrose"


def test_a_text_may_tell_a_token_from_a_name_that_nobody_has() -> None:
    """Details of `auth.bad-credentials`; without a text of their own nothing of it is told."""
    words = {"auth.bad-credentials.token": "stale token, denied",
             "auth.bad-credentials.unknown-user": "denied: who is {user}?"}  # fmt: skip
    server = one(words, mechanisms=("XOAUTH2",), bearer_error="refused")
    replies = [each.reply.text for each in chairs(server).say(bearing("x"), bearing("x", "nobody"))]
    assert replies == ["stale token, denied", "denied: who is nobody?"]


@pytest.mark.parametrize(
    ("how", "lines"),
    [
        ("own-line", [b"-ERR unknown command", b"-ERR  : that was the last"]),
        ("joined", [b"-ERR unknown command : that was the last"]),
    ],
)
def test_last_words_stand_alone_or_join_the_reply(how: str, lines: list[bytes]) -> None:
    """Zimbra says why it hangs up at the end of the reply; others on a line of its own."""
    words = {"unknown-command": "unknown command", "too-many-errors": " : that was the last"}
    pair = chairs(one(words, bad_command_limit=2, last_words=how))
    pair.say("XYZZY")
    start = len(pair.wire)
    pair.say("XYZZY")
    assert bytes(pair.wire[start:]).split(b"\r\n")[:-1] == lines
    assert pair.server.hangs_up


def test_a_text_may_count_what_was_marked() -> None:
    """RSET and QUIT look back at the marks; the plural's s goes with the count."""
    words = {
        "rset": "{marked} back",
        "quit-removed": "{marked} gone",
        "list": "{count} letter{plural}",
    }
    pair = chairs(one(words))
    pair.log_in()
    lines = ("DELE 1", "DELE 2", "LIST", "RSET", "RSET", "DELE 3", "LIST", "QUIT")
    said = [each.reply.text for each in pair.say(*lines)]
    assert [said[2], said[3], said[4], said[6], said[7]] == [
        "1 letter", "2 back", "0 back", "2 letters", "1 gone",
    ]  # fmt: skip


def test_a_count_below_nothing_may_be_nothing() -> None:
    """`TOP 1 -1` then sends no line of the body, where others send all of it."""
    assert read_off(Numbers(form="strtol", negative_is_zero=True), "-7").value == 0
    counts = Numbers(form="strtol", negative_is_zero=True)
    pair = chairs(one(reading=Reading(counts=counts)))
    pair.log_in()
    less, none = pair.say("TOP 1 -1", "TOP 1 0")
    assert less.reply.body == none.reply.body


def test_a_blank_in_front_and_a_word_too_many_have_texts_of_their_own() -> None:
    """A line that begins with a blank is told from one that is blank; {rest} is the surplus word."""
    words = {"blank-line": "blank", "blank-line.leading": "unknown command",
             "list.surplus-argument": "not {rest}, please"}  # fmt: skip
    pair = chairs(one(words, reading=Reading()))
    pair.log_in()
    said = [each.reply.text for each in pair.say("", " STAT", "LIST 1 two")]
    assert said == ["blank", "unknown command", "not two, please"]
