"""AUTH, octet for octet: RFC 5034 with the mechanisms of RFC 4616, 2195 and 7628, and LOGIN."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace

import pytest
from chairs import EXTENDED, Chairs, letters, personality

from simulator.mailroom import Accounts
from simulator.pop3 import Attempt, Challenge, Effect, Proven, Reason, State
from simulator.pop3.mechanisms import STANDARD

EVERYTHING = personality(**EXTENDED)


@pytest.fixture
def accounts() -> Accounts:
    return Accounts([replace(letters(), token="practice-token")])


@pytest.fixture
def chairs(accounts: Accounts) -> Iterator[Chairs]:
    """Both chairs must have seen the same at the end of each test."""
    chairs = Chairs(accounts, EVERYTHING)
    yield chairs
    assert chairs.seen == chairs.made


def b64(octets: bytes | str) -> str:
    return b64encode(octets if isinstance(octets, bytes) else octets.encode()).decode()


def cram(challenge: str, secret: str = "tanstaaf") -> str:
    """The answer to a CRAM-MD5 challenge as it stands on the wire."""
    text = b64decode(challenge.removeprefix("+ "))
    return b64("mrose " + hmac.new(secret.encode(), text, "md5").hexdigest())


def test_plain_in_two_lines(chairs: Chairs) -> None:
    """RFC 5034 section 4: AUTH, an empty challenge, the response, +OK; each line is an Exchange."""
    asked, answered = chairs.say("AUTH PLAIN", b64("\0mrose\0secret"))
    assert (asked.reply.line, asked.reply.challenge, asked.reason) == ("+ ", b"", None)
    assert (asked.before, asked.after) == (State.AUTHORIZATION, State.AUTHORIZATION)
    assert answered.command is not None
    assert (answered.keyword, answered.command.step, answered.command.mechanism) == (
        "AUTH", 1, "PLAIN",
    )  # fmt: skip
    assert (answered.after, answered.user) == (State.TRANSACTION, "mrose")
    assert answered.did(Effect.LOGIN)


@pytest.mark.parametrize("said", ["\0mrose\0secret", "mrose\0mrose\0secret"])
def test_plain_with_an_initial_response(chairs: Chairs, said: str) -> None:
    """RFC 5034 section 4: the response may stand behind the mechanism, whose case is no matter."""
    (exchange,) = chairs.say(f"auth plain {b64(said)}")
    assert (exchange.after, exchange.user) == (State.TRANSACTION, "mrose")


@pytest.mark.parametrize(
    "said",
    ["\0mrose\0wrong", "omar\0mrose\0secret", "\0mrose", "mrose\0secret", "", "\0\0", "\0nobody\0"],
)
def test_plain_that_proves_nothing(chairs: Chairs, said: str) -> None:
    """RFC 4616 section 2: three parts; nobody here may act for another. The session goes on."""
    (refused,) = chairs.say(f"AUTH PLAIN {b64(said) or '='}")
    assert (refused.reason, refused.reply.code) == (Reason.BAD_CREDENTIALS, "AUTH")
    assert chairs.say(f"AUTH PLAIN {b64(chr(0) + 'mrose' + chr(0) + 'secret')}")[0].ok


def test_login_asks_twice(chairs: Chairs) -> None:
    """LOGIN asks for a name, then for a password, whatever the texts of its challenges."""
    first, second, third = chairs.say("AUTH LOGIN", b64("mrose"), b64("secret"))
    assert (first.reply.challenge, second.reply.challenge) == (b"Username:", b"Password:")
    assert (third.after, third.user) == (State.TRANSACTION, "mrose")


def test_login_takes_the_name_at_once(chairs: Chairs) -> None:
    """Many clients send the name with AUTH LOGIN; the next line is the password."""
    asked, done = chairs.say(f"AUTH LOGIN {b64('mrose')}", b64("secret"))
    assert asked.reply.challenge == b"Password:"
    assert done.command is not None
    assert (done.command.step, done.user) == (2, "mrose")


def test_cram_md5_proves_the_secret_and_does_not_send_it(chairs: Chairs) -> None:
    """RFC 2195: each dialogue has a challenge of its own, and an answer holds for it alone."""
    (first,) = chairs.say("AUTH CRAM-MD5")
    assert chairs.say(cram(first.reply.line, "wrong"))[0].reason is Reason.BAD_CREDENTIALS
    (second,) = chairs.say("AUTH CRAM-MD5")
    assert first.reply.challenge != second.reply.challenge
    assert chairs.say(cram(first.reply.line))[0].reason is Reason.BAD_CREDENTIALS
    (third,) = chairs.say("AUTH CRAM-MD5")
    assert chairs.say(cram(third.reply.line))[0].user == "mrose"


def test_cram_md5_has_no_initial_response(chairs: Chairs) -> None:
    """RFC 5034 section 4: where the server speaks first, one "MUST reject the AUTH command"."""
    for response in (b64("mrose " + "0" * 32), "="):
        (refused,) = chairs.say(f"AUTH CRAM-MD5 {response}")
        assert refused.reason is Reason.SURPLUS_ARGUMENT
    assert chairs.server.session.failed_logins == 0


def test_a_lenient_server_asks_all_the_same(accounts: Accounts) -> None:
    """Where surplus arguments are ignored, the early response is none: the challenge comes."""
    lenient = Chairs(accounts, personality(**{**EXTENDED, "surplus": "ignored"}))
    (asked,) = lenient.say(f"AUTH CRAM-MD5 {b64('mrose ' + '0' * 32)}")
    assert asked.asks


def test_the_known_answer_of_rfc_2195() -> None:
    """RFC 2195 section 2: tim, tanstaaftanstaaf and its challenge give its digest."""
    accounts = Accounts([replace(letters(), owner="tim", secret="tanstaaftanstaaf")])
    attempt = Attempt("CRAM-MD5", (), "1896.697170952", "postoffice.reston.mci.net")
    step = STANDARD["CRAM-MD5"](accounts, attempt)
    assert step == Challenge(b"<1896.697170952@postoffice.reston.mci.net>")
    answer = attempt.answered(b64decode("dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"))
    assert STANDARD["CRAM-MD5"](accounts, answer) == Proven("tim")


def test_the_known_answers_of_rfc_4616() -> None:
    """RFC 4616 section 4: tim as himself, and Kurt who may not act for Ursel here."""
    accounts = Accounts([
        replace(letters(), owner="tim", password="tanstaaftanstaaf"),
        replace(letters(), owner="Kurt", password="xipj3plmq"),
    ])  # fmt: skip
    tim = Attempt("PLAIN", (b"\0tim\0tanstaaftanstaaf",))
    kurt = Attempt("PLAIN", (b"Ursel\0Kurt\0xipj3plmq",))
    assert STANDARD["PLAIN"](accounts, tim) == Proven("tim")
    assert STANDARD["PLAIN"](accounts, kurt) is None


def test_the_known_answer_of_rfc_7628() -> None:
    """RFC 7628 section 4.1: the very message of its example logs its user in."""
    message = (
        b"n,a=user@example.com,\1host=server.example.com\1port=143\1"
        b"auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\1\1"
    )
    accounts = Accounts([replace(
        letters(), owner="user@example.com", token="vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
    )])  # fmt: skip
    attempt = Attempt("OAUTHBEARER", (message,), host="server.example.com")
    assert STANDARD["OAUTHBEARER"](accounts, attempt) == Proven("user@example.com")
    elsewhere = replace(attempt, host="evil.example")
    assert isinstance(STANDARD["OAUTHBEARER"](accounts, elsewhere), Challenge)


@pytest.mark.parametrize(
    ("begin", "proven"),
    [("n,,", True), ("y,,", True), ("n,a=mrose,", True), ("a=mrose,", False),
     ("p=tls-unique,a=mrose,", False), ("n,a=omar,", False), ("n,a=mrose,\1host=evil.example", False),
     ("n,a=mrose,\1host=HOST\1port=995", True)],
)  # fmt: skip
def test_the_frame_of_oauthbearer_is_looked_at(
    accounts: Accounts, begin: str, proven: bool
) -> None:
    """RFC 7628 sections 3.1, 3.2: a gs2-header, then pairs; without a name the token's own owner."""
    message = f"{begin}\1auth=Bearer practice-token\1\1".encode()
    step = STANDARD["OAUTHBEARER"](accounts, Attempt("OAUTHBEARER", (message,), host="host"))
    assert (step == Proven("mrose")) is proven


@pytest.mark.parametrize(
    ("mechanism", "begin"), [("XOAUTH2", "user=mrose"), ("OAUTHBEARER", "n,a=mrose,")]
)
def test_a_bearer_token_opens_the_maildrop(chairs: Chairs, mechanism: str, begin: str) -> None:
    """RFC 7628 section 3.1: the token stands behind `auth=Bearer`, the end is two %x01."""
    (done,) = chairs.say(
        f"AUTH {mechanism} {b64(begin + chr(1) + 'auth=Bearer practice-token' + chr(1) * 2)}"
    )
    assert (done.after, done.user) == (State.TRANSACTION, "mrose")


@pytest.mark.parametrize("last", ["", "AQ=="])
@pytest.mark.parametrize(
    ("mechanism", "begin"), [("XOAUTH2", "user=mrose"), ("OAUTHBEARER", "n,a=mrose,")]
)
def test_a_stale_token_is_told_in_json_first(
    chairs: Chairs, mechanism: str, begin: str, last: str
) -> None:
    """RFC 7628 section 3.2.2: a challenge says what is wrong; one line more, and then the -ERR."""
    stale = b64(begin + "\1auth=Bearer stale\1\1")
    told, refused = chairs.say(f"AUTH {mechanism} {stale}", last)
    assert "status" in json.loads(told.reply.challenge or b"")
    assert refused.reason is Reason.BAD_CREDENTIALS
    assert chairs.client.state is State.AUTHORIZATION


def test_a_star_cancels(chairs: Chairs) -> None:
    """RFC 5034 section 4: "*" ends the dialogue with -ERR, and commands are commands again."""
    _, cancelled, capa = chairs.say("AUTH PLAIN", "*", "CAPA")
    assert cancelled.reason is Reason.CANCELLED
    assert capa.ok


@pytest.mark.parametrize("line", ["QUIT", "no base64", "AA=", "====", "Zm9v\u00e9", "Zm9="])
def test_base64_is_read_strictly(chairs: Chairs, line: str) -> None:
    """RFC 5034 section 4: what is no base64 ends the dialogue, even where it looks like a command."""
    _, refused, after = chairs.say("AUTH PLAIN", line, "CAPA")
    assert refused.reason in (Reason.BAD_ARGUMENT, Reason.BAD_OCTET, Reason.BAD_CREDENTIALS)
    assert refused.after is State.AUTHORIZATION
    assert after.keyword == "CAPA"


def test_an_equals_sign_is_an_empty_initial_response(chairs: Chairs) -> None:
    """RFC 5034 section 4: "=" is a response without an octet; behind a challenge it is no base64."""
    (empty,) = chairs.say("AUTH PLAIN =")
    assert empty.reason is Reason.BAD_CREDENTIALS
    assert chairs.say("AUTH PLAIN", "=")[1].reason is Reason.BAD_ARGUMENT


def test_a_response_may_be_longer_than_a_command(chairs: Chairs) -> None:
    """RFC 5034 section 4: the 255 octets of a command line do not bind a response."""
    _, long = chairs.say("AUTH PLAIN", b64("\0mrose\0" + "s" * 6000))
    assert long.reason is Reason.BAD_CREDENTIALS
    _, longer = chairs.say("AUTH PLAIN", "A" * 20000)
    assert longer.reason is Reason.LINE_TOO_LONG
    assert chairs.say(f"AUTH PLAIN {'A' * 300}")[0].reason is Reason.LINE_TOO_LONG


def test_a_mechanism_that_is_not_offered(chairs: Chairs) -> None:
    """A mechanism nobody has, and one that this server has not, are told by the word."""
    unknown = chairs.say("AUTH GSSAPI", "AUTH SCRAM-SHA-256", f"AUTH ANONYMOUS {b64('me')}")
    assert {exchange.reason for exchange in unknown} == {Reason.UNKNOWN_MECHANISM}


def test_auth_alone_lists_the_mechanisms_where_a_policy_says_so(accounts: Accounts) -> None:
    """No RFC has it, some servers do; it is a question and no login. Others miss the argument."""
    (listed,) = Chairs(accounts, EVERYTHING).say("AUTH")
    assert listed.reply.lines == (b"PLAIN", b"LOGIN", b"CRAM-MD5", b"XOAUTH2", b"OAUTHBEARER")
    assert listed.after is State.AUTHORIZATION
    strict = personality(**{**EXTENDED, "bare_auth": False})
    assert Chairs(accounts, strict).say("AUTH")[0].reason is Reason.MISSING_ARGUMENT


def test_auth_after_login_and_where_there_is_none(chairs: Chairs, accounts: Accounts) -> None:
    """AUTH belongs to AUTHORIZATION; a server without mechanisms does not know the word."""
    chairs.log_in()
    assert chairs.say("AUTH PLAIN")[0].reason is Reason.WRONG_STATE
    assert Chairs(accounts).say("AUTH PLAIN")[0].reason is Reason.UNKNOWN_COMMAND


@pytest.mark.parametrize(
    "between", [["AUTH PLAIN", "*"], ["AUTH BOGUS"], ["AUTH LOGIN", "b21hcg==", "*"]]
)
def test_a_failed_auth_leaves_a_user_before_it(chairs: Chairs, between: list[str]) -> None:
    """RFC 5034 section 4: "as if the client had not issued the AUTH command"."""
    *_, late = chairs.say("USER mrose", *between, "PASS secret")
    assert (late.ok, late.user) == (True, "mrose")


def test_a_blank_behind_auth_is_no_mechanism(accounts: Accounts) -> None:
    """Dovecot and Cyrus list their mechanisms for `AUTH ` too; that lets nobody in."""
    chairs = Chairs(accounts, EVERYTHING)
    (listed,) = chairs.say("AUTH ")
    assert listed.reply.lines[0] == b"PLAIN"
    assert (listed.after, chairs.client.state) == (State.AUTHORIZATION, State.AUTHORIZATION)
    assert chairs.seen == chairs.made


def test_sasl_compares_by_saslprep() -> None:
    """RFC 5034 section 4, RFC 4616 section 2: a letter with its accent apart is the same letter."""
    box = replace(letters(), owner="jos\u00e9", password="stra\u00dfe")
    chairs = Chairs(Accounts([box]), EVERYTHING)
    said = b64("\0jose\u0301\0stra\u00dfe")
    assert chairs.say(f"AUTH PLAIN {said}")[0].ok


def test_no_secret_is_public(chairs: Chairs) -> None:
    """Of a response boards and histories see that there was one; of AUTH also the mechanism."""
    secret = b64("\0mrose\0secret")
    _, answered = chairs.say("AUTH PLAIN", secret)
    assert answered.public().line == "****"
    assert secret not in repr(answered.public())
    (again,) = Chairs(Accounts([letters()]), EVERYTHING).say(f"AUTH PLAIN {secret}")
    assert again.public().line == "AUTH PLAIN ****"
    assert secret not in repr(again.public())


def test_pipelined_responses_are_read_as_what_they_are(chairs: Chairs) -> None:
    """How a line reads depends on the reply before it, at both chairs, though all are sent at once."""
    lines = ["AUTH LOGIN", b64("mrose"), b64("secret"), "STAT", "AUTH PLAIN", "QUIT"]
    kinds = [exchange.keyword for exchange in chairs.pipeline(lines)]
    assert kinds == ["AUTH", "AUTH", "AUTH", "STAT", "AUTH", "QUIT"]
