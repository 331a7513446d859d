"""Logs of several calls at once, whose lines bear the call they belong to: one after the other."""

from __future__ import annotations

import re

from .marks import ANCHOR

__all__ = ["untangled"]

Numbered = list[tuple[int, str]]
#: What a log calls a call by: conn=5, [this=7f01], pop3d[77]:
_CALL = re.compile(
    r"\b(?:conn(?:ection)?|session|sid|client|this|call|cid)[ =:#]{1,2}(?P<named>\w{0,20}\d\w{0,20})\b"
    r"|\b[A-Za-z][\w./-]{0,30}\[(?P<pid>\d{1,9})\]",
    re.IGNORECASE,
)
#: Characters of a line in which that stands, and how many calls there may be.
_WHERE, _MOST = 120, 200


def untangled(numbered: Numbered) -> Numbered | None:
    """The lines call by call; None: there is one call, or they are apart already."""
    calls: dict[str, Numbered] = {}
    turns = 0  # how often another call goes on
    last = ""
    for number, line in numbered:
        found = _CALL.search(line[:_WHERE])
        call = (found["named"] or found["pid"]) if found is not None else last
        if call != last:
            turns += 1
            if len(calls) > _MOST:
                return None
        calls.setdefault(call, []).append((number, line))
        last = call
    head = calls.pop("", [])
    if len(calls) < 2 or turns <= len(calls) or not all(map(_is_whole, calls.values())):
        return None
    return [
        *head,
        *(line for call in calls.values() for line in [(call[0][0], "-- connect"), *call]),
    ]


def _is_whole(lines: Numbered) -> bool:
    """Whether they are a dialogue of their own: the server begins, and answers what is said."""
    anchors = [found for _, line in lines if (found := ANCHOR.search(line[:200]))]
    replies = sum(found["server"] is not None for found in anchors)
    said = len(anchors) - replies
    return bool(anchors) and anchors[0]["server"] == "+OK" and 0 < said <= replies <= said + 2
