"""The same lines at many servers: the way in, what is heard of each line, and who does the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chairs import mailbox, personality

from simulator.hosts import Difference, Inquiry, Question, Way, fold, inquire
from simulator.pop3 import Personality, State

BOX = mailbox([b"Subject: a\r\n\r\nx\r\n", b"Subject: b\r\n\r\ny\r\n"])


def named(name: str, *, words: dict[str, str] | None = None, **policy: object) -> Personality:
    """A server of that name, with some words and a policy of its own."""
    plain = personality(**policy)
    return replace(plain, name=name, wording={**plain.wording, **(words or {})})


def asked(server: Personality, *lines: str, **how: object) -> Inquiry:
    return inquire(server, Question(lines, (BOX,), **how))  # type: ignore[arg-type]


def replies(inquiry: Inquiry) -> list[str | None]:
    return [each.exchange.reply.line if each.exchange else None for each in inquiry.heard]


PLAIN = named("plain")
LENIENT = named("lenient", dele_twice=True, words={"dele": "gone"})


def test_lines_are_said_behind_a_login() -> None:
    """USER and PASS in the clear where they are taken; each line has its Exchange and octets."""
    inquiry = asked(PLAIN, "STAT", "LIST 3")
    assert inquiry.way == Way("", "USER")
    assert replies(inquiry) == ["+OK 2 34", "-ERR no such message, only 2 messages in maildrop"]
    assert inquiry.heard[0].octets == b"+OK 2 34\r\n"
    assert inquiry.heard[0].state is State.TRANSACTION


def test_the_way_in_is_found_by_trying() -> None:
    """Behind STLS, by TLS at once, or by a token, where the server takes nothing plainer."""
    offers = frozenset({"CAPA", "STLS", "UIDL"})
    assert asked(named("stls", cleartext_login=False, offers=offers)).way == Way("STLS", "USER")
    assert asked(named("tls", cleartext_login=False)).way == Way("TLS", "USER")
    shut = named("shut", mechanisms=("XOAUTH2",))
    nobody = replace(BOX, password="\x7f")  # a password that no line can carry
    inquiry = inquire(shut, Question(("STAT",), (nobody,)))
    assert inquiry.way == Way("", "AUTH XOAUTH2")
    assert replies(inquiry) == ["+OK 2 34"]


def test_tls_can_be_wished() -> None:
    """From the first octet, at the login and before it: a password is taken then."""
    server = named("tls", cleartext_login=False, offers=frozenset({"CAPA", "STLS"}))
    assert asked(server, "NOOP", tls=True).way == Way("TLS", "USER")
    early = asked(server, "USER mrose", "STLS", tls=True, before_login=True)
    assert early.way == Way("TLS", "")
    assert [(reply or "")[:4] for reply in replies(early)] == ["+OK", "-ERR"]


def test_who_lets_nobody_in_is_told_nothing() -> None:
    """No way in: the lines are not said, and what was said at the door is kept."""
    inquiry = inquire(PLAIN, Question(("STAT",), (replace(BOX, password="\x7f"),)))
    assert inquiry.way is None
    assert not inquiry.heard[0].said
    assert inquiry.opening[-1].reply.line.startswith("-ERR")


def test_before_the_login_nobody_logs_in() -> None:
    """The first line is said right behind the greeting, in the clear."""
    inquiry = asked(PLAIN, "STAT", "USER mrose", "PASS secret", "STAT", before_login=True)
    assert len(inquiry.opening) == 1
    assert [each.state.value for each in inquiry.heard] == ["AUTHORIZATION"] * 2 + [
        "TRANSACTION"
    ] * 2


def test_tls_is_agreed_upon_behind_stls() -> None:
    """The session goes on behind a STLS that was said as one of the lines."""
    server = named("stls", cleartext_login=False, offers=frozenset({"CAPA", "STLS"}))
    inquiry = asked(server, "USER mrose", "STLS", "USER mrose", "PASS secret", before_login=True)
    statuses = [reply[:3] for reply in replies(inquiry) if reply]
    assert statuses == ["-ER", "+OK", "+OK", "+OK"]


def test_behind_a_hang_up_no_line_is_said() -> None:
    """A new session would not be where the old one was: the rest is marked as not said."""
    server = named("curt", hangs_up_on=frozenset({"surplus-argument"}))
    inquiry = asked(server, "DELE 1", "NOOP 1", "DELE 1", "STAT")
    assert [each.said for each in inquiry.heard] == [True, True, False, False]
    assert [each.hung_up for each in inquiry.heard] == [False, True, False, False]
    ended = asked(PLAIN, "QUIT", "STAT")
    assert [(each.said, each.hung_up) for each in ended.heard] == [(True, False), (False, False)]


def test_each_server_has_fresh_mail() -> None:
    """What one asking has removed is there for the next, and the sample is as it was."""
    asked(PLAIN, "DELE 1", "QUIT")
    assert replies(asked(PLAIN, "STAT")) == ["+OK 2 34"]


def test_each_server_keeps_the_mail_in_its_own_way() -> None:
    """Sizes that are estimates, a message with a blank line behind it, unique-ids of its own form."""
    guessing = named("guessing", sizes="estimated", unique_ids="GmailId{uid:04x}")
    assert replies(asked(guessing, "LIST 1", "UIDL 2")) == ["+OK 1 1024", "+OK 2 GmailId0002"]
    longer = named("longer", blank_line_behind="each")
    assert replies(asked(longer, "LIST 1")) == ["+OK 1 19"]


def test_a_delay_is_a_number_and_time_passes_for_the_server() -> None:
    """Nobody waits; the refused login says how late it was."""
    server = named("slow", delays={"bad-credentials": 7})
    inquiry = asked(server, "USER mrose", "PASS wrong", before_login=True)
    assert [each.delay for each in inquiry.heard] == [0.0, 7.0]


def test_what_leads_there_is_said_first() -> None:
    """`first` is no line that is compared, and yet the session has it behind it."""
    inquiry = asked(PLAIN, "DELE 2", first=("DELE 2",))
    assert replies(inquiry) == ["-ERR message 2 already deleted"]


def test_breaches_are_those_of_the_client_chair() -> None:
    """A second DELE that is accepted breaks RFC 1939 section 5."""
    assert [each.breaches == () for each in asked(PLAIN, "DELE 1", "DELE 1").heard] == [True, True]
    first, second = asked(LENIENT, "DELE 1", "DELE 1").heard
    assert first.breaches == ()
    assert [breach.rule.word for breach in second.breaches] == ["marked-twice"]


def test_a_line_feed_would_make_two_lines() -> None:
    """Each line has one answer, so such a line is refused."""
    with pytest.raises(ValueError, match="line feed"):
        asked(PLAIN, "DELE 1\nDELE 2")


# Folding


def test_other_words_for_the_same_are_one_group() -> None:
    """Both say +OK and mark message 1: one group, two wordings. Then they part."""
    once, twice = fold([asked(PLAIN, "DELE 1", "DELE 1"), asked(LENIENT, "DELE 1", "DELE 1")])
    assert [each.difference for each in once.groups] == [Difference.NONE]
    assert [each.servers for each in once.groups[0].wordings] == [("plain",), ("lenient",)]
    assert not once.differ
    assert [each.servers for each in twice.groups] == [("plain",), ("lenient",)]
    assert twice.groups[1].difference is Difference.DEED
    assert twice.differ


def test_the_model_is_what_others_are_held_against() -> None:
    """Else the greatest group; the model's wording stands first in its group."""
    three = [
        asked(each, "DELE 1", "DELE 1") for each in (LENIENT, replace(LENIENT, name="b"), PLAIN)
    ]
    assert fold(three)[1].groups[0].servers == ("lenient", "b")
    assert fold(three, model="plain")[1].groups[0].servers == ("plain",)
    assert fold(three, model="plain")[0].groups[0].wordings[0].servers == ("plain",)


def test_figures_for_programs_make_a_group() -> None:
    """Another size in LIST is no other deed, and yet a program would read something else."""
    short = replace(BOX, messages=BOX.messages[:1])
    (stat,) = fold([asked(PLAIN, "STAT"), inquire(named("few"), Question(("STAT",), (short,)))])
    assert [each.difference for each in stat.groups] == [Difference.NONE, Difference.DATA]
    assert not stat.differ


def test_a_reason_parts_two_refusals() -> None:
    """-ERR for lack of the command is another answer than -ERR for a wrong number."""
    without = named(
        "without", offers=frozenset({"CAPA"}), words={"unknown-command": "unknown command"}
    )
    (top,) = fold([asked(PLAIN, "TOP 9 1"), asked(without, "TOP 9 1")])
    assert [each.difference for each in top.groups] == [Difference.NONE, Difference.DEED]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ready <1896.697@a.test>", "ready <17.4@b.test>"),
        ("session 4f1c99ab72 begins", "session 0d5512ffe9 begins"),
        ("queued as 1795228597", "queued as 1795228598"),
    ],
)
def test_ids_and_timestamps_are_no_other_words(one: str, other: str) -> None:
    """Replies that differ only in these fold; octet by octet they do not."""
    both = [
        asked(named(f"{at}", words={"noop": words}), "NOOP")
        for at, words in enumerate((one, other))
    ]
    assert len(fold(both)[0].groups[0].wordings) == 1
    assert len(fold(both, raw=True)[0].groups[0].wordings) == 2


def test_each_form_of_unique_ids_is_a_wording() -> None:
    """They are each server's own, so no figure differs; but it is worth seeing what they look like."""
    ids = [asked(named(form, unique_ids=form), "UIDL 1", "UIDL") for form in ("{uid}", "UID{uid}")]
    for answers in fold(ids):
        assert [each.difference for each in answers.groups] == [Difference.NONE]
        assert len(answers.groups[0].wordings) == 2


def test_words_and_small_numbers_stay_apart() -> None:
    """What somebody would read as another statement is not folded."""
    both = [asked(named(words, words={"noop": words}), "NOOP") for words in ("3 left", "4 left")]
    assert len(fold(both)[0].groups[0].wordings) == 2


def test_what_was_not_said_differs_from_nothing() -> None:
    """A line that came too late for a server is no answer, and nothing is held against it."""
    curt = named("curt", hangs_up_on=frozenset({"surplus-argument"}))
    noop, stat = fold([asked(each, "NOOP 1", "STAT") for each in (curt, PLAIN)], model="curt")
    assert noop.differ
    assert [each.difference for each in stat.groups] == [Difference.NONE, Difference.UNSAID]
    assert stat.groups[0].servers == ("plain",)
    assert not stat.differ


def test_no_secret_is_in_a_folded_line() -> None:
    """PASS and what answers a challenge are hidden, and so is a reply that says it again."""
    server = named(
        "parrot", mechanisms=("LOGIN",), words={"bad-credentials": "{argument} [AUTH] denied"}
    )
    lines = ("USER mrose", "PASS hunter two", "AUTH LOGIN", "bXJvc2U=")
    inquiry = asked(server, *lines, before_login=True)
    answers = fold([inquiry])
    assert [each.line for each in answers] == ["USER mrose", "PASS ****", "AUTH LOGIN", "****"]
    assert answers[1].shown("-ERR hunter two denied") == "-ERR **** denied"
    assert answers[1].shown("-ERR hunter twofold") == "-ERR hunter twofold"
