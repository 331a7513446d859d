"""How a server may be logged in to, where servers differ: each policy field, at both chairs."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest
from chairs import STAMP, Chairs, letters, personality

from simulator.mailroom import Accounts
from simulator.pop3 import Effect, Exchange, Personality, Reason, State
from simulator.pop3.authorization import digest
from simulator.pop3.reading import Reading

UPPER = digest(STAMP, "tanstaaf").upper()
PLAIN = b64encode(b"\0mrose\0secret").decode()


def manner(wording: dict[str, str] | None = None, **policy: object) -> Personality:
    """The plain server of these tests with words and a policy of one's own."""
    plain = personality(**policy)
    return replace(plain, wording={**plain.wording, **(wording or {})})


def chairs(one: Personality) -> Chairs:
    return Chairs(Accounts([letters()]), one)


def at_both(pair: Chairs, *lines: str) -> list[Exchange]:
    """What came of the lines, once both chairs are seen to have made the same of them."""
    start = len(pair.made)
    came = pair.say(*lines)
    assert pair.made[start:] == came
    return came


def test_a_second_user_may_be_refused_and_the_first_holds() -> None:
    """popa3d and solid-pop3d keep the first name; it is no word about the mailbox."""
    pair = chairs(manner({"user.wrong-state": "already named"}, second_user="refused"))
    first, second = at_both(pair, "USER mrose", "USER nobody")
    assert (first.ok, second.reason) == (True, Reason.WRONG_STATE)
    pair = chairs(manner(second_user="refused", name_void="never"))
    *_, login = at_both(pair, "USER mrose", "USER mrose", "PASS secret")
    assert login.user == "mrose"


def test_whom_the_lock_kept_out_that_name_alone_gets_in() -> None:
    """mailutils has become that user by then, and may not look for another's password, or at APOP's."""
    for binds in (False, True):
        boxes = Accounts([letters(), replace(letters(), name="bob", owner="bob")])
        first = Chairs(boxes, manner(in_use_binds=binds))
        assert first.say("USER mrose", "PASS secret")[-1].ok
        pair = Chairs(boxes, manner(in_use_binds=binds))
        *_, kept_out = pair.say("USER mrose", "PASS secret")
        assert kept_out.reason is Reason.IN_USE
        *_, other = pair.say("USER bob", "PASS secret")
        assert other.ok is not binds
        if binds:
            assert other.reason is Reason.BAD_CREDENTIALS
            first.say("QUIT")
            assert pair.say(f"APOP mrose {UPPER.lower()}")[-1].reason is Reason.BAD_CREDENTIALS
            assert pair.say("USER mrose", "PASS secret")[-1].ok


def test_apop_may_be_refused_while_a_name_waits() -> None:
    """Cyrus wants PASS then, and the digest is not looked at."""
    words = {"apop.wrong-state": "[AUTH] Must give PASS command"}
    one = manner(words, second_user="refused-with-apop")
    right = f"APOP mrose {UPPER.lower()}"
    assert at_both(chairs(one), "USER mrose", right)[-1].reason is Reason.WRONG_STATE
    assert at_both(chairs(one), right)[-1].ok


def test_behind_user_nothing_but_pass_may_be_taken() -> None:
    """mailutils: any other command is none, and the name is forgotten; QUIT always ends it."""
    words = dict.fromkeys(("unknown-command.after-user", "user-first"), "Invalid command")
    one = manner({**words, "wrong-state.after-user": "Invalid command"}, after_user="pass")
    _, capa, late = at_both(chairs(one), "USER mrose", "CAPA", "PASS secret")
    assert (capa.reply.line, capa.reason) == ("-ERR Invalid command", Reason.UNKNOWN_COMMAND)
    assert late.reason is Reason.USER_FIRST
    _, again, late = at_both(chairs(one), "USER mrose", "USER mrose", "PASS secret")
    assert (again.reason, late.ok) == (Reason.WRONG_STATE, False)
    assert at_both(chairs(one), "USER mrose", "PASS secret")[-1].user == "mrose"
    assert at_both(chairs(one), "USER mrose", "QUIT")[-1].ok
    for refused in ("", "QUIT now"):
        *_, late = at_both(chairs(one), "USER mrose", refused, "PASS secret")
        assert late.reason is Reason.USER_FIRST


@pytest.mark.parametrize(
    ("void", "lines", "reason"),
    [
        ("login", ["PASS wrong"], Reason.USER_FIRST),
        ("login", ["APOP mrose x"], Reason.USER_FIRST),
        ("pass", ["PASS wrong"], Reason.USER_FIRST),
        ("pass", ["APOP mrose x"], None),
        ("pass", ["PASS"], None),
        ("never", ["PASS wrong"], None),
        ("never", ["PASS wrong", "PASS wrong"], None),
    ],
)
def test_what_makes_a_name_void(void: str, lines: list[str], reason: Reason | None) -> None:
    """Behind a -ERR the name of USER holds or not, and PASS alone may do."""
    pair = chairs(manner(name_void=void))
    last = at_both(pair, "USER mrose", *lines, "PASS secret")[-1]
    assert last.reason is reason
    assert last.user == ("" if reason else "mrose")


def test_a_password_that_is_tried_again_is_told_from_a_missing_user() -> None:
    """Where the name holds, a second wrong password is one, as the wire shows it too."""
    pair = chairs(manner(name_void="never"))
    assert at_both(pair, "USER mrose", "PASS no", "PASS no")[-1].reason is Reason.BAD_CREDENTIALS


def test_a_login_may_be_taken_again() -> None:
    """Twisted opens the maildrop anew in TRANSACTION: marks are lost, and a failure changes nothing."""
    pair = chairs(manner({"bad-credentials": "Authentication failed"}, login_again=True))
    pair.log_in()
    pair.say("DELE 1")
    _, wrong, kept = at_both(pair, "USER nobody", "PASS secret", "STAT")
    assert (wrong.reason, wrong.after) == (Reason.BAD_CREDENTIALS, State.TRANSACTION)
    assert kept.reply.text.startswith("2 ")
    named, again, whole = at_both(pair, "USER mrose", "PASS secret", "STAT")
    assert (named.before, again.after) == (State.TRANSACTION, State.TRANSACTION)
    assert again.did(Effect.LOGIN) is not None
    assert whole.reply.text.startswith("3 ")
    assert pair.client.view.marks == frozenset()


def test_a_login_is_not_taken_again_where_the_rfc_holds() -> None:
    """RFC 1939 section 5 has no USER."""
    pair = chairs(manner())
    pair.log_in()
    assert at_both(pair, "USER mrose")[0].reason is Reason.WRONG_STATE


@pytest.mark.parametrize(
    ("policy", "line", "detail"),
    [
        ({"name_limit": 4}, "USER mrose", "length"),
        ({"name_forbidden": "%@"}, "USER m@rose", "forbidden"),
    ],
)
def test_a_name_may_be_refused_for_its_form(
    policy: dict[str, object], line: str, detail: str
) -> None:
    """popa3d and solid-pop3d count its octets; Cyrus minds some characters."""
    pair = chairs(manner({f"no-such-mailbox.{detail}": "bad form"}, **policy))
    (refused,) = at_both(pair, line)
    assert (refused.reply.line, refused.reason) == ("-ERR bad form", Reason.NO_SUCH_MAILBOX)


def test_where_pass_must_come_next_a_name_is_not_looked_at() -> None:
    """Cyrus: "Must give PASS", be the second name however long."""
    words = {"no-such-mailbox.length": "too long", "user.wrong-state": "PASS is next"}
    for second, told in (("refused-with-apop", "PASS is next"), ("refused", "too long")):
        pair = chairs(manner(words, name_limit=5, second_user=second))
        assert pair.say("USER mrose", "USER mrosex")[-1].reply.text == told


@pytest.mark.parametrize("typed", ["MRose", "mrose@host", "mrose%a@b", "MROSE%x"])
def test_a_name_may_mean_less_than_was_typed(typed: str) -> None:
    """In any case, and up to a sign: solid-pop3d finds mrose in each of these."""
    pair = chairs(manner(name_in_any_case=True, name_ends_at="%@"))
    at_both(pair, f"USER {typed}", "PASS secret")
    assert pair.server.session.user == "mrose"
    assert not chairs(manner()).say(f"USER {typed}", "PASS secret")[-1].ok


def test_a_name_that_is_too_long_is_seen_first_and_is_no_login() -> None:
    """solid-pop3d: before a second USER and before the form of a digest; and it is not counted."""
    words = {"no-such-mailbox.length": "too long", "apop.bad-credentials.length": "too long"}
    one = manner(words, name_limit=5, second_user="refused", login_limit=1,
                 delays={"bad-credentials": 9, "apop.bad-credentials.length": 0},
                 reading=Reading(apop_digest="lower-hex"), name_void="never")  # fmt: skip
    pair = chairs(one)
    came = pair.say("USER mrose", "USER mrosex", "APOP mrosex x", f"APOP mrosex {UPPER.lower()}")
    assert [each.reply.text for each in came[1:]] == ["too long"] * 3
    assert (pair.server.hangs_up, pair.server.delay()) == (False, 0)
    assert pair.say("PASS secret")[0].user == "mrose"


def test_the_name_of_an_apop_of_the_wrong_form_may_stand_for_pass() -> None:
    """solid-pop3d keeps it as it is written, in place of that of USER; an empty one is none."""
    one = manner(apop_names=True, second_user="refused", name_void="never", name_ends_at="@",
                 name_in_any_case=True, apop_name_as_written=True,
                 reading=Reading(apop_digest="lower-hex", words="rest"))  # fmt: skip
    for lines in (["APOP mrose x"], ["USER nobody", "APOP mrose x"], ["APOP mrose@host " + UPPER],
                  ["APOP  x", "USER MROSE"]):  # fmt: skip
        assert chairs(one).say(*lines, "PASS secret")[-1].ok
    assert not chairs(one).say("APOP mrose x", "USER mrose")[-1].ok
    assert chairs(one).say("USER mrose", "APOP  x", "PASS secret")[-1].reason is Reason.USER_FIRST
    for line in ("APOP MROSE x", "APOP MROSE " + UPPER.lower()):
        assert not chairs(one).say(line, "PASS secret")[-1].ok
    # Elsewhere the name of USER holds.
    plain = replace(one, policy=replace(one.policy, apop_names=False))
    assert chairs(plain).say("USER mrose", "APOP nobody x", "PASS secret")[-1].ok


def test_apops_digest_may_be_in_upper_case_or_in_vain() -> None:
    """RFC 1939 section 7 has it in lower case; Dovecot takes both, and one server lets nobody in."""
    line = f"APOP mrose {UPPER}"
    assert at_both(chairs(manner(apop_in_any_case=True)), line)[0].ok
    for one in (manner(), manner(apop_in_any_case=True, apop_fails=True)):
        assert at_both(chairs(one), line)[0].reason is Reason.BAD_CREDENTIALS


@pytest.mark.parametrize(
    ("line", "said"),
    [("APOP", "none"), ("APOP mrose", "no digest"), ("APOP mrose abc", "too short"),
     ("APOP mrose " + "g" * 32, "no digits")],
)  # fmt: skip
def test_what_is_wrong_with_apops_arguments_may_be_said(line: str, said: str) -> None:
    """A name without a digest, a digest of another length, and one that is none."""
    words = {"apop.missing-argument": "none", "apop.missing-argument.digest": "no digest",
             "apop.bad-argument.length": "too short",
             "apop.bad-argument.digest": "no digits"}  # fmt: skip
    assert at_both(chairs(manner(words)), line)[0].reply.text == said


@pytest.mark.parametrize(
    ("needs", "lines", "reasons"),
    [
        ({"USER", "AUTH"}, ["PASS secret", "AUTH PLAIN", "AUTH CRAM-MD5"],
         [Reason.USER_FIRST, Reason.NEEDS_TLS, None]),
        ({"USER *", "AUTH *"}, ["USER", "AUTH"], [Reason.NEEDS_TLS] * 2),
        ({"AUTH any"}, ["AUTH CRAM-MD5", "AUTH BOGUS", "USER mrose"],
         [Reason.NEEDS_TLS, Reason.NEEDS_TLS, None]),
        ({"USER", "AUTH *"}, ["USER mrose", "AUTH CRAM-MD5", "AUTH BOGUS"], [Reason.NEEDS_TLS] * 3),
        ({"PASS"}, ["USER mrose", "PASS secret"], [None, Reason.NEEDS_TLS]),
    ],
)  # fmt: skip
def test_what_is_refused_for_want_of_tls(
    needs: set[str], lines: list[str], reasons: list[Reason | None]
) -> None:
    """Which commands a server without cleartext refuses is its own, and so is the order of checks."""
    one = manner(
        needs_tls=frozenset(needs), cleartext_login=False, mechanisms=("PLAIN", "CRAM-MD5")
    )
    assert [each.reason for each in at_both(chairs(one), *lines)] == reasons


def test_that_tls_is_wanted_for_any_mechanism_has_a_text_of_its_own() -> None:
    """Dovecot tells a server where TLS is required from one that hides passwords alone."""
    words = {"needs-tls": "TLS hides it", "auth.needs-tls.any": "not allowed until TLS"}
    needs = {"AUTH", "AUTH any"}
    for each, said in ((needs, "not allowed until TLS"), ({"AUTH"}, "TLS hides it")):
        one = manner(words, needs_tls=frozenset(each), cleartext_login=False, mechanisms=("PLAIN",))
        assert at_both(chairs(one), "AUTH PLAIN")[0].reply.text == said


def test_mechanisms_may_differ_under_tls_and_be_more_than_can_be_done() -> None:
    """What is announced and cannot be had is refused like any other name."""
    one = manner({"mechanisms": "these"}, mechanisms=("DIGEST-MD5", "CRAM-MD5"), bare_auth=True,
                 mechanisms_secure=("PLAIN",), offers=frozenset({"STLS", "CAPA"}))  # fmt: skip
    pair = chairs(one)
    listed, refused = at_both(pair, "AUTH", "AUTH DIGEST-MD5")
    assert listed.reply.lines == (b"DIGEST-MD5", b"CRAM-MD5")
    assert refused.reason is Reason.UNKNOWN_MECHANISM
    _, listed, gone, login = at_both(pair, "STLS", "AUTH", "AUTH CRAM-MD5", f"AUTH PLAIN {PLAIN}")
    assert listed.reply.lines == (b"PLAIN",)
    assert (gone.reason, login.user) == (Reason.UNKNOWN_MECHANISM, "mrose")


def test_auth_with_a_blank_may_name_a_mechanism_without_a_name() -> None:
    """Twisted lists them to `AUTH` and refuses `AUTH `, which Dovecot reads alike."""
    alike, apart = (
        manner(mechanisms=("PLAIN",), bare_auth=True, empty_mechanism=kind)
        for kind in ("missing", "unknown")
    )
    assert chairs(alike).say("AUTH ")[0].ok
    assert chairs(apart).say("AUTH")[0].ok
    pair = chairs(apart)
    assert not pair.say("AUTH ")[0].ok
    assert pair.made[-1].reason is Reason.UNKNOWN_MECHANISM


def test_an_initial_response_may_be_refused() -> None:
    """By one mechanism or by all; the same answer behind a challenge is taken."""
    for barred in ("PLAIN", "*"):
        pair = chairs(manner(mechanisms=("PLAIN",), no_initial_response=frozenset({barred})))
        assert not pair.say(f"AUTH PLAIN {PLAIN}")[0].ok
        assert pair.made[-1].reason is Reason.SURPLUS_ARGUMENT
        assert pair.say("AUTH PLAIN", PLAIN)[-1].user == "mrose"


def test_a_line_that_begins_with_a_star_may_cancel() -> None:
    """RFC 5034 section 4 has a star alone; Courier and Cyrus look at the first octet."""
    words = {"auth.bad-argument": "no base64", "auth.bad-argument.cancelled": "cancelled",
             "cancelled": "cancelled"}  # fmt: skip
    for cancel, said in (("star", "no base64"), ("leading-star", "cancelled")):
        pair = chairs(manner(words, mechanisms=("PLAIN",), cancel=cancel))
        first, other = at_both(pair, "AUTH PLAIN", "*", "AUTH PLAIN", "*x")[1::2]
        assert (first.reply.text, other.reply.text) == ("cancelled", said)


def test_a_malformed_message_of_plain_may_be_told_from_a_wrong_one() -> None:
    """Without its two NULs there is no name in it and no password."""
    words = {"auth.bad-credentials.malformed": "no login", "auth.bad-credentials": "wrong login"}
    pair = chairs(manner(words, mechanisms=("PLAIN",)))
    broken, wrong = at_both(pair, "AUTH PLAIN bXJvc2U=", f"AUTH PLAIN {PLAIN[:-4]}ZWQ=")
    assert (broken.reply.text, wrong.reply.text) == ("no login", "wrong login")
    assert broken.reason is wrong.reason is Reason.BAD_CREDENTIALS
