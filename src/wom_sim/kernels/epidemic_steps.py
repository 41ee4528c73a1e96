"""SI, SIR and SEIR in steps on a network: the earliest step at which an infection can come to each person."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .calendar import LATE, Calendar, clear, next_step, put_down, take_due
from .diffusion import HALTED
from .epidemic import (
    BLOCK,
    ONSET,
    PASSING,
    RECOVERY,
    Course,
    Trials,
    chance_within,
    first_success,
    later,
    look_up,
    some_bits,
    steps_until,
    tally,
)
from .rng import coin_passes, set_lane_keys, word

_UNIT = 2.0**-53
_UNIT_SHIFT = np.uint64(11)
GROUP, HITS = 64, 2048
LINE = 16
_TIE, _WHOSE = np.uint64(2**48 - 1), np.uint64(48)
_ONE, _SIX, _LOW = np.uint64(1), np.uint64(6), np.uint64(63)
_HALTED = -1


class StepsWorld(NamedTuple):
    """A network and the chances of a step.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   complete : bool     as in `live_edge.LiveTies`
    log_escape : float64 (m,) or (1,)   log(1 - infect_prob)     per_tie : int64   1: an entry a tie, 0: one for all
    passed_by : uint64 (k,), pass_guide : int32 (N_GUIDE,)   one for all ties: the list of `epidemic.Trials`
    threshold : uint64 (m,), (1,) or (0,)   the coin of a tie where all are infectious for one step; see `coin_passes`
    log_stay : float64         log(1 - recover_prob)     n_steps : int64   steps infectious, 0: drawn with `log_stay`
    stay_by, stay_guide        the list of it
    log_wait : float64         log(1 - onset_prob)       n_latent : int64   steps until onset, 0: drawn, -1: none
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    log_escape: NDArray[np.float64]
    per_tie: int
    passed_by: NDArray[np.uint64]
    pass_guide: NDArray[np.int32]
    threshold: NDArray[np.uint64]
    log_stay: float
    stay_by: NDArray[np.uint64]
    stay_guide: NDArray[np.int32]
    n_steps: int
    log_wait: float
    n_latent: int


class StepsScratch(NamedTuple):
    """Memory of one thread; `due` is left LATE, the calendar empty, `bins` zero.

    order, parent : int32 (n,)   due : int32 (n,)   the step of infection, as far as is known; LATE: none so far
    infected, onset, recovered : int32 (n,)         see `epidemic.Course`
    entry, after, head, tail, filled                see `calendar.Calendar`
    first, last : int64 (GROUP,)   ties of a group's people     words : uint64 (BLOCK,)   bins : int32 (3 WINDOW,)
    hit, hit_bits : uint64 (HITS,)   ties that pass: tie + 2^48 x whose of the group it is; their bits
    seen : uint64 (n // 64 + 1,)   who has been infected, a bit each; left zero
    lane_keys : uint64 (64,)       halt : uint8 (1,)
    """

    order: NDArray[np.int32]
    parent: NDArray[np.int32]
    due: NDArray[np.int32]
    seen: NDArray[np.uint64]
    infected: NDArray[np.int32]
    onset: NDArray[np.int32]
    recovered: NDArray[np.int32]
    entry: NDArray[np.int64]
    after: NDArray[np.int32]
    head: NDArray[np.int32]
    tail: NDArray[np.int32]
    filled: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    words: NDArray[np.uint64]
    hit: NDArray[np.uint64]
    hit_bits: NDArray[np.uint64]
    bins: NDArray[np.int32]
    lane_keys: NDArray[np.uint64]
    halt: NDArray[np.uint8]


@kernel
def epidemic_steps_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion` and `epidemic.tally`.

    Cost: O(people infected + ties leaving them + steps) a replica.
    """
    calendar = Calendar(scratch.entry, scratch.after, scratch.head, scratch.tail, scratch.filled)
    course = Course(scratch.infected, scratch.onset, scratch.recovered)
    for r in range(keys.own.shape[0]):
        if world.threshold.shape[0] > 0:
            set_lane_keys(keys.block[r], keys.lane[r], scratch.lane_keys)
        n, waits, n_ties = _spread_once(world, seed_nodes, (keys.own[r], keys.lane[r]), max_steps, scratch, calendar)
        out.examined[0] += n_ties
        if waits == _HALTED:
            out.stop[r] = HALTED
        else:
            results = (out.counts[r], out.amounts[r], out.changes[r])
            last_step, stop = tally(course, world.n_people, (n, max_steps, waits), scratch.bins, results)
            out.last_step[r] = last_step
            out.stop[r] = stop
        _forget(scratch, n)
        clear(calendar, scratch.due)


@inner_kernel
def _spread_once(world, seed_nodes, key_and_lane, max_steps, scratch, calendar):
    """Return how many were infected by max_steps; 1 where more would be later, else 0, or _HALTED; ties looked at."""
    own, lane = key_and_lane
    order, parent, due, halt, seen = scratch.order, scratch.parent, scratch.due, scratch.halt, scratch.seen
    by_coin = world.threshold.shape[0] > 0
    n = 0
    for s in range(seed_nodes.shape[0]):
        v = seed_nodes[s]
        due[v] = 0
        parent[v] = -1
        order[n] = v
        n += 1
    step, begin, waiting, n_ties = np.int64(0), 0, 0, np.int64(0)
    while True:
        for i in range(begin, n):
            v = np.uint64(order[i])
            seen[v >> _SIX] |= _ONE << (v & _LOW)
        for i in range(begin, n, GROUP):
            if halt[0] == 1:
                return n, _HALTED, n_ties
            group = (i, min(i + GROUP, n))
            n_ties += _draw_spans(world, group, step, own, scratch)
            if by_coin:
                waiting += _pass_by_coin(world, group, lane, scratch, calendar)
            else:
                waiting += _pass(world, group, word(own, PASSING), scratch, calendar)
        begin = n
        if waiting == 0:
            return n, 0, n_ties
        step = next_step(calendar, due, step + 1)
        if step > max_steps:
            return n, 1, n_ties
        n = take_due(calendar, due, step, order, n)
        waiting -= n - begin


@inner_kernel
def _forget(scratch, n):
    """Let nobody be infected."""
    order, due, seen = scratch.order, scratch.due, scratch.seen
    if n > due.shape[0] // 8:
        for v in range(due.shape[0]):
            due[v] = LATE
        for i in range(seen.shape[0]):
            seen[i] = 0
    else:
        for i in range(n):
            due[order[i]] = LATE
            seen[order[i] >> 6] = 0


@inner_kernel
def _draw_spans(world, group, step, own, scratch):
    """Draw when each of those infected at a step becomes infectious and recovers; note their ties, return how many."""
    recovery_key, onset_key = word(own, RECOVERY), word(own, ONSET)
    order, infected, onset, recovered = scratch.order, scratch.infected, scratch.onset, scratch.recovered
    indptr, indices, first, last = world.indptr, world.indices, scratch.first, scratch.last
    n_steps, n_latent, log_wait = world.n_steps, world.n_latent, world.log_wait
    stay = Trials(world.log_stay, world.stay_by, world.stay_guide)
    begin, end = group
    for i in range(begin, end):
        u = np.int64(order[i])
        start = step
        if n_latent >= 0:
            start = later(step, n_latent if n_latent > 0 else steps_until(onset_key, u, log_wait))
        infected[i] = step
        onset[i] = start
        recovered[i] = later(start, n_steps if n_steps > 0 else look_up(word(recovery_key, u) >> _UNIT_SHIFT, stay))
        first[i - begin] = indptr[u]
        last[i - begin] = indptr[u + 1] if start < LATE - 1 else indptr[u]
    sum_of_some, n_ties = 0, np.int64(0)
    for i in range(end - begin):  # to have all their ties fetched at once
        for tie in range(first[i], last[i], LINE):
            sum_of_some += indices[tie]
        if first[i] < last[i]:
            sum_of_some += indices[last[i] - 1]
        n_ties += last[i] - first[i]
    scratch.words[0] = np.uint64(sum_of_some)
    return n_ties


@inner_kernel
def _pass(world, group, key, scratch, calendar):
    """Look at the ties of a group; return how many more people wait.

    Ties that do not pass and listeners infected before are sorted out before anything else is read, without a branch to
    mispredict: what those who are infected one after another need lies far apart in memory, and is fetched faster when
    one fetch need not wait for another.
    """
    log_escape, passed_by, one_for_all = world.log_escape, world.passed_by, world.per_tie == 0
    onset, recovered, first, last, indices = (
        scratch.onset,
        scratch.recovered,
        scratch.first,
        scratch.last,
        world.indices,
    )
    words, hit, hit_bits, seen = scratch.words, scratch.hit, scratch.hit_bits, scratch.seen
    begin, end = group
    more, n_hits = 0, np.uint64(0)
    for i in range(begin, end):
        length = np.int64(recovered[i]) - onset[i]
        within = np.uint64(0)
        if one_for_all:
            within = passed_by[length] if length < passed_by.shape[0] else chance_within(length, log_escape[0])
        tie, end_of_ties = first[i - begin], last[i - begin]
        whose = np.uint64(i - begin) << _WHOSE
        while tie < end_of_ties:
            size = min(np.int64(BLOCK), end_of_ties - tie)
            if n_hits + np.uint64(size) > np.uint64(HITS):
                more += _follow(world, np.int64(n_hits), begin, scratch, calendar)
                n_hits = np.uint64(0)
            some_bits(key, tie, size, words)
            for j in range(size):
                e = np.uint64(tie + j)  # unsigned, or each look into an array would ask whether its place is negative
                v, bits = np.uint64(indices[e]), words[np.uint64(j)]
                hit[n_hits] = whose | e
                hit_bits[n_hits] = bits
                near = bits < within
                if not one_for_all:
                    near = bits * _UNIT <= -length * log_escape[e]  # 1 - e^-x <= x
                n_hits += np.uint64(near) & ~(seen[v >> _SIX] >> (v & _LOW))
            tie += size
    return more + _follow(world, np.int64(n_hits), begin, scratch, calendar)


@inner_kernel
def _follow(world, n_hits, begin, scratch, calendar):
    """Infect those at the other end of the ties noted, where it is sooner than by anybody before."""
    indices, log_escape, passed_by, per_tie = world.indices, world.log_escape, world.passed_by, world.per_tie
    hit, hit_bits = scratch.hit, scratch.hit_bits
    due, onset, recovered, n_listed = scratch.due, scratch.onset, scratch.recovered, passed_by.shape[0]
    passing = Trials(log_escape[0], passed_by, world.pass_guide)
    kept = np.uint64(0)
    for h in range(n_hits):
        at, bits = hit[h], hit_bits[h]
        i = np.uint64(begin) + (at >> _WHOSE)
        hit[kept] = at
        hit_bits[kept] = bits
        spare = np.int64(due[np.uint64(indices[at & _TIE])]) - 1 - onset[i]
        listed = np.uint64(min(max(spare, 0), n_listed - 1))
        kept += np.uint64((spare >= 1) & ((per_tie == 1) | (bits < passed_by[listed]) | (spare >= n_listed)))
    more = 0
    for h in range(np.int64(kept)):
        e, i = np.int64(hit[h] & _TIE), begin + np.int64(hit[h] >> _WHOSE)
        v, start = np.int64(indices[e]), np.int64(onset[i])
        spare = min(np.int64(due[v]) - 1, np.int64(recovered[i])) - start
        bits = hit_bits[h]
        wait = first_success(bits * _UNIT, log_escape[e]) if per_tie == 1 else look_up(bits, passing)
        if wait <= spare and wait < LATE - start:
            more += due[v] == LATE
            scratch.parent[v] = scratch.order[i]
            put_down(calendar, due, v, start + wait)
    return more


@inner_kernel
def _pass_by_coin(world, group, lane, scratch, calendar):
    """Look at the ties of a group where everybody is infectious for one step: the coins of the independent cascade."""
    indices, threshold, per_tie, lane_keys = world.indices, world.threshold, world.per_tie, scratch.lane_keys
    order, parent, due, onset = scratch.order, scratch.parent, scratch.due, scratch.onset
    begin, end = group
    more = 0
    for i in range(begin, end):
        then = np.int64(onset[i]) + 1
        for e in range(scratch.first[i - begin], scratch.last[i - begin]):
            v = np.int64(indices[e])
            if due[v] > then and coin_passes(lane_keys, lane, e, threshold[e * per_tie]):
                more += due[v] == LATE
                parent[v] = order[i]
                put_down(calendar, due, v, then)
    return more
