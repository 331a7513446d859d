"""RFC 2449 section 6.6: PIPELINING; and how octets are cut on their way, which must not matter."""

from __future__ import annotations

from collections.abc import Iterable

from .call import Call
from .dial import Dial
from .mail import Mail
from .table import FEW, MUST, check

_P = "PIPELINING"


def _retrieved(call: Call, mails: Iterable[Mail]) -> None:
    """The replies to a RETR of each of these, in order."""
    for mail in mails:
        reply = call.reply()
        call.want(reply.ok, "+OK to RETR")
        call.want_same(call.body(reply).content, mail.content, mail.name)


@check("2449-6.6-login", MUST, needs=_P)
def login(dial: Dial) -> None:
    """USER and PASS may be sent as one group."""
    with dial.call() as call:
        octets = f"USER {dial.account.name}\r\nPASS {dial.account.password}\r\nSTAT\r\n"
        call.send(octets.encode(), secret=True)
        replies = [call.reply() for _ in range(3)]
        call.want(all(reply.ok for reply in replies), "three times +OK")
        call.want(replies[2].words[0] == b"3", "STAT's reply last")


@check("2449-6.6-whole-session", MUST, needs=_P)
def whole_session(dial: Dial) -> None:
    """A whole session may be sent in one burst; it is answered in order, and the line closes."""
    with dial.call() as call:
        lines = [f"USER {dial.account.name}", f"PASS {dial.account.password}",
                 "STAT", "LIST", "RETR 2", "DELE 2", "RETR 2", "QUIT"]  # fmt: skip
        call.send("".join(f"{line}\r\n" for line in lines).encode(), secret=True)
        for _ in range(3):
            call.want(call.reply().ok, "+OK")
        call.body(call.reply())
        _retrieved(call, dial.account.mails[1:2])
        call.want(call.reply().ok, "+OK to DELE")
        call.want(call.reply().err, "-ERR to RETR of what is marked")
        call.want(call.reply().ok and not call.rest(), "+OK to QUIT, and the end")
    with dial.again() as call:
        call.want(call.ok("STAT").words[0] == b"2", "2 messages left")


@check("2449-6.6-order", MUST, needs=_P)
def order(dial: Dial) -> None:
    """Replies come in the order of the commands, good and bad ones mixed."""
    with dial.log_in() as call:
        call.send(b"LIST 1\r\nLIST 9\r\nLIST 2\r\nXYZZY\r\nLIST 3\r\n")
        replies = [call.reply() for _ in range(5)]
        call.want([r.ok for r in replies] == [True, False, True, False, True], "+ - + - +")
        numbers = [reply.words[0] for reply in replies if reply.ok]
        call.want(numbers == [b"1", b"2", b"3"], "1, 2 and 3")


@check("2449-6.6-retr-group", MUST, needs=_P, mail=FEW * 3)
def retr_group(dial: Dial) -> None:
    """Several RETRs may be sent as a group: each body is whole, in order."""
    with dial.log_in() as call:
        call.send(b"".join(b"RETR %d\r\n" % n for n in range(1, 10)))
        _retrieved(call, dial.account.mails)
        call.in_step()


@check("2449-6.6-dele-group", MUST, needs=_P, mail=FEW * 3)
def dele_group(dial: Dial) -> None:
    """Several DELEs may be sent as a group, and each counts once."""
    with dial.log_in() as call:
        call.send(b"".join(b"DELE %d\r\n" % n for n in range(1, 9)) + b"STAT\r\n")
        replies = [call.reply() for _ in range(9)]
        call.want(all(reply.ok for reply in replies), "nine times +OK")
        call.want(replies[-1].words[0] == b"1", "1 message left unmarked")


@check("2449-6.6-in-turn", MUST, needs=_P)
def in_turn(dial: Dial) -> None:
    """Each command is processed in turn: what one did holds for the next in the same burst."""
    with dial.log_in() as call:
        call.send(b"DELE 1\r\nSTAT\r\nRSET\r\nSTAT\r\n")
        replies = [call.reply() for _ in range(4)]
        call.want(replies[1].words[0] == b"2" and replies[3].words[0] == b"3", "2, and then 3")


@check("2449-6.6-thousand", MUST, needs=_P)
def thousand(dial: Dial) -> None:
    """A thousand commands in a burst get a thousand replies."""
    with dial.log_in() as call:
        call.send(b"NOOP\r\n" * 1000)
        for _ in range(1000):
            call.want(call.reply().ok, "+OK")
        call.in_step()


@check("2449-6.6-while-reading", MUST, needs=_P, mail=("big", "letter"))
def while_reading(dial: Dial) -> None:
    """Commands may be sent while a long reply is still on its way."""
    with dial.log_in() as call:
        reply = call.ok("RETR 1")
        call.send(b"RETR 2\r\nSTAT\r\n")
        call.want_same(call.body(reply).content, dial.account.mails[0].content, "message 1")
        _retrieved(call, dial.account.mails[1:])
        call.want(call.reply().words[0] == b"2", "STAT's reply")


@check("2449-6.6-unread", MUST, needs=_P, mail=("big",))
def unread(dial: Dial) -> None:
    """Replies that nobody has read yet are not lost: four RETRs of a megabyte in one burst."""
    with dial.log_in() as call:
        call.send(b"RETR 1\r\n" * 4 + b"STAT\r\n")
        _retrieved(call, dial.account.mails * 4)
        call.want(call.reply().words[0] == b"1", "STAT's reply")


@check("2449-6.6-auth", MUST, needs=f"{_P} CAPA")
def capa_group(dial: Dial) -> None:
    """CAPA may stand in a burst before login, with QUIT behind it."""
    with dial.call() as call:
        call.send(b"CAPA\r\nXYZZY\r\nCAPA\r\nQUIT\r\n")
        first = call.body(call.reply()).body
        call.want(call.reply().err, "-ERR")
        call.want_same(call.body(call.reply()).body, first, "the same list")
        call.want(call.reply().ok and not call.rest(), "+OK, and the end")


@check("1939-3-octet-by-octet", MUST)
def octet_by_octet(dial: Dial) -> None:
    """A command may come an octet at a time: it is answered when its CRLF is there."""
    with dial.log_in() as call:
        for octet in b"LIST 2\r\n":
            call.send(bytes([octet]))
        reply = call.reply()
        call.want(reply.ok and reply.words[0] == b"2", "LIST's reply")
        call.in_step()


@check("1939-3-cut-in-crlf", MUST)
def cut_in_crlf(dial: Dial) -> None:
    """A command may be cut between CR and LF."""
    with dial.log_in() as call:
        call.send(b"NOOP\r")
        call.send(b"\nLIST 3\r")
        call.send(b"\n")
        call.want(call.reply().ok, "+OK to NOOP")
        call.want(call.reply().words[:1] == [b"3"], "LIST's reply")
        call.in_step()


@check("1939-3-cut-anywhere", MUST)
def cut_anywhere(dial: Dial) -> None:
    """Commands may be cut at any octet: two and a half come, and then the other half."""
    octets = b"STAT\r\nLIST 1\r\nNOOP\r\n"
    with dial.log_in() as call:
        wanted = [call.say(line).line for line in ("STAT", "LIST 1", "NOOP")]
        for at in range(1, len(octets)):
            call.send(octets[:at])
            call.send(octets[at:])
            call.want([call.reply().line for _ in wanted] == wanted, f"the same, cut at {at}")


@check("1939-3-two-at-once", MUST)
def two_at_once(dial: Dial) -> None:
    """Two commands that come in one piece are two commands, whether PIPELINING is announced or not."""
    with dial.log_in() as call:
        call.send(b"NOOP\r\nSTAT\r\n")
        call.want(call.reply().ok, "+OK to NOOP")
        call.want(len(call.reply().words) >= 2, "STAT's reply")
