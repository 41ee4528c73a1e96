"""Independent cascades of several brands at once on one network: whoever adopts one of them adopts no other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, listener
from .rng import coin_passes, set_lane_keys, word

RANDOM_NEIGHBOUR, FIRST_BRAND, RANDOM_BRAND = 0, 1, 2
"""Who is followed where several succeed at one person in the same step; ranks are compared first, then turns."""

REACH = 0
"""Then one count and curve for each brand, in their order; then the count of people at whom brands met."""

# Purposes under a replica's own key: the lot of a brand at a person, by person and brand; whose turn is first, by tie.
LOT = 1
TURN = 2

_NOT_REACHED, _IN_DOUBT = 0, 255


class BrandsWorld(NamedTuple):
    """A network, each brand's chances and part of the seed nodes, the rule for ties.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    threshold : uint64 (brands * width,)   floor(p * 2^64) of brand b on tie e at b * width + e * per_tie
    width : int64        m or 1     per_tie : int64   1: an entry a tie, 0: one for all ties of a brand
    seed_share : float64 (brands,)   not negative; not all zero
    in_turn : bool       deal seed nodes out in turn, or in blocks
    tie_rule : int64     RANDOM_NEIGHBOUR, FIRST_BRAND or RANDOM_BRAND
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    threshold: NDArray[np.uint64]
    width: int
    per_tie: int
    seed_share: NDArray[np.float64]
    in_turn: bool
    tie_rule: int


class _Luck(NamedTuple):
    """Where one replica's draws come from: its lane, the key of lots by person and brand, of turns by tie."""

    lane: int
    lots: np.uint64
    turns: np.uint64


class BrandsScratch(NamedTuple):
    """Memory of one thread; `brand` and `met` are left all zero.

    order : int32 (n,)     adopters in order     parent : int32 (n,)   whom each followed, -1: a seed node
    brand : uint8 (n,)     1 + the brand adopted
    rank, turn : uint64 (n,)   of the success that counts so far, of those in this step
    met : uint8 (n,)       several brands have succeeded in one step
    dealt : uint8 (n,)     brand of each seed node     given : int64 (brands,)   seed nodes of each brand
    lane_keys : uint64 (64,)   halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    brand: NDArray[np.uint8]
    rank: NDArray[np.uint64]
    turn: NDArray[np.uint64]
    met: NDArray[np.uint8]
    dealt: NDArray[np.uint8]
    given: NDArray[np.int64]
    lane_keys: NDArray[np.uint64]
    halt: NDArray[np.uint8]


@kernel
def competitive_cascade_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    Counts and curves: adopters, adopters of each brand. Count: people at whom several brands succeeded in one step.
    Cost: O(people reached + ties leaving them) a replica, O(seed nodes * brands) a chunk.
    """
    n_brands = world.seed_share.shape[0]
    deal(world.seed_share, world.in_turn, seed_nodes.shape[0], scratch.given, scratch.dealt)
    for r in range(keys.own.shape[0]):
        set_lane_keys(keys.block[r], keys.lane[r], scratch.lane_keys)
        luck = _Luck(keys.lane[r], word(keys.own[r], LOT), word(keys.own[r], TURN))
        n, n_met, step, stop = _spread_once(world, seed_nodes, luck, max_steps, scratch, out, r)
        out.counts[r, REACH] = n
        out.counts[r, 1 + n_brands] = n_met
        out.last_step[r] = step
        out.stop[r] = stop
        for i in range(n):
            v = scratch.order[i]
            if scratch.brand[v] != _IN_DOUBT:  # as somebody may be where the replica was halted
                out.counts[r, scratch.brand[v]] += 1
            scratch.brand[v] = _NOT_REACHED
            scratch.met[v] = 0


@inner_kernel
def deal(seed_share, in_turn, n_seeds, given, dealt):
    """Deal seed nodes out to brands: each to the brand that lags most, with `given` the smallest (given + 1/2) / share.

    In blocks each brand gets as many as in turn: the first seed nodes are the first brand's.
    """
    given[:] = 0
    for s in range(n_seeds):
        best = 0
        for b in range(1, seed_share.shape[0]):
            if (given[b] + 0.5) * seed_share[best] < (given[best] + 0.5) * seed_share[b]:
                best = b
        dealt[s] = best
        given[best] += 1
    if not in_turn:
        s = 0
        for b in range(seed_share.shape[0]):
            dealt[s : s + given[b]] = b
            s += given[b]


@inner_kernel
def _spread_once(world, seed_nodes, luck, max_steps, scratch, out, r):
    indptr, indices, complete, others = world.indptr, world.indices, world.complete, world.n_people - 1
    threshold, width, per_tie = world.threshold, world.width, world.per_tie
    order, parent, brand, dealt = scratch.order, scratch.parent, scratch.brand, scratch.dealt
    lane_keys, halt, lane = scratch.lane_keys, scratch.halt, luck.lane
    changes, examined = out.changes[r], out.examined
    n = n_met = 0
    for s in range(seed_nodes.shape[0]):
        v = seed_nodes[s]
        brand[v] = 1 + dealt[s]
        parent[v] = -1
        order[n] = v
        n += 1
        add_change(changes, brand[v], 0, 1)
    add_change(changes, REACH, 0, n)

    step, begin, end = 0, 0, n
    while begin < end:
        if step == max_steps:
            return n, n_met, step, AT_MAX_STEPS
        for i in range(begin, end):
            if halt[0] == 1:
                return n, n_met, step, HALTED
            if end == world.n_people:  # nobody is left to reach
                break
            u = np.int64(order[i])
            first = u * others if complete else indptr[u]
            last = first + others if complete else indptr[u + 1]
            examined[0] += last - first
            own = (np.int64(brand[u]) - 1) * width
            for e in range(first, last):
                v = listener(indices, complete, u, e, first)
                undecided = brand[v] == _NOT_REACHED or brand[v] == _IN_DOUBT
                if not undecided or not coin_passes(lane_keys, lane, e, threshold[own + e * per_tie]):
                    continue
                if brand[v] == _NOT_REACHED:
                    order[n] = v
                    n += 1
                n_met += _compare(world, luck, scratch, u, v, e)
        begin, end = end, n
        if begin < end:
            step += 1
            for i in range(begin, end):
                v = order[i]
                brand[v] = brand[parent[v]]
                add_change(changes, brand[v], step, 1)
            add_change(changes, REACH, step, end - begin)
    return n, n_met, step, FINISHED


@inner_kernel
def _compare(world, luck, scratch, u, v, e):
    """Let v follow u, who succeeded over tie e, unless another goes first; return 1 where brands meet at v just now."""
    parent, brand = scratch.parent, scratch.brand
    b = np.int64(brand[u]) - 1
    rank, turn, met = np.uint64(0), word(luck.turns, e), 0
    if world.tie_rule == FIRST_BRAND:
        rank = np.uint64(b)
    elif world.tie_rule == RANDOM_BRAND:
        rank = word(luck.lots, v * world.seed_share.shape[0] + b)
    if brand[v] == _IN_DOUBT:
        if brand[parent[v]] != brand[u] and scratch.met[v] == 0:
            scratch.met[v] = 1
            met = 1
        if rank > scratch.rank[v] or (rank == scratch.rank[v] and turn > scratch.turn[v]):
            return met
    brand[v] = _IN_DOUBT
    scratch.rank[v] = rank
    scratch.turn[v] = turn
    parent[v] = u
    return met
