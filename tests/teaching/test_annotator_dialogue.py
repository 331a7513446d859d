"""The annotator beside AUTH: each challenge out of its base64, each response's proof, no secret."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from chairs import EXTENDED, Chairs, letters, personality
from hypothesis import given
from hypothesis import strategies as st

from simulator.mailroom import Accounts
from simulator.pop3 import Pop3Client
from simulator.teaching.annotator import Annotator, load_margin
from simulator.teaching.remarks import NoteKind

PROSE = load_margin(Path(__file__).parents[2] / "lessons" / "margin")
#: RFC 7677 section 3, but for the nonces and the salt, which the console's tests work out.
SCRAM = [
    ("AUTH SCRAM-SHA-256", ""),
    ("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2,s=W22ZaJ0SNY7s,i=4096"),
    ("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2,p=dHzbZapWIk4j", "v=6rriTRBi23WpRR/wtup+mMhU"),
]


def b64(text: str) -> str:
    """The text in base64, as it is typed."""
    return b64encode(text.encode()).decode()


def texts(*lines: str, secure: bool = False, **policy: object) -> list[str]:
    """All notes on the last line of a dialogue with a server that has every extension."""
    chairs = Chairs(Accounts([letters()]), personality(**{**EXTENDED, **policy}), secure=secure)
    chairs.say(*lines)
    annotator = Annotator(PROSE)
    notes = [annotator.observe(exchange) for exchange in chairs.seen]
    return [note.text for note in (*notes[-1], *annotator.why(chairs.seen[-1]))]


def overheard(*dialogue: tuple[str, str]) -> tuple[str, str]:
    """The note on the last of these lines and replies, and the first of `why`."""
    client, annotator = Pop3Client(), Annotator(PROSE)
    client.receive_data(b"+OK ready\r\n")
    for line, reply in dialogue:
        client.send(line)
        client.receive_data(f"{reply}\r\n".encode())
    seen = client.exchanges()
    notes = [annotator.observe(exchange) for exchange in seen]
    return notes[-1][0].text, annotator.why(seen[-1])[0].text


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["AUTH PLAIN"], "three parts with a NUL between"),
        (["AUTH PLAIN"], "This line is in the clear"),
        (["AUTH LOGIN"], "Out of base64 this is `Username:`"),
        (["AUTH LOGIN", b64("mrose")], "Out of base64 this is `Password:`"),
        (["AUTH LOGIN " + b64("mrose")], "Out of base64 this is `Password:`"),
        (["AUTH LOGIN", "mira"], "what comes out is no text"),
        (["AUTH CRAM-MD5"], "the challenge is `<nonce.1@host>`"),
        (["AUTH XOAUTH2"], "XOAUTH2 wants `user=NAME`"),
        (["AUTH OAUTHBEARER"], "OAUTHBEARER wants `n,a=NAME,`"),
        (["AUTH XOAUTH2 " + b64("user=mrose\1auth=Bearer x\1\1")], "Now type an empty line"),
        (["AUTH OAUTHBEARER", b64("n,a=mrose,\1auth=Bearer x\1\1")], "`invalid_token`"),
        (["AUTH LOGIN", "QUIT"], "QUIT was read as the response to it and not as a command"),
        (["AUTH LOGIN", "quit"], "type QUIT again"),
    ],
)
def test_each_challenge_is_decoded(lines: list[str], words: str) -> None:
    """What the server asks, and what the next line must hold."""
    assert any(words in text for text in texts(*lines))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["AUTH PLAIN", b64("\0mrose\0secret")], "the name `mrose`, the password. **Base64 is no"),
        (["AUTH PLAIN " + b64("mrose\0mrose\0secret")], "act for (yourself), the name `mrose`"),
        (["AUTH LOGIN", b64("mrose"), b64("secret")], "LOGIN: the name, then the password"),
        (["AUTH"], "One line per mechanism, 5 lines here"),
        (["AUTH"], "`CRAM-MD5`: A digest over the challenge"),
        (["AUTH PLAIN", "*"], "-ERR is the proper answer to *"),
        (["AUTH CRAM-MD5", "QUIT"], "QUIT was read as the response to it, and proved nothing"),
        (["AUTH CRAM-MD5", "TOP 1 0"], "TOP was read as the response to it, and it is no base64"),
        (["AUTH CRAM-MD5", b64("mrose secret")], "not a name, a blank, and 32"),
        (["AUTH CRAM-MD5", b64("mrose " + "0" * 32)], "does not fit this challenge"),
        (["AUTH PLAIN", b64("mrose secret")], "not of three parts"),
        (["AUTH PLAIN", b64("omar\0mrose\0secret")], "`mrose` asked to act for `omar`"),
        (["AUTH PLAIN", "="], "A lone = stands for an empty response only"),
        (["AUTH PLAIN", "AG1yb3NlAHNlY3JldA"], "lacks its end"),
        (["AUTH PLAIN", "no base64"], "has ended the dialogue, as it must"),
        (["AUTH PLAIN nobase64!"], "initial response behind the mechanism is no base64"),
        (["AUTH PLAIN mrose secret"], "no base64"),
        (["AUTH PLAIN  AAAA"], "Two blanks stand where one belongs"),
        (["AUTH LOGIN", b64("mrose"), "kettle42"], "was typed as it is"),
        (["AUTH LOGIN", "AAAA" * 3072], "too long even for this server"),
        (["AUTH !"], "no name of a mechanism"),
        (["AUTH NTLM"], "This server does not have that mechanism"),
        (["CAPA", "AUTH NTLM"], "Say STLS, then ask CAPA again"),
        (["AUTH XOAUTH2", b64("user=mrose\1auth=Bearer x\1\1"), ""], "ends what the JSON began"),
        (["AUTH PLAIN", "AAAA", "AUTH PLAIN", b64("\0mrose\0x")], "Refused a second time"),
        (["USER mrose", "PASS secret", "AUTH PLAIN"], "You are logged in as mrose"),
        (["USER mrose", "AUTH PLAIN", "*", "PASS secret"], "The maildrop is open for you"),
        (["AUTH CRAM-MD5 AAAA"], "the server speaks first"),
    ],
)
def test_each_end_of_a_dialogue_says_what_it_came_to(lines: list[str], words: str) -> None:
    """+OK and -ERR to AUTH and to the lines behind it."""
    found = texts(*lines)
    assert any(words in text for text in found), found


def test_tls_changes_what_is_said_of_a_password() -> None:
    """In the clear whoever reads the line has the password; behind TLS, only the server has."""
    lines = ["AUTH PLAIN", b64("\0mrose\0secret")]
    assert "whoever read it has the password now" in texts(*lines)[0]
    assert "TLS hides them on the way; base64 does not" in texts(*lines, secure=True)[0]
    assert "TLS hides them on the way; base64 does not" in texts("STLS", *lines)[0]
    assert "TLS hides them" in texts("STLS", lines[0])[0]


def test_a_server_may_want_tls_first() -> None:
    """needs-tls says what has crossed the line all the same, and what to say first."""
    closed = {"cleartext_login": False}
    assert "the server does not take it in the clear" in texts("AUTH PLAIN", **closed)[0]
    sent = texts("CAPA", "AUTH PLAIN AG1yb3NlAHNlY3JldA==", **closed)[0]
    assert "The response has crossed the line all the same" in sent
    assert "CAPA has said so: STLS comes first" in sent
    assert "stops you before you send one" in texts("USER mrose", **closed)[0]
    assert "It has crossed the line all the same" in texts("PASS secret", **closed)[0]


def test_scram_is_followed_step_by_step() -> None:
    """The salt and the count, the server's signature, and what the login has proved."""
    lines = [(line if step == 0 else b64(line), f"+ {b64(said)}")
             for step, (line, said) in enumerate(SCRAM)]  # fmt: skip
    assert "in SCRAM the client begins" in overheard(*lines[:1])[0]
    note, why = overheard(*lines[:2])
    assert "i= how often to hash: 4096 times" in note
    assert "`r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2,s=W22ZaJ0SNY7s,i=4096`" in why
    assert "v= is the server's signature" in overheard(*lines)[0]
    note, why = overheard(*lines, ("", "+OK logged in"))
    assert note.startswith("Logged in by SCRAM")
    assert "p= does not fit" in overheard(*lines[:2], (lines[2][0], "-ERR [AUTH] no"))[0]
    refused = (lines[2][0], f"+ {b64('e=invalid-proof')}")
    assert "it refuses the proof" in overheard(*lines[:2], refused)[0]
    other = (lines[1][0], f"+ {b64('r=somebodyelse,s=W22ZaJ0SNY7s,i=4096')}")
    assert "**Do not go on**" in overheard(lines[0], other)[0]


@pytest.mark.parametrize(
    ("dialogue", "words"),
    [
        ([("AUTH PLAIN", "+ ?")], "no sound base64"),
        ([("AUTH GSSAPI", "+ ")], "in this mechanism the client begins"),
        ([("AUTH DIGEST-MD5", "+ " + b64("realm=x"))], "the challenge reads `realm=x`"),
        ([("AUTH DIGEST-MD5", "+ " + b64("\x07\x1b"))], "neither success nor failure"),
        ([("AUTH CRAM-MD5", "+ " + b64("<a`b@c>"))], "A challenge of CRAM-MD5"),
        ([("AUTH XOAUTH2 AAAA", "+ " + b64('{"status":"\x1b"}'))], "neither success nor failure"),
        ([("AUTH XOAUTH2 AAAA", "+ " + b64('{"status":401}'))], "status `401`"),
        ([("AUTH PLAIN " + b64("omar\0mira\0x"), "+OK")], "the second, `mira`, is the one whose"),
        ([("AUTH EXTERNAL =", "-ERR what?")], "does not say which"),
        ([("CAPA", "+OK\r\nSASL PLAIN\r\n."), ("AUTH NTLM", "-ERR no mechanism")], "has no NTLM"),
        ([("CAPA", "+OK\r\nSASL PLAIN\r\n."), ("AUTH x", "-ERR ?")], "AUTH is there, with PLAIN"),
        ([("AUTH PLAIN =", "-ERR [SYS/TEMP] x")], "do not ask for them again"),
        ([("AUTH PLAIN =", "-ERR [IN-USE] x")], "The proof was right"),
        ([("AUTH PLAIN =", "-ERR [LOGIN-DELAY] x")], "The proof is not the question"),
    ],
)
def test_other_servers_dialogues(dialogue: list[tuple[str, str]], words: str) -> None:
    """Mechanisms that are not known here, and challenges that are not as they should be."""
    assert words in overheard(*dialogue)[0]


def test_a_challenge_is_no_reason_and_no_login() -> None:
    """Its note says what it means; the states and the maildrop are as they were."""
    chairs = Chairs(Accounts([letters()]), personality(**EXTENDED))
    (asked,) = chairs.say("AUTH CRAM-MD5")
    (note,) = Annotator(PROSE).observe(asked)
    assert note.kind is NoteKind.MEANING


_SECRET = "zq7xk9wv"
_WRAPPED = st.sampled_from(
    ["{}", "\0mrose\0{}", "{}\0mrose\0{}", "mrose {}", "user=mrose\1auth=Bearer {}\1\1", "user={}",
     "n,a=mrose,\1auth=Bearer {}\1\1", "n,,n=mrose,r={}", "c=biws,r=x,p={}", "\0\0{}", "{}\0", "a {} b"]
)  # fmt: skip


@given(st.sampled_from(["PLAIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER", "SCRAM-SHA-1", "NTLM"]),
       _WRAPPED, st.booleans(), st.booleans(), st.booleans())  # fmt: skip
def test_no_note_gives_a_response_away(
    mechanism: str, form: str, encoded: bool, at_once: bool, ok: bool
) -> None:
    """Whatever is sent in whatever form, no password, token or digest comes back in a note."""
    sent = form.replace("{}", _SECRET)
    if form == "{}\0mrose\0{}":  # the first part says whom to act for, and is a name
        sent = f"mrose\0mrose\0{_SECRET}"
    line = b64(sent) if encoded else sent
    answer = "+OK in" if ok else "-ERR [AUTH] no"
    dialogue = [("AUTH " + mechanism, "+ "), (line, answer)]
    if at_once:
        dialogue = [(f"AUTH {mechanism} {line}", answer)]
    for said in overheard(*dialogue):
        assert _SECRET not in said
        assert b64(sent) not in said
