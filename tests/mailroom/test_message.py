"""Messages: their size, their wire form and their top, for any octets whatever."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.mailroom import Message, make_message
from simulator.mailroom.message import crlf
from simulator.pop3.replies import unstuff

MAIL = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [b"\r\n", b"\n", b"\r", b".", b"..", b"Subject: a", b"\r\n\r\n", b"\0", b"\xff", b"x"]
        ),
        max_size=30,
    ).map(b"".join),
)


@given(MAIL)
@example(b"")
@example(b".")
@example(b"\r")
def test_any_octets_travel_unharmed(octets: bytes) -> None:
    """What is on the wire, unstuffed, is the content; its length is the size that is told."""
    message = Message("m", "id", crlf(octets))
    assert unstuff(message.wire()) == message.content()
    assert message.octets == len(message.content())
    assert message.wire().endswith(b"\r\n")
    assert message.wire() is message.wire()


@given(MAIL)
def test_only_line_ends_are_changed(octets: bytes) -> None:
    """CRLF line ends are made once; making them again changes nothing, and no other octet goes."""
    content = crlf(octets)
    assert crlf(content) == content
    assert b"\n" not in content.replace(b"\r\n", b"")
    plain = octets.replace(b"\r\n", b"\n")
    assert content.replace(b"\r\n", b"\n") in (plain, plain + b"\n")


@given(MAIL, st.integers(0, 40))
def test_top_is_the_beginning_of_the_wire(octets: bytes, lines: int) -> None:
    """TOP sends a beginning of what RETR sends, cut behind a line, with that many body lines."""
    message = Message("m", "id", crlf(octets))
    wire, top = message.wire(), message.top(lines)
    assert wire.startswith(top)
    assert top.endswith(b"\r\n")
    _, blank, body = (b"\r\n" + top).partition(b"\r\n\r\n")
    if top != wire:
        assert blank
        assert body.count(b"\r\n") == lines


def test_a_long_top_is_a_view_of_the_wire() -> None:
    """Half of a big message costs no octet for who asks for it and does not read."""
    message = Message("m", "id", crlf(b"Subject: a\n\n" + b"pages and pages\n" * 9000))
    top = message.top(8000)
    assert isinstance(top, memoryview)
    assert top.obj is message.wire()
    assert bytes(top) == message.wire()[: len(top)]
    assert isinstance(message.top(10), bytes)


def test_what_needs_no_stuffing_is_not_copied() -> None:
    """The wire form of mail without leading dots is the content itself."""
    message = Message("m", "id", b"Subject: a\r\n\r\nb.\r\n")
    assert message.wire() is message.content()
    assert Message("m", "id", b"\r\n.\r\n").wire() == b"\r\n..\r\n"


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        (b"From: a\r\nSUBJECT : Bulbs\r\n to plant\r\nX: y\r\n", "Bulbs to plant"),
        (b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= an alle\r\n", "Grüße an alle"),
        (b"Subject: =?iso-8859-1?b?R3L832U=?=\r\n", "Grüße"),
        (b"Subject: =?no-such-charset?q?a?=\r\n", "=?no-such-charset?q?a?="),
        (b"Subject:\r\n", ""),
        (b"X-Subject: no\r\n", ""),
    ],
)
def test_the_subject_is_read(headers: bytes, subject: str) -> None:
    """Unfolded, in any letter case, encoded words decoded; as it stands if they are broken."""
    assert Message("m", "id", headers + b"\r\nSubject: not this\r\n").subject == subject


@given(MAIL, st.binary(max_size=60))
def test_any_subject_can_be_read(octets: bytes, word: bytes) -> None:
    """No headers make reading the Subject raise."""
    written = b"Subject: =?utf-8?q?" + word + b"?=\r\n" + octets
    assert isinstance(Message("m", "id", crlf(written)).subject, str)


def test_a_subject_can_be_written_in_utf8() -> None:
    """Whatever charset a Subject claims, its text can be encoded and so be shown and stored."""
    Message("m", "id", b"Subject: =?utf-7?q?+2AA-?=\r\n\r\n").subject.encode()


@given(st.sampled_from(["utf-7", "utf-16", "unicode_escape", "raw_unicode_escape"]), st.binary())
def test_no_charset_gives_what_cannot_be_written(charset: str, octets: bytes) -> None:
    """Whatever octets an encoded word holds, in charsets with escapes of their own, too."""
    word = base64.b64encode(octets)
    message = Message("m", "id", b"Subject: =?" + charset.encode() + b"?b?" + word + b"?=\r\n\r\n")
    message.subject.encode()


def test_the_subject_stuffs_nothing() -> None:
    """Reading the Subject of a message leaves its wire form for later."""
    message = Message("m", "id", b"Subject: a\r\n\r\n.b\r\n")
    assert message.subject == "a"
    assert "_wire" not in vars(message)


def test_the_mail_parser_is_not_imported() -> None:
    """Neither email nor the stdlib's mailbox is imported with the mailroom, nor YAML."""
    code = (
        "import sys, simulator.mailroom\n"
        "heavy = {'email', 'mailbox', 'yaml', 'pydantic', 'random'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("octets", "needs"),
    [
        (b"Subject: Gr\xc3\xbc\xc3\x9fe\r\n\r\nx\r\n", True),
        (b"From: a\r\nSubject: b\r\n \xff\r\n", True),
        (b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n\xc3\xbc\r\n", False),
        (b"\r\nSubject: \xc3\xbc\r\n", False),
        (b"", False),
    ],
)
def test_headers_beyond_ascii_need_utf8(octets: bytes, needs: bool) -> None:
    """Octets above 127 in a header, and only there, make mail for UTF8 mode (RFC 6532)."""
    assert Message("m", "id", octets).needs_utf8 is needs


@pytest.mark.parametrize("as_", ["text", "attachment"])
def test_needing_utf8_is_known_before_a_message_is_made(as_: str) -> None:
    """Of a message made to a size the headers are known; it is not made for them."""
    for subject, needs in (("Grüße", True), ("Hello", False)):
        message = make_message("m", {"Subject": subject}, "ü\n", octets=9_000_000, as_=as_)
        assert message.needs_utf8 is needs
        assert "_made" not in vars(message)
        assert message.renamed("n", "other").needs_utf8 is needs


@pytest.mark.parametrize(
    ("part", "needs"),
    [
        ("Content-Description: Gr\u00fc\u00dfe", True),
        ("Content-Description: plain", False),
    ],
)
def test_utf8_in_the_headers_of_a_part_is_for_utf8_mode(part: str, needs: bool) -> None:
    """RFC 6532 section 3 lets them be UTF-8, and the text between them counts for nothing."""
    text = (
        "Content-Type: multipart/mixed; boundary=mark\r\n\r\nGr\u00fc\u00dfe\r\n--mark\r\n"
        f"{part}\r\n\r\nGr\u00fc\u00dfe\r\n-- \r\nGr\u00fc\u00dfe\r\n--mark--\r\n"
    )
    assert Message("m", "u", text.encode()).needs_utf8 is needs
