"""How large outbreaks are and how likely: on random networks, and where everybody meets everybody."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.random import default_rng
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.base import Model
from ..models.epidemics import SEIR, SIR
from .cases import Budget, Case, Outcome, equal, mean_against
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


# How large an outbreak is on a network, and how likely.


def _passing(chance: float, clock: str) -> SIR:
    """Return a model in which a tie passes with this chance: b / (b + g), in steps b / (b + g - b g); b = .08."""
    recover = 0.08 * (1.0 / chance - 1.0)
    if clock == "steps":
        return SIR(infect_prob=0.08, recover_prob=recover / 0.92)
    return SIR(clock="events", infect_rate=0.08, recover_rate=recover)


def _outbreaks() -> Iterator[Case]:
    for clock in ("steps", "events"):
        for degree, chance in _REGULAR:
            yield Case(
                f"SIR in {clock}, {degree}-regular, T = {chance}: share of an outbreak",
                "sir",
                _PERCOLATION,
                partial(_share_of_regular, degree, chance, clock),
                bias="a network of n = 10,000 has some short loops: at most 5 / n",
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
                bias="a network of n = 5,000 has some short loops: at most 20 / n",
            )
    for cutoff, chances in ((5.0, (0.8, 1.0)), (10.0, (0.5, 0.8, 1.0))):
        yield Case(
            f"SIR in steps, power law with cutoff {cutoff:g}: the largest component",
            "sir",
            "scipy.sparse.csgraph",
            partial(_largest_component, cutoff),
        )
        for chance in chances:
            yield Case(
                f"SIR in steps, power law with cutoff {cutoff:g}, T = {chance}: share of an outbreak",
                "sir",
                _OWN_DEGREES,
                partial(_share_of_power_law, cutoff, chance),
                bias=f"who is tied to whom in one network of 20,000: sd {_SPREAD[cutoff, chance]} over networks, "
                "that of 100,000 of a full run by their root; and 0.001 of dropped repeated ties",
            )


def _large(reach: NDArray[np.int64], n: int, share: float) -> NDArray[np.bool_]:
    """Say which replicas were outbreaks: sizes between few people and about a share of all hardly ever come."""
    return reach > n * share / 2


def _share_of_regular(degree: int, chance: float, clock: str, budget: Budget) -> Outcome:
    degrees = theory.DegreeDistribution.regular(degree)
    share = theory.outbreak_share(degrees, transmissibility=chance)
    reach = _reach(regular(degree, 10_000), _passing(chance, clock), 0, budget.replicas(200), budget)
    return mean_against(reach[_large(reach, 10_000, share)] / 10_000, share, margin=5e-4)


def _share_of_random(chance: float, clock: str, budget: Budget) -> Outcome:
    graph = random_network(5.0, _N)
    return _share_of_own(graph, _passing(chance, clock), chance, budget, error=0.0005, margin=0.0003)


def _share_of_own(graph: Graph, model: Model, chance: float, budget: Budget, *, error: float, margin: float) -> Outcome:
    """Compare outbreaks from the person of most ties, from whom nearly every epidemic takes off."""
    n, degrees = graph.n_people, theory.DegreeDistribution.from_degrees(graph.in_degree)
    share = theory.outbreak_share(degrees, transmissibility=chance)
    reach = _reach(graph, model, int(np.argmax(graph.in_degree)), budget.replicas(100), budget)
    return mean_against(reach[_large(reach, n, share)] / n, share, expected_error=error, margin=margin)


def _chance_of_outbreak(degree: int, chance: float, clock: str, budget: Budget) -> Outcome:
    degrees = theory.DegreeDistribution.regular(degree)
    expected = share = theory.outbreak_share(degrees, transmissibility=chance)
    model = SIR(infect_prob=chance, duration_steps=1)
    if clock == "events":
        model = _passing(chance, clock)
        expected = theory.sir_outbreak_prob(degrees, infect_rate=chance, recover_rate=1.0 - chance)
    reach = _reach(regular(degree, 5_000), model, 0, budget.replicas(1_000), budget)
    return mean_against(_large(reach, 5_000, share), expected, margin=0.004)


_SPREAD = {(5.0, 0.8): 0.007, (5.0, 1.0): 0.008, (10.0, 0.5): 0.0035, (10.0, 0.8): 0.003, (10.0, 1.0): 0.005}
"""Standard deviation over networks of 20,000 people of the share of an outbreak, by cutoff and T; from 40 of them."""


def _share_of_power_law(cutoff: float, chance: float, budget: Budget) -> Outcome:
    n = budget.replicas(_N, full=5 * _N)
    error = _SPREAD[cutoff, chance] * (_N / n) ** 0.5
    model = SIR(infect_prob=chance, duration_steps=1)
    return _share_of_own(power_law_network(cutoff, n), model, chance, budget, error=error, margin=0.001)


def _largest_component(cutoff: float, budget: Budget) -> Outcome:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = power_law_network(cutoff, _N)
    matrix = csr_array((np.ones(graph.n_ties), graph.indices, graph.indptr), shape=(_N, _N))
    component = connected_components(matrix, directed=False)[1]
    sizes = np.bincount(component)
    model = SIR(infect_prob=1.0, duration_steps=1)
    return equal([sizes.max()] * 2, _reach(graph, model, int(np.argmax(component == sizes.argmax())), 2, budget))


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
                bias="who is tied to whom in one network of 20,000: sd 0.02 over networks",
            )


def _small_on_regular(chance: float, clock: str, budget: Budget) -> Outcome:
    expected = theory.mean_outbreak_size(theory.DegreeDistribution.regular(4), transmissibility=chance)
    reach = _reach(regular(4, _N), _passing(chance, clock), 0, budget.replicas(40_000), budget)
    return mean_against(reach, expected, margin=0.005)


def _small_on_random(chance: float, clock: str, budget: Budget) -> Outcome:
    """Compare the means of many who start, drawn at random."""
    graph = random_network(5.0, _N)
    degrees = theory.DegreeDistribution.from_degrees(graph.in_degree)
    starters = default_rng(budget.rng_seed).permutation(_N)[: budget.replicas(100, full=2_000)]
    means = [_reach(graph, _passing(chance, clock), int(v), 200, budget).mean() for v in starters]
    expected = theory.mean_outbreak_size(degrees, transmissibility=chance)
    return mean_against(means, expected, expected_error=0.02)


# Where everybody meets everybody.


_MIXING = (
    (1.1, 200_000, 200),
    (1.2, 50_000, 40),
    (1.5, 5_000, 4),
    (2.0, 5_000, 2),
    (2.5, 5_000, 1),
    (3.0, 5_000, 1),
    (5.0, 5_000, 1),
)
"""R0, people, and how far the mean of such a population is below the limit, times people.

From 1.5 on by the exact distributions for 1,000 to 4,000 people, of which the product is the same: 2.4, .87, .48, .31
and .08; nearer to 1 it grows at most as (R0 - 1)^-3.
"""


def _mixing() -> Iterator[Case]:
    for kind in ("sir", "seir"):
        for reproduction, n, below in _MIXING:
            yield Case(
                f"{kind.upper()}, complete mixing, R0 = {reproduction}: share of an outbreak",
                kind,
                _MASS_ACTION,
                partial(_mass_action, kind, reproduction, n, below / n),
                bias=f"a population of n = {n:,} is at most {below} / n below the limit",
                level="quick" if n == 5_000 and (kind == "sir" or reproduction == 1.5) else "full",
            )
    yield Case(
        "SIR in steps, complete mixing, R0 = 1.5: share of an outbreak",
        "sir",
        _MASS_ACTION,
        _mass_action_in_steps,
        bias="a population of n = 5,000 is at most 4 / n below the limit",
    )


def _mass_action(kind: str, reproduction: float, n: int, margin: float, budget: Budget) -> Outcome:
    rates: dict[str, Any] = {"infect_rate": 0.2 * reproduction / (n - 1), "recover_rate": 0.2}
    model = SIR(clock="events", **rates) if kind == "sir" else SEIR(clock="events", onset_rate=0.5, **rates)
    share = theory.mass_action_outbreak_share(reproduction)
    reach = _reach(complete_graph(n), model, 0, budget.replicas(150), budget)
    return mean_against(reach[_large(reach, n, share)] / n, share, margin=margin)


def _mass_action_in_steps(budget: Budget) -> Outcome:
    """Compare with the chance to escape all who fall ill, (1 - T)^(n F)."""
    n = 5_000
    b = 0.2 * 1.5 / (n - 1)
    chance = theory.discrete_sir_transmissibility(b, recover_prob=0.2)
    share = theory.mass_action_outbreak_share(-(n - 1) * float(np.log1p(-chance)))
    reach = _reach(complete_graph(n), SIR(infect_prob=b, recover_prob=0.2), 0, budget.replicas(200), budget)
    return mean_against(reach[_large(reach, n, share)] / n, share, margin=4 / n)


def _reach(graph: Graph, model: Model, starter: int, n_replicas: int, budget: Budget) -> NDArray[np.int64]:
    return simulate(
        graph, model, seed_nodes=[starter], n_replicas=n_replicas, rng_seed=budget.rng_seed, curves=False
    ).reach
