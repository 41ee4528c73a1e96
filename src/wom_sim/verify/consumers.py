"""Talk of the network: exact chains of small crowds, the map of an endless one, published times."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.talk_of_the_network import TalkOfTheNetwork
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
from .crowds import Crowd, informed_in
from .networks import listening, stored

_LOW: dict[str, Any] = {"weak_ties": 5, "advertise_prob": 0.0005, "weak_prob": 0.005, "strong_prob": 0.01}
MIDDLE: dict[str, Any] = {"weak_ties": 17, "advertise_prob": 0.00525, "weak_prob": 0.01, "strong_prob": 0.04}
_HIGH: dict[str, Any] = {"weak_ties": 29, "advertise_prob": 0.01, "weak_prob": 0.015, "strong_prob": 0.07}
_TIMES = {  # mean and standard deviation of 100 runs: of t16, of t95; none was printed for fixed ties
    "middle": (MIDDLE, ((6.09, 0.29), (12.30, 0.46))),
    "middle, fixed weak ties": (MIDDLE | {"weak": "fixed"}, ((6.06, 0.29), (12.36, 0.46))),
    "low": (_LOW, ((49.0, 3.0), (113.1, 3.4))),
    "high": (_HIGH, ((3.67, 0.47), (6.06, 0.24))),
}


def cases() -> Iterator[Case]:
    """Yield the cases."""
    kind = "talk_of_the_network"
    chain = "chain of a crowd of 60, exact"
    for name, keys in (("low", _LOW), ("middle", MIDDLE), ("high", _HIGH)):
        for step in (3, 8):
            yield Case(f"talk, {name}: informed by step {step}", kind, chain, partial(_informed, keys, step))
        yield Case(f"talk, {name}: when 95 % are informed", kind, chain, partial(_when_most_know, keys))
    one_by_one = "1 - (1 - alpha)^t (1 - beta_s)^(m t)"
    yield Case("talk, a listener to three: informed by each step", kind, one_by_one, partial(_listener, "apart"))
    yield Case("talk, a tie counted three times", kind, one_by_one, partial(_listener, "counted"))
    yield Case("talk, nobody to talk to: advertising by each step", kind, "1 - (1 - alpha)^t", _only_advertising)
    yield Case(
        "talk, middle: share informed by each step",
        kind,
        "map of an endless crowd",
        _map_of_talk,
        bias="100,000 people in place of endlessly many: 0.6 / n, by the exact chain of 250 to 2,000",
    )
    for name, keys in (("middle", MIDDLE), ("high", _HIGH)):
        yield Case(
            f"talk, {name}: t16 and t95 of a million", kind, "map of an endless crowd", partial(_times_of_map, keys)
        )
    for name, (keys, times) in _TIMES.items():
        for which, (label, level) in enumerate((("t16", 0), ("t95", 1))):
            yield Case(
                f"talk, {name}: {label} among 3,000",
                kind,
                "MODELS.md 3, 100 runs of another program",
                partial(_times, keys, which, *times[level]),
                level="quick" if name == "middle" else "full",
            )
    yield Case(
        "talk, all that is likelier shortens t95",
        kind,
        "signs of the published regression",
        _signs,
        level="full",
    )


def _informed(keys: dict[str, Any], step: int, budget: Budget) -> Outcome:
    exact = informed_in(_mixing(keys), step)[step]
    model = TalkOfTheNetwork(**keys, strong_ties=keys["weak_ties"])
    result = simulate(
        complete_graph(60), model, n_replicas=budget.replicas(20_000), rng_seed=budget.rng_seed, max_steps=step
    )
    return frequencies_against(np.bincount(result.reach, minlength=61), exact)


def _when_most_know(keys: dict[str, Any], budget: Budget) -> Outcome:
    n_steps = 1_500 if keys is _LOW else 60
    exact = informed_in(_mixing(keys), n_steps)
    not_yet = exact[:, :57].sum(axis=1)  # 57 of 60 are 95 %
    model = TalkOfTheNetwork(**keys, strong_ties=keys["weak_ties"])
    result = simulate(
        complete_graph(60), model, n_replicas=budget.replicas(10_000), rng_seed=budget.rng_seed, curves=False
    )
    seen = np.bincount(result.counts["t95"].astype(np.int64), minlength=n_steps + 1)
    return frequencies_against(seen, np.maximum(-np.diff(not_yet, prepend=1.0), 0.0))


def _mixing(keys: dict[str, Any]) -> Crowd:
    n_ties = keys["weak_ties"]
    return Crowd(60, keys["advertise_prob"], n_ties, keys["weak_prob"], n_ties, keys["strong_prob"])


def _listener(ties: str, budget: Budget) -> Outcome:
    alpha, beta, steps = 0.05, 0.15, np.arange(1, 7)
    if ties == "apart":
        graph, seeds = stored(4, ((0, 3), (1, 3), (2, 3))), [0, 1, 2]
    else:
        graph, seeds = Graph.from_edges([0, 0, 0], [1, 1, 1], parallel_ties="count"), [0]
    result = simulate(
        graph,
        TalkOfTheNetwork(advertise_prob=alpha, strong_prob=beta, weak_ties=0),
        seed_nodes=seeds,
        n_replicas=budget.replicas(50_000),
        rng_seed=budget.rng_seed,
    )
    exact = 1 - ((1 - alpha) * (1 - beta) ** 3) ** steps
    return curve_against(heights_at(result, steps) - len(seeds), exact, steps)


def _only_advertising(budget: Budget) -> Outcome:
    alpha, steps = 0.05, np.arange(1, 11)
    result = simulate(
        Graph.from_edges([], [], n_people=5),
        TalkOfTheNetwork(advertise_prob=alpha, strong_prob=0.5, weak_ties=0),
        n_replicas=budget.replicas(20_000),
        rng_seed=budget.rng_seed,
    )
    return curve_against(heights_at(result, steps) / 5, 1 - (1 - alpha) ** steps, steps)


def _map_of_talk(budget: Budget) -> Outcome:
    n, steps = 100_000, np.arange(1, 6)
    result = simulate(
        complete_graph(n),
        TalkOfTheNetwork(**MIDDLE, strong_ties=17),
        n_replicas=budget.replicas(200, full=600),
        rng_seed=budget.rng_seed,
        max_steps=5,
    )
    return curve_against(heights_at(result, steps) / n, _map(MIDDLE, 5)[1:], steps, margin=0.6 / n)


def _times_of_map(keys: dict[str, Any], budget: Budget) -> Outcome:
    model = TalkOfTheNetwork(**keys, strong_ties=keys["weak_ties"])
    n_replicas = budget.replicas(3)
    result = simulate(complete_graph(1_000_000), model, n_replicas=n_replicas, rng_seed=budget.rng_seed, curves=False)
    informed = _map(keys, 50)
    exact = [theory.first_step_at(informed, level) for level in (0.16, 0.95)]
    found = np.array([result.counts["t16"], result.counts["t95"]]).T
    return equal(exact * n_replicas, found.ravel().astype(np.int64))


def _map(keys: dict[str, Any], n_steps: int) -> NDArray[np.float64]:
    return theory.informed_by_step(
        n_steps,
        n_strong=keys["weak_ties"],
        n_weak=keys["weak_ties"],
        advertising=keys["advertise_prob"],
        strong_prob=keys["strong_prob"],
        weak_prob=keys["weak_prob"],
    )


def _times(keys: dict[str, Any], which: int, expected: float, sd: float, budget: Budget) -> Outcome:
    found = []
    for rng_seed in range(4):  # networks of this size hardly differ
        graph = listening(3_000, keys["weak_ties"], rng_seed=rng_seed)
        model, n = TalkOfTheNetwork(**keys), budget.replicas(40, full=100)
        result = simulate(graph, model, n_replicas=n, rng_seed=(budget.rng_seed + rng_seed) % 2**64, curves=False)
        found.append(result.counts[("t16", "t95")[which]])
    return mean_against(np.concatenate(found), expected, expected_error=sd / 10)


def _signs(budget: Budget) -> Outcome:
    """Least squares of t95 on the 3-level factorial of the published ranges: all five slopes are negative."""
    levels = ((5, 17, 29), (5, 17, 29), (0.0005, 0.00525, 0.01), (0.005, 0.01, 0.015), (0.01, 0.04, 0.07))
    rows: list[list[float]] = []
    times = []
    for s, w, alpha, weak, strong in product(*levels):
        model = TalkOfTheNetwork(weak_ties=w, advertise_prob=alpha, weak_prob=weak, strong_prob=strong)
        rng_seed = (budget.rng_seed + len(rows)) % 2**64
        result = simulate(listening(1_000, s, rng_seed=0), model, n_replicas=3, rng_seed=rng_seed, curves=False)
        rows.append([1.0, s, w, alpha, weak, strong])
        times.append(result.counts["t95"].mean())
    slopes = np.linalg.lstsq(np.array(rows), np.array(times), rcond=None)[0][1:]
    return equal([-1] * 5, np.sign(slopes).astype(np.int64))
