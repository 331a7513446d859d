"""What a mark means where servers differ: how it shows, when it takes effect, who notices."""

from __future__ import annotations

import pytest
from chairs import letters, personality
from stores import called, left, said, served

from simulator.mailroom import Trouble
from simulator.pop3 import Ending, Personality, Reason, complaints

_SIZES = [message.octets for message in letters().messages]


# How marked messages show


def test_marked_messages_may_stand_as_empty() -> None:
    """Twisted counts a marked message, and says that it has 0 octets; UIDL tells it as before."""
    chairs = called(personality(marked="empty", finds_marked=frozenset({"LIST", "UIDL"})))
    assert said(chairs, "DELE 1", "STAT")[1] == f"+OK 3 {_SIZES[1] + _SIZES[2]}"
    assert said(chairs, "LIST")[1:] == ["1 0", f"2 {_SIZES[1]}", f"3 {_SIZES[2]}"]
    assert said(chairs, "LIST 1", "UIDL 1") == ["+OK 1 0", "+OK 1 uid-1"]
    assert said(chairs, "UIDL")[1:] == ["1 uid-1", "2 uid-2", "3 uid-3"]


def test_what_is_found_marked_is_by_command() -> None:
    """RETR of a marked message is refused where only LIST and UIDL find it."""
    chairs = called(personality(marked="empty", finds_marked=frozenset({"LIST", "UIDL"})))
    refused = chairs.say("DELE 1", "RETR 1", "TOP 1 0")[1:]
    assert [each.reason for each in refused] == [Reason.ALREADY_DELETED] * 2


def test_marked_messages_may_stand_as_if_nothing_had_been_said() -> None:
    """Mailpit lists a marked message, counts it and sends it, and QUIT removes it all the same."""
    found = frozenset({"LIST", "UIDL", "RETR", "TOP"})
    manner = personality(marked="listed", finds_marked=found, dele_twice=True)
    accounts = served(manner)
    chairs = called(manner, accounts)
    lines = ("STAT", "LIST 2", "UIDL 2", "RETR 2", "TOP 2 0", "DELE 2")
    before, rows = said(chairs, *lines), said(chairs, "RSET", "LIST")[2:]
    chairs.say("DELE 2")
    assert said(chairs, *lines) == before
    assert said(chairs, "LIST")[1:] == rows
    chairs.say("QUIT")
    assert left(accounts) == ["m1", "m3"]


def test_the_others_may_be_counted_from_one() -> None:
    """Courier after 1.0: LIST and UIDL give numbers that RETR understands otherwise."""
    chairs = called(personality(marked="renumbered"))
    assert said(chairs, "DELE 1", "LIST")[2:] == [f"1 {_SIZES[1]}", f"2 {_SIZES[2]}"]
    assert said(chairs, "UIDL")[1:] == ["1 uid-2", "2 uid-3"]
    assert said(chairs, "UIDL 2") == ["+OK 2 uid-2"]


# When a mark takes effect


def test_a_lost_line_may_remove_too() -> None:
    """Qpopper's update-on-abort, against RFC 1939 section 6."""
    manner = personality(removal="also-on-drop")
    accounts = served(manner)
    chairs = called(manner, accounts)
    chairs.say("DELE 2")
    chairs.drop()
    assert left(accounts) == ["m1", "m3"]
    called(manner, accounts)  # the lock is open


def test_what_was_sent_may_be_gone_without_quit() -> None:
    """A provider that removes what RETR sent, and does not wait for QUIT."""
    manner = personality(removal="also-on-drop", retr_deletes=True)
    accounts = served(manner)
    chairs = called(manner, accounts)
    chairs.say("RETR 3")
    chairs.drop()
    assert left(accounts) == ["m1", "m2"]


def test_dele_may_remove_at_once() -> None:
    """smtp4dev: the message is gone, later numbers move down, and RSET brings nothing back."""
    manner = personality(removal="at-once")
    accounts = served(manner)
    chairs = called(manner, accounts)
    chairs.say("DELE 1")
    assert left(accounts) == ["m2", "m3"]
    assert said(chairs, "UIDL")[1:] == ["1 uid-2", "2 uid-3"]
    assert said(chairs, "DELE 2", "RSET", "UIDL")[2:] == ["+OK", "1 uid-2"]
    chairs.drop()
    assert left(accounts) == ["m2"]


def test_what_cannot_be_removed_at_once_is_refused() -> None:
    """A full disk refuses DELE there and then; the message stays, and so do the numbers."""
    manner = personality(removal="at-once")
    accounts = served(manner)
    chairs = called(manner, accounts)
    accounts.trouble("mrose", Trouble("update", permanent=True))
    assert chairs.say("DELE 1")[0].reason is Reason.PERMANENT
    assert said(chairs, "UIDL")[1] == "1 uid-1"


def test_a_mark_may_outlive_the_session() -> None:
    """GreenMail marks on the disk: a lost line leaves the mark, and anybody's QUIT removes."""
    manner = personality(removal="flagged", lock=False)
    accounts = served(manner)
    chairs = called(manner, accounts)
    chairs.say("DELE 2")
    chairs.drop()
    assert left(accounts) == ["m1", "m2", "m3"]
    other = called(manner, accounts)
    assert said(other, "STAT") == [f"+OK 2 {_SIZES[0] + _SIZES[2]}"]
    other.say("QUIT")
    assert left(accounts) == ["m1", "m3"]


def test_rset_takes_marks_off_the_disk() -> None:
    """RSET takes back a mark of the session before, too."""
    manner = personality(removal="flagged")
    accounts = served(manner)
    chairs = called(manner, accounts)
    chairs.say("DELE 2")
    chairs.drop()
    assert [each.ok for each in called(manner, accounts).say("RSET", "QUIT")] == [True, True]
    assert left(accounts) == ["m1", "m2", "m3"]


def test_a_mark_on_the_disk_can_be_taken_back_a_line() -> None:
    """`restore` takes the mark off the disk, and puts a removed message back."""
    for removal in ("flagged", "at-once"):
        manner = personality(removal=removal)
        accounts = served(manner)
        chairs = called(manner, accounts)
        server, store = chairs.server.state(), accounts.state()
        chairs.say("DELE 1", "QUIT")
        chairs.server.restore(server)
        accounts.restore(store)
        chairs.server.receive_data(b"STAT\r\n")
        assert b"".join(chairs.server.data_to_send()) == f"+OK 3 {sum(_SIZES)}\r\n".encode()


def test_a_failure_may_be_hushed() -> None:
    """Courier and Cyrus say +OK to a QUIT that removed nothing."""
    manner = personality(hushes_failures=True)
    accounts = served(manner)
    chairs = called(manner, accounts)
    accounts.trouble("mrose", Trouble("update"))
    assert chairs.say("DELE 1", "QUIT")[1].ok
    assert left(accounts) == ["m1", "m2", "m3"]


# Who else is there


def test_what_another_removed_is_refused() -> None:
    """Dovecot: RETR and TOP of it are refused, also where they were answered before; LIST is not."""
    manner = personality(lock=False, notices="message")
    accounts = served(manner)
    one, other = called(manner, accounts), called(manner, accounts)
    assert one.say("RETR 2")[0].ok
    other.say("DELE 2", "QUIT")
    found = one.say("RETR 2", "TOP 2 0", "LIST 2", "RETR 1", "RETR 2")
    missing = Reason.NO_SUCH_MESSAGE
    assert [each.reason for each in found] == [missing, missing, None, None, missing]
    assert one.seen == one.made


def test_a_text_of_its_own_tells_what_another_removed() -> None:
    """The detail "expunged" has its own text."""
    manner = personality(lock=False, notices="message")
    words = {**manner.wording, "no-such-message.expunged": "Message {number} expunged."}
    manner = Personality("plain", "", words, manner.policy)
    accounts = served(manner)
    one, other = called(manner, accounts), called(manner, accounts)
    other.say("DELE 2", "QUIT")
    assert said(one, "RETR 2") == ["-ERR Message 2 expunged."]


@pytest.mark.parametrize("line", ["RETR 1", "TOP 1 0", "DELE 3\nQUIT"])
def test_a_session_may_give_up_where_the_maildrop_has_changed(line: str) -> None:
    """popa3d: any RETR and TOP, and a QUIT that would remove mail, ends the session; nothing goes."""
    manner = personality(lock=False, notices="maildrop")
    accounts = served(manner)
    one, other = called(manner, accounts), called(manner, accounts)
    other.say("DELE 2", "QUIT")
    last = one.say(*line.split("\n"))[-1]
    assert not last.ok
    assert one.server.hangs_up
    assert left(accounts) == ["m1", "m3"]


@pytest.mark.parametrize("line", ["RETR 1", "DELE 3\nQUIT"])
def test_who_gives_up_may_say_nothing(line: str) -> None:
    """popa3d closes the line without a word, and removes nothing; both ends know of no more."""
    manner = personality(lock=False, notices="maildrop", silent_on=frozenset({"temporary.changed"}))
    accounts = served(manner)
    one, other = called(manner, accounts), called(manner, accounts)
    other.say("DELE 2", "QUIT")
    before = len(one.seen) + line.count("\n")
    one.say(*line.split("\n"))
    assert len(one.seen) == before
    assert one.seen == one.made
    assert one.client.end is not None
    assert one.client.end.by is Ending.SERVER
    assert left(accounts) == ["m1", "m3"]
    called(manner, accounts)


@pytest.mark.parametrize(("notices", "ok"), [("maildrop", True), ("maildrop-always", False)])
def test_a_quit_that_removes_nothing_may_give_up_too(notices: str, ok: bool) -> None:
    """popa3d writes nothing then; solid-pop3d writes its mbox at each QUIT, and fails."""
    manner = personality(lock=False, notices=notices)
    accounts = served(manner)
    one, other = called(manner, accounts), called(manner, accounts)
    other.say("DELE 2", "QUIT")
    assert one.say("QUIT")[0].ok is ok


def test_new_mail_may_show_at_once() -> None:
    """mailutils: STAT counts it, RETR sends it and DELE marks it, under the next number."""
    manner = personality(sees_new=True)
    accounts = served(manner)
    chairs = called(manner, accounts)
    assert said(chairs, "STAT") == [f"+OK 3 {sum(_SIZES)}"]
    accounts.deliver("mrose", letters(4).messages[3])
    assert said(chairs, "STAT")[0].startswith("+OK 4 ")
    assert [each.ok for each in chairs.say("RETR 4", "DELE 4", "QUIT")] == [True] * 3
    assert left(accounts) == ["m1", "m2", "m3"]


@pytest.mark.parametrize(
    ("line", "counts"),
    [("STAT", True), ("LIST", True), ("UIDL", True), ("RSET", True),
     ("NOOP", False), ("LIST 1", False), ("UIDL 4", False), ("RETR 1", False), ("DELE 4", False)],
)  # fmt: skip
def test_new_mail_may_show_once_the_messages_are_counted(line: str, counts: bool) -> None:
    """mailutils: a number is not asked for on the disk, so 4 is none before that."""
    manner = personality(sees_new=True)
    accounts = served(manner)
    chairs = called(manner, accounts)
    accounts.deliver("mrose", letters(4).messages[3])
    *_, late = chairs.say(line, "RETR 4")
    assert late.ok is counts
    assert chairs.say("DELE 1", "QUIT")[-1].ok
    assert left(accounts) == ["m2", "m3", "m4"]


def test_new_mail_waits_for_the_next_login() -> None:
    """RFC 1939 section 8: by default nothing shows before."""
    manner = personality()
    accounts = served(manner)
    chairs = called(manner, accounts)
    accounts.deliver("mrose", letters(4).messages[3])
    assert said(chairs, "STAT") == [f"+OK 3 {sum(_SIZES)}"]


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        ({"removal": "at-once", "notices": "message"}, "notices"),
        ({"sees_new": True, "window": 3}, "sees_new"),
        ({"finds_marked": frozenset({"STAT"})}, "finds_marked"),
        ({"last_counts": frozenset({"LIST"})}, "last_counts"),
        ({"recent": -1}, "recent"),
        ({"window": -1}, "window"),
    ],
)
def test_a_policy_that_cannot_be_is_told(policy: dict[str, object], field: str) -> None:
    """Fields that do not go together, and values that mean nothing, are found with the page."""
    assert [key for key, _ in complaints(personality(**policy))] == [field]
    assert field not in [key for key, _ in complaints(personality())]
