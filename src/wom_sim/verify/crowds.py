"""Exact chains of small crowds of consumers who all mix, step by step: what talk and bad news must come to."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import product
from math import comb, factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import theory

State = tuple[int, int, int]
"""People who are satisfied, dissatisfied, rejecters."""


class Crowd(NamedTuple):
    """A crowd in which everybody draws contacts among all others, and its chances; see `BadNews`.

    Without the dissatisfied and the power of bad news it is `TalkOfTheNetwork`.
    """

    n_people: int
    advertising: float
    n_weak: int
    weak_prob: float
    n_strong: int
    strong_prob: float
    dissatisfied_fraction: float = 0.0
    negative_power: float = 0.0


def informed_in(crowd: Crowd, n_steps: int) -> NDArray[np.float64]:
    """Return the chance that k people are informed at each step 0, 1, ...: float64 (n_steps + 1, n_people + 1).

    From k of n informed each of the others is informed alike and independently, with chance
    1 - (1 - alpha)(1 - beta_w x)^w (1 - beta_s x)^s where x = k / (n - 1): a row of the chain is binomial.
    """
    from scipy.stats import binom

    n = crowd.n_people
    x = np.minimum(np.arange(n + 1) / (n - 1), 1.0)
    stays = (1 - crowd.weak_prob * x) ** crowd.n_weak * (1 - crowd.strong_prob * x) ** crowd.n_strong
    told = 1 - (1 - crowd.advertising) * stays
    chain = np.zeros((n + 1, n + 1))
    for k in range(n + 1):
        chain[k, k:] = binom.pmf(np.arange(n - k + 1), n - k, told[k])
    chances = np.zeros((n_steps + 1, n + 1))
    chances[0, 0] = 1.0
    for step in range(n_steps):
        chances[step + 1] = chances[step] @ chain
    return chances


def opinions_in(crowd: Crowd, n_steps: int, *, n_seeds: int) -> list[dict[State, float]]:
    """Return the chance of each state at steps 0, 1, ...; seed nodes adopt at step 0.

    Given the state, people decide alike and independently of each other: a row of the chain is multinomial.
    """
    unhappy = crowd.dissatisfied_fraction
    now = {
        (n_seeds - k, k, 0): comb(n_seeds, k) * unhappy**k * (1 - unhappy) ** (n_seeds - k) for k in range(n_seeds + 1)
    }
    by_step = [now]
    for _ in range(n_steps):
        then: dict[State, float] = defaultdict(float)
        for before, chance in now.items():
            for after, p in _next(crowd, before).items():
                then[after] += chance * p
        now = dict(then)
        by_step.append(now)
    return by_step


@cache
def _next(crowd: Crowd, state: State) -> dict[State, float]:
    satisfied, dissatisfied, rejecters = state
    left = crowd.n_people - sum(state)
    adopts, rejects = _decides(crowd, satisfied, dissatisfied + rejecters) if left else (0.0, 0.0)
    likes, dislikes = adopts * (1 - crowd.dissatisfied_fraction), adopts * crowd.dissatisfied_fraction
    found = {}
    for s, d, x in product(range(left + 1), repeat=3):
        stay = left - s - d - x
        if stay >= 0:
            ways = factorial(left) // (factorial(s) * factorial(d) * factorial(x) * factorial(stay))
            chance = ways * likes**s * dislikes**d * rejects**x * (1 - adopts - rejects) ** stay
            found[satisfied + s, dissatisfied + d, rejecters + x] = chance
    return found


def _decides(crowd: Crowd, praising: int, warning: int) -> tuple[float, float]:
    """Return the chances that one undecided person adopts, and rejects: over all whom the person may meet."""
    others = crowd.n_people - 1
    share = (praising / others, warning / others)
    adopts = rejects = 0.0
    for (w_good, w_bad, w_chance), (s_good, s_bad, s_chance) in product(
        _met(crowd.n_weak, *share), _met(crowd.n_strong, *share)
    ):
        won = choice_after(crowd, (w_good, s_good), (w_bad, s_bad))
        adopts += w_chance * s_chance * won.first
        rejects += w_chance * s_chance * won.second
    return adopts, rejects


def choice_after(crowd: Crowd, good: tuple[int, int], bad: tuple[int, int]) -> theory.Choice:
    """Return how a person decides who was told by these numbers of weak and strong ties."""
    weak, strong, power = crowd.weak_prob, crowd.strong_prob, crowd.negative_power
    praise = 1 - (1 - crowd.advertising) * (1 - weak) ** good[0] * (1 - strong) ** good[1]
    blame = 1 - (1 - min(1.0, power * weak)) ** bad[0] * (1 - min(1.0, power * strong)) ** bad[1]
    return theory.choice(praise, blame)


def _met(n: int, good: float, bad: float) -> list[tuple[int, int, float]]:
    """List how many of n draws praise and warn, with chances."""
    return [
        (i, j, comb(n, i) * comb(n - i, j) * good**i * bad**j * max(0.0, 1 - good - bad) ** (n - i - j))
        for i in range(n + 1)
        for j in range(n + 1 - i)
    ]
