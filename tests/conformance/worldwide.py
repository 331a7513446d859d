"""RFC 6856: UTF8 and LANG, where they are announced."""

from __future__ import annotations

import re

from .call import Call, DoesNotApply
from .dial import Dial
from .table import MUST, SHOULD, check

_WORLD = ("utf8-header", "letter")
_TAG = re.compile(rb"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def _in_utf8(dial: Dial) -> Call:
    call = dial.call()
    call.ok("UTF8")
    return call.log_in(dial.account.name, dial.account.password)


@check("6856-2.1-utf8", MUST, needs="UTF8")
def utf8(dial: Dial) -> None:
    """UTF8 is given in AUTHORIZATION; after it one logs in as ever."""
    with _in_utf8(dial) as call:
        call.in_step()


@check("6856-2.1-late", MUST, needs="UTF8")
def utf8_late(dial: Dial) -> None:
    """UTF8 belongs to AUTHORIZATION: after login it is answered -ERR."""
    with dial.log_in() as call:
        call.err("UTF8")
        call.in_step()


@check("6856-2.1-argument", SHOULD, needs="UTF8")
def utf8_argument(dial: Dial) -> None:
    """UTF8 has no parameters."""
    with dial.call() as call:
        call.err("UTF8 please")
        call.quit()


@check("6856-2.1-as-is", MUST, needs="UTF8", mail=_WORLD)
def as_is(dial: Dial) -> None:
    """In UTF-8 mode a message with UTF-8 in its header is sent as it is, RETR and TOP alike."""
    mail = dial.account.mails[0]
    with _in_utf8(dial) as call:
        call.want_mail(1, mail.content)
        call.want_same(call.body_of("TOP 1 0").content, mail.header, "its header")


@check("6856-2.1-not-as-is", MUST, needs="UTF8", mail=_WORLD)
def not_as_is(dial: Dial) -> None:
    """Without UTF-8 mode nothing beyond ASCII is sent from it: a surrogate, or -ERR."""
    with dial.log_in() as call:
        for line in ("RETR 1", "TOP 1 0"):
            call.want(call.ask(line).content.isascii(), "ASCII only, or -ERR")
        call.body_of("RETR 2")


@check("6856-2.1-ascii", MUST, needs="UTF8", mail=_WORLD)
def ascii_mail(dial: Dial) -> None:
    """UTF-8 mode does nothing to mail that is ASCII."""
    with _in_utf8(dial) as call:
        call.want_mail(2, dial.account.mails[1].content)


@check("6856-2.1-size", SHOULD, needs="UTF8", mail=_WORLD)
def utf8_size(dial: Dial) -> None:
    """The size that LIST gives is the octets that RETR sends in the same mode."""
    with _in_utf8(dial) as call:
        size = int(call.ok("LIST 1").words[1])
        call.want(size == len(call.body_of("RETR 1").content), f"{size} octets")


@check("6856-5-code", SHOULD, needs="UTF8 RESP-CODES", mail=_WORLD)
def utf8_code(dial: Dial) -> None:
    """A message that is refused for want of UTF-8 mode is refused with the code UTF8."""
    with dial.log_in() as call:
        reply = call.ask("RETR 1")
        if reply.ok:
            raise DoesNotApply("a surrogate is sent")
        call.want(reply.code == "UTF8", "-ERR [UTF8]")


@check("6856-2.2-bad-utf8", MUST, needs="UTF8:USER")
def bad_utf8(dial: Dial) -> None:
    """A name or a password that is no UTF-8 is refused."""
    with dial.call() as call:
        reply = call.say(b"USER \xc3\x28\xff")
        if reply.ok:
            call.err(b"PASS \xff\xfe")
        call.log_in(dial.account.name, dial.account.password)


@check("6856-2.2-utf8-name", MUST, needs="UTF8:USER")
def utf8_name(dial: Dial) -> None:
    """With UTF8 USER names and passwords in UTF-8 are read like others; a wrong one is refused."""
    with dial.call() as call:
        if call.say("USER J\u00f6rg").ok:
            call.err("PASS gr\u00fcn")
        call.log_in(dial.account.name, dial.account.password)


@check("6856-3.2-list", MUST, needs="LANG")
def lang_list(dial: Dial) -> None:
    """LANG alone lists languages: a tag, and perhaps a blank and the language's name in UTF-8."""
    with dial.call() as call:
        rows = call.body_of("LANG").rows
        for row in rows:
            tag, _, name = row.partition(b" ")
            call.want(_TAG.fullmatch(tag) is not None, "a language tag first")
            name.decode("utf-8")
        call.quit()


@check("6856-3.2-choose", MUST, needs="LANG")
def lang_choose(dial: Dial) -> None:
    """Each language that is listed can be chosen; +OK, the exact tag and a blank answer it."""
    with dial.log_in() as call:
        for row in call.body_of("LANG").rows:
            tag = row.split()[0]
            line = call.ok(b"LANG " + tag).line
            call.want(line.startswith(b"+OK " + tag + b" "), "+OK, the tag and a blank")
            call.err("XYZZY").text.decode("utf-8")
            call.in_step()


@check("6856-3.2-unknown", MUST, needs="LANG")
def lang_unknown(dial: Dial) -> None:
    """A language that the server does not speak is answered -ERR, and the texts stay as they are."""
    with dial.call() as call:
        before = call.err("XYZZY").line
        call.err("LANG tlh")
        call.want(call.err("XYZZY").line == before, "the same text as before")


@check("6856-3.2-star", MUST, needs="LANG")
def lang_star(dial: Dial) -> None:
    """LANG * asks for the language that the administrator prefers."""
    with dial.call() as call:
        words = call.ok("LANG *").words
        call.want(bool(words) and _TAG.fullmatch(words[0]) is not None, "+OK and a tag")


@check("6856-3.2-both-states", MUST, needs="LANG")
def lang_both_states(dial: Dial) -> None:
    """LANG can be given in AUTHORIZATION and in TRANSACTION."""
    with dial.call() as call:
        call.body_of("LANG")
        call.log_in(dial.account.name, dial.account.password)
        call.body_of("LANG")


@check("6856-3.2-range", MUST, needs="LANG")
def lang_range(dial: Dial) -> None:
    """The argument is a language range, in which case does not matter (RFC 4647)."""
    with dial.call() as call:
        tags = [row.split()[0] for row in call.body_of("LANG").rows]
        for tag in tags:
            words = call.ok(b"LANG " + tag.swapcase()).words
            call.want(words[0].lower() == tag.lower(), "+OK and the tag")
