"""RFC 5034 section 4: AUTH, whatever the mechanism."""

from __future__ import annotations

from base64 import b64encode

from .call import Call
from .dial import Dial
from .dialogue import answer, auth, begin, plain
from .table import MUST, SHOULD, check


def _stays(dial: Dial, call: Call) -> None:
    """The failed AUTH is as if it had not been: one can log in by other means."""
    call.err("STAT")
    call.log_in(dial.account.name, dial.account.password)
    call.in_step()


@check("5034-4-initial", MUST, needs="SASL:PLAIN")
def initial(dial: Dial) -> None:
    """AUTH takes an initial response, and on success TRANSACTION begins."""
    with dial.call() as call:
        reply = auth(call, "PLAIN", plain(dial))
        call.want(reply.ok, "+OK")
        call.in_step()


@check("5034-4-empty-challenge", MUST, needs="SASL:PLAIN")
def empty_challenge(dial: Dial) -> None:
    """Without the initial response that PLAIN needs the server sends "+", a blank, and nothing else."""
    with dial.call() as call:
        call.want(call.say("AUTH PLAIN").line == b"+ \r\n", '"+ " and CRLF')
        call.want(answer(call, plain(dial)).ok, "+OK")
        call.in_step()


@check("5034-4-lower-auth", MUST, needs="SASL:PLAIN")
def lower_auth(dial: Dial) -> None:
    """AUTH is a keyword like the others: its case does not matter."""
    with dial.call() as call:
        call.want(call.say("auth PLAIN").line == b"+ \r\n", '"+ " and CRLF')
        call.err("*")


@check("5034-4-unknown", MUST, needs="SASL")
def unknown(dial: Dial) -> None:
    """AUTH with a mechanism that the server does not have is answered -ERR."""
    with dial.call() as call:
        call.err("AUTH X-NO-SUCH-THING")
        call.err("AUTH X-NO-SUCH-THING dGVzdA==")
        _stays(dial, call)


@check("5034-4-cancel", MUST, needs="SASL:PLAIN")
def cancel(dial: Dial) -> None:
    """A line "*" cancels the dialogue: -ERR, and it is as if AUTH had not been given."""
    with dial.call() as call:
        begin(call, "PLAIN")
        call.err("*")
        _stays(dial, call)


@check("5034-4-no-base64", MUST, needs="SASL:PLAIN")
def no_base64(dial: Dial) -> None:
    """A response that is no base64 is refused with -ERR."""
    with dial.call() as call:
        begin(call, "PLAIN")
        call.err("this is no base64!")
        _stays(dial, call)


@check("5034-4-odd-character", MUST, needs="SASL:PLAIN")
def odd_character(dial: Dial) -> None:
    """A character outside base64's alphabet is refused and not passed over."""
    good = b64encode(plain(dial))
    for odd in (b"!", b" ", b"-", b"_"):
        with dial.call() as call:
            begin(call, "PLAIN")
            reply = call.say(good[:8] + odd + good[8:], secret=True)
            call.want(reply.err, f"-ERR to base64 with {odd!r} in it")


@check("5034-4-pad-first", MUST, needs="SASL:PLAIN")
def pad_first(dial: Dial) -> None:
    """A pad character anywhere but at the end is refused: "=AAA", "AAA=BBB"."""
    with dial.call() as call:
        for wrong in ("=AAA", "AAA=BBB"):
            begin(call, "PLAIN")
            call.err(wrong)


@check("5034-4-initial-no-base64", MUST, needs="SASL:PLAIN")
def initial_no_base64(dial: Dial) -> None:
    """An initial response that is no base64 is refused with -ERR."""
    with dial.call() as call:
        call.err("AUTH PLAIN ###")
        call.err("AUTH PLAIN =AAA")
        _stays(dial, call)


@check("5034-4-initial-empty", MUST, needs="SASL:PLAIN")
def initial_empty(dial: Dial) -> None:
    """The initial response "=" has no octet: PLAIN fails on it and asks for no other."""
    with dial.call() as call:
        call.err("AUTH PLAIN =")
        _stays(dial, call)


@check("5034-4-late", MUST, needs="SASL:PLAIN")
def late(dial: Dial) -> None:
    """After a successful AUTH any further AUTH is answered -ERR."""
    with dial.call() as call:
        call.want(auth(call, "PLAIN", plain(dial)).ok, "+OK")
        call.want(auth(call, "PLAIN", plain(dial)).err, "-ERR")
        call.in_step()


@check("5034-4-late-user", MUST, needs="SASL:PLAIN")
def late_user(dial: Dial) -> None:
    """AUTH belongs to AUTHORIZATION: after USER and PASS it is answered -ERR."""
    with dial.log_in() as call:
        call.err("AUTH PLAIN")
        call.in_step()


@check("5034-4-fails-stays", MUST, needs="SASL:PLAIN")
def fails_stays(dial: Dial) -> None:
    """After an AUTH that failed another attempt may follow, and may succeed."""
    with dial.call() as call:
        call.want(auth(call, "PLAIN", plain(dial, password="wrong")).err, "-ERR")
        call.want(auth(call, "PLAIN", plain(dial)).ok, "+OK")
        call.in_step()


@check("5034-4-command-inside", MUST, needs="SASL:PLAIN")
def command_inside(dial: Dial) -> None:
    """A line within the dialogue is a response and no command: "QUIT" ends nothing there."""
    with dial.call() as call:
        begin(call, "PLAIN")
        call.err("QUIT!")
        call.quit()


@check("5034-4-long-response", MUST, needs="SASL:PLAIN")
def long_response(dial: Dial) -> None:
    """A response may be longer than a command: 255 octets a part are read, and refused as wrong."""
    with dial.call() as call:
        begin(call, "PLAIN")
        reply = answer(call, plain(dial, name="n" * 255, password="p" * 255))
        call.want(reply.err, "-ERR")
        _stays(dial, call)


@check("5034-4-no-mechanism", SHOULD, needs="SASL")
def no_mechanism(dial: Dial) -> None:
    """AUTH without a mechanism is no dialogue: -ERR, or a list as some servers give it."""
    with dial.call() as call:
        reply = call.ask("AUTH")
        call.want(reply.ok or reply.err, "-ERR, or +OK and a list")
        call.quit()


@check("5034-4-plain-offered", SHOULD, needs="SASL", kinds=("stls", "tls"))
def plain_offered(dial: Dial) -> None:
    """PLAIN is the mechanism that every server has, under TLS."""
    with dial.call() as call:
        rows = [row.split() for row in call.body_of("CAPA").rows]
        call.want(any(row[0] == b"SASL" and b"PLAIN" in row for row in rows), "SASL ... PLAIN")


@check("5034-4-two-steps", MUST, needs="SASL:PLAIN")
def two_steps(dial: Dial) -> None:
    """A server that has been cancelled begins anew each time, and at last lets one in."""
    with dial.call() as call:
        for _ in range(2):
            begin(call, "PLAIN")
            call.err("*")
        begin(call, "PLAIN")
        call.want(answer(call, plain(dial)).ok, "+OK")


@check("5034-4-server-first", MUST, needs="SASL:CRAM-MD5")
def server_first(dial: Dial) -> None:
    """An initial response to a mechanism in which the server speaks first is refused."""
    with dial.call() as call:
        call.want(auth(call, "CRAM-MD5", b"ida 0123").err, "-ERR")
        _stays(dial, call)
