"""Negative opinions and rival brands: enumeration, published values, and what symmetry demands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.cascades import IndependentCascade
from ..models.competitive_cascade import CompetitiveCascade
from ..models.negative_opinion import NegativeOpinion
from .cases import Budget, Case, Outcome, curve_against, equal, frequencies_against, mean_against
from .networks import Ties, both_ways, karate, karate_with_shares, stored

_DIAMOND = ((0, 1), (0, 2), (1, 3), (2, 3))
_TRIANGLE = both_ways(((0, 1), (0, 2), (1, 2)))
_STAR = tuple((0, leaf) for leaf in range(1, 6))
_EIGHT = ((0, 1), (0, 2), (1, 2), (1, 3), (2, 1), (2, 3), (2, 4), (3, 4))
_CHANCES = (0.3, 0.6, 0.2, 0.4, 0.5, 0.1, 0.25, 0.7)
_SMALL: dict[str, tuple[int, Ties, Any, float]] = {
    "path of 3, all pass": (3, ((0, 1), (1, 2)), 1.0, 0.9),
    "diamond": (4, _DIAMOND, 0.5, 0.9),
    "diamond, all pass": (4, _DIAMOND, 1.0, 0.5),
    "star of 5 leaves": (6, _STAR, 0.3, 0.8),
    "triangle": (3, _TRIANGLE, 0.3, 0.7),
    "five people, a chance a tie": (5, _EIGHT, _CHANCES, 0.6),
}
_KARATE = {
    ("p = 0.1", 0.95): (3.06839, 0.0011),
    ("p = 0.1", 0.9): (2.75314, 0.0011),
    ("p = 0.1", 0.8): (2.19389, 0.0011),
    ("WC", 0.95): (8.77555, 0.0023),
    ("WC", 0.9): (7.65949, 0.0023),
    ("WC", 0.8): (5.76992, 0.0023),
}
_BY_STEPS = "enumeration of all live-edge graphs, q^(d + 1)"
_RULES = ("random_neighbour", "first_brand", "random_brand")


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for name, (n, ties, chances, quality) in _SMALL.items():
        small = partial(_opinions, n, ties, chances, quality)
        yield Case(f"IC-N q = {quality}, who likes it: {name}", "negative_opinion", _BY_STEPS, partial(small, 0))
        yield Case(f"IC-N q = {quality}, who does not: {name}", "negative_opinion", _BY_STEPS, partial(small, 1))
    yield Case("IC-N, who likes it by each step: diamond", "negative_opinion", _BY_STEPS, _opinions_by_step)
    for (ties_of, quality), (expected, error) in _KARATE.items():
        on_karate = partial(_karate_opinions, ties_of, quality, expected, error)
        against = "MODELS.md 2, another program's runs"
        name = f"IC-N {ties_of}, q = {quality}, karate club from 0"
        yield Case(name, "negative_opinion", against, partial(on_karate, "positive"))
        yield Case(
            f"{name}: mean given the steps", "negative_opinion", against, partial(on_karate, "expected_positive")
        )
    same_luck = "independent cascade on the same luck"
    yield Case("IC-N, quality 1 is IC, replica by replica", "negative_opinion", same_luck, partial(_same_reach, 1.0))
    yield Case(
        "IC-N, reach is that of IC, replica by replica", "negative_opinion", same_luck, partial(_same_reach, 0.6)
    )
    for rule in _RULES:
        by_hand = partial(_two_against_one, rule)
        yield Case(f"{rule}: two tries against one", "competitive_cascade", "sum over all successes", by_hand)
    for rule in ("random_neighbour", "random_brand"):
        alike = partial(_brands_alike, rule)
        yield Case(f"{rule}: three brands alike win alike", "competitive_cascade", "symmetry", alike)
    yield Case(
        "random_neighbour: each of two brands alike, complete mixing of 20",
        "competitive_cascade",
        "half of the recursion on K_n",
        _half_of_complete,
    )
    for rule in _RULES:
        yield Case(f"{rule}: equal chances are IC", "competitive_cascade", same_luck, partial(_brands_are_one, rule))
    yield Case("two brands at the ends of a path", "competitive_cascade", "sum over all successes", _ends_of_a_path)
    yield Case("first_brand gives the first brand no less", "competitive_cascade", "same luck", _first_gains)


# Negative opinions.


def _opinions(n: int, ties: Ties, chances: Any, quality: float, which: int, budget: Budget) -> Outcome:
    exact = theory.negative_opinion_exact(n, ties, chances=chances, quality=quality, seed_nodes=[0])
    each = chances if isinstance(chances, tuple) else (chances,) * len(ties)
    model = NegativeOpinion(share_prob="p", quality=quality)
    sample = _counts(stored(n, ties, p=each), model, [0], budget.replicas(100_000), budget.rng_seed)
    return mean_against(sample[("positive", "negative")[which]], exact[which])


def _opinions_by_step(budget: Budget) -> Outcome:
    q, steps = 0.9, np.arange(3)
    newly = np.diff(theory.cascade_exact(4, _DIAMOND, chances=0.5, seed_nodes=[0]).curve, prepend=0.0)
    result = simulate(
        stored(4, _DIAMOND),
        NegativeOpinion(share_prob=0.5, quality=q),
        seed_nodes=[0],
        n_replicas=budget.replicas(50_000),
        rng_seed=budget.rng_seed,
    )
    return curve_against(result.curve_of("positive"), np.cumsum(newly * q ** (steps + 1)), steps)


def _karate_opinions(
    ties_of: str, quality: float, expected: float, error: float, measure: str, budget: Budget
) -> Outcome:
    graph = karate_with_shares()
    model = NegativeOpinion(share_prob="share" if ties_of == "WC" else 0.1, quality=quality)
    sample = _counts(graph, model, [0], budget.replicas(50_000), budget.rng_seed)[measure]
    return mean_against(sample, expected, expected_error=error)


def _same_reach(quality: float, budget: Budget) -> Outcome:
    n = budget.replicas(2_000)
    cascade = _counts(karate(), IndependentCascade(share_prob=0.15), [0, 33], n, budget.rng_seed)["reach"]
    found = _counts(karate(), NegativeOpinion(share_prob=0.15, quality=quality), [0, 33], n, budget.rng_seed)
    return equal(cascade, found["positive" if quality == 1.0 else "reach"])


# Rival brands.


def _brands(*chances: float | str, shares: tuple[float, ...] = (), rule: Any) -> CompetitiveCascade:
    given = shares or (1.0,) * len(chances)
    brands = [
        {"name": f"b{b}", "share_prob": p, "seed_share": s} for b, (p, s) in enumerate(zip(chances, given, strict=True))
    ]
    return CompetitiveCascade.model_validate({"brands": brands, "tie_rule": rule, "split": "blocks"})


def _two_against_one(rule: str, budget: Budget) -> Outcome:
    """Two adopters of a and one of b try the same person; the frequencies of a, b, nobody there."""
    a, b = 0.4, 0.7
    chances = np.zeros(3)
    for n_a in range(3):
        of_a = comb(2, n_a) * a**n_a * (1 - a) ** (2 - n_a)
        for n_b in range(2):
            chance = of_a * (b if n_b else 1 - b)
            if not n_a and not n_b:
                chances[2] += chance
                continue
            both = {"random_neighbour": n_a / (n_a + n_b), "first_brand": 1.0, "random_brand": 0.5}[rule]
            share = both if n_a and n_b else float(n_a > 0)
            chances[:2] += chance * share, chance * (1 - share)
    graph = stored(4, ((0, 3), (1, 3), (2, 3)))
    found = _counts(
        graph, _brands(a, b, shares=(2.0, 1.0), rule=rule), [0, 1, 2], budget.replicas(100_000), budget.rng_seed
    )
    won_a, won_b = found["reach_b0"] - 2, found["reach_b1"] - 1
    return frequencies_against([won_a.sum(), won_b.sum(), (1 - won_a - won_b).sum()], chances)


def _ends_of_a_path(budget: Budget) -> Outcome:
    """Brand a starts in 0 and b in 4 of the path 0 - 1 - 2 - 3 - 4; frequencies of how many each wins.

    In the first step 1 is won by a and 3 by b; in the second they meet in 2, by lot where both succeed; whoever has 2
    goes on to the neighbour beyond if that one has nothing.
    """
    a, b = 0.7, 0.5
    chances = np.zeros((4, 4))
    for has_1, has_3 in ((0, 0), (0, 1), (1, 0), (1, 1)):
        chance = (a if has_1 else 1 - a) * (b if has_3 else 1 - b)
        by_a, by_b = a * has_1, b * has_3
        chances[has_1, has_3] += chance * (1 - by_a) * (1 - by_b)
        a_has_2 = chance * (by_a - by_a * by_b / 2)
        b_has_2 = chance * (by_b - by_a * by_b / 2)
        beyond_2 = 0.0 if has_3 else a
        chances[has_1 + 1, has_3] += a_has_2 * (1 - beyond_2)
        chances[min(has_1 + 2, 3), has_3] += a_has_2 * beyond_2
        beyond_2 = 0.0 if has_1 else b
        chances[has_1, has_3 + 1] += b_has_2 * (1 - beyond_2)
        chances[has_1, min(has_3 + 2, 3)] += b_has_2 * beyond_2
    path = stored(5, both_ways(((0, 1), (1, 2), (2, 3), (3, 4))))
    found = _counts(path, _brands(a, b, rule="random_neighbour"), [0, 4], budget.replicas(100_000), budget.rng_seed)
    seen = np.bincount((found["reach_b0"] - 1) * 4 + found["reach_b1"] - 1, minlength=16)
    return frequencies_against(seen, chances.ravel())


def _brands_alike(rule: str, budget: Budget) -> Outcome:
    found = _counts(
        complete_graph(40), _brands(0.06, 0.06, 0.06, rule=rule), [0, 1, 2], budget.replicas(20_000), budget.rng_seed
    )
    return mean_against(found["reach_b0"] - (found["reach_b1"] + found["reach_b2"]) / 2, 0.0)


def _half_of_complete(budget: Budget) -> Outcome:
    exact = theory.complete_cascade_exact(20, share_prob=0.08, n_seeds=2).spread / 2
    model = _brands(0.08, 0.08, rule="random_neighbour")
    sample = _counts(complete_graph(20), model, [0, 1], budget.replicas(50_000), budget.rng_seed)
    return mean_against(sample["reach_b1"], exact)


def _brands_are_one(rule: str, budget: Budget) -> Outcome:
    n = budget.replicas(2_000)
    cascade = _counts(karate(), IndependentCascade(share_prob=0.15), [0, 33], n, budget.rng_seed)["reach"]
    found = _counts(karate(), _brands(0.15, 0.15, rule=rule), [0, 33], n, budget.rng_seed)
    return equal(cascade, found["reach_b0"] + found["reach_b1"])


def _first_gains(budget: Budget) -> Outcome:
    """Brands alike, the first wins every contest: in every replica it has no fewer, and together they have as many."""
    n = budget.replicas(2_000)
    always, by_lot = (
        _counts(karate(), _brands(0.3, 0.3, rule=rule), [0, 33], n, budget.rng_seed)
        for rule in ("first_brand", "random_neighbour")
    )
    found = [(always["reach_b0"] < by_lot["reach_b0"]).sum(), (always["reach"] != by_lot["reach"]).sum()]
    return equal([0, 0, True], [*found, bool((always["reach_b0"] > by_lot["reach_b0"]).any())])


def _counts(graph: Graph, model: Any, seed_nodes: list[int], n_replicas: int, rng_seed: int) -> dict[str, NDArray[Any]]:
    result = simulate(graph, model, seed_nodes=seed_nodes, n_replicas=n_replicas, rng_seed=rng_seed, curves=False)
    return dict(result.counts)
