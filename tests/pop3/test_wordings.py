"""What a server says, where servers differ: CAPA's lists, fixed replies, texts, stamps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chairs import Chairs, letters, personality

from simulator.mailroom import Accounts
from simulator.pop3 import Office, Personality, Pop3Server, Reason, complaints
from simulator.pop3.stamps import FIELDS, Origin, flaws, stamped

OFFERS = frozenset({"CAPA", "STLS", "UIDL", "LAST"})


def manner(wording: dict[str, str] | None = None, **policy: object) -> Personality:
    """The plain server of these tests with words and a policy of one's own."""
    plain = personality(**policy)
    return replace(plain, wording={**plain.wording, **(wording or {})})


def chairs(one: Personality) -> Chairs:
    return Chairs(Accounts([letters()]), one)


def lines(pair: Chairs) -> list[str]:
    """CAPA's lines now."""
    return [line.decode() for line in pair.say("CAPA")[-1].reply.lines]


# CAPA


def test_capa_may_be_a_list_of_its_own_by_state_and_tls() -> None:
    """In its order; what depends on the line is worked out, and all else stands as it is written."""
    one = manner(offers=OFFERS, mechanisms=("PLAIN", "CRAM-MD5"), cleartext_login=False,
                 implementation="Post 1", expire="NEVER", capa={
        "authorization": ("X-FIRST", "STLS", "USER", "=USER", "SASL", "LOGIN-DELAY", "=STLS"),
        "authorization.tls": ("SASL", "STLS", "USER"),
        "transaction": ("STLS", "IMPLEMENTATION", "EXPIRE", "EXPIRE 9"),
    })  # fmt: skip
    pair = chairs(one)
    assert lines(pair) == ["X-FIRST", "STLS", "USER", "SASL CRAM-MD5", "LOGIN-DELAY 0", "STLS"]
    pair.say("STLS")
    assert lines(pair) == ["SASL PLAIN CRAM-MD5", "USER"]
    pair.log_in()
    assert lines(pair) == ["IMPLEMENTATION Post 1", "EXPIRE NEVER", "EXPIRE 9"]


def test_a_state_without_a_list_is_worked_out_as_ever() -> None:
    """RFC 2449 section 5, from the table and the policy."""
    plain, own = (chairs(manner(capa=capa)) for capa in ({}, {"authorization": ("TOP",)}))
    assert lines(own) == ["TOP"]
    plain.log_in()
    own.log_in()
    assert lines(plain) == lines(own)


def test_stls_is_listed_only_where_the_server_has_it() -> None:
    """One list serves a host with a certificate and one without."""
    one = manner(offers=frozenset({"CAPA"}), capa={"authorization": ("STLS", "TOP")})
    assert lines(chairs(one)) == ["TOP"]


# Fixed replies


def test_a_keyword_may_have_a_fixed_reply() -> None:
    """For keywords of no RFC, and for commands that are known and not there; by state or in all."""
    one = manner(fixed={"XCLIENT": "+OK {keyword} is nothing", "authorization.NOOP": "+OK",
                        "authorization.AUTH": "-ERR Not implemented",
                        "transaction.AUTH": "-ERR Incorrect state"})  # fmt: skip
    pair = chairs(one)
    came = pair.say("xclient a=b", "NOOP", "AUTH", "AUTH PLAIN AAAA")
    assert [each.reply.line for each in came] == [
        "+OK xclient is nothing", "+OK", *["-ERR Not implemented"] * 2,
    ]  # fmt: skip
    assert came[2].reason is Reason.UNKNOWN_COMMAND
    pair.log_in()
    wrong, unknown = pair.say("AUTH", "XYZZY")
    assert (wrong.reply.line, wrong.reason) == ("-ERR Incorrect state", Reason.WRONG_STATE)
    assert unknown.reply.line == "-ERR no"
    assert pair.seen == pair.made


def test_a_fixed_refusal_counts_like_any_other() -> None:
    """It is a command that is not there."""
    pair = chairs(manner(fixed={"AUTH": "-ERR not implemented yet"}, bad_command_limit=2))
    pair.say("AUTH", "AUTH PLAIN")
    assert pair.server.hangs_up


# Texts


def test_a_text_of_one_blank_is_a_blank_behind_the_indicator() -> None:
    """Some servers end a bare +OK so; without a text there is none."""
    pair = chairs(manner({"noop": " ", "rset": "", "unknown-command": " "}))
    pair.log_in()
    assert [each.reply.line for each in pair.say("NOOP", "RSET", "XYZZY")] == [
        "+OK ",
        "+OK",
        "-ERR ",
    ]


def test_replies_for_programs_may_be_worded() -> None:
    """Real servers do that too; without words they are as RFC 1939 has them."""
    one = manner({"stat": "{count} of {total}, {octets}", "list-one": "{number}: {size}", "last": "0",
                  "uidl-one": "{unique_id}"}, offers=OFFERS)  # fmt: skip
    for made, wanted in ((one, ["3 of 3, ", "2: ", "uid-2", "0"]),
                         (manner(offers=OFFERS), ["3 ", "2 ", "2 uid-2", "2"])):  # fmt: skip
        pair = chairs(made)
        pair.log_in()
        pair.say("RETR 2")
        came = [each.reply.text for each in pair.say("STAT", "LIST 2", "UIDL 2", "LAST")]
        assert all(text.startswith(start) for text, start in zip(came, wanted, strict=True)), came


def test_quit_may_say_that_something_was_removed() -> None:
    """Dovecot does; without words for it QUIT says what it always says."""
    gone = {"quit-removed": "gone"}
    for words, mark, said in (
        (gone, "DELE 1", "gone"),
        (gone, "NOOP", "bye"),
        ({}, "DELE 1", "bye"),
    ):
        pair = chairs(manner({"quit": "bye", **words}))
        pair.log_in()
        assert pair.say(mark, "QUIT")[-1].reply.text == said


def test_a_login_delay_may_be_told_in_minutes() -> None:
    """In words, with the right number of the noun."""
    for seconds, said in ((300, "5 minutes"), (60, "1 minute")):
        one = manner({"login-delay": "[LOGIN-DELAY] every {minutes}"}, login_delay=seconds)
        accounts = Accounts([letters()])
        Chairs(accounts, one).log_in()
        late = Chairs(accounts, one).say("USER mrose", "PASS secret")[-1]
        assert late.reply.text == f"[LOGIN-DELAY] every {said}"


def test_a_commands_own_err_is_for_all_of_its_refusals() -> None:
    """Between a reason's text and the text of all: `retr.err`."""
    pair = chairs(manner({"retr.err": "not so", "no-such-message": "none"}))
    pair.log_in()
    assert [each.reply.text for each in pair.say("RETR x", "RETR 9", "DELE x")] == [
        "not so",
        "none",
        "no",
    ]


# Stamps


def test_a_stamp_is_made_of_time_and_chance_that_are_handed_in() -> None:
    """The same origin gives the same octets, and another seed others."""
    origin = Origin(7000, 0x6B010349, 10, "seed")
    shape = "<{pid:x}.{number:x}.{epoch:x}.{base64}@{host}>"
    made = stamped(shape, origin, "a.test")
    assert made == stamped(shape, origin, "a.test")
    assert made.startswith("<1b58.a.6b010349.")
    assert made.endswith("==@a.test>")
    assert made != stamped(shape, replace(origin, seed="other"), "a.test")


def test_a_stamps_date_is_of_utc() -> None:
    """2026-11-21 02:41:08, and the first second."""
    assert stamped("{date} {index}", Origin(1, 1795228868, 1, ""), "") == "20261121024108 0"
    assert stamped("{date}", Origin(1, 0, 1, ""), "") == "19700101000000"


def test_two_templates_draw_each_their_own_chance() -> None:
    """A session's id tells nothing of its timestamp."""
    origin = Origin(1, 2, 3, "seed")
    assert stamped("{chance}", origin, "") != stamped("{chance} ", origin, "").strip()


@pytest.mark.parametrize(
    "template", ["{pid", "{time}", "{pid!z}", "{epoch:q}", "{host:>9999999999999}", "\u00e9"]
)
def test_a_template_that_cannot_be_filled_is_told(template: str) -> None:
    """When it is written, and not when somebody calls."""
    assert list(flaws(template))


def test_every_field_of_a_stamp_can_be_had() -> None:
    """FIELDS names them all."""
    for name in FIELDS:
        assert stamped(f"{{{name}}}", Origin(1, 2, 3, ""), "host")
        assert not list(flaws(f"<{{{name}}}@{{host}}>"))


def test_a_text_may_quote_the_sessions_id_and_who_calls() -> None:
    """As Cyrus and Gmail do."""
    one = manner({"greeting": "for {peer}", "pass": "<{session_id}>"}, offers=frozenset())
    office = Office(one, Accounts([letters()]), "host", session_id="host-7", peer="198.51.100.9")
    made = Pop3Server(office)
    made.receive_data(b"USER mrose\r\nPASS secret\r\n")
    assert b"".join(made.data_to_send()) == b"+OK for 198.51.100.9\r\n+OK\r\n+OK <host-7>\r\n"


# Soundness


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("hangs-up-on", {"hangs_up_on": frozenset({"surplus"})}),
        ("silent-on", {"silent_on": frozenset({"quiet.err"})}),
        ("delays", {"delays": {"late": 3}}),
        ("bad-commands", {"bad_commands": frozenset({"wrong"})}),
        ("fixed", {"fixed": {"xclient": "+OK"}}),
        ("fixed", {"fixed": {"update.XCLIENT": "+OK"}}),
        ("fixed", {"fixed": {"XCLIENT": "OK"}}),
        ("fixed", {"fixed": {"XCLIENT": "+OK {what}"}}),
        ("capa", {"capa": {"update": ("TOP",)}}),
        ("capa", {"capa": {"transaction": ("TOP\r\n.",)}}),
        ("capa", {"capa": {"transaction": (".",)}}),
        ("timestamp", {"timestamp": "<{time}@{host}>"}),
        ("session-id", {"session_id": "{pid"}),
        ("needs-tls", {"needs_tls": frozenset({"STAT"})}),
        ("mechanisms", {"mechanisms": ("DIGEST-MD5",)}),
    ],
)  # fmt: skip
def test_a_slip_in_a_policy_is_told_by_its_field(field: str, changes: dict[str, object]) -> None:
    """With what to write instead, when the page is read."""
    assert field in dict(complaints(manner(**changes)))


@pytest.mark.parametrize("key", ["quit.sent", "nothing", "retr.at-once"])
def test_a_second_line_belongs_to_a_reply(key: str) -> None:
    """Of a +OK or a -ERR by its key."""
    assert "then" in dict(complaints(replace(manner(), then={key: "+OK"}, sources=("run: 1",))))


def test_only_who_plays_a_real_server_may_break_the_rfc() -> None:
    """Two replies, none, and texts that programs read: with `sources` alone."""
    one = replace(manner({"stat": "many"}, silent_on=frozenset({"err"})), then={"rset": "+OK"})
    assert {"stat", "then", "silent-on"} <= dict(complaints(one)).keys()
    assert complaints(replace(one, sources=("run: 1",))) == []
