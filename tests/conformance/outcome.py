"""Runs checks against a server, and tells what came of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .call import DoesNotApply, Failed
from .dial import Dial, Server
from .table import MUST, Check

__all__ = ["Outcome", "as_json", "as_table", "run", "run_all"]

PASSED, FAILED, ASIDE = "passed", "failed", "does not apply"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one check on one kind of line; `what` says why, where it did not pass."""

    check: Check
    kind: str
    result: str
    what: str = ""

    @property
    def breach(self) -> bool:
        """Whether something fails that an RFC says MUST be so."""
        return self.result == FAILED and self.check.level == MUST


def run(check: Check, server: Server) -> Outcome:
    """One check. Whatever the server does, an Outcome comes back."""
    try:
        dial = _dial(check, server)
        check.body(dial)
    except DoesNotApply as why:
        return Outcome(check, server.kind, ASIDE, str(why))
    except Failed as failure:
        return Outcome(check, server.kind, FAILED, str(failure))
    except OSError as error:
        return Outcome(check, server.kind, FAILED, f"the line could not be had: {error}")
    return Outcome(check, server.kind, PASSED)


def _dial(check: Check, server: Server) -> Dial:
    dial = server.dial(check.account(server.kind))
    for need in check.needs:
        tag, _, argument = need.partition(":")
        if tag not in dial.offers or (argument and argument not in dial.offers[tag]):
            raise DoesNotApply(f"{need.replace(':', ' ')} is not announced")
    return dial


def run_all(checks: Iterable[Check], servers: Sequence[Server]) -> list[Outcome]:
    """All these checks on each kind of line on which they have a meaning."""
    every = list(checks)
    return [
        run(check, server) for server in servers for check in every if server.kind in check.kinds
    ]


def as_table(outcomes: Sequence[Outcome]) -> str:
    """A table with a row for each RFC and kind of line, and behind it what failed."""
    rows = [f"{'':9}{'line':8}{'passed':>8}{'failed':>8}{'does not apply':>16}"]
    for rfc in sorted({each.check.rfc for each in outcomes}, key=int):
        for kind in dict.fromkeys(each.kind for each in outcomes):
            some = [each for each in outcomes if each.check.rfc == rfc and each.kind == kind]
            if some:
                rows.append(_row(f"RFC {rfc}", kind, _counts(some)))
    rows.append(_row("all", "", _counts(outcomes)))
    for outcome in outcomes:
        if outcome.result == FAILED:
            rows += ["", *_story(outcome)]
    return "\n".join(rows)


def _row(name: str, kind: str, counts: Mapping[str, int]) -> str:
    return f"{name:9}{kind:8}{counts[PASSED]:8}{counts[FAILED]:8}{counts[ASIDE]:16}"


def _counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    counts = dict.fromkeys((PASSED, FAILED, ASIDE), 0)
    for outcome in outcomes:
        counts[outcome.result] += 1
    return counts


def _story(outcome: Outcome) -> list[str]:
    check = outcome.check
    head = f"{check.id} on {outcome.kind}: {check.level}, {check.where}"
    return [head, f"  {check.requirement}", *(f"  {line}" for line in outcome.what.splitlines())]


def as_json(outcomes: Sequence[Outcome]) -> str:
    """The same for programs: a list of objects."""
    rows = [
        {
            "id": each.check.id, "level": each.check.level, "where": each.check.where,
            "requirement": each.check.requirement, "line": each.kind, "result": each.result,
            "what": each.what,
        }
        for each in outcomes
    ]  # fmt: skip
    return json.dumps(rows, indent=1)
