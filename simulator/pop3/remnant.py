"""What a line that the end of the stream cuts off finds behind it (policy_lines: `unended`).

GNU mailutils reads each line into the same place and looks for the argument one octet behind the
keyword. Where no line end stands there, that is an octet of the line before: `LIST` behind `LIST 2` is
`LIST 2` again, and QUIT right behind a login is refused, since USER's name lies there.
"""

from __future__ import annotations

from .reading import Reading

__all__ = ["Remnant"]

#: How commands that take their argument apart once more leave it: the first word ends in a NUL.
_TWICE = frozenset({b"TOP", b"APOP"})


class Remnant:
    """The place into which lines are read. `limit`: octets of the longest line that goes there."""

    __slots__ = ("_aside", "_blanks", "_ends", "_limit", "_place")

    def __init__(self, reading: Reading, limit: int) -> None:
        self._limit = limit
        self._ends = reading.parting.encode("latin-1") + b"\0"
        self._blanks = reading.leading.encode("latin-1")
        self._aside = False  # the next line is read elsewhere, by the command before it
        self._place = b"?" * 16  # nobody knows what lies there at first

    def read(self, raw: bytes) -> None:
        """A whole line, without its LF."""
        if self._aside:
            self._aside = False
            return
        line = bytearray(raw[: self._limit] + b"\n\0")
        start = len(line) - len(line.lstrip(self._blanks))
        end = self._word_end(line, start)
        keyword = bytes(line[start:end]).upper()
        line[end] = 0
        argument = self._trimmed(line, end + 1)
        if keyword in _TWICE and argument:
            begun = end + 1 + len(argument) - len(argument.lstrip(self._blanks))
            second = self._word_end(line, begun)
            line[second] = 0
            self._trimmed(line, second + 1)
        # USER reads the next line itself.
        self._aside = keyword == b"USER" and bool(argument) and b" " not in argument
        self._place = bytes(line) + self._place[len(line) :]

    def completed(self, kept: bytes) -> bytes:
        """The unended line as it is understood."""
        begun = kept.lstrip(self._blanks)
        if self._aside or any(octet in self._ends for octet in begun):
            return kept
        left = self._place[len(kept) + 1 :].partition(b"\0")[0].rstrip(self._ends)
        return (kept + self._ends[:1] + left)[: self._limit - 1] if left else kept

    def _word_end(self, line: bytearray, start: int) -> int:
        return next(at for at in range(start, len(line)) if line[at] in self._ends)

    def _trimmed(self, line: bytearray, start: int) -> bytes:
        """The text that begins there, its white space at the end taken off, in the place too."""
        text = bytes(line[start:]).partition(b"\0")[0]
        trimmed = text.rstrip(self._ends)
        if text:
            line[start + len(trimmed)] = 0
        return trimmed
