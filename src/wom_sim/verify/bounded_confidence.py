"""Bounded confidence: exact means of two, what is conserved, known thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.deffuant import Deffuant
from .cases import Budget, Case, Outcome, close, equal, mean_against
from .networks import regular, stored

_LONG = 10**6


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for graph, where in ((complete_graph(2), "who meet"), (stored(2, [(0, 1)]), "along a tie")):
        for d in (0.1, 0.5, 0.9):
            yield Case(
                f"two people {where}, confidence {d}: how often they agree",
                "deffuant",
                "2 d - d^2",
                partial(_two, graph, d, "clusters"),
            )
            yield Case(
                f"two people {where}, confidence {d}: spread that stays",
                "deffuant",
                "1/6 - d^2 / 2 + d^3 / 3",
                partial(_two, graph, d, "spread"),
            )
    for m in (0.1, 0.5):
        yield Case(
            f"ten people who all listen, convergence {m}: variance after 3 steps",
            "deffuant",
            "(n - 1) / 12 n (1 - 4 m (1 - m) / (n - 1))^(3 n)",
            partial(_variance, m),
        )
    yield Case("the mean opinion stays as it was, three confidences", "deffuant", "conservation", _mean_stays)
    for mixing, where, d in ((True, "complete mixing", 0.55), (False, "random network of 12 ties", 0.6)):
        yield Case(
            f"all agree above the threshold of 1/2: {where}, confidence {d}",
            "deffuant",
            "Fortunato (2004)",
            partial(_all_agree, mixing, d),
        )
    yield Case(
        "large clusters for confidence 0.3",
        "deffuant",
        "the whole part of 1 / (2 d), Weisbuch et al. (2002)",
        partial(_clusters, 0.3),
        bias="a rule of thumb: it may be off by 1 in a quarter of the replicas",
    )
    for d in (0.2, 0.14):
        yield Case(
            f"large clusters for confidence {d}",
            "deffuant",
            "the whole part of 1 / (2 d), Weisbuch et al. (2002)",
            partial(_clusters, d),
            bias="a rule of thumb: it may be off by 1 in a quarter of the replicas",
            level="full",
        )


def _two(graph: Graph, d: float, name: str, budget: Budget) -> Outcome:
    model = Deffuant(confidence=d, convergence=0.3, tolerance=1e-9)
    found = _run(graph, model, budget.replicas(20_000), budget)
    agree = found["clusters"] == 1
    if name == "clusters":
        return mean_against(agree, 2 * d - d**2)
    return mean_against(np.where(agree, 0.0, found["spread"]), 1 / 6 - d**2 / 2 + d**3 / 3)


def _variance(convergence: float, budget: Budget) -> Outcome:
    n, steps = 10, 3
    model = Deffuant(confidence=1.0, convergence=convergence, tolerance=1e-9)
    found = _run(complete_graph(n), model, budget.replicas(20_000), budget, max_steps=steps)
    kept = 1 - 4 * convergence * (1 - convergence) / (n - 1)
    return mean_against(found["spread"] ** 2, (n - 1) / n / 12 * kept ** (n * steps))


def _mean_stays(budget: Budget) -> Outcome:
    before: list[float] = []
    after: list[float] = []
    for d in (0.1, 0.3, 0.6):
        model = Deffuant(confidence=d, convergence=0.3)
        for steps, kept in ((0, before), (200, after)):
            kept += _run(complete_graph(300), model, 5, budget, max_steps=steps)["mean_opinion"].tolist()
    return close(before, after, tolerance=1e-9)


def _all_agree(mixing: bool, d: float, budget: Budget) -> Outcome:
    n = budget.replicas(10)
    graph = complete_graph(500) if mixing else regular(12, 500)
    return equal([500] * n, _run(graph, Deffuant(confidence=d), n, budget)["largest_cluster"])


def _clusters(d: float, budget: Budget) -> Outcome:
    """Compare how often there are so many clusters of 5 % of people, when the large ones have long come to rest."""
    model = Deffuant(confidence=d, major_share=0.05)
    found = _run(complete_graph(1_000), model, budget.replicas(20, full=200), budget, max_steps=150)
    return mean_against(found["major_clusters"] == int(1 / (2 * d)), 1.0, margin=0.25)


def _run(graph: Graph, model: Deffuant, n: int, budget: Budget, *, max_steps: int = _LONG) -> dict[str, NDArray[Any]]:
    result = simulate(graph, model, n_replicas=n, rng_seed=budget.rng_seed, max_steps=max_steps, curves=False)
    return dict(result.counts)
