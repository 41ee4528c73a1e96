"""An independent cascade with opinions: the first success at a person, in random order, decides what she thinks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, listener
from .rng import coin_passes, set_lane_keys, uniform_at, word

REACH, POSITIVE, NEGATIVE = 0, 1, 2
EXPECTED_POSITIVE = 0

# Purposes under a replica's own key: whether a person likes it, by person; whose turn comes first, by tie.
LIKES = 1
TURN = 2

_NOT_REACHED, _IN_DOUBT, _NEGATIVE, _POSITIVE = 0, 1, 2, 3


class OpinionWorld(NamedTuple):
    """A network, the chances of its ties, the quality.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    threshold : uint64 (m,) or (1,)   floor(p * 2^64) of a tie
    per_tie : int64                   1: `threshold` has an entry a tie, 0: one for all
    quality : float64                 chance to like it, of whoever was not told by somebody who does not
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    threshold: NDArray[np.uint64]
    per_tie: int
    quality: float


class _Luck(NamedTuple):
    """Where one replica's draws come from: its lane, the key of likes by person, the key of turns by tie."""

    lane: int
    likes: np.uint64
    turns: np.uint64


class OpinionScratch(NamedTuple):
    """Memory of one thread; `opinion` is left all zero.

    order : int32 (n,)   people reached, in order   parent : int32 (n,)   whose success decided, -1: a seed node
    opinion : uint8 (n,)   turn : uint64 (n,)   the earliest turn of those who succeeded in this step
    lane_keys : uint64 (64,)   halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    opinion: NDArray[np.uint8]
    turn: NDArray[np.uint64]
    lane_keys: NDArray[np.uint64]
    halt: NDArray[np.uint8]


@kernel
def negative_opinion_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    Counts and curves: people reached, the positive and the negative among them. Amount: how many positive ones are to
    be expected given the steps at which people were reached, the sum of quality^(step + 1).
    Cost: O(people reached + ties leaving them) a replica.
    """
    for r in range(keys.own.shape[0]):
        set_lane_keys(keys.block[r], keys.lane[r], scratch.lane_keys)
        luck = _Luck(keys.lane[r], word(keys.own[r], LIKES), word(keys.own[r], TURN))
        n, step, expected, stop = _spread_once(world, seed_nodes, luck, max_steps, scratch, out, r)
        n_positive = 0
        for i in range(n):
            v = scratch.order[i]
            n_positive += scratch.opinion[v] == _POSITIVE
            scratch.opinion[v] = _NOT_REACHED
        out.counts[r, REACH] = n
        out.counts[r, POSITIVE] = n_positive
        out.counts[r, NEGATIVE] = n - n_positive
        out.amounts[r, EXPECTED_POSITIVE] = expected
        out.last_step[r] = step
        out.stop[r] = stop


@inner_kernel
def _spread_once(world, seed_nodes, luck, max_steps, scratch, out, r):
    indptr, indices, complete, others = world.indptr, world.indices, world.complete, world.n_people - 1
    threshold, per_tie, quality = world.threshold, world.per_tie, world.quality
    order, parent, opinion, turn = scratch.order, scratch.parent, scratch.opinion, scratch.turn
    lane_keys, halt, lane, turns = scratch.lane_keys, scratch.halt, luck.lane, luck.turns
    changes, examined = out.changes[r], out.examined
    n = 0
    for s in range(seed_nodes.shape[0]):
        v = seed_nodes[s]
        opinion[v] = _IN_DOUBT
        parent[v] = -1
        order[n] = v
        n += 1
    _record(changes, 0, n, _settle(scratch, 0, n, luck.likes, quality))
    all_positive = quality  # the chance that somebody reached at this step, and everybody on her way, likes it
    expected = n * all_positive

    step, begin, end = 0, 0, n
    while begin < end:
        if step == max_steps:
            return n, step, expected, AT_MAX_STEPS
        for i in range(begin, end):
            if halt[0] == 1:
                return n, step, expected, HALTED
            if end == world.n_people:  # nobody is left to reach
                break
            u = np.int64(order[i])
            first = u * others if complete else indptr[u]
            last = first + others if complete else indptr[u + 1]
            examined[0] += last - first
            for e in range(first, last):
                v = listener(indices, complete, u, e, first)
                if opinion[v] > _IN_DOUBT or not coin_passes(lane_keys, lane, e, threshold[e * per_tie]):
                    continue
                # She is told in this step. All who succeed take turns; the first of them is whom she believes.
                this_turn = word(turns, e)
                if opinion[v] == _NOT_REACHED:
                    opinion[v] = _IN_DOUBT
                    order[n] = v
                    n += 1
                elif this_turn > turn[v]:
                    continue
                turn[v] = this_turn
                parent[v] = u
        begin, end = end, n
        if begin < end:
            step += 1
            _record(changes, step, end - begin, _settle(scratch, begin, end, luck.likes, quality))
            all_positive *= quality
            expected += (end - begin) * all_positive
    return n, step, expected, FINISHED


@inner_kernel
def _settle(scratch, begin, end, likes, quality):
    """Give those reached at one step, order[begin:end], their opinions; return how many are positive."""
    order, parent, opinion = scratch.order, scratch.parent, scratch.opinion
    n_positive = 0
    for i in range(begin, end):
        v = order[i]
        told_well = parent[v] < 0 or opinion[parent[v]] == _POSITIVE
        positive = told_well and uniform_at(likes, v) < quality
        opinion[v] = _POSITIVE if positive else _NEGATIVE
        n_positive += positive
    return n_positive


@inner_kernel
def _record(changes, step, n_reached, n_positive):
    add_change(changes, REACH, step, n_reached)
    add_change(changes, POSITIVE, step, n_positive)
    add_change(changes, NEGATIVE, step, n_reached - n_positive)
