"""Cascades, thresholds drawn at random, exposure response: enumeration, published values, cynetdiff."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.base import Model
from ..models.cascades import IndependentCascade, WeightedCascade
from ..models.exposure_response import ExposureResponse
from ..models.linear_threshold import LinearThreshold
from .cases import Budget, Case, Outcome, curve_against, equal, heights_at, mean_against, means_agree
from .networks import both_ways, karate, stored

_PATH = ((0, 1), (1, 2))
_DIAMOND = ((0, 1), (0, 2), (1, 3), (2, 3))
_TRIANGLE = both_ways(((0, 1), (0, 2), (1, 2)))
_SQUARE = both_ways(((0, 1), (1, 2), (2, 3), (3, 0)))
_EIGHT = ((0, 1), (0, 2), (1, 2), (1, 3), (2, 1), (2, 3), (2, 4), (3, 4))
_CHANCES = (0.3, 0.6, 0.2, 0.4, 0.5, 0.1, 0.25, 0.7)
_SMALL: dict[str, tuple[int, Any, Any]] = {
    "path of 3": (3, _PATH, 0.5),
    "diamond": (4, _DIAMOND, 0.5),
    "triangle": (3, _TRIANGLE, 0.3),
    "square": (4, _SQUARE, 0.5),
    "five people, a chance a tie": (5, _EIGHT, _CHANCES),
}
_ENUMERATION = "enumeration of all live-edge graphs"
_FRONTIER = "bond percolation, exact by a frontier of partitions"


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for name, (n, ties, chances) in _SMALL.items():
        try_it = partial(_by_enumeration, n, ties, chances)
        yield Case(f"IC, people reached: {name}", "independent_cascade", _ENUMERATION, try_it)
    yield Case(
        "IC, reached by each step: diamond", "independent_cascade", _ENUMERATION, partial(_steps, 4, _DIAMOND, 0.5)
    )
    for chance in (0.05, 0.1, 0.2):
        for start in (0, 33):
            try_it = partial(_karate, chance, start)
            yield Case(f"IC p = {chance}, karate club from {start}", "independent_cascade", _FRONTIER, try_it)
    for n, chance in ((5, 0.2), (10, 0.1), (50, 0.02)):
        try_it = partial(_complete, n, chance)
        yield Case(f"IC p = {chance}, complete mixing of {n}", "independent_cascade", "recursion on K_n", try_it)
    yield Case("WC = IC with 1 / in-degree, triangle", "weighted_cascade", _ENUMERATION, _weighted_triangle)
    yield Case(
        "WC, karate club from 0",
        "weighted_cascade",
        "MODELS.md 1.3, 4 million runs of another program",
        partial(_karate_weighted, 0, 10.02372, 0.0025),
    )
    yield Case(
        "WC, karate club from 33",
        "weighted_cascade",
        "MODELS.md 1.3, 4 million runs of another program",
        partial(_karate_weighted, 33, 10.55295, 0.0025),
    )
    for name, n, ties, weights in (
        ("diamond", 4, _DIAMOND, (0.5, 0.5, 0.5, 0.5)),
        ("triangle", 3, _TRIANGLE, (0.5,) * 6),
        ("five people, a weight a tie", 5, _EIGHT, _CHANCES),
    ):
        try_it = partial(_threshold_by_enumeration, n, ties, weights)
        yield Case(f"LT, people reached: {name}", "linear_threshold", _ENUMERATION, try_it)
    for start in (0, 33):
        yield Case(
            f"LT, karate club from {start}",
            "linear_threshold",
            "weights of all simple paths",
            partial(_threshold_by_paths, start),
            bias="paths of weight below 1e-8 are left out: at most 0.005",
        )
    yield Case(
        "a constant list is IC, replica by replica",
        "exposure_response",
        "independent cascade on the same luck",
        _constant_response,
    )
    yield Case("0 then 1 is a threshold of two", "exposure_response", "a plain count of adopters", _count_threshold)
    for model in (IndependentCascade(share_prob=0.1), WeightedCascade(), LinearThreshold()):
        yield Case(
            f"{model.kind}, scale-free network of 2,000",
            model.kind,
            "cynetdiff",
            partial(_against_cynetdiff, model),
            needs="cynetdiff",
        )


def _reach(graph: Graph, model: Model, seed_nodes: list[int], n: int, rng_seed: int) -> Any:
    return simulate(graph, model, seed_nodes=seed_nodes, n_replicas=n, rng_seed=rng_seed, curves=False).reach


def _by_enumeration(n: int, ties: Any, chances: Any, budget: Budget) -> Outcome:
    exact = theory.cascade_exact(n, ties, chances=chances, seed_nodes=[0])
    each = chances if isinstance(chances, tuple) else (chances,) * len(ties)
    graph, model = stored(n, ties, p=each), IndependentCascade(share_prob="p")
    return mean_against(_reach(graph, model, [0], budget.replicas(100_000), budget.rng_seed), exact.spread)


def _steps(n: int, ties: Any, chance: float, budget: Budget) -> Outcome:
    exact = theory.cascade_exact(n, ties, chances=chance, seed_nodes=[0])
    result = simulate(
        stored(n, ties),
        IndependentCascade(share_prob=chance),
        seed_nodes=[0],
        n_replicas=budget.replicas(50_000),
        rng_seed=budget.rng_seed,
    )
    steps = np.arange(1, len(exact.curve))
    return curve_against(heights_at(result, steps), exact.curve[1:], steps)


def _karate(chance: float, start: int, budget: Budget) -> Outcome:
    graph = karate()
    edges = [(u, v) for u, v in _pairs(graph) if u < v]
    exact = theory.undirected_cascade_exact(34, edges, chances=chance, seed_nodes=[start])
    sample = _reach(graph, IndependentCascade(share_prob=chance), [start], budget.replicas(100_000), budget.rng_seed)
    return mean_against(sample, exact.spread)


def _complete(n: int, chance: float, budget: Budget) -> Outcome:
    exact = theory.complete_cascade_exact(n, share_prob=chance).spread
    model = IndependentCascade(share_prob=chance)
    return mean_against(_reach(complete_graph(n), model, [0], budget.replicas(50_000), budget.rng_seed), exact)


def _weighted_triangle(budget: Budget) -> Outcome:
    exact = theory.cascade_exact(3, _TRIANGLE, chances=0.5, seed_nodes=[0]).spread
    sample = _reach(stored(3, _TRIANGLE), WeightedCascade(), [0], budget.replicas(100_000), budget.rng_seed)
    return mean_against(sample, exact)


def _karate_weighted(start: int, expected: float, error: float, budget: Budget) -> Outcome:
    sample = _reach(karate(), WeightedCascade(), [start], budget.replicas(100_000), budget.rng_seed)
    return mean_against(sample, expected, expected_error=error)


def _threshold_by_enumeration(n: int, ties: Any, weights: Any, budget: Budget) -> Outcome:
    exact = theory.linear_threshold_exact(n, ties, weights=weights, seed_nodes=[0]).spread
    graph, model = stored(n, ties, w=weights), LinearThreshold(weight="w")
    return mean_against(_reach(graph, model, [0], budget.replicas(100_000), budget.rng_seed), exact)


def _threshold_by_paths(start: int, budget: Budget) -> Outcome:
    graph = karate()
    weights = 1.0 / graph.in_degree[graph.indices]
    exact = theory.linear_threshold_by_paths(34, _pairs(graph), weights=weights, seed_nodes=[start]).spread
    sample = _reach(graph, LinearThreshold(), [start], budget.replicas(100_000), budget.rng_seed)
    return mean_against(sample, exact, margin=0.005)


def _constant_response(budget: Budget) -> Outcome:
    n = budget.replicas(2_000)
    cascade = _reach(karate(), IndependentCascade(share_prob=0.15), [0, 33], n, budget.rng_seed)
    return equal(cascade, _reach(karate(), ExposureResponse(adoption_prob=(0.15,)), [0, 33], n, budget.rng_seed))


def _count_threshold(budget: Budget) -> Outcome:
    graph, adopters = karate(), {0, 1, 33}
    pairs = _pairs(graph)
    while True:
        known = {v for v in range(34) if sum(u in adopters for u, w in pairs if w == v) >= 2}
        if known <= adopters:
            break
        adopters |= known
    found = _reach(graph, ExposureResponse(adoption_prob=(0.0, 1.0)), [0, 1, 33], 5, budget.rng_seed)
    return equal([len(adopters)] * 5, found)


def _pairs(graph: Graph) -> list[tuple[int, int]]:
    src = np.repeat(np.arange(graph.n_people), np.diff(graph.indptr))
    return list(zip(src.tolist(), graph.indices.tolist(), strict=True))


def _against_cynetdiff(model: Model, budget: Budget) -> Outcome:
    import array

    import networkx as nx
    from cynetdiff.models import IndependentCascadeModel, LinearThresholdModel

    graph = Graph.from_networkx(nx.barabasi_albert_graph(2_000, 4, seed=5))
    starts = array.array("I", graph.indptr[:-1].astype(np.uint32).tobytes())
    edges = array.array("I", graph.indices.astype(np.uint32).tobytes())
    shares = array.array("f", (1.0 / graph.in_degree[graph.indices]).astype(np.float32).tobytes())
    peer: Any
    if isinstance(model, IndependentCascade):
        peer = IndependentCascadeModel(starts, edges, activation_prob=float(model.share_prob), rng=1)
    elif isinstance(model, WeightedCascade):
        peer = IndependentCascadeModel(starts, edges, activation_probs=shares, rng=1)
    else:
        peer = LinearThresholdModel(starts, edges, influence=shares, rng=1)
    n, seeds = budget.replicas(2_000, full=20_000), [0, 1, 2, 3, 4]
    peer.set_seeds(seeds)
    theirs = np.empty(n)
    for r in range(n):
        peer.reset_model()
        peer.advance_until_completion()
        theirs[r] = peer.get_num_activated_nodes()
    return means_agree(_reach(graph, model, seeds, n, budget.rng_seed), theirs)
