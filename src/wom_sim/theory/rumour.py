"""Rumours that die when their tellers meet the informed: what is left in endless crowds, and the way there.

The heard fraction is 1 - ignorants. All start from so few spreaders that their number does not matter, unless said.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .ranges import Floats


class RumourCurves(NamedTuple):
    """Fractions of the people over time, float64 (n,) each: who never heard, who tells, who heard and is silent."""

    ignorants: Floats
    spreaders: Floats
    stiflers: Floats


def final_ignorants(*, spread_rate: float = 1.0, stifle_rate: float = 1.0) -> float:
    """Return the fraction that never hears: the solution x < 1 of x = exp(-(1 + l / a)(1 - x)).

    A spreader who meets an ignorant tells at rate l, one who meets somebody informed falls silent at rate a.
    Maki-Thompson (the caller falls silent) and Daley-Kendall (two spreaders who meet both do) agree: .2032 at l = a.

    Parameters
    ----------
    spread_rate : float   l, per unit time, above 0
    stifle_rate : float   a, per unit time, above 0

    Returns
    -------
    float in (0, 1)

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Sudbury (1985) for l = a; Daley & Gani (1999), chapter 5, for other rates.
    """
    return _left_over(1 + _ratio(spread_rate, stifle_rate))


def final_ignorants_after_failures(n_failures: int) -> float:
    """Return the fraction that never hears if a spreader falls silent at the k-th meeting with somebody informed.

    The solution x < 1 of x = exp(-(k + 1)(1 - x)); k = 1 is Maki-Thompson.

    Parameters
    ----------
    n_failures : int   k, at least 1

    Returns
    -------
    float in (0, 1)

    Raises
    ------
    ValueError   n_failures is out of its range

    Source: the k-fold Maki-Thompson model, doi:10.1007/s11134-021-09714-x.
    """
    return _left_over(1.0 + ranges.count("n_failures", n_failures, 1))


def peak_spreaders(*, spread_rate: float = 1.0, stifle_rate: float = 1.0) -> float:
    """Return the largest fraction of spreaders at one time: 1 - (a / l) ln(1 + l / a), 1 - ln 2 at l = a.

    It comes when a fraction a / (a + l) has not heard, as spreaders = (1 - x)(1 + a / l) + (a / l) ln x all along.

    Parameters
    ----------
    spread_rate : float   l, per unit time, above 0
    stifle_rate : float   a, per unit time, above 0

    Returns
    -------
    float in (0, 1)

    Raises
    ------
    ValueError   an argument is out of its range

    Source: arXiv:2507.07914 for l = a; the general rates from the same phase curve.
    """
    more = _ratio(spread_rate, stifle_rate)
    return 1 - float(np.log1p(more)) / more


def rumour_by_step(*, contact_prob: float = 1.0, seed_fraction: float, n_steps: int) -> RumourCurves:
    """Return ignorants, spreaders and stiflers at steps 0, 1, ... when all spreaders call at once in each step.

    A spreader calls somebody at random with chance e. With x ignorants and y spreaders at the start of a step, an
    ignorant is called by Poisson(e y) of them and hears unless by none; a caller falls silent if whom they called
    knew at the start of the step, and two who call the same ignorant both count as having told:
    x' = x e^(-e y), y' = y (1 - e (1 - x)) + x - x'.

    Parameters
    ----------
    contact_prob : float    e, chance that a spreader calls in a step, in (0, 1]
    seed_fraction : float   people who spread at step 0, in (0, 1]
    n_steps : int           at least 0

    Returns
    -------
    RumourCurves of n_steps + 1 entries each

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Maki & Thompson (1973), the rule; the map is the endless crowd's under a clock of equal steps.
    """
    calls = _contact_prob(contact_prob)
    state = np.empty((ranges.count("n_steps", n_steps) + 1, 2))
    state[0, 1] = _seeded(seed_fraction)
    state[0, 0] = 1 - state[0, 1]
    for k in range(n_steps):
        state[k + 1] = _one_step(state[k, 0], state[k, 1], calls)
    return RumourCurves(state[:, 0], state[:, 1], 1 - state[:, 0] - state[:, 1])


def final_ignorants_by_step(*, contact_prob: float = 1.0, seed_fraction: float = 1e-6) -> float:
    """Return the fraction that never hears under the clock of `rumour_by_step`.

    Fewer than in continuous time, because those told in a step cannot yet fail callers of that step: .1745 at e = 1,
    and .2032 as e goes to 0.

    Parameters
    ----------
    contact_prob : float    e, chance that a spreader calls in a step, in (0, 1]
    seed_fraction : float   people who spread at step 0, in (0, 1]

    Returns
    -------
    float in [0, 1)   to about 1e-12

    Raises
    ------
    ValueError   an argument is out of its range

    Source: the limit of `rumour_by_step`.
    """
    calls = _contact_prob(contact_prob)
    spreaders = _seeded(seed_fraction)
    ignorants = 1 - spreaders
    # Few spreaders grow in number while more than half are ignorant, so few are the end only below that.
    while ignorants > 0.5 or spreaders > 1e-14:
        ignorants, spreaders = _one_step(ignorants, spreaders, calls)
    return ignorants


def final_heard_with_forgetting(*, spread_rate: float, stifle_rate: float, forget_rate: float, degree: float) -> float:
    """Return the fraction that hears when all have `degree` contacts and spreaders also forget by themselves.

    The solution R > 0 of R = 1 - exp(-eps R) with eps = (a + l) k / (d + a k), or 0 where l k <= d: forgetting sets
    the threshold, stifling does not move it.

    Parameters
    ----------
    spread_rate : float   l, per contact and unit time, above 0
    stifle_rate : float   a, per contact and unit time, at least 0
    forget_rate : float   d, per unit time, at least 0; a and d not both 0
    degree : float        k, contacts of a person, above 0

    Returns
    -------
    float in [0, 1)

    Raises
    ------
    ValueError   an argument is out of its range, or nothing ever stops a spreader

    Source: Nekovee et al. (2007), homogeneous networks.
    """
    spread, stifle, forget, contacts = _nekovee_rates(spread_rate, stifle_rate, forget_rate, degree)
    return 1 - _left_over((stifle + spread) * contacts / (forget + stifle * contacts))


def rumour_over_time(
    times: ArrayLike,
    *,
    spread_rate: float,
    stifle_rate: float,
    forget_rate: float = 0.0,
    degree: float = 1.0,
    seed_fraction: float,
) -> RumourCurves:
    """Return ignorants i, spreaders s and stiflers r at given times when all have `degree` contacts.

    i' = -l k i s, s' = l k i s - a k s (s + r) - d s, r' = a k s (s + r) + d s. Complete mixing is k = 1.

    Parameters
    ----------
    times : float64 (n,)    at least 0, in any order
    spread_rate : float     l, per contact and unit time, above 0
    stifle_rate : float     a, per contact and unit time, at least 0
    forget_rate : float     d, per unit time, at least 0; a and d not both 0
    degree : float          k, contacts of a person, above 0
    seed_fraction : float   people who spread at time 0, in (0, 1]

    Returns
    -------
    RumourCurves of n entries each, to about 1e-8

    Raises
    ------
    ValueError   an argument is out of its range, or nothing ever stops a spreader

    Source: Nekovee et al. (2007), homogeneous networks.
    """
    from scipy.integrate import solve_ivp

    when = ranges.times("times", times)
    spread, stifle, forget, contacts = _nekovee_rates(spread_rate, stifle_rate, forget_rate, degree)
    start = _seeded(seed_fraction)

    def change(_: float, state: Floats) -> Floats:
        ignorants, spreaders = state
        told = spread * contacts * ignorants * spreaders
        return np.array([-told, told - stifle * contacts * spreaders * (1 - ignorants) - forget * spreaders])

    asked, back = np.unique(np.append(0.0, when), return_inverse=True)
    until = max(1.0, float(asked[-1]))
    solved = solve_ivp(change, (0.0, until), [1 - start, start], "LSODA", t_eval=asked, rtol=1e-10, atol=1e-13)
    ignorants, spreaders = solved.y[:, back[1:]]
    return RumourCurves(ignorants, spreaders, 1 - ignorants - spreaders)


def _ratio(spread_rate: float, stifle_rate: float) -> float:
    return ranges.positive("spread_rate", spread_rate) / ranges.positive("stifle_rate", stifle_rate)


def _left_over(c: float) -> float:
    """Smallest x in (0, 1] with x = exp(-c (1 - x)), by the principal branch of Lambert's function."""
    from scipy.special import lambertw

    return float(-lambertw(-c * np.exp(-c)).real / c) if c > 1 else 1.0


def _contact_prob(contact_prob: float) -> float:
    if not 0 < contact_prob <= 1:
        raise ValueError(f"contact_prob: must be in (0, 1], got {contact_prob}")
    return float(contact_prob)


def _seeded(seed_fraction: float) -> float:
    if not 0 < seed_fraction <= 1:
        raise ValueError(f"seed_fraction: must be in (0, 1], got {seed_fraction}")
    return float(seed_fraction)


def _one_step(ignorants: float, spreaders: float, calls: float) -> tuple[float, float]:
    told = -ignorants * float(np.expm1(-calls * spreaders))
    return ignorants - told, spreaders * (1 - calls * (1 - ignorants)) + told


def _nekovee_rates(spread: float, stifle: float, forget: float, degree: float) -> tuple[float, float, float, float]:
    rates = (
        ranges.positive("spread_rate", spread),
        ranges.at_least("stifle_rate", stifle, 0),
        ranges.at_least("forget_rate", forget, 0),
        ranges.positive("degree", degree),
    )
    if rates[1] == rates[2] == 0:
        raise ValueError("stifle_rate, forget_rate: one must be above 0, got 0 and 0: the rumour would never end")
    return rates
