"""Two plans, or several, replica by replica on the same luck: differences, who is ahead, what pairing bought."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .intervals import Chance, Floats, Interval, chance, known, t_quantile

LOPSIDED = 0.3
"""A mean's interval is too short where skewness / sqrt(n) of what it is the mean of is above this.

Measured with 3000 sets of n values each, Student's interval held the true mean in 95 % of normal sets; of 100 and 20
lognormal values (sigma = 1; 0.6 and 1.4 here) in 93 and 87 %; of 100 and 20 exponential values (0.2 and 0.4) in 95 and
91 %; of 100 values of which 5 % are 50 standard deviations larger (0.4) in 89 %.
"""


@dataclass(frozen=True)
class Difference:
    """By how much one plan is above another.

    mean, standard_error : of the difference; NaN where too few replicas define it
    interval : 95 % of the mean difference, by Student's t
    n : pairs, or unpaired replicas of the plan that has fewer
    n_left_out : replicas left out because the metric is undefined in one of the two
    paired : the same people and the same luck, replica by replica
    reduction : how many times as many replicas without pairing would be as exact: (var A + var B) / var(A - B);
                inf where all differences are equal, NaN where unpaired or unknown
    lopsided : a few replicas carry the difference, so that the interval is too short
    """

    mean: float
    standard_error: float
    interval: Interval
    n: int
    n_left_out: int
    paired: bool
    reduction: float
    lopsided: bool

    @property
    def clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.interval.low > 0.0 or self.interval.high < 0.0


def paired_difference(a: Floats, b: Floats) -> Difference:
    """Return how much more a is than b, over the replicas in which both are defined.

    Parameters
    ----------
    a, b : float64 (R,)   a metric, replica by replica on the same luck; NaN where it is undefined

    Source: variance reduction as Law & Kelton, Simulation Modeling and Analysis, chapter 11 (common random numbers).
    """
    both = ~(np.isnan(a) | np.isnan(b))
    one, other = a[both], b[both]
    n = len(one)
    gap = one - other
    left_out = len(a) - n
    if n < 2:
        mean = float(gap.mean()) if n else math.nan
        return Difference(mean, math.nan, Interval(-math.inf, math.inf), n, left_out, True, math.nan, False)
    variance, apart = float(np.var(gap, ddof=1)), float(np.var(one, ddof=1) + np.var(other, ddof=1))
    alike = math.nan if apart == 0.0 else math.inf
    reduction = apart / variance if variance else alike
    error = math.sqrt(variance / n)
    return _difference(float(gap.mean()), error, n - 1.0, n, left_out, reduction, lopsided=_lopsided(gap))


def unpaired_difference(a: Floats, b: Floats) -> Difference:
    """Return how much more a is than b, with other people or other luck: Welch's interval.

    Parameters
    ----------
    a, b : float64 (R,), (S,)   a metric in replicas that have nothing to do with each other

    Source: Welch (1947), Biometrika 34, 28.
    """
    one, other = known(a), known(b)
    n, left_out = min(len(one), len(other)), len(a) + len(b) - len(one) - len(other)
    if n < 2:
        mean = float(one.mean() - other.mean()) if n else math.nan
        return Difference(mean, math.nan, Interval(-math.inf, math.inf), n, left_out, False, math.nan, False)
    parts = np.array([np.var(one, ddof=1) / len(one), np.var(other, ddof=1) / len(other)])
    error = math.sqrt(float(parts.sum()))
    degrees = n - 1.0
    if error > 0.0:
        degrees = float(parts.sum() ** 2 / (parts**2 / (np.array([len(one), len(other)]) - 1.0)).sum())
    mean = float(one.mean() - other.mean())
    lopsided = _lopsided(one) or _lopsided(other)
    return _difference(mean, error, degrees, n, left_out, math.nan, lopsided=lopsided, paired=False)


def _difference(
    mean: float,
    error: float,
    degrees: float,
    n: int,
    left_out: int,
    reduction: float,
    *,
    lopsided: bool,
    paired: bool = True,
) -> Difference:
    margin = t_quantile(degrees) * error
    return Difference(
        mean, error, Interval(mean - margin, mean + margin), n, left_out, paired, reduction, lopsided=lopsided
    )


def _lopsided(values: Floats) -> bool:
    spread = float(np.std(values))
    if spread == 0.0:
        return False
    skewness = float(np.mean(((values - values.mean()) / spread) ** 3))
    return abs(skewness) / math.sqrt(len(values)) > LOPSIDED


def ahead(a: Floats, b: Floats, *, paired: bool, larger: bool = True) -> Chance:
    """Return in how many replicas a is ahead of b, ties counted half, with its 95 % interval.

    It says how a bet on a would go in one world, not how sure it is that a is ahead on average: that is what the
    interval of the difference says.

    Parameters
    ----------
    a, b : float64 (R,), (S,)   a metric in each replica; NaN where it is undefined
    paired : replica by replica; else every replica of one against every one of the other (Mann & Whitney 1947)
    larger : more is better, else less

    Notes
    -----
    Unpaired, the interval takes the fewer replicas for the number of trials: the variance of the part of pairs won is
    at most p (1 - p) / min(R, S) (Birnbaum & Klose 1957), so that the interval is rather too wide.
    """
    sign = 1.0 if larger else -1.0
    if paired:
        gap = sign * (a - b)
        return chance(np.where(np.isnan(gap), np.nan, 0.5 * (np.sign(gap) + 1.0)))
    one, other = known(sign * a), np.sort(known(sign * b))
    if len(one) == 0 or len(other) == 0:
        return chance(np.zeros(0))
    below, to = (np.searchsorted(other, one, side=side) for side in ("left", "right"))
    won = 0.5 * (below + to) / len(other)
    return chance(won, n_for_interval=float(min(len(one), len(other))))


def odds_of_being_best(columns: Sequence[Floats], *, larger: bool = True) -> list[Chance]:
    """Return of each plan in how many replicas it is the best of all, those who share the first place sharing it.

    Parameters
    ----------
    columns : float64 (R,) each   a metric of each plan, replica by replica on the same luck; replicas in which it is
              undefined in one of them are left out
    larger : more is better, else less
    """
    table = np.stack(columns) * (1.0 if larger else -1.0)
    table = table[:, ~np.isnan(table).any(axis=0)]
    if table.shape[1] == 0:
        return [chance(np.zeros(0)) for _ in columns]
    first = (table == table.max(axis=0)).astype(np.float64)
    return [chance(row) for row in first / first.sum(axis=0)]
