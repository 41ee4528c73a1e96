"""Bounded confidence from its definition: opinions in a list, clusters from the sorted list."""

from itertools import pairwise
from typing import NamedTuple

from .live_edge import word

STARTS, MEETS = 1, 2


class Rules(NamedTuple):
    """Keys of the model."""

    confidence: float
    convergence: float = 0.5
    seed_opinion: float = 1.0
    tolerance: float = 0.001
    major_share: float = 0.01


class Outcome(NamedTuple):
    """What a replica comes to; `sizes`: of clusters from the lowest opinion up, at each step; `start`: opinions."""

    sizes: list[list[int]]
    start: list[float]
    opinion: list[float]
    last_step: int
    unfinished: int


def uniform(key, index):
    return (word(key, index) >> 11) / 2**53


def clusters(opinion, width):
    """Sizes: the lowest and all within the width, the lowest of the rest and all within the width, ..."""
    sizes, begin = [], None
    for x in sorted(opinion):
        if begin is None or x - begin > width:
            sizes.append(0)
            begin = x
        sizes[-1] += 1
    return sizes


def is_settled(ties, rules, opinion):
    return not any(rules.tolerance < abs(opinion[u] - opinion[v]) < rules.confidence for u, v in ties)


def deffuant(n, ties, rules, seed_nodes, key, *, max_steps, column=None):
    """`ties`: (u, v) in order of their numbers; `key`: of the replica; `column`: opinions at the start."""
    drawn = [uniform(word(key, STARTS), v) for v in range(n)]
    opinion = list(drawn if column is None else column)
    for v in seed_nodes:
        opinion[v] = rules.seed_opinion
    start, sizes, step = list(opinion), [clusters(opinion, rules.confidence / 2)], 0
    while not is_settled(ties, rules, opinion) and step < max_steps:
        for meeting in range(step * n, (step + 1) * n):
            u, v = ties[int(uniform(word(key, MEETS), meeting) * len(ties))]
            x, y = opinion[u], opinion[v]
            if abs(y - x) < rules.confidence:
                opinion[u] = x + rules.convergence * (y - x)
                opinion[v] = y - rules.convergence * (y - x)
        step += 1
        sizes.append(clusters(opinion, rules.confidence / 2))
    return Outcome(sizes, start, opinion, step, int(not is_settled(ties, rules, opinion)))


def changes(heights):
    return [heights[0], *(after - before for before, after in pairwise(heights))]
