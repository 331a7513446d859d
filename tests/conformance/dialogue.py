"""AUTH as a client says it: challenges, responses and their base64 (RFC 5034 section 4)."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode

from .call import Call
from .dial import Dial
from .reply import Reply

__all__ = ["answer", "auth", "begin", "challenge", "plain"]


def answer(call: Call, octets: bytes) -> Reply:
    return call.say(b64encode(octets), secret=True)


def plain(dial: Dial, *, who: str = "", password: str = "", name: str = "") -> bytes:
    parts = (who, name or dial.account.name, password or dial.account.password)
    return "\0".join(parts).encode()


def auth(call: Call, mechanism: str, response: bytes) -> Reply:
    line = f"AUTH {mechanism} {b64encode(response).decode()}"
    return call.say(line, secret=True)


def challenge(call: Call, reply: Reply) -> bytes:
    found = re.fullmatch(rb"\+ ([A-Za-z0-9+/]*={0,2})\r\n", reply.line)
    call.want(found is not None, '"+", a blank and base64, and nothing else')
    assert found is not None
    return b64decode(found[1], validate=True)


def begin(call: Call, mechanism: str) -> bytes:
    return challenge(call, call.say(f"AUTH {mechanism}"))
