"""The programs that call, as one sees them at a terminal: telnet, nc and openssl s_client.

Each prints its own lines, from the first to the last, and may keep a line to itself. What they print
is theirs, word for word; what the tutor says about them stands in `advice`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from simulator.hosts.programs import Dialing, Program, service_name
from simulator.pop3.exchange import Ending, Reason

from . import advice, stagehand

if TYPE_CHECKING:
    from simulator.hosts import Host
    from simulator.link import TlsFailed
    from simulator.pop3 import Exchange

    from .call import Call
    from .desk import Desk

__all__ = ["Caller", "front", "left", "lost", "run", "say"]


class Caller:
    """What the programs that call have in common, and what a bare one prints: nothing."""

    escapes: ClassVar[bool] = False  #: Ctrl-] is its own
    left: ClassVar[str] = ""  #: printed when the learner closes the line
    closing: ClassVar[tuple[str, str]] = ("", "^D")  #: how one closes it: a prompt, what is typed

    def no_host(self, dialing: Dialing) -> str:
        """The name has no address."""
        raise NotImplementedError

    def trying(self, host: Host) -> str:
        """Before the line stands."""
        del host
        return ""

    def refused(self, dialing: Dialing, host: Host) -> str:
        """Nothing listens on that port."""
        del dialing, host
        return ""

    def connected(self, dialing: Dialing, host: Host) -> str:
        """Once the line stands."""
        del dialing, host
        return ""

    def begin(self, desk: Desk, dialing: Dialing, host: Host, came: list[Exchange]) -> None:
        """The line stands, and this came over it."""
        _print(desk, self.connected(dialing, host))
        if not came and desk.call.up:
            desk.explain(advice.waiting(dialing))
        desk.show(came)

    def failed(self, desk: Desk, dialing: Dialing, host: Host, failure: TlsFailed) -> None:
        """There is no TLS on the line."""
        raise NotImplementedError

    def before(self, desk: Desk, line: str) -> None:
        """A line was typed, and is not sent yet."""

    def lost(self, desk: Desk) -> str:
        """What is printed when the line is down and the learner has not closed it."""
        del desk
        return ""


class Telnet(Caller):
    """The telnet of Linux."""

    escapes = True
    left = "Connection closed."
    closing = ("telnet> ", "close")

    def no_host(self, dialing: Dialing) -> str:
        """The name has no address."""
        where = f"{dialing.host}/{dialing.port}"
        return f"telnet: could not resolve {where}: Name or service not known"

    def trying(self, host: Host) -> str:
        """Before the line stands."""
        return f"Trying {host.address}..."

    def refused(self, dialing: Dialing, host: Host) -> str:
        """Nothing listens on that port."""
        del dialing, host
        return "telnet: Unable to connect to remote host: Connection refused"

    def connected(self, dialing: Dialing, host: Host) -> str:
        """Once the line stands."""
        del dialing
        return f"Connected to {host.canonical}.\nEscape character is '^]'."

    def lost(self, desk: Desk) -> str:
        """The far end has closed the line."""
        del desk
        return "Connection closed by foreign host."


class Netcat(Caller):
    """OpenBSD's nc, which says nothing of itself unless it is asked to with -v."""

    def no_host(self, dialing: Dialing) -> str:
        """The name has no address."""
        where = f'host "{dialing.host}" port {dialing.port}'
        return f"nc: getaddrinfo for {where}: Name or service not known"

    def refused(self, dialing: Dialing, host: Host) -> str:
        """Nothing listens on that port."""
        if not dialing.verbose:
            return ""
        where = f"{_named(dialing, host)} port {dialing.port}"
        return f"nc: connect to {where} (tcp) failed: Connection refused"

    def connected(self, dialing: Dialing, host: Host) -> str:
        """Once the line stands."""
        if not dialing.verbose:
            return ""
        where = f"{_named(dialing, host)} {dialing.port} port"
        return f"Connection to {where} [tcp/{service_name(dialing.port)}] succeeded!"


def _named(dialing: Dialing, host: Host) -> str:
    """A host as nc names it: with its address, where it was called by name."""
    by_address = dialing.host == host.address
    return dialing.host if by_address else f"{dialing.host} ({host.address})"


class SClient(Caller):
    """`openssl s_client`, with its report and its orders."""

    left = "DONE"

    def no_host(self, dialing: Dialing) -> str:
        """The name has no address."""
        from . import s_client

        del dialing
        return s_client.no_host()

    def refused(self, dialing: Dialing, host: Host) -> str:
        """Nothing listens on that port."""
        from . import s_client

        del dialing, host
        return s_client.refused()

    def begin(self, desk: Desk, dialing: Dialing, host: Host, came: list[Exchange]) -> None:
        """TLS stands, or has failed behind STLS."""
        from . import s_client

        stage = desk.call.stage
        greeting, stls = came if len(came) == 2 else (None, None)
        if stage.tls is None:
            if stage.trouble is not None:
                desk.screen.program(s_client.no_tls(dialing, stage.trouble, stage.handshake))
                desk.explain(advice.no_tls(dialing, host, stage.trouble, stls))
            desk.show(came, hidden=True)
            return
        desk.screen.program(s_client.report(dialing, stage.tls, stage.handshake))
        shown = ""
        if greeting is not None and stls is not None and dialing.starttls:
            # openssl keeps the greeting to print it here, and the length of what it read last.
            shown = greeting.reply.line[: len(stls.reply.line) + 2]
            desk.screen.program(shown)
        if not (dialing.quiet or dialing.brief):
            desk.explain(advice.on_report(stage.tls), once=True)
        if greeting is not None and stls is not None:
            desk.explain(advice.on_starttls(stls, cut=shown != greeting.reply.line))
        desk.show(came, hidden=dialing.starttls)

    def failed(self, desk: Desk, dialing: Dialing, host: Host, failure: TlsFailed) -> None:
        """There is no TLS on the line."""
        from . import s_client

        stalled = failure.reason == "no-greeting"
        desk.screen.program(
            f"{s_client.CONNECTED}\n^C" if stalled
            else s_client.no_tls(dialing, failure, desk.call.stage.handshake)
        )  # fmt: skip
        desk.explain(advice.no_tls(dialing, host, failure))

    def before(self, desk: Desk, line: str) -> None:
        """A line that begins with a certain letter is an order."""
        stage = desk.call.stage
        order = stage.dialing.order(line) if stage.dialing is not None else None
        if order is not None:
            from . import s_client

            version = stage.tls.version if stage.tls is not None else ""
            desk.screen.program(s_client.obeyed(order, version))
            desk.explain(advice.ordered(order, line, version))

    def lost(self, desk: Desk) -> str:
        """The far end has closed the line, or an order has: that one has had its answer."""
        stage, dialing = desk.call.stage, desk.call.stage.dialing
        if stage.end is not None and stage.end.by is Ending.DROP:
            return ""
        if stage.trouble is not None and stage.trouble.reason == "cut-off":
            from . import s_client

            return s_client.cut_off()
        return "" if dialing is not None and (dialing.quiet or dialing.brief) else "closed"


_CALLERS: dict[Program, Caller] = {
    Program.TELNET: Telnet(), Program.NC: Netcat(), Program.OPENSSL: SClient(),
}  # fmt: skip


def front(call: Call) -> Caller:
    """The program in front; telnet, where a call is up that nobody dialled."""
    dialing = call.dialing
    return _CALLERS[dialing.program if dialing is not None else Program.TELNET]


def run(desk: Desk, dialing: Dialing) -> None:
    """Run a program that calls, with all that the real one prints."""
    from simulator.hosts import NoSuchHost, Refused

    caller, network = _CALLERS[dialing.program], desk.call.simulation.network
    desk.loose = False
    try:
        host = network.find(dialing.host)
    except NoSuchHost:
        desk.screen.program(caller.no_host(dialing))
        desk.explain(advice.no_such_host(dialing, network))
        return
    _print(desk, caller.trying(host))
    try:
        came = desk.call.start(dialing)
    except Refused:
        _print(desk, caller.refused(dialing, host))
        desk.explain(advice.refused(dialing, host))
    except ConnectionError:  # TlsFailed, by a name that does not load ssl
        assert desk.call.stage.trouble is not None
        caller.failed(desk, dialing, host, desk.call.stage.trouble)
    else:
        caller.begin(desk, dialing, host, came)


async def say(desk: Desk, line: str) -> None:
    """Type one line into the program in front, and show what came of it."""
    caller, stage = front(desk.call), desk.call.stage
    clear = stage.tls is None
    caller.before(desk, line)
    before = stage.carried
    came = await desk.call.say(line, desk.tutor.state())
    begun = clear and stage.tls is not None
    dialing = stage.dialing
    assert dialing is not None
    if stage.carried is before:  # the program has kept the line to itself
        desk.show(came)
    else:
        stagehand.hear(desk, came)
    if begun:
        desk.explain(advice.in_its_place(dialing), once=True)
    if any(exchange.reason is Reason.BARE_LF for exchange in came):
        desk.explain(advice.bare_lf(dialing), once=True)


def left(desk: Desk) -> None:
    """The learner has closed the line."""
    _print(desk, front(desk.call).left)


def lost(desk: Desk) -> None:
    """The line is down, and the learner has not closed it."""
    stage = desk.call.simulation
    _print(desk, front(desk.call).lost(desk))
    dialing, host = stage.dialing, stage.host
    assert dialing is not None
    assert host is not None
    if stage.trouble is not None and stage.trouble.reason != "cut-off" and not dialing.starttls:
        desk.explain(advice.failed_in_its_place(stage.trouble))
    if dialing.port in host.tls_ports and not dialing.secure:
        desk.explain(advice.not_tls(dialing))


def _print(desk: Desk, text: str) -> None:
    if text:
        desk.screen.program(text)
