"""The secrets that dialogues have shown, and texts without them.

A password that was read behind PASS is hidden wherever else it stands, its base64 too: a page likes to
say again what one should type. This errs on the side of silence.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace

from simulator.pop3 import Exchange, decode, encode
from simulator.pop3.arguments import answer_of
from simulator.pop3.discretion import HIDDEN, secret_at, without_secret

from .record import Dialogue, Lack

__all__ = ["Concealment", "secrets_in"]

#: Characters of a secret that is looked for elsewhere. A shorter one stands in every listing, and to
#: hide it there would tell it; behind PASS, and where a server quotes it, it is hidden all the same.
SHORTEST = 4
#: Words that stand for a password and are none.
_STANDS_FOR = re.compile(
    r"(\W|[xX])\1*|<.*>|\[.*\]|\W*(?:your)?-?_?pass(?:word)?\W*", re.IGNORECASE
)
#: Mail may hold a session too.
_LOGIN_IN_MAIL = re.compile(
    r"(?m)^((?:[^A-Za-z\r\n]{0,20}[A-Za-z0-9]{0,10}[:>|]+)?[^A-Za-z\r\n]{0,20}PASS )[^\r\n]+"
)
_TOKEN = re.compile(r"auth=Bearer ([^\x01\x00\s]+)")


def secrets_in(dialogues: Iterable[Dialogue]) -> frozenset[str]:
    """What was said to prove who one is, as typed, decoded, and as base64 would have it."""
    found: set[str] = set()
    for dialogue in dialogues:
        for turn in dialogue.turns:
            found.update(_of(turn.exchange))
        for finding in dialogue.findings:
            if finding.lack is Lack.REPLY:
                found.update(_behind(finding.word))
    return frozenset(found)


def _both(secret: str) -> Iterator[str]:
    """A password, and its base64; nothing where it only stands for one."""
    if secret.strip() and not _STANDS_FOR.fullmatch(secret):
        yield secret
        yield b64encode(encode(secret)).decode("ascii")


def _of(exchange: Exchange) -> Iterator[str]:
    line, command = exchange.line, exchange.command
    if line is None or command is None:
        return
    if command.step and line != "*":
        yield from _decoded(line.strip())
    else:
        yield from _behind(line)


def _behind(line: str) -> Iterator[str]:
    """The secret of one line."""
    at = secret_at(line)
    if at is None:
        return
    secret = line[at:].strip()
    if line[:4].upper() == "APOP":
        yield secret.rpartition(" ")[2]
    elif line[:4].upper() == "AUTH" or at == 0:
        yield from _decoded(secret)
    else:
        yield from _both(secret)


def _decoded(word: str) -> Iterator[str]:
    """A response as it was said, and the password in it."""
    if len(word) > 3:
        yield word
    octets = answer_of(word, initial=True)
    if not octets:
        return
    text = decode(octets)
    password = text.rpartition("\0")[2]
    if token := _TOKEN.search(text):
        password = token[1]
    if password.isprintable():
        yield from _both(password)


class Concealment:
    """Puts `HIDDEN` in the place of known secrets."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted(filter(None, secrets), key=lambda each: (-len(each), each))
        self._pattern = re.compile("|".join(map(_form, known))) if known else None

    def text(self, text: str) -> str:
        """The text without them."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text

    def line(self, line: str) -> str:
        """A line that somebody typed, or a page shows: without anything that may be a secret."""
        return self.text(without_secret(line))

    def _body(self, text: str) -> str:
        """A body without them, and without what stands behind a PASS of its own."""
        return _LOGIN_IN_MAIL.sub(rf"\g<1>{HIDDEN}", self.text(text))

    def exchange(self, exchange: Exchange) -> Exchange:
        """The Exchange with its reply, and the names it gives, without them; its line as it was."""
        reply = exchange.reply
        if self._pattern is None and reply.body is None:
            return exchange
        body = None if reply.body is None else encode(self._body(decode(reply.body)))
        effects = tuple(replace(each, name=self.text(each.name)) for each in exchange.effects)
        status = reply.status.value if reply.status else ""
        line = status + self.text(reply.line[len(status) :])
        hidden = replace(reply, line=line, body=body)
        return replace(exchange, reply=hidden, effects=effects, user=self.text(exchange.user))

    def said(self, exchange: Exchange) -> str | None:
        """The Exchange's line as it may be shown."""
        line = exchange.public().line
        return None if line is None else self.text(line)


def _form(secret: str) -> str:
    """Where it is hidden: a word of the language only where it stands alone."""
    quoted = re.escape(secret)
    if len(secret) < SHORTEST:
        return rf"(?<=['\"`]){quoted}(?=['\"`])"
    if len(secret) < 6 or secret.isalpha():
        return rf"(?<![A-Za-z0-9]){quoted}(?![A-Za-z0-9])"
    return quoted
