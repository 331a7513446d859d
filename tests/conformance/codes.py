"""RFC 2449 section 8: response codes; RFC 3206: those of logins and of failures of the system."""

from __future__ import annotations

import re

from .call import DoesNotApply
from .dial import Dial
from .table import MUST, SHOULD, check

_CODE = re.compile(
    rb"\[[\x21-\x2e\x30-\x5c\x5e-\x7e]+(?:/[\x21-\x2e\x30-\x5c\x5e-\x7e]+)*\](?: |\Z)"
)


@check("2449-3-text-bracket", MUST, needs="RESP-CODES")
def text_bracket(dial: Dial) -> None:
    """With RESP-CODES a text that begins with "[" begins with a response code."""
    lines = ["XYZZY", "RETR 99", "DELE 99", "TOP 99 1", "UIDL 99", "LIST 99", "USER ben"]
    with dial.call() as call:
        replies = [call.greeting, call.say("XYZZY")]
        call.log_in(dial.account.name, dial.account.password)
        replies += [call.say(line) for line in lines]
        for reply in replies:
            good = not reply.text.startswith(b"[") or _CODE.match(reply.text) is not None
            call.want(good, "[CODE] or another text")


@check("2449-6.4-resp-codes", MUST, needs="RESP-CODES")
def resp_codes(dial: Dial) -> None:
    """A reply's code is in brackets at the very beginning of the text, and is a code of a registry."""
    known = r"LOGIN-DELAY|IN-USE|SYS/TEMP|SYS/PERM|AUTH|UTF8"
    with dial.call() as call:
        call.say(f"USER {dial.account.name}")
        reply = call.err("PASS not-the-password")
        good = not reply.code or re.fullmatch(rf"(?:{known}|X.*)(?:/.*)?", reply.code) is not None
        call.want(good, "a registered code or none")


@check("2449-8.1.2-in-use", SHOULD, needs="RESP-CODES")
def in_use(dial: Dial) -> None:
    """A login that fails because the maildrop is open elsewhere is refused with the code IN-USE."""
    with dial.log_in(), dial.call() as second:
        second.say(f"USER {dial.account.name}")
        reply = second.say(f"PASS {dial.account.password}")
        if reply.ok:
            raise DoesNotApply("a second session is let in")
        second.want(reply.code == "IN-USE", "-ERR [IN-USE]")


@check("2449-8.1.2-not-in-use", MUST, needs="RESP-CODES")
def not_in_use(dial: Dial) -> None:
    """IN-USE says that the password was right: a wrong one never gets that code."""
    with dial.log_in(), dial.call() as second:
        second.say(f"USER {dial.account.name}")
        reply = second.err("PASS not-the-password")
        second.want(reply.code != "IN-USE", "another code or none")


@check("3206-5-auth", MUST, needs="AUTH-RESP-CODE")
def code_auth(dial: Dial) -> None:
    """With AUTH-RESP-CODE a login that fails by its credentials has the code AUTH."""
    with dial.call() as call:
        call.say(f"USER {dial.account.name}")
        reply = call.err("PASS not-the-password")
        call.want(reply.code == "AUTH", "-ERR [AUTH]")


@check("3206-5-auth-unknown", MUST, needs="AUTH-RESP-CODE")
def code_auth_unknown(dial: Dial) -> None:
    """A name that nobody has is a matter of the credentials as well: AUTH, and no system failure."""
    with dial.call() as call:
        reply = call.say("USER nobody-of-that-name")
        if reply.ok:
            reply = call.err("PASS whatever")
        call.want(reply.code == "AUTH", "-ERR [AUTH]")


@check("3206-5-auth-apop", MUST, needs="AUTH-RESP-CODE APOP")
def code_auth_apop(dial: Dial) -> None:
    """A wrong digest of APOP has the code AUTH."""
    with dial.call() as call:
        reply = call.err(f"APOP {dial.account.name} c4c9334bac560ecc979e58001b3e22fb")
        call.want(reply.code == "AUTH", "-ERR [AUTH]")


@check("3206-5-not-auth", MUST, needs="AUTH-RESP-CODE")
def code_not_auth(dial: Dial) -> None:
    """AUTH is only for credentials: a maildrop in use, or a bad command, has another code or none."""
    with dial.log_in() as first:
        first.want(first.err("RETR 99").code != "AUTH", "no [AUTH]")
        with dial.call() as second:
            second.say(f"USER {dial.account.name}")
            reply = second.say(f"PASS {dial.account.password}")
            second.want(reply.code != "AUTH", "no [AUTH]")


@check("3206-4-no-failure", MUST, needs="RESP-CODES")
def no_failure(dial: Dial) -> None:
    """SYS is for failures of the system: a client's mistake does not get it."""
    with dial.log_in() as call:
        for line in ("RETR 99", "DELE 0", "XYZZY", "TOP 1", "USER ben"):
            call.want(not call.err(line).code.startswith("SYS"), "no [SYS/...]")
