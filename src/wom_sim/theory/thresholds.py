"""Threshold models: crowds, global cascades from one person, and adoption from a seeded fraction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .fixed_points import smallest_fixed_point
from .ranges import Floats, Ints

SLACK = 1e-9
"""What is taken off phi * k before rounding up: .2 * 5 is 1 tie, whatever binary fractions say."""


class CascadeWindow(NamedTuple):
    """Mean degrees of a random network between which one person can start a global cascade."""

    lower: float
    upper: float


def acting_by_step(thresholds: ArrayLike, seed_nodes: Sequence[int] = ()) -> Ints:
    """Count who acts in a crowd where all see all, step by step, to the fixed point.

    A person acts once the number already acting is at least their threshold. Who has threshold 0 acts at step 0.

    Parameters
    ----------
    thresholds : int or float (n,)   number acting that makes this person act, at least 0; inf is never
    seed_nodes : ints in [0, n)      people who act at step 0 whatever their threshold

    Returns
    -------
    int64 (n_steps + 1,)   number acting at steps 0, 1, ...; the last is the fixed point

    Raises
    ------
    ValueError   a threshold is below 0 or a seed node is not in the crowd

    Source: Granovetter (1978), the riot of 100 people.
    """
    need = np.array(thresholds, np.float64)
    if need.ndim != 1:
        raise ValueError(f"thresholds: must have one entry per person, got shape {need.shape}")
    if not (need >= 0).all():
        raise ValueError(f"thresholds: must be at least 0, got {need[~(need >= 0)][0]}")
    for person in seed_nodes:
        ranges.count("seed_nodes", person, 0, len(need) - 1)
    need[list(seed_nodes)] = 0
    in_order = np.sort(need)
    acting = [int(np.searchsorted(in_order, 0, side="right"))]
    while (more := int(np.searchsorted(in_order, acting[-1], side="right"))) > acting[-1]:
        acting.append(more)
    return np.array(acting, np.int64)


def fraction_need(max_degree: int, phi: float) -> Ints:
    """Return how many adopting contacts a person of each degree needs if a fraction `phi` of them must adopt.

    Parameters
    ----------
    max_degree : int   at least 0
    phi : float        fraction of the contacts, in (0, 1]

    Returns
    -------
    int64 (max_degree + 1,)   ceil(phi k), at least 1: a person without contacts is never persuaded

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Watts (2002), the model.
    """
    degree = np.arange(ranges.count("max_degree", max_degree) + 1)
    return np.asarray(np.maximum(np.ceil(_phi(phi) * degree - SLACK), 1), np.int64)


def count_need(max_degree: int, n_contacts: int) -> Ints:
    """Return how many adopting contacts a person of each degree needs if it is `n_contacts` for all.

    Parameters
    ----------
    max_degree : int   at least 0
    n_contacts : int   at least 1

    Returns
    -------
    int64 (max_degree + 1,)

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Centola & Macy (2007), complex contagions.
    """
    return np.full(ranges.count("max_degree", max_degree) + 1, ranges.count("n_contacts", n_contacts, 1), np.int64)


def cascade_condition(degree_prob: ArrayLike, phi: float) -> float:
    """Return how many vulnerable people a vulnerable one makes adopt: above 1, one person can start a global cascade.

    Vulnerable is who adopts after one contact, of degree k <= 1 / phi. The number is
    sum over vulnerable k of k (k - 1) p_k, over the mean degree.

    Parameters
    ----------
    degree_prob : float64 (K + 1,)   chance of each degree 0..K, sums to 1
    phi : float                      fraction of contacts that must adopt, in (0, 1]

    Returns
    -------
    float

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Watts (2002), the cascade condition.
    """
    share = ranges.degree_prob(degree_prob)
    degree = np.arange(len(share))
    return float((degree - 1) @ _vulnerable_ends(share, phi))


def cascade_window(phi: float) -> CascadeWindow | None:
    """Find the mean degrees z of a Poisson random network between which one person can start a global cascade.

    With K = floor(1 / phi), the edges solve z P(Poisson(z) <= K - 2) = 1.

    Parameters
    ----------
    phi : float   fraction of contacts that must adopt, in (0, 1]

    Returns
    -------
    CascadeWindow, or None where no mean degree will do (phi above 1/4)

    Raises
    ------
    ValueError   phi is out of its range

    Source: Watts (2002), figure 1, from the cascade condition.
    """
    from scipy.optimize import brentq
    from scipy.special import pdtr

    most = int((1 + SLACK) / _phi(phi))
    if most < 2:
        return None

    def excess(z: float) -> float:
        return float(z * pdtr(most - 2, z) - 1)

    def slope(z: float) -> float:
        within = float(pdtr(most - 2, z))
        last = within - (float(pdtr(most - 3, z)) if most > 2 else 0.0)
        return within - z * last

    # z P(Poisson(z) <= K - 2) rises to one peak, which lies below K, and falls.
    peak = brentq(slope, 0.0, float(most), xtol=1e-13)
    if excess(peak) <= 0:
        return None
    above = 2.0 * most
    while excess(above) > 0:
        above *= 2
    return CascadeWindow(brentq(excess, 0.0, peak, xtol=1e-13), brentq(excess, peak, above, xtol=1e-13))


def vulnerable_cluster(degree_prob: ArrayLike, phi: float) -> float:
    """Return the fraction of people in the giant cluster of vulnerable people, who adopt after one contact.

    Parameters
    ----------
    degree_prob : float64 (K + 1,)   chance of each degree 0..K, sums to 1
    phi : float                      fraction of contacts that must adopt, in (0, 1]

    Returns
    -------
    float in [0, 1]   0 where the cascade condition fails

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Watts (2002), the percolating vulnerable cluster, by generating functions.
    """
    share = ranges.degree_prob(degree_prob)
    degree = np.arange(len(share))
    vulnerable = fraction_need(len(share) - 1, phi) <= 1
    return float((share * vulnerable) @ (1 - _dead_end(share, phi) ** degree))


def extended_vulnerable_cluster(degree_prob: ArrayLike, phi: float) -> float:
    """Return the chance that one person chosen at random starts a global cascade.

    That is the fraction of people who touch the giant vulnerable cluster: 1 - sum p_k u^k, with u the chance that a
    contact does not lead into it, u = 1 - G(1) + G(u), G(x) = sum over vulnerable k of k p_k x^(k - 1) / z.

    Parameters
    ----------
    degree_prob : float64 (K + 1,)   chance of each degree 0..K, sums to 1
    phi : float                      fraction of contacts that must adopt, in (0, 1]

    Returns
    -------
    float in [0, 1]   0 where the cascade condition fails

    Raises
    ------
    ValueError   an argument is out of its range

    Source: Watts (2002), the extended vulnerable cluster.
    """
    share = ranges.degree_prob(degree_prob)
    return float(share @ (1 - _dead_end(share, phi) ** np.arange(len(share))))


def _phi(phi: float) -> float:
    if not 0 < phi <= 1:
        raise ValueError(f"phi: must be in (0, 1], got {phi}")
    return float(phi)


def _vulnerable_ends(share: Floats, phi: float) -> Floats:
    """Chance that a contact has degree k and is vulnerable, for each k."""
    degree = np.arange(len(share))
    ends = share * degree * (fraction_need(len(share) - 1, phi) <= 1) / (share @ degree)
    return np.asarray(ends, np.float64)


def _dead_end(share: Floats, phi: float) -> float:
    """Chance that a contact does not lead into the giant vulnerable cluster: u = 1 - G(1) + G(u)."""
    ends = _vulnerable_ends(share, phi)
    degree = np.arange(len(share))
    return smallest_fixed_point(
        lambda u: float(1 - ends.sum() + ends[1:] @ u ** (degree[1:] - 1)),
        lambda u: float((ends * (degree - 1))[2:] @ u ** (degree[2:] - 2)),
    )
