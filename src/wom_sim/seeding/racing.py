"""Finding the best of several candidates by simulation: who is clearly behind is dropped before much time is spent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FIRST_REPLICAS = 32
"""Replicas that every candidate is given; then twice as many for those left, and so on."""

_CHANCE = 0.05
"""Of calling the best behind, in a race as a whole."""


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
    """Who came first in a race.

    best : -1 where no value is known
    close : others who were never clearly behind
    first_means : of each candidate, in the replicas that all are given; -inf where no value is known
    """

    best: int
    close: tuple[int, ...]
    first_means: Mapping[int, float]


def race(
    candidates: Sequence[int],
    draw: Callable[[int, int, int], NDArray[np.float64]],
    n_most: int,
    *,
    n_kept: int | None = None,
) -> Verdict:
    """Return the candidate with the largest mean; of equals the one who stands first.

    After each round the better half of those left goes on, and of these nobody whose difference to the leader, replica
    by replica, is below 0 for sure: by Student's t, with the chance of an error shared among candidates and rounds
    (Bonferroni). A replica in which a value is not known counts for no difference.

    Parameters
    ----------
    draw : gives a candidate's values in replicas first .. last - 1, the same luck for all; NaN: not known
    n_most : replicas given to those who are never dropped
    n_kept : so many go on after the first round at most; None: half of them

    Source: halves: Karnin, Koren & Somekh (2013), "Almost optimal exploration in multi-armed bandits", ICML; those
    behind: Maron & Moore (1997), "The racing algorithm", Artificial Intelligence Review 11.
    """
    alive, close = list(candidates), list[int]()
    values = {candidate: np.zeros(0) for candidate in alive}
    first_means: dict[int, float] = {}
    n_rounds = 1 + max(0, int(np.ceil(np.log2(n_most / FIRST_REPLICAS))))
    outside = _CHANCE / (n_rounds * max(len(alive) - 1, 1))
    n = 0
    while n < n_most and (len(alive) > 1 or n == 0):
        until = min(max(2 * n, FIRST_REPLICAS), n_most)
        for candidate in alive:
            values[candidate] = np.append(values[candidate], draw(candidate, n, until))
        means = {candidate: _mean(values[candidate]) for candidate in alive}
        n_on = (len(alive) + 1) // 2
        if n == 0:
            first_means, n_on = means, n_on if n_kept is None else min(n_on, n_kept)
        n = until
        best = max(alive, key=means.__getitem__)
        near = [c for c in alive if not interval_of(values[c] - values[best], outside=outside).high < 0.0]
        ahead = set(sorted(near, key=means.__getitem__, reverse=True)[:n_on])
        close += [c for c in near if c not in ahead]
        alive = [c for c in near if c in ahead]
    return Verdict(best if np.isfinite(means[best]) else -1, (*close, *(c for c in alive if c != best)), first_means)


def most_drawn(n_candidates: int, n_most: int, n_kept: int) -> int:
    """Return how many values a race draws at most."""
    n, total, alive = 0, 0, n_candidates
    while n < n_most and (alive > 1 or n == 0):
        until = min(max(2 * n, FIRST_REPLICAS), n_most)
        total += alive * (until - n)
        alive = (alive + 1) // 2 if n else min((alive + 1) // 2, n_kept)
        n = until
    return total


def _mean(values: NDArray[np.float64]) -> float:
    """Return the mean of known values, below all others where there are none."""
    mean = interval_of(values).mean
    return -np.inf if np.isnan(mean) else mean
