"""SI, SIR and SEIR in continuous time on a network: the earliest time at which an infection can come to each person."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel, merged_kernel
from .diffusion import FINISHED, HALTED, step_of
from .epidemic import (
    BLOCK,
    DURATION,
    NOT_A_KIND,
    ONSET,
    PASSING,
    PEAK_AT,
    RECOVERY,
    Course,
    as_step,
    period,
    some_bits,
    tally,
)
from .heap import put, take_all, take_first
from .rng import word

_UNIT = 2.0**-53


class EventsWorld(NamedTuple):
    """A network and the rates, a day.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    rate : float64 (m,) or (1,)   infections a day along a tie     per_tie : int64   1: an entry a tie, 0: one for all
    recovery : int64, recovery_scale, recovery_shape : float64   how long people are infectious, see `epidemic.period`
    onset : int64, onset_scale, onset_shape : float64            how long until then; NOT_A_KIND: they are at once
    per_step : float64            days of a step of the curves
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    rate: NDArray[np.float64]
    per_tie: int
    recovery: int
    recovery_scale: float
    recovery_shape: float
    onset: int
    onset_scale: float
    onset_shape: float
    per_step: float


class EventsScratch(NamedTuple):
    """Memory of one thread; `time` is left infinite, `place` -1, `bins` zero.

    order, parent : int32 (n,)   infected, onset, recovered : int32 (n,)   see `epidemic.Course`
    heap, place : int32 (n,)     time : float64 (n,)                       see `kernels.heap`
    words : uint64 (BLOCK,)      hits : int64 (BLOCK,)     bins : int32 (3 WINDOW,)     halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    infected: NDArray[np.int32]
    onset: NDArray[np.int32]
    recovered: NDArray[np.int32]
    heap: NDArray[np.int32]
    place: NDArray[np.int32]
    time: NDArray[np.float64]
    words: NDArray[np.uint64]
    hits: NDArray[np.int64]
    bins: NDArray[np.int32]
    halt: NDArray[np.uint8]


@kernel
def epidemic_events_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion` and `epidemic.tally`.

    Cost: O(people infected x log(those who wait) + ties leaving them + steps) a replica.
    """
    course = Course(scratch.infected, scratch.onset, scratch.recovered)
    order, time = scratch.order, scratch.time
    for r in range(keys.own.shape[0]):
        n, size, last = _spread_once(world, seed_nodes, keys.own[r], max_steps, scratch)
        if last < 0.0:
            out.stop[r] = HALTED
        else:
            results = (out.counts[r], out.amounts[r], out.changes[r])
            limits = (n, max_steps, np.int64(size > 0))
            last_step, stop = tally(course, world.n_people, limits, scratch.bins, results)
            out.last_step[r] = last_step
            out.stop[r] = stop
            out.amounts[r, PEAK_AT] *= world.per_step
            if stop == FINISHED:
                out.amounts[r, DURATION] = last
        for i in range(size):
            time[scratch.heap[i]] = np.inf
        take_all(scratch.heap, scratch.place, size)
        for i in range(n):
            time[order[i]] = np.inf


@inner_kernel
def _spread_once(world, seed_nodes, own, max_steps, scratch):
    """Return how many were infected by max_steps, how many wait still, and when the last change was, -1 if halted."""
    heap, place, time, order, parent, halt = (
        scratch.heap,
        scratch.place,
        scratch.time,
        scratch.order,
        scratch.parent,
        scratch.halt,
    )
    hits = scratch.hits
    infected, onset, recovered, per_step = scratch.infected, scratch.onset, scratch.recovered, world.per_step
    recovery_key, onset_key, passing_key = word(own, RECOVERY), word(own, ONSET), word(own, PASSING)
    n = size = 0
    last = 0.0
    n_seeds = seed_nodes.shape[0]
    while n < n_seeds or size > 0:
        if halt[0] == 1:
            return n, size, -1.0
        if n < n_seeds:  # all at time 0, in the order given
            u = np.int64(seed_nodes[n])
            parent[u] = -1
            if n == 0:
                for s in range(n_seeds):
                    time[seed_nodes[s]] = 0.0
        else:
            if step_of(time[heap[0]], per_step, max_steps) > max_steps:
                return n, size, last
            u = take_first(heap, place, time, size)
            size -= 1
            for i in range(min(size, 3)):  # those who come next: what they need is on its way while we work
                tie = world.indptr[heap[i]]
                if tie < world.indices.shape[0]:
                    hits[i] = world.indices[tie]
        start = time[u]
        last = max(last, start)
        infected[n] = as_step(start, per_step)
        if world.onset != NOT_A_KIND:
            start += period(onset_key, u, world.onset, world.onset_scale, world.onset_shape)
        length = period(recovery_key, u, world.recovery, world.recovery_scale, world.recovery_shape)
        onset[n] = as_step(start, per_step)
        recovered[n] = as_step(start + length, per_step)
        order[n] = u
        n += 1
        for then in (start, start + length):
            if then < np.inf:
                last = max(last, then)
        if start < np.inf:
            size = _pass(world, u, (start, length), passing_key, scratch, size)
    return n, size, last


@merged_kernel
def _pass(world, u, span, key, scratch, size):
    """Look at u's ties; those that do not pass while u is infectious are sorted out without a logarithm."""
    start, length = span
    indices, rate, per_tie = world.indices, world.rate, world.per_tie
    heap, place, time, parent = scratch.heap, scratch.place, scratch.time, scratch.parent
    words, hits = scratch.words, scratch.hits
    within = 1.0
    if per_tie == 0:
        within = -np.expm1(-rate[0] * length) if rate[0] > 0.0 else 0.0
    tie, end_of_ties = world.indptr[u], world.indptr[u + 1]
    while tie < end_of_ties:
        block = min(np.int64(BLOCK), end_of_ties - tie)
        some_bits(key, tie, block, words)
        n_hits = 0
        for j in range(block):
            hits[n_hits] = j
            n_hits += words[j] * _UNIT < within
        for h in range(n_hits):
            e = tie + hits[h]
            v = np.int64(indices[e])
            speed, uniform = rate[e * per_tie], words[hits[h]] * _UNIT
            if speed == 0.0 or not uniform < min(time[v] - start, length) * speed:  # 1 - e^-x <= x
                continue
            wait = -np.log1p(-uniform) / speed
            if wait <= length and start + wait < time[v]:
                parent[v] = u
                size = put(heap, place, time, size, v, start + wait)
        tie += block
    return size
