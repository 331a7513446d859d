"""Very much is asked, and what is answered is read late, slowly or never."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable
from contextlib import ExitStack

from .accounts import BIG, GUESTS, LETTERS, MANY
from .attack import Scale, attack
from .line import Line
from .target import Target

__all__: list[str] = []

Steps = Generator[None, None, str]
#: What the system may keep of what we do not read.
LITTLE = 4096


def _inside(target: Target, stack: ExitStack, names: Iterable[str], *, room: int = 0) -> list[Line]:
    lines = []
    for name in names:
        line = stack.enter_context(Line(target.port, room=room))
        assert target.let_in(line, name).startswith(b"+OK"), name
        lines.append(line)
    return lines


# 256 KiB may wait for each; the system itself keeps more, outside of the process.
@attack("thousands of RETR, LIST and TOP on 60 lines that are never read", room=60 * 256)
def never_read(target: Target, scale: Scale) -> Steps:
    some = b"RETR 3\r\nLIST\r\nTOP 3 5\r\nRETR 2\r\nTOP 3 100\r\nUIDL\r\nRETR 1\r\n"
    said = 0
    with ExitStack() as stack:
        lines = _inside(target, stack, GUESTS[: scale.some(60)], room=LITTLE)
        for line in lines:
            said += line.press(some * 3000)
        yield
        for line in lines:
            said += line.press(some * 3000)
        yield
    return f"took {said / 1e6:.1f} MB of commands, then waited"


@attack("a message of 20 MB asked for a thousand times, never read", room=2048)
def big_never_read(target: Target, scale: Scale) -> Steps:
    with ExitStack() as stack:
        (line,) = _inside(target, stack, [BIG], room=LITTLE)
        line.press(b"RETR 1\r\nTOP 1 100000\r\n" * scale.some(1000))
        yield
    return "wrote no more than the line took"


@attack("DELE, LIST and RSET of thousands of messages, never read", room=2048)
def marks_never_read(target: Target, scale: Scale) -> Steps:
    pairs = b"".join(b"DELE %d\r\nLIST\r\n" % number for number in range(1, 500))
    with ExitStack() as stack:
        (line,) = _inside(target, stack, [MANY], room=LITTLE)
        line.press((pairs + b"RSET\r\n") * scale.some(20))
        yield
    with Line(target.port) as line:
        assert b" 0 messages" not in target.let_in(line, MANY)
    return "wrote no more than the line took"


@attack("DELE, STAT and RSET of 10,000 messages in turn, in one piece")
def marks_and_sums(target: Target, scale: Scale) -> Steps:
    """Short replies, each of which takes adding up: nobody else may have to wait for all of them."""
    count = scale.some(3000)
    with Line(target.port) as line:
        assert target.let_in(line, MANY).startswith(b"+OK")
        with line.saying(b"DELE 1\r\nSTAT\r\nRSET\r\n" * count + b"QUIT\r\n"):
            yield
            replies = line.rest().splitlines()
    assert len(replies) == 3 * count + 1, len(replies)
    assert len(set(replies)) == 4, set(replies)
    return f"{3 * count:,} replies, exactly"


@attack("the first half of a message of 20 MB by TOP, never read", room=2048)
def top_never_read(target: Target, scale: Scale) -> Steps:
    with ExitStack() as stack:
        line = stack.enter_context(Line(target.port, room=LITTLE))
        assert target.let_in(line, BIG).startswith(b"+OK")
        line.press(b"TOP 1 150000\r\n" * scale.some(100))
        yield
    return "wrote no more than the line took"


@attack("listings of thousands of messages asked for and read at full speed", room=4096)
def greedy_reader(target: Target, scale: Scale) -> Steps:
    count = scale.some(400)
    with Line(target.port) as line:
        assert target.let_in(line, MANY).startswith(b"+OK")
        first = line.ask(b"LIST")
        listing = line.body()
        said = b"".join(b"DELE %d\r\nRSET\r\nLIST\r\n" % (1 + each % 100) for each in range(count))
        with line.saying(said):
            for turn in range(count):
                for expected in (b"+OK", b"+OK", first):
                    assert line.reply().startswith(expected)
                assert line.body() == listing
                if turn % 100 == 50:
                    yield
    return f"{count} listings of {len(listing)} lines, each exact"


@attack("50,000 NOOPs in one piece")
def noops(target: Target, scale: Scale) -> Steps:
    count = scale.some(50_000)
    with Line(target.port) as line:
        assert line.log_in(GUESTS[0]).startswith(b"+OK")
        with line.saying(b"NOOP\r\n" * count + b"QUIT\r\n"):
            yield
            replies = line.rest().splitlines(keepends=True)
    assert replies[:-1] == [b"+OK\r\n"] * count, f"{len(replies)} replies"
    assert replies[-1].startswith(b"+OK")
    return f"{count:,} +OK, exactly"


@attack("gone in the middle of a message of 20 MB", room=4096)
def gone_in_retr(target: Target, scale: Scale) -> Steps:
    count = scale.some(30, 5)
    for turn in range(count):
        line = Line(target.port, room=LITTLE)
        assert target.let_in(line, BIG).startswith(b"+OK")
        line.send(b"DELE 1\r\nRSET\r\nRETR 1\r\n")
        line.replies(3 + turn * 50)
        if turn % 2:
            line.reset()
        else:
            line.close()
        if turn % 10 == 4:
            yield
    return f"{count} times: the lock is open again"


@attack("30 readers who take one octet while others take theirs", room=30 * 256)
def one_octet_a_read(target: Target, scale: Scale) -> Steps:
    with ExitStack() as stack:
        lines = _inside(target, stack, GUESTS[: scale.some(30, 5)], room=LITTLE)
        for line in lines:
            line.send(b"RETR 3\r\n" * 50)
        for turn in range(scale.some(300)):
            for line in lines:
                assert line.socket.recv(1)
            if turn % 100 == 0:
                yield
    return "waits for each, holds up nobody"


@attack("half a line closed behind pipelined commands")
def half_closed(target: Target, scale: Scale) -> Steps:
    ends = (b"", b"QUIT\r\n")
    for retrs, end in itertools.product((1, 10, scale.some(300, 60)), ends):
        said = b"LIST\r\n" + b"RETR 3\r\n" * retrs + b"DELE 1\r\nRSET\r\nNOOP\r\n" + end
        with Line(target.port) as line:
            assert line.log_in(GUESTS[0]).startswith(b"+OK")
            line.send(said)
            line.half_close()
            yield
            assert line.reply().startswith(b"+OK")
            assert len(line.body()) == len(LETTERS)
            for _ in range(retrs):
                assert line.reply().startswith(b"+OK")
                assert len(line.body()) == LETTERS[2].count(b"\n")
            rest = line.rest().splitlines()
            assert len(rest) == (4 if end else 3), rest
            assert all(each.startswith(b"+OK") for each in rest), rest
    return "answers all, QUIT too, then closes"


@attack("QUIT behind what is not read, and half a line closed")
def half_closed_quit(target: Target, scale: Scale) -> Steps:
    name = GUESTS[-1]
    for retrs in (0, 5, scale.some(200, 40)):
        with Line(target.port, room=LITTLE) as line:
            assert line.log_in(name).startswith(b"+OK")
            line.send(b"RETR 3\r\n" * retrs + b"DELE 1\r\nRSET\r\nQUIT\r\n")
            line.half_close()
            yield
            said = line.rest()
            assert said.count(b"\r\n.\r\n") == retrs
            assert b"signing off" in said.splitlines()[-1]
        with Line(target.port) as line:
            assert target.let_in(line, name).startswith(b"+OK")
    return "QUIT answered each time"
