"""The form of a page, as a stdlib dataclass: `paper`, and unions told apart by a key: `tagged`.

A room that defines its pages needs no pydantic to do so. What pydantic has to know rides along as
plain data (`__pydantic_config__`) and is read only when a page is checked.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, dataclass_transform

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["key_of", "paper", "tagged"]

T = TypeVar("T")


def key_of(name: str) -> str:
    """The key on the page for a field: `unique_id` is `unique-id`, `from_` is `from`."""
    return name.rstrip("_").replace("_", "-")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def paper(cls: type[T]) -> type[T]:
    """Make `cls` a frozen, slotted, keyword-only dataclass that a page can be built into.

    Keys that are no field are refused. A `__post_init__` may raise ValueError: its text becomes
    the message of a finding at the mapping. A field without a default is a key that must be
    there.
    """
    # One __repr__ serves all: to generate one for each takes a third of the time of a class, and
    # the first prompt of a lesson waits for some thirty.
    made = dataclass(frozen=True, slots=True, kw_only=True, repr=False)(cls)
    made.__repr__ = _shown  # type: ignore[method-assign]
    config = {"extra": "forbid", "alias_generator": key_of}
    made.__pydantic_config__ = config  # type: ignore[attr-defined]
    return made


def _shown(self: Any) -> str:  # noqa: ANN401 -- any paper
    said = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self))
    return f"{type(self).__qualname__}({said})"


@dataclass(frozen=True, slots=True)
class tagged:  # noqa: N801 - it stands in an annotation, like a function
    """Tells the members of a union apart by the text under one key.

    `Step = Annotated[Say | Do, tagged()]`, where each member is a paper with a field like
    `kind: Literal["say"] = "say"`. Findings then speak of the one member that was meant.
    """

    key: str = "kind"

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        from pydantic import Field

        field: Any = Field(discriminator=self.key)
        annotated: Any = Annotated
        return handler(annotated[source, field])
