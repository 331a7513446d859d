"""Sessions that an audience hears of, without a network; and every way by which a password may come."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from functools import cache

from chairs import letters
from serving.peers import strict

from simulator.hosts.service import Audience, Service, Visits
from simulator.link import Peer, TlsFailed
from simulator.mailroom import Accounts
from simulator.pop3 import Pop3Server

CANARY = "tsip-tsip-77"
ALL = strict(
    "exemplary", apop=True, bare_auth=True, utf8_user=True,
    mechanisms=("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER", "SCRAM-SHA-256"),
)  # fmt: skip


class Visit:
    """One session that an audience hears of, without a network."""

    def __init__(
        self,
        *audience: Audience,
        service: Service | None = None,
        number: int = 1,
        fails: Callable[[Exception], None] | None = None,
    ) -> None:
        self.visits = Visits(audience, fails) if fails else Visits(audience)
        self.peer = Peer(number, "192.0.2.9", 50110, secure=False)
        self.server: Pop3Server = (service or new_service()).engine(self.peer)
        self.visits.opened(self.peer)
        self.visits.turned(self.peer, self.server)

    def say(self, *lines: str) -> bytes:
        """Say lines; what they were answered."""
        for line in lines:
            self.server.receive_data(line.encode("utf-8", "surrogateescape") + b"\r\n")
        answer = b"".join(self.server.data_to_send())
        self.visits.turned(self.peer, self.server)
        return answer

    def end(self, failure: TlsFailed | None = None) -> None:
        """The line is down."""
        self.server.receive_eof()
        self.visits.closed(self.peer, self.server, failure)


def new_service() -> Service:
    return Service(ALL, Accounts([letters()]), "localhost", watch=True)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def plain(name: str, secret: str) -> str:
    return b64(f"\0{name}\0{secret}")


#: Every way by which a password may come: as it should, misspelt, in the wrong place, half.
PATHS: dict[str, tuple[str, ...]] = {
    "pass": ("USER mrose", f"PASS {CANARY}"),
    "pass twice": ("USER mrose", f"PASS {CANARY} {CANARY}"),
    "pass first": (f"PASS {CANARY}",),
    "lower case": ("user mrose", f"pass  {CANARY}"),
    "misspelt": ("USER mrose", f"PSAS {CANARY}", f"PAS {CANARY}", f"PASSWORD {CANARY}"),
    "glued": ("USER mrose", f"PASS{CANARY}", f"pass:{CANARY}", f"PASS\t{CANARY}"),
    "alone": ("USER mrose", CANARY),
    "as a name": (f"USER {CANARY}", f"PASS {CANARY}", f"USER {CANARY}"),
    "a name with it": (f"USER mrose {CANARY}", f"USER mrose/{CANARY}"),
    "too long": ("USER mrose", f"PASS {CANARY}{'x' * 300}"),
    "apop": (f"APOP mrose {CANARY}", f"APOP {CANARY} {'0' * 32}", f"APOP {CANARY}"),
    "auth plain": ("AUTH PLAIN", plain("mrose", CANARY)),
    "auth plain at once": (f"AUTH PLAIN {plain('mrose', CANARY)}",),
    "auth plain, as a name": (f"AUTH PLAIN {plain(CANARY, CANARY)}",),
    "auth plain, in clear": ("AUTH PLAIN", CANARY, f"AUTH PLAIN {CANARY}"),
    "auth login": ("AUTH LOGIN", b64("mrose"), b64(CANARY)),
    "auth login, as a name": ("AUTH LOGIN", b64(CANARY), b64(CANARY)),
    "auth cram-md5": ("AUTH CRAM-MD5", b64(f"mrose {CANARY}"), f"AUTH CRAM-MD5 {b64(CANARY)}"),
    "auth xoauth2": (f"AUTH XOAUTH2 {b64(f'user=mrose{chr(1)}auth=Bearer {CANARY}{chr(1) * 2}')}",),
    "auth oauthbearer": ("AUTH OAUTHBEARER", b64(f"n,,\x01auth=Bearer {CANARY}\x01\x01")),
    "auth scram": ("AUTH SCRAM-SHA-256", b64(f"n,,n={CANARY},r=abc"), CANARY),
    "auth unknown": (f"AUTH {CANARY}", f"AUTH NTLM {b64(CANARY)}", f"ATUH PLAIN {CANARY}"),
    "behind others": ("CAPA " + CANARY, "QUIT " + CANARY, f"STAT {CANARY}"),
}  # fmt: skip


@cache
def forms(secret: str) -> frozenset[str]:
    """How a secret may be recognised: as it is, in base64 at each offset, as a digest."""
    coded = {b64("x" * shift + secret)[4:-4] for shift in (0, 1, 2)}
    digests = {hashlib.md5(secret.encode()).hexdigest(),  # noqa: S324 -- APOP's
               hmac.new(secret.encode(), b"", "md5").hexdigest()}  # fmt: skip
    return frozenset({secret, secret[::-1], *coded, *digests})


def leaks(text: str) -> list[str]:
    """The forms of the canary that are in a text, whatever their case."""
    return [form for form in forms(CANARY) if form.lower() in text.lower()]
