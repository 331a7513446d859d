"""The mechanisms themselves. RFC 4616: PLAIN; RFC 2195: CRAM-MD5; RFC 5802 and 7677: SCRAM."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode, b64encode

from .call import Call
from .dial import Dial
from .dialogue import answer, auth, begin, challenge, plain
from .reply import Reply
from .table import MUST, check

# PLAIN


@check("4616-2-himself", MUST, needs="SASL:PLAIN")
def himself(dial: Dial) -> None:
    """PLAIN with the user's own name as authorization identity is as good as with none."""
    with dial.call() as call:
        call.want(auth(call, "PLAIN", plain(dial, who=dial.account.name)).ok, "+OK")


@check("4616-2-another", MUST, needs="SASL:PLAIN")
def another(dial: Dial) -> None:
    """Who may not act for another is refused, though the password is right."""
    with dial.call() as call:
        call.want(auth(call, "PLAIN", plain(dial, who=dial.spare.name)).err, "-ERR")
        call.err("STAT")


@check("4616-2-wrong", MUST, needs="SASL:PLAIN")
def wrong(dial: Dial) -> None:
    """PLAIN with a wrong password is refused."""
    with dial.call() as call:
        call.want(auth(call, "PLAIN", plain(dial, password="wrong")).err, "-ERR")
        call.err("STAT")


@check("4616-2-unknown", MUST, needs="SASL:PLAIN")
def unknown_name(dial: Dial) -> None:
    """PLAIN with a name that nobody has is refused."""
    with dial.call() as call:
        call.want(auth(call, "PLAIN", plain(dial, name="nobody-of-that-name")).err, "-ERR")


@check("4616-2-parts", MUST, needs="SASL:PLAIN")
def parts(dial: Dial) -> None:
    """A message of PLAIN has two NULs: with one, none or three it is refused."""
    name, password = dial.account.name.encode(), dial.account.password.encode()
    for message in (name + b"\0" + password, name, b"\0" + name + b"\0" + password + b"\0"):
        with dial.call() as call:
            call.want(auth(call, "PLAIN", message).err, "-ERR")


@check("4616-2-empty-parts", MUST, needs="SASL:PLAIN")
def empty_parts(dial: Dial) -> None:
    """An empty name or an empty password is refused."""
    for message in (b"\0\0", b"\0" + dial.account.name.encode() + b"\0"):
        with dial.call() as call:
            call.want(auth(call, "PLAIN", message).err, "-ERR")


# CRAM-MD5


def _cram(dial: Dial, challenge: bytes, password: str = "") -> bytes:
    key = (password or dial.account.password).encode()
    return f"{dial.account.name} {hmac.new(key, challenge, 'md5').hexdigest()}".encode()


@check("2195-2-challenge", MUST, needs="SASL:CRAM-MD5")
def cram_challenge(dial: Dial) -> None:
    """CRAM-MD5's challenge is in base64, and has the form of a msg-id."""
    with dial.call() as call:
        challenge = begin(call, "CRAM-MD5")
        call.want(re.fullmatch(rb"<[^<>@ ]+@[^<>@ ]+>", challenge) is not None, "<...@...>")


@check("2195-2-login", MUST, needs="SASL:CRAM-MD5")
def cram_login(dial: Dial) -> None:
    """The name and the keyed digest of the challenge open the maildrop."""
    with dial.call() as call:
        call.want(answer(call, _cram(dial, begin(call, "CRAM-MD5"))).ok, "+OK")
        call.in_step()


@check("2195-2-wrong", MUST, needs="SASL:CRAM-MD5")
def cram_wrong(dial: Dial) -> None:
    """A digest with another key is refused."""
    with dial.call() as call:
        call.want(answer(call, _cram(dial, begin(call, "CRAM-MD5"), "wrong")).err, "-ERR")
        call.err("STAT")


@check("2195-2-fresh", MUST, needs="SASL:CRAM-MD5")
def cram_fresh(dial: Dial) -> None:
    """Each dialogue has a challenge of its own, so that an answer cannot be played again."""
    with dial.call() as call:
        first = begin(call, "CRAM-MD5")
        call.err("*")
        second = begin(call, "CRAM-MD5")
        call.want(first != second, "another challenge")
        call.want(answer(call, _cram(dial, first)).err, "-ERR to the old answer")


# SCRAM


class _Scram:
    """The client's side of RFC 5802 without channel binding."""

    def __init__(self, dial: Dial, call: Call, name: str, password: str) -> None:
        self._digest = name.removeprefix("SCRAM-").replace("-", "").lower()
        self._call = call
        self._bare = f"n={dial.account.name},r=rOprNGfwEbeRWgbNEkqO".encode()
        first = challenge(call, auth(call, name, b"n,," + self._bare))
        self.asked = dict(part.split(b"=", 1) for part in first.split(b","))
        self._salted = hashlib.pbkdf2_hmac(
            self._digest, password.encode(), b64decode(self.asked[b"s"]), int(self.asked[b"i"])
        )
        self._proved = self._bare + b"," + first + b",c=biws,r=" + self.asked[b"r"]

    def _keyed(self, key: bytes, text: bytes) -> bytes:
        return hmac.new(key, text, self._digest).digest()

    def prove(self) -> Reply:
        """Say the client's proof; the reply to it."""
        key = self._keyed(self._salted, b"Client Key")
        sign = self._keyed(hashlib.new(self._digest, key).digest(), self._proved)
        proof = b64encode(bytes(a ^ b for a, b in zip(key, sign, strict=True)))
        return answer(self._call, b"c=biws,r=" + self.asked[b"r"] + b",p=" + proof)

    def signed(self) -> bytes:
        """What the server must answer to show that it knows the secret, too."""
        key = self._keyed(self._salted, b"Server Key")
        return b"v=" + b64encode(self._keyed(key, self._proved))


def _scram(name: str, section: str) -> None:
    short = name.removeprefix("SCRAM-").lower()

    def login(dial: Dial) -> None:
        with dial.call() as call:
            scram = _Scram(dial, call, name, dial.account.password)
            call.want(challenge(call, scram.prove()) == scram.signed(), "the server's signature")
            call.want(call.say("").ok, "+OK")
            call.in_step()

    def refused(dial: Dial) -> None:
        with dial.call() as call:
            call.want(_Scram(dial, call, name, "wrong").prove().err, "-ERR")
            call.err("STAT")

    def nonce(dial: Dial) -> None:
        with dial.call() as call:
            asked = _Scram(dial, call, name, dial.account.password).asked
            mine = b"rOprNGfwEbeRWgbNEkqO"
            own = asked[b"r"].startswith(mine) and len(asked[b"r"]) > len(mine)
            call.want(own, "the client's nonce and something behind it")
            call.want(int(asked[b"i"]) >= 4096, "4096 rounds at least")

    says = (
        f"{name} with the right password: the server proves itself as well, and the maildrop opens.",
        f"{name} with a wrong password is refused.",
        f"{name}: the server puts its own nonce behind the client's, and asks 4096 rounds at least.",
    )
    for what, body, said in zip(
        ("login", "wrong", "nonce"), (login, refused, nonce), says, strict=True
    ):
        check(f"{section}-{short}-{what}", MUST, needs=f"SASL:{name}", says=said)(body)


_scram("SCRAM-SHA-1", "5802-5")
_scram("SCRAM-SHA-256", "7677-3")
