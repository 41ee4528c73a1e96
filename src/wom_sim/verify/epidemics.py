"""Epidemics of few people: what a tie passes, all states enumerated, distributions of final sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.base import Model
from ..models.cascades import IndependentCascade
from ..models.epidemics import SEIR, SI, SIR, SIS, Period
from ..result import Result
from .cases import (
    Budget,
    Case,
    Outcome,
    curve_against,
    equal,
    frequencies_against,
    heights_at,
    mean_against,
)
from .epidemic_chains import Stages, means_by_step, means_over_time
from .networks import Ties, both_ways, karate, stored

_ALL_FOUR = tuple((u, v) for u in range(4) for v in range(4) if u != v)
_FIVE = ((0, 1), (1, 2), (2, 0), (0, 3), (3, 2), (2, 3), (3, 4), (4, 1))
_SQUARE = both_ways(((0, 1), (1, 2), (2, 3), (3, 0)))
_SMALL: dict[str, tuple[int, Ties]] = {
    "five people": (5, _FIVE),
    "square": (4, _SQUARE),
    "complete mixing of 4": (4, ()),
}
_CHANCES = (0.3, 0.6, 0.2, 0.4, 0.5, 0.1, 0.25, 0.7)
_STEPS = np.array([1, 2, 3, 5, 8])
_DAYS = np.array([1, 2, 4, 8])
_CHAIN = "enumeration of all states"
_GENERATOR = "exponential of the generator over all states"
_KINDS: dict[str, Any] = {"si": SI, "sis": SIS, "sir": SIR, "seir": SEIR}
_SPEEDS = {"si": (0.0, 0.0), "sis": (0.4, 0.0), "sir": (0.4, 0.0), "seir": (0.4, 0.6)}
"""How fast people recover and become infectious: chances a step, rates a day."""


class _Tie(NamedTuple):
    """A model, and the chance that one tie of it ever passes."""

    name: str
    model: Model
    chance: Callable[[], float]
    against: str


def _fixed(length: str) -> Period:
    return Period(kind="fixed", length=length)  # type: ignore[arg-type]  # read by pydantic


def _power_law_chance() -> float:
    """Return 1 - E exp(-.3 D) for a density falling as t^-3 from one day on, in 100,000 equally likely parts."""
    u = (np.arange(100_000) + 0.5) / 100_000
    law = np.full(100_000, 1e-5)
    return theory.random_period_transmissibility(0.3, durations=(1.0 - u) ** -0.5, duration_prob=law)


_EVENTS: dict[str, Any] = {"clock": "events", "infect_rate": 0.1}
_IN_STEPS = partial(theory.discrete_sir_transmissibility, 0.1, recover_prob=0.2)
_IN_TIME = partial(theory.sir_transmissibility, 0.1, recover_rate=0.2)
_FIVE_DAYS = partial(theory.fixed_period_transmissibility, 0.1, duration=5.0)
_TIES = (
    _Tie("SIR in steps", SIR(infect_prob=0.1, recover_prob=0.2), _IN_STEPS, "b / (b + g - b g)"),
    _Tie("SEIR in steps", SEIR(infect_prob=0.1, recover_prob=0.2, onset_prob=0.5), _IN_STEPS, "b / (b + g - b g)"),
    _Tie("SIR of 3 steps", SIR(infect_prob=0.3, duration_steps=3), lambda: 1 - 0.7**3, "1 - (1 - b)^3"),
    _Tie("SIR of 1 step", SIR(infect_prob=0.3, duration_steps=1), lambda: 0.3, "b"),
    _Tie(
        "SEIR of 3 steps", SEIR(infect_prob=0.3, duration_steps=3, latent_steps=2), lambda: 1 - 0.7**3, "1 - (1 - b)^3"
    ),
    _Tie("SIR in time", SIR(**_EVENTS, recover_rate=0.2), _IN_TIME, "b / (b + g)"),
    _Tie("SEIR in time", SEIR(**_EVENTS, recover_rate=0.2, onset_rate=0.5), _IN_TIME, "b / (b + g)"),
    _Tie("SIR of 5 days", SIR(**_EVENTS, duration=_fixed("5d")), _FIVE_DAYS, "1 - exp(-b d)"),
    _Tie("SEIR of 5 days", SEIR(**_EVENTS, duration=_fixed("5d"), latent=_fixed("2d")), _FIVE_DAYS, "1 - exp(-b d)"),
    _Tie(
        "SIR with a power law of periods",
        SIR(
            clock="events",
            infect_rate=0.3,
            duration=Period(kind="power_law", minimum="1d", exponent=3.0),  # type: ignore[arg-type]
        ),
        _power_law_chance,
        "1 - E exp(-b D)",
    ),
)


def cases() -> Iterator[Case]:
    """Yield the cases."""
    yield from _ties()
    yield from _in_steps()
    yield from _in_time()
    yield from _sizes()
    for model in (SIR(infect_prob=0.15, duration_steps=1), SEIR(infect_prob=0.15, duration_steps=1, latent_steps=1)):
        yield Case(
            f"{model.kind.upper()} infectious for one step is IC, replica by replica",
            model.kind,
            "independent cascade on the same luck",
            partial(_one_step, model),
        )


# One tie.


def _ties() -> Iterator[Case]:
    for graph, where in ((stored(2, [(0, 1)]), "along a tie"), (complete_graph(2), "where two meet")):
        for tie in _TIES:
            yield Case(f"{tie.name}, {where}", tie.model.kind, tie.against, partial(_one_tie, graph, tie))


def _one_tie(graph: Graph, tie: _Tie, budget: Budget) -> Outcome:
    # A tie that has not passed in 10,000 days never does: exp(-1000).
    reach = _reach(graph, tie.model, [0], budget.replicas(40_000), budget, max_steps=10_000)
    return mean_against(reach - 1, tie.chance())


# All states of few people.


def _in_steps() -> Iterator[Case]:
    for where, (n, ties) in _SMALL.items():
        for name in ("reach", "infectious"):
            try_it = partial(_sir_by_step, n, ties, 0.3, name)
            yield Case(f"SIR, {name} by step: {where}", "sir", "enumeration of all states, theory", try_it)
        for kind in ("si", "sis", "seir"):
            name = f"{kind.upper()}, infectious by step: {where}"
            yield Case(name, kind, _CHAIN, partial(_by_step, kind, n, ties))
    try_it = partial(_sir_by_step, 5, _FIVE, _CHANCES, "reach")
    yield Case("SIR, reach by step: a chance a tie", "sir", "enumeration of all states, theory", try_it)


def _graph(n: int, ties: Ties, **columns: Any) -> Graph:
    return stored(n, ties, **columns) if ties else complete_graph(n)


def _sir_by_step(n: int, ties: Ties, chances: Any, name: str, budget: Budget) -> Outcome:
    exact = theory.discrete_sir_exact(
        n, ties or _ALL_FOUR, infect_prob=chances, recover_prob=0.4, seed_nodes=[0], steps=int(_STEPS[-1])
    )
    column = isinstance(chances, tuple)
    graph = _graph(n, ties, b=chances) if column else _graph(n, ties)
    result = _run(graph, SIR(infect_prob="b" if column else chances, recover_prob=0.4), budget.replicas(20_000), budget)
    expected = exact.infectious if name == "infectious" else n - exact.susceptible
    return curve_against(heights_at(result, _STEPS, name=name), expected[_STEPS], _STEPS)


def _by_step(kind: str, n: int, ties: Ties, budget: Budget) -> Outcome:
    recover, onset = _SPEEDS[kind]
    exact = means_by_step(n, ties or _ALL_FOUR, 0.3, Stages(kind, recover, onset), n_steps=int(_STEPS[-1]))
    keys = {"recover_prob": recover, "onset_prob": onset}
    model = _KINDS[kind](infect_prob=0.3, **{key: chance for key, chance in keys.items() if chance})
    n_replicas, last = budget.replicas(20_000), int(_STEPS[-1])
    result = _run(_graph(n, ties), model, n_replicas, budget, max_steps=last)
    return curve_against(heights_at(result, _STEPS, name="infectious"), exact.infectious[_STEPS], _STEPS)


def _in_time() -> Iterator[Case]:
    for kind in _KINDS:
        for where, (n, ties) in _SMALL.items():
            name = f"{kind.upper()}, infectious over time: {where}"
            yield Case(name, kind, _GENERATOR, partial(_over_time, kind, n, ties, 0.3))
    for kind in ("sis", "sir"):
        name = f"{kind.upper()}, infectious over time: a rate a tie"
        yield Case(name, kind, _GENERATOR, partial(_over_time, kind, 5, _FIVE, _CHANCES))


def _over_time(kind: str, n: int, ties: Ties, rates: Any, budget: Budget) -> Outcome:
    recover, onset = _SPEEDS[kind]
    exact = means_over_time(n, ties or _ALL_FOUR, rates, Stages(kind, recover, onset), _DAYS)
    column = isinstance(rates, tuple)
    graph = _graph(n, ties, b=rates) if column else _graph(n, ties)
    keys = {"recover_rate": recover, "onset_rate": onset}
    speeds = {key: speed for key, speed in keys.items() if speed}
    model = _KINDS[kind](clock="events", infect_rate="b" if column else rates, **speeds)
    result = _run(graph, model, budget.replicas(20_000), budget, max_steps=int(_DAYS[-1]))
    return curve_against(heights_at(result, _DAYS, name="infectious"), exact.infectious, _DAYS, label="day")


# How many in the end, where all meet all.


def _sizes() -> Iterator[Case]:
    for n, reproduction, n_seeds in ((5, 1.5, 1), (20, 0.8, 1), (20, 3.0, 3), (60, 1.5, 1)):
        for kind in ("sir", "seir"):
            name = f"{kind.upper()}, sizes of R0 = {reproduction}, {n_seeds} of {n} in complete mixing"
            try_it = partial(_size, kind, complete_graph(n), reproduction, n_seeds)
            yield Case(name, kind, "recursion over states", try_it)
    everybody = tuple((u, v) for u in range(20) for v in range(20) if u != v)
    yield Case(
        "SIR, sizes of R0 = 1.5, 1 of 20 with all ties stored",
        "sir",
        "recursion over states",
        partial(_size, "sir", stored(20, everybody), 1.5, 1),
    )


def _size(kind: str, graph: Graph, reproduction: float, n_seeds: int, budget: Budget) -> Outcome:
    n, rate = graph.n_people, 0.2 * reproduction / (graph.n_people - 1)
    exact = theory.sir_exact_final_size_complete(n, infect_rate=rate, recover_rate=0.2, n_seeds=n_seeds)
    latent = {"onset_rate": 0.5} if kind == "seir" else {}
    model = _KINDS[kind](clock="events", infect_rate=rate, recover_rate=0.2, **latent)
    reach = _reach(graph, model, range(n_seeds), budget.replicas(30_000), budget)
    return frequencies_against(np.bincount(reach, minlength=n + 1), exact)


def _one_step(model: Model, budget: Budget) -> Outcome:
    n = budget.replicas(2_000)
    cascade = _reach(karate(), IndependentCascade(share_prob=0.15), [0, 33], n, budget)
    return equal(cascade, _reach(karate(), model, [0, 33], n, budget))


def _reach(
    graph: Graph, model: Model, starters: Iterable[int], n: int, budget: Budget, *, max_steps: int | None = None
) -> NDArray[np.int64]:
    seed = budget.rng_seed
    return simulate(
        graph, model, seed_nodes=starters, n_replicas=n, rng_seed=seed, max_steps=max_steps, curves=False
    ).reach


def _run(graph: Graph, model: Model, n_replicas: int, budget: Budget, *, max_steps: int | None = None) -> Result:
    """Run a model from person 0."""
    seed = budget.rng_seed
    return simulate(graph, model, seed_nodes=[0], n_replicas=n_replicas, rng_seed=seed, max_steps=max_steps)
