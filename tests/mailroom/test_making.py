"""Messages made to measure: exactly as large as asked for, and mail that others can read."""

from __future__ import annotations

import base64
import email
import email.policy
import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.mailroom import TooSmall, make_message
from simulator.mailroom.making import pad_text

HEADERS = {"From": "mira@example.test", "Subject": "Your scans"}


def least(as_: str) -> int:
    """The smallest size a message of that form can have."""
    for octets in itertools.count(1):
        try:
            make_message("scans", HEADERS, "Here.\n", octets=octets, as_=as_)
        except TooSmall:
            continue
        return octets
    raise AssertionError


@given(st.sampled_from(["text", "attachment"]), st.integers(700, 20_000))
def test_the_size_is_exact(as_: str, octets: int) -> None:
    """A made message has as many octets as asked for, and says so before it is made."""
    message = make_message("scans", HEADERS, "Here.\n", octets=octets, as_=as_)
    assert message.octets == octets == len(message.content())
    assert message.content().endswith(b"\r\n")
    assert b"\n" not in message.content().replace(b"\r\n", b"")


@given(st.integers(700, 20_000))
def test_an_attachment_is_in_parts(octets: int) -> None:
    """It parses as multipart/mixed, two parts and a closing boundary, no line above 78 octets."""
    content = make_message("scans", HEADERS, "Here.\n", octets=octets, as_="attachment").content()
    parsed = email.message_from_bytes(content)
    text, attached = parsed.get_payload()
    assert parsed.get_content_type() == "multipart/mixed"
    assert not parsed.defects
    assert text.get_payload().strip() == "Here."
    assert attached.get_filename()
    assert max(map(len, content.split(b"\r\n"))) <= 78


def test_every_size_near_a_line_end_is_made() -> None:
    """No remainder of a division is forgotten: 200 sizes in a row, from the least."""
    start = least("attachment")
    for octets in range(start, start + 200):
        made = make_message("scans", HEADERS, "Here.\n", octets=octets, as_="attachment")
        assert len(made.content()) == octets


def test_a_big_attachment_is_not_made_before_it_is_asked_for() -> None:
    """Its size and unique-id are known without making it, and making it gives that size."""
    message = make_message("scans", HEADERS, "Here.\n", octets=10_873_184, as_="attachment")
    assert message.octets == 10_873_184
    assert message.unique_id
    assert callable(message._content)
    assert "_made" not in vars(message)
    assert len(message.wire()) == 10_873_184


def test_the_same_description_makes_the_same_message() -> None:
    """Made twice, a message has the same octets and unique-id; of another size, another."""
    first, second, other = (
        make_message("scans", HEADERS, "Here.\n", octets=octets, as_="attachment")
        for octets in (5000, 5000, 5001)
    )
    assert first.content() == second.content()
    assert first.unique_id == second.unique_id != other.unique_id


def test_what_does_not_fit_is_refused_with_the_least_size() -> None:
    """A message asked to be smaller than its headers and text says how large it must be."""
    with pytest.raises(TooSmall, match="octets"):
        make_message("note", HEADERS, "Here.\n", octets=10)
    with pytest.raises(TooSmall, match=str(least("attachment"))):
        make_message("note", HEADERS, "Here.\n", octets=10, as_="attachment")


@pytest.mark.parametrize("name", ["", "Sub ject", "Sub:ject", "Sübject", "A\n"])
def test_a_header_has_a_proper_name(name: str) -> None:
    """A name that would break the headers is refused (RFC 5322 section 2.2)."""
    with pytest.raises(ValueError, match="name"):
        make_message("note", {name: "x"})


def test_an_attachment_can_be_decoded() -> None:
    """A mail reader can save the attachment: its base64 is whole (RFC 2045 section 6.8)."""
    for octets in range(1000, 1100):
        content = make_message("s", HEADERS, "Here.\n", octets=octets, as_="attachment").content()
        attached = email.message_from_bytes(content).get_payload()[1]
        base64.b64decode("".join(attached.get_payload().split()), validate=True)


def test_one_octet_more_is_a_size_like_another() -> None:
    """A message can grow by a single octet."""
    assert len(pad_text(b"Subject: a\r\n\r\nb\r\n", 18)) == 18


def test_filler_never_becomes_a_header() -> None:
    """What is added to mail without a body goes into the body."""
    assert pad_text(b"Subject: a\r\n", 200).startswith(b"Subject: a\r\n\r\n")


def test_lines_of_filler_are_short() -> None:
    """Lines of filler have at most 78 octets (RFC 5322 section 2.1.1)."""
    assert max(map(len, pad_text(b"\r\n", 3000).split(b"\r\n"))) <= 78


def test_long_headers_are_folded() -> None:
    """A header given as one long line is folded at a blank (RFC 5322 section 2.2.3)."""
    content = make_message("note", {"Received": "from there " * 20}, "x\n").content()
    assert max(map(len, content.split(b"\r\n"))) <= 78


def test_big_text_is_not_made_before_it_is_asked_for() -> None:
    """A text of any size costs nothing either until somebody reads it."""
    assert callable(make_message("note", HEADERS, "x\n", octets=10_000_000)._content)


def test_looking_at_the_subject_makes_nothing() -> None:
    """The Subject of a big message is known without making the message."""
    message = make_message("scans", HEADERS, octets=1_000_000, as_="attachment")
    assert message.subject == "Your scans"
    assert "_made" not in vars(message)


def can_be(content: bytes, octets: int) -> bool:
    """Whether that mail can be made to that size."""
    try:
        pad_text(content, octets)
    except TooSmall:
        return False
    return True


@given(st.integers(0, 700), st.sampled_from([b"\r\n", b"b\r\n", b"\r\n\r\n", b"b" * 78 + b"\r\n"]))
def test_any_size_that_can_be_is_made(more: int, body: bytes) -> None:
    """Mail grows to each size but those that lines cannot make, and keeps what it had."""
    head = b"Subject: a\r\n"
    content = head + b"\r\n" * (body != b"\r\n") + body
    octets = len(content) + more
    if not can_be(content, octets):
        assert more in (1, 3)
    else:
        grown = pad_text(content, octets)
        assert len(grown) == octets
        assert grown.endswith(b"\r\n")
        assert grown.startswith(content.removesuffix(b"\r\n"))
        assert max(map(len, grown.split(b"\r\n"))) <= 78


def test_which_sizes_there_are() -> None:
    """Where a size cannot be had, those that can are told."""
    with pytest.raises(TooSmall, match="write 12, 14, or 16 or more, got 15"):
        pad_text(b"Subject: a\r\n", 15)
    with pytest.raises(TooSmall, match="write 14, or 16 or more, got 15"):
        pad_text(b"Subject: a\r\n\r\n", 15)


@given(
    st.lists(st.text(st.sampled_from("aäß. \t"), max_size=100), max_size=6).map(" ".join),
    st.integers(1, 100),
)
def test_folding_changes_no_text(value: str, name: int) -> None:
    """A folded header unfolds to what was given, and no line of it is blank (RFC 5322 3.2.2)."""
    header = f"{'X' * name}: {value}"
    content = make_message("note", {"X" * name: value}).content()
    head = content.removesuffix(b"\r\n\r\n")
    assert head.replace(b"\r\n", b"").decode() == header
    if b"\r\n" in head:
        assert all(line.strip() for line in head.split(b"\r\n"))
    for line in head.split(b"\r\n"):
        assert len(line) <= 78 or not re.search(
            rb"\S[ \t]+\S", line.partition(b": ")[2] or line[1:]
        )


def test_an_attachment_suits_its_text() -> None:
    """A text that holds the boundary, or letters beyond ASCII, still parses to itself."""
    text = "--=_port110_part\nGr\u00fc\u00dfe\n--=_port110_part--"
    message = make_message("s", HEADERS, text, octets=2000, as_="attachment")
    parsed = email.message_from_bytes(message.content(), policy=email.policy.default)
    part, attached = parsed.iter_parts()
    assert part.get_content().split() == text.split()
    assert part["Content-Transfer-Encoding"] == "8bit"
    assert len(attached.get_content()) > 500
    assert message.octets == len(message.content()) == 2000


@pytest.mark.parametrize("name", ["Content-Type", "content-transfer-encoding"])
def test_an_attachment_has_its_own_headers(name: str) -> None:
    """Headers that would contradict the parts are refused, and MIME-Version is there once."""
    with pytest.raises(ValueError, match=name):
        make_message("s", {name: "x"}, octets=2000, as_="attachment")
    message = make_message("s", {"Mime-version": "1.0"}, octets=2000, as_="attachment")
    assert message.content().lower().count(b"mime-version") == 1


def test_a_message_grows_in_two_ways() -> None:
    """And in no other."""
    with pytest.raises(ValueError, match="video"):
        make_message("s", {}, octets=2000, as_="video")


def test_big_text_is_known_before_it_is_made() -> None:
    """Subject, size and unique-id of a text made to a size need no octet of the filler."""
    message = make_message("note", HEADERS, "x\n", octets=10_000_001)
    assert (message.subject, message.octets) == ("Your scans", 10_000_001)
    assert "_made" not in vars(message)
    twin = message.renamed("twin", "other")
    assert twin.subject == message.subject
    assert len(twin.content()) == twin.octets == 10_000_001
    assert twin.content() is message.content()
