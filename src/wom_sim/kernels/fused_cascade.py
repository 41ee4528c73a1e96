"""Cascades of up to 512 replicas at once, a bit each: the same replicas as `live_edge` gives one by one.

A person's state is a bit a replica, or lane: reached in it or not, and pending, that is reached but with ties not yet
examined. People with pending lanes wait in a queue; who leaves it has each tie examined once for all lanes pending:
512 coins are compared with the chance bit by bit, most significant bit first, until every lane is decided. Live-edge
cascades do not depend on the order of visits, so lanes may be handled as they come; where the step counts (curves,
`max_steps`), the queue is worked off in rounds, a round a step. docs/performance.md says what was tried.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .lane_counts import PLANES, clear, count, counted, lane_mask
from .lane_queue import AHEAD_LISTENERS, around, ask_ahead, levels_for
from .live_edge import AT_MAX_STEPS, DIED_OUT, HALTED
from .rng import ALWAYS, LANES, word
from .wide import N_WORDS, any_lane, count_lanes, load_lanes, prefetch, same_lanes, store_lanes

BATCH = 32
"""Ties whose coins are drawn before those with live lanes are acted on: then drawing has no branch to mispredict."""

_ZERO, _ONE, _TOP = np.uint64(0), np.uint64(1), np.uint64(63)

_REACHED, _PENDING, _NEXT = 0, N_WORDS, 2 * N_WORDS
STATE_WORDS = 3 * N_WORDS
"""Words of state a person, in rounds: lanes reached, pending in this round, pending in the next; else the first two."""


class FusedScratch(NamedTuple):
    """Memory of one thread. `state` and `planes` come in all zero and are left so.

    state : uint64 (24 n,)         see `STATE_WORDS`; begins a line of the cache
    queue : int32 (max(2 n, 16),)  a ring: in rounds a person may stand in it for this round and for the next
    block_keys : uint64 (512,)     key of the word of bit j and lanes 64 g .. 64 g + 63, at 8 j + g
    planes : uint64 (8 * 32,)      a count a lane, see `lane_counts`
    found : uint64 (16 * 32,)      of a tie of the batch: live lanes, undecided lanes
    of_tie : int64 (32, 2)         its listener and its number
    examined : int64 (2,)          ties examined in all lanes together, and ties loaded for them; added to
    halt : uint8 (1,)              set to 1 by another thread to abandon the block in work
    """

    state: NDArray[np.uint64]
    queue: NDArray[np.int32]
    block_keys: NDArray[np.uint64]
    planes: NDArray[np.uint64]
    found: NDArray[np.uint64]
    of_tie: NDArray[np.int64]
    examined: NDArray[np.int64]
    halt: NDArray[np.uint8]


@kernel
def fused_chunk(ties, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk, those of a block at once; parameters as in `live_edge.spread_chunk`.

    ties : LiveTies           not complete
    scratch : FusedScratch    overwritten
    out : SpreadOut           overwritten; `last_step` is 0 where neither curves are kept nor `max_steps` can matter

    Cost: O(ties leaving a person) each time the person leaves the queue, 5 to 15 times a block on social networks, and
    O(n) a block; nothing is allocated.
    """
    n_replicas, first = keys.own.shape[0], 0
    while first < n_replicas:
        for i in range(LANES):
            scratch.block_keys[i] = word(keys.block[first], i)
        n_lanes = min(LANES - keys.lane[first], n_replicas - first)
        _run_block(ties, seed_nodes, (keys.lane[first], n_lanes, first), max_steps, scratch, out)
        first += n_lanes


@inner_kernel
def _run_block(ties, seed_nodes, lanes, max_steps, scratch, out):
    state, queue, planes, found, n_people = scratch.state, scratch.queue, scratch.planes, scratch.found, ties.n_people
    curves = out.newly.shape[1] > 0
    in_rounds = curves or max_steps < n_people  # no cascade has more steps than people
    per_person = STATE_WORDS if in_rounds else _NEXT
    now, later = _PENDING, _NEXT if in_rounds else _PENDING
    room = queue.shape[0]

    _clear_rows(lanes, out)
    everywhere = lane_mask(lanes[0], lanes[1], found)
    tail = 0
    for s in range(seed_nodes.shape[0]):
        u = np.int64(seed_nodes[s])
        if not any_lane(load_lanes(state, per_person * u)):
            store_lanes(state, per_person * u, everywhere)
            store_lanes(state, per_person * u + now, everywhere)
            queue[tail] = u
            tail += 1
    head, waiting, of_round, step = 0, tail, tail, 0
    active = everywhere ^ everywhere
    stop = DIED_OUT

    while waiting > 0:
        if scratch.halt[0] == 1:
            stop = HALTED
            break
        u = np.int64(queue[head])
        head = around(head + 1, room)
        waiting -= 1
        ask_ahead(ties, ties.code, state, (per_person, now), queue, head)
        pending = load_lanes(state, per_person * u + now)
        store_lanes(state, per_person * u + now, pending ^ pending)
        if curves:
            count(planes, 0, pending)
        active = active | pending
        if step < max_steps:
            tail, waiting = examine_ties(ties, scratch, u, pending, (per_person, later), (tail, waiting))
        of_round -= 1
        if of_round == 0 and in_rounds:
            _end_step(lanes, active, planes, step, found, out)
            if step == max_steps:
                stop = AT_MAX_STEPS
            now, later = later, now
            of_round = waiting
            if waiting > 0:
                active = active ^ active
                step += 1
    _finish(lanes, stop, active, n_people, per_person, scratch, out)


@inner_kernel
def examine_ties(ties, scratch, u, pending, state_at, waiting):
    """Hand on what a person has pending: toss the coins of all ties for these lanes, and let those reached wait.

    Parameters
    ----------
    u : int64           the person     pending : Lanes   in which she was reached since her ties were last examined
    state_at : int64 (2,), a tuple     words of state a person, and which of them take lanes newly pending
    waiting : int64 (2,), a tuple      end of the queue, and how many stand in it

    Returns
    -------
    int64, int64
        The same two afterwards.
    """
    state, queue, found, of_tie = scratch.state, scratch.queue, scratch.found, scratch.of_tie
    indices, code, per_tie, threshold = ties.indices, ties.code, ties.per_tie, ties.threshold
    block_keys, (per_person, later) = scratch.block_keys, state_at
    tail, n_waiting = waiting
    room = queue.shape[0]
    n_pending = count_lanes(pending)
    levels = levels_for(n_pending)
    begin, end = ties.indptr[u], ties.indptr[u + 1]
    scratch.examined[0] += n_pending * (end - begin)
    scratch.examined[1] += end - begin
    while begin < end:
        last = min(begin + BATCH, end)
        n_found = 0
        for e in range(begin, last):
            v = np.int64(indices[e])
            prefetch(state, per_person * np.int64(indices[min(e + AHEAD_LISTENERS, end - 1)]))
            undecided = pending & ~load_lanes(state, per_person * v)
            chance = threshold[code[e * per_tie]]
            live = undecided if chance == ALWAYS else undecided ^ undecided
            for j in range(levels):
                bits = word(load_lanes(block_keys, N_WORDS * j), e)
                wanted = _ZERO - (chance >> _TOP)
                live = live | (undecided & ~bits & wanted)
                undecided = undecided & ~(bits ^ wanted)
                chance = chance << _ONE
            store_lanes(found, 2 * N_WORDS * n_found, live)
            store_lanes(found, 2 * N_WORDS * n_found + N_WORDS, undecided)
            of_tie[n_found, 0] = v
            of_tie[n_found, 1] = e
            n_found += any_lane(live | undecided)
        for i in range(n_found):
            live = load_lanes(found, 2 * N_WORDS * i)
            undecided = load_lanes(found, 2 * N_WORDS * i + N_WORDS)
            v = of_tie[i, 0]
            if any_lane(undecided):
                chance = threshold[code[of_tie[i, 1] * per_tie]]
                live = live | _decided(block_keys, of_tie[i, 1], chance, undecided, levels)
                if not any_lane(live):
                    continue
            reached = load_lanes(state, per_person * v)
            live = live & ~reached  # two ties of a batch may lead to one person, in two layers
            store_lanes(state, per_person * v, reached | live)
            before = load_lanes(state, per_person * v + later)
            store_lanes(state, per_person * v + later, before | live)
            queue[tail] = v
            if any_lane(live) and not any_lane(before):
                tail = around(tail + 1, room)
                n_waiting += 1
        begin = last
    return tail, n_waiting


@inner_kernel
def _decided(block_keys, e, chance, undecided, levels):
    """Return which lanes are live among those that the first `levels` bits of a tie's coins leave undecided."""
    live = undecided ^ undecided
    chance = _ZERO if chance == ALWAYS else chance << np.uint64(levels)
    j = levels
    while chance != _ZERO and any_lane(undecided):  # a number that matched every bit up to here is not below
        bits = word(load_lanes(block_keys, N_WORDS * j), e)
        wanted = _ZERO - (chance >> _TOP)
        live = live | (undecided & ~bits & wanted)
        undecided = undecided & ~(bits ^ wanted)
        chance = chance << _ONE
        j += 1
    return live


@inner_kernel
def _clear_rows(lanes, out):
    for r in range(lanes[2], lanes[2] + lanes[1]):
        out.newly[r, :] = 0
        out.last_step[r] = 0


@inner_kernel
def _end_step(lanes, active, planes, step, room, out):
    """Note whom this step reached: the last step of the lanes that reached somebody, and how many each did."""
    store_lanes(room, 0, active)
    for i in range(lanes[1]):
        lane, r = lanes[0] + i, lanes[2] + i
        if (room[lane >> 6] >> np.uint64(lane & 63)) & _ONE != _ZERO:
            out.last_step[r] = step
            if step < out.newly.shape[1]:
                out.newly[r, step] = counted(planes, 0, PLANES, lane)
    if out.newly.shape[1] > 0:
        clear(planes)


@inner_kernel
def _finish(lanes, stop, active, n_people, per_person, scratch, out):
    """Count whom each lane reached, say how it ended, and leave the memory as it came."""
    state, planes, room = scratch.state, scratch.planes, scratch.found
    none = same_lanes(_ZERO)
    clear(planes)
    for v in range(n_people):
        at = per_person * v
        reached = load_lanes(state, at)
        if any_lane(reached):
            count(planes, 0, reached)
            for i in range(at, at + per_person, N_WORDS):
                store_lanes(state, i, none)
    store_lanes(room, 0, active)
    for i in range(lanes[1]):
        lane, r = lanes[0] + i, lanes[2] + i
        out.reach[r] = counted(planes, 0, PLANES, lane)
        stopped = (room[lane >> 6] >> np.uint64(lane & 63)) & _ONE != _ZERO
        out.stop[r] = stop if stop == HALTED or stopped else DIED_OUT
    clear(planes)
