"""How a server keeps mail: what its store makes of a sample, before and after a session."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from chairs import mailbox
from hypothesis import given
from hypothesis import strategies as st

from simulator.mailroom import Accounts, Keeping, Mailbox, Message, make_message
from simulator.mailroom.keeping import digest
from simulator.mailroom.message import Form, crlf
from simulator.pop3 import Policy
from simulator.pop3.replies import unstuff
from simulator.pop3.soundness_mail import mail_complaints

#: The five messages that the recorded servers had.
FIVE = [
    crlf(path.read_bytes())
    for path in sorted((Path(__file__).parent.parent / "fidelity" / "mail").glob("[1-5].eml"))
]


def kept(box: Mailbox | None = None, **policy: object) -> Accounts:
    """A store with that policy."""
    return Accounts([box or mailbox(FIVE)], Keeping(Policy(**policy)))  # type: ignore[arg-type]


def sizes(accounts: Accounts) -> list[int]:
    """The octets of each message, as the disk has it."""
    return [item.octets for item in accounts.snapshot("mrose").items]


def session(
    accounts: Accounts,
    *,
    sent: tuple[int, ...] = (),
    told: tuple[int, ...] = (),
    quitted: bool = True,
) -> list[int]:
    """One session; the sizes in it, once UIDL has told those."""
    maildrop = accounts.open("mrose")
    messages = maildrop.tell(told) if told else maildrop.messages
    maildrop.note(sent, quitted=quitted)
    maildrop.release()
    return [message.octets for message in messages]


# Lines


def test_mail_is_kept_as_it_came() -> None:
    """By default the very messages of the sample are served."""
    box = mailbox(FIVE)
    assert tuple(kept(box).open("mrose").messages) == box.messages


def test_an_mbox_quotes_lines_that_begin_with_from() -> None:
    """popa3d: each such line of the body gets a ">"; one that has one already keeps it."""
    (message,) = kept(mailbox([b"From: a\r\n\r\nFrom b\r\n>From c\r\nd From\r\n"]),
                      from_lines="quoted").open("mrose").messages  # fmt: skip
    assert message.wire() == b"From: a\r\n\r\n>From b\r\n>From c\r\nd From\r\n"
    assert message.octets == len(message.wire())


def test_an_mbox_may_take_the_quoting_off() -> None:
    """mailutils: one ">" goes, also where somebody wrote it."""
    (message,) = kept(mailbox([b"Subject: x\r\n\r\n>From b\r\n>>From c\r\nFrom d\r\n"]),
                      from_lines="unquoted").open("mrose").messages  # fmt: skip
    assert message.wire() == b"Subject: x\r\n\r\nFrom b\r\n>From c\r\nFrom d\r\n"


def test_headers_are_never_quoted() -> None:
    """A header that begins so is no line of the body; mail without headers is all body."""
    one, other = kept(mailbox([b"From me: x\r\n\r\ny\r\n", b"\r\nFrom b\r\n"]),
                      from_lines="quoted").open("mrose").messages  # fmt: skip
    assert one.wire() == b"From me: x\r\n\r\ny\r\n"
    assert other.wire() == b"\r\n>From b\r\n"


def test_a_blank_line_may_stand_behind_each_message() -> None:
    """solid-pop3d and qmail-pop3d: two octets more, which RETR sends."""
    box = mailbox(FIVE)
    messages = kept(box, blank_line_behind="each").open("mrose").messages
    assert [m.octets - o.octets for m, o in zip(messages, box.messages, strict=True)] == [2] * 5
    assert all(message.wire().endswith(b"\r\n\r\n") for message in messages)


@pytest.mark.parametrize(
    ("octets", "size", "wire"),
    [
        (b"A: b\n\n.x", 10, b"A: b\r\n\r\n..x\r\n"), (b"A: b\n\n.x\n", 12, b"A: b\r\n\r\n..x\r\n"),
        (b".A: b\n", 7, b".A: b\r\n"), (b"", 0, b"\r\n"), (b"\n", 2, b"\r\n"),
    ],
)  # fmt: skip
def test_odd_ends_may_go_out_as_they_are(octets: bytes, size: int, wire: bytes) -> None:
    """Dovecot: a first dot is not stuffed, and a line end that it makes itself does not count."""
    form = Form(unended=not octets.endswith(b"\n"))
    box = Mailbox("m", "m", "m", "x", "x", "", (Message("m", "id", crlf(octets), form=form),))
    (kept_,) = kept(box, first_dot="bare", unended_mail="uncounted").open("m").messages
    assert (kept_.octets, kept_.wire()) == (size, wire)
    (plain,) = kept(box).open("m").messages
    assert plain.octets == len(crlf(octets))
    assert unstuff(plain.wire()) == crlf(octets)


@pytest.mark.parametrize(
    ("octets", "lines", "top"),
    [
        (b"A: b\n\none\ntwo", 1, b"A: b\r\n\r\none\r\n"),
        (b"A: b\n\none\ntwo", 9, b"A: b\r\n\r\none\r\n"),
        (b"A: b\n\none\ntwo\n", 9, b"A: b\r\n\r\none\r\ntwo\r\n"),
        (b"A: b\n\none", 9, b"A: b\r\n\r\n"), (b"A: b", 0, b"A: b\r\n"),
        (b"\none\ntwo\n", 0, b"\r\none\r\ntwo\r\n"), (b"\none\n\ntwo\n", 0, b"\r\none\r\n\r\n"),
    ],
)  # fmt: skip
def test_top_may_send_whole_lines_alone(octets: bytes, lines: int, top: bytes) -> None:
    """Twisted: not a last line that nothing ends; and a first blank line ends no headers."""
    form = Form(unended=not octets.endswith(b"\n"))
    box = Mailbox("m", "m", "m", "x", "x", "", (Message("m", "id", crlf(octets), form=form),))
    (kept_,) = kept(box, top="ended-lines").open("m").messages
    assert bytes(kept_.top(lines)) == top
    assert kept_.wire() == crlf(octets)


def test_a_blank_line_may_end_headers_that_have_none() -> None:
    """popa3d: what parts two messages of an mbox ends the headers of one that is nothing else."""
    bare, whole = b"Subject: a\r\n", b"Subject: a\r\n\r\n"
    odd = b"Subject: a\r\r\n\r\r\nCR CR LF\r\r\n"
    messages = kept(mailbox([bare, whole, odd]), blank_line_behind="headers").open("mrose").messages
    assert [message.wire() for message in messages] == [whole, whole, odd + b"\r\n"]


def test_headers_may_be_written_anew() -> None:
    """mailutils: one blank behind each colon, and nothing from the first line that is no header."""
    content = (
        b"From:a\r\nTo : \t b \r\n more\r\nX-Empty:\r\nno header\r\nSubject: c\r\n\r\nbody\r\n"
    )
    (message,) = kept(mailbox([content]), neat_headers=True).open("mrose").messages
    assert message.wire() == b"From: a\r\nTo: b \r\n more\r\nX-Empty: \r\n\r\nbody\r\n"
    assert sizes(kept(neat_headers=True)) == sizes(kept())


def test_mail_made_to_a_size_is_not_made_to_be_kept() -> None:
    """What is done to it is done when its octets are asked for, and its size is known before."""
    big = make_message("big", {"Subject": "big"}, "From the start\n", octets=3_000_000)
    box = Mailbox("test", "mrose", "", "secret", "secret", "", (big,))
    store = kept(box, from_lines="quoted", blank_line_behind="each", neat_headers=True,
                 status_headers=True)  # fmt: skip
    session(store, told=(1,))
    (message,) = store.open("mrose").messages
    assert "_made" not in vars(big)
    assert b"\r\n>From the start\r\n" in message.wire()
    assert message.octets == len(message.wire()) > 3_000_003


@given(
    st.lists(st.sampled_from([b"From x", b">From y", b"A: b", b" c", b"", b"no", b"Status: O"])),
    st.integers(min_value=0, max_value=40),
    st.fixed_dictionaries({
        "from_lines": st.sampled_from(["kept", "quoted", "unquoted"]),
        "blank_line_behind": st.sampled_from(["kept-off", "headers", "each"]),
        "neat_headers": st.booleans(),
        "status_headers": st.booleans(),
    }),
)  # fmt: skip
def test_a_size_is_what_is_sent(lines: list[bytes], more: int, policy: dict[str, object]) -> None:
    """Whatever a store does to whatever mail, `octets` counts what RETR sends."""
    content = crlf(b"\r\n".join(lines))
    filler = b"word\r\n" * more
    made = Message("m", "id", lambda: content + filler, len(content + filler), start=content)
    box = Mailbox("test", "mrose", "", "secret", "secret", "", (made,))
    store = kept(box, **policy)
    for _ in range(2):
        (message,) = store.open("mrose", exclusive=False).messages
        assert message.octets == len(message.content())
        maildrop = store.open("mrose", exclusive=False)
        assert [m.octets for m in maildrop.tell([1])] == [
            len(m.content()) for m in maildrop.tell([1])
        ]
        maildrop.note([1], quitted=True)


# What a session writes into the mail


def test_sizes_drift_from_session_to_session() -> None:
    """mailutils: the five of the recordings, 1263, 1415, 1690 and 1695 octets."""
    store = kept(from_lines="unquoted", status_headers=True, unique_ids="{digest}.{validity}.{uid}")
    every = (1, 2, 3, 4, 5)
    assert sum(session(store)) == 1263
    assert sum(session(store, told=every)) == 1690
    assert sum(session(store, sent=every)) == 1690
    assert sizes(store) == [479, 290, 375, 255, 296]
    assert sum(session(store, sent=every, told=every)) == 1695


def test_uidl_writes_at_once() -> None:
    """In a first session, UIDL 3 makes number 3 alone longer, there and then."""
    store = kept(from_lines="unquoted", status_headers=True, unique_ids="{digest}.{validity}.{uid}")
    assert session(store, told=(3,)) == [357, 213, 353, 176, 219]
    assert sizes(store) == [423, 234, 374, 199, 240]


def test_a_lost_line_writes_too() -> None:
    """The states are written however the session ended."""
    store = kept(from_lines="unquoted", status_headers=True)
    session(store, sent=(1, 2), quitted=False)
    assert sizes(store) == [424, 235, 319, 199, 240]


def test_the_headers_stand_in_their_order() -> None:
    """X-UIDL, X-IMAPbase on the first alone, X-UID and Status, behind all others."""
    store = kept(status_headers=True, unique_ids="id-{uid}")
    session(store, sent=(1,), told=(1, 2))
    first, second, *_ = store.open("mrose").messages
    end = rb"Message-ID: [^\n]*\n(X-UIDL: id-%d\r\n)%sX-UID: %d\r\nStatus: %s\r\n\r\n"
    base = rb"X-IMAPbase: \d{10} {20}6\r\n"
    assert re.search(end % (1, base, 1, b"OR"), first.wire())
    assert re.search(end % (2, b"", 2, b"O"), second.wire())


def test_the_base_moves_to_what_is_first_then() -> None:
    """Where the first message is removed, the next bears X-IMAPbase; numbers stay."""
    store = kept(from_lines="unquoted", status_headers=True)
    session(store)
    maildrop = store.open("mrose")
    maildrop.remove([1])
    maildrop.note((), quitted=True)
    maildrop.release()
    assert sizes(store) == [279, 319, 199, 240]
    assert b"X-UID: 2\r\n" in store.open("mrose").messages[0].wire()


def test_what_stands_there_is_written_anew_where_something_is_missing() -> None:
    """Its own states hold, a uid of no base does not."""
    content = b"Status: RO\r\nSubject: x\r\nX-UID: 9\r\n 9\r\n\r\nbody\r\n"
    store = kept(mailbox([content]), status_headers=True)
    session(store)
    wire = store.open("mrose").messages[0].wire()
    assert wire.startswith(b"Subject: x\r\nX-IMAPbase: ")
    assert wire.endswith(b"X-UID: 1\r\nStatus: OR\r\n\r\nbody\r\n")


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        # What is sound stays, octet for octet.
        (["X-IMAPbase: 17 9|X-UID: 3|Status: RO", "X-UID: 5|X-UIDL: y|Status: O"], (), None),
        # RETR changes its own message alone.
        (["X-IMAPbase: 17 9|X-UID: 3|Status: O", "X-UID: 5|Status: O"], (2,),
         ["X-IMAPbase: 17 9|X-UID: 3|Status: O", "X-UID: 5|Status: OR"]),
        # From the first unsound uid all are new, and so is the base.
        (["X-IMAPbase: 17 9|X-UID: 3|Status: O", "X-UID: 2|Status: O", "X-UID: 6|Status: O"], (),
         ["X-IMAPbase: V {11:20}|X-UID: 3|Status: O", "X-UID: 9|Status: O", "X-UID: 10|Status: O"]),
        # Where there is room, the base is written in its place.
        (["X-IMAPbase: 17 {4:20}|X-UID: 3|Status: O|X: y", ""], (),
         ["X-IMAPbase: V {5:20}|X-UID: 3|Status: O|X: y", "X-UID: 4|Status: O"]),
        # A uid without a base is none, and neither is one before it.
        (["X-UID: 3|Status: O", "X-IMAPbase: 17 9|X-UID: 5|Status: O"], (),
         ["X-IMAPbase: V {10:20}|X-UID: 1|Status: O", "X-UID: 9|Status: O"]),
        # States are kept in their order, other signs are not.
        (["X-IMAPbase: 17 9|X-UID: 3|Status: FAxd", "X-UID: 5|Status: R"], (),
         ["X-IMAPbase: 17 {9:20}|X-UID: 3|Status: AFdO", "X-UID: 5|Status: OR"]),
    ],
)  # fmt: skip
def test_what_is_noted_of_mail_that_was_noted_before(
    before: list[str], sent: tuple[int, ...], after: list[str] | None
) -> None:
    """X-IMAPbase, X-UID and Status hold as far as they are sound (mailutils)."""

    def letter(headers: str) -> bytes:
        # {11:20} stands for that number in a field of twenty, and V for the store's own validity.
        text = re.sub(r"\{(\d+):20\}", lambda wide: wide[1].rjust(20), headers)
        text = text.replace("base: V", f"base: {Keeping().validity('mrose')}")
        lines = ["From: a@example.net", *filter(None, text.split("|")), "", "b", ""]
        return "\r\n".join(lines).encode()

    store = kept(mailbox([letter(each) for each in before]), status_headers=True)
    session(store, sent=sent)
    found = [message.wire() for message in store.open("mrose").messages]
    assert found == [letter(each) for each in after or before]


def test_uids_count_what_the_session_removed() -> None:
    """A first session numbers all of it, and the base goes to what is left."""
    store = kept(status_headers=True)
    maildrop = store.open("mrose")
    maildrop.remove([1, 2])
    maildrop.note((), quitted=True)
    maildrop.release()
    first, *_ = store.open("mrose").messages
    assert re.search(rb"\r\nX-IMAPbase: \d{10} {20}6\r\nX-UID: 3\r\nStatus: O\r\n", first.wire())


def test_what_is_written_anew_has_an_end() -> None:
    """A last line that nothing ended is sent with a CRLF that counts from the next session on."""
    letter = Message("m1", "uid-1", b"Subject: x\r\n\r\nbody\r\n", form=Form(unended=True))
    box = Mailbox("mrose", "mrose", "mrose", "secret", None, "", (letter,))
    store = kept(box, status_headers=True, unended_mail="uncounted")
    assert session(store) == [18]
    assert sizes(store) == [len(store.open("mrose").messages[0].wire())]


def test_mail_may_bring_the_same_unique_id_twice() -> None:
    """UIDL says it twice, and the store tells the two apart all the same."""
    letter = b"Subject: x\r\nX-UIDL: same\r\n\r\nbody\r\n"
    store = kept(mailbox([letter, letter]), status_headers=True, unique_ids="id-{uid}")
    first, second = store.open("mrose").messages
    assert (first.listed_id, second.listed_id) == ("same", "same")
    assert first.unique_id != second.unique_id


def test_a_unique_id_that_stands_in_the_mail_is_the_one() -> None:
    """X-UIDL, unfolded; UIDL then writes nothing, and the mail keeps its size."""
    letter = b"Subject: x\r\nX-UIDL:  a b\r\n\tc\r\n\r\nbody\r\n"
    store = kept(mailbox([letter]), status_headers=True, unique_ids="id-{uid}")
    assert session(store, told=(1,)) == [len(letter)]
    assert store.snapshot("mrose").items[0].unique_id == "a b c"


# Unique-ids


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ("{uid:08x}{validity:08x}", r"0000000[1-5][0-9a-f]{8}"),
        ("UID{uid}-{validity}", r"UID[1-5]-\d{10}"),
        ("{validity}.{uid}", r"\d{10}\.[1-5]"),
        ("{own}", r"uid-[1-5]"),
        ("GmailId{digest:.16}", r"GmailId[0-9a-f]{16}"),
    ],
)
def test_unique_ids_have_the_servers_form(form: str, found: str) -> None:
    """Each is of the form, no two are alike, and they are the same in another store."""
    store, other = kept(unique_ids=form), kept(unique_ids=form)
    ids = [message.unique_id for message in store.open("mrose").messages]
    assert all(re.fullmatch(found, each) for each in ids)
    assert len(set(ids)) == len(ids)
    assert ids == [message.unique_id for message in other.open("mrose").messages]


@pytest.mark.parametrize(
    ("of", "ids"),
    [
        ("lines", ["67c77ccf72f932a143f4126ff6e77169", "a0aeef00fc3879d0e7a4004ab69d4923",
                   "30b2c3872fd95b81b3b0b35d30d6eba9", "eb9fa1ffdf4ad9dee151457bdc730311",
                   "aa07aa8da3832db6611ea292ebc9005f"]),
        ("fixed-headers", ["3deb233451ce7aae", "5527e98c8009150c", "c9bb9e348f2b9e9a",
                           "e641e7370999e781", "fb275df0f39a246d"]),
    ],
)  # fmt: skip
def test_digests_are_those_of_the_recorded_servers(of: str, ids: list[str]) -> None:
    """solid-pop3d and popa3d gave the five these unique-ids."""
    found = [digest(Message("m", "id", content), of) for content in FIVE]
    assert [each[: len(ids[0])] for each in found] == ids


def test_copies_of_one_message_are_told_apart_but_not_by_uidl() -> None:
    """RFC 1939 section 7: where they are a digest of the mail, copies have the same unique-id.

    The store tells them apart all the same: what one session removes of them is one message.
    """
    store = kept(
        mailbox([FIVE[0], FIVE[0]]), unique_ids="{digest:.16}", unique_id_digest="fixed-headers"
    )
    store.deliver("mrose", Message("m3", "id", FIVE[0]))
    maildrop = store.open("mrose")
    own = [message.unique_id for message in maildrop.messages]
    assert own == [own[0], f"{own[0]}.2", f"{own[0]}.3"]
    assert [message.listed_id for message in maildrop.messages] == [own[0]] * 3
    maildrop.remove([2])
    maildrop.release()
    assert [message.unique_id for message in store.open("mrose").messages] == [own[0], own[2]]


def test_unique_ids_of_another_form_are_listed_as_they_are() -> None:
    """Two messages with one unique-id in a sample have two at a server that makes its own."""
    for policy in (
        {},
        {"unique_ids": "{own}"},
        {"unique_ids": "{digest}", "unique_id_digest": "own"},
    ):
        store = kept(mailbox([FIVE[0], FIVE[0]]), **policy)
        messages = store.open("mrose").messages
        ids = [message.listed_id for message in messages]
        assert ids == [message.unique_id for message in messages]
        assert len(set(ids)) == 2


def test_new_mail_gets_a_number_that_was_never_used() -> None:
    """Also where the last message has been removed before."""
    store = kept(unique_ids="UID{uid}-{validity}")
    maildrop = store.open("mrose")
    maildrop.remove([5])
    maildrop.release()
    store.deliver("mrose", make_message("new", {"Subject": "new"}))
    ids = [message.unique_id.partition("-")[0] for message in store.open("mrose").messages]
    assert ids == ["UID1", "UID2", "UID3", "UID4", "UID6"]


def test_what_an_earlier_run_removed_is_known_by_the_servers_ids() -> None:
    """`removed` and `remove_ids` speak of the unique-ids that the store shows."""
    store, again = (kept(unique_ids="{validity}.{uid}") for _ in range(2))
    maildrop = store.open("mrose")
    maildrop.remove([2])
    again.remove_ids("mrose", store.removed("mrose"))
    assert [item.label for item in again.snapshot("mrose").items] == ["m1", "m3", "m4", "m5"]


def test_two_maildrops_differ_in_their_validity() -> None:
    """The number follows from the owner's name alone."""
    keeping = Keeping()
    assert keeping.validity("mira") == keeping.validity("mira") != keeping.validity("omar")


@pytest.mark.parametrize(
    "form", ["{uid", "{number}", "{uid:z}", "fixed", "{validity}", "{uid} {validity}", "{uid}" * 71,
             "{0}", "{uid.x}"],
)  # fmt: skip
def test_a_form_that_gives_no_unique_ids_is_told(form: str) -> None:
    """It cannot be filled in, is no unique-id, or is the same for each message."""
    assert [key for key, _ in mail_complaints(Policy(unique_ids=form))] == ["unique_ids"]


def test_many_messages_are_kept_and_none_is_made_for_it() -> None:
    """10,000 messages made to a size are dressed in every way, and their bodies are made by nobody."""
    messages = tuple(
        make_message(f"m{n}", {"Subject": f"{n}", "Date": "x"}, "From\n", octets=5000)
        for n in range(10_000)
    )
    box = Mailbox("test", "mrose", "", "secret", "secret", "", messages)
    store = kept(box, unique_ids="{digest}", unique_id_digest="lines", from_lines="quoted",
                 blank_line_behind="each")  # fmt: skip
    assert len(store.open("mrose").messages) == 10_000
    assert not any("_made" in vars(message) for message in messages)


# Sessions


def test_marks_on_the_disk_are_of_one_copy() -> None:
    """What is flagged after a reset is no mark on the new copy's mail."""
    store = kept()
    maildrop = store.open("mrose")
    maildrop.flag([1])
    assert maildrop.flagged == {1}
    store.reset()
    assert maildrop.flagged == set()
    maildrop.flag([2])
    assert maildrop.flagged == set()


def test_a_reset_is_nothing_that_others_removed() -> None:
    """Nothing is missing then: it is another disk."""
    store = kept()
    maildrop = store.open("mrose", exclusive=False)
    store.remove_label("mrose", "m2")
    assert maildrop.missing() == {2}
    store.reset()
    assert maildrop.missing() == set()


def test_what_retr_sent_has_another_name_for_who_was_there_before() -> None:
    """Courier's "seen": who opened the maildrop before finds it gone, and cannot remove it."""
    store = kept(retr_renames=True, notices="message")
    reader, other = (store.open("mrose", exclusive=False) for _ in range(2))
    reader.rename(4)
    assert (reader.missing(), other.missing()) == (set(), {4})
    other.rename(4)
    assert other.missing() == {4}
    other.remove([4, 5])
    assert len(sizes(store)) == 4
    later = store.open("mrose", exclusive=False)
    assert later.missing() == set()
    # It has the name by now: nobody's RETR gives it another.
    reader.rename(4)
    assert later.missing() == set()
    reader.remove([4])
    assert (len(sizes(store)), later.missing()) == (3, {4})


def test_a_name_is_taken_back_with_the_state_of_the_disk() -> None:
    """`:undo` of a RETR: the others find the message again; and a reset is another disk."""
    store = kept(retr_renames=True, notices="message")
    reader, other = (store.open("mrose", exclusive=False) for _ in range(2))
    before = store.state()
    reader.rename(1)
    assert other.missing() == {1}
    store.restore(before)
    assert other.missing() == set()
    reader.rename(1)
    store.reset()
    assert other.missing() == set()
    reader.rename(2)
    assert other.missing() == set()


def test_a_store_that_renames_says_what_others_notice() -> None:
    """Otherwise nobody would ever see it."""
    assert [key for key, _ in mail_complaints(Policy(retr_renames=True))] == ["retr_renames"]
    assert not list(mail_complaints(Policy(retr_renames=True, notices="message")))


@pytest.mark.parametrize(
    ("content", "wire", "top"),
    [
        (b".x: y\r\n\r\n.z\r\n", b".x: y\r\n\r\n..z\r\n", b".x: y\r\n\r\n"),
        (b"\r\nbody\r\n\r\nmore\r\n", b"\r\nbody\r\n\r\nmore\r\n", b"\r\nbody\r\n\r\n"),
        (b"A: b\r\n\r\n.c\r\n", b"A: b\r\n\r\n..c\r\n", b"A: b\r\n\r\n"),
    ],
)
def test_the_first_line_may_be_no_line_to_a_server(content: bytes, wire: bytes, top: bytes) -> None:
    """Courier looks behind each line end: a dot before all of them stays alone, and an empty line."""
    (message,) = (
        kept(mailbox([content]), first_dot="bare", top="headed", unique_ids="{uid}")
        .open("mrose")
        .messages
    )
    assert (message.wire(), bytes(message.top(0))) == (wire, top)
    assert message.octets == len(content)
    (usual,) = kept(mailbox([b".x\r\n\r\n"])).open("mrose").messages
    assert usual.wire() == b"..x\r\n\r\n"


def test_octets_above_127_may_be_crossed_out_in_headers() -> None:
    """Cyrus: an X for each octet, and the body stays."""
    mail = "Subject: Gr\u00fc\u00dfe\r\n\r\nGr\u00fc\u00dfe\r\n".encode()
    (message,) = kept(mailbox([mail]), eight_bit_headers="crossed-out").open("mrose").messages
    assert message.content() == "Subject: GrXXXXe\r\n\r\nGr\u00fc\u00dfe\r\n".encode()
    (usual,) = kept(mailbox([mail])).open("mrose").messages
    assert usual.content() == mail
