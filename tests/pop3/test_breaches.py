"""Each rule is broken by a minimal dialogue, and kept by its sound twin; ours keeps them all."""

from __future__ import annotations

from base64 import b64encode

import pytest
from chairs import EXTENDED, Chairs, letters, mailbox, personality
from dialling import BY_NAME, MAIL
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.mailroom import Accounts
from simulator.pop3 import (
    Breach,
    Exchange,
    Force,
    Pop3Client,
    Rule,
    Shown,
    examine,
)

LOGIN = [("USER mrose", "+OK"), ("PASS secret", "+OK")]
CAPA = ("CAPA", "+OK\nTOP\nUIDL\n.")
LISTED = ("LIST", "+OK\n1 120\n2 200\n.")
NAMED = ("UIDL", "+OK\n1 aa\n2 bb\n.")
LETTER = "Subject: x\n\none\ntwo\nthree\n."


def heard(*dialogue: tuple[str | None, str], hello: str = "+OK ready") -> list[Exchange]:
    r"""What a client makes of these lines and replies; \n stands for CR LF, \l for LF alone."""
    client = Pop3Client()
    for line, reply in ((None, hello), *dialogue):
        if line is not None:
            client.send(line)
        octets = reply.encode("utf-8", "surrogateescape").replace(b"\n", b"\r\n")
        client.receive_data(octets.replace(b"\\l", b"\n") + b"\r\n")
    return client.exchanges()


def found(exchanges: list[Exchange]) -> list[tuple[Breach, ...]]:
    """The breaches of each, in the light of those before it."""
    shown, breaches = Shown(), []
    for exchange in exchanges:
        broken, shown = examine(exchange, shown)
        breaches.append(broken)
    return breaches


R = Rule
#: Rule, what came before, the line, the reply that breaks the rule, and one that does not.
CASES: list[tuple[Breach, list[tuple[str | None, str]], str | None, str, str]] = [
    (Breach(R.NO_INDICATOR), [], "NOOP", "220 ready", "-ERR"),
    (Breach(R.NO_INDICATOR), [], "USER a", "OK", "+OK"),
    (Breach(R.INDICATOR_CASE), [], "USER a", "+ok", "+OK"),
    (Breach(R.INDICATOR_CASE), [], "USER a", "-Err no", "-ERR no"),
    (Breach(R.INDICATOR_GLUED), [], "USER a", "+OKay", "+OK ay"),
    (Breach(R.INDICATOR_GLUED), [], "USER a", "-ERR:no", "-ERR :no"),
    (Breach(R.CHALLENGE_OUTSIDE), [], "USER a", "+ ", "+OK"),
    (Breach(R.UNASKED), [], None, "+OK", ""),
    (Breach(R.FAREWELL), [], None, "-ERR idle too long", ""),
    (Breach(R.WRONG_STATE), [], "STAT", "+OK 0 0", "-ERR"),
    (Breach(R.WRONG_STATE), LOGIN, "USER mrose", "+OK", "-ERR"),
    (Breach(R.WRONG_STATE), [], "RETR 1", "+OK\n.", "-ERR"),
    (Breach(R.MARKED_ACCEPTED, at=1), [*LOGIN, ("DELE 1", "+OK")], "RETR 1", "+OK\n.", "-ERR"),
    (Breach(R.MARKED_ACCEPTED, at=1), [*LOGIN, ("DELE 1", "+OK")], "LIST 1", "+OK 1 9", "-ERR"),
    (Breach(R.MARKED_TWICE, at=1), [*LOGIN, ("DELE 1", "+OK")], "DELE 1", "+OK", "-ERR"),
    (Breach(R.FLAW_ACCEPTED), LOGIN, "NOOP now", "+OK", "-ERR"),
    (Breach(R.FLAW_ACCEPTED), LOGIN, "DELE 1x", "+OK", "-ERR"),
    (Breach(R.FLAW_ACCEPTED), [], "AUTH CRAM-MD5 AAAA", "+ AAAA", "-ERR"),
    (Breach(R.RESPONSE_ACCEPTED), [("AUTH PLAIN", "+ ")], "?", "+OK", "-ERR"),
    (Breach(R.CANCEL_IGNORED), [("AUTH LOGIN", "+ ")], "*", "+ AAAA", "-ERR"),
    (Breach(R.REFUSED), LOGIN, "STAT", "-ERR not today", "-ERR [SYS/TEMP] later"),
    (Breach(R.REFUSED), LOGIN, "NOOP", "-ERR", "+OK"),
    (Breach(R.REFUSED), LOGIN, "RSET", "-ERR", "+OK"),
    (Breach(R.REFUSED), LOGIN, "LIST", "-ERR", "+OK\n."),
    (Breach(R.REFUSED), [], "QUIT", "-ERR", "+OK"),
    (Breach(R.DROP_LISTING), LOGIN, "STAT", "+OK two messages", "+OK 2 320"),
    (Breach(R.DROP_LISTING), LOGIN, "STAT", "+OK 2 0x20", "+OK 2 20"),
    (Breach(R.DROP_LISTING), LOGIN, "STAT", "+OK  2 320", "+OK 2 320"),
    (Breach(R.SCAN_LISTING, 1, 1), LOGIN, "LIST 1", "+OK 120", "+OK 1 120"),
    (Breach(R.SCAN_LISTING, 2, 2), LOGIN, "LIST", "+OK\n1 9\n2\n0 7\n.", "+OK\n1 9\n2 7\n."),
    (Breach(R.UNIQUE_ID_LISTING, 1, 1), LOGIN, "UIDL 1", "+OK u1", "+OK 1 u1"),
    (Breach(R.UNIQUE_ID_LISTING, 2, 1), LOGIN, "UIDL", "+OK\n1 a\n2 \n.", "+OK\n1 a\n2 b\n."),
    (Breach(R.OTHER_NUMBER, None, 1, 2), LOGIN, "LIST 2", "+OK 1 120", "+OK 2 120"),
    (Breach(R.OTHER_NUMBER, None, 1, 2), LOGIN, "UIDL 2", "+OK 1 a", "+OK 2 a"),
    (Breach(R.LISTED_TWICE, 1), LOGIN, "LIST", "+OK\n1 9\n1 9\n.", "+OK\n1 9\n2 9\n."),
    (Breach(R.LISTED_TWICE, 1), LOGIN, "UIDL", "+OK\n1 a\n2 b\n1 c\n.", "+OK\n1 a\n2 b\n3 c\n."),
    (Breach(R.MARKED_LISTED, 2, 1), [*LOGIN, ("DELE 2", "+OK")], "LIST", LISTED[1], "+OK\n1 9\n."),
    (Breach(R.MARKED_LISTED, 2, 1), [*LOGIN, ("DELE 2", "+OK")], "UIDL", NAMED[1], "+OK\n1 aa\n."),
    (
        Breach(R.COUNT_DIFFERS, None, 1, 2), [*LOGIN, ("STAT", "+OK 2 320")],
        "LIST", "+OK\n1 320\n.", LISTED[1],
    ),
    (
        Breach(R.COUNT_DIFFERS, None, 2, 1), [*LOGIN, LISTED, ("DELE 1", "+OK")],
        "STAT", "+OK 2 320", "+OK 1 200",
    ),
    (
        Breach(R.COUNT_DIFFERS, None, 3, 2), [*LOGIN, ("DELE 1", "+OK"), ("UIDL", "+OK\n2 b\n."),
        ("RSET", "+OK")], "UIDL", "+OK\n1 a\n2 b\n3 c\n.", "+OK\n1 a\n2 b\n.",
    ),
    (Breach(R.SIZE_CHANGED, 2, 99, 200), [*LOGIN, LISTED], "LIST 2", "+OK 2 99", "+OK 2 200"),
    (Breach(R.UNIQUE_ID_CHANGED, 2), [*LOGIN, NAMED], "UIDL", "+OK\n1 aa\n2 c\n.", NAMED[1]),
    (Breach(R.UNIQUE_ID_SHARED, 1, 2), [*LOGIN, LISTED], "UIDL", "+OK\n1 a\n2 a\n.", NAMED[1]),
    (
        Breach(R.UNIQUE_ID_SHARED, 1, 2), [*LOGIN, LISTED, ("UIDL 1", "+OK 1 a")],
        "UIDL 2", "+OK 2 a", "+OK 2 b",
    ),
    (Breach(R.UNIQUE_ID_LONG, 1, 71), LOGIN, "UIDL 1", f"+OK 1 {71 * 'a'}", f"+OK 1 {70 * 'a'}"),
    (Breach(R.UNIQUE_ID_OCTETS, 1), LOGIN, "UIDL 1", "+OK 1 a b", "+OK 1 a-b"),
    (Breach(R.UNIQUE_ID_OCTETS, 2), LOGIN, "UIDL", "+OK\n1 a\n2 \xe9\n.", "+OK\n1 a\n2 b\n."),
    (Breach(R.LF_LINES, None, 2), LOGIN, "LIST", "+OK\n1 9\\l2 9\\l.", "+OK\n1 9\n2 9\n."),
    (Breach(R.TOP_TOO_LONG, None, 3, 2), LOGIN, "TOP 1 2", f"+OK\n{LETTER}", "+OK\nA: b\n\na\nb\n."),
    (Breach(R.TOP_TOO_LONG, None, 1, 0), LOGIN, "TOP 1 0", "+OK\n\na\n.", "+OK\n\n."),
    (Breach(R.LONG_LINE, None, 513), [], "USER a", "+OK " + 507 * "x", "+OK " + 506 * "x"),
    (Breach(R.CONTROL, None, 2), [], "USER a", "+OK a\x1b[1m\x07", "+OK a[1m"),
    (Breach(R.NOT_ASCII, None, 2), [], "USER a", "+OK \xe9", "+OK e"),
    (Breach(R.CHALLENGE_GARBLED), [], "AUTH LOGIN", "+ Username:", "+ VXNlcm5hbWU6"),
    (Breach(R.CHALLENGE_UNSPACED), [], "AUTH PLAIN", "+", "+ "),
    (Breach(R.CAPABILITY_LONG, 2, 513), [], "CAPA", f"+OK\nTOP\nX {509 * 'x'}\n.",
     f"+OK\nTOP\nX {508 * 'x'}\n."),
    (Breach(R.CAPABILITY_FORM, 2), [], "CAPA", "+OK\nTOP\n\nUIDL\n.", "+OK\nTOP\nX-OWN ++\n."),
    (
        Breach(R.CAPABILITY_WITHDRAWN, None, 1, word="UIDL"), [CAPA, *LOGIN],
        "CAPA", "+OK\nTOP\n.", "+OK\nuidl\nTop\nIMPLEMENTATION x\n.",
    ),
    (Breach(R.CODE_UNANNOUNCED, word="IN-USE"), [CAPA], "USER a", "-ERR [IN-USE] a", "-ERR in use"),
    (Breach(R.AUGMENTED), LOGIN, "STAT", "+OK 2 320 octets", "+OK 2 320"),
    (Breach(R.AUGMENTED, 1), LOGIN, "LIST", "+OK\n1 9 new\n.", "+OK\n1 9\n."),
    (Breach(R.SENT_SIZE, 1, 31, 120), [*LOGIN, LISTED], "RETR 1", f"+OK\n{LETTER}",
     "+OK\n" + 118 * "x" + "\n."),
    (Breach(R.TOTALS_DIFFER, None, 9, 320), [*LOGIN, LISTED], "STAT", "+OK 2 9", "+OK 2 320"),
    (Breach(R.UNORDERED, 1), LOGIN, "LIST", "+OK\n2 9\n1 9\n.", "+OK\n1 9\n2 9\n."),
    (Breach(R.TAG_TWICE, word="SASL"), [], "CAPA", "+OK\nSASL A\nSASL B\n.", "+OK\nSASL A B\n."),
    (Breach(R.NUL, None, 1), LOGIN, "RETR 1", "+OK\na\0b\n.", "+OK\nab\n."),
    (Breach(R.BARE_LF, None, 1), LOGIN, "RETR 1", "+OK\na\\lb\n.", "+OK\na\nb\n."),
    (Breach(R.BARE_CR, None, 1), LOGIN, "RETR 1", "+OK\na\rb\n.", "+OK\na\nb\n."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("breach", "before", "line", "broken", "sound"),
    CASES, ids=[f"{case[0].rule.word}-{at}" for at, case in enumerate(CASES)],
)  # fmt: skip
def test_each_rule_is_seen_where_it_is_broken(
    breach: Breach, before: list[tuple[str | None, str]], line: str | None, broken: str, sound: str
) -> None:
    """The breach alone is found, with its values, and nothing before it; nothing in the twin."""
    *earlier, last = found(heard(*before, (line, broken)))
    assert not any(earlier)
    assert last == (breach,)
    assert breach.rule.gives - {"keyword", "before"} == {
        name for name in ("at", "came", "due") if getattr(breach, name) is not None
    } or breach.rule in {R.MARKED_TWICE, R.AUGMENTED}
    if line is not None:
        assert not any(found(heard(*before, (line, sound))))


def test_each_rule_has_a_case() -> None:
    """No rule stands in the table that nothing could break, or that nobody has tried."""
    assert {case[0].rule for case in CASES} | {Rule.GREETING_REFUSED} == set(Rule)


def test_a_greeting_is_positive() -> None:
    """RFC 1939 section 4 has "any positive response", and RFC 2449 section 3 +OK alone."""
    assert found(heard(hello="-ERR too many sessions")) == [(Breach(Rule.GREETING_REFUSED),)]
    assert found(heard(hello="220 ready")) == [(Breach(Rule.NO_INDICATOR),)]


def test_the_gravest_comes_first() -> None:
    """Breaches of one reply stand in the order of the table, each rule once."""
    broken = "+OK \x07\n1 9\n3 9\n2 9\n2 9\nx\n."
    last = found(heard(*LOGIN, ("STAT", "+OK 7 9"), ("LIST", broken)))[-1]
    assert [breach.rule for breach in last] == [
        Rule.SCAN_LISTING, Rule.LISTED_TWICE, Rule.CONTROL, Rule.UNORDERED,
    ]  # fmt: skip


def test_after_a_reply_without_indicator_only_forms_are_judged() -> None:
    """Whether the login was done nobody knows, so a +OK to STAT is no breach; a "+ok" still is."""
    later = found(
        heard(("USER a", "+ok"), ("PASS b", "+ok"), ("STAT", "+OK 2 320"), ("NOOP", "-err"))
    )
    assert [[breach.rule for breach in broken] for broken in later[1:]] == [
        [Rule.INDICATOR_CASE], [Rule.INDICATOR_CASE], [], [Rule.INDICATOR_CASE],
    ]  # fmt: skip


def test_identical_copies_may_share_a_unique_id() -> None:
    """RFC 1939 section 7 allows it, and without LIST nobody can say that they are none."""
    twins = ("UIDL", "+OK\n1 a\n2 a\n.")
    assert not any(found(heard(*LOGIN, twins)))
    assert not any(found(heard(*LOGIN, ("LIST", "+OK\n1 9\n2 9\n."), twins)))


def test_what_was_shown_is_void_where_the_rfc_says_so() -> None:
    """A new greeting forgets the session; a DELE the sums; STLS the capabilities (RFC 2595 §4)."""
    session = heard(
        CAPA, *LOGIN, LISTED, ("STAT", "+OK 2 320"), ("DELE 1", "+OK"), ("STAT", "+OK 1 7")
    )
    assert not any(found(session))
    code = heard(CAPA, ("USER a", "-ERR [AUTH] no"))
    assert not any(found([*heard(CAPA), *code[:1], code[-1]]))
    client = Pop3Client()
    client.send("CAPA")
    client.receive_data(b"+OK\r\n+OK\r\nTOP\r\n.\r\n")
    client.send("STLS")
    client.receive_data(b"+OK\r\n")
    client.tls_started()
    client.send("USER a")
    client.receive_data(b"-ERR [AUTH] no\r\n")
    assert not any(found(client.exchanges()))


def test_texts_may_be_utf8_from_utf8_or_lang_on() -> None:
    """RFC 6856 section 3.2: "starting with the response to the LANG command"."""
    assert not any(found(heard(("LANG de", "+OK de gew\xe4hlt"), ("USER a", "+OK sch\xf6n"))))
    assert not any(found(heard(("UTF8", "+OK \xfc"), ("USER a", "-ERR \xfc"))))
    assert found(heard(("LANG de", "-ERR \xfc")))[-1] == (Breach(Rule.NOT_ASCII, came=2),)


def test_a_line_that_was_wrong_excuses_its_refusal() -> None:
    """-ERR to NOOP is a breach only where the line itself was sound and in its state."""
    assert not any(found(heard(("NOOP", "-ERR"), *LOGIN, ("NOOP x", "-ERR"), ("NO\tOP", "-ERR"))))


def test_what_is_remembered_is_bounded() -> None:
    """Of a listing with a million rows 20,000 are kept; of a CAPA with a thousand lines none."""
    many = "".join(f"{n} 1\n" for n in range(1, 30_001))
    shown = Shown()
    for exchange in heard(*LOGIN, ("LIST", f"+OK\n{many}."), ("UIDL", f"+OK\n{many}.")):
        broken, shown = examine(exchange, shown)
        assert broken == ()
    assert shown.total == 30_000
    assert (len(shown.sizes), len(shown.unique_ids)) == (20_000, 20_000)
    (*_, capa) = heard(("CAPA", "+OK\n" + "".join(f"X{n}\n" for n in range(999)) + "."))
    assert examine(capa, Shown())[1].tags is None


EXEMPLARY = [
    BY_NAME[MAIL].personality, BY_NAME["post.leuchtfeuer.example"].personality,
    personality(), personality(**EXTENDED), personality(**EXTENDED),
    personality(**{**EXTENDED, "cleartext_login": False, "bare_auth": False}),
    personality(**{**EXTENDED, "login_delay": 60, "expire": "0", "utf8_user": False}),
]  # fmt: skip
_MAIL = st.lists(
    st.one_of(
        st.just(b"Subject: x\r\n\r\n.\r\n..\r\nword\r\n"),
        st.just(b"Subject: \xc3\xa9\r\n\r\n\xff\r\n"),
        st.text(st.sampled_from("ab.\n :"), max_size=60).map(
            lambda text: f"{text}\n".replace("\n", "\r\n").encode()
        ),
    ), max_size=4,
)  # fmt: skip
_INSIDE = st.sampled_from([
    *(f"{verb} {n}" for verb in ("LIST", "UIDL", "RETR", "DELE", "TOP 1") for n in range(4)),
    "LIST", "LIST", "UIDL", "STAT", "STAT", "RSET", "NOOP", "CAPA", "LANG de", "QUIT",
])  # fmt: skip
_PROOF = b64encode(b"\0mrose\0secret").decode()
_AUTH = st.sampled_from([
    ["AUTH PLAIN", _PROOF], [f"AUTH PLAIN {_PROOF}"], ["AUTH PLAIN", "*"], ["AUTH PLAIN =", "?"],
    ["AUTH LOGIN", b64encode(b"mrose").decode(), b64encode(b"secret").decode()],
    ["AUTH CRAM-MD5", "AAAA"], ["AUTH CRAM-MD5 AAAA"], ["AUTH XOAUTH2 AAAA", ""], ["AUTH"],
    ["AUTH SCRAM-SHA-256", "biwsbj11LHI9YQ==", ""], ["AUTH NONE", "QUIT"],
])  # fmt: skip
_AROUND = st.sampled_from([
    "CAPA", "UTF8", "LANG", "LANG de", "LANG fr", "LANG *", "LANG xx", "STLS", "QUIT x", "", " ",
    "USER mrose", "PASS secret", "USER r\xf8se", "PASS s\xe9cret", "APOP mrose " + "0" * 32, "HELO x",
    "LAST", "LIST 1x", "LIST 01", "DELE", "TOP 1", "TOP 1 -1", "RETR 9999999999999", "NO\tOP",
    "NOOP " + "x" * 250, "USER r\udcff", "stat", "Capa",
])  # fmt: skip
_LINES = st.one_of(_INSIDE, _AROUND, st.text(max_size=20))
_DIALOGUES = st.one_of(
    st.tuples(st.lists(_AROUND, max_size=3), _AUTH, st.lists(_LINES, max_size=9)).map(
        lambda parts: [line for part in parts for line in part]
    ),
    st.lists(_INSIDE, max_size=25).map(lambda lines: ["CAPA", "USER mrose", "PASS secret", *lines]),
    st.lists(_LINES, max_size=12),
)
_SERVER_OCTETS = st.lists(
    st.one_of(st.binary(max_size=30), st.sampled_from(
        [b"+OK\r\n", b"-ERR [X] no\r\n", b".\r\n", b"\r\n", b"+OK 1 2\r\n", b"+\r\n", b"1 2\r\n"]
    )), max_size=4,
)  # fmt: skip


def in_bursts(chairs: Chairs, lines: list[str]) -> None:
    """All lines in one burst; but behind STLS nothing may be sent (RFC 2595 section 4)."""
    burst: list[str] = []
    for line in lines:
        burst.append(line)
        if line == "STLS":
            chairs.pipeline(burst)
            burst = []
    chairs.pipeline(burst)


@settings(max_examples=600, deadline=None)
@given(
    _DIALOGUES, st.sampled_from(EXEMPLARY), st.booleans(), st.booleans(), _MAIL
)  # fmt: skip
def test_a_sound_server_is_blamed_for_nothing(
    lines: list[str], manner: object, pipelined: bool, secure: bool, contents: list[bytes]
) -> None:
    """Any dialogue, with marks, UTF8, LANG, AUTH and STLS, pipelined or not: no breach at all."""
    chairs = Chairs(Accounts([mailbox(contents)]), manner, secure=secure)  # type: ignore[arg-type]
    if pipelined:
        in_bursts(chairs, lines)
    else:
        chairs.say(*lines)
    assert not any(found(chairs.seen))
    assert not any(found(chairs.made)), "the server's chair says the same"


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES, max_size=8), st.lists(_SERVER_OCTETS, max_size=6), st.booleans())
def test_any_octets_of_a_server_are_judged(
    lines: list[str], pieces: list[list[bytes]], logged_in: bool
) -> None:
    """Nothing that a server sends raises, and each breach has the values that its rule gives."""
    client = Pop3Client()
    client.receive_data(b"+OK hello\r\n")
    for line in [*(line for line, _ in LOGIN)] if logged_in else []:
        client.send(line)
        client.receive_data(b"+OK\r\n")
    for line, sent in zip(lines, [*pieces, *[[]] * 8], strict=False):
        client.send(line)
        for piece in sent:
            client.receive_data(piece)
    for breach in (each for broken in found(client.exchanges()) for each in broken):
        for name in breach.rule.gives - {"keyword", "before"}:
            assert getattr(breach, name) is not None
        assert (breach.due is not None) >= ("due" in breach.rule.gives)
        assert breach.rule.force in Force


_ROWS = st.lists(
    st.one_of(
        st.builds(lambda n, s: b"%d %d\r\n" % (n, s), st.integers(0, 5), st.integers(0, 99)),
        st.sampled_from([b"1 a\r\n", b"\r\n", b"2\r\n", b"3 \xff\r\n", b"1 2\n", b"..\r\n"]),
        st.binary(max_size=12).map(lambda octets: octets.replace(b".", b"") + b"\r\n"),
    ), max_size=8,
).map(b"".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(_INSIDE, st.sampled_from([b"+OK 1 2", b"+OK", b"-ERR"]), _ROWS), max_size=9)
)
def test_any_body_is_judged(dialogue: list[tuple[str, bytes, bytes]]) -> None:
    """Replies that are framed as they should be, and say anything: never an exception."""
    client = Pop3Client()
    client.receive_data(b"+OK hello\r\n+OK\r\n")
    for line, first, rows in [("USER a", b"+OK", b""), ("PASS a", b"+OK", b""), *dialogue]:
        client.send(line)
        client.receive_data(first + b"\r\n")
        if client.waiting:
            client.receive_data(rows + b".\r\n")
    found(client.exchanges())


def test_a_listing_is_judged_in_one_pass() -> None:
    """Ten thousand rows are read once for the claims and kept for the next reply: no row twice."""
    chairs = Chairs(Accounts([letters(40)]))
    chairs.log_in()
    chairs.say("LIST", "UIDL", "STAT", "LIST", *(f"LIST {n}" for n in range(1, 41)))
    shown = Shown()
    for exchange in chairs.seen:
        _, shown = examine(exchange, shown)
    assert list(shown.sizes) == list(range(1, 41))
    assert shown.unmarked == 40
    kept = shown
    _, shown = examine(chairs.say("LIST")[0], shown)
    assert shown.sizes is kept.sizes, "what is known already is not copied"


def test_base64_of_a_challenge_is_strict() -> None:
    """RFC 5034 section 4: clients "MUST reject (and not ignore)" what the alphabet does not allow."""
    sound = b64encode(b"<1@x>").decode()
    assert not any(found(heard(("AUTH CRAM-MD5", f"+ {sound}"))))
    for wrong in (sound + " ", sound.rstrip("="), "=" + sound, "?"):
        assert found(heard(("AUTH CRAM-MD5", f"+ {wrong}")))[-1] == (
            Breach(Rule.CHALLENGE_GARBLED),
        )
