"""Voter model: what is conserved, chains over all divisions of few people, birth and death of supporters."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..api import simulate
from ..graph.csr import Graph, complete_graph
from ..models.voter import Voter
from ..result import Result
from .cases import Budget, Case, Outcome, curve_against, heights_at, mean_against
from .networks import Ties, both_ways, stored

_KITE = both_ways(((0, 1), (0, 2), (0, 3), (1, 2), (3, 4)))
_ARROWS = ((0, 1), (1, 2), (2, 0), (2, 3), (0, 3), (3, 1))
_HUBS = both_ways(
    (*((0, v) for v in range(1, 6)), (6, 5), (6, 7), (6, 8), (6, 9), (1, 2), (3, 7)),
)
_LONG = 10**6
_RULES: tuple[Literal["node", "invasion", "link"], ...] = ("node", "invasion", "link")
_CONSERVED = {"node": "degree", "invasion": "1 / degree", "link": "people"}
_STEPS = np.array([1, 2, 4, 6])

Floats = NDArray[np.float64]


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for rule in _RULES:
        for seeds in ([0], [1, 9, 4]):
            yield Case(
                f"voter, {rule}: how often {seeds} win among ten",
                "voter",
                f"{_CONSERVED[rule]} is conserved, Sood, Antal & Redner (2008)",
                partial(_wins, rule, seeds),
            )
        for name in ("supporters_won", "consensus_time"):
            yield Case(
                f"voter, {rule}: {name} from 0 of five",
                "voter",
                "linear equations over all divisions",
                partial(_kite, rule, name),
            )
        yield Case(
            f"voter, {rule}: time until 7 or 13 of 20 who all mix agree",
            "voter",
            "birth and death of supporters",
            partial(_time_in_mixing, rule),
        )
        yield Case(
            f"voter, {rule}: supporters on day 3, noise and one who never changes",
            "voter",
            "sum over numbers of updates",
            partial(_after_days, rule),
        )
    yield Case("voter, all at once: how often 0 and 9 win among ten", "voter", "degree is conserved", _wins_at_once)
    yield Case("voter, a start drawn at random: how often it wins", "voter", "its share", _random_start)
    yield Case("voter, all at once: supporters by step", "voter", "chain over all divisions", _at_once)
    for noise in (0.02, 0.2):
        yield Case(
            f"voter, noise {noise}: supporters in the long run",
            "voter",
            "1/2",
            partial(_long_run, noise, 1),
            bias="after 12 relaxation times: below 0.0001",
        )
        yield Case(
            f"voter, noise {noise}: their variance in the long run",
            "voter",
            "stationary law of birth and death",
            partial(_long_run, noise, 2),
            bias="after 12 relaxation times: below 0.0001",
        )


def _wins(rule: Any, seeds: list[int], budget: Budget) -> Outcome:
    graph = stored(10, _HUBS)
    degree = graph.out_degree.astype(float)
    weight = {"node": degree, "invasion": 1.0 / degree, "link": np.ones(10)}[rule]
    found = _run(graph, Voter(rule=rule), seeds, budget.replicas(10_000), budget).counts["supporters_won"]
    return mean_against(found, float(weight[seeds].sum() / weight.sum()))


def _wins_at_once(budget: Budget) -> Outcome:
    graph, seeds = stored(10, _HUBS), [0, 9]
    model = Voter(clock="steps", update_prob=0.8)
    found = _run(graph, model, seeds, budget.replicas(10_000), budget).counts["supporters_won"]
    return mean_against(found, float(graph.out_degree[seeds].sum() / graph.out_degree.sum()))


def _random_start(budget: Budget) -> Outcome:
    result = _run(stored(10, _HUBS), Voter(initial_share=0.3), [], budget.replicas(10_000), budget)
    return mean_against(result.counts["supporters_won"], 0.3)


def _kite(rule: Any, name: str, budget: Budget) -> Outcome:
    """Compare with the chain of updates, of which there are five a day."""
    inner = slice(1, 31)  # all divisions but the first and the last, in which everybody agrees
    chance = _one_update(5, _KITE, rule)
    system = np.eye(30) - chance[inner, inner]
    wanted = chance[inner, -1] if name == "supporters_won" else np.full(30, 1 / 5)
    expected = np.linalg.solve(system, wanted)[_place(5, [0]) - 1]
    found = _run(stored(5, _KITE), Voter(rule=rule), [0], budget.replicas(20_000), budget).counts[name]
    return mean_against(found, float(expected))


def _after_days(rule: Any, budget: Budget) -> Outcome:
    n, days = 5, 3
    chance = _one_update(n, _ARROWS, rule, never_changes=0, noise=0.1)
    term = np.eye(2**n)[_place(n, [0])]
    law = np.zeros(2**n)
    for k in range(1, 120):  # Poisson numbers of updates, n days of them in the mean
        law, term = law + term, term @ chance * (n * days / k)
    expected = float(np.exp(-n * days) * law @ _divisions(n).sum(axis=1))
    model = Voter(rule=rule, noise_prob=0.1, stubborn_seeds=True)
    result = _run(stored(n, _ARROWS), model, [0], budget.replicas(20_000), budget, max_steps=days)
    return mean_against(result.counts["supporters"], expected)


def _at_once(budget: Budget) -> Outcome:
    n, update, noise = 5, 0.7, 0.1
    states = _divisions(n)
    into = [[u for u, w in _ARROWS if w == v] or [v] for v in range(n)]
    copied = np.array([states[:, of].mean(axis=1) for of in into]).T
    one = (1 - update) * states + update * ((1 - noise) * copied + noise / 2)
    chance = np.array([np.where(states == 1, p, 1 - p).prod(axis=1) for p in one])
    law = np.eye(2**n)[_place(n, [0, 3])]
    expected = [float(law @ np.linalg.matrix_power(chance, step) @ states.sum(axis=1)) for step in _STEPS]
    result = simulate(
        stored(n, _ARROWS),
        Voter(clock="steps", update_prob=update, noise_prob=noise),
        seed_nodes=[0, 3],
        n_replicas=budget.replicas(20_000),
        rng_seed=budget.rng_seed,
        max_steps=int(_STEPS[-1]),
    )
    return curve_against(heights_at(result, _STEPS), expected, _STEPS)


def _divisions(n: int) -> NDArray[np.int64]:
    """Return who holds opinion 1 in each division of n people: (2^n, n)."""
    return np.array(list(itertools.product([0, 1], repeat=n)))


def _place(n: int, supporters: Sequence[int]) -> int:
    return sum(2 ** (n - 1 - v) for v in supporters)


def _one_update(n: int, ties: Ties, rule: str, *, never_changes: int = -1, noise: float = 0.0) -> Floats:
    """Return the chances of one update, from each division to each, from the definition."""
    states = _divisions(n)
    chance = np.zeros((2**n, 2**n))
    for u, v, p in _moves(n, ties, rule):
        for i, state in enumerate(states):
            for opinion, q in ((state[u], 1.0 - noise), (0, noise / 2), (1, noise / 2)):
                after = state.copy()
                after[v] = state[v] if v == never_changes else opinion
                chance[i, _place(n, np.flatnonzero(after).tolist())] += p * q
    return chance + np.diag(1.0 - chance.sum(axis=1))


def _moves(n: int, ties: Ties, rule: str) -> list[tuple[int, int, float]]:
    """Return who hands an opinion to whom in an update, and how likely that is."""
    if rule == "link":
        return [(u, v, 1.0 / len(ties)) for u, v in ties]
    end = 1 if rule == "node" else 0
    alike = np.bincount([tie[end] for tie in ties], minlength=n)
    moves = [(u, v, 1.0 / n / int(alike[(u, v)[end]])) for u, v in ties]
    # By rule "node", one who listens to nobody keeps her opinion, up to noise.
    return moves + [(v, v, 1.0 / n) for v in range(n) if rule == "node" and not alike[v]]


def _birth_and_death(n: int, *, noise: float = 0.0) -> Floats:
    """Return the generator of the number of supporters among n who all mix, at update rate 1."""
    k = np.arange(n + 1)
    up = (n - k) * ((1 - noise) * k / (n - 1) + noise / 2)
    down = k * ((1 - noise) * (n - k) / (n - 1) + noise / 2)
    found: Floats = np.diag(up[:-1], 1) + np.diag(down[1:], -1) - np.diag(up + down)
    return found


def _time_in_mixing(rule: Any, budget: Budget) -> Outcome:
    expected = np.linalg.solve(_birth_and_death(20)[1:-1, 1:-1], -np.ones(19))[6] / 2.0
    found = _run(complete_graph(20), Voter(rule=rule, update_rate=2.0), range(7), budget.replicas(5_000), budget)
    return mean_against(found.counts["consensus_time"], float(expected))


def _long_run(noise: float, moment: int, budget: Budget) -> Outcome:
    n = 20
    system = np.vstack([_birth_and_death(n, noise=noise).T, np.ones(n + 1)])
    law = np.linalg.lstsq(system, np.append(np.zeros(n + 1), 1.0), rcond=None)[0]
    model, days = Voter(noise_prob=noise), int(12 / noise)
    result = _run(complete_graph(n), model, [0], budget.replicas(2_000), budget, max_steps=days)
    off = result.counts["supporters"] - n / 2
    if moment == 1:
        return mean_against(off + n / 2, n / 2, margin=1e-4)
    return mean_against(off**2, float(law @ (np.arange(n + 1) - n / 2) ** 2), margin=1e-4)


def _run(graph: Graph, model: Voter, seeds: Sequence[int], n: int, budget: Budget, *, max_steps: int = _LONG) -> Result:
    return simulate(
        graph, model, seed_nodes=seeds, n_replicas=n, rng_seed=budget.rng_seed, max_steps=max_steps, curves=False
    )
