"""Sizes and shapes of cascades: big seeds, branching processes, structural virality."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..graph.generate import RandomNetwork
from ..models.cascades import IndependentCascade
from ..observed import Cascades
from ..result import Result
from .cases import Budget, Case, Outcome, close, frequencies_against, mean_against
from .networks import broadcasters, karate, stored

_KIND = "independent_cascade"
_CROWD, _LARGE = 2_000, 20_000
_FINITE = {0.041: 0.002, 0.5: 0.01, 0.7: 0.2}
"""People by which 20 of 2,000 are off the endless crowd: the finite chain drawn four million times, and its error."""
_PUBLISHED_VIRALITY = 3.62
_ERROR_OF_VIRALITY = 0.69 / 1347**0.5
_LAUNCHED, _MORE_LAUNCHED = 50, 200


def cases() -> Iterator[Case]:
    """Yield the cases."""
    yield Case("IC, sizes from 3 of 30 who all mix", _KIND, "recursion on K_n", _sizes_of_complete)
    for reproduction, off in _FINITE.items():
        yield Case(
            f"big seed, R = {reproduction}: 20 of 2,000 who all mix",
            _KIND,
            "F = 1 - (1 - f0) exp(-R F)",
            partial(_big_seed, reproduction),
            bias=f"a finite crowd: at most {off:g} people, by drawing its chain four million times",
        )
    yield Case(
        "big seed, R = 0.5: 2,000 of 200,000, 50 listeners each",
        _KIND,
        "F = 1 - (1 - f0) exp(-R F)",
        _big_seed_on_ties,
        level="full",
    )
    yield Case(
        "Borel, R = 0.5: sizes from one of 2,000 who all mix",
        _KIND,
        "Borel distribution",
        _borel,
        bias="a finite crowd: a chance is off by at most 1.3e-4, by the exact exploration process; not taken off",
    )
    yield Case(
        "Borel, R = 0.5: mean size from one of 2,000 who all mix",
        _KIND,
        "1 / (1 - R)",
        _borel_mean,
        bias="a finite crowd: 3 / n, by the exact recursion for 100 people",
    )
    yield Case(
        "Borel, R = 0.9: 100 or more, of 20,000 who all mix",
        _KIND,
        "Borel distribution",
        _borel_tail,
        bias="a finite crowd: 5.2e-4, by the exact exploration process",
        level="full",
    )
    for name, try_it in (("star of 50", _virality_of_star), ("path of 40", _virality_of_path)):
        yield Case(f"structural virality: {name}, all pass", _KIND, "2 - 2 / n; (n + 1) / 3", try_it)
    yield Case("structural virality: star of 50, half pass", _KIND, "2 - 2 / reach", _virality_of_some)
    yield Case("structural virality: karate club", _KIND, "Wiener index by networkx", _virality_by_networkx)
    many_roots = "50 cascades at once among 100,000 people get in each other's way: at most 1 in 500 tries"
    for share in (0.1, 0.5, 0.7):
        yield Case(
            f"cascades on hubs (alpha = 2.3), r = {share}: sizes",
            _KIND,
            "total progeny of the branching process",
            partial(_sizes_on_hubs, share),
            bias=f"{many_roots}; not taken off",
            level="full",
        )
    yield Case(
        "cascades on hubs (alpha = 2.3), r = 0.5: structural virality of 100 or more",
        _KIND,
        "MODELS.md 11, 1,347 trees of another program",
        _virality_on_hubs,
        bias="hubs of at most 100,000 listeners in place of a million: 0.03, by drawing six million families of each; "
        "200 cascades at once are in each other's way in 1 of 250 tries, not taken off",
        level="full",
    )


# Branching.


def _sizes_of_complete(budget: Budget) -> Outcome:
    exact = theory.complete_cascade_exact(30, share_prob=0.03, n_seeds=3).size_prob
    reach = _reach(complete_graph(30), 0.03, [0, 1, 2], budget.replicas(100_000), budget.rng_seed)
    return frequencies_against(np.bincount(reach, minlength=31), exact)


def _big_seed(reproduction: float, budget: Budget) -> Outcome:
    n, n_seeds = _CROWD, 20
    exact = n * theory.big_seed_share(n_seeds / n, reproduction=reproduction)
    share_prob = reproduction / (n - 1)
    reach = _reach(complete_graph(n), share_prob, range(n_seeds), budget.replicas(1_000, full=4_000), budget.rng_seed)
    return mean_against(reach, exact, margin=_FINITE[reproduction])


def _big_seed_on_ties(budget: Budget) -> Outcome:
    """One network of Poisson numbers of listeners: of the variance of reach, n0 R / (1 - R)^3, it fixes share_prob."""
    n, n_seeds, share_prob = 200_000, 2_000, 0.01
    graph = RandomNetwork(n_people=n, mean_contacts=50, directed=True).build(np.uint64(1))
    exact = n * theory.big_seed_share(n_seeds / n, reproduction=0.5)
    variance = theory.total_progeny(0.5, offspring_variance=0.5, n_founders=n_seeds).variance
    reach = _reach(graph, share_prob, range(n_seeds), 400, budget.rng_seed)
    return mean_against(reach, exact, expected_error=float(np.sqrt(share_prob * variance)))


def _borel(budget: Budget) -> Outcome:
    chances = theory.borel_prob(np.arange(10), offspring_mean=0.5)
    reach = _reach(
        complete_graph(_CROWD), 0.5 / (_CROWD - 1), [0], budget.replicas(30_000, full=100_000), budget.rng_seed
    )
    seen = np.bincount(np.minimum(reach, 10), minlength=11)
    return frequencies_against(seen, [*chances, theory.borel_tail(10, offspring_mean=0.5)])


def _borel_mean(budget: Budget) -> Outcome:
    exact = theory.total_progeny(0.5, offspring_variance=0.5).mean
    reach = _reach(
        complete_graph(_CROWD), 0.5 / (_CROWD - 1), [0], budget.replicas(30_000, full=100_000), budget.rng_seed
    )
    return mean_against(reach, exact, margin=3 / _CROWD)


def _borel_tail(budget: Budget) -> Outcome:
    exact = theory.borel_tail(100, offspring_mean=0.9)
    reach = _reach(complete_graph(_LARGE), 0.9 / (_LARGE - 1), [0], 20_000, budget.rng_seed)
    return mean_against(reach >= 100, exact, margin=5.2e-4)


# Shapes.


def _virality_of_star(budget: Budget) -> Outcome:
    result = _trees(stored(50, tuple((0, leaf) for leaf in range(1, 50))), 1.0, 5, budget.rng_seed)
    return close(np.full(5, 2 - 2 / 50), result.counts["structural_virality"], tolerance=1e-12)


def _virality_of_path(budget: Budget) -> Outcome:
    result = _trees(stored(40, tuple((u, u + 1) for u in range(39))), 1.0, 5, budget.rng_seed)
    return close(np.full(5, 41 / 3), result.counts["structural_virality"], tolerance=1e-12)


def _virality_of_some(budget: Budget) -> Outcome:
    result = _trees(stored(50, tuple((0, leaf) for leaf in range(1, 50))), 0.5, 1_000, budget.rng_seed)
    return close(2 - 2 / result.reach, result.counts["structural_virality"], tolerance=1e-12)


def _virality_by_networkx(budget: Budget) -> Outcome:
    result = _trees(karate(), 0.3, 50, budget.rng_seed)
    several = np.flatnonzero(result.reach > 1)
    found = result.counts["structural_virality"][several]
    return close([_mean_distance(result, int(r)) for r in several], found, tolerance=1e-12)


def _mean_distance(result: Result, replica: int) -> float:
    assert result.follow is not None
    tree: nx.Graph[Any] = nx.Graph((v, u) for v, u in result.follow(replica) if u is not None)
    n = len(tree)
    return float(2 * nx.wiener_index(tree) / (n * (n - 1)))


def _trees(graph: Graph, share_prob: float, n_replicas: int, rng_seed: int) -> Result:
    model = IndependentCascade(share_prob=share_prob)
    return simulate(graph, model, seed_nodes=[0], n_replicas=n_replicas, rng_seed=rng_seed, trees=True)


# A network of broadcasters.


def _sizes_on_hubs(share: float, budget: Budget) -> Outcome:
    graph = broadcasters(launched=_LAUNCHED, share=share)
    sizes = _launched(graph, 4_000, budget.rng_seed).sizes
    chances = _progeny(np.diff(graph.indptr)[:-1], share)
    return frequencies_against(np.bincount(np.minimum(sizes, 100), minlength=101), chances)


def _virality_on_hubs(budget: Budget) -> Outcome:
    found = _launched(broadcasters(launched=_MORE_LAUNCHED, share=0.5), 5_000, budget.rng_seed)
    virality = found.measures()["structural_virality"][found.sizes >= 100]
    return mean_against(virality, _PUBLISHED_VIRALITY, expected_error=_ERROR_OF_VIRALITY, margin=0.03)


def _launched(graph: Graph, n_replicas: int, rng_seed: int) -> Cascades:
    """Return the cascades of people drawn at random: those below whomever the launcher, the last person, reaches."""
    launcher = graph.n_people - 1
    model = IndependentCascade(share_prob="chance")
    result = simulate(graph, model, seed_nodes=[launcher], n_replicas=n_replicas, rng_seed=rng_seed, curves=False)
    assert result.follow is not None
    cascade: list[int] = []
    node: list[int] = []
    parent: list[int] = []
    n_roots = 0
    for r in range(n_replicas):
        root_of: dict[int, int] = {}
        for v, u in result.follow(r):
            if v == launcher:
                continue
            if u == launcher:
                root_of[v] = n_roots
                n_roots += 1
            else:
                root_of[v] = root_of[u]
            cascade.append(root_of[v])
            node.append(v)
            parent.append(-1 if u == launcher else u)
    return Cascades.from_arrays(cascade=cascade, node=node, parent=parent)


def _progeny(listeners: NDArray[np.int64], share: float, *, largest: int = 100) -> NDArray[np.float64]:
    """Return the chances of sizes 0 .. largest - 1, and of larger ones, of a family from a person drawn at random.

    A person with k listeners has binomial (k, share / mean k) children, listeners being drawn at random: with f the
    generating function of their number, size n has chance [x^(n - 1)] f(x)^n / n (Dwass 1969).
    """
    from scipy.stats import binom

    degrees, times = np.unique(listeners, return_counts=True)
    chance = share / listeners.mean()
    children = np.array([(binom.pmf(j, degrees, chance) @ times) / times.sum() for j in range(largest)])
    sizes = np.zeros(largest + 1)
    power = np.zeros(largest)
    power[0] = 1.0
    for n in range(1, largest):
        power = np.convolve(power, children)[:largest]
        sizes[n] = power[n - 1] / n
    sizes[largest] = 1.0 - sizes.sum()
    return sizes


def _reach(graph: Graph, share_prob: float, seed_nodes: Any, n_replicas: int, rng_seed: int) -> NDArray[np.int64]:
    model = IndependentCascade(share_prob=share_prob)
    result = simulate(graph, model, seed_nodes=seed_nodes, n_replicas=n_replicas, rng_seed=rng_seed, curves=False)
    return result.reach
