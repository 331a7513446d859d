"""RFC 2449 sections 3 to 6: CAPA, what it announces, and the lengths of lines."""

from __future__ import annotations

import re

from .call import Call, DoesNotApply
from .dial import Dial
from .table import MAY, MUST, SHOULD, check


def _capa(call: Call) -> list[bytes]:
    return call.body_of("CAPA").rows


def _tags(call: Call) -> dict[bytes, list[bytes]]:
    return {row.split()[0].upper(): row.split()[1:] for row in _capa(call)}


@check("2449-5-capa-before", MUST, needs="CAPA")
def capa_before(dial: Dial) -> None:
    """CAPA can be had in AUTHORIZATION: +OK and a list."""
    with dial.call() as call:
        _capa(call)
        call.quit()


@check("2449-5-capa-after", MUST, needs="CAPA")
def capa_after(dial: Dial) -> None:
    """CAPA can be had in TRANSACTION."""
    with dial.log_in() as call:
        _capa(call)
        call.in_step()


@check("2449-5-capa-lower", MUST, needs="CAPA")
def capa_lower(dial: Dial) -> None:
    """CAPA is a keyword like the others: its case does not matter."""
    with dial.call() as call:
        upper = _capa(call)
        call.want(call.body_of("capa").rows == upper, "the same list")


@check("2449-5-capa-twice", MUST, needs="CAPA")
def capa_twice(dial: Dial) -> None:
    """CAPA changes nothing: between USER and PASS it neither logs in nor hangs up."""
    with dial.call() as call:
        call.ok(f"USER {dial.account.name}")
        _capa(call)
        call.err("STAT")


@check("2449-5-both-states", MUST, needs="CAPA")
def both_states(dial: Dial) -> None:
    """What is announced in AUTHORIZATION is announced in TRANSACTION, but for STLS (RFC 2595)."""
    with dial.call() as call:
        before = set(_tags(call))
        call.log_in(dial.account.name, dial.account.password)
        missing = sorted(before - set(_tags(call)) - {b"STLS"})
        call.want(not missing, f"these, too: {missing}")


@check("2449-5-same-arguments", MUST, needs="CAPA")
def same_arguments(dial: Dial) -> None:
    """Only LOGIN-DELAY and EXPIRE may have other arguments after login."""
    with dial.call() as call:
        before = _tags(call)
        call.log_in(dial.account.name, dial.account.password)
        after = _tags(call)
        for tag in before.keys() & after.keys() - {b"LOGIN-DELAY", b"EXPIRE"}:
            call.want(before[tag] == after[tag], f"{tag.decode()} with the same arguments")


@check("2449-3-capability", MUST, needs="CAPA")
def capability(dial: Dial) -> None:
    """A capability is a tag without a dot and parameters, each parted by a single blank."""
    with dial.call() as call:
        for row in _capa(call):
            good = re.fullmatch(rb"[\x21-\x2d\x2f-\x7e]+(?: [\x21-\x7e]+)*", row) is not None
            call.want(good, "TAG, or TAG and words")


@check("2449-5-capa-line-512", MUST, needs="CAPA")
def capa_line_512(dial: Dial) -> None:
    """A capability line has 512 octets at most, CRLF counted."""
    with dial.log_in() as call:
        for row in _capa(call):
            call.want(len(row) <= 510, "510 octets and CRLF at most")


@check("2449-5-capa-once", SHOULD, needs="CAPA")
def capa_once(dial: Dial) -> None:
    """Each capability is listed once."""
    with dial.log_in() as call:
        tags = [row.split()[0].upper() for row in _capa(call)]
        call.want(len(tags) == len(set(tags)), "each tag once")


@check("2449-4-command-255", MUST, needs="CAPA")
def command_255(dial: Dial) -> None:
    """A server with CAPA reads commands of up to 255 octets, CRLF counted."""
    with dial.call() as call:
        short = call.say("USER nobody-of-that-name")
        long = call.say(b"USER " + b"n" * 248)
        call.want(long.ok == short.ok, "the same answer as to a short name that nobody has")
        call.log_in(dial.account.name, dial.account.password)
        call.in_step()


@check("2449-4-response-512", MUST)
def response_512(dial: Dial) -> None:
    """The first line of a reply still has 512 octets at most, when the command had 255."""
    with dial.log_in() as call:
        for keyword in (b"XYZZY ", b"RETR ", b"LIST "):
            call.send(keyword + b"9" * (253 - len(keyword)) + b"\r\n")
            reply = call.reply()
            call.want(len(reply.line) <= 512, "512 octets at most")
        call.in_step()


@check("2449-6.1-top", MUST, needs="TOP")
def top(dial: Dial) -> None:
    """TOP that is announced works."""
    with dial.log_in() as call:
        call.body_of("TOP 1 0")


@check("2449-6.2-user", MUST, needs="USER")
def user(dial: Dial) -> None:
    """USER that is announced on this line works on this line."""
    with dial.call() as call:
        if b"USER" not in _tags(call):
            raise DoesNotApply("USER is not announced here")
        call.log_in(dial.account.name, dial.account.password)


@check("2449-6.3-sasl", MUST, needs="SASL")
def sasl(dial: Dial) -> None:
    """SASL is announced with the names of mechanisms, and each of them begins when it is named."""
    with dial.call() as call:
        names = _tags(call).get(b"SASL", [])
        for name in names:
            good = re.fullmatch(rb"[A-Z0-9_-]{1,20}", name) is not None
            call.want(good, "1 to 20 upper-case letters, digits, - and _")
            reply = call.say(b"AUTH " + name)
            call.want(reply.line.startswith(b"+ "), "a challenge")
            call.err("*")


@check("2449-6.5-login-delay", MUST, needs="LOGIN-DELAY")
def login_delay(dial: Dial) -> None:
    """LOGIN-DELAY is announced with seconds, and USER at most behind them before login."""
    with dial.call() as call:
        words = _tags(call)[b"LOGIN-DELAY"]
        call.want(words[:1] != [] and words[0].isdigit(), "a number of seconds")
        call.want(words[1:] in ([], [b"USER"]), "nothing but USER behind it")


@check("2449-6.5-delay-kept", SHOULD, needs="LOGIN-DELAY")
def delay_kept(dial: Dial) -> None:
    """A server that announces LOGIN-DELAY enforces it."""
    with dial.log_in() as call:
        seconds = int(_tags(call)[b"LOGIN-DELAY"][0])
        call.quit()
    if not seconds:
        raise DoesNotApply("LOGIN-DELAY 0")
    with dial.call() as call:
        call.say(f"USER {dial.account.name}")
        call.err(f"PASS {dial.account.password}")


@check("2449-8.1.1-login-delay", MAY, needs="LOGIN-DELAY RESP-CODES")
def code_login_delay(dial: Dial) -> None:
    """A login that comes too early is refused with the code LOGIN-DELAY."""
    with dial.log_in() as call:
        call.quit()
    with dial.call() as call:
        call.say(f"USER {dial.account.name}")
        reply = call.err(f"PASS {dial.account.password}")
        call.want(reply.code == "LOGIN-DELAY", "-ERR [LOGIN-DELAY]")


@check("2449-6.6-pipelining", MUST, needs="PIPELINING")
def pipelining(dial: Dial) -> None:
    """PIPELINING that is announced works: commands may be sent before the replies are read."""
    with dial.log_in() as call:
        call.send(b"STAT\r\nNOOP\r\nSTAT\r\n")
        replies = [call.reply() for _ in range(3)]
        call.want(all(reply.ok for reply in replies), "three times +OK")
        call.want(replies[0].line == replies[2].line, "the same counts")


@check("2449-6.7-expire", MUST, needs="EXPIRE")
def expire(dial: Dial) -> None:
    """EXPIRE is announced with days or NEVER, and USER at most behind them before login."""
    with dial.call() as call:
        words = _tags(call)[b"EXPIRE"]
        call.want(words[:1] == [b"NEVER"] or words[0].isdigit(), "days or NEVER")
        call.want(words[1:] in ([], [b"USER"]), "nothing but USER behind it")


@check("2449-6.8-uidl", MUST, needs="UIDL")
def uidl(dial: Dial) -> None:
    """UIDL that is announced works."""
    with dial.log_in() as call:
        call.body_of("UIDL")


@check("2449-6.9-implementation", MUST, needs="IMPLEMENTATION")
def implementation(dial: Dial) -> None:
    """IMPLEMENTATION says something about the implementation."""
    with dial.log_in() as call:
        call.want(bool(_tags(call).get(b"IMPLEMENTATION")), "a word behind it")
