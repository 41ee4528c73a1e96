"""Earliest arrival: people join of their own accord or are told by somebody who has joined, and telling takes time."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .agenda import NEVER, Agenda, clear, note_down, someone_waits, strike_first
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, listener, step_of
from .live_edge import live_of_eight
from .rng import ALWAYS, set_lane_keys, uniform_at, word
from .wide import N_WORDS, gather_lanes, prefetch, same_lanes

FIXED, EXPONENTIAL, WEIBULL, POWER_LAW = 0, 1, 2, 3
"""How long telling takes, with e of the exponential distribution of mean 1: scale, scale e, scale e^power,
scale exp(power e)."""

REACH, INNOVATORS = 0, 1
LAST_TIME = 0

# Numbers of a replica's own streams.
DELAY = 1
OWN_TIME = 2

_LARGEST_UNIFORM = 1.0 - 2.0**-53

BATCH = 64
"""Ties whose coins are tossed before those that pass it on are acted on."""

_LATE = np.finfo(np.float64).max

_BEFORE, _BEYOND = 1.0 - 1e-9, 1.0 + 1e-9
"""Times the end of a step: up to there time surely belongs to it, from there on not; see `diffusion.step_of`."""

_SOONEST = 1e-300
"""A time after 0 that is not 0 in steps either."""

_ROUNDING = 1.0 - 1e-12
"""Times a lower bound, so that rounding puts it above nothing."""

_ONE = np.uint64(1)


class ArrivalWorld(NamedTuple):
    """A network, which ties pass it on, and how long that takes. Times are in days.

    An array of ties has an entry a tie, or one for all.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    threshold, code, per_tie           the chance that a tie passes it on, as in `live_edge.LiveTies`
    form : int64                       FIXED, EXPONENTIAL, WEIBULL or POWER_LAW
    scale : float64 (m,) or (1,)       days, not negative, finite
    power : float64 (m,) or (1,)       above 0: 1 / shape, 1 / exponent
    n_parallel : float64 (m,) or (0,)  as many ties as one entry stands for, each with a delay of its own; (0,): one
    one_prob : float64 (m,) or (1,)    where they are counted: chance that one of them passes it on
    added : float64 (m,) or (1,)       days that each telling takes on top, not negative, finite
    own_rate : float64                 a day, at which a person joins untold
    days_per_step : float64
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    threshold: NDArray[np.uint64]
    code: NDArray[np.uint16] | NDArray[np.uint32]
    per_tie: int
    form: int
    scale: NDArray[np.float64]
    power: NDArray[np.float64]
    n_parallel: NDArray[np.float64]
    one_prob: NDArray[np.float64]
    added: NDArray[np.float64]
    own_rate: float
    days_per_step: float


class ArrivalScratch(NamedTuple):
    """Memory of one thread; `time` is left infinite.

    order : int32 (n,)     who joined, in order   parent : int32 (n,)   who told them first, -1: nobody
    time : float64 (n,)    when each person is due, or joined; `_LATE`: told, but too late; infinite: not told
    late : int32 (n,)      who was told too late, for a start
    agenda : Agenda        of those who are due
    live : int64 (65,)     ties of the batch that pass it on
    lane_keys : uint64 (64,)   halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    time: NDArray[np.float64]
    late: NDArray[np.int32]
    agenda: Agenda
    live: NDArray[np.int64]
    lane_keys: NDArray[np.uint64]
    halt: NDArray[np.uint8]


@kernel
def arrivals_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    Seed nodes join at time 0. Each tie u -> v passes it on or not by its coin; if it does, v is told its delay after u
    joined. v joins when first told, or at a time of v's own, whichever comes first: the shortest paths of Dijkstra,
    over ties that pass it on. Of people who join at the same time the smaller number is first; of those who tell v at
    the same time, the one who joined first.

    Counts: people who joined; where there is room for it, those who did so untold, seed nodes not among them. Curves:
    the same. Amount: when the last of them joined, in days.
    Cost: O((people reached + ties leaving them) log n) a replica; n log n where people join untold.
    """
    order, time = scratch.order, scratch.time
    for r in range(keys.own.shape[0]):
        set_lane_keys(keys.block[r], keys.lane[r], scratch.lane_keys)
        n, n_untold, n_late, stop = _arrive(world, seed_nodes, keys, max_steps, scratch, (out, r))
        last_time = time[order[n - 1]] if n > 0 else 0.0
        out.counts[r, REACH] = n
        if out.counts.shape[1] > INNOVATORS:
            out.counts[r, INNOVATORS] = n_untold - seed_nodes.shape[0]
            add_change(out.changes[r], INNOVATORS, 0, -seed_nodes.shape[0])
        out.amounts[r, LAST_TIME] = last_time
        out.last_step[r] = max_steps if stop == AT_MAX_STEPS else step_of(last_time, world.days_per_step, max_steps)
        out.stop[r] = stop
        clear(scratch.agenda, time)
        for i in range(n):
            time[order[i]] = NEVER
        for i in range(n_late):
            time[scratch.late[i]] = NEVER


@inner_kernel
def _arrive(world, seed_nodes, keys, max_steps, scratch, row):
    """Run one replica; return people joined, those of them untold, people who were told late at first, stop code."""
    indptr, complete, others = world.indptr, world.complete, world.n_people - 1
    order, parent, live, halt = scratch.order, scratch.parent, scratch.live, scratch.halt
    agenda, time, late, added = scratch.agenda, scratch.time, scratch.late, world.added
    (out, r), per_step = row, world.days_per_step
    changes, delays = out.changes[r], word(keys.own[r], DELAY)
    own_added = np.int64(added.shape[0] == world.indices.shape[0])
    end = max(max_steps * per_step * _BEYOND, _SOONEST)
    n_late = _who_may_start(world, seed_nodes, keys.own[r], end, scratch)
    n_missed = n_late  # told late, and not in time since
    n = n_untold = step = 0
    same_step_until = 0.0
    while someone_waits(agenda, time):
        if halt[0] == 1:
            return n, n_untold, n_late, HALTED
        now, u = agenda.due[0], np.int64(agenda.who[0])
        if now > same_step_until:
            step = step_of(now, per_step, max_steps)
            if step > max_steps:
                return n, n_untold, n_late, AT_MAX_STEPS
            same_step_until = step * per_step * _BEFORE
        strike_first(agenda)
        if not complete:
            prefetch(indptr, np.int64(agenda.who[0]))  # who is likely to be next
        order[n] = u
        n += 1
        add_change(changes, REACH, step, 1)
        if parent[u] < 0:
            n_untold += 1
            if changes.shape[0] > INNOVATORS:  # seed nodes too: the caller takes them off
                add_change(changes, INNOVATORS, step, 1)
        first = u * others if complete else indptr[u]
        last = first + others if complete else indptr[u + 1]
        out.examined[0] += last - first
        for begin in range(first, last, BATCH):
            n_live = _toss(world, scratch, keys.lane[r], u, (first, begin, min(begin + BATCH, last)))
            for i in range(n_live):
                e = live[i]
                v = listener(world.indices, complete, u, e, first)
                if time[v] <= now:  # has joined, or does so now
                    continue
                uniform = uniform_at(delays, e)
                due = now + _delay_at_least(world, uniform, e)
                if due < time[v] and due <= end:
                    due = now + _delay(world, uniform, e) + added[e * own_added]
                if not due < time[v]:
                    continue
                if due <= end:
                    n_missed -= np.int64(time[v] == _LATE)
                    parent[v] = u
                    note_down(agenda, time, v, due)
                elif time[v] == NEVER:
                    time[v] = _LATE
                    late[n_late] = v
                    n_late += 1
                    n_missed += 1
        if not complete:
            prefetch(world.indices, indptr[agenda.who[0]])
            prefetch(world.code, indptr[agenda.who[0]] * world.per_tie)
    return n, n_untold, n_late, AT_MAX_STEPS if n_missed > 0 else FINISHED


@inner_kernel
def _who_may_start(world, seed_nodes, key, end, scratch):
    """Note down who joins untold, and when; return how many would do so only after the end."""
    time, parent, own_rate = scratch.time, scratch.parent, world.own_rate
    for s in range(seed_nodes.shape[0]):
        parent[seed_nodes[s]] = -1
        note_down(scratch.agenda, time, np.int64(seed_nodes[s]), 0.0)
    n_late = 0
    own_times = word(key, OWN_TIME)
    for v in range(world.n_people if own_rate > 0.0 else 0):
        if time[v] < NEVER:
            continue
        parent[v] = -1
        uniform = uniform_at(own_times, v)
        due = uniform / own_rate * _ROUNDING
        if due <= end:
            due = -math.log1p(-uniform) / own_rate
        if due <= end:
            note_down(scratch.agenda, time, v, due)
        else:
            time[v] = _LATE
            scratch.late[n_late] = v
            n_late += 1
    return n_late


@inner_kernel
def _toss(world, scratch, lane, u, ties):
    """Find which of u's ties ties[1] .. ties[2] - 1 pass it on, of those from number ties[0] on; return how many."""
    indices, complete, per_tie, threshold = world.indices, world.complete, world.per_tie, world.threshold
    live, time, lane_keys = scratch.live, scratch.time, scratch.lane_keys
    first, begin, end = ties
    if per_tie == 0 and threshold[0] == ALWAYS:
        for e in range(begin, end):
            live[e - begin] = e
        return end - begin
    for_all = same_lanes(threshold[0])
    n_live = 0
    for e in range(begin, end, N_WORDS):
        bits = live_of_eight(lane_keys, lane, e, gather_lanes(threshold, world.code, e) if per_tie == 1 else for_all)
        if end - e < N_WORDS:
            bits &= (_ONE << np.uint64(end - e)) - _ONE
        for j in range(N_WORDS):  # without a branch to mispredict
            live[n_live] = e + j
            n_live += np.int64((bits >> np.uint64(j)) & _ONE)
    for i in range(n_live):
        prefetch(time, listener(indices, complete, u, live[i], first))
    return n_live


@inner_kernel
def _delay_at_least(world, uniform, e):
    """Return days that `_delay` is not below, without a logarithm: e is at least the part 1 - exp(-e)."""
    form, scale, power = world.form, world.scale, world.power
    if world.n_parallel.shape[0] > 0:
        return 0.0
    days = scale[e * np.int64(scale.shape[0] == world.indices.shape[0])]
    if form == FIXED:
        return days
    if form == EXPONENTIAL:
        return days * uniform * _ROUNDING
    power_of = power[e * np.int64(power.shape[0] == world.indices.shape[0])]
    if form == WEIBULL:
        return days * uniform * _ROUNDING if power_of <= 1.0 else 0.0
    return days * (1.0 + power_of * uniform) * _ROUNDING


@inner_kernel
def _delay(world, uniform, e):
    """Return how long tie `e` takes, given that it passes it on: the inverse of its distribution function."""
    n_ties, scale, power, one_prob = world.indices.shape[0], world.scale, world.power, world.one_prob
    if world.n_parallel.shape[0] > 0 and world.n_parallel[e] > 1.0:
        # 1 - (1 - p F)^c is uniform in [0, 1 - (1 - p)^c), given that at least one of c ties passes it on.
        p = one_prob[e * np.int64(one_prob.shape[0] == n_ties)]
        c = world.n_parallel[e]
        at_least_one = -math.expm1(c * math.log1p(-p)) if p < 1.0 else 1.0
        uniform = first_of_several(c, p, uniform * at_least_one)
    at_scale, at_power = e * np.int64(scale.shape[0] == n_ties), e * np.int64(power.shape[0] == n_ties)
    return days_by(world.form, scale[at_scale], power[at_power], uniform)


@inner_kernel
def first_of_several(c, p, share):
    """Return F, the part of delays as long as the first of c ties, each passing it on with chance p > 0.

    `share` = 1 - (1 - p F)^c is the chance that one of them has told by then, below 1.
    """
    return min(-math.expm1(math.log1p(-share) / c) / p, _LARGEST_UNIFORM)


@inner_kernel
def days_by(form, scale, power, part):
    """Return the days that this part of delays does not exceed: the inverse distribution function at `part` < 1."""
    if form == FIXED:
        return scale
    exponential = -math.log1p(-part)
    if form == EXPONENTIAL:
        return scale * exponential
    if form == WEIBULL:
        return scale * exponential**power
    return scale * math.exp(exponential * power)
