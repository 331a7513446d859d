"""What must not be kept or shown of a typed line: one rule, for every way in which a secret slips."""

from __future__ import annotations

from base64 import b64encode

import pytest
from chairs import EXTENDED, Chairs, letters, personality
from hypothesis import given
from hypothesis import strategies as st

from simulator.mailroom import Accounts
from simulator.pop3.discretion import secret_in, without_secret

RESPONSE = b64encode(b"\0ines\0second-key").decode()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("PASS kettle42", "PASS ****"),
        ("pass  two words ", "pass  ****"),
        ("PASS\tkettle42", "PASS\t****"),
        ("PASSkettle42", "PASS****"),
        ("  PASS x", "  PASS ****"),
        ("P\rASS kettle42", "P\rASS ****"),
        ("\rpa\r\rss\r kettle42", "\rpa\r\rss\r ****"),
        ("A\rUTH PLAIN AAAA", "A\rUTH PLAIN ****"),
        ("PASSWD x", "PASSWD ****"),
        ("password x", "password ****"),
        ("APOP mira c4c9334bac560ecc979e58001b3e22fb", "APOP ****"),
        ("AUTH PLAIN AAAA", "AUTH PLAIN ****"),
        ("auth =", "auth ****"),
        ("PASS 12345", "PASS ****"),
        ("PASS !", "PASS ****"),
        ("AUTHENTICATE PLAIN AAAA", "AUTHENTICATE PLAIN ****"),
        ("LOGIN mira kettle42", "LOGIN ****"),
        ("a1 LOGIN mira kettle42", "a1 LOGIN ****"),
        (RESPONSE, "****"),
        (f" {RESPONSE}", "****"),
        ("USER mira\nPASS x", "USER mira\nPASS ****"),
    ],
)
def test_a_secret_is_hidden_however_it_is_typed(line: str, shown: str) -> None:
    """What stands before it may stay; of the secret not even the length."""
    assert secret_in(line)
    assert without_secret(line) == shown


@pytest.mark.parametrize(
    "line",
    ["USER mira", "RETR 1", "QUIT", "PASS", "AUTH", "AUTH PLAIN", "auth scram-sha-256", "GREETING",
     "password", "Mailboxes", "LIST 12345678", "TOP 1 0", "", "EHLO mail.example.test", "*"],
)  # fmt: skip
def test_other_lines_stay_as_they_are(line: str) -> None:
    """A line that says nothing secret can be shown and kept."""
    assert not secret_in(line)
    assert without_secret(line) == line


@given(
    st.text(min_size=1, max_size=30).filter(str.strip),
    st.sampled_from(["PASS", "pAsS", "APOP", "LOGIN", "PASSWORD"]),
    st.sampled_from([" ", "  ", "\t"]),
)
def test_nothing_behind_a_login_is_left(secret: str, keyword: str, blank: str) -> None:
    """Whatever the password is made of, what is shown has none of it."""
    secret = secret.replace("\n", " ")
    shown = without_secret(f"{keyword}{blank}{secret}")
    assert shown.startswith(keyword)
    assert shown.removeprefix(keyword).strip() == "****"


@pytest.mark.parametrize(
    "line", ["PASSkettle42", "PASSWD kettle42", "a1 LOGIN mira kettle42", RESPONSE]
)
def test_a_public_exchange_hides_what_was_no_command(line: str) -> None:
    """Boards see that something was typed, and its answer; not what."""
    chairs = Chairs(Accounts([letters()]), personality(**EXTENDED))
    (exchange,) = chairs.say(line)
    assert "kettle42" not in repr(exchange.public())
    assert RESPONSE not in repr(exchange.public())
    assert exchange.public().keyword == ""
