"""The Bass model where everybody can meet everybody: endless and finite crowds, continuous time and steps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .ranges import Floats


class BassPeak(NamedTuple):
    """When adoption is fastest: the time, the fraction that has adopted by then, and the rate of adoption."""

    time: float
    adopted: float
    rate: float


def bass_adopted(times: ArrayLike, *, p: float, q: float) -> Floats:
    """Return the fraction of adopters F(t) in an endless crowd: F' = (p + q F)(1 - F).

    Parameters
    ----------
    times : float64 (n,)   at least 0, in any order
    p : float              rate of adopting from outside, per unit time, above 0
    q : float              rate of adopting from others when all have adopted, per unit time, at least 0

    Returns
    -------
    float64 (n,)

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Bass (1969), the theory of adoption: the cumulative fraction.
    """
    when = ranges.times("times", times)
    outside, talk = checked_rates(p, q)
    fading = np.exp(-(outside + talk) * when)
    return np.asarray(-np.expm1(-(outside + talk) * when) / (1 + talk / outside * fading))


def bass_rate(times: ArrayLike, *, p: float, q: float) -> Floats:
    """Return the rate of adoption f(t) = F'(t) in an endless crowd, as a fraction of the people per unit time.

    Parameters
    ----------
    times : float64 (n,)   at least 0, in any order
    p : float              rate of adopting from outside, per unit time, above 0
    q : float              rate of adopting from others when all have adopted, per unit time, at least 0

    Returns
    -------
    float64 (n,)

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Bass (1969), the theory of adoption: the likelihood of purchase at t.
    """
    when = ranges.times("times", times)
    outside, talk = checked_rates(p, q)
    fading = np.exp(-(outside + talk) * when)
    return np.asarray((outside + talk) ** 2 / outside * fading / (1 + talk / outside * fading) ** 2)


def bass_peak(*, p: float, q: float) -> BassPeak:
    """Find when adoption is fastest in an endless crowd.

    The time is ln(q / p) / (p + q); with q <= p adoption is fastest at the start.

    Parameters
    ----------
    p : float   rate of adopting from outside, per unit time, above 0
    q : float   rate of adopting from others when all have adopted, per unit time, at least 0

    Returns
    -------
    BassPeak

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Bass (1969), the time of peak sales.
    """
    outside, talk = checked_rates(p, q)
    if talk <= outside:
        return BassPeak(0.0, 0.0, outside)
    return BassPeak(
        float(np.log(talk / outside)) / (outside + talk),
        (talk - outside) / (2 * talk),
        (outside + talk) ** 2 / (4 * talk),
    )


def bass_finite(times: ArrayLike, *, p: float, q: float, n_people: int) -> Floats:
    """Return the expected fraction of adopters in a crowd of `n_people` where all meet all.

    With n adopters the next comes at rate (M - n)(p + q n / (M - 1)). The chain is stepped at its highest rate
    (uniformisation): only positive numbers are added, so nothing cancels.

    Parameters
    ----------
    times : float64 (n,)   at least 0, in any order
    p : float              rate of adopting from outside, per unit time, above 0
    q : float              rate of adopting from others when all have adopted, per unit time, at least 0
    n_people : int         M, at least 2

    Returns
    -------
    float64 (n,)   exact to about 1e-10

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Fibich & Gibori (2010), the discrete Bass model on a complete network.
    Cost: M times the number of jumps, about M max(t) max(p, (p + q)^2 / 4q).
    """
    when = ranges.times("times", times)
    outside, talk = checked_rates(p, q)
    n_most = ranges.count("n_people", n_people, 2)
    if not when.size:
        return np.zeros(0)
    adopters = np.arange(n_most + 1)
    rate = (n_most - adopters) * (outside + talk * adopters / (n_most - 1))
    highest = float(rate.max())
    jumps = highest * float(when.max())
    moves = rate / highest
    chance = np.zeros(n_most + 1)
    chance[0] = 1.0
    expected = np.empty(int(jumps + 10 * np.sqrt(jumps)) + 51)
    for j in range(len(expected)):
        expected[j] = chance @ adopters
        moving = chance * moves
        chance -= moving
        chance[1:] += moving[:-1]
    return np.array([_poisson_chances(len(expected), highest * t) @ expected for t in when]) / n_most


def bass_pair(times: ArrayLike, *, p: float, q: float) -> Floats:
    """Return the expected fraction of adopters in a network of two people, the slowest of all networks.

    Parameters
    ----------
    times : float64 (n,)   at least 0, in any order
    p : float              rate of adopting from outside, per unit time, above 0
    q : float              rate of adopting from the other one, per unit time, at least 0

    Returns
    -------
    float64 (n,)   1 - e^(-2pt) - P1 / 2, with P1 the chance that just one has adopted

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Fibich, arXiv:2312.05450: the lower bound over all networks.
    """
    from scipy.special import exprel

    when = ranges.times("times", times)
    outside, talk = checked_rates(p, q)
    # P1 = 2p (e^(-2pt) - e^(-(p+q)t)) / (q - p); the leading factor is the slower decay, so that nothing overflows.
    slower = min(2 * outside, outside + talk)
    one = 2 * outside * when * np.exp(-slower * when) * exprel(-abs(talk - outside) * when)
    return np.asarray(1 - np.exp(-2 * outside * when) - one / 2)


def bass_linear_steps(n_steps: int, *, p: float, q: float, dt: float = 1.0) -> Floats:
    """Return the fraction of adopters at steps 0, 1, ..., when in each one adopts with chance (p + q F) dt.

    Parameters
    ----------
    n_steps : int   at least 0
    p : float       rate of adopting from outside, per unit time, above 0
    q : float       rate of adopting from others when all have adopted, per unit time, at least 0
    dt : float      length of a step, above 0, (p + q) dt at most 1

    Returns
    -------
    float64 (n_steps + 1,)   in an endless crowd; 0 at step 0

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Rand & Rust (2011), the agent-based Bass model, with everybody a neighbour.
    """
    outside, talk = checked_rates(p, q)
    step = ranges.positive("dt", dt)
    if (outside + talk) * step > 1:
        raise ValueError(f"(p + q) * dt: must be at most 1, got {(outside + talk) * step}; take shorter steps")
    adopted = np.zeros(ranges.count("n_steps", n_steps) + 1)
    for k in range(n_steps):
        adopted[k + 1] = adopted[k] + (1 - adopted[k]) * (outside + talk * adopted[k]) * step
    return adopted


def bass_exponential_steps(n_steps: int, *, p: float, q: float, dt: float = 1.0) -> Floats:
    """Return the fraction of adopters at steps 0, 1, ..., when in each one adopts with chance 1 - e^(-(p + q F) dt).

    Parameters
    ----------
    n_steps : int   at least 0
    p : float       rate of adopting from outside, per unit time, above 0
    q : float       rate of adopting from others when all have adopted, per unit time, at least 0
    dt : float      length of a step, above 0

    Returns
    -------
    float64 (n_steps + 1,)   in an endless crowd; 0 at step 0

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Rand & Rust (2011), the agent-based Bass model, with everybody a neighbour and rates for chances.
    """
    outside, talk = checked_rates(p, q)
    step = ranges.positive("dt", dt)
    adopted = np.zeros(ranges.count("n_steps", n_steps) + 1)
    for k in range(n_steps):
        adopted[k + 1] = adopted[k] - (1 - adopted[k]) * np.expm1(-(outside + talk * adopted[k]) * step)
    return adopted


def checked_rates(p: float, q: float) -> tuple[float, float]:
    """Return p and q as floats: nobody starts without p, so it is above 0.

    Raises
    ------
    ValueError   p is not above 0, or q is below 0
    """
    return ranges.positive("p", p), ranges.at_least("q", q, 0)


def _poisson_chances(n: int, mean: float) -> Floats:
    """Chances of 0, 1, ..., n - 1 events; the rest of the tail is shared out."""
    from scipy.special import gammaln, xlogy

    events = np.arange(n)
    chance = np.exp(xlogy(events, mean) - mean - gammaln(events + 1))
    return np.asarray(chance / chance.sum())
