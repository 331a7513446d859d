"""Each rule is broken by a minimal dialogue, and kept by its sound twin; ours keeps them all."""

from __future__ import annotations

from base64 import b64encode

import pytest
from broken import CAPA, CASES, LISTED, LOGIN, found, heard
from chairs import EXTENDED, Chairs, letters, mailbox, personality
from dialling import BY_NAME, MAIL
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.mailroom import Accounts
from simulator.pop3 import Breach, Force, Pop3Client, Rule, Shown, examine


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
    } or breach.rule in {Rule.MARKED_TWICE, Rule.AUGMENTED}
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


def test_what_is_known_already_is_not_copied() -> None:
    """A listing that says the same again costs no memory, whether of one message or of all."""
    chairs = Chairs(Accounts([letters(40)]))
    chairs.log_in()
    chairs.say("LIST", "UIDL")
    shown = Shown()
    for exchange in chairs.seen:
        _, shown = examine(exchange, shown)
    assert list(shown.sizes) == list(shown.unique_ids) == list(range(1, 41))
    for exchange in chairs.say("LIST", "UIDL", "LIST 7", "UIDL 7", "STAT", "RETR 7", "NOOP"):
        _, after = examine(exchange, shown)
        assert after.sizes is shown.sizes
        assert after.unique_ids is shown.unique_ids


def test_base64_of_a_challenge_is_strict() -> None:
    """RFC 5034 section 4: clients "MUST reject (and not ignore)" what the alphabet does not allow."""
    sound = b64encode(b"<1@x>").decode()
    assert not any(found(heard(("AUTH CRAM-MD5", f"+ {sound}"))))
    for wrong in (sound + " ", sound.rstrip("="), "=" + sound, "?"):
        assert found(heard(("AUTH CRAM-MD5", f"+ {wrong}")))[-1] == (
            Breach(Rule.CHALLENGE_GARBLED),
        )
