"""What `tcpdump -A` prints: packets as text, each with a line of its own on who sends how much.

The headers of IP and TCP stand before what was said, as dots and stray letters; how many octets behind
them are the sender's, the packet's own line tells. Here they become lines with the marks C: and S:.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .marks import ANCHOR

__all__ = ["undumped"]

Numbered = list[tuple[int, str]]
_HEAD = re.compile(
    r"(?:[\d:. -]{0,40} )?(?:\S{1,16} +(?:In|Out) +)?IP6? "
    r"(?P<sender>\S{3,260})\.(?P<from>[a-z0-9-]{1,20}) > "
    r"(?P<receiver>\S{3,260})\.(?P<to>[a-z0-9-]{1,20}): "
    r"(?:Flags )?(?:.{0,60}?\bseq )?(?P<seq>\d{1,10})?.{0,300}?"
    r"(?:length (?P<length>\d{1,6})|\((?P<old>\d{1,6})\) ack)"
)
_SERVER_PORTS = frozenset({"110", "pop3"})
#: Octets of the headers of IP and TCP: at least.
_HEADERS = 40


@dataclass
class _Call:
    """One connection: who says what, line by line, and what of a line is still to come."""

    said: list[tuple[int, str, str]] = field(default_factory=list)  #: number, sender, line
    begun: dict[str, tuple[int, str]] = field(default_factory=dict)
    heard: set[tuple[str, str]] = field(default_factory=set)

    def take(self, sender: str, octets: Numbered) -> None:
        """One packet's lines; the last is whole only where a line end stands behind it."""
        for at, (number, text) in enumerate(octets):
            first, begun = self.begun.pop(sender, (number, ""))
            if at < len(octets) - 1:
                self.said.append((first, sender, begun + text))
            elif begun + text:
                self.begun[sender] = (first, begun + text)

    def lines(self, ports: frozenset[str]) -> Iterator[tuple[int, str]]:
        """The lines with their marks."""
        rest = [(number, sender, text) for sender, (number, text) in self.begun.items()]
        said = self.said + rest
        servers = {sender for _, sender, _ in said if sender.rpartition(".")[2] in ports}
        servers = servers or {
            sender for _, sender, text in said if text.startswith(("+OK", "-ERR"))
        }
        for number, sender, text in said:
            yield number, f"{'S' if sender in servers else 'C'}: {text}"


def undumped(numbered: Numbered) -> Numbered | None:
    """The lines of the dialogues in a dump of packets; None: it is none."""
    heads = [at for at, (_, line) in enumerate(numbered) if _HEAD.match(line[:700])]
    if len(heads) < 2:
        return None
    calls: dict[frozenset[str], _Call] = {}
    for at, until in zip(heads, [*heads[1:], len(numbered)], strict=True):
        head = _HEAD.match(numbered[at][1][:700])
        assert head is not None
        length = int(head["length"] or head["old"])
        sender = f"{head['sender']}.{head['from']}"
        call = calls.setdefault(frozenset({sender, f"{head['receiver']}.{head['to']}"}), _Call())
        again = (sender, head["seq"] or "") in call.heard and head["seq"] is not None
        if length and not again:
            call.heard.add((sender, head["seq"] or ""))
            call.take(sender, _payload(numbered[at + 1 : until], length))
    lines = numbered[: heads[0]]
    for call in calls.values():
        if any(text.startswith(("+OK", "-ERR")) for _, _, text in call.said):
            lines.append((call.said[0][0], "-- connect"))
            lines += call.lines(_SERVER_PORTS)
    return lines if len(lines) > heads[0] else None


def _payload(packet: Numbered, length: int) -> Numbered:
    """The last `length` octets of a packet, as its lines; a line end is two of them."""
    trimmed = list(packet)
    while trimmed and not trimmed[-1][1].strip():
        trimmed.pop()
    if not trimmed:
        return []
    ended = [*trimmed, (trimmed[-1][0], "")]
    # A CR at the very end is not printed, so there may be one octet less.
    every = (
        _last(lines, count) for count in (length, length - 1) for lines in (packet, ended, trimmed)
    )
    found = [each for each in every if each is not None]
    # The headers are words of four octets; a page that trims lines makes another count.
    sound = [lines for lines, before in found if before >= _HEADERS and before % 4 == 0]
    return sound[0] if sound else _told(ended)


def _told(lines: Numbered) -> Numbered:
    """What is said, where the count of octets is of no use: from the first word of POP3 on."""
    for at, (number, text) in enumerate(lines):
        start = ANCHOR.search(text)
        if start is not None:
            return [(number, text[start.start() :]), *lines[at + 1 :]]
    return []


def _last(lines: Numbered, length: int) -> tuple[Numbered, int] | None:
    """The last octets, and how many stand before them; None where there are not so many."""
    found: Numbered = []
    left = length
    for at in range(len(lines) - 1, -1, -1):
        number, text = lines[at]
        if left <= len(text):
            before = sum(len(each) + 1 for _, each in lines[:at]) + len(text) - left
            return [*found, (number, text[len(text) - left :])][::-1], before
        found.append((number, text))
        left -= len(text) + 2
        if left == -1:  # the LF of a line whose CR came in the packet before
            found.append((number, ""))
            return found[::-1], sum(len(each) + 1 for _, each in lines[:at]) - 1
        if left < 0:
            return None
    return None
