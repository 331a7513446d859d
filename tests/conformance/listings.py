"""RFC 1939 section 5: STAT and LIST, NOOP; section 7: UIDL. What they say, and how it looks."""

from __future__ import annotations

import re

from .call import Call
from .dial import Dial
from .mail import Mail
from .table import MUST, SHOULD, check

_PAIR = re.compile(rb"[0-9]+ [0-9]+")


def _counts(call: Call) -> list[int]:
    words = call.ok("STAT").words
    call.want(len(words) >= 2 and words[0].isdigit() and words[1].isdigit(), "+OK nn mm")
    return [int(word) for word in words[:2]]


@check("1939-5-stat-shape", MUST)
def stat_shape(dial: Dial) -> None:
    """STAT's reply is "+OK", a blank, the count of messages, a blank, and their octets."""
    with dial.log_in() as call:
        line = call.ok("STAT").line
        call.want(re.match(rb"\+OK [0-9]+ [0-9]+(?: |\r\n)", line) is not None, "+OK nn mm")


@check("1939-5-stat-bare", SHOULD)
def stat_bare(dial: Dial) -> None:
    """Nothing stands behind the two numbers of STAT."""
    with dial.log_in() as call:
        call.want(_PAIR.fullmatch(call.ok("STAT").text) is not None, "two numbers and CRLF")


@check("1939-5-stat-counts", MUST)
def stat_counts(dial: Dial) -> None:
    """STAT counts the messages and their octets."""
    with dial.log_in() as call:
        wanted = [len(dial.account.mails), dial.account.octets]
        call.want(_counts(call) == wanted, f"{wanted[0]} messages, {wanted[1]} octets")


@check("1939-5-stat-marked", MUST)
def stat_marked(dial: Dial) -> None:
    """Messages marked as deleted are counted in neither of STAT's totals."""
    with dial.log_in() as call:
        call.ok("DELE 2")
        rest = dial.account.octets - len(dial.account.mails[1].content)
        call.want(_counts(call) == [2, rest], f"2 messages, {rest} octets")


@check("1939-5-stat-empty", MUST, mail=())
def stat_empty(dial: Dial) -> None:
    """An empty maildrop has 0 messages and 0 octets."""
    with dial.log_in() as call:
        call.want(_counts(call) == [0, 0], "+OK 0 0")


@check("1939-5-stat-no-more", MUST)
def stat_no_more(dial: Dial) -> None:
    """STAT takes no arguments and changes nothing: said twice it says the same."""
    with dial.log_in() as call:
        call.want(_counts(call) == _counts(call), "the same twice")


@check("1939-5-list-shape", MUST)
def list_shape(dial: Dial) -> None:
    """Each scan listing is a message-number, a blank and the size in octets."""
    with dial.log_in() as call:
        for row in call.body_of("LIST").rows:
            call.want(re.match(rb"[0-9]+ [0-9]+(?: |\Z)", row) is not None, "a number and a size")


@check("1939-5-list-bare", SHOULD)
def list_bare(dial: Dial) -> None:
    """Nothing stands behind the size in a scan listing."""
    with dial.log_in() as call:
        for row in [*call.body_of("LIST").rows, call.ok("LIST 1").text]:
            call.want(_PAIR.fullmatch(row) is not None, "a number, a blank, a size and CRLF")


@check("1939-5-list-sizes", MUST)
def list_sizes(dial: Dial) -> None:
    """LIST gives each message's own size."""
    with dial.log_in() as call:
        rows = [row.split()[:2] for row in call.body_of("LIST").rows]
        wanted = [[b"%d" % n, b"%d" % len(mail.content)] for n, mail in _numbered(dial)]
        call.want(rows == wanted, f"{wanted}")


def _numbered(dial: Dial) -> list[tuple[int, Mail]]:
    return list(enumerate(dial.account.mails, 1))


@check("1939-5-list-sum", MUST)
def list_sum(dial: Dial) -> None:
    """The sizes of LIST add up to the octets of STAT, and the lines to its count."""
    with dial.log_in() as call:
        sizes = [int(row.split()[1]) for row in call.body_of("LIST").rows]
        call.want(_counts(call) == [len(sizes), sum(sizes)], f"{len(sizes)} and {sum(sizes)}")


@check("1939-5-list-one", MUST)
def list_one(dial: Dial) -> None:
    """LIST with a number is answered by one line with that message's scan listing."""
    with dial.log_in() as call:
        for number, mail in enumerate(dial.account.mails, 1):
            words = call.ok(f"LIST {number}").words[:2]
            call.want(words == [b"%d" % number, b"%d" % len(mail.content)], "+OK number size")
        call.in_step()


@check("1939-5-list-none", MUST)
def list_none(dial: Dial) -> None:
    """LIST with a number that no message has is answered -ERR."""
    with dial.log_in() as call:
        call.err("LIST 4")
        call.err("LIST 0")


@check("1939-5-list-empty", MUST, mail=())
def list_empty(dial: Dial) -> None:
    """LIST of an empty maildrop is +OK and the line "." alone."""
    with dial.log_in() as call:
        call.want(call.body_of("LIST").body == b"", "no line before the dot")
        call.in_step()


@check("1939-5-list-marked", MUST)
def list_marked(dial: Dial) -> None:
    """LIST leaves marked messages out; the others keep their numbers."""
    with dial.log_in() as call:
        call.ok("DELE 2")
        numbers = [row.split()[0] for row in call.body_of("LIST").rows]
        call.want(numbers == [b"1", b"3"], "the numbers 1 and 3")


@check("1939-5-list-one-marked", MUST)
def list_one_marked(dial: Dial) -> None:
    """LIST with the number of a marked message is answered -ERR."""
    with dial.log_in() as call:
        call.ok("DELE 2")
        call.err("LIST 2")
        call.ok("LIST 3")


@check("1939-5-list-all-marked", MUST)
def list_all_marked(dial: Dial) -> None:
    """When every message is marked LIST is +OK and the line "." alone, and STAT says 0 0."""
    with dial.log_in() as call:
        for number in (3, 1, 2):
            call.ok(f"DELE {number}")
        call.want(call.body_of("LIST").body == b"", "no line before the dot")
        call.want(_counts(call) == [0, 0], "+OK 0 0")


@check("1939-5-noop", MUST)
def noop(dial: Dial) -> None:
    """NOOP is answered +OK and does nothing."""
    with dial.log_in() as call:
        call.ok("DELE 1")
        before = _counts(call)
        call.ok("NOOP")
        call.want(_counts(call) == before, "the same counts as before")


@check("1939-5-list-many", MUST, mail=("letter", "dots") * 60)
def list_many(dial: Dial) -> None:
    """A maildrop of 120 messages is listed in full, each once."""
    with dial.log_in() as call:
        numbers = [int(row.split()[0]) for row in call.body_of("LIST").rows]
        call.want(numbers == list(range(1, 121)), "the numbers from 1 to 120")


# UIDL


def _ids(call: Call) -> dict[bytes, bytes]:
    rows = [row.split(b" ") for row in call.body_of("UIDL").rows]
    call.want(all(len(row) == 2 for row in rows), "a number, a blank and a unique-id a line")
    return {row[0]: row[1] for row in rows}


@check("1939-7-uidl-shape", MUST, needs="UIDL")
def uidl_shape(dial: Dial) -> None:
    """Each unique-id listing is a message-number, a blank and the unique-id, for each message."""
    with dial.log_in() as call:
        call.want(list(_ids(call)) == [b"1", b"2", b"3"], "the numbers 1, 2 and 3")


@check("1939-7-uidl-octets", MUST, needs="UIDL")
def uidl_octets(dial: Dial) -> None:
    """A unique-id is 1 to 70 characters in the range 0x21 to 0x7E."""
    with dial.log_in() as call:
        for unique_id in _ids(call).values():
            good = re.fullmatch(rb"[\x21-\x7e]{1,70}", unique_id) is not None
            call.want(good, "1 to 70 printable characters")


@check("1939-7-uidl-unique", MUST, needs="UIDL", mail=("letter", "dots") * 30)
def uidl_unique(dial: Dial) -> None:
    """No two messages of a maildrop have the same unique-id; copies of one message may."""
    with dial.log_in() as call:
        ids = _ids(call)
        call.want(ids[b"1"] != ids[b"2"], "two unique-ids")
        call.want(len(ids) == 60, "60 lines")


@check("1939-7-uidl-copies", SHOULD, needs="UIDL", mail=("letter", "letter", "letter"))
def uidl_copies(dial: Dial) -> None:
    """Copies of one message have unique-ids of their own, though a hash would be allowed."""
    with dial.log_in() as call:
        call.want(len(set(_ids(call).values())) == 3, "three unique-ids")


@check("1939-7-uidl-one", MUST, needs="UIDL")
def uidl_one(dial: Dial) -> None:
    """UIDL with a number is answered by one line, with the same unique-id as in the whole list."""
    with dial.log_in() as call:
        for number, unique_id in _ids(call).items():
            words = call.ok(b"UIDL " + number).words
            call.want(words == [number, unique_id], "+OK number unique-id")
        call.in_step()


@check("1939-7-uidl-none", MUST, needs="UIDL")
def uidl_none(dial: Dial) -> None:
    """UIDL with a number that no message has is answered -ERR."""
    with dial.log_in() as call:
        call.err("UIDL 4")
        call.err("UIDL 0")


@check("1939-7-uidl-marked", MUST, needs="UIDL")
def uidl_marked(dial: Dial) -> None:
    """UIDL leaves marked messages out, and is -ERR for the number of one."""
    with dial.log_in() as call:
        call.ok("DELE 1")
        call.want(list(_ids(call)) == [b"2", b"3"], "the numbers 2 and 3")
        call.err("UIDL 1")


@check("1939-7-uidl-empty", MUST, needs="UIDL", mail=())
def uidl_empty(dial: Dial) -> None:
    """UIDL of an empty maildrop is +OK and the line "." alone."""
    with dial.log_in() as call:
        call.want(call.body_of("UIDL").body == b"", "no line before the dot")


@check("1939-7-uidl-persists", MUST, needs="UIDL")
def uidl_persists(dial: Dial) -> None:
    """Unique-ids are the same in the next session."""
    with dial.log_in() as call:
        before = _ids(call)
        call.quit()
    with dial.again() as call:
        call.want(_ids(call) == before, f"{before}")


@check("1939-7-uidl-persists-cut", MUST, needs="UIDL")
def uidl_persists_cut(dial: Dial) -> None:
    """Unique-ids persist even where a session ends without entering UPDATE."""
    with dial.log_in() as call:
        before = _ids(call)
        call.drop()
    with dial.again() as call:
        call.want(_ids(call) == before, f"{before}")


@check("1939-7-uidl-follows", MUST, needs="UIDL")
def uidl_follows(dial: Dial) -> None:
    """A unique-id stays with its message when others are removed and the numbers change."""
    with dial.log_in() as call:
        before = _ids(call)
        call.ok("DELE 1")
        call.quit()
    with dial.again() as call:
        after = _ids(call)
        call.want(after == {b"1": before[b"2"], b"2": before[b"3"]}, "the ids of the other two")


@check("1939-7-uidl-rset", MUST, needs="UIDL")
def uidl_rset(dial: Dial) -> None:
    """After RSET a message that was marked has its old unique-id."""
    with dial.log_in() as call:
        before = _ids(call)
        call.ok("DELE 3")
        call.ok("RSET")
        call.want(_ids(call) == before, f"{before}")
