"""`:digest`: works out what to answer a server, from what it has said on this call.

It reads the call and never changes it: the learner types the line. What it has to remember, it gives
back as a value: SCRAM's second answer hangs on the nonce of the first, and its third on both.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.pop3 import State, digests, scram
from simulator.pop3.digests import Working
from simulator.pop3.exchange import decode

from .workings import Digest

if TYPE_CHECKING:
    from .desk import Desk

__all__ = ["Dialogue", "digest", "fresh_nonce"]

#: What stands behind each kind, as the learner types it.
USAGE = {
    "apop": "USER SECRET", "cram-md5": "USER SECRET", "scram-sha-1": "USER PASSWORD",
    "scram-sha-256": "USER PASSWORD", "plain": "USER PASSWORD", "login": "TEXT",
    "xoauth2": "USER TOKEN", "oauthbearer": "USER TOKEN",
}  # fmt: skip
#: RFC 2449 section 4: octets of a command line, its CRLF too.
LONGEST_COMMAND = 255
_KINDS = ", ".join(f"`{kind}`" for kind in USAGE)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What SCRAM was begun with, and what the server said first, once it has."""

    opening: scram.Opening
    server_first: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The question: what was typed, and the call as it is."""

    kind: str
    user: str
    secret: str
    timestamp: str = ""
    mechanism: str = ""  #: of AUTH, while a challenge waits for its response
    challenge: str = ""  #: out of its base64
    response: bytes = b""  #: what was answered last, out of its base64
    host: str = ""
    port: int = 0

    @property
    def waiting(self) -> bool:
        """Whether the server waits for a response in this very mechanism."""
        return self.mechanism == self.kind.upper()

    def found(self, cite: str, workings: tuple[Working, ...], then: str = "") -> Digest:
        """A response, and the line that it goes in: its own, or AUTH's."""
        name, line = self.kind.upper(), workings[-1].value
        if not self.waiting and len(f"AUTH {name} {line}") + 2 <= LONGEST_COMMAND:
            line = f"AUTH {name} {line}"
        elif not self.waiting:
            before = f"Before it type `AUTH {name}`: the line with it would be over 255 octets."
            then = f"{before} {then}".rstrip()
        return Digest(name, cite, workings, line, then)


def fresh_nonce() -> str:
    """A nonce of 16 characters: short enough to be typed within its message."""
    return digests.base64_of(os.urandom(12))


def digest(
    desk: Desk, argument: str, begun: Dialogue | None, nonce: Callable[[], str]
) -> Dialogue | None:
    """Do `:digest ARGUMENT`, and give back what to remember for the next time."""
    kind, _, rest = argument.lstrip().partition(" ")
    kind = kind.lower()
    try:
        asked = _asked(desk, kind, rest)
        if not kind:
            desk.screen.notice(_what_there_is(desk, asked))
        elif kind.startswith("scram"):
            found, begun = _scram(asked, begun, nonce)
            desk.screen.digest(_at_its_place(desk, asked, found))
        else:
            desk.screen.digest(_at_its_place(desk, asked, _WORK[kind](asked)))
    except ValueError as problem:
        desk.screen.notice(str(problem))
    return begun


def _asked(desk: Desk, kind: str, rest: str) -> _Asked:
    """What was typed and the call as it is. Raises ValueError: what to type instead."""
    user, _, secret = ("", "", rest) if kind == "login" else rest.partition(" ")
    if kind and kind not in USAGE:
        # What was typed is not repeated: it may be a secret that slipped to the front.
        raise ValueError(f"Behind `:digest` stands one of {_KINDS}.")
    if kind and not (secret and (user or kind == "login")):
        before, tail = (f":digest {kind} {USAGE[kind]}").split()[-2:]
        raise ValueError(
            f"Type `:digest {kind} {USAGE[kind]}`. Behind {before} all is {tail}, blanks too."
        )
    if not desk.call.up or desk.call.stage.client is None:
        return _Asked(kind, user, secret)
    view, last, stage = desk.call.stage.client.view, desk.call.last, desk.call.stage
    host = stage.host.name if stage.host is not None else ""
    if not view.mechanism or last is None or last.command is None:
        return _Asked(kind, user, secret, view.timestamp, host=host, port=stage.port)
    if kind and kind != view.mechanism.lower():
        raise ValueError(
            f"The server waits for a response in {view.mechanism}, not in {kind.upper()}. "
            "The line `*` ends that dialogue."
        )
    octets = last.reply.challenge
    if octets is None:
        raise ValueError("The challenge is no sound base64. The line `*` ends the dialogue.")
    return _Asked(
        kind, user, secret, view.timestamp, view.mechanism, decode(octets),
        _response(last.command.response), host, stage.port,
    )  # fmt: skip


def _response(text: str | None) -> bytes:
    try:
        return digests.from_base64(text or "")
    except ValueError:
        return b""


def _at_its_place(desk: Desk, asked: _Asked, found: Digest) -> Digest:
    """The same, with what is to be said of where the learner stands."""
    then = [found.then] if found.then else []
    if asked.secret != asked.secret.strip():
        then.append(f"The blank at the {_end(asked.secret)} of what you gave belongs to it here.")
    if desk.call.state is State.TRANSACTION:
        then.append("You are logged in already; this line belongs to AUTHORIZATION.")
    return Digest(found.title, found.cite, found.workings, found.line, " ".join(then))


def _end(secret: str) -> str:
    return "end" if secret == secret.lstrip() else "beginning"


def _what_there_is(desk: Desk, asked: _Asked) -> str:
    """What can be worked out on this call."""
    if asked.mechanism:
        kind = asked.mechanism.lower()
        said = (
            f"its challenge is `{asked.challenge}`" if asked.challenge else "its challenge is empty"
        )
        tail = f"`:digest {kind} {USAGE[kind]}` works it out." if kind in USAGE else ""
        if kind in ("xoauth2", "oauthbearer") and asked.challenge:
            tail = _REFUSED.replace("this line", "an empty line")
        return f"The server waits for a response in {asked.mechanism}; {said}. {tail}".rstrip()
    if not desk.call.up:
        return f"Call a server first. Then `:digest` works out what to answer it: {_KINDS}."
    others = ", ".join(f"`{kind}`" for kind in USAGE if kind != "apop")
    if asked.timestamp:
        apop = (
            f"The greeting's timestamp is `{asked.timestamp}`: `:digest apop USER SECRET` uses it."
        )
    else:
        apop = "The greeting has no timestamp <...>, so there is no APOP here."
    return f"{apop} For AUTH it works out {others}."


# One function a kind


def _apop(asked: _Asked) -> Digest:
    if not asked.timestamp:
        raise ValueError("APOP needs the timestamp <...> of a greeting, and there is none here.")
    workings = digests.apop(asked.timestamp, asked.secret)
    return Digest("APOP", "RFC 1939 §7", workings, f"APOP {asked.user} {workings[-1].value}")


def _cram_md5(asked: _Asked) -> Digest:
    if not asked.waiting:
        raise ValueError(
            "Type `AUTH CRAM-MD5` first: the answer is made from the server's challenge."
        )
    challenge = digests.base64_of(asked.challenge.encode("utf-8", "surrogateescape"))
    return asked.found("RFC 2195 §2", digests.cram_md5(challenge, asked.user, asked.secret))


def _plain(asked: _Asked) -> Digest:
    then = "Base64 hides nothing: whoever reads the line has the password."
    return asked.found("RFC 4616 §2", digests.plain("", asked.user, asked.secret), then)


def _login(asked: _Asked) -> Digest:
    name, _, password = asked.secret.partition(" ")
    if password and asked.challenge.lower().startswith("user"):
        # USER PASSWORD, as the other kinds take it: two lines, one for each question.
        first, second = digests.login(name), digests.login(password)
        then = f"And to the question for the password: `{second[-1].value}`"
        return Digest("LOGIN", "", (*_challenge(asked), *first, *second), first[-1].value, then)
    workings = digests.login(asked.secret)
    if not asked.waiting:
        then = "`AUTH LOGIN` comes first; then the server asks for the name, and for the password."
        return Digest("LOGIN", "", workings, workings[-1].value, then)
    return asked.found("", (*_challenge(asked), *workings))


def _xoauth2(asked: _Asked) -> Digest:
    if asked.challenge:
        return Digest("XOAUTH2", "", _challenge(asked), "", _REFUSED)
    return asked.found("", digests.xoauth2(asked.user, asked.secret))


def _oauthbearer(asked: _Asked) -> Digest:
    if asked.challenge:
        return Digest("OAUTHBEARER", "RFC 7628 §3.2.3", _challenge(asked), "AQ==", _REFUSED)
    workings = digests.oauthbearer(asked.user, asked.host, asked.port, asked.secret)
    return asked.found("RFC 7628 §3.1", workings)


_REFUSED = "The server has refused the token and says why; this line lets it end with -ERR."


def _challenge(asked: _Asked) -> tuple[Working, ...]:
    if not asked.challenge:
        return ()
    return (Working("challenge", "the server's line, from base64", asked.challenge),)


def _scram(
    asked: _Asked, begun: Dialogue | None, nonce: Callable[[], str]
) -> tuple[Digest, Dialogue | None]:
    """SCRAM's first message, its final one, or the check of the server's last, as the call has it."""
    name = asked.kind.removeprefix("scram-").upper()
    cite = "RFC 5802 §3" if name == "SHA-1" else "RFC 5802 §3, RFC 7677 §3"
    again = f"`:digest {asked.kind} {asked.user} PASSWORD`"
    if not asked.challenge:
        if begun is None or begun.server_first or not _same(begun.opening, name, asked.user):
            begun = Dialogue(scram.Opening(name, asked.user, nonce()))
        then = f"The password is not in it yet. When the server has answered, type {again} again."
        return asked.found(cite, scram.scram_first(begun.opening), then), begun
    if scram.scram_attributes(asked.challenge)[0][0] in "ve":
        if begun is None or not _goes_on(begun, asked):
            raise ValueError(
                "To check this, `:digest` has to be asked about the server's first message too."
            )
        try:
            workings = scram.scram_verify(
                begun.opening, asked.secret, begun.server_first, asked.challenge
            )
        except ValueError as problem:
            raise ValueError(f"{problem} The line `*` ends the dialogue.") from None
        return asked.found(cite, workings), begun
    opening = scram.opening_of(name, decode(asked.response))
    if opening.user != digests.saslprep(asked.user):
        raise ValueError(f"This dialogue was begun for `{opening.user}`; the line `*` ends it.")
    begun = Dialogue(opening, asked.challenge)
    workings = scram.scram_final(opening, asked.secret, asked.challenge)
    then = f"Behind the server's answer type {again} once more: that checks the server."
    return asked.found(cite, workings, then), begun


def _same(opening: scram.Opening, hash_name: str, user: str) -> bool:
    return (opening.hash_name, opening.user) == (hash_name, user)


def _goes_on(begun: Dialogue, asked: _Asked) -> bool:
    """Whether what was answered last belongs to the dialogue that is remembered."""
    nonce = begun.server_first.partition(",")[0]
    return bool(nonce) and nonce in decode(asked.response).split(",")


_WORK: dict[str, Callable[[_Asked], Digest]] = {
    "apop": _apop, "cram-md5": _cram_md5, "plain": _plain, "login": _login, "xoauth2": _xoauth2,
    "oauthbearer": _oauthbearer,
}  # fmt: skip
