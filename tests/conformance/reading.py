"""RFC 1939 section 5: RETR; section 7: TOP. Which message, and how much of it."""

from __future__ import annotations

from .call import Call
from .dial import Dial
from .mail import Mail
from .reply import Reply
from .table import FEW, MUST, check


@check("1939-5-retr-whole", MUST)
def retr_whole(dial: Dial) -> None:
    """RETR sends the whole message of that number."""
    with dial.log_in() as call:
        for number, mail in enumerate(dial.account.mails, 1):
            call.want_mail(number, mail.content)


@check("1939-5-retr-none", MUST)
def retr_none(dial: Dial) -> None:
    """RETR of a number that no message has is answered -ERR, without a body."""
    with dial.log_in() as call:
        call.err("RETR 4")
        call.err("RETR 999999")
        call.in_step()


@check("1939-5-retr-zero", MUST)
def retr_zero(dial: Dial) -> None:
    """There is no message 0."""
    with dial.log_in() as call:
        call.err("RETR 0")
        call.in_step()


@check("1939-5-retr-bare", MUST)
def retr_bare(dial: Dial) -> None:
    """RETR without its argument is answered -ERR."""
    with dial.log_in() as call:
        call.err("RETR")
        call.in_step()


@check("1939-5-retr-marked", MUST)
def retr_marked(dial: Dial) -> None:
    """RETR of a message marked as deleted is answered -ERR."""
    with dial.log_in() as call:
        call.ok("DELE 1")
        call.err("RETR 1")
        call.in_step()


@check("1939-5-retr-twice", MUST)
def retr_twice(dial: Dial) -> None:
    """RETR marks nothing: the same message can be had again, and is the same."""
    with dial.log_in() as call:
        first = call.body_of("RETR 2").body
        call.want_same(call.body_of("RETR 2").body, first, "message 2 again")
        call.want(call.ok("STAT").words[0] == b"3", "3 messages still")


@check("1939-5-retr-any-order", MUST)
def retr_any_order(dial: Dial) -> None:
    """Messages may be read in any order."""
    with dial.log_in() as call:
        for number in (3, 1, 2, 1):
            call.want_mail(number, dial.account.mails[number - 1].content)


@check("1939-5-retr-after-dele", MUST)
def retr_after_dele(dial: Dial) -> None:
    """A mark on one message does not move the others: each number still names its message."""
    with dial.log_in() as call:
        call.ok("DELE 1")
        for number in (2, 3):
            call.want_mail(number, dial.account.mails[number - 1].content)


@check("1939-5-retr-list-size", MUST, mail=("letter", "dots", "many-dots", "unix"))
def retr_list_size(dial: Dial) -> None:
    """The size that LIST gives is the octets that RETR sends, stuffing not counted."""
    with dial.log_in() as call:
        for row in call.body_of("LIST").rows:
            number, size = row.split()[:2]
            got = len(call.body_of(b"RETR " + number).content)
            call.want(got == int(size), f"{int(size)} octets, as LIST says, not {got}")


# TOP


def _top(call: Call, number: int, lines: int) -> Reply:
    return call.body_of(f"TOP {number} {lines}")


def _wanted(mail: Mail, lines: int) -> bytes:
    return mail.header + b"".join(mail.body[:lines])


@check("1939-7-top-zero", MUST, needs="TOP")
def top_zero(dial: Dial) -> None:
    """TOP with 0 lines sends the header and the blank line behind it, no more."""
    with dial.log_in() as call:
        for number, mail in enumerate(dial.account.mails, 1):
            call.want_same(_top(call, number, 0).content, mail.header, f"top of {number}")


@check("1939-7-top-some", MUST, needs="TOP")
def top_some(dial: Dial) -> None:
    """TOP sends the header, the blank line, and as many lines of the body as were asked for."""
    with dial.log_in() as call:
        for lines in (1, 2, 5):
            got = _top(call, 3, lines).content
            call.want_same(got, _wanted(dial.account.mails[2], lines), f"{lines} lines")


@check("1939-7-top-more", MUST, needs="TOP")
def top_more(dial: Dial) -> None:
    """Where more lines are asked for than there are, TOP sends the whole message."""
    with dial.log_in() as call:
        for number, mail in enumerate(dial.account.mails, 1):
            call.want_same(_top(call, number, 10000).content, mail.content, f"all of {number}")


@check("1939-7-top-exact", MUST, needs="TOP")
def top_exact(dial: Dial) -> None:
    """TOP with just as many lines as the body has sends all of it; with one fewer, one fewer."""
    mail = dial.account.mails[2]
    with dial.log_in() as call:
        for lines in (len(mail.body) - 1, len(mail.body)):
            got = _top(call, 3, lines).content
            call.want_same(got, _wanted(mail, lines), f"{lines} lines")


@check("1939-7-top-stuffed", MUST, needs="TOP", mail=("dots",))
def top_stuffed(dial: Dial) -> None:
    """The lines of TOP are stuffed as RETR's are, and each counts as one."""
    with dial.log_in() as call:
        for lines in range(8):
            got = _top(call, 1, lines).content
            call.want_same(got, _wanted(dial.account.mails[0], lines), f"{lines} lines")


@check("1939-7-top-negative", MUST, needs="TOP")
def top_negative(dial: Dial) -> None:
    """TOP takes a number of lines that is not negative."""
    with dial.log_in() as call:
        call.err("TOP 1 -1")
        call.in_step()


@check("1939-7-top-one-argument", MUST, needs="TOP")
def top_one_argument(dial: Dial) -> None:
    """TOP needs both its arguments."""
    with dial.log_in() as call:
        call.err("TOP 1")
        call.err("TOP")
        call.in_step()


@check("1939-7-top-none", MUST, needs="TOP")
def top_none(dial: Dial) -> None:
    """TOP of a number that no message has is answered -ERR."""
    with dial.log_in() as call:
        call.err("TOP 4 0")
        call.err("TOP 0 0")
        call.in_step()


@check("1939-7-top-marked", MUST, needs="TOP")
def top_marked(dial: Dial) -> None:
    """TOP of a message marked as deleted is answered -ERR."""
    with dial.log_in() as call:
        call.ok("DELE 3")
        call.err("TOP 3 0")
        call.in_step()


@check("1939-7-top-empty-body", MUST, needs="TOP", mail=("empty-body",))
def top_empty_body(dial: Dial) -> None:
    """TOP of a message with an empty body is its header and the blank line, however many lines."""
    with dial.log_in() as call:
        for lines in (0, 1, 9):
            got = _top(call, 1, lines).content
            call.want_same(got, dial.account.mails[0].content, f"{lines} lines")


@check("1939-7-top-blank-lines", MUST, needs="TOP", mail=("blank-start", "blank-end"))
def top_blank_lines(dial: Dial) -> None:
    """Empty lines of the body count as lines; only the first blank line parts header and body."""
    with dial.log_in() as call:
        for number, mail in enumerate(dial.account.mails, 1):
            for lines in range(5):
                got = _top(call, number, lines).content
                call.want_same(got, _wanted(mail, lines), f"{lines} lines of {number}")


@check("1939-7-top-long", MUST, needs="TOP", mail=("lines-3000",))
def top_long(dial: Dial) -> None:
    """TOP of 2,999 lines out of 3,000 sends 2,999."""
    with dial.log_in() as call:
        got = _top(call, 1, 2999).content
        call.want_same(got, _wanted(dial.account.mails[0], 2999), "2,999 lines")


@check("1939-7-top-no-mark", MUST, needs="TOP", mail=FEW)
def top_no_mark(dial: Dial) -> None:
    """TOP marks nothing: the message can be read in full behind it."""
    with dial.log_in() as call:
        _top(call, 1, 1)
        call.want_mail(1, dial.account.mails[0].content)
