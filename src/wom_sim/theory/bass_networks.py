"""The Bass model on endless networks: ring, regular and Poisson random."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .bass import bass_pair, checked_rates
from .ranges import Floats


def bass_ring(times: ArrayLike, *, p: float, q: float) -> Floats:
    """Return the expected fraction of adopters on an endless ring, F = 1 - exp(-(p + q) t + q (1 - e^(-pt)) / p).

    Each of the two neighbours persuades at rate q / 2 once it has adopted. One neighbour at rate q gives the same.

    Parameters
    ----------
    times : float64 (n,)   at least 0, in any order
    p : float              rate of adopting from outside, per unit time, above 0
    q : float              rate of adopting from others when all neighbours have adopted, at least 0

    Returns
    -------
    float64 (n,)

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Fibich & Gibori (2010), one-dimensional networks.
    """
    when = ranges.times("times", times)
    outside, talk = checked_rates(p, q)
    return np.asarray(-np.expm1(-(outside + talk) * when - talk / outside * np.expm1(-outside * when)))


def bass_regular(times: ArrayLike, *, p: float, q: float, degree: int) -> Floats:
    """Return the expected fraction of adopters on an endless random network where all have `degree` neighbours.

    Each adopted neighbour persuades at rate q / d. The chance th that one tie has not passed anything on obeys
    th' = -(q / d)(th - e^(-pt) th^(d - 1)), a Bernoulli equation: with b = q (d - 2) / d,
    th^(2 - d) = (p e^(bt) + b e^(-pt)) / (p + b), and F = 1 - e^(-pt) th^d.

    Parameters
    ----------
    times : float64 (n,)   at least 0, in any order
    p : float              rate of adopting from outside, per unit time, above 0
    q : float              rate of adopting from others when all neighbours have adopted, at least 0
    degree : int           d, at least 1; 1 is pairs of people, 2 the ring

    Returns
    -------
    float64 (n,)

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Fibich et al., arXiv:2411.12076: infinite regular networks.
    """
    when = ranges.times("times", times)
    outside, talk = checked_rates(p, q)
    ties = ranges.count("degree", degree, 1)
    if ties == 1:
        return bass_pair(when, p=outside, q=talk)
    if ties == 2:
        return bass_ring(when, p=outside, q=talk)
    b = talk * (ties - 2) / ties
    log_power = b * when + np.log((outside + b * np.exp(-(outside + b) * when)) / (outside + b))
    return np.asarray(-np.expm1(-outside * when - ties / (ties - 2) * log_power))


def bass_poisson(times: ArrayLike, *, p: float, q: float, mean_degree: float) -> Floats:
    """Return the expected fraction of adopters on an endless Poisson random network.

    Each adopted neighbour persuades at rate q / l, l the mean degree. The chance th that one tie has not passed
    anything on obeys th' = -(q / l)(th - U), with U = e^(-pt - l (1 - th)), and F = 1 - U.

    Parameters
    ----------
    times : float64 (n,)   at least 0, in any order
    p : float              rate of adopting from outside, per unit time, above 0
    q : float              rate of adopting from as many adopters as the mean degree, per unit time, at least 0
    mean_degree : float    l, above 0

    Returns
    -------
    float64 (n,)   to about 1e-9

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Fibich et al., arXiv:2411.12076: infinite Erdos-Renyi networks.
    """
    from scipy.integrate import solve_ivp

    when = ranges.times("times", times)
    outside, talk = checked_rates(p, q)
    ties = ranges.positive("mean_degree", mean_degree)

    # Solved for y = l (1 - th), the expected number of tellings, which stays small and exact at the start.
    def more(t: float, told: Floats) -> Floats:
        return np.asarray(talk * (1 - told / ties - np.exp(-outside * t - told)))

    asked, back = np.unique(np.append(0.0, when), return_inverse=True)
    until = max(1.0, float(asked[-1]))
    solved = solve_ivp(more, (0.0, until), [0.0], "LSODA", t_eval=asked, rtol=1e-10, atol=1e-12)
    return np.asarray(-np.expm1(-outside * asked - solved.y[0])[back[1:]])
