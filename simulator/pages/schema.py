"""Pages to values: `build` checks a page against a type, `json_schema` tells editors about it.

pydantic is imported by the functions, when a page is really checked.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

from simulator.pages.page import Page, PageError

__all__ = ["build", "json_schema"]

T = TypeVar("T")


def build(page: Page, type_: type[T]) -> T:
    """The value of `type_` that the page describes.

    `type_` is a paper (see `simulator.pages.papers`), or anything pydantic knows that is made of
    papers, lists, mappings and scalars. Whole numbers, numbers and truth values are read by the
    page's own strict rules; a union takes the first member that fits.

    Raises PageError with every finding about the page.
    """
    from pydantic_core import ValidationError

    from simulator.pages.shape import shape_of

    shape = shape_of(type_)
    try:
        return cast("T", shape.validator.validate_python(page.data))
    except ValidationError as problem:
        from simulator.pages.wording import findings

        errors = cast("list[dict[str, Any]]", problem.errors(include_url=False))
        raise PageError(findings(page, shape, errors)) from None


def json_schema(type_: type[Any]) -> dict[str, Any]:
    """The JSON Schema of the pages of `type_`, for editors that complete and check YAML.

    Where a page wants text it may hold any scalar (`007` is text here), so those places take
    strings, numbers and truth values.
    """
    from pydantic import TypeAdapter

    schema = TypeAdapter(type_).json_schema(by_alias=True)
    return cast("dict[str, Any]", _widened(schema))


def _widened(part: object) -> object:
    if isinstance(part, list):
        return [_widened(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    wide = {name: _widened(inner) for name, inner in part.items()}
    if part.get("type") == "string" and not {"const", "enum"} & part.keys():
        wide["type"] = ["string", "number", "boolean"]
    return wide
