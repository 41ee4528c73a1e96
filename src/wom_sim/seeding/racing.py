"""Finding the best of several candidates by simulation: who is clearly behind is dropped before much time is spent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FIRST_REPLICAS = 32
"""Replicas that every candidate is given; then twice as many for those left, and so on."""

_CHANCE = 0.05
"""Of dropping somebody who is not behind, in a race as a whole."""


@dataclass(frozen=True)
class Interval:
    """A mean and the interval that holds it; NaN where it is not known, as the ends are with one value."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.4g} (95 % interval {self.low:.4g} to {self.high:.4g})"


def interval_of(values: NDArray[np.float64], *, outside: float = 0.025) -> Interval:
    """Return the interval of a mean by Student's t, NaN passed over.

    Parameters
    ----------
    outside : chance that the mean lies above the interval, and again that it lies below
    """
    from scipy.special import stdtrit

    known = values[~np.isnan(values)]
    n = len(known)
    if n == 0:
        return Interval(np.nan, np.nan, np.nan)
    mean = float(known.mean())
    if n == 1:
        return Interval(mean, np.nan, np.nan)
    margin = float(stdtrit(n - 1, 1.0 - outside) * known.std(ddof=1) / np.sqrt(n))
    return Interval(mean, mean - margin, mean + margin)


@dataclass(frozen=True)
class Verdict:
    """Who came first in a race, and how many others could not be told apart; `best` is -1 where no value is known."""

    best: int
    n_close: int


def race(candidates: Sequence[int], draw: Callable[[int, int, int], NDArray[np.float64]], n_most: int) -> Verdict:
    """Return the candidate with the largest mean; of equals the one who stands first.

    After each round those are dropped whose difference to the leader, replica by replica, is below 0 for sure: by
    Student's t, with the chance of an error shared among candidates and rounds (Bonferroni). A replica in which a
    value is not known counts for no difference.

    Parameters
    ----------
    draw : gives a candidate's values in replicas first .. last - 1, the same luck for all; NaN: not known
    n_most : replicas given to those who are never dropped

    Source: Maron & Moore (1997), "The racing algorithm", Artificial Intelligence Review 11.
    """
    alive = list(candidates)
    values = {candidate: np.zeros(0) for candidate in alive}
    n_rounds = 1 + max(0, int(np.ceil(np.log2(n_most / FIRST_REPLICAS))))
    outside = _CHANCE / (n_rounds * max(len(alive) - 1, 1))
    n = 0
    while n < n_most and (len(alive) > 1 or n == 0):
        until = min(max(2 * n, FIRST_REPLICAS), n_most)
        for candidate in alive:
            values[candidate] = np.append(values[candidate], draw(candidate, n, until))
        n = until
        best = max(alive, key=lambda candidate: _mean(values[candidate]))
        behind = {other for other in alive if interval_of(values[other] - values[best], outside=outside).high < 0.0}
        alive = [other for other in alive if other not in behind]
    return Verdict(best if np.isfinite(_mean(values[best])) else -1, len(alive) - 1)


def _mean(values: NDArray[np.float64]) -> float:
    """Return the mean of known values, below all others where there are none."""
    mean = interval_of(values).mean
    return -np.inf if np.isnan(mean) else mean
