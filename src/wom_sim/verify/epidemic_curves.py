"""Epidemics in large populations: outbreaks on random networks and in complete mixing, and curves over time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.base import Model
from ..models.epidemics import SEIR, SI, SIR, SIS
from ..theory.exposed_starts import edge_based_seir_from_exposed, mass_action_seir_from_exposed
from .cases import Budget, Case, Outcome, curve_against, equal, heights_at, mean_against
from .networks import power_law_network, random_network, regular

_N = 20_000
_REGULAR = ((3, 0.6), (4, 0.4), (4, 0.5))
_PERCOLATION = "bond percolation on a configuration model"
_OWN_DEGREES = "bond percolation with the network's own degrees"
_MASS_ACTION = "F = 1 - exp(-R0 F)"


def cases() -> Iterator[Case]:
    """Yield the cases."""
    yield from _outbreaks()
    yield from _small_outbreaks()
    yield from _mixing()
    yield from _curves()


# How large an outbreak is on a network, and how likely.


def _passing(chance: float, clock: str) -> SIR:
    """Return a model in which a tie passes with this chance: b / (b + g), in steps b / (b + g - b g); b = .2."""
    recover = 0.2 * (1.0 / chance - 1.0)
    if clock == "steps":
        return SIR(infect_prob=0.2, recover_prob=recover / 0.8)
    return SIR(clock="events", infect_rate=0.2, recover_rate=recover)


def _outbreaks() -> Iterator[Case]:
    for clock in ("steps", "events"):
        for degree, chance in _REGULAR:
            yield Case(
                f"SIR in {clock}, {degree}-regular, T = {chance}: share of an outbreak",
                "sir",
                _PERCOLATION,
                partial(_share_of_regular, degree, chance, clock),
                bias="a network of 20,000 has some short loops: at most 0.0002",
            )
        for chance in (0.3, 0.4):
            yield Case(
                f"SIR in {clock}, random network of 5 ties, T = {chance}: share of an outbreak",
                "sir",
                _OWN_DEGREES,
                partial(_share_of_random, chance, clock),
                bias="who is tied to whom in one network of 20,000: sd 0.0005 over networks, and 0.0003 of short loops",
            )
    for degree, chance in _REGULAR:
        for clock, against in (("steps", _PERCOLATION), ("events", "Kenah & Robins (2007)")):
            yield Case(
                f"SIR in {clock}, {degree}-regular, T = {chance}: chance of an outbreak",
                "sir",
                against,
                partial(_chance_of_outbreak, degree, chance, clock),
                bias="a network of 5,000 has some short loops: at most 0.001",
            )
    for cutoff, chances in ((5.0, (0.8, 1.0)), (10.0, (0.5, 0.8, 1.0))):
        yield Case(
            f"SIR in steps, power law with cutoff {cutoff:g}: the largest component",
            "sir",
            "networkx",
            partial(_largest_component, cutoff),
        )
        for chance in chances:
            yield Case(
                f"SIR in steps, power law with cutoff {cutoff:g}, T = {chance}: share of an outbreak",
                "sir",
                _OWN_DEGREES,
                partial(_share_of_power_law, cutoff, chance),
                bias=f"who is tied to whom in one network of 50,000: sd {_SPREAD[cutoff, chance]} over networks, and "
                "0.002 of dropped repeated ties",
            )


def _large(reach: NDArray[np.int64], n: int, share: float) -> NDArray[np.bool_]:
    """Say which replicas were outbreaks: sizes between few people and about a share of all hardly ever come."""
    return reach > n * share / 2


def _share_of_regular(degree: int, chance: float, clock: str, budget: Budget) -> Outcome:
    degrees = theory.DegreeDistribution.regular(degree)
    share = theory.outbreak_share(degrees, transmissibility=chance)
    reach = _reach(regular(degree, _N), _passing(chance, clock), 0, budget.replicas(300), budget)
    return mean_against(reach[_large(reach, _N, share)] / _N, share, margin=0.0002)


def _share_of_random(chance: float, clock: str, budget: Budget) -> Outcome:
    graph = random_network(5.0, _N)
    return _share_of_own(graph, _passing(chance, clock), chance, budget, error=0.0005, margin=0.0003)


def _share_of_own(graph: Graph, model: Model, chance: float, budget: Budget, *, error: float, margin: float) -> Outcome:
    """Compare outbreaks from the person of most ties, from whom nearly every epidemic takes off."""
    n, degrees = graph.n_people, theory.DegreeDistribution.from_degrees(graph.in_degree)
    share = theory.outbreak_share(degrees, transmissibility=chance)
    reach = _reach(graph, model, int(np.argmax(graph.in_degree)), budget.replicas(150), budget)
    return mean_against(reach[_large(reach, n, share)] / n, share, expected_error=error, margin=margin)


def _chance_of_outbreak(degree: int, chance: float, clock: str, budget: Budget) -> Outcome:
    degrees = theory.DegreeDistribution.regular(degree)
    expected = share = theory.outbreak_share(degrees, transmissibility=chance)
    model = SIR(infect_prob=chance, duration_steps=1)
    if clock == "events":
        model = _passing(chance, clock)
        expected = theory.sir_outbreak_prob(degrees, infect_rate=0.2, recover_rate=0.2 * (1.0 / chance - 1.0))
    reach = _reach(regular(degree, 5_000), model, 0, budget.replicas(2_000), budget)
    return mean_against(_large(reach, 5_000, share), expected, margin=0.001)


_SPREAD = {(5.0, 0.8): 0.006, (5.0, 1.0): 0.006, (10.0, 0.5): 0.003, (10.0, 0.8): 0.003, (10.0, 1.0): 0.003}
"""Standard deviation over networks of 50,000 people of the share of an outbreak, by cutoff and transmissibility."""


def _share_of_power_law(cutoff: float, chance: float, budget: Budget) -> Outcome:
    model = SIR(infect_prob=chance, duration_steps=1)
    graph = power_law_network(cutoff, 50_000)
    return _share_of_own(graph, model, chance, budget, error=_SPREAD[cutoff, chance], margin=0.002)


def _largest_component(cutoff: float, budget: Budget) -> Outcome:
    import networkx as nx

    graph = power_law_network(cutoff, 50_000)
    sources = np.repeat(np.arange(graph.n_people), np.diff(graph.indptr))
    network = nx.Graph(list(zip(sources.tolist(), graph.indices.tolist(), strict=True)))
    component = max(nx.connected_components(network), key=len)
    model = SIR(infect_prob=1.0, duration_steps=1)
    return equal([len(component)] * 2, _reach(graph, model, min(component), 2, budget))


def _small_outbreaks() -> Iterator[Case]:
    for clock in ("steps", "events"):
        for chance in (0.2, 0.25):
            yield Case(
                f"SIR in {clock}, 4-regular, T = {chance}: mean size below the threshold",
                "sir",
                "1 + T <k> / (1 - T g1'(1))",
                partial(_small_on_regular, chance, clock),
                bias="outbreaks of a network of 20,000 meet themselves: at most 0.005",
            )
        for chance in (0.1, 0.15):
            yield Case(
                f"SIR in {clock}, random network of 5 ties, T = {chance}: mean size below the threshold",
                "sir",
                "1 + T <k> / (1 - T g1'(1)), the network's own degrees",
                partial(_small_on_random, chance, clock),
                bias="who is tied to whom in one network of 20,000: sd 0.03 over networks",
            )


def _small_on_regular(chance: float, clock: str, budget: Budget) -> Outcome:
    expected = theory.mean_outbreak_size(theory.DegreeDistribution.regular(4), transmissibility=chance)
    reach = _reach(regular(4, _N), _passing(chance, clock), 0, budget.replicas(40_000), budget)
    return mean_against(reach, expected, margin=0.005)


def _small_on_random(chance: float, clock: str, budget: Budget) -> Outcome:
    """Compare the means of many who start, drawn at random."""
    graph = random_network(5.0, _N)
    degrees = theory.DegreeDistribution.from_degrees(graph.in_degree)
    starters = np.random.default_rng(budget.rng_seed).permutation(_N)[: budget.replicas(100, full=2_000)]
    means = [_reach(graph, _passing(chance, clock), int(v), 200, budget).mean() for v in starters]
    expected = theory.mean_outbreak_size(degrees, transmissibility=chance)
    return mean_against(means, expected, expected_error=0.03)


# Where everybody meets everybody.


def _mixing() -> Iterator[Case]:
    for kind in ("sir", "seir"):
        for reproduction, n, away in _REPRODUCTIONS:
            yield Case(
                f"{kind.upper()}, complete mixing, R0 = {reproduction}: share of an outbreak",
                kind,
                _MASS_ACTION,
                partial(_mass_action, kind, reproduction, n, away / n),
                bias=f"a population of n = {n:,} is at most {away} / n below the limit",
            )
    yield Case(
        "SIR in steps, complete mixing, R0 = 1.5: share of an outbreak",
        "sir",
        _MASS_ACTION,
        _mass_action_in_steps,
        bias="a population of n = 20,000 is at most 4 / n below the limit",
    )


_REPRODUCTIONS = (
    (1.1, 200_000, 200),
    (1.2, 100_000, 40),
    (1.5, _N, 4),
    (2.0, _N, 2),
    (2.5, _N, 1),
    (3.0, _N, 1),
    (5.0, _N, 1),
)
"""R0, people, and how far the mean of such a population is from the limit, times people.

From 1.5 on by the exact distributions for 1,000 to 4,000 people, of which the product is the same: 2.4, .87, .48, .31
and .08; nearer to 1 it grows at most as (R0 - 1)^-3.
"""


def _mass_action(kind: str, reproduction: float, n: int, margin: float, budget: Budget) -> Outcome:
    rates: dict[str, Any] = {"infect_rate": 0.2 * reproduction / (n - 1), "recover_rate": 0.2}
    model = SIR(clock="events", **rates) if kind == "sir" else SEIR(clock="events", onset_rate=0.5, **rates)
    share = theory.mass_action_outbreak_share(reproduction)
    reach = _reach(complete_graph(n), model, 0, budget.replicas(150 if n == _N else 500), budget)
    return mean_against(reach[_large(reach, n, share)] / n, share, margin=margin)


def _mass_action_in_steps(budget: Budget) -> Outcome:
    """Compare with the chance to escape all who fall ill, (1 - T)^(n F)."""
    b = 0.2 * 1.5 / (_N - 1)
    chance = theory.discrete_sir_transmissibility(b, recover_prob=0.2)
    share = theory.mass_action_outbreak_share(-(_N - 1) * float(np.log1p(-chance)))
    reach = _reach(complete_graph(_N), SIR(infect_prob=b, recover_prob=0.2), 0, budget.replicas(150), budget)
    return mean_against(reach[_large(reach, _N, share)] / _N, share, margin=4 / _N)


# Curves over time.


def _curves() -> Iterator[Case]:
    for name, kind, shares in (
        ("susceptible", "sir", _edge_based),
        ("infectious", "sir", _edge_based),
        ("susceptible", "si", _edge_based),
        ("infectious", "seir", _edge_based),
    ):
        yield Case(
            f"{kind.upper()}, random network of 5 ties: share {name} by day",
            kind,
            "edge-based equations, the network's own degrees",
            partial(_on_network, kind, name, 50_000, 0.02, 0.001),
            bias="1,000 of 50,000 start, who are tied at random: at most 0.001",
        )
    for name in ("susceptible", "infectious"):
        yield Case(
            f"SIR, random network of 5 ties, 1 in 1,000 start: share {name} by day",
            "sir",
            "edge-based equations, the network's own degrees",
            partial(_on_network, "sir", name, 200_000, 0.001, 0.003),
            bias="200 of 200,000 start; when an outbreak takes off differs: at most 0.003",
            level="full",
        )
    for kind in ("si", "sis", "sir", "seir"):
        yield Case(
            f"{kind.upper()}, complete mixing: share infectious by day",
            kind,
            "mass action",
            partial(_in_mixing, kind),
            bias="400 of 20,000 start, each of whom infects at random: at most 0.001",
        )


_DAYS = np.array([2, 5, 10, 20, 40])


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
        return edge_based_seir_from_exposed(
            degrees, infect_rate=0.3, onset_rate=0.7, recover_rate=0.5, exposed_share=started, times=_DAYS
        )
    recover = 0.0 if kind == "si" else 0.5
    return theory.edge_based_sir(degrees, infect_rate=0.3, recover_rate=recover, initial_share=started, times=_DAYS)


def _on_network(kind: str, name: str, n: int, started: float, margin: float, budget: Budget) -> Outcome:
    """Compare with theory the curves of replicas, each with people of its own who start."""
    graph, model, rng = random_network(5.0, n), _model(kind, 0.3), np.random.default_rng(budget.rng_seed)
    found = []
    for r in range(budget.replicas(60, full=200)):
        starters = rng.permutation(n)[: round(started * n)]
        result = simulate(graph, model, seed_nodes=starters, n_replicas=1, rng_seed=r, max_steps=int(_DAYS[-1]))
        found.append(heights_at(result, _DAYS, name=name)[0] / n)
    expected = getattr(_edge_based(kind, graph, started), name)
    return curve_against(found, expected, _DAYS, margin=margin, label="day")


def _in_mixing(kind: str, budget: Budget) -> Outcome:
    model, rates = _model(kind, 1.0 / (_N - 1)), {"infect_rate": 1.0, "recover_rate": 0.0 if kind == "si" else 0.5}
    if kind == "seir":
        expected = mass_action_seir_from_exposed(**rates, onset_rate=0.7, exposed_share=0.02, times=_DAYS).infectious
    elif kind == "sis":
        expected = theory.mass_action_sis(**rates, initial_share=0.02, times=_DAYS)
    else:
        expected = theory.mass_action_sir(**rates, initial_share=0.02, times=_DAYS).infectious
    result = simulate(
        complete_graph(_N),
        model,
        seed_nodes=range(400),
        n_replicas=budget.replicas(100),
        rng_seed=budget.rng_seed,
        max_steps=int(_DAYS[-1]),
    )
    return curve_against(heights_at(result, _DAYS, name="infectious") / _N, expected, _DAYS, margin=0.001, label="day")


def _reach(graph: Graph, model: Model, starter: int, n_replicas: int, budget: Budget) -> NDArray[np.int64]:
    return simulate(
        graph, model, seed_nodes=[starter], n_replicas=n_replicas, rng_seed=budget.rng_seed, curves=False
    ).reach
