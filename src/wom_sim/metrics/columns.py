"""Columns of metrics: a value a replica, and ratios of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.int64] | NDArray[np.float64]
Columns = dict[str, Column]
Counts = Mapping[str, NDArray[Any]]


def ratio(above: Column, below: Column) -> NDArray[np.float64]:
    """Return above / below, NaN where below is 0."""
    quotient = np.full(len(below), np.nan)
    np.divide(above, below, out=quotient, where=below != 0)
    return quotient


def ratio_to_gain(above: Column, below: Column) -> NDArray[np.float64]:
    """Return above / below where below is more than 0, else NaN: no gain has no price."""
    return ratio(above, np.where(below > 0, below, 0))


def pick(count: Counts, *names: str) -> Columns:
    """Return counts that are metrics under their own name."""
    return {name: count[name] for name in names}


def none_of(count: Counts) -> NDArray[np.int64]:
    """Return 0 in each replica, for what was not counted."""
    return np.zeros(len(next(iter(count.values()))), np.int64)
