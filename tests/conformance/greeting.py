"""RFC 1939 section 4: the greeting, the way into TRANSACTION, and the lock."""

from __future__ import annotations

from .call import DoesNotApply, Failed
from .dial import Dial
from .table import MAY, MUST, SHOULD, check


@check("1939-4-greeting-ok", MUST)
def greeting_ok(dial: Dial) -> None:
    """Once the line stands the server sends a positive reply of one line, unasked."""
    with dial.call() as call:
        call.want(call.greeting.ok, "+OK")


@check("1939-4-greeting-alone", MUST)
def greeting_alone(dial: Dial) -> None:
    """Behind the greeting the server waits: the next thing it says answers the first command."""
    with dial.call() as call:
        call.quit()


@check("1939-4-quit-early", MUST)
def quit_early(dial: Dial) -> None:
    """QUIT in AUTHORIZATION is answered +OK, and the server closes the line."""
    with dial.call() as call:
        call.quit()


@check("1939-4-quit-after-user", MUST)
def quit_after_user(dial: Dial) -> None:
    """QUIT between USER and PASS is answered +OK, and the server closes the line."""
    with dial.call() as call:
        call.say(f"USER {dial.account.name}")
        call.quit()


@check("1939-4-numbers", MUST)
def numbers(dial: Dial) -> None:
    """Message-numbers run from 1 up, in decimal, in the order of the maildrop."""
    with dial.log_in() as call:
        rows = call.body_of("LIST").rows
        wanted = [b"%d" % n for n in range(1, len(dial.account.mails) + 1)]
        call.want([row.split()[0] for row in rows] == wanted, "the numbers 1, 2, 3")


@check("1939-4-lock-second", SHOULD)
def lock_second(dial: Dial) -> None:
    """While a session has the maildrop open a second one cannot open it: -ERR."""
    with dial.log_in() as first:
        with dial.call() as second:
            second.say(f"USER {dial.account.name}")
            second.err(f"PASS {dial.account.password}")
        first.in_step()


@check("1939-4-lock-no-harm", MUST)
def lock_no_harm(dial: Dial) -> None:
    """A second login, refused or not, changes nothing for the session that was there first."""
    with dial.log_in() as first:
        first.ok("DELE 1")
        before = first.ok("STAT").words[:2]
        with dial.call() as second:
            second.say(f"USER {dial.account.name}")
            second.say(f"PASS {dial.account.password}")
            second.drop()
        first.want(first.ok("STAT").words[:2] == before, "the same counts as before")
        first.err("DELE 1")
        first.quit()
    with dial.again() as call:
        call.want(call.ok("STAT").words[0] == b"2", "2 messages, since QUIT removed one")


@check("1939-4-lock-guards", MUST)
def lock_guards(dial: Dial) -> None:
    """What one session sees is not removed by another before it enters UPDATE."""
    with dial.log_in() as first:
        try:
            second = dial.log_in()
        except Failed:
            raise DoesNotApply("no second session is let in") from None
        with second:
            second.ok("DELE 2")
            second.quit()
        first.want_mail(2, dial.account.mails[1].content)


@check("1939-4-lock-of-one", MUST)
def lock_of_one(dial: Dial) -> None:
    """The lock is on one maildrop: another user's can be opened meanwhile."""
    with dial.log_in() as first, dial.log_in(dial.spare) as second:
        second.in_step()
        second.quit()
        first.in_step()


@check("1939-4-lock-quit", MUST)
def lock_quit(dial: Dial) -> None:
    """The lock opens with QUIT: the next session gets the maildrop at once."""
    for _ in range(3):
        with dial.log_in() as call:
            call.quit()


@check("1939-4-lock-cut", MUST)
def lock_cut(dial: Dial) -> None:
    """The lock opens when the line is cut."""
    with dial.log_in() as call:
        call.drop()
    with dial.again() as call:
        call.in_step()


@check("1939-4-lock-wrong-pass", MUST)
def lock_wrong_pass(dial: Dial) -> None:
    """A login that fails keeps no lock."""
    with dial.call() as wrong:
        wrong.say(f"USER {dial.account.name}")
        wrong.err("PASS not-the-password")
        with dial.log_in() as call:
            call.in_step()


@check("1939-4-retry", MAY)
def retry(dial: Dial) -> None:
    """After a login that failed the client may try again on the same line, if it stays open."""
    with dial.call() as call:
        call.say(f"USER {dial.account.name}")
        call.err("PASS not-the-password")
        call.log_in(dial.account.name, dial.account.password)
        call.in_step()


@check("1939-4-retry-unknown", MAY)
def retry_unknown(dial: Dial) -> None:
    """After a name that nobody has the client may give another, if the line stays open."""
    with dial.call() as call:
        if call.say("USER nobody-of-that-name").ok:
            call.err("PASS whatever")
        call.log_in(dial.account.name, dial.account.password)
        call.in_step()


@check("1939-4-fails-stays", MUST)
def fails_stays(dial: Dial) -> None:
    """A login that fails leaves the session in AUTHORIZATION: no command of TRANSACTION works."""
    with dial.call() as call:
        call.say(f"USER {dial.account.name}")
        call.err("PASS not-the-password")
        call.err("STAT")
        call.err("RETR 1")
        call.err("DELE 1")


@check("1939-4-greeting-again", MUST)
def greeting_again(dial: Dial) -> None:
    """Ten lines one after another are greeted alike, and ten at once."""
    calls = []
    try:
        for _ in range(10):
            with dial.call() as call:
                call.quit()
            calls.append(dial.call())
        for call in calls:
            call.quit()
    finally:
        for call in calls:
            call.line.close()
