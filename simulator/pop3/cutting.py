"""Cutting as some servers do (policy_lines: `line_end`, `overlong`; reading: `nul`)."""

from __future__ import annotations

from .framing import LONGEST_KEPT, LineCutter
from .policy_auth import AuthPolicy
from .remnant import Remnant

__all__ = ["OddCutter", "cutter_for"]

#: Octets of a line that are read at once by a server that says back what it has read (`overlong`
#: "echoed").
_READ = 8192


def cutter_for(policy: AuthPolicy, kept: bytes = b"") -> LineCutter:
    """A cutter for a server of that policy, with the octets of an unfinished line."""
    return LineCutter(kept) if policy.reading is None else OddCutter(policy, kept)


class OddCutter(LineCutter):
    """Cuts as a policy says. A line has lost its LF and may end in a CR, as with `LineCutter`."""

    __slots__ = ("_crlf", "_empties", "_most", "_policy", "_pulls", "_remnant")

    def __init__(self, policy: AuthPolicy, kept: bytes = b"") -> None:
        super().__init__(kept)
        self._policy = policy
        self._crlf = policy.line_end == "crlf"
        readings = (policy.reading, policy.reading_before_login)
        nuls = {each.nul for each in readings if each is not None}
        self._pulls, self._empties = "swallows" in nuls, "empties" in nuls
        self._remnant = None
        if policy.reading is not None and policy.unended == "obeyed-over-last":
            self._remnant = Remnant(policy.reading, policy.line_limit)
        if policy.overlong == "cut":
            self._most = policy.line_limit
        else:
            self._most = max(LONGEST_KEPT, policy.longest_line, policy.longest_line_before_login)

    def cut(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes; of a split line, each part that is full."""
        most = self._policy.response_limit if self.answers else 0
        if most:
            return self._response(data, most)
        if self._remnant is not None:
            for line in (lines := self._cut(data)):
                self._remnant.read(line)
            return lines
        return self._cut(data)

    def _cut(self, data: bytes) -> list[bytes]:
        if self._policy.overlong == "split":
            return self._split(data)
        if self._policy.overlong == "echoed":
            return self._read(data)
        # A CR that is kept may be half of a line end.
        lines = (self.kept + data).split(b"\r\n" if self._crlf else b"\n")
        rest = lines.pop()
        if self._pulls:
            lines, rest = _pulled(lines, rest, self._most)
        self.kept = self._shortened(rest)
        if self._empties:
            lines = [b"\0" if b"\0" in line else line for line in lines]
        end = b"\r" if self._crlf else b""
        return [line[: self._most] + end for line in lines]

    def _response(self, data: bytes, most: int) -> list[bytes]:
        """A response, of so many octets where its end has not come by then, and then lines as ever."""
        line, lf, behind = (self.kept + data).partition(b"\n")
        if not lf and len(line) < most:
            self.kept = line
            return []
        self.kept, self.answers = b"", False
        if len(line) < most:
            return [line, *self.cut(behind)]
        return [line[:most], *self.cut(line[most:] + lf + behind)]

    def _shortened(self, rest: bytes) -> bytes:
        """What must be remembered of an unfinished line."""
        if len(rest) <= self._most:
            return rest
        if (self._empties and b"\0" in rest) or (self._pulls and b"\0" in rest[: self._most]):
            # It counts however much is left out, and so does the LF that the line has swallowed.
            text, lf, _ = rest.partition(b"\n")
            return text.partition(b"\0")[0][: self._most - 1] + b"\0" + lf
        # The last octet may be the CR of a line end.
        end = b"\r" if self._crlf and rest.endswith(b"\r") else b""
        return rest[: self._most] + end

    def _split(self, data: bytes) -> list[bytes]:
        most, found = self._policy.line_limit, []
        lines = (self.kept + data).split(b"\n")
        self.kept = lines.pop()
        for line in lines:
            found += [line[at : at + most] for at in range(0, len(line), most)] or [b""]
            if line and not len(line) % most:
                found.append(b"")  # its LF comes alone
        whole = len(self.kept) - len(self.kept) % most
        found += [self.kept[at : at + most] for at in range(0, whole, most)]
        self.kept = self.kept[whole:]
        return found

    def _read(self, data: bytes) -> list[bytes]:
        """Lines; and one that is too long with its LF, or as many octets of it as are read at once."""
        octets, at = self.kept + data, 0
        found: list[bytes] = []
        while True:
            stop = octets.find(b"\n", at, at + _READ)
            if stop < 0 and len(octets) - at < _READ:
                self.kept = octets[at:]
                return found
            end = at + _READ if stop < 0 else stop + 1
            short = end - at <= self._policy.line_limit
            found.append(octets[at : end - 1] if short else octets[at:end])
            at = end

    def unended(self) -> bytes:
        """The line that the end of the stream has cut off, as the server understands it."""
        kept = self.kept
        return self._remnant.completed(kept) if kept and self._remnant is not None else kept

    def join(self, lines: list[bytes]) -> bytes:
        """The octets that give these lines once more, and what is kept."""
        full = self._policy.line_limit if self._policy.overlong in {"split", "echoed"} else 0
        ended = [line if full and len(line) >= full else line + b"\n" for line in lines]
        if self._pulls:
            # Cut within what its NUL took along, a line takes the rest of it once more.
            ended = [
                line + b"\n" if b"\0" in line and line.count(b"\n") < 2 else line for line in ended
            ]
        return b"".join(ended) + self.kept


def _pulled(lines: list[bytes], rest: bytes, most: int) -> tuple[list[bytes], bytes]:
    """A line with a NUL takes the next with it: the server looks for its LF behind the NUL."""
    found: list[bytes] = []
    each = iter(lines)
    for line in each:
        if b"\0" not in line[:most]:
            found.append(line)
            continue
        second = next(each, None)
        if second is None:
            return found, line + b"\n" + rest
        found.append(line + b"\n" + second)
    return found, rest
