"""A number that a goal is held against, from a file of what was observed."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from ..durations import Duration
from ..errors import ScenarioError
from ..models.campaign import ObservedSeries
from ..spec import nearest
from .text import read_text

_KEY = "goal.against"


def observed_number(series: ObservedSeries, within: Duration, folder: Path) -> tuple[float, str]:
    """Return the sum of a column over a time as long as the goal's, the last one in the file, and what was taken.

    Parameters
    ----------
    folder : that the file's path starts from

    Raises
    ------
    ScenarioError
        When there is no such file, column or time.
    """
    try:
        text = read_text(str(folder / series.file))
    except ScenarioError as error:
        raise ScenarioError(f"{_KEY}.file: {error}") from None
    rows = list(csv.DictReader(text.splitlines()))
    names = list(rows[0]) if rows else []
    if series.column not in names:
        raise ScenarioError(
            f"{_KEY}.column: {series.file} has no column {series.column!r}; {nearest(series.column, names)}"
        )
    wanted = within / series.every
    n = round(wanted)
    if n < 1 or abs(wanted - n) > 1e-9 * wanted:
        raise ScenarioError(f"{_KEY}.every: goal.within = {within} must be a whole number of rows of {series.every}")
    if len(rows) < n:
        raise ScenarioError(
            f"{_KEY}.file: {series.file} has {len(rows):,} rows of {series.every}, and a time equal to goal.within = "
            f'{within} takes {n:,}; give a longer series, or say how long a row stands for: every = "1w"'
        )
    last = range(len(rows) - n, len(rows))
    total = math.fsum(_number(rows[i][series.column], series, i + 2) for i in last)
    if total <= 0.0:
        said = f"the last {n:,} rows of {series.column!r} sum to {total:g}"
        raise ScenarioError(f"{_KEY}.column: {said}; must be above 0")
    taken = "all rows" if n == len(rows) else f"the last {n:,} of {len(rows):,} rows"
    return total, f"goal: held against {total:,.6g}, the sum of {series.column!r} over {taken} of {series.file}"


def _number(cell: str | None, series: ObservedSeries, line: int) -> float:
    try:
        value = float(cell or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ScenarioError(
            f"{_KEY}.column: {series.file}, line {line}: {series.column!r} must be a number, got {cell!r}"
        )
    return value
