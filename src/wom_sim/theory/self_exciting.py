"""Self-exciting posts: how many reactions one sets off, how many come in the end, and by when."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .memory import Memory, PowerLawMemory
from .ranges import Floats


def mean_mark_power(*, beta: float, alpha: float) -> float:
    """Return E[m^beta], the mean pull of a post, when followers m >= 1 have a power law of exponent alpha.

    Parameters
    ----------
    beta : float    how fast the pull grows with followers, at least 0 and below alpha - 1
    alpha : float   exponent of the density of m, above 1; 2.016 on Twitter

    Returns
    -------
    float   (alpha - 1) / (alpha - beta - 1)

    Raises
    ------
    ValueError   an argument is out of its range; the mean is infinite from beta = alpha - 1

    Source: Mishra, Rizoiu & Xie (2016), the marked Hawkes process: its branching factor.
    """
    ranges.at_least("beta", beta, 0)
    if not 1 < alpha < np.inf:
        raise ValueError(f"alpha: must be above 1 and finite, got {alpha}")
    if beta >= alpha - 1:
        raise ValueError(f"beta: must be below alpha - 1 = {alpha - 1:.6g}, got {beta}: the mean pull is infinite")
    return (alpha - 1) / (alpha - beta - 1)


def power_law_branching(*, kappa: float, c: float, theta: float, mark_mean: float = 1.0) -> float:
    """Return the branching factor n*, the mean reactions to one post, for the kernel kappa m^beta (t + c)^-(1 + theta).

    Parameters
    ----------
    kappa : float       quality of the content, at least 0
    c : float           time after which the power law sets in, above 0
    theta : float       exponent of the tail, above 0
    mark_mean : float   E[m^beta], at least 0, see `mean_mark_power`

    Returns
    -------
    float   kappa E[m^beta] / (theta c^theta); the cascade is finite below 1

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Mishra, Rizoiu & Xie (2016), the marked Hawkes process: its branching factor.
    """
    ranges.at_least("kappa", kappa, 0)
    ranges.at_least("mark_mean", mark_mean, 0)
    tail = ranges.positive("theta", theta) * float(ranges.positive("c", c) ** theta)
    return kappa * mark_mean / tail


def exponential_branching(*, kappa: float, mark_mean: float = 1.0) -> float:
    """Return the branching factor n*, the mean reactions to one post, for the kernel kappa m^beta nu e^(-nu t).

    Parameters
    ----------
    kappa : float       quality of the content, at least 0
    mark_mean : float   E[m^beta], at least 0, see `mean_mark_power`

    Returns
    -------
    float   kappa E[m^beta]; the cascade is finite below 1

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Mishra, Rizoiu & Xie (2016), the marked Hawkes process with an exponential kernel.
    """
    return ranges.at_least("kappa", kappa, 0) * ranges.at_least("mark_mean", mark_mean, 0)


def reactions_to_come(ages: ArrayLike, marks: ArrayLike, *, kappa: float, beta: float, memory: PowerLawMemory) -> float:
    """Return how many direct reactions the posts so far will still get: A1, the first generation after observation.

    Parameters
    ----------
    ages : float64 (n,)        time since each post, at least 0
    marks : float64 (n,)       followers of who posted, at least 0
    kappa : float              quality of the content, at least 0
    beta : float               how fast the pull grows with followers, at least 0
    memory : PowerLawMemory    its kernel is kappa m^beta (t + c)^-(1 + theta), not a density

    Returns
    -------
    float   sum of kappa m_i^beta (age_i + c)^-theta / theta

    Raises
    ------
    ValueError   an argument is out of its range, or ages and marks differ in length

    Source: Mishra, Rizoiu & Xie (2016), the marked Hawkes process: prediction of the final size.
    """
    age, mark = ranges.times("ages", ages), ranges.times("marks", marks)
    if len(age) != len(mark):
        raise ValueError(f"marks: must be as many as ages, {len(age)}, got {len(mark)}")
    pull = ranges.at_least("kappa", kappa, 0) * mark ** ranges.at_least("beta", beta, 0)
    return float(pull @ (age + memory.c) ** -memory.theta / memory.theta)


def final_size(n_observed: int, *, to_come: float, branching: float) -> float:
    """Return the expected number of posts in the end: those seen, their reactions to come, and reactions to these.

    Parameters
    ----------
    n_observed : int    posts so far, at least 0
    to_come : float     direct reactions they still get, A1, at least 0, see `reactions_to_come`
    branching : float   n*, in [0, 1)

    Returns
    -------
    float   n_observed + A1 / (1 - n*)

    Raises
    ------
    ValueError   an argument is out of its range; from n* = 1 the mean is infinite

    Source: Mishra, Rizoiu & Xie (2016), the marked Hawkes process: prediction of the final size.
    """
    if not 0 <= branching < 1:
        raise ValueError(f"branching: must be in [0, 1), got {branching}")
    return ranges.count("n_observed", n_observed) + ranges.at_least("to_come", to_come, 0) / (1 - branching)


def exponential_descendants(times: ArrayLike, *, branching: float, rate: float) -> Floats:
    """Return the expected number of descendants of one post by each time, reactions coming at a constant rate.

    Parameters
    ----------
    times : float64 (n,)   since the post, at least 0, in any order
    branching : float      n*, mean reactions to one post, at least 0
    rate : float           nu, delays are exponential with mean 1 / nu, above 0

    Returns
    -------
    float64 (n,)   n* / (1 - n*) (1 - e^(-nu (1 - n*) t)), the post itself not counted; nu t at n* = 1

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Hawkes & Oakes (1974), the cluster of one immigrant, for an exponential kernel.
    """
    from scipy.special import exprel

    when = ranges.times("times", times)
    mean, speed = ranges.at_least("branching", branching, 0), ranges.positive("rate", rate)
    return np.asarray(mean * speed * when * exprel(-speed * (1 - mean) * when))


def expected_descendants(times: ArrayLike, *, branching: float, memory: Memory, n_steps: int = 2000) -> Floats:
    """Return the expected number of descendants of one post by each time, for any distribution of delays.

    Solves the renewal equation m(t) = n* (G(t) + integral over [0, t] of g(s) m(t - s) ds) on an even grid up to the
    last time. m is taken as straight between grid points, and g is integrated exactly against that.

    Parameters
    ----------
    times : float64 (n,)   since the post, at least 0, in any order
    branching : float      n*, mean reactions to one post, in [0, 1]
    memory : Memory        the delays: `PowerLawMemory`, `SeismicMemory`, `ExponentialMemory` or the like
    n_steps : int          steps of the grid, at least 1; the error falls as its square once a step is short against
                           the quickest part of the memory

    Returns
    -------
    float64 (n,)   the post itself not counted

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Hawkes & Oakes (1974), the cluster of one immigrant; Linz (1985), product integration of Volterra equations.
    Cost: O(n_steps^2).
    """
    when = ranges.times("times", times)
    mean = ranges.prob("branching", branching)
    ranges.count("n_steps", n_steps, 1)
    last = when.max(initial=0.0)
    if last == 0:
        return np.zeros(len(when))
    grid = np.linspace(0, last, n_steps + 1)
    reacted = 1 - memory.ccdf(grid)
    # Within cell i the density weighs m at the near end with `near` and at the far end with `far`; they add up to the
    # chance of the cell.
    far_from = 1 - np.diff(memory.mean_within(grid)) * n_steps / last
    near, far = far_from - reacted[:-1], reacted[1:] - far_from
    weight = np.append(near, 0.0)
    weight[1:] += far
    descendants = np.zeros(n_steps + 1)  # m(0) = 0 needs no weight
    for j in range(1, n_steps + 1):
        later = weight[1:j] @ descendants[j - 1 : 0 : -1]
        descendants[j] = mean * (reacted[j] + later) / (1 - mean * weight[0])
    return np.interp(when, grid, descendants)
