"""Callers in great number, callers who say nothing, and callers who are gone."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack

from simulator.hosts.service import LOGINS

from .accounts import BIG, GUESTS, LETTERS
from .attack import Scale, attack
from .line import Line, dial
from .target import Target

__all__ = ["NARROW"]

Steps = Generator[None, None, str]
#: The bounds of the server that is "narrow".
CONNECTIONS, PER_ADDRESS = 24, 16
NARROW = ("--max-connections", "24", "--max-per-address", "16", "--idle", "1")


@attack("500 lines on which nobody speaks", room=500 * 64)
def idle(target: Target, scale: Scale) -> Steps:
    count = scale.some(500)
    with ExitStack() as stack:
        lines = [stack.enter_context(Line(target.port)) for _ in range(count)]
        for line in lines:
            assert line.reply().startswith(b"+OK")
        yield
        assert lines[-1].ask(b"NOOP").startswith(b"-ERR")
    return f"greets and keeps all {count}"


@attack("500 lines begun a moment ago, none of them read", room=500 * 64)
def unread_greetings(target: Target, scale: Scale) -> Steps:
    with ExitStack() as stack:
        for _ in range(scale.some(500)):
            stack.enter_context(dial(target.port, room=1024))
        yield
    return "goes on"


@attack("called and gone, 2,000 times")
def called_and_gone(target: Target, scale: Scale) -> Steps:
    count = scale.some(2000)
    for turn in range(count):
        with dial(target.port if turn % 4 else target.tls_port):
            pass
        if turn == count // 2:
            yield
    return "all forgotten"


@attack("4,000 honest sessions, one after another", room=2048)
def one_after_another(target: Target, scale: Scale) -> Steps:
    """No attack at all: what each of them leaves behind must not add up."""
    count, script = scale.some(4000), b"USER guest001\r\nPASS kettle42\r\nSTAT\r\nQUIT\r\n"
    for _ in range(count):
        with dial(target.port) as line:
            line.sendall(script)
            while line.recv(4096):
                pass
    yield
    return f"served all {count:,}"


@attack("reset at each stage of a session")
def reset_at_each_stage(target: Target, scale: Scale) -> Steps:
    name = GUESTS[2]
    stages = [
        b"", b"USER %s\r\n", b"PASS kettle42\r\n", b"DELE 1\r\n", b"DELE 2\r\nRETR 3\r\n",
        b"AUTH PLAIN\r\n", b"CAPA\r\nSTLS\r\n", b"QUI",
    ]  # fmt: skip
    for _ in range(scale.some(20, 2)):
        for stage in range(len(stages)):
            line = Line(target.port)
            said = b"".join(stages[: stage + 1])
            line.send(said % name.encode() if b"%" in said else said)
            if stage % 2:
                line.reply()
            line.reset()
    yield
    with Line(target.port) as line:
        reply = target.let_in(line, name)
        assert b"%d messages" % len(LETTERS) in reply, reply
    return "the lock is open, nothing was removed"


@attack("a storm of logins on one maildrop that is locked")
def locked(target: Target, scale: Scale) -> Steps:
    count = scale.some(300)
    with Line(target.port) as holder, ExitStack() as stack:
        assert holder.log_in(BIG).startswith(b"+OK")
        lines = [stack.enter_context(Line(target.port)) for _ in range(count)]
        for line in lines:
            line.send(b"USER big\r\nPASS kettle42\r\nSTAT\r\n")
        yield
        for line in lines:
            replies = line.replies(4)
            assert replies[2].startswith(b"-ERR [IN-USE]"), replies
            assert replies[3].startswith(b"-ERR"), replies
        assert holder.ask(b"QUIT").startswith(b"+OK")
        assert lines[0].ask(b"USER big").startswith(b"+OK")
        assert lines[0].ask(b"PASS kettle42").startswith(b"+OK")
    return f"{count} x [IN-USE], then the next may in"


@attack("wrong passwords, as many as one line takes and 300 on lines of their own")
def wrong_passwords(target: Target, scale: Scale) -> Steps:
    count, refused = scale.some(300), 0
    with Line(target.port) as line:
        line.reply()
        with line.saying(b"USER honest\r\nPASS wrong\r\n" * (LOGINS + 10)):
            for _ in range(LOGINS):
                line.reply()
                refused += line.reply().startswith(b"-ERR [AUTH]")
            assert line.reply() == b"", "it goes on listening to who guesses"
        yield
    for turn in range(count):
        with Line(target.port) as line:
            line.reply()
            line.ask(b"USER %s" % (b"honest" if turn % 2 else b"nobody"))
            refused += line.ask(b"PASS wrong") == b"-ERR [AUTH] name and password do not match\r\n"
    yield
    assert refused == LOGINS + count, refused
    return f"{refused} x [AUTH], the same for names that there are and are not"


@attack("callers beyond --max-per-address and --max-connections", narrow=True)
def too_many(target: Target, scale: Scale) -> Steps:
    greeted, refused = 0, 0
    with ExitStack() as stack:
        for source in ("127.0.0.2", "127.0.0.3"):
            for _ in range(scale.some(100, 30)):
                line = stack.enter_context(Line(target.port, source=source))
                reply = line.reply()
                greeted += reply.startswith(b"+OK")
                if reply.startswith(b"-ERR [SYS/TEMP]"):
                    refused += 1
                    assert line.rest() == b""
            if source == "127.0.0.2":
                assert greeted == PER_ADDRESS, greeted
                yield
        assert greeted == CONNECTIONS, greeted
        assert greeted + refused == 2 * scale.some(100, 30)
    return f"{greeted} greeted, {refused} told to try later"


@attack("callers who fall silent, before and after login", narrow=True)
def silent(target: Target, scale: Scale) -> Steps:
    del scale
    with ExitStack() as stack:
        lines = [stack.enter_context(Line(target.port)) for _ in range(6)]
        lines += [stack.enter_context(Line(target.tls_port, target.context)) for _ in range(6)]
        for number, line in enumerate(lines):
            if number % 2:
                assert line.log_in(GUESTS[number]).startswith(b"+OK")
                assert line.ask(b"DELE 1").startswith(b"+OK")
            else:
                line.reply()
        yield
        for line in lines:
            assert line.rest() == b"", "RFC 1939 section 3: it closes without a word"
    with Line(target.port) as line:
        assert b"%d messages" % len(LETTERS) in target.let_in(line, GUESTS[1])
    return "hung up on all after --idle 1, nothing was removed"
