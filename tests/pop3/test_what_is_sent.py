"""What a server sends and remembers where servers differ: LAST, TOP, UTF-8 mail, what is shown once."""

from __future__ import annotations

import pytest
from chairs import EXTENDED, letters, mailbox, personality
from stores import called, left, said, served

from simulator.mailroom import make_message
from simulator.pop3 import Personality, Reason
from simulator.pop3.replies import unstuff
from simulator.pop3.surrogate import Surrogate

_WITH_LAST = {"offers": frozenset({"TOP", "UIDL", "LAST"})}
#: A message with UTF-8 in a header and a line that is stuffed, beside a plain one.
_FOREIGN = mailbox(
    ["Subject: Gr\u00fc\u00dfe\r\n\r\n.hidden\r\nbody\r\n".encode(), b"Subject: a\r\n\r\nb\r\n"]
)


# LAST


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"RETR", "DELE"}, ["1", "1", "3"]),
        ({"RETR"}, ["1", "1", "1"]),
        ({"RETR", "TOP"}, ["1", "2", "2"]),
        (set(), ["0", "0", "0"]),
    ],
)
def test_what_last_counts_differs(counts: set[str], told: list[str]) -> None:
    """popa3d counts RETR and DELE, Dovecot RETR, Twisted RETR and TOP, solid-pop3d nothing."""
    chairs = called(personality(**_WITH_LAST, last_counts=frozenset(counts)))
    found = said(chairs, "RETR 1", "LAST")[-1:]
    found += said(chairs, "TOP 2 0", "LAST")[-1:]
    found += said(chairs, "DELE 3", "LAST")[-1:]
    assert found == [f"+OK {each}" for each in told]


@pytest.mark.parametrize(("kept", "told"), [(True, "+OK 2"), (False, "+OK 0")])
def test_last_may_begin_anew(kept: bool, told: str) -> None:
    """RFC 1460 section 4 has it kept; popa3d and Twisted begin at 0."""
    manner = personality(**_WITH_LAST, last_kept=kept)
    accounts = served(manner)
    called(manner, accounts).say("RETR 2", "QUIT")
    assert said(called(manner, accounts), "LAST") == [told]


# TOP


def test_top_may_send_a_blank_line_more() -> None:
    """mailutils, where any of the body is asked for."""
    chairs = called(personality(top="blank-line-more"))
    assert said(chairs, "TOP 3 0")[1:] == ["Subject: Letter 3", ""]
    assert said(chairs, "TOP 3 2")[1:] == ["Subject: Letter 3", "", "", "word", "word"]


def test_top_may_send_the_whole_message() -> None:
    """Mailpit, where any of the body is asked for."""
    chairs = called(personality(top="whole"))
    assert said(chairs, "TOP 3 0")[1:] == ["Subject: Letter 3", ""]
    assert said(chairs, "TOP 3 1")[1:] == said(chairs, "RETR 3")[1:]


# Mail with UTF-8 in its headers


def foreign(how: str) -> Personality:
    """A server with UTF8 that does so with mail that needs it."""
    return personality(**{**EXTENDED, "utf8_mail": how})


def test_utf8_mail_is_refused_by_default() -> None:
    """RFC 6856 section 5: LIST, TOP and RETR of it, until UTF8 was said."""
    manner = personality(**EXTENDED)
    chairs = called(manner, served(manner, _FOREIGN))
    refused = chairs.say("LIST 1", "TOP 1 0", "RETR 1")
    assert {each.reason for each in refused} == {Reason.NEEDS_UTF8}


def test_a_surrogate_stands_for_what_needs_utf8() -> None:
    """Courier: RETR sends ASCII headers, and the mail untouched in a part; LIST tells the original."""
    manner = foreign("surrogate")
    chairs = called(manner, served(manner, _FOREIGN))
    original = _FOREIGN.messages[0]
    assert said(chairs, "LIST 1") == [f"+OK 1 {original.octets}"]
    (sent,) = chairs.say("RETR 1")
    body = unstuff(sent.reply.body or b"")
    head = body.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert b"multipart/mixed" in head
    assert original.content() in body
    assert said(chairs, "TOP 1 0")[1:] == [*head.decode().split("\r\n"), ""]
    assert said(chairs, "RETR 2")[1:] == ["Subject: a", "", "b"]


def test_a_surrogate_counts_its_own_line_ends_once() -> None:
    """RETR's text tells octets in which the lines around the mail have no CR."""
    original = _FOREIGN.messages[0]
    made = Surrogate(original)
    whole = unstuff(made.wire())
    own = whole.count(b"\r\n") - original.content().count(b"\r\n")
    assert made.octets == len(whole) - own


def test_no_boundary_of_a_surrogate_is_in_the_mail() -> None:
    """A message that holds the boundary gets another."""
    first = Surrogate(_FOREIGN.messages[0]).wire()
    boundary = first.partition(b'boundary="')[2].partition(b'"')[0]
    box = mailbox([b"Subject: \xc3\xbc\r\n\r\n--" + boundary + b"\r\n"])
    again = Surrogate(box.messages[0]).wire()
    assert again.partition(b'boundary="')[2].partition(b'"')[0] != boundary
    assert again.count(boundary) == 1


def test_utf8_mail_may_be_sent_as_it_is() -> None:
    """A server that offers UTF8 and does not wait for it."""
    manner = foreign("as-is")
    chairs = called(manner, served(manner, _FOREIGN))
    assert chairs.say("RETR 1")[0].reply.body == _FOREIGN.messages[0].wire()


# What is shown


def test_what_was_sent_is_shown_once() -> None:
    """Gmail: RETR and QUIT, and it is not listed again; it is still on disk."""
    manner = personality(shows_once=True)
    accounts = served(manner)
    called(manner, accounts).say("RETR 2", "TOP 3 0", "QUIT")
    assert said(called(manner, accounts), "UIDL")[1:] == ["1 uid-1", "2 uid-3"]
    assert left(accounts) == ["m1", "m2", "m3"]


def test_what_was_sent_on_a_line_that_was_lost_is_shown_again() -> None:
    """Gmail: without QUIT it does not count as sent."""
    manner = personality(shows_once=True)
    accounts = served(manner)
    chairs = called(manner, accounts)
    chairs.say("RETR 2")
    chairs.drop()
    assert len(said(called(manner, accounts), "UIDL")) == 4


def test_a_window_moves_on_once_mail_was_sent() -> None:
    """Gmail's window: who takes all of it is shown the rest at the next login."""
    manner = personality(shows_once=True, window=2)
    accounts = served(manner)
    assert said(called(manner, accounts), "RETR 1", "RETR 2", "QUIT")
    assert said(called(manner, accounts), "UIDL")[1:] == ["1 uid-3"]


def test_a_name_may_ask_for_the_last_days() -> None:
    """Gmail's recent: the same maildrop and password; mail of 30 days, sent before or not."""
    dates = ("Mon, 02 Jun 2025 09:00:00 +0000", "Fri, 04 Jul 2025 09:00:00 +0000",
             "Fri, 01 Aug 2025 09:00:00 +0000")  # fmt: skip
    box = mailbox([make_message("m", {"Date": date}).content() for date in dates])
    manner = personality(shows_once=True, recent=30)
    accounts = served(manner, box)
    called(manner, accounts).say("RETR 3", "QUIT")
    chairs = called(manner, accounts)
    assert said(chairs, "UIDL")[1:] == ["1 uid-1", "2 uid-2"]
    chairs.say("QUIT")
    recent = called(manner, accounts, user="recent:mrose")
    assert said(recent, "UIDL")[1:] == ["1 uid-2", "2 uid-3"]
    assert recent.say("DELE 1", "QUIT")[1].ok
    assert left(accounts) == ["m1", "m3"]


def test_recent_is_a_name_like_any_other_where_it_is_not_known() -> None:
    """Without the policy nobody of that name has a maildrop."""
    assert not served(personality()).knows("recent:mrose")


def test_the_newest_may_be_number_one() -> None:
    """Exchange can be told to; DELE of number 1 removes the newest."""
    manner = personality(order="newest-first")
    accounts = served(manner)
    chairs = called(manner, accounts)
    assert said(chairs, "UIDL")[1:] == ["1 uid-3", "2 uid-2", "3 uid-1"]
    chairs.say("DELE 1", "QUIT")
    assert left(accounts) == ["m1", "m2"]


def test_a_window_and_an_order_go_together() -> None:
    """The window shows the first of the order, and what is marked in it is what goes."""
    manner = personality(order="newest-first", window=1)
    accounts = served(manner)
    called(manner, accounts).say("DELE 1", "QUIT")
    assert left(accounts) == ["m1", "m2"]


def test_sizes_may_be_estimates() -> None:
    """Exchange: STAT and LIST tell more than RETR sends; what is sent is whole."""
    manner = personality(sizes="estimated")
    chairs = called(manner, served(manner))
    assert said(chairs, "STAT", "LIST 1") == ["+OK 3 3072", "+OK 1 1024"]
    assert chairs.say("RETR 1")[0].reply.body == letters().messages[0].wire()
