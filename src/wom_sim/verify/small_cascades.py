"""Cascades and linear threshold on small networks: who is reached, when, parallel ties, complete mixing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.base import Model
from ..models.cascades import IndependentCascade, WeightedCascade
from ..models.linear_threshold import LinearThreshold
from .cases import Budget, Case, Outcome, curve_against, heights_at, mean_against
from .networks import Ties, both_ways, karate, stored

_PATH: Ties = ((0, 1), (1, 2))
_DIAMOND: Ties = ((0, 1), (0, 2), (1, 3), (2, 3))
_TRIANGLE = both_ways(((0, 1), (0, 2), (1, 2)))
_SQUARE = both_ways(((0, 1), (1, 2), (2, 3), (3, 0)))
_EIGHT: Ties = ((0, 1), (0, 2), (1, 2), (1, 3), (2, 1), (2, 3), (2, 4), (3, 4))
_OF_EIGHT = (0.3, 0.6, 0.2, 0.4, 0.5, 0.1, 0.25, 0.7)
_COINS: dict[str, tuple[int, Ties, Sequence[float]]] = {
    "path of 3": (3, _PATH, (0.5,) * 2),
    "diamond": (4, _DIAMOND, (0.5,) * 4),
    "triangle, p = 0.5": (3, _TRIANGLE, (0.5,) * 6),
    "triangle, p = 0.3": (3, _TRIANGLE, (0.3,) * 6),
    "square": (4, _SQUARE, (0.5,) * 8),
    "five people": (5, _EIGHT, _OF_EIGHT),
}
_WEIGHTS: dict[str, tuple[int, Ties, Sequence[float]]] = {
    "path of 3": (3, _PATH, (0.5,) * 2),
    "diamond": (4, _DIAMOND, (0.5,) * 4),
    "triangle": (3, _TRIANGLE, (0.5,) * 6),
    "square": (4, _SQUARE, (0.5,) * 8),
    "five people": (5, _EIGHT, _OF_EIGHT),
}
_PARALLEL = (*both_ways(((0, 1), (1, 2), (0, 2), (2, 3))), (0, 1), (0, 1), (1, 2), (2, 1), (2, 3))
"""Ties of four people, some of them several times."""
_ENUMERATION = "enumeration of all live-edge graphs"


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for name, (n, ties, chances) in _COINS.items():
        of_coins = partial(_each_person, "independent_cascade", n, ties, chances)
        yield Case(f"IC, who is reached: {name}", "independent_cascade", _ENUMERATION, of_coins)
    five = partial(_by_step, IndependentCascade(share_prob="p"), 5, _EIGHT, _OF_EIGHT)
    yield Case("IC, reached by each step: five people", "independent_cascade", _ENUMERATION, five)
    for n, chance in ((3, 0.5), (4, 0.5), (10, 0.05)):
        yield Case(
            f"IC p = {chance}, complete mixing of {n}, not from the first",
            "independent_cascade",
            "recursion on K_n",
            partial(_complete, n, chance),
        )
    yield Case(
        "IC p = 0.1, karate club from 0 and 33",
        "independent_cascade",
        "bond percolation, exact by a frontier of partitions",
        _karate_from_two,
    )
    yield Case("IC, parallel ties counted", "independent_cascade", _ENUMERATION, _parallel_coins)
    yield Case("WC, parallel ties counted", "weighted_cascade", _ENUMERATION, _parallel_degrees)
    for name, n, ties in (("square and a tail", 5, (*_SQUARE, (2, 4))), ("diamond", 4, _DIAMOND)):
        shares = _shares(n, ties)
        weighted = partial(_each_person, "weighted_cascade", n, ties, shares)
        yield Case(f"WC, who is reached: {name}", "weighted_cascade", _ENUMERATION, weighted)
        steps = partial(_by_step, WeightedCascade(), n, ties, shares)
        yield Case(f"WC, reached by each step: {name}", "weighted_cascade", _ENUMERATION, steps)
    yield Case("WC, complete mixing of 20", "weighted_cascade", "recursion on K_n, p = 1 / 19", _weighted_complete)
    for name, (n, ties, weights) in _WEIGHTS.items():
        of_weights = partial(_each_person, "linear_threshold", n, ties, weights)
        yield Case(f"LT, who is reached: {name}", "linear_threshold", _ENUMERATION, of_weights)
    for name in ("square", "five people"):
        weighed = partial(_by_step, LinearThreshold(weight="p"), *_WEIGHTS[name])
        yield Case(f"LT, reached by each step: {name}", "linear_threshold", _ENUMERATION, weighed)
    for n in (3, 5):
        yield Case(
            f"LT, reached by each step: complete mixing of {n}",
            "linear_threshold",
            _ENUMERATION,
            partial(_threshold_of_complete, n),
        )
    yield Case("LT, parallel ties counted", "linear_threshold", _ENUMERATION, _parallel_weights)
    yield Case(
        "LT, karate club from 0 and 33",
        "linear_threshold",
        "weights of all simple paths",
        _threshold_from_two,
        bias="paths of weight below 1e-8 are left out: at most 0.005",
    )


def _each_person(kind: str, n: int, ties: Ties, strength: Sequence[float], budget: Budget) -> Outcome:
    """Whoever is reached brings 2^v - 1 followers of their own, v being their number: reach says who was there."""
    exact = theory.linear_threshold_exact if kind == "linear_threshold" else theory.cascade_exact
    keys: Any = {("weights" if kind == "linear_threshold" else "chances"): strength}
    activation = exact(n, ties, seed_nodes=[0], **keys).activation
    followers = [(v, n + 2**v - v - 1 + i) for v in range(n) for i in range(2**v - 1)]
    graph = stored(n + len(followers), (*ties, *followers), p=(*strength, *(1.0 for _ in followers)))
    model: Model = {
        "independent_cascade": IndependentCascade(share_prob="p"),
        "weighted_cascade": WeightedCascade(),
        "linear_threshold": LinearThreshold(weight="p"),
    }[kind]
    reach = _reach(graph, model, [0], budget.replicas(50_000), budget.rng_seed)
    found = (reach[:, None] >> np.arange(n)) & 1
    return curve_against(found, activation, np.arange(n), label="person")


def _by_step(model: Model, n: int, ties: Ties, strength: Sequence[float], budget: Budget) -> Outcome:
    if isinstance(model, LinearThreshold):
        exact = theory.linear_threshold_exact(n, ties, weights=strength, seed_nodes=[0]).curve
    else:
        exact = theory.cascade_exact(n, ties, chances=strength, seed_nodes=[0]).curve
    return _curve(stored(n, ties, p=strength), model, exact, budget)


def _threshold_of_complete(n: int, budget: Budget) -> Outcome:
    ties = both_ways([(u, v) for u in range(n) for v in range(u)])
    exact = theory.linear_threshold_exact(n, ties, weights=1 / (n - 1), seed_nodes=[0]).curve
    return _curve(complete_graph(n), LinearThreshold(), exact, budget)


def _curve(graph: Graph, model: Model, exact: Any, budget: Budget) -> Outcome:
    result = simulate(graph, model, seed_nodes=[0], n_replicas=budget.replicas(50_000), rng_seed=budget.rng_seed)
    steps = np.arange(1, len(exact))
    return curve_against(heights_at(result, steps), exact[1:], steps)


def _shares(n: int, ties: Ties) -> tuple[float, ...]:
    listened = np.bincount([v for _, v in ties], minlength=n)
    return tuple(1.0 / listened[v] for _, v in ties)


def _complete(n: int, chance: float, budget: Budget) -> Outcome:
    exact = theory.complete_cascade_exact(n, share_prob=chance).spread
    model = IndependentCascade(share_prob=chance)
    return mean_against(_reach(complete_graph(n), model, [n // 2], budget.replicas(50_000), budget.rng_seed), exact)


def _weighted_complete(budget: Budget) -> Outcome:
    from fractions import Fraction

    exact = theory.complete_cascade_exact(20, share_prob=Fraction(1, 19)).spread
    return mean_against(
        _reach(complete_graph(20), WeightedCascade(), [7], budget.replicas(50_000), budget.rng_seed), exact
    )


def _karate_from_two(budget: Budget) -> Outcome:
    edges = [(u, v) for u, v in _pairs(karate()) if u < v]
    exact = theory.undirected_cascade_exact(34, edges, chances=0.1, seed_nodes=[0, 33]).spread
    model = IndependentCascade(share_prob=0.1)
    return mean_against(_reach(karate(), model, [0, 33], budget.replicas(100_000), budget.rng_seed), exact)


def _threshold_from_two(budget: Budget) -> Outcome:
    graph = karate()
    weights = 1.0 / graph.in_degree[graph.indices]
    exact = theory.linear_threshold_by_paths(34, _pairs(graph), weights=weights, seed_nodes=[0, 33]).spread
    sample = _reach(graph, LinearThreshold(), [0, 33], budget.replicas(100_000), budget.rng_seed)
    return mean_against(sample, exact, margin=0.005)


def _pairs(graph: Graph) -> list[tuple[int, int]]:
    src = np.repeat(np.arange(graph.n_people), np.diff(graph.indptr))
    return list(zip(src.tolist(), graph.indices.tolist(), strict=True))


# Parallel ties.


def _counted() -> Graph:
    src, dst = np.array(_PARALLEL).T
    return Graph.from_edges(src, dst, parallel_ties="count")


def _parallel_coins(budget: Budget) -> Outcome:
    exact = theory.cascade_exact(4, _PARALLEL, chances=0.2, seed_nodes=[0]).spread
    model = IndependentCascade(share_prob=0.2)
    return mean_against(_reach(_counted(), model, [0], budget.replicas(100_000), budget.rng_seed), exact)


def _parallel_degrees(budget: Budget) -> Outcome:
    exact = theory.cascade_exact(4, _PARALLEL, chances=_shares(4, _PARALLEL), seed_nodes=[0]).spread
    return mean_against(_reach(_counted(), WeightedCascade(), [0], budget.replicas(100_000), budget.rng_seed), exact)


def _parallel_weights(budget: Budget) -> Outcome:
    exact = theory.linear_threshold_exact(4, _PARALLEL, weights=_shares(4, _PARALLEL), seed_nodes=[0]).curve
    return _curve(_counted(), LinearThreshold(), exact, budget)


def _reach(graph: Graph, model: Model, seed_nodes: list[int], n_replicas: int, rng_seed: int) -> Any:
    return simulate(graph, model, seed_nodes=seed_nodes, n_replicas=n_replicas, rng_seed=rng_seed, curves=False).reach
