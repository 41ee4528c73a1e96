"""Cascades that are reachability over live ties, one replica at a time.

A tie u -> v is live by a coin of its own; the people reached are those whom live ties connect to the seed nodes, and
the step of v is the length of the shortest live path. Source: Kempe, Kleinberg & Tardos (2015), claim 2.3. So the order
of visits cannot matter, and neither can how many replicas run at once: `fused_cascade` gives the same replicas.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import listener
from .rng import GOLDEN, mix64, set_lane_keys
from .wide import N_WORDS, full_words, gather_lanes, lowest_bit, prefetch, ramp_lanes, same_lanes, top_bits

DIED_OUT = 0
AT_MAX_STEPS = 1
HALTED = 2

FIRST_LEVELS = 6
"""Bits of eight coins read before anybody asks whether all are decided: seven times in eight they are."""

_ZERO, _ONE, _TOP = np.uint64(0), np.uint64(1), np.uint64(63)


CODE_ROOM = N_WORDS - 1
"""Entries of `LiveTies.code` beyond the last tie, so that eight can be read at any tie."""


class LiveTies(NamedTuple):
    """A network and the chances of its ties.

    indptr : int64 (n + 1,)        ties of person u are indptr[u] .. indptr[u + 1] - 1; length 1 where complete
    indices : int32 (m,)           the listener of each tie
    n_people : int64
    complete : bool                no stored ties: everybody is tied to everybody, tie numbers as in a stored CSR
    threshold : uint64 (t,)        floor(p * 2^64) of each chance that occurs
    code : uint16 or uint32 (m + 7,) or (8,)   which of them a tie has; see `CODE_ROOM`
    per_tie : int64                1: `code` has an entry a tie, 0: one chance for all
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    threshold: NDArray[np.uint64]
    code: NDArray[np.uint16] | NDArray[np.uint32]
    per_tie: int


class Scratch(NamedTuple):
    """Memory of one thread. `reached` comes in all zero and is left so.

    reached : uint8 (n,)   lane_keys : uint64 (64,)
    order : int32 (n,)     people reached, in order
    parent : int32 (n,) or (0,)   who reached each of them, -1: nobody; (0,): not kept, a write less for each person
    examined : int64 (1,)  ties examined, added to
    halt : uint8 (1,)      set to 1 by another thread to abandon the replica in work: its stop code is HALTED
    """

    reached: NDArray[np.uint8]
    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    lane_keys: NDArray[np.uint64]
    examined: NDArray[np.int64]
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
        n_reached, step, stop = _spread_once(ties, seed_nodes, keys.lane[r], max_steps, scratch, out.newly[r])
        out.reach[r] = n_reached
        out.last_step[r] = step
        out.stop[r] = stop
        for i in range(n_reached):
            scratch.reached[scratch.order[i]] = 0


@inner_kernel
def _spread_once(ties, seed_nodes, lane, max_steps, scratch, newly):
    order, parent, reached, lane_keys = scratch.order, scratch.parent, scratch.reached, scratch.lane_keys
    indptr, indices, complete, others = ties.indptr, ties.indices, ties.complete, ties.n_people - 1
    threshold, code, per_tie = ties.threshold, ties.code, ties.per_tie
    traced = parent.shape[0] > 0
    for_all = same_lanes(threshold[0])
    n_reached = reach_seed_nodes(seed_nodes, reached, order, parent)
    if newly.shape[0] > 0:
        newly[0] = n_reached

    step, begin, end = 0, 0, n_reached
    while begin < end:
        if step == max_steps:
            return n_reached, step, AT_MAX_STEPS
        for i in range(begin, end):
            if scratch.halt[0] == 1:
                return n_reached, step, HALTED
            if n_reached == ties.n_people:  # nobody is left to reach
                break
            if not complete:
                _ask_ahead(indptr, indices, code, per_tie, order, min(i + 3, others))
            u = np.int64(order[i])
            first = u * others if complete else indptr[u]
            last = first + others if complete else indptr[u + 1]
            scratch.examined[0] += last - first
            for e in range(first, last, N_WORDS):
                chance = gather_lanes(threshold, code, e) if per_tie == 1 else for_all
                live = live_of_eight(lane_keys, lane, e, chance)
                if last - e < N_WORDS:
                    live &= (_ONE << np.uint64(last - e)) - _ONE
                while live != _ZERO:
                    i_live = e + lowest_bit(live)
                    live &= live - _ONE
                    v = listener(indices, complete, u, i_live, first)
                    if reached[v] == 0:
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


@inner_kernel
def reach_seed_nodes(seed_nodes, reached, order, parent):
    """Begin the order with the seed nodes, each once, followers of nobody; return how many there are."""
    n_seeds = 0
    for i in range(seed_nodes.shape[0]):
        s = np.int64(seed_nodes[i])
        if reached[s] == 0:
            reached[s] = 1
            order[n_seeds] = s
            n_seeds += 1
            if parent.shape[0] > 0:
                parent[s] = -1
    return n_seeds


@inner_kernel
def _ask_ahead(indptr, indices, code, per_tie, order, i):
    """Ask for the ties of the i-th person of the queue, and, further on, for where they begin."""
    prefetch(indptr, np.int64(order[min(i + 3, order.shape[0] - 1)]))
    ties = indptr[order[i]]
    prefetch(indices, ties)
    prefetch(code, ties * per_tie)


@inner_kernel
def live_of_eight(lane_keys, lane, e, chance):
    """Say which of the ties e .. e + 7 are live in one replica: uint64, bit i for tie e + i.

    The coins of `rng.coin_passes`, of eight ties at once: in every word the replica's bit is moved to the top, where it
    meets the top bit of the tie's threshold. `undecided` and `live` mean their top bits alone.
    """
    ties = ramp_lanes(GOLDEN) + GOLDEN * (np.uint64(e) + _ONE)
    to_top = _TOP - (np.uint64(lane) & _TOP)
    live = chance ^ chance
    undecided = ~live
    wanted = chance
    for j in range(FIRST_LEVELS):
        bits = mix64(ties + lane_keys[j]) << to_top
        live = live | (undecided & wanted & ~bits)
        undecided = undecided & ~(bits ^ wanted)
        wanted = wanted << _ONE
    j = FIRST_LEVELS
    while j < 64 and top_bits(undecided) != _ZERO:
        bits = mix64(ties + lane_keys[j]) << to_top
        live = live | (undecided & wanted & ~bits)
        undecided = undecided & ~(bits ^ wanted)
        wanted = wanted << _ONE
        j += 1
    # A number that equals its threshold is not below it, but probability 1 has no number above its own.
    return top_bits(live | (undecided & full_words(chance)))
