"""pydantic's errors as findings: where on the page, and what to write instead."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.pages.scalars import WANTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.pages.page import Finding, Keys, Page
    from simulator.pages.shape import Shape, Spot

__all__ = ["findings"]

_MOST_FINDINGS = 100
_WANTS = {
    "string_type": "text",
    "list_type": "a list, each item on a line that begins with '- '",
    "tuple_type": "a list, each item on a line that begins with '- '",
    "set_type": "a list, each item on a line that begins with '- '",
    "frozen_set_type": "a list, each item on a line that begins with '- '",
    "dict_type": "a mapping, lines of 'key: value'",
    "mapping_type": "a mapping, lines of 'key: value'",
    "dataclass_type": "a mapping, lines of 'key: value'",
    "model_attributes_type": "a mapping, lines of 'key: value'",
    "none_required": "nothing",
}
# Limits of a type, with the names pydantic gives them.
_LIMITS = {
    "greater_than": "write a number above {gt}",
    "greater_than_equal": "write {ge} or more",
    "less_than": "write a number below {lt}",
    "less_than_equal": "write {le} or less",
    "string_too_short": "write at least {min_length} characters",
    "string_too_long": "write at most {max_length} characters",
    "string_pattern_mismatch": "write text that fits the pattern {pattern}",
    "too_short": "write at least {min_length} of these",
    "too_long": "write at most {max_length} of these",
}


@dataclass(frozen=True, slots=True)
class _Remark:
    """One error, in words. `want` is set when the value has the wrong form altogether."""

    spot: Spot
    path: Keys
    message: str
    want: str = ""
    given: object = None
    at_key: bool = False


def findings(page: Page, shape: Shape, errors: Sequence[Mapping[str, Any]]) -> list[Finding]:
    """Findings for pydantic's error details, in the order of the page."""
    remarks = _one_per_union([_remark(shape, error) for error in errors])
    found = [page.finding(r.path, r.message, key=r.at_key) for r in remarks[:_MOST_FINDINGS]]
    return sorted(found, key=lambda f: (f.line, f.column))


def _remark(shape: Shape, error: Mapping[str, Any]) -> _Remark:
    """What to say about one error."""
    kind, given, context = str(error["type"]), error["input"], error.get("ctx", {})
    spot = shape.spot(tuple(error["loc"]))
    path = spot.path
    want = str(context["want"]) if kind == WANTED else _WANTS.get(kind, "")
    if kind in ("literal_error", "enum"):
        want = _one_of(spot.choices, given)
    if want:
        return _Remark(spot, path, _write(want, given), want, given)
    if kind == "missing":
        return _Remark(spot, path[:-1], f"missing key {path[-1]!r}; add it")
    if kind == "unexpected_keyword_argument":
        return _Remark(spot, path, _unknown_key(str(path[-1]), spot.keys), at_key=True)
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _tag(spot, context)
    if kind in _LIMITS:
        message = _LIMITS[kind].format(**context) + f", got {_shown(given)}"
    elif kind == "value_error":
        message = str(context["error"])
    else:
        message = f"{error['msg']}; got {_shown(given)}"
    return _Remark(spot, path, message)


def _one_per_union(remarks: Sequence[_Remark]) -> list[_Remark]:
    """Where a value may take several forms, speak of the form that was meant, or of all at once.

    pydantic tells of every member of a union that a value does not fit. If the value has the
    form of one of them (its errors lie deeper), only those errors help; else all forms are
    named in one remark.
    """
    said: list[_Remark] = []
    groups: dict[Keys, list[_Remark]] = {}
    for remark in remarks:
        if not remark.spot.unions:
            said.append(remark)
            continue
        groups.setdefault(remark.spot.unions[0][0], []).append(remark)
    for point, group in groups.items():
        by_member: dict[str, list[_Remark]] = {}
        for remark in group:
            by_member.setdefault(remark.spot.unions[0][1], []).append(remark)
        # A member that complains of the form of the whole value was not meant.
        meant = [m for m in by_member.values() if not any(r.want and r.path == point for r in m)]
        if meant:
            nearest = min(meant, key=len)
            said.extend(nearest)
            continue
        wants = list(dict.fromkeys(r.want for r in group if r.want and r.path == point))
        said.append(_Remark(group[0].spot, point, _write(" or ".join(wants), group[0].given)))
    return said


def _tag(spot: Spot, context: Mapping[str, Any]) -> _Remark:
    """A member of a tagged union that says no kind, or one that is not known."""
    key = str(context["discriminator"]).strip("'")
    if "tag" not in context:
        kinds = ", ".join(spot.choices)
        return _Remark(spot, spot.path, f"missing key {key!r}; add it, with one of {kinds}")
    tag = str(context["tag"])
    message = f"unknown {key} {_shown(tag)}; " + _near(tag, spot.choices)
    return _Remark(spot, (*spot.path, key), message)


def _unknown_key(key: str, known: Sequence[str]) -> str:
    if not known:
        return f"unknown key {_shown(key)}; take it out"
    return f"unknown key {_shown(key)}; " + _near(key, known)


def _near(given: str, known: Sequence[str]) -> str:
    """What `given` was probably meant to be, or all there is to choose from."""
    close = difflib.get_close_matches(given.lower(), [name.lower() for name in known], 1, 0.6)
    for name in known:
        if close and name.lower() == close[0]:
            return f"did you mean {name!r}?"
    return "write one of " + ", ".join(known)


def _one_of(known: Sequence[str], given: object) -> str:
    close = difflib.get_close_matches(given, known, 1, 0.6) if isinstance(given, str) else []
    if close:
        known = [close[0], *(name for name in known if name != close[0])]
    return " or ".join(repr(name) for name in known)


def _write(want: str, given: object) -> str:
    return f"write {want}, got {_shown(given)}"


def _shown(given: object) -> str:
    """A value as a finding shows it: short, and without a control character in it."""
    if given is None:
        return "nothing"
    if isinstance(given, dict):
        return "a mapping"
    if isinstance(given, (list, tuple)):
        return "a list"
    text = str(given)
    return repr(text if len(text) <= 40 else text[:37] + "...")
