"""Many servers' answers, drawn: a block a line, a table where it fits, and what the RFCs say."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from chairs import mailbox, personality
from desks import DIAL, LOGIN, annotator_prose, sit
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.console.compared import comparison_rows
from simulator.console.comparison import Comparison, compare, is_open
from simulator.console.ink import ink, row_width
from simulator.console.theme import PLAIN, Look, coloured
from simulator.console.visible import visible
from simulator.hosts import Question, load_personalities
from simulator.pop3 import Personality
from simulator.teaching import Annotator, NoteKind

BOX = mailbox([b"Subject: a\r\n\r\nx\r\n", b"Subject: b\r\n\r\ny\r\n"])
MODEL = replace(personality(), name="model")
LENIENT = replace(personality(dele_twice=True), name="lenient")
CURT = replace(personality(hangs_up_on=frozenset({"surplus-argument"})), name="curt")
SGR = re.compile(r"\x1b\[[0-9;]+m")


def voice() -> Annotator:
    return Annotator(annotator_prose())  # type: ignore[arg-type]


def compared(
    *lines: str, servers: tuple[Personality, ...] = (MODEL, LENIENT, CURT), **how: object
) -> Comparison:
    raw = bool(how.pop("raw", False))
    return compare(Question(lines, (BOX,), **how), servers, MODEL, voice(), raw=raw)  # type: ignore[arg-type]


def drawn(comparison: Comparison, columns: int = 80, look: Look = PLAIN) -> list[str]:
    rows = comparison_rows(comparison, min(columns - 1, 92), columns - 1, look)
    return [SGR.sub("", ink(row, look)) for row in rows]


def test_a_block_says_who_does_what() -> None:
    """Plain, 80 columns: the model's group first, in words what differs, and below it the RFC."""
    text = "\n".join(drawn(compared("DELE 1", "DELE 1")))
    assert "3 servers, logged in; each has the maildrop of mrose, 2 messages." in text
    once, twice = text.split("DELE 1 (RFC 1939 §5)\n")[1:]
    assert once.startswith(
        "  +OK, marked 1 (all 3)\n    model, lenient, curt: +OK message 1 deleted\n"
    )
    assert twice.startswith(
        "  -ERR, already deleted (2 of 3)\n    model, curt: -ERR message 1 already"
    )
    assert "  something else: +OK, marked 1 (1 of 3)\n    lenient: +OK message 1 deleted" in twice
    assert "why: You marked message 1" in twice
    assert "breach: lenient: Message 1 was marked already" in twice
    assert "leave open" not in text


def test_where_nobody_breaks_a_rule_the_rfcs_leave_it_open() -> None:
    """A hang-up behind -ERR is something else, and no RFC forbids it."""
    comparison = compared("NOOP 1", servers=(MODEL, CURT))
    assert is_open(comparison, 0)
    assert "the RFCs leave open" in " ".join(" ".join(drawn(comparison)).split())
    assert not is_open(compared("DELE 1", "DELE 1"), 1)
    assert not is_open(compared("NOOP"), 0)


def test_a_table_stands_where_it_fits() -> None:
    """From 110 columns on, coloured: a row a line, a column for the servers that answer alike."""
    lines = drawn(compared("DELE 1", "DELE 1"), 120, coloured())
    head = next(line for line in lines if "lenient" in line)
    assert [each.strip() for each in head.split("│")] == ["", "model, curt", "lenient"]
    rows = [
        [cell.strip() for cell in line.split("│")] for line in lines if line.startswith("DELE 1 │")
    ]
    assert rows[0][1:] == ["+OK message 1 deleted", "+OK message 1 deleted"]
    assert rows[1][1:] == ["-ERR message 1 already deleted", "≠ +OK message 1 deleted"]
    assert "all 3" not in "\n".join(lines)


def test_a_table_that_does_not_fit_becomes_blocks() -> None:
    """Too many columns, a narrow terminal, the plain look: a block for each line."""
    many = tuple(
        replace(MODEL, name=f"s{at}", wording={**MODEL.wording, "noop": f"word {at}"})
        for at in range(6)
    )
    for comparison, columns, look in [
        (compared("NOOP", servers=many), 120, coloured()),
        (compared("NOOP"), 80, coloured()),
        (compared("NOOP"), 120, PLAIN),
    ]:
        assert any("(all " in line for line in drawn(comparison, columns, look))


@pytest.mark.parametrize("columns", [40, 80, 120, 160])
@pytest.mark.parametrize("look", [PLAIN, coloured(), coloured(16, unicode=False)])
def test_nothing_is_wider_than_the_screen(columns: int, look: Look) -> None:
    """Whatever is said, with every server that has a page."""
    question = Question(("CAPA", "DELE 9999999999 1", "RETR 1", "", "UIDL"), (BOX,))
    for raw in (False, True):
        found = compare(question, load_personalities(), MODEL, voice(), raw=raw)
        rows = [*comparison_rows(found, min(columns - 1, 92), columns - 1, look)]
        assert rows
        assert max(map(row_width, rows)) < columns


@given(
    st.lists(st.text(max_size=300).filter(lambda line: "\n" not in line), min_size=1, max_size=4)
)
@example(["\xa0", "NOOP\t", "RETR 1\r"])
@settings(max_examples=40, deadline=None)
def test_any_line_can_be_compared(lines: list[str]) -> None:
    """Nothing that can be typed ends in an error, and nothing is drawn raw."""
    for how in ({}, {"before_login": True}):
        rows = drawn(compared(*lines, **how))
        assert [visible(row) for row in rows] == rows


def test_what_differs_in_a_list_is_said() -> None:
    """CAPA of the first is shown whole; of the others what they have besides, and what they lack."""
    other = replace(personality(capabilities=("RESP-CODES", "X-NEW")), name="other")
    text = "\n".join(drawn(compared("CAPA", servers=(MODEL, other))))
    assert "USER; TOP; UIDL; RESP-CODES; PIPELINING" in text
    assert "has X-NEW\n" in text
    assert "lacks PIPELINING\n" in text


def test_blank_lines_that_differ_are_counted() -> None:
    """Nobody can read a blank line in a list, so it is said in words."""
    other = replace(personality(top="blank-line-more"), name="other")
    text = "\n".join(drawn(compared("TOP 1 1", servers=(MODEL, other))))
    assert "      has a blank line\n" in text


def test_raw_shows_every_octet() -> None:
    """Line ends, the dot that ends a body, and the body itself; equal is equal octet by octet."""
    lines = drawn(compared("RETR 1", servers=(MODEL,), raw=True))
    assert [line.strip() for line in lines[4:10]] == [
        "model:", "+OK 17 octets^M^J", "Subject: a^M^J", "^M^J", "x^M^J", ".^M^J",
    ]  # fmt: skip


def test_what_servers_say_is_never_drawn_raw() -> None:
    """Escape sequences in a line, and in what a server says again, are shown and not obeyed."""
    parrot = replace(
        MODEL, name="parrot", wording={**MODEL.wording, "unknown-command": "what is {keyword}?"}
    )
    for raw in (False, True):
        text = "\n".join(drawn(compared("X\x1b]0;t\x07", servers=(parrot,), raw=raw)))
        assert "\x1b" not in text
        assert "^[]0;t^G" in text


def test_no_secret_is_drawn() -> None:
    """What stands behind PASS is hidden in the line, in the answers and in the notes."""
    parrot = replace(
        MODEL, name="parrot", wording={**MODEL.wording, "wrong-state": "not {argument} here"}
    )
    for raw in (False, True):
        text = "\n".join(drawn(compared("PASS canary-7", servers=(parrot, MODEL), raw=raw)))
        assert "PASS ****" in text
        assert "canary" not in text


def test_what_was_not_said_is_said_so() -> None:
    """Behind a hang-up the other servers go on alone."""
    text = "\n".join(drawn(compared("NOOP 1", "STAT")))
    assert "something else: -ERR, surplus argument, and hangs up (1 of 3)" in text
    assert "  not said: the line was down (1 of 3)\n    curt\n" in text


def test_a_blank_at_the_end_can_be_seen() -> None:
    """The line stands in quotes then; an empty one is named."""
    lines = drawn(compared("NOOP ", ""))
    assert '"NOOP " (RFC 1939 §5)' in lines
    assert "(a blank line)" in lines


def test_delays_and_ways_in_are_said() -> None:
    """A delay is a number of seconds; who wants TLS first is named at the top."""
    slow = replace(
        personality(
            delays={"bad-credentials": 7}, cleartext_login=False, offers=frozenset({"STLS", "CAPA"})
        ),
        name="slow",
    )
    text = "\n".join(drawn(compared("STAT", servers=(MODEL, slow))))
    assert "In behind STLS: slow." in text
    early = compared("STLS", "USER a", "PASS b", servers=(slow,), before_login=True)
    assert "(after 7 s)" in "\n".join(drawn(early))


def test_who_lets_nobody_in_is_named() -> None:
    """It is not among the answers; what it said at the door is."""
    question = Question(("STAT",), (replace(BOX, password="\x7f"),))
    comparison = compare(question, (MODEL,), MODEL, voice())
    assert comparison.answers == ()
    assert "model lets nobody in: -ERR no" in "\n".join(drawn(comparison))


def test_a_command_that_the_model_lacks_is_explained_by_who_has_it() -> None:
    """Else the RFC's word would be that there is no such command."""
    langs = replace(personality(offers=frozenset({"LANG", "CAPA"})), name="langs")
    (verdict,) = compared("LANG", servers=(MODEL, langs)).verdicts
    assert verdict.word is not None
    assert verdict.word.kind is NoteKind.MEANING
    assert verdict.word.cite.startswith("RFC 6856")


def test_the_annotator_is_left_as_it_was() -> None:
    """A desk's own voice can be borrowed in the middle of a session."""
    annotator = voice()
    annotator.begin()
    before = annotator.state()
    compare(Question(("DELE 1",), (BOX,)), (MODEL, LENIENT), MODEL, annotator)
    assert annotator.state() is before


# At the desk


def test_compare_says_the_last_line_from_where_one_is() -> None:
    """A second DELE is a second one at the others too, and the server at hand is among them."""
    done = sit(*LOGIN, "DELE 1", "DELE 1", ":compare greedy, std53")
    text = done.drawn.split("-ERR message 1 already deleted\n")[-1]
    assert "3 servers, logged in; each has the maildrop of mira, 3 messages." in done.drawn
    assert "Said before: DELE 1" in done.drawn
    assert "-ERR, already deleted (all 3)" in done.drawn
    assert "greedy: -ERR no such message" in text


def test_compare_before_the_login() -> None:
    """The line is said behind the greeting, and what came before it too."""
    done = sit(DIAL, "STAT", ":compare greedy")
    assert "2 servers, before the login" in done.drawn
    assert "-ERR, wrong state (all 2)" in done.drawn


def test_compare_has_tls_where_the_session_has_it() -> None:
    """Behind STLS that one said oneself the others are told STLS too; at port 995 all have it."""
    done = sit(
        "openssl s_client -connect mail.example.test:995 -crlf -quiet", "STLS", ":compare guarded"
    )
    assert "2 servers, before the login, with TLS at once" in done.drawn
    assert "-ERR, tls active (all 2)" in done.drawn


def test_compare_says_no_secret_to_others() -> None:
    """PASS is not said elsewhere; nor is a line where none was said."""
    assert "may hold a secret" in sit(*LOGIN, ":compare").drawn
    assert "Nothing was said" in sit(":compare").drawn
    assert "Nothing was said" in sit(DIAL, ":compare").drawn


def test_compare_names_the_nearest_server() -> None:
    """A wrong name: which was meant, and nothing is asked."""
    done = sit(*LOGIN, "NOOP", ":compare gredy")
    assert "did you mean 'greedy'?" in done.drawn
    assert "servers, logged in" not in done.drawn


def test_compare_has_the_mail_as_the_call_began_and_undo_goes_along() -> None:
    """Behind QUIT the removed mail is there again for the others; a line taken back is not said."""
    done = sit(*LOGIN, "DELE 1", "DELE 2", ":undo", "QUIT", ":compare greedy")
    assert "Said before: DELE 1\n" in done.drawn
    assert "+OK, removed 1 (all 2)" in done.drawn
    again = sit(*LOGIN, "DELE 1", "QUIT", *LOGIN, "STAT", ":compare greedy")
    assert "each has the maildrop of mira, 2 messages." in again.drawn
