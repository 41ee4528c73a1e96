"""Cascades of up to 64 replicas at once, a bit each, and eight ties at once: the same replicas as `live_edge` gives.

As `fused_cascade`, with the wide register turned round: there it holds 512 replicas of a tie, here 64 replicas of eight
ties of one person. So a tie costs a few nanoseconds however few replicas need it, a person's state is three words
instead of three lines of the cache, and some dozens of replicas, or cascades that share few ties, run fastest this way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .lane_queue import around, ask_ahead, levels_for
from .live_edge import AT_MAX_STEPS, DIED_OUT, HALTED
from .rng import GOLDEN, mix64, set_lane_keys
from .wide import (
    N_WORDS,
    any_lane,
    count_bits,
    first_words,
    full_words,
    gather_lanes,
    load_lanes,
    lowest_bit,
    ramp_lanes,
    repeat_top,
    same_lanes,
    store_lanes,
    used_words,
)

LANES_AT_ONCE = 64

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_EVERY = np.uint64(0xFFFFFFFFFFFFFFFF)


class FewScratch(NamedTuple):
    """Memory of one thread. `state` comes in all zero and is left so.

    state : uint64 (3 n,)          lanes in which person v was reached, at v; pending, at n + v and, in rounds, 2 n + v
    queue : int32 (max(2 n, 16),)  a ring: in rounds a person may stand in it for this round and for the next
    lane_keys : uint64 (64,)       key of the word of bit j of the coins
    found : uint64 (8,)            live lanes of eight ties
    examined : int64 (2,)          ties examined in all lanes together, and ties loaded for them; added to
    halt : uint8 (1,)              set to 1 by another thread to abandon the replicas in work
    """

    state: NDArray[np.uint64]
    queue: NDArray[np.int32]
    lane_keys: NDArray[np.uint64]
    found: NDArray[np.uint64]
    examined: NDArray[np.int64]
    halt: NDArray[np.uint8]


@kernel
def few_chunk(ties, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk, those that share a word at once; parameters as in `live_edge.spread_chunk`.

    ties : LiveTies         not complete
    scratch : FewScratch    overwritten
    out : SpreadOut         overwritten; `last_step` is 0 where neither curves are kept nor `max_steps` can matter

    Cost: O(ties leaving a person) each time the person leaves the queue, and O(n) for 64 replicas.
    """
    n_replicas, first = keys.own.shape[0], 0
    while first < n_replicas:
        lane = keys.lane[first]
        n_lanes = min(LANES_AT_ONCE - lane % LANES_AT_ONCE, n_replicas - first)
        set_lane_keys(keys.block[first], lane, scratch.lane_keys)
        for r in range(first, first + n_lanes):
            out.reach[r] = out.last_step[r] = 0
            out.stop[r] = DIED_OUT
            out.newly[r, :] = 0
        lanes = (_EVERY >> np.uint64(LANES_AT_ONCE - n_lanes)) << np.uint64(lane % LANES_AT_ONCE)
        halted = _run_word(ties, seed_nodes, (lanes, first - lane % LANES_AT_ONCE), max_steps, scratch, out)
        for v in range(scratch.state.shape[0]):
            scratch.state[v] = _ZERO
        if halted:
            for r in range(first, n_replicas):
                out.stop[r] = HALTED
            return
        first += n_lanes


@inner_kernel
def _run_word(ties, seed_nodes, lanes, max_steps, scratch, out):
    """Run the lanes of a word, lane i as replica lanes[1] + i; return whether it was halted."""
    state, queue, lane_keys, found = scratch.state, scratch.queue, scratch.lane_keys, scratch.found
    indptr, indices, n = ties.indptr, ties.indices, ties.n_people
    in_rounds = out.newly.shape[1] > 0 or max_steps < n  # no cascade has more steps than people
    now, later = n, 2 * n if in_rounds else n
    room = queue.shape[0]
    tail = 0
    for s in range(seed_nodes.shape[0]):
        u = np.int64(seed_nodes[s])
        if state[u] == _ZERO:
            state[u] = state[now + u] = lanes[0]
            queue[tail] = u
            tail += 1
    head, waiting, of_round, step = 0, tail, tail, 0

    while waiting > 0:
        if scratch.halt[0] == 1:
            return True
        u = np.int64(queue[head])
        head = around(head + 1, room)
        waiting -= 1
        ask_ahead(ties, ties.code, state, (1, now), queue, head)
        pending = state[now + u]
        state[now + u] = _ZERO
        _note_reached(pending, lanes[1], step, step == max_steps, out)
        begin, end = indptr[u], indptr[u + 1]
        if step == max_steps:
            end = begin
        n_pending = count_bits(pending)
        levels = levels_for(n_pending * N_WORDS)
        scratch.examined[0] += n_pending * (end - begin)
        scratch.examined[1] += end - begin
        for e in range(begin, end, N_WORDS):
            undecided = same_lanes(pending) & ~_reached_of_eight(state, indices, e, end, found)
            live = _live_of_eight(ties, lane_keys, e, undecided, levels)
            store_lanes(found, 0, live)
            of_eight = used_words(live)
            while of_eight != _ZERO:
                i = lowest_bit(of_eight)
                of_eight &= of_eight - _ONE
                v = np.int64(indices[e + i])
                fresh = found[i] & ~state[v]  # two of the ties may lead to one person, in two layers
                state[v] |= fresh
                before = state[later + v]
                state[later + v] = before | fresh
                queue[tail] = v
                if before == _ZERO and fresh != _ZERO:
                    tail = around(tail + 1, room)
                    waiting += 1
        of_round -= 1
        if of_round == 0 and in_rounds:
            now, later = later, now
            of_round = waiting
            step += 1
    return False


@inner_kernel
def _reached_of_eight(state, indices, e, end, room):
    """Return the lanes in which the listeners of ties e .. e + 7 were reached; from `end` on, all lanes.

    room : uint64 (8,)   overwritten
    """
    if e + N_WORDS <= indices.shape[0]:
        reached = gather_lanes(state, indices, e)
        return reached if e + N_WORDS <= end else reached | ~first_words(np.uint64(end - e))
    for i in range(N_WORDS):  # at the end of all ties there are no eight to read
        room[i] = state[indices[e + i]] if e + i < end else _EVERY
    return load_lanes(room, 0)


@inner_kernel
def _live_of_eight(ties, lane_keys, e, undecided, levels):
    """Return the lanes in which the ties e .. e + 7 are live, of those `undecided`; `rng.coin_passes` word by word."""
    chance = same_lanes(ties.threshold[0])
    if ties.per_tie == 1:
        chance = gather_lanes(ties.threshold, ties.code, e)
    wanted = chance
    of_ties = ramp_lanes(GOLDEN) + GOLDEN * (np.uint64(e) + _ONE)
    live = undecided ^ undecided
    for j in range(levels):
        bits = mix64(of_ties + lane_keys[j])
        bit = repeat_top(wanted)
        live = live | (undecided & ~bits & bit)
        undecided = undecided & ~(bits ^ bit)
        wanted = wanted << _ONE
    j = levels
    while j < LANES_AT_ONCE and any_lane(undecided):
        bits = mix64(of_ties + lane_keys[j])
        bit = repeat_top(wanted)
        live = live | (undecided & ~bits & bit)
        undecided = undecided & ~(bits ^ bit)
        wanted = wanted << _ONE
        j += 1
    # A number that equals its threshold is not below it, but probability 1 has no number above its own.
    return live | (undecided & full_words(chance))


@inner_kernel
def _note_reached(lanes, first, step, stopped, out):
    """Note in the replicas of these lanes that a person was reached at a step, the last one where `stopped`."""
    while lanes != _ZERO:
        r = first + lowest_bit(lanes)
        lanes &= lanes - _ONE
        out.reach[r] += 1
        out.last_step[r] = step
        if stopped:
            out.stop[r] = AT_MAX_STEPS
        if step < out.newly.shape[1]:
            out.newly[r, step] += 1
