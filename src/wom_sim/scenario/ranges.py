"""Ranges that a key may take values from: of numbers, of whole numbers, of lengths of time."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ..durations import UNITS, Duration
from ..spec import Spec, refuse_number_in_quotes, show

_MINUTE = UNITS["min"] / UNITS["d"]


def _read_end(given: Any) -> Any:
    said = f'must be a number, or a duration such as "6h", got {show(given)}'
    if isinstance(given, str):
        try:
            return Duration(str(refuse_number_in_quotes(given)))
        except ValueError as error:
            said = str(error)
    elif isinstance(given, int | float) and not isinstance(given, bool):
        if math.isfinite(given):
            return given
        said = f"must be a finite number, got {given}"
    elif isinstance(given, datetime.date):
        said += "; list dates one by one"
    raise PydanticCustomError("end", "{said}", {"said": said})


End = Annotated[Duration | float, BeforeValidator(_read_end)]


class Range(Spec):
    """What a key may be: an entry of `[uncertain]`, or of `[sweep]` in place of a list."""

    low: End
    """Lowest value: a number, or a duration such as "1h"."""
    high: End
    """Highest value, above `low`."""
    scale: Literal["linear", "log"] = "linear"
    """Whether values between are equally likely by difference or by ratio."""

    def problem(self) -> str:
        """Return what is wrong with the two ends together; empty where nothing is."""
        if isinstance(self.low, Duration) != isinstance(self.high, Duration):
            return f"low and high must be two numbers or two durations, got {_text(self.low)} and {_text(self.high)}"
        if self.low >= self.high:
            return f"low must be below high, got {_text(self.low)} and {_text(self.high)}"
        if self.scale == "log" and self.low <= 0.0:
            return f'low must be above 0 with scale = "log", got {_text(self.low)}'
        return ""


class Span(Spec):
    """A checked range.

    Coordinates in [0, 1] stand for values: 0 for the lowest, 1 for the highest, those between by difference or, with
    `log`, by ratio. Where only multiples of `unit` are allowed the range is widened by half a unit on each side and the
    value rounded, so that the first and the last whole number have the share of the others. Lengths of time from a
    minute on are rounded to whole seconds.
    """

    low: float
    """Lowest value; of a length of time in days."""
    high: float
    """Highest value."""
    log: bool = False
    """Whether equal ratios are equally far apart."""
    unit: float = Field(default=0.0, ge=0.0)
    """What values are multiples of: 1 for whole numbers, a step in days for lengths of time; 0: any value."""
    duration: bool = False
    """Whether values are lengths of time, written as text."""

    def at(self, coordinate: float) -> Any:
        """Return the value at a coordinate in [0, 1], as it would stand in a scenario file."""
        half = self.unit / 2.0
        return self._written(_between(self.low - half, self.high + half, coordinate, log=self.log))

    def spread_out(self, n: int) -> list[Any]:
        """Return n >= 2 values from the lowest to the highest, equally far apart; rounded ones may be equal."""
        numbers = [_between(self.low, self.high, i / (n - 1), log=self.log) for i in range(n)]
        # Twelve digits: 0.15 rather than 0.15000000000000002.
        return [self._written(float(f"{number:.12g}")) for number in numbers]

    def number(self, value: Any) -> float:
        """Return a value as a number; a length of time in days."""
        return float(Duration(value)) if self.duration else float(value)

    def _written(self, number: float) -> Any:
        if self.unit:
            number = math.floor(number / self.unit + 0.5) * self.unit
        number = min(max(number, self.low), self.high)
        if not self.duration:
            return int(number) if self.unit else number
        return str(Duration(f"{round(number * UNITS['d'])}s" if self.low >= _MINUTE else number))


def find_span(given: Range, problem_with: Callable[[Any], str], *, step: float | None) -> Span | tuple[Any, str]:
    """Find out by trying which values between two ends a key takes: any, or whole numbers or steps only.

    Parameters
    ----------
    given : whose `problem` is empty
    problem_with : says what is wrong with a value of the key; empty where nothing is
    step : length of the model's steps in days, None where steps have none

    Returns
    -------
    Span, or the value that cannot be taken and why
    """
    if isinstance(given.low, Duration):
        return _lengths(given, problem_with, step)
    span = Span(low=given.low, high=given.high, log=given.scale == "log")
    for end in (span.low, span.high):
        if not (problem := problem_with(end)):
            continue
        if not end.is_integer():
            return _number(end), problem
        if problem := problem_with(int(end)):
            return int(end), problem
        span = span.model_copy(update={"unit": 1.0})
    if span.unit:
        # A key that takes 1 but not 1.0 does not take 1.5 either; where only one end is whole, say so of the other.
        for end in (span.low, span.high):
            if not end.is_integer():
                return end, problem_with(end)
    return _with_middle(span, problem_with)


def _lengths(given: Range, problem_with: Callable[[Any], str], step: float | None) -> Span | tuple[Any, str]:
    for end in (given.low, given.high):
        if problem := problem_with(str(end)):
            return str(end), problem
    span = Span(low=float(given.low), high=float(given.high), log=given.scale == "log", duration=True)
    if step:
        between = (math.floor(span.low / step) + 0.5) * step
        inside = step <= span.low < between < span.high
        if inside and problem_with(str(Duration(between))):
            span = span.model_copy(update={"unit": step})
    return _with_middle(span, problem_with)


def _with_middle(span: Span, problem_with: Callable[[Any], str]) -> Span | tuple[Any, str]:
    """Return a span unless the value in its middle is refused, though its ends are not."""
    middle = span.at(0.5)
    problem = problem_with(middle)
    return (middle, problem) if problem else span


def _between(low: float, high: float, coordinate: float, *, log: bool) -> float:
    if log:
        return math.exp(math.log(low) + coordinate * (math.log(high) - math.log(low)))
    return low + coordinate * (high - low)


def _number(value: float) -> Any:
    return int(value) if value.is_integer() else value


def _text(end: float) -> str:
    return str(end) if isinstance(end, Duration) else f"{end:g}"
