"""What the RFCs print is what comes out, step by step; what cannot be worked out is said plainly."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import md5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.pop3 import digests
from simulator.pop3.digests import Working
from simulator.pop3.exchange import encode
from simulator.pop3.saslprep import saslprep


def values(workings: tuple[Working, ...]) -> dict[str, str]:
    return {each.name: each.value for each in workings}


def test_apop_as_in_rfc_1939() -> None:
    """RFC 1939 section 7: the timestamp with its <>, then the secret, nothing between."""
    workings = digests.apop("<1896.697170952@dbc.mtview.ca.us>", "tanstaaf")
    assert [each.value for each in workings] == [
        "<1896.697170952@dbc.mtview.ca.us>tanstaaf",
        "c4c9334bac560ecc979e58001b3e22fb",
    ]


CRAM_CHALLENGE = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"
CRAM_TEXT = "<1896.697170952@postoffice.reston.mci.net>"


@pytest.mark.parametrize("challenge", [CRAM_CHALLENGE, CRAM_TEXT])
def test_cram_md5_as_in_rfc_2195(challenge: str) -> None:
    """RFC 2195 section 2: the digest, the answer and its base64."""
    workings = digests.cram_md5(challenge, "tim", "tanstaaftanstaaf")
    found = values(workings)
    assert found["challenge"] == CRAM_TEXT
    assert found["outer digest"] == "b913a602c7eda7a495b4e6e7334d3890"
    assert found["answer"] == "tim b913a602c7eda7a495b4e6e7334d3890"
    assert workings[-1].value == "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"


@given(st.text(min_size=1, max_size=12), st.text(max_size=90))
def test_cram_md5_is_hmac(user: str, secret: str) -> None:
    """The two digests by hand are the library's HMAC, for short secrets and for long ones."""
    found = values(digests.cram_md5(CRAM_TEXT, user, secret))
    octets = encode(secret)
    assert found["outer digest"] == hmac.new(octets, CRAM_TEXT.encode(), md5).hexdigest()
    assert ("short secret" in found) == (len(octets) > 64)
    assert ("times 00" in found["key"]) == (len(octets) != 64)


@pytest.mark.parametrize(
    ("authzid", "authcid", "password", "message"),
    [
        ("", "tim", "tanstaaftanstaaf", "\0tim\0tanstaaftanstaaf"),
        ("Ursel", "Kurt", "xipj3plmq", "Ursel\0Kurt\0xipj3plmq"),
    ],
)
def test_plain_as_in_rfc_4616(authzid: str, authcid: str, password: str, message: str) -> None:
    """RFC 4616 section 4: both examples, and the way back."""
    workings = digests.plain(authzid, authcid, password)
    octets = digests.from_base64(workings[-1].value)
    assert workings[0].value == message
    assert octets == message.encode()
    assert digests.plain_parts(octets) == (authzid, authcid, password)


def test_plain_as_in_rfc_5034() -> None:
    """RFC 5034 section 6: all three fields are "test"."""
    assert digests.plain("test", "test", "test")[-1].value == "dGVzdAB0ZXN0AHRlc3Q="


def test_login_is_base64_and_no_more() -> None:
    """The text that hides nothing: VXNlcm5hbWU6 is "Username:"."""
    assert [each.value for each in digests.login("Username:")] == ["VXNlcm5hbWU6"]


TOKEN = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="


RFC_7628 = "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9"
RFC_7628_END = "AWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"


@pytest.mark.parametrize(
    ("port", "response"),
    [(143, f"{RFC_7628}MTQz{RFC_7628_END}"), (587, f"{RFC_7628}NTg3{RFC_7628_END}")],
)
def test_oauthbearer_as_in_rfc_7628(port: int, response: str) -> None:
    """RFC 7628 section 4.1: the same credential for IMAP and for SMTP."""
    workings = digests.oauthbearer("user@example.com", "server.example.com", port, TOKEN)
    assert workings[-1].value == response
    assert values(workings)["message"] == (
        f"n,a=user@example.com,\x01host=server.example.com\x01port={port}\x01"
        f"auth=Bearer {TOKEN}\x01\x01"
    )


def test_oauthbearer_without_a_host() -> None:
    """Host and port may be left out; a comma in a name is escaped."""
    message = values(digests.oauthbearer("a,b=c", "", 0, "t"))["message"]
    assert message == "n,a=a=2Cb=3Dc,\x01auth=Bearer t\x01\x01"
    assert values(digests.oauthbearer("", "", 0, "t"))["gs2-header"] == "n,,"


def test_xoauth2_as_google_has_it() -> None:
    """The example of Google's page "OAuth 2.0 Mechanism"."""
    token = "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    assert digests.xoauth2("someuser@example.com", token)[-1].value == (
        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSb"
        "GNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda: digests.plain("", "", "x"),
        lambda: digests.plain("", "mira", ""),
        lambda: digests.plain("", "mi\0ra", "x"),
        lambda: digests.plain_parts(b"mira\0kettle42"),
        lambda: digests.plain_parts(b"\0mira\0kettle\x0042"),
        lambda: digests.plain_parts(b"\0a\0b" * digests.LONGEST),
        lambda: digests.cram_md5("no base64", "mira", "x"),
        lambda: digests.cram_md5("PDE=AAAA", "mira", "x"),
        lambda: digests.from_base64("Zg=="[:3]),
        lambda: digests.from_base64("é"),
        lambda: digests.from_base64("A" * (digests.LONGEST + 1)),
        lambda: digests.apop("<a@b>", "x" * digests.LONGEST),
        lambda: digests.xoauth2("mira", ""),
        lambda: digests.oauthbearer("mira", "", 0, "a\x01b"),
    ],
)
def test_what_cannot_be_worked_out_is_a_sentence(ask: Callable[[], object]) -> None:
    """ValueError, and its text is a sentence of our own."""
    with pytest.raises(ValueError, match=r"^[A-Z^].*[.)]$"):
        ask()


@given(st.binary(max_size=80))
def test_parts_of_anything(octets: bytes) -> None:
    """Any octets are three parts or a ValueError."""
    try:
        parts = digests.plain_parts(octets)
    except ValueError:
        assert octets.count(b"\0") != 2
    else:
        assert encode("\0".join(parts)) == octets


@given(st.text(max_size=40))
def test_base64_of_anything(text: str) -> None:
    """Any text is base64 or a ValueError; there and back is the same."""
    assert digests.from_base64(digests.base64_of(encode(text))) == encode(text)
    try:
        octets = digests.from_base64(text)
    except ValueError:
        return
    assert len(octets) <= len(text)


# SASLprep

ROWS_OF_RFC_4013 = [
    ("I\u00adX", "IX"), ("user", "user"), ("USER", "USER"), ("\u00aa", "a"), ("\u2168", "IX"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "prepared"), ROWS_OF_RFC_4013)
def test_saslprep_as_in_rfc_4013(text: str, prepared: str) -> None:
    """RFC 4013 section 3: the five examples that have an output."""
    assert saslprep(text) == saslprep(text, stored=True) == prepared


@pytest.mark.parametrize("text", ["\u0007", "\u0627\u0031"])
def test_saslprep_refuses_as_in_rfc_4013(text: str) -> None:
    """RFC 4013 section 3: the prohibited character, and the bidirectional check."""
    with pytest.raises(ValueError, match=r"\.$"):
        saslprep(text)


@pytest.mark.parametrize(
    ("text", "prepared"),
    [("a\u00a0b", "a b"), ("\u0627\u0661\u0628", "\u0627\u0661\u0628"), ("e\u0301", "é"), ("", "")],
)
def test_saslprep_makes_one_form(text: str, prepared: str) -> None:
    """Other blanks become the ASCII one, letter and accent one; right-to-left alone is well."""
    assert saslprep(text) == prepared


@pytest.mark.parametrize("text", ["\u0627a\u0628", "\ue000", "\udcff", "\u200e", "\u2ff0"])
def test_saslprep_names_the_character_and_not_the_text(text: str) -> None:
    """What is refused is said in a sentence that does not give a password away."""
    with pytest.raises(ValueError, match=r"\.$") as caught:
        saslprep(f"kettle{text}42" if text[0] != "\u0627" else text)
    assert "kettle" not in str(caught.value)


def test_what_unicode_3_2_has_not_is_no_stored_string() -> None:
    """RFC 4013 section 2.5: unassigned in a query it passes, in what is stored it does not."""
    assert saslprep("\U0001f511") == "\U0001f511"
    with pytest.raises(ValueError, match=r"U\+1F511"):
        saslprep("\U0001f511", stored=True)


@given(st.text(max_size=20))
def test_saslprep_of_anything(text: str) -> None:
    """A text is prepared, for good, or refused by ValueError."""
    try:
        prepared = saslprep(text)
    except ValueError:
        return
    assert saslprep(prepared) == prepared
