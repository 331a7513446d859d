"""Cutting as some servers do (policy_lines: `line_end`, `overlong`; reading: `nul`)."""

from __future__ import annotations

from .framing import LONGEST_KEPT, LineCutter
from .policy_lines import LinePolicy

__all__ = ["OddCutter", "cutter_for"]

#: Octets of a line that is said back to the client as it came (`overlong` "echoed").
_LONGEST_ECHO = 65536


def cutter_for(policy: LinePolicy, kept: bytes = b"") -> LineCutter:
    """A cutter for a server of that policy, with the octets of an unfinished line."""
    return LineCutter(kept) if policy.reading is None else OddCutter(policy, kept)


class OddCutter(LineCutter):
    """Cuts as a policy says. A line has lost its LF and may end in a CR, as with `LineCutter`."""

    __slots__ = ("_crlf", "_most", "_policy", "_pulls")

    def __init__(self, policy: LinePolicy, kept: bytes = b"") -> None:
        super().__init__(kept)
        self._policy = policy
        self._crlf = policy.line_end == "crlf"
        readings = (policy.reading, policy.reading_before_login)
        self._pulls = any(each is not None and each.nul == "swallows" for each in readings)
        if policy.overlong in {"cut", "split"}:
            self._most = policy.line_limit - 1
        elif policy.overlong == "echoed":
            self._most = _LONGEST_ECHO
        else:
            self._most = max(LONGEST_KEPT, policy.longest_line, policy.longest_line_before_login)

    def cut(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes; of a split line, each part that is full."""
        if self._policy.overlong == "split":
            return self._split(data)
        # A CR that is kept may be half of a line end, and a NUL pull in the line behind it.
        lines = (self.kept + data).split(b"\r\n" if self._crlf else b"\n")
        rest = lines.pop()
        if self._crlf:
            lines = [line[: self._most] + b"\r" for line in lines]
        else:
            lines = [line[: self._most] for line in lines]
        if self._pulls:
            lines, rest = _pulled(lines, rest)
        self.kept = self._shortened(rest)
        return lines

    def _shortened(self, rest: bytes) -> bytes:
        """What must be remembered of an unfinished line."""
        if len(rest) <= self._most or (self._pulls and b"\n" in rest):
            return rest[: 2 * self._most]
        # The last octet may be the CR of a line end; a NUL may be among what is left out.
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

    def join(self, lines: list[bytes]) -> bytes:
        """The octets that give these lines once more, and what is kept."""
        full = self._policy.line_limit if self._policy.overlong == "split" else 0
        ended = [line if full and len(line) >= full else line + b"\n" for line in lines]
        return b"".join(ended) + self.kept


def _pulled(lines: list[bytes], rest: bytes) -> tuple[list[bytes], bytes]:
    """A line with a NUL takes the next with it: the server looks for its LF behind the NUL."""
    found: list[bytes] = []
    each = iter(lines)
    for line in each:
        if b"\0" not in line:
            found.append(line)
            continue
        second = next(each, None)
        if second is None:
            return found, line + b"\n" + rest
        found.append(line + b"\n" + second)
    return found, rest
