"""RFC 1939 section 7: USER and PASS, and APOP; section 13: what a stranger may learn."""

from __future__ import annotations

import re
from hashlib import md5

from .call import Call
from .dial import Dial
from .table import MUST, SHOULD, check

_STAMP = re.compile(rb"<[^<>@\s]+@[^<>@\s]+>")


def _named(dial: Dial) -> Call:
    call = dial.call()
    call.ok(f"USER {dial.account.name}")
    return call


@check("1939-7-user-pass", MUST)
def user_pass(dial: Dial) -> None:
    """USER and then PASS with the right string opens the maildrop: TRANSACTION begins."""
    with dial.log_in() as call:
        call.in_step()
        call.body_of("LIST")


@check("1939-7-pass-first", MUST)
def pass_first(dial: Dial) -> None:
    """PASS is only given behind a USER that was accepted."""
    with dial.call() as call:
        call.err(f"PASS {dial.account.password}")
        call.err("STAT")


@check("1939-7-pass-again", SHOULD)
def pass_again(dial: Dial) -> None:
    """After a PASS that failed a new USER is needed: PASS only comes immediately behind one."""
    with _named(dial) as call:
        call.err("PASS not-the-password")
        call.err(f"PASS {dial.account.password}")
        call.err("STAT")


@check("1939-7-wrong-pass", MUST)
def wrong_pass(dial: Dial) -> None:
    """A wrong password is answered -ERR."""
    with _named(dial) as call:
        call.err(f"PASS {dial.account.password}x")


@check("1939-7-pass-part", MUST)
def pass_part(dial: Dial) -> None:
    """A part of the password is not the password."""
    with _named(dial) as call:
        call.err(f"PASS {dial.account.password[:-1]}")


@check("1939-7-pass-case", MUST)
def pass_case(dial: Dial) -> None:
    """The case of a password's letters counts, unlike that of keywords."""
    with _named(dial) as call:
        call.err(f"PASS {dial.account.password.swapcase()}")


@check("1939-7-pass-blank", MUST)
def pass_blank(dial: Dial) -> None:
    """All behind "PASS " is the password, blanks too: more words make another password."""
    with _named(dial) as call:
        call.err(f"PASS {dial.account.password} and more")


@check("1939-7-pass-blank-end", SHOULD)
def pass_blank_end(dial: Dial) -> None:
    """A blank at the end is a part of the password as well."""
    with _named(dial) as call:
        call.err(f"PASS {dial.account.password} ")


@check("1939-7-pass-none", MUST)
def pass_none(dial: Dial) -> None:
    """PASS without an argument is answered -ERR."""
    with _named(dial) as call:
        call.err("PASS")


@check("1939-7-user-none", MUST)
def user_none(dial: Dial) -> None:
    """USER without an argument is answered -ERR."""
    with dial.call() as call:
        call.err("USER")
        call.quit()


@check("1939-7-user-last", MUST)
def user_last(dial: Dial) -> None:
    """A second USER takes the place of the first: it is that mailbox that PASS opens."""
    with dial.call() as call:
        call.say("USER nobody-of-that-name")
        call.ok(f"USER {dial.account.name}")
        call.ok(f"PASS {dial.account.password}")
        count = call.ok("STAT").words[0]
        call.want(int(count) == len(dial.account.mails), "that user's messages")


@check("1939-7-unknown-user", MUST)
def unknown_user(dial: Dial) -> None:
    """A mailbox that does not exist is not opened, whatever USER was answered."""
    with dial.call() as call:
        call.say("USER nobody-of-that-name")
        call.err(f"PASS {dial.account.password}")
        call.err("STAT")


@check("1939-13-same-words", SHOULD)
def same_words(dial: Dial) -> None:
    """A stranger does not learn from the replies which mailboxes exist."""
    said = []
    for name in (dial.account.name, "nobody-of-that-name"):
        with dial.call() as call:
            replies = [call.say(f"USER {name}").line, call.say("PASS not-the-password").line]
            said.append([line.replace(name.encode(), b"NAME") for line in replies])
    call.want(said[0] == said[1], f"the same words for both names, not {said}")


@check("1939-7-name-of-own", MUST)
def name_of_own(dial: Dial) -> None:
    """A password opens the mailbox it belongs to, and no other user's mail is shown in it."""
    with dial.log_in() as call:
        call.want_mail(1, dial.account.mails[0].content)
        call.want(int(call.ok("STAT").words[1]) == dial.account.octets, "that user's octets")


# APOP


def _stamp(call: Call) -> bytes:
    found = _STAMP.search(call.greeting.line)
    call.want(found is not None, "a timestamp <...@...> in the greeting")
    assert found is not None
    return found[0]


def _apop(dial: Dial, stamp: bytes, *, secret: str = "") -> str:
    proof = stamp + (secret or dial.account.password).encode()
    return f"APOP {dial.account.name} {md5(proof, usedforsecurity=False).hexdigest()}"


@check("1939-7-apop-stamp", MUST, needs="APOP")
def apop_stamp(dial: Dial) -> None:
    """A server with APOP has a timestamp in its greeting, in the form of a msg-id."""
    with dial.call() as call:
        _stamp(call)


@check("1939-7-apop-stamp-new", MUST, needs="APOP")
def apop_stamp_new(dial: Dial) -> None:
    """The timestamp is another one in each greeting."""
    stamps = []
    for _ in range(5):
        with dial.call() as call:
            stamps.append(_stamp(call))
    call.want(len(set(stamps)) == 5, f"5 stamps that differ, not {stamps}")


@check("1939-7-apop-login", MUST, needs="APOP")
def apop_login(dial: Dial) -> None:
    """APOP with the MD5 digest of timestamp and secret opens the maildrop."""
    with dial.call() as call:
        call.ok(_apop(dial, _stamp(call)))
        call.in_step()


@check("1939-7-apop-wrong", MUST, needs="APOP")
def apop_wrong(dial: Dial) -> None:
    """A digest that is not right is answered -ERR, and the session stays in AUTHORIZATION."""
    with dial.call() as call:
        call.err(_apop(dial, _stamp(call), secret="not-the-secret"))
        call.err("STAT")


@check("1939-7-apop-old", MUST, needs="APOP")
def apop_old(dial: Dial) -> None:
    """A digest over another session's timestamp opens nothing: it cannot be played again."""
    with dial.call() as call:
        old = _apop(dial, _stamp(call))
        call.quit()
    with dial.call() as call:
        call.err(old)


@check("1939-7-apop-unknown", MUST, needs="APOP")
def apop_unknown(dial: Dial) -> None:
    """APOP for a name that nobody has is answered -ERR."""
    with dial.call() as call:
        call.err("APOP nobody-of-that-name c4c9334bac560ecc979e58001b3e22fb")


@check("1939-7-apop-short", MUST, needs="APOP")
def apop_short(dial: Dial) -> None:
    """APOP without its two arguments is answered -ERR."""
    with dial.call() as call:
        call.err(f"APOP {dial.account.name}")
        call.err("APOP")


@check("1939-7-apop-then-user", MUST, needs="APOP")
def apop_then_user(dial: Dial) -> None:
    """After an APOP that failed USER and PASS work, if the line stays open."""
    with dial.call() as call:
        call.err(f"APOP {dial.account.name} c4c9334bac560ecc979e58001b3e22fb")
        call.log_in(dial.account.name, dial.account.password)
        call.in_step()
