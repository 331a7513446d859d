"""RFC 1939 section 5: DELE and RSET; section 6: QUIT, UPDATE, and lines that end without it."""

from __future__ import annotations

from collections.abc import Sequence

from .call import Call, DoesNotApply
from .dial import Dial
from .sockets import SocketLine
from .table import FEW, MUST, check


def _left(dial: Dial, wanted: Sequence[int]) -> None:
    """In a new session just these messages are there, by what their numbers were before."""
    with dial.again() as call:
        count = int(call.ok("STAT").words[0])
        call.want(count == len(wanted), f"{len(wanted)} messages left, not {count}")
        for number, old in enumerate(wanted, 1):
            call.want_mail(number, dial.account.mails[old - 1].content)
        call.quit()


def _marked(dial: Dial, *numbers: int) -> Call:
    call = dial.log_in()
    for number in numbers:
        call.ok(f"DELE {number}")
    return call


@check("1939-5-dele", MUST)
def dele(dial: Dial) -> None:
    """DELE is answered +OK, and any reference to the message from then on is an error."""
    with _marked(dial, 1) as call:
        for line in ("LIST 1", "RETR 1", "DELE 1"):
            call.err(line)


@check("1939-5-dele-none", MUST)
def dele_none(dial: Dial) -> None:
    """DELE of a number that no message has is answered -ERR and marks nothing."""
    with dial.log_in() as call:
        for line in ("DELE 4", "DELE 0", "DELE 999999"):
            call.err(line)
        call.want(call.ok("STAT").words[0] == b"3", "3 messages still")


@check("1939-5-dele-twice", MUST)
def dele_twice(dial: Dial) -> None:
    """DELE of a message that is marked already is answered -ERR."""
    with _marked(dial, 2) as call:
        call.err("DELE 2")
        call.want(call.ok("STAT").words[0] == b"2", "2 messages")


@check("1939-5-dele-bare", MUST)
def dele_bare(dial: Dial) -> None:
    """DELE without its argument is answered -ERR and marks nothing."""
    with dial.log_in() as call:
        call.err("DELE")
        call.want(call.ok("STAT").words[0] == b"3", "3 messages still")


@check("1939-5-dele-not-yet", MUST)
def dele_not_yet(dial: Dial) -> None:
    """DELE removes nothing yet: RSET brings the message back, whole."""
    with _marked(dial, 2) as call:
        call.ok("RSET")
        call.want_mail(2, dial.account.mails[1].content)


@check("1939-5-rset-all", MUST)
def rset_all(dial: Dial) -> None:
    """RSET takes all marks back: counts and listings are as at the beginning."""
    with dial.log_in() as call:
        before = call.ok("STAT").words[:2], call.body_of("LIST").body
        for number in (1, 2, 3):
            call.ok(f"DELE {number}")
        call.ok("RSET")
        after = call.ok("STAT").words[:2], call.body_of("LIST").body
        call.want(after == before, f"{before}")


@check("1939-5-rset-none", MUST)
def rset_none(dial: Dial) -> None:
    """RSET without a mark is answered +OK, and the session goes on."""
    with dial.log_in() as call:
        call.ok("RSET")
        call.ok("RSET")
        call.in_step()


@check("1939-5-rset-then-dele", MUST)
def rset_then_dele(dial: Dial) -> None:
    """After RSET messages can be marked again, and QUIT removes those only."""
    with _marked(dial, 1) as call:
        call.ok("RSET")
        call.ok("DELE 3")
        call.quit()
    _left(dial, [1, 2])


# UPDATE


@check("1939-6-quit-closes", MUST)
def quit_closes(dial: Dial) -> None:
    """QUIT in TRANSACTION is answered +OK, and the server closes the line."""
    with dial.log_in() as call:
        call.quit()


@check("1939-6-quit-removes", MUST)
def quit_removes(dial: Dial) -> None:
    """UPDATE removes what is marked."""
    with _marked(dial, 2) as call:
        call.quit()
    _left(dial, [1, 3])


@check("1939-6-quit-removes-all", MUST)
def quit_removes_all(dial: Dial) -> None:
    """When all messages were marked the next session finds an empty maildrop."""
    with _marked(dial, 1, 2, 3) as call:
        call.quit()
    _left(dial, [])


@check("1939-6-quit-keeps", MUST)
def quit_keeps(dial: Dial) -> None:
    """In no case is a message removed that is not marked: neither RETR nor TOP nor LIST does it."""
    with dial.log_in() as call:
        for line in ("RETR 1", "RETR 2", "LIST", "RETR 3"):
            call.body_of(line)
        call.quit()
    _left(dial, [1, 2, 3])


@check("1939-6-quit-none", MUST)
def quit_none(dial: Dial) -> None:
    """QUIT without a mark removes nothing."""
    with dial.log_in() as call:
        call.quit()
    _left(dial, [1, 2, 3])


@check("1939-6-rset-quit", MUST)
def rset_quit(dial: Dial) -> None:
    """A mark that RSET took back removes nothing."""
    with _marked(dial, 1, 2, 3) as call:
        call.ok("RSET")
        call.quit()
    _left(dial, [1, 2, 3])


@check("1939-6-quit-early", MUST)
def quit_early(dial: Dial) -> None:
    """QUIT in AUTHORIZATION does not enter UPDATE: the session before it, cut off, removes nothing."""
    with _marked(dial, 1) as call:
        call.drop()
    with dial.call() as call:
        call.say(f"USER {dial.account.name}")
        call.quit()
    _left(dial, [1, 2, 3])


@check("1939-6-cut", MUST)
def cut(dial: Dial) -> None:
    """A session that ends without QUIT does not enter UPDATE: nothing is removed."""
    with _marked(dial, 1, 2) as call:
        call.drop()
    _left(dial, [1, 2, 3])


@check("1939-6-cut-reset", MUST, kinds=("tcp", "stls", "tls"))
def cut_reset(dial: Dial) -> None:
    """A line that is reset (RST) does not enter UPDATE either."""
    with _marked(dial, 1, 2) as call:
        if not isinstance(call.line, SocketLine):
            raise DoesNotApply("no socket")
        call.line.reset()
    _left(dial, [1, 2, 3])


@check("1939-6-cut-in-quit", MUST)
def cut_in_quit(dial: Dial) -> None:
    """A line that is cut in the middle of QUIT does not enter UPDATE."""
    with _marked(dial, 1) as call:
        call.send(b"QUI")
        call.drop()
    _left(dial, [1, 2, 3])


@check("1939-6-cut-before-crlf", MUST)
def cut_before_crlf(dial: Dial) -> None:
    """QUIT without its CRLF is no command: a line that is cut there does not enter UPDATE."""
    with _marked(dial, 1) as call:
        call.send(b"QUIT")
        call.drop()
    _left(dial, [1, 2, 3])


@check("1939-6-cut-in-retr", MUST, mail=("big", "letter"))
def cut_in_retr(dial: Dial) -> None:
    """A line that is cut in the middle of a body removes nothing, marked or sent."""
    with _marked(dial, 2) as call:
        call.ok("RETR 1")
        call.drop()
    with dial.again() as call:
        call.want(call.ok("STAT").words[0] == b"2", "2 messages")


@check("1939-6-dele-again", MUST)
def dele_again(dial: Dial) -> None:
    """Numbers are given anew in each session, from 1: number 1 is the first that is left."""
    for left in ([2, 3], [3], []):
        with _marked(dial, 1) as call:
            call.quit()
        _left(dial, left)


@check("1939-6-alternate", MUST, mail=FEW * 4)
def alternate(dial: Dial) -> None:
    """Every second message marked, every second removed: the others are untouched."""
    with _marked(dial, *range(2, 13, 2)) as call:
        call.quit()
    _left(dial, list(range(1, 13, 2)))


@check("1939-6-nothing-after", MUST)
def nothing_after(dial: Dial) -> None:
    """What stands behind QUIT in the same burst is not answered."""
    with dial.log_in() as call:
        call.send(b"QUIT\r\nSTAT\r\nNOOP\r\n")
        reply = call.reply()
        call.want(reply.ok, "+OK")
        call.want(not call.rest(), "nothing behind it but the end of the line")
