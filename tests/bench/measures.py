"""What is measured on each server. Each function takes one server once and gives figures by name."""

from __future__ import annotations

import resource
import ssl
import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from .caller import Script, at_once, chat, dial, learn, talk, visit
from .mail import BIG, MANY, OF_BIG, OF_MANY, PASSWORD, SMALL
from .peers import Peer, Start
from .process import cpu_seconds, pinned, pss_kib

__all__ = ["CONTEXT", "IDLE", "MEASURES", "Figures", "Pace", "agree", "warm"]

Figures = dict[str, float]


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of each is done."""

    rounds: int = 11  #: many and short, so that what else the machine does meets all alike
    seconds: float = 0.12  #: of one measure of one server
    idle_rounds: int = 3
    idle: int = 500  #: sessions that say nothing
    idle_tls: int = 200


def _any_certificate() -> ssl.SSLContext:
    """To check the certificate is the client's work and not what is measured."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


CONTEXT = _any_certificate()


def _rate(seconds: float, do: Callable[[int], None], times: int = 1) -> float:
    """How often in a second; `do` does it so many times."""
    done, start = 0, time.perf_counter()
    stop = start + seconds
    while (now := time.perf_counter()) < stop:
        do(times)
        done += times
    return done / (now - start)


def _script(user: str) -> tuple[bytes, ...]:
    return (f"USER {user}".encode(), f"PASS {PASSWORD}".encode(), b"STAT", b"QUIT")


def sessions(peer: Peer, pace: Pace) -> Figures:
    """Connect, USER, PASS, STAT, QUIT, the end of the line; then the next."""
    script = learn(peer.port, _script(SMALL[0]))
    with pinned(peer.pids):
        rate = _rate(pace.seconds, lambda _: visit(peer.port, script))
    return {"sessions/s, one at a time": rate}


def sessions_tls(peer: Peer, pace: Pace) -> Figures:
    """The same, each with a full handshake."""
    script = learn(peer.tls_port, _script(SMALL[0]), CONTEXT)
    with pinned(peer.pids):
        rate = _rate(pace.seconds, lambda _: visit(peer.tls_port, script, CONTEXT))
    return {"TLS: sessions/s, one at a time": rate}


def crowd(peer: Peer, pace: Pace) -> Figures:
    """Fifty such sessions at once, each of a user of its own. Both processors may be used."""
    known = learn(peer.port, _script(SMALL[0]))
    scripts = [
        Script(tuple(line + b"\r\n" for line in _script(user)), known.octets) for user in SMALL
    ]
    if not peer.keeps_mail:
        scripts = [known] * len(SMALL)
    before, start = cpu_seconds(peer.pid), time.perf_counter()
    rate = at_once(peer.port, scripts, 5 * pace.seconds)
    visits = rate * (time.perf_counter() - start)
    spent = (cpu_seconds(peer.pid) - before) / visits
    return {"sessions/s, 50 at once": rate, "its CPU a session, us": spent * 1e6}


def lines(peer: Peer, pace: Pace) -> Figures:
    """Lines on one connection, one by one and in one piece."""
    found: Figures = {}
    kinds = [("NOOP/s", b"NOOP", 100), ("STAT/s", b"STAT", 100)]
    if peer.keeps_mail:
        kinds += [("LIST/s, 10 messages", b"LIST", 100), ("RETR/s, 2 KB", b"RETR 2", 10)]
    with pinned(peer.pids), talk(peer.port) as session:
        session.log_in(SMALL[0], PASSWORD)
        for name, said, at_a_time in kinds:
            octets = len(session.ask(said, whole=peer.keeps_mail and said[:1] in b"LR"))
            for count, suffix in ((1, ""), (at_a_time, f", {at_a_time} in one piece")):
                piece, line = (said + b"\r\n") * count, session.line

                def say(times: int, piece: bytes = piece, octets: int = octets * count) -> None:
                    chat(line, piece, octets, times)  # noqa: B023 -- called here and now

                found[name + suffix] = count * _rate(pace.seconds, say, max(1, 100 // count))
    return found


def noop_tls(peer: Peer, pace: Pace) -> Figures:
    """NOOP on one connection with TLS."""
    with pinned(peer.pids), talk(peer.tls_port, CONTEXT) as session:
        session.log_in(SMALL[0], PASSWORD)
        octets = len(session.ask(b"NOOP"))
        rate = _rate(pace.seconds, lambda n: chat(session.line, b"NOOP\r\n", octets, n), 100)
    return {"TLS: NOOP/s": rate}


def big(peer: Peer, pace: Pace) -> Figures:
    """A message of 20 MB."""
    return {"RETR of 20 MB, MB/s": _megabytes(peer, pace, peer.port, None)}


def big_tls(peer: Peer, pace: Pace) -> Figures:
    """A message of 20 MB with TLS."""
    return {"TLS: RETR of 20 MB, MB/s": _megabytes(peer, pace, peer.tls_port, CONTEXT)}


def _megabytes(peer: Peer, pace: Pace, port: int, context: ssl.SSLContext | None) -> float:
    with pinned(peer.pids), talk(port, context) as session:
        session.log_in(BIG, PASSWORD)
        octets = len(session.ask(b"RETR 1", whole=True))
        rate = _rate(pace.seconds, lambda n: chat(session.line, b"RETR 1\r\n", octets, n))
    return rate * octets / 1e6


def many(peer: Peer, pace: Pace) -> Figures:
    """A maildrop of 10,000 messages: PASS, and each listing twice in a session."""
    times: dict[str, list[float]] = {"login to 10,000, ms": []}
    with pinned(peer.pids):
        for _ in range(max(1, round(10 * pace.seconds))):
            for said in (b"LIST", b"UIDL"):
                with talk(peer.port) as session:
                    session.ask(b"USER " + MANY.encode())
                    start = time.perf_counter()
                    session.ask(b"PASS " + PASSWORD.encode())
                    times["login to 10,000, ms"].append(time.perf_counter() - start)
                    for turn in ("first", "again"):
                        start = time.perf_counter()
                        session.ask(said, whole=True)
                        taken = time.perf_counter() - start
                        name = f"{said.decode()} of 10,000, {turn}, ms"
                        times.setdefault(name, []).append(taken)
    return {name: statistics.median(taken) * 1000 for name, taken in times.items()}


#: In their order; True: the echo takes part.
MEASURES: tuple[tuple[Callable[[Peer, Pace], Figures], bool], ...] = (
    (sessions, True), (crowd, True), (lines, True), (big, False), (many, False),
    (sessions_tls, True), (noop_tls, True), (big_tls, False),
)  # fmt: skip


def idle(start: Start, pace: Pace) -> Figures:
    """Memory of a session that was greeted and says nothing, in a server that was just started."""
    return _idle(start, "KiB an idle session", pace.idle, None)


def idle_tls(start: Start, pace: Pace) -> Figures:
    """The same with TLS."""
    return _idle(start, "TLS: KiB an idle session", pace.idle_tls, CONTEXT)


IDLE = (idle, idle_tls)


def _idle(start: Start, name: str, count: int, context: ssl.SSLContext | None) -> Figures:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with start() as peer, ExitStack() as stack:
        port = peer.port if context is None else peer.tls_port
        script = learn(port, _script(SMALL[0]), context)
        for _ in range(20):  # what is loaded late is loaded now
            visit(port, script, context)
        before = pss_kib(peer.pids)
        for _ in range(count):
            line = stack.enter_context(dial(port, context))
            assert line.recv(200).startswith(b"+OK")
        return {name: (pss_kib(peer.pids) - before) / count}


def warm(peer: Peer) -> float:
    """Open each kind of maildrop once; the seconds that the first login to 10,000 has taken."""
    for user in (SMALL[0], BIG):
        with talk(peer.port) as session:
            session.log_in(user, PASSWORD)
            session.ask(b"RETR 1", whole=peer.keeps_mail)
    start = time.perf_counter()
    with talk(peer.port) as session:
        session.log_in(MANY, PASSWORD)
        taken = time.perf_counter() - start
        for said in (b"LIST", b"UIDL"):
            session.ask(said, whole=peer.keeps_mail)
    return taken


def agree(peers: Iterable[Peer]) -> None:
    """All servers have the same mail and give the same octets. Raises ValueError."""
    said = {peer.name: _seen(peer) for peer in peers if peer.keeps_mail}
    for name, seen in said.items():
        for what, value in seen.items():
            if value != said["ours"][what]:
                raise ValueError(f"{name} and ours differ in {what}: nothing to compare")


def _seen(peer: Peer) -> dict[str, object]:
    seen: dict[str, object] = {}
    for port, context in ((peer.port, None), (peer.tls_port, CONTEXT)):
        for user in (SMALL[0], SMALL[-1], BIG, MANY):
            with talk(port, context) as session:
                session.log_in(user, PASSWORD)
                stat = session.ask(b"STAT").split()[:3]
                listing = session.ask(b"LIST", whole=True).partition(b"\n")[2]
                ids = session.ask(b"UIDL", whole=True).count(b"\n")
                body = session.ask(b"RETR 1", whole=True).partition(b"\n")[2]
                seen[f"{user} {context is None}"] = (stat, listing, ids, body)
                count = {BIG: 1, MANY: OF_MANY}.get(user, 10)
                if int(stat[1]) != count or (user == BIG and len(body) < OF_BIG - 200):
                    raise ValueError(f"{peer.name} has {stat} for {user}")
    return seen
