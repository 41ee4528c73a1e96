"""Intervals of 95 % around means, chances and ratios of means; closed forms, no resampling, so that numbers repeat."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
Z = 1.959963984540054
"""Standard errors to each side of a normal mean: 95 %."""

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """Both ends of a 95 % interval; an end may be infinite."""

    low: float
    high: float


class Chance(NamedTuple):
    """How often something happens.

    p : part of the replicas, ties counted half; NaN of none
    interval : 95 %
    n : replicas it was judged in
    """

    p: float
    interval: Interval
    n: int


def known(values: NDArray[np.int64] | Floats) -> Floats:
    """Return the values that are defined, as float64."""
    numbers = np.asarray(values, np.float64)
    return numbers[~np.isnan(numbers)]


def t_quantile(degrees: float) -> float:
    """Return Student's t that holds 95 % between itself and its negative; infinite of no degrees of freedom."""
    from scipy.special import stdtrit  # takes longer to load than most commands need

    return float(stdtrit(degrees, 0.5 + LEVEL / 2.0)) if degrees > 0.0 else math.inf


def wilson(hits: float, n: float) -> Interval:
    """Return the 95 % interval of a chance by Wilson's score: 20 times in 20 does not mean always.

    Parameters
    ----------
    hits : times it happened, in [0, n]; halves are allowed     n : times it might have; 0: nothing is known

    Source: Wilson (1927), JASA 22, 209.
    """
    if n <= 0:
        return Interval(0.0, 1.0)
    p, z = hits / n, Z
    centre = p + z * z / (2.0 * n)
    half = z * math.sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n))
    scale = 1.0 + z * z / n
    return Interval(max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale))


def chance(happened: NDArray[np.bool_] | Floats, *, n_for_interval: float | None = None) -> Chance:
    """Return how often something happened, with Wilson's interval.

    Parameters
    ----------
    happened : bool or float64 (R,)   1 where it happened, 0.5 where it half did (a tie), NaN where that is undefined
    n_for_interval : replicas that the interval rests on; None: those that are defined
    """
    found = known(np.asarray(happened, np.float64))
    n = len(found)
    if n == 0:
        return Chance(math.nan, Interval(0.0, 1.0), 0)
    p = float(found.mean())
    weight = float(n) if n_for_interval is None else n_for_interval
    return Chance(p, wilson(p * weight, weight), n)


class Ratio(NamedTuple):
    """One mean by another.

    value : NaN where the mean below is 0
    interval : 95 %, from -inf to inf where the mean below may be 0
    """

    value: float
    interval: Interval


_NOTHING_KNOWN = Interval(-math.inf, math.inf)


def ratio_of_means(above: Floats, below: Floats) -> Ratio:
    """Return mean(above) / mean(below) over the replicas in which both are defined, with Fieller's interval.

    The mean of ratios taken in each replica would be another number: where a gain is small in some replicas, it is
    ruled by these.

    Parameters
    ----------
    above, below : float64 (R,)     paired: the same replicas, in order

    Source: Fieller (1954), JRSS B 16, 175: the ratios q for which mean(above - q below) is within its 95 % of 0.
    """
    both = ~(np.isnan(above) | np.isnan(below))
    a, b = above[both], below[both]
    n = len(a)
    if n == 0 or b.mean() == 0.0:
        return Ratio(math.nan, _NOTHING_KNOWN)
    value = float(a.mean() / b.mean())
    if n == 1:
        return Ratio(value, _NOTHING_KNOWN)
    t2 = t_quantile(n - 1) ** 2 / n
    (va, cov), (_, vb) = np.cov(a, b)
    # (mean a - q mean b)^2 <= t^2 / n (va - 2 q cov + q^2 vb): a quadratic in q, open upwards where b is clear of 0.
    square = float(b.mean() ** 2 - t2 * vb)
    if square <= 0.0:
        return Ratio(value, _NOTHING_KNOWN)
    middle = float(a.mean() * b.mean() - t2 * cov)
    rest = float(a.mean() ** 2 - t2 * va)
    root = math.sqrt(max(0.0, middle * middle - square * rest))
    return Ratio(value, Interval((middle - root) / square, (middle + root) / square))
