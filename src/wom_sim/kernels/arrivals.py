"""Earliest arrival: people join of their own accord or are told by somebody who has joined, and telling takes time."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, listener, step_of
from .heap import put, take_all, take_first
from .rng import coin_passes, set_lane_keys, uniform_at, word

FIXED, EXPONENTIAL, WEIBULL, POWER_LAW = 0, 1, 2, 3
"""How long telling takes, with e of the exponential distribution of mean 1: scale, scale e, scale e^power,
scale exp(power e)."""

REACH, INNOVATORS = 0, 1
LAST_TIME = 0

# Numbers of a replica's own streams.
DELAY = 1
OWN_TIME = 2

_LARGEST_UNIFORM = 1.0 - 2.0**-53


class ArrivalWorld(NamedTuple):
    """A network, which ties pass it on, and how long that takes. Times are in days.

    An array of ties has an entry a tie, or one for all.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    threshold : uint64 (m,) or (1,)    floor(p * 2^64), p the chance that a tie passes it on
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
    form: int
    scale: NDArray[np.float64]
    power: NDArray[np.float64]
    n_parallel: NDArray[np.float64]
    one_prob: NDArray[np.float64]
    added: NDArray[np.float64]
    own_rate: float
    days_per_step: float


class ArrivalScratch(NamedTuple):
    """Memory of one thread; `joined` is left zero, `place` -1.

    order : int32 (n,)   who joined, in order   parent : int32 (n,)   who told them first, -1: nobody
    joined : uint8 (n,)   heap, place : int32 (n,), time : float64 (n,)   see `heap`
    lane_keys : uint64 (64,)   halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    joined: NDArray[np.uint8]
    heap: NDArray[np.int32]
    place: NDArray[np.int32]
    time: NDArray[np.float64]
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
    for r in range(keys.own.shape[0]):
        set_lane_keys(keys.block[r], keys.lane[r], scratch.lane_keys)
        size = _who_may_start(world, seed_nodes, keys.own[r], scratch)
        n, n_untold, size, stop = _arrive(world, keys, r, max_steps, scratch, out, size)
        take_all(scratch.heap, scratch.place, size)
        last_time = scratch.time[scratch.order[n - 1]] if n > 0 else 0.0
        out.counts[r, REACH] = n
        if out.counts.shape[1] > INNOVATORS:
            out.counts[r, INNOVATORS] = n_untold - seed_nodes.shape[0]
            add_change(out.changes[r], INNOVATORS, 0, -seed_nodes.shape[0])
        out.amounts[r, LAST_TIME] = last_time
        out.last_step[r] = max_steps if stop == AT_MAX_STEPS else step_of(last_time, world.days_per_step, max_steps)
        out.stop[r] = stop
        for i in range(n):
            scratch.joined[scratch.order[i]] = 0


@inner_kernel
def _who_may_start(world, seed_nodes, key, scratch):
    heap, place, time, parent, own_rate = scratch.heap, scratch.place, scratch.time, scratch.parent, world.own_rate
    size = 0
    for s in range(seed_nodes.shape[0]):
        parent[seed_nodes[s]] = -1
        size = put(heap, place, time, size, seed_nodes[s], 0.0)
    if own_rate > 0.0:
        own_times = word(key, OWN_TIME)
        for v in range(world.n_people):
            if place[v] < 0:
                parent[v] = -1
                size = put(heap, place, time, size, v, -math.log1p(-uniform_at(own_times, v)) / own_rate)
    return size


@inner_kernel
def _arrive(world, keys, r, max_steps, scratch, out, size):
    indptr, indices, complete, others = world.indptr, world.indices, world.complete, world.n_people - 1
    threshold, per_step, lane = world.threshold, world.days_per_step, keys.lane[r]
    order, parent, joined, lane_keys, halt = (
        scratch.order,
        scratch.parent,
        scratch.joined,
        scratch.lane_keys,
        scratch.halt,
    )
    heap, place, time, changes = scratch.heap, scratch.place, scratch.time, out.changes[r]
    delays = word(keys.own[r], DELAY)
    own_coin = np.int64(threshold.shape[0] == indices.shape[0])
    added, own_added = world.added, np.int64(world.added.shape[0] == indices.shape[0])
    n = n_untold = 0
    while size > 0:
        if halt[0] == 1:
            return n, n_untold, size, HALTED
        step = step_of(time[heap[0]], per_step, max_steps)
        if step > max_steps:
            return n, n_untold, size, AT_MAX_STEPS
        u = take_first(heap, place, time, size)
        size -= 1
        joined[u] = 1
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
        for e in range(first, last):
            v = listener(indices, complete, u, e, first)
            if joined[v] == 0 and coin_passes(lane_keys, lane, e, threshold[e * own_coin]):
                due = time[u] + _delay(world, uniform_at(delays, e), e) + added[e * own_added]
                if place[v] < 0 or due < time[v]:
                    parent[v] = u
                    size = put(heap, place, time, size, v, due)
    return n, n_untold, size, FINISHED


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
