"""Says a recorded dialogue to our own engine, and compares what comes back line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields

from simulator.hosts import Host, Network
from simulator.pop3 import Pop3Server

from .likeness import alike
from .proofs import Proofs
from .recording import Did, Event, Recording, Section, shown
from .setting import Setting, message

__all__ = ["Difference", "Outcome", "every", "replay"]

HOST, PORT = "mail.example.com", 110
#: What happens beside the line that is spoken on.
_BESIDE = {Did.ON, Did.PASSED, Did.MOVED, Did.ARRIVED, Did.TAKEN}
#: Stands in a recording for lines of a server's own prose, which is somebody's and not kept.
OWN_TEXT = "<its own text>"


@dataclass(frozen=True)
class Difference:
    """One place where our server says something else: None stands for no line."""

    section: str
    line: int
    said: str
    recorded: str | None
    ours: str | None

    def __str__(self) -> str:
        def of(line: str | None) -> str:
            return "(nothing)" if line is None else line

        return (
            f"{self.section.split('.')[0]}:{self.line} C: {self.said[:60]!r}\n"
            f"    recorded {of(self.recorded)[:150]}\n    ours     {of(self.ours)[:150]}"
        )


@dataclass
class Outcome:
    """How a recording fared: lines of the server compared, and the places that differ."""

    name: str
    compared: int = 0
    differences: list[Difference] = field(default_factory=list)
    delays: int = 0
    #: (line, recorded seconds, ours): replies that took their time, and ours did not, or not so much.
    late: list[tuple[int, float, float]] = field(default_factory=list)

    @property
    def equal(self) -> int:
        """How many lines are alike."""
        return self.compared - sum(each.recorded is not None for each in self.differences)


@dataclass
class _Line:
    """One connection: our server's end, and what was said on it last, here and in the recording."""

    server: Pop3Server
    proofs: Proofs
    ours: list[str] = field(default_factory=list)  #: lines that wait to be compared
    said: bytes = b""
    took: float = 0.0
    since: float = 0.0  #: when it was dialled, on the network's clock
    closed: bool = False  #: the recording has seen it closed


def replay(recording: Recording, setting: Setting) -> Outcome:
    """The whole recording, said to a server that is set up as the real one was."""
    outcome = Outcome(recording.name)
    network: Network | None = None
    for section in recording.sections:
        if network is None or setting.anew:
            network = _network(setting, section.title)
        elif setting.varies:
            network.hosts = (_host(setting, section.title),)
        setting.before(network.accounts(network.hosts[0]), section.title, network.now)
        _Replay(network, setting, section, outcome).run()
        network.wait(setting.pause)
    return outcome


def _host(setting: Setting, section: str) -> Host:
    personality = setting.personality(section)
    return Host(HOST, HOST, "192.0.2.25", (PORT,), personality, ("alice", "bob", *setting.bare))


def _network(setting: Setting, section: str) -> Network:
    return Network([_host(setting, section)], lambda name: setting.mailbox(name, section))


class _Replay:
    """One section."""

    def __init__(
        self, network: Network, setting: Setting, section: Section, outcome: Outcome
    ) -> None:
        self._network = network
        self._setting = setting
        self._section = section
        self._outcome = outcome
        self._lines: list[_Line] = []
        self._on: _Line | None = None  #: the one that is spoken on

    def run(self) -> None:
        """Every event in its order."""
        events = self._section.events
        for event, behind in zip(events, [*events[1:], None], strict=False):
            if event.did is Did.HEARD and event.text == OWN_TEXT and self._on is not None:
                self._pass_over(self._on, behind.text if behind else "")
            else:
                self._meet(event)
        for line in self._lines:
            self._end_turn(line, self._section.events[-1].line if self._section.events else 0)
            line.server.receive_eof()

    def _meet(self, event: Event) -> None:
        if event.did is Did.DIALLED:
            self._settle(event)
            _, server = self._network.connect(HOST, PORT)
            setting = self._setting
            passwords = {setting.owner: setting.password, "bob": setting.other}
            self._lines.append(_Line(server, Proofs(passwords), since=self._network.now))
            self._on = self._lines[-1]
            self._take(self._on)
            return
        if event.did in _BESIDE:
            self._beside(event)
            return
        if self._on is None:
            raise ValueError(f"line {event.line}: nobody has dialled yet")
        line = self._on
        if event.did is Did.SAID:
            self._settle(event)
            self._say(self._on, event)
        elif event.did is Did.HEARD:
            self._hear(line, event)
        elif event.did is Did.TOOK:
            self._time(line, event)
        elif event.did is not Did.SENT:
            if event.did is Did.DROPPED:
                line.ours.clear()  # nobody reads it any more
            self._end_turn(line, event.line)
            self._end(line, event)

    def _say(self, line: _Line, event: Event) -> None:
        line.said = line.proofs.right(event.octets)
        line.took = 0.0
        octets = line.said
        if line.server.wants_tls:
            # A command where a handshake was due. Five octets of it were read as a record's head.
            octets = octets[5:]
            if not line.server.tls_failed():
                line.server.receive_eof()
        line.server.receive_data(octets)
        self._take(line)
        if event.text == "unprinted":
            line.ours.clear()

    def _end(self, line: _Line, event: Event) -> None:
        """The line goes down, at one end or the other, or becomes TLS."""
        server = line.server
        if event.did is Did.CLOSED:
            self._compare(line, event.line, "(closed)", "(closed)" if server.hangs_up else None)
            line.closed = True
        elif event.did is Did.TLS:
            server.tls_started()
            self._take(line)  # what was kept from behind STLS
        elif event.did is Did.STOPPED:
            server.receive_eof()
            self._take(line)
        else:
            server.receive_eof()
            line.closed = True

    def _beside(self, event: Event) -> None:
        """What happens beside the line."""
        self._settle(event)
        accounts = self._network.accounts(self._network.hosts[0])
        if event.did is Did.ON:
            self._on = self._lines[int(event.text) - 1]
        elif event.did is Did.ARRIVED:
            letter = self._setting.brought(self._section.title)
            accounts.deliver(self._setting.owner, message(self._setting.owner, letter))
        elif event.did is Did.TAKEN:
            accounts.remove_label(self._setting.owner, self._setting.mail[int(event.text) - 1])
        elif event.did is Did.MOVED:
            self._network.restore(replace_fields(self._network.state(), penalties={}))
        elif event.did is Did.PASSED:
            self._network.wait(event.seconds)
            for line in self._lines:
                self._time_out(line, event.seconds)

    def _time_out(self, line: _Line, silent: float) -> None:
        """So many seconds have passed in silence, recorded to a second."""
        grace, idle = line.server.grace, line.server.idle_limit
        over = 0 < grace <= self._network.now - line.since + 1 or 0 < idle <= silent + 0.5
        if over and not line.closed:
            line.server.receive_timeout()
            self._take(line)

    def _pass_over(self, line: _Line, until: str) -> None:
        """Prose of a server's own, which is not kept: ours may be as long as it likes."""
        while line.ours and not alike(until, line.ours[0], line.said):
            line.ours.pop(0)

    def _settle(self, event: Event) -> None:
        """Before something new: nothing may wait on the line, and one that is down is put away."""
        if self._on is None:
            return
        self._end_turn(self._on, event.line)
        if event.did is Did.SAID and self._on.closed:
            self._on = next((each for each in reversed(self._lines) if not each.closed), self._on)

    def _end_turn(self, line: _Line, number: int) -> None:
        """What our server said and the real one did not."""
        for ours in line.ours:
            self._outcome.compared += 1
            self._differ(line, number, "(nothing)", ours)
        line.ours.clear()

    def _hear(self, line: _Line, event: Event) -> None:
        ours = line.ours.pop(0) if line.ours else None
        if not line.said:
            line.proofs.greeted(event.text, ours or "")
        if event.text.startswith("+ "):
            line.proofs.challenged(event.text, ours or "")
        self._compare(line, event.line, event.text, ours)

    def _compare(self, line: _Line, number: int, recorded: str, ours: str | None) -> None:
        self._outcome.compared += 1
        if ours is None or not alike(recorded, ours, line.said):
            self._differ(line, number, recorded, ours)

    def _differ(self, line: _Line, number: int, recorded: str | None, ours: str | None) -> None:
        said = " | ".join(shown(line.said))
        self._outcome.differences.append(
            Difference(self._section.title, number, said, recorded, ours)
        )

    def _time(self, line: _Line, event: Event) -> None:
        self._outcome.delays += 1
        if abs(line.took - event.seconds) > max(1.0, event.seconds / 3):
            self._outcome.late.append((event.line, event.seconds, line.took))

    def _take(self, line: _Line) -> None:
        """What our server has to say by now; the time that it takes passes."""
        server = line.server
        octets = b""
        while pieces := server.data_to_send():
            octets += b"".join(map(bytes, pieces))
        delay = server.delay()
        left = line.since + server.grace - self._network.now
        if delay and server.grace and left <= delay:
            # The time in which somebody must log in is over before the reply leaves.
            delay, octets = max(0.0, left), b""
            server.receive_timeout()
            octets = b"".join(map(bytes, server.data_to_send()))
        self._network.wait(delay)
        line.took += delay
        line.ours += shown(octets)


def every(outcomes: list[Outcome]) -> Iterator[str]:
    """The report: a line about each recording."""
    width = max((len(each.name) for each in outcomes), default=0)
    for each in outcomes:
        share = 100 * each.equal / each.compared if each.compared else 100.0
        late = f", {len(each.late)} of {each.delays} delays differ" if each.late else ""
        yield f"{each.name:<{width}}  {each.equal:>4} of {each.compared:>4} lines  {share:6.2f} %{late}"
