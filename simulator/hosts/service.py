"""A server on real ports: whose mail it keeps, how it speaks, and what is told of each visit.

It is as much of a host as the simulated network has, with a clock that runs by itself and stamps that
nobody can foresee.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from simulator.pop3 import Effect, End, Ending, Exchange, Personality, Pop3Server, State
from simulator.pop3.stamps import Origin

from .offices import Penalties, open_office

if TYPE_CHECKING:
    from simulator.link import Peer, Timed, TlsFailed
    from simulator.mailroom import Accounts

__all__ = ["BUSY", "Audience", "Service", "Visits", "guarded"]

#: Said to who calls when there is no room. RFC 1939 section 4 has only a positive greeting; RFC 3206
#: section 4 the code for what will pass.
BUSY = b"-ERR [SYS/TEMP] too many connections, try again later\r\n"
#: What a stranger may cost, where a personality sets no bound of its own: bad commands, refused
#: logins, seconds without a login, octets of a line.
BAD_COMMANDS, LOGINS, LOGIN_WITHIN, LONGEST_LINE = 100, 20, 60, 4096


def guarded(
    personality: Personality, *, apop: bool = False, idle: int | None = None
) -> Personality:
    """The same on a real port: with bounds, and with APOP only where it is wanted.

    APOP needs passwords that can be read, and MD5 is broken, so nobody should meet it by accident.
    `idle`: seconds of autologout, where not the personality's.
    """
    policy = personality.policy
    offers = policy.offers | {"APOP"} if apop else policy.offers - {"APOP"}
    policy = replace(
        policy,
        offers=offers,
        autologout=policy.autologout if idle is None else idle,
        autologout_before_login=policy.autologout_before_login if idle is None else 0,
        bad_command_limit=policy.bad_command_limit or BAD_COMMANDS,
        login_limit=policy.login_limit or LOGINS,
        login_within=policy.login_within or LOGIN_WITHIN,
        # Where the rest of a long line is dropped, split or said back, it costs nothing to wait.
        longest_line=policy.longest_line or (LONGEST_LINE if policy.overlong == "refused" else 0),
    )
    greeting = personality.accepting("greeting")
    if not apop:
        greeting = greeting.replace("{timestamp}", "").rstrip()
    elif "{timestamp}" not in greeting:
        greeting = f"{greeting} {{timestamp}}".lstrip()
    return replace(
        personality, policy=policy, wording={**personality.wording, "greeting": greeting}
    )


class Service:
    """Gives each peer an engine of its own. `watch`: their Exchanges can be taken.

    `host` stands in replies and in APOP's timestamp. `clock` gives seconds, for delays and expiry;
    they are counted from now on, since the mail of a sample is as old as the service. `calendar` gives
    the seconds since 1970, for a timestamp that shows them.
    """

    def __init__(  # noqa: PLR0913 -- what a service needs from outside, each handed in
        self,
        personality: Personality,
        accounts: Accounts,
        host: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        calendar: Callable[[], float] = time.time,
        watch: bool = False,
    ) -> None:
        self.accounts = accounts
        self._process = os.getpid()
        self._personality = personality
        self._host = host
        began = clock()
        self._clock = lambda: clock() - began
        self._calendar = calendar
        self._penalties = Penalties()
        self._penal = bool(personality.policy.login_penalty)
        self._watch = watch

    def put_back(self) -> None:
        """All mail as it was at the beginning, or as it lies in its folder now. Raises NoAccounts."""
        self.accounts.reset()

    def engine(self, peer: Peer) -> Pop3Server:
        """The server's chair for a peer."""
        # RFC 1939 section 7: a process number and a clock; here the second is chance.
        stamp = f"{self._process}.{secrets.randbits(53)}"
        office = open_office(
            self._personality, self.accounts, self._host, self._clock, stamp,
            lambda: self._origin(peer), "", peer.address,
            self._penalties.of(peer.address) if self._penal else None,
        )  # fmt: skip
        return Pop3Server(office, watch=self._watch, secure=peer.secure)

    def _origin(self, peer: Peer) -> Origin:
        return Origin(self._process, int(self._calendar()), peer.number, secrets.token_hex(16))


class Audience(Protocol):
    """Who is told of the visits: a log, a board."""

    def called(self, peer: Peer) -> None:
        """A peer has called."""

    def said(self, peer: Peer, exchange: Exchange) -> None:
        """A line was answered, or the server spoke unasked. It may hold a secret (`public`)."""

    def ended(self, peer: Peer, end: End | None, trouble: str) -> None:
        """The line is down. None: the peer was turned away. `trouble`: with TLS, or ""."""


def _raise(error: Exception) -> None:
    raise error


class Visits:
    """A lookout of the listener's: makes of octets what people want to know, and tells each.

    `fails` is given what an audience has raised: a full disk must not cost a caller its line.
    `on_drop`: marked messages go with the line too (policy_mail.removal "also-on-drop").
    """

    def __init__(
        self, audience: Collection[Audience], fails: Callable[[Exception], None] = _raise,
        *, on_drop: bool = False,
    ) -> None:  # fmt: skip
        self._audience = audience
        self._fails = fails
        self._on_drop = on_drop
        self._last: dict[int, Exchange] = {}  # by the number of the peer
        self._marks: dict[int, tuple[int, ...]] = {}
        self._hung_up: set[int] = set()  # where our side has closed the line

    def opened(self, peer: Peer) -> None:
        """A peer has called."""
        self._tell(lambda each: each.called(peer))

    def turned(self, peer: Peer, endpoint: Timed) -> None:
        """Octets were answered."""
        self._take(peer, endpoint)
        if endpoint.hangs_up:
            self._hung_up.add(peer.number)

    def closed(self, peer: Peer, endpoint: Timed | None, failure: TlsFailed | None) -> None:
        """The line is down."""
        end = None
        if endpoint is not None:
            self._take(peer, endpoint)
            end = self._end(peer.number)
        trouble = str(failure) if failure is not None else ""
        self._tell(lambda each: each.ended(peer, end, trouble))

    def _take(self, peer: Peer, endpoint: Timed) -> None:
        """Tell of what was said since the last look."""
        assert isinstance(endpoint, Pop3Server)
        for exchange in endpoint.exchanges():
            self._last[peer.number] = exchange
            self._said(peer, exchange)
        self._marks[peer.number] = tuple(sorted(endpoint.session.marks))

    def _said(self, peer: Peer, exchange: Exchange) -> None:
        self._tell(lambda each: each.said(peer, exchange))

    def _tell(self, what: Callable[[Audience], None]) -> None:
        for each in self._audience:
            try:
                what(each)
            except Exception as error:  # noqa: BLE001 -- whatever it is, the caller is still there
                self._fails(error)

    def _end(self, number: int) -> End:
        last, marks = self._last.pop(number, None), self._marks.pop(number, ())
        hung_up = number in self._hung_up
        self._hung_up.discard(number)
        if last is not None and last.after in (State.UPDATE, State.CLOSED):
            removed = last.did(Effect.REMOVED)
            gone = removed.numbers if removed is not None else ()
            kept = tuple(each for each in marks if each not in gone)
            return End(Ending.QUIT, last.before, last.user, gone, kept)
        by = Ending.SERVER if hung_up else Ending.DROP
        if last is None:
            return End(by, State.AUTHORIZATION)
        gone, kept = (marks, ()) if self._on_drop else ((), marks)
        return End(by, last.after, last.user, gone, kept)
