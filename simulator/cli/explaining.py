"""`port110 explain`: a session from a page, a log, a terminal or a capture, with the margin."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from simulator.console.visible import visible
from simulator.teaching import Margin

from .course import annotator
from .exits import Exit
from .places import find_places
from .terminal import open_screen

if TYPE_CHECKING:
    from simulator.console.accounts import Account, Entry
    from simulator.transcript import Finding, Reading, Unread

    from .main import Wishes

__all__ = ["explain"]


def explain(wishes: Wishes, source: str, *, as_json: bool, width: int | None) -> int:
    """Read the file, or standard input for "-", and explain what it holds. The exit status."""
    from simulator.console.accounts import accounts, hidden_unread
    from simulator.hosts import load_personalities

    reading = _reading(source)
    if reading is None:
        return Exit.FAILED
    places = find_places()
    margin = Margin(wishes.margin) if wishes.margin else Margin.FULL
    known = load_personalities(cache=places.cache)
    told = list(accounts(reading, annotator(places), known, margin))
    unread = list(hidden_unread(reading))
    if as_json:
        click.echo(json.dumps(_document(source, reading, told, unread), indent=2))
    elif told:
        from simulator.console.narration import narrate

        narrate(open_screen(wishes, width), reading, told, unread, margin)
    if not told:
        other = reading.foreign
        _complain(
            f"No session was recognised: this looks like {other}, and what is explained here is POP3."
            if other
            else "No session was recognised: no line is a reply of POP3 (+OK, -ERR) to a line of a "
            "client.",
            *(f"line {each.line}: {each.why}: {each.text}" for each in unread[: 0 if other else 5]),
        )
    return Exit.DONE if told else Exit.FAILED


def _reading(source: str) -> Reading | None:
    """What is in the file; None, and said so, where it cannot be read."""
    from simulator.transcript import CAPTURES, LONGEST_TEXT, NotText, read, read_capture, text_of

    octets = _octets(source, LONGEST_TEXT + 1)
    if octets is None:
        return None
    if len(octets) > LONGEST_TEXT:
        octets = octets[:LONGEST_TEXT]
        _complain(f"Only the first {LONGEST_TEXT // 2**20} MiB are read; the rest is left out.")
    try:
        if octets[:4] in CAPTURES:
            return read_capture(octets)
        return read(text_of(octets))
    except NotText as problem:
        _complain(f"{_name(source)} cannot be read: {problem}.")
        return None


def _octets(source: str, most: int) -> bytes | None:
    if source == "-":
        if sys.stdin.isatty():
            _complain("Paste a session, and end it with Ctrl-D on a line of its own.")
        return sys.stdin.buffer.read(most)
    try:
        with open(source, "rb") as file:  # noqa: PTH123 -- a name as the user wrote it
            return file.read(most)
    except OSError as error:
        _complain(f"{_name(source)} cannot be read: {error.strerror or error}.")
        return None


def _name(source: str) -> str:
    return "Standard input" if source == "-" else source


def _complain(*lines: str) -> None:
    for line in lines:
        click.echo(visible(line), err=True)


# For programs. The keys are written down in the README, and a test holds them.


def _document(
    source: str, reading: Reading, told: Sequence[Account], unread: Iterable[Unread]
) -> dict[str, Any]:
    return {
        "format": 1,
        "source": source,
        "unit": reading.unit,
        "lines": reading.lines,
        "undone": list(reading.undone),
        "sessions": [_session(account) for account in told],
        "not_understood": [
            {"line": each.line, "text": _text(each.text), "why": each.why} for each in unread
        ],
    }


def _session(account: Account) -> dict[str, Any]:
    dialogue, like, end = account.dialogue, account.like, account.dialogue.end
    return {
        "first": dialogue.lines[0],
        "last": dialogue.lines[1],
        "host": _text(dialogue.host),
        "port": dialogue.port,
        "tls": dialogue.secure,
        "server": like and {
            "personality": like.name, "name": like.server, "real": like.real,
            "sure": like.sureness.value,
            "lines": list(account.telling), "also": list(like.also),
        },
        "events": [_event(entry) for entry in account.entries],
        "end": end and {
            "by": end.by.value, "state": end.state.value,
            "removed": list(end.removed), "forgotten": list(end.forgotten),
        },
        "closing": [_note(note) for note in account.closing],
    }  # fmt: skip


def _event(entry: Entry | Finding) -> dict[str, Any]:
    from simulator.console.accounts import Entry
    from simulator.console.lacks import lack_sentence

    if not isinstance(entry, Entry):
        return {
            "kind": "missing", "what": entry.lack.value, "line": entry.line,
            "numbers": list(entry.numbers), "text": _text(lack_sentence(entry)),
        }  # fmt: skip
    turn, exchange = entry.turn, entry.exchange
    reply = exchange.reply
    return {
        "kind": "exchange",
        "said_at": turn.said_at,
        "heard_at": turn.heard_at,
        "said": None if entry.said is None else _text(entry.said),
        "restored": turn.restored,
        "reply": _text(reply.line),
        "body": None if reply.body is None else [_row(row) for row in reply.lines],
        "whole": turn.doubt.value != "part",
        "before": exchange.before.value,
        "after": exchange.after.value,
        "reason": exchange.reason and exchange.reason.value,
        "effects": [
            {"kind": each.kind.value, "numbers": list(each.numbers), "name": _text(each.name)}
            for each in exchange.effects
        ],
        "breaches": [
            {"rule": each.rule.word, "force": each.rule.force.value} for each in turn.breaches
        ],
        "notes": [_note(note) for note in entry.notes],
    }


def _note(note: Any) -> dict[str, str]:  # noqa: ANN401 -- a teaching.Note
    return {"kind": note.kind.value, "text": _text(note.text), "cite": note.cite}


def _row(row: bytes) -> str:
    return _text(row.decode("utf-8", "surrogateescape"))


def _text(text: str) -> str:
    r"""Text as JSON may hold it: an octet that is no UTF-8 as `\xff`."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
