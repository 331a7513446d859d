"""STLS, UTF8, LANG, LAST, CAPA and the response codes, at both chairs and octet for octet."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chairs import EXTENDED, Chairs, letters, mailbox, personality

from simulator.mailroom import Accounts, Trouble, lodgings
from simulator.pop3 import Effect, Ending, Exchange, Office, Pop3Server, Reason, State

EVERYTHING = personality(**EXTENDED)
GUARDED = personality(**{**EXTENDED, "cleartext_login": False})


@pytest.fixture
def accounts() -> Accounts:
    return Accounts([letters()])


@pytest.fixture
def chairs(accounts: Accounts) -> Iterator[Chairs]:
    """Both chairs must have seen the same at the end of each test."""
    chairs = Chairs(accounts, EVERYTHING)
    yield chairs
    assert chairs.seen == chairs.made


def capabilities(chairs: Chairs) -> list[str]:
    """CAPA's lines."""
    (exchange,) = chairs.say("CAPA")
    return [line.decode() for line in exchange.reply.lines]


# STLS (RFC 2595)


def test_stls_forgets_what_was_said_in_the_clear(chairs: Chairs) -> None:
    """RFC 2595 section 4: user name, UTF8, LANG and what CAPA said are void behind the +OK."""
    *_, stls, late = chairs.say("CAPA", "USER mrose", "UTF8", "LANG de", "STLS", "PASS secret")
    assert stls.did(Effect.SECURED)
    assert late.reason is Reason.USER_FIRST
    view = chairs.client.view
    assert (view.secure, view.utf8, view.language, view.capabilities, view.named) == (
        True, False, "", None, "",
    )  # fmt: skip
    session = chairs.server.session
    assert (session.secure, session.utf8, session.language, session.named) == (
        True,
        False,
        "",
        None,
    )


def test_stls_is_for_once(chairs: Chairs) -> None:
    """RFC 2595 section 4: "Command not permitted when TLS active", nor after login."""
    chairs.say("STLS")
    assert chairs.say("STLS")[0].reason is Reason.TLS_ACTIVE
    chairs.log_in()
    assert chairs.say("STLS")[0].reason is Reason.WRONG_STATE


def test_a_server_without_stls_does_not_know_it(accounts: Accounts) -> None:
    """STLS is an extension."""
    assert Chairs(accounts).say("STLS")[0].reason is Reason.UNKNOWN_COMMAND


def test_the_client_takes_nothing_in_the_clear_behind_stls(accounts: Accounts) -> None:
    """What somebody puts behind the +OK in the clear is read by nobody, before TLS and behind it."""
    chairs = Chairs(accounts, EVERYTHING)
    client = chairs.client
    client.send("STLS")
    client.receive_data(b"+OK go on\r\n+OK smuggled\r\n")
    client.receive_data(b"+OK smuggled too\r\n")
    assert [exchange.keyword for exchange in client.exchanges()] == ["STLS"]
    client.tls_started()
    client.send("CAPA")
    client.receive_data(b"+OK\r\n.\r\n")
    assert [exchange.keyword for exchange in client.exchanges()] == ["CAPA"]


_SMUGGLED = (
    b"USER mrose\r\nPASS secret\r\nDELE 1\r\nQUIT\r\n",
    b"CAPA\r\n",
    b"NO",
    b"\r\nNOOP\r\n",
)


def test_nothing_in_the_clear_behind_stls_is_ever_answered(accounts: Accounts) -> None:
    """1,000 random cuts of STLS with commands behind it: the engine answers STLS, and no octet more.

    Also what was half a line in the clear does not begin a line under TLS.
    """
    chance = random.Random(2595)  # noqa: S311 - it must be the same each time
    for _ in range(1000):
        server = Pop3Server(Office(EVERYTHING, accounts, "host"))
        server.data_to_send()
        octets = b"STLS\r\n" + b"".join(chance.choices(_SMUGGLED, k=chance.randint(1, 6)))
        answered = b""
        while octets:
            cut = chance.randint(1, len(octets))
            server.receive_data(octets[:cut])
            answered += b"".join(server.data_to_send())
            octets = octets[cut:]
        assert answered == b"+OK\r\n"
        server.tls_started()
        assert not server.data_to_send()
        server.receive_data(b"STAT\r\n")
        assert b"".join(server.data_to_send()) == b"-ERR no\r\n"
        assert server.session.state is State.AUTHORIZATION


# Passwords in the clear


@pytest.mark.parametrize("line", ["USER mrose", "PASS secret", "AUTH PLAIN", "AUTH XOAUTH2"])
def test_a_guarded_server_takes_no_password_in_the_clear(accounts: Accounts, line: str) -> None:
    """Such a line is refused before TLS and, behind it, is not."""
    chairs = Chairs(accounts, GUARDED)
    assert chairs.say(line)[0].reason is Reason.NEEDS_TLS
    chairs.say("STLS")
    assert chairs.say(line)[0].reason is not Reason.NEEDS_TLS
    assert chairs.seen == chairs.made


def test_a_guarded_server_takes_a_proof_in_the_clear(accounts: Accounts) -> None:
    """APOP and CRAM-MD5 do not show the password, so they are taken."""
    chairs = Chairs(accounts, GUARDED)
    assert chairs.say("AUTH CRAM-MD5")[0].reply.line.startswith("+ ")


# CAPA


def test_capa_differs_by_state_and_line_as_the_rfcs_say(accounts: Accounts) -> None:
    """STLS only where it is permitted; USER and SASL by what the line allows (RFC 2449, 2595)."""
    chairs = Chairs(accounts, GUARDED)
    before = capabilities(chairs)
    chairs.say("STLS")
    secure = capabilities(chairs)
    chairs.log_in()
    inside = capabilities(chairs)
    assert "STLS" in before
    assert "STLS" not in (*secure, *inside)
    assert ("USER" in before, "USER" in secure, "USER" in inside) == (False, True, True)
    assert "SASL CRAM-MD5" in before
    assert "SASL PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER" in secure
    assert {"TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "UTF8 USER", "LANG"} <= (
        {*before} & {*secure} & {*inside}
    )


def test_capa_tells_delay_expiry_and_implementation(accounts: Accounts) -> None:
    """RFC 2449 sections 6.5, 6.7, 6.9: " USER" before login, the user's own value behind it."""
    manner = personality(
        login_delay=60, login_delay_of={"mrose": 300}, expire="30", expire_of={"mrose": "NEVER"},
        implementation="Port110",
    )  # fmt: skip
    chairs = Chairs(accounts, manner)
    assert {"LOGIN-DELAY 300 USER", "EXPIRE 30 USER"} <= {*capabilities(chairs)}
    chairs.log_in()
    inside = {*capabilities(chairs)}
    assert {"LOGIN-DELAY 300", "EXPIRE NEVER", "IMPLEMENTATION Port110"} <= inside
    chairs.drop()
    exempt = Chairs(accounts, personality(login_delay=300, login_delay_of={"mrose": 0}))
    exempt.log_in()
    assert "LOGIN-DELAY 0" in capabilities(exempt)


@pytest.mark.parametrize("end", ["NEVER", "0", "30"])
def test_capa_tells_an_end_that_all_have(accounts: Accounts, end: str) -> None:
    """RFC 2449 section 6.7: days, NEVER, or 0; no USER where nobody has another."""
    chairs = Chairs(accounts, personality(expire=end))
    assert f"EXPIRE {end}" in capabilities(chairs)


# UTF8 (RFC 6856)

_ACCENTED = "Subject: caf\u00e9\r\n\r\nau lait\r\n".encode()


def test_mail_that_needs_utf8_is_refused_before_it() -> None:
    """RFC 6856 section 5: [UTF8] to LIST n, RETR and TOP; LIST, UIDL and DELE are not concerned."""
    accounts = Accounts([mailbox([_ACCENTED, b"Subject: tea\r\n\r\n"])])
    chairs = Chairs(accounts, EVERYTHING)
    chairs.log_in()
    refused = chairs.say("RETR 1", "TOP 1 0", "LIST 1")
    assert {(each.reason, each.reply.code) for each in refused} == {(Reason.NEEDS_UTF8, "UTF8")}
    assert all(each.ok for each in chairs.say("LIST", "UIDL 1", "RETR 2", "DELE 1"))
    assert chairs.seen == chairs.made


def test_utf8_mode_sends_it_as_it_is() -> None:
    """RFC 6856 section 2.1: after UTF8 the octets come as they lie; the mode is for before login."""
    chairs = Chairs(Accounts([mailbox([_ACCENTED])]), EVERYTHING)
    assert chairs.say("UTF8")[0].did(Effect.UTF8)
    chairs.log_in()
    assert chairs.say("RETR 1")[0].reply.body == _ACCENTED
    assert chairs.say("UTF8")[0].reason is Reason.WRONG_STATE


def test_a_server_without_utf8_sends_all_mail() -> None:
    """Who never heard of RFC 6856 sends what there is, as most servers do."""
    chairs = Chairs(Accounts([mailbox([_ACCENTED])]))
    chairs.log_in()
    assert chairs.say("RETR 1")[0].reply.body == _ACCENTED


def test_names_and_passwords_may_be_utf8_where_capa_says_user() -> None:
    """RFC 6856 section 2.2: with UTF8 USER, before UTF8 too, and compared by SASLprep (RFC 4013)."""
    box = replace(letters(), owner="jos\u00e9", password="Stra\u00dfe \u2163")
    chairs = Chairs(Accounts([box]), EVERYTHING)
    composed, done = chairs.say("USER jose\u0301", "PASS Stra\u00dfe IV")
    assert (composed.ok, done.ok) == (True, True)
    assert not Chairs(Accounts([box]), EVERYTHING).say("USER jose", "PASS Strasse IV")[1].ok


def test_utf8_in_a_name_is_an_odd_octet_elsewhere(accounts: Accounts) -> None:
    """RFC 1939 section 3: printable ASCII; and what is no UTF-8 is odd on any server."""
    plain = Chairs(accounts)
    assert plain.say("USER jos\u00e9")[0].reason is Reason.BAD_OCTET
    open_ = Chairs(accounts, EVERYTHING)
    open_.say("CAPA")
    assert open_.say("USER jos\udce9")[0].reason is Reason.BAD_OCTET
    assert open_.say("USER jos\u0007")[0].reason is Reason.BAD_OCTET
    assert open_.say("USER \u0627\u0031")[0].reason is Reason.NO_SUCH_MAILBOX
    assert open_.seen == open_.made


# LANG (RFC 6856)


def test_lang_changes_the_texts_and_nothing_else(chairs: Chairs) -> None:
    """RFC 6856 section 3.2: +OK, the tag, a blank, and from there on texts in that language."""
    german, noop, french, refused = chairs.say("LANG de", "BLAH", "LANG fr", "LANG xx")
    assert german.reply.line == "+OK de Texte sind deutsch"
    assert german.did(Effect.LANGUAGE)
    assert noop.reply.line == "-ERR nein"
    assert french.reply.line.startswith("+OK fr ")
    assert refused.reason is Reason.UNKNOWN_LANGUAGE
    assert chairs.server.session.language == "fr"


def test_lang_goes_back_to_i_default(chairs: Chairs) -> None:
    """i-default is always there (RFC 2277 section 4.5), and "*" is what the host prefers."""
    *_, back, odd = chairs.say("LANG de", "LANG i-default", "BLAH")
    assert back.reply.line == "+OK i-default texts are plain"
    assert odd.reply.line == "-ERR no"
    preferring = replace(EVERYTHING, policy=replace(EVERYTHING.policy, language="de"))
    (any_,) = Chairs(Accounts([letters()]), preferring).say("LANG *")
    assert any_.reply.line == "+OK de Texte sind deutsch"


def test_lang_alone_lists_the_languages(chairs: Chairs) -> None:
    """RFC 6856 section 3.2: a tag, a blank, the language in itself; in both states."""
    (listed,) = chairs.say("LANG")
    assert [line.decode() for line in listed.reply.lines] == [
        "de Deutsch", "fr fran\u00e7ais", "i-default",
    ]  # fmt: skip
    chairs.log_in()
    assert chairs.say("LANG de")[0].ok
    assert chairs.say("NOOP")[0].reply.line == "+OK ja"


# LAST (RFC 1460)


def test_last_is_the_example_of_rfc_1460(chairs: Chairs) -> None:
    """RFC 1460 section 5: the highest number that RETR or DELE named, and 0 again after RSET."""
    chairs.log_in()
    said = chairs.say("LAST", "RETR 1", "LAST", "DELE 2", "LAST", "RETR 3", "LAST", "RSET", "LAST")
    assert [each.reply.line for each in said if each.keyword == "LAST"] == [
        "+OK 0", "+OK 1", "+OK 2", "+OK 3", "+OK 0",
    ]  # fmt: skip


def test_last_remembers_what_the_session_before_read(accounts: Accounts) -> None:
    """RFC 1460 section 4: at login it is "that of the last message referenced by the RETR command"."""
    for said, before in (
        (["RETR 2"], "+OK 0"),
        (["DELE 3"], "+OK 2"),
        (["RSET"], "+OK 2"),
        ([], "+OK 0"),
    ):
        chairs = Chairs(accounts, EVERYTHING)
        chairs.log_in()
        assert chairs.say("LAST")[0].reply.line == before
        chairs.say(*said)
        chairs.drop()


def test_last_goes_by_what_is_left_of_what_was_read(accounts: Accounts) -> None:
    """What a session has removed is nothing that the next can name: then the highest of the others."""
    for said, before in ((["RETR 3", "RETR 1", "DELE 3", "QUIT"], "+OK 0"), ([], "+OK 1")):
        chairs = Chairs(accounts, EVERYTHING)
        chairs.log_in()
        assert chairs.say("LAST")[0].reply.line == before
        chairs.say(*said)
        chairs.drop()


# Response codes and time


def test_login_delay_is_kept_to_the_second(accounts: Accounts) -> None:
    """RFC 2449 section 8.1.1: [LOGIN-DELAY] until the time has passed, on the clock handed in."""
    manner = personality(login_delay=60)
    first = Chairs(accounts, manner)
    first.log_in()
    first.say("QUIT")
    early = Chairs(accounts, manner, now=59.0)
    refused = early.say("USER mrose", "PASS secret")[1]
    assert (refused.reason, refused.reply.code) == (Reason.LOGIN_DELAY, "LOGIN-DELAY")
    early.now = 60.0
    assert early.say("USER mrose", "PASS secret")[1].ok


def test_a_wrong_password_starts_no_delay(accounts: Accounts) -> None:
    """The delay counts from one login to the next, not from a try."""
    chairs = Chairs(accounts, personality(login_delay=60))
    assert not chairs.say("USER mrose", "PASS wrong")[1].ok
    assert chairs.say("USER mrose", "PASS secret")[1].ok


@pytest.mark.parametrize(
    ("permanent", "reason", "code"),
    [(False, Reason.TEMPORARY, "SYS/TEMP"), (True, Reason.PERMANENT, "SYS/PERM")],
)
@pytest.mark.parametrize(
    "login", [["USER mrose", "PASS secret"], ["AUTH PLAIN AG1yb3NlAHNlY3JldA=="]]
)
def test_a_store_that_fails_is_no_wrong_password(
    accounts: Accounts, login: list[str], *, permanent: bool, reason: Reason, code: str
) -> None:
    """RFC 3206 section 4: [SYS/TEMP] passes by itself, [SYS/PERM] needs a person; then it works."""
    accounts.trouble("mrose", Trouble("open", permanent=permanent))
    chairs = Chairs(accounts, EVERYTHING)
    refused = chairs.say(*login)[-1]
    assert (refused.reason, refused.reply.code) == (reason, code)
    assert chairs.say(*login)[-1].ok
    assert chairs.seen == chairs.made


@pytest.mark.parametrize(
    "login",
    [["USER mrose", "PASS secret"], [f"APOP mrose {'0' * 32}"], ["AUTH PLAIN AG1yb3NlAHNlY3JldA=="],
     ["AUTH LOGIN", "bXJvc2U=", "c2VjcmV0"], ["AUTH CRAM-MD5", "bXJvc2UgMDAw"],
     ["AUTH XOAUTH2 dXNlcj1tcm9zZQFhdXRoPUJlYXJlciB4AQE="],
     ["AUTH OAUTHBEARER bixhPW1yb3NlLAFhdXRoPUJlYXJlciB4AQE="]],
    ids=lambda login: login[0][:12],
)  # fmt: skip
def test_an_account_that_cannot_be_read_is_a_failure_of_the_system(
    login: list[str], tmp_path: Path
) -> None:
    """RFC 3206 section 4: [SYS/PERM] each time, to PASS, APOP and AUTH; the session goes on."""
    (tmp_path / "mrose").mkdir()
    (tmp_path / "mrose" / "mailbox.yaml").write_text("token: [broken\n")
    chairs = Chairs(Accounts(lodgings(tmp_path, password="secret")), EVERYTHING)
    for _ in range(2):
        refused = chairs.say(*login)[-1]
        assert (refused.reason, refused.reply.code) == (Reason.PERMANENT, "SYS/PERM")
    assert chairs.say("QUIT")[0].ok
    assert chairs.seen == chairs.made


def test_a_lock_and_a_wrong_password_have_codes(accounts: Accounts) -> None:
    """[IN-USE] (RFC 2449 section 8.1.2) and [AUTH] (RFC 3206 section 5), for AUTH too."""
    chairs = Chairs(accounts, EVERYTHING)
    accounts.lock("mrose", "her phone")
    held = chairs.say("AUTH PLAIN AG1yb3NlAHNlY3JldA==", "USER mrose", "PASS secret")
    assert [each.reply.code for each in held] == ["IN-USE", "", "IN-USE"]
    assert chairs.say("USER mrose", "PASS wrong")[1].reply.code == "AUTH"


@pytest.mark.parametrize("trouble", [Trouble("update"), Trouble("update", permanent=True),
                                     Trouble("update", partly=True),
                                     Trouble("update", partly=True, system=False)])  # fmt: skip
def test_an_update_that_fails_ends_the_session_all_the_same(
    accounts: Accounts, trouble: Trouble
) -> None:
    """RFC 1939 section 6: -ERR, UPDATE, and the lock opens; a code may say why."""
    chairs = Chairs(accounts, EVERYTHING)
    chairs.log_in()
    accounts.trouble("mrose", trouble)
    *_, quit_ = chairs.say("DELE 1", "DELE 2", "QUIT")
    assert (quit_.reason, quit_.after) == (Reason.NOT_REMOVED, State.UPDATE)
    assert bool(quit_.reply.code) is trouble.system
    assert len(accounts.removed("mrose")) == int(trouble.partly)
    assert Chairs(accounts).say("USER mrose", "PASS secret")[1].ok
    assert chairs.seen == chairs.made


def test_expire_0_removes_what_was_sent(accounts: Accounts) -> None:
    """RFC 2449 section 6.7: an implicit DELE for each message that RETR sent, when QUIT is said."""
    chairs = Chairs(accounts, personality(expire="0"))
    chairs.log_in()
    chairs.say("RETR 2", "TOP 1 0")
    chairs.drop()
    assert accounts.removed("mrose") == ()
    again = Chairs(accounts, personality(expire="0"))
    again.log_in()
    again.say("RETR 2", "TOP 1 0", "QUIT")
    assert len(accounts.removed("mrose")) == 1


def test_expire_in_days_is_honoured_at_the_next_login(accounts: Accounts) -> None:
    """RFC 2449 section 6.7: what is older than so many days is gone; NEVER is never."""
    day = 86400.0
    assert opened(Chairs(accounts, personality(expire="30"), now=30 * day)) == 3
    assert opened(Chairs(accounts, personality(expire="NEVER"), now=400 * day)) == 3
    assert opened(Chairs(accounts, personality(expire="30"), now=31 * day)) == 0


def opened(chairs: Chairs) -> int:
    """How many messages a login finds."""
    chairs.log_in()
    count = chairs.say("STAT")[0].reply.line.split()[1]
    chairs.say("QUIT")
    return int(count)


def test_autologout_is_no_update(accounts: Accounts) -> None:
    """RFC 1939 section 3: the line closes without a word, and no message is removed."""
    chairs = Chairs(accounts)
    chairs.log_in()
    chairs.say("DELE 1")
    assert chairs.server.idle_limit == 600
    chairs.server.receive_timeout()
    assert chairs.say() == []
    assert b"".join(chairs.server.data_to_send()) == b""
    chairs.client.receive_eof()
    end = chairs.client.end
    assert end is not None
    assert (end.by, end.forgotten) == (Ending.SERVER, (1,))
    assert accounts.removed("mrose") == ()


def test_autologout_may_say_why(accounts: Accounts) -> None:
    """Some servers say -ERR before they close: a reply that nobody asked for."""
    manner = replace(EVERYTHING, wording={**EVERYTHING.wording, "autologout": "too long silent"})
    chairs = Chairs(accounts, manner)
    chairs.server.receive_timeout()
    chairs._pump()
    last: Exchange = chairs.seen[-1]
    assert (last.line, last.reply.line) == (None, "-ERR too long silent")
    assert chairs.seen == chairs.made


def test_a_refused_login_may_take_its_time(accounts: Accounts) -> None:
    """The -ERR to wrong credentials is late by the policy; other replies are not."""
    chairs = Chairs(accounts, personality(delays={"bad-credentials": 3}))
    chairs.say("USER mrose", "PASS wrong")
    assert chairs.server.delay() == 3
    chairs.say("USER mrose", "PASS secret", "STAT")
    assert chairs.server.delay() == 0
