"""RFC 1939 section 3, where lines are not what they should be: one -ERR, in step, and nothing worse.

Where a line is hopeless a server may hang up instead; then it must still serve the next caller.
"""

from __future__ import annotations

from .call import Call, Failed
from .dial import Dial
from .table import MAY, MUST, SHOULD, check


def _refused_or_ended(call: Call, octets: bytes) -> bool:
    """Whether the line goes on behind these octets, which were answered with one -ERR."""
    call.send(octets)
    if call.hung_up():
        return False
    reply = call.reply()
    call.want(reply.err, "-ERR")
    call.send(b"STAT\r\n")
    if call.hung_up():
        return False
    counts = call.reply()
    call.want(counts.ok and len(counts.words) >= 2, "STAT's own reply next")
    return True


def _hostile(name: str, level: str, octets: bytes, says: str) -> None:
    def body(dial: Dial) -> None:
        with dial.log_in() as call:
            if _refused_or_ended(call, octets):
                call.quit()
        with dial.again() as call:
            call.in_step()

    check(f"1939-3-{name}", level, says=says)(body)


_hostile("nul", MUST, b"ST\0AT\r\n", "A NUL in a command makes it invalid: -ERR, once.")
_hostile("nul-end", MUST, b"STATX\0\r\n", "A NUL behind a keyword makes it invalid: -ERR, once.")
_hostile("control", MUST, b"\x1b[2J\x07\r\n", "Control octets are no command: -ERR, once.")
_hostile("eight-bit", MUST, b"\xff\xfe\x80 1\r\n", "Octets above 127 are no keyword: -ERR, once.")
_hostile(
    "telnet", MUST, b"\xff\xf6\xff\xfb\x01\r\n",
    "Telnet's own commands (IAC) are no command of POP3: -ERR, once.",
)  # fmt: skip
_hostile(
    "tab", SHOULD, b"RETR\t1\r\n",
    "Keyword and argument are parted by a blank, and a tab is none.",
)  # fmt: skip
_hostile(
    "long-s", MUST, "\u017ftat\r\n".encode(),
    "A letter that only becomes ASCII in upper case is not the keyword's letter.",
)  # fmt: skip
_hostile("dotted", MUST, b"../../RETR 1\r\n", "A keyword is never a path: -ERR, once.")
_hostile(
    "dunder", MUST, b"__class__ 1\r\n", "A keyword is never a name of the program's: -ERR, once."
)
_hostile("format", MUST, b"%s%s%s%n {0} ${x}\r\n", "A keyword is never a format: -ERR, once.")
_hostile("long-line", MUST, b"A" * 10000 + b"\r\n", "A line of 10,000 octets is refused, once.")
_hostile(
    "long-argument", MUST, b"LIST " + b"9" * 5000 + b"\r\n",
    "A number of 5,000 digits is refused, once.",
)  # fmt: skip
_hostile(
    "thousand-blanks", SHOULD, b"RETR" + b" " * 1000 + b"1\r\n",
    "A thousand blanks before an argument are refused, once.",
)  # fmt: skip


def _number(name: str, argument: str, says: str, level: str = MUST) -> None:
    def body(dial: Dial) -> None:
        with dial.log_in() as call:
            for keyword in ("RETR", "DELE", "LIST"):
                call.err(f"{keyword} {argument}")
            call.want(call.ok("STAT").words[0] == b"3", "3 messages still")
            call.in_step()

    check(f"1939-5-number-{name}", level, says=says)(body)


_number("negative", "-1", "A message-number is not negative; -1 is not the last message.")
_number("word", "one", "A message-number is decimal digits and no word.")
_number("hex", "0x1", "A message-number is decimal and not hexadecimal.", SHOULD)
_number("underscore", "1_0", "A message-number is digits only: no underscore.", SHOULD)
_number("plus", "+1", "A message-number is digits only: no sign.", SHOULD)
_number("fraction", "1.0", "A message-number is a whole number.", SHOULD)
_number("tail", "1x", "A message-number has nothing behind its digits.", SHOULD)
_number("huge", "4294967297", "A number beyond 32 bits does not come back as 1.")
_number("huger", "18446744073709551617", "A number beyond 64 bits does not come back as 1.")
_number("arabic", "\u0661", "Digits are ASCII digits.")


@check("1939-3-bare-lf", MAY)
def bare_lf(dial: Dial) -> None:
    """A line that ends in LF alone is refused once, or taken as a line: nothing in between."""
    with dial.log_in() as call:
        call.send(b"LIST 2\n")
        reply = call.reply()
        good = reply.err or (reply.ok and reply.words[:1] == [b"2"])
        call.want(good, "-ERR, or LIST's reply")
        call.in_step()


@check("1939-3-bare-cr", MUST)
def bare_cr(dial: Dial) -> None:
    """A CR alone ends no line: what stands around it is one line, and is refused."""
    with dial.log_in() as call:
        call.send(b"DELE 1\rDELE 2\r\n")
        call.want(call.reply().err, "-ERR")
        call.want(call.ok("STAT").words[0] == b"3", "3 messages still, none marked")
        call.in_step()


@check("1939-3-no-echo", SHOULD)
def no_echo(dial: Dial) -> None:
    """What a client typed comes back without its control octets, if at all."""
    with dial.call() as call:
        reply = call.say(b"\x1b]0;gotcha\x07 \x9b31m")
        clean = all(octet >= 32 and octet != 127 for octet in reply.line[:-2])
        call.want(clean and b"\x9b" not in reply.line, "a reply without control octets")


@check("1939-3-many-empty", MAY)
def many_empty(dial: Dial) -> None:
    """Twenty empty lines get twenty replies -ERR; a server that has had enough may hang up."""
    with dial.log_in() as call:
        call.send(b"\r\n" * 20)
        for _ in range(20):
            if call.hung_up():
                break
            call.want(call.reply().err, "-ERR")
    with dial.again() as call:
        call.in_step()


@check("1939-3-flood", MUST)
def flood(dial: Dial) -> None:
    """A megabyte without a line end is neither kept nor answered again and again."""
    with dial.log_in() as call:
        for _ in range(64):
            call.send(b"A" * 16384)
        call.send(b"\r\n")
        replies = 0
        try:
            call.send(b"QUIT\r\n")
            came = call.rest()
            replies = came.count(b"\r\n")
        except Failed:
            pass
        call.want(replies <= 2, "one -ERR and QUIT's reply, or the end of the line")
    with dial.again() as call:
        call.in_step()


@check("1939-3-unfinished", MUST)
def unfinished(dial: Dial) -> None:
    """An unfinished line is no command: a line that is cut there has done nothing."""
    with dial.log_in() as call:
        call.ok("DELE 1")
        call.ok("RSET")
        call.send(b"DELE 2\r")
        call.drop()
    with dial.again() as call:
        call.want(call.ok("STAT").words[0] == b"3", "3 messages")


@check("1939-3-silent-neighbour", MUST)
def silent_neighbour(dial: Dial) -> None:
    """Callers who say nothing, or half a line, keep nobody else waiting."""
    idle = [dial.call() for _ in range(8)]
    try:
        for call in idle[::2]:
            call.send(b"USER i")
        with dial.log_in() as call:
            call.in_step()
            call.quit()
    finally:
        for call in idle:
            call.line.close()
