"""What choosing people is to make large: a metric, or one metric less another, a number a replica."""

from __future__ import annotations

import difflib
import re

import numpy as np
from numpy.typing import NDArray

from ..errors import ScenarioError
from ..results.results import Results
from .table import replica_table

_FORM = re.compile(r"([a-z0-9_]+)(?:\s+-\s+([a-z0-9_]+))?")


def parts_of(objective: str, *, key: str) -> tuple[str, ...]:
    """Return the one or two metrics an objective names, such as ``positive - negative``.

    Raises
    ------
    ScenarioError
        When it is neither a metric's name nor two with a minus between blanks.
    """
    found = _FORM.fullmatch(objective.strip())
    if found is None:
        raise ScenarioError(f'{key}: must be a metric or one less another, as "positive - negative", got {objective!r}')
    return tuple(part for part in found.groups() if part)


def objective_values(results: Results, objective: str, *, key: str = "objective") -> NDArray[np.float64]:
    """Return an objective in each replica: float64 (R,); NaN where it is undefined.

    Raises
    ------
    ScenarioError
        When the model has no such metric; the message names the nearest one.
    """
    columns = replica_table(results)
    values = []
    for name in parts_of(objective, key=key):
        if name not in columns:
            near = difflib.get_close_matches(name, columns, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(columns)}"
            raise ScenarioError(f"{key}: {results.model} has no metric {name!r}; {hint}")
        values.append(columns[name].astype(np.float64))
    return values[0] if len(values) == 1 else values[0] - values[1]
