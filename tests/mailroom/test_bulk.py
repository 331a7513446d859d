"""Bulks: many messages of few lines, the same everywhere, to an exact total."""

from __future__ import annotations

import email
import email.utils
import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.mailroom import Mailbox, load_mailbox, made_from
from simulator.mailroom.bulk import Chance, planned, stretched
from simulator.mailroom.page import LARGEST, BulkPage, MailboxPage, MessagePage
from simulator.pages import PageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = "owner: mike\npassword: secret\n"
#: The maildrop of a seed page: 305 messages, of which the page shows five.
SEED = """\
total: 57791921
messages:
  - {label: first, make: {octets: 2017}, headers: {Subject: First}}
  - {label: film, make: {octets: 3751155, as: attachment}, headers: {Subject: Film}}
  - {label: scans, make: {octets: 10873184, as: attachment}, headers: {Subject: Scans}}
  - bulk:
      count: 1
      label: early
      from: [Ann Reed <ann@example.test>]
      subject: [Minutes]
      octets: [900, 1200]
      since: 2005-01-10
  - {label: hello, headers: {Subject: Hello John}, text: Dear John}
  - bulk:
      count: 299
      label: note
      from: [Ann Reed <ann@example.test>, bob@example.org, the office]
      subject: [Minutes, Lunch, The grey box]
      to: Mike <mike@example.test>
      octets: [800, 400000]
      seed: 7
      since: 2005-01-17
  - {label: last, make: {octets: 3021}, headers: {Subject: Last}}
"""


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[[str], Mailbox]:
    """Loads a folder with these lines in its page."""

    def load(lines: str) -> Mailbox:
        (tmp_path / "mailbox.yaml").write_text(HEAD + lines)
        return load_mailbox(tmp_path)

    return load


def bulk(**keys: object) -> BulkPage:
    """A bulk with the keys that a test is not about filled in."""
    page: dict[str, object] = {
        "count": 5, "label": "note", "from_": ["a@b.example"], "subject": ["Hello"],
        "octets": [600, 900],
    }  # fmt: skip
    return BulkPage(**{**page, **keys})  # type: ignore[arg-type]


def box(*entries: MessagePage, total: int | None = None) -> Mailbox:
    """The maildrop of these entries."""
    page = MailboxPage(owner="mike", password="secret", messages=list(entries), total=total)
    return made_from(page, "test")


def test_a_big_maildrop_in_few_lines(loaded: Callable[[str], Mailbox]) -> None:
    """305 messages, the total exact, what the page fixes where the page puts it; none is made."""
    messages = loaded(SEED).messages
    assert len(messages) == 305
    assert sum(message.octets for message in messages) == 57_791_921
    assert [(at, messages[at - 1].octets) for at in (1, 2, 3, 305)] == [
        (1, 2017), (2, 3_751_155), (3, 10_873_184), (305, 3021),
    ]  # fmt: skip
    assert [messages[at].label for at in (3, 4, 5, 303)] == [
        "early-1",
        "hello",
        "note-1",
        "note-299",
    ]
    assert len({message.unique_id for message in messages}) == 305
    for message in messages:
        assert message.subject
        assert not message.needs_utf8
        assert "_made" not in vars(message) or message.label == "hello"


def test_what_is_drawn_stays_what_it_is() -> None:
    """The same seed draws the same everywhere; these are MMIX's numbers from 1 on."""
    chance = Chance(1)
    assert [chance.draw() for _ in range(3)] == [1_817_669_548, 2_187_888_307, 2_784_682_393]
    first = [(each.headers, each.octets) for each in planned(bulk(seed=3))]
    assert first == [(each.headers, each.octets) for each in planned(bulk(seed=3))]
    assert first != [(each.headers, each.octets) for each in planned(bulk(seed=4))]


def test_each_message_is_whole() -> None:
    """Sender, addressee, Date, Message-ID and Subject can be read, and the size is kept."""
    made = box(MessagePage(bulk=bulk(to="mike@example.test", since="2005-01-17"))).messages
    before = None
    for message in made:
        parsed = email.message_from_bytes(message.content())
        when = email.utils.parsedate_to_datetime(parsed["Date"])
        assert (parsed["From"], parsed["To"]) == ("a@b.example", "mike@example.test")
        assert parsed["Message-ID"].endswith("@b.example>")
        assert f"{when:%a, %-d %b %Y %H:%M:%S %z}" == parsed["Date"]
        assert before is None or before < when
        assert len(message.content()) == message.octets
        assert 600 <= message.octets <= 900
        before = when


def test_sizes_can_be_told_one_by_one() -> None:
    """A list of sizes is taken in turn; two numbers are a least and a most."""
    made = box(MessagePage(bulk=bulk(count=4, octets=[700, 800, 900]))).messages
    assert [message.octets for message in made] == [700, 800, 900, 700]


def test_a_bulk_of_attachments() -> None:
    """A bulk can grow as attachments do."""
    (one,) = box(MessagePage(bulk=bulk(count=1, octets=[5000], as_="attachment"))).messages
    assert email.message_from_bytes(one.content()).get_content_type() == "multipart/mixed"
    assert len(one.content()) == 5000


@given(
    st.integers(1, 40), st.integers(0, 2**32 - 1), st.integers(400, 3000), st.integers(0, 10**6),
    st.sampled_from(["text", "attachment"]),
)  # fmt: skip
def test_any_total_that_fits_is_met(count: int, seed: int, most: int, more: int, as_: str) -> None:
    """Sizes come to the room there is, each of them one that the message can have."""
    wanted = list(planned(bulk(count=count, seed=seed, octets=[300, most], as_=as_)))
    room = sum(each.least for each in wanted) + more
    sizes = stretched(wanted, room)
    assert sum(sizes) == room
    for each, octets in zip(wanted, sizes, strict=True):
        assert octets >= each.least
        assert each.made(octets).octets == octets
    assert stretched(wanted, room) == sizes


def test_stretching_keeps_small_small() -> None:
    """Who asked for more gets more."""
    wanted = list(planned(bulk(count=50, octets=[600, 90_000])))
    sizes = stretched(wanted, 4_000_000)
    asked = sorted(range(50), key=lambda at: wanted[at].octets - wanted[at].least)
    gets = [sizes[at] - wanted[at].least for at in asked]
    assert all(less <= more + 1 for less, more in itertools.pairwise(gets))


def test_without_room_or_beyond_reason() -> None:
    """Too little and too much are told with what would do."""
    wanted = list(planned(bulk(count=2)))
    with pytest.raises(ValueError, match=str(sum(each.least for each in wanted))):
        stretched(wanted, 100)
    with pytest.raises(ValueError, match=str(LARGEST)):
        stretched(wanted, 3 * LARGEST)


BULK = "bulk: {count: 3, label: note, from: [a], subject: [b], octets: [700, 900]"
BREAK = r'["a\nb"]'


@pytest.mark.parametrize(
    ("lines", "line", "column", "said"),
    [
        (f"total: 10\nmessages:\n- {BULK}}}\n", 3, 8, "there are 10"),
        ("total: 10\nmessages: []\n", 3, 8, "have 0 octets"),
        (f"total: 9999999999\nmessages:\n- {BULK}}}\n", 3, 8, "the most is"),
        (f"messages:\n- {BULK.replace('700, 900', '7, 9')}}}\n", 4, 66, "write at least"),
        (f"messages:\n- {BULK}}}\n  label: x\n", 4, 3, "stands alone"),
        (f"messages:\n- {BULK}}}\n- label: note-2\n", 1, 1, "'note-2'"),
        (f"messages:\n- {BULK}, cuont: 3}}\n", 4, 78, "did you mean 'count'"),
        (f"messages:\n- {BULK.replace('3,', '0,')}}}\n", 4, 9, "1 to 10000"),
        (f"messages:\n- {BULK.replace('[a]', '[]')}}}\n", 4, 9, "at least one"),
        (f"messages:\n- {BULK.replace('700', '1000')}}}\n", 4, 9, "least first"),
        (f"messages:\n- {BULK}, since: May}}\n", 4, 9, "2026-01-05"),
        (f"messages:\n- {BULK}, since: 0900-01-01}}\n", 4, 9, "1970"),
        (f"messages:\n- {BULK}, seed: -1}}\n", 4, 9, "seed"),
        (f"messages:\n- {BULK.replace('label: note', 'label: N')}}}\n", 4, 9, "small letters"),
        (f"messages:\n- {BULK.replace('[b]', BREAK)}}}\n", 4, 9, "one line"),
        ("token: 'a b'\n", 1, 1, "RFC 6750"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_line(
    lines: str, line: int, column: int, said: str, loaded: Callable[[str], Mailbox]
) -> None:
    """Mistakes in a bulk, a total or a token are findings at the value that is wrong."""
    with pytest.raises(PageError) as caught:
        loaded(lines)
    (finding,) = caught.value.findings
    assert said in str(finding)
    assert (finding.line, finding.column) == (line, column)


def test_a_lesson_makes_what_a_folder_does(loaded: Callable[[str], Mailbox]) -> None:
    """A page alone gives the same bulk as the page in its folder, a total too."""
    lines = f"total: 4000\ntoken: ya29.a0-practice\nmessages:\n- {BULK}}}\n"
    there = loaded(lines)
    page = bulk(count=3, from_=["a"], subject=["b"], octets=[700, 900])
    here = box(MessagePage(bulk=page), total=4000)
    assert [message.content() for message in here.messages] == [
        message.content() for message in there.messages
    ]
    assert sum(message.octets for message in here.messages) == 4000
    assert (there.token, here.token) == ("ya29.a0-practice", None)


def test_a_total_without_a_bulk_is_checked(loaded: Callable[[str], Mailbox]) -> None:
    """A total that the messages have is fine."""
    assert loaded("total: 500\nmessages:\n- {label: x, make: {octets: 500}}\n").messages


def test_a_lesson_has_no_files() -> None:
    """A page without a folder cannot name a file."""
    with pytest.raises(ValueError, match="folder"):
        box(MessagePage(file="a.eml"))
