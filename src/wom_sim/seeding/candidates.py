"""Whom strategies that simulate look at: the people found by sets, the best connected, and some by lot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError, ResourceError, ScenarioError
from ..graph.csr import Graph
from ..kernels.rng import by_lot, derive_key
from .opim import people_by_sets
from .pool import FREE, Pool
from .spread import Spread

SETS, LOT = 10, 11
"""Numbers of the streams, under a strategy's key, of the choice by sets and of the people drawn by lot."""


def usual_number(pool: Pool) -> int:
    """Return how many candidates are looked at where nobody says: twice as many as are wanted, 20 at least."""
    wanted = pool.wanted
    if wanted is None:
        mean_cost = float(pool.costs[pool.eligible].mean())
        wanted = min(pool.n_most, int(pool.budget / mean_cost) + 1) if mean_cost > 0.0 else pool.n_most
    return max(2 * wanted, 20)


def candidates_from(
    graph: Graph, pool: Pool, spread: Spread, key: np.uint64, n_candidates: int
) -> tuple[NDArray[np.int32], str]:
    """Return candidates, int32 (c,), each of whom may be chosen, and where they come from in words.

    Half of them are those whom reverse-reachable sets find, where these can be drawn; the others are by turns the best
    connected (for their cost, where there is a budget) and people drawn by lot. Those who cost more than the budget are
    left out. Where no more may be chosen, all are candidates.
    """
    may = pool.eligible if pool.wanted is not None else pool.eligible & pool.affordable
    people = np.flatnonzero(may).astype(np.int32)
    if len(people) <= n_candidates:
        return people, f"all {len(people):,} people who may be chosen"
    by_sets, says = _found_by_sets(pool, spread, derive_key(key, SETS), (n_candidates + 1) // 2)
    worth = graph.n_listeners[people] / (1.0 if pool.wanted is not None else np.maximum(pool.costs[people], FREE))
    connected = people[np.argsort(-worth, kind="stable")]
    drawn = by_lot(people, derive_key(key, LOT))
    taken = dict.fromkeys(person for person in by_sets.tolist() if may[person])
    n_by_sets, n_connected, turns = len(taken), 0, (iter(connected.tolist()), iter(drawn.tolist()))
    for turn in range(n_candidates - n_by_sets):
        person = next(new for new in turns[turn % 2] if new not in taken)
        taken[person] = None
        n_connected += turn % 2 == 0
    parts = [f"{n_by_sets:,} by reverse-reachable sets ({says})"] if n_by_sets else []
    parts += [f"{n_connected:,} by number of listeners", f"{n_candidates - n_by_sets - n_connected:,} by lot"]
    return np.array(list(taken), np.int32), f"{len(taken):,} candidates: {', '.join(parts)}"


def _found_by_sets(pool: Pool, spread: Spread, key: np.uint64, n: int) -> tuple[NDArray[np.int32], str]:
    """Return people chosen by sets, nobody where these cannot be drawn, and whose reach the sets were for."""
    if pool.wanted is not None:
        pool = replace(pool, wanted=min(n, int(pool.eligible.sum())))
    try:
        reverse = spread.reverse()
        return people_by_sets(pool, reverse, key)[:n], reverse.says
    except (ScenarioError, GraphError, ResourceError):
        return np.zeros(0, np.int32), ""
