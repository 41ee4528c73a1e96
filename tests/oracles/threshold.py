"""Adoption by threshold from its definition: whoever has enough adopters among those listened to adopts next."""

import math
from collections import defaultdict
from fractions import Fraction
from statistics import NormalDist
from typing import NamedTuple

from .live_edge import word

POPULATION, DIFFUSION = 6, 7
THRESHOLDS = 1


class Outcome(NamedTuple):
    joined: list[tuple[int, int]]
    instigators: int
    newly: list[int]
    last_step: int
    unfinished: int


def threshold(ties, need, seed_nodes, max_steps, weight=None):
    """`ties`: (u, v). `need`: of each person, 0 for one's own accord. `weight`: of each tie; left out: 1."""
    heard = defaultdict(dict)
    for e, (u, v) in enumerate(ties):
        heard[v][u] = 1 if weight is None else weight[e]
    joined, newly, instigators = [(v, -1) for v in seed_nodes], [len(seed_nodes)], 0
    while len(newly) <= max_steps:
        adopters = [u for u, _ in joined]
        ready = []
        for v in set(range(len(need))) - set(adopters):
            if need[v] == 0:
                ready.append((-1, v, -1))
                instigators += 1
                continue
            exposure = 0
            for place, u in enumerate(adopters):
                exposure += heard[v].get(u, 0)
                if exposure >= need[v]:
                    ready.append((place, v, u))
                    break
        if not ready:
            break
        joined += [(v, u) for _, v, u in sorted(ready)]
        newly.append(len(ready))
    stopped = len(newly) == max_steps + 1
    could = newly[-1] > 0 or (len(newly) == 1 and any(wanted == 0 for wanted in need))
    return Outcome(joined, instigators, newly, len(newly) - 1, int(stopped and could))


def needs(fractions, exposure):
    """The number of adopters each person needs: of each the fraction, and how many people, or how much, they hear."""
    return [
        0 if phi <= 0 else max(1, math.ceil(phi * k - 1e-9)) if phi <= 2 else math.inf
        for phi, k in zip(fractions, exposure, strict=True)
    ]


def needs_by_weight(fractions, total):
    """The exposure each person needs, of each the fraction and the sum of weights."""
    slack = Fraction(1, 10**9)
    return [
        0 if phi <= 0 else math.inf if w == 0 else max(Fraction(1, 2**60), (Fraction(phi) - slack) * w)
        for phi, w in zip(fractions, total, strict=True)
    ]


def uniform_fractions(key, n, low, high):
    return [low + (high - low) * (1 - uniform(key, v)) for v in range(n)]


def normal_fractions(key, n, mean, sd):
    """Whoever's u is below P(phi <= 0) gets 0, so that rounding decides for nobody; 2 stands for more than 1."""
    alone, found = 0.5 * math.erfc(mean / sd / math.sqrt(2)), []
    for v in range(n):
        u = uniform(key, v)
        phi = mean + sd * NormalDist().inv_cdf(max(u, 2.0**-54))
        found.append(0.0 if u < alone else min(max(phi, 1e-300), 3.0))
    return found


def uniform(key, person):
    return (word(key, person) >> 11) * 2.0**-53


def replica_key(rng_key, replica):
    """`rng_key`: the root from which purposes are drawn."""
    return word(word(word(rng_key, DIFFUSION), replica), THRESHOLDS)


def case_key(rng_key):
    return word(word(rng_key, POPULATION), THRESHOLDS)
