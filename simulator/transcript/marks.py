"""What stands before the lines of a dialogue: who speaks, line numbers, quotation, the time of a log.

Nobody can list all logs. So the marks are learned from the text itself: what stands before `+OK` and
`-ERR` is the server's, what stands before commands the client's, and what stands before both is
nobody's. A few are known by sight, for a text of two lines teaches nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from simulator.pop3 import COMMANDS

__all__ = ["ANCHOR", "INDICATOR", "Marked", "Marks", "Speaker"]


class Speaker(Enum):
    """Who said a line."""

    CLIENT = "client"
    SERVER = "server"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Marked:
    """A line without its mark: its number in the text, who said it, and how far it was set in."""

    number: int
    speaker: Speaker
    text: str
    indent: int = 0


INDICATOR = re.compile(r"(?:\+OK|-ERR)(?![A-Za-z0-9])|\+(?= |\Z)", re.IGNORECASE)
#: Where a line of the protocol may begin.
ANCHOR = re.compile(
    rf"(?P<server>[+]OK|-ERR)(?![A-Za-z0-9])"
    rf"|(?<![A-Za-z0-9])(?P<client>{'|'.join(COMMANDS)})(?=[ \t'\"`]|\\r|\Z)",
    re.IGNORECASE,
)
#: A line in a page's marks for what is typed.
_QUOTED = re.compile(
    r"\s{0,8}(?:`+(?P<text>[^`]{1,600})`+|\u201c(?P<curly>[^\u201d]{1,600})\u201d)\s*$"
)
#: Characters before an anchor that may be a mark.
_LONGEST = 160
#: A mark that stands before more replies than this is the text's own.
_OFTEN = 3
_TIMES = r"Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|[AP]M"
_WORDS = (
    r"C|S|client|server|sent|send|sending|recv|received?|receiving|read|write|wrote|tx|rx|in|out|"
    r"DEBUG|INFO|TRACE|NOTICE|WARN(?:ING)?|ERROR|UTC|GMT|Z|cmd|resp|put|get"
)
#: The words of a mark: numbers and times, brackets, what ends in a colon or an arrow, names of levels.
_TOKEN = re.compile(
    rf"[\w.:/,+-]*\d[\w.:/,+=()-]*[\]):>|<]*|\[[^\[\]]{{0,80}}\]:?|\([^()]{{0,80}}\):?|\*\w{{1,8}}\*"
    rf"|[\w.@/=()\[\]$#-]{{0,60}}[:=|>]+|[-=<>\u2190-\u21ff\u00ab\u00bb|:*#\u2502\u2010-\u2015\u2022\u2039\u203a]+[:]?|[\w/-]+[<>]"
    rf"|(?:{_TIMES}|{_WORDS})\b[:.,]?|\w+(?:\.\w+)+|b?['\"`]",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\*(?:cmd|resp)\*")
_PLAIN = re.compile(r"[A-Za-z][\w.-]{0,60}(?=[ \t])")
_RUN = re.compile(r"\w*\d\w*")
_TIME = re.compile(rf"\b(?:{_TIMES})\b")
_CLIENT_MARK = re.compile(
    r"(?:^|[^A-Za-z])(?:C|client|\*cmd\*|\*put\*|sent|send|sending|tx|out|write|wrote|pop3>)[:>)\]]*"
    r"[ \t]*b?['\"]?$|(?:-+>|=+>|>>+|\u2192|\u00bb|(?:^|[^A-Za-z])[A-Za-z\x00]*\x00>)[ \t]*$",
    re.IGNORECASE,
)
_SERVER_MARK = re.compile(
    r"(?:^|[^A-Za-z])(?:S|server|\*resp\*|\*get\*|recv|receive|received|receiving|rx|in|read|pop3<)"
    r"[:<)\]]*[ \t]*b?['\"]?$|(?:<-+|<=+|<<+|\u2190|\u00ab|(?:^|[^A-Za-z])[A-Za-z\x00]*\x00<)[ \t]*$",
    re.IGNORECASE,
)
#: The marks that are known where no line teaches them: of a line of any content.
_BY_SIGHT = re.compile(
    r"\s{0,40}(?:(?P<client>C|CLIENT|Client|client)|(?P<server>S|SERVER|Server|server)): ?"
    r"(?=\s*[^\s\\])"
)


def _shape(prefix: str) -> str:
    """A mark with its numbers and names of days taken out: what is the same on each line."""
    return _TIME.sub("\x01", _RUN.sub("\x00", prefix))


def _pattern(shape: str) -> re.Pattern[str]:
    """What finds that shape at the beginning of a line; blanks at its end may be missing."""
    body = shape.rstrip(" \t")
    spaces = len(shape) - len(body)
    parts = (
        r"\w+" if part == "\x00" else r"[A-Za-z]+" if part == "\x01"
        else r"[ \t]+" if part.isspace() else re.escape(part)
        for part in re.split(r"([\x00\x01]|[ \t]+)", body) if part
    )  # fmt: skip
    return re.compile("".join(parts) + rf"(?:[ \t]{{1,{max(1, spaces)}}}|(?![^\s]))" if spaces
                      else "".join(parts))  # fmt: skip


class Marks:
    """The marks of one text."""

    def __init__(self, known: Mapping[str, Speaker], twice: Collection[str] = ()) -> None:
        self._twice = twice
        order = sorted(known.items(), key=lambda item: -len(item[0]))[:24]
        self._known = [(_pattern(shape), speaker, shape) for shape, speaker in order]

    @classmethod
    def learn(cls, lines: list[tuple[int, str]]) -> Marks:
        """The marks that the lines show."""
        server: Counter[str] = Counter()
        client: Counter[str] = Counter()
        answered: Counter[str] = Counter()
        last = ""  # the mark of the command in the line before
        for _, line in lines:
            found = ANCHOR.search(line, 0, _LONGEST + 40)
            if found is None or found.start() > _LONGEST:
                last = last if not line.strip() else ""
                continue
            prefix = line[: found.start()]
            marked = bool(prefix.strip()) and _is_mark(prefix)
            if found["server"] and marked:
                server[_shape(prefix)] += 1
                answered[last] += 1
            elif marked:
                client[_shape(prefix)] += 1
            last = _shape(prefix) if marked and found["client"] else ""
        known = {
            shape: _speaker(shape, server, client, answered) for shape in {*server, *client}
        }  # fmt: skip
        decided = {shape for shape, who in known.items() if who is not Speaker.UNKNOWN}
        # Whatever a speaker says may look like another's mark: "S: C: QUIT" is the server's.
        for shape in [
            each
            for each in known
            if any(each != mark and each.startswith(mark) for mark in decided)
        ]:
            del known[shape]
        for shape in _strays(known, {Speaker.SERVER: server, Speaker.CLIENT: client}):
            del known[shape]
        # poplib tells all twice once it tells the octets: what it was asked for, and what was put.
        twice = {shape for shape in known if _AGAIN.search(shape)}
        if not any("*get*" in shape or "*put*" in shape for shape in known):
            twice.clear()
        sure = {shape: who for shape, who in known.items() if shape in decided}
        return cls(known | _mirrored(sure) | sure, twice)

    def read(self, number: int, line: str) -> Marked:
        """The line without its mark."""
        for pattern, speaker, shape in self._known:
            found = pattern.match(line)
            if found is not None:
                text = "" if shape in self._twice else line[found.end() :]
                if shape.endswith(("'", '"', "`")):
                    text = text.removesuffix(shape[-1])
                return _set_in(
                    number, speaker if text or not self._twice else Speaker.UNKNOWN, text
                )
        found = _BY_SIGHT.match(line)
        if found is not None:
            speaker = Speaker.CLIENT if found["client"] else Speaker.SERVER
            return _set_in(number, speaker, line[found.end() :])
        return _set_in(number, Speaker.UNKNOWN, line)


def _set_in(number: int, speaker: Speaker, text: str) -> Marked:
    quoted = _QUOTED.match(text)
    inner = (quoted["text"] or quoted["curly"]) if quoted is not None else ""
    if ANCHOR.match(inner):
        text = inner
    if speaker is not Speaker.UNKNOWN:
        return Marked(number, speaker, text)
    bare = text.lstrip(" \t")
    return Marked(number, speaker, text, len(text) - len(bare))


def _is_mark(prefix: str) -> bool:
    """Whether all words of it are such as marks are made of."""
    at, words, strange = 0, 0, 0
    while at < len(prefix):
        if prefix[at] in " \t":
            at += 1
            continue
        found = _TOKEN.match(prefix, at)
        words += 1
        if found is None or found.end() == at:
            found = _PLAIN.match(prefix, at)
            strange += 1
        if found is None or words > 16 or strange > 2:
            return False
        at = found.end()
    # The name of a host or a program, in a log that has the time or a number before its lines.
    return not strange or (_RUN.search(prefix) is not None and prefix.rstrip()[-1] in ":>])|=\"'")


_OTHER_SIDE = {
    "s": "c", "server": "client", "recv": "send", "received": "sent", "receiving": "sending",
    "rx": "tx", "in": "out", "read": "write", "resp": "cmd", "get": "put",
}  # fmt: skip
_OTHER_SIDE |= {other: word for word, other in _OTHER_SIDE.items()}
_TURNED = str.maketrans("<>\u2190\u2192\u00ab\u00bb", "><\u2192\u2190\u00bb\u00ab")
_SIDED = re.compile(
    rf"(?P<word>(?<![A-Za-z])(?:{'|'.join(_OTHER_SIDE)})(?![A-Za-z]))|[-=<>\u2190\u2192\u00ab\u00bb]+",
    re.IGNORECASE,
)


def _mirrored(known: Mapping[str, Speaker]) -> dict[str, Speaker]:
    """The marks of the other side, by those of one: `-->` by `<--`, SEND by RECV."""
    other = {Speaker.CLIENT: Speaker.SERVER, Speaker.SERVER: Speaker.CLIENT}
    return {_SIDED.sub(_turned, shape): other[speaker] for shape, speaker in known.items()
            if speaker in other and _SIDED.sub(_turned, shape) != shape}  # fmt: skip


def _turned(found: re.Match[str]) -> str:
    word = found["word"]
    if not word:
        return found[0][::-1].translate(_TURNED)
    turned = _OTHER_SIDE[word.lower()]
    return turned.upper() if word.isupper() else turned.title() if word.istitle() else turned


def _strays(
    known: Mapping[str, Speaker], counts: Mapping[Speaker, Counter[str]]
) -> list[str]:  # fmt: skip
    """What stands once before a reply, where another mark stands often, is a line of the mail's."""
    most = {who: max((counts[who][each] for each in known if known[each] is who), default=0)
            for who in counts}  # fmt: skip
    return [
        shape for shape, who in known.items()
        if most.get(who, 0) > _OFTEN and counts[who][shape] == 1
        and not _CLIENT_MARK.search(shape) and not _SERVER_MARK.search(shape)
    ]  # fmt: skip


def _speaker(
    shape: str, server: Counter[str], client: Counter[str], answered: Counter[str]
) -> Speaker:
    """Whose mark it is."""
    # Known by sight; mail may hold a command or a reply, so the most of them decide. An arrow may be
    # a quotation, which stands before both alike.
    sure = 1 if any(map(str.isalpha, shape)) else 2
    if _CLIENT_MARK.search(shape) and client[shape] >= sure * server[shape]:
        return Speaker.CLIENT
    if _SERVER_MARK.search(shape) and server[shape] >= sure * client[shape]:
        return Speaker.SERVER
    if shape.strip() == "<" and server[shape] >= 2 * client[shape]:
        return Speaker.SERVER  # nobody quotes so
    if server[shape] and client[shape]:
        return Speaker.UNKNOWN
    # Not known by sight. The client's have replies right behind them, and theirs have a mark too.
    replied = {each for each in client if not server[each] and 2 * answered[each] >= client[each]}
    if not replied or shape.strip(" \t|\x00.") == "":
        return Speaker.UNKNOWN
    if server[shape]:
        return Speaker.SERVER
    return Speaker.CLIENT if shape in replied else Speaker.UNKNOWN
