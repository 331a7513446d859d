"""The core schema of a type: made strict about text, and walked beside an error's location.

pydantic reads text generously (`1_0` is 10, `t` is true) and names places by its own words (the
tag of a union, the label of a member). Here its schema, which is plain data, is rewritten so that
conversions are the page's own, and the same data turns a location back into a way on the page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import TypeAdapter
from pydantic_core import SchemaValidator

from simulator.pages.scalars import CONVERSIONS, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.pages.page import Keys

__all__ = ["Shape", "Spot", "shape_of"]

Schema: TypeAlias = dict[str, Any]

# Parts of a core schema that hold no schemas, or objects that are not ours to copy.
_LEAVE = frozenset(
    {"metadata", "serialization", "default", "expected", "members", "cls", "config", "function"}
)
# Parts that are looked through: they add nothing to the location of an error.
_THROUGH = ("schema", "lax_schema", "python_schema")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an error is: the way on the page, the keys known there, and the unions passed.

    `keys` are those of the mapping that encloses the last step of `path`. `unions` holds (way to
    the union, label of the member), outermost first. `choices` are the tags or texts that fit.
    """

    path: Keys
    keys: tuple[str, ...] = ()
    unions: tuple[tuple[Keys, str], ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """A type, ready to check pages: `validator`, and the schema it was made from."""

    validator: SchemaValidator
    schema: Schema
    definitions: dict[str, Schema]

    def spot(self, location: tuple[str | int, ...]) -> Spot:
        """The place on the page that pydantic calls `location`."""
        for spot in self._walk(self.schema, location, Spot(())):
            return spot
        return Spot(location)

    def _walk(self, schema: Schema, rest: tuple[str | int, ...], spot: Spot) -> Iterator[Spot]:
        """Every reading of `rest` that fits `schema`, the likeliest first."""
        schema = self._bare(schema)
        if not rest:
            yield replace(spot, choices=_choices(schema))
            return
        first, rest = rest[0], rest[1:]
        match schema["type"]:
            case "dataclass-args":
                fields = {f.get("validation_alias", f["name"]): f for f in schema["fields"]}
                below = Spot((*spot.path, first), tuple(fields), spot.unions)
                if first in fields:
                    yield from self._walk(fields[first]["schema"], rest, below)
                elif not rest:
                    yield below
            case "list" | "tuple" | "set" | "frozenset" if isinstance(first, int):
                below = Spot((*spot.path, first), (), spot.unions)
                yield from self._walk(_item(schema, first), rest, below)
            case "dict":
                below = Spot((*spot.path, first), (), spot.unions)
                inner = schema.get("values_schema", {"type": "any"})
                yield from [below] if rest == ("[key]",) else self._walk(inner, rest, below)
            case "tagged-union":
                yield from self._walk(schema["choices"].get(first, {"type": "any"}), rest, spot)
            case "union":
                below = Spot(spot.path, spot.keys, (*spot.unions, (spot.path, str(first))))
                for member in self._members(schema, first):
                    yield from self._walk(member, rest, below)

    def _members(self, schema: Schema, label: str | int) -> Iterator[Schema]:
        """The members of a union that may be meant by a label; papers are labelled by name."""
        for choice in schema["choices"]:
            member = choice[0] if isinstance(choice, tuple) else choice
            if self._bare(member).get("dataclass_name", label) == label:
                yield member

    def _bare(self, schema: Schema) -> Schema:
        """The schema inside defaults, conversions, references and the like."""
        while True:
            if schema["type"] == "definition-ref":
                schema = self.definitions[schema["schema_ref"]]
                continue
            inner = next((schema[name] for name in _THROUGH if name in schema), None)
            if inner is None:
                return schema
            schema = inner


def _choices(schema: Schema) -> tuple[str, ...]:
    """The tags of a tagged union, or the texts of a literal or an enumeration."""
    match schema["type"]:
        case "tagged-union":
            return tuple(str(tag) for tag in schema["choices"])
        case "literal":
            return tuple(str(value) for value in schema["expected"])
        case "enum":
            return tuple(str(member.value) for member in schema["members"])
    return ()


def _item(schema: Schema, position: int) -> Schema:
    """The schema of the item at `position` of a list, a set or a tuple."""
    items = schema.get("items_schema", {"type": "any"})
    if isinstance(items, list):
        varying = schema.get("variadic_item_index")
        if varying is not None and position >= varying:
            position = varying
        items = items[position] if position < len(items) else {"type": "any"}
    inner: Schema = items
    return inner


def _strict(part: object) -> Any:  # noqa: ANN401 - of the form of `part`
    """A copy of a core schema in which scalars are converted by the page's rules.

    Unions take the first member that fits, in the order they are written, so that `int | str`
    means the same for everybody who reads it.
    """
    if isinstance(part, list):
        return [_strict(inner) for inner in part]
    if isinstance(part, tuple):
        return tuple(_strict(inner) for inner in part)
    if not isinstance(part, dict):
        return part
    kind = part.get("type")
    copy = {name: inner if name in _LEAVE else _strict(inner) for name, inner in part.items()}
    if kind == "union":
        copy["mode"] = "left_to_right"
    convert = CONVERSIONS.get(kind) if isinstance(kind, str) else None
    if kind == "literal":
        convert = literal(part["expected"])
    if convert is None:
        return copy
    function = {"type": "no-info", "function": convert}
    return {"type": "function-before", "function": function, "schema": copy}


@lru_cache(maxsize=64)
def _shape_of(type_: Any) -> Shape:  # noqa: ANN401 - pydantic takes types of every form
    schema = _strict(TypeAdapter(type_).core_schema)
    definitions = {inner["ref"]: inner for inner in schema.get("definitions", ())}
    return Shape(SchemaValidator(schema), schema, definitions)


def shape_of(type_: object) -> Shape:
    """The shape of a type; made once, for it costs milliseconds."""
    return _shape_of(type_)
