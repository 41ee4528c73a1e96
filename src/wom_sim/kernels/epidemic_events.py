"""SI, SIR and SEIR in continuous time on a network: the earliest time at which an infection can come to each person."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
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
from .epidemic_queue import Queue, clear, put, take
from .rng import word

_UNIT = 2.0**-53
_ONE, _SIX, _LOW = np.uint64(1), np.uint64(6), np.uint64(63)
LINE = 16


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
    """Memory of one thread; `time` is left infinite, the queue empty, `bins` and `seen` zero.

    order, parent : int32 (n,)   infected, onset, recovered : int32 (n,)   see `epidemic.Course`
    time : float64 (n,)          when each person is infected, as far as is known
    queue : epidemic_queue.Queue      seen : uint64 (n // 64 + 1,)   who has been infected, a bit each
    words, hit : uint64 (BLOCK,)      bins : int32 (3 WINDOW,)       halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    infected: NDArray[np.int32]
    onset: NDArray[np.int32]
    recovered: NDArray[np.int32]
    time: NDArray[np.float64]
    queue: Queue
    seen: NDArray[np.uint64]
    words: NDArray[np.uint64]
    hit: NDArray[np.uint64]
    bins: NDArray[np.int32]
    halt: NDArray[np.uint8]


@kernel
def epidemic_events_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion` and `epidemic.tally`.

    Cost: O(people infected x log(those who wait) + ties leaving them + steps) a replica.
    """
    course = Course(scratch.infected, scratch.onset, scratch.recovered)
    for r in range(keys.own.shape[0]):
        n, waits, last = _spread_once(world, seed_nodes, keys.own[r], max_steps, scratch, out.examined)
        if last < 0.0:
            out.stop[r] = HALTED
        else:
            results = (out.counts[r], out.amounts[r], out.changes[r])
            last_step, stop = tally(course, world.n_people, (n, max_steps, waits), scratch.bins, results)
            out.last_step[r] = last_step
            out.stop[r] = stop
            out.amounts[r, PEAK_AT] *= world.per_step
            if stop == FINISHED:
                out.amounts[r, DURATION] = last
        clear(scratch.queue, scratch.time)
        for i in range(n):
            scratch.time[scratch.order[i]] = np.inf
            scratch.seen[scratch.order[i] >> 6] = 0


@inner_kernel
def _spread_once(world, seed_nodes, own, max_steps, scratch, examined):
    """Return how many were infected by max_steps, 1 if more would be later, and the last change's time, -1: halted."""
    time, order, parent, halt, queue = scratch.time, scratch.order, scratch.parent, scratch.halt, scratch.queue
    infected, onset, recovered, per_step = scratch.infected, scratch.onset, scratch.recovered, world.per_step
    recovery_key, onset_key, passing_key = word(own, RECOVERY), word(own, ONSET), word(own, PASSING)
    n, n_seeds = 0, seed_nodes.shape[0]
    last = 0.0
    for s in range(n_seeds):
        time[seed_nodes[s]] = 0.0
    while True:
        if halt[0] == 1:
            return n, 0, -1.0
        if n < n_seeds:  # all at time 0, in the order given
            u = np.int64(seed_nodes[n])
            parent[u] = -1
        else:
            u = take(queue, time)
            if u < 0:
                return n, 0, last
            if step_of(time[u], per_step, max_steps) > max_steps:
                time[u] = np.inf
                return n, 1, last
            _fetch(world, queue, scratch.words)
        start = time[u]
        last = max(last, start)
        infected[n] = as_step(start, per_step)
        if world.onset != NOT_A_KIND:
            start += period(onset_key, u, world.onset, world.onset_scale, world.onset_shape)
        length = period(recovery_key, u, world.recovery, world.recovery_scale, world.recovery_shape)
        onset[n] = as_step(start, per_step)
        recovered[n] = as_step(start + length, per_step)
        order[n] = u
        scratch.seen[u >> 6] |= _ONE << (np.uint64(u) & _LOW)
        n += 1
        for then in (start, start + length):
            if then < np.inf:
                last = max(last, then)
        if start < np.inf:
            examined[0] += world.indptr[u + 1] - world.indptr[u]
            _pass(world, u, (start, length), passing_key, scratch)


@inner_kernel
def _fetch(world, queue, words):
    """Have the ties of those who come next fetched, all at once, when a run begins."""
    if queue.run[0] == 1:
        sum_of_some = 0
        for i in range(1, queue.run[1]):
            w = queue.run_who[i]
            begin, end = world.indptr[w], world.indptr[w + 1]
            for tie in range(begin, end, LINE):
                sum_of_some += world.indices[tie]
            if begin < end:
                sum_of_some += world.indices[end - 1]
        words[0] = np.uint64(sum_of_some)


@inner_kernel
def _pass(world, u, span, key, scratch):
    """Look at u's ties; those that do not pass while u is infectious are sorted out without a logarithm."""
    start, length = span
    indices, rate, per_tie, time = world.indices, world.rate, world.per_tie, scratch.time
    words, hit, seen = scratch.words, scratch.hit, scratch.seen
    longest = min(length, 1e290)  # times a rate of 0 is 0
    within = np.uint64(0)
    if per_tie == 0 and rate[0] > 0.0:  # a little too much: whether it is in time is checked below
        within = np.uint64(min(1.0 - np.exp(-rate[0] * length) + 2.0**-40, 1.0) * 2.0**53)
    tie, end_of_ties = world.indptr[u], world.indptr[u + 1]
    while tie < end_of_ties:
        block = min(np.int64(BLOCK), end_of_ties - tie)
        some_bits(key, tie, block, words)
        n_hits = np.uint64(0)
        for j in range(block):
            e = np.uint64(tie + j)  # unsigned, or each look into an array would ask whether its place is negative
            v, bits = np.uint64(indices[e]), words[np.uint64(j)]
            hit[n_hits] = np.uint64(j)
            near = bits < within
            if per_tie == 1:
                near = bits * _UNIT < rate[e] * longest  # 1 - e^-x <= x
            n_hits += np.uint64(near) & ~(seen[v >> _SIX] >> (v & _LOW))
        for h in range(np.int64(n_hits)):
            e = tie + np.int64(hit[h])
            v = np.int64(indices[e])
            speed, uniform = rate[e * per_tie], words[hit[h]] * _UNIT
            if not uniform < min(time[v] - start, length) * speed:
                continue
            wait = -np.log1p(-uniform) / speed
            if wait <= length and start + wait < time[v]:
                scratch.parent[v] = u
                put(scratch.queue, time, v, start + wait)
        tie += block
