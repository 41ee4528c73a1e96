"""What strategies by reverse-reachable sets share: streams of sets, those that choose apart from those that judge."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..kernels.rng import derive_key
from .certificate import Certificate, lower_bound, upper_bound
from .covering import Choice
from .pool import Pool
from .reverse_sets import Drawer, Sets
from .spread import Reverse

CHOOSES, JUDGES, ESTIMATES = (2, 4), (3, 5), (6, 7)
"""Numbers of the streams of sets, and of the people around whom they are drawn, under a strategy's key."""

GREEDY = 1.0 - 1.0 / math.e
"""Of the best possible, what greedy choice reaches at least: Nemhauser, Wolsey & Fisher (1978)."""

AFFORDABLE = 0.5
"""The same with costs and a budget; see `covering`."""

_JUDGES = 0.1
"""Sets that judge, for each that chooses: they are only counted, and decide nothing but the certificate."""

_BYTES_A_MEMBER, _BYTES_A_SET = 12, 24


def greedy_part(pool: Pool) -> float:
    """Return which part of the best possible greedy choice reaches at least, were reach known."""
    return AFFORDABLE if pool.wanted is None else GREEDY


def drawer(reverse: Reverse, key: np.uint64, stream: tuple[int, int], *, beside: Drawer | None = None) -> Drawer:
    """Return a stream of sets, `CHOOSES`, `JUDGES` or `ESTIMATES`, under a strategy's key.

    Parameters
    ----------
    beside : another one, of which sets are drawn at other times: they share memory
    """
    of_sets, of_roots = stream
    return Drawer(
        reverse.world,
        derive_key(key, of_sets),
        derive_key(key, of_roots),
        takes_part=reverse.takes_part,
        max_depth=reverse.max_depth,
        threads=reverse.threads,
        beside=beside,
    )


def marks(pool: Pool, nodes: ArrayLike = ()) -> NDArray[np.uint8]:
    """Mark people, and those who start already: uint8 (n,)."""
    marked = np.zeros(len(pool.eligible), np.uint8)
    marked[pool.already] = 1
    marked[np.asarray(nodes, np.int64)] = 1
    return marked


def n_judges_of(n_sets: int) -> int:
    """Return how many sets judge a choice by so many."""
    return math.ceil(_JUDGES * n_sets)


def judged(
    judging: Drawer,
    reverse: Reverse,
    pool: Pool,
    sets: Sets,
    choice: Choice,
    *,
    each: float,
    confidence: float,
    goal: float,
) -> Certificate:
    """Return the certificate of a choice, from the sets that chose and as many as are needed that had no part in it.

    Parameters
    ----------
    judging : the stream of sets that judge
    each : chance that one of the two bounds does not hold     confidence : that all bounds asked for hold
    """
    n, n_judges = len(pool.eligible), n_judges_of(len(sets))
    hits = marks(pool, choice.nodes)
    n_hit = judging.draw(0, n_judges, hits=hits, keep=False, max_bytes=reverse.max_bytes).n_hit
    sure = 0 if reverse.takes_part is not None else len(pool.already) + len(choice.nodes)
    for_money = "" if pool.wanted is not None else f" for {pool.budget:,.10g} or less"
    return Certificate(
        estimate=n * n_hit / n_judges,
        at_least=max(n * lower_bound(n_hit, n_judges, each), float(sure)),
        best_at_most=n * upper_bound(sets.n_hit + choice.at_most, len(sets), each),
        confidence=confidence,
        goal=goal,
        n_sets=(len(sets), n_judges),
        says=reverse.says + for_money,
    )


def bytes_of(n_sets: int, sets: Sets) -> float:
    """Return what choosing by so many sets takes, of the size of those already drawn."""
    return n_sets * (_BYTES_A_SET + _BYTES_A_MEMBER * len(sets.members) / max(len(sets), 1))


def log_choices(pool: Pool) -> float:
    """Return the logarithm of the number of choices that the pool allows, or of somewhat more."""
    n, k = len(pool.eligible), pool.n_most
    if pool.wanted is not None:
        return _log_ways(n, k)
    return min(n * math.log(2.0), math.log(k + 1) + _log_ways(n, min(k, n // 2)))


def _log_ways(n: int, k: int) -> float:
    """Return the logarithm of the number of ways to choose k of n people."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def takes_part(reverse: Reverse) -> float:
    """Return the chance that somebody who is asked takes part, the largest of all people."""
    return 1.0 if reverse.takes_part is None else float(reverse.takes_part.max(initial=0)) / 2.0**63


def anybody(pool: Pool) -> tuple[NDArray[np.int32], str]:
    """Return people where nobody who is asked takes part, and say so."""
    nodes = pool.take(np.arange(len(pool.eligible)))
    return nodes, "seeding: nobody who is asked takes part, so it is all the same who is chosen"
