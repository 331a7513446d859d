r"""A recorded dialogue with a real server, read from its text.

A recording is lines, each of one kind. A server's lines are compared with ours by their form where time
and chance have a hand in them (likeness.py); proofs of a password are worked out anew (proofs.py).

    ## title           a section: a maildrop, and all calls to it
    # text             of no meaning; neither is an empty line, or one that begins with "("
    C: line            what the client sent, and CRLF behind it
    C+ line            in one write with the line before it, as is a `C: ` right under a whole one
    S: line            what came back, its CRLF taken off
    S: <its own text>  prose of the server's, which is not kept: any lines of ours will do
    -- words           what happened beside the line, as below; other words are a note
    !! words           what else was seen: `server closed the connection`; `reply took 3 s`, the one
                       before it; `20 bad commands sent`, of which not all are written down

In a line of the client's `   <bare LF>` at the end says that LF alone ended it, `   <no line end>` that
nothing did; `XYZZY aaa...(606 octets)` is one of so many octets, and what stands behind that ends it.
In one of the server's `<LF-only>` and `<no end>` say the same. In both `\x0d` is an octet that is
neither printable ASCII nor of UTF-8 text.

    -- connect                      a call begins, and is spoken on
    -- on connection 2              that call of the section, from 1, is spoken on again
    -- back on the first            the same as `on connection 1`
    -- client drops                 the client closes the line, and reads no more
    -- client stops sending         it closes its half of it, and reads on
    -- TLS handshake done           or `failed`, behind STLS
    -- 300 s pass                   in which nobody says anything
    -- from another address         the next call is
    -- a message arrives            on the disk: the setting's `arrives`
    -- message 2 is taken away      off the disk, by no session
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

__all__ = ["Did", "Event", "Recording", "Section", "events", "shown"]


class Did(Enum):
    """What happened at one place of a recording."""

    DIALLED = "dialled"
    SAID = "said"  #: the client: these octets, in one write
    HEARD = "heard"  #: the server: one line
    CLOSED = "closed"  #: by the server
    DROPPED = "dropped"  #: by the client
    STOPPED = "stopped"  #: the client sends no more, and still listens
    TLS = "tls"  #: the handshake is done
    NO_TLS = "no tls"  #: it failed
    PASSED = "passed"  #: so many seconds, and nobody said anything
    MOVED = "moved"  #: the next connection is from another address
    ARRIVED = "arrived"  #: a message, on the disk
    TAKEN = "taken"  #: a message, off the disk
    TOOK = "took"  #: the reply took so many seconds
    ON = "on"  #: on that connection of the section
    SENT = "sent"  #: so many bad commands, of which not all are printed


@dataclass(frozen=True)
class Event:
    """One line of a recording: its number in the file, and what it says."""

    line: int
    did: Did
    text: str = ""
    octets: bytes = b""
    seconds: float = 0.0


@dataclass
class Section:
    """A part of a recording that begins with no connection open."""

    title: str
    events: list[Event] = field(default_factory=list)


@dataclass
class Recording:
    """A whole file of it."""

    name: str
    sections: list[Section]

    @classmethod
    def read(cls, path: Path) -> Recording:
        """The recording in a file. Raises ValueError where a line is none of the known."""
        sections: list[Section] = []
        waited = False  # in vain, and how long says nothing
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            if line.startswith("## "):
                sections.append(Section(line[3:]))
            elif sections and line.strip() and not line.startswith("#"):
                if not (waited and _TOOK.search(line)):
                    sections[-1].events += events(number, line)
                waited = "no reply" in line
        for section in sections:
            section.events = list(_with_unprinted(_joined(section.events)))
        return cls(path.stem, sections)


_LONG = re.compile(
    r"(?P<start>.*?)(?P<letter>.)(?P=letter){2}\.\.\.\((?P<octets>\d+) octets\)(?P<behind>\S*)"
)
_ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")
_TOOK = re.compile(r"reply took ~?([0-9.]+) s")
_BAD = re.compile(r"(\d+) bad commands sent")


def events(number: int, line: str) -> Iterator[Event]:
    """What one line of a recording says; nothing, where it is a note."""
    kind, _, text = line.partition(" ")
    if kind in ("C:", "C+"):
        yield Event(number, Did.SAID, kind, _said(text))
    elif kind == "S:":
        yield Event(number, Did.HEARD, text)
    elif kind == "--":
        yield from _noted(number, text)
    elif kind == "!!":
        if "server closed the connection" in text:
            yield Event(number, Did.CLOSED)
        elif found := _TOOK.search(text):
            yield Event(number, Did.TOOK, seconds=float(found[1]))
        elif found := _BAD.search(text):
            yield Event(number, Did.SENT, text=found[1])
    elif not line.startswith("("):
        raise ValueError(f"line {number} is none that a recording has: {line[:60]!r}")


_NOTED: tuple[tuple[str, Did], ...] = (
    (r"connect(?: from .*)?", Did.DIALLED),
    (r"client drops.*", Did.DROPPED),
    (r"client stops sending.*", Did.STOPPED),
    (r"TLS handshake done.*", Did.TLS),
    (r"TLS handshake failed.*", Did.NO_TLS),
    (r"back on the first.*", Did.ON),
    (r"on connection (?P<n>\d+)", Did.ON),
    (r"(?P<n>[0-9.]+) s pass", Did.PASSED),
    (r"from another address", Did.MOVED),
    (r"a message arrives", Did.ARRIVED),
    (r"message (?P<n>\d+) is taken away", Did.TAKEN),
)


def _noted(number: int, text: str) -> Iterator[Event]:
    for pattern, did in _NOTED:
        if found := re.fullmatch(pattern, text):
            given = found.groupdict().get("n") or "1"
            yield Event(number, did, given, seconds=float(given))
            return


def _said(text: str) -> bytes:
    end = b"\r\n"
    for mark, instead in (("   <bare LF>", b"\n"), ("   <no line end>", b"")):
        if text.endswith(mark):
            text, end = text.removesuffix(mark), instead
    if found := _LONG.fullmatch(text):
        start, behind = found["start"].encode(), found["behind"].encode()
        times = int(found["octets"]) - len(start) - len(behind)
        return start + found["letter"].encode() * times + behind + end
    return _ESCAPE.sub(lambda hexed: bytes([int(hexed[1], 16)]), text.encode()) + end


def _joined(each: Iterable[Event]) -> Iterator[Event]:
    """With the lines of one write in one event."""
    waiting: Event | None = None
    for event in each:
        if waiting is not None and event.did is Did.SAID and _in_one_write(waiting, event):
            waiting = Event(event.line, Did.SAID, octets=waiting.octets + event.octets)
            continue
        if waiting is not None:
            yield waiting
        waiting = event
    if waiting is not None:
        yield waiting


def _in_one_write(before: Event, event: Event) -> bool:
    """Whether the client did not wait: it says so, or a line stands right under a whole one."""
    if before.did is not Did.SAID:
        return False
    under = event.line == before.line + 1 and before.octets.endswith(b"\r\n")
    return event.text == "C+" or under


def _with_unprinted(each: Iterable[Event]) -> Iterator[Event]:
    """With the bad commands that were sent and not printed: the first two and the last are."""
    known = list(each)
    note = next((event for event in known if event.did is Did.SENT), None)
    if note is None:
        yield from known
        return
    said = [at for at, event in enumerate(known[: known.index(note)])
            if event.did is Did.SAID and re.fullmatch(rb"\D+\d+\r\n", event.octets)]  # fmt: skip
    stem = known[said[-1]].octets.rstrip(b"0123456789\r\n")
    said = [at for at in said if known[at].octets.startswith(stem)]
    printed = {known[at].octets for at in said}
    wanted = [b"%s%d\r\n" % (stem, index) for index in range(int(note.text))]
    hidden = [octets for octets in wanted if octets not in printed]
    last_printed = bool(wanted) and wanted[-1] in printed
    at = said[-1] if last_printed else known.index(note)
    yield from known[:at]
    for octets in hidden:
        yield Event(note.line, Did.SAID, "unprinted", octets)
    yield from known[at:]


def shown(octets: bytes) -> list[str]:
    """What a server sent, as a recording shows it: a line each."""
    if not octets:
        return []
    lines = octets.split(b"\n")
    rest = lines.pop()
    found = [
        _text(line[:-1]) if line.endswith(b"\r") else f"{_text(line)}<LF-only>" for line in lines
    ]
    return [*found, f"{_text(rest)}<no end>"] if rest else found


def _text(octets: bytes) -> str:
    return "".join(map(_sign, octets.decode("utf-8", "surrogateescape")))


def _sign(letter: str) -> str:
    if letter == "\t" or (letter.isprintable() and letter != "\x7f"):
        return letter
    code = ord(letter)
    return f"\\x{code & 0xFF if 0xDC80 <= code <= 0xDCFF else code:02x}"
