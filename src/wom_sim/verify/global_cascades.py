"""Thresholds on random networks: global cascades from one person, and what a seeded fraction comes to.

Each replica has a network of its own, and starters of its own, so that replicas are independent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..engine.streams import purpose_key
from ..graph.csr import Graph
from ..graph.generate import RandomNetwork
from ..kernels.rng import NETWORK
from ..models.threshold import Threshold
from .cases import Budget, Case, Outcome, curve_against, heights_at, mean_against

_KIND = "threshold"
_WATTS = Threshold(fraction=0.18)
_MANY = 10_000
_IS_GLOBAL = 0.1
"""Cascades in random networks of 10,000 are below a hundredth or above a half."""

_FRONT = "30 in 10,000 on the way: the front's luck, of variance 6 / n, bends its mean (19 +- 6 of 10,000 measured)"


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for z in (2.0, 4.0):
        yield Case(
            f"threshold 0.18, z = {z:g}: one starts a global cascade",
            _KIND,
            "Watts (2002), extended vulnerable cluster",
            partial(_chance_of_global, z),
        )
        yield Case(
            f"threshold 0.18, z = {z:g}: size of global cascades",
            _KIND,
            "Gleeson & Cahalane (2007), few starting",
            partial(_size_of_global, z),
            bias="1 in 10,000: finite network",
        )
    for z, chance, error in ((5.5, 0.449, 0.03), (6.5, 0.0, 0.0005)):
        # None of 3,200: a chance of up to 0.0008, which gives none one time in 13, has this standard error.
        yield Case(
            f"threshold 0.18, z = {z:g}, 10,000 people: one starts a global cascade",
            _KIND,
            "MODELS.md 6, another program at this size",
            partial(_chance_at_the_edge, z, chance, error),
            level="full",
        )
    yield Case(
        "threshold 0.18, z = 4: one of the top tenth starts a global cascade",
        _KIND,
        "1 - u^k, contacts that miss the vulnerable cluster",
        _chance_of_hubs,
        level="full",
    )
    for z in (1.5, 2.0, 3.0, 4.0):
        yield Case(
            f"threshold 0.18, z = {z:g}, a hundredth starts: by step",
            _KIND,
            "Gleeson & Cahalane (2007)",
            partial(_seeded_by_step, z),
            bias=_FRONT,
        )
    yield Case(
        "threshold 0.18, z = 6, a thousandth starts: in the end",
        _KIND,
        "Gleeson & Cahalane (2007)",
        partial(_seeded_at_last, 6.0),
        bias="5 in 100,000: finite network",
        level="full",
    )


def _random_networks(z: float, n_people: int, n_networks: int, rng_seed: int) -> Iterator[Graph]:
    network = RandomNetwork(n_people=n_people, mean_contacts=z)
    for number in range(n_networks):
        yield network.build(purpose_key((rng_seed + number) % 2**64, NETWORK))


def size_from(graph: Graph, seed_nodes: Iterable[int], model: Threshold = _WATTS) -> int:
    """Return the reach of a model without luck of its own."""
    return int(
        simulate(graph, model, seed_nodes=seed_nodes, n_replicas=1, rng_seed=0, threads=1, curves=False).reach[0]
    )


def _from_one(z: float, n_networks: int, budget: Budget) -> NDArray[np.float64]:
    """Return the share reached from one person, in each of many networks."""
    rng = np.random.default_rng(budget.rng_seed)
    networks = _random_networks(z, _MANY, n_networks, budget.rng_seed)
    return np.array([size_from(graph, [int(rng.integers(_MANY))]) for graph in networks]) / _MANY


def _poisson(z: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the degrees of a random network, and what people of each degree need."""
    prob = theory.DegreeDistribution.poisson(z).prob
    return prob, theory.fraction_need(len(prob) - 1, 0.18)


def _chance_of_global(z: float, budget: Budget) -> Outcome:
    exact = theory.extended_vulnerable_cluster(_poisson(z)[0], 0.18)
    return mean_against(_from_one(z, budget.replicas(300), budget) > _IS_GLOBAL, exact)


def _size_of_global(z: float, budget: Budget) -> Outcome:
    found = _from_one(z, budget.replicas(150), budget)
    prob, need = _poisson(z)
    exact = theory.adopted_at_last(prob, need=need, seed_fraction=1e-6)
    return mean_against(found[found > _IS_GLOBAL], exact, margin=1.0 / _MANY)


def _chance_at_the_edge(z: float, chance: float, error: float, budget: Budget) -> Outcome:
    found = _from_one(z, budget.replicas(300), budget) > _IS_GLOBAL
    return mean_against(found, chance, expected_error=error)


def _chance_of_hubs(budget: Budget) -> Outcome:
    """Compare, start by start, whether a cascade was global with the chance of a person of that degree."""
    rng = np.random.default_rng(budget.rng_seed)
    ends = np.arange(1, 6) * _poisson(4.0)[0][1:6] / 4.0
    miss = 0.0
    for _ in range(10_000):
        miss = 1.0 - ends.sum() + float(ends @ miss ** np.arange(5))
    found, expected = [], []
    for graph in _random_networks(4.0, _MANY, budget.replicas(300), budget.rng_seed):
        start = int(rng.choice(np.argsort(-graph.out_degree, kind="stable")[: _MANY // 10]))
        found.append(size_from(graph, [start]) > _IS_GLOBAL * _MANY)
        expected.append(1.0 - miss ** graph.out_degree[start])
    chance = float(np.mean(expected))
    return mean_against(np.array(found, np.float64) - np.array(expected) + chance, chance)


def _seeded_by_step(z: float, budget: Budget) -> Outcome:
    steps, rng = np.array([1, 2, 3, 5, 8, 12, 20, 60]), np.random.default_rng(budget.rng_seed)
    rows = [
        heights_at(simulate(graph, _WATTS, seed_nodes=starters, n_replicas=1, rng_seed=0, threads=1), steps)[0]
        for graph in _random_networks(z, _MANY, budget.replicas(60), budget.rng_seed)
        for starters in [rng.choice(_MANY, _MANY // 100, replace=False).tolist()]
    ]
    prob, need = _poisson(z)
    exact = theory.adopted_by_step(prob, need=need, seed_fraction=0.01, n_steps=60)[steps]
    return curve_against(np.array(rows) / _MANY, exact, steps, margin=30.0 / _MANY)


def _seeded_at_last(z: float, budget: Budget) -> Outcome:
    n, rng = 10 * _MANY, np.random.default_rng(budget.rng_seed)
    found = [
        size_from(graph, rng.choice(n, n // 1000, replace=False).tolist()) / n
        for graph in _random_networks(z, n, budget.replicas(10), budget.rng_seed)
    ]
    prob, need = _poisson(z)
    return mean_against(found, theory.adopted_at_last(prob, need=need, seed_fraction=0.001), margin=5.0 / n)
