"""How a name and its proof are taken, refused and made to wait: policy fields of logins and AUTH."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from dataclasses import replace

import pytest
from chairs import STAMP, letters, personality

from simulator.hosts.mechanisms import EVERY
from simulator.mailroom import Accounts
from simulator.pop3 import Office, Personality, Pop3Server, Reading, State
from simulator.pop3.penalty import Penalty
from simulator.pop3.stamps import Origin

_TEXTS = {
    "bad-credentials": "wrong", "auth.bad-credentials.unparted": "unparted",
    "auth.bad-argument": "unread", "auth.bad-argument.alphabet": "odd",
    "auth.bad-argument.initial": "initial", "in-use.sessions": "enough", "in-use": "locked",
    "autologout": "too long", "autologout-in-auth": "no answer",
}  # fmt: skip


def manner(**policy: object) -> Personality:
    """A server that takes AUTH, and says what was the matter."""
    mechanisms = ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256")
    reading = Reading(surplus="ignored", may_be_empty=frozenset({"USER", "PASS", "AUTH"}))
    made = personality(**{"mechanisms": mechanisms, "reading": reading, **policy})
    return replace(made, wording={**made.wording, **_TEXTS})


class _Call:
    """One session with a server; `seconds` is what its last reply took."""

    def __init__(
        self, one: Personality, accounts: Accounts | None = None, peer: str = "192.0.2.7",
        penalty: Penalty | None = None, clock: list[float] | None = None,
    ) -> None:  # fmt: skip
        self.clock = clock if clock is not None else [0.0]
        office = Office(
            one, accounts or Accounts([letters()]), "host", STAMP, lambda: self.clock[0], "nonce",
            EVERY, "", peer, penalty, Origin(7, 697170952, 1, "seed"),
        )  # fmt: skip
        self.server = Pop3Server(office)
        self.server.data_to_send()
        self.seconds = 0.0

    def say(self, line: str) -> str:
        """What comes back, CRLF taken off; the time that it takes passes."""
        self.server.receive_data(f"{line}\r\n".encode("utf-8", "surrogateescape"))
        came = b"".join(map(bytes, self.server.data_to_send()))
        self.seconds = self.server.delay()
        self.clock[0] += self.seconds
        return came.decode().removesuffix("\r\n")


def b64(text: str) -> str:
    return b64encode(text.encode()).decode()


def cram(asked: str, name: str = "mrose", secret: str = "tanstaaf") -> str:
    """The answer to a challenge as it came."""
    challenge = b64decode(asked.removeprefix("+ "))
    return b64(f"{name} {hmac.new(secret.encode(), challenge, 'md5').hexdigest()}")


def test_a_challenge_has_the_servers_form_and_is_never_the_same() -> None:
    """RFC 2195 section 2 shows one form; the digest is over whatever was asked."""
    call = _Call(manner(challenge="<{digits}.{epoch}@None>"))
    asked = call.say("AUTH CRAM-MD5")
    text = b64decode(asked[2:]).decode()
    digits, _, rest = text.partition(".")
    assert rest == "697170952@None>"
    assert len(digits) == 17
    assert digits[1:].isdigit()
    assert call.say("*").startswith("-ERR")
    other = call.say("AUTH CRAM-MD5")
    assert other != asked
    assert call.say(cram(other)).startswith("+OK")


@pytest.mark.parametrize(
    ("said", "strict", "skips"),
    [
        ("=", "unread", "unparted"), ("", "unparted", "unparted"), ("!!!", "odd", "unparted"),
        ("alice", "unread", "unread"), ("YWxpY2U=", "unparted", "unparted"),
        ("YWxpY2Ug", "unparted", "unparted"), (" YWxp Y2UgeA==", "odd", "wrong"),
        ("YWxpY2UgeA", "unread", "unread"), ("\udcff\udcff", "odd", "unparted"),
        ("caf\u00e9", "odd", "odd"),
    ],
)  # fmt: skip
def test_base64_may_be_read_past_what_is_none(said: str, strict: str, skips: str) -> None:
    """RFC 4648 section 3.3 has it refused; Twisted passes over it. Neither needs more than this."""
    for how, told in (("strict", strict), ("skips", skips)):
        call = _Call(manner(base64=how))
        call.say("AUTH CRAM-MD5")
        assert call.say(said) == f"-ERR {told}"
        assert call.server.session.attempt is None


def test_blanks_in_an_initial_response_may_be_passed_over() -> None:
    """Dovecot: nothing but blanks is a response without an octet, and none to LOGIN."""
    one = manner(initial_white=True, empty_is_none=frozenset({"LOGIN"}), reading=Reading(
        words="rest", surplus="ignored", may_be_empty=frozenset({"AUTH"}),
    ))  # fmt: skip
    right = b64("\0mrose\0secret")
    assert _Call(one).say(f"AUTH PLAIN  {right} ").startswith("+OK")
    assert _Call(one).say("AUTH PLAIN  ") == "-ERR wrong"
    assert _Call(one).say("AUTH LOGIN  ") == "+ " + b64("Username:")
    assert _Call(one).say("AUTH LOGIN =") == "+ " + b64("Username:")
    assert _Call(one).say(f"AUTH PLAIN {right} x") == "-ERR initial"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("AUTH PLAIN\r", "-ERR wrong"), ("AUTH LOGIN\r", "+ "), ("AUTH CRAM-MD5\r", "+ "),
        ("AUTH PLAIN\rAG1yb3NlAHNlY3JldA==", "+OK"), ("AUTH PLAIN \r", "-ERR wrong"),
        ("AUTH PLAIN\r AG1yb3NlAHNlY3JldA==", "+OK"), ("AUTH PLAIN ", "+ "),
        ("AUTH P\rLAIN", "-ERR"), ("AUTH \rPLAIN", "-ERR"),
    ],
)  # fmt: skip
def test_a_mechanism_may_end_at_cr(line: str, told: str) -> None:
    """Dovecot: then there is an initial response, be it without an octet."""
    reading = Reading(
        words="rest", surplus="ignored", may_be_empty=frozenset({"AUTH"}), mechanism_ends_at="\r"
    )
    said = _Call(manner(reading=reading, initial_white=True)).say(line)
    assert said.startswith(told)


def test_what_cannot_be_read_is_refused_though_the_server_speaks_first() -> None:
    """CRAM-MD5 has no use for an initial response, yet it must be base64."""
    one = manner()
    assert _Call(one).say("AUTH CRAM-MD5 YWxpY2U=").startswith("+ ")
    assert _Call(one).say("AUTH CRAM-MD5 extra") == "-ERR initial"


def test_a_name_may_be_refused_as_soon_as_it_is_told() -> None:
    """LOGIN asks for no password then; a name that is well made and nobody's is asked for one."""
    one = manner(sasl_name_of="abcdefghijklmnopqrstuvwxyz")
    for name, asks in (("", False), ("m rose", False), ("m\u00f6se", False), ("nobody", True)):
        call = _Call(one)
        call.say("AUTH LOGIN")
        assert call.say(b64(name)).startswith("+ ") == asks


@pytest.mark.parametrize("any_case", [True, False])
def test_scram_may_tell_that_nobody_has_that_name(any_case: bool) -> None:
    """RFC 5802 section 9 would have it asked on."""
    for name, known in (("mrose", True), ("MRose", any_case), ("nobody", False)):
        first = b64(f"n,,n={name},r=abcdefgh")
        for how in ("asked-on", "refused"):
            call = _Call(manner(scram_unknown=how, name_in_any_case=any_case))
            asked = call.say(f"AUTH SCRAM-SHA-256 {first}")
            assert asked.startswith("+ ") == (known or how == "asked-on")


@pytest.mark.parametrize("any_case", [True, False])
def test_a_name_in_any_case_is_the_same_to_every_login(any_case: bool) -> None:
    """Dovecot's are; the maildrop that opens is the one of the name in lower case."""
    one = manner(name_in_any_case=any_case)
    for line in (f"AUTH PLAIN {b64(chr(0) + 'MRose' + chr(0) + 'secret')}", "AUTH CRAM-MD5"):
        call = _Call(one)
        told = call.say(line)
        if told.startswith("+ "):
            told = call.say(cram(told, "MROSE"))
        assert told.startswith("+OK") == any_case
        assert call.server.session.user == ("mrose" if any_case else "")


def test_sessions_of_one_user_may_be_counted_by_address() -> None:
    """One too many is refused and may be hung up on; another address, or a QUIT, makes room."""
    one = manner(
        sessions_limit=2, lock=False, hangs_up_on=frozenset({"in-use"}),
        delays={"in-use": 10, "in-use.sessions": 0},
    )  # fmt: skip
    accounts = Accounts([letters()])
    calls = [_Call(one, accounts) for _ in range(4)]
    other = _Call(one, accounts, "192.0.2.8")
    told = []
    for call in (*calls[:3], other):
        call.say("USER mrose")
        told.append(call.say("PASS secret"))
    assert [each[:3] for each in told] == ["+OK", "+OK", "-ER", "+OK"]
    assert told[2] == "-ERR enough"
    assert (calls[2].seconds, calls[2].server.hangs_up) == (0, True)
    calls[0].say("QUIT")
    calls[3].say("USER mrose")
    assert calls[3].say("PASS secret").startswith("+OK")


def test_auth_waits_before_it_asks() -> None:
    """Then its refusal is no later than the first was. What is no login waits for nothing."""
    one = manner(login_penalty=(4, 8), login_penalty_lasts=15, delays={"bad-credentials": 2})
    call = _Call(one, penalty=Penalty())
    seconds = []
    for line in (
        "AUTH CRAM-MD5", "", "AUTH CRAM-MD5", "!!!", "AUTH PLAIN", "YWxpY2U=", "AUTH FOO",
        "AUTH PLAIN YWxpY2U=", "AUTH PLAIN !!!!", "AUTH PLAIN AG1yb3NlAHNlY3JldA==",
    ):  # fmt: skip
        call.say(line)
        seconds.append(call.seconds)
    assert seconds == [0, 2, 4, 0, 4, 2, 0, 10, 0, 8]
    assert call.server.session.state is State.TRANSACTION


def test_the_time_of_a_penalty_begins_when_it_was_judged() -> None:
    """The wait before that is none of it: twice fifteen seconds in a row are waited out."""
    one = manner(login_penalty=(15,), login_penalty_lasts=15, delays={"bad-credentials": 2})
    call = _Call(one, penalty=Penalty())
    seconds = []
    for password in ("a", "b", "c", "secret"):
        call.say("USER mrose")
        call.say(f"PASS {password}")
        seconds.append(call.seconds)
    assert seconds == [2, 17, 17, 15]


def test_silence_in_auth_may_have_words_of_its_own() -> None:
    """And where a handshake is due there are none: what is not TLS would be taken for it."""
    one = manner(offers=frozenset({"STLS"}))
    for line, said in (
        ("NOOP", b"-ERR too long\r\n"), ("AUTH PLAIN", b"-ERR no answer\r\n"), ("STLS", b""),
    ):  # fmt: skip
        call = _Call(one)
        call.say(line)
        call.server.receive_timeout()
        assert b"".join(map(bytes, call.server.data_to_send())) == said
        assert call.server.hangs_up


def test_a_known_command_that_is_off_may_be_no_bad_one() -> None:
    """Dovecot knows APOP where it is turned off: it is refused, and the count begins anew."""
    counted = frozenset({"unknown-command"})
    one = manner(
        bad_command_limit=2, bad_commands=counted, bad_commands_forgiven=True,
        bad_commands_not=frozenset({"apop.unknown-command"}), offers=frozenset[str](),
    )  # fmt: skip
    call = _Call(one)
    for line in ("XYZZY", "APOP", "XYZZY"):
        assert call.say(line).startswith("-ERR")
        assert not call.server.hangs_up
    call.say("XYZZY")
    assert call.server.hangs_up
