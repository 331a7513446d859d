"""SCRAM at the server's chair: against scramp's client, ours, the RFCs' examples, garbage."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scramp import ScramClient  # type: ignore[import-untyped]

from simulator.hosts import mechanisms
from simulator.hosts.mechanisms import EVERY
from simulator.mailroom import Accounts, Mailbox, lodgings
from simulator.pop3 import (
    Attempt,
    Challenge,
    Exchange,
    Office,
    Personality,
    Policy,
    Pop3Client,
    Pop3Server,
    Proven,
    Reason,
    State,
)
from simulator.pop3.maildrop import SystemFailure
from simulator.pop3.mechanisms import KNOWN, Step
from simulator.pop3.scram import Opening, scram_final, scram_first, scram_verify

SCRAM = ("SCRAM-SHA-1", "SCRAM-SHA-256")
NONCE = "3rfcNHYJY1ZVvWVs7j"
PEOPLE = {"user": "pencil", "j\u00f6rg": "gr\u00fc\u00dfe", "a,b=c": "comma, equals"}


def accounts_of(people: dict[str, str]) -> Accounts:
    return Accounts(
        Mailbox(name, name, name, password, password, "", ()) for name, password in people.items()
    )


ACCOUNTS = accounts_of(PEOPLE)


def answered(mechanism: str, *responses: bytes, nonce: str = NONCE) -> Step:
    """What the mechanism makes of these responses."""
    return EVERY[mechanism](ACCOUNTS, Attempt(mechanism, responses, nonce, "mail.example.test"))


def dialogue(mechanism: str, name: str, password: str) -> tuple[ScramClient, list[bytes]]:
    """scramp's client, and its two messages, the second an answer to what the mechanism asked."""
    client = ScramClient([mechanism], name, password, c_nonce="fyko+d2lbbFgONRv9qkxdawL")
    first = client.get_client_first().encode()
    asked = answered(mechanism, first)
    assert isinstance(asked, Challenge)
    client.set_server_first(asked.octets.decode())
    return client, [first, client.get_client_final().encode()]


def test_every_known_mechanism_is_there() -> None:
    """What a personality may offer can be served; three more are only for who plays a real server."""
    assert set(EVERY) - set(KNOWN) == {"CRAM-SHA1", "CRAM-SHA256", "DIGEST-MD5"}
    assert set(KNOWN) <= set(EVERY)


@pytest.mark.parametrize("mechanism", SCRAM)
@pytest.mark.parametrize("name", PEOPLE)
def test_the_librarys_own_client_gets_in(mechanism: str, name: str) -> None:
    """Four messages, the client believes the server, an empty response ends it."""
    assert answered(mechanism) == Challenge()
    client, sent = dialogue(mechanism, name, PEOPLE[name])
    signed = answered(mechanism, *sent)
    assert isinstance(signed, Challenge)
    client.set_server_final(signed.octets.decode())
    assert answered(mechanism, *sent, b"") == Proven(name)
    assert answered(mechanism, *sent, b"more") is None
    assert answered(mechanism, *sent, b"", b"") is None


def test_who_is_lenient_judges_by_the_last_message() -> None:
    """Cyrus: a binding that is not there and somebody else's authzid are asked on, and then refused."""
    for first in (b"p=tls-unique,,n=user,r=abc", b"n,a=boss,n=user,r=abc"):
        assert answered(SCRAM[1], first) is None
        lenient = Attempt(SCRAM[1], (first,), NONCE, "mail.example.test", lenient=True)
        asked = EVERY[SCRAM[1]](ACCOUNTS, lenient)
        assert isinstance(asked, Challenge)
        opening = Opening("SHA-256", "user", "abc", "n,,")
        final = scram_final(opening, "pencil", asked.octets.decode())[-1].value
        assert EVERY[SCRAM[1]](ACCOUNTS, lenient.answered(b64decode(final))) is None
    assert answered(SCRAM[1], b"n,,n=user,r=") is None
    without = Attempt(SCRAM[1], (b"n,,n=user,r=",), NONCE, "mail.example.test", lenient=True)
    asked = EVERY[SCRAM[1]](ACCOUNTS, without)
    assert isinstance(asked, Challenge)
    assert asked.octets.startswith(f"r={NONCE},s=".encode())
    _, sent = dialogue(SCRAM[1], "user", "pencil")
    more = Attempt(SCRAM[1], (*sent, b"more"), NONCE, "mail.example.test", lenient=True)
    assert EVERY[SCRAM[1]](ACCOUNTS, more) == Proven("user")


@pytest.mark.parametrize("mechanism", SCRAM)
@pytest.mark.parametrize(
    ("name", "password"), [("user", "pencils"), ("user", ""), ("nobody", "pencil"), ("nobody", "")]
)
def test_a_wrong_password_and_a_name_nobody_has(mechanism: str, name: str, password: str) -> None:
    """Both are asked alike, refused at the same step, and never get in behind it."""
    _, sent = dialogue(mechanism, name, password)
    assert answered(mechanism, *sent) is None
    assert answered(mechanism, *sent, b"") is None


def test_a_name_nobody_has_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """One long sum for each name, known or not, and one only for each."""
    import scramp.core

    summed = []
    hi = scramp.core.hi
    monkeypatch.setattr(scramp.core, "hi", lambda *args: summed.append(args[3]) or hi(*args))
    mechanisms._kept.cache_clear()
    for name in ("user", "nobody", "user", "nobody"):
        answered("SCRAM-SHA-256", f"n,,n={name},r=abc".encode())
    assert list(map(int, summed)) == [4096, 4096]


@pytest.mark.parametrize("mechanism", SCRAM)
def test_both_workings_of_the_client_agree(mechanism: str) -> None:
    """pop3.scram works out by hand what the library's server believes."""
    for name, password in PEOPLE.items():
        opening = Opening(mechanism.removeprefix("SCRAM-"), name, "fyko+d2lbbFgONRv9qkxdawL")
        first = b64decode(scram_first(opening)[-1].value)
        asked = answered(mechanism, first)
        assert isinstance(asked, Challenge)
        server_first = asked.octets.decode()
        final = b64decode(scram_final(opening, password, server_first)[-1].value)
        assert [first, final] == dialogue(mechanism, name, password)[1]
        signed = answered(mechanism, first, final)
        assert isinstance(signed, Challenge)
        assert scram_verify(opening, password, server_first, signed.octets.decode())
        assert answered(mechanism, first, final, b"") == Proven(name)


@pytest.mark.parametrize("mechanism", SCRAM)
def test_a_client_may_name_itself_as_whom_it_acts_for(mechanism: str) -> None:
    """RFC 5802 section 5.1: an authzid, as GNU SASL sends it (mutt). Somebody else's is refused."""
    for name, password in PEOPLE.items():
        saslname = name.replace("=", "=3D").replace(",", "=2C")
        gs2 = f"n,a={saslname},"
        opening = Opening(mechanism.removeprefix("SCRAM-"), name, "fyko+d2lbbFgONRv9qkxdawL", gs2)
        first = b64decode(scram_first(opening)[-1].value)
        asked = answered(mechanism, first)
        assert isinstance(asked, Challenge)
        final = b64decode(scram_final(opening, password, asked.octets.decode())[-1].value)
        assert isinstance(answered(mechanism, first, final), Challenge)
        assert answered(mechanism, first, final, b"") == Proven(name)
        bare = scram_final(
            Opening(opening.hash_name, name, opening.nonce), password, asked.octets.decode()
        )
        assert answered(mechanism, first, b64decode(bare[-1].value)) is None
    for header in ("n,a=pavel,", "n,user,", "n,a=,", "n,a=user", "n,a=user,x,"):
        assert answered(mechanism, f"{header}n=user,r=abc".encode()) is None


RFC_5802 = (
    "SCRAM-SHA-1", "QSXCR+Q6sek8bf92", NONCE,
    "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
)  # fmt: skip
RFC_7677 = (
    "SCRAM-SHA-256", "W22ZaJ0SNY7soEsUEjb6gQ==", "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
    "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    (
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    ),
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
)  # fmt: skip


@pytest.mark.parametrize("example", [RFC_5802, RFC_7677], ids=["RFC 5802", "RFC 7677"])
def test_the_dialogues_printed_in_the_rfcs(
    example: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 5802 section 5 and RFC 7677 section 3, with their salt put in place of ours."""
    mechanism, salt, nonce, first, asked, final, signed = example
    monkeypatch.setattr(mechanisms, "_salt", lambda *_: b64decode(salt))
    mechanisms._kept.cache_clear()
    sent = [first.encode(), final.encode()]
    assert answered(mechanism, sent[0], nonce=nonce) == Challenge(asked.encode())
    assert answered(mechanism, *sent, nonce=nonce) == Challenge(signed.encode())
    assert answered(mechanism, *sent, b"", nonce=nonce) == Proven("user")
    mechanisms._kept.cache_clear()


@pytest.mark.parametrize(
    "first",
    [b"", b"n,,", b"n,,n=user", b"n=user,r=x", b"n,,r=x,n=user", b"y,a=other,n=user,r=x",
     b"p=tls-unique,,n=user,r=x", b"n,,m=new,n=user,r=x", b"n,,n=,r=x", b"n,,n=us=2Xer,r=x",
     b"n,,n=us\xffer,r=x", b"n,,n=user,r=a b", b"n,,n=us\ner,r=x", b"n,,n=\xed\xa0\x80,r=x"],
)  # fmt: skip
def test_what_is_no_first_message(first: bytes) -> None:
    """None, whatever is wrong with it."""
    for mechanism in SCRAM:
        assert answered(mechanism, first) is None


_PIECES = st.sampled_from([b"n", b"y", b"p=", b",", b"=", b"n=user", b"r=", b"c=biws", b"x", b"m="])
_GARBAGE = st.one_of(st.binary(max_size=60), st.lists(_PIECES, max_size=12).map(b"".join))


@given(st.lists(_GARBAGE, min_size=1, max_size=3), st.sampled_from(SCRAM))
def test_garbage_never_gets_in_and_never_raises(sent: list[bytes], mechanism: str) -> None:
    """At any step: from the start, or behind a first message that is sound."""
    for responses in (sent, [b"n,,n=user,r=abc", *sent]):
        assert not isinstance(answered(mechanism, *responses), Proven)


@pytest.mark.parametrize("mechanism", SCRAM)
def test_over_the_wire(mechanism: str) -> None:
    """The whole login between both chairs; taken back and played again it is the same."""
    policy = Policy(offers=frozenset({"CAPA"}), mechanisms=SCRAM)
    office = Office(
        Personality("plain", "", {"greeting": "ready"}, policy), accounts_of(PEOPLE),
        "mail.example.test", nonce="abc", mechanisms=EVERY,
    )  # fmt: skip
    server, client = Pop3Server(office), Pop3Client()
    client.receive_data(b"".join(server.data_to_send()))

    def say(line: str) -> Exchange:
        server.receive_data(client.send(line))
        client.receive_data(b"".join(server.data_to_send()))
        return client.exchanges()[-1]

    opening = Opening(mechanism.removeprefix("SCRAM-"), "user", "xyz")
    say(f"AUTH {mechanism}")
    before = server.state()
    for password, after in (("wrong", State.AUTHORIZATION), ("pencil", State.TRANSACTION)):
        server.restore(before)
        asked = say(scram_first(opening)[-1].value).reply.challenge
        assert asked is not None
        signed = say(scram_final(opening, password, asked.decode())[-1].value)
        if after is State.AUTHORIZATION:
            assert (signed.reason, signed.after) == (Reason.BAD_CREDENTIALS, after)
            assert say(f"AUTH {mechanism}").reply.line == "+ "
            continue
        assert signed.reply.challenge is not None
        last = say("")
        assert (last.ok, last.after, last.user) == (True, after, "user")


def test_the_library_is_loaded_when_a_dialogue_begins() -> None:
    """What nobody uses costs nothing at the start."""
    script = "import sys, simulator.hosts.mechanisms; sys.exit('scramp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("mechanism", SCRAM)
def test_an_account_that_cannot_be_read_is_no_wrong_password(
    mechanism: str, tmp_path: Path
) -> None:
    """A failure of the store comes through the library, and is answered with [SYS/PERM]."""
    (tmp_path / "mrose").mkdir()
    (tmp_path / "mrose" / "mailbox.yaml").write_text("token: [broken\n")
    accounts = Accounts(lodgings(tmp_path, password="secret"))
    with pytest.raises(SystemFailure):
        EVERY[mechanism](accounts, Attempt(mechanism, (b"n,,n=mrose,r=abc",), NONCE, "host"))
