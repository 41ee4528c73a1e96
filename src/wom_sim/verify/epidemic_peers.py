"""Epidemics and cascades in the karate club against other programs: EoN, ndlib."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
from numpy.random import default_rng

from ..api import simulate
from ..models.base import Model
from ..models.cascades import IndependentCascade
from ..models.epidemics import SI, SIR, SIS
from ..result import Result
from .cases import Budget, Case, Outcome, heights_at, means_agree
from .networks import karate


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for name, try_it in (
        ("SIR, karate club, final size", _eon_sizes),
        ("SIR, karate club, infectious on day 2", _eon_day),
        ("SIR of 1 step, karate club, final size", _eon_steps),
    ):
        yield Case(name, "sir", "EoN", try_it, needs="EoN")
    yield Case("SIS, karate club, infectious on day 4", "sis", "EoN fast_SIS", _eon_sis, needs="EoN")
    for model, state, step in (
        (SI(infect_prob=0.08), "infectious", 4),
        (SIS(infect_prob=0.08, recover_prob=0.25), "infectious", 8),
        (SIR(infect_prob=0.08, recover_prob=0.25), "recovered", 12),
    ):
        try_it = partial(_ndlib, model, state, step)
        name = f"{model.kind.upper()}, karate club, {state} at step {step}"
        yield Case(name, model.kind, "ndlib", try_it, needs="ndlib")
    yield Case("IC p = 0.1, karate club, by ndlib", "independent_cascade", "ndlib", _ndlib_cascade, needs="ndlib")


def _eon(function: str, *rates: float, at: float, n: int, budget: Budget, **options: Any) -> tuple[Any, Any]:
    """Return how many are infectious at a time, and how many were infected by then, in n runs of EoN."""
    peer, network, rng = import_module("EoN"), _karate_as_networkx(), default_rng(budget.rng_seed)
    infectious, infected = np.empty(n), np.empty(n)
    for r in range(n):
        times, s, i = getattr(peer, function)(network, *rates, initial_infecteds=[0], rng=rng, **options)[:3]
        place = int(np.searchsorted(times, at, side="right")) - 1
        infectious[r], infected[r] = i[place], 34 - s[place]
    return infectious, infected


def _eon_sizes(budget: Budget) -> Outcome:
    n = budget.replicas(1_500)
    _, theirs = _eon("fast_SIR", 0.1, 0.5, at=np.inf, n=n, budget=budget)
    model = SIR(clock="events", infect_rate=0.1, recover_rate=0.5)
    return means_agree(_run(model, 10 * n, budget).reach, theirs)


def _eon_day(budget: Budget) -> Outcome:
    n = budget.replicas(1_500)
    theirs, _ = _eon("fast_SIR", 0.3, 0.5, at=2.0, n=n, budget=budget)
    ours = heights_at(
        _run(SIR(clock="events", infect_rate=0.3, recover_rate=0.5), 10 * n, budget), [2], name="infectious"
    )[:, 0]
    return means_agree(ours, theirs)


def _eon_steps(budget: Budget) -> Outcome:
    n = budget.replicas(1_500)
    _, theirs = _eon("basic_discrete_SIR", 0.15, at=np.inf, n=n, budget=budget)
    return means_agree(_run(SIR(infect_prob=0.15, duration_steps=1), 10 * n, budget).reach, theirs)


def _eon_sis(budget: Budget) -> Outcome:
    n = budget.replicas(1_000)
    theirs, _ = _eon("fast_SIS", 0.1, 0.5, at=4.0, n=n, budget=budget, tmax=4.5)
    model = SIS(clock="events", infect_rate=0.1, recover_rate=0.5)
    result = _run(model, 10 * n, budget, max_steps=4)
    return means_agree(heights_at(result, [4], name="infectious")[:, 0], theirs)


_NDLIB_STATES = {"infectious": 1, "recovered": 2}


def _ndlib(model: Model, state: str, step: int, budget: Budget) -> Outcome:
    """Compare with ndlib, in whose SI, SIS and SIR all update at once from the states before, as in ours.

    In its SEIR too, but its first people are infectious and ours exposed: that one is left out.
    """
    n = budget.replicas(400)
    names = {"infect_prob": "beta", "recover_prob": "lambda" if model.kind == "sis" else "gamma"}
    given = {name: getattr(model, key) for key, name in names.items() if hasattr(model, key)}
    theirs = _ndlib_counts(f"{model.kind.upper()}Model", given, _NDLIB_STATES[state], step, n, budget)
    result = _run(model, 10 * n, budget, max_steps=step)
    return means_agree(heights_at(result, [step], name=state)[:, 0], theirs)


def _ndlib_counts(name: str, keys: dict[str, float], state: int, step: int, n: int, budget: Budget) -> list[float]:
    epidemics, config = import_module("ndlib.models.epidemics"), import_module("ndlib.models.ModelConfig")
    network = _karate_as_networkx()
    settings = config.Configuration()
    for key, value in keys.items():
        settings.add_model_parameter(key, value)
    if name == "IndependentCascadesModel":
        for edge in network.edges():
            settings.add_edge_configuration("threshold", edge, 0.1)
    settings.add_model_initial_configuration("Infected", [0])
    peer = getattr(epidemics, name)(network, seed=budget.rng_seed % 2**32)
    peer.set_initial_status(settings)
    found = []
    for _ in range(n):
        peer.reset()
        for _ in range(step + 1):  # its first is the start
            counts = peer.iteration(node_status=False)["node_count"]
        found.append(float(counts[state]))
    return found


def _ndlib_cascade(budget: Budget) -> Outcome:
    n = budget.replicas(400)
    theirs = _ndlib_counts("IndependentCascadesModel", {}, 2, 34, n, budget)
    return means_agree(_run(IndependentCascade(share_prob=0.1), 10 * n, budget).reach, theirs)


def _karate_as_networkx() -> Any:
    import networkx as nx

    graph = karate()
    sources = np.repeat(np.arange(34), np.diff(graph.indptr))
    return nx.Graph(list(zip(sources.tolist(), graph.indices.tolist(), strict=True)))


def _run(model: Model, n_replicas: int, budget: Budget, *, max_steps: int | None = None) -> Result:
    return simulate(
        karate(),
        model,
        seed_nodes=[0],
        n_replicas=n_replicas,
        rng_seed=budget.rng_seed,
        max_steps=max_steps,
    )
