"""How far one-time transmission gets on large random networks: bond percolation on configuration models.

Exact as the network grows, for cascades and for epidemics in which everybody is infectious equally long. When the
infectious period is random, one person's ties stand or fall together: final size, threshold and the mean size below it
still hold with the average transmissibility, the chance of an outbreak does not (Kenah & Robins 2007).
"""

from __future__ import annotations

from math import inf

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .degrees import DegreeDistribution
from .fixed_points import final_share, smallest_fixed_point

# Chance that a tie ever passes.


def sir_transmissibility(infect_rate: float, *, recover_rate: float) -> float:
    """Return ``b / (b + g)``: continuous time, exponential infectious period.

    Parameters
    ----------
    infect_rate : float >= 0   b, along one tie, per unit time
    recover_rate : float >= 0   g, per unit time; not both 0

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Kiss, Miller & Simon (2017), "Mathematics of epidemics on networks": which of two clocks rings first.
    """
    ranges.at_least("infect_rate", infect_rate, 0)
    ranges.at_least("recover_rate", recover_rate, 0)
    if infect_rate + recover_rate == 0:
        raise ValueError("recover_rate: must be above 0 when infect_rate is 0, got 0")
    return infect_rate / (infect_rate + recover_rate)


def discrete_sir_transmissibility(infect_prob: float, *, recover_prob: float) -> float:
    """Return ``b / (b + g - b g)``: in each step first transmission with chance b, then recovery with chance g.

    Parameters
    ----------
    infect_prob : float   b, along one tie, per step, in [0, 1]
    recover_prob : float   g, per step, in [0, 1]; not both 0

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: the sum over steps n = 0, 1, ... of ``b ((1 - b) (1 - g))^n``.
    """
    ranges.prob("infect_prob", infect_prob)
    ranges.prob("recover_prob", recover_prob)
    if infect_prob + recover_prob == 0:
        raise ValueError("recover_prob: must be above 0 when infect_prob is 0, got 0")
    return infect_prob / (infect_prob + recover_prob - infect_prob * recover_prob)


def fixed_period_transmissibility(infect_rate: float, *, duration: float) -> float:
    """Return ``1 - exp(-b tau)``: everybody infectious for the same time.

    Parameters
    ----------
    infect_rate : float >= 0   b, along one tie, per unit time
    duration : float >= 0   tau

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Newman (2002), "Spread of epidemic disease on networks".
    """
    return random_period_transmissibility(infect_rate, durations=[duration], duration_prob=[1.0])


def random_period_transmissibility(infect_rate: float, *, durations: ArrayLike, duration_prob: ArrayLike) -> float:
    """Return ``1 - E exp(-b tau)``: the infectious period takes one of several lengths.

    Parameters
    ----------
    infect_rate : float >= 0   b, along one tie, per unit time
    durations : float >= 0 (n,)   lengths tau
    duration_prob : float >= 0 (n,)   their chances, summing to 1

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Newman (2002), "Spread of epidemic disease on networks".
    """
    ranges.at_least("infect_rate", infect_rate, 0)
    lengths = ranges.times("durations", durations)
    prob = np.asarray(duration_prob, np.float64)
    if prob.shape != lengths.shape or not (prob >= 0).all() or not abs(prob.sum() - 1) <= 1e-9:
        raise ValueError(f"duration_prob: must be {len(lengths)} chances that sum to 1, got {prob.tolist()}")
    return float(-np.expm1(-infect_rate * lengths) @ prob)


# What it comes to.


def critical_transmissibility(degrees: DegreeDistribution) -> float:
    """Return the transmissibility above which outbreaks take a share of the network: ``1 / g1'(1)``.

    It is above 1, and may be infinite, where there is no such outbreak at all.
    Source: Newman (2002), "Spread of epidemic disease on networks".
    """
    return 1 / degrees.mean_excess if degrees.mean_excess > 0 else inf


def dead_end_prob(degrees: DegreeDistribution, *, transmissibility: float) -> float:
    """Return u, the chance that somebody met along a tie does not belong to a big outbreak: ``u = g1(1 - T + T u)``.

    Parameters
    ----------
    degrees : how many ties people have
    transmissibility : float   T, chance that a tie passes, in [0, 1]

    Raises
    ------
    ValueError
        When T is outside [0, 1].

    Source: Newman (2002), "Spread of epidemic disease on networks".
    """
    T = ranges.prob("transmissibility", transmissibility)
    return smallest_fixed_point(lambda u: degrees.g1(1 - T + T * u), lambda u: T * degrees.g1_slope(1 - T + T * u))


def outbreak_share(degrees: DegreeDistribution, *, transmissibility: float) -> float:
    """Return S, the share of the network a big outbreak takes: ``1 - g0(1 - T + T u)``; 0 up to the critical T.

    It is the chance that one person starts a big outbreak, too, unless infectious periods are random.

    Parameters
    ----------
    degrees : how many ties people have
    transmissibility : float   T, chance that a tie passes, in [0, 1]

    Raises
    ------
    ValueError
        When T is outside [0, 1].

    Source: Newman (2002), "Spread of epidemic disease on networks".
    """
    u = dead_end_prob(degrees, transmissibility=transmissibility)
    return 1 - degrees.g0(1 - transmissibility * (1 - u)) if u < 1 else 0.0


def mean_outbreak_size(degrees: DegreeDistribution, *, transmissibility: float) -> float:
    """Return the mean number of people one person reaches below the critical T, themselves included.

    ``1 + T g0'(1) / (1 - T g1'(1))``.

    Parameters
    ----------
    degrees : how many ties people have
    transmissibility : float   T, chance that a tie passes, in [0, 1] and below the critical one

    Raises
    ------
    ValueError
        When T is outside [0, 1], or not below the critical one.

    Source: Newman (2002), "Spread of epidemic disease on networks".
    """
    T = ranges.prob("transmissibility", transmissibility)
    critical = critical_transmissibility(degrees)
    if critical <= T:
        raise ValueError(f"transmissibility: must be below the critical {critical:.6g}, got {T}")
    return 1 + T * degrees.mean / (1 - T * degrees.mean_excess)


def sir_outbreak_prob(degrees: DegreeDistribution, *, infect_rate: float, recover_rate: float) -> float:
    """Return the chance that one person starts a big outbreak when infectious periods are exponential.

    It is at most `outbreak_share`: those who recover soon pass nothing on along any tie. With W = exp(-b tau), the
    chance that a tie does not pass in time tau: ``1 - E g0(W + (1 - W) v)``, ``v = E g1(W + (1 - W) v)``.

    Parameters
    ----------
    degrees : how many ties people have
    infect_rate : float > 0   b, along one tie, per unit time
    recover_rate : float > 0   g, per unit time

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Kenah & Robins (2007), "Second look at the spread of epidemics on networks".
    """
    from scipy.special import roots_sh_jacobi

    shape = ranges.positive("recover_rate", recover_rate) / ranges.positive("infect_rate", infect_rate)
    # W has density shape * w^(shape - 1): Gauss-Jacobi nodes are exact for polynomials of degree up to 2n - 1.
    nodes, weights = roots_sh_jacobi(min(len(degrees.prob) // 2 + 1, 200), shape, shape)
    weights = weights / weights.sum()

    def mean_of(values: list[float]) -> float:
        return float(weights @ values)

    v = smallest_fixed_point(
        lambda v: mean_of([degrees.g1(w + (1 - w) * v) for w in nodes]),
        lambda v: mean_of([(1 - w) * degrees.g1_slope(w + (1 - w) * v) for w in nodes]),
    )
    return 1 - mean_of([degrees.g0(w + (1 - w) * v) for w in nodes]) if v < 1 else 0.0


def mass_action_outbreak_share(reproduction: float) -> float:
    """Return the share a big outbreak takes when everybody meets everybody: ``F = 1 - exp(-R0 F)``; 0 up to R0 = 1.

    A latent period changes nothing.

    Parameters
    ----------
    reproduction : float >= 0   R0, people whom the first one infects on average

    Raises
    ------
    ValueError
        When R0 is out of range.

    Source: Kermack & McKendrick (1927).
    """
    return final_share(0.0, ranges.at_least("reproduction", reproduction, 0))
