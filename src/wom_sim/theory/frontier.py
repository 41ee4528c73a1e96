"""Exact cascades on undirected networks too large to enumerate, by who hangs together at a moving frontier.

With one chance in both directions an independent cascade is bond percolation: one coin a tie, and the seed nodes'
cluster is reached. People are taken in one at a time; of those already in, only the ones with ties still to come are
kept apart, by the cluster they belong to. All coin results that leave the same clusters there are one case from there
on, so the work grows with the frontier's width and not with the number of ties.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import ranges
from .ties import Tie, checked_seed_nodes, checked_ties, combined_chances, one_a_tie, reachable

_SEEDS = 0
"""Number of the seed nodes' cluster; the others are numbered from 1 in order of who came first."""

Clusters = tuple[int, ...]
"""The cluster of each person at the frontier, in order of entry."""

Friends = dict[int, dict[int, float]]
"""Whom each person is tied to, with the chance of that tie."""


class _Case(NamedTuple):
    """All coin results that leave the same clusters at the frontier.

    chance : float   of this case
    holds : float64 (1 + clusters, people)   chance of the case with that person in that cluster, whether or not the
        person is still at the frontier
    """

    chance: float
    holds: NDArray[np.float64]


Cases = dict[Clusters, _Case]


class ExactReach(NamedTuple):
    """Expectations without sampling error.

    spread : float   expected number of people reached, seed nodes included
    activation : float64 (n_people,)   chance that each person is reached
    """

    spread: float
    activation: NDArray[np.float64]


def undirected_cascade_exact(
    n_people: int,
    ties: Sequence[Tie],
    *,
    chances: ArrayLike,
    seed_nodes: Sequence[int],
    max_width: int = 10,
) -> ExactReach:
    """Work out the independent cascade on an undirected network, each tie passing both ways with one chance.

    Parameters
    ----------
    n_people : int   people are 0 to n_people - 1
    ties : pairs (u, v)   each undirected tie once; a pair given twice is two ties
    chances : float, or float (n_ties,)   chance that a tie passes, in [0, 1]
    seed_nodes : people who start; repeats are harmless
    max_width : int >= 1   people at the frontier at most; Zachary's karate club needs 6, a 9 x 9 grid 10
        and some twenty seconds, and each further one four times as long

    Raises
    ------
    ValueError
        When an argument is out of range, or every order tried has a wider frontier than `max_width`.

    Source: Newman (2002), "Spread of epidemic disease on networks", for cascades as bond percolation;
    Hardy, Lucet & Limnios (2007), "K-terminal network reliability measures", for the frontier.
    """
    ranges.count("max_width", max_width, 1)
    pairs, seeds = checked_ties(n_people, ties), checked_seed_nodes(n_people, seed_nodes)
    # Seed nodes are one person here: their own ties are of no use, and clusters that hold any are one cluster.
    first = seeds[0]
    joined = [tuple(sorted(first if w in seeds else w for w in tie)) for tie in pairs]
    passes = combined_chances([(u, v) for u, v in joined], one_a_tie("chances", chances, len(pairs)))
    passes = {(u, v): chance for (u, v), chance in passes.items() if u != v}
    friends = _friends(passes, first)
    order = _narrowest_order(friends, max_width)
    activation = _sweep(n_people, order, friends, first)
    activation[seeds] = 1.0
    return ExactReach(float(activation.sum()), activation)


# The order of entry.


def _friends(passes: dict[Tie, float], seed_node: int) -> Friends:
    """Return whom each person within reach is tied to, with the chance of that tie."""
    within = reachable([*passes, *((v, u) for u, v in passes)], [seed_node])
    found: Friends = {u: {} for u in sorted(within)}
    for (u, v), chance in passes.items():
        if u in within:
            found[u][v] = found[v][u] = chance
    return found


def _narrowest_order(friends: Friends, max_width: int) -> list[int]:
    """Return the order of entry with the least work, of one greedy order from each first person."""
    orders = [_greedy_order(friends, u) for u in friends]
    order, widths = min(orders, key=lambda found: sum(3**width for width in found[1]))
    if max(widths) > max_width:
        raise ValueError(
            f"ties: must have an order with a frontier of at most max_width = {max_width}, got {max(widths)}"
        )
    return order


def _greedy_order(friends: Friends, first: int) -> tuple[list[int], list[int]]:
    """Take in whoever leaves the fewest people at the frontier; return the order and the width at each entry."""
    order, within, frontier, widths = [first], {first}, {first}, [1]
    while len(order) < len(friends):
        _, v = min(
            (sum(bool(friends[w].keys() - within - {v}) for w in frontier | {v}), v)
            for v in {v for w in frontier for v in friends[w]} - within
        )
        order.append(v)
        within.add(v)
        widths.append(len(frontier) + 1)
        frontier = {w for w in frontier | {v} if friends[w].keys() - within}
    return order, widths


# The sweep.


def _sweep(n_people: int, order: list[int], friends: Friends, seed_node: int) -> NDArray[np.float64]:
    """Return each person's chance of being in the seed node's cluster."""
    activation = np.zeros(n_people)
    cases: Cases = {(): _Case(1.0, np.zeros((1, n_people)))}
    frontier: list[int] = []
    within: set[int] = set()
    for v in order:
        cases = _entered(cases, v, is_seed=v == seed_node)
        frontier.append(v)
        within.add(v)
        for u in frontier[:-1]:
            if u in friends[v]:
                cases = _tied(cases, frontier.index(u), len(frontier) - 1, friends[v][u])
        for u in [u for u in frontier if not friends[u].keys() - within]:
            cases = _left(cases, frontier.index(u), activation)
            frontier.remove(u)
    return activation


def _entered(cases: Cases, v: int, *, is_seed: bool) -> Cases:
    """Take in a person, alone in a cluster of their own."""
    found = {}
    for clusters, (chance, holds) in cases.items():
        grown = holds.copy() if is_seed else np.vstack([holds, np.zeros_like(holds[:1])])
        cluster = _SEEDS if is_seed else len(holds)
        grown[cluster, v] = chance
        found[*clusters, cluster] = _Case(chance, grown)
    return found


def _tied(cases: Cases, at_u: int, at_v: int, passes: float) -> Cases:
    """Toss the coin of one tie: live, it makes one cluster of two, and the seed nodes' keeps its number."""
    found: Cases = {}
    for clusters, (chance, holds) in cases.items():
        kept, given_up = sorted((clusters[at_u], clusters[at_v]))
        if kept == given_up:
            _add(found, clusters, chance, holds)
            continue
        if passes < 1:
            _add(found, clusters, chance * (1 - passes), holds * (1 - passes))
        merged = holds * passes
        merged[kept] += merged[given_up]
        _add(found, tuple(kept if c == given_up else c for c in clusters), chance * passes, merged)
    return found


def _left(cases: Cases, at: int, activation: NDArray[np.float64]) -> Cases:
    """Let a person leave the frontier; with the last of the seed nodes' cluster a case is over."""
    found: Cases = {}
    for clusters, (chance, holds) in cases.items():
        rest = clusters[:at] + clusters[at + 1 :]
        if clusters[at] == _SEEDS and _SEEDS not in rest:
            activation += holds[_SEEDS]
        else:
            _add(found, rest, chance, holds)
    return found


def _add(cases: Cases, clusters: Clusters, chance: float, holds: NDArray[np.float64]) -> None:
    """Add a case, its clusters numbered anew in order of appearance; those no longer at the frontier are dropped."""
    number = {_SEEDS: _SEEDS}
    for cluster in clusters:
        number.setdefault(cluster, len(number))
    key, rows = tuple(number[cluster] for cluster in clusters), holds[list(number)]
    known = cases.get(key)
    cases[key] = _Case(chance, rows) if known is None else _Case(known.chance + chance, known.holds + rows)
