"""What strategies share that choose one by one, each choice lowering what others are worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.seeding import Asked, Discount, Waiting, choose_discounted
from .pool import SAME_MONEY, Pool
from .ties import listeners_of, sources_of


def asked_of(pool: Pool) -> Asked:
    """Return who may be chosen, and the money for them, as kernels take it: just as `Pool.take` spends it."""
    budget = np.inf if pool.wanted is not None else pool.budget
    return Asked(pool.eligible, pool.already, pool.costs, budget, pool.budget * SAME_MONEY)


def new_waiting(n_people: int) -> Waiting:
    """Return the memory of a choice."""
    return Waiting(np.zeros(n_people, np.int32), np.full(n_people, -1, np.int32), np.zeros(n_people))


def discounted(graph: Graph, pool: Pool, *, told_counts: bool, share_prob: float) -> NDArray[np.int32]:
    """Return people, best first, as many as the pool can choose: int32 (k,).

    Parameters
    ----------
    told_counts : whether being told by somebody chosen lowers what a person is worth; see `kernels.seeding.Discount`
    """
    if graph.complete:
        return np.arange(graph.n_people, dtype=np.int32)
    listeners, sources = listeners_of(graph), sources_of(graph)
    ties = np.concatenate((np.zeros(1, np.int64), np.cumsum(listeners.counts, dtype=np.int64)))
    discount = Discount(
        left=ties[listeners.indptr[1:]] - ties[listeners.indptr[:-1]],
        told=np.zeros(graph.n_people, np.int64),
        told_counts=int(told_counts),
        share_prob=share_prob,
    )
    chosen = np.empty(pool.n_most, np.int32)
    n = choose_discounted(listeners, sources, discount, asked_of(pool), new_waiting(graph.n_people), chosen)
    return chosen[:n]
