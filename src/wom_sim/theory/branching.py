"""Word of mouth that never meets the same person twice: branching processes, and big seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .fixed_points import final_share, smallest_fixed_point
from .ranges import Floats

ROUNDING = 1e-9
"""A distribution may sum to this much more or less than 1."""


class TotalProgeny(NamedTuple):
    """Everybody there ever was, the founders included."""

    mean: float
    variance: float


# Any offspring distribution.


def extinction_prob(offspring_prob: ArrayLike) -> float:
    """Return the chance that a family from one founder dies out.

    Parameters
    ----------
    offspring_prob : float (K + 1,)   chance of having 0..K children, summing to 1

    Raises
    ------
    ValueError
        When it is no distribution.

    Source: Harris (1963), "The theory of branching processes", theorem I.6.1.
    """
    prob = _distribution("offspring_prob", offspring_prob)
    slopes = prob[1:] * np.arange(1, len(prob))
    return extinction_prob_of(
        lambda x: float(np.polynomial.polynomial.polyval(x, prob)),
        lambda x: float(np.polynomial.polynomial.polyval(x, slopes)) if len(slopes) else 0.0,
    )


def extinction_prob_of(pgf: Callable[[float], float], slope: Callable[[float], float]) -> float:
    """Return the chance that a family dies out, given the probability generating function of the number of children.

    For Poisson children of mean m: ``pgf = lambda x: exp(m * (x - 1))`` and ``slope = lambda x: m * pgf(x)``.

    Parameters
    ----------
    pgf : function of x in [0, 1]   sum of p_k x^k
    slope : function of x in [0, 1]   its derivative; slope(1) is the mean number of children

    Raises
    ------
    ValueError
        When pgf(1) is not 1.

    Source: Harris (1963), "The theory of branching processes", theorem I.6.1.
    """
    if not abs(pgf(1.0) - 1) <= ROUNDING:
        raise ValueError(f"pgf: must be 1 at 1, got {pgf(1.0)}")
    # Exactly one child each: a family that never grows, and never dies.
    if pgf(0.0) == 0:
        return 0.0
    return smallest_fixed_point(pgf, slope)


def total_progeny(offspring_mean: float, *, offspring_variance: float, n_founders: SupportsIndex = 1) -> TotalProgeny:
    """Return mean and variance of the size of all families together, below the critical mean of 1.

    Each founder adds ``1 / (1 - m)`` to the mean and ``s^2 / (1 - m)^3`` to the variance.

    Parameters
    ----------
    offspring_mean : float   m, in [0, 1)
    offspring_variance : float   s^2, at least 0
    n_founders : int >= 1

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Harris (1963), "The theory of branching processes", chapter I, total number of descendants.
    """
    _below_critical("offspring_mean", offspring_mean)
    ranges.at_least("offspring_variance", offspring_variance, 0)
    founders = ranges.count("n_founders", n_founders, 1)
    short = 1 - offspring_mean
    return TotalProgeny(founders / short, founders * offspring_variance / short**3)


# Poisson offspring.


def borel_prob(sizes: ArrayLike, *, offspring_mean: float, n_founders: SupportsIndex = 1) -> Floats:
    """Return the chance that families with Poisson numbers of children reach exactly these sizes together.

    ``n0 / n * exp(-m n) (m n)^(n - n0) / (n - n0)!`` for n0 founders; above m = 1 the rest of 1 is infinite families.

    Parameters
    ----------
    sizes : int   n, any shape, at least 0; smaller than n_founders has chance 0
    offspring_mean : float >= 0   m
    n_founders : int >= 1   n0

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Borel (1942); Tanner (1961), "A derivation of the Borel distribution", for several founders.
    """
    from scipy.special import gammaln, xlogy

    ranges.at_least("offspring_mean", offspring_mean, 0)
    founders = ranges.count("n_founders", n_founders, 1)
    n = np.asarray(sizes, np.float64)
    if not (np.isfinite(n) & (n >= 0) & (n == np.floor(n))).all():
        raise ValueError(f"sizes: must be whole numbers of at least 0, got {n.tolist()}")
    can_be = np.maximum(n, founders)
    born = can_be - founders
    log_prob = np.log(founders / can_be) - offspring_mean * can_be + xlogy(born, offspring_mean * can_be)
    prob: Floats = np.where(n >= founders, np.exp(log_prob - gammaln(born + 1)), 0.0)
    return prob


def borel_tail(size: SupportsIndex, *, offspring_mean: float, n_founders: SupportsIndex = 1) -> float:
    """Return the chance that families with Poisson numbers of children reach this size or more, infinite ones included.

    Arguments, Raises and Source as in `borel_prob`.
    """
    smaller = np.arange(ranges.count("size", size))
    return max(0.0, 1 - float(borel_prob(smaller, offspring_mean=offspring_mean, n_founders=n_founders).sum()))


# Big seeds.


def big_seed_total(n_seeds: float, *, reproduction: float) -> float:
    """Return how many people a campaign reaches that is passed on below the critical rate: ``n0 / (1 - R)``.

    Parameters
    ----------
    n_seeds : float >= 0   n0, people reached by the campaign itself
    reproduction : float   R, people whom one person wins on average, in [0, 1)

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Watts & Peretti (2007), "Viral marketing for the real world".
    """
    ranges.at_least("n_seeds", n_seeds, 0)
    _below_critical("reproduction", reproduction)
    return n_seeds / (1 - reproduction)


def big_seed_share(seed_share: float, *, reproduction: float) -> float:
    """Return the share F of a finite, completely mixed population that is reached: ``F = 1 - (1 - f0) exp(-R F)``.

    Exact as the population grows. Without seeds it is what a big outbreak from few people comes to.

    Parameters
    ----------
    seed_share : float   f0, share reached at the start, in [0, 1]
    reproduction : float >= 0   R, people whom one person would win on average if nobody had been reached

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Kermack & McKendrick (1927), final size, with a share f0 at the start.
    """
    ranges.prob("seed_share", seed_share)
    ranges.at_least("reproduction", reproduction, 0)
    return final_share(seed_share, reproduction)


# Checks.


def _below_critical(name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise ValueError(f"{name}: must be in [0, 1), got {value}")


def _distribution(name: str, values: ArrayLike) -> Floats:
    prob = np.asarray(values, np.float64)
    if prob.ndim != 1 or not prob.size or not (prob >= 0).all() or not abs(prob.sum() - 1) <= ROUNDING:
        raise ValueError(f"{name}: must be chances of 0, 1, 2, ... that sum to 1, got {prob.tolist()}")
    found: Floats = prob / prob.sum()
    return found
