"""Lengths of time written as text, such as "6h" or "2w"; and days of the calendar."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

UNITS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_557_600}
"""Seconds in each unit; a year has 365.25 days."""

MAX_DAYS = 365_250.0

_TEXT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,15})?)(s|min|h|d|w|y)")
_EXAMPLES = 'a duration such as "6h", "1d" or "2w"'


class Duration(float):
    """A length of time in days, written in scenario files as one number and one unit: s, min, h, d, w or y.

    Two durations of the same length are equal and are written alike, whatever they were read from: "7d" and "1w".
    """

    __slots__ = ()

    def __new__(cls, value: str | float) -> Self:
        """Read a text, or take a number of days.

        Raises
        ------
        ValueError
            When a text is no duration.
        """
        return super().__new__(cls, _days(value) if isinstance(value, str) else value)

    def __str__(self) -> str:
        """Write the duration in the largest unit in which it is a whole number below 10,000, or else a decimal one."""
        days = float(self)
        numbers = {unit: days * UNITS["d"] / UNITS[unit] for unit in ("y", "d", "h", "min", "s") if days}
        whole = [f"{round(number)}{unit}" for unit, number in numbers.items() if 0 < round(number) < 10_000]
        large = [f"{round(number)}{unit}" for unit, number in numbers.items() if round(number) >= 10_000]
        decimal = [f"{number:.12f}".rstrip("0").rstrip(".") + unit for unit, number in numbers.items()]
        short = [text for text in decimal if len(text) <= 9]
        exact = (text for text in whole + short + large + decimal if _days(text) == days)
        return next(exact, f"{days:.15f}".rstrip("0").rstrip(".") + "d")

    __repr__ = __str__

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        del source, handler
        return core_schema.no_info_plain_validator_function(
            _read, serialization=core_schema.plain_serializer_function_ser_schema(str, when_used="always")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        del schema, handler
        return {"type": "string", "pattern": f"^{_TEXT.pattern}$", "examples": ["6h", "1d", "2w"]}


def _days(text: str) -> float:
    found = _TEXT.fullmatch(text)
    if not found:
        raise ValueError(f"must be {_EXAMPLES}, got {text!r}")
    days = float(found[1]) * UNITS[found[2]] / UNITS["d"]
    if days > MAX_DAYS:
        raise ValueError(f"must be at most 1000y, got {text!r}")
    return days


def _read(value: Any) -> Duration:
    from .spec import show

    if isinstance(value, Duration):
        return value
    if isinstance(value, str):
        try:
            return Duration(value)
        except ValueError as error:
            raise PydanticCustomError("duration", "{said}", {"said": str(error)}) from None
    raise PydanticCustomError("duration", "{said}", {"said": f"must be {_EXAMPLES}, got {show(value)}"})


def _positive(value: Duration) -> Duration:
    if value <= 0.0:
        raise PydanticCustomError("duration", "{said}", {"said": f'must be longer than "0d", got {str(value)!r}'})
    return value


PositiveDuration = Annotated[Duration, AfterValidator(_positive)]


def _read_date(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        said = f"must be a date without a time, such as {value.date().isoformat()}, got {value.isoformat()}"
        raise PydanticCustomError("date", "{said}", {"said": said})
    if isinstance(value, str) and re.fullmatch(r"\s*\d{4}-\d\d-\d\d\s*", value):
        raise PydanticCustomError("date", "{said}", {"said": f"write {value.strip()} without quotes, got {value!r}"})
    return value


Date = Annotated[datetime.date, BeforeValidator(_read_date)]
"""A day of the calendar; TOML writes it 2026-03-02, without quotes."""
