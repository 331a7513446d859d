"""What Python's interpreter shows of poplib: calls in place of lines, tuples in place of replies.

    >>> box.list()
    (b'+OK 2 messages', [b'1 120', b'2 200'], 16)

is LIST with its reply, two rows and the dot, which poplib keeps to itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["uninterpreted"]

Numbered = list[tuple[int, str]]
#: Characters of a line that are taken apart.
_LONGEST = 100_000
_CALL = re.compile(
    r"\s{0,8}(?:>>>|In \[\d{1,5}\]:) ?(?:[A-Za-z_]\w{0,40} ?= ?)?"
    r"(?:poplib\.(?P<dial>POP3(?:_SSL)?)|[A-Za-z_]\w{0,40}\.(?P<name>[a-z_]{1,12}))"
    r"\((?P<arguments>.{0,400})\)\s*$"
)
_REPLY = re.compile(r"\s{0,8}(?:Out\[\d{1,5}\]: ?)?(?P<value>\(?b?['\"][+-](?:OK|ERR)\b.*)$")
_REFUSED = re.compile(r"(?:poplib\.)?error_proto: (?P<value>b?['\"]-ERR.*)$")
_STAT = re.compile(r"(?:Out\[\d{1,5}\]: ?)?\((?P<count>\d{1,12}), (?P<octets>\d{1,18})\)\s*$")
_DEBUG = re.compile(r"\*cmd\* (?P<line>['\"].*)$")
#: What other programs do not write: octets as b'...', and the tuple around them.
_SIGN = re.compile(r"\s{0,8}(?:Out\[\d{1,5}\]: ?)?\(?b['\"][+-](?:OK|ERR)\b")
#: With these lines of its own log poplib has told each reply already.
_TOLD = re.compile(r"\*(?:resp|get)\*")
_KEYWORDS = {
    "user": "USER", "pass_": "PASS", "stat": "STAT", "list": "LIST", "retr": "RETR", "dele": "DELE",
    "noop": "NOOP", "rset": "RSET", "quit": "QUIT", "top": "TOP", "uidl": "UIDL", "stls": "STLS",
    "capa": "CAPA", "utf8": "UTF8",
}  # fmt: skip


def uninterpreted(numbered: Numbered) -> Numbered | None:
    """The lines of the dialogue, with the marks C: and S:; None: the text is of another kind."""
    if not any(_REPLY.match(line[:40]) for _, line in numbered):
        return None
    if not any(_SIGN.match(line[:500]) or _CALL.match(line[:500]) for _, line in numbered):
        return None
    told = any(_TOLD.match(line) for _, line in numbered)
    logged = any(_DEBUG.match(line) for _, line in numbered)
    if told:
        return [(number, line) for number, line in numbered if not _is_value(line)]
    return [
        (number, text)
        for number, line in numbered
        for text in _lines(line, logged=logged)
    ]  # fmt: skip


def _is_value(line: str) -> bool:
    return bool(_REPLY.match(line[:40]) or _STAT.match(line[:80]) or _CALL.match(line[:500]))


def _lines(line: str, *, logged: bool) -> Iterator[str]:
    """What one line of the interpreter stands for. `logged`: poplib has written down the lines."""
    call = _CALL.match(line[:500])
    if call is not None:
        yield from _call(call, logged=logged)
    elif found := _DEBUG.match(line[:_LONGEST]):
        yield f"C: {_value(found['line']) or ''}"
    elif found := _STAT.match(line[:80]):
        yield f"S: +OK {found['count']} {found['octets']}"
    elif found := _REPLY.match(line[:_LONGEST]) or _REFUSED.match(line[:_LONGEST]):
        value = _value(found["value"].rstrip())
        reply, rows = (
            (value[0], value[1]) if isinstance(value, tuple) and len(value) == 3 else (value, None)
        )
        yield f"S: {_text(reply)}" if reply else line
        if isinstance(rows, list):
            yield from (f"S: {_stuffed(_text(row))}" for row in rows)
            yield "S: ."
    else:
        yield line


def _call(call: re.Match[str], *, logged: bool) -> Iterator[str]:
    """The line that a call has sent."""
    keyword = _KEYWORDS.get(call["name"] or "")
    arguments = _value(f"({call['arguments']},)") if call["arguments"] else ()
    if call["dial"] and isinstance(arguments, tuple) and arguments:
        secure = call["dial"].endswith("SSL")
        port = arguments[1] if len(arguments) > 1 else 995 if secure else 110
        yield f"ncat {'--ssl ' if secure else ''}{_text(arguments[0])} {_text(port)}"
    elif keyword and not logged:
        hidden = arguments is None and keyword in {"PASS", "USER"}
        words = ["****"] if hidden else [_text(each) for each in _words(arguments)]
        yield " ".join(["C:", keyword, *words])


def _words(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _value(text: str) -> object:
    """The value of a literal; None where it is none."""
    import ast

    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _text(value: object) -> str:
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def _stuffed(row: str) -> str:
    return f".{row}" if row.startswith(".") else row
