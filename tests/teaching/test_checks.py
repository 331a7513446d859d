"""What the predicates of a lesson mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.mailroom import Item, Snapshot
from simulator.pages import build, parse_page
from simulator.pop3 import (
    Effect,
    Effects,
    End,
    Ending,
    Exchange,
    Reason,
    Reply,
    State,
    parse,
)
from simulator.teaching.checks import Event, Moment, event, holds
from simulator.teaching.predicates import Check

NUMBERS = {"bulbs": 1, "prize": 2, "invoice": 3}


def exchange(
    line: str, reply: str = "+OK", *effects: Effects, reason: Reason | None = None
) -> Exchange:
    return Exchange(line, parse(line), Reply(reply), State.TRANSACTION, State.TRANSACTION, effects,
                    reason, "mira")  # fmt: skip


def check(text: str) -> Check:
    return build(parse_page(text.encode(), "check.yaml"), Check)


def said(*exchanges: Exchange, snapshot: Snapshot | None = None) -> Moment:
    log = tuple(event(each, NUMBERS) for each in exchanges)
    return Moment(log, 0, max(0, len(log) - 1), snapshot, "mira")


def maildrop(*marked: str, gone: str = "") -> Snapshot:
    items = tuple(
        Item(label, number, 100, f"uid-{number}", "", label in marked, label != gone)
        for label, number in NUMBERS.items()
    )
    return Snapshot("mira", True, items, True)


MARKED = exchange("dele 2", "+OK", Effects(Effect.MARKED, (2,)))
REFUSED = exchange("DELE 9", "-ERR [IN-USE] no", reason=Reason.NO_SUCH_MESSAGE)


@pytest.mark.parametrize(
    "text",
    [
        "did: {verb: dele}",
        "did: {verb: [RETR, Dele]}",
        "did: {verb: DELE, ok: true, marks: prize}",
        "did: {marks: [bulbs, prize]}",
        "did: {marks: any}",
        "did: {args: [{label: prize}]}",
        "did: {args: [any]}",
        "did: {args: ['2']}",
        "did: {line: '(?i)^DELE'}",
        "did: {from: TRANSACTION, user: mira}",
        "did: {ok: false, reason: [in-use, no-such-message], code: in-use}",
        "did: {text: 'no$'}",
        "order: [{verb: DELE, ok: true}, {verb: DELE, ok: false}]",
        "times: {of: {verb: DELE}, min: 2, max: 2}",
        "last: {verb: DELE, ok: false}",
        "never: {verb: RETR}",
        "not: {did: {verb: RETR}}",
        "any: [{did: {verb: RETR}}, {did: {verb: DELE}}]",
        "state: TRANSACTION",
        "{did: {ok: false}, scope: move}",
    ],
)
def test_what_holds_after_a_mark_and_a_refusal(text: str) -> None:
    """Each of these is true of `dele 2` +OK followed by `DELE 9` -ERR."""
    assert holds(check(text), said(MARKED, REFUSED))


@pytest.mark.parametrize(
    "text",
    [
        "did: {verb: RETR}",
        "did: {marks: invoice}",
        "did: {marks: none}",
        "did: {verb: DELE, ok: true, reason: in-use}",
        "did: {args: [any, any]}",
        "did: {args: [{label: nobody}]}",
        "order: [{ok: false}, {ok: true}]",
        "times: {of: {verb: DELE}, max: 1}",
        "last: {ok: true}",
        "never: {verb: DELE}",
        "all: [{did: {verb: DELE}}, {did: {verb: RETR}}]",
        "attempts: {min: 1}",
        "ended: {}",
        "maildrop: {count: 3}",
        "{did: {ok: true}, scope: move}",
    ],
)
def test_what_does_not_hold_after_them(text: str) -> None:
    """None of these is true of the same two exchanges, with no maildrop seen."""
    assert not holds(check(text), said(MARKED, REFUSED))


@pytest.mark.parametrize(
    ("text", "holding"),
    [
        ("maildrop: {marked: [prize]}", True),
        ("maildrop: {marked: []}", False),
        ("maildrop: {marked: [prize, bulbs]}", False),
        ("maildrop: {present: [prize, invoice], gone: [bulbs], count: 2}", True),
        ("maildrop: {gone: [prize]}", False),
        ("maildrop: {unmarked: [invoice, bulbs]}", True),
        ("maildrop: {unmarked: [prize]}", False),
        ("maildrop: {count: 2, user: omar}", False),
    ],
)
def test_the_maildrop_on_disk_beside_the_marks(text: str, holding: bool) -> None:
    """`marked` is exact, the others ask for each; another user's maildrop proves nothing."""
    assert holds(check(text), said(MARKED, snapshot=maildrop("prize", gone="bulbs"))) is holding


@pytest.mark.parametrize(
    ("text", "holding"),
    [
        ("ended: {}", True),
        ("ended: {by: quit, from: TRANSACTION, removed: prize, forgotten: none}", True),
        ("ended: {removed: [prize, bulbs]}", False),
        ("ended: {removed: any}", True),
        ("ended: {removed: none}", False),
        ("ended: {by: drop}", False),
        ("ended: {forgotten: any}", False),
        ("state: CLOSED", True),
    ],
)
def test_the_end_of_a_session(text: str, holding: bool) -> None:
    """`removed` and `forgotten` name exactly what went, or any, or none."""
    end = End(Ending.QUIT, State.TRANSACTION, "mira", (2,), ())
    moment = Moment((Event(None, end, NUMBERS),))
    assert holds(check(text), moment) is holding


def test_a_label_is_the_number_of_its_own_session() -> None:
    """After a second login the same label has another number, and old events keep theirs."""
    later = Event(exchange("DELE 1", "+OK", Effects(Effect.MARKED, (1,))), None, {"invoice": 1})
    log = (event(MARKED, NUMBERS), later)
    assert holds(check("did: {marks: invoice}"), Moment(log))
    assert holds(check("did: {marks: prize}"), Moment(log))
    assert not holds(check("did: {marks: bulbs}"), Moment(log))


def test_the_body_of_a_reply_is_let_go_but_its_size_is_known() -> None:
    """A log keeps octets and lines of a RETR, not the mail."""
    reply = Reply("+OK", b"Subject: x\r\n\r\n..dot\r\n")
    kept = event(Exchange("RETR 1", parse("RETR 1"), reply, State.TRANSACTION,
                          State.TRANSACTION), NUMBERS)  # fmt: skip
    assert kept.exchange is not None
    assert kept.exchange.reply.body is None
    assert holds(check("did: {octets: {min: 20, max: 20}, lines: {max: 3}}"), Moment((kept,)))


def test_an_event_does_not_show_its_line() -> None:
    """A PASS line holds a secret, and a repr may end up anywhere."""
    assert "kettle42" not in repr(event(exchange("PASS kettle42"), NUMBERS))


lines = st.sampled_from(["stat", "DELE 2", "dele 1", "NOOP", "PASS x", "xyzzy", ""])
texts = st.sampled_from(
    [
        "did: {verb: DELE}", "never: {verb: NOOP}", "times: {of: {ok: true}, min: 2}",
        "order: [{verb: STAT}, {verb: NOOP}]", "last: {verb: STAT}", "attempts: {min: 1}",
        "any: [{not: {state: CLOSED}}, {maildrop: {count: 3}}]",
    ]
)  # fmt: skip


@given(texts, st.lists(lines, max_size=6))
def test_predicates_are_pure(text: str, typed: list[str]) -> None:
    """The same log gives the same answer, however often it is asked."""
    predicate, moment = check(text), said(*map(exchange, typed), snapshot=maildrop())
    assert holds(predicate, moment) is holds(predicate, moment)


@given(st.lists(lines, max_size=5), st.lists(lines, max_size=5))
def test_what_happened_stays_happened(before: list[str], after: list[str]) -> None:
    """`did` and `order` cannot be undone by a detour, nor hindered by letter case."""
    for text in ("did: {verb: DELE}", "order: [{verb: STAT}, {verb: DELE}]"):
        predicate = check(text)
        if holds(predicate, said(*map(exchange, before))):
            assert holds(predicate, said(*map(exchange, [*before, *after])))
        upper, lower = [[getattr(line, case)() for line in before] for case in ("upper", "lower")]
        assert holds(predicate, said(*map(exchange, upper))) is holds(
            predicate, said(*map(exchange, lower))
        )
