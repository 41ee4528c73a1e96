"""Threshold adoption from a seeded fraction of a network of given degrees: step by step, and in the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .ranges import Floats, Ints

SETTLED = 1e-14
"""Change of the chance in one round at which it counts as settled."""

MAX_ROUNDS = 1_000_000


def adopted_by_step(degree_prob: ArrayLike, *, need: ArrayLike, seed_fraction: float, n_steps: int) -> Floats:
    """Return the fraction of adopters at steps 0, 1, ..., n_steps when all decide at once in each step.

    With q the chance that a contact who looks at somebody undecided has adopted, q_0 = r, and r the seed fraction:
    q_(n+1) = r + (1 - r) sum (k p_k / z) P(Bin(k - 1, q_n) >= need_k) and
    rho_(n+1) = r + (1 - r) sum p_k P(Bin(k, q_n) >= need_k).

    Parameters
    ----------
    degree_prob : float64 (K + 1,)   chance of each degree 0..K, sums to 1
    need : int (K + 1,)              adopting contacts a person of degree k needs, see `fraction_need`, `count_need`
    seed_fraction : float            people who adopt at step 0, chosen at random, in [0, 1]
    n_steps : int                    at least 0

    Returns
    -------
    float64 (n_steps + 1,)   exact for an endless network without short loops

    Raises
    ------
    ValueError   an argument is out of its range, or `need` and `degree_prob` differ in length

    Source: Gleeson & Cahalane (2007), equations 1 and 2; Gleeson (2008), section II, for synchronous steps.
    """
    share, wanted = _checked(degree_prob, need)
    seeded = ranges.prob("seed_fraction", seed_fraction)
    adopted = np.empty(ranges.count("n_steps", n_steps) + 1)
    adopted[0] = contact = seeded
    for n in range(1, len(adopted)):
        adopted[n] = _people(share, wanted, seeded, contact)
        contact = _contacts(share, wanted, seeded, contact)
    return adopted


def adopted_at_last(degree_prob: ArrayLike, *, need: ArrayLike, seed_fraction: float) -> float:
    """Return the final fraction of adopters: the limit of `adopted_by_step`.

    Parameters
    ----------
    degree_prob : float64 (K + 1,)   chance of each degree 0..K, sums to 1
    need : int (K + 1,)              adopting contacts a person of degree k needs, see `fraction_need`, `count_need`
    seed_fraction : float            people who adopt at step 0, chosen at random, in [0, 1]

    Returns
    -------
    float in [seed_fraction, 1]

    Raises
    ------
    ValueError   an argument is out of its range, or `need` and `degree_prob` differ in length

    Source: Gleeson & Cahalane (2007), equations 1 and 2.
    """
    share, wanted = _checked(degree_prob, need)
    seeded = ranges.prob("seed_fraction", seed_fraction)
    contact = seeded
    for _ in range(MAX_ROUNDS):
        before, contact = contact, _contacts(share, wanted, seeded, contact)
        if abs(contact - before) < SETTLED:
            break
    return _people(share, wanted, seeded, contact)


def _checked(degree_prob: ArrayLike, need: ArrayLike) -> tuple[Floats, Ints]:
    share = ranges.degree_prob(degree_prob)
    wanted = np.asarray(need)
    if wanted.shape != share.shape:
        raise ValueError(f"need: must have one entry per degree, {len(share)}, got shape {wanted.shape}")
    if wanted.dtype.kind not in "iu" or (wanted < 0).any():
        raise ValueError(f"need: must be whole numbers of at least 0, got {wanted}")
    return share, wanted.astype(np.int64)


def _people(share: Floats, need: Ints, seeded: float, contact: float) -> float:
    adopted = float(seeded + (1 - seeded) * share @ _chance_of_enough(np.arange(len(share)), need, contact))
    return min(adopted, 1.0)


def _contacts(share: Floats, need: Ints, seeded: float, contact: float) -> float:
    degree = np.arange(len(share))
    of_contact = share * degree / (share @ degree)
    # At most 1, whatever rounding: of chances above 1 nothing would come but nan.
    return min(float(seeded + (1 - seeded) * of_contact @ _chance_of_enough(degree - 1, need, contact)), 1.0)


def _chance_of_enough(n_contacts: Ints, need: Ints, contact: float) -> Floats:
    """P(Bin(n, contact) >= need) for each pair of n and need."""
    from scipy.special import betainc

    some = np.maximum(need, 1)
    chance = betainc(some, np.maximum(n_contacts - some + 1, 1), contact)
    return np.asarray(np.where(need <= 0, 1.0, np.where(need > n_contacts, 0.0, chance)))
