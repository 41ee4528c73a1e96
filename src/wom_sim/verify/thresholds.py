"""Thresholds: Granovetter's crowds, complex contagion, the linear threshold model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, localcontext
from functools import partial
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.threshold import RandomFraction, Threshold
from .cases import Budget, Case, Outcome, equal, frequencies_against, mean_against
from .global_cascades import size_from
from .networks import both_ways, karate, stored

_KIND = "threshold"
_TWO = Threshold(count=2)
_UNIFORM = RandomFraction(distribution="uniform")

_EIGHT = ((0, 1), (0, 2), (1, 2), (1, 3), (2, 1), (2, 3), (2, 4), (3, 4))
_WEIGHTS = (0.3, 0.6, 0.2, 0.4, 0.5, 0.1, 0.25, 0.7)


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for name, crowd in (("0 to 99", range(100)), ("2 in place of 1", [0, 2, *range(2, 100)])):
        try_it = partial(_crowd, list(crowd))
        yield Case(f"threshold, crowd of 100: {name}", _KIND, "Granovetter (1978), exact", try_it)
    for sd in (0.1, 0.2):
        try_it = partial(_normal_crowd, sd)
        yield Case(f"threshold, 100 people, normal, sd {sd}", _KIND, "all crowds that stop at k, in 60 digits", try_it)
    yield Case(
        "threshold, 0.07 of 100 contacts is 7",
        _KIND,
        "whole numbers",
        lambda budget: equal([8, 6], [_of_a_hundred(7, budget), _of_a_hundred(6, budget)]),
    )
    yield Case("two needed, ring lattice of 1,000", _KIND, "Centola & Macy (2007): two more a step", _ring)
    for rewired, size in ((0.01, 83.0), (0.1, 11.0)):
        yield Case(
            f"two needed, ring lattice, {rewired:g} rewired",
            _KIND,
            "MODELS.md 6, mean of 20 networks of another program",
            partial(_rewired, rewired, size),
            level="full",
        )
    yield Case("two needed, all rewired: most convince nobody", _KIND, "MODELS.md 6", _all_rewired)
    yield from _linear_thresholds()


def _linear_thresholds() -> Iterator[Case]:
    uniform = Threshold(random_fraction=_UNIFORM)
    paths = "weights of all simple paths, MODELS.md 1.3"
    for start, spread in (((0,), 12.254301), ((33,), 13.081117), ((0, 33), 22.613865)):
        name = " and ".join(map(str, start))
        yield Case(
            f"uniform fractions are LT: karate club from {name}",
            _KIND,
            paths,
            partial(_spread, karate, uniform, start, spread),
        )
    yield Case(
        "uniform fractions are LT: triangle",
        _KIND,
        "enumeration of all live-edge graphs",
        partial(_spread, lambda: stored(3, both_ways(((0, 1), (0, 2), (1, 2)))), uniform, (0,), 2.5),
    )
    yield Case(
        "uniform fractions are LT: five people, a weight a tie",
        _KIND,
        "enumeration of all live-edge graphs",
        _five_people,
    )


# Crowds.


def _crowd(thresholds: list[int], budget: Budget) -> Outcome:
    crowd = replace(complete_graph(100), people_columns={"needs": np.array(thresholds)})
    found = simulate(crowd, Threshold(count="needs"), n_replicas=1, rng_seed=budget.rng_seed)
    exact = theory.acting_by_step(thresholds)
    return equal([exact[-1], 0, *exact], [found.reach[0], *found.curve[0]])


def _normal_crowd(sd: float, budget: Budget) -> Outcome:
    drawn = RandomFraction(distribution="normal", mean=0.25, sd=sd)
    found = simulate(
        complete_graph(100),
        Threshold(random_fraction=drawn),
        n_replicas=budget.replicas(50_000),
        rng_seed=budget.rng_seed,
        curves=False,
    )
    return frequencies_against(np.bincount(found.reach, minlength=101), _stops_at(100, 0.25, sd))


def _stops_at(n_people: int, mean: float, sd: float) -> NDArray[np.float64]:
    """Return the chance that 0, 1, ... of a crowd act, whose thresholds are normal parts of the others.

    k people by themselves all act with chance Q_k. They are the ones who act if the n - k others need more than k, so
    that the sum over j of C(k, j) Q_j (1 - F_j)^(k - j) is 1 for every k, with F_j the chance to need at most j. Terms
    alternate and cancel, hence the digits.
    """
    from scipy.stats import norm

    with localcontext(prec=60):
        stays = [Decimal(float(norm.sf(j / (n_people - 1), mean, sd))) for j in range(n_people + 1)]
        alone: list[Decimal] = []
        for k in range(n_people + 1):
            alone.append(1 - sum((comb(k, j) * alone[j] * stays[j] ** (k - j) for j in range(k)), Decimal(0)))
        chances = [comb(n_people, k) * alone[k] * stays[k] ** (n_people - k) for k in range(n_people + 1)]
    return np.array([max(float(chance), 0.0) for chance in chances])


def _of_a_hundred(n_adopters: int, budget: Budget) -> int:
    graph = stored(101, [(u, 100) for u in range(100)])
    model = Threshold(fraction=0.07)
    return int(simulate(graph, model, seed_nodes=range(n_adopters), n_replicas=1, rng_seed=budget.rng_seed).reach[0])


# Complex contagion.


def _ring(budget: Budget) -> Outcome:
    graph = stored(1000, both_ways([(u, (u + far) % 1000) for u in range(1000) for far in (1, 2)]))
    found = simulate(graph, _TWO, seed_nodes=[0, 1], n_replicas=1, rng_seed=budget.rng_seed)
    return equal([499, *range(2, 1001, 2)], [found.last_step[0], *found.curve[0]])


def _sizes_rewired(rewired: float, n_networks: int, rng_seed: int) -> NDArray[np.int64]:
    import networkx as nx

    numbers = range(rng_seed % 2**32, rng_seed % 2**32 + n_networks)
    networks = (Graph.from_networkx(nx.watts_strogatz_graph(1000, 4, rewired, seed=number)) for number in numbers)
    return np.array([size_from(graph, [0, 1], _TWO) for graph in networks])


def _rewired(rewired: float, expected: float, budget: Budget) -> Outcome:
    """The published mean is of 20 networks, of our standard deviation."""
    found = _sizes_rewired(rewired, budget.replicas(40), budget.rng_seed)
    return mean_against(found, expected, expected_error=float(found.std(ddof=1) / np.sqrt(20)))


def _all_rewired(budget: Budget) -> Outcome:
    return equal(2, int(np.median(_sizes_rewired(1.0, budget.replicas(31), budget.rng_seed))))


# Linear thresholds.


def _five_people(budget: Budget) -> Outcome:
    """A sixth person, who never adopts, takes what the weights into a person lack to 1."""
    into = np.bincount([v for _, v in _EIGHT], _WEIGHTS, minlength=5)
    lacking = [v for v in range(1, 5) if into[v] < 1.0]
    ties = [*_EIGHT, *((5, v) for v in lacking)]
    model, network = (
        Threshold(random_fraction=_UNIFORM, weight="w"),
        stored(6, ties, w=[*_WEIGHTS, *(1.0 - into[lacking])]),
    )
    exact = theory.linear_threshold_exact(5, _EIGHT, weights=_WEIGHTS, seed_nodes=[0]).spread
    return _spread(lambda: network, model, (0,), exact, budget)


def _spread(network: Any, model: Threshold, start: tuple[int, ...], expected: float, budget: Budget) -> Outcome:
    found = simulate(
        network(),
        model,
        seed_nodes=start,
        n_replicas=budget.replicas(50_000),
        rng_seed=budget.rng_seed,
        curves=False,
    )
    return mean_against(found.reach, expected)
