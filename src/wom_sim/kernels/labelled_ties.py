"""Telling in 512 replicas at once, with labels: coins of a person's ties, and what those who hear are told."""

from __future__ import annotations

import numpy as np

from ._jit import inner_kernel
from .competitive_cascade import FIRST_BRAND
from .fused_cascade import BATCH
from .labelled import LABEL, MET, N_MET, TAIL, WAITING, note_success, per_person_of, with_label
from .lane_queue import AHEAD_LISTENERS, around, levels_for
from .rng import ALWAYS, word
from .wide import N_WORDS, any_lane, count_lanes, load_lanes, prefetch, same_lanes, store_lanes

_ZERO, _ONE, _TOP = np.uint64(0), np.uint64(1), np.uint64(63)

_AHEAD_FOUND = 6
"""Listeners ahead, of those found, for whose state is asked."""

_CERTAIN = 64 * N_WORDS
"""Where `LabelledScratch.wanted` has the lanes in which a tie is live for certain."""


@inner_kernel
def tell(world, scratch, u, pending, later):
    """Hand on what a person has pending: toss the coins of all ties for these lanes, and let those told wait.

    Parameters
    ----------
    u : int64     the person     pending : Lanes   in which she was told in the step before
    later : int64   which words of state take lanes newly told
    """
    state, found, of_tie = scratch.state, scratch.found, scratch.of_tie
    indices, block_keys, wanted, per_person = world.indices, scratch.block_keys, scratch.wanted, per_person_of(world)
    n_pending = count_lanes(pending)
    levels = levels_for(n_pending)
    n_rows = _set_rows(world, scratch, u, pending)
    begin, end = world.indptr[u], world.indptr[u + 1]
    scratch.examined[0] += n_pending * (end - begin)
    scratch.examined[1] += end - begin
    if world.per_tie == 0:
        _set_wanted(world, scratch, n_rows, 0, levels)
    while begin < end:
        last = min(begin + BATCH, end)
        n_found = 0
        for e in range(begin, last):
            v = np.int64(indices[e])
            prefetch(state, per_person * np.int64(indices[min(e + AHEAD_LISTENERS, end - 1)]))
            if world.per_tie == 1:
                _set_wanted(world, scratch, n_rows, e, levels)
            undecided = pending & ~load_lanes(state, per_person * v)
            live = undecided & load_lanes(wanted, _CERTAIN)
            for j in range(0, N_WORDS * levels, N_WORDS):
                bits, digit = word(load_lanes(block_keys, j), e), load_lanes(wanted, j)
                live = live | (undecided & ~bits & digit)
                undecided = undecided & ~(bits ^ digit)
            store_lanes(found, 2 * N_WORDS * n_found, live)
            store_lanes(found, 2 * N_WORDS * n_found + N_WORDS, undecided)
            of_tie[n_found, 0] = v
            of_tie[n_found, 1] = e
            n_found += any_lane(live | undecided)
        for i in range(n_found):
            v = of_tie[min(i + _AHEAD_FOUND, n_found - 1), 0]
            prefetch(state, per_person * v + later)
            prefetch(state, per_person * v + LABEL)
            live = load_lanes(found, 2 * N_WORDS * i)
            undecided = load_lanes(found, 2 * N_WORDS * i + N_WORDS)
            if any_lane(undecided):
                live = live | _decided(world, scratch, n_rows, of_tie[i, 1], undecided, levels)
            if any_lane(live):
                _hear(world, scratch, (u, of_tie[i, 0], of_tie[i, 1]), live, later)
        begin = last


@inner_kernel
def _set_rows(world, scratch, u, pending):
    """Part a person's pending lanes by the chances that hold in them; return how many parts there are."""
    if world.row == 0:
        store_lanes(scratch.masks, 0, pending)
        scratch.rows[0] = 0
        return 1
    n_rows = 0
    for label in range(world.n_labels):
        mask = with_label(world, scratch.state, u, label, pending)
        if any_lane(mask):
            store_lanes(scratch.masks, N_WORDS * n_rows, mask)
            scratch.rows[n_rows] = label * world.row
            n_rows += 1
    return n_rows


@inner_kernel
def _set_wanted(world, scratch, n_rows, e, levels):
    """Write the first binary digits of a tie's chances, lane by lane, and in which lanes it is live for certain."""
    wanted, certain = scratch.wanted, same_lanes(_ZERO)
    for i in range(n_rows):
        mask = load_lanes(scratch.masks, N_WORDS * i)
        chance = world.threshold[scratch.rows[i] + e * world.per_tie]
        if chance == ALWAYS:
            certain = certain | mask
        for j in range(0, N_WORDS * levels, N_WORDS):
            digit = mask & (_ZERO - (chance >> _TOP))
            store_lanes(wanted, j, digit if i == 0 else digit | load_lanes(wanted, j))
            chance = chance << _ONE
    store_lanes(wanted, _CERTAIN, certain)


@inner_kernel
def _decided(world, scratch, n_rows, e, undecided, levels):
    """Return which lanes are live among those that the first `levels` bits of a tie's coins leave undecided."""
    live, j = undecided ^ undecided, levels
    while j < 64 and any_lane(undecided):  # a number that equals its threshold is not below it
        bits, digit = word(load_lanes(scratch.block_keys, N_WORDS * j), e), same_lanes(_ZERO)
        for i in range(n_rows):
            chance = world.threshold[scratch.rows[i] + e * world.per_tie]
            digit = digit | (load_lanes(scratch.masks, N_WORDS * i) & (_ZERO - ((chance >> np.uint64(63 - j)) & _ONE)))
        live = live | (undecided & ~bits & digit)
        undecided = undecided & ~(bits ^ digit)
        j += 1
    return live


@inner_kernel
def _hear(world, scratch, tie, live, later):
    """Let a person be told in these lanes: take the label where nobody told her in this step before, else compare.

    tie : int64 (3,), a tuple    who tells, who hears, number of the tie
    """
    state, queue, at, per_person = scratch.state, scratch.queue, scratch.at, per_person_of(world)
    (u, v, e), n_digits = tie, world.n_digits
    own = per_person * v
    told = load_lanes(state, own + later)
    is_first = np.int64(not any_lane(told))
    queue[at[TAIL]] = v
    at[TAIL] = around(at[TAIL] + is_first, queue.shape[0])
    at[WAITING] += is_first
    store_lanes(state, own + later, told | live)
    taken, again = live & ~told, live & told
    teller, listener = per_person * u + LABEL, own + LABEL
    differ, smaller = again ^ again, again ^ again
    for k in range(N_WORDS * (n_digits - 1), -1, -N_WORDS):
        hers = load_lanes(state, listener + k)
        unequal = (load_lanes(state, teller + k) ^ hers) & again
        smaller = smaller | (unequal & hers & ~differ)  # the highest digit that differs decides
        differ = differ | unequal
    if any_lane(differ):
        met = load_lanes(state, own + MET)
        if not any_lane(met):
            scratch.met[at[N_MET]] = v
            at[N_MET] += 1
        store_lanes(state, own + MET, met | differ)
        if world.tie_rule == FIRST_BRAND:
            taken = taken | smaller
    for k in range(0, N_WORDS * n_digits, N_WORDS):
        hers = load_lanes(state, listener + k)
        store_lanes(state, listener + k, (hers & ~taken) | (load_lanes(state, teller + k) & taken))
    if world.tie_rule != FIRST_BRAND:
        note_success(scratch, u, v, e, live)
