"""`port110 compare`: the same lines said to many servers, drawn or written as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from simulator.pop3 import decode

from .course import annotator, known, rivals, sample_mailboxes
from .exits import Exit
from .places import find_places
from .terminal import open_screen

if TYPE_CHECKING:
    from simulator.console.comparison import Comparison
    from simulator.console.rivals import Rivals
    from simulator.hosts import Answers, Group, Heard, Inquiry
    from simulator.pop3 import Personality

    from .main import Wishes

__all__ = ["Comparing", "compare_servers"]

_EXAMPLE = 'port110 compare "DELE 1" "DELE 1"'


@dataclass(frozen=True, slots=True)
class Comparing:
    """The options of the verb."""

    servers: str | None = None
    mailbox: str = "touchstone"
    before_login: bool = False
    tls: bool = False
    raw: bool = False
    as_json: bool = False
    plain: bool = False
    width: int | None = None


def compare_servers(wishes: Wishes, lines: tuple[str, ...], options: Comparing) -> int:
    """Ask, and show what came. The exit status. Raises UsageError, PageError."""
    from simulator.console.comparison import compare
    from simulator.hosts import Question

    if not lines:
        raise click.UsageError(f"Which lines? Each is one argument, as in: {_EXAMPLE}")
    places = find_places()
    (box,) = sample_mailboxes(places, [options.mailbox])
    every = rivals(places)()
    servers = every.usual if options.servers is None else _chosen(every, options.servers)
    question = Question(lines, (box,), options.before_login, options.tls)
    try:
        found = compare(question, servers, every.model, annotator(places), raw=options.raw)
    except ValueError as problem:
        raise click.UsageError(f"{problem}. Give each line as an argument of its own.") from None
    if options.as_json:
        click.echo(json.dumps(as_json(found, servers), indent=2))
    else:
        look = replace(wishes, plain=wishes.plain or options.plain)
        open_screen(look, options.width).comparison(found)
    return Exit.DONE if found.inquiries else Exit.FAILED


def _chosen(rivals: Rivals, names: str) -> Sequence[Personality]:
    """The personalities of these names. Raises UsageError with the nearest name."""
    if names.strip() == "all":
        return rivals.every
    wanted = [name for name in (each.strip() for each in names.split(",")) if name]
    if not wanted:
        raise click.UsageError("--servers names none; write names with commas between, or `all`.")
    there = {each.name: each for each in rivals.every}
    return [there[known("personality", name, list(there))] for name in wanted]


# For programs


def as_json(found: Comparison, servers: Sequence[Personality]) -> dict[str, Any]:
    """The comparison as `compare --help` describes it. No secret of a line is in it."""
    box = found.question.mailboxes[0]
    asked = {each.name: each for each in (*found.inquiries, *found.shut)}
    return {
        "question": {
            "mailbox": box.name, "user": box.owner, "messages": len(box.messages),
            "before_login": found.question.before_login, "tls": found.question.tls,
        },
        "servers": [_server(asked[name]) for name in dict.fromkeys(each.name for each in servers)],
        "lines": list(_lines(found)),
    }  # fmt: skip


def _server(inquiry: Inquiry) -> dict[str, Any]:
    way = inquiry.way
    return {
        "name": inquiry.name, "server": inquiry.personality.server,
        "way": None if way is None else way.by, "tls": None if way is None else way.tls,
    }  # fmt: skip


def _lines(found: Comparison) -> Iterator[dict[str, Any]]:
    from simulator.console.comparison import is_open
    from simulator.pop3 import parse

    for at, (answers, verdict) in enumerate(zip(found.answers, found.verdicts, strict=True)):
        row = parse(answers.line).row
        rfc = [(verdict.word, ()), *verdict.broken] if verdict.word else verdict.broken
        yield {
            "line": answers.line,
            "usage": row.usage if row else None,
            "cite": row.section if row else None,
            "open": is_open(found, at),
            "answers": [_group(answers, group) for group in answers.groups],
            "rfc": [
                {"kind": note.kind.value, "text": note.text, "cite": note.cite,
                 "servers": list(names)}
                for note, names in rfc
            ],
            "replies": {
                each.name: _reply(answers, each.heard[at], raw=found.raw)
                for each in found.inquiries
            },
        }  # fmt: skip


def _group(answers: Answers, group: Group) -> dict[str, Any]:
    from simulator.console.compared import deed

    exchange = group.heard.exchange
    status = exchange.reply.status if exchange else None
    return {
        "does": deed(group.heard),
        "status": status.value if status else None,
        "reason": exchange.reason.value if exchange and exchange.reason else None,
        "differs": group.difference.value,
        "hangs_up": group.heard.hung_up,
        "servers": list(group.servers),
        "wordings": [
            {"text": _text(answers, each.heard), "servers": list(each.servers)}
            for each in group.wordings
        ],
    }


def _text(answers: Answers, heard: Heard) -> str | None:
    return _whole(answers.shown(heard.exchange.reply.line)) if heard.exchange else None


def _whole(text: str) -> str:
    """Text that may hold octets which were no UTF-8, as text that any reader of JSON takes."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _reply(answers: Answers, heard: Heard, *, raw: bool) -> dict[str, Any]:
    reply = heard.exchange.reply if heard.exchange else None
    body = reply.body if reply else None
    short = heard.exchange is not None and heard.exchange.keyword not in {"RETR", "TOP"}
    row: dict[str, Any] = {
        "said": heard.said,
        "reply": _text(answers, heard),
        "code": reply.code if reply else None,
        "body_lines": None if body is None or reply is None else len(reply.lines),
        "body_octets": None if body is None or reply is None else reply.octets,
        "body": None,
        "hung_up": heard.hung_up,
        "delay": heard.delay,
        "state": heard.state.value,
        "breaches": [breach.rule.word for breach in heard.breaches],
    }
    if reply is not None and body is not None and (short or raw):
        row["body"] = [_whole(answers.shown(decode(line))) for line in reply.lines]
    if raw:
        row["octets"] = _whole(answers.shown(decode(heard.octets)))
    return row
