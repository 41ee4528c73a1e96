"""Ranges of arguments: each check returns the value or raises ValueError with one line."""

from __future__ import annotations

import math
import operator
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def prob(name: str, value: float) -> float:
    """Return a chance in [0, 1]."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name}: must be in [0, 1], got {value}")
    return float(value)


def positive(name: str, value: float) -> float:
    """Return a finite number above 0."""
    if not 0 < value < math.inf:
        raise ValueError(f"{name}: must be above 0 and finite, got {value}")
    return float(value)


def at_least(name: str, value: float, low: float) -> float:
    """Return a finite number of at least `low`."""
    if not low <= value < math.inf:
        raise ValueError(f"{name}: must be at least {low} and finite, got {value}")
    return float(value)


def count(name: str, value: SupportsIndex, low: int = 0, high: int | None = None) -> int:
    """Return a whole number from `low` to `high`."""
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name}: must be a whole number, got {value!r}") from None
    if number < low:
        raise ValueError(f"{name}: must be at least {low}, got {number}")
    if high is not None and number > high:
        raise ValueError(f"{name}: must be at most {high}, got {number}")
    return number


def times(name: str, values: ArrayLike) -> Floats:
    """Return times as float64 (n,), each finite and at least 0, in any order."""
    found = np.atleast_1d(np.asarray(values, np.float64))
    if found.ndim != 1:
        raise ValueError(f"{name}: must have one dimension, got {found.ndim}")
    wrong = ~((found >= 0) & (found < math.inf))
    if wrong.any():
        raise ValueError(f"{name}: must be at least 0 and finite, got {found[wrong][0]}")
    return found


def degree_prob(values: ArrayLike) -> Floats:
    """Return the chances of the degrees 0..K as float64 (K + 1,): they sum to 1, and somebody has a tie."""
    found = np.asarray(values, np.float64)
    if found.ndim != 1 or not found.size:
        raise ValueError(f"degree_prob: must have one dimension and an entry per degree, got shape {found.shape}")
    if not (found >= 0).all():
        raise ValueError(f"degree_prob: must be at least 0, got {found[~(found >= 0)][0]}")
    if not abs(found.sum() - 1) <= 1e-9:
        raise ValueError(f"degree_prob: must sum to 1, got {found.sum()}")
    if not found[1:].any():
        raise ValueError("degree_prob: must give a degree above 0 a chance, got none")
    return np.asarray(found / found.sum())
