"""Types of fields that several sections of a campaign share."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ...spec import MAX_MONEY

MAX_ENTRIES = 250
"""Items, creators, crises or responses in one campaign."""

_T = TypeVar("_T")


def _as_tuple(given: Any) -> Any:
    return tuple(given) if isinstance(given, list) else given


def _printable(name: str) -> str:
    if not name.isprintable() or not name.strip():
        raise PydanticCustomError("name", "must be printable text, got {name}", {"name": repr(name)})
    return name


Listed = Annotated[tuple[_T, ...], BeforeValidator(_as_tuple)]
"""A TOML list, kept as a tuple."""

Entries = Annotated[tuple[_T, ...], Field(max_length=MAX_ENTRIES), BeforeValidator(_as_tuple)]
"""Tables of a list, such as `[[model.content]]`."""

EntryName = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_printable)]
Factor = Annotated[float, Field(ge=0.0, le=1e6)]
PositiveMoney = Annotated[float, Field(gt=0.0, le=MAX_MONEY)]
ChanceInPeriod = Annotated[float, Field(ge=0.0, lt=1.0)]
"""A chance over a period of time; 1 would be a clock that rings at once."""
