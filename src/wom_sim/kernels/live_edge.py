"""Cascades that are reachability over live ties: independent cascade and linear threshold.

A tie u -> v is live or not by a draw that belongs to the tie (independent cascade) or to v (linear threshold); the
people reached are those whom live ties connect to the seed nodes, and the step of v is the length of the shortest
live path. Source: Kempe, Kleinberg & Tardos (2015), claims 2.3 and 2.6. So the order of visits cannot matter.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel
from .rng import coin_passes, set_lane_keys, word

BY_COIN = 0
BY_CHOICE = 1

DIED_OUT = 0
AT_MAX_STEPS = 1
HALTED = 2

_ONE = np.uint64(1)


class LiveTies(NamedTuple):
    """A network and the rule that makes its ties live. Arrays a rule does not read have length 0.

    indptr : int64 (n + 1,)        ties of person u are indptr[u] .. indptr[u + 1] - 1; length 1 where complete
    indices : int32 (m,)           the listener of each tie
    n_people : int64
    complete : bool                no stored ties: everybody is tied to everybody, tie numbers as in a stored CSR
    rule : int64                   BY_COIN or BY_CHOICE
    threshold : uint64 (m,) or (1,)   BY_COIN: floor(p * 2^64) of a tie
    per_tie : int64                1: `threshold` has an entry a tie, 0: one for all
    low, width : uint64 (m,)       BY_CHOICE: v's number x in [0, 2^63) picks the tie where low <= x < low + width
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    rule: int
    threshold: NDArray[np.uint64]
    per_tie: int
    low: NDArray[np.uint64]
    width: NDArray[np.uint64]


class Scratch(NamedTuple):
    """Memory of one thread. `reached` comes in all zero and is left so.

    reached : uint8 (n,)   lane_keys : uint64 (64,)
    order : int32 (n,)     people reached, in order
    parent : int32 (n,) or (0,)   who reached each of them, -1: nobody; (0,): not kept, a write less for each person
    halt : uint8 (1,)      set to 1 by another thread to abandon the replica in work: its stop code is HALTED
    """

    reached: NDArray[np.uint8]
    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    lane_keys: NDArray[np.uint64]
    halt: NDArray[np.uint8]


class SpreadOut(NamedTuple):
    """What a chunk of replicas gives; everything is overwritten.

    reach : int64 (R,)             people reached, seed nodes included
    last_step : int64 (R,)         last step at which somebody was reached
    stop : uint8 (R,)              DIED_OUT, AT_MAX_STEPS, or HALTED: the replica's other numbers mean nothing
    newly : int32 (R, width)       people first reached at each step; steps from `width` on are not written
    """

    reach: NDArray[np.int64]
    last_step: NDArray[np.int64]
    stop: NDArray[np.uint8]
    newly: NDArray[np.int32]


@kernel
def spread_chunk(ties, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another.

    Parameters
    ----------
    ties : LiveTies
    seed_nodes : int32 (k,)   distinct; reached at step 0
    keys : Keys               one entry a replica
    max_steps : int64         steps after which a replica is stopped
    scratch : Scratch         overwritten
    out : SpreadOut           overwritten

    Cost: O(people reached + ties leaving them) a replica; nothing is allocated.
    """
    for r in range(keys.own.shape[0]):
        set_lane_keys(keys.block[r], keys.lane[r], scratch.lane_keys)
        out.newly[r, :] = 0
        n_reached, step, stop = _spread_once(
            ties, seed_nodes, keys.own[r], keys.lane[r], max_steps, scratch, out.newly[r]
        )
        out.reach[r] = n_reached
        out.last_step[r] = step
        out.stop[r] = stop
        for i in range(n_reached):
            scratch.reached[scratch.order[i]] = 0


@kernel
def _spread_once(ties, seed_nodes, key, lane, max_steps, scratch, newly):
    # Arrays are taken out of their tuples once: inside the loop that would count references, at ten times the cost.
    order, parent, reached, lane_keys, halt = (
        scratch.order,
        scratch.parent,
        scratch.reached,
        scratch.lane_keys,
        scratch.halt,
    )
    indptr, indices, complete, others = ties.indptr, ties.indices, ties.complete, ties.n_people - 1
    by_coin, threshold, per_tie, low, width = ties.rule == BY_COIN, ties.threshold, ties.per_tie, ties.low, ties.width
    traced = parent.shape[0] > 0
    n_reached = 0
    for s in range(seed_nodes.shape[0]):
        u = seed_nodes[s]
        if reached[u] == 0:
            reached[u] = 1
            if traced:
                parent[u] = -1
            order[n_reached] = u
            n_reached += 1
    newly[0] = n_reached

    step, begin, end = 0, 0, n_reached
    while begin < end:
        if step == max_steps:
            return n_reached, step, AT_MAX_STEPS
        for i in range(begin, end):
            if halt[0] == 1:
                return n_reached, step, HALTED
            if n_reached == ties.n_people:  # nobody is left to reach
                break
            u = np.int64(order[i])
            first = u * others if complete else indptr[u]
            last = first + others if complete else indptr[u + 1]
            for e in range(first, last):
                v = _complete_listener(u, e - first) if complete else np.int64(indices[e])
                if reached[v] == 1:
                    continue
                if by_coin:
                    live = coin_passes(lane_keys, lane, e, threshold[e * per_tie])
                elif complete:
                    live = _complete_choice(key, u, v, others)
                else:
                    live = (word(key, v) >> _ONE) - low[e] < width[e]
                if live:
                    reached[v] = 1
                    if traced:
                        parent[v] = u
                    order[n_reached] = v
                    n_reached += 1
        begin, end = end, n_reached
        if begin < end:
            step += 1
            if step < newly.shape[0]:
                newly[step] = end - begin
    return n_reached, step, DIED_OUT


@kernel
def _complete_listener(u, position):
    """The listener of u's tie number `position` when everybody is tied to everybody."""
    return position + 1 if position >= u else position


@kernel
def _complete_choice(key, u, v, others):
    """Say whether v chose u among all others, who own equal shares in the order of their numbers."""
    rank = u - 1 if u > v else u
    low = share_start(rank, others)
    return (word(key, v) >> _ONE) - low < share_start(rank + 1, others) - low


@kernel
def share_start(rank, n_shares):
    """Return floor(rank * 2^63 / n_shares), where share number `rank` of n equal shares of [0, 2^63) begins.

    In uint64 without overflow: 2^63 = whole * n + part gives rank * whole + (rank * part) // n, with rank, n < 2^31.
    """
    n = np.uint64(n_shares)
    k = np.uint64(rank)
    half = np.uint64(0x8000000000000000)
    return k * (half // n) + k * (half % n) // n
