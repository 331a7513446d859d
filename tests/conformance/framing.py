"""RFC 1939 section 3: commands, replies, and the states in which a command may be given."""

from __future__ import annotations

from .dial import Dial
from .table import MAY, MUST, SHOULD, check


@check("1939-3-keyword-lower", MUST)
def keyword_lower(dial: Dial) -> None:
    """Keywords are case-insensitive: a command in lower case is the command."""
    with dial.log_in() as call:
        call.in_step()
        reply = call.ok("stat")
        call.want(len(reply.words) >= 2, "STAT's reply")
        call.want(call.body_of("retr 1").content != b"", "the message")


@check("1939-3-keyword-mixed", MUST)
def keyword_mixed(dial: Dial) -> None:
    """Keywords are case-insensitive: letters of either case may be mixed."""
    with dial.log_in() as call:
        call.ok("sTaT")
        call.body_of("LiSt")
        call.ok("Noop")


@check("1939-3-crlf", MUST)
def crlf(dial: Dial) -> None:
    """Every line of every reply ends in CRLF, and no CR or LF stands alone."""
    with dial.log_in() as call:
        replies = [
            call.body_of("LIST"),
            call.body_of("RETR 2"),
            call.say("STAT"),
            call.say("XYZZY"),
        ]
        for reply in (call.greeting, *replies):
            rest = (reply.line + reply.body).replace(b"\r\n", b"")
            call.want(b"\r" not in rest and b"\n" not in rest, "CR and LF in pairs only")


@check("1939-3-first-line-512", MUST)
def first_line_512(dial: Dial) -> None:
    """The first line of a reply has 512 octets at most, CRLF counted."""
    long = "A" * 240
    with dial.call() as call:
        replies = [
            call.greeting,
            call.say(long),
            call.say(f"USER {long}"),
            call.say(f"RETR {long}"),
        ]
        for reply in replies:
            call.want(len(reply.line) <= 512, "512 octets at most")


@check("1939-3-indicator", MUST)
def indicator(dial: Dial) -> None:
    """A reply begins with the status indicator +OK or -ERR in upper case, and a blank before text."""
    with dial.log_in() as call:
        for line in ("STAT", "NOOP", "RSET", "DELE 99", "XYZZY", "LIST 1", "DELE 1"):
            reply = call.say(line)
            call.want(reply.ok or reply.err, "+OK or -ERR, and then a blank or the end")


@check("1939-3-unknown", MUST)
def unknown(dial: Dial) -> None:
    """A command that the server does not know is answered -ERR, before login."""
    with dial.call() as call:
        call.err("XYZZY")
        call.quit()


@check("1939-3-unknown-late", MUST)
def unknown_late(dial: Dial) -> None:
    """A command that the server does not know is answered -ERR, and TRANSACTION goes on."""
    with dial.log_in() as call:
        call.err("FROB 1")
        call.in_step()


@check("1939-3-prefix", MUST)
def prefix(dial: Dial) -> None:
    """A keyword is the whole word: what only begins like a command is unrecognized."""
    with dial.log_in() as call:
        for line in ("STATUS", "STA", "RETRY 1", "LISTS", "QUITS"):
            call.err(line)
        call.in_step()


@check("1939-3-empty", MUST)
def empty(dial: Dial) -> None:
    """An empty line is a syntactically invalid command and is answered -ERR, once."""
    with dial.log_in() as call:
        call.err("")
        call.in_step()


@check("1939-3-blank", MUST)
def blank(dial: Dial) -> None:
    """A line of blanks is a syntactically invalid command and is answered -ERR, once."""
    with dial.log_in() as call:
        call.err("   ")
        call.in_step()


@check("1939-3-leading-blank", SHOULD)
def leading_blank(dial: Dial) -> None:
    """A command begins with its keyword: with a blank before it, it is invalid."""
    with dial.log_in() as call:
        call.err(" STAT")
        call.in_step()


@check("1939-3-one-for-one", MUST)
def one_for_one(dial: Dial) -> None:
    """Each command is answered by one reply and no more."""
    with dial.log_in() as call:
        for _ in range(20):
            call.ok("NOOP")
            call.err("XYZZY") if _ == 10 else call.ok("RSET")
        call.in_step()
        call.quit()


@check("1939-3-body-end", MUST)
def body_end(dial: Dial) -> None:
    """A multi-line reply ends in a line of a single dot, and nothing comes behind it unasked."""
    with dial.log_in() as call:
        for line in ("LIST", "RETR 1", "RETR 2", "LIST"):
            call.body_of(line)
            call.in_step()


@check("1939-3-stuffing", MUST, mail=("dots",))
def stuffing(dial: Dial) -> None:
    """A line of a body that begins with a dot is sent with one more dot before it."""
    with dial.log_in() as call:
        lines = call.body_of("RETR 1").body.split(b"\r\n")
        for line in (b"..one", b"...two", b"....three", b".."):
            call.want(line in lines, f"a line {line.decode()}")


@check("1939-3-stuffing-only", MUST, mail=("dots",))
def stuffing_only(dial: Dial) -> None:
    """Only a dot at the very beginning of a line is doubled."""
    with dial.log_in() as call:
        lines = call.body_of("RETR 1").body.split(b"\r\n")
        call.want(b"no dot . here" in lines, "a dot within a line as it is")


@check("1939-3-argument-40", MUST)
def argument_40(dial: Dial) -> None:
    """An argument of 40 characters is read like a shorter one."""
    with dial.call() as call:
        short = call.say("USER nobody-of-that-name")
        long = call.say("USER " + "n" * 40)
        call.want(long.ok == short.ok, "the same answer as to a short name that nobody has")
        call.quit()


@check("1939-3-no-pass-text", SHOULD)
def no_pass_text(dial: Dial) -> None:
    """What was given as a password is not repeated in a reply."""
    with dial.call() as call:
        call.say(f"USER {dial.account.name}")
        reply = call.say("PASS open-sesame-4711")
        call.want(b"4711" not in reply.line, "a reply without the password")


def _early(keyword: str, line: str) -> None:
    def early(dial: Dial) -> None:
        with dial.call() as call:
            call.err(line)
            call.log_in(dial.account.name, dial.account.password)
            call.in_step()

    check(
        f"1939-3-early-{keyword.lower()}",
        MUST,
        says=f"{keyword} belongs to TRANSACTION: before login it is answered -ERR.",
    )(early)


for _line in ("STAT", "LIST", "RETR 1", "DELE 1", "NOOP", "RSET", "TOP 1 0", "UIDL"):
    _early(_line.split()[0], _line)


def _late(keyword: str, line: str, needs: str = "") -> None:
    def late(dial: Dial) -> None:
        with dial.log_in() as call:
            call.err(line)
            call.in_step()

    check(
        f"1939-3-late-{keyword.lower()}",
        MUST,
        needs=needs,
        says=f"{keyword} belongs to AUTHORIZATION: after login it is answered -ERR.",
    )(late)


_late("USER", "USER ben")
_late("PASS", "PASS sesame")
_late("APOP", "APOP ben c4c9334bac560ecc979e58001b3e22fb", "APOP")


@check("1939-3-invalid-goes-on", MAY)
def invalid_goes_on(dial: Dial) -> None:
    """A few invalid commands, as one mistypes them, are no reason to hang up after login."""
    with dial.log_in() as call:
        for line in ("retrieve 1", "list all", "help", "?", "dele one"):
            call.err(line)
        call.in_step()
