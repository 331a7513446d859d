"""Mistakes that servers make: each with a server that makes it, and checks that must find it out."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.mailroom import Message
from simulator.pop3 import Pop3Server

from .accounts import accounts_for
from .broken import (
    DeletesAtOnce,
    Doubled,
    Eager,
    Echo,
    Injected,
    Keeps,
    QuitsAtEnd,
    Rewrites,
    alike,
    shrunk,
)
from .dial import Server
from .mail import Mail
from .memory import Engine, manner, memory_server
from .ours import PASSWORD

__all__ = ["ACCOUNTS", "MISTAKES"]

ACCOUNTS = accounts_for(("memory",), PASSWORD)
_RIGHT = b"PASS " + PASSWORD.encode()

_Change = Callable[[bytes], bytes]
_Make = Callable[[], Server]


def _wrapped(around: Callable[[Pop3Server], Engine]) -> _Make:
    return lambda: memory_server(ACCOUNTS, around=around)


def _entered(entry: Callable[[int, Mail], Message]) -> _Make:
    return lambda: memory_server(ACCOUNTS, entry=entry)


def _mannered(**policy: object) -> _Make:
    return lambda: memory_server(ACCOUNTS, manner(**policy))


def _hears(pattern: bytes, instead: bytes | Callable[[re.Match[bytes]], bytes]) -> _Make:
    """What it hears is changed before the engine hears it."""

    def change(octets: bytes) -> bytes:
        return re.sub(pattern, instead, octets)

    return _wrapped(lambda engine: Rewrites(engine, heard=change))


def _says(pattern: bytes, instead: bytes) -> _Make:
    """What it says is changed before the line has it."""
    return _wrapped(lambda engine: Rewrites(engine, said=lambda o: re.sub(pattern, instead, o)))


def _one_more(found: re.Match[bytes]) -> bytes:
    return b"%s %d\r\n" % (found[1], int(found[2]) + 1)


def _last(found: re.Match[bytes]) -> bytes:
    return found[1] + b" 3\r\n"


#: What is wrong, the server, and checks that must find it out.
MISTAKES: dict[str, tuple[_Make, str]] = {
    # When mail is removed
    "deletes at once": (
        _wrapped(DeletesAtOnce), "1939-6-cut 1939-6-rset-quit 1939-6-cut-in-quit 1939-6-quit-early",
    ),
    "takes a lost line for QUIT": (_wrapped(QuitsAtEnd), "1939-6-cut 1939-6-quit-early"),
    "takes half a line for a whole one": (_wrapped(Eager), "1939-6-cut-before-crlf"),
    "removes what was sent": (_mannered(retr_deletes=True), "1939-6-quit-keeps"),
    "never removes": (_hears(rb"QUIT\r\n", b"RSET\r\nQUIT\r\n"), "1939-6-quit-removes"),
    "RSET does nothing": (_hears(rb"RSET\r\n", b"NOOP\r\n"), "1939-5-rset-all 1939-6-rset-quit"),
    "DELE marks the next": (
        _hears(rb"(DELE) ([0-9]+)\r\n", _one_more), "1939-6-quit-removes 1939-5-stat-marked",
    ),
    "DELE twice": (_mannered(dele_twice=True), "1939-5-dele 1939-5-dele-twice"),
    "goes on after QUIT": (_hears(rb"QUIT\r\n", b"NOOP\r\n"), "1939-6-quit-closes"),
    # Sizes, numbers, unique-ids
    "miscounts sizes": (
        _entered(shrunk),
        "1939-5-stat-counts 1939-5-list-sizes 1939-5-retr-list-size 1939-11-stat-sum 1939-11-unix",
    ),
    "one unique-id for all": (_entered(alike), "1939-7-uidl-unique 1939-7-uidl-copies"),
    "a unique-id with a blank": (_says(rb"\.letter", b". letter"), "1939-7-uidl-shape"),
    "no number in UIDL n": (_says(rb"\+OK [0-9]+ 0", b"+OK 0"), "1939-7-uidl-one"),
    "shows a window": (_mannered(window=2), "1939-5-list-many 1939-5-stat-counts"),
    "counts from 0": (_says(rb"\r\n1 ([0-9]+)\r\n", b"\r\n0 \\1\r\n"), "1939-4-numbers"),
    "reads 1x as 1": (_mannered(numbers="leading-digits"), "1939-5-number-tail"),
    "takes -1 for the last": (_hears(rb"(RETR|DELE|LIST) -1\r\n", _last), "1939-5-number-negative"),
    "wraps at 32 bits": (_hears(rb" 4294967297\r\n", b" 1\r\n"), "1939-5-number-huge"),
    "takes a sign": (_hears(rb" \+1\r\n", b" 1\r\n"), "1939-5-number-plus"),
    "TOP sends a line more": (
        _hears(rb"(TOP [0-9]+) ([0-9]+)\r\n", _one_more), "1939-7-top-zero 1939-7-top-some",
    ),
    # Octets
    "forgets to stuff": (
        _says(rb"\r\n\.\.", b"\r\n."),
        "1939-3-stuffing 1939-3-lone-dot 1939-5-wire-form 1939-3-many-dots 1939-3-edge-1024",
    ),
    "stuffs every dot": (_says(rb" \. ", b" .. "), "1939-3-stuffing-only"),
    "strips blanks": (_says(rb"[ \t]+\r\n", b"\r\n"), "1939-5-trailing"),
    "folds long lines": (_says(rb"x{900}", b"x" * 900 + b"\r\n "), "1939-5-long-line"),
    "marks From": (_says(rb"\r\nFrom ", b"\r\n>From "), "1939-5-from-line"),
    "strips the 8th bit": (_says(rb"[\x80-\xff]", b"?"), "1939-5-eight-bit"),
    "unfolds headers": (_says(rb"\r\n\t", b" "), "1939-5-folded"),
    "ends lines in LF": (_says(rb"\r\n", b"\n"), "1939-3-crlf 1939-3-indicator"),
    "in lower case": (_says(rb"\+OK", b"+ok"), "1939-4-greeting-ok 1939-3-indicator"),
    "answers twice": (_wrapped(Doubled), "1939-3-unknown-late 1939-3-one-for-one"),
    "echoes": (_wrapped(Echo), "1939-3-no-echo"),
    "ends a line at CR": (_hears(rb"\r(?!\n)", b"\r\n"), "1939-3-bare-cr"),
    "drops NUL": (_hears(rb"\0", b""), "1939-3-nul"),
    "takes a tab for a blank": (_hears(rb"\t", b" "), "1939-3-tab"),
    "knows no lower case": (_hears(rb"\bstat\r\n", b"xyzzy\r\n"), "1939-3-keyword-lower"),
    "takes a beginning for the word": (_hears(rb"STATUS\r\n", b"STAT\r\n"), "1939-3-prefix"),
    "short lines": (_mannered(line_limit=100), "2449-4-command-255"),
    "very short lines": (_mannered(line_limit=44), "1939-3-argument-40"),
    # Who is let in
    "trusts everyone": (
        _hears(rb"PASS [^\r\n]+", _RIGHT), "1939-7-wrong-pass 1939-7-pass-part 1939-7-pass-case",
    ),
    "cuts a password at a blank": (_hears(rb"(PASS [^ ]+) .*\r\n", b"\\1\r\n"), "1939-7-pass-blank"),
    "strips a password": (_hears(rb" +\r\n", b"\r\n"), "1939-7-pass-blank-end"),
    "knows names": (_mannered(names="known"), "1939-13-same-words"),
    "no lock": (_mannered(lock=False), "1939-4-lock-second"),
    "keeps the lock": (_wrapped(Keeps), "1939-4-lock-cut"),
    "hangs up at once": (_mannered(bad_command_limit=1), "1939-3-unknown 1939-3-unknown-late"),
    "hangs up after one login": (_mannered(login_limit=1), "1939-4-retry 5034-4-fails-stays"),
    "one stamp for all": (_says(rb"<1896\.[0-9]+@", b"<1896.1@"), "1939-7-apop-stamp-new"),
    "cannot cancel": (_hears(rb"^\*\r\n", b"QQ==\r\n*\r\n"), "5034-4-cancel"),
    "passes over odd base64": (_hears(rb"[!_]", b""), "5034-4-odd-character"),
    "asks though it was told": (_hears(rb"(PLAIN) =\r\n", b"\\1\r\n"), "5034-4-initial-empty"),
    "says something in +": (_says(rb"\+ \r\n", b"+ go on\r\n"), "5034-4-empty-challenge"),
    "takes no password in the clear": (_mannered(cleartext_login=False), "1939-7-user-pass"),
    # TLS, and what is announced
    "answers what stands behind STLS": (
        _wrapped(Injected), "2595-4-injection 2595-4-injection-user 2595-4-injection-login",
    ),
    "ignores surplus": (_mannered(surplus="ignored"), "2595-4-argument"),
    "announces what it has not": (
        _mannered(
            offers=frozenset({"CAPA", "UIDL", "STLS"}),
            capabilities=("TOP", "APOP", "RESP-CODES", "X.Y"),
        ),
        "2449-6.1-top 2449-3-capability",
    ),
    "another word for IN-USE": (_says(rb"\[IN-USE\]", b"[AUTH]"), "2449-8.1.2-in-use 3206-5-not-auth"),
    "a colon behind -ERR": (_says(rb"-ERR ", b"-ERR: "), "1939-3-indicator 1939-3-unknown"),
    "a bracket that is no code": (_says(rb"-ERR no such", b"-ERR [no such"), "2449-3-text-bracket"),
    "blames the system": (_says(rb"\[AUTH\]", b"[SYS/TEMP]"), "3206-5-auth 3206-5-auth-unknown"),
}  # fmt: skip
