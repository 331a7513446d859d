"""The annotator: what it remembers and can take back, and what holds whatever is typed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from chairs import EXTENDED, Chairs, letters, personality
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.mailroom import Accounts
from simulator.pop3 import COMMANDS
from simulator.teaching.annotator import Annotator, load_margin
from simulator.teaching.remarks import Margin, Note

PROSE = load_margin(Path(__file__).parents[2] / "lessons" / "margin")
LOGIN = ["USER mrose", "PASS secret"]


def played(*lines: str) -> tuple[Annotator, Chairs, list[tuple[Note, ...]]]:
    """A dialogue, and the notes on each of its Exchanges, the greeting's first."""
    chairs = Chairs(Accounts([letters()]), personality(**EXTENDED))
    chairs.say(*lines)
    annotator = Annotator(PROSE)
    return annotator, chairs, [annotator.observe(exchange) for exchange in chairs.seen]


def test_why_explains_each_capability() -> None:
    """`why` after CAPA has a note for each line, known tag or not."""
    annotator, chairs, _ = played("CAPA")
    lines = [row.decode() for row in chairs.seen[-1].reply.lines]
    texts = [note.text for note in annotator.why(chairs.seen[-1])]
    assert [any(text.startswith(f"`{line}`: ") for text in texts) for line in lines] == [True] * 10
    assert any(text.startswith("`CRAM-MD5`: ") for text in texts), "SASL's mechanisms have notes"


def test_brief_is_one_line_and_off_is_silent_but_remembers() -> None:
    """The margin's degree changes what is said, never what is known."""
    chairs = Chairs(Accounts([letters()]))
    chairs.say(*LOGIN, "UIDL", "DELE uid-2")
    annotator = Annotator(PROSE)
    *silent, last = chairs.seen
    assert all(annotator.observe(exchange, Margin.OFF) == () for exchange in silent)
    (note,) = annotator.observe(last, Margin.BRIEF)
    assert note.text == "That is a unique-id. Its number in this session is 2."


def test_state_and_restore_take_a_line_back() -> None:
    """After `restore` the annotator speaks as if the line had never been observed."""
    annotator, chairs, _ = played(*LOGIN, "DELE 1")
    kept = annotator.state()
    chairs.say("RSET", "DELE 1")
    rset, dele = chairs.seen[-2:]
    assert annotator.observe(rset)[0].text.startswith("The mark is taken back")
    annotator.observe(dele)
    annotator.restore(kept)
    assert annotator.state() == kept
    assert annotator.observe(rset)[0].text.startswith("The mark is taken back")


def test_a_new_call_forgets_the_old_one() -> None:
    """`begin`, and a greeting by itself, leave nothing of the session before."""
    annotator, chairs, _ = played(*LOGIN, "UIDL", "DELE 1")
    annotator.begin()
    assert annotator.state() == Annotator(PROSE).state()
    annotator.observe(chairs.seen[0])
    greeted = annotator.state().now
    for exchange in (*chairs.seen[1:], chairs.seen[0]):
        annotator.observe(exchange)
    assert annotator.state().now == greeted


def test_tls_is_remembered_from_the_greeting_or_from_stls_on() -> None:
    """What was heard in the clear before STLS is void; the next call is as secure as its greeting."""
    annotator, chairs, notes = played("CAPA", "STLS")
    assert "TLS stood before it" not in notes[0][0].text
    assert annotator.state().now.secure
    assert annotator.state().now.offer is not None
    assert annotator.state().now.offered is None, "what was heard in the clear is void"
    (greeting,) = Chairs(Accounts([letters()]), secure=True).seen
    assert "TLS stood before it" in annotator.observe(greeting)[0].text
    assert annotator.state().now.secure
    assert "TLS stood before it" not in annotator.observe(chairs.seen[0])[0].text
    assert not annotator.state().now.secure


def test_hidden_secrets_are_explained_too() -> None:
    """The public form of an Exchange, as boards have it, gets its notes like any other."""
    chairs = Chairs(Accounts([letters()]))
    chairs.say(*LOGIN, "QUIT")
    annotator = Annotator(PROSE)
    notes = [annotator.observe(exchange.public()) for exchange in chairs.seen]
    assert "numbers, 1 to 3" in notes[2][0].text


_WORDS = st.sampled_from([*COMMANDS, "stat", "Retr", "HELO", "a1", "xx", "", "\u00e9", "`${word}`"])
_REST = st.sampled_from(
    ["", " ", " 1", " 2", " 3", " 0", "  1", " 1 2", " 1 0", " uid-1", " mrose", " secret",
     " PLAIN", " LOGIN", " CRAM-MD5", " XOAUTH2 dXNlcj1h", " PLAIN AG1yb3NlAHNlY3JldA==", " de", " *",
     " ${x} `b` **c**", " \x1b[A", " 99999999999", " -1", " mrose " + "0" * 32]
)  # fmt: skip
_ANSWERS = ["", "*", "=", "bXJvc2U=", "c2VjcmV0", "AG1yb3NlAHNlY3JldA==", "AQ==", "eAB5AHo=", "?"]
_LINES = st.lists(
    st.builds(str.__add__, _WORDS, _REST) | st.sampled_from([*LOGIN, *_ANSWERS, "AUTH LOGIN"]),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(_LINES, st.booleans(), st.booleans(), st.sampled_from([Margin.FULL, Margin.BRIEF]))
def test_any_dialogue_is_explained_and_keeps_the_measure(
    lines: list[str], logged_in: bool, extended: bool, margin: Margin
) -> None:
    """No note is missing, unfilled or too long, whatever is typed; both chairs get the same notes."""
    manner = personality(**(EXTENDED if extended else {}))
    chairs = Chairs(Accounts([letters()]), manner)
    chairs.say(*(LOGIN if logged_in else ()), *lines)
    chairs.drop()
    assert chairs.client.end is not None
    annotator, other = Annotator(PROSE), Annotator(PROSE)
    for exchange in chairs.seen:
        notes = annotator.observe(exchange, margin)
        hold(notes, 210 if margin is Margin.FULL else 90)
        hold(annotator.why(exchange), 2000)
    for exchange in chairs.made:
        other.observe(exchange)
    assert other.state().now == annotator.state().now
    hold(annotator.observe_end(chairs.client.end, margin), 210)
    hold(annotator.why(chairs.client.end), 2000)


def hold(notes: Iterable[Note], most: int) -> None:
    """Assert that there are notes, filled in, in one paragraph, and of a fair length."""
    notes = list(notes)
    assert notes
    for note in notes:
        assert 0 < len(note.text) <= most
        assert "${" not in note.text
        assert note.text.isprintable()


@given(st.sampled_from(["PASS", "APOP mrose", "AUTH PLAIN", "LOGIN mira"]), st.booleans())
def test_no_note_quotes_a_secret(command: str, named: bool) -> None:
    """What stands behind PASS, APOP, AUTH or LOGIN never comes back in a note."""
    lines = [*(["USER mrose"] if named else []), f"{command} zq7xk9w"]
    annotator, chairs, notes = played(*lines)
    texts = [note.text for note in (*notes[-1], *annotator.why(chairs.seen[-1]))]
    assert not any("zq7xk9w" in text for text in texts)
