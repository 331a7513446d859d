"""The table of commands and the table of transitions, without an octet."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.pop3 import COMMANDS, TRANSITIONS, Body, Flaw, State, Status, next_state, parse
from simulator.pop3.answering import ANSWERS
from simulator.pop3.arguments import message_number


def test_the_commands_of_rfc_1939_and_of_each_extension_are_there() -> None:
    """The table holds RFC 1939's commands, those of the IANA registry, and LAST; and no other."""
    minimal = {"USER", "PASS", "QUIT", "STAT", "LIST", "RETR", "DELE", "NOOP", "RSET"}
    registered = {"TOP", "UIDL", "AUTH", "STLS", "UTF8", "LANG"}
    assert set(COMMANDS) == minimal | registered | {"APOP", "CAPA", "LAST"}


def test_every_command_is_answered_in_each_of_its_states_and_in_no_other() -> None:
    """The engine has an answering function for a state and keyword exactly if the table allows it."""
    allowed = {(state, row.keyword) for row in COMMANDS.values() for state in row.states}
    assert set(ANSWERS) == allowed


def test_update_is_entered_by_quit_from_transaction_alone() -> None:
    """RFC 1939 section 6: no other row leads to UPDATE."""
    ways = {(state, keyword) for (state, keyword, _), after in TRANSITIONS.items()
            if after is State.UPDATE}  # fmt: skip
    assert ways == {(State.TRANSACTION, "QUIT")}


@pytest.mark.parametrize("keyword", COMMANDS)
@pytest.mark.parametrize("state", State)
def test_an_error_never_changes_the_state_but_for_quit(state: State, keyword: str) -> None:
    """A -ERR leaves the state alone, save the QUIT that could not remove all (section 6)."""
    if (state, keyword) != (State.TRANSACTION, "QUIT"):
        assert next_state(state, keyword, Status.ERR) is state


@pytest.mark.parametrize("keyword", COMMANDS)
def test_keywords_are_read_in_any_case(keyword: str) -> None:
    """RFC 1939 section 3: keywords are case-insensitive."""
    mixed = "".join(c.lower() if i % 2 else c for i, c in enumerate(keyword))
    assert parse(keyword.lower()).keyword == parse(mixed).keyword == keyword


@pytest.mark.parametrize(
    "line", ["\u017ftat", "STAT\u00a0", "S\u0130ZE", "\uff33\uff34\uff21\uff34", "__class__", ""]
)
def test_look_alikes_are_no_commands(line: str) -> None:
    """What Python would fold to a keyword, POP3 does not: "\u017ftat" is not STAT."""
    assert parse(line).row is None


@pytest.mark.parametrize(
    "text", ["1_0", "+1", "-1", " 1", "1 ", "", "\u0661", "\u00b2", "0x1", "1.0", "9" * 5000]
)
def test_only_ascii_digits_are_a_number(text: str) -> None:
    """`int()` takes "1_0", "+1" and Arabic digits; a message-number is ASCII digits alone."""
    assert message_number(text) is None


def test_leading_zeros_are_digits() -> None:
    """`LIST 02` names message 2, as on every server that was measured but the strictest."""
    assert message_number("02") == 2


@pytest.mark.parametrize(
    ("line", "flaw"),
    [
        ("STAT", None),
        ("STAT ", Flaw.SURPLUS_ARGUMENT),
        ("STAT now", Flaw.SURPLUS_ARGUMENT),
        ("LIST", None),
        ("LIST 1", None),
        ("LIST ", Flaw.MISSING_ARGUMENT),
        ("LIST x", Flaw.BAD_ARGUMENT),
        ("LIST 1 2", Flaw.SURPLUS_ARGUMENT),
        ("LIST  1", Flaw.BAD_ARGUMENT),
        ("RETR", Flaw.MISSING_ARGUMENT),
        ("RETR 1", None),
        ("DELE whqtswO00WBw418f9t5JxYwZ", Flaw.BAD_ARGUMENT),
        ("TOP 1", Flaw.MISSING_ARGUMENT),
        ("TOP 1 0", None),
        ("TOP 1 -1", Flaw.BAD_ARGUMENT),
        ("TOP 1 2 3", Flaw.SURPLUS_ARGUMENT),
        ("USER", Flaw.MISSING_ARGUMENT),
        ("USER ", Flaw.MISSING_ARGUMENT),
        ("USER two words", None),
        ("PASS", Flaw.MISSING_ARGUMENT),
        ("PASS  blue door ", None),
        ("APOP mrose c4c9334bac560ecc979e58001b3e22fb", None),
        ("APOP mrose", Flaw.MISSING_ARGUMENT),
        ("APOP mrose short", Flaw.BAD_ARGUMENT),
        ("CAPA all", Flaw.SURPLUS_ARGUMENT),
        ("QUIT now", Flaw.SURPLUS_ARGUMENT),
        ("AUTH", Flaw.MISSING_ARGUMENT),
        ("AUTH plain", None),
        ("AUTH PLAIN =", None),
        ("AUTH PLAIN AG1yb3NlAHNlY3JldA==", None),
        ("AUTH PLAIN AG1yb3NlAHNlY3JldA", Flaw.BAD_ARGUMENT),
        ("AUTH PLAIN AG1yb3NlAHNlY3JldB==", Flaw.BAD_ARGUMENT),
        ("AUTH PLAIN = =", Flaw.SURPLUS_ARGUMENT),
        ("AUTH PL@IN", Flaw.BAD_ARGUMENT),
        ("STLS now", Flaw.SURPLUS_ARGUMENT),
        ("LANG", None),
        ("LANG *", None),
        ("LANG de-AT", None),
        ("LANG deutschsprachig", Flaw.BAD_ARGUMENT),
        ("LANG en de", Flaw.SURPLUS_ARGUMENT),
    ],
)
def test_arguments_are_held_to_the_row(line: str, flaw: Flaw | None) -> None:
    """Missing, surplus and odd arguments are told apart, by the row alone."""
    assert parse(line).flaw is flaw


def test_a_password_keeps_its_blanks() -> None:
    """RFC 1939 section 7: spaces may be part of PASS's one argument, the first and last too."""
    assert parse("PASS  blue door ").arguments == (" blue door ",)


def test_whether_a_body_follows_is_a_fact_of_the_line() -> None:
    """LIST and UIDL are multi-line without a message-number; RETR, TOP and CAPA always."""
    assert [parse(line).expects_body for line in ("LIST", "LIST 1", "UIDL", "UIDL 2", "STAT")] == [
        True, False, True, False, False,
    ]  # fmt: skip
    always = {row.keyword for row in COMMANDS.values() if row.body is Body.ALWAYS}
    assert always == {"RETR", "TOP", "CAPA"}


def test_usage_is_written_as_the_rfc_writes_it() -> None:
    """Optional arguments stand in brackets."""
    assert COMMANDS["LIST"].usage == "LIST [msg]"
    assert COMMANDS["TOP"].usage == "TOP msg n"
    assert COMMANDS["STAT"].usage == "STAT"
    assert COMMANDS["AUTH"].usage == "AUTH mechanism [initial-response]"
    assert COMMANDS["LANG"].usage == "LANG [language]"


@given(st.text())
def test_any_text_is_parsed(line: str) -> None:
    """The parser has an answer to every line."""
    command = parse(line)
    assert command.row is None or command.keyword in COMMANDS


@given(st.sampled_from(sorted(COMMANDS)), st.text(alphabet=string.printable, max_size=20))
def test_a_keyword_and_a_blank_are_that_command(keyword: str, rest: str) -> None:
    """Whatever stands behind the blank, the keyword is the keyword."""
    assert parse(f"{keyword.lower()} {rest}").keyword == keyword
