"""Epidemics of large populations over time: edge-based equations on networks, mass action in complete mixing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.random import default_rng

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.base import Model
from ..models.epidemics import SEIR, SI, SIR, SIS
from ..theory.epidemic_curves import edge_based_seir, mass_action_seir
from .cases import Budget, Case, Outcome, curve_against, heights_at
from .networks import random_network

_N = 2_000
_DAYS = np.array([2, 5, 10, 20])


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for kind, name in (("sir", "susceptible"), ("sir", "infectious"), ("si", "susceptible"), ("seir", "infectious")):
        yield Case(
            f"{kind.upper()}, random network of 5 ties: share {name} by day",
            kind,
            "edge-based equations, the network's own degrees",
            partial(_on_network, kind, name, 20_000, 0.05, 0.0005),
            bias="1,000 of 20,000 start, who are tied at random: at most 0.0005",
        )
    for name in ("susceptible", "infectious"):
        yield Case(
            f"SIR, random network of 5 ties, 1 in 1,000 start: share {name} by day",
            "sir",
            "edge-based equations, the network's own degrees",
            partial(_on_network, "sir", name, 200_000, 0.001, 0.001),
            bias="200 of 200,000 start; when an outbreak takes off differs: at most 0.001",
            level="full",
        )
    for kind in ("si", "sis", "sir", "seir"):
        yield Case(
            f"{kind.upper()}, complete mixing: share infectious by day",
            kind,
            "mass action",
            partial(_in_mixing, kind),
            bias="a tenth of 2,000 starts, each of whom infects at random: at most 0.001",
        )


def _model(kind: str, rate: float) -> Model:
    own: dict[str, Any] = {
        "si": {},
        "sis": {"recover_rate": 0.5},
        "sir": {"recover_rate": 0.5},
        "seir": {"recover_rate": 0.5, "onset_rate": 0.7},
    }[kind]
    kinds: dict[str, Callable[..., Model]] = {"si": SI, "sis": SIS, "sir": SIR, "seir": SEIR}
    return kinds[kind](clock="events", infect_rate=rate, **own)


def _edge_based(kind: str, graph: Graph, started: float) -> Any:
    degrees = theory.DegreeDistribution.from_degrees(graph.in_degree)
    if kind == "seir":
        return edge_based_seir(
            degrees,
            infect_rate=0.3,
            onset_rate=0.7,
            recover_rate=0.5,
            initial_share=started,
            start="exposed",
            times=_DAYS,
        )
    recover = 0.0 if kind == "si" else 0.5
    return theory.edge_based_sir(degrees, infect_rate=0.3, recover_rate=recover, initial_share=started, times=_DAYS)


def _on_network(kind: str, name: str, n: int, started: float, margin: float, budget: Budget) -> Outcome:
    """Compare with theory the curves of replicas, each with people of its own who start."""
    graph, model, rng = random_network(5.0, n), _model(kind, 0.3), default_rng(budget.rng_seed)
    found = []
    for _ in range(budget.replicas(40, full=300)):
        starters = rng.permutation(n)[: round(started * n)]
        result = simulate(
            graph, model, seed_nodes=starters, n_replicas=1, rng_seed=int(rng.integers(2**63)), max_steps=int(_DAYS[-1])
        )
        found.append(heights_at(result, _DAYS, name=name)[0] / n)
    expected = getattr(_edge_based(kind, graph, started), name)
    return curve_against(found, expected, _DAYS, margin=margin, label="day")


def _in_mixing(kind: str, budget: Budget) -> Outcome:
    model, rates = _model(kind, 1.0 / (_N - 1)), {"infect_rate": 1.0, "recover_rate": 0.0 if kind == "si" else 0.5}
    if kind == "seir":
        expected = mass_action_seir(**rates, onset_rate=0.7, initial_share=0.1, start="exposed", times=_DAYS).infectious
    elif kind == "sis":
        expected = theory.mass_action_sis(**rates, initial_share=0.1, times=_DAYS)
    else:
        expected = theory.mass_action_sir(**rates, initial_share=0.1, times=_DAYS).infectious
    result = simulate(
        complete_graph(_N),
        model,
        seed_nodes=range(_N // 10),
        n_replicas=budget.replicas(200),
        rng_seed=budget.rng_seed,
        max_steps=int(_DAYS[-1]),
    )
    return curve_against(heights_at(result, _DAYS, name="infectious") / _N, expected, _DAYS, margin=0.001, label="day")
