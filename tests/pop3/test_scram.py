"""SCRAM by hand: each step as the RFCs have it, and plain sentences for what a server may send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.pop3.digests import Working, from_base64
from simulator.pop3.scram import (
    MOST_ITERATIONS,
    Opening,
    opening_of,
    scram_attributes,
    scram_final,
    scram_first,
    scram_verify,
)

SHA_1 = Opening("SHA-1", "user", "fyko+d2lbbFgONRv9qkxdawL")
SHA_1_FIRST = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"
SHA_1_FINAL = "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="
SHA_256 = Opening("SHA-256", "user", "rOprNGfwEbeRWgbNEkqO")
SHA_256_NONCE = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
SHA_256_FIRST = f"r={SHA_256_NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
SHA_256_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def values(workings: tuple[Working, ...]) -> dict[str, str]:
    return {each.name: each.value for each in workings}


@pytest.mark.parametrize(
    ("opening", "message"),
    [
        (SHA_1, "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"),
        (SHA_256, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"),
    ],
)
def test_the_first_message_as_in_the_rfcs(opening: Opening, message: str) -> None:
    """RFC 5802 section 5, RFC 7677 section 3: C: n,,n=user,r=..."""
    workings = scram_first(opening)
    assert values(workings)["gs2-header"] == "n,,"
    assert values(workings)["client-first-message-bare"] == message[3:]
    assert values(workings)["client-first-message"] == message
    assert from_base64(workings[-1].value) == message.encode()


def test_sha_1_as_in_rfc_5802() -> None:
    """RFC 5802 section 5: the final message and the server's signature, and all between."""
    workings = scram_final(SHA_1, "pencil", SHA_1_FIRST)
    found = values(workings)
    unproved = "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
    assert found["nonce"] == "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
    assert found["salt"] == "4125c247e43ab1e93c6dff76"
    assert found["iterations"] == "4096"
    assert found["client-final-message-without-proof"] == unproved
    assert found["SaltedPassword"] == "1d96ee3a529b5a5f9e47c01f229a2cb8a6e15f7d"
    assert found["ClientKey"] == "e234c47bf6c36696dd6d852b99aaa2ba26555728"
    assert found["StoredKey"] == "e9d94660c39d65c38fbad91c358f14da0eef2bd6"
    assert found["AuthMessage"] == (f"n=user,r=fyko+d2lbbFgONRv9qkxdawL,{SHA_1_FIRST},{unproved}")
    assert found["ClientSignature"] == "5d7138c486b0bfabdf49e3e2da8bd6e5c79db613"
    assert found["ClientProof"] == "bf45fcbf7073d93d022466c94321745fe1c8e13b"
    assert found["ServerKey"] == "0fe09258b3ac852ba502cc62ba903eaacdbf7d31"
    assert found["ServerSignature"] == "ae617da6a57c4bbb2e0286568dae1d251905b0a4"
    assert found["server-final-message"] == SHA_1_FINAL
    assert found["client-final-message"] == f"{unproved},p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
    assert from_base64(workings[-1].value).decode() == found["client-final-message"]


def test_sha_256_as_in_rfc_7677() -> None:
    """RFC 7677 section 3: the final message and the server's signature."""
    workings = scram_final(SHA_256, "pencil", SHA_256_FIRST)
    found = values(workings)
    final = f"c=biws,r={SHA_256_NONCE},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    assert found["nonce"] == SHA_256_NONCE
    assert found["salt"] == "5b6d99689d12358eeca04b141236fa81"
    assert found["client-final-message"] == final
    assert found["server-final-message"] == SHA_256_FINAL
    assert from_base64(workings[-1].value).decode() == final


@pytest.mark.parametrize(
    ("opening", "first", "final"),
    [(SHA_1, SHA_1_FIRST, SHA_1_FINAL), (SHA_256, SHA_256_FIRST, SHA_256_FINAL)],
)
def test_the_server_is_verified(opening: Opening, first: str, final: str) -> None:
    """The RFCs' own signature is right and an empty line is left to type; another is not."""
    assert scram_verify(opening, "pencil", first, final)[-1].value == ""
    assert scram_verify(opening, "pencil", first, f"{final},x=ignored")
    with pytest.raises(ValueError, match="should have signed v="):
        scram_verify(opening, "pencils", first, final)
    with pytest.raises(ValueError, match="e=invalid-proof"):
        scram_verify(opening, "pencil", first, "e=invalid-proof")


def test_names_and_passwords_are_prepared() -> None:
    """RFC 5802 section 5.1: SASLprep, then "," and "=" of a name are escaped."""
    odd = Opening("SHA-1", "I\u00adX,=", SHA_1.nonce)
    assert values(scram_first(odd))["client-first-message"].startswith("n,,n=IX=2C=3D,r=")
    one = scram_final(SHA_1, "penci\u00adl", SHA_1_FIRST)
    assert one == scram_final(SHA_1, "pencil", SHA_1_FIRST)
    with pytest.raises(ValueError, match="control character"):
        scram_final(SHA_1, "pen\tcil", SHA_1_FIRST)


@pytest.mark.parametrize("gs2", ["n,,", "y,,", "n,a=other=2C,"])
def test_what_was_begun_with_can_be_read_off_the_wire(gs2: str) -> None:
    """A client-first-message gives back the opening that it was made of."""
    opening = Opening("SHA-256", "mira,", "abc", gs2)
    message = values(scram_first(opening))["client-first-message"]
    assert opening_of("SHA-256", message) == opening


@pytest.mark.parametrize(
    "message", ["", "n,,", "n=user,r=x", "p=tls-unique,,n=user,r=x", "n,,r=x,n=user", "n,,n=,r=x",
                "n,,n=user", "n,,n=user,r=x,x=more", "n,,n=u\u00ad,r=x", "n,,n=user,r=a b"],
)  # fmt: skip
def test_what_is_no_opening(message: str) -> None:
    """Anything else is a ValueError: a sentence."""
    with pytest.raises(ValueError, match=r"\.$"):
        opening_of("SHA-1", message)


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ("r=other3rfc,s=QSXC,i=4096", "must begin with the client's"),
        (f"r={SHA_1.nonce},s=QSXC,i=4096", "must begin with the client's"),
        (f"m=new,r={SHA_1.nonce}x,s=QSXC,i=4096", "extension"),
        (f"s=QSXC,r={SHA_1.nonce}x,i=4096", "in this order"),
        (f"r={SHA_1.nonce}x,s=QSXC", "in this order"),
        (f"r={SHA_1.nonce}x,s=no base64,i=4096", "base64"),
        (f"r={SHA_1.nonce}x,s=QSXC,i=0", "positive number"),
        (f"r={SHA_1.nonce}x,s=QSXC,i=-1", "positive number"),
        (f"r={SHA_1.nonce}x,s=QSXC,i=٤", "positive number"),
        (f"r={SHA_1.nonce}x,s=QSXC,i={MOST_ITERATIONS + 1}", "at most 1000000"),
        (f"r={SHA_1.nonce}x,s=QSXC,i={'9' * 5000}", "at most 1000000"),
        ("", "letter=value"),
        ("r", "letter=value"),
        ("a=b," * 40, "32 attributes"),
        ("a" * 20000, "longer than"),
    ],
)
def test_what_a_server_must_not_send(first: str, said: str) -> None:
    """Each fault of a server-first-message has its sentence, and no great count is tried."""
    with pytest.raises(ValueError, match=said):
        scram_final(SHA_1, "pencil", first)


def test_what_a_client_must_not_begin_with() -> None:
    """A hash that is not here, no name, a nonce with a comma."""
    for opening in (
        Opening("MD5", "user", "x"), Opening("SHA-1", "", "x"), Opening("SHA-1", "\u00ad", "x"),
        Opening("SHA-1", "user", ""), Opening("SHA-1", "user", "a,b"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=r"\.$"):
            scram_first(opening)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_from_a_server(first: str, final: str) -> None:
    """Whatever a server sends, it is worked out or a ValueError."""
    for ask in (
        lambda: scram_attributes(first),
        lambda: scram_final(SHA_1, "pencil", f"r={SHA_1.nonce}{first}"),
        lambda: scram_verify(SHA_1, "pencil", SHA_1_FIRST, final),
        lambda: opening_of("SHA-1", f"n,,{first}"),
    ):
        try:
            ask()
        except ValueError as problem:
            assert str(problem).endswith((".", "…"))  # noqa: PT017 -- either way is well
