"""RFC 2595 section 4: STLS; RFC 8314: TLS from the first octet."""

from __future__ import annotations

from contextlib import suppress

from .call import Call, DoesNotApply, Failed, NothingCame
from .dial import Dial
from .sockets import SocketLine
from .table import MUST, SHOULD, check

_CLEAR = ("memory", "tcp", "stls")
_SOCKETS = ("tcp", "stls")
_SEALED = ("stls", "tls")


def _tags(call: Call) -> list[bytes]:
    return [row.split()[0].upper() for row in call.body_of("CAPA").rows]


def _secured(dial: Dial) -> Call:
    call = dial.clear()
    call.ok("STLS")
    call.start_tls()
    return call


def _under_tls(dial: Dial) -> Call:
    """A call under TLS on any kind of line but TCP."""
    if dial.kind != "memory":
        return dial.call()
    if "STLS" not in dial.offers:
        raise DoesNotApply("STLS is not announced")
    return _secured(dial)


@check("2595-4-announced", MUST, needs="STLS", kinds=_CLEAR)
def announced(dial: Dial) -> None:
    """STLS is announced by CAPA where it can be had: in AUTHORIZATION, in the clear."""
    with dial.clear() as call:
        call.want(b"STLS" in _tags(call), "STLS in the list")


@check("2595-4-begins", MUST, needs="STLS", kinds=_CLEAR)
def begins(dial: Dial) -> None:
    """Behind the +OK to STLS TLS begins, and then the session goes on in AUTHORIZATION."""
    with _secured(dial) as call:
        call.err("STAT")
        call.log_in(dial.account.name, dial.account.password)
        call.in_step()


@check("2595-4-no-greeting", MUST, needs="STLS", kinds=_CLEAR)
def no_greeting(dial: Dial) -> None:
    """Behind the handshake the server does not greet again: it waits for a command."""
    with _secured(dial) as call:
        call.quit()


@check("2595-4-capa-again", MUST, needs="STLS", kinds=_CLEAR)
def capa_again(dial: Dial) -> None:
    """CAPA can be had again under TLS."""
    with _secured(dial) as call:
        _tags(call)


@check("2595-4-not-announced", MUST, needs="CAPA", kinds=("memory", *_SEALED))
def not_announced(dial: Dial) -> None:
    """Under TLS STLS cannot be had, and is not announced."""
    with _under_tls(dial) as call:
        call.want(b"STLS" not in _tags(call), "no STLS in the list")


@check("2595-4-twice", MUST, needs="CAPA", kinds=("memory", *_SEALED))
def twice(dial: Dial) -> None:
    """STLS under TLS is answered -ERR, and the session goes on."""
    with _under_tls(dial) as call:
        call.err("STLS")
        call.log_in(dial.account.name, dial.account.password)
        call.in_step()


@check("2595-4-late", MUST, needs="CAPA")
def late(dial: Dial) -> None:
    """STLS belongs to AUTHORIZATION: after login it is answered -ERR."""
    with dial.log_in() as call:
        call.err("STLS")
        call.in_step()


@check("2595-4-late-clear", MUST, needs="STLS", kinds=_CLEAR)
def late_clear(dial: Dial) -> None:
    """After login in the clear STLS is answered -ERR, and is not announced any more."""
    with dial.clear() as call:
        if not (call.say(f"USER {dial.account.name}").ok and b"USER" in _tags(call)):
            raise DoesNotApply("no login in the clear")
        call.log_in(dial.account.name, dial.account.password)
        call.err("STLS")
        call.want(b"STLS" not in _tags(call), "no STLS in the list")


@check("2595-4-argument", SHOULD, needs="STLS", kinds=_CLEAR)
def argument(dial: Dial) -> None:
    """STLS takes no argument."""
    with dial.clear() as call:
        call.err("STLS now")
        call.quit()


@check("2595-4-user-forgotten", SHOULD, needs="STLS", kinds=_CLEAR)
def user_forgotten(dial: Dial) -> None:
    """What was said before STLS does not count behind it: PASS alone does not log in."""
    with dial.clear() as call:
        call.say(f"USER {dial.account.name}")
        call.ok("STLS")
        call.start_tls()
        call.err(f"PASS {dial.account.password}")


def _injected(dial: Dial, behind: bytes) -> Call | None:
    """A call on which `behind` stood in the clear behind STLS; None where the server hung up."""
    call = dial.clear()
    call.send(b"STLS\r\n" + behind, secret=True)
    try:
        if not call.reply().ok:
            call.line.close()
            return None  # refused, which is as good
        call.start_tls()
    except Failed:
        call.line.close()
        return None
    return call


@check("2595-4-injection", MUST, needs="STLS", kinds=_CLEAR)
def injection(dial: Dial) -> None:
    """A command that stands in the clear behind STLS is not answered under TLS."""
    call = _injected(dial, b"CAPA\r\n")
    if call is None:
        return
    with call:
        call.send(b"QUIT\r\n")
        try:
            reply, rest = call.reply(), call.rest()
        except Failed:
            return  # hung up: nothing was answered
        call.want(reply.ok and not rest, "QUIT's reply, and nothing else")


@check("2595-4-injection-user", MUST, needs="STLS", kinds=_CLEAR)
def injection_user(dial: Dial) -> None:
    """A USER that stands in the clear behind STLS names nobody under TLS."""
    call = _injected(dial, f"USER {dial.account.name}\r\n".encode())
    if call is not None:
        with call:
            call.send(f"PASS {dial.account.password}\r\n".encode(), secret=True)
            _not_in(call)


@check("2595-4-injection-login", MUST, needs="STLS", kinds=_CLEAR)
def injection_login(dial: Dial) -> None:
    """USER and PASS that stand in the clear behind STLS log nobody in."""
    behind = f"USER {dial.account.name}\r\nPASS {dial.account.password}\r\n"
    call = _injected(dial, behind.encode())
    if call is not None:
        with call:
            call.send(b"STAT\r\n")
            _not_in(call)


def _not_in(call: Call) -> None:
    try:
        reply = call.reply()
    except Failed:
        return  # hung up: nobody is in
    call.want(reply.err, "-ERR: nobody is logged in")


@check("2595-4-garbage", MUST, needs="STLS", kinds=_SOCKETS)
def garbage(dial: Dial) -> None:
    """Where no handshake comes of it the server does not go on in the clear, but serves others."""
    with dial.clear() as call:
        call.ok("STLS")
        call.send(b"USER ida\r\n" * 40)
        with suppress(NothingCame):
            while came := call.line.receive():
                call.want(b"+OK" not in came and b"-ERR" not in came, "no POP3 in the clear")
    with dial.log_in() as call:
        call.in_step()


@check("2595-4-half-handshake", MUST, needs="STLS", kinds=_SOCKETS)
def half_handshake(dial: Dial) -> None:
    """A handshake that is begun and left keeps nobody else waiting."""
    with dial.clear() as waiting:
        waiting.ok("STLS")
        waiting.send(b"\x16\x03\x01\x02\x00\x01\x00")
        with dial.log_in() as call:
            call.in_step()


@check("2595-2-cut-sealed", MUST, kinds=_SEALED)
def cut_sealed(dial: Dial) -> None:
    """An end of the line beneath TLS is no QUIT: what was marked is still there."""
    with dial.log_in() as call:
        call.ok("DELE 1")
        call.drop()
    with dial.again() as call:
        call.want(call.ok("STAT").words[0] == b"3", "3 messages")


# RFC 8314


@check("8314-3.1-implicit", MUST, kinds=("tls",))
def implicit(dial: Dial) -> None:
    """On the TLS port the handshake comes first, then the greeting, and AUTHORIZATION."""
    with dial.call() as call:
        call.want(call.greeting.ok, "+OK")
        call.err("STAT")


@check("8314-3.1-clear-refused", MUST, kinds=("tls",))
def clear_refused(dial: Dial) -> None:
    """Who speaks in the clear to the TLS port gets no POP3 for an answer."""
    line = dial.raw()
    try:
        line.send(b"CAPA\r\nQUIT\r\n" * 20)
        came = b""
        with suppress(NothingCame):
            while piece := line.receive():
                came += piece
    finally:
        line.close()
    if b"+OK" in came or b"-ERR" in came:
        raise Failed(
            f"sent:  CAPA, in the clear\ncame:  {came[:80]!r}\nasked: no POP3 in the clear"
        )


@check("8314-3.1-half-handshake", MUST, kinds=("tls",))
def half_handshake_tls(dial: Dial) -> None:
    """A handshake that is begun and left on the TLS port keeps nobody else waiting."""
    waiting = dial.raw()
    try:
        waiting.send(b"\x16\x03\x01\x02\x00\x01\x00")
        with dial.log_in() as call:
            call.in_step()
    finally:
        waiting.close()


@check("8314-4.1-version", MUST, kinds=_SEALED)
def version(dial: Dial) -> None:
    """TLS is of version 1.2 or later."""
    with dial.call() as call:
        line = call.line
        spoken = line.version if isinstance(line, SocketLine) else ""
        call.want(spoken in ("TLSv1.2", "TLSv1.3"), f"TLSv1.2 or TLSv1.3, not {spoken}")


@check("8314-4.3-certificate", MUST, kinds=_SEALED)
def certificate(dial: Dial) -> None:
    """The certificate is good for the server's name, by the authority that was given."""
    with dial.call() as call:
        if not (isinstance(call.line, SocketLine) and call.line.verified):
            raise DoesNotApply("no authority was given: --ca FILE")
        call.quit()


@check("8314-3.4-close-notify", SHOULD, kinds=_SEALED)
def close_notify(dial: Dial) -> None:
    """Before the server closes the line it says so in TLS (close_notify)."""
    with dial.log_in() as call:
        call.quit()
        line = call.line
        call.want(isinstance(line, SocketLine) and not line.ragged, "a close_notify before the end")
