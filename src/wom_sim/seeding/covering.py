"""Choosing people by the reverse-reachable sets they hit, and what any choice could hit at most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..kernels import coverage, settling
from .losses import expected_losses
from .pool import FREE, SAME_MONEY, Pool
from .reverse_sets import Sets

_CANDIDATES = (400, 20)
"""At first the sets of so many people are listed, and so many times as many as are wanted: rarely is another chosen."""

_AS_A_WHOLE = 4.0
"""How much more closely all sets hit are counted than those of one person of many, for the same trust."""

_FOR_FREE = 1e-200
"""Money that pays all who cost `FREE`."""

_MOST_BEGUN, _BEGUN_MEMBERS = 40, 1e8
"""With a budget the choice is begun with so many people in turn, fewer where that means reading more members."""


@dataclass(frozen=True)
class Choice:
    """People, best first.

    nodes : int32 (k,)   gains : int64 (k,)   sets each adds, without those hit by people who start already
    at_most : no choice that the pool allows hits more, without those either
    losses : tells what might be lost by settling on each, see `expected_losses`; not where there is a budget
    """

    nodes: NDArray[np.int32]
    gains: NDArray[np.int64]
    at_most: float
    losses: Callable[[], NDArray[np.float64]] | None = field(default=None, repr=False, compare=False)

    @property
    def n_hit(self) -> int:
        """Sets hit."""
        return int(self.gains.sum())

    @property
    def luck(self) -> float:
        """Return the sum of the errors of the gains, each the root of its gain, as a part of all sets hit.

        Or that of few sets as a whole: one person may be ahead of another by a hundredth.
        """
        hit = max(self.n_hit, 1)
        return float(max(np.sqrt(self.gains).sum() / hit, _AS_A_WHOLE / np.sqrt(hit)))


def choose_by_sets(sets: Sets, pool: Pool, *, n_beside: int = 0) -> Choice:
    """Choose greedily the people who hit most of the sets, or most for their cost where there is a budget.

    Parameters
    ----------
    sets : in which nobody who starts already is left
    n_beside : people settled on, who count as such: `at_most` is of so many more than the pool wants
    """
    counts = np.zeros(len(pool.eligible), np.int32)
    coverage.count_members(sets.members, counts)
    counts[~pool.eligible] = 0
    with_gain = np.zeros(int(counts.max(initial=0)) + 1, np.int32)
    coverage.count_gains(counts, with_gain)
    if pool.wanted is None:
        return _affordable(sets, pool, counts, with_gain)
    k = min(pool.wanted, int(np.count_nonzero(counts)))
    n_listed = max(_CANDIDATES[0], _CANDIDATES[1] * k)
    while True:
        least, others_at_most = _threshold(with_gain, n_listed)
        candidates = np.flatnonzero(counts >= least).astype(np.int32)
        picking, picked = _memory(sets, counts, with_gain, k)
        cover = _cover(sets, candidates, counts, others_at_most)
        if coverage.pick_most(cover, picking, picked, k + n_beside) != coverage.NOT_INDEXED:
            nodes = _filled(picked.chosen, pool)
            gains = np.concatenate((picked.gains, np.zeros(len(nodes) - k, np.int64)))
            losses = partial(_losses, cover, picking, pool, picked.chosen)
            return Choice(nodes, gains, float(picked.at_most[0]), losses)
        n_listed *= 64


def _threshold(with_gain: NDArray[np.int32], n_listed: int) -> tuple[int, int]:
    """Return the least count of people who are listed, and the most of those who are not."""
    from_top = np.cumsum(with_gain[:0:-1])
    if not len(from_top) or from_top[-1] <= n_listed:
        return 1, 0
    least = len(with_gain) - 1 - int(np.searchsorted(from_top, n_listed))
    return max(least, 1), max(least, 1) - 1


def _memory(
    sets: Sets, counts: NDArray[np.int32], with_gain: NDArray[np.int32], k: int
) -> tuple[coverage.Picking, coverage.Picked]:
    n = len(counts)
    picking = coverage.Picking(
        gain=counts.copy(),
        with_gain=with_gain.copy(),
        covered=np.zeros(len(sets), np.uint8),
        heap=np.zeros(n, np.int32),
        place=np.full(n, -1, np.int32),
        time=np.zeros(n),
    )
    return picking, coverage.Picked(np.zeros(k, np.int32), np.zeros(k, np.int64), np.zeros(1, np.int64))


def _cover(sets: Sets, candidates: NDArray[np.int32], counts: NDArray[np.int32], others_at_most: int) -> coverage.Cover:
    slot = np.full(len(counts), -1, np.int32)
    slot[candidates] = np.arange(len(candidates))
    first = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts[candidates], dtype=np.int64)))
    held = np.empty(first[-1], np.int32)
    coverage.list_sets(sets.members, sets.end, slot, first[:-1].copy(), held)
    return coverage.Cover(sets.members, sets.end, slot, first, held, candidates, others_at_most)


def _losses(
    cover: coverage.Cover, picking: coverage.Picking, pool: Pool, chosen: NDArray[np.int32]
) -> NDArray[np.float64]:
    n, k = len(pool.eligible), len(chosen)
    rivals = settling.Rivals(np.zeros(k, np.int64), np.zeros(k, np.int64), np.zeros(k, np.int64), np.zeros(1, np.int64))
    scratch = np.zeros(len(cover.end), np.int32), np.zeros(n, np.int32)
    settling.find_rivals(cover, picking.gain, pool.eligible, chosen, scratch, rivals)
    return expected_losses(rivals)


def _filled(chosen: NDArray[np.int32], pool: Pool) -> NDArray[np.int32]:
    """Add people who hit none of the sets, the first of those left, where more are wanted than hit any."""
    assert pool.wanted is not None
    if len(chosen) == pool.wanted:
        return chosen
    left = pool.eligible.copy()
    left[chosen] = False
    return np.concatenate((chosen, np.flatnonzero(left)[: pool.wanted - len(chosen)])).astype(np.int32)


def _affordable(sets: Sets, pool: Pool, counts: NDArray[np.int32], with_gain: NDArray[np.int32]) -> Choice:
    """Choose by gain for the money, begun with nobody or with any of those who hit most, whichever hits most.

    Source: Yaroslavtsev, Zhou & Avdiukhin (2020): at least half of the best possible, begun with nobody; Feldman, Nutov
    & Shoham (2023), Algorithmica 85, for beginning with somebody.
    """
    budget = pool.budget * (1.0 + SAME_MONEY) + _FOR_FREE
    cost = np.maximum(pool.costs, FREE)
    can = counts * (cost <= budget)
    candidates = np.flatnonzero(can).astype(np.int32)
    cover = _cover(sets, candidates, counts, 0)
    n_begun = min(_MOST_BEGUN, len(candidates), int(_BEGUN_MEMBERS / max(len(sets.members), 1)))
    begun = candidates[np.argsort(-can[candidates], kind="stable")[:n_begun]]
    at_most = _for_money(can, cost, budget)
    best = Choice(np.zeros(0, np.int32), np.zeros(0, np.int64), at_most)
    for begin in (-1, *begun.tolist()):
        picking, picked = _memory(sets, counts, with_gain, len(candidates))
        n = coverage.pick_affordable(cover, cost, budget, begin, picking, picked)
        if begin < 0:
            # `picking` has every person's gain after the whole choice by gain for the cost.
            whole = int(picking.covered.sum()) + _for_money(picking.gain * (cost <= budget), cost, budget)
            at_most = min(at_most, whole)
        if picked.gains[:n].sum() > best.n_hit:
            best = Choice(picked.chosen[:n].copy(), picked.gains[:n].copy(), at_most)
    return replace(best, at_most=at_most)


def _for_money(gain: NDArray[np.int32], cost: NDArray[np.float64], budget: float) -> float:
    """Return what a budget could add at most if parts of people could be had and none of their sets were the same."""
    order = np.argsort(-gain / cost, kind="stable")
    paid = np.cumsum(cost[order])
    whole = int(np.searchsorted(paid, budget, side="right"))
    total = float(gain[order[:whole]].sum())
    if whole < len(order):
        left = budget - (paid[whole - 1] if whole else 0.0)
        total += float(gain[order[whole]]) * left / cost[order[whole]]
    return total
