"""Cascades with labels, up to 512 replicas at once, a step a round: IC-N and competing brands, the same replicas.

As `fused_cascade` in rounds. In a step a tie succeeds in lanes in which its coin is live and the listener was not
reached before this step; so somebody may be told by several, and `labelled` says how their labels are judged.
"""

from __future__ import annotations

import numpy as np

from ._jit import inner_kernel, kernel
from .competitive_cascade import FIRST_BRAND, deal
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change
from .labelled import (
    LABEL,
    LOG_BEGIN,
    LOGGED,
    MET,
    N_MET,
    N_REACHED,
    NEXT,
    PENDING,
    TAIL,
    WAITING,
    per_person_of,
    set_likes,
    settle_contest,
    with_label,
)
from .labelled_ties import tell
from .lane_counts import COUNT_WORDS, PLANES, clear, count, counted, lane_mask
from .lane_queue import around, ask_ahead
from .rng import LANES, word
from .wide import N_WORDS, any_lane, load_lanes, lowest_bit, prefetch, same_lanes, store_lanes

REACH, EXPECTED = 0, 0
"""Count and curve of people reached; then those of each label. Amount, where there is one: see `negative_opinion`."""

_FIRST, _TURN = 1, 2
"""Purposes under a replica's own key: likes of `negative_opinion` and lots of `competitive_cascade`; turns of both."""

_ACTIVE, _FULL = 0, N_WORDS
_AHEAD_MET, _AHEAD_TOLD = 4, 6
_ZERO, _ONE = np.uint64(0), np.uint64(1)


@kernel
def labelled_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk, those of a block at once; see `kernels.diffusion`.

    world : LabelledTies     scratch : LabelledScratch
    out : Out

    Counts and curves: people reached, those of each label. Then, where there is room for it, the count of people at
    whom labels met in one step. Amount, where there is room for one: the sum of quality^(step + 1).
    Cost: O(ties leaving a person) each time lanes come in at the person, and O(people reached) a block.
    """
    n_seeds = seed_nodes.shape[0]
    if world.seed_share.shape[0] > 0:
        deal(world.seed_share, world.in_turn, n_seeds, scratch.given, scratch.dealt)
    else:
        scratch.dealt[:n_seeds] = 0
    n_replicas, first = keys.own.shape[0], 0
    before = scratch.examined[0]
    while first < n_replicas:
        lane = keys.lane[first]
        n_lanes = min(LANES - lane, n_replicas - first)
        for i in range(LANES):
            scratch.block_keys[i] = word(keys.block[first], i)
        for i in range(n_lanes):
            scratch.first_keys[lane + i] = word(keys.own[first + i], _FIRST)
            scratch.turn_keys[lane + i] = word(keys.own[first + i], _TURN)
        _run_block(world, seed_nodes, (lane, n_lanes, first), max_steps, scratch, out)
        first += n_lanes
    out.examined[0] += scratch.examined[0] - before


@inner_kernel
def _run_block(world, seed_nodes, lanes, max_steps, scratch, out):
    state, queue, at, sets, per_person = scratch.state, scratch.queue, scratch.at, scratch.sets, per_person_of(world)
    room = queue.shape[0]
    now, later = PENDING, NEXT
    store_lanes(sets, _FULL, same_lanes(_ZERO))
    _start(world, seed_nodes, lane_mask(lanes[0], lanes[1], sets), now, scratch)
    head, step, all_positive, stop = 0, 0, world.quality, FINISHED
    _end_step(world, scratch, lanes, (step, now, head, all_positive), out)

    while at[WAITING] > 0 and stop == FINISHED:
        if step == max_steps:
            stop = AT_MAX_STEPS
            break
        of_round, at[WAITING], at[LOGGED], at[N_MET] = at[WAITING], 0, LOG_BEGIN, 0
        full = load_lanes(sets, _FULL)
        for _ in range(of_round):
            if scratch.halt[0] == 1:
                stop = HALTED
                break
            u = np.int64(queue[head])
            head = around(head + 1, room)
            ask_ahead(world, world.threshold, state, (per_person, now), queue, head)
            pending = load_lanes(state, per_person * u + now)
            store_lanes(state, per_person * u + now, pending ^ pending)
            pending = pending & ~full  # where nobody is left to reach
            if any_lane(pending):
                tell(world, scratch, u, pending, later)
        now, later = later, now
        step += 1
        all_positive *= world.quality
        if stop == FINISHED:
            _end_step(world, scratch, lanes, (step, now, head, all_positive), out)
    _finish(world, scratch, lanes, stop, out)


@inner_kernel
def _start(world, seed_nodes, everywhere, now, scratch):
    """Let the seed nodes wait, told in all lanes, with the labels dealt to them."""
    state, at, per_person = scratch.state, scratch.at, per_person_of(world)
    for s in range(seed_nodes.shape[0]):
        u = np.int64(seed_nodes[s])
        scratch.queue[s] = u
        store_lanes(state, per_person * u + now, everywhere)
        for k in range(world.n_digits):
            if (np.int64(scratch.dealt[s]) >> k) & 1 == 1:
                store_lanes(state, per_person * u + LABEL + N_WORDS * k, everywhere)
    at[TAIL], at[WAITING], at[N_MET] = seed_nodes.shape[0], seed_nodes.shape[0], 0
    at[N_REACHED] = 0


@inner_kernel
def _end_step(world, scratch, lanes, step_at, out):
    """Decide the labels of those told in a step, who stand in the queue, and count them.

    step_at : int64, int64, int64, float64, a tuple    step; words of state that say in which lanes they were told;
    place in the queue of the first; chance that somebody reached at this step, and everybody on her way, keeps label 0
    """
    state, queue, planes, at = scratch.state, scratch.queue, scratch.planes, scratch.at
    per_person, n_labels, place = per_person_of(world), world.n_labels, step_at[2]
    n_met = at[N_MET]
    for i in range(n_met):
        v = np.int64(scratch.met[i])
        u = np.int64(scratch.met[min(i + _AHEAD_MET, n_met - 1)])
        prefetch(state, per_person * u + MET)
        prefetch(scratch.log, np.int64(scratch.last[u]))
        if world.tie_rule != FIRST_BRAND:
            settle_contest(world, scratch, v)
        met = load_lanes(state, per_person * v + MET)
        count(planes, n_labels * COUNT_WORDS, met)
        store_lanes(state, per_person * v + MET, met ^ met)
    draws = world.quality < 1.0
    active = same_lanes(_ZERO)
    for _ in range(at[WAITING]):
        v = np.int64(queue[place])
        u = np.int64(queue[around(place + _AHEAD_TOLD, queue.shape[0])])
        prefetch(state, per_person * u)
        prefetch(state, per_person * u + step_at[1])
        prefetch(state, per_person * u + LABEL)
        place = around(place + 1, queue.shape[0])
        own = per_person * v
        told = load_lanes(state, own + step_at[1])
        active = active | told
        before = load_lanes(state, own)
        store_lanes(state, own, before | told)
        scratch.last[v] = 0
        if not any_lane(before):
            scratch.reached[at[N_REACHED]] = v
            at[N_REACHED] += 1
            if draws:
                set_likes(world, scratch, v)
        if draws:
            digit, likes = load_lanes(state, own + LABEL), load_lanes(state, own + LABEL + N_WORDS)
            store_lanes(state, own + LABEL, digit | (told & ~likes))
        for label in range(n_labels):
            count(planes, label * COUNT_WORDS, with_label(world, state, v, label, told))
    store_lanes(scratch.sets, _ACTIVE, active)
    _record(world, scratch, lanes, step_at[0], step_at[3], out)


@inner_kernel
def _record(world, scratch, lanes, step, all_positive, out):
    """Write how many were told in this step in each lane, and note the lanes in which nobody is left."""
    planes, sets, n_digits = scratch.planes, scratch.sets, 0
    while scratch.at[WAITING] >> n_digits > 0:
        n_digits += 1
    for g in range(N_WORDS):
        active = sets[_ACTIVE + g]
        while active != _ZERO:
            i = lowest_bit(active)
            active &= active - _ONE
            r, n = lanes[2] + 64 * g + i - lanes[0], 0
            for label in range(world.n_labels):
                its = counted(planes, label * COUNT_WORDS, n_digits, 64 * g + i)
                out.counts[r, 1 + label] += its
                add_change(out.changes[r], 1 + label, step, its)
                n += its
            out.counts[r, REACH] += n
            add_change(out.changes[r], REACH, step, n)
            out.last_step[r] = step
            if out.amounts.shape[1] > 0:
                out.amounts[r, EXPECTED] += n * all_positive
            if out.counts[r, REACH] == world.n_people:
                sets[_FULL + g] |= _ONE << np.uint64(i)
    for label in range(world.n_labels):
        begin = label * COUNT_WORDS
        clear(planes[begin : begin + N_WORDS * n_digits])


@inner_kernel
def _finish(world, scratch, lanes, stop, out):
    """Say how each lane ended, at how many people labels met in it, and leave the memory as it came."""
    state, planes, sets = scratch.state, scratch.planes, scratch.sets
    n_labels, per_person = world.n_labels, per_person_of(world)
    for i in range(lanes[1]):
        lane, r = lanes[0] + i, lanes[2] + i
        active = (sets[_ACTIVE + (lane >> 6)] >> np.uint64(lane & 63)) & _ONE != _ZERO
        out.stop[r] = stop if stop != AT_MAX_STEPS or active else FINISHED
        if out.counts.shape[1] > 1 + n_labels:
            out.counts[r, 1 + n_labels] = counted(planes, n_labels * COUNT_WORDS, PLANES, lane)
    clear(planes)
    for i in range(scratch.at[N_REACHED]):
        own = per_person * np.int64(scratch.reached[i])
        clear(state[own : own + per_person])
    if stop == HALTED:  # some were told in the step that was broken off
        scratch.last[:] = 0
        clear(state)
